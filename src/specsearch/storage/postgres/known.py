"""What the documents of a generation state: employers, and the values of fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from specsearch.storage.employers import Employers, employers_counted
from specsearch.storage.keys import EMPLOYER
from specsearch.storage.postgres.conditions import of_documents
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.engine import Condition


@dataclass(frozen=True, slots=True)
class Known:
    """The employers of a generation.

    Attributes:
        employers: As all stores tell them apart.
        by_name: The numbers of employers as documents print them (`conditions.printed_number`), by the name that the store gives.
        names: The other way round.
        numbers: A number for each name.
    """

    employers: Employers
    by_name: Mapping[str, tuple[int, ...]]
    names: Mapping[int, str]
    numbers: Mapping[str, int]


def known_of(database: Database) -> Known:
    """Gather the employers, of which there are far fewer than documents."""
    rows = database.query("SELECT jurisdiction, state, min(printed), count(*) FROM catalog GROUP BY jurisdiction, state ORDER BY min(doc_id)")
    employers = employers_counted({(jurisdiction, state): count for jurisdiction, state, _, count in rows})
    of_pair = {pair: employers.names[one] for one, pairs in employers.stated.items() for pair in pairs}
    names = {number: of_pair[jurisdiction, state] for jurisdiction, state, number, _ in rows if (jurisdiction, state) in of_pair}
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, name in names.items():
        by_name[name].append(number)
    numbers = {name: place for place, name in enumerate(sorted(by_name))}
    return Known(employers, {name: tuple(some) for name, some in by_name.items()}, names, numbers)


def facets(database: Database, known: Known, name: str, condition: Condition) -> dict[str, int]:
    """Values of a field with the number of documents that take part, in the order of the values; not those without one."""
    clause, values = of_documents(condition)
    column = "printed" if name == EMPLOYER else name
    rows = database.query(f"SELECT {column}, count(*) FROM catalog c WHERE {clause} GROUP BY 1 ORDER BY 1", values)
    if name != EMPLOYER:
        return {value: count for value, count in rows if value}
    found: dict[str, int] = defaultdict(int)
    for number, count in rows:
        if number in known.names:
            found[known.names[number]] += count
    return dict(sorted(found.items()))
