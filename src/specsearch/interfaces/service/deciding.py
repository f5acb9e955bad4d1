"""What reviewers decide about pairs of roles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.escaping import one_line, whole_characters, without_controls
from specsearch.interfaces.service.session import Notice, Session
from specsearch.records import Choice, Decision, Standing

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """A reviewer's decision.

    Attributes:
        a: Name of a role of the index; a path only to be told that a file cannot be decided on.
        b: The same of the role that it was compared with.
        choice: The decision.
        reason: Why; not blank.
        reviewer: Who decided; not blank.
    """

    a: str | Path
    b: str | Path
    choice: Choice
    reason: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class DecideAnswer:
    """The decision as it was kept.

    Attributes:
        decision: It.
        waits: Whether it is kept beside the index, and in it when the update is done that runs now.
    """

    decision: Decision
    waits: bool = False


@dataclass(frozen=True, slots=True)
class DecisionsRequest:
    """All that was decided.

    Attributes:
        export: File to write it to, as judgements for `specsearch evaluate --level role`.
        force: Whether one that is there may be replaced.
    """

    export: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class DecisionsAnswer:
    """Decisions, oldest first.

    Attributes:
        decisions: Those that are in the index.
        waiting: Those that are kept beside it while it is being written, and come in after.
    """

    decisions: tuple[Decision, ...]
    waiting: tuple[Decision, ...] = ()


def decide(request: DecideRequest, session: Session) -> DecideAnswer:
    """Keep a reviewer's decision about two roles of the index.

    Raises:
        UsageError: No such roles, files, twice the same one, no reason or nobody who decides, or more than is kept of these.
        SpecsearchError: As for `open_index` and `keep`.
    """
    from specsearch.interfaces.service.keeping import LONGEST_REASON, check_length, keep
    from specsearch.roles.decisions import decision, standings

    reason, reviewer = whole_characters(without_controls(request.reason)).strip(), one_line(whole_characters(request.reviewer))
    if not reason:
        raise UsageError("Give a reason: it is what makes the decision defensible.")
    if not reviewer:
        raise UsageError("Give your name: it is kept with the decision.")
    check_length("The reason", reason, LONGEST_REASON)
    check_length("The name of who decides", reviewer)
    with session.reading() as snapshot:
        one, other = (_indexed(snapshot, role, session.notice) for role in (request.a, request.b))
        if one == other:
            raise UsageError("Both are the same role.")
        if before := standings(snapshot, snapshot.document(one)).get(other):
            session.notice(f"Decided before: {said(before)}. {before.decision.reason}")
        kept = decision(snapshot, one, other, request.choice, reason, reviewer)
    return DecideAnswer(kept, keep([kept], session))


def said(standing: Standing) -> str:
    """A decision in words: "rejected by Ann on 2026-03-01"."""
    from specsearch.roles import decisions as kept

    return kept.said(standing)


def _indexed(snapshot: Snapshot, role: str | Path, notice: Notice) -> int:
    """The role of the index that is meant: a text is never looked for on this machine."""
    from specsearch.roles.find import find_role, named_role

    number = find_role(snapshot, str(role), notice) if isinstance(role, Path) else named_role(snapshot, role, notice)
    if number is None:
        raise UsageError(f"{role} is a file that is not in the index: only indexed roles can be decided on.")
    return number


def decisions(request: DecisionsRequest, session: Session) -> DecisionsAnswer:
    """Tell, and perhaps write, what was decided.

    Raises:
        UsageError: Nothing was decided that could be written, or the file exists.
        SpecsearchError: As for `open_index`, or the file cannot be written.
    """
    from specsearch.evaluation.dataset import write_qrels
    from specsearch.files import check_free
    from specsearch.interfaces.service.keeping import waiting
    from specsearch.roles.decisions import as_qrels

    if request.export is not None:
        check_free(request.export, force=request.force)
    with session.reading() as snapshot:
        found = snapshot.decisions()
    if request.export is not None:
        if not found:
            raise UsageError(f"Nothing has been decided in {session.address} yet.")
        write_qrels(request.export, as_qrels(found), force=request.force)
        session.notice(f"Wrote {request.export}.")
    # What came in meanwhile is in both.
    return DecisionsAnswer(tuple(found), tuple(one for one in waiting(session) if isinstance(one, Decision) and one not in found))
