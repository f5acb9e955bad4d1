"""What the report on a comparison of two roles says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from specsearch.fields import FIELDS, Field, Trait
from specsearch.parsing.statements import quotation
from specsearch.records import (
    Choice,
    Comparison,
    Decision,
    Document,
    DutyMatch,
    Passage,
    Requirement,
    Role,
    Signal,
    SignalKind,
)
from specsearch.reports.content import (
    Align,
    Bar,
    Block,
    Cell,
    Column,
    CoverageChart,
    Fact,
    Finding,
    Item,
    Paragraph,
    Part,
    Report,
    Review,
    Table,
    bullet_rows,
    employer_of,
    fact,
    field_cell,
    method_table,
    percent,
    percentile_text,
    quote,
    shown,
    title_of,
)
from specsearch.roles.levels import difference
from specsearch.roles.names import told_apart

_DECIDED: Mapping[Choice, str] = MappingProxyType(
    {
        Choice.ACCEPT: "accepted as comparable",
        Choice.REJECT: "rejected",
        Choice.LEVEL: "comparable at another level",
    }
)
_CLASS_FIELDS = tuple(field for field in FIELDS if Trait.PAY not in field.traits)
_PAY_FIELDS = tuple(field for field in FIELDS if Trait.PAY in field.traits)
_REQUIREMENTS = ("degree", "years", "substitution", "license")
_REQUIREMENT_NAMES = {"degree": "Degree", "years": "Years of experience", "substitution": "Substitutions", "license": "Licences"}
_NONE_FOUND = "none found"


def comparison_report(comparison: Comparison) -> Report:
    """The dossier of a comparison."""
    a, b = comparison.a.document, comparison.b.document
    parts = (
        Part("verdict", "Verdict", (Finding(comparison.verdict, tuple(shown(reason) for reason in comparison.reasons)), _alike(comparison))),
        Part("classes", "The two classes", (_facts("What the documents state about each class", comparison, _CLASS_FIELDS, _sources),)),
        Part("decisions", "Previous decisions", _decisions(comparison)),
        Part("coverage", "Coverage of duties", _coverage(comparison)),
        Part("matches", "Duties with a counterpart", _aligned(comparison, comparison.matches, "Duties of A and their counterparts in B, one to one, closest first", "No duty of one has a counterpart in the other.")),
        Part("partial", "Partial matches", _partial(comparison)),
        Part("unmatched", "Duties without a counterpart", _unmatched(comparison)),
        Part("not-counted", "Statements not counted", _not_counted(comparison)),
        Part("qualifications", "Qualifications", _qualifications(comparison)),
        Part("level", "Signs of level", _level(comparison)),
        Part("exclusions", "Exclusions", _exclusions(comparison)),
        Part("pay", "Pay and status", (_facts("Pay, FLSA status and bargaining unit, as the documents print them", comparison, _PAY_FIELDS),)),
        Part("method", "Method", _method(comparison)),
        Part("review", "Reviewer’s decision", (Review(("This comparison",)),)),
    )  # fmt: skip
    return Report(
        kind="Comparison of two classes",
        title=" and ".join(shown(name) for name in told_apart((title_of(a), title_of(b)), a, b)),
        subtitle="{}. {}.".format(*_names(comparison)),
        parts=parts,
    )


def _sides(comparison: Comparison, first: Column) -> tuple[Column, Column, Column]:
    """Columns of a table that sets both roles side by side."""
    share = (100 - first.width) // 2
    name_a, name_b = _names(comparison)
    return (first, Column(name_a, share), Column(name_b, share))


def _names(comparison: Comparison) -> tuple[str, str]:
    """Title and employer of each role with its letter; with the document's id where these are the same."""
    a, b = comparison.a.document, comparison.b.document
    of_a, of_b = told_apart((f"{title_of(a)}, {employer_of(a)}", f"{title_of(b)}, {employer_of(b)}"), a, b)
    return f"A: {shown(of_a)}", f"B: {shown(of_b)}"


