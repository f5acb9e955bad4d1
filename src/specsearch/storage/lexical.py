"""The word index: BM25 over English stems. The only module that imports tantivy."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import tantivy

from specsearch.errors import IndexDamagedError, SpecsearchError, refused
from specsearch.records import Label
from specsearch.storage.dense import Positions, Scores

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_POSSESSIVE = re.compile(r"'\w*$")
_HEAP_BYTES = 64_000_000
_TRIES = 100
_SYSTEM_CODE = re.compile(r"\b(?:code:|os error) (\d+)")
"""How tantivy's messages, all of them ValueErrors, quote the number of a refusal of the system."""
STOP_WORDS = frozenset("""
    a an and are as at be by for from in is it of on or that the to with
    """.split())
"""Words that are neither indexed nor searched for: nearly every passage has them, and its length is to be that of
the words that tell something (docs/quality.md)."""
FILTER_FIELDS = ("label", "document_kind", "jurisdiction", "state", "title", "level")
"""Fields that a search can be restricted by, stored as whole values."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("position", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="en_stem")
    for name in FILTER_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


@contextmanager
def lexical_writer(folder: Path, removed: Sequence[int] = ()) -> Iterator[Callable[[int, str, Mapping[str, str]], None]]:
    """Write the index into a folder, or add to what is there already.

    Args:
        folder: An empty folder, or one with the links to an earlier index.
        removed: Positions to take out of the earlier index.

    Yields:
        A function that adds a passage: its position, text and filter values.

    Raises:
        StorageError: The disk refused.
    """
    schema = _schema()
    with _explained(folder, "written"):
        index = tantivy.Index(schema, path=str(folder))
        # One thread, so that the same corpus gives the same segments.
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        if removed:
            writer.delete_documents_by_query(tantivy.Query.term_set_query(schema, "position", list(removed)))

    def add(position: int, text: str, values: Mapping[str, str]) -> None:
        fields = {"position": position, "text": " ".join(telling(text)), **values}
        with _explained(folder, "written"):
            writer.add_document(tantivy.Document.from_dict(fields, schema))

    yield add
    with _explained(folder, "written"):
        writer.commit()
        writer.wait_merging_threads()


@contextmanager
def _explained(folder: Path, doing: str) -> Iterator[None]:
    """Tell a system that refuses from files that are damaged: tantivy raises ValueError for everything.

    Raises:
        StorageError: The system refused.
        IndexDamagedError: The files are not what they should be.
    """
    try:
        yield
    except ValueError as error:
        raise _cause(folder, doing, error) from error


def _cause(folder: Path, doing: str, error: ValueError) -> SpecsearchError:
    found = _SYSTEM_CODE.search(str(error))
    code = int(found[1]) if found else errno.ENOENT
    if code != errno.ENOENT:  # files that are gone can be made again
        return refused(folder, OSError(code, os.strerror(code)), doing)
    return IndexDamagedError(f"{folder} is damaged ({error}). Run: specsearch check --repair")


_Clause = tuple[tantivy.Occur, tantivy.Query]


def _must(restriction: tantivy.Query) -> _Clause:
    """A clause that decides who takes part, and does not score."""
    return tantivy.Occur.Must, tantivy.Query.const_score_query(restriction, 0.0)


class LexicalIndex:
    """Passages by the words they share with a query."""

    def __init__(self, folder: Path) -> None:
        with _explained(folder, "read"), _borrowed(folder) as place:
            self._index = tantivy.Index.open(str(place))
            self._schema = self._index.schema
            self._searcher = self._index.searcher()  # from here on all files are open

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, query: str, k: int, filters: Mapping[str, Sequence[str]]) -> tuple[Positions, Scores]:
        """Find the passages that share most with the words of a query.

        Args:
            query: Plain words; nothing in it is an operator.
            k: How many at most.
            filters: Field to the values one of which a passage must have.

        Returns:
            Positions and BM25 scores (k1 1.2, b 0.75) of up to k passages, best first. Passages
            without a common word are not among them.
        """
        clauses = [clause for name, values in filters.items() for clause in self._restriction(name, values)]
        return self._run(query, k, clauses)

    def _restriction(self, name: str, values: Sequence[str]) -> list[_Clause]:
        others = [label for label in Label if label not in values] if name == "label" else []
        if others and len(others) <= len(values):
            # To leave out a few labels costs a third of asking for many: nothing has to be gathered first.
            return [(tantivy.Occur.MustNot, tantivy.Query.term_query(self._schema, name, label)) for label in others]
        return [_must(tantivy.Query.term_set_query(self._schema, name, list(values)))]

    def positions(self) -> Positions:
        """Positions of all passages in the index."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False).hits
        return np.array(self._searcher.fast_field_values("position", [address for _, address in hits]), dtype=np.int64)

    def scores(self, query: str, positions: Positions) -> Scores:
        """BM25 scores of given passages, in their order; 0 without a common word."""
        if not len(positions):
            return np.empty(0, np.float32)
        # A third of the time of a set of terms, which looks through the dictionary.
        wanted = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "position", int(p))) for p in positions]
        found, values = self._run(query, len(positions), [_must(tantivy.Query.boolean_query(wanted))])
        by_position = dict(zip(found.tolist(), values.tolist(), strict=True))
        return np.array([by_position.get(int(p), 0.0) for p in positions], dtype=np.float32)

    def _run(self, query: str, k: int, clauses: list[_Clause]) -> tuple[Positions, Scores]:
        counted = Counter(telling(query))
        if not counted or k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parsed, _ = self._index.parse_query_lenient(" ".join(f"{word}^{count}" for word, count in counted.items()), ["text"])
        full = tantivy.Query.boolean_query([(tantivy.Occur.Must, parsed), *clauses])
        hits = self._searcher.search(full, limit=k, count=False).hits
        positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        return np.array(positions, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32)


@contextmanager
def _borrowed(folder: Path) -> Iterator[Path]:
    """The files of a folder in one that may be written for the moment: tantivy locks what it opens by a file beside it.

    So reading leaves no trace in an index, and works where it may only be read.
    """
    place = Path(tempfile.mkdtemp(prefix="specsearch-"))
    try:
        for path in folder.iterdir():
            if path.suffix == ".lock":
                continue
            try:
                (place / path.name).symlink_to(path.absolute())
            except OSError:  # a system without links for everybody
                shutil.copyfile(path, place / path.name)
        yield place
    finally:
        # A thread of tantivy's takes the lock once more just after opening, perhaps while the folder is deleted.
        for _ in range(_TRIES):
            shutil.rmtree(place, ignore_errors=True)
            if not place.exists():
                break
            time.sleep(0.001)


def telling(text: str) -> list[str]:
    """Words of a text without stop words, and without the possessive "s", of which the query parser would make a phrase."""
    words = (_POSSESSIVE.sub("", word).lower() for word in _WORD.findall(plain_apostrophes(text)))
    return [word for word in words if word not in STOP_WORDS]


def plain_apostrophes(text: str) -> str:
    """Make "mayor’s" and "mayor's" one word."""
    return text.replace("’", "'")


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()


def stems(text: str) -> list[tuple[str, str]]:
    """Words of a text with the stems under which they are indexed."""
    return [(word, stem) for word in _WORD.findall(text) for stem in _analyzer().analyze(plain_apostrophes(word))]


def words_of(text: str) -> list[str]:
    """Stems of the words of a text, in order, as they are indexed."""
    return _analyzer().analyze(plain_apostrophes(text))
