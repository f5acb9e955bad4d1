"""Section recognition: what headings by wording, headings by form, and meaning each contribute.

    python benchmarks/sections.py

Scored on the labelled sample corpus and, where the folder `shared` lies beside the checkout, on four
real documents. "Without headings" takes every heading out of the documents first. On the sample corpus
the sentence weights are those fitted without the city that is scored.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
from common import CORPUS, ROOT, Table, save
from sklearn.linear_model import LogisticRegression

from specsearch.encoding.semantics import VectorSemantics, clean
from specsearch.parsing.document import Reading, parse_source
from specsearch.parsing.headings import block_heading
from specsearch.parsing.rules import rules
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers import read_file
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import BlockStyle, Label, Passage, SourceText

sys.path.insert(0, str(ROOT / "tests"))
from golden import Unit, judge, samples

SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))
LABELS = [str(label) for label in Label]


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its golden units."""

    group: str
    source: SourceText
    path: str
    fields: dict[str, str]
    units: list[Unit]


def sample_cases() -> Iterator[Case]:
    """The sample corpus; the group is the city."""
    golden = {sample.doc_id: sample.units() for sample in samples()}
    sidecar = read_sidecar(CORPUS)
    for file in walk(CORPUS)[0]:
        for source in read_file(file.path).documents:
            doc_id = file.name if source.record_id is None else f"{file.name}#{source.record_id}"
            if doc_id in golden:
                yield Case(file.name.split("/")[0], source, file.name, sidecar.fields(doc_id, file.name), golden[doc_id])


def seed_cases() -> Iterator[Case]:
    """Four real documents, if they are here."""
    for table in sorted((SHARED / "data" / "section_labels").glob("*.tsv")):
        rows = [line.split("\t", 2) for line in table.read_text(encoding="utf-8").splitlines()]
        path = SHARED / "seeds" / f"{table.stem}.txt"
        yield Case("", read_file(path).documents[0], path.name, {}, [Unit(tuple(row[1].split("|")), row[2]) for row in rows])


class HeldOutSemantics(VectorSemantics):
    """Sentence weights fitted on all cities but one."""

    def __init__(self, vectors: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> None:
        super().__init__(load_vocabulary())
        self._model = LogisticRegression(C=5.0, max_iter=1000).fit(vectors, labels)

    @cached_property
    def _weights(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        return self._model.coef_, self._model.intercept_


def held_out(cases: list[Case]) -> dict[str, VectorSemantics]:
    """Semantics for each city, fitted without it."""
    units = [(case.group, unit) for case in cases for unit in case.units if unit.labels[0] in LABELS and len(unit.text.split()) >= 3]
    vectors = VectorSemantics(load_vocabulary())._encoder.encode_documents([clean(unit.text) for _, unit in units])
    labels = np.array([LABELS.index(unit.labels[0]) for _, unit in units])
    groups = np.array([group for group, _ in units])
    return {group: HeldOutSemantics(vectors[groups != group], labels[groups != group]) for group in sorted(set(groups))}


def reading_with(semantics: VectorSemantics | None) -> Reading:
    """Reading by rules, and by meaning if there is one."""
    vocabulary = load_vocabulary()
    by_rules = rules(vocabulary)
    return Reading(vocabulary, (by_rules,)) if semantics is None else Reading(vocabulary, (by_rules, semantics.score), semantics.heading_label)


def without_form(source: SourceText) -> SourceText:
    """The document with nothing but its words: no styles, no bold."""
    blocks = [
        replace(b, bold=False, lead_end=b.start, style=BlockStyle.PARAGRAPH if b.style in (BlockStyle.HEADING, BlockStyle.TITLE) else b.style)
        for b in source.blocks
    ]
    return replace(source, blocks=tuple(blocks))


def without_headings(source: SourceText) -> SourceText:
    """The document with its headings taken out."""
    return replace(source, blocks=tuple(b for b in source.blocks if block_heading(source.text, b, load_vocabulary()) is None))


@contextmanager
def no_phrases() -> Iterator[None]:
    """The table of heading phrases, emptied."""
    with (
        mock.patch("specsearch.parsing.headings.label_of", return_value=None),
        mock.patch("specsearch.parsing.headings.is_plain_heading", return_value=False),
    ):
        yield


@contextmanager
def no_capitals() -> Iterator[None]:
    """Capitals as a form, unseen."""
    with mock.patch("specsearch.parsing.headings._is_capitals", return_value=False):
        yield


def score(cases: list[Case], change: Callable[[SourceText], SourceText], semantics: dict[str, VectorSemantics] | None) -> tuple[float, float]:
    """Accuracy and macro F1 over the units of all documents."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    right = total = 0
    for case in cases:
        meaning = None if semantics is None else semantics.get(case.group)
        passages: tuple[Passage, ...] = parse_source(change(case.source), case.path, case.fields, reading_with(meaning)).passages
        for unit, found in judge(case.units, passages):
            gold = found if found in unit.labels else unit.labels[0]
            total += 1
            right += gold == found
            counts[gold][0] += gold == found
            counts[gold][1] += 1
            counts[found][2] += 1
    f1 = [2 * hit / (gold + said) for label, (hit, gold, said) in counts.items() if gold and label in LABELS]
    return right / total, float(np.mean(f1))


def main() -> None:
    """Score every variant and print the table."""
    groups = {"sample corpus": list(sample_cases()), "four real documents": list(seed_cases())}
    meaning: dict[str, dict[str, VectorSemantics]] = {"sample corpus": held_out(groups["sample corpus"]), "four real documents": {"": VectorSemantics(load_vocabulary())}}
    variants: list[tuple[str, Callable[[SourceText], SourceText], Callable[[], AbstractContextManager[None]], bool]] = [
        ("headings by wording only", without_form, no_capitals, False),
        ("headings by form only", lambda source: source, no_phrases, False),
        ("both", lambda source: source, nullcontext, False),
        ("both, and meaning", lambda source: source, nullcontext, True),
        ("without headings", without_headings, nullcontext, False),
        ("without headings, and meaning", without_headings, nullcontext, True),
    ]
    present = {name: cases for name, cases in groups.items() if cases}
    table = Table(("variant", *(f"{name}: {figure}" for name in present for figure in ("accuracy", "macro F1"))))
    figures = {}
    for title, change, context, with_meaning in variants:
        cells = []
        for name, cases in present.items():
            with context():
                accuracy, f1 = score(cases, change, meaning[name] if with_meaning else None)
            figures[f"{title}, {name}"] = (accuracy, f1)
            cells += [f"{accuracy:.3f}", f"{f1:.3f}"]
        table.add(title, *cells)
    print(table)
    save("sections", table, figures)


if __name__ == "__main__":
    main()
