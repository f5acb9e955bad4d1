"""What the report on a comparison says beside duties: requirements, signs of level, exclusions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from specsearch.parsing.statements import quotation
from specsearch.records import Comparison, Requirement, Role, Signal, SignalKind
from specsearch.reports.content import Align, Block, Cell, Column, Fact, Item, Paragraph, Table, fact, quote, shown
from specsearch.reports.sides import sides
from specsearch.roles.levels import difference

REQUIREMENTS = ("degree", "years", "substitution", "license")
REQUIREMENT_NAMES = {"degree": "Degree", "years": "Years of experience", "substitution": "Substitutions", "license": "Licences"}
_NONE_FOUND = "none found"


def qualifications(comparison: Comparison) -> tuple[Block, ...]:
    """What each class requires, side by side."""
    found = [requirement.name for requirement in (*comparison.requirements_a, *comparison.requirements_b)]
    names = dict.fromkeys((*REQUIREMENTS, *found))
    rows = tuple(
        (
            fact(REQUIREMENT_NAMES.get(name, name.capitalize())),
            _requirements("A", comparison.a, comparison.requirements_a, name),
            _requirements("B", comparison.b, comparison.requirements_b, name),
        )
        for name in names
    )
    columns = sides(Column("Requirement", 16, Align.NAME))
    return (Table("What each requires, as stated", columns, rows),)


def _requirements(called: str, role: Role, requirements: Iterable[Requirement], name: str) -> Cell:
    items = tuple(quote(role.document, r.passage, in_short(r), called) for r in requirements if r.name == name)
    return items or fact(_NONE_FOUND)


def in_short(requirement: Requirement) -> str:
    """A requirement in short, unless that is but the beginning of what is quoted."""
    value = shown(requirement.value, "")
    if shown(quotation(requirement.passage.text), "").startswith(value.rstrip(" …")):
        return ""
    numbered = requirement.name == "years" and value.replace(".", "").isdigit()
    return f"{value} {'year' if value == '1' else 'years'}" if numbered else value


def level(comparison: Comparison) -> tuple[Block, ...]:
    """The signs of level of both classes, by what they are about."""
    columns = (Column("Sign", 16, Align.NAME), Column("A", 35), Column("B", 35), Column("Higher", 14))
    quoted_a, quoted_b = ({one.passage.passage_id for one in found} for found in (comparison.requirements_a, comparison.requirements_b))
    rows = []
    for kind in SignalKind:
        of_a = [signal for signal in comparison.level_a if signal.kind is kind]
        of_b = [signal for signal in comparison.level_b if signal.kind is kind]
        if _telling(kind, of_a, of_b):
            name = fact(str(kind).capitalize())
            rows.append((name, _signals("A", comparison.a, of_a, quoted_a), _signals("B", comparison.b, of_b, quoted_b), fact(higher(of_a, of_b))))
    if not rows:
        return (Paragraph("Neither document states anything that tells its level."),)
    difference = comparison.level_difference
    said = f"Taken together the signs put {'A' if difference > 0 else 'B'} higher." if difference else "Taken together the signs put both at one level."
    return (Paragraph(said), Table("Signs of level, by what they are about", columns, tuple(rows)))


def _telling(kind: SignalKind, of_a: Sequence[Signal], of_b: Sequence[Signal]) -> bool:
    """Whether a kind of sign is worth a row: shares of duties that are the same on both sides, and nowhere quoted, are not."""
    quoted = any(signal.passage for signal in (*of_a, *of_b))
    return bool(of_a or of_b) and (quoted or kind is not SignalKind.ASSISTING or higher(of_a, of_b) != "same")


def _signals(called: str, role: Role, signals: Sequence[Signal], quoted: Collection[str]) -> Cell:
    """Signs with their statements; those among the requirements are quoted there."""
    items: list[Item] = []
    for signal in signals:
        if signal.passage is None:
            items.append(Fact(shown(signal.text), "class title" if signal.kind is SignalKind.TITLE else ""))
        elif signal.passage.passage_id in quoted:
            items.append(Fact(shown(signal.text), "quoted under Requirements"))
        else:
            items.append(quote(role.document, signal.passage, signal.text, called))
    return tuple(items) or fact(_NONE_FOUND)


def higher(a: Sequence[Signal], b: Sequence[Signal]) -> str:
    """Which side is higher by one kind of sign, if all its signs agree about that."""
    if not a or not b:
        return "not known"
    gaps = [difference(one, other) for one in a for other in b]
    if min(gaps) > 0:
        return "A"
    if max(gaps) < 0:
        return "B"
    return "signs differ" if any(gaps) else "same"


def exclusions(comparison: Comparison) -> tuple[Block, ...]:
    """Where one document sets its class apart from the other's; nothing where none does."""
    if not comparison.exclusions:
        return ()
    roles = {"a": comparison.a, "b": comparison.b}
    rows = tuple(
        (fact(exclusion.of.upper()), (quote(roles[exclusion.of].document, exclusion.passage, called=exclusion.of.upper()),))
        for exclusion in comparison.exclusions
    )
    return (Table("Statements that set one class apart from the other’s class or series", (Column("Whose", 10, Align.NAME), Column("Statement", 90)), rows),)
