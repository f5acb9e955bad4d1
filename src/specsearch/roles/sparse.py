"""Sparse matrices and assignment: the only module that imports scipy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.sparse.csgraph import (
    min_weight_full_bipartite_matching,  # not of scipy.optimize, which takes half a second to import
)


def cheapest_pairs(cost: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The pairs of rows and columns, each at most once, as many as can be, whose costs add up to the least.

    Args:
        cost: Shape (a, b), all above 0: a pair that costs nothing counts as none.
    """
    rows, columns = min_weight_full_bipartite_matching(scipy.sparse.csr_matrix(cost))
    return rows, columns
