"""Roles: which there are, which are like one, how two compare, and the counterparts in each city."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.interfaces.service.asking import Upload, Where, role_of
from specsearch.interfaces.service.session import Session
from specsearch.records import (
    Blend,
    CitySurvey,
    Comparison,
    DocumentKind,
    Kind,
    Ladder,
    SimilarRole,
    SourceClassification,
    Verdict,
)

MOST_COMPARED = 4
"""Roles that are set side by side at most."""


@dataclass(frozen=True, slots=True)
class RolesRequest:
    """Which roles to list.

    Attributes:
        where: What their documents must be.
    """

    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class ListedRole:
    """A role of the index, without its text.

    Attributes:
        doc_id: Its document.
        source: The class that it describes.
        kind: Kind of document.
        duties: How many statements of duties it has.
        qualifications: How many of qualifications.
    """

    doc_id: str
    source: SourceClassification
    kind: DocumentKind
    duties: int
    qualifications: int


@dataclass(frozen=True, slots=True)
class RolesAnswer:
    """Roles in the order of their ids."""

    roles: tuple[ListedRole, ...]


@dataclass(frozen=True, slots=True)
class SimilarRequest:
    """What roles are to be like.

    Attributes:
        role: Name of a role of the index, path of a file, or a document.
        k: How many roles at most.
        where: What their documents must be.
        per_city: Roles of one employer at most; 0 for no limit.
        masked: Whether titles are left out of the score.
        blended: Whether a blend is looked for where none of the roles covers the asked one well.
    """

    role: str | Path | Upload
    k: int = 10
    where: Where = field(default_factory=Where)
    per_city: int = 0
    masked: bool = False
    blended: bool = False


@dataclass(frozen=True, slots=True)
class SimilarAnswer:
    """Roles, best first; and what is said of the blend that was found, if any."""

    roles: tuple[SimilarRole, ...]
    blend: str = ""


@dataclass(frozen=True, slots=True)
class BlendRequest:
    """What two roles together are to cover.

    Attributes:
        role: Name of a role of the index, path of a file, or a document.
        where: What their documents must be.
        per_city: Roles of one employer that are looked at, at most; 0 for no limit.
        masked: Whether titles are left out of how alike roles are.
    """

    role: str | Path | Upload
    where: Where = field(default_factory=Where)
    per_city: int = 0
    masked: bool = False


@dataclass(frozen=True, slots=True)
class BlendAnswer:
    """The two, if there are any that add clearly to the best single role, and why there are or are none, in a sentence."""

    blend: Blend | None
    reason: str


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Two roles to compare, each by name, as a file or as a document."""

    a: str | Path | Upload
    b: str | Path | Upload


