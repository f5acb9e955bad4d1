"""What columns are told to state, by names of many wordings: those that thresholds were looked at with, and others held apart.

    python benchmarks/columns.py [--show] [--save]

`columns.tsv` has a name, a value below it, and the field that it states ("other" for none); both sets were written before the rules.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from common import Table, save

from specsearch.encoding.semantics import load_reading
from specsearch.fields import COLUMNS, SECTION
from specsearch.readers.context import Column
from specsearch.readers.rows import canonical_name

NAMES = Path(__file__).parent / "columns.tsv"
_KNOWN = {name: field for field, names in COLUMNS.items() for name in names}


def main() -> None:
    """Print how many columns are told rightly, by words alone and by meaning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    tell = load_reading().tell
    assert tell is not None
    table = Table(("set", "fields", "right by words", "right by meaning", "not told", "wrong", "others", "told falsely"))
    figures = {}
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for group in ("tune", "held"):
        counts = {"fields": 0, "words": 0, "right": 0, "missed": 0, "wrong": 0, "others": 0, "false": 0}
        for row in (row for row in rows if row["set"] == group):
            by_words = _KNOWN.get(canonical_name(row["name"]), "")
            (told,) = tell([Column(row["name"], (row["value"],))])
            found, wanted = by_words or ("" if told == SECTION else told), "" if row["field"] == "other" else row["field"]
            counts["fields" if wanted else "others"] += 1
            counts["words"] += bool(wanted) and by_words == wanted
            counts["right"] += bool(wanted) and found == wanted
            counts["missed"] += bool(wanted) and not found
            counts["wrong"] += bool(wanted) and found not in ("", wanted)
            counts["false"] += not wanted and bool(found)
            if asked.show and found != wanted:
                print(f"{group}: {row['name']} ({row['value']}) is {wanted or 'nothing'}, told {found or 'nothing'}")
        table.add(group, *(str(count) for count in counts.values()))
        figures[group] = counts
    print(table)
    if asked.save:
        save("columns", table, figures)


if __name__ == "__main__":
    main()
