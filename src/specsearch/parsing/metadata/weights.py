"""How much each sign of an employer or a state weighs: learned by `benchmarks/weigh_sources.py` over many employers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MARGIN = 0.5
"""Confidence below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What signs add to the log-odds of a candidate against none; `none` is what a candidate without signs has."""

    none: float
    of: Mapping[str, float]


EMPLOYERS = Weights(
    -0.23,
    {
        "label": 3.68,
        "folder": 2.50,
        "page": 2.20,
        "banner": 1.93,
        "web": 1.90,
        "seeks": 1.55,
        "known": 1.34,
        "works": 0.97,
        "defined": 0.95,
        "is": 0.78,
        "spoken": 0.75,
        "unit": 0.61,
        "address": 0.54,
        "head": 0.50,
        "share": 0.38,
        "promises": 0.36,
        "a higher": 0.34,
        "a general": 0.28,
        "department": 0.27,
        "describes": 0.16,
        "subject": 0.16,
        "at": 0.00,
        "count": 0.00,
        "offers": 0.00,
        "a special": -0.40,
        "a private": -0.50,
        "a place": -1.22,
        "unsupported": -1.26,
        "placed": -1.43,
        "above": -1.50,
    },
)
STATES = Weights(
    -0.83,
    {
        "is the employer": 4.01,
        "state": 4.00,
        "the one of the name": 2.83,
        "label": 2.59,
        "after the employer": 2.34,
        "share": 2.31,
        "folder": 2.20,
        "host": 1.52,
        "law": 1.13,
        "one of the name": 1.12,
        "address": 0.51,
        "named": 0.31,
        "town": 0.00,
        "many": -1.01,
        "none of the name": -1.51,
    },
)
