"""Fixtures of storage: three small documents of three cities, and their index."""

from __future__ import annotations

from small_index import built, copied, corpus, index

__all__ = ["built", "copied", "corpus", "index"]
