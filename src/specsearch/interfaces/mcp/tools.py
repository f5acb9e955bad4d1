"""The tools: what each takes, and which function of the service answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from specsearch.errors import UsageError
from specsearch.escaping import json_text
from specsearch.interfaces.mcp import forms, kept_forms, kept_schemas, schemas
from specsearch.interfaces.mcp.plain import plain
from specsearch.interfaces.service import asking, documents, lists, roles, searches, searching
from specsearch.interfaces.service.session import Session
from specsearch.records import DocumentKind, Kind, Label

_NOTES = 5
"""Notices that an answer repeats, at most."""


def _several(value: object) -> object:
    """A single value as a list of one: models give either."""
    return [value] if isinstance(value, str) else value


_Texts = Annotated[list[Annotated[str, Field(max_length=300)]], BeforeValidator(_several), Field(max_length=50)]


class Restriction(BaseModel):
    """What a document must be; of each member one of the values must hold."""

    model_config = ConfigDict(extra="forbid")

    city: Annotated[_Texts, Field(description="Employers by name, or part of it.")] = []
    state: Annotated[_Texts, Field(description="Two-letter codes, or names.")] = []
    title: Annotated[_Texts, Field(description="Parts of the class title.")] = []
    level: Annotated[_Texts, Field(description='Levels within a series, as printed: "II", "Senior".')] = []
    document_kind: Annotated[list[DocumentKind], BeforeValidator(_several), Field(description="Kinds of document.")] = []
    year: Annotated[_Texts, Field(description='Years of the effective date: "2019", "2015-2019", "2015-", "-2010".')] = []

    def where(self) -> asking.Where:
        """The same for the service."""
        return asking.Where(tuple(self.city), tuple(self.state), tuple(self.title), tuple(self.level), tuple(self.document_kind), tuple(self.year))


class Likeness(BaseModel):
    """A passage whose like are looked for."""

    model_config = ConfigDict(extra="forbid")

    like: Annotated[str, Field(min_length=1, max_length=5_000, description="DOCUMENT:START-END, as answers have its place.")]


class AsTyped(BaseModel):
    """Words that are to be taken as nothing else."""

    model_config = ConfigDict(extra="forbid")

    as_typed: Annotated[str, Field(min_length=1, max_length=2_000, description="Words in which no phrase, class, employer, state, section or misspelling is looked for.")]


_Words = Annotated[str, Field(min_length=1, max_length=2_000)]
_Where = Annotated[Restriction | None, Field(description="Restrict to documents of these employers, states, titles, levels, kinds or years.")]
_Role = Annotated[
    str, Field(min_length=1, max_length=1_000, description="A role: document id, class title, class code, or words of its title, employer or code that only it has.")
]
_PerCity = Annotated[int, Field(ge=0, le=50, description="At most so many of one employer; 0: no limit.")]
_Offset = Annotated[int, Field(ge=0, description="How many to pass over: next_offset of the answer before.")]


class Tools:
    """The functions that the server offers; none writes anything."""

    def __init__(self, session_of: Callable[[], Session], address: str) -> None:
        """Take what gives the session, which is asked at each call, and where the index is."""
        self._session_of = session_of
        self._address = address

    def search_passages(
        self,
        query: Annotated[_Words | Likeness | AsTyped, Field(description='Words, a duty or a requirement: a whole statement works best. A class code, a title with its level, an employer, "a phrase", -word and field:value are understood. Or a passage whose like are looked for: {"like": "DOCUMENT:START-END"}. Or words only: {"as_typed": "..."}.')],
        k: Annotated[int, Field(ge=1, le=30, description="Number of passages.")] = 8,
        kinds: Annotated[list[Kind], BeforeValidator(_several), Field(description="Kinds of passage. Default: duty and qualification.")] = [],  # noqa: B006  # it is only read
        sections: Annotated[list[Label], BeforeValidator(_several), Field(description="Sections that a passage may be in.")] = [],  # noqa: B006
        where: _Where = None,
        per_city: _PerCity = 0,
    ) -> Annotated[CallToolResult, schemas.Found]:
        """Find passages."""
        words = query if isinstance(query, str) else query.as_typed if isinstance(query, AsTyped) else ""
        like = query.like if isinstance(query, Likeness) else ""
        request = searching.SearchRequest(
            words, k + 1, frozenset(kinds), frozenset(sections), _where(where), per_city=per_city, like=like, as_typed=isinstance(query, AsTyped)
        )
        return self._told(lambda session: forms.found(searching.search(request, session), k))

    def find_roles(
        self,
        where: _Where = None,
        offset: _Offset = 0,
        k: Annotated[int, Field(ge=1, le=60, description="Number of roles.")] = 25,
    ) -> Annotated[CallToolResult, schemas.Listed]:
        """List roles."""
        return self._told(lambda session: forms.listed(roles.roles(roles.RolesRequest(_where(where)), session), offset, k))

    def similar_roles(
        self,
        role: _Role,
        k: Annotated[int, Field(ge=1, le=30, description="Number of roles.")] = 8,
        where: _Where = None,
        per_city: _PerCity = 0,
    ) -> Annotated[CallToolResult, schemas.Alike]:
        """Find roles that are like one."""
        request = roles.SimilarRequest(role, k + 1, _where(where), per_city, blended=True)
        return self._told(lambda session: forms.alike(roles.similar(request, session), k))

    def compare_roles(self, a: _Role, b: _Role) -> Annotated[CallToolResult, schemas.Compared]:
        """Compare two roles."""
        return self._told(lambda session: forms.compared(roles.compare(roles.CompareRequest(a, b), session)))

    def survey(
        self,
        role: Annotated[_Role | None, Field(description="A role, as for the other tools. Leave it out for a duty.")] = None,
        duty: Annotated[str | None, Field(min_length=1, max_length=2_000, description="A duty in words. Leave it out for a role.")] = None,
        offset: _Offset = 0,
        k: Annotated[int, Field(ge=1, le=50, description="Number of employers.")] = 20,
    ) -> Annotated[CallToolResult, schemas.Surveyed]:
        """Find the counterpart at each employer."""
        if (role is None) == (duty is None):
            raise UsageError("Give either role or duty.")

        def answered(session: Session) -> dict[str, Any]:
            if role is not None:
                return forms.surveyed(roles.survey_role(roles.RoleSurveyRequest(role), session), offset, k)
            return forms.surveyed(roles.survey_duty(roles.DutySurveyRequest(duty or ""), session), offset, k)

        return self._told(answered)

    def ladder(self, role: _Role) -> Annotated[CallToolResult, schemas.Family]:
        """Find the family of a role."""
        return self._told(lambda session: forms.family(roles.ladder(roles.LadderRequest(role), session)))

    def get_document(
        self,
        document: Annotated[str, Field(min_length=1, max_length=5_000, description="Document id, as other answers give it.")],
        offset: Annotated[int, Field(ge=0, description="First character: next_offset of the answer before.")] = 0,
        limit: Annotated[int, Field(ge=200, le=15_000, description="Characters of text or of statements, at most.")] = 6_000,
        sections: Annotated[list[Label], BeforeValidator(_several), Field(description="Give the statements of these sections instead of the text.")] = [],  # noqa: B006
    ) -> Annotated[CallToolResult, schemas.DocumentPart]:
        """Read a document."""
        return self._told(lambda session: forms.document_part(documents.document(documents.DocumentRequest(document), session), offset, limit, sections))

    def find_lists(self) -> Annotated[CallToolResult, kept_schemas.Collected]:
        """List lists and saved searches."""
        return self._told(lambda session: kept_forms.collected(lists.lists(lists.ListsRequest(), session), searches.searches(searches.SearchesRequest(), session)))

    def get_list(
        self,
        list_name: Annotated[str, Field(min_length=1, max_length=200, description="Name of the list, as find_lists gives it.")],
        offset: _Offset = 0,
        k: Annotated[int, Field(ge=1, le=50, description="Number of entries.")] = 20,
    ) -> Annotated[CallToolResult, kept_schemas.KeptList]:
        """Read a list."""
        return self._told(lambda session: kept_forms.kept_list(lists.show_list(lists.ShowListRequest(list_name), session), offset, k))

    def text_of(self, document: str) -> str:
        """The beginning of a document's text, as a resource; what is more is said at its end."""
        session = self._session_of()
        part = forms.document_part(documents.document(documents.DocumentRequest(document), session), 0, 15_000, ())
        return f"{part['text']}\n[{part['more'].replace('call again', 'call get_document')}]" if part["next_offset"] else str(part["text"])

    def _told(self, answered: Callable[[Session], dict[str, Any]]) -> CallToolResult:
        """Answer, with the notices that were given meanwhile; the text is the structured content as JSON."""
        notices: list[str] = []
        session = replace(self._session_of(), notice=notices.append)
        value = answered(session)
        value = {"notes": [plain(one, self._address) for one in notices[:_NOTES]], **value}
        return CallToolResult(content=[TextContent(type="text", text=json_text(value))], structured_content=value)


def _where(restriction: Restriction | None) -> asking.Where:
    return restriction.where() if restriction else asking.Where()
