"""What kinds of document and confidences are called on pages. Sections have their names in `specsearch.records.SECTIONS`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from specsearch.records import DocumentKind

DOCUMENT_KINDS: Mapping[DocumentKind, str] = MappingProxyType(
    {
        DocumentKind.CLASS_SPECIFICATION: "Class specification",
        DocumentKind.JOB_POSTING: "Job posting",
        DocumentKind.OTHER: "Other document",
        DocumentKind.NOT_ONE_JOB: "Not about one job",
    }
)
_WORDS = ((0.9, "very likely"), (0.65, "likely"), (0.35, "possible"))
"""Confidence from which on something is called so."""


def how_sure(confidence: float | None) -> str:
    """How sure something is, in words and as a percentage: "likely, 71%"; "" where it is not weighed."""
    if confidence is None:
        return ""
    return f"{next((words for least, words in _WORDS if round(confidence, 2) >= least), 'unlikely')}, {confidence:.0%}"
