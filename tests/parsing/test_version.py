"""What makes a document be read again: the version of the reader and the parser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specsearch.parsing import version
from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import load_vocabulary, own_words


def test_it_is_the_same_in_every_process() -> None:
    """Two processes with other seeds of hashing agree."""
    code = "from specsearch.parsing.vocabulary import load_vocabulary, own_words\nfrom specsearch.parsing.version import reading_version\nprint(reading_version(load_vocabulary()))"
    told = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {reading_version(load_vocabulary())}
    assert re.fullmatch("[0-9a-f]{16}", told.pop())


@pytest.mark.parametrize(
    "entry",
    [
        '[headings.phrases]\n"Perks of rope" = "compensation"\n',
        '[statements]\nverbs = ["karpledge"]\n',
        '[statements]\ncues = [["duty", 1, "rope"]]\n',
        "[levels.heads]\nwharfinger = 5\n",
        '[places.states]\n"North Fogland" = "NF"\n',
    ],
)
def test_own_words_change_it(entry: str, tmp_path: Path) -> None:
    """Any entry in an analyst's file makes documents be read again; the same file makes the same version."""
    path = tmp_path / "own.toml"
    path.write_text(entry, encoding="utf-8")
    assert reading_version(load_vocabulary(own_words(path))) != reading_version(load_vocabulary())
    assert reading_version(load_vocabulary(own_words(path))) == reading_version(load_vocabulary(own_words(path)))


def test_what_says_nothing_new_does_not_change_it(tmp_path: Path) -> None:
    """Comments, and words that are known already, are no reason to read anything again."""
    path = tmp_path / "own.toml"
    path.write_text('# our own words\n[statements]\nverbs = ["plan"]\n', encoding="utf-8")
    assert reading_version(load_vocabulary(own_words(path))) == reading_version(load_vocabulary())


PACKAGE = Path(version.__file__).parents[1]


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        *((name, True) for name in ("readers/text.py", "readers/pdf/layer.py", "word/reading.py", "escaping.py", "fields.py", "records/labels.py")),
        *((name, True) for name in ("parsing/document.py", "parsing/metadata/title.py", "encoding/semantics.py", "encoding/sections.npz")),
        *((name, False) for name in ("storage/local/database.py", "roles/find.py", "errors.py", "interfaces/shapes.py", "parsing/words/titles.toml")),
    ],
)
def test_sources_change_it(changed: str, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change to what reads, parses or judges by meaning changes it; one to anything else does not (words do by what they say)."""
    shutil.copytree(PACKAGE, tmp_path / "package", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(version, "files", lambda _: tmp_path / "package")

    def code() -> str:
        version._code.cache_clear()
        return version._code()

    try:
        first = code()
        with (tmp_path / "package" / changed).open("ab") as file:
            file.write(b"\n")
        assert (code() != first) is counts
    finally:
        version._code.cache_clear()


NOT_READING = ("errors", "files", "version", "ingest", "ingest.messages")
"""What the children import, too, and what no reading depends on: errors and hashes, and how processes talk."""


def test_everything_that_reads_is_among_the_sources() -> None:
    """Whatever module a child imports counts, but for a few that change no reading."""
    code = "import sys, json, specsearch.ingest.worker, specsearch.encoding.encoder\n" + "".join(
        f"import specsearch.readers.{name}\n" for name in ("pdf", "docx", "html", "markdown", "structured", "delimited", "text")
    )
    code += "print(json.dumps(sorted(name for name in sys.modules if name.startswith('specsearch.'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    covered = tuple(source.removesuffix(".py").replace("/", ".") for source in version.SOURCES)
    names = [name.removeprefix("specsearch.") for name in json.loads(done.stdout)]
    assert len(names) > 40
    assert [name for name in names if name not in NOT_READING and not any(name == one or name.startswith(f"{one}.") for one in covered)] == []


def test_releases_of_libraries_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another release of a library that reads a format changes it; each of them is installed under its name."""
    assert "unknown" not in {version._release(library) for library in version._LIBRARIES}
    version._code.cache_clear()
    first = version._code()
    version._code.cache_clear()
    monkeypatch.setattr(version, "version", lambda library: "99" if library == "selectolax" else "1")
    try:
        assert version._code() != first
    finally:
        version._code.cache_clear()


def test_all_that_is_named_is_there() -> None:
    """The sources are found in the package as it is installed."""
    package = Path(version.__file__).parents[1]
    assert [source for source in version.SOURCES if not (package / source).exists()] == []
