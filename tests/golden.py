"""Golden labels and metadata of the sample corpus, read from its tagged sources."""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.ingest.corpus import parse_corpus
from specsearch.records import Kind, Mode, ParsedDocument, Passage

if TYPE_CHECKING:
    from specsearch.evaluation.dataset import Qrels, Run
    from specsearch.roles.profiles import Profiles
    from specsearch.storage.store import Snapshot

SAMPLES = Path(__file__).parent / "samples"
CORPUS = Path(__file__).parents[1] / "corpus"
_TAG = re.compile(r"\[\[(?P<labels>[a-z]+(?:\|[a-z]+)*)\]\]")
_CHROME = re.compile(r"<(nav|footer|script|style|head)\b.*?</\1>", re.S | re.I)
_EXPORTS = {"new-bramley-ma": "postings.csv"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A labelled unit of a sample document: any of `labels` is right."""

    labels: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample document with what a careful reader says of it."""

    doc_id: str
    source: Path
    facts: dict[str, str]

    def units(self) -> list[Unit]:
        """The labelled units in reading order, without markup."""
        text = self.source.read_text(encoding="utf-8")
        if self.source.suffix == ".html":
            text = _CHROME.sub(" ", text)
        tags = list(_TAG.finditer(text))
        ends = [tag.start() for tag in tags[1:]] + [len(text)]
        units = [Unit(tuple(t["labels"].split("|")), _plain(text[t.end() : end])) for t, end in zip(tags, ends, strict=True)]
        return [unit for unit in units if unit.text]


def samples() -> Iterator[Sample]:
    """All sample documents, sorted by city and file."""
    for table in sorted(SAMPLES.glob("*-??/roles.csv")):
        with table.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield Sample(_doc_id(table.parent.name, row), table.parent / row["file"], dict(row))


@cache
def parsed_samples() -> tuple[ParsedDocument, ...]:
    """The documents of the sample corpus as the rules parse them, read once for all tests of a process."""
    return tuple(parse_corpus(CORPUS))


def family_pairs(profiles: Profiles, *, masked: bool) -> list[bool]:
    """For each role and each member of its family in another city: whether the member is above all roles of other families elsewhere.

    Args:
        profiles: The roles of an index of the sample corpus.
        masked: Whether titles are left out.
    """
    family = {sample.doc_id: sample.facts["family"] for sample in samples()}
    ids = [entry.doc_id for entry in profiles.index.entries()]
    city = [name.split("/")[0] for name in ids]
    above = []
    for i in range(len(profiles)):
        scores = profiles.likeness(profiles.placed(i), masked=masked).scores
        elsewhere = [j for j in range(len(ids)) if city[j] != city[i]]
        best_other = max(scores[j] for j in elsewhere if family[ids[j]] != family[ids[i]])
        above += [bool(scores[j] > best_other) for j in elsewhere if family[ids[j]] == family[ids[i]]]
    return above


def qualification_qrels() -> Qrels:
    """Grades of the sample corpus' qualifications by query: what readers of all 958 found to be alike."""
    graded = json.loads((Path(__file__).parent / "qualifications.json").read_text(encoding="utf-8"))
    return {one["query"]: one["grades"] for one in graded}


def qualification_run(index: Snapshot, qrels: Qrels, mode: Mode) -> Run:
    """The first hundred qualifications that an index of the sample corpus finds for each query."""
    from specsearch.evaluation.dataset import distinct
    from specsearch.retrieval import Filters
    from specsearch.retrieval.search import ranking

    filters = Filters(kinds=frozenset({Kind.QUALIFICATION}))
    run = {}
    for query in qrels:
        keys, scores = ranking(index, query, 100, filters=filters, mode=mode)
        run[query] = distinct([(passage_id, float(value)) for passage_id, value in zip(index.ids(keys), scores, strict=True)])
    return run


def _doc_id(city: str, row: dict[str, str]) -> str:
    source = SAMPLES / city / row["file"]
    if source.name.endswith(".rec.txt"):
        export = source.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("@@@ ").strip()
        return f"{city}/{export}#{row['record']}"
    if source.name.endswith(".src.txt"):
        stem = source.name.removesuffix(".src.txt")
        found = sorted((CORPUS / city).glob(f"{stem}.*"))
        return f"{city}/{found[0].name if found else stem}"
    return f"{city}/{source.name}"


def _plain(text: str) -> str:
    """Take the source's markup out of a unit."""
    text = re.sub(r"^@@+ .*$", " ", text, flags=re.M)
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = re.sub(r"^#{1,6} |^[-*|] |\*\*|__|[|\\]", " ", text, flags=re.M)
    return " ".join(text.split())


def judge(units: Iterable[Unit], passages: Iterable[Passage]) -> list[tuple[Unit, str]]:
    """Say for each labelled unit the label of the passages that hold most of its word pairs.

    Returns:
        Units other than headings and titles of at least three words, each with the label that was
        found: "missing" when no label's passages hold half of the unit.
    """
    index: dict[tuple[str, ...], set[int]] = defaultdict(set)
    found = list(passages)
    for number, passage in enumerate(found):
        for gram in _grams(passage.text):
            index[gram].add(number)
    judged = []
    for unit in units:
        grams = _grams(unit.text)
        if set(unit.labels) & {"heading", "title"} or len(_words(unit.text)) < 3:
            continue
        # A unit may be divided into several passages; identical units have several copies.
        labels = Counter(label for gram in grams for label in {found[n].label.value for n in index.get(gram, ())})
        enough = {label for label, count in labels.items() if 2 * count >= len(grams)}
        right = [label for label in unit.labels if label in enough]
        judged.append((unit, right[0] if right else labels.most_common(1)[0][0] if enough else "missing"))
    return judged


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _grams(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + 2]) for i in range(max(1, len(words) - 1))}
