"""The outline of a document: its lines in reading order, what each is by form and wording, and what governs each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
from specsearch.parsing.metadata.lines import is_history, is_title_line
from specsearch.parsing.pairs import with_pairs
from specsearch.parsing.scoring import Line, Role, Sentence
from specsearch.parsing.statements import sentences
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Block, BlockStyle, Label, SourceText

_FEWEST_SENTENCE_WORDS = 12
"""Words of the shortest sentence after which no more title lines are expected."""
_MAX_LEAD = 100
"""Longest lead-in (characters) that is kept as context of a passage."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A line; of a sentence also the section heading above it, and whether a lead-in governs it."""

    line: Line
    major: Heading | None = None
    lead_in: bool = False


def outline_units(source: SourceText, vocabulary: Vocabulary, roles: Mapping[int, Role]) -> Iterator[Unit]:
    """Walk the blocks of a document, line by line.

    Args:
        source: What a reader made of it.
        vocabulary: Tells headings, title lines and abbreviations.
        roles: What lines are, by their first character, of which form need not tell.

    Yields:
        The lines, in reading order.
    """
    text = source.text
    state = _State(vocabulary)
    blocks = with_pairs(source, vocabulary)
    for before, block, below in zip((None, *blocks), blocks, (*blocks[1:], None), strict=False):
        line, role = text[block.start : block.end], roles.get(block.start)
        heading = block_heading(text, block, vocabulary)
        if role is Role.HEADING and heading is None:
            heading = bare_heading(text, block, None, below, vocabulary)
        elif role is None:
            top = not (state.headed or state.opened)
            title = is_title_line(line, block, heading, vocabulary, before_headings=top, closing=state.closing)
            role = Role.TITLE if title or not any(map(str.isalnum, line)) else None
            if role is None and heading is None and not top:
                heading = bare_heading(text, block, None if state.fresh else before, below, vocabulary)
        if role is Role.TITLE:
            yield Unit(Line(Role.TITLE, block.start, block.end, line, block))
            state.closing |= state.headed and is_history(line)
        elif heading is not None and role is not Role.SENTENCE:
            yield Unit(Line(Role.HEADING, block.start, block.end, line, block, heading.label))
            if block.style is BlockStyle.ROW:
                state.enter_table(heading)
            else:
                state.enter(heading)
        else:
            yield from _block_units(text, block, state, roles)
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
        self.columns, standing = None, self.major
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
        self.fresh = True
        self.faded &= self.major is standing
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

    def unit(self, text: str, place: tuple[int, int], block: Block, glued: Heading | None, *, holds_lead: bool) -> Unit:
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
        line = Line(Role.SENTENCE, *place, sentence.text, block, sentence=sentence)
        return Unit(line, major, any(self._is_lead(heading) for heading in (glued, *self.minors, self.major)))

    def _is_lead(self, heading: Heading | None) -> bool:
        return heading is not None and is_lead_in(heading.text, self.vocabulary)


def _block_units(text: str, block: Block, state: _State, roles: Mapping[int, Role]) -> Iterator[Unit]:
    """Split a block of content at the headings inside it, and then into sentences."""
    state.begin(block)
    glued: Heading | None = None
    for start, end, head in _pieces(text, block, state.vocabulary):
        if head is not None and not head.glued and roles.get(head.start) is not Role.SENTENCE:
            yield Unit(Line(Role.HEADING, head.start, head.end, text[head.start : head.end], block, head.label))
            state.enter(head)
            start, glued = head.end, None
        elif head is not None and head.glued:
            glued = head
        for number, (left, right) in enumerate(sentences(text, start, end, state.vocabulary)):
            holds_lead = number == 0 and head is not None and head.glued
            yield state.unit(text, (left, right), block, glued, holds_lead=holds_lead)
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
