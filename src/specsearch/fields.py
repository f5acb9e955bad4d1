"""The metadata fields: one table of what documents state about the class that they describe.

A field is a row here and an attribute of `SourceClassification`; readers, parsing, search, exports and reports go by
the table. Parsing looks for most fields in ways of their own (`parsing.metadata`); for one with a `line` it needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, auto
from types import MappingProxyType


class Trait(Flag):
    """What a field is used for beyond being read and kept."""

    NONE = 0
    FILTERED = auto()  # a search can be restricted by it
    IN_HITS = auto()  # every hit carries it
    IN_TABLES = auto()  # every statement of an exported comparison or survey carries it
    ALWAYS = auto()  # reports have a row for it also where no document states it
    PAY = auto()  # reports show it under pay and status, not with the class
    OF_A_CLASS = auto()  # a job document states it, and an export as a whole does not
    OF_A_PLACE = auto()  # what an employer puts around its documents can state it, too
    HANDED_DOWN = auto()  # what wraps the records of an export says it for all of them
    GROUPS = auto()  # exports group their records by it
    CORRECTED = auto()  # a reviewer can say what is right


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the metadata.

    Attributes:
        name: Attribute of `SourceClassification`, and key wherever it is given to programs.
        caption: What stands before its value in reports.
        short: The same at the head of a narrow column.
        columns: Names of columns and keys that state it in tables, exports and `corpus.csv`, in canonical form, best
            first; none for what only texts state.
        words: Words that its name begins with in the lines at the top of a document ("Pay Range: ...").
        line: Pattern of that name where the value is what follows it on the line; "" if it is not found so.
        traits: What it is used for.
    """

    name: str
    caption: str
    short: str
    columns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    line: str = ""
    traits: Trait = Trait.NONE


_IDENTITY = Trait.IN_HITS | Trait.IN_TABLES | Trait.ALWAYS
_PAY = Trait.PAY | Trait.ALWAYS | Trait.OF_A_CLASS
_AROUND = Trait.OF_A_PLACE | Trait.HANDED_DOWN
FIELDS = (
    Field(
        "title", "Class title", "title",
        # Of an employer's several titles the class comes first: what one opening is called is its own.
        (
            "title", "class_title", "civil_service_title", "official_title", "class_name", "position_title", "job_title", "classification",
            "classification_title", "position", "job_class", "posting_title", "recruitment_title", "vacancy_title", "exam_title", "business_title",
            "working_title", "functional_title", "position_name", "job_name", "class_spec", "name",
        ),
        ("Title",), traits=_IDENTITY | Trait.FILTERED | Trait.CORRECTED,
    ),
    Field(
        "jurisdiction", "Employer", "city",
        # Beside a column of employers, one of cities says where the work is.
        (
            "jurisdiction", "employer", "employer_name", "hiring_organization", "hiring_organization_name", "hiring_organisation",
            "hiring_organisation_name", "municipality", "agency", "agency_name", "hiring_agency", "organization", "organization_name",
            "organisation", "organisation_name", "company", "company_name", "city",
        ),
        ("City",), traits=_IDENTITY | Trait.FILTERED | _AROUND | Trait.GROUPS | Trait.CORRECTED,
    ),
    Field(
        "state", "State", "state", ("state", "state_code", "state_name", "state_province", "province", "province_state", "address_region"), ("State",),
        traits=_IDENTITY | Trait.FILTERED | _AROUND | Trait.GROUPS | Trait.CORRECTED,
    ),
    Field(
        "class_code", "Class code", "code", (
            "class_code", "code", "job_code", "class_number", "spec_number", "class_spec_code", "class_no", "class_spec_number", "title_code",
            "title_code_no", "title_code_number", "classification_code", "job_class_code", "position_code",
        ),
        ("Code",), traits=_IDENTITY | Trait.OF_A_CLASS | Trait.CORRECTED,
    ),
    Field("series", "Series", "series", traits=Trait.IN_HITS),
    Field("level", "Level", "level", traits=Trait.IN_HITS | Trait.FILTERED),
    Field(
        "effective_date", "Effective date", "date",
        ("effective_date", "revised", "revision_date", "date_revised", "effective", "last_revised", "established", "date_established"),
        ("Effective",), traits=_IDENTITY | Trait.FILTERED | _AROUND,
    ),
    Field("established_date", "Established", "established", words=("Established", "Adopted")),
    Field("revised_date", "Revised", "revised", words=("Revised",)),
    Field(
        "department", "Department", "department", (
            "department", "department_name", "dept", "dept_name", "hiring_department", "division", "division_name", "division_work_unit",
            "work_unit", "bureau", "business_unit",
        ),
        ("Department", "Division"),
        line=r"(?:Department|Bureau|Division|Dept\.?)(?:/\w+)?", traits=_AROUND | Trait.GROUPS | Trait.CORRECTED,
    ),
    Field(
        "salary_range", "Pay", "pay", ("salary", "salary_range", "pay_range", "pay", "compensation"), ("Pay", "Salary", "Grade"),
        traits=_PAY,
    ),
    Field("flsa", "FLSA status", "flsa", ("flsa", "flsa_status"), ("FLSA",), traits=_PAY),
    Field("bargaining_unit", "Bargaining unit", "union", ("bargaining_unit", "union"), ("Bargaining", "Union"), traits=_PAY),
    Field(
        "url", "Published at", "url", ("url", "link", "source_url"),
        traits=Trait.IN_HITS | Trait.IN_TABLES | Trait.HANDED_DOWN,
    ),
    Field("employer_kind", "Kind of employer", "employer kind", ("employer_kind", "organization_type"), traits=_AROUND),
    Field("country", "Country", "country", ("country", "country_code", "country_name", "address_country"), traits=_AROUND | Trait.GROUPS | Trait.CORRECTED),
)  # fmt: skip
"""All fields, in the order in which they are shown."""

CALLED: Mapping[str, str] = MappingProxyType({field.name: "title" if field.name == "title" else field.caption.casefold() for field in FIELDS})
"""What fields are called in sentences: "employer", "class code"."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "record_id": ("_id", "id", "record_id", "requisition_id", "job_id", "posting_id", "doc_id", "requisition_number", "job_number", "posting_number", "announcement_number", "vacancy_number"),
        **{field.name: field.columns for field in FIELDS if field.columns},
        "kind": ("kind", "document_kind", "type"),
        "location": ("location", "work_location", "job_location", "primary_location", "place_of_work"),
    }
)
"""What a row of a table can state to the columns that do, best first: the fields, the record's id,
the document's kind, and where the work is."""


SECTION, OTHER = "section", "other"
"""What a column states that is no field: a section of the document, or nothing that anybody asks for."""


def names_with(trait: Trait) -> tuple[str, ...]:
    """Names of the fields with a trait, in the order in which they are shown."""
    return tuple(field.name for field in FIELDS if trait in field.traits)
