"""What pages take and say in general: numbers as typed, times as people read them, files."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.interfaces.web.given import local, number
from specsearch.records.moments import day, moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 7), ("007", 7), ("0", 0), ("", 3), ("-1", 3), ("²", 3), ("٣", 3), ("1.5", 3), ("51", 50), ("9" * 5000, 50), ("1" + "0" * 5000, 50), ("0" * 5000, 0), ("0" * 5000 + "9", 9)],
)
def test_numbers_as_they_were_typed(text: str, expected: int) -> None:
    """Plain figures, however many; anything else is as if nothing was typed."""
    assert number(text, 3, 50) == expected


@pytest.mark.parametrize(("address", "expected"), [("/list?p=1", "/list?p=1"), ("//example.org", "/"), ("/\\example.org", "/"), ("https://example.org/", "/"), ("", "/")])
def test_one_goes_on_here(address: str, expected: str) -> None:
    """No form leads to another server."""
    assert local(address, "/") == expected


@pytest.fixture
def in_the_west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine eight hours behind UTC."""
    monkeypatch.setenv("TZ", "PST8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_the_west")
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-03-02T03:05:09+00:00", "2026-03-01 19:05"),
        ("2026-03-02T12:00:00+00:00", "2026-03-02 04:00"),
        ("2026-03-02", "2026-03-02"),
        ("", ""),
        ("2026-13-02T03:05:09+00:00", "2026-13-02T03:05:09+00:00"),
    ],
)
def test_moments_are_told_in_the_time_of_the_machine(date: str, expected: str) -> None:
    """An evening is of its own day, not of the next one's in UTC."""
    assert (moment(date), day(date)) == (expected, expected[:10])


@pytest.mark.parametrize(
    ("title", "suffix", "name", "kind"),
    [
        ("hits", ".csv", "hits.csv", "text/csv; charset=utf-8"),
        ("my-set", ".judgements.jsonl", "my-set.judgements.jsonl", "application/jsonl; charset=utf-8"),
        ("Clerk / Typist: “A”", ".docx", "Clerk%20Typist%20A.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("..", ".md", "specsearch.md", "text/markdown; charset=utf-8"),
    ],
)
def test_files_are_called_by_what_they_are_of(title: str, suffix: str, name: str, kind: str) -> None:
    """Nothing in a name means anything to a file system."""
    answer = download(b"", title, suffix)
    assert (answer.headers["content-disposition"], answer.headers["content-type"]) == (f"attachment; filename*=UTF-8''{name}", kind)


def test_tables_say_that_they_are_utf8() -> None:
    """Spreadsheets take a table for that of an old encoding otherwise."""
    assert as_csv({"a": "A"}, [{"a": "é"}]) == b"\xef\xbb\xbfA\n\xc3\xa9\n"
