"""The text that is embedded for a passage."""

from __future__ import annotations

import pytest

from specsearch.encoding.context import embedded_text
from specsearch.records import Kind, Label, Passage


def passage(text: str, *path: str) -> Passage:
    return Passage("a:0-1", "a", Label.KSA, Kind.QUALIFICATION, 0, len(text), text, 0, path)


@pytest.mark.parametrize(
    ("text", "path", "embedded"),
    [
        pytest.param("1. Plans   work\n  of crews;", ("DUTIES",), "Plans work of crews", id="marker-and-space"),
        pytest.param("• plan the work; and", ("ABILITIES", "Ability to"), "Ability to plan the work", id="lead-in"),
        pytest.param("- laws of the state", ("KNOWLEDGE OF",), "Knowledge of laws of the state", id="capitals"),
        pytest.param("- laws", ("KSAs", "Working knowledge of"), "Working knowledge of laws", id="qualified-lead-in"),
        pytest.param("Plans work.", ("DUTIES", "Counter work"), "Plans work.", id="other-headings-stay-out"),
        pytest.param("Type letters", (), "Type letters", id="no-headings"),
        pytest.param("2.5 years of payroll work", (), "2.5 years of payroll work", id="decimal"),  # BUG: "5 years of payroll work"
    ],
)
def test_embedded_text(text: str, path: tuple[str, ...], embedded: str) -> None:
    """The text that stands for a passage is the statement without its marker, after the lead-in that it needs."""
    assert embedded_text(passage(text, *path)) == embedded
