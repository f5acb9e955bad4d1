"""What a run scores: measures by ir-measures, which asks trec_eval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ir_measures
import numpy as np

from specsearch.errors import UsageError
from specsearch.evaluation.dataset import Qrels, Run, distinct

MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "AP")
"""nDCG with graded gains and log2 discount (Järvelin and Kekäläinen 2002), reciprocal rank, recall, and
average precision, as trec_eval computes them."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run scores.

    Attributes:
        values: Measure to query id to value; every judged query is in it.
        missing: Judged queries that the run does not rank; they score 0, as with trec_eval's -c.
        unjudged: Queries of the run without judgements; they are left out, as trec_eval does.
    """

    values: Mapping[str, Mapping[str, float]]
    missing: tuple[str, ...]
    unjudged: tuple[str, ...]

    def mean(self, measure: str) -> float:
        """Mean of a measure over all judged queries."""
        values = self.values[measure].values()
        return sum(values) / len(values)


def score(qrels: Qrels, run: Run, excluded: Mapping[str, frozenset[str]] | None = None) -> Scored:
    """Score a run against judgements.

    Args:
        qrels: The judgements.
        run: The run.
        excluded: Targets that are dropped from the ranking of a query first.

    Returns:
        The values of `MEASURES` for each judged query.

    """
    dropped = excluded or {}
    ranked = {
        query: _in_order({target: value for target, value in run[query].items() if target not in dropped.get(query, ())})
        for query in qrels.keys() & run.keys()
    }
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    # One query at a time would be the same; trec_eval is asked only for what both have, the rest is 0.
    judged = {query: dict(qrels[query]) for query in ranked if ranked[query]}
    for metric in ir_measures.iter_calc(measures, judged, {query: ranked[query] for query in judged}):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    missing = tuple(sorted(query for query in qrels if not ranked.get(query)))
    return Scored(values, missing, tuple(sorted(run.keys() - qrels.keys())))


def unjudged(qrels: Qrels, run: Run, depth: int = 10) -> float:
    """Share of what a run ranks first that nobody has judged, and that counts as not relevant.

    Args:
        qrels: The judgements of the queries that are measured.
        run: The run.
        depth: How much of each ranking.

    Returns:
        From 0 to 1; 0 where nothing is ranked.
    """
    firsts = [(query, target) for query in qrels for target in list(_in_order(run.get(query, {})))[:depth]]
    return sum(target not in qrels[query] for query, target in firsts) / max(1, len(firsts))


def check(qrels: Qrels, run: Run) -> None:
    """Check that a run of another program can be of the queries and of what the judgements judge.

    Raises:
        UsageError: The run and the judgements have no query, or no target at all, in common.
    """
    if not qrels.keys() & run.keys():
        raise UsageError("The run and the judgements have no query in common: they belong to different sets of queries.")
    judged_targets = {target for targets in qrels.values() for target in targets}
    if all(judged_targets.isdisjoint(targets) for targets in run.values()):
        raise UsageError("Nothing that the run ranks is judged for any query: its ids belong to another collection or level.")


def _in_order(scores: Mapping[str, float]) -> dict[str, float]:
    """The ranking in trec_eval's order, ties made strict: not every measure's library breaks them alike."""
    by_score = sorted(scores.items(), key=lambda item: (np.float32(item[1]), item[0]), reverse=True)
    return distinct(by_score)
