"""What the parts of the tools' answers are called and mean: the output schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from specsearch.interfaces.meanings import CHOICE, COVERAGE, CURRENT, INTERVAL, QUOTED, REQUIRED, REQUIREMENT


class Form(BaseModel):
    """A part of an answer: these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class Answer(Form):
    """What all answers begin with."""

    notes: Annotated[list[str], Field(description="What to know of the answer: which role was taken for a name.")]
    more: Annotated[str, Field(description="What there is more and how to get it; empty where this is all.")]


class Quote(Form):
    """A statement as the document has it, with its place."""

    text: Annotated[str, Field(description="The statement, word for word.")]
    cut: Annotated[int, Field(description="Characters left out at its end; 0 where it is whole.")]
    section: Annotated[str, Field(description="What it is: duty, ksa, qualification, license, ...")]
    unsure: Annotated[bool, Field(description="Whether the section may well be another.")]
    how_read: Annotated[str, Field(description='"read by OCR" where the words were read in a scan, with ", unsure" where they may be misread: say so. Empty otherwise.')]
    document: Annotated[str, Field(description="Id of its document.")]
    page: Annotated[int | None, Field(description="Page, from 1; null where the document has none.")]
    line: Annotated[int, Field(description="Line of the document's text, from 1.")]
    start: Annotated[int, Field(description="First character in the document's text, from 0.")]
    end: Annotated[int, Field(description="One past the last character.")]


class SamePlace(Form):
    """Another place of the text of a passage."""

    document: str
    title: str | None
    jurisdiction: str | None
    page: int | None
    line: int
    start: int
    end: int


class Elsewhere(Form):
    """Where else the text of a passage stands, of all that is searched."""

    roles: Annotated[int, Field(description="Number of other documents.")]
    employers: Annotated[int, Field(description="Number of their employers.")]
    places: Annotated[list[SamePlace], Field(description="The first of them.")]


class Hit(Quote):
    """A passage that was found."""

    rank: int
    score: Annotated[float, Field(description="Higher is better.")]
    strength: Annotated[str | None, Field(description="strong is mostly on the same matter, fair at least near it, weak mostly neither; no better than chance: random words find as much.")]
    also: Elsewhere
    kind: str
    heading: Annotated[str, Field(description="Headings above it; may be empty.")]
    title: Annotated[str | None, Field(description="Class title.")]
    jurisdiction: Annotated[str | None, Field(description="Employer; null where it is not known.")]
    state: str | None
    class_code: str | None
    effective_date: str | None
    document_kind: str


class Facts(Form):
    """A document and the class that it describes; what is not known is null."""

    document: Annotated[str, Field(description="Id of the document: what the tools take as a role.")]
    title: str | None
    jurisdiction: Annotated[str | None, Field(description="Employer.")]
    state: str | None
    class_code: str | None
    kind: Annotated[str, Field(description="Class specification, job posting, other, not one job.")]
    effective_date: str | None


class Decision(Form):
    """What a reviewer decided about two roles."""

    choice: Annotated[str, Field(description=CHOICE)]
    reason: str
    reviewer: str
    date: str
    current: Annotated[bool, Field(description=CURRENT)]


class ListedRole(Facts):
    """A role of the index."""

    duties: Annotated[int, Field(description="Number of its statements of duties.")]
    qualifications: int


class AlikeRole(Form):
    """A role that is like another."""

    rank: int
    document: str
    title: str | None
    jurisdiction: str | None
    state: str | None
    score: Annotated[float, Field(description="Standard deviations above random pairs of roles of different employers.")]
    percentile: Annotated[float, Field(description="Of a hundred such pairs, how many are less alike.")]
    verdict: Annotated[str | None, Field(description="What a comparison comes to; null where it states no duties.")]
    coverage: Annotated[float, Field(description="Share of the asked role's duties that it has, 0 to 1.")]
    reason: str
    decision: Decision | None


class Match(Form):
    """A duty of a and its counterpart in b."""

    score: Annotated[float, Field(description="0 to 1: how surely readers would put the two side by side.")]
    a: Quote
    b: Quote


class Requirement(Form):
    """What a role requires, and the statement that says so."""

    name: Annotated[str, Field(description=REQUIREMENT)]
    value: Annotated[str, Field(description=REQUIRED)]
    statement: Annotated[Quote, Field(description=QUOTED)]


class Sign(Form):
    """A sign of level; the title has no statement."""

    kind: str
    text: str
    statement: Quote | None


class Exclusion(Form):
    """A statement that sets one role ("a" or "b") apart from the other's class."""

    of: str
    statement: Quote


class Sides(Form):
    """A number for each role."""

    a: float
    b: float


class Intervals(Form):
    """Between which shares it lies, for each role."""

    a: list[float]
    b: list[float]


class Found(Answer):
    """What `search_passages` answers."""

    query: str
    understood: Annotated[list[str], Field(description="What parts of the query were taken for; with 'only' they restrict, with 'first' they are put forward.")]
    chance: Annotated[bool, Field(description="True where no hit is nearer than random words would find: then say that nothing was found.")]
    hits: Annotated[list[Hit], Field(description="Best first, a text that stands in several places once; empty where nothing was found.")]


