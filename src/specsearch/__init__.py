"""Semantic search over municipal job documents.

The names below are in the order of the pipeline:

    from specsearch import build_index, compare, open_index, search

    build_index("corpus", "index")
    with open_index("index") as index:
        for hit in search(index, "prepare and monitor the operating budget", k=3):
            print(hit.rank, hit.document.source.title, hit.document.source.jurisdiction, hit.passage.text)
        print(compare(index, "citizen response", "resident contact").verdict)

A missing index, a damaged one, a disk that refuses: every error is a `SpecsearchError`, see docs/python.md.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from specsearch.version import __version__ as __version__

if TYPE_CHECKING:
    from specsearch.api import blend as blend
    from specsearch.api import build_index as build_index
    from specsearch.api import compare as compare
    from specsearch.api import ladder as ladder
    from specsearch.api import similar as similar
    from specsearch.api import survey_duty as survey_duty
    from specsearch.api import survey_role as survey_role
    from specsearch.encoding import load_reranker as load_reranker
    from specsearch.errors import IndexBusyError as IndexBusyError
    from specsearch.errors import IndexClosedError as IndexClosedError
    from specsearch.errors import IndexDamagedError as IndexDamagedError
    from specsearch.errors import IndexMissingError as IndexMissingError
    from specsearch.errors import ModelError as ModelError
    from specsearch.errors import ModelMismatchError as ModelMismatchError
    from specsearch.errors import ReadError as ReadError
    from specsearch.errors import SpecsearchError as SpecsearchError
    from specsearch.errors import StorageError as StorageError
    from specsearch.errors import UsageError as UsageError
    from specsearch.ingest.single import parse as parse
    from specsearch.records import Blend as Blend
    from specsearch.records import Candidate as Candidate
    from specsearch.records import CitySurvey as CitySurvey
    from specsearch.records import Comparison as Comparison
    from specsearch.records import Correction as Correction
    from specsearch.records import Decision as Decision
    from specsearch.records import Document as Document
    from specsearch.records import DocumentKind as DocumentKind
    from specsearch.records import Hit as Hit
    from specsearch.records import Kind as Kind
    from specsearch.records import Label as Label
    from specsearch.records import LabelCorrection as LabelCorrection
    from specsearch.records import Ladder as Ladder
    from specsearch.records import Mode as Mode
    from specsearch.records import ParsedDocument as ParsedDocument
    from specsearch.records import Passage as Passage
    from specsearch.records import Results as Results
    from specsearch.records import Role as Role
    from specsearch.records import SimilarRole as SimilarRole
    from specsearch.records import Verdict as Verdict
    from specsearch.reports import write_report as write_report
    from specsearch.reports.frames import to_frame as to_frame
    from specsearch.retrieval import Filters as Filters
    from specsearch.retrieval import search as search
    from specsearch.roles import find_role as find_role
    from specsearch.roles.corrections import correct as correct
    from specsearch.roles.labels import relabel as relabel
    from specsearch.storage.store import Index as Index
    from specsearch.storage.stores import open_index as open_index

# Nothing leaves the computer. Read by the libraries when they are loaded, which no part of this package does before this line.
for _name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_UPDATE_CHECK", "DO_NOT_TRACK"):
    os.environ[_name] = "1"
del _name

# Imported on first use, so that `import specsearch` and `specsearch --help` are instant.
_HOMES = {
    "parse": "specsearch.ingest.single",
    "build_index": "specsearch.api",
    "correct": "specsearch.roles.corrections",
    "relabel": "specsearch.roles.labels",
    "open_index": "specsearch.storage.stores",
    "search": "specsearch.retrieval",
    "load_reranker": "specsearch.encoding",
    "find_role": "specsearch.roles",
    "similar": "specsearch.api",
    "blend": "specsearch.api",
    "compare": "specsearch.api",
    "ladder": "specsearch.api",
    "survey_role": "specsearch.api",
    "survey_duty": "specsearch.api",
    "write_report": "specsearch.reports",
    "to_frame": "specsearch.reports.frames",
    "Filters": "specsearch.retrieval",
    "Index": "specsearch.storage.store",
    "Blend": "specsearch.records",
    "Candidate": "specsearch.records",
    "CitySurvey": "specsearch.records",
    "Comparison": "specsearch.records",
    "Correction": "specsearch.records",
    "Decision": "specsearch.records",
    "Document": "specsearch.records",
    "DocumentKind": "specsearch.records",
    "Hit": "specsearch.records",
    "Kind": "specsearch.records",
    "Label": "specsearch.records",
    "LabelCorrection": "specsearch.records",
    "Ladder": "specsearch.records",
    "Mode": "specsearch.records",
    "ParsedDocument": "specsearch.records",
    "Passage": "specsearch.records",
    "Results": "specsearch.records",
    "Role": "specsearch.records",
    "SimilarRole": "specsearch.records",
    "Verdict": "specsearch.records",
    "SpecsearchError": "specsearch.errors",
    "UsageError": "specsearch.errors",
    "ReadError": "specsearch.errors",
    "IndexMissingError": "specsearch.errors",
    "IndexClosedError": "specsearch.errors",
    "IndexDamagedError": "specsearch.errors",
    "IndexBusyError": "specsearch.errors",
    "ModelMismatchError": "specsearch.errors",
    "ModelError": "specsearch.errors",
    "StorageError": "specsearch.errors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'specsearch' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
