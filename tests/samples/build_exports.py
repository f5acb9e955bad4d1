"""Build the corpus files that are data exports from their tagged sources.

Two sample cities publish their documents as rows: New Bramley as one CSV file, Lake Ostrander as
one JSON Lines and one JSON file. Their sources (``*.rec.txt``) hold one document each::

    @@@ specs.jsonl
    @@ class_code
    [[title]]4522
    @@ body
    [[heading]]ESSENTIAL DUTIES
    [[duty]]1. Operates raw water pumps ...

The first line names the export the document belongs to, each ``@@`` line a field of its row. The
tags are the golden labels and do not occur in the export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TAG = re.compile(r"\[\[[a-z]+(?:\|[a-z]+)*\]\]")
EXPORT_MARK = "@@@ "
FIELD_MARK = "@@ "

# Fields of a JSON archive whose lines are the items of a list.
LIST_FIELDS = frozenset({"essential_functions", "knowledge_skills_abilities"})


@dataclass(frozen=True, slots=True)
class Record:
    """One document: the export it goes to and its field values, without tags, in source order."""

    export: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """One file of the corpus, made of all the records of a city that name it."""

    city: str
    name: str
    render: Callable[[Sequence[Record]], str]


def strip_tags(text: str) -> str:
    r"""Return the text as published, without the label tags.

    >>> strip_tags("[[heading]]SKILLS\n[[ksa|qualification]]- Skill in drafting.")
    'SKILLS\n- Skill in drafting.'
    """
    return TAG.sub("", text)


def parse_record(source: str, name: str) -> Record:
    """Read one tagged source.

    Args:
        source: Text of a ``.rec.txt`` file.
        name: What to call the source in error messages.

    Returns:
        The record. A value loses the line breaks at its end and nothing else.

    Raises:
        ValueError: The source does not start with an export line and then a field line, or a
            field occurs twice.
    """
    header, *lines = source.split("\n")
    if not header.startswith(EXPORT_MARK):
        raise ValueError(f"{name}: the first line must be '{EXPORT_MARK}<export file>'")
    values: dict[str, list[str]] = {}
    value: list[str] | None = None
    for line in lines:
        if line.startswith(FIELD_MARK):
            field = line.removeprefix(FIELD_MARK).strip()
            if field in values:
                raise ValueError(f"{name}: field {field!r} occurs twice; give it one '@@' block")
            value = values[field] = []
        elif value is None:
            raise ValueError(f"{name}: text before the first '@@' line: {line!r}")
        else:
            value.append(line)
    fields = {field: strip_tags("\n".join(text)).rstrip("\n") for field, text in values.items()}
    return Record(header.removeprefix(EXPORT_MARK).strip(), fields)


def render_csv(records: Sequence[Record]) -> str:
    """Render one row per record; all must have the fields of the first, in any order."""
    out = io.StringIO(newline="")
    columns = list(records[0].fields)
    # Plain "\n" (not RFC 4180's "\r\n"), so that a checkout never changes the bytes.
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for record in records:
        if set(record.fields) != set(columns):
            raise ValueError(f"a row has fields {sorted(record.fields)}, not {sorted(columns)}")
        writer.writerow(record.fields)
    return out.getvalue()


def render_jsonl(records: Sequence[Record]) -> str:
    """Render one JSON object per line, every value a string."""
    return "".join(json.dumps(dict(r.fields), ensure_ascii=False) + "\n" for r in records)


def render_json(records: Sequence[Record]) -> str:
    """Render one list of objects, with the fields in `LIST_FIELDS` as lists of strings."""
    rows = [
        {field: _items(text) if field in LIST_FIELDS else text for field, text in r.fields.items()}
        for r in records
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _items(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


EXPORTS = (
    Export("new-bramley-ma", "postings.csv", render_csv),
    Export("lake-ostrander-mn", "specs.jsonl", render_jsonl),
    Export("lake-ostrander-mn", "specs_archive.json", render_json),
)


def build_exports(samples: Path, corpus: Path) -> list[Path]:
    """Write the export files of the cities whose documents are rows.

    Args:
        samples: Folder with one folder of tagged sources per city.
        corpus: Folder that receives ``<city>/<export file>``; folders are made as needed.

    Returns:
        The files written, in the order of `EXPORTS`. Rows are ordered by source file name.

    Raises:
        ValueError: A source is malformed or names an unknown export, or an export has no source.
    """
    cities = dict.fromkeys(export.city for export in EXPORTS)
    records = {city: _read_city(samples / city) for city in cities}
    written = []
    for export in EXPORTS:
        rows = [record for record in records[export.city] if record.export == export.name]
        if not rows:
            raise ValueError(f"no source in {samples / export.city} names '{export.name}'")
        target = corpus / export.city / export.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(export.render(rows), encoding="utf-8", newline="\n")
        written.append(target)
    return written


def _read_city(folder: Path) -> list[Record]:
    known = {export.name for export in EXPORTS if export.city == folder.name}
    records = []
    for path in sorted(folder.glob("*.rec.txt")):
        # Bytes, since reading as text would hide a stray carriage return.
        record = parse_record(path.read_bytes().decode("utf-8"), path.name)
        if record.export not in known:
            raise ValueError(f"{path}: unknown export {record.export!r}; known: {sorted(known)}")
        records.append(record)
    return records


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    build_exports(here, here.parents[1] / "corpus")
