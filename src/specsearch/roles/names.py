"""Names of two roles that stand side by side."""

from __future__ import annotations

import re

from specsearch.records import Document


def names_of(a: Document, b: Document) -> tuple[str, str]:
    """Class titles of two documents (their ids, where there is none), told apart where they are the same."""
    return told_apart((a.source.title or a.doc_id, b.source.title or b.doc_id), a, b)


def told_apart(names: tuple[str, str], a: Document, b: Document) -> tuple[str, str]:
    """Add to two names what tells them apart, where they are the same but for letters' case and spaces.

    That is the employers, or where these are the same or not known, the documents' ids. A document and
    itself have one name.

    Args:
        names: What the two are called.
        a: The document that the first name is of.
        b: That of the second.
    """
    if _key(names[0]) != _key(names[1]):
        return names
    employers = _employer(a), _employer(b)
    apart = employers if all(employers) and _key(employers[0]) != _key(employers[1]) else (a.doc_id, b.doc_id)
    if apart[0] == apart[1]:
        return names
    return f"{names[0]} ({apart[0]})", f"{names[1]} ({apart[1]})"


def _employer(document: Document) -> str:
    source = document.source
    return ", ".join(part for part in (source.jurisdiction, source.state) if part) if source.jurisdiction else ""


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
