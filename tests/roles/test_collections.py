"""What stands after all that was done to lists and saved searches: whoever did it, in whatever order it came in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specsearch.records import Act, Collection, CollectionChange, KeptPlace
from specsearch.records.collected import EntrySort
from specsearch.roles.collections import added_value, lists_of, saved_value, searches_of, seen_value

LIST, SEARCH = Collection.LIST, Collection.SEARCH
Step = tuple[str, Act, str, str]
"""Name, act, a passage by a letter ("" for the whole), value."""


def place(letter: str, content_hash: str = "f" * 64) -> KeptPlace:
    return KeptPlace("a.txt", content_hash, ord(letter), ord(letter) + 9, f"words {letter}", "CLERK", None)


def done(steps: Sequence[Step], of: Collection = LIST) -> list[CollectionChange]:
    """What was done, a minute after another."""
    found = []
    for minute, (name, act, letter, value) in enumerate(steps):
        entry = place(letter).key if letter else ""
        if act is Act.ADD:
            value = added_value(EntrySort.PASSAGE, [place(letter)], value)
        found.append(CollectionChange(of, name, act, entry, value, f"by {minute}", f"2026-05-04T10:{minute:02}:00+00:00"))
    return found


def shown(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Lists by name: entries as number, letter and note."""
    return {one.name: [f"{entry.number}{chr(entry.places[0].start)} {entry.note}".strip() for entry in one.entries] for one in lists_of(done(steps)).values()}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.ADD, "b", "why")], {"L": ["1a", "2b why"]}, id="in order"),
        pytest.param([("L", Act.SAVE, "", "for May")], {"L": []}, id="an empty one"),
        pytest.param([("L", Act.ADD, "a", ""), ("l", Act.ADD, "b", "")], {"L": ["1a", "2b"]}, id="whatever the capitals"),
        pytest.param([("L", Act.ADD, "a", "x"), ("L", Act.ADD, "a", "")], {"L": ["1a x"]}, id="twice is once, its note stays"),
        pytest.param([("L", Act.ADD, "a", "x"), ("L", Act.ADD, "a", "y")], {"L": ["1a y"]}, id="twice with another note"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.ADD, "b", ""), ("L", Act.REMOVE, "b", ""), ("L", Act.ADD, "c", "")], {"L": ["1a", "3c"]}, id="no number twice"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.NOTE, "a", "y"), ("L", Act.NOTE, "b", "z")], {"L": ["1a y"]}, id="a note, and one on what is gone"),
        pytest.param([("L", Act.ADD, "a", "y"), ("L", Act.NOTE, "a", "")], {"L": ["1a"]}, id="a note is taken away"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.RENAME, "", "M"), ("M", Act.ADD, "b", "")], {"M": ["1a", "2b"]}, id="renamed"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.RENAME, "", "l")], {"l": ["1a"]}, id="other capitals"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.RENAME, "", "M"), ("L", Act.ADD, "b", "")], {"M": ["1a"], "L": ["1b"]}, id="added under the old name meanwhile"),
        pytest.param(
            [("L", Act.ADD, "a", ""), ("L", Act.ADD, "b", ""), ("M", Act.ADD, "a", "x"), ("L", Act.RENAME, "", "M")], {"M": ["1a x", "2b"]}, id="renamed to one that came meanwhile: nothing is lost"
        ),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.DELETE, "", ""), ("L", Act.REMOVE, "a", ""), ("L", Act.NOTE, "", "x"), ("L", Act.RENAME, "", "M")], {}, id="nothing of what is deleted"),
        pytest.param([("L", Act.ADD, "a", ""), ("L", Act.DELETE, "", ""), ("L", Act.ADD, "b", "")], {"L": ["1b"]}, id="begun anew"),
    ],
)
def test_lists_as_they_stand(steps: list[Step], expected: dict[str, list[str]]) -> None:
    assert shown(steps) == expected


def test_who_and_when() -> None:
    found = lists_of(done([("L", Act.ADD, "a", ""), ("L", Act.NOTE, "", "for May"), ("L", Act.ADD, "b", "")]))["l"]
    assert (found.reviewer, found.date[14:16], found.changed_by, found.changed[14:16], found.note) == ("by 0", "00", "by 2", "02", "for May")
    assert [(entry.reviewer, entry.date[14:16]) for entry in found.entries] == [("by 0", "00"), ("by 2", "02")]