def _alike(comparison: Comparison) -> Paragraph:
    return Paragraph(
        f"As wholes, the two are more alike than {percentile_text(comparison.percentile)} of 100 random pairs of classes in the "
        f"index ({_signed(comparison.similarity)} standard deviations from a random pair)."
    )


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


# --- facts -----------------------------------------------------------------------------------------


def _facts(
    caption: str,
    comparison: Comparison,
    fields: Iterable[Field],
    more: Callable[[Document], tuple[tuple[str, str], ...]] = lambda document: (),
) -> Table:
    a, b = comparison.a.document, comparison.b.document
    rows = [(fact(field.caption), field_cell(a, field), field_cell(b, field)) for field in fields if _stated(a, b, field)]
    rows += [(fact(name), fact(of_a), fact(of_b)) for (name, of_a), (_, of_b) in zip(more(a), more(b), strict=True)]
    return Table(caption, _sides(comparison, Column("Fact", 16, Align.NAME)), tuple(rows))


def _stated(a: Document, b: Document, field: Field) -> bool:
    """Some facts are worth a row only if a document states them."""
    return Trait.ALWAYS in field.traits or any(getattr(document.source, field.name) is not None for document in (a, b))


def _sources(document: Document) -> tuple[tuple[str, str], ...]:
    return (
        ("Kind of document", str(document.kind).replace("_", " ")),
        ("Source", document.doc_id),
        ("SHA-256 of its text", document.content_hash),
    )


# --- previous decisions ----------------------------------------------------------------------------


def _decisions(comparison: Comparison) -> tuple[Block, ...]:
    if not comparison.decisions:
        return (Paragraph("No decision on this pair is recorded."),)
    columns = (Column("Date", 13, Align.NAME), Column("Reviewer", 16), Column("Decision", 17), Column("Reason", 34), Column("Since then", 20))
    rows = tuple(
        (fact(d.date.partition("T")[0]), fact(d.reviewer), fact(_DECIDED[d.choice]), fact(d.reason, ""), fact(_since(comparison, d)))
        for d in comparison.decisions
    )  # fmt: skip
    return (Table("What reviewers have decided about this pair, oldest first", columns, rows),)


def _since(comparison: Comparison, decision: Decision) -> str:
    """What has changed since a decision; it may name the two roles the other way round."""
    known = {decision.a: decision.content_a, decision.b: decision.content_b}
    sides = (("A", comparison.a.document), ("B", comparison.b.document))
    changed = [letter for letter, document in sides if known.get(document.doc_id) != document.content_hash]
    said = f"the document of {' and of '.join(changed)} has changed" if changed else "both documents unchanged"
    return said + ("" if decision.fingerprint == comparison.method.fingerprint else "; made with another model")


# --- duties ----------------------------------------------------------------------------------------


def _coverage(comparison: Comparison) -> tuple[Block, ...]:
    matched_a = {match.a.passage_id for match in comparison.matches}
    matched_b = {match.b.passage_id for match in comparison.matches}
    partial_a = {match.a.passage_id for match in comparison.partial} - matched_a
    partial_b = {match.b.passage_id for match in comparison.partial} - matched_b
    name_a, name_b = _names(comparison)
    bars = (
        Bar(name_a, len(matched_a), len(partial_a), len(comparison.unmatched_a), percent(comparison.coverage_a)),
        Bar(name_b, len(matched_b), len(partial_b), len(comparison.unmatched_b), percent(comparison.coverage_b)),
    )
    columns = (
        Column("Class", 30, Align.NAME),
        *(Column(name, 14, Align.NUMBER) for name in ("Duties counted", "Matched", "Partial", "No counterpart", "Covered")),
    )
    rows = tuple(
        (fact(bar.name), *(fact(str(n)) for n in (bar.matched + bar.partial + bar.unmatched, bar.matched, bar.partial, bar.unmatched)), fact(bar.share))
        for bar in bars
    )  # fmt: skip
    description = "; ".join(
        f"{bar.name}: {bar.share} of its duties have a counterpart ({bar.matched} matched, {bar.partial} partial, {bar.unmatched} without)"
        for bar in bars
    )
    return (
        CoverageChart("Duties of each class by whether the other has a counterpart, and the share that has", description, bars),
        Table("Coverage in figures", columns, rows),
    )


