"""Which role a user means: one of the index by id, title, code or words, or a file."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from specsearch.errors import UsageError
from specsearch.files import is_file
from specsearch.records import Document
from specsearch.retrieval.filters import near
from specsearch.roles.reading import catalog, require_role
from specsearch.storage.address import typed
from specsearch.storage.keys import Entry
from specsearch.storage.store import Snapshot, reading
from specsearch.storage.values import folded

_LISTED = 8
_LEAST = 3
"""Characters from which on titles that begin with a text are worth offering."""
_LONGEST_NAME = 1000
"""Characters beyond which a text is no title, id or path."""
_WORD = re.compile(r"[^\W_]+")


@reading
def find_role(index: Snapshot, text: str, notice: Callable[[str], None] = lambda message: None) -> int | None:
    """Find a role of an index.

    The first of these that any role satisfies decides: its document id, its whole title, its class code, whole words
    that its title, employer, state, code and id have, words that begin with these (letters only).

    Args:
        index: An open index.
        text: What the user says.
        notice: Told which role was taken and by what, unless it was named by its id or its whole title.

    Returns:
        The row number of its document; None if `text` names a file that is not in the index.

    Raises:
        UsageError: No role, or several; the message lists them, each with what of it matched.
    """
    if index.number(text.strip()) is None and len(text) <= _LONGEST_NAME and is_file(text):
        return None
    return named_role(index, text, notice)


def named_role(index: Snapshot, text: str, notice: Callable[[str], None] = lambda message: None) -> int:
    """Find a role of a generation by its name alone, as `find_role` does: nothing is looked for on this machine.

    Raises:
        UsageError: As for `find_role`.
    """
    wanted = folded(text)
    if not wanted:
        raise UsageError("Give a role: a document id, a title, or a file.")
    if (named := index.number(text.strip())) is not None:
        require_role(index, named)
        return named
    if len(text) > _LONGEST_NAME:
        raise UsageError(f"{text[:40]!r}... is too long for the name of a role. For one statement, use specsearch search or cities --duty; for a whole document, give its file.")
    roles = catalog(index)
    found = next(filter(None, _matches(index.once(_names), wanted)), {})  # the first rule that any role satisfies
    if len(found) == 1:
        number, by = next(iter(found.items()))
        entry = roles[number]
        if wanted != folded(entry.source.title or ""):
            notice(f"{text!r} is taken as: {describe(entry)}, by {by}.")
        return number
    if found:
        listed = "".join(f"\n  {describe(roles[number])}: by {by}" for number, by in list(found.items())[:_LISTED])
        more = f"\n  and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise UsageError(f"{len(found)} roles match {text!r}. Name one by its document id (in parentheses), or add its city:{listed}{more}")
    close = near(wanted, ((entry.source.title or entry.doc_id).casefold() for entry in roles.values()))
    offer = f" Near titles: {', '.join(close)}." if close else ""
    raise UsageError(f"No role of {index.name} and no file is named {text!r}.{offer} See: specsearch roles --index {typed(index.name)}")


@reading
def beginning(index: Snapshot, text: str) -> list[Entry]:
    """Roles that a text may be about to name: whose class code it is, whose title it is, or whose title begins with it.

    Returns:
        Those of a class code first, then in the order of their titles; none for fewer than three characters.
    """
    wanted = folded(text)
    if len(wanted) < _LEAST:
        return []
    names, roles = index.once(_names), catalog(index)
    numbers = dict.fromkeys((*names.codes.get(wanted, ()), *(number for _, number in names.titled(wanted))))
    return [roles[number] for number in numbers]


@dataclass(frozen=True, slots=True)
class Naming:
    """What a text may name.

    Attributes:
        meant: Row number of the one role that it names, as `named_role` has it; None where it names none, or several.
        near: Row numbers of the roles that it may name, likelier ones first: what is meant, what has its words or begins with them;
            where there is none of these, what has a title like it.
    """

    meant: int | None = None
    near: tuple[int, ...] = ()


def naming(index: Snapshot, text: str) -> Naming:
    """Tell what a user may mean by what is said, or typed so far."""
    wanted = folded(text)
    if not wanted or len(text) > _LONGEST_NAME:
        return Naming()
    roles, named = catalog(index), index.number(text.strip())
    rules = [found for found in _matches(index.once(_names), wanted) if found]
    if named is not None and named in roles:
        rules.insert(0, {named: "its document id"})
    if rules:
        meant = next(iter(rules[0])) if len(rules[0]) == 1 else None
        return Naming(meant, tuple(dict.fromkeys(number for found in rules for number in found)))
    titles: dict[str, int] = {}
    for number, entry in roles.items():
        titles.setdefault((entry.source.title or entry.doc_id).casefold(), number)
    return Naming(near=tuple(titles[name] for name in near(wanted, titles)))


def number_of(index: Snapshot, document: Document) -> int | None:
    """The row number of a document if the index has it: the same id with the same text; None if not."""
    number = index.number(document.doc_id)
    return None if number is None or index.document(number).content_hash != document.content_hash else number


def describe(entry: Entry) -> str:
    """A role in a line: title, city and document id."""
    return f"{entry.source.title or 'without a title'}, {entry.source.jurisdiction or 'employer unknown'} ({entry.doc_id})"


@dataclass(frozen=True, slots=True)
class _Names:
    """What the roles of an index are named by.

    Attributes:
        titles: Titles, folded, with ids and row numbers, in their order.
        codes: Class codes, folded, to the row numbers of their roles and to the codes as they are written.
        words: For each role, by row number, the words of what it may be named by.
    """

    titles: list[tuple[str, str, int]]
    codes: Mapping[str, Mapping[int, str]]
    words: Mapping[int, Mapping[str, list[str]]]

    def titled(self, beginning: str) -> Iterator[tuple[str, int]]:
        """Titles that begin so, with row numbers."""
        for title, _, number in islice(self.titles, bisect_left(self.titles, beginning, key=itemgetter(0)), None):
            if not title.startswith(beginning):
                return
            yield title, number


def _names(index: Snapshot) -> _Names:
    """These, to be made once for a generation (`Snapshot.once`)."""
    roles, codes = catalog(index), dict[str, dict[int, str]]()
    for number, entry in roles.items():
        if code := entry.source.class_code:
            codes.setdefault(folded(code), {})[number] = code
    titles = sorted((folded(entry.source.title), entry.doc_id, number) for number, entry in roles.items() if entry.source.title)
    words = {number: {name: _words(value) for name, value in _fields(entry).items()} for number, entry in roles.items()}
    return _Names(titles, codes, words)


def _matches(names: _Names, wanted: str) -> Iterator[dict[int, str]]:
    """Row numbers of the roles that are meant, each with what of it matched, by one rule after the other."""
    yield {number: "its title" for title, number in names.titled(wanted) if title == wanted}
    yield {number: f"its class code {code}" for number, code in names.codes.get(wanted, {}).items()}
    words = _words(wanted)
    for prefixes in (False, True) if words else ():
        yield {number: by for number, fields in names.words.items() if (by := _matched(words, fields, prefixes=prefixes))}


def _matched(words: list[str], fields: Mapping[str, list[str]], *, prefixes: bool) -> str:
    """Which fields have all the words between them, in words; "" if they do not."""

    def has(field: str, word: str) -> bool:
        return word in fields[field] or (prefixes and word.isalpha() and any(known.startswith(word) for known in fields[field]))

    # A word that several fields have counts for the first.
    places = [next((field for field in fields if has(field, word)), "") for word in words]
    if not all(places):
        return ""
    named = [field for field in fields if field in places]
    return f"{'beginnings of words' if prefixes else 'words'} of its {' and '.join(named)}"


def _fields(entry: Entry) -> dict[str, str | None]:
    """What a role may be named by; its employer by each name that is printed."""
    source = entry.source
    return {"title": source.title, "employer": " ".join(filter(None, (source.jurisdiction, entry.employer))), "class code": source.class_code, "state": source.state, "document id": entry.doc_id}


def _words(text: str | None) -> list[str]:
    return _WORD.findall((text or "").casefold())
