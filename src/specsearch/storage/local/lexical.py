"""The word index: BM25 over English stems. The only module that imports tantivy."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import numpy as np
import tantivy

from specsearch.encoding.words import stems
from specsearch.errors import IndexDamagedError, SpecsearchError, refused
from specsearch.records import Label
from specsearch.storage.keys import EVERYWHERE, Scores, Stems, Where
from specsearch.storage.local.dense import Chosen, Positions

_HEAP_BYTES = 64_000_000
_TRIES = 100
_KEPT_PHRASES = 64
"""Phrases whose passages are remembered: a search asks for them several times."""
_MORE = 1.5
"""How many more of the best of all passages are asked for than should do to find enough among them that take part."""
_FEW = 0.2
"""Share of the passages below which the best of all are not looked through for those that take part."""
_SYSTEM_CODE = re.compile(r"\b(?:code:|os error) (\d+)")
"""How tantivy's messages, all of them ValueErrors, quote the number of a refusal of the system."""
FILTER_FIELDS = ("label", "document_kind", "jurisdiction", "state", "title", "level", "year")
"""Fields that a search can be restricted by, stored as whole values."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("position", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("text", tokenizer_name="whitespace")  # of stems, made here for all
    for name in FILTER_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


@contextmanager
def lexical_writer(folder: Path, removed: Sequence[int] = ()) -> Iterator[Callable[[tuple[int, int], Sequence[str], Mapping[str, str]], None]]:
    """Write the index into a folder, or add to what is there already.

    Args:
        folder: An empty folder, or one with the links to an earlier index.
        removed: Positions to take out of the earlier index.

    Yields:
        A function that adds a passage: its position and the number of its document, its text in parts, and filter values.

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

    def add(place: tuple[int, int], parts: Sequence[str], values: Mapping[str, str]) -> None:
        # Between the values of a field there is a gap, so that no phrase is found over the end of a part.
        texts = [" ".join(stem for _, stem in stems(part)) for part in parts]
        fields = {"position": place[0], "document": place[1], "text": texts, **values}
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
    if doing == "written":  # one of its threads was refused something, and it does not say what
        return refused(folder, _refusal_in(folder), doing)
    return IndexDamagedError(f"{folder} is damaged ({error}). Run: specsearch check --repair")


