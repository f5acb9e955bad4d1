"""What the commands about roles share in printing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.interfaces.cli.output import EMPLOYER_UNKNOWN, Format, as_json, notice, one_line, quote
from specsearch.records import CitySurvey, Comparison, Document, Passage, Role

if TYPE_CHECKING:
    from specsearch.interfaces.service.session import Session


def named(document: Document) -> str:
    """A role in a line: title, city and state."""
    source = document.source
    place = ", ".join(filter(None, (source.jurisdiction, source.state)))
    return one_line(f"{source.title or document.doc_id} ({place or EMPLOYER_UNKNOWN})")


def quoted(role: Role, passage: Passage) -> str:
    """A statement with its line in the text."""
    unsure = f"; unsure, read as {passage.label}" if passage.unsure else ""
    read = f"; {passage.how_read}" if passage.how_read else ""
    return f"{quote(passage.text)} [line {role.document.line_at(passage.start)}{unsure}{read}]"


REPORT_ENDINGS = ".html, .pdf, .docx, .xlsx, .md, .csv or .json"


def check_report(path: Path | None, *, force: bool) -> None:
    """See that the report that was asked for, if any, could be written, before the work of making it.

    Raises:
        SpecsearchError: As for `check_path`.
    """
    from specsearch.reports import check_path

    if path is not None:
        check_path(path, force=force)


def write_report(subject: Comparison | CitySurvey, path: Path | None, session: Session, *, force: bool) -> None:
    """Write the report that was asked for, if any, with the name, logo and colour of the session.

    Raises:
        SpecsearchError: As for `specsearch.write_report`.
    """
    from specsearch.reports import write_report as write

    if path is not None:
        write(subject, path, force=force, branding=session.branding)
        notice(f"Wrote {path}.")


def print_report(subject: Comparison | CitySurvey, style: Format) -> None:
    """Print a comparison or a survey as its report in the format has it; JSON Lines are the JSON on one line."""
    from specsearch.reports import rendered

    if style is Format.JSONL:
        print(as_json(subject.to_dict()))
    else:
        print(rendered(subject, f".{style}").decode("utf-8-sig"), end="")
