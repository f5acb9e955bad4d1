"""Putting a parsed document together: outline, labels, sections, passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specsearch.parsing.bare_headings import bare_heading
from specsearch.parsing.headings import (
    Form,
    Heading,
    block_heading,
    inner_headings,
    is_lead_in,
    is_neutral,
    is_note,
    names_part,
)
from specsearch.parsing.labelling import Judgement, label_sentences
from specsearch.parsing.metadata.kind import classify
from specsearch.parsing.metadata.lines import is_history, is_title_line
from specsearch.parsing.metadata.read import read_metadata, without_job
from specsearch.parsing.pairs import with_pairs
from specsearch.parsing.rules import rules
from specsearch.parsing.scoring import Outline, Scorer, Sentence
from specsearch.parsing.statements import clauses, is_whole, sentences, statements
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.records import (
    KIND_OF_LABEL,
    Block,
    BlockStyle,
    Document,
    DocumentKind,
    Label,
    ParsedDocument,
    Passage,
    Section,
    SourceText,
    Span,
    content_hash_of,
    passage_id_of,
)

_FEWEST_SENTENCE_WORDS = 12
"""Words of the shortest sentence after which no more title lines are expected."""
_MAX_LEAD = 100
"""Longest lead-in (characters) that is kept as context of a passage."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What documents are read with.

    Attributes:
        vocabulary: The words, phrases and patterns that are known.
        scorers: Whose scores decide the section labels of sentences, added up.
        heading_label: Names the label of a heading that the vocabulary does not know, None if it cannot; without it
            such headings have no label.
    """

    vocabulary: Vocabulary
    scorers: Sequence[Scorer]
    heading_label: Callable[[str], Label | None] | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, the section heading above it, and whether a lead-in governs it."""

    sentence: Sentence
    major: Heading | None
    lead_in: bool


def parse_source(
    source: SourceText, path: str, fields: Mapping[str, str] | None = None, reading: Reading | None = None
) -> ParsedDocument:
    """Parse one document.

    Args:
        source: What a reader made of it.
        path: Path relative to the corpus, with "/"; the last resort for metadata.
        fields: Metadata from the sidecar, by canonical field name.
        reading: What it is read with; None for the program's own vocabulary and rules alone.

    Returns:
        The document with its sections, passages, headings and title lines.
    """
    if reading is None:
        reading = Reading(load_vocabulary(), (rules(load_vocabulary()),))
    metadata, candidates = read_metadata(source, path, fields or {}, reading.vocabulary)
    text = source.text
    furniture: list[Span] = []
    units = list(_outline(source, furniture, reading))
    labels = label_sentences(Outline(metadata.title, [unit.sentence for unit in units]), reading.scorers)
    doc_id = document_id(path, source.record_id)
    passages = tuple(_passages(text, doc_id, units, labels, reading.vocabulary))
    kind, doubt = classify(source, passages, fields or {}, reading.vocabulary)
    if kind is DocumentKind.NOT_ONE_JOB:
        metadata, candidates = without_job(metadata, candidates)
    document = Document(
        doc_id=doc_id,
        source=metadata,
        kind=kind,
        text=text,
        path=path,
        content_hash=content_hash_of(text),
        pages=source.pages,
        candidates=(*candidates, doubt) if doubt else candidates,
    )
    return ParsedDocument(document, tuple(_sections(units, labels)), passages, tuple(furniture))


def document_id(path: str, record_id: str | None) -> str:
    """Id of a document: the path, and "#" with the record's id; a "#" in the path itself is written "%23"."""
    name = path.replace("#", "%23")
    return name if record_id is None else f"{name}#{record_id}"


