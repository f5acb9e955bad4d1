"""Queries, qrels and runs in files: BEIR folders, TSV and TREC formats."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from specsearch.errors import UsageError
from specsearch.escaping import whole_characters
from specsearch.files import write_whole
from specsearch.records import Query

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to target id to relevance; 0 and below are not relevant, as trec_eval has it."""
Run = Mapping[str, Mapping[str, float]]
"""Query id to target id to score; higher is better, ties are broken by the target's id, last one first."""
_NO_CELL = re.compile("[\t\r\n\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of a collection."""

    entry_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A judged collection in the layout of BEIR.

    Attributes:
        path: The folder.
        split: Name of the judgements ("dev", "test").
        queries: Queries that are judged, in the order of their file.
        qrels: The judgements.
        excluded: Pairs of query and target that are dropped from a ranking before it is scored.
        unjudged: Ids of the queries without judgements, those of other splits among them.
    """

    path: Path
    split: str
    queries: tuple[Query, ...]
    qrels: Qrels
    excluded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unjudged: tuple[str, ...] = ()

    def entries(self) -> Iterator[Entry]:
        """The texts of the collection; halves of characters in them become U+FFFD."""
        path = self.path / "corpus.jsonl"
        for number, record in _json_lines(path):
            try:
                values = (str(record["_id"]), str(record.get("title") or ""), str(record["text"]))
                yield Entry(*map(whole_characters, values))
            except KeyError as error:
                raise UsageError(f"{path}, line {number}: there is no {error}. Each line needs _id and text.") from error


def read_dataset(folder: Path, split: str | None = None) -> Dataset:
    """Read a BEIR folder: corpus.jsonl, queries.jsonl, qrels/<split>.tsv, and exclude.tsv if there is one.

    Args:
        folder: The folder.
        split: Which judgements; None for the only ones, or "test", or "dev".

    Raises:
        UsageError: A file is missing or not what it should be; the message names the line.
    """
    for name in ("corpus.jsonl", "queries.jsonl"):
        if not (folder / name).is_file():
            raise UsageError(f"{folder} is not a BEIR folder: there is no {name} in it.")
    splits = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    chosen = split or next((name for name in ("test", "dev") if name in splits), splits[0] if len(splits) == 1 else None)
    if chosen not in splits or chosen is None:
        raise UsageError(f"{folder / 'qrels'} has no judgements {split or 'test or dev'}. There are: {', '.join(splits) or 'none'}.")
    qrels = read_qrels(folder / "qrels" / f"{chosen}.tsv")
    every = read_queries(folder / "queries.jsonl")
    queries = tuple(query for query in every if query.query_id in qrels)
    without_text = qrels.keys() - {query.query_id for query in queries}
    if without_text:
        raise UsageError(f"{len(without_text)} judged queries are not in {folder / 'queries.jsonl'}, the first: {min(without_text)}.")
    excluded = read_excluded(folder / "exclude.tsv") if (folder / "exclude.tsv").is_file() else {}
    return Dataset(folder, chosen, queries, qrels, excluded, tuple(query.query_id for query in every if query.query_id not in qrels))


def read_queries(path: Path) -> tuple[Query, ...]:
    """Read queries: JSON Lines with _id and text, or a tab-separated id and text a line.

    Raises:
        UsageError: A line is neither, an id comes twice, or there is no query.
    """
    found: dict[str, Query] = {}
    if path.suffix == ".jsonl":
        rows = ((number, str(record.get("_id", "")), str(record.get("text", ""))) for number, record in _json_lines(path))
    else:
        pairs = ((number, _columns(path, number, line.split("\t"), (2,))) for number, line in _lines(path))
        rows = ((number, pair[0], pair[1]) for number, pair in pairs)
    for number, query_id, text in rows:
        if not query_id or not text.strip():
            raise UsageError(f"{path}, line {number}: the query has no id or no text.")
        if query_id in found:
            raise UsageError(f"{path}, line {number}: the query {query_id} comes twice.")
        found[query_id] = Query(query_id, text)
    if not found:
        raise UsageError(f"There are no queries in {path}.")
    return tuple(found.values())


def read_qrels(path: Path) -> Qrels:
    """Read judgements: query, target and relevance (TSV, a header is allowed), or TREC's four columns.

    Raises:
        UsageError: A line is neither, a pair is judged twice, or nothing is judged.
    """
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        parts = _columns(path, number, line.split("\t") if "\t" in line else line.split(), (3, 4))
        query, target, relevance = parts[0], parts[-2], parts[-1]
        if number == 1 and relevance in ("score", "relevance", "label"):
            continue
        try:
            value = int(relevance)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: the relevance {relevance!r} is not a whole number.") from error
        if target in found.setdefault(query, {}):
            raise UsageError(f"{path}, line {number}: {target} is judged twice for the query {query}.")
        found[query][target] = value
    if not any(value > 0 for judged in found.values() for value in judged.values()):
        raise UsageError(f"{path} judges nothing as relevant: there is nothing to measure.")
    return found


def write_qrels(path: Path, qrels: Qrels, *, force: bool = False) -> None:
    """Write judgements as BEIR has them, a table with a header; `force` replaces a file that is there.

    Raises:
        UsageError: An id cannot stand in such a table, or the file exists.
        StorageError: The file cannot be written.
    """
    rows = [(query, target, str(relevance)) for query, judged in qrels.items() for target, relevance in judged.items()]
    unfit = next((text for row in rows for text in row if _NO_CELL.search(text)), None)
    if unfit is not None:
        raise UsageError(f"The id {unfit!r} cannot stand in a table: it holds a tab, a line break or what is no character. Rename the query or the file.")
    lines = ("\t".join(row) + "\n" for row in [("query-id", "corpus-id", "score"), *rows])
    write_whole(path, "".join(lines).encode(), force=force)


def read_run(path: Path) -> Run:
    """Read a TREC run: query, Q0, target, rank, score, tag.

    Raises:
        UsageError: A line is not one, a target comes twice for a query, a score is not a number.
    """
    found: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        query, _, target, _, score, _ = _columns(path, number, line.split(), (6,))
        try:
            value = float(score)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise UsageError(f"{path}, line {number}: the score {score!r} is not a number.")
        if target in found.setdefault(query, {}):
            raise UsageError(f"{path}, line {number}: {target} comes twice for the query {query}.")
        found[query][target] = value
    if not found:
        raise UsageError(f"{path} is empty: it ranks nothing.")
    return found


def write_run(path: Path, run: Run, tag: str, *, force: bool = False) -> None:
    """Write a run in TREC's format, best first; `force` replaces a file that is there.

    Raises:
        UsageError: The file exists.
        StorageError: The file cannot be written.
    """
    lines: list[str] = []
    for query, scores in run.items():
        ranked = sorted(scores.items(), key=lambda item: (item[1], item[0]), reverse=True)
        lines += (f"{query} Q0 {target} {rank} {score:.9g} {tag}\n" for rank, (target, score) in enumerate(ranked, start=1))
    write_whole(path, "".join(lines).encode(), force=force)


def read_excluded(path: Path) -> dict[str, frozenset[str]]:
    """Read pairs of query and target, a line each; a header is allowed."""
    found: dict[str, set[str]] = {}
    for number, line in _lines(path):
        query, target = _columns(path, number, line.split("\t"), (2,))
        if number > 1 or query != "query-id":
            found.setdefault(query, set()).add(target)
    return {query: frozenset(targets) for query, targets in found.items()}


def distinct(ranked: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Scores of a ranking, best first, made strictly decreasing in single precision.

    trec_eval keeps scores in single precision and breaks ties by id: without this a ranking with
    equal scores would be scored in another order than it is shown.
    """
    found: dict[str, float] = {}
    last = np.float32(np.inf)
    for target, score in ranked:
        last = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        found[target] = float(last)
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}, line {number}: not valid JSON ({error}).") from error
        if not isinstance(record, dict):
            raise UsageError(f"{path}, line {number}: not an object with _id and text.")
        yield number, record


def _columns(path: Path, number: int, parts: Sequence[str], counts: Sequence[int]) -> Sequence[str]:
    if len(parts) not in counts:
        wanted = " or ".join(map(str, counts))
        raise UsageError(f"{path}, line {number}: {len(parts)} columns where there should be {wanted}.")
    return parts
