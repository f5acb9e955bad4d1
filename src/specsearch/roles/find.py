"""Which role a user means: one of the index by id or title, or a file."""

from __future__ import annotations

from pathlib import Path

from specsearch.errors import UsageError
from specsearch.retrieval.filters import near
from specsearch.storage.database import CatalogEntry
from specsearch.storage.snapshot import Snapshot

_LISTED = 8


def find_role(index: Snapshot, text: str) -> int | None:
    """Find a role of an index.

    Args:
        index: An open index.
        text: Its document id, its title, or words that its title, city, code and id have and no other's.

    Returns:
        The row number of its document; None if `text` names a file that is not in the index.

    Raises:
        UsageError: No role, or several; the message lists them.
    """
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        raise UsageError("Give a role: a document id, a title, or a file.")
    for number, entry in index.catalog.items():
        if entry.doc_id == text.strip():
            return number
    if Path(text).is_file():
        return None
    titled = [number for number, entry in index.catalog.items() if (entry.source.title or "").casefold() == wanted]
    if len(titled) == 1:
        return titled[0]
    words = wanted.split()
    found = titled or [number for number, entry in index.catalog.items() if all(word in _known_by(entry, index.cities.get(number)) for word in words)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(f"\n  {describe(index.catalog[number])}" for number in found[:_LISTED])
        more = f"\n  and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise UsageError(f"{len(found)} roles match {text!r}. Name one by its document id (in parentheses), or add its city:{listed}{more}")
    close = near(wanted, ((entry.source.title or entry.doc_id).casefold() for entry in index.catalog.values()))
    offer = f" Near titles: {', '.join(close)}." if close else ""
    raise UsageError(f"No role of {index.path} and no file is named {text!r}.{offer} See: specsearch roles --index {index.path}")


def describe(entry: CatalogEntry) -> str:
    """A role in a line: title, city and document id."""
    return f"{entry.source.title or 'without a title'}, {entry.source.jurisdiction or 'employer unknown'} ({entry.doc_id})"


def _known_by(entry: CatalogEntry, city: str | None) -> str:
    """Its title, employer by each name that is printed, state, code and id."""
    source = entry.source
    place = ", ".join(filter(None, (source.jurisdiction, source.state)))
    return " ".join(filter(None, (source.title, place, city, source.class_code, entry.doc_id))).casefold()
