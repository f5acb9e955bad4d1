"""Which roles of an index the statements of each name: references, resolved to the roles of the same employer.

What is read of a document is kept beside the index, and read again only where the titles of its employer have changed:
adding another employer's documents costs the reading of those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

from specsearch.errors import StorageError
from specsearch.records import Passage, Reference, ReferenceKind, Role
from specsearch.retrieval.class_names import ClassName, Words, read_name
from specsearch.roles.outlines import ENOUGH
from specsearch.roles.reading import catalog
from specsearch.roles.references import NO_TITLES, Titles, references_of, titles_of
from specsearch.storage.store import Snapshot
from specsearch.version import __version__

_NAME = "references.json"
_BATCH = 64
"""Roles whose statements are read at a time."""
STRONGEST = (
    ReferenceKind.REQUIRES,
    ReferenceKind.PROMOTES_TO,
    ReferenceKind.PROMOTED_FROM,
    ReferenceKind.EQUIVALENT,
    ReferenceKind.SUPERVISES,
    ReferenceKind.LEADS,
    ReferenceKind.REPORTS_TO,
    ReferenceKind.SERIES,
    ReferenceKind.RANGE,
    ReferenceKind.DISTINGUISHED,
    ReferenceKind.MENTIONS,
)
"""Kinds by how much they say; of several of one role the first is taken."""
_Read = tuple[tuple[str, int, int, str], ...]
"""What is read of a document: kind, place and name of each reference."""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference of a role, and whom it means.

    Attributes:
        kind: What is said of the class.
        name: As written.
        start: First character of the name in the document's text.
        end: One past the last.
        targets: Row numbers of the roles of the same employer that have this name, the role itself left out; none where
            no document of the employer has it.
    """

    kind: ReferenceKind
    name: str
    start: int
    end: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of one employer.

    Attributes:
        members: Words of a title to its numerals (0 for none) to the row numbers of the roles that have them.
        titles: The same titles, to be looked for in texts.
        digest: Of the titles.
    """

    members: Mapping[Words, Mapping[int, tuple[int, ...]]]
    titles: Titles
    digest: str

    def named(self, name: ClassName) -> tuple[int, ...]:
        """Row numbers of the roles that a name means, ascending.

        A name without numerals means the class without, or else all of its series; one with numerals also the one
        class that has the words and no numerals, where there are none with.
        """
        levels = self.members.get(name.words, {})
        if not name.numerals:
            found = levels[0] if 0 in levels else chain.from_iterable(levels.values())
        elif levels.keys() == {0}:
            found = levels[0]
        else:
            found = chain.from_iterable(levels.get(numeral, ()) for numeral in name.numerals)
        return tuple(sorted(set(found)))


@dataclass(frozen=True, slots=True)
class Graph:
    """All references of an index.

    Attributes:
        links: Of each role, by its row number, in the order of its text.
        classes: By employer.
    """

    links: Mapping[int, tuple[Link, ...]] = field(repr=False)
    classes: Mapping[str, Classes] = field(repr=False)


def graph_of(index: Snapshot) -> Graph:
    """All references of an index, made once for a state of it."""
    return index.once(_graph)


def links(index: Snapshot) -> Mapping[int, Mapping[int, ReferenceKind]]:
    """Which roles of its employer each role's text names, and what is said of them.

    Args:
        index: The open index.

    Returns:
        Row numbers of roles to those of the roles that they name, with the kind that says most.
    """
    return index.once(_links)


def links_of(index: Snapshot, role: Role) -> tuple[Link, ...]:
    """References of a role that need not be in the index, resolved as far as its employer has documents in it."""
    employer = index.employer_of(role.document.source)
    known = classes(index).get(employer) if employer else None
    read = _read(references_of(role.passages, role.document.source.title, known.titles if known else NO_TITLES))
    return _resolved(read, None, known)


def classes(index: Snapshot) -> Mapping[str, Classes]:
    """The classes of each employer that has documents in an index."""
    return index.once(_classes)


def _classes(index: Snapshot) -> dict[str, Classes]:
    titled: dict[str, dict[int, str]] = {}
    for number, entry in catalog(index).items():
        if entry.employer and entry.source.title:
            titled.setdefault(entry.employer, {})[number] = entry.source.title
    return {employer: _of_employer(titles) for employer, titles in titled.items()}


def _of_employer(titled: Mapping[int, str]) -> Classes:
    members: dict[Words, dict[int, tuple[int, ...]]] = {}
    for number, title in titled.items():
        name = read_name(title)
        for numeral in name.numerals or (0,):
            levels = members.setdefault(name.words, {})
            levels[numeral] = (*levels.get(numeral, ()), number)
    every = sorted({read_name(title).words for title in titled.values()})
    return Classes(members, titles_of(titled.values()), hashlib.sha256(repr(every).encode()).hexdigest()[:16])


def _graph(index: Snapshot) -> Graph:
    by_employer, entries = classes(index), catalog(index)
    employers = {number: entry.employer or "" for number, entry in entries.items()}
    digests = {number: by_employer[employer].digest if employer in by_employer else "" for number, employer in employers.items()}
    kept = _kept(index)
    missing = [number for number in entries if number not in kept or kept[number][0] != digests[number]]
    if len(missing) > ENOUGH:
        index.notice(f"Reading which classes {len(missing):,} roles name, once for this state of the index ...")
    read = {number: found for number, (_, found) in kept.items() if number in entries}
    for number, passages in _statements(index, missing):
        known = by_employer.get(employers[number])
        read[number] = _read(references_of(passages, entries[number].source.title, known.titles if known else NO_TITLES))
    if missing:
        _keep(index, {number: (digests[number], read[number]) for number in entries})
    return Graph({number: _resolved(read[number], number, by_employer.get(employers[number])) for number in entries}, by_employer)


def _links(index: Snapshot) -> dict[int, dict[int, ReferenceKind]]:
    found: dict[int, dict[int, ReferenceKind]] = {}
    for number, every in graph_of(index).links.items():
        named = found.setdefault(number, {})
        for link in every:
            for target in link.targets:
                named[target] = min(named.get(target, link.kind), link.kind, key=STRONGEST.index)
    return found


def _resolved(read: _Read, own: int | None, known: Classes | None) -> tuple[Link, ...]:
    found = []
    for kind, start, end, name in read:
        named = known.named(read_name(name)) if known else ()
        targets = tuple(number for number in named if number != own)
        if targets or not named:  # a name that means the role alone is no reference
            found.append(Link(ReferenceKind(kind), name, start, end, targets))
    return tuple(found)


def _read(references: Sequence[Reference]) -> _Read:
    return tuple((str(one.kind), one.start, one.end, one.name) for one in references)


def _statements(index: Snapshot, numbers: Sequence[int]) -> Iterator[tuple[int, list[Passage]]]:
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        yield from ((number, passages) for number, (passages, _) in zip(part, index.statements(part), strict=True))


# --- what is kept beside the index -----------------------------------------------------------------


def _kept(index: Snapshot) -> dict[int, tuple[str, _Read]]:
    """What was read of documents with which titles; numbers of documents are never used twice."""
    for content in index.kept(_NAME):
        with suppress(ValueError, KeyError, TypeError):
            stored = json.loads(content)
            if stored["release"] == __version__:
                return {int(number): (digest, tuple((str(kind), int(start), int(end), str(name)) for kind, start, end, name in read)) for number, (digest, read) in stored["read"].items()}
    return {}


def _keep(index: Snapshot, read: Mapping[int, tuple[str, _Read]]) -> None:
    with suppress(StorageError):  # a folder that may only be read
        index.keep(_NAME, json.dumps({"release": __version__, "read": read}).encode())
