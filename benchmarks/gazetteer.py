"""Make the tables of places of the United States anew, from the postal codes that the package `zipcodes` carries.

    pip install zipcodes
    python benchmarks/gazetteer.py

Writes `places.tsv`, `counties.tsv` and `postal.tsv` of `specsearch.parsing.places`: names, in small letters, with the
states that have one of that name; and the first three figures of postal codes with their state, where it is one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from specsearch.parsing.places.gazetteer import folded
from specsearch.parsing.vocabulary import states

HERE = Path(__file__).parents[1] / "src" / "specsearch" / "parsing" / "places"
_KIND = re.compile(r"\s+(?:county|parish|borough|census area|municipality|city)$")
_FEW = 0.05
"""Share of a prefix' postal codes up to which another state is a slip."""


def main() -> None:
    """Write the tables."""
    codes = set(states().values())
    # Imported by name: it is needed here only, once in a few years.
    rows = [row for row in import_module("zipcodes").list_all() if row["state"] in codes]
    places: dict[str, set[str]] = defaultdict(set)
    counties: dict[str, set[str]] = defaultdict(set)
    postal: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        postal[row["zip_code"][:3]][row["state"]] += 1
        if row["zip_code_type"] in ("UNIQUE", "MILITARY"):  # of single firms and of the forces: no places
            continue
        for name in (row["city"], *row["acceptable_cities"]):
            if any(letter.isdigit() for letter in name):
                continue
            places[folded(name)].add(row["state"])
        if row["county"]:
            counties[_KIND.sub("", folded(row["county"]))].add(row["state"])
    _write("places.tsv", places)
    _write("counties.tsv", counties)
    certain = {prefix: {found.most_common(1)[0][0]} for prefix, found in postal.items() if found.most_common(1)[0][1] >= (1 - _FEW) * found.total()}
    _write("postal.tsv", certain)


def _write(name: str, table: Mapping[str, Iterable[str]]) -> None:
    lines = [f"{key}\t{' '.join(sorted(found))}\n" for key, found in sorted(table.items()) if key]
    (HERE / name).write_text("".join(lines), encoding="utf-8")
    print(f"{name}: {len(lines)} names")


if __name__ == "__main__":
    main()
