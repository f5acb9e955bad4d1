"""How much each sign of an employer or a state weighs: learned by `benchmarks/weigh_sources.py` over many employers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """What signs add to the log-odds of a candidate against none; `none` is what a candidate without signs has."""

    none: float
    of: Mapping[str, float]


EMPLOYERS = Weights(
    -1.93,
    {
        "label": 3.52,
        "folder": 2.50,
        "web": 2.19,
        "page": 2.00,
        "banner": 1.76,
        "seeks": 1.60,
        "known": 1.19,
        "defined": 1.17,
        "share": 0.99,
        "works": 0.96,
        "is": 0.93,
        "department": 0.84,
        "spoken": 0.81,
        "unit": 0.77,
        "a general": 0.75,
        "a higher": 0.62,
        "promises": 0.57,
        "head": 0.54,
        "describes": 0.50,
        "subject": 0.33,
        "at": 0.04,
        "address": 0.03,
        "count": 0.00,
        "offers": 0.00,
        "a private": -0.72,
        "a special": -0.92,
        "a place": -1.23,
        "above": -1.24,
        "placed": -1.81,
    },
)
STATES = Weights(
    -1.27,
    {
        "is the employer": 4.03,
        "the one of the name": 2.98,
        "label": 2.65,
        "after the employer": 2.33,
        "folder": 2.20,
        "share": 1.98,
        "host": 1.53,
        "one of the name": 1.33,
        "law": 0.95,
        "named": 0.44,
        "address": 0.29,
        "town": 0.00,
        "many": -0.96,
        "none of the name": -1.51,
    },
)
