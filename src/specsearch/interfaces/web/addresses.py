"""Where each page is: the addresses that templates and programs link to."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["compare_at", "document_at", "documents_at", "dossier_at", "evaluate_at", "job_at", "judge_at", "list_at", "places_at", "role_at", "saved_at", "search_at", "sources_at", "survey_at", "survey_file_at"]

PART = 60_000
"""Characters of a document that one page shows. Hardly any job document has as many."""


def search_at(**query: object) -> str:
    """The search page, with what is asked; several values of a name as a list or tuple, empty ones are left out."""
    return _with("/search", query)


def places_at(passage: str, **query: object) -> str:
    """All places in which the text of a passage stands, with what the search that found it asks."""
    return _with("/search/places", {"passage": passage, **query})


def document_at(doc_id: str, start: int | None = None) -> str:
    """The page of a document, at one of its statements if that is given by its first character."""
    part = (start or 0) // PART
    return _with(f"/document/{quote(doc_id, safe='/')}", {"part": part}) + ("" if start is None else f"#c{start}")


def documents_at(**query: object) -> str:
    """The list of documents, with what is asked."""
    return _with("/documents", query)


def role_at(doc_id: str, part: str = "", **query: object) -> str:
    """The page of a role, or one of its parts: "similar", "blend", "ladder", "counterparts"."""
    return _with(f"/role/{quote(doc_id, safe='/')}" + (f"/{part}" if part else ""), query)


def compare_at(*doc_ids: str, **query: object) -> str:
    """The comparison of two to four roles, or the form with what is chosen already."""
    return _with("/compare", {"role": doc_ids, **query})


def dossier_at(suffix: str, a: str, b: str) -> str:
    """The dossier of a comparison as a file, by its ending."""
    return _with(f"/compare/dossier{suffix}", {"role": (a, b)})


def survey_at(*, role: str = "", duty: str = "", **query: object) -> str:
    """The counterparts of a role or of a duty by employers, with what is sorted and left out."""
    return _with("/survey", {"role": role, "duty": duty, **query})


def survey_file_at(suffix: str, *, role: str = "", duty: str = "") -> str:
    """A survey as a file, by its ending."""
    return _with(f"/survey/survey{suffix}", {"role": role, "duty": duty})


def job_at(job_id: str) -> str:
    """The page of long work."""
    return f"/corpus/job/{quote(job_id, safe='')}"


def sources_at(*, why: str = "", page: int = 1, **query: object) -> str:
    """Documents to look at, for one of the reasons or "all" documents."""
    return _with("/sources", {"why": why, "page": 0 if page == 1 else page, **query})


def evaluate_at(name: str = "", *, run: int = 0, measure: str = "") -> str:
    """The page of a set of queries, with the figures of one of its runs, counted from 1, and the plot of one of its measures."""
    return _with(f"/evaluate/{quote(name, safe='')}" if name else "/evaluate", {"run": run, "measure": measure})


def judge_at(name: str, query_id: str = "", at: int = 0, back: int = 0) -> str:
    """Where a set is judged: one of the passages of a query, counted from 1; or so many judgements back."""
    return _with(f"/evaluate/{quote(name, safe='')}/judge", {"query": query_id, "at": at, "back": back})


def list_at(name: str = "", **query: object) -> str:
    """The page of a list, or of all lists and saved searches."""
    return _with(f"/lists/{quote(name, safe='')}" if name else "/lists", query)


def saved_at(name: str) -> str:
    """The page of a saved search."""
    return f"/searches/{quote(name, safe='')}"


def _with(path: str, query: dict[str, object]) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "", (), [], 0)}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
