"""Putting a parsed document together: outline, labels, sections, passages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from specsearch.parsing.headings import Heading, block_heading, inner_headings, is_neutral, normalise
from specsearch.parsing.labelling import Judgement, Sentence, label_sentences
from specsearch.parsing.level_words import is_roman
from specsearch.parsing.metadata import classify, is_history, is_title_line, read_metadata
from specsearch.parsing.semantics import Semantics
from specsearch.parsing.statements import sentences, statements
from specsearch.parsing.vocabulary import KSA_LEAD
from specsearch.records import (
    KIND_OF_LABEL,
    Block,
    BlockStyle,
    Document,
    Label,
    ParsedDocument,
    Passage,
    Section,
    SourceText,
    Span,
)

_MAX_LEAD = 100
"""Longest lead-in (characters) that is kept as context of a passage."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence in its place."""

    start: int
    end: int
    major: Heading | None
    path: tuple[str, ...]
    lead_in: bool
    sentence: Sentence


def parse_source(
    source: SourceText, path: str, fields: Mapping[str, str] | None = None, semantics: Semantics | None = None
) -> ParsedDocument:
    """Parse one document.

    Args:
        source: What a reader made of it.
        path: Path relative to the corpus, with "/"; the last resort for metadata.
        fields: Metadata from the sidecar, by canonical field name.
        semantics: Judges by meaning where form and wording do not tell; None does without.

    Returns:
        The document with its sections, passages, headings and title lines.
    """
    metadata = read_metadata(source, path, fields or {})
    text = source.text
    furniture: list[Span] = []
    units = list(_outline(source, furniture, semantics))
    title_words = frozenset(word for word in normalise(metadata.title or "").split() if not is_roman(word)) - {"of", "the"}
    labels = label_sentences([unit.sentence for unit in units], title_words, semantics)
    doc_id = document_id(path, source.record_id)
    passages = tuple(_passages(text, doc_id, units, labels))
    document = Document(
        doc_id=doc_id,
        source=metadata,
        kind=classify(source, passages, fields or {}),
        text=text,
        path=path,
        content_hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        pages=source.pages,
    )
    return ParsedDocument(document, tuple(_sections(units, labels)), passages, tuple(furniture))


def document_id(path: str, record_id: str | None) -> str:
    """Id of a document: the path, and "#" with the record's id; a "#" in the path itself is written "%23"."""
    name = path.replace("#", "%23")
    return name if record_id is None else f"{name}#{record_id}"


def _outline(source: SourceText, furniture: list[Span], semantics: Semantics | None) -> Iterator[_Unit]:
    """Walk the blocks: headings and title lines go to `furniture`, sentences are yielded."""
    text = source.text
    state = _State()
    for block in source.blocks:
        line = text[block.start : block.end]
        heading = block_heading(text, block)
        if is_title_line(line, block, before_headings=not state.headed, closing=state.closing, heading=heading):
            furniture.append(Span(block.start, block.end, "title"))
            state.closing |= state.headed and is_history(line)
        elif heading is not None:
            furniture.append(Span(block.start, block.end, "heading"))
            if semantics is not None and heading.label is None and not is_neutral(heading.text):
                heading = replace(heading, label=semantics.heading_label(heading.text))
            state.enter(heading)
        else:
            yield from _block_units(text, block, state, furniture)


@dataclass
class _State:
    """What governs the next sentence."""

    major: Heading | None = None
    minors: tuple[Heading, ...] = ()
    fresh: bool = True
    faded: bool = False
    headed: bool = False
    closing: bool = False
    paragraphs: int = 0
    items: int = 0

    def enter(self, heading: Heading) -> None:
        """Pass a heading on a line of its own, or one in capitals inside a paragraph."""
        under_ksa = self.major is not None and self.major.label is Label.KSA
        if is_neutral(heading.text):
            self.major, self.minors = heading, ()
        elif heading.label is None or (_is_lead(heading) and under_ksa):
            # A new lead-in ends the one before; a new sub-heading leaves it standing.
            self.minors = (*(h for h in self.minors if _is_lead(h) is not _is_lead(heading)), heading)
        else:
            self.major, self.minors = heading, ()
        self.headed |= heading.label is not None
        self.closing &= heading.label is None
        self.fresh, self.faded = True, False
        self.paragraphs = self.items = 0

    @property
    def label(self) -> Label | None:
        labels = [heading.label for heading in (self.major, *self.minors) if heading is not None and heading.label is not None]
        return labels[-1] if labels else None


