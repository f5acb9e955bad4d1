"""What labels, kinds and confidences are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from specsearch.records import DocumentKind, Label

SECTIONS: Mapping[Label, str] = MappingProxyType(
    {
        Label.SUMMARY: "Summary",
        Label.DISTINGUISHING: "Distinguishing characteristics",
        Label.SUPERVISION: "Supervision",
        Label.DUTY: "Duties",
        Label.KSA: "Knowledge, skills and abilities",
        Label.QUALIFICATION: "Minimum qualifications",
        Label.LICENSE: "Licenses and certificates",
        Label.PREFERRED: "Preferred qualifications",
        Label.CONDITIONS: "Working conditions",
        Label.COMPENSATION: "Pay and benefits",
        Label.PROCESS: "Application and process",
    }
)
"""The sections of a document, in the order in which they are offered."""
DOCUMENT_KINDS: Mapping[DocumentKind, str] = MappingProxyType(
    {
        DocumentKind.CLASS_SPECIFICATION: "class specification",
        DocumentKind.JOB_POSTING: "job posting",
        DocumentKind.OTHER: "neither specification nor posting",
        DocumentKind.NOT_ONE_JOB: "not one job",
    }
)
_LIKELY, _SURE = 0.65, 0.9


def how_sure(confidence: float) -> str:
    """A confidence as a word and a number: "likely (0.71)"."""
    word = "sure" if confidence >= _SURE else "likely" if confidence >= _LIKELY else "doubtful"
    return f"{word} ({confidence:.2f})"
