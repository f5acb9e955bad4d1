"""Judging what a search finds: a pool to judge blindly, a file of judgements, qrels of the index as it is now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median_low
from typing import Any, get_type_hints

from specsearch.errors import StorageError, UsageError
from specsearch.evaluation import lines
from specsearch.evaluation.dataset import Qrels
from specsearch.evaluation.held import document_reader, found_by_any
from specsearch.records import Passage, Query, SourceClassification
from specsearch.retrieval import MAX_HITS, Filters
from specsearch.storage.store import Snapshot

GRADES = ("not relevant", "related", "relevant", "the same duty or qualification")
"""What the grades 0 to 3 mean."""
_SAME = 0.5
"""Share of the characters that two spans cover together which both must cover to be the same statement. Passages do
not overlap, so at most two can reach it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to be judged for a query. Nothing in it tells which mode found it, or where.

    Attributes:
        query: The query.
        passage: The passage.
        source: The class that its document describes.
        line: Line of the document's text on which it starts, from 1.
        page: Page on which it starts, from 1; None for formats without pages.
    """

    query: Query
    passage: Passage
    source: SourceClassification
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an assessor thinks of a passage, with all that is needed to find it again.

    Attributes:
        query_id: Id of the query.
        query: Its text.
        doc_id: The document.
        start: First character of the passage in the document's text.
        end: One past its last character.
        text: The characters themselves.
        grade: 0 to 3, see `GRADES`.
        assessor: Who judged.
        date: When, ISO 8601 in UTC.
        model: Model of the index that the passage was found in.
        fingerprint: The model's fingerprint.
        generation: The index' generation.
        state: The index' state, which no other generation of any index shares.
    """

    query_id: str
    query: str
    doc_id: str
    start: int
    end: int
    text: str
    grade: int
    assessor: str
    date: str
    model: str
    fingerprint: str
    generation: int
    state: str


_TYPES = get_type_hints(Judgement)
_BEGINNING = b'{"query_id": '


def pool(index: Snapshot, query: Query, depth: int, filters: Filters | None = None) -> list[Candidate]:
    """Gather what any mode finds for a query.

    Args:
        index: An open index.
        query: The query.
        depth: How many passages of each mode, 1 to `MAX_HITS`.
        filters: As for `search`.

    Returns:
        The first `depth` passages of every mode, each once. Their order is that of a hash of the ids of query and
        passage: it tells nothing, and stays the same when the index or the depth changes.

    Raises:
        UsageError: As for `search`; the message names the query.
    """
    if not 1 <= depth <= MAX_HITS:
        raise UsageError(f"The depth of the pool must be from 1 to {MAX_HITS}, not {depth}.")
    try:
        passages = found_by_any(index, query.text, depth, filters)
    except UsageError as error:
        raise UsageError(f"Query {query.query_id}: {error}") from error
    found = []
    for document, passage in passages:
        line = document.line_at(passage.start)
        found.append(Candidate(query, passage, document.source, line, document.page_at(passage.start)))
    return sorted(found, key=_lot)


def _lot(candidate: Candidate) -> bytes:
    ids = f"{candidate.query.query_id}\n{candidate.passage.passage_id}"
    return hashlib.sha256(ids.encode("utf-8", "surrogatepass")).digest()


def read_judgements(path: Path, notice: Callable[[str], None] = lambda message: None) -> list[Judgement]:
    """Read a file of judgements, JSON Lines with the members of `Judgement`.

    Args:
        path: The file; one that is not there holds none.
        notice: Told which lines are left out: a last one that a crash has cut off, and others that are no judgements.

    Returns:
        The last judgement of each assessor on each query and span, in the order they were made in.

    Raises:
        UsageError: The file cannot be read, or none of its lines is a judgement: it is another file.
    """
    judgements, wrong, cut_off = lines.read(path, _BEGINNING, lambda line: _judgement(json.loads(line.decode("utf-8"))))
    if cut_off:
        notice(f"The last line of {path} was cut off while it was written, and is left out.")
    if wrong and not judgements:
        number, why = next(iter(wrong.items()))
        raise UsageError(f"{path} holds no judgements. Line {number} is none ({why}).")
    if wrong:
        notice(lines.left_out(path, wrong))
    found: dict[tuple[object, ...], Judgement] = {}
    for judgement in judgements:
        key = (judgement.query_id, judgement.doc_id, judgement.start, judgement.end, judgement.assessor)
        found.pop(key, None)
        found[key] = judgement
    return list(found.values())


