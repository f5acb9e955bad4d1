"""The bare words of a heading: what tables of phrases are looked up by."""

from __future__ import annotations

import re
from functools import lru_cache

MARKER = re.compile(r"^\s*(?:(?:section|part|article)\s+)?(?:\(?(?:\d{1,2}|[ivxIVX]{1,5}|[A-Z])[.):]\s+|[•·▪*–—-]+\s*)", re.I)
"""The number or bullet before a heading."""
PARENTHESES = re.compile(r"\([^()]*\)?")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def normalise(heading: str) -> str:
    """Bring a heading to lower-case words: no marker, parentheses, punctuation."""
    text = MARKER.sub("", heading.strip())
    text = PARENTHESES.sub(" ", text).lower().replace("&", " and ").replace("/", " ")
    text = text.replace("_", " ")
    return _NOT_WORD.sub(" ", text).strip()
