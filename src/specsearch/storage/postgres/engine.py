"""What finds candidates by meaning and by words for a store whose truth is PostgreSQL.

An engine proposes, the truth scores: it may quantise, forget the exact order and return in any order. What it holds
is derived from the truth and made again from it whenever need be; nothing is ever answered from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from specsearch.storage.keys import Keys, Stems, Vector
from specsearch.storage.postgres.database import Database

VALUES = ("title", "level", "state", "year", "document_kind")
"""Fields that engines keep as whole values."""
MAKINGS = 1_000
"""How often what is derived of one generation may be made: each time has a number of its own, as what was made before may be being read."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which passages take part; a passage must satisfy all that is not None or empty.

    Attributes:
        labels: Places of labels in the order of `Label`, one of which it must have.
        values: Members of `VALUES` to the values one of which its document must have; "" is that of a document that states none.
        printed: Numbers of employers as they are stated (`EngineRow.printed`), one of which its document must have.
        documents: Numbers of documents, of one of which it must be.
        phrases: Stems that it must have one after the other. Only PostgreSQL knows these: `conditions.keys_of` tells who takes part,
            `conditions.among` who of some does.
        without: The same, which it must not have.
        count: How many passages take part, if they are few; None for many, or all. Of a handful no engine is asked.
    """

    labels: tuple[int, ...] | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    printed: tuple[int, ...] | None = None
    documents: tuple[int, ...] | None = None
    phrases: frozenset[Stems] = frozenset()
    without: frozenset[Stems] = frozenset()
    count: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether all passages take part."""
        return self == Condition()

    @property
    def is_labelled(self) -> bool:
        """Whether it asks for labels and nothing else."""
        return self.labels is not None and self == Condition(labels=self.labels, count=self.count)

    @property
    def is_worded(self) -> bool:
        """Whether it asks for phrases."""
        return bool(self.phrases or self.without)


@dataclass(frozen=True, slots=True)
class EngineRow:
    """A passage as engines hold it.

    Attributes:
        key: Its key.
        document: The number of its document.
        label: The place of its label in the order of `Label`.
        printed: A number of 64 bits with a sign for employer and state as its document prints them; 0 where it states no employer.
        values: A value for each of `VALUES`, in this order; "" for none.
        same: A name of its vector (16 bytes), the same for all passages of one vector.
        vector: float32 of shape (d,), of length one, seen from the centre.
        terms: int32 of shape (t,), ascending, all above 0: numbers of its distinct stems.
        weights: float32 of shape (t,): what each adds to a BM25 score, but for the rarity of the stem.
    """

    key: int
    document: int
    label: int
    printed: int
    values: tuple[str, ...]
    same: bytes
    vector: Vector
    terms: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A generation as the reader of one sees it.

    Attributes:
        database: A connection that goes on seeing it.
        schema: The schema of the database that the index is kept in.
        identity: The index, whatever its generation (32 hexadecimal digits).
        dimension: Of the vectors.
        generation: Its number.
        base: When everything was last made anew for the engine: the generation times `MAKINGS`, and one more each time that it was made again.
        passages: How many passages there are.
        gone: Numbers of documents that went since the base and whose rows an engine without transactions may still hold.
        home: What tells the schema from its copies elsewhere, for such an engine, see `tables.home_of`.
    """

    database: Database
    schema: str
    identity: str
    dimension: int
    generation: int
    base: int
    passages: int
    gone: tuple[int, ...]
    home: str

    @property
    def is_fresh(self) -> bool:
        """Whether everything was made anew at this very generation, so that nothing has gone since."""
        return self.generation == self.base // MAKINGS


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a generation in the making.

    Attributes:
        pinned: The generation in the making, as it will be seen; `gone` has what goes with it.
        anew: Whether everything is to be made anew: then nobody reads anything of this base, and the rows are those of all passages.
        removed: Numbers of the documents that go; none if everything is made anew.
        added: How many rows come.
    """

    pinned: Pinned
    anew: bool
    removed: tuple[int, ...]
    added: int


class Engine(Protocol):
    """What finds candidates.

    The writer calls `write` and then commits the truth, both in its transaction and under the
    writer's lock; it may be killed, or the commit refused, between the two: the next writer has the same generation number
    to give, and what is left of the first is to do no harm. Readers of earlier generations go on meanwhile.
    """

    @property
    def name(self) -> str:
        """What it is: an index is of one engine."""

    @property
    def transactional(self) -> bool:
        """Whether its rows are part of the transaction, so that nothing of what went is left to be dropped."""

    def nearest(self, pinned: Pinned, vector: Vector, k: int, condition: Condition) -> Keys:
        """Keys of passages that take part and are nearest to a unit vector seen from the centre, in any order, about k.

        Raises:
            StorageError: It does not answer.
        """

    def worded(self, pinned: Pinned, words: Mapping[int, float], k: int, condition: Condition) -> Keys:
        """Keys of passages that take part and have the highest inner products of their weights with those of some terms.

        Args:
            pinned: The generation.
            words: Numbers of terms to weights above 0; at least one.
            k: About how many; those without a common word are not among them.
            condition: Which take part.

        Raises:
            StorageError: It does not answer.
        """

    def prepare(self, database: Database) -> None:
        """See that what is needed to write is there, before hours of reading.

        Args:
            database: A connection that writes, outside of transactions.

        Raises:
            StorageError: It is not; the message says what to do.
        """

    def write(self, change: Change, rows: Iterable[EngineRow]) -> None:
        """Put what is new where readers of the generation in the making will find it, and see that all of it is there.

        Raises:
            StorageError: It does not answer, or does not hold what was written.
        """

    def drop(self, pinned: Pinned) -> None:
        """Drop what the newest generation does not need: older bases, rows of documents that are gone, what stopped writers left.

        Nobody reads an earlier generation while this is called, and nobody else writes.
        """

    def problems(self, pinned: Pinned, rows: Iterable[EngineRow]) -> Iterator[str]:
        """What is wrong with what it holds, a sentence each.

        Args:
            pinned: The newest generation.
            rows: Of all passages, in the order of their keys.
        """

    def size_bytes(self, pinned: Pinned) -> int:
        """How much room it takes up, as far as it tells."""
