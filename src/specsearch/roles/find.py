"""Which role a user means: one of the index by id or title, or a file."""

from __future__ import annotations

import difflib
from pathlib import Path

from specsearch.errors import UsageError
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
    found = titled or [number for number, entry in index.catalog.items() if all(word in _known_by(entry) for word in words)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(f"\n  {describe(index.catalog[number])}" for number in found[:_LISTED])
        more = f"\n  and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise UsageError(f"{len(found)} roles match {text!r}. Name one by its document id (in parentheses), or add its city:{listed}{more}")
    near = difflib.get_close_matches(wanted, {(e.source.title or e.doc_id).casefold(): 0 for e in index.catalog.values()}, n=4, cutoff=0.4)
    offer = f" Near titles: {', '.join(near)}." if near else ""
    raise UsageError(f"No role of {index.path} and no file is named {text!r}.{offer} See: specsearch roles --index {index.path}")


def describe(entry: CatalogEntry) -> str:
    """A role in a line: title, city and document id."""
    return f"{entry.source.title or 'without a title'}, {entry.source.jurisdiction or 'employer unknown'} ({entry.doc_id})"


def _known_by(entry: CatalogEntry) -> str:
    source = entry.source
    return " ".join(filter(None, (source.title, source.jurisdiction, source.class_code, entry.doc_id))).casefold()
