"""Corrections put into the table that stands beside documents."""

from __future__ import annotations

import pytest

from specsearch.ingest.table import table_of
from specsearch.records import Correction

PATHS = {"a.txt": "a.txt", "a%23b.txt": "a%23b.txt", "t.csv#1": "t.csv#1"}


def of(*said: tuple[str, str, str]) -> list[Correction]:
    return [Correction(doc_id, field, value, "Ann", "2026") for doc_id, field, value in said]


CODE = of(("a.txt", "class_code", "7"))


@pytest.mark.parametrize(
    ("corrections", "there", "expected", "counts"),
    [
        pytest.param(CODE, "", "path,class_code\na.txt,7\n", (1, 1, 0), id="new"),
        pytest.param(CODE, "path,class_code\na.txt,3\nb.txt,4\n", "path,class_code\na.txt,7\nb.txt,4\n", (1, 0, 1), id="another-value"),
        pytest.param(CODE, "path,code\na.txt,3\n", "path,code,class_code\na.txt,3,7\n", (1, 0, 0), id="less-believed-column"),
        pytest.param(of(("a.txt", "jurisdiction", "Elm")), "jurisdiction,path,city\n,a.txt,Oak\n", "jurisdiction,path,city\nElm,a.txt,Oak\n", (1, 0, 0), id="more-believed-column"),
        pytest.param(CODE, "path,class_code\n/a.txt,3\na.txt,4\n", "path,class_code\n/a.txt,7\na.txt,4\n", (1, 0, 1), id="rows-of-one-path"),
        pytest.param(CODE, "path,title\nb.txt\n\n", "path,title,class_code\nb.txt,,\na.txt,,7\n", (1, 1, 1), id="short-row"),
        pytest.param(of(("t.csv#1", "state", "OR"), ("a.txt", "state", "ME")), "path\nt.csv#1\n", "path,state\nt.csv#1,OR\na.txt,ME\n", (2, 1, 0), id="record"),
    ],
)
def test_tables(corrections: list[Correction], there: str, expected: str, counts: tuple[int, int, int]) -> None:
    """Corrected cells win where they are read first; everything else stays where it was."""
    table = table_of(corrections, PATHS, there.encode())
    assert table.content.decode() == expected
    assert (table.corrected, table.added, table.others) == counts
