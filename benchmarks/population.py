"""Roles of many employers, and what is judged of them: what likeness is learned from, and measured on.

Needs the folder `shared` beside the checkout. Judged are: the career ladders of Los Angeles and the class series of Philadelphia (roles of
one employer); bulletins of Los Angeles and specifications of Philadelphia of the same title but for its level, both ways, and postings of
different employers of the same title (roles of different employers); and the families of the sample corpus. Where titles say what is
relevant, they are left out of what is measured.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import CORPUS
from quality import DATA

from golden import samples
from specsearch.encoding import load_encoder
from specsearch.encoding.words import stems
from specsearch.evaluation.dataset import Qrels, read_excluded, read_qrels
from specsearch.ingest.update import update_index
from specsearch.parsing.level_words import name_of
from specsearch.roles.graph import links
from specsearch.roles.outlines import Outline
from specsearch.roles.profiles import outlined
from specsearch.roles.rarity import NOWHERE, Employers
from specsearch.roles.reading import catalog
from specsearch.storage.stores import open_snapshot

SOURCES = {
    "los_angeles": DATA / "los_angeles" / "bulletins",
    "philadelphia": DATA / "philadelphia" / "specs",
    "postings": DATA / "postings" / "docs",
    "samples": CORPUS,
}
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Population:
    """Roles of all sources.

    Attributes:
        sets: Source of each.
        names: File name of each.
        titles: What each is called, "" if that is not known.
        outlines: In numbers.
        employers: Numbers of their employers.
        links: Pairs of places of which one names the other.
    """

    sets: list[str]
    names: list[str]
    titles: list[str]
    outlines: list[Outline]
    employers: Employers
    links: list[tuple[int, int]]

    def of(self, name: str) -> Places:
        """Places of the roles of a source."""
        return np.flatnonzero(np.array(self.sets) == name)


@dataclass(frozen=True)
class Task:
    """What is asked of some roles, and what is judged.

    Attributes:
        name: What it is called.
        same: Whether the roles are of one employer.
        held: Sources that are left out of what is learned, where the task is measured.
        queries: Places of the roles that are asked, shape (q,).
        candidates: Places of those that are ranked, shape (c,).
        relevant: Which are relevant, shape (q, c).
        excluded: Which are left out of a ranking, shape (q, c).
        linked: Of which one names the other, shape (q, c).
        measure: "nDCG@10", "RR@10" or "families".
        titled: Whether it says something with titles counted.
    """

    name: str
    same: bool
    held: tuple[str, ...]
    queries: Places
    candidates: Places
    relevant: Flags
    excluded: Flags
    linked: Flags
    measure: str
    titled: bool


def population(folder: Path) -> Population:
    """Read all roles.

    Args:
        folder: Where indexes and outlines are kept between runs; outlines are read again if the file `outlines.pickle` in it is deleted.
    """
    kept = folder / "outlines.pickle"
    if kept.is_file():
        found: Population = pickle.loads(kept.read_bytes())  # our own file
        return found
    sets: list[str] = []
    names: list[str] = []
    titles: list[str] = []
    outlines: list[Outline] = []
    employers: list[int] = []
    linked: list[tuple[int, int]] = []
    numbered: dict[str, int] = {}
    for name, source in SOURCES.items():
        if not (folder / name).exists():
            update_index(source, folder / name, load_encoder())
        with open_snapshot(folder / name) as index:
            roles = catalog(index)
            places = {number: len(sets) + i for i, number in enumerate(roles)}
            outlines += outlined(index, list(roles))
            linked += [(places[number], places[other]) for number, named in links(index).items() for other in named]
            for entry in roles.values():
                sets.append(name)
                names.append(entry.doc_id if name == "samples" else Path(entry.doc_id).name)
                titles.append(entry.source.title or "")
                employers.append(numbered.setdefault(entry.employer, len(numbered)) if entry.employer else NOWHERE)
    found = Population(sets, names, titles, outlines, np.array(employers, dtype=np.int64), linked)
    kept.write_bytes(pickle.dumps(found))
    return found


def tasks_of(people: Population) -> list[Task]:
    """All that is judged of them."""
    places = {name: {Path(people.names[place]).stem if name == "philadelphia" else people.names[place]: int(place) for place in people.of(name)} for name in SOURCES}
    angeles, philadelphia = places["los_angeles"], places["philadelphia"]
    crossing = read_qrels(DATA / "cross_city" / "qrels.tsv")
    judged = {query: {Path(name).stem: 1 for name in relevant} for query, relevant in crossing.items()}
    alike = _same_title(people, angeles, philadelphia)
    return [
        _task(people, "ladders of Los Angeles", (angeles, angeles), read_qrels(DATA / "los_angeles" / "qrels.tsv"), excluded=read_excluded(DATA / "los_angeles" / "exclude.tsv")),
        _task(people, "series of Philadelphia", (philadelphia, philadelphia), read_qrels(DATA / "philadelphia" / "qrels.tsv"), excluded=read_excluded(DATA / "philadelphia" / "exclude.tsv")),
        _task(people, "cross-city, judged", (angeles, philadelphia), judged),
        _task(people, "cross-city, same title", (angeles, philadelphia), alike),
        _task(people, "cross-city, back", (philadelphia, angeles), _inverted(alike)),
        _postings(people, places["postings"]),
        _families(people),
    ]


def _task(people: Population, name: str, sides: tuple[Mapping[str, int], Mapping[str, int]], qrels: Qrels, *, excluded: Mapping[str, frozenset[str]] | None = None) -> Task:
    asked, ranked = sides
    candidates = np.array(sorted(set(ranked.values())))
    column = {int(place): i for i, place in enumerate(candidates)}
    queries, relevant, left = [], [], []
    for query, grades in qrels.items():
        if query not in asked:
            continue
        rows = np.zeros((2, len(candidates)), dtype=bool)
        rows[0, [column[ranked[target]] for target, grade in grades.items() if grade > 0 and target in ranked]] = True
        rows[1, [column[ranked[target]] for target in (excluded or {}).get(query, ()) if target in ranked]] = True
        if asked[query] in column:
            rows[1, column[asked[query]]] = True
        rows[0] &= ~rows[1]
        if rows[0].any():
            queries.append(asked[query])
            relevant.append(rows[0])
            left.append(rows[1])
    same = excluded is not None
    held = tuple(sorted({people.sets[queries[0]], people.sets[int(candidates[0])]}))
    return Task(name, same, held, np.array(queries), candidates, np.array(relevant), np.array(left), _linked(people, queries, column), "nDCG@10" if same else "RR@10", titled=True)


def _linked(people: Population, queries: Sequence[int], column: Mapping[int, int]) -> Flags:
    found = np.zeros((len(queries), len(column)), dtype=bool)
    row = {place: i for i, place in enumerate(queries)}
    for pair in people.links:
        for one, other in (pair, pair[::-1]):
            if one in row and other in column:
                found[row[one], column[other]] = True
    return found


def _same_title(people: Population, asked: Mapping[str, int], ranked: Mapping[str, int]) -> Qrels:
    by_title = defaultdict(list)
    for name, place in ranked.items():
        by_title[_plain(people.titles[place])].append(name)
    return {name: dict.fromkeys(by_title[title], 1) for name, place in asked.items() if (title := _plain(people.titles[place])) in by_title and title}


def _inverted(qrels: Qrels) -> Qrels:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for query, grades in qrels.items():
        for target in grades:
            found[target][query] = 1
    return found


def _postings(people: Population, places: Mapping[str, int]) -> Task:
    known = {name: place for name, place in places.items() if people.employers[place] != NOWHERE and len(people.outlines[place].words) > 0}
    employer = {name: people.employers[place] for name, place in known.items()}
    groups = defaultdict(list)
    for name, place in known.items():
        groups[_plain(people.titles[place])].append(name)
    qrels = {name: {other: 1 for other in group if employer[other] != employer[name]} for title, group in groups.items() if title for name in group}
    own = {name: frozenset(other for other in known if employer[other] == employer[name]) for name in known}
    found = _task(people, "postings, same title", (known, known), qrels, excluded=own)
    return replace(found, same=False, measure="RR@10", titled=False)


def _families(people: Population) -> Task:
    family = {sample.doc_id: sample.facts["family"] for sample in samples()}
    places = people.of("samples")
    of, city = (np.array([key(people.names[place]) for place in places]) for key in (family.__getitem__, _city))
    elsewhere = city[:, np.newaxis] != city
    kin = elsewhere & (of[:, np.newaxis] == of)
    return Task("families of the samples", False, ("samples",), places, places, kin, ~elsewhere, np.zeros_like(kin), "families", titled=True)


def _city(name: str) -> str:
    return name.split("/")[0]


def _plain(title: str) -> frozenset[str]:
    return frozenset(stem for _, stem in stems(name_of(title)[0]))


def scored(task: Task, scores: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """A figure for each query, or for each pair of a family: whether the member is above all roles of other families elsewhere.

    Args:
        task: What is asked.
        scores: Of its candidates, shape (q, c).
    """
    ranked = np.where(task.excluded, -np.inf, scores)
    if task.measure == "families":
        best_other = np.where(task.relevant, -np.inf, ranked).max(axis=1, keepdims=True)
        return np.asarray((ranked > best_other)[task.relevant], dtype=np.float64)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :10]
    hits = np.take_along_axis(task.relevant, order, axis=1)
    if task.measure == "RR@10":
        return np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0.0)
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = np.array([discounts[: min(10, int(many))].sum() for many in task.relevant.sum(axis=1)])
    return np.asarray((hits * discounts).sum(axis=1) / ideal)
