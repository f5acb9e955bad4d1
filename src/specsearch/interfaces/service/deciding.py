"""What reviewers decide about pairs of roles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
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
        reviewer: Who decided.
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
    """Decisions, oldest first."""

    decisions: tuple[Decision, ...]


def decide(request: DecideRequest, session: Session) -> DecideAnswer:
    """Keep a reviewer's decision about two roles of the index.

    Raises:
        UsageError: No such roles, files, twice the same one, or no reason.
        SpecsearchError: As for `open_index` and `keep`.
    """
    from specsearch.interfaces.service.keeping import keep
    from specsearch.roles.decisions import decision, standings

    with session.reading() as snapshot:
        one, other = (_indexed(snapshot, role, session.notice) for role in (request.a, request.b))
        if one == other:
            raise UsageError("Both are the same role.")
        if not request.reason.strip():
            raise UsageError("Give a reason with --reason: it is what makes the decision defensible.")
        if before := standings(snapshot, snapshot.document(one)).get(other):
            session.notice(f"Decided before: {said(before)}. {before.decision.reason}")
        kept = decision(snapshot, one, other, request.choice, request.reason, request.reviewer)
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
    return DecisionsAnswer(tuple(found))
