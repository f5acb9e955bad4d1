"""Sparse matrices and assignment: the only module that imports scipy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.sparse.csgraph import (
    min_weight_full_bipartite_matching,  # not of scipy.optimize, which takes half a second to import
)


def rows_matrix(values: npt.NDArray[np.float64], columns: npt.NDArray[np.int32], lengths: npt.NDArray[np.int64], width: int) -> scipy.sparse.csr_matrix:
    """A matrix of rows that stand one after the other.

    Args:
        values: Shape (v,).
        columns: Column of each, shape (v,); values of one column of a row are added up.
        lengths: How many values each row has, shape (n,).
        width: Number of columns.
    """
    parts = values, columns, np.cumsum([0, *lengths])
    found = scipy.sparse.csr_matrix(parts, shape=(len(lengths), width), copy=True)  # what comes next is done in place
    found.sum_duplicates()  # in order, rows are multiplied ten times as fast
    return found


def cheapest_pairs(cost: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The pairs of rows and columns, each at most once, as many as can be, whose costs add up to the least.

    Args:
        cost: Shape (a, b), all above 0: a pair that costs nothing counts as none.
    """
    rows, columns = min_weight_full_bipartite_matching(scipy.sparse.csr_matrix(cost))
    return rows, columns
