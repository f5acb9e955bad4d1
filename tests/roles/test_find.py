"""Which role a name means: by one rule after the other, whole words only, and with what of it matched."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from specsearch.errors import UsageError
from specsearch.readers.sniff import suffix_of
from specsearch.records import DocumentKind, SourceClassification
from specsearch.roles import find_role
from specsearch.roles.find import Naming, naming
from specsearch.storage.keys import Entry
from specsearch.storage.store import Snapshot

# Title, employer, class code, document id: names and codes are parts of each other's.
ROLES = (
    ("Clerk", "Town of Elm Fork", "3115", "elm-fork-or/clerk.txt"),
    ("Clerk I", "Town of Elm Fork", "31120", "elm-fork-or/clerk-1.txt"),
    ("Clerk II", "Town of Elm Fork", "311", "elm-fork-or/clerk-2.txt"),
    ("Mayor's Aide", "City of Wren Harbor", "77-A", "wren-harbor-or/aide.txt"),
    ("Street Aide", "City of Wren Harbor", "31120", "wren-harbor-or/street-aide.txt"),
    ("Baker", "City of Wren Harbor", "4001", "wren-harbor-or/oven_62.txt"),
    ("4001", "City of Wren Harbor", None, "wren-harbor-or/nameless.txt"),
    (None, None, None, "loose.csv#Q-9"),
)


@pytest.fixture
def index(tmp_path: Path) -> Snapshot:
    """An index of these roles, as far as finding one looks at it."""
    entries = [
        Entry(number, name, name, DocumentKind.OTHER, SourceClassification(title=title, jurisdiction=city, class_code=code, state="OR"), None)
        for number, (title, city, code, name) in enumerate(ROLES)
    ]
    numbers = {entry.doc_id: entry.number for entry in entries}
    found = SimpleNamespace(entries=lambda: iter(entries), number=numbers.get, name=str(tmp_path / "index"))
    found.once = lambda make: make(found)
    found.snapshot = lambda: nullcontext(found)
    return cast(Snapshot, found)


@pytest.mark.parametrize(
    ("text", "expected", "by"),
    [
        pytest.param("elm-fork-or/clerk-1.txt", 1, "", id="document-id"),
        pytest.param("  clerk  ", 0, "", id="whole-title-before-words"),
        pytest.param("CLERK I", 1, "", id="no-part-of-a-level"),
        pytest.param("4001", 6, "", id="title-before-code"),
        pytest.param("311", 2, "its class code 311", id="whole-code-not-a-part"),
        pytest.param("3115", 0, "its class code 3115", id="code"),
        pytest.param("77-a", 3, "its class code 77-A", id="code-with-a-letter"),
        pytest.param("77", 3, "words of its class code", id="word-of-a-code"),
        pytest.param("mayor", 3, "words of its title", id="word-of-the-title"),
        pytest.param("street wren", 4, "words of its title and employer", id="title-and-city"),
        pytest.param("baker OR", 5, "words of its title and state", id="title-and-state"),
        pytest.param("31120 elm", 1, "words of its employer and class code", id="code-and-city"),
        pytest.param("harbor 31120 or", 4, "words of its employer and class code and state", id="three-fields"),
        pytest.param("oven 62", 5, "words of its document id", id="words-of-the-id"),
        pytest.param("q-9", 7, "words of its document id", id="record-id"),
        pytest.param("stre", 4, "beginnings of words of its title", id="beginning"),
        pytest.param("bak har", 5, "beginnings of words of its title and employer", id="beginnings"),
        pytest.param("aid 31120", 4, "beginnings of words of its title and class code", id="figures-whole"),
    ],
)
def test_what_is_meant(text: str, expected: int, by: str, index: Snapshot) -> None:
    """The first rule that a role satisfies decides, and what was not named by id or title is explained."""
    said: list[str] = []
    assert find_role(index, text, said.append) == expected
    assert len(said) == bool(by)
    for message in said:
        assert message.startswith(f"{text!r} is taken as: ")
        assert message.endswith(f"({ROLES[expected][3]}), by {by}.")


@pytest.mark.parametrize("text", ["31", "400", "62x", "arbor", "or/", "lerk", "-", "?!", "clerk 31"])
def test_parts_of_words_and_of_figures_match_nothing(text: str, index: Snapshot) -> None:
    """The inside of a word, the beginning of a number and marks alone are no name of one role."""
    with pytest.raises(UsageError, match=r"No role of|roles match"):
        find_role(index, text)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("31120", {1: "its class code 31120", 4: "its class code 31120"}),
        ("aide", {3: "words of its title", 4: "words of its title"}),
        ("cler", {0: "beginnings of words of its title", 1: "beginnings of words of its title", 2: "beginnings of words of its title"}),
        ("elm", dict.fromkeys((0, 1, 2), "words of its employer")),
    ],
)
def test_several_are_listed_with_what_matched(text: str, listed: dict[int, str], index: Snapshot) -> None:
    """Of several roles the message says which, and for each by what."""
    with pytest.raises(UsageError, match=f"{len(listed)} roles match") as caught:
        find_role(index, text)
    lines = str(caught.value).splitlines()[1:]
    assert [line.rpartition("): by ")[2] for line in lines] == list(listed.values())
    assert all(ROLES[number][3] in line for number, line in zip(listed, lines, strict=True))


@pytest.mark.parametrize(
    ("text", "meant", "near"),
    [
        pytest.param("clerk", 0, (0, 1, 2), id="title-first-then-words"),
        pytest.param("elm-fork-or/clerk-2.txt", 2, (2,), id="document-id"),
        pytest.param("street wr", 4, (4,), id="beginnings"),
        pytest.param("31120", None, (1, 4), id="several"),
        pytest.param("mayers aide", None, (3,), id="misspelt"),
        pytest.param("  ", None, (), id="blank"),
        pytest.param("zzz", None, (), id="none"),
        pytest.param("x" * 2000, None, (), id="too-long"),
    ],
)
def test_what_a_text_may_name(text: str, meant: int | None, near: tuple[int, ...], index: Snapshot) -> None:
    """What is meant comes first, then what has the words or begins with them; near titles only where there is none of these."""
    assert naming(index, text) == Naming(meant, near)


def test_names_are_read_once(index: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a name is typed, each letter asks again: what roles are named by is not taken apart each time."""
    made: dict[object, Any] = {}

    def once(make: Callable[[Snapshot], Any]) -> Any:  # noqa: ANN401  # whatever is made
        return made[make] if make in made else made.setdefault(make, make(index))

    monkeypatch.setattr(index, "once", once)  # as a generation does it
    naming(index, "street")
    monkeypatch.setattr("specsearch.roles.find._fields", lambda entry: pytest.fail("read again"))
    assert naming(index, "street wr").meant == 4
    assert find_role(index, "street wr") == 4


