"""What text recognition (OCR) read in pictures, how sure it is, and how that is said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

UNSURE_READING = 0.9
"""Confidence of text recognition below which a quote is to be held against the picture."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A line of a text that was read in a picture.

    Attributes:
        start: First character of it in the text.
        end: One past its last character.
        confidence: How sure text recognition is of its words, from 0 to 1.
    """

    start: int
    end: int
    confidence: float


def confidence_of(lines: Sequence[Recognised], start: int, end: int) -> float | None:
    """How sure the least sure of the lines is read that a part of a text touches; None if none of it was read in a picture.

    Args:
        lines: In the order of the text, not overlapping.
        start: First character of the part.
        end: One past its last.
    """
    first = bisect_left(lines, start + 1, key=lambda line: line.end)
    last = bisect_left(lines, end, key=lambda line: line.start)
    return min((line.confidence for line in lines[first:last]), default=None)


def how_read(confidence: float | None) -> str:
    """What is said wherever words are quoted that were read in a picture; "" for others.

    >>> how_read(None), how_read(0.99), how_read(0.4)
    ('', 'read by OCR', 'read by OCR, unsure')
    """
    if confidence is None:
        return ""
    return "read by OCR, unsure" if confidence < UNSURE_READING else "read by OCR"
