"""The sort of document: a class specification, a posting, neither, or nothing about one job."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from specsearch.parsing.metadata.one_job import not_one_job
from specsearch.parsing.metadata.weights import MARGIN
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import Candidate, DocumentKind, Kind, Passage, SourceText


@cache
def _signs(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


def classify(
    source: SourceText, passages: Sequence[Passage], sidecar: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[DocumentKind, Candidate | None]:
    """Tell a class specification from a posting by what each of them, and only it, says, and both from what is about no single job.

    Returns:
        The kind; and that it may be about no single job with the reasons, if something says so.
    """
    if stated := _stated(source, sidecar):
        return stated, None
    doubt = None if sidecar.get("title") else not_one_job(source, passages, vocabulary)
    if doubt is not None and doubt.confidence >= MARGIN:
        return DocumentKind.NOT_ONE_JOB, doubt
    return _of_one_job(source, passages, vocabulary), doubt


def _stated(source: SourceText, sidecar: Mapping[str, str]) -> DocumentKind | None:
    stated = normalise(sidecar.get("kind") or source.fields.get("kind") or "").replace(" ", "_")
    if stated in set(DocumentKind):
        return DocumentKind(stated)
    if "posting" in stated:
        return DocumentKind.JOB_POSTING
    if "spec" in stated:
        return DocumentKind.CLASS_SPECIFICATION
    return None


def _of_one_job(source: SourceText, passages: Sequence[Passage], vocabulary: Vocabulary) -> DocumentKind:
    signs = vocabulary.documents
    posting = len({m.group().lower() for m in _signs(signs.posting).finditer(source.text)})
    specification = len({m.group().lower() for m in _signs(signs.specification).finditer(source.text)})
    if posting > specification:
        return DocumentKind.JOB_POSTING
    if specification:
        return DocumentKind.CLASS_SPECIFICATION
    kinds = {passage.kind for passage in passages}
    if {Kind.DUTY, Kind.QUALIFICATION} <= kinds:
        return DocumentKind.CLASS_SPECIFICATION
    return DocumentKind.OTHER
