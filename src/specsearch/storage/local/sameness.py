"""Passages of a folder's index that say the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specsearch.storage.keys import Where
from specsearch.storage.local.dense import Positions
from specsearch.storage.local.derived import LABELS, Columns


@dataclass(frozen=True, slots=True)
class Texts:
    """The passages that are not gone, by what they say.

    Attributes:
        columns: What is known of every passage.
        positions: Their positions, by number of the text, then by document id and place.
        numbers: The numbers of their texts, ascending.
    """

    columns: Columns
    positions: Positions
    numbers: npt.NDArray[np.int64]

    def same(self, positions: Positions, where: Where, documents: Collection[int] | None) -> list[Positions]:
        """For each of given passages all that take part and say the same, by document id and place.

        Args:
            positions: The passages.
            where: Of which the labels hold.
            documents: Numbers of the documents that take part; None for all.
        """
        labels = None if where.labels is None else [LABELS.index(label) for label in where.labels]
        found = []
        for number in self.columns.text[positions]:
            start, end = (np.searchsorted(self.numbers, number, side) for side in ("left", "right"))
            some = self.positions[start:end]
            if labels is not None:
                some = some[np.isin(self.columns.label[some], labels)]
            if documents is not None:
                some = some[np.array([one in documents for one in self.columns.document[some].tolist()], bool)]
            found.append(some)
        return found


def texts_of(columns: Columns) -> Texts:
    """Put the passages of an index together that say the same."""
    living = columns.living()
    by_text = living[np.lexsort((columns.order[living], columns.text[living]))]
    return Texts(columns, by_text, columns.text[by_text])
