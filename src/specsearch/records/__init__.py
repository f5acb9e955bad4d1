"""The records that flow through the pipeline: frozen, slotted, without I/O; this is where others import them from.

All offsets are half-open character (code point) ranges into `Document.text`, so that
`document.text[passage.start:passage.end]` is the passage.
"""

from __future__ import annotations

from specsearch.records.blend import Blend, BlendPart
from specsearch.records.collected import Act, Collection, CollectionChange, KeptPlace
from specsearch.records.comparison import (
    Comparison,
    DutyMatch,
    Exclusion,
    Method,
    SimilarRole,
    Verdict,
    between,
)
from specsearch.records.correction import Correction, LabelCorrection
from specsearch.records.decision import Choice, Decision, Standing
from specsearch.records.document import (
    Candidate,
    Document,
    DocumentKind,
    Origin,
    Place,
    SourceClassification,
    content_hash_of,
)
from specsearch.records.hit import Explanation, Hit, Mode, Quoted
from specsearch.records.labels import KIND_OF_LABEL, SECTIONS, Kind, Label
from specsearch.records.ladder import Beside, Ladder, Rung, Said, Step
from specsearch.records.passage import UNSURE, ParsedDocument, Passage, Section, Span, passage_id_of, reviewed
from specsearch.records.query import EvaluationLevel, Query
from specsearch.records.reading import Effect, QueryReading, Taken, TakenAs
from specsearch.records.recognition import UNSURE_READING, Recognised, confidence_of, how_read
from specsearch.records.reference import Reference, ReferenceKind
from specsearch.records.role import Requirement, Role, Signal, SignalKind
from specsearch.records.showing import Results
from specsearch.records.source import Block, BlockStyle, Skip, SourceText
from specsearch.records.survey import CityCell, CityRow, CitySurvey

__all__ = [
    "KIND_OF_LABEL",
    "SECTIONS",
    "UNSURE",
    "UNSURE_READING",
    "Act",
    "Beside",
    "Blend",
    "BlendPart",
    "Block",
    "BlockStyle",
    "Candidate",
    "Choice",
    "CityCell",
    "CityRow",
    "CitySurvey",
    "Collection",
    "CollectionChange",
    "Comparison",
    "Correction",
    "Decision",
    "Document",
    "DocumentKind",
    "DutyMatch",
    "Effect",
    "EvaluationLevel",
    "Exclusion",
    "Explanation",
    "Hit",
    "KeptPlace",
    "Kind",
    "Label",
    "LabelCorrection",
    "Ladder",
    "Method",
    "Mode",
    "Origin",
    "ParsedDocument",
    "Passage",
    "Place",
    "Query",
    "QueryReading",
    "Quoted",
    "Recognised",
    "Reference",
    "ReferenceKind",
    "Requirement",
    "Results",
    "Role",
    "Rung",
    "Said",
    "Section",
    "Signal",
    "SignalKind",
    "SimilarRole",
    "Skip",
    "SourceClassification",
    "SourceText",
    "Span",
    "Standing",
    "Step",
    "Taken",
    "TakenAs",
    "Verdict",
    "between",
    "confidence_of",
    "content_hash_of",
    "how_read",
    "passage_id_of",
    "reviewed",
]
