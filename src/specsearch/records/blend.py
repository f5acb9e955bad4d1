"""Two roles that together do the work of one."""

from __future__ import annotations

from dataclasses import dataclass

from specsearch.records.comparison import DutyMatch, Method, Verdict
from specsearch.records.decision import Standing
from specsearch.records.document import Document
from specsearch.records.passage import Passage
from specsearch.records.role import Role
from specsearch.records.showing import Shown


@dataclass(frozen=True, slots=True)
class BlendPart:
    """One of two roles that together cover a third.

    Attributes:
        document: Its document.
        score: How alike it and the asked role are as wholes, as `SimilarRole` has it.
        verdict: What a comparison of the asked role with it alone comes to.
        coverage: Share of the asked role's duties that it alone has, 0 to 1.
        matches: Duties of the asked role (`a`) and their counterparts in it (`b`), in the order of the former.
        only: Duties of the asked role that it has and the other part has not.
        standing: What a reviewer decided last about the asked role and it; None if nothing.
    """

    document: Document
    score: float
    verdict: Verdict
    coverage: float
    matches: tuple[DutyMatch, ...]
    only: tuple[Passage, ...]
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Blend(Shown):
    """The two roles that together cover most of one that no single role covers well.

    Attributes:
        role: The asked role.
        parts: The two, that which covers more first.
        duties: The duties of the asked role that count, in their order.
        both: Those that both parts have.
        left: Those that neither has.
        coverage: Share that the two have together, 0 to 1.
        single: Share that the best single role has.
        threshold: Least score of a counterpart of a duty.
        method: How it was made.
    """

    role: Role
    parts: tuple[BlendPart, BlendPart]
    duties: tuple[Passage, ...]
    both: tuple[Passage, ...]
    left: tuple[Passage, ...]
    coverage: float
    single: float
    threshold: float
    method: Method

    def __repr__(self) -> str:
        one, other = (part.document.doc_id for part in self.parts)
        return f"<Blend for {self.role.document.doc_id}: {one} and {other}, {self.coverage:.0%} of duties>"
