"""How alike two roles or two duties are, in words beside the figures."""

from __future__ import annotations

from specsearch.reports.content import percentile_text

_ROLES = ((99.8, "very alike"), (99.0, "alike"), (95.0, "somewhat alike"))
"""Percentile among random pairs from which on two roles are called so; what passes for a counterpart is alike at least."""
_DUTIES = ((0.8, "very alike"), (0.5, "alike"), (0.3, "somewhat alike"))
"""Score from which on two duties are called so: the last is that from which on they are counterparts."""
_OTHERWISE = "hardly alike"


def of_roles(percentile: float | None) -> str:
    """How alike two roles are, in words, by how many of 100 random pairs are less alike."""
    return next((words for least, words in _ROLES if (percentile or 0.0) >= least), _OTHERWISE)


CHECK_FIRST = "Where something of the other is near, it stands with its score under the duty: check these first, for a reader may well call them counterparts."


def of_duties(score: float) -> str:
    """How alike two duties are, in words, by their score."""
    return next((words for least, words in _DUTIES if score >= least), _OTHERWISE)


def more_alike(percentile: float) -> str:
    """The percentile of two roles as a sentence has it."""
    if percentile >= 100:
        return "more alike than any of the random pairs of classes of different employers that they were held against"
    return f"more alike than {percentile_text(percentile)} of 100 random pairs of classes of different employers"
