"""`specsearch parse --label` and `--format labels`: what reviewers say of statements, and labels to train with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, named, session_of
from specsearch.interfaces.cli.output import one_line, safe
from specsearch.interfaces.cli.project import project_index

if TYPE_CHECKING:
    from specsearch.records import ParsedDocument
    from specsearch.roles.labels import Relabelled

_LABEL = re.compile(r"\s*([0-9]{1,12})\s*-\s*([0-9]{1,12})\s*=\s*(.*?)\s*")
_NAMED = 3
"""Documents of a file that a refusal names."""


def keep(file: Path, labels: Sequence[str], reviewer: str | None, index: str | None) -> None:
    """Keep what a reviewer says of statements of a file, and tell it.

    Args:
        file: A file of the index, one document in it, or a document's id.
        labels: As they were typed, "12-25=duty".
        reviewer: Who says so; None for who is logged in.
        index: Where the index is; None for the default of all commands.

    Raises:
        UsageError: It cannot be understood.
        SpecsearchError: As for the service.
    """
    from specsearch.interfaces.service.labelling import LabelRequest, label

    said = tuple(_stretch(text) for text in labels)
    session = session_of(index or project_index() or DEFAULT_INDEX)
    answer = label(LabelRequest(file, said, named(reviewer, "--by")), session)
    is_new = any(part.kept for part in answer.parts)
    print(f"{'Kept' if is_new else 'Nothing new'}: {one_line(answer.doc_id)}: {', '.join(map(_outcome, answer.parts))}.")


def _stretch(text: str) -> tuple[int, int, str]:
    found = _LABEL.fullmatch(text)
    if found is None:
        raise UsageError(
            f"{text[:50]!r} says of no characters what they do. Write where they begin and end, as parse shows it, and a label: "
            "--label 12-25=duty; --label 12-25= takes it back."
        )
    return int(found[1]), int(found[2]), found[3]


def _outcome(part: Relabelled) -> str:
    many = f" ({part.passages} passages)" if part.passages > 1 else ""
    if part.label is None:
        said = "taken back" if part.kept else "has nothing to take back"
    else:
        said = f"{part.label}{'' if part.kept else ' already'}"
    return f"{part.start}-{part.end} {said}{many}"


def print_labels(documents: Sequence[ParsedDocument], file: Path) -> None:
    """Print the statements, headings and title lines of a document with their labels in reading order, to train with.

    Raises:
        UsageError: There are several documents.
    """
    if len(documents) > 1:
        ids = ", ".join(one_line(parsed.document.doc_id) for parsed in documents[:_NAMED])
        raise UsageError(f"{safe(str(file))} holds {len(documents)} documents ({ids} ...), and a table is of one. Name one of an index: FILE#ID --index INDEX")
    (parsed,) = documents
    units = [(one.start, one.end, str(one.label)) for one in parsed.passages] + [(one.start, one.end, one.role) for one in parsed.furniture]
    for number, (start, end, label) in enumerate(sorted(units)):
        print(f"{number}\t{label}\t{one_line(parsed.document.text[start:end])}")