def _judgement(record: Any) -> Judgement:  # noqa: ANN401 - whatever the line holds
    if not isinstance(record, dict):
        raise ValueError("not an object")
    for name, sort in _TYPES.items():
        if type(record.get(name)) is not sort:
            raise ValueError(f"{name} is missing" if name not in record else f"{name} is not of the type {sort.__name__}")
    judgement = Judgement(**{name: record[name] for name in _TYPES})
    if not 0 <= judgement.grade < len(GRADES):
        raise ValueError(f"the grade {judgement.grade} is not from 0 to {len(GRADES) - 1}")
    if judgement.start < 0 or not judgement.text or judgement.end - judgement.start != len(judgement.text):
        raise ValueError(f"the text does not fit the span {judgement.start}-{judgement.end}")
    return judgement


def make_ready(path: Path) -> None:
    """Make a file ready for more judgements: there, writable, and ending with a whole line.

    Raises:
        StorageError: The file cannot be written.
    """
    try:
        lines.make_ready(path, _BEGINNING)
    except OSError as error:
        raise _refused(path, error) from error


def append(path: Path, judgement: Judgement) -> None:
    """Add a judgement to a file; when this returns, it is on the disk.

    Raises:
        StorageError: The file cannot be written.
    """
    try:
        lines.append(path, asdict(judgement), _BEGINNING)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be written: {error.strerror or error}. What was judged before is kept.")


def locate(index: Snapshot, judgements: Iterable[Judgement]) -> list[tuple[Judgement, str]]:
    """Find the passages that judgements are of in an index as it is now, however it splits its documents.

    The judged text is looked for where it was, or else where it is in the document if it is there exactly once. The
    passage that is most like that span counts, if the characters that both cover are at least half of those that
    they cover together.

    Args:
        index: An open index.
        judgements: Judgements of passages of this index or of an earlier state of it.

    Returns:
        Judgements with the ids of their passages, in the same order; those of passages that are gone are left out.
    """
    read = document_reader(index)
    found = []
    for judgement in judgements:
        held = read(judgement.doc_id)
        if held is not None:
            passage = _same(judgement, held[0].text, held[1])
            if passage is not None:
                found.append((judgement, passage.passage_id))
    return found


def _same(judgement: Judgement, text: str, passages: Iterable[Passage]) -> Passage | None:
    start = judgement.start
    if not text.startswith(judgement.text, start):
        start = text.find(judgement.text)
        if start < 0 or text.find(judgement.text, start + 1) >= 0:
            return None
    end = start + len(judgement.text)

    def likeness(passage: Passage) -> float:
        return (min(passage.end, end) - max(passage.start, start)) / (max(passage.end, end) - min(passage.start, start))

    best = max(passages, key=likeness, default=None)
    return best if best is not None and likeness(best) >= _SAME else None


def combine(located: Iterable[tuple[Judgement, str]]) -> Qrels:
    """Make qrels of judgements with the ids of their passages.

    Returns:
        One grade a passage: the median where several judgements meet, of two middle ones the lower.
    """
    grades: dict[str, dict[str, list[int]]] = {}
    for judgement, passage_id in located:
        grades.setdefault(judgement.query_id, {}).setdefault(passage_id, []).append(judgement.grade)
    return {query: {target: median_low(given) for target, given in judged.items()} for query, judged in grades.items()}
