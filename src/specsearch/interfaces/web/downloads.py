"""Files that pages give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from specsearch.escaping import csv_text

_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl; charset=utf-8",
}
_LONGEST = 120


def download(content: bytes, title: str, suffix: str) -> Response:
    """A file to keep.

    Args:
        content: What it holds.
        title: What it is of: its name is made of the letters and figures in it.
        suffix: Its ending; the last part of it says what kind of file it is.
    """
    name = re.sub(r"[^\w-]+", " ", title).strip()[:_LONGEST].strip() or "specsearch"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name + suffix)}"}
    return Response(content, media_type=_TYPES[suffix[suffix.rindex(".") :]], headers=headers)


def as_csv(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A table that spreadsheets read as UTF-8, since it says so at its beginning.

    Args:
        columns: Key in a row to its heading, in order.
        rows: What to write.
    """
    return csv_text(columns, rows).encode("utf-8-sig")
