"""What is asked in an address or a body: each value with its range, so that the description tells all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from specsearch.errors import UsageError
from specsearch.fields import FIELDS, Trait
from specsearch.interfaces.service import asking, keeping, searching
from specsearch.interfaces.service.documents import Order
from specsearch.interfaces.service.roles import MOST_COMPARED
from specsearch.interfaces.web.passages import MOST_LISTED
from specsearch.records import Choice, DocumentKind, EvaluationLevel, Kind, Label, Mode

MOST_HITS = 1000
LONGEST_QUERY = 5000
LONGEST_NAME = 1000
_LONGEST_VALUE = keeping.LONGEST_VALUE
_MOST_VALUES = 100
_MOST_ROWS = 1000
_LAST_ROW = 10_000_000
_LONGEST_TEXT = 200_000
_LONGEST_REASON = keeping.LONGEST_REASON
_MOST_LABELS = 1000
HIGHEST_GRADE = 3
MOST_QUERIES = 900_000
"""Characters of queries that are typed; a longer list is handed in as a file."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY)]
Role = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["port-lumen-wa/citizen-response-center-supervisor.html"])]
Reviewer = Annotated[str, Field(min_length=1, max_length=_LONGEST_VALUE)]
Passage = Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_NAME)]
Values = tuple[Annotated[str, StringConstraints(max_length=_LONGEST_VALUE)], ...]
"""Several values of a name; one of them has to hold."""
Most = Annotated[int, Field(ge=0, le=MOST_HITS)]
ROLE = "A role of the index: document id, title, class code, or words that only it has."