def _aligned(comparison: Comparison, matches: Sequence[DutyMatch], caption: str, otherwise: str) -> tuple[Block, ...]:
    if not matches:
        return (Paragraph(otherwise),)
    a, b = comparison.a.document, comparison.b.document
    name_a, name_b = _names(comparison)
    columns = (
        Column("No.", 7, Align.NAME),
        Column(name_a, 42),
        Column("Score", 9, Align.NUMBER),
        Column(name_b, 42),
    )
    rows = tuple(
        (fact(str(number)), (quote(a, match.a),), fact(f"{match.score:.2f}"), (quote(b, match.b),))
        for number, match in enumerate(matches, 1)
    )
    return (Table(caption, columns, rows),)


def _partial(comparison: Comparison) -> tuple[Block, ...]:
    said = Paragraph("A duty that has no match of its own, and a statement of the other class, matched already, that holds this duty too.")
    blocks = _aligned(comparison, comparison.partial, "Further counterparts, one to several", "There are none.")
    return (said, *blocks) if comparison.partial else blocks


def _unmatched(comparison: Comparison) -> tuple[Block, ...]:
    name_a, name_b = _names(comparison)
    return (
        *_listed(comparison.a, comparison.unmatched_a, f"Duties of {name_a}, that B does not have", "Every duty of A has a counterpart in B."),
        *_listed(comparison.b, comparison.unmatched_b, f"Duties of {name_b}, that A does not have", "Every duty of B has a counterpart in A."),
    )  # fmt: skip


def _not_counted(comparison: Comparison) -> tuple[Block, ...]:
    if not comparison.boilerplate_a and not comparison.boilerplate_b:
        return (Paragraph("All statements among the duties count."),)
    name_a, name_b = _names(comparison)
    return (
        Paragraph("Nearly every class has these statements. They say nothing about how alike two classes are, and do not count."),
        *_listed(comparison.a, comparison.boilerplate_a, f"Statements of {name_a}", "A has none."),
        *_listed(comparison.b, comparison.boilerplate_b, f"Statements of {name_b}", "B has none."),
    )


def _listed(role: Role, passages: Sequence[Passage], caption: str, otherwise: str) -> tuple[Block, ...]:
    if not passages:
        return (Paragraph(otherwise),)
    return (Table(caption, (Column("No.", 7, Align.NAME), Column("Statement", 93)), bullet_rows(role.document, passages)),)


# --- requirements and level ------------------------------------------------------------------------


def _qualifications(comparison: Comparison) -> tuple[Block, ...]:
    found = [requirement.name for requirement in (*comparison.requirements_a, *comparison.requirements_b)]
    names = dict.fromkeys((*_REQUIREMENTS, *found))
    rows = tuple(
        (
            fact(_REQUIREMENT_NAMES.get(name, name.capitalize())),
            _requirements(comparison.a, comparison.requirements_a, name),
            _requirements(comparison.b, comparison.requirements_b, name),
        )
        for name in names
    )
    columns = _sides(comparison, Column("Requirement", 16, Align.NAME))
    return (Table("What each requires, as stated", columns, rows),)


def _requirements(role: Role, requirements: Iterable[Requirement], name: str) -> Cell:
    items = tuple(quote(role.document, r.passage, _in_short(r)) for r in requirements if r.name == name)
    return items or fact(_NONE_FOUND)


