"""The ladder of a role: its family as a tree from the lowest class to the highest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specsearch.records import (
    Beside,
    Document,
    Ladder,
    Passage,
    Reference,
    ReferenceKind,
    Role,
    Rung,
    Said,
    Standing,
    Step,
)
from specsearch.retrieval.class_names import ClassName, read_name
from specsearch.roles.decisions import standings
from specsearch.roles.family import BESIDE, CLIMBING, Edge, by_strength, cone, series_edges, without_cycles
from specsearch.roles.graph import Link, graph_of, links_of
from specsearch.roles.reading import catalog, require_role
from specsearch.storage.store import Snapshot

MOST_RUNGS = 24
"""Classes of a ladder at most, those that are nearest to the asked one."""
_MOST_BESIDE = 40


@dataclass(frozen=True, slots=True)
class _Family:
    """The classes of one employer, with the asked role among them.

    Attributes:
        index: The open index.
        asked: Its row number, or the role itself.
        document: Its document.
        name: Its class.
        members: Row numbers of the roles of each class; none for that of a role that is not in the index.
        titles: As printed.
        links: What the document of the asked role says of other classes.
        edges: What the documents say of one another.
    """

    index: Snapshot
    asked: int | Role
    document: Document
    name: ClassName
    members: Mapping[ClassName, Sequence[int]]
    titles: Mapping[ClassName, str]
    links: Sequence[Link]
    edges: Sequence[Edge]


def ladder(index: Snapshot, role: int | Role) -> Ladder:
    """The family of a role: what leads to it and what it leads to among the classes of its employer.

    Experience that is required, promotion, and levels of one series make a ladder. Supervision and what is distinguished make
    none, and are told apart. Where statements contradict each other, the weaker one is set beside.

    Args:
        index: The open index.
        role: Row number of an indexed document, or a role that is not in the index.

    Raises:
        UsageError: The document is not about one job.
    """
    if isinstance(role, int):
        require_role(index, role)
    family = _family(index, role)
    steps = [edge for edge in family.edges if edge.kind in CLIMBING] + series_edges(family.titles)
    kept, left_out = cone(family.name, steps, MOST_RUNGS)
    climbing, against = without_cycles(steps, kept, family.titles)
    beside = sorted((edge for edge in family.edges if edge.kind in BESIDE and _is_near(edge, family.name, kept)), key=by_strength)
    beside = _each_once([*beside, *(edge for edge in against if edge.link)])[:_MOST_BESIDE]
    order, lower, depth = _tree(kept, climbing, family)
    places = {name: place for place, name in enumerate(order)}
    quotes = _Quotes(family, [*climbing, *beside])
    return Ladder(
        family.document,
        _rungs(family, order, [None if (below := lower[name]) is None else places[below] for name in order], depth),
        tuple(sorted((Step(places[edge.ends[0]], places[edge.ends[1]], edge.kind, quotes.of(edge)) for edge in climbing), key=lambda step: (step.lower, step.higher))),
        tuple(
            Beside(family.titles[edge.source], family.titles[edge.target], edge.kind, said, (places.get(edge.source), places.get(edge.target)))
            for edge in beside
            if (said := quotes.of(edge)) is not None
        ),
        _unresolved(family),
        left_out,
    )


# --- the classes of an employer --------------------------------------------------------------------


def _family(index: Snapshot, asked: int | Role) -> _Family:
    document = index.document(asked) if isinstance(asked, int) else asked.document
    entries, graph = catalog(index), graph_of(index)
    employer = entries[asked].employer if isinstance(asked, int) else index.employer_of(document.source)
    numbers = [number for number, entry in entries.items() if employer and entry.employer == employer] or ([asked] if isinstance(asked, int) else [])
    names = {number: _class_of(entries[number].source.title, entries[number].doc_id) for number in numbers}
    members: dict[ClassName, list[int]] = {}
    titles: dict[ClassName, str] = {}
    for number, name in names.items():
        members.setdefault(name, []).append(number)
        titles.setdefault(name, entries[number].source.title or entries[number].doc_id)
    own = names[asked] if isinstance(asked, int) else _class_of(document.source.title, document.doc_id)
    members.setdefault(own, [])
    titles.setdefault(own, document.source.title or document.doc_id)
    links = graph.links[asked] if isinstance(asked, int) else links_of(index, asked)
    edges = [edge for number in numbers for edge in _edges((names[number], entries[number].doc_id, number), graph.links[number], names, own)]
    if isinstance(asked, Role):
        edges += _edges((own, document.doc_id, None), links, names, own)
    return _Family(index, asked, document, own, members, titles, links, edges)


def _class_of(title: str | None, doc_id: str) -> ClassName:
    """The class of a title; a document without one is a class of its own."""
    name = read_name(title) if title else None
    return name if name and name.words else ClassName(("#", doc_id), ())


def _edges(said_by: tuple[ClassName, str, int | None], links: Sequence[Link], names: Mapping[int, ClassName], own: ClassName) -> list[Edge]:
    """What a document says of other classes; a name that no document of the index has may be that of the asked role."""
    source, doc_id, number = said_by
    found = []
    for link in links:
        targets = dict.fromkeys(names[target] for target in link.targets) if link.targets else dict.fromkeys((own,) if read_name(link.name) == own else ())
        found += [Edge(source, target, link.kind, doc_id, number, link) for target in targets if target != source]
    return found


def _is_near(edge: Edge, asked: ClassName, kept: Sequence[ClassName]) -> bool:
    return asked in (edge.source, edge.target) or (edge.source in kept and edge.target in kept)


def _each_once(edges: Sequence[Edge]) -> list[Edge]:
    """Of what is said several times of two classes, the first."""
    found: dict[tuple[ClassName, ClassName, ReferenceKind], Edge] = {}
    for edge in edges:
        found.setdefault((edge.source, edge.target, edge.kind), edge)
    return list(found.values())


# --- the tree --------------------------------------------------------------------------------------


def _tree(kept: Sequence[ClassName], climbing: Sequence[Edge], family: _Family) -> tuple[list[ClassName], dict[ClassName, ClassName | None], dict[ClassName, int]]:
    """The classes in the order in which the tree is read, the one below each, and how many are below it.

    A class that several lead to stands over the one with the longest way up to it; of equal ones over that which is said most surely.
    """
    below: dict[ClassName, list[Edge]] = {name: [] for name in kept}
    for edge in climbing:
        below[edge.ends[1]].append(edge)
    heights: dict[ClassName, int] = {}

    def height(name: ClassName) -> int:
        if name not in heights:
            heights[name] = max((height(edge.ends[0]) + 1 for edge in below[name]), default=0)
        return heights[name]

    lower: dict[ClassName, ClassName | None] = {}
    for name in kept:
        best = min(below[name], key=lambda edge: (-height(edge.ends[0]), by_strength(edge)), default=None)
        lower[name] = best.ends[0] if best else None
    higher: dict[ClassName | None, list[ClassName]] = {}
    for name in sorted(kept, key=lambda name: (family.titles[name].casefold(), name.words, name.numerals)):
        higher.setdefault(lower[name], []).append(name)
    line: ClassName | None = family.name
    while line is not None and lower[line] is not None:
        line = lower[line]
    order: list[ClassName] = []
    depth: dict[ClassName, int] = {}
    waiting = [(name, 0) for name in sorted(higher[None], key=lambda name: name != line)]
    while waiting:
        name, rung = waiting.pop()
        order.append(name)
        depth[name] = rung
        waiting += [(one, rung + 1) for one in reversed(higher.get(name, []))]
    return order, lower, depth


def _rungs(family: _Family, order: Sequence[ClassName], lower: Sequence[int | None], depth: Mapping[ClassName, int]) -> tuple[Rung, ...]:
    decided = standings(family.index, family.document)
    return tuple(_rung(family, name, below, depth[name], decided) for name, below in zip(order, lower, strict=True))


def _rung(family: _Family, name: ClassName, lower: int | None, depth: int, decided: Mapping[int, Standing]) -> Rung:
    numbers, asked = family.members[name], name == family.name
    documents = [family.index.document(number) for number in numbers]
    if asked and isinstance(family.asked, Role):
        documents = [family.document, *documents]
    standing = next((decided[number] for number in numbers if number in decided), None)
    return Rung(family.titles[name], tuple(documents), lower, depth, asked, standing)


# --- what the documents say ------------------------------------------------------------------------


class _Quotes:
    """The statements that some edges were read in, read at once."""

    def __init__(self, family: _Family, edges: Sequence[Edge]) -> None:
        self._family = family
        numbers = sorted({edge.number for edge in edges if edge.number is not None})
        self._passages: dict[int | None, Sequence[Passage]] = {
            number: passages for number, (passages, _) in zip(numbers, family.index.statements(numbers), strict=True)
        }
        if isinstance(family.asked, Role):
            self._passages[None] = family.asked.passages

    def of(self, edge: Edge) -> Said | None:
        """Where an edge was read; None where the titles tell."""
        if edge.link is None:
            return None
        document = self._family.document if edge.number is None else self._family.index.document(edge.number)
        return Said(document, _at(self._passages[edge.number], edge.link), edge.link.start, edge.link.end)


def _at(passages: Sequence[Passage], link: Link) -> Passage:
    return next(passage for passage in passages if passage.start <= link.start and link.end <= passage.end)


def _unresolved(family: _Family) -> tuple[Reference, ...]:
    """References of the asked role to classes that no document of its employer has the title of, each name once."""
    passages = family.asked.passages if isinstance(family.asked, Role) else family.index.statements([family.asked])[0][0]
    missing = {(read_name(link.name), link.kind): link for link in reversed(family.links) if not link.targets and link.kind is not ReferenceKind.MENTIONS}
    return tuple(Reference(link.kind, link.name, link.start, link.end, _at(passages, link)) for link in sorted(missing.values(), key=lambda link: link.start))
