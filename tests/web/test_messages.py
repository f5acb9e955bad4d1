"""What pages take and say in general: messages without commands, numbers as typed, times as people read them, files."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.interfaces.web.given import local, number
from specsearch.interfaces.web.messages import plainly
from specsearch.records.moments import day, moment


@pytest.mark.parametrize(
    ("message", "address", "said"),
    [
        ("No role of /a/ix and no file is named 'x'. See: specsearch roles --index /a/ix", "/a/ix", "No role of the index and no file is named 'x'."),
        ("a.txt has no duties to compare (none). See how it is read with: specsearch parse a.txt", "/a/ix", "a.txt has no duties to compare (none)."),
        ("Both are the same role.", "/a/ix", "Both are the same role."),
        ("The index is being written.", "index", "The index is being written."),
        ("index is an unfinished index. Run: specsearch index CORPUS --index index", "index", "index is an unfinished index. Update the index on the Corpus page."),
        ("index/truth.db is damaged (bits). Run: specsearch check --repair", "index", "The index is damaged (bits). Check and repair the index on the Corpus page."),
        ("/a/ix/truth.db cannot be read: no. Try again.", "/a/ix", "The index cannot be read: no. Try again."),
        ("/a/ix2 and b/a/ix are other folders than /a/ix.", "/a/ix", "/a/ix2 and b/a/ix are other folders than the index."),
        ('The query is empty. Give some words, for example: specsearch search "a b c"', "/a/ix", "The query is empty. Give some words."),
        ("It is long. Give one statement of it, or compare the whole of it with: specsearch similar FILE (- for standard input)", "/a/ix", "It is long. Give one statement of it."),
        ("It is long. For one statement, use specsearch search or cities --duty; for a whole document, give its file.", "/a/ix", "It is long."),
        ("The model is damaged. Install specsearch again.", "/a/ix", "The model is damaged. Install specsearch again."),
        ("Restore it from a copy; without one, move the folder away and run specsearch index again.", "/a/ix", "Restore it from a copy."),
    ],
)  # fmt: skip
def test_messages_without_the_command_line(message: str, address: str, said: str) -> None:
    """Neither the place of the index nor a command is of use in a page; what else a message says stays."""
    assert plainly(message, address) == said


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