def _in_short(requirement: Requirement) -> str:
    """A requirement in short, unless that is but the beginning of what is quoted."""
    value = shown(requirement.value, "")
    if shown(quotation(requirement.passage.text), "").startswith(value.rstrip(" …")):
        return ""
    numbered = requirement.name == "years" and value.replace(".", "").isdigit()
    return f"{value} {'year' if value == '1' else 'years'}" if numbered else value


def _level(comparison: Comparison) -> tuple[Block, ...]:
    name_a, name_b = _names(comparison)
    columns = (
        Column("Sign", 16, Align.NAME),
        Column(name_a, 35),
        Column(name_b, 35),
        Column("Higher", 14),
    )
    rows = []
    for kind in SignalKind:
        of_a = [signal for signal in comparison.level_a if signal.kind is kind]
        of_b = [signal for signal in comparison.level_b if signal.kind is kind]
        if of_a or of_b:
            name = fact(str(kind).capitalize())
            rows.append((name, _signals(comparison.a, of_a), _signals(comparison.b, of_b), fact(_higher(of_a, of_b))))
    if not rows:
        return (Paragraph("Neither document states anything that tells its level."),)
    difference = comparison.level_difference
    said = f"Taken together the signs put {'A' if difference > 0 else 'B'} higher" if difference else "Taken together the signs put both at one level"
    return (
        Paragraph(f"{said} (difference of A to B: {_signed(difference)})."),
        Table("Signs of level, by what they are about", columns, tuple(rows)),
    )


def _signals(role: Role, signals: Sequence[Signal]) -> Cell:
    items: tuple[Item, ...] = tuple(
        quote(role.document, signal.passage, signal.text) if signal.passage else Fact(shown(signal.text), "class title" if signal.kind is SignalKind.TITLE else "")
        for signal in signals
    )
    return items or fact(_NONE_FOUND)


def _higher(a: Sequence[Signal], b: Sequence[Signal]) -> str:
    """Which side is higher by one kind of sign, if all its signs agree about that."""
    if not a or not b:
        return "not known"
    gaps = [difference(one, other) for one in a for other in b]
    if min(gaps) > 0:
        return "A"
    if max(gaps) < 0:
        return "B"
    return "signs differ" if any(gaps) else "level"


def _exclusions(comparison: Comparison) -> tuple[Block, ...]:
    if not comparison.exclusions:
        return (Paragraph("Neither document sets its class apart from the other’s."),)
    roles, names = {"a": comparison.a, "b": comparison.b}, dict(zip("ab", _names(comparison), strict=True))
    rows = tuple(
        (fact(names[exclusion.of]), (quote(roles[exclusion.of].document, exclusion.passage),))
        for exclusion in comparison.exclusions
    )
    return (Table("Statements that set one class apart from the other’s class or series", (Column("Whose", 28, Align.NAME), Column("Statement", 72)), rows),)


def _method(comparison: Comparison) -> tuple[Block, ...]:
    threshold = f"{comparison.threshold:.2f}"
    return (
        Paragraph(
            "Each duty of A is compared with each duty of B by meaning. The best pairs that reach the threshold are counterparts, one to one. "
            "A high score says that two statements mean similar things; whether the jobs are comparable is for the reviewer to decide."
        ),
        method_table(
            comparison.method,
            (
                ("Threshold of a counterpart", f"{threshold}: {chance_text(comparison.chance)}"),
                ("Similarity as wholes", f"{_signed(comparison.similarity)} standard deviations over a random pair of classes"),
                ("Percentile", f"{percentile_text(comparison.percentile)} of 100 random pairs of classes in the index are less alike"),
            ),
        ),
    )


def chance_text(chance: float) -> str:
    """What a threshold means, by the share of random pairs that reach it."""
    if chance <= 0:
        return "no random pair of duties that was tried reaches it"
    every = f", about 1 in {1 / chance:,.0f}" if chance < 0.5 else ""
    return f"{chance:.2%} of random pairs of duties reach it{every}"
