"""The records that flow through the pipeline: frozen, slotted, without I/O.

All offsets are half-open character (code point) ranges into `Document.text`, so that
`document.text[passage.start:passage.end]` is the passage.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from specsearch.records.showing import Results as Results
from specsearch.records.showing import Shown, shortened


class Label(StrEnum):
    """What a statement of a job document does."""

    SUMMARY = "summary"
    DISTINGUISHING = "distinguishing"
    SUPERVISION = "supervision"
    DUTY = "duty"
    KSA = "ksa"
    QUALIFICATION = "qualification"
    LICENSE = "license"
    PREFERRED = "preferred"
    CONDITIONS = "conditions"
    COMPENSATION = "compensation"
    PROCESS = "process"


class Kind(StrEnum):
    """The coarse sort of passage that a search is restricted to."""

    DUTY = "duty"
    QUALIFICATION = "qualification"
    CONTEXT = "context"
    ADMINISTRATIVE = "administrative"


KIND_OF_LABEL: Mapping[Label, Kind] = MappingProxyType(
    {
        Label.DUTY: Kind.DUTY,
        Label.KSA: Kind.QUALIFICATION,
        Label.QUALIFICATION: Kind.QUALIFICATION,
        Label.LICENSE: Kind.QUALIFICATION,
        Label.PREFERRED: Kind.QUALIFICATION,
        Label.SUMMARY: Kind.CONTEXT,
        Label.DISTINGUISHING: Kind.CONTEXT,
        Label.SUPERVISION: Kind.CONTEXT,
        Label.CONDITIONS: Kind.CONTEXT,
        Label.COMPENSATION: Kind.ADMINISTRATIVE,
        Label.PROCESS: Kind.ADMINISTRATIVE,
    }
)


class DocumentKind(StrEnum):
    """What sort of document a text is."""

    CLASS_SPECIFICATION = "class_specification"
    JOB_POSTING = "job_posting"
    OTHER = "other"


class Mode(StrEnum):
    """Which retriever ranks the passages; `HYBRID` weighs both scores, `RRF` adds up reciprocal ranks."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"
    RRF = "rrf"


class EvaluationLevel(StrEnum):
    """What judgements are of."""

    PASSAGE = "passage"
    DOCUMENT = "document"
    ROLE = "role"


