"""Documents with section labels made by reading, and how a parse of them is scored.

The documents lie in the folder `shared` beside the checkout; the labels of 285 of them in `labels.tsv`, as numbers of words, the
others beside the documents. The sample corpus is labelled by tags in its sources.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from common import CORPUS, ROOT

from specsearch.readers import read_file
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import KIND_OF_LABEL, Kind, Label, SourceText

sys.path.insert(0, str(ROOT / "tests"))
from golden import samples

SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))
LABELS = Path(__file__).parent / "labels.tsv"
_WORD = re.compile(r"[a-z0-9]+")
_TEXT_LABELS = frozenset(map(str, Label))
_KINDS = (Kind.DUTY, Kind.QUALIFICATION)
_TOLERATED = 0.85
"""Share of a unit's words that must stand at its place, when a reader changed some."""

Unit = tuple[int, int, tuple[str, ...]]
"""First word, one past the last, and the labels of which any is right."""
Spans = Sequence[tuple[int, int, str]]
"""Characters and label of what a parse calls statements."""


@dataclass(frozen=True)
class Labelled:
    """A document with its labels.

    Attributes:
        layout: "postings" (that came with labels), "more postings", "bulletins", "specifications", "seeds" or "samples".
        group: Whose document it is: never on both sides of a fold.
        path: Name for messages.
        source: What a reader makes of it.
        units: Its labels, in reading order.
        held: Whether it is never trained on.
    """

    layout: str
    group: str
    path: str
    source: SourceText
    units: Sequence[Unit]
    held: bool = False


def words_of(text: str) -> list[int]:
    """Where each word of a text starts."""
    return [match.start() for match in _WORD.finditer(text.lower())]


def labelled_documents() -> list[Labelled]:
    """All labelled documents that are here: those of `shared` only where it is."""
    return [*_beside(), *_read(), *sample_documents()]


def second_readings() -> list[tuple[Labelled, Labelled]]:
    """The documents that two readers labelled, each as the first and as the second says."""
    first = {one.path: one for one in _read()}
    return [(first[two.path], two) for two in _read("2")]


def _read(turn: str = "1") -> Iterator[Labelled]:
    layouts = {"postings": "more postings", "los_angeles": "bulletins", "philadelphia": "specifications"}
    employers = employers_of_postings()
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        path, reading, part, count, said = line.split("\t")
        file = SHARED / "data" / path
        if reading != turn or not file.is_file():
            continue
        source = read_file(file).documents[0]
        if len(words_of(source.text)) != int(count):
            print(f"{path}: read otherwise than when it was labelled", file=sys.stderr)
            continue
        folder = path.split("/")[0]
        yield Labelled(layouts[folder], employers.get(file.name, folder), path, source, _units(said), part == "held")


def _units(said: str) -> list[Unit]:
    units, at = [], 0
    for run in said.split():
        labels, counts = run.split(":")
        for count in map(int, counts.split(",")):
            units.append((at, at + count, tuple(labels.split("|"))))
            at += count
    return units


def employers_of_postings() -> dict[str, str]:
    """Employer of each posting, by its file name; none where the folder is not here."""
    table = SHARED / "data" / "postings" / "sources.tsv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8") as file:
        return {row["file"]: row["employer"].strip().lower() or row["file"] for row in csv.DictReader(file, delimiter="\t")}


def _beside() -> Iterator[Labelled]:
    """The documents whose labels lie beside them, as texts."""
    employers = employers_of_postings()
    for table in sorted((SHARED / "data" / "section_labels").glob("*.tsv")):
        posting = table.stem.startswith("postings_")
        file = SHARED / ("data/postings/docs" if posting else "seeds") / f"{table.stem.removeprefix('postings_')}.txt"
        if not file.is_file():
            continue
        source = read_file(file).documents[0]
        rows = [line.split("\t", 2) for line in table.read_text(encoding="utf-8").splitlines()]
        units = _located(source.text, [(tuple(row[1].split("|")), row[2]) for row in rows])
        yield Labelled("postings" if posting else "seeds", employers.get(file.name, file.name), file.name, source, units)


def sample_documents() -> Iterator[Labelled]:
    """The sample corpus, labelled by the tags in its sources."""
    golden = {sample.doc_id: sample.units() for sample in samples()}
    sidecar = read_sidecar(CORPUS)
    assert sidecar is not None
    for file in walk(CORPUS)[0]:
        for source in read_file(file.path).documents:
            doc_id = file.name if source.record_id is None else f"{file.name}#{source.record_id}"
            if doc_id in golden:
                units = _located(source.text, [(unit.labels, unit.text) for unit in golden[doc_id]])
                yield Labelled("samples", file.name.split("/")[0], doc_id, source, units)