def _outline(source: SourceText, furniture: list[Span], reading: Reading) -> Iterator[_Unit]:
    """Walk the blocks: headings and title lines go to `furniture`, sentences are yielded."""
    text, vocabulary = source.text, reading.vocabulary
    state = _State(vocabulary)
    blocks = with_pairs(source)
    for before, block, below in zip((None, *blocks), blocks, (*blocks[1:], None), strict=False):
        line = text[block.start : block.end]
        heading = block_heading(text, block, vocabulary)
        if not any(map(str.isalnum, line)) or is_title_line(line, block, heading, vocabulary, before_headings=not (state.headed or state.opened), closing=state.closing):
            furniture.append(Span(block.start, block.end, "title"))
            state.closing |= state.headed and is_history(line)
            continue
        if heading is None and (state.headed or state.opened):
            heading = bare_heading(text, block, None if state.fresh else before, below, vocabulary)
        if heading is not None:
            furniture.append(Span(block.start, block.end, "heading"))
            if reading.heading_label is not None and heading.label is None and not is_neutral(heading.text, vocabulary):
                heading = replace(heading, label=reading.heading_label(heading.text))
            if block.style is BlockStyle.ROW:
                state.enter_table(heading)
            else:
                state.enter(heading)
        else:
            yield from _block_units(text, block, state, furniture)
            state.opened |= len(line.split()) >= _FEWEST_SENTENCE_WORDS and line.rstrip().endswith(".")


@dataclass
class _State:
    """What governs the next sentence."""

    vocabulary: Vocabulary
    major: Heading | None = None
    minors: tuple[Heading, ...] = ()
    fresh: bool = True
    faded: bool = False
    headed: bool = False
    opened: bool = False
    closing: bool = False
    block_start: bool = True
    item: bool = False
    form: Form | None = None
    divided: bool = False
    columns: Heading | None = None
    paragraphs: int = 0
    items: int = 0

    def enter_table(self, header: Heading) -> None:
        """Pass the names of a table's columns, which govern its rows."""
        self.columns, self.fresh, self.paragraphs, self.items = header, True, 0, 0

    def enter(self, heading: Heading) -> None:
        """Pass a heading on a line of its own, or one in capitals inside a paragraph."""
        self.columns = None
        under_ksa = self.major is not None and self.major.label is Label.KSA
        if is_neutral(heading.text, self.vocabulary) or self._ends_major(heading):
            self.major, self.minors = heading, ()
        elif heading.label is None or (self._is_lead(heading) and under_ksa):
            # A new lead-in ends the one before; a new sub-heading leaves it standing.
            self.minors = (*(h for h in self.minors if self._is_lead(h) is not self._is_lead(heading)), heading)
        else:
            self.major, self.minors = heading, ()
            self.form, self.divided = heading.form, False
        self.headed |= heading.label is not None
        self.closing &= heading.label is None
        self.fresh, self.faded = True, False
        self.paragraphs = self.items = 0

    def _ends_major(self, heading: Heading) -> bool:
        """Whether an unknown heading looks like the main headings, and so ends what the last one governs.

        Right below a main heading it divides its section, and so do those like it that follow.
        """
        if heading.label is not None or self.form is None or heading.form is None or self._is_lead(heading) or names_part(heading.text):
            return False
        if heading.form != self.form:
            return 0 < heading.form[0] < self.form[0]  # a higher level
        self.divided |= self.fresh
        return not self.divided

    def begin(self, block: Block) -> None:
        """Begin a block of content."""
        self.columns = self.columns if block.style is BlockStyle.ROW else None
        self.block_start, self.item = True, block.style in (BlockStyle.ITEM, BlockStyle.ROW)

    def end(self, glued: Heading | None) -> None:
        """End a block of content, the last glued heading of which is given."""
        if self.item:
            self.items += 1
        else:
            self.paragraphs += 1
        if glued is not None and glued.label is not None and self.unheaded:
            # Without a section heading above, a glued one goes on to govern, weakly.
            self.major, self.minors, self.faded = glued, (), True

    @property
    def label(self) -> Label | None:
        labels = [heading.label for heading in (self.major, *self.minors, self.columns) if heading is not None and heading.label is not None]
        return labels[-1] if labels else None

    @property
    def unheaded(self) -> bool:
        """Whether no section heading governs, or only a glued one of an earlier block."""
        return self.major is None or self.faded

    def unit(self, text: str, place: tuple[int, int], glued: Heading | None, *, holds_lead: bool) -> _Unit:
        """The sentence at a place, after a glued heading of its block if there is one, with all that governs it."""
        headings = (None if self.faded else self.major, *self.minors, self.columns, glued)
        # In a row the name of the column says more than what the row is about.
        own = glued.label if glued is not None and (self.columns is None or self.columns.label is None) else None
        sentence = Sentence(
            text=text[slice(*place)],
            start=place[0],
            end=place[1],
            path=tuple(heading.text[:_MAX_LEAD] for heading in headings if heading is not None),
            heading=None if glued is not None and is_note(glued.text, self.vocabulary) else self.label,
            glued=own,
            holds_lead=holds_lead,
            fresh=self.fresh,
            block_start=self.block_start,
            item=self.item,
            paragraphs=self.paragraphs,
            after_list=not self.item and self.items > 0,
            faded=self.faded,
        )
        # A glued heading without a section heading above it heads its own sentence.
        major = glued if own is not None and self.unheaded else headings[0]
        return _Unit(sentence, major, any(self._is_lead(heading) for heading in (glued, *self.minors, self.major)))

    def _is_lead(self, heading: Heading | None) -> bool:
        return heading is not None and is_lead_in(heading.text, self.vocabulary)