class BlockStyle(StrEnum):
    """What a reader knows about a block of text from the file's own markup."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, heading or table row of a text.

    Attributes:
        start: First character of the block in the text.
        end: One past its last character.
        style: What the file's markup says the block is.
        bold: Whether the whole block is set in bold, underline or a larger font.
        lead_end: End of a bold run at the start of a block that is not wholly bold; equals `start`
            when there is none.
    """

    start: int
    end: int
    style: BlockStyle = BlockStyle.PARAGRAPH
    bold: bool = False
    lead_end: int = -1


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader makes of one document: a text and the blocks that it consists of.

    Attributes:
        text: The whole text, with line feeds as the only line ends and no NUL characters.
        blocks: Blocks in reading order, not overlapping; all other characters are white space.
        record_id: Names the record when a file holds several documents, else None.
        fields: Metadata that the file states outside its text (columns of a row, keys of an
            object), by canonical name (`title`, `jurisdiction`, ...).
        pages: Offset at which each page starts; empty when the format has no pages.
    """

    text: str
    blocks: tuple[Block, ...]
    record_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()


class Place(StrEnum):
    """Where a metadata value was read."""

    TEXT = "text"
    RECORD = "record"
    SIDECAR = "sidecar"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Origin:
    """The place a metadata value was read from; `start` and `end` are set for `Place.TEXT` only."""

    place: Place
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class SourceClassification:
    """The job class that a document describes: what every hit carries. Unknown is None.

    Attributes:
        title: Class or position title, as printed ("Coordinator IV").
        jurisdiction: Employer ("City of Portland").
        state: Two-letter code.
        class_code: As printed.
        series: Title without its level ("Coordinator").
        level: Level within the series ("IV", "2", "Senior").
        effective_date: Latest establishment, revision or effective date, ISO 8601, as precise as
            stated ("2019", "2019-07" or "2019-07-01").
        department: Department, bureau or division that is stated.
        salary_range: As printed ("$34.82 - $41.57 Hourly", "EP16").
        flsa: "exempt" or "non-exempt".
        bargaining_unit: As printed.
        established_date: When the class was established or adopted, ISO 8601.
        revised_date: When the document was last revised, ISO 8601.
        url: Where the document was published, when the file or sidecar says so.
        origins: Field name to the place it was read from.
    """

    title: str | None = None
    jurisdiction: str | None = None
    state: str | None = None
    class_code: str | None = None
    series: str | None = None
    level: str | None = None
    effective_date: str | None = None
    department: str | None = None
    salary_range: str | None = None
    flsa: str | None = None
    bargaining_unit: str | None = None
    established_date: str | None = None
    revised_date: str | None = None
    url: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document(Shown):
    """One job document.

    Attributes:
        doc_id: `path`, followed by "#" and the record's id when a file holds several documents.
        source: The class that it describes.
        kind: Specification, posting or other.
        text: The whole text; offsets everywhere refer to it.
        path: Path relative to the corpus folder, with "/" between its parts.
        content_hash: SHA-256 of `text`, hexadecimal. Never an identity: two cities may share a text.
        pages: Offset at which each page starts; empty when the format has no pages.
    """

    doc_id: str
    source: SourceClassification
    kind: DocumentKind
    text: str
    path: str
    content_hash: str
    pages: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"<Document {self.doc_id}: {self.source.title or 'title unknown'}, {self.source.jurisdiction or 'employer unknown'}>"

    def line_at(self, offset: int) -> int:
        """Line of the text that a character stands in, from 1."""
        return self.text.count("\n", 0, offset) + 1

    def page_at(self, offset: int) -> int | None:
        """Page that a character is on, from 1; None for formats without pages."""
        return bisect_right(self.pages, offset) if self.pages else None


@dataclass(frozen=True, slots=True)
class Section:
    """A run of statements with one label.

    Attributes:
        label: The label that its heading or its statements call for.
        heading: Text of the heading, or None where a section starts without one.
        start: First character, that of the heading if there is one.
        end: One past the last character.
    """

    label: Label
    heading: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters that is a heading or a title line, not a statement."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class Passage(Shown):
    """One statement: the unit of retrieval. `document.text[start:end] == text`.

    Attributes:
        passage_id: `doc_id` and the offsets: identity is the position, never the content.
        doc_id: The document it belongs to.
        label: What the statement does.
        kind: `KIND_OF_LABEL[label]`.
        start: First character in the document's text.
        end: One past the last character.
        text: The characters themselves.
        ordinal: Position among the passages of its document, from 0.
        heading_path: Headings and lead-ins that govern it, outermost first.
        inferred: Whether the label was found from the statement and its neighbours, not announced by
            a heading.
        confidence: How sure the label is, 0 to 1.
    """

    passage_id: str
    doc_id: str
    label: Label
    kind: Kind
    start: int
    end: int
    text: str
    ordinal: int
    heading_path: tuple[str, ...] = ()
    inferred: bool = False
    confidence: float = 1.0

    def __repr__(self) -> str:
        return f"<Passage {self.passage_id} ({self.label}): {shortened(self.text)}>"


@dataclass(frozen=True, slots=True)
class ParsedDocument(Shown):
    """A document with everything that was recognised in it.

    Passages and furniture (headings, title lines) together hold every character of the text that is
    not white space, each exactly once.
    """

    document: Document
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    furniture: tuple[Span, ...]

    def __repr__(self) -> str:
        return f"<ParsedDocument {self.document.doc_id}: {len(self.passages)} passages in {len(self.sections)} sections>"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage was found.

    Attributes:
        dense_score: Cosine similarity to the query, None when the mode has no dense part.
        lexical_score: BM25 score, None when the mode has no lexical part.
        matched_terms: Words of the passage, as it is indexed, that the query also has, in the passage's spelling.
        sentence: The sentence of the passage nearest to the query.
        reranker_score: What a reranker gave it, on that model's own scale; None when it was not asked.
    """

    dense_score: float | None
    lexical_score: float | None
    matched_terms: tuple[str, ...] = ()
    sentence: str = ""
    reranker_score: float | None = None


@dataclass(frozen=True, slots=True)
class Hit(Shown):
    """A ranked passage. `rank` counts from 1; a higher `score` is better.

    `dense_rank` and `lexical_rank` are its ranks (from 1) in the single retrievers' own lists, after the
    filters, None when it was not among their candidates: the first 500, or more where limits per document
    or city leave too few. `page` counts from 1, None for formats without pages;
    `line` is the line of the text, from 1.
    """

    passage: Passage
    document: Document
    rank: int
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    explanation: Explanation
    line: int
    page: int | None

    def __repr__(self) -> str:
        source = self.document.source
        return f"<Hit {self.rank}, {self.score:.3f}: {shortened(self.passage.text)} ({source.title or self.document.doc_id}, {source.jurisdiction or 'employer unknown'})>"


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an experiment."""

    query_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A file or record that was not indexed, and why."""

    path: str
    reason: str


# --- roles -----------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a comparison of two roles comes to."""

    COMPARABLE = "comparable"
    OTHER_LEVEL = "comparable at another level"
    PARTLY = "partly comparable"
    NOT_COMPARABLE = "not comparable"


class Choice(StrEnum):
    """What a reviewer decided about a pair of roles."""

    ACCEPT = "accept"
    REJECT = "reject"
    LEVEL = "level"


class SignalKind(StrEnum):
    """What a sign of level is about."""

    TITLE = "title"
    SUPERVISION = "supervision exercised"
    STAFF = "staff supervised"
    DIRECTION = "direction received"
    YEARS = "years required"
    DEGREE = "degree required"
    KNOWLEDGE = "depth of knowledge"
    ASSISTING = "assisting"


