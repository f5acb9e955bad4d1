"""Semantic search over municipal job documents.

The names below are in the order of the pipeline:

    from specsearch import build_index, open_index, search

    build_index("corpus", "index")
    with open_index("index") as index:
        for hit in search(index, "prepare and monitor the operating budget", k=3):
            print(hit.rank, hit.document.source.title, hit.document.source.jurisdiction, hit.passage.text)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specsearch.api import build_index as build_index
    from specsearch.api import parse as parse
    from specsearch.encoding import load_reranker as load_reranker
    from specsearch.errors import SpecsearchError as SpecsearchError
    from specsearch.records import Document as Document
    from specsearch.records import Hit as Hit
    from specsearch.records import Kind as Kind
    from specsearch.records import Label as Label
    from specsearch.records import Mode as Mode
    from specsearch.records import ParsedDocument as ParsedDocument
    from specsearch.records import Passage as Passage
    from specsearch.records import Role as Role
    from specsearch.records import Verdict as Verdict
    from specsearch.reports import write_report as write_report
    from specsearch.retrieval import Filters as Filters
    from specsearch.retrieval import search as search
    from specsearch.roles import compare as compare
    from specsearch.roles import find_role as find_role
    from specsearch.roles import open_profiles as open_profiles
    from specsearch.roles import prepare as prepare
    from specsearch.roles import similar as similar
    from specsearch.roles import survey_duty as survey_duty
    from specsearch.roles import survey_role as survey_role
    from specsearch.storage.index import Index as Index
    from specsearch.storage.index import open_index as open_index

__version__ = "0.4.0"

# Nothing leaves the computer. Read by the libraries when they are loaded, which no part of this package does before this line.
for _name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_UPDATE_CHECK", "DO_NOT_TRACK"):
    os.environ[_name] = "1"

# Imported on first use, so that `import specsearch` and `specsearch --help` are instant.
_HOMES = {
    "parse": "specsearch.api",
    "build_index": "specsearch.api",
    "open_index": "specsearch.storage.index",
    "search": "specsearch.retrieval",
    "load_reranker": "specsearch.encoding",
    "open_profiles": "specsearch.roles",
    "find_role": "specsearch.roles",
    "prepare": "specsearch.roles",
    "similar": "specsearch.roles",
    "compare": "specsearch.roles",
    "survey_role": "specsearch.roles",
    "survey_duty": "specsearch.roles",
    "write_report": "specsearch.reports",
    "Filters": "specsearch.retrieval",
    "Index": "specsearch.storage.index",
    "Document": "specsearch.records",
    "Hit": "specsearch.records",
    "Kind": "specsearch.records",
    "Label": "specsearch.records",
    "Mode": "specsearch.records",
    "ParsedDocument": "specsearch.records",
    "Passage": "specsearch.records",
    "Role": "specsearch.records",
    "Verdict": "specsearch.records",
    "SpecsearchError": "specsearch.errors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'specsearch' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