def _located(text: str, told: Sequence[tuple[tuple[str, ...], str]]) -> list[Unit]:
    """Find each unit's words, from where the one before ends; those that are not there are left out."""
    words, at, units = _WORD.findall(text.lower()), 0, []
    for labels, said in told:
        unit = _WORD.findall(said.lower())
        place = _place(unit, words, at) if unit else None
        if place is not None:
            units.append((place, place + len(unit), labels))
            at = max(at, place + len(unit))
    return units


def _place(unit: Sequence[str], words: Sequence[str], start: int) -> int | None:
    orders = (range(start, len(words) - len(unit) + 1), range(min(start, len(words) - len(unit) + 1)))
    for order in orders:
        for i in order:
            if words[i] == unit[0] and words[i : i + len(unit)] == unit:
                return i
    for order in orders:
        for i in order:
            if len(unit) >= 6 and words[i : i + 3] == unit[:3] and len(set(unit) & set(words[i : i + len(unit)])) >= _TOLERATED * len(set(unit)):
                return i
    return None


@dataclass
class Score:
    """How predictions over some documents compare with labels, unit by unit.

    A unit's label is the one that most of its words in statements have; a unit of which no word is in a statement is "missing".
    Headings and titles are judged only by whether they are taken for duties or qualifications.
    """

    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[Kind, bool]] = field(default_factory=Counter)
    claimed: int = 0
    with_duties: int = 0
    without_any: int = 0

    def add(self, document: Labelled, spans: Spans) -> None:
        """Score one document."""
        at: list[str | None] = [None] * len(document.source.text)
        for start, end, label in spans:
            at[start:end] = [label] * (end - start)
        words = words_of(document.source.text)
        duties = hits = 0
        for first, end, labels in document.units:
            found = Counter(said for word in words[first:end] if (said := at[word]) is not None)
            guess = str(found.most_common(1)[0][0]) if found else "missing"
            kind = _kind(guess)
            self.claimed += kind in _KINDS and kind not in {_kind(label) for label in labels}
            if not set(labels) & _TEXT_LABELS:
                continue
            truth = guess if guess in labels else next(label for label in labels if label in _TEXT_LABELS)
            self.table[truth, guess] += 1
            duties, hits = duties + (truth == "duty"), hits + (truth == guess == "duty")
            if (asked := _kind(truth)) in _KINDS:
                self.kinds[asked, kind is asked] += 1
        self.with_duties += duties > 0
        self.without_any += duties > 0 and hits == 0

    @property
    def units(self) -> int:
        """Number of units that have a label."""
        return sum(self.table.values())

    @property
    def accuracy(self) -> float:
        """Share of units under a right label."""
        return sum(count for (truth, guess), count in self.table.items() if truth == guess) / max(1, self.units)

    @property
    def macro_f1(self) -> float:
        """Mean of F1 over the labels that occur."""
        return float(np.mean([self.f1(label) for label in sorted({truth for truth, _ in self.table})])) if self.table else 0.0

    @property
    def wrongly_claimed(self) -> float:
        """Share of all units that are called duty or qualification and are not, headings and titles among them."""
        return self.claimed / max(1, self.units)

    def f1(self, label: str) -> float:
        """F1 of one label."""
        hit = self.table[label, label]
        said = sum(count for (_, guess), count in self.table.items() if guess == label)
        true = sum(count for (truth, _), count in self.table.items() if truth == label)
        return 2 * hit / max(1, said + true)

    def right_kind(self, kind: Kind) -> float:
        """Share of the units of a kind that are found under it."""
        return self.kinds[kind, True] / max(1, self.kinds[kind, True] + self.kinds[kind, False])


def _kind(label: str) -> Kind | None:
    return KIND_OF_LABEL[Label(label)] if label in _TEXT_LABELS else None


def gold(document: Labelled, places: Sequence[tuple[int, int]], names: Sequence[str]) -> list[list[int]]:
    """The right labels of ranges of characters, as numbers in `names`: those of the unit that most of its words are in; none if unlabelled."""
    words = words_of(document.source.text)
    said: list[tuple[str, ...] | None] = [None] * len(words)
    for first, end, labels in document.units:
        said[first:end] = [labels] * (end - first)
    found = []
    for start, end in places:
        most = Counter(labels for labels in said[bisect_left(words, start) : bisect_left(words, end)] if labels is not None).most_common(1)
        found.append([names.index(label) for label in most[0][0]] if most else [])
    return found