def test_a_file_goes_before_words_but_not_before_an_id(index: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What names a file that is there is that file, unless the index has a document of that id."""
    monkeypatch.chdir(tmp_path)
    for name in ("mayor", "loose.csv#Q-9"):
        Path(name).write_text("")
    assert find_role(index, "mayor") is None
    assert find_role(index, "loose.csv#Q-9") == 7


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"\n\n%PDF-1.4 after a line", ".pdf"),
        (b"PK\x03\x04...", ".docx"),
        (b"<!DOCTYPE html><html>", ".html"),
        (b"\xef\xbb\xbf <HTML lang='en'>", ".html"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<html>', ".html"),
        (b"<p>no page</p>", ".txt"),
        (b'{"title": "Clerk"}', ".json"),
        (b'[\n {"title": "Clerk"}]', ".json"),
        (b"[Draft] Clerk", ".txt"),
        (b"{\\rtf1\\ansi", ".rtf"),
        (b"\xd0\xcf\x11\xe0\xa1", ".doc"),
        (b"CITY OF ELM FORK\nCLERK\n", ".txt"),
        (b"", ".txt"),
    ],
)
def test_format_by_the_beginning(data: bytes, suffix: str) -> None:
    """A document without a name is told by how it begins."""
    assert suffix_of(data) == suffix


@pytest.mark.parametrize("text", ["Prepares budgets. " * 60, "x" * 300, "a\x00b"], ids=["statement", "long-word", "nul"])
def test_what_is_no_name_of_a_file(text: str, index: Snapshot) -> None:
    """A whole statement, or what no system takes for a file's name, is an error of use."""
    with pytest.raises(UsageError):
        find_role(index, text)
