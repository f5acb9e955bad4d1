"""What a statement of a job document does, and the coarse kind that a search is restricted to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Label(StrEnum):
    """What a statement of a job document does."""

    SUMMARY = "summary"
    DISTINGUISHING = "distinguishing"
    SUPERVISION = "supervision"
    DUTY = "duty"
    KSA = "ksa"
    QUALIFICATION = "qualification"
    LICENSE = "license"
    PREFERRED = "preferred"
    CONDITIONS = "conditions"
    COMPENSATION = "compensation"
    PROCESS = "process"


class Kind(StrEnum):
    """The coarse sort of passage that a search is restricted to."""

    DUTY = "duty"
    QUALIFICATION = "qualification"
    CONTEXT = "context"
    ADMINISTRATIVE = "administrative"


KIND_OF_LABEL: Mapping[Label, Kind] = MappingProxyType(
    {
        Label.DUTY: Kind.DUTY,
        Label.KSA: Kind.QUALIFICATION,
        Label.QUALIFICATION: Kind.QUALIFICATION,
        Label.LICENSE: Kind.QUALIFICATION,
        Label.PREFERRED: Kind.QUALIFICATION,
        Label.SUMMARY: Kind.CONTEXT,
        Label.DISTINGUISHING: Kind.CONTEXT,
        Label.SUPERVISION: Kind.CONTEXT,
        Label.CONDITIONS: Kind.CONTEXT,
        Label.COMPENSATION: Kind.ADMINISTRATIVE,
        Label.PROCESS: Kind.ADMINISTRATIVE,
    }
)

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
"""What sections are called to people."""
