"""Judging by hand, in this process: what its tests share."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from typer.testing import CliRunner

from conftest import WordEncoder
from specsearch.evaluation.judging import Candidate, Judgement, read_judgements
from specsearch.ingest.update import index_documents
from specsearch.interfaces.cli import app
from specsearch.records import Document, DocumentKind, Kind, Label, ParsedDocument, Passage, SourceClassification
from specsearch.storage.stores import store_at

DUTIES = (
    "Prepares and monitors the operating budget of assigned departments.",
    "Reviews purchase requests for available funds.",
    "Forecasts revenue from taxes, fees and grants.",
    "Develops the annual budget calendar.",
    "Patches potholes and seals cracks in city streets.",
    "Operates a roller, a loader and a dump truck.",
    "Tracks the cost of materials against the yearly budget.",
    "Answers reference questions at the public desk.",
    "Sorts the incoming mail of the whole office.",
    "Selects books for the children's room.",
)
CITIES = ("ALDER FERRY", "WREN HARBOR")
QUERIES = "q1\tmonitor the budget\nq2\tpatch streets\n"


@dataclass(frozen=True)
class Result:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


def run(*arguments: object, typed: bytes | str = "") -> Result:
    """Run the command line in this process."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Result(done.exit_code, done.stdout, done.stderr)


@dataclass(frozen=True)
class Desk:
    """Queries, an index, and the file beside the queries that judgements go to."""

    queries: Path
    index: Path

    @property
    def path(self) -> Path:
        return self.queries.with_suffix(".judgements.jsonl")

    def judge(self, typed: bytes | str = "", *options: object, by: str = "Ana") -> Result:
        pool = () if "--pool" in options else ("--pool", 3)
        return run("judge", self.queries, "--index", self.index, *pool, "--assessor", by, *options, typed=typed)

    def kept(self) -> list[Judgement]:
        return read_judgements(self.path)


def ids(candidates: Sequence[Candidate]) -> list[str]:
    """Passage ids in the order of asking."""
    return [candidate.passage.passage_id for candidate in candidates]


def shown(result: Result) -> list[tuple[int, int, int, int]]:
    """Query, of how many, passage, of how many: of everything that was shown."""
    found = re.findall(r"^Query (\d+) of (\d+), passage (\d+) of (\d+)", result.out, re.M)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found]


def example(**changes: object) -> Judgement:
    """A judgement, with some members changed."""
    made = Judgement("q1", "monitor the budget", "doc.txt", 0, 4, "text", 2, "Ana", "2026-11-22T10:00:00+00:00", "words", "f" * 64, 1, "s")
    return replace(made, **changes)  # type: ignore[arg-type] # members by name


def full(handle: int) -> NoReturn:
    """A disk without space."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def build(
    folder: Path,
    text: str,
    spans: Sequence[tuple[int, int]],
    *,
    source: SourceClassification | None = None,
    doc_id: str = "doc.txt",
    headings: tuple[str, ...] = (),
) -> None:
    """Make an index of one document that is split at the given places."""
    hashed = hashlib.sha256(text.encode()).hexdigest()
    document = Document(doc_id, source or SourceClassification(), DocumentKind.OTHER, text, doc_id, hashed)
    passages = tuple(
        Passage(f"{doc_id}:{start}-{end}", doc_id, Label.DUTY, Kind.DUTY, start, end, text[start:end], i, headings)
        for i, (start, end) in enumerate(spans)
    )
    index_documents([ParsedDocument(document, (), passages, ())], store_at(folder), WordEncoder())
