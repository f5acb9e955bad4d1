"""Two roles side by side, and roles found to be alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specsearch.records.decision import Decision, Standing
from specsearch.records.document import Document
from specsearch.records.ladder import Ladder
from specsearch.records.passage import Passage
from specsearch.records.role import Requirement, Role, Signal
from specsearch.records.showing import Shown


class Verdict(StrEnum):
    """What a comparison of two roles comes to."""

    COMPARABLE = "comparable"
    OTHER_LEVEL = "comparable at another level"
    PARTLY = "partly comparable"
    NOT_COMPARABLE = "not comparable"
    TOO_LITTLE = "too little to judge"


def between(interval: tuple[float, float]) -> str:
    """An interval of shares in words: "between 45 and 90%"."""
    low, high = (f"{share * 100:.0f}" for share in interval)
    return f"between {low} and {high}%"


@dataclass(frozen=True, slots=True)
class DutyMatch:
    """A duty of the first role and its counterpart in the second.

    Attributes:
        a: Duty of the first role.
        b: Duty of the second.
        score: 0 to 1, learned from readers' labels, the higher the surer they would put the two side by side; matches are at or above the comparison's threshold.
    """

    a: Passage
    b: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A statement in which a role says that it is distinguished from the other's class or series.

    Attributes:
        of: "a" or "b": whose statement it is.
        passage: The statement.
    """

    of: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Method:
    """How scores came about, so that they can be made again.

    Attributes:
        release: Version of specsearch.
        model: Name of the embedding model.
        precision: "int8" or "fp32".
        fingerprint: Of the model's vectors.
        generation: Number of the index' state.
        state: Its identity.
        roles: Number of roles in the index.
    """

    release: str
    model: str
    precision: str
    fingerprint: str
    generation: int
    state: str
    roles: int


@dataclass(frozen=True, slots=True)
class Comparison(Shown):
    """Two roles, duty by duty.

    Attributes:
        a: The first role.
        b: The second.
        matches: One-to-one counterparts, best first.
        partial: Further counterparts of duties that have no match of their own: a statement on the other
            side, already matched, holds this duty too.
        unmatched_a: Duties of the first without any counterpart, in their order.
        unmatched_b: Duties of the second without any.
        boilerplate_a: Statements among the duties of the first that nearly every class has; they do not count.
        boilerplate_b: Those of the second.
        coverage_a: Share of the first's duties that have a counterpart, 0 to 1.
        coverage_b: Share of the second's.
        threshold: Least score of a counterpart.
        similarity: Score of the two roles as wholes, in standard deviations over random pairs of roles of different employers.
        percentile: Share of such pairs that are less similar, 0 to 100.
        requirements_a: What the first requires.
        requirements_b: What the second requires.
        level_a: Signs of the first's level.
        level_b: Signs of the second's.
        level_difference: Above 0 if the signs put the first higher, below 0 if lower, 0 if they are level.
        exclusions: Statements that set one apart from the other's class.
        verdict: What it comes to.
        reasons: Why, a sentence each.
        decisions: What reviewers have decided about this pair before, oldest first.
        method: How it was made.
        unsure_a: Statements of the first that are read as duties or qualifications, but unsurely; they do not count.
        unsure_b: Those of the second.
        interval_a: Between which shares the coverage of the first lies, had its duties been other ones of the same job; 0 to 1.
        interval_b: The same of the second.
        ladders: The families of the two, where they were asked for.
        nearest_a: The statement of the second that is nearest to each unmatched duty of the first; none where nothing is near.
        nearest_b: The same of the second's unmatched duties.
    """

    a: Role
    b: Role
    matches: tuple[DutyMatch, ...]
    partial: tuple[DutyMatch, ...]
    unmatched_a: tuple[Passage, ...]
    unmatched_b: tuple[Passage, ...]
    boilerplate_a: tuple[Passage, ...]
    boilerplate_b: tuple[Passage, ...]
    coverage_a: float
    coverage_b: float
    threshold: float
    similarity: float
    percentile: float
    requirements_a: tuple[Requirement, ...]
    requirements_b: tuple[Requirement, ...]
    level_a: tuple[Signal, ...]
    level_b: tuple[Signal, ...]
    level_difference: float
    exclusions: tuple[Exclusion, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    decisions: tuple[Decision, ...]
    method: Method
    unsure_a: tuple[Passage, ...] = ()
    unsure_b: tuple[Passage, ...] = ()
    interval_a: tuple[float, float] = (0.0, 1.0)
    interval_b: tuple[float, float] = (0.0, 1.0)
    ladders: tuple[Ladder, Ladder] | None = None
    nearest_a: tuple[DutyMatch, ...] = ()
    nearest_b: tuple[DutyMatch, ...] = ()

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The decisions, each with whether both documents still have the texts that it was made on."""
        texts = {self.a.document.content_hash, self.b.document.content_hash}
        return tuple(Standing(one, {one.content_a, one.content_b} == texts) for one in self.decisions)

    def __repr__(self) -> str:
        return f"<Comparison of {self.a.document.doc_id} and {self.b.document.doc_id}: {self.verdict}, {self.coverage_a:.0%} and {self.coverage_b:.0%} of duties>"


@dataclass(frozen=True, slots=True)
class SimilarRole(Shown):
    """A role that was found to be like another.

    Attributes:
        document: Its document.
        rank: From 1.
        score: In standard deviations over random pairs of roles of different employers.
        percentile: Share of such pairs that are less similar, 0 to 100.
        reason: Why, in a line: shared duties and level.
        verdict: What a comparison of the two comes to; None if it states no duties.
        coverage: Share of the asked role's duties that it has, 0 to 1.
        standing: What a reviewer decided last about the two; None if nothing.
    """

    document: Document
    rank: int
    score: float
    percentile: float
    reason: str
    verdict: Verdict | None
    coverage: float
    standing: Standing | None = None

    def __repr__(self) -> str:
        decided = f", decided: {self.standing.decision.choice}" if self.standing else ""
        return f"<SimilarRole {self.rank}, {self.score:.2f}: {self.document.doc_id}, {self.verdict or 'cannot be compared'}{decided}>"