def _block_units(text: str, block: Block, state: _State, furniture: list[Span]) -> Iterator[_Unit]:
    """Split a block of content at the headings inside it, and then into sentences."""
    is_item = block.style in (BlockStyle.ITEM, BlockStyle.ROW)
    heads = inner_headings(text, block)
    first = True
    glued: Heading | None = None
    cuts = [heading.start for heading in heads]
    # A marker before a glued heading stays with it.
    if cuts and heads[0].glued and not any(c.isalnum() and c.isupper() for c in text[block.start : cuts[0]]):
        cuts[0] = block.start
    pieces: list[tuple[int, int, Heading | None]] = []
    if not cuts or cuts[0] > block.start:
        pieces.append((block.start, cuts[0] if cuts else block.end, None))
    for heading, start, end in zip(heads, cuts, [*cuts, block.end][1:], strict=True):
        pieces.append((start, end, heading))
    for begin, end, head in pieces:
        start = begin
        if head is not None and not head.glued:
            furniture.append(Span(head.start, head.end, "heading"))
            state.enter(head)
            start, glued = head.end, None
        elif head is not None:
            glued = head
        own = glued.label if glued is not None else None
        path = _path(state, glued)
        for number, (left, right) in enumerate(sentences(text, start, end)):
            yield _Unit(
                left,
                right,
                # A glued heading without a section heading above it heads its own sentence.
                glued if own is not None and (state.major is None or state.faded) else None if state.faded else state.major,
                path,
                any(_is_lead(heading) for heading in (glued, *state.minors, state.major)),
                Sentence(
                    text=text[left:right],
                    heading=state.label,
                    glued=own,
                    holds_lead=number == 0 and head is not None and head.glued,
                    fresh=state.fresh,
                    block_start=first,
                    item=is_item,
                    paragraphs=state.paragraphs,
                    after_list=not is_item and state.items > 0,
                    faded=state.faded,
                ),
            )
            first, state.fresh = False, False
    if is_item:
        state.items += 1
    else:
        state.paragraphs += 1
    if glued is not None and glued.label is not None and (state.major is None or state.faded):
        # Without a section heading above, a glued one goes on to govern, weakly.
        state.major, state.minors, state.faded = glued, (), True


def _path(state: _State, glued: Heading | None) -> tuple[str, ...]:
    headings = (state.major if not state.faded else None, *state.minors, glued)
    return tuple(heading.text[:_MAX_LEAD] for heading in headings if heading is not None)


def _is_lead(heading: Heading | None) -> bool:
    return heading is not None and KSA_LEAD.fullmatch(heading.text) is not None


def _passages(text: str, doc_id: str, units: Iterable[_Unit], labels: Iterable[Judgement]) -> Iterator[Passage]:
    ordinal = 0
    for unit, judgement in zip(units, labels, strict=True):
        label = judgement.label
        parts = statements(text, unit.start, unit.end, lead_in=unit.lead_in, item=unit.sentence.item)
        for number, (start, end) in enumerate(parts):
            # The statement that holds the lead-in itself does not need it a second time.
            path = unit.path[:-1] if unit.sentence.holds_lead and number == 0 else unit.path
            yield Passage(
                passage_id=f"{doc_id}:{start}-{end}",
                doc_id=doc_id,
                label=label,
                kind=KIND_OF_LABEL[label],
                start=start,
                end=end,
                text=text[start:end],
                ordinal=ordinal,
                heading_path=path,
                inferred=label not in (unit.sentence.heading, unit.sentence.glued),
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
            open_section = replace(open_section, end=unit.end)
            continue
        if open_section is not None:
            yield open_section
        headed = unit.major is not None and unit.major != open_major
        start = min(unit.major.start, unit.start) if headed and unit.major is not None else unit.start
        heading = unit.major.text if unit.major is not None else None
        open_section, open_major = Section(label, heading, start, unit.end), unit.major
    if open_section is not None:
        yield open_section


