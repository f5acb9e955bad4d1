"""What was measured, in words."""

from __future__ import annotations

from collections.abc import Iterator

from specsearch.evaluation.history import Figure, MeasuredDifference, MeasuredRun
from specsearch.evaluation.significance import FEWEST

SYSTEMS = {
    "hybrid": "meaning and words, as searches are answered",
    "dense": "meaning alone",
    "lexical": "words alone",
    "rrf": "meaning and words, by rank",
}
"""What each system ranks by."""
_SHORT = {"hybrid": "meaning and words", "dense": "meaning", "lexical": "words", "rrf": "meaning and words by rank"}
MEASURES = {
    "nDCG@10": "how well the first ten are ordered: 1 where the best come first",
    "RR@10": "how soon the first that is related or better comes: 1 where it comes first, .5 where second",
    "R@10": "which share of all that is related or better is among the first ten",
    "R@100": "which share of it is among the first hundred",
    "AP": "how well all that is related or better is placed",
}
"""What each measure says, from 0 to 1."""
_CHANCE = 0.05
_MUCH = 0.2
"""Share without a judgement from which on figures are called too low."""
_FEW = 25
"""Queries below which only large differences show."""


def called(system: str) -> str:
    """A system in plain words, with its name.

    >>> called("dense")
    'by meaning (dense)'
    """
    return f"by {_SHORT[system]} ({system})" if system in _SHORT else system


def figure(value: Figure) -> str:
    """A mean with its interval.

    >>> figure(Figure(0.4567, 0.4, 0.52))
    '0.457 (0.400 to 0.520)'
    """
    return f"{value.mean:.3f}" + ("" if value.low is None or value.high is None else f" ({value.low:.3f} to {value.high:.3f})")


def differences(run: MeasuredRun, measure: str) -> list[str]:
    """A sentence on each pair of systems."""
    return [_difference(one) for one in run.differences if one.measure == measure]


def _difference(one: MeasuredDifference) -> str:
    first, second = called(one.first), called(one.second)
    better, worse = (first, second) if one.mean >= 0 else (second, first)
    if not round(abs(one.mean), 3):
        return f"Ranking {first} and {second} scores the same."
    said = f"Ranking {better} scores {abs(one.mean):.3f} more than {worse}"
    if one.p_value is None:
        return f"{said}; there are too few queries to tell whether that is chance."
    p_value = "p < 0.001" if one.p_value < 0.001 else f"p = {one.p_value:.3f}"
    return f"{said}; that is hardly chance ({p_value})." if one.p_value < _CHANCE else f"{said}; that may be chance ({p_value})."


def warnings(run: MeasuredRun) -> Iterator[str]:
    """Why figures are to be taken with care."""
    if run.measured < FEWEST:
        yield f"Only {run.measured} of the queries {'is' if run.measured == 1 else 'are'} judged. From {FEWEST} on there are intervals and tests; before that the figures are mere examples."
    elif run.measured < _FEW:
        yield f"Only {run.measured} queries are judged: intervals are wide, and only large differences show. {_FEW} and more are better."
    if run.measured < run.asked:
        yield f"{run.asked - run.measured} of {run.asked} queries have no judgement and are not measured."
    if run.irrelevant:
        yield f"For {run.irrelevant} of the queries nothing is judged related or better: they count 0 for every system."
    if run.left_out:
        yield f"{run.left_out} of {run.left_out + run.judgements} judgements are left out: the passage or the query is not there any more, or has another text."
    worst = max(run.systems, key=lambda system: system.unjudged, default=None)
    if worst is not None and worst.unjudged > _MUCH:
        yield f"Of what ranking {called(worst.name)} puts among the first ten, {worst.unjudged:.0%} is not judged and counts as not relevant: its figures are too low. Judge more of the passages."
