"""What is known of all roles of an index together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.encoding.models import DUTIES_MODEL
from specsearch.errors import StorageError, UsageError
from specsearch.records import Kind, Passage, SourceClassification
from specsearch.roles.duties import Duties, duty_bounds, ready
from specsearch.roles.estimating import estimated
from specsearch.roles.graph import links
from specsearch.roles.kept import Kept, read_kept, write_kept
from specsearch.roles.likeness import Likeness, Measure
from specsearch.roles.outlines import ENOUGH, Floats, Outline, hash32, outline, wholes_of
from specsearch.roles.rarity import NOWHERE
from specsearch.roles.reading import catalog, statements
from specsearch.roles.reference import Reference, shipped
from specsearch.storage.store import Snapshot

_ROLES = 64
"""Roles whose texts are embedded at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A role to be compared.

    Attributes:
        outline: In numbers.
        employer: Number of its employer (`Profiles.employer`).
        number: Row number of its document; None for one that is not in the index.
        linked: Row numbers of the roles of its employer that name it, or that it names.
    """

    outline: Outline
    employer: int
    number: int | None = None
    linked: frozenset[int] = frozenset()


@dataclass
class Profiles:
    """All roles of one generation of an index.

    Attributes:
        index: The open index.
        numbers: Row numbers of the roles' documents, in the order of their ids.
        outlines: Their outlines.
        reference: What is usual among roles.
    """

    index: Snapshot = field(repr=False)
    numbers: list[int] = field(repr=False)
    outlines: list[Outline] = field(repr=False)
    reference: Reference = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    # --- roles as wholes -------------------------------------------------------------------------

    @cached_property
    def _employers(self) -> dict[str, int]:
        """Numbers of employers by name."""
        entries = catalog(self.index)
        return {name: place for place, name in enumerate(sorted({entries[number].employer or "" for number in self.numbers} - {""}))}

    @cached_property
    def _measure(self) -> Measure:
        entries = catalog(self.index)
        return Measure(self.outlines, np.array([self._employers.get(entries[number].employer or "", NOWHERE) for number in self.numbers], dtype=np.int64), self.reference)

    @cached_property
    def places(self) -> dict[int, int]:
        """Places of the roles by the row numbers of their documents."""
        return {number: place for place, number in enumerate(self.numbers)}

    @cached_property
    def _linked(self) -> dict[int, frozenset[int]]:
        """Row numbers of the roles that name a role or that it names, by its own."""
        found: dict[int, set[int]] = {}
        for number, named in links(self.index).items():
            for other in named:
                found.setdefault(number, set()).add(other)
                found.setdefault(other, set()).add(number)
        return {number: frozenset(others) for number, others in found.items()}

    def employer(self, source: SourceClassification) -> int:
        """Number of the employer of a document, which need not be in the index; `NOWHERE` where it states none."""
        name = self.index.employer_of(source)
        if name is not None:
            return self._employers.get(name, NOWHERE)
        # One that has no document here: a number of its own, by its name and state.
        return -2 - hash32(f"{source.jurisdiction}, {source.state}") if source.jurisdiction else NOWHERE

    def linked(self, number: int) -> frozenset[int]:
        """Row numbers of the roles that name a role of the index, or that it names."""
        return self._linked.get(number, frozenset())

    def placed(self, place: int) -> Placed:
        """The role at a place among the numbers."""
        return Placed(self.outlines[place], int(self._measure.employers[place]), self.numbers[place], self.linked(self.numbers[place]))

    def likeness(self, role: Placed, *, masked: bool = False) -> Likeness:
        """Compare a role with all.

        Args:
            role: A role, of the index or not.
            masked: Whether the titles are left out.

        Returns:
            Scores in standard deviations over random pairs of roles of different employers, and the share of those that score less, 0 to 100.
        """
        linked = [place for number in role.linked if (place := self.places.get(number)) is not None]
        return self._measure.likeness(role.outline, role.employer, linked, masked=masked)

    def pair(self, a: Placed, b: Placed) -> tuple[float, float]:
        """Score and percentile of two roles, indexed or not, as `likeness` has them."""
        found = self._measure.pair(a.outline, a.employer, b.outline, b.employer, linked=b.number in a.linked or a.number in b.linked)
        return float(found.scores[0]), float(found.percentiles[0])

    def alike(self, a: Placed, b: Placed) -> bool:
        """Whether two roles are more alike than chance explains, by the two alone: no other document counts."""
        return self.pair(Placed(a.outline, NOWHERE), Placed(b.outline, NOWHERE))[0] >= self.reference.threshold

    def aspects(self, role: Placed) -> dict[str, Floats]:
        """Cosines of a role with all, by aspect, each of shape (n,); nan where one of the two states nothing."""
        return self._measure.aspects(role.outline, role.employer)

    def by(self, role: Placed, aspects: Collection[str]) -> Floats:
        """Scores of a role with all by some aspects alone, evenly, shape (n,)."""
        return self._measure.by(self.aspects(role), role.employer, aspects)

    @property
    def threshold(self) -> float:
        """Least score of a counterpart of a role."""
        return self.reference.threshold

    # --- duties ----------------------------------------------------------------------------------

    def duties(self, passages: Sequence[Passage], vectors: Vectors) -> Duties:
        """Make duties ready to be compared.

        Args:
            passages: Statements, of which those that are no duties are left out.
            vectors: Theirs, shape (n, d).
        """
        is_duty = np.array([passage.kind is Kind.DUTY for passage in passages], dtype=bool)
        return ready(self.index, [passage for passage in passages if passage.kind is Kind.DUTY], vectors[is_duty])

    def duty_bounds(self, asked: Duties, cosines: npt.NDArray[np.float32], documents: npt.NDArray[np.int64]) -> Floats:
        """What the scores of a duty and others of the index do not exceed.

        Args:
            asked: One duty.
            cosines: Of its vector with those of the others, shape (n,).
            documents: Row numbers of the others' documents, shape (n,).
        """
        numbers = np.array(self.numbers)
        by_number = np.argsort(numbers)
        return duty_bounds(self.index, self.outlines, asked, cosines, by_number[np.searchsorted(numbers, documents, sorter=by_number)])


def open_profiles(index: Snapshot) -> Profiles:
    """Outlines of all roles of an index, kept beside it: only those of new documents are made.

    Raises:
        UsageError: There is none.
    """
    return index.once(_opened)


def _opened(index: Snapshot) -> Profiles:
    numbers, kept = list(catalog(index)), read_kept(index)
    if not numbers:
        raise UsageError(f"There is no role in {index.name}: none of its documents is about one job.")
    reference = shipped() if index.meta["model"] == DUTIES_MODEL else kept.reference if kept and kept.reference else estimated(index.encoder)
    if kept is not None and kept.state == index.meta["state"]:
        return Profiles(index, numbers, [kept.outlines[number] for number in numbers], reference)
    known = dict(kept.outlines) if kept else {}
    missing = [number for number in numbers if number not in known]
    if len(missing) > ENOUGH:
        index.notice(f"Outlining {len(missing):,} roles, once for this state of the index ...")
    known |= dict(zip(missing, outlined(index, missing), strict=True))
    profiles = Profiles(index, numbers, [known[number] for number in numbers], reference)
    with suppress(StorageError):  # a folder that may only be read
        write_kept(index, _kept(profiles, index.meta["state"]))
    return profiles


def outlined(index: Snapshot, numbers: Sequence[int]) -> Iterator[Outline]:
    """Outlines of documents of an index, whose row numbers are given."""
    entries = catalog(index)
    for start in range(0, len(numbers), _ROLES):
        some = numbers[start : start + _ROLES]
        found = list(statements(index, some))
        wholes = wholes_of(index.encoder, [entries[number].source.title for number in some], [passages for passages, _ in found])
        yield from (outline(*one, whole) for one, whole in zip(found, wholes, strict=True))


def _kept(profiles: Profiles, state: str) -> Kept:
    reference = None if profiles.index.meta["model"] == DUTIES_MODEL else profiles.reference
    return Kept(state, dict(zip(profiles.numbers, profiles.outlines, strict=True)), reference)