class Asked(BaseModel):
    """What is asked; an unknown name is refused, so that a misspelt one does not pass unheard."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Restricted(Asked):
    """What documents must be. Of each name one value must hold; several may be given."""

    city: Values = Field((), max_length=_MOST_VALUES, description="Employer, as anything prints it, or part of its name. Repeat for any of several.", examples=[["Port Lumen"]])
    state: Values = Field((), max_length=_MOST_VALUES, description="Two-letter code, or name. Repeat for any of several.", examples=[["WA", "Oregon"]])
    title: Values = Field((), max_length=_MOST_VALUES, description="Part of the class title. Repeat for any of several.", examples=[["supervisor"]])
    level: Values = Field((), max_length=_MOST_VALUES, description="Level within a series, as printed; 2 is II. Repeat for any of several.", examples=[["II"]])
    document_kind: tuple[DocumentKind, ...] = Field((), max_length=_MOST_VALUES, description="Sort of document. Repeat for any of several.")

    year: Values = Field((), max_length=_MOST_VALUES, description="Year of the effective date, or a range of years. Repeat for any of several.", examples=[["2015-2019"]])

    def where(self) -> asking.Where:
        """The same for the service."""
        return asking.Where(city=self.city, state=self.state, title=self.title, level=self.level, document_kind=self.document_kind, year=self.year)


class Paged(Asked):
    """A part of a list."""

    limit: int = Field(100, ge=1, le=_MOST_ROWS, description="Rows at most.")
    offset: int = Field(0, ge=0, le=_LAST_ROW, description="Rows before the first.")


class RestrictedList(Restricted, Paged):
    """A part of a list of documents."""


class SearchAsked(Restricted):
    """What to search for."""

    query: Text | None = Field(None, description="Words, a duty, a requirement.", examples=["monitors the operating budget"])
    like: Passage | None = Field(None, description="A passage to search with in place of a query: DOCUMENT:START-END. It is not among the hits.")
    k: int = Field(10, ge=1, le=MOST_HITS, description="Hits at most.")
    kind: frozenset[Kind] = Field(frozenset(), description="Sort of passage; repeat for several. None: duties and qualifications, or any where a label is given.")
    label: frozenset[Label] = Field(frozenset(), description="Section that a passage must be in. Repeat for any of several.")
    per_document: Most | None = Field(None, description="Hits of one document at most; 0: no limit. Without it three, but all of a class that is named.")
    per_city: Most = Field(0, description="Hits of one employer at most; 0: no limit.")
    mode: Mode = Field(Mode.HYBRID, description="Meaning and words weighed (hybrid) or by ranks (rrf), meaning only (dense), or words only (lexical).")
    explain: bool = Field(False, description="Whether to say why each passage was found.")
    as_typed: bool = Field(False, description="Whether all of the query is words: no phrase, class, place, section or misspelling is looked for in it.")
    plain: tuple[Text, ...] = Field((), max_length=_MOST_VALUES, description="A part of the query that is only words, as it is typed. Repeat for several.")
    boilerplate: bool = Field(True, description="Whether what nearly every class has (performs related work as required) may be a hit.")
    places: Most = Field(3, description="Other places of its text that each hit has at most.")
    facets: bool = Field(False, description="Whether to count what the nearest passages are of: employers, states, sections and so on.")

    def request(self) -> searching.SearchRequest:
        """The same for the service.

        Raises:
            UsageError: There is neither a query nor a passage to search with, or both.
        """
        if (self.query is None) == (self.like is None):
            raise UsageError("Give a query, or a passage to search with as like.")
        return searching.SearchRequest(
            self.query or "", self.k, self.kind, self.label, self.where(), per_document=self.per_document, per_city=self.per_city,
            mode=self.mode, explained=self.explain, faceted=self.facets, like=self.like or "", as_typed=self.as_typed, plain=self.plain,
            boilerplate=self.boilerplate, places=self.places,
        )  # fmt: skip


class FindAsked(Asked):
    """What a role is called, or what is typed of it so far."""

    text: str = Field(min_length=1, max_length=LONGEST_NAME, description="A document id, a title, a class code, or words of these and of the employer.", examples=["kestrel supervisor"])
    k: int = Field(10, ge=1, le=_MOST_ROWS, description="Roles at most.")


class SuggestAsked(Asked):
    """What is typed so far."""

    text: str = Field(min_length=1, max_length=LONGEST_QUERY, description="A class code, or the beginning of a title.", examples=["admin"])
    k: int = Field(6, ge=1, le=_MOST_ROWS, description="Roles at most.")


class PassagesAsked(Asked):
    """Passages that were selected."""

    passage: tuple[Passage, ...] = Field(min_length=1, max_length=MOST_LISTED, description="A passage: DOCUMENT:START-END, or the code that an answer gave. Repeat for several.", examples=[["cedar-quay-or/associate-planner.txt:0-1"]])


class RoleAsked(Asked):
    """A role."""

    role: Role = Field(description=ROLE)


class Likeness(Restricted):
    """Which roles are looked at."""

    per_city: Most = Field(0, description="Roles of one employer at most; 0: no limit.")
    mask_titles: bool = Field(False, description="Whether titles are left out of the score.")


class SimilarLikeness(Likeness):
    """How many roles are found, and which."""

    k: int = Field(10, ge=1, le=MOST_HITS, description="Roles at most.")


class SimilarAsked(SimilarLikeness):
    """What roles are to be like."""

    role: Role = Field(description=ROLE)


class BlendAsked(Likeness):
    """What two roles together are to cover."""

    role: Role = Field(description=ROLE)


class CompareAsked(Asked):
    """Two roles."""

    a: Role = Field(description=ROLE)
    b: Role = Field(description=ROLE, examples=["kestrel-valley-ca/resident-contact-center-supervisor.pdf"])


class CompareSeveralAsked(Asked):
    """Two to four roles."""

    role: tuple[Role, ...] = Field(
        min_length=2, max_length=MOST_COMPARED, description=f"{ROLE} The first is compared with each of the others. Repeat for each.",
        examples=[["port-lumen-wa/citizen-response-center-supervisor.html", "kestrel-valley-ca/resident-contact-center-supervisor.pdf"]],
    )  # fmt: skip


class CitiesAsked(Asked):
    """A role or a duty whose counterparts are looked for."""

    role: Role | None = Field(None, description=ROLE)
    duty: Text | None = Field(None, description="A duty to look for instead of a role.", examples=["monitors the operating budget"])


class DocumentsAsked(Paged):
    """Which documents are listed."""

    text: str = Field("", max_length=LONGEST_NAME, description="Words, each of which the title, the employer, the state, the code or the id must hold.", examples=["kestrel supervisor"])
    order: Order = Field("id", description="What they are put in order by; those without it come last.")
    descending: bool = Field(False, description="Whether the greatest comes first.")


class SourcesAsked(Paged):
    """Which documents are told of."""

    all: bool = Field(False, description="Whether to tell of every document, not only of those that need a look.")


class Stretch(Asked):
    """A part of a text."""

    offset: int = Field(0, ge=0, le=_LAST_ROW, description="First character.")
    limit: int = Field(20_000, ge=1, le=_LONGEST_TEXT, description="Characters at most.")


class AddAsked(Asked):
    """Where files are put."""

    folder: str = Field("", max_length=_LONGEST_VALUE, description="Name of a folder of the corpus for them; it takes the place of the first folder of their names.")
    replace: bool = Field(False, description="Whether files of the same names are replaced.")


class CandidatesAsked(Asked):
    """What is to be judged next."""

    assessor: Reviewer = Field(description="Who judges.")
    query: str | None = Field(None, max_length=LONGEST_NAME, description="Id of the one query to judge; without it, the first that is not judged to its end.")
    k: int = Field(20, ge=1, le=_MOST_ROWS, description="Passages at most.")


class UploadedSetAsked(Asked):
    """What a set that is handed in is called."""

    name: str = Field("", max_length=_LONGEST_VALUE, description="Its name; without one, that of the file.")


class EvaluateAsked(Asked):
    """What is measured."""

    level: EvaluationLevel = Field(EvaluationLevel.PASSAGE, description="What is judged: passages (document id:start-end), documents, or roles, which need no queries.")
    mode: tuple[Mode, ...] = Field((), max_length=len(Mode), description="Which modes; repeat for several. None: all.")


# --- bodies ----------------------------------------------------------------------------------------


class DecisionAsked(Asked):
    """A reviewer's decision about two roles of the index."""

    a: Role = Field(description=ROLE)
    b: Role = Field(description="The role that it was compared with, the same way.", examples=["kestrel-valley-ca/resident-contact-center-supervisor.pdf"])
    choice: Choice = Field(description="accept, reject, or level: comparable at another level.")
    reason: str = Field(min_length=1, max_length=_LONGEST_REASON, description="Why; shown in later comparisons.", examples=["Same work at the same level."])
    reviewer: str = Field(min_length=1, max_length=_LONGEST_VALUE, description="Who decides.", examples=["Ana Ruiz"])


