"""Runs of several systems on the same queries, what they score, and which differences are real."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePosixPath

import numpy as np

from specsearch.encoding import Reranker
from specsearch.errors import UsageError
from specsearch.evaluation.dataset import Qrels, Run, distinct
from specsearch.evaluation.held import target_names
from specsearch.evaluation.measures import MEASURES, Scored, score
from specsearch.evaluation.significance import FEWEST, holm, interval, randomisation
from specsearch.records import Kind, Mode, Query
from specsearch.retrieval import Filters
from specsearch.retrieval.fusion import order, reciprocal_ranks
from specsearch.retrieval.search import ranking
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import catalog
from specsearch.storage.store import Snapshot

DEPTH = 1000
"""Targets that are ranked for each query."""
_SHOWN = 5
_MEANING, _WORDS = ("meaning", "work", "requirements"), ("words",)
"""Aspects of roles by meaning alone, and by words alone."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures are means over, and what is left out or counts 0 whatever is ranked.

    Attributes:
        asked: How many queries there are.
        measured: Queries that are asked and judged, in the order of the judgements: all figures are over these.
        unjudged: Queries without a judgement; they are not measured.
        unasked: Judged queries that are not among those asked; they are not measured.
        irrelevant: Measured queries of which nothing is judged relevant; they count 0, as with trec_eval.
        unreachable: Measured queries nothing of whose relevant targets the index holds; they count 0.
        relevant: How many pairs of a measured query and a target are judged relevant.
        absent: The targets among them that the index does not hold, each once.
    """

    asked: int
    measured: tuple[str, ...]
    unjudged: tuple[str, ...]
    unasked: tuple[str, ...]
    irrelevant: tuple[str, ...]
    unreachable: tuple[str, ...]
    relevant: int
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class System:
    """A run with what it scores.

    Attributes:
        name: The mode, or the file of the run.
        run: The ranking of each query.
        scored: Values by measure and query.
        intervals: 95% bootstrap interval of each measure's mean; none with fewer than `FEWEST` queries.
    """

    name: str
    run: Run
    scored: Scored
    intervals: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two systems are apart in a measure.

    Attributes:
        measure: Name of the measure.
        first: Name of a system.
        second: Name of the other.
        mean: Mean of the first minus that of the second.
        p_value: Paired randomisation test, corrected for all pairs of systems in this measure; None with fewer
            than `FEWEST` queries.
        gained: Queries where the first is furthest ahead, with the differences, largest first.
        lost: Queries where it is furthest behind.
    """

    measure: str
    first: str
    second: str
    mean: float
    p_value: float | None
    gained: tuple[tuple[str, float], ...]
    lost: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """What several systems score on the same judgements."""

    systems: tuple[System, ...]
    differences: tuple[Difference, ...]


def basis(asked: Sequence[str], qrels: Qrels, held: Collection[str]) -> Basis:
    """Tell which queries can be measured, and why others cannot.

    Args:
        asked: Ids of all queries.
        qrels: The judgements.
        held: Ids of all that can be ranked.

    Raises:
        UsageError: Nothing can be measured: no query is judged, nothing judged is relevant, or nothing of it is held.
    """
    known = frozenset(asked)
    measured = {query: targets for query, targets in qrels.items() if query in known}
    relevant = {query: [target for target, value in judged.items() if value > 0] for query, judged in measured.items()}
    if not measured:
        raise UsageError("No query is judged: the queries and the judgements have no id in common.")
    if not any(relevant.values()):
        raise UsageError("Nothing is judged relevant for any of these queries: there is nothing to measure.")
    if not any(target in held for targets in measured.values() for target in targets):
        raise UsageError("Nothing that is judged is in the index: the ids of the judgements belong to another collection or level.")
    return Basis(
        asked=len(asked),
        measured=tuple(measured),
        unjudged=tuple(query for query in asked if query not in qrels),
        unasked=tuple(query for query in qrels if query not in measured),
        irrelevant=tuple(query for query, targets in relevant.items() if not targets),
        unreachable=tuple(query for query, targets in relevant.items() if targets and not any(target in held for target in targets)),
        relevant=sum(map(len, relevant.values())),
        absent=tuple(dict.fromkeys(target for targets in relevant.values() for target in targets if target not in held)),
    )


@dataclass(frozen=True, slots=True)
class Ranker:
    """How passages are ranked.

    Attributes:
        mode: Which retriever.
        reranker: Scores the first passages of each ranking anew.
        kinds: Kinds of passages that are ranked.
    """

    mode: Mode
    reranker: Reranker | None = None
    kinds: frozenset[Kind] = frozenset(Kind)


