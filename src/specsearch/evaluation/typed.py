"""Sets of queries as people type them, or have them in a file, and the plain names that such sets have."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.escaping import one_line, without_controls
from specsearch.files import write_whole
from specsearch.records import Query
from specsearch.retrieval.search import MAX_QUERY_CHARS

MAX_QUERIES = 1000
"""Most queries of a set: judged to a depth of 20, that is some months of work."""
_LONGEST_NAME = 60
_HEADERS = frozenset({("id", "text"), ("id", "query"), ("_id", "text"), ("query-id", "text"), ("query-id", "query")})


def plain_name(typed: str) -> str:
    """The name of a set: letters, digits and dashes; "" where nothing of what was typed can stand in one.

    >>> plain_name(" Budget & finance, 2026 ")
    'Budget-finance-2026'
    >>> plain_name("../../etc/passwd")
    'etc-passwd'
    """
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", typed)).strip("-")[:_LONGEST_NAME].rstrip("-")


def typed_queries(text: str) -> tuple[Query, ...]:
    """Read queries, one a line: a text, an id and a text separated by a tab, or an object of JSON with _id and text.

    Texts without an id are numbered by their lines: q1, q2 and so on; the same text again is left out.

    Raises:
        UsageError: There is no query, there are too many, or a line is none; the message names the line.
    """
    found: dict[str, Query] = {}
    texts = set()
    for number, query_id, query in _rows(without_controls(text).removeprefix("\ufeff")):
        if not query:
            raise UsageError(f"Line {number} has no query.")
        if len(query) > MAX_QUERY_CHARS:
            raise UsageError(f"Line {number} is longer than {MAX_QUERY_CHARS} characters: that is a document, not a query.")
        if not query_id and query in texts:
            continue
        name = query_id or f"q{number}"
        if name in found:
            raise UsageError(f"Line {number}: the id {name} comes twice.")
        found[name] = Query(name, query)
        texts.add(query)
    if not found:
        raise UsageError("There is no query. Type one a line.")
    if len(found) > MAX_QUERIES:
        raise UsageError(f"These are {len(found)} queries; a set has {MAX_QUERIES} at most.")
    return tuple(found.values())


def _rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Number of the line, id and text of each query; the id is "" where there is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if line.lstrip().startswith("{"):
            try:
                record = json.loads(line)
                given = [str(record["_id"]), str(record["text"])]
            except (ValueError, KeyError, RecursionError) as error:
                raise UsageError(f"Line {number} is no object of JSON with _id and text.") from error
        else:
            given = line.split("\t") if "\t" in line.strip() else ["", line]
        parts = [" ".join(one_line(part).split()) for part in given]
        if len(parts) != 2:
            raise UsageError(f"Line {number} has {len(parts)} columns. Give a query, or an id and a query separated by a tab.")
        if number == 1 and tuple(part.casefold() for part in parts) in _HEADERS:
            continue
        yield number, parts[0], parts[1]


def write_queries(path: Path, queries: Sequence[Query]) -> None:
    """Write queries, id and text separated by a tab.

    Raises:
        UsageError: There is such a file.
        StorageError: The file cannot be written.
    """
    write_whole(path, "".join(f"{query.query_id}\t{query.text}\n" for query in queries).encode())
