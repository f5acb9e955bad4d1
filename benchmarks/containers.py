"""Spreadsheets, mail, archives and saved pages, twenty of each, shaped as real ones are: what of them is read, and how rightly.

    python benchmarks/containers.py [--only xlsx] [--unseen] [--show] [--save]

A field is right if the document says what the file says. A label is right if the statement is a passage, or in one, with the label
of the section that it was written for. .xls files are made of the .xlsx files by LibreOffice, where that is installed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from common import Table, save
from container_files import Case, cases
from container_unseen import unseen

from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.pool import parse_files
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import ParsedDocument


@dataclass
class Score:
    """What came of the files of a format."""

    files: int = 0
    read: int = 0
    refused: int = 0
    documents: int = 0
    wanted: int = 0
    fields: int = 0
    right_fields: int = 0
    labels: int = 0
    right_labels: int = 0


def parsed(found: Mapping[str, Sequence[Case]]) -> dict[str, ParsedFile]:
    """Read all files in guarded children, by meaning."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for case in (case for group in found.values() for case in group):
            path = Path(folder) / case.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(case.data)
            files.append(CorpusFile(path, case.name, len(case.data), 0))
        return {file.name: one for file, one in parse_files(files, Sidecar({}), meaning=True)}


def score(case: Case, found: ParsedFile, into: Score, *, show: bool) -> None:
    """Count what is right of one file."""
    into.files += 1
    wrong = []
    if not case.wanted:
        said = [skip.reason for skip in found.skips if case.refused in skip.reason]
        into.refused += bool(said) and not found.documents
        if not said or found.documents:
            wrong.append(f"not refused for {case.refused!r}: {found.skips} {len(found.documents)}")
    else:
        into.read += bool(found.documents)
        into.wanted += len(case.wanted)
        into.documents += len(found.documents)
        if len(found.documents) != len(case.wanted):
            wrong.append(f"{len(found.documents)} documents for {len(case.wanted)}")
        wrong += [f"skipped {skip.path}: {skip.reason}" for skip in found.skips if not case.refused]
        for fields, labels in case.wanted:
            wrong += _scored(fields, labels, found.documents, into)
    if show:
        print(case.name, "|", "; ".join(found.notes), *(f"\n    {line}" for line in wrong))


def _scored(fields: Mapping[str, str], labels: Sequence[tuple[str, str]], documents: Sequence[ParsedDocument], into: Score) -> list[str]:
    """Count what is right of one job: the document is the one that most of its statements are in."""
    wrong = []
    best = max(documents, key=lambda one: sum(text.rstrip(".") in one.document.text for text, _ in labels), default=None)
    for name, value in fields.items():
        into.fields += 1
        said = getattr(best.document.source, name) if best else None
        right = (said or "").casefold() == value.casefold()
        into.right_fields += right
        if not right:
            wrong.append(f"{fields.get('title')}: {name} is {said!r}, not {value!r}")
    for text, label in labels:
        into.labels += 1
        key = text.rstrip(".")
        said = next((str(passage.label) for passage in best.passages if key in passage.text or (len(passage.text) > 25 and passage.text.strip("-•. ") in text)), None) if best else None
        into.right_labels += said == label
        if said != label:
            wrong.append(f"{fields.get('title')}: {text[:50]!r} is {said}, not {label}")
    return wrong


def main() -> None:
    """Make the files, read them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--save", action="store_true")
    asked = parser.parse_args()
    found = {"xlsx, unseen": unseen()} if asked.unseen else {kind: group for kind, group in cases().items() if asked.only in kind}
    results = parsed(found)
    table = Table(("format", "files", "read", "refused with reason", "documents (wanted)", "fields right", "section labels right"))
    figures = {}
    for kind, group in found.items():
        into = Score()
        for case in group:
            score(case, results[case.name], into, show=asked.show)
        figures[kind] = asdict(into)
        table.add(kind, str(into.files), str(into.read), str(into.refused), f"{into.documents} ({into.wanted})", f"{into.right_fields}/{into.fields}", f"{into.right_labels}/{into.labels}")
    print(table)
    if asked.save:
        save("containers", table, figures)


if __name__ == "__main__":
    main()
