"""The learned scorer of section labels: the net against its definition, and what documents are read by."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specsearch.encoding import net
from specsearch.encoding.labeller import CLASSES, Labeller, except_below_own
from specsearch.encoding.net import Array, Described, load_weights, log_probabilities
from specsearch.encoding.semantics import Meaning
from specsearch.errors import ModelError
from specsearch.parsing.document import Reading, parse_source
from specsearch.parsing.rules import rules
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary, own_words
from specsearch.readers.text import split_paragraphs
from specsearch.records import Label, ParsedDocument

FORM, WIDTH, AXES, OWN, HEADING = 5, 8, 6, 4, 3

TEXT = """KITE MAKER

Job Number: 44

MAIN DUTIES
- Folds paper for kites of all sizes.
- Ties tails to kites.

REQUIREMENTS
Two years of experience with paper and string.
"""


def made_up(seed: int, nets: int = 2) -> dict[str, Array]:
    """Weights of small nets at random."""
    chance = np.random.default_rng(seed)
    shapes = {
        "mean": (384,),
        "axes": (384, AXES),
        "own": (nets, AXES, OWN),
        "above": (nets, AXES, HEADING),
        "before": (nets, AXES, HEADING),
        "mix": (nets, OWN + 2 * HEADING + FORM, WIDTH),
        **{f"around{number}": (nets, (2 * net.REACH + 1) * WIDTH, WIDTH) for number in range(len(net.DILATIONS))},
        "out": (nets, 2 * WIDTH, len(CLASSES)),
    }
    biases = {f"{name}_bias": (shape[0], shape[-1]) for name, shape in shapes.items() if len(shape) == 3}
    return {name: chance.normal(0, 0.3, shape).astype(np.float32) for name, shape in {**shapes, **biases}.items()}


def described(seed: int, lines: int) -> Described:
    """A document of lines at random, a third of them headings."""
    chance = np.random.default_rng(seed)
    above = np.full((lines, 2), -1, dtype=np.intp)
    last = before = -1
    for row in range(lines):
        above[row] = last, before
        if chance.random() < 1 / 3:
            last, before = row, last
    vectors = chance.normal(0, 0.05, (lines, 384)).astype(np.float32)
    return Described(vectors, chance.random((lines, FORM)).astype(np.float32), above)


def by_definition(lines: Described, weights: dict[str, Array]) -> Array:
    """The net line by line, as its description says: the slow way."""
    count = len(lines.form)
    every = np.zeros((count, len(CLASSES)))
    for number in range(len(weights["out"])):
        layer = {name: table[number].astype(np.float64) for name, table in weights.items() if name not in ("mean", "axes")}
        meaning = [(vector - weights["mean"]) @ weights["axes"] for vector in lines.meaning]
        mixed = []
        for row in range(count):
            parts = [np.tanh(meaning[row] @ layer["own"] + layer["own_bias"])]
            for name, at in zip(("above", "before"), lines.above[row], strict=True):
                heading = meaning[at] if at >= 0 else np.zeros(AXES)
                parts.append(np.tanh(heading @ layer[name] + layer[f"{name}_bias"]))
            mixed.append(np.maximum(np.concatenate([*parts, lines.form[row]]) @ layer["mix"] + layer["mix_bias"], 0))
        around = mixed
        for depth, dilation in enumerate(net.DILATIONS):
            kernel = layer[f"around{depth}"].reshape(2 * net.REACH + 1, WIDTH, WIDTH)
            seen = []
            for row in range(count):
                total = layer[f"around{depth}_bias"].copy()
                for step in range(-net.REACH, net.REACH + 1):
                    at = row + step * dilation
                    if 0 <= at < count:
                        total += around[at] @ kernel[step + net.REACH]
                seen.append(around[row] + np.maximum(total, 0))
            around = seen
        for row in range(count):
            logits = np.concatenate([mixed[row], around[row]]) @ layer["out"] + layer["out_bias"]
            every[row] += np.exp(logits) / np.exp(logits).sum() / len(weights["out"])
    return np.log(every)


@pytest.mark.parametrize(("lines", "nets"), [(1, 1), (2, 2), (7, 1), (40, 3)])
def test_the_net_is_what_it_is_said_to_be(lines: int, nets: int) -> None:
    """All lines at once give what each line alone gives by definition, at the edges of a document too."""
    weights, document = made_up(lines, nets), described(lines + 1, lines)
    assert log_probabilities(document, weights) == pytest.approx(by_definition(document, weights), abs=1e-4)


def test_no_lines() -> None:
    """A document of no lines has no answers."""
    assert log_probabilities(described(0, 0), made_up(0)).shape == (0, len(CLASSES))


def test_the_weights_of_this_package() -> None:
    """They fit what documents are described by, and are small."""
    reading = Labeller(load_vocabulary(), lambda texts: np.zeros((len(texts), 384), dtype=np.float32))
    seen: list[Described] = []

    def keep(lines: Described) -> Array:
        seen.append(lines)
        return log_probabilities(lines, load_weights())

    parse(TEXT, Labeller(load_vocabulary(), reading._vectors, keep))
    assert seen
    assert all(np.exp(log_probabilities(lines, load_weights())).sum(axis=1) == pytest.approx(1, abs=1e-3) for lines in seen)
    assert sum(table.nbytes for table in load_weights().values()) / 2 < 5_000_000


def test_weights_that_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights with another hash are refused with what to do."""
    monkeypatch.setattr(net, "_PINNED", "0" * 64)
    with pytest.raises(ModelError, match="Install specsearch again"):
        load_weights.__wrapped__()


def parse(text: str, learned: Labeller) -> ParsedDocument:
    vocabulary = load_vocabulary()
    return parse_source(split_paragraphs(text), "x.txt", {}, Reading(vocabulary, (rules(vocabulary), learned.score), learned.judge, learned.temperature))


