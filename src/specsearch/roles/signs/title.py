"""Title: the rank that its words and numerals give."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.parsing.level_words import read_level, rung_of
from specsearch.records import Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    read = read_level(role.document.source.title or "")
    return Signal(SignalKind.TITLE, read.rank, read.said) if read.rank is not None else None


def _gap(a: Signal, b: Signal) -> float:
    """Numerals of one ladder count beside equal ranks ("Supervisor I", "VI")."""
    if a.value == b.value:
        (word, rung), (other_word, other_rung) = rung_of(a.text), rung_of(b.text)
        if word == other_word and rung is not None and other_rung is not None:
            return rung - other_rung
    return a.value - b.value


SIGN = Sign(SignalKind.TITLE, _read, weight=1.0, step=1.0, gap=_gap)
