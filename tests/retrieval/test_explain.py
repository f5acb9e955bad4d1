"""What a hit says of itself: source, place, matched words and scores."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CORPUS, WordEncoder, put
from searched import EVERYTHING, ids, opened
from searched import every_place as search
from specsearch.encoding.words import STOP_WORDS, stems, words_of
from specsearch.ingest.update import update_index
from specsearch.records import Mode
from specsearch.storage.store import Snapshot


def test_hits_carry_their_source(small: Snapshot) -> None:
    """A hit names class, city and place, and its text is what stands there."""
    hit = search(small, "prepares and monitors the operating budget", 1)[0]
    source = hit.document.source
    assert (source.title, source.jurisdiction, source.state, source.class_code) == (
        "BUDGET ANALYST II",
        "City of Alder Ferry",
        "OR",
        "1204",
    )
    assert hit.document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert hit.passage.heading_path == ("EXAMPLES OF DUTIES",)
    assert hit.passage.doc_id == hit.document.doc_id == hit.document.path == "alder-ferry-or/budget.txt"


def test_line_of_hits(small: Snapshot) -> None:
    """The line of a hit is the line of the text, from 1, on which it begins; text has no pages."""
    hits = search(small, "performs professional work", 100, filters=EVERYTHING, per_document=0)
    assert len(hits) == small.counts().passages
    for hit in hits:
        line = hit.document.text.split("\n")[hit.line - 1]
        assert line.endswith(hit.passage.text.split("\n")[0]) or hit.passage.text in line
        assert hit.page is None


def test_page_of_hits(tmp_path: Path) -> None:
    """The page of a hit in a PDF is the one on which it begins, from 1."""
    pdfs = sorted(CORPUS.rglob("*.pdf"))
    assert pdfs
    (tmp_path / "corpus").mkdir()
    for pdf in pdfs[:3]:
        shutil.copy(pdf, tmp_path / "corpus")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        hits = search(index, "performs the work of the city", 1000, filters=EVERYTHING, per_document=0)
    assert {hit.page for hit in hits} >= {1, 2}
    for hit in hits:
        assert hit.page is not None
        starts = [*hit.document.pages, len(hit.document.text) + 1]
        assert starts[hit.page - 1] <= hit.passage.start < starts[hit.page]


def test_explanation_names_matched_words(small: Snapshot) -> None:
    """Matched words are those of the passage whose stem the query has, without words that all texts have."""
    hit = search(small, "preparing the budgets of a department", 1, explained=True)[0]
    assert hit.passage.text.startswith("• Prepares and monitors")
    assert [word.lower() for word in hit.explanation.matched_terms] == ["prepares", "budget", "departments"]


def test_explanation_keeps_the_spelling_of_the_passage(small: Snapshot) -> None:
    """Matched words are in the passage's spelling, as documented: GIS, not gis."""
    hit = search(small, "gis work orders", 1, explained=True)[0]
    assert "GIS" in hit.explanation.matched_terms