if TYPE_CHECKING:

    class Right(Asked):
        """What is right, by field."""

else:
    Right = create_model(
        "Right",
        __base__=Asked,
        __doc__='What is right, by field; "" takes an earlier correction back, null or nothing says nothing.',
        **{
            field.name: (str | None, Field(None, max_length=_LONGEST_VALUE, description=f"{field.caption}."))
            for field in FIELDS
            if Trait.CORRECTED in field.traits
        },
    )


class CorrectionAsked(Asked):
    """What a reviewer says of a document."""

    document: Role = Field(description="Its id, or a whole title or class code that only it has.")
    right: Right = Field(description="What is right, by field.", examples=[{"jurisdiction": "City of Port Lumen", "state": "WA"}])
    reviewer: str = Field(min_length=1, max_length=_LONGEST_VALUE, description="Who says so.", examples=["Ana Ruiz"])


class LabelAsked(Asked):
    """A stretch of a text and what the statements there do."""

    start: int = Field(ge=0, le=_LAST_ROW, description="First character.", examples=[120])
    end: int = Field(ge=1, le=_LAST_ROW, description="One past the last.", examples=[180])
    label: Label | None = Field(description="What the statements there do; null takes back what was said.")


class LabelsAsked(Asked):
    """What a reviewer says of statements of a document."""

    document: Role = Field(description="Its id, or a whole title or class code that only it has.")
    labels: tuple[LabelAsked, ...] = Field(min_length=1, max_length=_MOST_LABELS, description="Stretches with their labels: each statement more than half of which lies in one gets its label.")
    reviewer: str = Field(min_length=1, max_length=_LONGEST_VALUE, description="Who says so.", examples=["Ana Ruiz"])


class SetAsked(Asked):
    """Queries that are to be a set."""

    name: str = Field(min_length=1, max_length=_LONGEST_VALUE, description="What it is to be called; what no plain name holds becomes dashes.", examples=["budget work"])
    queries: str = Field(
        min_length=1, max_length=MOST_QUERIES, description="One a line: texts, or id and text separated by a tab, or JSON Lines with _id and text.",
        examples=["monitors the operating budget\nanswers questions from residents"],
    )  # fmt: skip


class JudgementAsked(Asked):
    """What an assessor thinks of a passage."""

    assessor: Reviewer = Field(description="Who judges.", examples=["Ana Ruiz"])
    query: str = Field(min_length=1, max_length=LONGEST_NAME, description="Id of the query.", examples=["q1"])
    passage: Passage = Field(description="A passage that is to be judged for it: DOCUMENT:START-END.")
    grade: int = Field(ge=0, le=HIGHEST_GRADE, description="0: not relevant, 1: related, 2: relevant, 3: the same duty or qualification.")


class CheckAsked(Asked):
    """How the index is checked."""

    repair: bool = Field(False, description="Whether to make search files again if they are wrong, and to delete what stopped runs have left.")


class IndexAsked(Asked):
    """How the index is brought up to date."""

    prune: bool = Field(False, description="Whether to also remove what cannot be looked at, and to empty the index when no document is left.")
    employer: str | None = Field(None, max_length=_LONGEST_VALUE, description='Employer of all documents of which the table beside them says nothing else; "" takes back what was said before.')
    state: str | None = Field(None, max_length=_LONGEST_VALUE, description="Their state, the same way.")
