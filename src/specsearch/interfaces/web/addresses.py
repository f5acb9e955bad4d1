"""Where each page is: the addresses that templates and programs link to."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["compare_at", "document_at", "documents_at", "role_at", "search_at", "survey_at"]

PART = 60_000
"""Characters of a document that one page shows. Hardly any job document has as many."""


def search_at(**query: object) -> str:
    """The search page, with what is asked; several values of a name as a list or tuple, empty ones are left out."""
    return _with("/search", query)


def document_at(doc_id: str, start: int | None = None) -> str:
    """The page of a document, at one of its statements if that is given by its first character."""
    part = (start or 0) // PART
    return _with(f"/document/{quote(doc_id, safe='/')}", {"part": part}) + ("" if start is None else f"#c{start}")


def documents_at(**query: object) -> str:
    """The list of documents, with what is asked."""
    return _with("/documents", query)


def role_at(doc_id: str) -> str:
    """The page of a role."""
    return f"/role/{quote(doc_id, safe='/')}"


def compare_at(*doc_ids: str) -> str:
    """The comparison of two to four roles."""
    return _with("/compare", {"role": doc_ids})


def survey_at(*, role: str = "", duty: str = "") -> str:
    """The counterparts of a role or of a duty by employers."""
    return _with("/survey", {"role": role, "duty": duty})


def _with(path: str, query: dict[str, object]) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "", (), [], 0)}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
