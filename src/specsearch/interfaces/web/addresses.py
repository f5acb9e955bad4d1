"""Where each page is: the addresses that templates and programs link to."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["compare_at", "document_at", "dossier_at", "role_at", "search_at", "survey_at", "survey_file_at"]


def search_at(**query: object) -> str:
    """The search page, with what is asked; several values of a name as a list or tuple, empty ones are left out."""
    return _with("/search", query)


def document_at(doc_id: str, start: int | None = None) -> str:
    """The page of a document, at one of its statements if that is given by its first character."""
    return f"/document/{quote(doc_id, safe='/')}" + ("" if start is None else f"#c{start}")


def role_at(doc_id: str, part: str = "", **query: object) -> str:
    """The page of a role, or one of its parts: "similar", "blend", "ladder", "counterparts"."""
    return _with(f"/role/{quote(doc_id, safe='/')}" + (f"/{part}" if part else ""), query)


def compare_at(*doc_ids: str) -> str:
    """The comparison of two to four roles."""
    return _with("/compare", {"role": doc_ids})


def dossier_at(suffix: str, a: str, b: str) -> str:
    """The dossier of a comparison as a file, by its ending."""
    return _with(f"/compare/dossier{suffix}", {"role": (a, b)})


def survey_at(*, role: str = "", duty: str = "", **query: object) -> str:
    """The counterparts of a role or of a duty by employers, with what is sorted and left out."""
    return _with("/survey", {"role": role, "duty": duty, **query})


def survey_file_at(suffix: str, *, role: str = "", duty: str = "") -> str:
    """A survey as a file, by its ending."""
    return _with(f"/survey/survey{suffix}", {"role": role, "duty": duty})


def _with(path: str, query: dict[str, object]) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "", (), [], 0)}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
