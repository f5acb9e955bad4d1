"""`--vocabulary`: a file of words of the user's own, for `parse` and `index`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import put, specsearch

POSTING = """CITY OF ALDER FERRY
ROPEWALK TENDER

WHAT MAKES YOU SHINE

Three rope walks tended without a knot.

EXAMPLES OF DUTIES

Splices hawsers for the harbor fleet.
"""
OWN = '[headings.phrases]\n"What makes you shine" = "qualification"\n'


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A posting with a heading that nobody else has, and a file of words that knows it."""
    put(tmp_path / "corpus/posting.txt", POSTING)
    put(tmp_path / "own.toml", OWN)
    return tmp_path / "corpus"


def section(folder: Path, *arguments: object) -> str:
    """The section of the statement below that heading."""
    parsed = specsearch("parse", folder / "posting.txt", "--format", "json", *arguments)
    assert parsed.code == 0, parsed.err
    passages = json.loads(parsed.out)["passages"]
    return str(next(passage["section"] for passage in passages if "rope walks" in passage["text"]))


def test_parse_reads_with_words_of_ones_own(corpus: Path) -> None:
    """A heading that the user names has her label."""
    assert section(corpus, "--vocabulary", corpus.parent / "own.toml") == "qualification"
    assert section(corpus) != "qualification"


def test_other_words_make_documents_be_read_again(corpus: Path, tmp_path: Path) -> None:
    """The index knows which words it was made with: with the same ones nothing is read, with others what they change is."""
    words, index = tmp_path / "own.toml", tmp_path / "index"

    def indexed(*arguments: object) -> str:
        run = specsearch("index", corpus, "--index", index, *arguments)
        assert run.code == 0, run.err
        return run.out.splitlines()[0]

    assert indexed().startswith("1 documents added")
    assert indexed().startswith("Nothing to do")
    assert indexed("--vocabulary", words).startswith("0 documents added, 1 changed")
    assert indexed("--vocabulary", words).startswith("Nothing to do")
    put(words, f"# Of the harbor office.\n{OWN}")
    assert indexed("--vocabulary", words).startswith("Nothing to do")  # a comment is no word
    put(words, '[statements]\nverbs = ["splice"]\n')
    assert indexed("--vocabulary", words).startswith("0 documents added, 1 changed")
    found = specsearch("search", "rope walks", "--index", index, "--kind", "any", "--format", "json")
    assert json.loads(found.out)["hits"][0]["section"] == section(corpus, "--vocabulary", words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param('[headings.phrases]\n"Shine" = "shiny"\n', "shiny", id="no-such-label"),
        pytest.param("[headings\n", "own.toml", id="no-toml"),
        pytest.param('[headingz]\nx = "y"\n', "headingz", id="no-such-table"),
        pytest.param(None, "own.toml", id="no-such-file"),
    ],
)
@pytest.mark.parametrize("command", ["parse", "index"])
def test_a_wrong_file_is_told(command: str, content: str | None, said: str, corpus: Path, tmp_path: Path) -> None:
    """What is wrong with the file is said at once, and nothing is read or made."""
    words = tmp_path / "own.toml"
    words.unlink()
    if content is not None:
        put(words, content)
    what = (corpus / "posting.txt",) if command == "parse" else (corpus, "--index", tmp_path / "index")
    run = specsearch(command, *what, "--vocabulary", words)
    assert run.code in (2, 6)
    assert run.out == ""
    assert said in run.err
    assert "own.toml" in run.err
    assert not (tmp_path / "index" / "specsearch.db").exists()