@dataclass(frozen=True, slots=True)
class Role(Shown):
    """A job class as its document describes it."""

    document: Document
    passages: tuple[Passage, ...]

    def __repr__(self) -> str:
        return f"<Role {self.document.doc_id}: {self.document.source.title or 'title unknown'}, {len(self.passages)} passages>"


@dataclass(frozen=True, slots=True)
class DutyMatch:
    """A duty of the first role and its counterpart in the second.

    Attributes:
        a: Duty of the first role.
        b: Duty of the second.
        score: From about 0 to 1; matches are at or above the comparison's threshold.
    """

    a: Passage
    b: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement that is stated explicitly, with the statement that says so.

    Attributes:
        name: "degree", "years", "substitution" or "license".
        value: In short ("bachelor's degree", "3", "commercial driver's license").
        passage: Where it is stated.
    """

    name: str
    value: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign of a role's level.

    Attributes:
        kind: What it is about.
        value: Higher is more senior; comparable within a kind only.
        text: In words ("supervises", "general direction", "3 years").
        passage: Where it is stated; None for the title.
    """

    kind: SignalKind
    value: float
    text: str
    passage: Passage | None = None


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
class Decision(Shown):
    """What a reviewer decided about a pair of roles.

    Attributes:
        a: Document id of one role.
        b: Document id of the other.
        choice: Accepted, rejected, or comparable at another level.
        reason: The reviewer's words.
        reviewer: Who decided.
        date: When, ISO 8601 in UTC.
        model: Name of the model that the index was made with.
        fingerprint: Its fingerprint.
        content_a: SHA-256 of the text of a when it was decided: another one means that the document has changed since.
        content_b: The same of b.
    """

    a: str
    b: str
    choice: Choice
    reason: str
    reviewer: str
    date: str
    model: str
    fingerprint: str
    content_a: str
    content_b: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The last decision about a pair of roles, as it stands now.

    Attributes:
        decision: The decision.
        current: Whether both documents still have the texts that it was made on.
    """

    decision: Decision
    current: bool


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
        chance: Share of random pairs of duties that reach it.
        similarity: Score of the two roles as wholes, in standard deviations over a random pair.
        percentile: Share of random pairs of roles that are less similar, 0 to 100.
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
    chance: float
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

    def __repr__(self) -> str:
        return f"<Comparison of {self.a.document.doc_id} and {self.b.document.doc_id}: {self.verdict}, {self.coverage_a:.0%} and {self.coverage_b:.0%} of duties>"


@dataclass(frozen=True, slots=True)
class SimilarRole(Shown):
    """A role that was found to be like another.

    Attributes:
        document: Its document.
        rank: From 1.
        score: In standard deviations over a random pair of roles of the index.
        percentile: Share of random pairs that are less similar, 0 to 100.
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
        return f"<SimilarRole {self.rank}, {self.score:.2f}: {self.document.doc_id}, {self.verdict or 'cannot be compared'}>"


@dataclass(frozen=True, slots=True)
class CityCell:
    """The best counterpart of a role or a duty in a city.

    Attributes:
        city: Employer.
        document: Document of the counterpart; None if none clears the threshold, or those that do were rejected.
        passage: The duty, when a duty was asked for or the cell is of one; else None.
        score: Of the best candidate, also of one that does not clear it; 0 where nothing was compared.
        percentile: Share of random pairs of roles below it, 0 to 100; None for a duty.
        closest: Document of the best candidate where a role was asked for and none clears the threshold.
        standing: What a reviewer decided last about the role and its counterpart, or the closest; None if nothing.
        rejected: Documents that would be the counterpart had a reviewer not rejected them, with that decision.
    """

    city: str
    document: Document | None
    passage: Passage | None
    score: float
    percentile: float | None
    closest: Document | None = None
    standing: Standing | None = None
    rejected: tuple[tuple[Document, Standing], ...] = ()


@dataclass(frozen=True, slots=True)
class CityRow:
    """A role or a duty with its counterparts, one cell a city, in the order of `CitySurvey.cities`."""

    name: str
    cells: tuple[CityCell, ...]


@dataclass(frozen=True, slots=True)
class CitySurvey(Shown):
    """Counterparts across cities.

    Attributes:
        subject: The role or duty that was asked for, in words.
        role: The role; None when a duty was asked for.
        cities: Employers, best counterpart first.
        rows: The subject first; when it is a role, then its duties, each with the best duty of the city's counterpart.
        threshold: Least score of a counterpart of the subject.
        duty_threshold: Least score of a counterpart of a duty.
        comparisons: Verdict and coverage (of the subject's duties, of the counterpart's) by city; empty for a duty.
        method: How it was made.
    """

    subject: str
    role: Role | None
    cities: tuple[str, ...]
    rows: tuple[CityRow, ...]
    threshold: float
    duty_threshold: float
    comparisons: Mapping[str, tuple[Verdict, float, float]]
    method: Method

    def __repr__(self) -> str:
        return f"<CitySurvey of {shortened(self.subject)}: {len(self.cities)} cities>"
