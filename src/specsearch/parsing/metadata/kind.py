"""The sort of document: a class specification, a posting, or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import DocumentKind, Kind, Passage, SourceText


@cache
def _signs(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


def classify(source: SourceText, passages: Sequence[Passage], sidecar: Mapping[str, str], vocabulary: Vocabulary) -> DocumentKind:
    """Tell a class specification from a posting by what each of them, and only it, says."""
    stated = normalise(sidecar.get("kind") or source.fields.get("kind") or "").replace(" ", "_")
    if stated in set(DocumentKind):
        return DocumentKind(stated)
    if "posting" in stated:
        return DocumentKind.JOB_POSTING
    if "spec" in stated:
        return DocumentKind.CLASS_SPECIFICATION
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
