"""One generation of an index in PostgreSQL, as all threads that read it share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt

from specsearch.encoding.centre import centred, from_setting
from specsearch.encoding.protocol import Vectors
from specsearch.records import Document, Passage, SourceClassification, passage_id_of
from specsearch.storage.keys import (
    EMPLOYER,
    EVERYWHERE,
    FILTERED,
    Attributes,
    Counts,
    Entry,
    Keys,
    Scores,
    Vector,
    Where,
)
from specsearch.storage.postgres import kept, words
from specsearch.storage.postgres.conditions import LABELS, condition_of, count_of, keys_of, of_documents, of_passages
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.derive import pinned
from specsearch.storage.postgres.engine import Condition, Engine, Pinned
from specsearch.storage.postgres.fetched import Fetched
from specsearch.storage.postgres.known import Known, facets, known_of
from specsearch.storage.postgres.pgvector import counted_up_to
from specsearch.storage.postgres.tables import Derived
from specsearch.storage.truth.documents import DOCUMENT
from specsearch.storage.truth.opened import Opened
from specsearch.storage.truth.reading import Truth
from specsearch.storage.values import meant

FEW = 1_000
"""Most passages of a condition that are scored one by one, whatever the engine would propose."""
_RESERVE = 50
"""Candidates beyond those asked for, which their exact scores may lift among them: engines hold vectors more coarsely."""
_MOVED_RESERVE = 100
"""The same of words, once passages came or went since the engine's weights were made; before, these are the scores."""
_SCANNED = 20_000
"""Keys that a scan gives at a time."""
_CONDITIONS = 64
"""Conditions of which is remembered how many passages they leave."""


