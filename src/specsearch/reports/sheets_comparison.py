"""A comparison of two roles as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specsearch.fields import FIELDS, Trait
from specsearch.records import Comparison, Document, Passage, Role, SignalKind
from specsearch.reports.cells import Kind, Sheet, SheetColumn, Value
from specsearch.reports.content import shown
from specsearch.reports.duties import bars_of
from specsearch.reports.evidence import REQUIREMENT_NAMES, higher, in_short
from specsearch.reports.facts import pay_passages
from specsearch.reports.likeness import of_duties
from specsearch.reports.places import WHERE, Rows, documents_of, rows_of, statement, where
from specsearch.reports.sides import names_of
from specsearch.roles.decisions import said

_NUMBER, _WHOSE, _STATEMENT = SheetColumn("No.", Kind.COUNT, 6), SheetColumn("Whose", Kind.SHORT, 8), SheetColumn("Statement", Kind.TEXT, 80)
_HOW_ALIKE = (SheetColumn("How alike", Kind.SHORT, 15), SheetColumn("Score", Kind.SCORE, 8))
_Row = tuple[Value, ...]


def comparison_sheets(comparison: Comparison) -> tuple[Sheet, ...]:
    """The sheets, in the order of the dossier; those without rows too."""
    rows = rows_of(documents_of(comparison))
    name_a, name_b = names_of(comparison)
    both = (
        _NUMBER, SheetColumn("Match", Kind.SHORT, 11), SheetColumn(name_a, Kind.TEXT, 60), *_HOW_ALIKE, SheetColumn(name_b, Kind.TEXT, 60),
        SheetColumn("Page in A", Kind.COUNT, 9), SheetColumn("Line in A", Kind.COUNT, 9), SheetColumn("Page in B", Kind.COUNT, 9), SheetColumn("Line in B", Kind.COUNT, 9),
    )  # fmt: skip
    quoted = (_WHOSE, _STATEMENT, *WHERE)
    return (
        Sheet("Coverage", "how many duties of each class have a counterpart in the other, and how sure that share is", _COVERAGE, tuple(_coverage(comparison))),
        Sheet("Both have", "duties of A with their counterparts in B, one to one; then partial matches, where one statement holds several duties", both, tuple(_both(comparison))),
        Sheet("No counterpart found", _SAID_OF_UNMATCHED, (*quoted, *_NEAREST), tuple(_unmatched(comparison, rows))),
        Sheet("Level", "signs of level of both, and which class is higher by each", _LEVEL, tuple(_level(comparison, rows))),
        Sheet("Requirements", "what each requires, as stated", (SheetColumn("Requirement", Kind.SHORT, 20), _WHOSE, SheetColumn("In short", Kind.TEXT, 28), _STATEMENT, *WHERE), tuple(_required(comparison, rows))),
        Sheet("Pay", "what the documents state as pay, and in which words", (SheetColumn("Fact", Kind.SHORT, 28), _WHOSE, SheetColumn("Stated", Kind.TEXT, 80), *WHERE), tuple(_pay(comparison, rows))),
        Sheet("Decisions", "what reviewers decided about the pair", (SheetColumn("Decision", Kind.TEXT, 60), SheetColumn("Reason", Kind.TEXT, 80)), tuple((said(one), one.decision.reason) for one in comparison.standings)),
        Sheet("Set apart", "statements that set one class apart from the other", quoted, tuple(_apart(comparison, rows))),
        Sheet("Facts", "what the documents state about each class", (SheetColumn("Fact", Kind.SHORT, 20), SheetColumn(name_a, Kind.TEXT, 50), SheetColumn(name_b, Kind.TEXT, 50)), tuple(_facts(comparison))),
        Sheet("Ladder", "what is said of the steps of the career ladders", _LADDER, tuple(_ladder(comparison, rows))),
        Sheet("Not counted", "statements that nearly every class has", quoted, tuple(_quoted(comparison, rows, comparison.boilerplate_a, comparison.boilerplate_b))),
        Sheet("Unsure", "statements whose section is unsure; nothing is taken from them", quoted, tuple(_quoted(comparison, rows, comparison.unsure_a, comparison.unsure_b))),
    )


_COVERAGE = (
    SheetColumn("Class", Kind.TEXT, 60), *(SheetColumn(name, Kind.COUNT, 10) for name in ("Duties", "Matched", "Partial", "Without")),
    SheetColumn("Covered", Kind.SHARE, 10), SheetColumn("At least", Kind.SHARE, 10), SheetColumn("At most", Kind.SHARE, 10),
)  # fmt: skip
_NEAREST = (
    SheetColumn("Nearest of the other", Kind.TEXT, 60), SheetColumn("Score of the nearest", Kind.SCORE, 10), SheetColumn("Page of the nearest", Kind.COUNT, 10),
    SheetColumn("Line of the nearest", Kind.COUNT, 10),
)  # fmt: skip
_SAID_OF_UNMATCHED = "duties for which no counterpart was found in the other, with what is nearest there: check these first, for a reader may well call them counterparts"
_LEVEL = (SheetColumn("Sign", Kind.SHORT, 22), _WHOSE, SheetColumn("In short", Kind.TEXT, 36), SheetColumn("Higher", Kind.SHORT, 12), _STATEMENT, *WHERE)
_LADDER = (SheetColumn("Lower class", Kind.TEXT, 34), SheetColumn("Higher class", Kind.TEXT, 34), SheetColumn("Kind", Kind.SHORT, 24), _STATEMENT, *WHERE)


def _coverage(comparison: Comparison) -> Iterator[_Row]:
    for bar, share, (low, high) in zip(bars_of(comparison), (comparison.coverage_a, comparison.coverage_b), (comparison.interval_a, comparison.interval_b), strict=True):
        yield bar.name, bar.matched + bar.partial + bar.unmatched, bar.matched, bar.partial, bar.unmatched, _rounded(share), _rounded(low), _rounded(high)


def _rounded(value: float) -> float:
    return round(value, 4)


def _both(comparison: Comparison) -> Iterator[_Row]:
    a, b = comparison.a.document, comparison.b.document
    for kind, pairs in (("one to one", comparison.matches), ("partial", comparison.partial)):
        for number, match in enumerate(pairs, 1):
            places = (a.page_at(match.a.start), a.line_at(match.a.start), b.page_at(match.b.start), b.line_at(match.b.start))
            yield number, kind, statement(match.a), of_duties(match.score), _rounded(match.score), statement(match.b), *places


def _sides(comparison: Comparison) -> tuple[tuple[str, Role], tuple[str, Role]]:
    return ("A", comparison.a), ("B", comparison.b)


def _quoted(comparison: Comparison, rows: Rows, of_a: Iterable[Passage], of_b: Iterable[Passage]) -> Iterator[_Row]:
    for (letter, role), passages in zip(_sides(comparison), (of_a, of_b), strict=True):
        yield from ((letter, statement(passage), *where(role.document, passage.start, rows)) for passage in passages)


def _unmatched(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    near = {match.a.passage_id: (comparison.b.document, match.b, match.score) for match in comparison.nearest_a}
    near |= {match.b.passage_id: (comparison.a.document, match.a, match.score) for match in comparison.nearest_b}
    for (letter, role), passages in zip(_sides(comparison), (comparison.unmatched_a, comparison.unmatched_b), strict=True):
        for passage in passages:
            found: _Row = (None,) * len(_NEAREST)
            if passage.passage_id in near:
                document, other, score = near[passage.passage_id]
                found = (statement(other), _rounded(score), document.page_at(other.start), document.line_at(other.start))
            yield letter, statement(passage), *where(role.document, passage.start, rows), *found


def _level(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    for kind in SignalKind:
        of_a, of_b = ([sign for sign in signs if sign.kind is kind] for signs in (comparison.level_a, comparison.level_b))
        by = higher(of_a, of_b) if of_a or of_b else ""
        for (letter, role), signs in zip(_sides(comparison), (of_a, of_b), strict=True):
            for sign in signs:
                place = where(role.document, sign.passage.start, rows) if sign.passage else (None,) * 3
                yield str(kind).capitalize(), letter, shown(sign.text), by, statement(sign.passage) if sign.passage else None, *place


def _required(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    for (letter, role), found in zip(_sides(comparison), (comparison.requirements_a, comparison.requirements_b), strict=True):
        for one in found:
            name = REQUIREMENT_NAMES.get(one.name, shown(one.name).capitalize())
            yield name, letter, in_short(one), statement(one.passage), *where(role.document, one.passage.start, rows)


def _pay(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    for field in (field for field in FIELDS if Trait.PAY in field.traits):
        for letter, role in _sides(comparison):
            source = role.document.source
            value, origin = getattr(source, field.name), source.origins.get(field.name)
            place = where(role.document, origin.start, rows) if value is not None and origin and origin.start is not None else (None,) * 3
            yield field.caption, letter, shown(value), *place
    for letter, role in _sides(comparison):
        yield from (("In the words of the document", letter, statement(one), *where(role.document, one.start, rows)) for one in pay_passages(role))


def _apart(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    roles = {"a": comparison.a, "b": comparison.b}
    for one in comparison.exclusions:
        yield one.of.upper(), statement(one.passage), *where(roles[one.of].document, one.passage.start, rows)


def _facts(comparison: Comparison) -> Iterator[_Row]:
    a, b = comparison.a.document, comparison.b.document
    for field in FIELDS:
        values = [getattr(one.source, field.name) for one in (a, b)]
        if any(value is not None for value in values):
            yield field.caption, *(None if value is None else shown(value) for value in values)
    yield "Kind of document", *(_kind(one) for one in (a, b))
    yield "File", a.doc_id, b.doc_id


def _kind(document: Document) -> str:
    return str(document.kind).replace("_", " ")


def _ladder(comparison: Comparison, rows: Rows) -> Iterator[_Row]:
    for ladder in comparison.ladders or ():
        for step in ladder.steps:
            ends = (shown(ladder.rungs[step.lower].title), shown(ladder.rungs[step.higher].title))
            if step.said is None:
                yield *ends, f"{step.kind}, by their titles", None, None, None, None
            else:
                yield *ends, str(step.kind), statement(step.said.passage), *where(step.said.document, step.said.passage.start, rows)