def saying(classes: Sequence[str], vocabulary: Vocabulary | None = None) -> Labeller:
    """A labeller whose net says this of the lines, the last of them of all that follow, and is sure of it."""

    def predict(lines: Described) -> Array:
        said = np.full((len(lines.form), len(CLASSES)), 1e-4)
        for row in range(len(said)):
            said[row, CLASSES.index(classes[min(row, len(classes) - 1)])] = 1.0
        return np.asarray(np.log(said / said.sum(axis=1, keepdims=True)), dtype=np.float32)

    return Labeller(vocabulary or load_vocabulary(), lambda texts: np.zeros((len(texts), 384), dtype=np.float32), predict)


def test_content_that_looks_like_a_heading() -> None:
    """What the net takes for content is content, whatever its form; what it agrees with stays a heading and governs."""
    as_form_says = parse(TEXT, saying(["title", "title", "heading", "duty", "duty", "heading", "qualification"]))
    assert [span.role for span in as_form_says.furniture] == ["title", "title", "heading", "heading"]
    parsed = parse(TEXT, saying(["title", "process", "heading", "duty", "duty", "process", "process"]))
    assert next((p.label, p.text) for p in parsed.passages) == (Label.PROCESS, "Job Number: 44")
    assert [(p.label, p.text) for p in parsed.passages][-2:] == [
        (Label.PROCESS, "REQUIREMENTS"),
        (Label.PROCESS, "Two years of experience with paper and string."),
    ]
    assert [span.role for span in parsed.furniture] == ["title", "heading"]
    assert parsed.passages[1].heading_path == ("MAIN DUTIES",)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("MINIMUM QUALIFICATIONS Two years of experience with paper and string.", True),
        ("MINIMUM QUALIFICATIONS", False),
    ],
)
def test_a_known_heading_at_the_start_of_a_paragraph(line: str, heading: bool) -> None:
    """It is labelled with what follows it, so that no net can tell of it alone: it stays a heading, where one on a line of its own does not."""
    parsed = parse(f"KITE MAKER\n\n{line}\n\nTies tails to kites.\n", saying(["title", "qualification"]))
    assert [span.role for span in parsed.furniture] == (["title", "heading"] if heading else ["title"])
    assert parsed.passages[0].text == ("Two years of experience with paper and string." if heading else "MINIMUM QUALIFICATIONS")
    assert parsed.passages[0].heading_path == (("MINIMUM QUALIFICATIONS",) if heading else ())


def test_headings_of_an_analysts_own(tmp_path: Path) -> None:
    """What she says of a heading counts, and surely, whatever was learned; of other headings this says nothing."""
    words = tmp_path / "own.toml"
    words.write_text('[headings.phrases]\n"What makes you fly" = "conditions"\n', encoding="utf-8")
    vocabulary = load_vocabulary(own_words(words))
    by_rules, learned = rules(vocabulary), saying(["title", "process"], vocabulary)
    scorer = except_below_own(learned.score, by_rules, vocabulary)
    text = "KITE MAKER\n\nREQUIREMENTS\n\nThe kites of the town are red.\n\nWhat makes you fly\n\nThe kites of the town are blue.\n"
    alone = parse_source(split_paragraphs(text), "x.txt", {}, Reading(vocabulary, (by_rules,)))
    both = parse_source(split_paragraphs(text), "x.txt", {}, Reading(vocabulary, (by_rules, scorer), learned.judge, learned.temperature))
    assert [(p.label, p.text) for p in both.passages] == [
        (Label.PROCESS, "REQUIREMENTS"),
        (Label.PROCESS, "The kites of the town are red."),
        (Label.CONDITIONS, "The kites of the town are blue."),
    ]
    assert alone.passages[-1].confidence > both.passages[-1].confidence > 0.8


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=9))
def test_nothing_is_lost(classes: list[str]) -> None:
    """Whatever a net says, every character that is not white space is in exactly one passage or line of furniture."""
    parsed = parse(TEXT, saying(classes))
    text = parsed.document.text
    places = sorted([(p.start, p.end) for p in parsed.passages] + [(span.start, span.end) for span in parsed.furniture])
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(places))
    covered = "".join(text[start:end] for start, end in places)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(text[p.start : p.end] == p.text and 0 <= p.confidence <= 1 for p in parsed.passages)


def test_a_document_too_long_for_the_net() -> None:
    """A document of thousands of lines is read by rules alone, and nothing is embedded."""

    def never(texts: Sequence[str]) -> Array:
        raise AssertionError(f"{len(texts)} texts")

    text = "DUTIES\n\n" + "\n\n".join(f"Folds kite number {number}." for number in range(3100))
    passages = parse(text, Labeller(load_vocabulary(), never)).passages
    assert {(passage.label, passage.unsure) for passage in passages} == {(Label.DUTY, False)}


def test_a_word_without_end() -> None:
    """Of a line little is embedded, though it is one word of a hundred thousand characters."""
    longest = []

    def vectors(texts: Sequence[str]) -> Array:
        longest.append(max(map(len, texts)))
        return np.zeros((len(texts), 384), dtype=np.float32)

    parse("DUTIES\n\n" + "(" * 100_000 + "x\n", Labeller(load_vocabulary(), vectors))
    assert max(longest) <= 400


def test_vectors_are_kept() -> None:
    """Each text is embedded once, and its vector does not depend on what is asked with it."""
    meaning = Meaning()
    first = meaning(["Flies kites.", "Mends nets.", "Flies kites."])
    again = meaning(["Mends nets.", "Paints signs."])
    assert first[0] == pytest.approx(first[2])
    assert first[1] == pytest.approx(again[0])
    assert meaning([]).shape == (0, 384)
