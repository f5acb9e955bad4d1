"""The words that documents are read by: the program's own, and what an analyst adds to them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from specsearch.errors import StorageError, UsageError
from specsearch.parsing import word_files
from specsearch.parsing.cues import compiled_cues
from specsearch.parsing.document import Reading, parse_source
from specsearch.parsing.headings import label_of
from specsearch.parsing.level_words import read_level
from specsearch.parsing.rules import rules
from specsearch.parsing.statements import sentences, verb_form
from specsearch.parsing.vocabulary import WORDS, Vocabulary, load_vocabulary, own_words, states
from specsearch.parsing.wording import normalise
from specsearch.readers.text import split_paragraphs
from specsearch.records import DocumentKind, Label, ParsedDocument

FILES = sorted((Path(word_files.__file__).parents[1] / WORDS).glob("*.toml"))
SPECIFICATION = """ROPEWALK TENDER

What makes you shine

Three rope walks tended without a knot.

Examples of Duties

Splices hawsers for the harbor fleet.

Karpledges the tarred yarn every morning.
"""


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Vocabulary]:
    """A vocabulary with a file of an analyst's own."""

    def load(text: str) -> Vocabulary:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return load_vocabulary(own_words(path))

    return load


def parsed(text: str, vocabulary: Vocabulary) -> ParsedDocument:
    return parse_source(split_paragraphs(text), "x.txt", reading=Reading(vocabulary, (rules(vocabulary),)))


def label_at(document: ParsedDocument, words: str) -> Label:
    return next(passage.label for passage in document.passages if words in passage.text)


def test_the_own_words_of_the_program_are_read_once() -> None:
    """Whoever asks for the program's own words gets the same record, and each table has entries."""
    vocabulary = load_vocabulary()
    assert load_vocabulary(None) is vocabulary
    empty = [
        (subject.name, field.name)
        for subject in fields(vocabulary)
        for field in fields(getattr(vocabulary, subject.name))
        if not getattr(getattr(vocabulary, subject.name), field.name)
    ]
    assert empty == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_of_the_program_pass_as_an_analysts(path: Path) -> None:
    """Each file of the program is in the format that is asked of an analyst, patterns included."""
    assert load_vocabulary(own_words(path)) is not load_vocabulary()


def test_every_subject_has_its_file() -> None:
    """The files are the subjects of the record, one each."""
    assert [path.stem for path in FILES] == sorted(field.name for field in fields(Vocabulary))


def test_own_file_twice_adds_nothing() -> None:
    """The program's own words as an analyst's file change no table of words."""
    again = load_vocabulary(own_words(next(path for path in FILES if path.stem == "titles")))
    assert again.titles == load_vocabulary().titles
    assert again.headings == load_vocabulary().headings


def test_own_heading_is_recognised(own: Callable[[str], Vocabulary]) -> None:
    """A heading of an analyst's own labels what stands under it, however it is printed, and no other document's."""
    vocabulary = own('[headings.phrases]\n"What makes you shine!" = "qualification"\n')
    assert label_at(parsed(SPECIFICATION, vocabulary), "Three rope walks") is Label.QUALIFICATION
    assert label_at(parsed(SPECIFICATION.replace("What makes you shine", "WHAT MAKES YOU SHINE:"), vocabulary), "Three rope") is Label.QUALIFICATION
    assert label_at(parsed(SPECIFICATION, load_vocabulary()), "Three rope walks") is not Label.QUALIFICATION


@pytest.mark.parametrize(
    ("heading", "said"), [("Employment Standards", "conditions"), ("Other", "duty"), ("Class Specification", "summary"), ("Examples of Duties", "ksa")]
)
def test_own_label_of_a_known_heading_wins(heading: str, said: str, own: Callable[[str], Vocabulary]) -> None:
    """Where an analyst gives a heading another label than the program, hers counts: over phrases, patterns, neutral ones and banners."""
    assert label_of(heading, load_vocabulary()) != Label(said)
    assert label_of(heading, own(f'[headings.phrases]\n"{heading}" = "{said}"\n')) is Label(said)


@pytest.mark.parametrize("said", ["neutral", "banner"])
def test_own_heading_without_label(said: str, own: Callable[[str], Vocabulary]) -> None:
    """An analyst can take the label from a heading."""
    vocabulary = own(f'[headings.phrases]\n"Examples of Duties" = "{said}"\n')
    assert label_of("EXAMPLES OF DUTIES:", vocabulary) is None


