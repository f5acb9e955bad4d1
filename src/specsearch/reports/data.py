"""Comparisons and surveys as data, for spreadsheets (CSV) and programs (JSON). Names of keys and columns are stable.

A *statement* in JSON: `text`, `section` (its label), `document` (id), `path`, `page` (from 1, null without pages),
`line` (from 1), `start`, `end` (characters of the document's text, half open), `confidence` (probability that the section is right),
`unsure`, `recognised` (how sure its words are read, if in a picture; else null), `how_read` ("read by OCR", with ", unsure" where they are to be
held against the picture; "" for the characters of the file itself). A *document*: `id`, `path`, `kind`,
`content_hash` (SHA-256 of its text), the fields of `SourceClassification` (`title`, `jurisdiction`, ...; null is not
stated) and `origins` (by field: `place`, and for "text" `start`, `end`, `line`, `page`). A *role*: a document with
its `text` and `statements`; `text[start:end]` is a statement's text.

Comparison:
    `report` ("comparison"), `a`, `b` (roles), `verdict`, `reasons`, `similarity` and `percentile` (of the roles as
    wholes), `threshold` (least score of a counterpart, 0 to 1), `coverage` {`a`, `b`}, `coverage_interval` {`a`, `b`} [lowest, highest],
    `matches` and `partial` [{`score`, `a`, `b` (statements)}], `unmatched` {`a`, `b`} and `not_counted` {`a`, `b`}
    (statements), `nearest` {`a`, `b` [as `matches`: the statement of the other that is nearest to an unmatched duty of this side, if any is near]}, `unsure` {`a`, `b`} (statements that are not counted because their section is unsure), `requirements` {`a`, `b`} [{`name`, `value`, `statement`}], `level` {`difference`, `a`, `b`
    [{`kind`, `value`, `text`, `statement` (null for the title)}]}, `exclusions` [{`of`, `statement`}], `ladders` {`a`, `b` [ladder]}, `decisions`
    (fields of `Decision`, and `current`: whether both texts are still those it was made on), `method` (fields of `Method`).

Ladder:
    `id`, `title`, `jurisdiction` (of the role), `classes` [{`title`, `documents` (ids), `lower` (number of the class below it in the tree, from 0;
    null at the foot), `depth`, `asked`, `decision`}], `steps` [{`lower`, `higher` (numbers of classes), `kind`, `statement` (with `name_start` and
    `name_end` of the name; null where the titles tell)}], `beside` [{`source`, `kind`, `target`, `classes`, `statement`}], `unresolved` [{`name`,
    `kind`, `statement`}], `left_out` (number of classes).

Survey:
    `report` ("survey"), `subject`, `role` (null when a duty was asked for), `cities`, `threshold`, `duty_threshold`,
    `rows` [{`name`, `cells` [{`city`, `found`, `score`, `percentile`, `closest`, `document` (null if none clears the
    threshold), `statement`, `decision` (the last about the two: fields of `Decision` and `current`, whether both texts
    are still those it was made on; null if none), `rejected` [{`document`, `decision`}]}]}], `comparisons` {city: {`verdict`, `coverage` (of the subject's duties),
    `coverage_of_counterpart`}}, `method`.

CSV is for people: its texts are in one line, without bullet or number; `file` is the document's id, and places are those
of the statement in JSON. CSV of a comparison: a row an alignment or statement; `kind` is match, partial, unmatched a, unmatched b, not counted
a, not counted b, unsure a or unsure b; verdict and coverages with their intervals are the same in every row; `nearest_score`,
`nearest_text` and so on are of the other's statement that is nearest to an unmatched one. CSV of a survey: a row for each city and role or duty; `row` is 0 for the subject.
A cell that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specsearch.escaping import csv_text, json_text
from specsearch.fields import Trait, names_with
from specsearch.parsing.statements import quotation
from specsearch.records import CityCell, CitySurvey, Comparison, Document, Passage
from specsearch.records.pieces import number_of, statement_dict
from specsearch.reports.survey import duty_passages, found
from specsearch.roles.decisions import said

_PLACE_COLUMNS = ("text", "section", "unsure", "file", "page", "line", "start", "end")
_SOURCE_COLUMNS = tuple(name for name in names_with(Trait.IN_TABLES) if name != "jurisdiction")  # it is the city
_SIDE_COLUMNS = tuple(dict.fromkeys(("title", "city", *_PLACE_COLUMNS, *_SOURCE_COLUMNS)))
_WHOLE_COLUMNS = ("verdict", *(f"coverage_{side}{end}" for side in "ab" for end in ("", "_low", "_high")))
_NEAREST_COLUMNS = tuple(f"nearest_{name}" for name in ("score", "text", "page", "line", "start", "end"))
COMPARISON_COLUMNS = ("kind", "score", *(f"{side}_{name}" for side in "ab" for name in _SIDE_COLUMNS), *_WHOLE_COLUMNS, *_NEAREST_COLUMNS, "a_how_read", "b_how_read")
"""New ones come last: who reads columns by their place finds the same in them."""
_OF_CELL = (
    "row", "duty", "duty_file", "duty_page", "duty_line", "duty_start", "duty_end", "city", "found", "score",
    "percentile", "title", "state", "class_code", *_PLACE_COLUMNS, "verdict", "coverage", "coverage_of_counterpart",
    "decision", "rejected",
)  # fmt: skip
SURVEY_COLUMNS = tuple(dict.fromkeys((*_OF_CELL, *_SOURCE_COLUMNS, "how_read")))


# --- JSON ------------------------------------------------------------------------------------------


def as_json(subject: Comparison | CitySurvey, branding: object = None) -> bytes:
    """Everything that a comparison or a survey holds, in UTF-8."""
    return (json_text(subject.to_dict(), indent=1) + "\n").encode("utf-8")


# --- CSV -------------------------------------------------------------------------------------------


def as_csv(subject: Comparison | CitySurvey, branding: object = None) -> bytes:
    """A row an alignment, or a row for each city and duty; with a mark at its start by which Excel knows UTF-8."""
    columns, rows = frame_rows(subject)
    return csv_text({name: name for name in columns}, rows).encode("utf-8-sig")


def frame_rows(subject: Comparison | CitySurvey) -> tuple[tuple[str, ...], list[Mapping[str, Any]]]:
    """Columns and rows of the table of a comparison or survey; a row may lack columns."""
    if isinstance(subject, Comparison):
        whole = _whole(subject)
        return COMPARISON_COLUMNS, [{**row, **whole} for row in _comparison_rows(subject)]
    return SURVEY_COLUMNS, list(_survey_rows(subject))


def _whole(comparison: Comparison) -> Mapping[str, Any]:
    """What every row of a comparison says of the whole."""
    sides = ((comparison.coverage_a, *comparison.interval_a), (comparison.coverage_b, *comparison.interval_b))
    return dict(zip(_WHOLE_COLUMNS, (str(comparison.verdict), *map(_rounded, (*sides[0], *sides[1]))), strict=True))


def _comparison_rows(comparison: Comparison) -> Iterator[Mapping[str, Any]]:
    a, b = comparison.a.document, comparison.b.document
    for kind, matches in (("match", comparison.matches), ("partial", comparison.partial)):
        for match in matches:
            yield {"kind": kind, "score": _rounded(match.score), **_side("a", a, match.a), **_side("b", b, match.b)}
    near = {("a", match.a.passage_id): _nearest(b, match.b, match.score) for match in comparison.nearest_a}
    near |= {("b", match.b.passage_id): _nearest(a, match.a, match.score) for match in comparison.nearest_b}
    for side, document, kinds in (
        ("a", a, {"unmatched a": comparison.unmatched_a, "not counted a": comparison.boilerplate_a, "unsure a": comparison.unsure_a}),
        ("b", b, {"unmatched b": comparison.unmatched_b, "not counted b": comparison.boilerplate_b, "unsure b": comparison.unsure_b}),
    ):
        for kind, passages in kinds.items():
            yield from ({"kind": kind, **_side(side, document, passage), **near.get((side, passage.passage_id), {})} for passage in passages)


def _nearest(document: Document, passage: Passage, score: float) -> dict[str, Any]:
    placed = {"score": _rounded(score), **_placed(document, passage)}
    return {name: placed[name.removeprefix("nearest_")] for name in _NEAREST_COLUMNS}


def _side(side: str, document: Document, passage: Passage) -> dict[str, Any]:
    named = {"city": document.source.jurisdiction, **_named(document), **_placed(document, passage)}
    return {f"{side}_{name}": value for name, value in named.items()}


def _named(document: Document) -> dict[str, Any]:
    return {name: getattr(document.source, name) for name in _SOURCE_COLUMNS}


def _placed(document: Document, passage: Passage) -> dict[str, Any]:
    statement = statement_dict(document, passage)
    placed = {name: statement[name] for name in ("section", "page", "line", "start", "end")}
    return {**placed, "unsure": "yes" if passage.unsure else "no", "how_read": passage.how_read, "text": quotation(passage.text), "file": document.doc_id}


def _survey_rows(survey: CitySurvey) -> Iterator[Mapping[str, Any]]:
    own = [None, *duty_passages(survey)]
    for i, row in enumerate(survey.rows):
        passage = own[i]
        own_file = {"file": survey.role.document.doc_id} if survey.role else {}
        placed = _placed(survey.role.document, passage) if survey.role and passage else own_file
        duty = {"duty": row.name, **{f"duty_{name}": placed.get(name) for name in ("file", "page", "line", "start", "end")}}
        for city, cell in zip(survey.cities, row.cells, strict=True):
            compared = survey.comparisons.get(city) if i == 0 else None
            yield {"row": i, **duty, "city": city, **_counterpart(cell, duty=bool(i)), **_compared(compared)}


def _counterpart(cell: CityCell, *, duty: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "found": "yes" if found(cell, duty=duty) else "no",
        "score": _rounded(cell.score),
        "percentile": _rounded(cell.percentile),
        "decision": said(cell.standing) if cell.standing else None,
        "rejected": "; ".join(f"{document.doc_id} ({said(standing)})" for document, standing in cell.rejected) or None,
    }
    if cell.document is not None:
        facts |= {**_named(cell.document), "file": cell.document.doc_id}
        if cell.passage is not None:
            facts |= _placed(cell.document, cell.passage)
    return facts


def _compared(compared: tuple[object, float, float] | None) -> Mapping[str, Any]:
    if compared is None:
        return {}
    verdict, covered, back = compared
    return {"verdict": str(verdict), "coverage": _rounded(covered), "coverage_of_counterpart": _rounded(back)}


def _rounded(value: float | None) -> float | None:
    number = number_of(value)
    return None if number is None else round(number, 4)