class PostgresSnapshot(Truth):
    """One generation of an index in a schema of a database, see `storage.store.Snapshot`.

    The engine proposes candidates; what they are worth is computed here from the vectors and words of the truth.
    """

    def __init__(
        self, meta: Mapping[str, str], derived: Derived, engine: Engine, index: Opened, aside: Callable[[], AbstractContextManager[Database]]
    ) -> None:
        """Put a generation together.

        Args:
            meta: The settings of the truth.
            derived: What the tables of the generation are derived from.
            engine: What finds candidates.
            index: The open index that it is of.
            aside: Gives a connection that holds no generation.
        """
        super().__init__(meta, index)
        self.centre: Vector = from_setting(meta.get("centre", ""), int(meta["dimension"]))
        self._derived = derived
        self._engine = engine
        self._aside = aside
        self._fetched = Fetched()
        self._pinned_first: Pinned | None = None
        self._known_here: Known | None = None
        self._labels: dict[str, int] | None = None
        self._values: dict[str, tuple[str, ...]] = {}
        self._counted: dict[object, Condition] = {}

    def __repr__(self) -> str:
        return f"<Snapshot of {self.name}: generation {self.meta['generation']}>"

    @property
    def version(self) -> tuple[str, int]:
        """What tells it from other generations, and from itself before it was made again, see `tables.version`."""
        return self.meta["state"], self._derived.base

    @property
    def _connected(self) -> Database:
        return cast(Database, self._database)

    @property
    def _pinned(self) -> Pinned:
        if self._pinned_first is None:  # what is gone stays so
            self._pinned_first = pinned(self._connected, dict(self.meta), self._derived)
        return replace(self._pinned_first, database=self._connected)

    # --- candidates ------------------------------------------------------------------------------

    def dense(self, vector: Vector, k: int, where: Where) -> tuple[Keys, Scores]:
        """The nearest passages by meaning, see `storage.store.Snapshot`."""
        condition = self._condition(where)
        if condition.count is not None and condition.count <= FEW:
            keys = keys_of(self._connected, condition)
        else:
            keys = self._there(self._engine.nearest(self._pinned, vector, k + _RESERVE, condition))
        return _best(keys, self.dense_scores(vector, keys), k)

    def lexical(self, terms: Mapping[str, float], k: int, where: Where) -> tuple[Keys, Scores]:
        """The passages that share most with some words, see `storage.store.Snapshot`."""
        condition, wanted = self._condition(where), self._wanted(terms)
        if not wanted or k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if condition.count is not None and condition.count <= FEW:
            keys = keys_of(self._connected, condition)
        else:
            keys = self._there(self._engine.worded(self._pinned, wanted, k + min(k, _MOVED_RESERVE if self._derived.moved else 0), condition))
        scores = self.lexical_scores(terms, keys)
        return _best(keys[scores > 0], scores[scores > 0], k)

    def spoken(self, stems: Collection[str]) -> frozenset[str]:
        """Those of some stems that passages have."""
        known = self._fetched.stems(self._connected, stems)
        return frozenset(stem for stem in stems if known[stem][1])

    def dense_scores(self, vector: Vector, keys: Keys) -> Scores:
        """Cosines of given passages, in their order."""
        # In double precision, so that equal vectors have equal cosines wherever they stand.
        return np.asarray(self.vectors(keys).astype(np.float64) @ vector.astype(np.float64), np.float32)

    def lexical_scores(self, terms: Mapping[str, float], keys: Keys) -> Scores:
        """BM25 scores of given passages, in their order; 0 without a common word."""
        said = [row.words for row in self._fetched.of(self._connected, keys)]
        return words.scores(said, self._wanted(terms), self._derived.words / max(1, self._derived.passages))

    def _wanted(self, terms: Mapping[str, float]) -> dict[int, float]:
        """The numbers of words that passages have, with their weights."""
        known = self._fetched.stems(self._connected, terms)
        passages = self._derived.passages
        return {known[stem][0]: weight * words.rarity(passages, known[stem][1]) for stem, weight in terms.items() if known[stem][1]}

    def _there(self, keys: Keys) -> Keys:
        """Those of an engine's candidates that are passages of this generation, ascending."""
        distinct = np.unique(keys)
        found = self._fetched.passages(self._connected, distinct.tolist())
        return distinct if len(found) == len(distinct) else distinct[[key in found for key in distinct.tolist()]]

    # --- passages ------------------------------------------------------------------------------

    def vectors(self, keys: Keys) -> Vectors:
        """The vectors of given passages, float32 of shape (k, d), seen from the centre."""
        return centred(self._fetched.vectors(self._connected, keys, len(self.centre)), self.centre)

    def attributes(self, keys: Keys) -> Attributes:
        """What ranking asks of given passages, in their order."""
        return self._fetched.attributes(self._connected, keys)

    def employers(self, keys: Keys) -> npt.NDArray[np.int64]:
        """A number for the employer of each of given passages; -1 where none is stated."""
        database, known = self._connected, self._known
        numbers = [row.document for row in self._fetched.of(database, keys)]
        documents = self._fetched.documents(database, set(numbers))
        names = (known.names.get(documents[number][1]) for number in numbers)
        return np.array([-1 if name is None else known.numbers[name] for name in names], np.int64)

    def same_text(self, keys: Keys, where: Where) -> list[Keys]:
        """For each of given passages all that take part and say the same, by document id and place."""
        texts = [row.text for row in self._fetched.of(self._connected, keys)]
        clause, values = of_passages(self._connected, self._plain(where))
        rows = self._connected.query(
            "SELECT s.text, s.key FROM search s JOIN catalog k ON k.document = s.document"
            f" WHERE s.text = ANY(?::bigint[]) AND {clause} ORDER BY k.doc_id, s.ordinal",
            (list(set(texts)), *values),
        )
        same: dict[int, list[int]] = {text: [] for text in texts}
        for text, key in rows:
            same[text].append(key)
        return [np.array(same[text], np.int64) for text in texts]

    def passages(self, keys: Keys) -> list[Passage]:
        """Given passages, in their order."""
        found = self._connected.passages_of_keys(keys.tolist(), self._documents_of)
        if missing := [key for key in keys.tolist() if key not in found]:
            raise self._connected.damaged(f"{len(missing)} passages are missing")
        return [found[key] for key in keys.tolist()]

    def _documents_of(self, numbers: set[int]) -> dict[int, Document]:
        """Some documents: those that were not read of late are read together."""
        found = {number: document for number in numbers if (document := self._documents.get(number)) is not None}
        if missing := numbers - set(found):
            read = self._connected.documents_of_numbers(missing)
            if lost := missing - set(read):
                raise self._connected.damaged(f"the document {min(lost)} is missing")
            with self._counting:
                for number, document in read.items():
                    self._keep(number, document)
            found |= read
        return found

    def ids(self, keys: Keys) -> list[str]:
        """The ids of given passages, in their order."""
        sql = 'SELECT p.id, d.doc_id, p.start, p."end" FROM passages p JOIN documents d ON d.id = p.document WHERE p.id = ANY(?::bigint[])'
        found = {key: passage_id_of(doc_id, start, end) for key, doc_id, start, end in self._database.query(sql, (keys.tolist(),))}
        return [found[key] for key in keys.tolist()]

    def statements(self, numbers: Sequence[int]) -> list[tuple[list[Passage], Keys]]:
        """For each of some documents its passages in order, and their keys."""
        documents = self._documents_of(set(numbers))
        found = ([(key, passage) for key, passage, _ in self._database.passages(documents[number], number)] for number in numbers)
        return [([passage for _, passage in some], np.array([key for key, _ in some], np.int64)) for some in found]

    def scan(self, where: Where, after: int = 0) -> Keys:
        """The next keys above `after` that take part, ascending."""
        return keys_of(self._connected, self._plain(where), after, _SCANNED)

    def passages_by_document(self, where: Where) -> dict[int, int]:
        """Number of passages that take part, by number of the document; one without any is missing."""
        clause, values = of_passages(self._connected, self._plain(where))
        return dict(self._connected.query(f"SELECT s.document, count(*) FROM search s WHERE {clause} GROUP BY 1", values))

    # --- documents -------------------------------------------------------------------------------

    def entries(self, where: Where = EVERYWHERE) -> Iterator[Entry]:
        """The documents that take part, whatever the labels of their passages, in the order of their ids."""
        clause, values = of_documents(self._plain(where))
        known = self._known
        columns = ", ".join(f"d.{name}" for name in DOCUMENT.split(", "))
        rows = self._connected.stream(f"SELECT {columns}, c.printed FROM catalog c JOIN documents d ON d.id = c.document WHERE {clause} ORDER BY c.doc_id", values)
        for *row, printed in rows:
            yield replace(self._database.entry_of(row), employer=known.names.get(printed))

    def number(self, doc_id: str) -> int | None:
        """The number of the document of an id; None if there is none."""
        rows = self._database.query("SELECT id FROM documents WHERE doc_id = ?", (doc_id,))
        return int(rows[0][0]) if rows else None

    def employer_of(self, source: SourceClassification) -> str | None:
        """The name that the employer of a document has here, which need not be in the index; None for one without documents here."""
        employers = self._known.employers
        return employers.names.get(employer) if (employer := employers.of(source)) is not None else None

    def facets(self, name: str, where: Where = EVERYWHERE) -> dict[str, int]:
        """Values of a field with the number of documents that take part, in the order of the values; not those without one."""
        if name not in FILTERED:
            raise KeyError(name)
        return facets(self._connected, self._known, name, self._plain(where))

    def resolve(self, name: str, text: str) -> tuple[str, ...]:
        """Whole values of a field that a user may mean, see `storage.store.Snapshot`."""
        if name == EMPLOYER:
            employers = self._known.employers
            return tuple(dict.fromkeys(employers.names[one] for one in employers.matching(text)))
        if name not in self._values:
            self._values[name] = tuple(self.facets(name))
        return meant(name, text, self._values[name])

    def counts(self) -> Counts:
        """How much there is."""
        if self._labels is None:
            rows = dict(self._connected.query("SELECT label, count(*) FROM search GROUP BY label"))
            self._labels = {str(label): rows.get(place, 0) for place, label in enumerate(LABELS)}
        ((files,),) = self._database.query("SELECT count(*) FROM files")
        return Counts(**self._database.counts(), files=files, labels=dict(self._labels))

    # --- what takes part -------------------------------------------------------------------------

    @property
    def _known(self) -> Known:
        if self._known_here is None:
            self._known_here = known_of(self._connected)
        return self._known_here

    def _plain(self, where: Where) -> Condition:
        return condition_of(where, self._known.by_name if EMPLOYER in where.values else {})

    def _condition(self, where: Where) -> Condition:
        """What takes part, and how many passages these are if they are few."""
        condition = self._plain(where)
        if condition.is_everything:
            return condition
        name = (where.labels, where.documents, where.phrases, where.without, tuple(sorted((field, tuple(some)) for field, some in where.values.items())))
        counted = self._counted.get(name)
        if counted is None:
            count = count_of(self._connected, condition, max(FEW, counted_up_to(self._derived.passages, labelled=condition.is_labelled)))
            if len(self._counted) >= _CONDITIONS:
                self._counted = {}
            counted = self._counted[name] = replace(condition, count=count)
        return counted

    # --- what is kept ----------------------------------------------------------------------------

    def kept(self, name: str) -> Iterator[bytes]:
        """What was kept under a name beside generations of this index, the newest first; damaged ones are left out."""
        with self._aside() as database:
            found = kept.read(database, self.meta, name)
        return iter(found)

    def keep(self, name: str, content: bytes) -> None:
        """Keep what is made of this generation beside it.

        Raises:
            StorageError: The database may only be read, or refused.
        """
        with self._aside() as database:
            kept.write(database, self.meta, name, content)

    def _forget(self) -> None:
        super()._forget()
        if self._retired and not self._readers:
            self._fetched.clear()


def _best(keys: Keys, scores: Scores, k: int) -> tuple[Keys, Scores]:
    best = np.argsort(-scores, kind="stable")[:k]
    return keys[best], scores[best]