def test_own_pattern_comes_first(own: Callable[[str], Vocabulary]) -> None:
    """A pattern of an analyst's own is tried before those of the program."""
    assert label_of("Essential duties", load_vocabulary()) is Label.DUTY
    assert label_of("Essential duties", own("[headings]\npatterns = [['conditions', '\\bessential\\b']]\n")) is Label.CONDITIONS


def test_own_verb_begins_a_duty(own: Callable[[str], Vocabulary]) -> None:
    """A verb of an analyst's own is known in all its forms."""
    vocabulary = own('# what ropemakers do\n[statements]\nverbs = ["karpledge"]\n')
    assert [verb_form(text, vocabulary) for text in ("Karpledges yarn", "Karpledge yarn", "Karpledging yarn")] == ["third", "base", "gerund"]
    assert verb_form("Karpledges yarn") is None
    assert verb_form("Plans work", vocabulary) == "third"


def test_own_cue(own: Callable[[str], Vocabulary]) -> None:
    """A cue of an analyst's own counts beside those of the program, and outweighs the heading above if it is to."""
    vocabulary = own('[statements]\ncues = [["license", 9.5, "tarred yarn"]]\n')
    assert label_at(parsed(SPECIFICATION, vocabulary), "tarred yarn") is Label.LICENSE
    assert label_at(parsed(SPECIFICATION, load_vocabulary()), "tarred yarn") is not Label.LICENSE
    assert len(compiled_cues(vocabulary)) == len(compiled_cues(load_vocabulary())) + 1


def test_own_words_of_titles_places_levels_and_documents(own: Callable[[str], Vocabulary]) -> None:
    """The other tables take entries as well: role nouns, levels, states, stops, abbreviations, signs of a posting."""
    vocabulary = own(
        """
        [titles]
        role_nouns = ["ropewalker"]
        [levels]
        learners = ["prentice"]
        [levels.heads]
        wharfinger = 5
        [places]
        stops = ["ropeworks"]
        [places.states]
        "North Fogland" = "NF"
        [statements]
        abbreviations = ["hwsr"]
        [documents]
        posting = ['\\bcome aboard\\b']
        """
    )
    text = "Ropewalker\n\nCity of Alba Ropeworks, North Fogland\n\nCome aboard.\n\nTends hwsr. Nine of the pier."
    document = parsed(text, vocabulary)
    source = document.document.source
    assert (source.title, source.jurisdiction, source.state) == ("Ropewalker", "City of Alba", "NF")
    assert document.document.kind is DocumentKind.JOB_POSTING
    assert len(sentences("Tends hwsr. Nine of the pier.", 0, 29, vocabulary)) == 1
    assert (read_level("Harbor Prentice", vocabulary).rank, read_level("Deputy Wharfinger", vocabulary).rank) == (0.0, 4.0)
    before = parsed(text, load_vocabulary()).document.source
    assert (before.jurisdiction, before.state) != (source.jurisdiction, source.state)
    assert (read_level("Harbor Prentice").rank, read_level("Deputy Wharfinger").rank) == (None, None)


def test_own_money_that_is_no_pay(own: Callable[[str], Vocabulary]) -> None:
    """What an analyst names as no pay is none."""
    text = "Rope Clerk\n\nThe salary dowry is $50,000 per year.\n"
    assert parsed(text, load_vocabulary()).document.source.salary_range is not None
    assert parsed(text, own('[pay]\nother_money = ["dowr(?:y|ies)"]\n')).document.source.salary_range is None


