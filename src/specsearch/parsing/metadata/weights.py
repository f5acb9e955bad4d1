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
    -0.45,
    {
        "label": 3.78,
        "banner": 2.82,
        "folder": 2.50,
        "web": 2.12,
        "page": 1.98,
        "seeks": 1.70,
        "works": 1.10,
        "defined": 0.98,
        "known": 0.97,
        "is": 0.75,
        "head": 0.72,
        "unit": 0.66,
        "department": 0.64,
        "spoken": 0.62,
        "share": 0.62,
        "promises": 0.60,
        "a general": 0.48,
        "address": 0.43,
        "subject": 0.26,
        "describes": 0.22,
        "a higher": 0.15,
        "at": 0.00,
        "count": 0.00,
        "offers": 0.00,
        "a special": -0.33,
        "a private": -0.54,
        "a place": -1.26,
        "above": -1.50,
        "placed": -1.81,
    },
)
STATES = Weights(
    -0.85,
    {
        "is the employer": 4.02,
        "the one of the name": 2.83,
        "label": 2.59,
        "after the employer": 2.35,
        "share": 2.32,
        "folder": 2.20,
        "host": 1.52,
        "one of the name": 1.14,
        "law": 1.13,
        "address": 0.48,
        "named": 0.32,
        "town": 0.00,
        "many": -1.01,
        "none of the name": -1.51,
    },
)
