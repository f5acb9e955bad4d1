"""Results as data frames of pandas, which is loaded only for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.records import CitySurvey, Comparison, Results
from specsearch.records.rows import COLUMNS, rows_of
from specsearch.records.showing import Shown
from specsearch.reports.data import frame_rows

if TYPE_CHECKING:
    import pandas as pd


def to_frame(found: object) -> pd.DataFrame:
    """Put results into a pandas data frame: a row a hit, role, duty or passage, with its source.

    Args:
        found: What `search`, `similar`, `compare`, `survey_role`, `survey_duty` or `parse` returned, or a hit, role, document
            or passage of it.

    Returns:
        The table. One of no hits, or of no similar roles, has their columns; that of another empty list has none.

    Raises:
        UsageError: pandas is not installed, or there is no such table.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise UsageError("Data frames need pandas. Install it with: pip install 'specsearch[pandas]'") from error
    if isinstance(found, Comparison | CitySurvey):
        columns, rows = frame_rows(found)
        return pd.DataFrame(rows, columns=list(columns))
    members = list(found) if isinstance(found, Iterable) else [found]
    if not all(isinstance(member, Shown) for member in members):
        raise UsageError(f"There is no table of {type(found).__name__}. Give what search, similar, compare, a survey or parse returned.")
    rows = [row for member in members for row in rows_of(member)]
    kind = found.kind if isinstance(found, Results) else None
    return pd.DataFrame(rows, columns=COLUMNS.get(kind) if kind and not rows else None)