@dataclass(frozen=True, slots=True)
class CompareAnswer:
    """How they compare."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class CompareSeveralRequest:
    """Two to four roles, each by name, as a file or as a document: the first is compared with each of the others."""

    roles: tuple[str | Path | Upload, ...]


@dataclass(frozen=True, slots=True)
class CompareSeveralAnswer:
    """How the first compares with each of the others, in their order."""

    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class LadderRequest:
    """A role whose family is looked for, by name, as a file or as a document."""

    role: str | Path | Upload


@dataclass(frozen=True, slots=True)
class LadderAnswer:
    """Its family."""

    ladder: Ladder


@dataclass(frozen=True, slots=True)
class RoleSurveyRequest:
    """A role whose counterparts are looked for, by name, as a file or as a document."""

    role: str | Path | Upload


@dataclass(frozen=True, slots=True)
class DutySurveyRequest:
    """A duty whose counterparts are looked for."""

    duty: str


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """The best counterpart in each city."""

    survey: CitySurvey


def roles(request: RolesRequest, session: Session) -> RolesAnswer:
    """List the roles in the index; documents that are not about one job only if their kind is asked for.

    Raises:
        UsageError: No document has a value that it must have.
    """
    from specsearch.retrieval.filters import Filters, documents_of, where

    with session.reading() as snapshot:
        kept = documents_of(snapshot, request.where.filters())
        duties, qualifications = (snapshot.passages_by_document(where(snapshot, Filters(kinds=kind))) for kind in (Kind.DUTY, Kind.QUALIFICATION))
        found = (
            ListedRole(entry.doc_id, entry.source, entry.kind, duties.get(entry.number, 0), qualifications.get(entry.number, 0))
            for entry in snapshot.entries()
            if (kept is None or entry.number in kept) and (entry.kind is not DocumentKind.NOT_ONE_JOB or entry.kind in request.where.document_kind)
        )
        return RolesAnswer(tuple(found))


def similar(request: SimilarRequest, session: Session) -> SimilarAnswer:
    """Find the roles most like one.

    Raises:
        SpecsearchError: As for `specsearch.similar`.
    """
    import specsearch.api as api
    from specsearch.roles.blend import blend as blend_roles
    from specsearch.roles.profiles import open_profiles
    from specsearch.roles.similarity import Among
    from specsearch.roles.verdict import COMPARABLE

    with session.reading() as snapshot:
        role = role_of(snapshot, request.role, session.notice)
        filters = request.where.filters()
        found = api.similar(snapshot, role, request.k, filters=filters, per_city=request.per_city, masked=request.masked)
        if not request.blended or any(one.coverage >= COMPARABLE and one.verdict is not Verdict.TOO_LITTLE for one in found):
            return SimilarAnswer(tuple(found))
        blended, said = blend_roles(open_profiles(snapshot), role, Among(filters, request.per_city, request.masked))
        return SimilarAnswer(tuple(found), said if blended else "")


def blend(request: BlendRequest, session: Session) -> BlendAnswer:
    """Find the two roles that together cover most of one that no single role covers well.

    Raises:
        SpecsearchError: As for `specsearch.blend`.
    """
    from specsearch.roles.blend import blend as blend_roles
    from specsearch.roles.profiles import open_profiles
    from specsearch.roles.similarity import Among

    with session.reading() as snapshot:
        role = role_of(snapshot, request.role, session.notice)
        among = Among(request.where.filters(), request.per_city, request.masked)
        return BlendAnswer(*blend_roles(open_profiles(snapshot), role, among))


def compare(request: CompareRequest, session: Session) -> CompareAnswer:
    """Compare two roles duty by duty.

    Raises:
        SpecsearchError: As for `specsearch.compare`.
    """
    import specsearch.api as api

    with session.reading() as snapshot:
        a, b = (role_of(snapshot, role, session.notice) for role in (request.a, request.b))
        comparison = api.compare(snapshot, a, b)
    one, other = comparison.a.document, comparison.b.document
    if (one.doc_id, one.content_hash) == (other.doc_id, other.content_hash):
        session.notice("The role is compared with itself.")
    return CompareAnswer(comparison)


def names_of(comparison: Comparison) -> tuple[str, str]:
    """What the two roles of a comparison are called, told apart where their titles are the same."""
    from specsearch.roles import names

    return names.names_of(comparison.a.document, comparison.b.document)


def compare_several(request: CompareSeveralRequest, session: Session) -> CompareSeveralAnswer:
    """Compare a role with one to three others, duty by duty.

    Raises:
        UsageError: Fewer than two roles, or more than four.
        SpecsearchError: As for `specsearch.compare`.
    """
    first, *others = request.roles or ("",)
    if not 1 <= len(others) < MOST_COMPARED:
        raise UsageError(f"Give two to {MOST_COMPARED} roles to compare, not {len(request.roles)}.")
    return CompareSeveralAnswer(tuple(compare(CompareRequest(first, other), session).comparison for other in others))


def ladder(request: LadderRequest, session: Session) -> LadderAnswer:
    """Find the classes that lead to a role and that it leads to.

    Raises:
        SpecsearchError: As for `specsearch.ladder`.
    """
    import specsearch.api as api

    with session.reading() as snapshot:
        return LadderAnswer(api.ladder(snapshot, role_of(snapshot, request.role, session.notice)))


def survey_role(request: RoleSurveyRequest, session: Session) -> SurveyAnswer:
    """Find the best counterpart of a role in each city.

    Raises:
        SpecsearchError: As for `specsearch.survey_role`.
    """
    import specsearch.api as api

    with session.reading() as snapshot:
        return SurveyAnswer(api.survey_role(snapshot, role_of(snapshot, request.role, session.notice)))


def survey_duty(request: DutySurveyRequest, session: Session) -> SurveyAnswer:
    """Find the best counterpart of a duty in each city.

    Raises:
        SpecsearchError: As for `specsearch.survey_duty`.
    """
    import specsearch.api as api

    with session.reading() as snapshot:
        return SurveyAnswer(api.survey_duty(snapshot, request.duty))
