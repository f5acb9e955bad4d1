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
    -1.35,
    {
        "label": 3.50,
        "folder": 2.50,
        "web": 2.15,
        "banner": 2.01,
        "page": 2.00,
        "seeks": 1.56,
        "known": 1.25,
        "defined": 1.16,
        "share": 1.00,
        "works": 0.95,
        "is": 0.91,
        "department": 0.73,
        "a general": 0.73,
        "spoken": 0.69,
        "unit": 0.64,
        "a higher": 0.60,
        "head": 0.59,
        "promises": 0.56,
        "describes": 0.47,
        "subject": 0.28,
        "address": 0.08,
        "at": 0.02,
        "count": 0.00,
        "offers": 0.00,
        "a private": -0.76,
        "a special": -0.91,
        "a place": -1.16,
        "above": -1.50,
        "placed": -1.65,
    },
)
STATES = Weights(
    -1.33,
    {
        "is the employer": 4.03,
        "the one of the name": 2.98,
        "label": 2.65,
        "after the employer": 2.33,
        "folder": 2.20,
        "share": 1.99,
        "host": 1.53,
        "one of the name": 1.36,
        "law": 0.94,
        "named": 0.44,
        "address": 0.29,
        "town": 0.00,
        "many": -0.95,
        "none of the name": -1.51,
    },
)