def run_queries(
    index: Snapshot,
    queries: Sequence[Query],
    ranker: Ranker,
    *,
    by_document: bool,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Rank what an index holds for each query.

    Args:
        index: An open index.
        queries: What to ask.
        ranker: How its passages are ranked.
        by_document: Whether documents are ranked, each by its best passage, or passages.
        progress: Told how many queries are done.

    Returns:
        Up to `DEPTH` targets a query; scores are strictly decreasing.
    """
    found: dict[str, dict[str, float]] = {}
    names_of = target_names(index, by_document=by_document)
    for done, query in enumerate(queries, start=1):
        keys, scores = ranking(index, query.text, DEPTH, filters=Filters(kinds=ranker.kinds), mode=ranker.mode, reranker=ranker.reranker)
        ranked: dict[str, float] = {}
        for name, value in zip(names_of(keys), scores.tolist(), strict=True):
            ranked.setdefault(name, value)
        found[query.query_id] = distinct(list(ranked.items()))
        progress(done, len(queries))
    return found


def role_names(index: Snapshot, qrels: Qrels) -> dict[str, int]:
    """Row numbers of the roles by the names that judgements use: document ids, or else names of files without their ending.

    Raises:
        UsageError: A judged query is no role of the index, or the name of several.
    """
    by_id = {entry.doc_id: number for number, entry in catalog(index).items()}
    if qrels.keys() <= by_id.keys():
        return by_id
    by_stem: dict[str, list[int]] = {}
    for doc_id, number in by_id.items():
        by_stem.setdefault(PurePosixPath(doc_id).stem, []).append(number)
    for query in qrels:
        if len(by_stem.get(query, ())) != 1:
            what = "names several documents of the index" if query in by_stem else "is not in the index"
            raise UsageError(f"The judged role {query} {what}. Judgements of roles name document ids, or files without their ending.")
    return {name: numbers[0] for name, numbers in by_stem.items() if len(numbers) == 1}


def run_roles(
    profiles: Profiles,
    names: Mapping[str, int],
    queries: Sequence[str],
    mode: Mode,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Rank the roles of an index for some of them.

    Args:
        profiles: Of the index.
        names: Row numbers by name.
        queries: Names of the roles to ask for.
        mode: `HYBRID` is what `similar` does; `DENSE` takes meaning alone, `LEXICAL` words alone, `RRF` adds up
            the reciprocal ranks of the two.
        progress: Told how many queries are done.
    """
    targets = [(name, profiles.places[number]) for name, number in names.items()]
    ties = np.arange(len(profiles))
    found: dict[str, dict[str, float]] = {}
    for done, query in enumerate(queries, start=1):
        asked = profiles.placed(profiles.places[names[query]])
        if mode is Mode.HYBRID:
            scores = profiles.likeness(asked).scores
        elif mode is Mode.RRF:
            ranks = [np.argsort(order(profiles.by(asked, aspects).astype(np.float32), ties)) + 1 for aspects in (_MEANING, _WORDS)]
            scores = reciprocal_ranks(ranks[0], ranks[1]).astype(np.float64)
        else:
            scores = profiles.by(asked, _MEANING if mode is Mode.DENSE else _WORDS)
        ranked = sorted(((name, float(scores[place])) for name, place in targets), key=lambda pair: (-pair[1], pair[0]))
        found[query] = distinct(ranked[:DEPTH])
        progress(done, len(queries))
    return found


def compare(
    runs: Mapping[str, Run], qrels: Qrels, excluded: Mapping[str, frozenset[str]] | None = None, baseline: str | None = None
) -> Experiment:
    """Score runs and test every pair of them.

    Args:
        runs: Name to run, at least one.
        qrels: The judgements of the queries that are measured.
        excluded: Pairs that are dropped before scoring.
        baseline: Test only the pairs of this run and another; the correction is then for these alone.
    """
    systems = []
    for name, run in runs.items():
        scored = score(qrels, run, excluded)
        intervals = {measure: interval(list(values.values())) for measure, values in scored.values.items() if len(values) >= FEWEST}
        systems.append(System(name, run, scored, intervals))
    pairs = [pair for pair in combinations(systems, 2) if baseline is None or baseline in (pair[0].name, pair[1].name)]
    return Experiment(tuple(systems), tuple(_differences(systems, pairs, list(qrels))))


def _differences(
    systems: Sequence[System], pairs: Sequence[tuple[System, System]], queries: Sequence[str]
) -> Iterable[Difference]:
    for measure in MEASURES:
        values = {system.name: np.array([system.scored.values[measure][query] for query in queries]) for system in systems}
        corrected: Sequence[float | None] = [None] * len(pairs)
        if len(queries) >= FEWEST:
            corrected = holm([randomisation(values[first.name], values[second.name]) for first, second in pairs])
        for (first, second), p_value in zip(pairs, corrected, strict=True):
            by_query = values[first.name] - values[second.name]
            order = np.argsort(-by_query, kind="stable")
            gained = tuple((queries[i], float(by_query[i])) for i in order[:_SHOWN] if by_query[i] > 0)
            lost = tuple((queries[i], float(by_query[i])) for i in order[::-1][:_SHOWN] if by_query[i] < 0)
            yield Difference(measure, first.name, second.name, float(by_query.mean()), p_value, gained, lost)