WORDS = {
    "possessives": ("the mayor's letters; the clerks' notes", "driver's license", ()),
    "typographic possessive": ("the driver’s log", "a driver's license", ("driver’s",)),
    "possessive apart": ("the driver 's log", "the mayor 's office", ()),
    "contractions": ("doesn't lift; they'll drive; we’re staffed", "can't you'll t ll re s", ()),
    "the same contraction": ("Doesn’t drive", "doesn't", ("Doesn’t",)),
    "names": ("O'Malley Park and Coeur d'Arc", "O'Hara Park", ("Park",)),
    "abbreviations": ("U.S. law, Ph.D. preferred, R&D", "S. D. U. section R", ()),
    "the same abbreviation": ("A U.S. citizen with a Ph.D.", "US citizens, PhD", ("U.S.", "citizen", "Ph.D.")),
    "letters with a slash": ("Repairs A/C units", "class C", ()),
    "letters with a hyphen": ("answers e-mail; I-9 forms", "E section 9", ()),
    "mail": ("answers e-mail", "Email", ("e-mail",)),
    "levels": ("Analyst I-III", "level II", ()),
    "thousands": ("serves 12,500 people", "500 people", ("people",)),
    "the same number": ("a grant of $12,500.00", "12500", ("12,500.00",)),
    "decimals": ("lifts 2.5 tons", "5 tons", ("tons",)),
    "decimals without a whole": ("works .75 of the week", "75 pounds", ()),
    "times": ("from 8:30 on", "30 days", ()),
    "plurals in brackets": ("supervises employee(s) and duty(ies)", "permit(s) (s) agency(ies)", ()),
    "hyphenated": ("a full-time clerk", "full time", ("full", "time")),
    "ranges": ("lifts 25-50 pounds", "50", ("50",)),
    "blanks": ("signs ____ here_and_there", "____ there", ("there",)),
    "overlong": ("reads " + "x" * 50, "x" * 50, ()),
    "accents apart": ("resume\u0301 of staff", "resum\u00e9", ("resume\u0301",)),
}


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str, tmp_path: Path) -> None:
    """What signs tear from a word is no word for any of indexing, searching and explaining; other spellings of one are one."""
    text, query, expected = WORDS[name]
    put(tmp_path / "corpus/clerk.txt", f"CITY OF ELM FORK\nCLERK\n\nDUTIES\n1. Zebra {text}\n2. Sorts mail.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        found = search(index, query, filters=EVERYTHING, explained=True, mode=Mode.LEXICAL)
    words = [hit.explanation.matched_terms for hit in found if "Zebra" in hit.passage.text]
    assert words == ([expected] if expected else [])


@given(text=st.text(st.sampled_from("aAsS159.,:/&-'’(é) _\u0301\u00a0"), max_size=30))
@settings(deadline=None)
def test_words_stand_in_the_text(text: str) -> None:
    """Words come in order, spelled as in the text, each with a stem that is one word."""
    place = 0
    for word, stem in stems(text):
        place = text.index(word, place) + len(word)
        assert stem
        assert not re.search(r"\s", stem)


@pytest.mark.parametrize("text", ["the mayor's driver's license", "A U.S. Ph.D.", "12,500 or 3.5", "employee(s) who don't"])
def test_roles_have_the_same_words(text: str) -> None:
    """Roles are compared by the words that are searched for, with stop words."""
    assert [stem for stem in words_of(text) if stem not in STOP_WORDS] == [stem for _, stem in stems(text)]
    assert not {"s", "t", "u", "ph", "500"} & set(words_of(text))


def test_explanation_without_a_common_word(small: Snapshot) -> None:
    """Where query and passage share no word, none is named, and there is no rank by words."""
    hit = search(small, "zebra", 1, explained=True)[0]
    assert hit.explanation.matched_terms == ()
    assert hit.lexical_rank is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("explains budget rules to managers", "Explains budget rules to managers.", id="second-sentence"),
        pytest.param(
            "reviews purchase requests", "• Reviews purchase requests for available funds.", id="first-sentence"
        ),
        pytest.param("prepares maps of completed work", "prepares maps of completed work.", id="clause-of-a-list"),
        pytest.param("operates a roller", "• Operates a roller, a loader and a dump truck.", id="only-one"),
    ],
)
def test_explanation_names_the_nearest_clause(query: str, sentence: str, small: Snapshot) -> None:
    """Of a passage with several sentences or clauses, the one that carried the match is named, as it stands in the passage."""
    hits = [hit for hit in search(small, query, 5, explained=True) if sentence in hit.passage.text]
    assert hits[0].explanation.sentence == sentence


def test_explanation_has_both_scores_and_ranks(small: Snapshot) -> None:
    """A hybrid hit says at which rank and with what score each retriever found it; the ranking is the same unexplained."""
    plain = search(small, "annual budget calendar", 5)
    explained = search(small, "annual budget calendar", 5, explained=True)
    assert ids(plain) == ids(explained)
    assert [hit.score for hit in plain] == [hit.score for hit in explained]
    best = explained[0]
    assert (best.dense_rank, best.lexical_rank) == (1, 1)
    assert all(hit.explanation.sentence for hit in explained)
    assert all(
        hit.explanation.dense_score == other.explanation.dense_score
        for hit, other in zip(plain, explained, strict=True)
    )


@pytest.mark.parametrize(
    ("mode", "present"), [(Mode.DENSE, (True, False)), (Mode.LEXICAL, (False, True)), (Mode.HYBRID, (True, True))]
)
def test_parts_of_a_score_by_mode(mode: Mode, present: tuple[bool, bool], small: Snapshot) -> None:
    """A mode reports the scores and ranks of the retrievers that it asked, and of no other."""
    hit = search(small, "annual budget calendar", 1, mode=mode, explained=True)[0]
    assert (hit.explanation.dense_score is not None, hit.explanation.lexical_score is not None) == present
    assert (hit.dense_rank == 1, hit.lexical_rank == 1) == present
