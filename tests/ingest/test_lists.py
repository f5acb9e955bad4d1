"""Lists and saved searches of an index whose documents change: entries are found again, or shown as they were kept, and never lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from small_index import BUDGET, STREETS, parse
from specsearch.errors import IndexBusyError, UnknownListError, UsageError
from specsearch.ingest.update import update_index
from specsearch.interfaces.service.lists import (
    AddToListRequest,
    ChangeListRequest,
    ListsRequest,
    ShowListRequest,
    add_to_list,
    change_list,
    lists,
    show_list,
)
from specsearch.interfaces.service.searches import (
    AgainRequest,
    ChangeSearchRequest,
    SaveSearchRequest,
    SearchesRequest,
    ask_again,
    change_search,
    save_search,
    searches,
)
from specsearch.interfaces.service.searching import SearchRequest
from specsearch.interfaces.service.session import Session
from specsearch.records import Act, Kind
from specsearch.storage.local.store import LocalStore
from specsearch.storage.stores import open_index

pytestmark = pytest.mark.usefixtures("quick")
PREPARES = "• Prepares and monitors the operating budget of assigned departments."
FILE, OTHER = "alder-ferry-or/budget.txt", "wren-harbor-me/streets.txt"


def passage_of(corpus: Path, words: str, file: str = FILE) -> str:
    """The id of the passage of a corpus that begins with some words."""
    return next(one.passage_id for parsed in parse(corpus) if parsed.document.doc_id == file for one in parsed.passages if one.text.startswith(words))


@pytest.fixture
def session(copied: Path) -> Iterator[Session]:
    """The index of the three documents, open as the workbench has it."""
    with open_index(copied, encoder=WordEncoder()) as found:
        yield Session(found, waits=True)


def update(index: Path) -> None:
    update_index(index.parent / "corpus", index, WordEncoder())


def standing(session: Session, name: str = "budget") -> list[tuple[str, str, str]]:
    """What has become of each entry, the words of it that are there now, and its note."""
    return [
        ("; ".join(str(place.stands) for place in one.places), " | ".join(place.now.passage.text if place.now else "" for place in one.places), one.entry.note)
        for one in show_list(ShowListRequest(name), session).entries
    ]


EDITS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "nothing": (lambda text: text, "as kept", PREPARES),
    "elsewhere": (lambda text: text.replace("DUTIES\n", f"DUTIES\n• {'Answers letters. ' * 3}\n"), "moved", PREPARES),
    "after it": (lambda text: text + "• A driver license.\n", "as kept", PREPARES),
    "its place": (lambda text: text.replace(f"{PREPARES}\n", "").replace("• Performs", f"{PREPARES}\n• Performs"), "moved", PREPARES),
    "white space in it": (lambda text: text.replace("monitors the", "monitors\n  the"), "as kept", PREPARES.replace("monitors the", "monitors\n  the")),
    "a word": (lambda text: text.replace("operating", "capital"), "changed", ""),
    "all of it": (lambda text: STREETS, "changed", ""),
    "what stands before it, twice": (lambda text: text.replace("CITY", "THE CITY").replace("QUALIFICATIONS", f"OTHER DUTIES\n{PREPARES}\n\nQUALIFICATIONS"), "moved", PREPARES),
}


@pytest.mark.parametrize(("edit", "stands", "now"), EDITS.values(), ids=EDITS)
def test_a_passage_is_found_again(edit: Callable[[str], str], stands: str, now: str, copied: Path, session: Session) -> None:
    """By its place, or by its words; else it is quoted as it was kept. A whole document says that it has changed."""
    kept = passage_of(copied.parent / "corpus", PREPARES)
    add_to_list(AddToListRequest("budget", (kept, FILE), "Ana", "why"), session)
    changed = edit(BUDGET)
    put(copied.parent / "corpus" / FILE, changed)
    update(copied)
    answer = show_list(ShowListRequest("Budget"), session)
    assert standing(session) == [(stands, now, "why"), ("as kept" if changed == BUDGET else "changed", "", "why")]
    place = answer.entries[0].places[0]
    assert (place.place.text, place.place.of) == (PREPARES, kept)
    if place.now is not None:
        found = place.now.passage
        assert place.now.document.text[found.start : found.end] == found.text == now
        assert place.now.line == place.now.document.text[: found.start].count("\n") + 1
    again = add_to_list(AddToListRequest("budget", (FILE,), "Ana"), session)
    assert (again.added, again.there) == ((), 1)
    assert [row.astray for row in lists(ListsRequest(), session).lists] == [(stands != "as kept") + (changed != BUDGET)]


def test_another_statement_at_the_same_place_is_another_entry(copied: Path, session: Session) -> None:
    """What has moved is not added again at its new place, and what stands at its old one now can be added."""
    corpus = copied.parent / "corpus"
    kept = passage_of(corpus, PREPARES)
    add_to_list(AddToListRequest("budget", (kept,), "Ana"), session)
    other = f"{'• Answers letters of residents about':s<{len(PREPARES) - 1}}."
    put(corpus / FILE, BUDGET.replace(PREPARES, f"{other}\n{PREPARES}"))
    update(copied)
    assert passage_of(corpus, other) == kept
    moved = passage_of(corpus, PREPARES)
    answer = add_to_list(AddToListRequest("budget", (kept, moved), "Ana"), session)
    assert (answer.added, answer.there) == ((kept,), 1)
    assert standing(session) == [("moved", PREPARES, ""), ("as kept", other, "")]


def test_what_is_gone_is_quoted_and_comes_back(copied: Path, session: Session) -> None:
    """A document that is removed takes nothing out of a list; a comparison says of which of its two it is."""
    corpus = copied.parent / "corpus"
    add_to_list(AddToListRequest("budget", (passage_of(corpus, PREPARES),), "Ana", "why"), session)
    add_to_list(AddToListRequest("budget", (OTHER, FILE), "Ben", "other work", compared=True), session)
    shutil.move(corpus / FILE, copied.parent / "away")
    update(copied)
    assert standing(session) == [("gone", "", "why"), ("as kept; gone", " | ", "other work")]
    entry = show_list(ShowListRequest("budget"), session).entries[0].entry
    assert (entry.places[0].text, entry.places[0].title, entry.reviewer) == (PREPARES, "BUDGET ANALYST II", "Ana")
    shutil.move(copied.parent / "away", corpus / FILE)
    update(copied)
    assert standing(session) == [("as kept", PREPARES, "why"), ("as kept; as kept", " | ", "other work")]


def test_lists_are_changed(copied: Path, session: Session) -> None:
    """Entries by number or id; a list is renamed, noted and deleted; what cannot be done is said, and nothing is kept then."""
    corpus = copied.parent / "corpus"
    first, second = passage_of(corpus, PREPARES), passage_of(corpus, "• Operates", OTHER)
    assert add_to_list(AddToListRequest(" budget  work ", (first, second, first), "Ana"), session).added == (first, second)
    change_list(ChangeListRequest("Budget Work", Act.NOTE, "Ben", ("2",), "why"), session)
    change_list(ChangeListRequest("budget work", Act.NOTE, "Ben", (), "for May"), session)
    change_list(ChangeListRequest("budget work", Act.REMOVE, "Ben", (first,)), session)
    assert change_list(ChangeListRequest("budget work", Act.RENAME, "Cyn", (), "Budgets"), session).name == "Budgets"
    kept = show_list(ShowListRequest("budgets"), session).kept
    assert [(entry.number, entry.of, entry.note) for entry in kept.entries] == [(2, second, "why")]
    assert (kept.note, kept.reviewer, kept.changed_by) == ("for May", "Ana", "Cyn")
    change_list(ChangeListRequest("Crews", Act.SAVE, "Ana", (), "empty"), session)
    before = list(lists(ListsRequest(), session).lists)
    for wrong, act in (
        ("no list 'nobody'", lambda: show_list(ShowListRequest("nobody"), session)),
        ("list 'Crews' already", lambda: change_list(ChangeListRequest("budgets", Act.RENAME, "Ana", (), "crews"), session)),
        ("list 'Budgets' already", lambda: change_list(ChangeListRequest("BUDGETS", Act.SAVE, "Ana"), session)),
        ("no entry '1'", lambda: change_list(ChangeListRequest("budgets", Act.REMOVE, "Ana", ("1",)), session)),
        ("which entries", lambda: change_list(ChangeListRequest("budgets", Act.REMOVE, "Ana"), session)),
        ("a name", lambda: change_list(ChangeListRequest("budgets", Act.RENAME, "Ana", (), " .. "), session)),
        ("too long", lambda: change_list(ChangeListRequest("budgets", Act.RENAME, "Ana", (), "x" * 101), session)),
        ("too long", lambda: change_list(ChangeListRequest("budgets", Act.NOTE, "Ana", (), "x" * 5001), session)),
        ("your name", lambda: change_list(ChangeListRequest("budgets", Act.DELETE, " "), session)),
        ("no passage", lambda: add_to_list(AddToListRequest("budgets", (first, f"{FILE}:0-3"), "Ana"), session)),
        ("No role", lambda: add_to_list(AddToListRequest("budgets", ("plumber",), "Ana"), session)),
        ("two different", lambda: add_to_list(AddToListRequest("budgets", (FILE, FILE), "Ana", compared=True), session)),
        ("two different", lambda: add_to_list(AddToListRequest("budgets", (FILE, first), "Ana", compared=True), session)),
        ("what to put", lambda: add_to_list(AddToListRequest("budgets", (), "Ana"), session)),
    ):
        with pytest.raises(UsageError, match=wrong):
            act()
    assert list(lists(ListsRequest(), session).lists) == before
    change_list(ChangeListRequest("budgets", Act.DELETE, "Ana"), session)
    assert [row.kept.name for row in lists(ListsRequest(), session).lists] == ["Crews"]


def test_what_is_done_while_the_index_is_written_waits(copied: Path, session: Session) -> None:
    """It is seen at once by whoever looks, comes in with what else waits, once, and is refused where nothing may wait."""
    kept = passage_of(copied.parent / "corpus", PREPARES)
    with LocalStore(copied).begin(create=False):
        assert add_to_list(AddToListRequest("budget", (kept,), "Ana"), session).waits
        assert change_list(ChangeListRequest("budget", Act.NOTE, "Ana", ("1",), "why"), session).waits
        assert (standing(session), show_list(ShowListRequest("budget"), session).waits) == ([("as kept", PREPARES, "why")], True)
        with pytest.raises(IndexBusyError):
            add_to_list(AddToListRequest("budget", (kept,), "Ana", "why"), Session(copied))
        with session.reading() as snapshot:
            assert snapshot.collection_changes() == []
    change_list(ChangeListRequest("budget", Act.RENAME, "Ana", (), "Budgets"), session)
    assert (standing(session, "budgets"), show_list(ShowListRequest("budgets"), session).waits) == ([("as kept", PREPARES, "why")], False)
    with session.reading() as snapshot:
        assert [one.act for one in snapshot.collection_changes()] == [Act.ADD, Act.NOTE, Act.RENAME]
    report = LocalStore(copied).check(encoder=WordEncoder())
    assert report.problems == report.leftovers == ()


# --- saved searches ----------------------------------------------------------------------------------


QUESTION = SearchRequest("monitors the operating budget", 4, frozenset({Kind.DUTY}), per_document=0)


def again(session: Session) -> tuple[list[str], list[tuple[str, str]], int]:
    """What is new, what is not found any more and why, and how many hits there are."""
    answer = ask_again(AgainRequest("Budgets"), session)
    new = [hit.passage.text for hit in answer.answer.hits if hit.passage.passage_id in answer.new]
    return new, [(one.place.text, str(one.stands)) for one in answer.left], len(answer.answer.hits)


def test_what_is_new_since_last_time(copied: Path, session: Session) -> None:
    """Words that nobody has seen are new until somebody marks them; words that only moved are not; what is gone is told, with the quote."""
    corpus = copied.parent / "corpus"
    saved = save_search(SaveSearchRequest("budgets", QUESTION, "Ana"), session)
    assert (len(saved.answer.hits), saved.saved.seen_by) == (4, "Ana")
    assert again(session) == ([], [], 4)
    put(corpus / FILE, BUDGET.replace("DUTIES\n", "DUTIES\n• Answers letters.\n"))
    new = "• Monitors the operating budget of the garage."
    put(corpus / "wren-harbor-me/garage.txt", f"GARAGE CLERK\n\nDUTIES\n{new}\n")
    update(copied)
    first = again(session)
    assert first[0] == [new]
    assert [why for _, why in first[1]] in (["as kept"], ["moved"])  # the fourth before is the fifth now
    assert again(session) == first
    change_search(ChangeSearchRequest("budgets", Act.SEEN, "Ben"), session)
    assert again(session) == ([], [], 4)
    (corpus / "wren-harbor-me/garage.txt").unlink()
    put(corpus / FILE, BUDGET.replace("operating", "capital"))
    update(copied)
    found, left, count = again(session)
    assert count == 4
    assert PREPARES.replace("operating", "capital") in found
    assert dict(left).items() >= {new: "gone", PREPARES: "changed"}.items()
    row = searches(SearchesRequest(counted=True), session).searches[0]
    assert (row.new, row.saved.seen_by) == (len(found), "Ben")


def test_only_what_was_shown_is_seen(copied: Path, session: Session) -> None:
    """What came in between the look and the click stays new."""
    save_search(SaveSearchRequest("budgets", QUESTION, "Ana"), session)
    shown = frozenset(hit.passage.passage_id for hit in ask_again(AgainRequest("budgets"), session).answer.hits)
    put(copied.parent / "corpus/wren-harbor-me/garage.txt", "GARAGE CLERK\n\nDUTIES\n• Monitors the operating budget of the garage.\n")
    update(copied)
    change_search(ChangeSearchRequest("budgets", Act.SEEN, "Ana", shown=shown), session)
    assert len(again(session)[0]) == 1


def test_searches_are_changed(session: Session) -> None:
    save_search(SaveSearchRequest("budgets", QUESTION, "Ana", "for May"), session)
    save_search(SaveSearchRequest("crews", SearchRequest("patches potholes"), "Ana"), session)
    change_search(ChangeSearchRequest("CREWS", Act.NOTE, "Ben", "north"), session)
    change_search(ChangeSearchRequest("crews", Act.RENAME, "Ben", "Streets"), session)
    found = {row.saved.name: row.saved for row in searches(SearchesRequest(), session).searches}
    assert found["budgets"].asked == {"query": "monitors the operating budget", "k": 4, "kinds": ["duty"], "per_document": 0}
    assert (found["budgets"].note, found["Streets"].note, found["Streets"].asked) == ("for May", "north", {"query": "patches potholes"})
    for wrong, name, act, value in (("no saved search 'crews'", "crews", Act.SEEN, ""), ("'Streets' already", "budgets", Act.RENAME, "streets"), ("a name", "budgets", Act.RENAME, "")):
        with pytest.raises(UsageError, match=wrong):
            change_search(ChangeSearchRequest(name, act, "Ben", value), session)
    with pytest.raises(UsageError):
        save_search(SaveSearchRequest("nothing", SearchRequest(""), "Ana"), session)
    change_search(ChangeSearchRequest("budgets", Act.DELETE, "Ben"), session)
    with pytest.raises(UnknownListError):
        ask_again(AgainRequest("budgets"), session)
