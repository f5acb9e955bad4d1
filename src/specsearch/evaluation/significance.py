"""How sure a figure is: bootstrap intervals, paired randomisation tests, correction for many of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
FEWEST = 6
"""Values, or pairs of them, from which on there are intervals and tests: the whole range of n values holds their median in
1 - 2 / 2**n of all samples, and of the 2**n assignments two at least are as extreme, so with five nothing is sure at 95%."""
_SEED = 20_261
_BATCH = 1_000


def interval(values: npt.ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean (Sakai, "Evaluating Evaluation Metrics Based on the Bootstrap", 2006).

    Args:
        values: One value a query, shape (n,), n at least `FEWEST` for the level to mean anything.
        level: Share of the resamples inside, 0 to 1.

    Returns:
        Lower and upper end; the same values give the same interval.
    """
    array = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(_SEED)
    means = np.concatenate([array[rng.integers(len(array), size=(_BATCH, len(array)))].mean(axis=1) for _ in range(RESAMPLES // _BATCH)])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def randomisation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Two-sided paired randomisation test of equal means (Smucker, Allan and Carterette 2007).

    Args:
        first: One value a query, shape (n,).
        second: The other run's values of the same queries.

    Returns:
        The p-value, from 1 / (RESAMPLES + 1) to 1: the share of random assignments of each pair's
        values to the two runs whose means differ at least as much, the observed one among them.
    """
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    differences = differences[differences != 0]
    observed = abs(differences.sum())
    rng = np.random.default_rng(_SEED)
    extreme = 0
    for _ in range(RESAMPLES // _BATCH):
        signs = rng.integers(2, size=(_BATCH, len(differences)), dtype=np.int8) * 2 - 1
        # Sums of the same numbers in another order may differ in the last bits.
        extreme += int(np.count_nonzero(np.abs(signs @ differences) >= observed - 1e-9 * max(1.0, observed)))
    return (extreme + 1) / (RESAMPLES + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for being many (Holm 1979): no false alarm among all of them, at the level of one.

    Returns:
        Corrected values in the same order, at most 1.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
