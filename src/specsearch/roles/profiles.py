"""What is known of all roles of an index together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Vectors
from specsearch.errors import StorageError, UsageError
from specsearch.records import Kind, Passage
from specsearch.roles.duties import Duties, duty_bounds, ready
from specsearch.roles.kept import Kept, read_kept, write_kept
from specsearch.roles.likeness import Measure
from specsearch.roles.outlines import ENOUGH, Floats, Outline, outline
from specsearch.roles.reading import catalog, statements, title_vectors
from specsearch.storage.store import Snapshot


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a role and every role of the index are; arrays of shape (n,)."""

    scores: Floats
    percentiles: Floats


@dataclass
class Profiles:
    """All roles of one generation of an index.

    Attributes:
        index: The open index.
        numbers: Row numbers of the roles' documents, in the order of their ids.
        outlines: Their outlines.
        drawn: Cosines of random pairs of roles by aspect, if they are known already.
    """

    index: Snapshot = field(repr=False)
    numbers: list[int] = field(repr=False)
    outlines: list[Outline] = field(repr=False)
    drawn: dict[str, Floats] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    # --- roles as wholes -------------------------------------------------------------------------

    @cached_property
    def _measure(self) -> Measure:
        return Measure(self.outlines, self.drawn)

    def likeness(self, role: Outline, *, masked: bool = False) -> Likeness:
        """Compare a role with all.

        Args:
            role: An outline, of the index or not.
            masked: Whether the titles are left out.

        Returns:
            Scores in standard deviations over a random pair, and the share of random pairs that score less, 0 to 100.
        """
        scores = self._measure.scores(role, masked=masked)
        return Likeness(scores, self._measure.percentiles(scores, masked=masked))

    def pair_score(self, a: Outline, b: Outline) -> float:
        """Score of two roles, indexed or not, as `likeness` has it."""
        return float(self._measure.scores(a, b)[0])

    def percentile(self, score: float) -> float:
        """Share of random pairs of roles that score less, 0 to 100."""
        return float(self._measure.percentiles(np.array([score]))[0])

    def aspects(self, role: Outline) -> dict[str, Floats]:
        """Cosines of a role with all, by aspect, each of shape (n,)."""
        return self._measure.aspects(role)

    @property
    def threshold(self) -> float:
        """Least score of a counterpart of a role."""
        return self._measure.threshold

    @property
    def random_pairs(self) -> dict[str, Floats]:
        """Cosines of random pairs of roles of the index, by aspect, each of shape (p,)."""
        return self._measure.random_pairs

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
    if kept is not None and kept.state == index.meta["state"]:
        return Profiles(index, numbers, [kept.outlines[number] for number in numbers], drawn=kept.drawn)
    known = dict(kept.outlines) if kept else {}
    missing = [number for number in numbers if number not in known]
    if len(missing) > ENOUGH:
        index.notice(f"Outlining {len(missing):,} roles, once for this state of the index ...")
    known |= dict(zip(missing, _outlines(index, missing), strict=True))
    profiles = Profiles(index, numbers, [known[number] for number in numbers])
    with suppress(StorageError):  # a folder that may only be read
        write_kept(index, _kept(profiles, index.meta["state"]))
    return profiles


def _outlines(index: Snapshot, numbers: Sequence[int]) -> list[Outline]:
    entries = catalog(index)
    titles = title_vectors(index, [entries[number].source.title for number in numbers])
    return [outline(*found, titled) for found, titled in zip(statements(index, numbers), titles, strict=True)]


def _kept(profiles: Profiles, state: str) -> Kept:
    drawn = profiles.random_pairs if len(profiles) >= ENOUGH else None
    return Kept(state, dict(zip(profiles.numbers, profiles.outlines, strict=True)), drawn)
