"""The command line as users run it: help, options that all commands have, and what every command says of what it cannot do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import put, specsearch
from specsearch import __version__
from workplace import Workplace, hits, listing, process, refused

pytestmark = pytest.mark.usefixtures("quick")

COMMANDS = ("index", "search", "parse", "roles", "similar", "compare", "cities", "decide", "status", "check", "evaluate", "judge")


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    """Every command has a help text with an example that names the command."""
    result = specsearch(command, "--help")
    assert result.code == 0
    assert f"Example: specsearch {command}" in result.out


def test_help_lists_all_commands() -> None:
    """The commands of the contract are all there, each with a line that says what it does."""
    result = specsearch("-h")
    assert result.code == 0
    for command in COMMANDS:
        assert re.search(rf"{command} +\w+ \w+ \w+", result.out), command


def test_examples_of_the_help_are_accepted(work: Workplace, copied: Workplace) -> None:
    """The examples run as they are printed, where there is a folder `corpus`."""
    assert specsearch("index", "corpus", "--index", "index", cwd=copied.corpus.parent).code == 0
    search = specsearch(
        "search",
        "prepare and monitor the operating budget",
        "--kind",
        "duty",
        "--per-city",
        "1",
        cwd=copied.corpus.parent,
    )
    assert search.code == 0
    assert "Prepares and monitors" in search.out
    assert re.search(r"^1 roles?$", specsearch("roles", "--title", "analyst", cwd=copied.corpus.parent).out, re.M)
    assert json.loads(specsearch("status", "--format", "json", cwd=copied.corpus.parent).out)["documents"] == 3


# --- bad input: a message that says what to do, the right code, never a traceback ---------------------


@pytest.mark.parametrize("arguments", [["find"], ["search"], ["parse"]], ids=["unknown-command", "no-query", "no-file"])
def test_bad_commands(arguments: Sequence[str]) -> None:
    """A command that is not there or lacks its argument is a usage error."""
    refused(specsearch(*arguments), 2, "No such command 'find'|Missing argument")


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        *((["search", "budget"], kind) for kind in ("missing", "other-things", "file")),
        (["roles"], "missing"),
        (["status"], "missing"),
        (["check"], "missing"),
    ],
)
def test_folder_that_is_no_index(command: Sequence[str], kind: str, tmp_path: Path) -> None:
    """What is not an index is exit code 3 with the command that makes one, and nothing is made."""
    folder = tmp_path / "index"
    if kind == "other-things":
        put(folder / "thesis.txt", "mine")
    elif kind == "file":
        put(folder, "mine")
    refused(
        specsearch(*command, "--index", folder),
        3,
        r"index is not an index.*Build one with: specsearch index CORPUS --index",
    )
    assert not (folder / "specsearch.db").exists()


def test_full_device(work: Workplace) -> None:
    """Output that cannot be written is exit code 6 with the reason."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "specsearch", "roles", "--index", work.index],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert done.stderr == "Error: No space left on device\n"


