"""The family of a class: the classes of its employer that lead to it and that it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from specsearch.records.decision import Standing
from specsearch.records.document import Document
from specsearch.records.passage import Passage
from specsearch.records.reference import Reference, ReferenceKind
from specsearch.records.showing import Shown


@dataclass(frozen=True, slots=True)
class Rung:
    """A class of a ladder.

    Attributes:
        title: Its title, as its first document prints it.
        documents: The documents that describe it, in the order of their ids: one, or revisions and postings of it.
        lower: Number of the rung below it in the tree; None at the foot.
        depth: How many rungs are below it in the tree, one under another.
        asked: Whether it is the one that was asked for.
        standing: What a reviewer decided last about the asked role and it; None if nothing.
    """

    title: str
    documents: tuple[Document, ...]
    lower: int | None
    depth: int
    asked: bool = False
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Where a document names a class.

    Attributes:
        document: The document.
        passage: The statement.
        start: First character of the name in the document's text.
        end: One past the last.
    """

    document: Document
    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from a class of a ladder to a higher one.

    Attributes:
        lower: Number of a rung.
        higher: Number of another.
        kind: What is said; `SERIES` where the titles alone tell.
        said: Where; None for titles.
    """

    lower: int
    higher: int
    kind: ReferenceKind
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Who supervises, leads, reports to or is distinguished from whom: it makes no ladder.

    Attributes:
        source: Title of the class whose document says so.
        target: Title of the class that it names.
        kind: What is said.
        said: Where.
        rungs: Numbers of the two among the rungs; None for one that is none of them.
    """

    source: str
    target: str
    kind: ReferenceKind
    said: Said
    rungs: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Ladder(Shown):
    """The family of a class.

    Attributes:
        document: That of the role that was asked for.
        rungs: Classes, in the order in which the tree is read from its foot: every rung stands after the one below it.
        steps: What leads from a lower class to a higher.
        beside: Who supervises, leads, reports to or is distinguished from whom, of the asked role and among the rungs; also what
            contradicts the steps.
        unresolved: References of the role to classes that no document of its employer has the title of.
        left_out: How many classes are linked to these, but left out because there are too many.
    """

    document: Document
    rungs: tuple[Rung, ...]
    steps: tuple[Step, ...]
    beside: tuple[Beside, ...]
    unresolved: tuple[Reference, ...]
    left_out: int

    def steps_below(self, rung: int) -> tuple[Step, ...]:
        """What leads to a rung, that from the rung below it in the tree first."""
        return tuple(sorted((step for step in self.steps if step.higher == rung), key=lambda step: (step.lower != self.rungs[rung].lower, step.lower)))

    def __repr__(self) -> str:
        return f"<Ladder of {self.document.source.title or self.document.doc_id}: {len(self.rungs)} classes>"
