"""Hostile input through the command line: it ends well, lists what was skipped, and prints nothing that steers a terminal."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hostile import NEIGHBOUR, NEIGHBOUR_PASSAGES
from hostile_cases import case_of, check, documents_of, path_of, put, specsearch
from specsearch.records import Skip

SHOWN = (
    *(
        "name-newline",
        "name-escape",
        "name-bidi",
        "name-emoji",
        "name-255-bytes",
        "name-dash",
        "name-of-option",
        "name-percent",
    ),
    *(
        "text-escapes",
        "text-format-with-escape",
        "json-control-characters",
        "json-nan",
        "json-deep-arrays",
        "jsonl-bad-line",
    ),
    *("html-references", "docx-bomb", "docx-no-zip", "pdf-garbage", "pdf-encrypted", "csv-nul"),
    *("link-to-file", "link-cycle", "pipe", "socket", "deep-folders"),
)
"""Cases that go through the command line together; at most 20 skips are shown."""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder with a hostile corpus and its index, and what `specsearch index` printed."""
    base = tmp_path_factory.mktemp("shown")
    (base / "corpus").mkdir()
    (base / "corpus" / "neighbour.txt").write_text(NEIGHBOUR, encoding="utf-8")
    for name in SHOWN:
        (base / "corpus" / name).mkdir()
        put(name, base / "corpus" / name)
    return base, specsearch("index", "corpus", "--index", "index", "--max-seconds", "20", cwd=base)


def test_command_ends_with_skips(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """Indexing a hostile corpus ends well, with the exit code that says that something was skipped."""
    base, done = shown
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    [found] = documents_of(base / "index")["neighbour.txt"]
    assert tuple(passage.text for passage in found.passages) == NEIGHBOUR_PASSAGES


@pytest.mark.parametrize("name", SHOWN)
def test_command_case(shown: tuple[Path, subprocess.CompletedProcess[str]], name: str) -> None:
    """The command line indexes what can be read, and prints a line with the reason for what cannot."""
    base, done = shown
    lines = [line for line in done.stdout.splitlines() if line.startswith(f"  {name}/")]
    found = documents_of(base / "index").get(path_of(name), [])
    check(case_of(name).expected, [each.document.text for each in found], [Skip("", line) for line in lines])


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="index"),
        pytest.param(("status",), id="status"),
        pytest.param(("status", "--format", "json"), id="status-json"),
        pytest.param(("roles",), id="roles"),
        pytest.param(("search", "water meters", "-k", "40", "--explain"), id="search"),
        pytest.param(("search", "water meters", "-k", "40", "--format", "csv"), id="search-csv"),
        pytest.param(("search", "water meters", "-k", "40", "--format", "md"), id="search-md"),
        pytest.param(("search", "water meters", "-k", "40", "--format", "jsonl"), id="search-jsonl"),
    ],
)
def test_output_cannot_steer_a_terminal(
    shown: tuple[Path, subprocess.CompletedProcess[str]], arguments: tuple[str, ...]
) -> None:
    """No command prints control characters of names or texts, nor, but for JSON, marks of direction."""
    base, done = shown
    if arguments:
        done = specsearch(*arguments, cwd=base)
        assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100
    assert STEERING.search(done.stdout + done.stderr) is None
    if not any(argument.startswith("json") for argument in arguments):
        assert DIRECTION.search(done.stdout + done.stderr) is None


def too_deep(corpus: Path) -> None:
    """A folder that can just be listed, with a file whose path is longer than the system allows."""
    handle, length = os.open(corpus, os.O_RDONLY), len(os.fsencode(corpus))
    while length < 4088:
        name = "d" * min(200, 4088 - length)
        os.mkdir(name, dir_fd=handle)
        inner = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle, length = inner, length + 1 + len(name)
    os.close(os.open("x-with-a-long-name.txt", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)


def not_utf8(corpus: Path) -> None:
    """A name as an old system writes it."""
    name = os.fsdecode(b"caf\xe9.txt")
    (corpus / name).write_text(NEIGHBOUR, encoding="utf-8")


def surrogates(corpus: Path) -> None:
    """Halves of surrogate pairs wherever an export has text."""
    (corpus / "x.json").write_bytes(
        rb'[{"id": "a\ud800", "title": "Clerk \udfff", "text": "\ud83d Reads meters.", "\ud800": "\ud800"}]'
    )


@pytest.mark.parametrize("make", [too_deep, not_utf8, surrogates], ids=lambda make: make.__name__)
def test_command_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """What has ended a whole run before is read or skipped, and the neighbour is indexed."""
    # BUG (too_deep): the walk raises OSError: "Error: File name too long", exit code 6, nothing is indexed.
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "neighbour.txt").write_text(NEIGHBOUR, encoding="utf-8")
    make(corpus)
    done = specsearch("index", corpus, "--index", "index", cwd=tmp_path)
    shutil.rmtree(corpus)
    assert done.returncode in (0, 5), done.stderr
    assert "Traceback" not in done.stderr
    assert "neighbour.txt" in documents_of(tmp_path / "index")
