"""Section labels as a sum of scorers: rules, meaning, and whatever is added to them."""

from __future__ import annotations

import numpy as np
import pytest

from specsearch.encoding.semantics import load_reading
from specsearch.parsing.document import Reading, parse_source
from specsearch.parsing.labelling import label_sentences
from specsearch.parsing.rules import rules
from specsearch.parsing.scoring import LABELS, Outline, Scorer, Scores
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.text import split_paragraphs
from specsearch.records import Label, Passage

TEXT = """BELL FOUNDER II

Examples of Duties

Casts bells for the towers of the town.

- Tunes each bell by ear
- Ability to:
- lift a clapper

Working Conditions

Hot metal.
"""


class Recorder:
    """A scorer that keeps what it was shown and says nothing."""

    def __init__(self) -> None:
        self.seen: list[Outline] = []

    def __call__(self, outline: Outline, /) -> Scores:
        self.seen.append(outline)
        return np.zeros((len(outline.sentences), len(LABELS)))


def passages(*scorers: Scorer, text: str = TEXT) -> tuple[Passage, ...]:
    return parse_source(split_paragraphs(text), "x.txt", reading=Reading(load_vocabulary(), scorers)).passages


def always(label: Label, weight: float, word: str = "") -> Scorer:
    """A scorer that favours one label wherever a word stands."""

    def score(outline: Outline, /) -> Scores:
        scores = np.zeros((len(outline.sentences), len(LABELS)))
        scores[[word in sentence.text for sentence in outline.sentences], LABELS.index(label)] = weight
        return scores

    return score


def test_a_third_scorer_takes_part() -> None:
    """A scorer that is put into the list is added to the others: it decides where it says more than they do."""
    by_rules = rules(load_vocabulary())
    before, after = passages(by_rules), passages(by_rules, always(Label.PROCESS, 30.0, "Hot metal"))
    changed = [(one.text, other.label) for one, other in zip(before, after, strict=True) if one.label is not other.label]
    assert changed == [("Hot metal.", Label.PROCESS)]


def test_scores_are_summed_in_any_order() -> None:
    """Neither order nor division into scorers matters for what whole numbers add up to."""
    by_rules = rules(load_vocabulary())
    whole = passages(by_rules, always(Label.LICENSE, 4.0, "bell"))
    parts = passages(always(Label.LICENSE, 1.0, "bell"), by_rules, always(Label.LICENSE, 3.0, "bell"))
    assert [(p.label, p.start, p.end) for p in whole] == [(p.label, p.start, p.end) for p in parts]
    assert [p.confidence for p in whole] == pytest.approx([p.confidence for p in parts])


def test_a_scorer_that_says_nothing_changes_nothing() -> None:
    """Zeros leave every label and confidence as it was, to the bit."""
    by_rules = rules(load_vocabulary())
    assert passages(by_rules, Recorder()) == passages(by_rules)


def test_what_a_scorer_may_look_at() -> None:
    """A scorer sees the title and each sentence with its place, the headings above it, and how it stands under them."""
    recorder = Recorder()
    text = split_paragraphs(TEXT).text
    passages(rules(load_vocabulary()), recorder)
    (outline,) = recorder.seen
    assert outline.title == "BELL FOUNDER II"
    assert [text[sentence.start : sentence.end] for sentence in outline.sentences] == [sentence.text for sentence in outline.sentences]
    duty, item, *_, last = outline.sentences
    assert (duty.path, duty.heading, duty.fresh, duty.item) == (("Examples of Duties",), Label.DUTY, True, False)
    assert (item.item, item.fresh, item.block_start, item.paragraphs) == (True, False, True, 1)
    assert (last.path, last.heading) == (("Working Conditions",), Label.CONDITIONS)


def test_without_scorers_nothing_is_preferred() -> None:
    """No scorers at all is no error: what headings announce just above is all that is left."""
    assert {passage.label for passage in passages()} <= set(Label)


def test_no_sentences_no_scores() -> None:
    """A document without sentences asks no scorer."""
    recorder = Recorder()
    assert label_sentences(Outline(None, []), (recorder,)) == []
    assert recorder.seen == []


def test_rules_give_a_row_a_sentence() -> None:
    """The rules answer as every scorer has to, for no sentences too."""
    recorder = Recorder()
    passages(recorder)
    (outline,) = recorder.seen
    by_rules = rules(load_vocabulary())
    assert by_rules(outline).shape == (len(outline.sentences), len(LABELS))
    assert by_rules(Outline("Bell Founder", [])).shape == (0, len(LABELS))


@pytest.mark.parametrize(
    "given", [np.zeros(len(LABELS)), np.zeros((1, len(LABELS))), np.zeros((4, 1)), np.full((4, len(LABELS)), np.nan), np.full((4, len(LABELS)), np.inf)]
)
def test_a_scorer_that_breaks_its_promise(given: Scores) -> None:
    """Scores of another shape, or none that can be added up, are an error and not stretched to fit."""
    recorder = Recorder()
    passages(recorder)
    lines = [line for line in recorder.seen[0].lines if line.sentence is not None][:4]
    with pytest.raises(ValueError, match=r"shape .* for \(4, 11\)"):
        label_sentences(Outline(None, lines), (lambda _: given,))


LEARNED = """Parks Clerk

Answers calls from residents and schedules the use of picnic shelters.

Three years of experience in an office.

Health insurance and retirement are paid by the town.

Tuition is repaid to those who study beside their work.

Heavy boxes are lifted in heat and noise.
"""


def test_the_learned_scorer_stands_beside_the_rules() -> None:
    """What documents are read with are two scorers, rules and what was learned: this one tells sentences apart without any heading."""
    reading = load_reading()
    by_rules, learned = reading.scorers
    recorder = Recorder()
    passages(by_rules, recorder, text=LEARNED)
    (outline,) = recorder.seen
    scores = learned(outline)
    assert scores.shape == (len(outline.sentences), len(LABELS))
    assert [LABELS[int(row.argmax())].value for row in scores] == ["duty", "qualification", "compensation", "compensation", "conditions"]
    assert learned(Outline("Parks Clerk", [])).shape == (0, len(LABELS))
    assert load_reading() is reading


def test_what_rules_do_not_know_is_learned() -> None:
    """Rules guess at a sentence that has none of their words, and are unsure; with what was learned in the sum it gets its label, surely."""
    reading = load_reading()
    alone, both = (parse_source(split_paragraphs(LEARNED), "x.txt", reading=one).passages[3] for one in (None, reading))
    assert alone.text == both.text == "Tuition is repaid to those who study beside their work."
    assert alone.unsure
    assert (both.label, both.unsure) == (Label.COMPENSATION, False)