def _block_units(text: str, block: Block, state: _State, furniture: list[Span]) -> Iterator[_Unit]:
    """Split a block of content at the headings inside it, and then into sentences."""
    state.begin(block)
    glued: Heading | None = None
    for start, end, head in _pieces(text, block, state.vocabulary):
        if head is not None and not head.glued:
            furniture.append(Span(head.start, head.end, "heading"))
            state.enter(head)
            start, glued = head.end, None
        elif head is not None:
            glued = head
        for number, (left, right) in enumerate(sentences(text, start, end, state.vocabulary)):
            holds_lead = number == 0 and head is not None and head.glued
            yield state.unit(text, (left, right), glued, holds_lead=holds_lead)
            state.fresh = state.block_start = False
    state.end(glued)


def _pieces(text: str, block: Block, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Heading | None]]:
    """The parts of a block, each from one heading inside it to the next; the first may have none."""
    heads = inner_headings(text, block, vocabulary)
    cuts = [heading.start for heading in heads]
    # A marker before a glued heading stays with it.
    if cuts and heads[0].glued and not any(c.isalnum() and c.isupper() for c in text[block.start : cuts[0]]):
        cuts[0] = block.start
    if not cuts or cuts[0] > block.start:
        yield block.start, cuts[0] if cuts else block.end, None
    for heading, start, end in zip(heads, cuts, [*cuts, block.end][1:], strict=True):
        yield start, end, heading


def _passages(
    text: str, doc_id: str, units: Iterable[_Unit], labels: Iterable[Judgement], vocabulary: Vocabulary
) -> Iterator[Passage]:
    ordinal = 0
    for unit, judgement in zip(units, labels, strict=True):
        label, sentence = judgement.label, unit.sentence
        parts = statements(text, sentence.start, sentence.end, lead_in=unit.lead_in, item=sentence.item, vocabulary=vocabulary)
        if label is Label.DUTY and not (sentence.item and is_whole(sentence.start, sentence.end)):
            parts = [clause for part in parts for clause in clauses(text, *part, vocabulary)]
        for number, (start, end) in enumerate(parts):
            # The statement that holds the lead-in itself does not need it a second time.
            path = sentence.path[:-1] if sentence.holds_lead and number == 0 else sentence.path
            yield Passage(
                passage_id=passage_id_of(doc_id, start, end),
                doc_id=doc_id,
                label=label,
                kind=KIND_OF_LABEL[label],
                start=start,
                end=end,
                text=text[start:end],
                ordinal=ordinal,
                heading_path=path,
                inferred=label not in (sentence.heading, sentence.glued),
                confidence=judgement.confidence,
            )
            ordinal += 1


def _sections(units: list[_Unit], judgements: list[Judgement]) -> Iterator[Section]:
    """Put neighbouring sentences of one label under one heading together."""
    open_section: Section | None = None
    open_major: Heading | None = None
    for unit, judgement in zip(units, judgements, strict=True):
        label = judgement.label
        same = open_section is not None and open_section.label is label and unit.major == open_major
        if open_section is not None and same:
            open_section = replace(open_section, end=unit.sentence.end)
            continue
        if open_section is not None:
            yield open_section
        headed = unit.major is not None and unit.major != open_major
        start = min(unit.major.start, unit.sentence.start) if headed and unit.major is not None else unit.sentence.start
        heading = unit.major.text if unit.major is not None else None
        open_section, open_major = Section(label, heading, start, unit.sentence.end), unit.major
    if open_section is not None:
        yield open_section


