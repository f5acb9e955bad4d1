"""What lists and saved searches share: what was done to them, names, and what a text names that is to be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from specsearch.errors import UnknownListError, UsageError
from specsearch.escaping import one_line, whole_characters, without_controls
from specsearch.interfaces.service.session import Session
from specsearch.records import CollectionChange, KeptPlace
from specsearch.records.collected import EntrySort

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot

LONGEST_LIST_NAME = 100
Wanted = tuple[EntrySort, tuple[KeptPlace, ...]]
"""What is to be an entry of a list."""
MOST_WANTED = 1000
"""Things that are put into a list at once."""
_NAMED = 5
"""Names that a refusal lists."""
_STRETCH = re.compile(r".+:\d{1,9}-\d{1,9}", re.S)
_PRINTED = re.compile(r"(.+?)(?:, (?:page|line) \d{1,9})*, characters (\d{1,9})[-\u2013](\d{1,9})", re.S)
"""A passage as tables show its place: "clerk.txt, page 1, line 12, characters 120-180"."""
_CODE = re.compile(r"[0-9a-z]{8}\.[0-9a-z]{1,7}")
_LONGEST_REPEATED = 200
"""Characters of what was asked for that a refusal repeats."""


@contextmanager
def collected(session: Session) -> Iterator[tuple[Snapshot, list[CollectionChange], list[CollectionChange]]]:
    """The newest generation, all that was done to lists and saved searches in order, and what of that waits to come into the index.

    Raises:
        SpecsearchError: As for `Session.reading` and `waiting`.
    """
    from specsearch.interfaces.service.keeping import waiting

    beside = [one for one in waiting(session) if isinstance(one, CollectionChange)]  # first, lest what comes in meanwhile is in neither
    with session.reading() as snapshot:
        done = snapshot.collection_changes()
        waits = [one for one in beside if one not in done]
        yield snapshot, [*done, *waits], waits


def name_of(text: str, what: str) -> str:
    """The name of a list or of a saved search, in one line.

    Args:
        text: As it was typed.
        what: What it is to name, for the message.

    Raises:
        UsageError: It is none.
    """
    from specsearch.interfaces.service.keeping import check_length

    name = one_line(whole_characters(text))
    if not name.strip("."):  # no browser would come to an address of points
        raise UsageError(f"Give the {what} a name.")
    check_length(f"The name of the {what}", name, LONGEST_LIST_NAME)
    return name


def who(reviewer: str) -> str:
    """The name of who changes something, in one line.

    Raises:
        UsageError: There is none, or it is too long.
    """
    from specsearch.interfaces.service.keeping import check_length

    name = one_line(whole_characters(reviewer))
    if not name:
        raise UsageError("Give your name: it is kept with what you collect.")
    check_length("Your name", name)
    return name


def noted(text: str) -> str:
    """A note as it is kept: its lines stay.

    Raises:
        UsageError: It is too long.
    """
    from specsearch.interfaces.service.keeping import LONGEST_REASON, check_length

    note = whole_characters(without_controls(text)).strip()
    check_length("The note", note, LONGEST_REASON)
    return note


def moment_now() -> str:
    """When something is done, as it is kept."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def no_such(what: str, name: str, names: Sequence[str]) -> UnknownListError:
    """What is said where there is no list or saved search of a name."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    there = f" There {'is' if len(names) == 1 else 'are'}: {', '.join(map(repr, names[:_NAMED]))}{more}." if names else f" There is no {what} yet."
    return UnknownListError(f"There is no {what} {one_line(name)[:LONGEST_LIST_NAME]!r}.{there}")


def wanted_of(snapshot: Snapshot, wanted: Sequence[str], session: Session, *, compared: bool) -> list[Wanted]:
    """What is to be kept of each thing that is wanted in a list.

    Args:
        snapshot: The open index.
        wanted: Ids of passages, their short codes, or names of roles.
        session: Told which role was taken for a name.
        compared: Whether the two roles are one entry.

    Raises:
        UsageError: There is no such thing.
    """
    if not wanted:
        raise UsageError("Say what to put into the list: passages by their ids (DOCUMENT:START-END), or roles by name.")
    if len(wanted) > MOST_WANTED:
        raise UsageError(f"Add {MOST_WANTED:,} entries at most at once.")
    wanted = [_PRINTED.sub(r"\1:\2-\3", one.strip()) for one in wanted]
    rows = _passages(snapshot, [one.strip() for one in wanted], session)
    found = [rows.get(one.strip()) or _place(snapshot, one.strip(), session) for one in wanted]
    if not compared:
        return [(EntrySort.PASSAGE if one.end else EntrySort.ROLE, (one,)) for one in found]
    if len(found) != 2 or any(one.end for one in found) or found[0].doc_id == found[1].doc_id:
        raise UsageError("A comparison is of two roles: name two different ones.")
    return [(EntrySort.COMPARISON, tuple(found))]


def _passages(snapshot: Snapshot, wanted: Sequence[str], session: Session) -> dict[str, KeptPlace]:
    """The passages among what is wanted, by their ids or codes as they were given."""
    from specsearch.interfaces.service.listing import ListRequest, listed
    from specsearch.roles.located import kept_place

    meant = {one: None for one in wanted if (_STRETCH.fullmatch(one) or _CODE.fullmatch(one)) and snapshot.number(one) is None}
    found: dict[str, KeptPlace] = {}
    for code, one in listed(ListRequest(tuple(meant)), session).rows if meant else ():
        found |= {name: kept_place(one.document, one.passage) for name in (code, one.passage.passage_id) if name in meant}
    return found


def _place(snapshot: Snapshot, text: str, session: Session) -> KeptPlace:
    """What a text names that is no passage: a role.

    Raises:
        UsageError: There is no such thing.
    """
    from specsearch.roles.find import named_role
    from specsearch.roles.located import kept_place

    if _STRETCH.fullmatch(text) and snapshot.number(text) is None:
        said = one_line(text)[:_LONGEST_REPEATED]
        raise UsageError(f"There is no passage {said!r} in the index. A search shows where each passage begins and ends; the document may have changed since.")
    return kept_place(snapshot.document(named_role(snapshot, text, session.notice)))
