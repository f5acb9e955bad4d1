"""Files that pages give."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.responses import Response

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
_LONGEST = 120


def download(content: bytes, title: str, suffix: str) -> Response:
    """A file to keep.

    Args:
        content: What it holds.
        title: What it is of: its name is made of the letters and figures in it.
        suffix: Its ending, one of those of reports.
    """
    name = re.sub(r"[\W_]+", " ", title).strip()[:_LONGEST].strip() or "specsearch"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name + suffix)}"}
    return Response(content, media_type=_TYPES[suffix], headers=headers)
