"""Which role is meant, and what the index knows of one before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.interfaces.service.session import Session
from specsearch.records import DocumentKind, Role, SourceClassification, Standing

if TYPE_CHECKING:
    from specsearch.storage.keys import Entry


@dataclass(frozen=True, slots=True)
class FindRequest:
    """What a user says, or has typed so far, to name a role of the index.

    Attributes:
        text: A document id, a title, a class code, or words of these and of the employer.
        k: How many roles at most.
    """

    text: str
    k: int = 10


@dataclass(frozen=True, slots=True)
class FoundRole:
    """A role that may be meant."""

    doc_id: str
    source: SourceClassification
    kind: DocumentKind


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """Which roles may be meant.

    Attributes:
        meant: Id of the document of the one that is meant; None where none or several are.
        roles: Those that may be, likelier ones first.
        count: How many these are without the limit.
        refused: Why a document of that very id is no role; "" where there is none, or it is one.
    """

    meant: str | None
    roles: tuple[FoundRole, ...]
    count: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """A role of the index, by name."""

    role: str


@dataclass(frozen=True, slots=True)
class RoleAnswer:
    """It, as its document has it.

    Attributes:
        role: Its document with its statements.
        decided: Other roles that reviewers decided about it, each with the last decision, newest first.
    """

    role: Role
    decided: tuple[tuple[FoundRole, Standing], ...]


def find(request: FindRequest, session: Session) -> FindAnswer:
    """Find the roles that a text may name; nothing is looked for on this machine.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.find import naming
    from specsearch.roles.reading import catalog, no_role

    with session.reading() as snapshot:
        roles = catalog(snapshot)
        number = snapshot.number(request.text.strip())
        if number is not None and number not in roles:
            return FindAnswer(None, (), 0, no_role(snapshot.document(number)))
        found = naming(snapshot, request.text)
        meant = None if found.meant is None else roles[found.meant].doc_id
        return FindAnswer(meant, tuple(_found(roles[number]) for number in found.near[: request.k]), len(found.near))


def role(request: RoleRequest, session: Session) -> RoleAnswer:
    """Tell what the index knows of a role, with what reviewers decided about it and others.

    Raises:
        UsageError: There is no such role, or there are several.
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.decisions import standings
    from specsearch.roles.find import named_role
    from specsearch.roles.reading import catalog

    with session.reading() as snapshot:
        number = named_role(snapshot, request.role, session.notice)
        document = snapshot.document(number)
        ((passages, _),) = snapshot.statements([number])
        roles = catalog(snapshot)
        decided = [(_found(roles[other]), standing) for other, standing in standings(snapshot, document).items() if other in roles]
        decided.sort(key=lambda one: one[1].decision.date, reverse=True)
        return RoleAnswer(Role(document, tuple(passages)), tuple(decided))


def _found(entry: Entry) -> FoundRole:
    return FoundRole(entry.doc_id, entry.source, entry.kind)