def test_reader_that_has_gone(work: Workplace) -> None:
    """`specsearch roles | head -0` is not an error."""
    with subprocess.Popen(
        [sys.executable, "-m", "specsearch", "roles", "--index", work.index],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b""
    assert run.returncode == 0


@pytest.mark.parametrize("style", ["table", "json"])
def test_terminal_without_unicode(style: str, work: Workplace) -> None:
    """On a terminal that cannot show bullets the result is still shown."""
    result = process(
        "search", "monitor the budget", "--index", work.index, "--format", style, env={"PYTHONIOENCODING": "ascii"}
    )
    assert result.code == 0
    assert "Prepares and monitors" in result.out


# --- options that all have ---------------------------------------------------------------------------


def test_version() -> None:
    """The version is that of the package, in a line."""
    result = specsearch("--version")
    assert (result.code, result.out, result.err) == (0, f"specsearch {__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    """A script for each shell can be shown, and what it asks for is answered: commands, options."""
    script = process("--show-completion", shell, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert script.code == 0
    assert f"_SPECSEARCH_COMPLETE=complete_{shell}" in script.out
    for typed, expected in (("ro", "roles"), ("roles --docu", "--document-kind"), ("search --mode de", "dense")):
        words = f"specsearch {typed}"
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        assert expected in process(env={"_SPECSEARCH_COMPLETE": f"complete_{shell}", **asked}).out


INDEXED = {
    "search": ["search", "budget"], "roles": ["roles"], "similar": ["similar", "street crew"], "compare": ["compare", "street crew", "budget analyst"],
    "cities": ["cities", "street crew"], "decide": ["decide"], "status": ["status"], "check": ["check"], "index": ["index", "CORPUS"],
    "judge": ["judge", "queries.tsv"], "evaluate": ["evaluate", "--level", "document", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--mode", "lexical"],
}  # fmt: skip


@pytest.mark.parametrize("command", INDEXED)
def test_index_from_the_environment(command: str, work: Workplace, tmp_path: Path) -> None:
    """SPECSEARCH_INDEX names the index for every command that has one; --index goes before it, and an empty one counts as none."""
    put(tmp_path / "queries.tsv", "q1\tmonitors the budget\n")
    put(tmp_path / "qrels.tsv", "q1\talder-ferry-or/budget.txt\t1\n")
    arguments = [work.corpus if argument == "CORPUS" else argument for argument in INDEXED[command]]
    assert specsearch(*arguments, env={"SPECSEARCH_INDEX": str(work.index)}, cwd=tmp_path, stdin="q\n").code == 0
    assert "SPECSEARCH_INDEX" in specsearch(command, "--help").out
    if command != "index":
        assert specsearch(*arguments, "--index", tmp_path / "none", env={"SPECSEARCH_INDEX": str(work.index)}, cwd=tmp_path).code == 3
        assert specsearch(*arguments, env={"SPECSEARCH_INDEX": ""}, cwd=tmp_path).code == (2 if command == "evaluate" else 3)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "nm"], ["sable-crossing-nm/postings.csv#L-7"]),
        (["--level", "II"], ["alder-ferry-or/budget.txt"]),
        (["--title", "an"], ["alder-ferry-or/budget.txt", "sable-crossing-nm/postings.csv#L-7"]),
        (["--title", "an", "--city", "alder"], ["alder-ferry-or/budget.txt"]),
        (["--document-kind", "class_specification"], None),
    ],
)
def test_roles_are_filtered_as_searches_are(options: list[str], expected: list[str] | None, work: Workplace) -> None:
    """`roles` lists the documents that the same options leave to a search of everything, with as many statements of each kind."""
    rows = json.loads(listing("roles", work, "json", *options).out)
    once = hits(work, "work", "--kind", "any", "-k", "1000", "--per-document", "0", *options)
    found = [place for hit in once for place in (hit, *hit["also"]["places"])]
    assert [row["id"] for row in rows] == sorted({hit["document"]["id"] for hit in found})
    assert expected in (None, [row["id"] for row in rows])
    for row in rows:
        kinds = [hit["kind"] for hit in found if hit["document"]["id"] == row["id"]]
        assert (row["duties"], row["qualifications"]) == (kinds.count("duty"), kinds.count("qualification"))


@pytest.mark.parametrize("options", [["--city", "Alder Fery"], ["--state", "TX"], ["--title", "astronaut"], ["--level", "IX"]])
def test_filters_are_refused_alike(options: list[str], work: Workplace) -> None:
    """A filter that nothing satisfies is refused with the same offer wherever it is given."""
    given = (["search", "budget"], ["roles"], ["similar", "alder-ferry-or/budget.txt"])
    results = [specsearch(*command, *options, "--index", work.index) for command in given]
    assert {result.code for result in results} == {2}
    assert len({result.err for result in results}) == 1
    assert any(offer in results[0].err for offer in ("In this index:", "Near ones:", "states one"))