_STEPS = st.lists(st.tuples(st.sampled_from("LlMm"), st.sampled_from(Act), st.sampled_from("abc"), st.sampled_from(["", "M", "L", "n"])), max_size=14)


def _whole(steps: Sequence[tuple[str, Act, str, str]]) -> list[Step]:
    """Steps as they come: only entries are added, removed and perhaps noted by letter."""
    return [(name, act, letter if act in (Act.ADD, Act.REMOVE) else "", (value or "N") if act is Act.RENAME else value) for name, act, letter, value in steps]


@given(_STEPS)
def test_no_order_breaks_lists(steps: list[Step]) -> None:
    """Names, keys and numbers are never twice, whatever is done by how many; what was added last is there."""
    kept = done(_whole(steps))
    found = lists_of(kept)
    for key, one in found.items():
        assert key == one.name.casefold()
        numbers = [entry.number for entry in one.entries]
        assert numbers == sorted(set(numbers))
        assert all(0 < number <= one.last for number in numbers)
        assert len({entry.key for entry in one.entries}) == len(numbers)
    if kept and kept[-1].act is Act.ADD:
        assert kept[-1].entry in {entry.key for entry in found[kept[-1].name.casefold()].entries}
    assert lists_of([*kept, *done([("S", Act.DELETE, "", "")], SEARCH)]) == found


@given(_STEPS, st.integers(0, 14))
def test_adding_to_one_list_changes_no_other(steps: list[Step], at: int) -> None:
    """What somebody does to a list of another name in between changes nothing."""
    kept = [one for one in done(_whole(steps)) if one.act is not Act.RENAME]
    others = done([("other", Act.ADD, "a", ""), ("other", Act.DELETE, "", "")])
    assert lists_of([*kept[:at], *others, *kept[at:]]) == lists_of(kept)


def searched(*steps: tuple[str, Act, str]) -> dict[str, tuple[str, str, str, str]]:
    """Saved searches by name: question, note, what was found last and ever, by letters."""
    changes = []
    for minute, (name, act, value) in enumerate(steps):
        given = saved_value({"query": value}, "") if act is Act.SAVE else seen_value(map(place, value)) if act is Act.SEEN else value
        changes.append(CollectionChange(SEARCH, name, act, "", given, "Ana", f"2026-05-04T10:{minute:02}:00+00:00"))
    return {
        one.name: (one.asked["query"], one.note, "".join(chr(found.start) for found in one.found), "".join(sorted(words[-1] for _, words in one.known)))
        for one in searches_of(changes).values()
    }


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.SEEN, "ab")], {"S": ("budget", "", "ab", "ab")}, id="seen"),
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.SEEN, "ab"), ("s", Act.SEEN, "bc")], {"S": ("budget", "", "bc", "abc")}, id="what was ever seen is known"),
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.SEEN, "a"), ("S", Act.SAVE, "budget")], {"S": ("budget", "", "a", "a")}, id="the same again"),
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.SEEN, "a"), ("s", Act.SAVE, "crews")], {"S": ("crews", "", "", "")}, id="another question: nothing is seen"),
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.NOTE, "May"), ("S", Act.RENAME, "T")], {"T": ("budget", "May", "", "")}, id="noted and renamed"),
        pytest.param([("S", Act.SAVE, "budget"), ("T", Act.SAVE, "crews"), ("S", Act.RENAME, "t")], {"S": ("budget", "", "", ""), "T": ("crews", "", "", "")}, id="a name that came meanwhile"),
        pytest.param([("S", Act.SAVE, "budget"), ("S", Act.DELETE, ""), ("S", Act.SEEN, "a"), ("S", Act.RENAME, "T")], {}, id="deleted"),
    ],
)
def test_saved_searches_as_they_stand(steps: list[tuple[str, Act, str]], expected: dict[str, tuple[str, str, str, str]]) -> None:
    assert searched(*steps) == expected