def test_one_vocabulary_does_not_change_another(own: Callable[[str], Vocabulary]) -> None:
    """Reading with an own file leaves what is read without it as it was."""
    before = parsed(SPECIFICATION, load_vocabulary())
    assert parsed(SPECIFICATION, own('[headings.phrases]\n"What makes you shine" = "license"\n')) != before
    assert parsed(SPECIFICATION, load_vocabulary()) == before


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[headings]\n", "\ufeff[titles]\nrole_nouns = []\n"])
def test_own_file_with_nothing_in_it(text: str, own: Callable[[str], Vocabulary]) -> None:
    """A file without entries, or with the mark that some editors write at its start, is the program's own words."""
    vocabulary, supplied = own(text), load_vocabulary()
    assert all(getattr(vocabulary, field.name) == getattr(supplied, field.name) for field in fields(Vocabulary))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[headings.phrases]\n"a" = \n', r"line 2"),
        ("[statements]\nverbs = [plan]\n", r"line 2.*quotes"),
        ("[heading]\nwords = []\n", r"no table \[heading\].*headings"),
        ('[headings]\nword = ["a"]\n', r'\[headings\] has no "word".*words'),
        ('verbs = ["plan"]\n', r"no table \[verbs\]"),
        ('titles = "x"\n', r'"titles" stands outside a table.*\[titles\]'),
        ('[headings.phrases]\n"Perks of rope" = "perks"\n', r'phrases "Perks of rope": \'perks\' is no label.*summary.*neutral'),
        ('[headings.phrases]\n"!!!" = "duty"\n', r"has no words"),
        ('[headings]\nphrases = ["a"]\n', r"is no table.*\[headings\.phrases\]"),
        ('[statements]\nverbs = "plan"\n', r"is no list.*verbs = "),
        ('[statements]\nverbs = ["plan ahead"]\n', r"more than one word"),
        ("[statements]\nverbs = [7]\n", r"7 is no text"),
        ('[statements]\nverbs = [" "]\n', r"not empty"),
        ('[statements]\ncues = [["duty", "rope"]]\n', r"three parts"),
        ('[statements]\ncues = [["duty", "3", "rope"]]\n', r"no number from 0 to 10"),
        ('[statements]\ncues = [["duty", 11, "rope"]]\n', r"no number from 0 to 10"),
        ('[statements]\ncues = [["duty", true, "rope"]]\n', r"no number"),
        ('[statements]\ncues = [["duty", nan, "rope"]]\n', r"no number"),
        ('[statements]\ncues = [["rope", 3, "rope"]]\n', r"'rope' is no label"),
        ('[statements]\ncues = [["duty", 3, "(rope"]]\n', r'"\(rope" is no regular expression'),
        ('[statements]\ncues = [["duty", 3, "(rope)"]]\n', r"capturing group"),
        ('[statements]\ncues = [["duty", 3, "(?i)rope"]]\n', r"no regular expression"),
        ('[headings]\npatterns = [["duty", "x*"]]\n', r"found everywhere"),
        ('[headings]\npatterns = ["rope"]\n', r"two parts"),
        ("[pay]\nextra_pay = ['*']\n", r"no regular expression"),
        ('[levels.heads]\nwharfinger = 7\n', r'heads "wharfinger": 7 is no number from 0 to 6'),
        ('[levels.writings]\nasst = 1\n', r'writings "asst": 1 is no text'),
        ('[places.states]\n"North Fogland" = "Nf"\n', r"no code of a state.*two capitals"),
        ("[places]\nstates = []\n", r"is no table.*\[places\.states\]"),
    ],
)
def test_wrong_own_file_says_where_and_what_to_do(text: str, told: str, own: Callable[[str], Vocabulary], tmp_path: Path) -> None:
    """What is wrong in an analyst's file is said by file and line or key, with what to write."""
    with pytest.raises(UsageError, match=f"(?s)^{re.escape(str(tmp_path / 'own.toml'))}.*{told}") as caught:
        own(text)
    assert str(caught.value).endswith((".", '"', "..."))


def test_own_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file, a folder and a file that is no text are told apart from wrong entries."""
    with pytest.raises(UsageError, match=r"no file of words .*missing\.toml"):
        own_words(tmp_path / "missing.toml")
    with pytest.raises(UsageError, match="no file of words"):
        own_words(tmp_path)
    (tmp_path / "latin.toml").write_bytes('[titles]\nrole_nouns = ["métier"]\n'.encode("latin-1"))
    with pytest.raises(UsageError, match=r"latin\.toml.*UTF-8"):
        own_words(tmp_path / "latin.toml")


def test_own_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal of the system is told as one."""

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        own_words(tmp_path / "own.toml")


def test_phrases_are_kept_as_they_are_looked_up() -> None:
    """No heading of the tables is missed because it is written in another form than it is looked up by."""
    assert [phrase for phrase in load_vocabulary().headings.phrases if normalise(phrase) != phrase] == []


def test_states_alone_are_those_of_the_vocabulary() -> None:
    """What every index asks for when it is opened is the same table, without the rest."""
    assert states() == load_vocabulary().places.states


@pytest.mark.parametrize("module", ["specsearch.interfaces.cli", "specsearch.parsing.document", "specsearch.roles.comparison"])
def test_words_are_read_late(module: str) -> None:
    """Importing the command line, the parser or the comparison of roles reads no file of words."""
    code = (
        "import pathlib, sys, importlib\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == 'open' else None)\n"
        f"importlib.import_module('{module}')\n"
        "print([name for name in opened if name.endswith('.toml')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