class Listed(Answer):
    """What `find_roles` answers."""

    total: Annotated[int, Field(description="Number of all roles that are as asked.")]
    next_offset: Annotated[int | None, Field(description="Offset of the next call; null where there are no more.")]
    employers: Annotated[dict[str, int], Field(description="How many of all of them each employer has, most first; at most 40.")]
    roles: list[ListedRole]


class Alike(Answer):
    """What `similar_roles` answers."""

    roles: Annotated[list[AlikeRole], Field(description="Best first.")]
    two_together: Annotated[str, Field(description="Two roles that together cover what no single one does; empty where that is not so.")]


class Compared(Answer):
    """What `compare_roles` answers."""

    a: Facts
    b: Facts
    verdict: Annotated[str, Field(description="comparable, comparable at another level, partly comparable, not comparable, too little to judge.")]
    reasons: list[str]
    similarity: float | None
    percentile: float | None
    coverage: Annotated[Sides, Field(description=COVERAGE)]
    coverage_interval: Annotated[Intervals, Field(description=INTERVAL)]
    level_difference: Annotated[float | None, Field(description="Above 0: a is at a higher level; below 0: lower.")]
    matches: Annotated[list[Match], Field(description="Duties of a with their counterparts in b, best first.")]
    partial: Annotated[list[Match], Field(description="Further counterparts: a statement matched above holds this duty too.")]
    only_a: Annotated[list[Quote], Field(description="Duties of a for which no counterpart was found in b; b may have them all the same.")]
    only_b: Annotated[list[Quote], Field(description="Duties of b for which no counterpart was found in a; a may have them all the same.")]
    requirements_a: list[Requirement]
    requirements_b: list[Requirement]
    level_a: list[Sign]
    level_b: list[Sign]
    exclusions: list[Exclusion]
    decisions: Annotated[list[Decision], Field(description="What reviewers decided about the two, oldest first.")]
    not_counted: Annotated[Sides, Field(description="Statements that nearly every class has; they do not count.")]
    unsure: Annotated[Sides, Field(description="Statements whose section is unsure; they do not count.")]


class Counterpart(Form):
    """The best counterpart at an employer, or that there is none."""

    jurisdiction: str
    found: Annotated[bool, Field(description="False: none of this employer is close enough.")]
    document: str | None
    title: str | None
    score: Annotated[float | None, Field(description="Of the best candidate, also where it is not close enough.")]
    percentile: float | None
    verdict: str | None
    coverage: Annotated[float | None, Field(description="Share of the asked role's duties that it has, 0 to 1.")]
    statement: Annotated[Quote | None, Field(description="The counterpart of a duty.")]
    closest: Annotated[str | None, Field(description="Where there is none: the document that came nearest.")]
    decision: Decision | None
    rejected: Annotated[list[str], Field(description="Documents that a reviewer rejected as the counterpart.")]


class DutyCount(Form):
    """A duty of the asked role, and how many of the counterparts that were found have it too; without a counterpart none is looked for."""

    duty: str
    employers: int


class Surveyed(Answer):
    """What `survey` answers."""

    subject: str
    role: Facts | None
    total: Annotated[int, Field(description="Number of all employers.")]
    found: Annotated[int, Field(description="How many of all employers have a counterpart.")]
    next_offset: Annotated[int | None, Field(description="Offset of the next call; null where there are no more.")]
    employers: Annotated[list[Counterpart], Field(description="Best counterpart first.")]
    duties: list[DutyCount]


class Run(Form):
    """A run of statements of one section, under one heading."""

    section: str
    heading: Annotated[str, Field(description="Empty where there is none.")]
    statements: int
    start: int
    end: int


class DocumentPart(Answer):
    """What `get_document` answers."""

    facts: Facts
    level: str | None
    department: str | None
    salary_range: str | None
    flsa: str | None
    bargaining_unit: str | None
    url: str | None
    look_at: Annotated[list[str], Field(description="What of the facts may be wrong; empty where nothing is doubtful.")]
    characters: Annotated[int, Field(description="Length of the whole text.")]
    start: int
    end: int
    text: Annotated[str, Field(description="The text from start to end; empty where sections were asked for.")]
    statements: Annotated[list[Quote], Field(description="Statements of the sections that were asked for.")]
    outline: Annotated[list[Run], Field(description="The sections of the whole document; only in its first part.")]
    next_offset: Annotated[int | None, Field(description="Offset of the next call; null at the end.")]


class Class(Form):
    """A class of a ladder."""

    title: str
    documents: list[str]
    lower: Annotated[int | None, Field(description="Number, from 0, of the class below it; null at the foot.")]
    asked: Annotated[bool, Field(description="Whether it is the role that was asked for.")]


class Step(Form):
    """What leads from a class to a higher one: numbers of classes, from 0, and what says so; null where the titles alone tell."""

    lower: int
    higher: int
    kind: str
    statement: Quote | None


class Beside(Form):
    """Who supervises, leads, reports to or is distinguished from whom."""

    source: str
    kind: str
    target: str
    statement: Quote | None


class Unresolved(Form):
    """A class that the role names and that the index does not have."""

    name: str
    kind: str
    statement: Quote | None


class Family(Answer):
    """What `ladder` answers."""

    document: str
    title: str | None
    jurisdiction: str | None
    classes: Annotated[list[Class], Field(description="From the foot upwards.")]
    steps: list[Step]
    beside: list[Beside]
    unresolved: list[Unresolved]
