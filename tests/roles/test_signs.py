"""The table of signs of level: complete, and in the order that readers see."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from specsearch.records import (
    Document,
    DocumentKind,
    Kind,
    Label,
    Passage,
    Role,
    Signal,
    SignalKind,
    SourceClassification,
)
from specsearch.roles import signs
from specsearch.roles.levels import level_difference, signals
from specsearch.roles.requirements import requirements


def role(title: str, *statements: tuple[Label, Kind, str]) -> Role:
    """A role of some statements, one a line."""
    text, passages = "", []
    for label, kind, said in statements:
        start, end = len(text), len(text) + len(said)
        passages.append(Passage(f"x:{start}-{end}", "x", label, kind, start, end, said, start))
        text += f"{said}\n"
    return Role(Document("x", SourceClassification(title=title), DocumentKind.CLASS_SPECIFICATION, text, "x", "0"), tuple(passages))


def test_every_kind_of_sign_is_in_the_table_once() -> None:
    """No kind is missing or read twice, and no module beside the table is forgotten."""
    listed = [sign.kind for sign in chain.from_iterable(signs.SIGNS)]
    assert sorted(listed) == sorted(SignalKind)
    modules = {path.stem for path in Path(signs.__file__).parent.glob("*.py")} - {"__init__", "sign"}
    assert len(modules) == len(listed)


YEARS = (Label.QUALIFICATION, Kind.QUALIFICATION, "Three years of experience in bookkeeping.")
DEGREE = (Label.QUALIFICATION, Kind.QUALIFICATION, "Possession of a bachelor's degree.")


@pytest.mark.parametrize(
    ("statements", "kinds"),
    [
        ((YEARS, DEGREE), [SignalKind.YEARS, SignalKind.DEGREE]),
        ((DEGREE, YEARS), [SignalKind.DEGREE, SignalKind.YEARS]),
        (
            ((Label.QUALIFICATION, Kind.QUALIFICATION, "Three years of experience in bookkeeping and a bachelor's degree."),),
            [SignalKind.DEGREE, SignalKind.YEARS],
        ),
    ],
)
def test_requirements_stand_in_the_order_of_the_document(statements: tuple[tuple[Label, Kind, str], ...], kinds: list[SignalKind]) -> None:
    """Years and degree come as the document has them, between direction and knowledge."""
    asked = role(
        "Clerk II",
        (Label.DUTY, Kind.DUTY, "Assists the bookkeepers with ledgers."),
        (Label.SUMMARY, Kind.CONTEXT, "Works under general supervision."),
        *statements,
        (Label.KSA, Kind.CONTEXT, "Considerable knowledge of ledgers."),
    )
    found = [signal.kind for signal in signals(asked, requirements(asked.passages))]
    assert found == [SignalKind.TITLE, SignalKind.SUPERVISION, SignalKind.DIRECTION, *kinds, SignalKind.KNOWLEDGE, SignalKind.ASSISTING]


@pytest.mark.parametrize(
    ("kind", "higher", "lower", "counted"),
    [
        (SignalKind.SUPERVISION, 2.0, 0.0, 2.0),
        (SignalKind.SUPERVISION, 2.0, 0.5, 1.0),
        (SignalKind.SUPERVISION, 1.0, 0.5, 0.0),
        (SignalKind.STAFF, 12.0, 2.0, 0.5),
        (SignalKind.STAFF, 11.0, 2.0, 0.0),
        (SignalKind.YEARS, 3.5, 2.0, 1.0),
        (SignalKind.DEGREE, 3.0, 2.0, 0.5),
        (SignalKind.KNOWLEDGE, 3.0, 2.5, 0.0),
    ],
)
def test_what_a_difference_counts(kind: SignalKind, higher: float, lower: float, counted: float) -> None:
    """A difference counts from a step on, for who supervises against who is said not to twice; swapped, the sign changes."""
    a, b = Signal(kind, higher, ""), Signal(kind, lower, "")
    assert level_difference([a], [b]) == counted
    assert level_difference([b], [a]) == -counted
