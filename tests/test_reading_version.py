"""What makes a document be read again: the version of the reader and the parser."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from specsearch.parsing import version
from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import load_vocabulary


def test_it_is_the_same_in_every_process() -> None:
    """Two processes with other seeds of hashing agree."""
    code = "from specsearch.parsing.vocabulary import load_vocabulary\nfrom specsearch.parsing.version import reading_version\nprint(reading_version(load_vocabulary()))"
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
    assert reading_version(load_vocabulary(path)) != reading_version(load_vocabulary())
    assert reading_version(load_vocabulary(path)) == reading_version(load_vocabulary(path))


def test_what_says_nothing_new_does_not_change_it(tmp_path: Path) -> None:
    """Comments, and words that are known already, are no reason to read anything again."""
    path = tmp_path / "own.toml"
    path.write_text('# our own words\n[statements]\nverbs = ["plan"]\n', encoding="utf-8")
    assert reading_version(load_vocabulary(path)) == reading_version(load_vocabulary())


@pytest.mark.parametrize("changed", ["readers/text.py", "readers/pdf.py", "parsing/document.py", "parsing/metadata/title.py", "encoding/semantics.py", "encoding/sentence_labels.npz"])
def test_sources_change_it(changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change to what reads, parses or judges by meaning changes it; one to anything else does not."""
    for name in (changed, "storage/database.py"):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"before")
    for missing in ("readers", "parsing", "encoding"):
        (tmp_path / missing).mkdir(exist_ok=True)
    for source in version._SOURCES[2:]:
        if not (tmp_path / source).exists():
            (tmp_path / source).write_bytes(b"")
    monkeypatch.setattr(version, "files", lambda _: tmp_path)

    def code() -> str:
        version._code.cache_clear()
        return version._code()

    try:
        first = code()
        (tmp_path / "storage/database.py").write_bytes(b"after")
        assert code() == first
        (tmp_path / changed).write_bytes(b"after!")
        assert code() != first
    finally:
        version._code.cache_clear()


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
    assert [source for source in version._SOURCES if not (package / source).exists()] == []