def _refusal_in(folder: Path) -> OSError:
    """What the system says to writing a little into a folder; an error of the drive where it has nothing against it any more."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 16))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return OSError(errno.EIO, os.strerror(errno.EIO))


_Clause = tuple[tantivy.Occur, tantivy.Query]


def _must(restriction: tantivy.Query) -> _Clause:
    """A clause that decides who takes part, and does not score."""
    return tantivy.Occur.Must, tantivy.Query.const_score_query(restriction, 0.0)


class LexicalIndex:
    """Passages by the words they share with a query."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _explained(folder, "read"), _borrowed(folder) as place:
            self._index = tantivy.Index.open(str(place))
            self._schema = self._index.schema
            self._searcher = self._index.searcher()  # from here on all files are open
        self._having: dict[Stems, Positions] = {}

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        terms: Mapping[str, float],
        k: int,
        filters: Mapping[str, Sequence[str]],
        either: Sequence[Mapping[str, Sequence[str]]] = (),
        where: Where = EVERYWHERE,
    ) -> tuple[Positions, Scores]:
        """Find the passages that share most with some words.

        Args:
            terms: Stems to their weights.
            k: How many at most.
            filters: Field to the values one of which a passage must have; "" stands for none stated.
            either: Further filters, of which a passage must satisfy at least one.
            where: Its documents and phrases restrict the search, too.

        Returns:
            Positions and BM25 scores (k1 1.2, b 0.75) of up to k passages, best first. Passages
            without a common word are not among them.
        """
        clauses = [clause for name, values in filters.items() for clause in self._restriction(name, values)]
        if either:
            ways = [tantivy.Query.boolean_query([clause for name, values in one.items() for clause in self._restriction(name, values)]) for one in either]
            clauses.append(_must(tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in ways])))
        if where.documents is not None:
            clauses.append(_must(tantivy.Query.term_set_query(self._schema, "document", sorted(where.documents))))
        clauses += [_must(self._phrase(phrase)) for phrase in where.phrases]
        clauses += [(tantivy.Occur.MustNot, self._phrase(phrase)) for phrase in where.without]
        return self._run(terms, k, clauses)

    def best_of(self, terms: Mapping[str, float], k: int, chosen: Chosen) -> tuple[Positions, Scores] | None:
        """The same by way of the best of all passages, where enough of them take part: what cannot be among those is not even scored.

        Args:
            terms: Stems to their weights.
            k: How many at most.
            chosen: The passages that take part.

        Returns:
            As `search` does; None where too few of all, or of the best of them, take part.
        """
        if chosen.share < _FEW:
            return None
        most = ceil(k * _MORE / chosen.share)
        found, scores = self._run(terms, most, [])
        kept = chosen.mask[found]
        if len(found) == most and np.count_nonzero(kept) < k:
            return None
        return found[kept][:k], scores[kept][:k]

    def having(self, phrase: Stems) -> Positions:
        """Positions of the passages that have some stems one after the other."""
        found = self._having.get(phrase)
        if found is None:
            if len(self._having) >= _KEPT_PHRASES:
                self._having = {}
            found = self._having[phrase] = self._found(self._phrase(phrase), max(1, len(self)))[0]
        return found

    def _phrase(self, phrase: Stems) -> tantivy.Query:
        wanted = tantivy.Query.term_query(self._schema, "text", phrase[0]) if len(phrase) == 1 else tantivy.Query.phrase_query(self._schema, "text", list(phrase))
        return tantivy.Query.const_score_query(wanted, 0.0)

    def _restriction(self, name: str, values: Sequence[str]) -> list[_Clause]:
        others = [label for label in Label if label not in values] if name == "label" else []
        if others and len(others) <= len(values):
            # To leave out a few labels costs a third of asking for many: nothing has to be gathered first.
            return [(tantivy.Occur.MustNot, tantivy.Query.term_query(self._schema, name, label)) for label in others]
        stated = tantivy.Query.term_set_query(self._schema, name, [value for value in values if value])
        return [_must(stated if "" not in values else tantivy.Query.boolean_query([(tantivy.Occur.Should, stated), (tantivy.Occur.Should, self._without(name))]))]

    def _without(self, name: str) -> tantivy.Query:
        """Passages for which a field is not stated: an empty value is not indexed."""
        stated = tantivy.Query.regex_query(self._schema, name, ".+")
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, stated)])

    def positions(self) -> Positions:
        """Positions of all passages in the index."""
        return self._found(tantivy.Query.all_query(), max(1, len(self)))[0]

    def scores(self, terms: Mapping[str, float], positions: Positions) -> Scores:
        """BM25 scores of given passages, in their order; 0 without a common word."""
        if not len(positions):
            return np.empty(0, np.float32)
        # A third of the time of a set of terms, which looks through the dictionary.
        wanted = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "position", int(p))) for p in positions]
        found, values = self._run(terms, len(positions), [_must(tantivy.Query.boolean_query(wanted))])
        by_position = dict(zip(found.tolist(), values.tolist(), strict=True))
        return np.array([by_position.get(int(p), 0.0) for p in positions], dtype=np.float32)

    def _run(self, terms: Mapping[str, float], k: int, clauses: list[_Clause]) -> tuple[Positions, Scores]:
        if not terms or k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._term(stem, weight)) for stem, weight in terms.items()])
        full = tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), *clauses])
        return self._found(full, k)

    def _found(self, query: tantivy.Query, k: int) -> tuple[Positions, Scores]:
        with _explained(self._folder, "read"):
            hits = self._searcher.search(query, limit=k, count=False).hits
            positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        return np.array(positions, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32)

    def _term(self, stem: str, weight: float) -> tantivy.Query:
        term = tantivy.Query.term_query(self._schema, "text", stem)
        return term if weight == 1 else tantivy.Query.boost_query(term, weight)


@contextmanager
def _borrowed(folder: Path) -> Iterator[Path]:
    """The files of a folder in one that may be written for the moment: tantivy locks what it opens by a file beside it.

    So reading leaves no trace in an index, and works where it may only be read.
    """
    files = [path for path in folder.iterdir() if path.suffix != ".lock"]
    try:
        place = Path(tempfile.mkdtemp(prefix="specsearch-"))
    except OSError as error:
        raise refused("The folder for temporary files (TMPDIR)", error) from error
    try:
        for path in files:
            _lend(path, place / path.name)
        yield place
    finally:
        # A thread of tantivy's takes the lock once more just after opening, perhaps while the folder is deleted.
        for _ in range(_TRIES):
            shutil.rmtree(place, ignore_errors=True)
            if not place.exists():
                break
            time.sleep(0.001)


def _lend(path: Path, name: Path) -> None:
    """Let a file be found under another name: as a link, or as a copy on a system without links for everybody."""
    try:
        name.symlink_to(path.absolute())
    except OSError:
        try:
            shutil.copyfile(path, name)
        except FileNotFoundError:
            raise  # deleted by a writer
        except OSError as error:
            raise refused(name, error) from error

