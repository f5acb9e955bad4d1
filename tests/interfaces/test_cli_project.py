"""The settings of a project: a file beside the index and environment variables, what counts first, and what is wrong in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conftest import ROOT, specsearch
from workplace import Workplace, refused

SETTINGS = """\
[defaults]
index = "index"
reviewer = "B. Reviewer"

[search]
k = 2
per-city = 1
kind = ["duty"]

[sources.set]
reviewer = "A. Analyst"

[branding]
name = "City of Elm Fork"
"""


@pytest.mark.parametrize(
    "arguments", [("search", "x", "--label", "licence"), ("search", "x", "--kind", "dutty"), ("roles", "--format", "xml"), ("decide", "a", "b", "perhaps")],
)
def test_what_is_typed_is_refused_without_words_of_programmers(arguments: tuple[str, ...]) -> None:
    """What is no choice is named with what there is; which kind of error the checking library calls it is of no use."""
    result = specsearch(*arguments)
    assert result.code == 2
    assert f"'{arguments[-1]}' is not one of" in result.err
    assert "Value error" not in result.err


@pytest.fixture
def project(copied: Workplace) -> Path:
    """A folder with an index and settings beside it."""
    folder = copied.index.parent
    (folder / "specsearch.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def found(project: Path, *arguments: str, **variables: str) -> list[str]:
    """Cities of the hits of a search that is run in a folder."""
    result = specsearch("search", "budget", "--format", "json", *arguments, cwd=project, env=variables)
    assert result.code == 0, result.err
    return [hit["source"]["jurisdiction"] for hit in json.loads(result.out)["hits"]]


@pytest.mark.parametrize(
    ("arguments", "variables", "count"),
    [
        pytest.param([], {}, 2, id="the file"),
        pytest.param(["-k", "3"], {}, 3, id="the command line before the file"),
        pytest.param([], {"SPECSEARCH_SEARCH_K": "1"}, 1, id="a variable before the file"),
        pytest.param([], {"SPECSEARCH_K": "1"}, 1, id="a variable of all commands"),
        pytest.param(["-k", "3"], {"SPECSEARCH_SEARCH_K": "1"}, 3, id="the command line before a variable"),
        pytest.param(["--kind", "any", "--per-city", "0"], {"SPECSEARCH_SEARCH_CITY": "alder ferry;wren harbor", "SPECSEARCH_SEARCH_K": "9"}, 6, id="several values, blanks in them"),
    ],
)
def test_what_counts_first(project: Path, arguments: list[str], variables: dict[str, str], count: int) -> None:
    """Command line, variable, file, and what is built in."""
    cities = found(project, *arguments, **variables)
    assert len(cities) == count or (count == 6 and set(cities) == {"City of Alder Ferry", "City of Wren Harbor"})


def test_settings_lie_beside_the_index(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever names an index from elsewhere has its settings; without a name, the current folder's count."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert len(found(elsewhere, "--index", str(project / "index"))) == 2
    assert len(found(elsewhere, SPECSEARCH_INDEX=str(project / "index"))) == 2
    (elsewhere / "specsearch.toml").write_text(f"[defaults]\nindex = {json.dumps(str(project / 'index'))}\nk = 1\n", encoding="utf-8")
    assert len(found(elsewhere)) == 1


@pytest.mark.parametrize("corpus", ["corpus", "memory://nothing/here"])
def test_a_corpus_is_as_seen_from_the_file(project: Path, tmp_path: Path, corpus: str) -> None:
    """Whoever indexes from elsewhere reads the folder beside the file; an address stays what it is."""
    (project / "specsearch.toml").write_text(f"[index]\ncorpus = '{corpus}'\n", encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    result = specsearch("index", "--index", project / "index", cwd=tmp_path)
    assert ("Nothing to do" in result.out) if corpus == "corpus" else ("There is nothing at memory://nothing/here" in result.err), result.err


def test_status_shows_what_is_in_force(project: Path) -> None:
    """File, options, variables; a secret is not shown."""
    result = specsearch("status", "--format", "json", cwd=project, env={"SPECSEARCH_SEARCH_STATE": "OR", "SPECSEARCH_TOKEN": "abcdefgh", "SPECSEARCH_SERCH_K": "1"})
    settings = json.loads(result.out)["settings"]
    assert settings["file"] == str(project / "specsearch.toml")
    assert settings["options"]["search"] == {
        "index": {"value": str(project / "index"), "from": "specsearch.toml"},
        "k": {"value": "2", "from": "specsearch.toml"},
        "per-city": {"value": "1", "from": "specsearch.toml"},
        "kind": {"value": "duty", "from": "specsearch.toml"},
        "reviewer": {"value": "B. Reviewer", "from": "specsearch.toml"},
        "state": {"value": "OR", "from": "SPECSEARCH_SEARCH_STATE"},
    }
    assert settings["options"]["sources set"]["reviewer"]["value"] == "A. Analyst"
    assert settings["options"]["decide"]["reviewer"]["value"] == "B. Reviewer"
    assert settings["branding"] == {"name": "City of Elm Fork"}
    assert settings["environment"] == {"SPECSEARCH_SEARCH_STATE": "OR", "SPECSEARCH_TOKEN": "(not shown)", "SPECSEARCH_SERCH_K": "1"}
    assert settings["no_option"] == ["SPECSEARCH_SERCH_K"]
    table = specsearch("status", cwd=project).out
    assert "--per-city of search" in table
    assert "abcdefgh" not in result.out


def test_the_example_of_the_page_is_accepted(project: Path) -> None:
    """What docs/settings.md shows can be copied."""
    shown = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    (project / "specsearch.toml").write_text(re.findall(r"```toml\n(.*?)```", shown, re.S)[0], encoding="utf-8")
    result = specsearch("status", cwd=project)
    assert result.code == 0, result.err
    assert "--per-city of search" in result.out


def test_an_index_that_is_set_is_none_that_is_named(project: Path) -> None:
    """`parse` needs no index, and who corrects is no correction; a correction goes to the index that is set."""
    shown = specsearch("parse", "corpus/alder-ferry-or/budget.txt", "--format", "json", cwd=project)
    assert shown.code == 0, shown.err
    first = next(one for one in json.loads(shown.out)["passages"] if one["section"] == "duty")
    kept = specsearch("parse", "corpus/alder-ferry-or/budget.txt", "--label", f"{first['start']}-{first['end']}=ksa", cwd=project)
    assert kept.out.startswith("Kept")
    labelled = specsearch("parse", "corpus/alder-ferry-or/budget.txt", "--index", "index", "--format", "json", cwd=project)
    assert "B. Reviewer" in labelled.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[search\n", "cannot be read", id="no TOML"),
        pytest.param("[serach]\nk = 1\n", "Is search meant?", id="no command"),
        pytest.param("[search]\nper-citty = 1\n", "search has no option per-citty. Is per-city meant?", id="no option"),
        pytest.param("[defaults]\nindx = 1\n", "Is index meant?", id="no option of any command"),
        pytest.param("[sources.sett]\nby = 1\n", "[sources.sett] is no command", id="no command of a group"),
        pytest.param("k = 1\n", "Write it below [defaults]", id="outside of tables"),
        pytest.param("[search]\nk = 'many'\n", "k cannot be 'many'", id="no number"),
        pytest.param("[search]\nkind = ['dutty']\n", "'dutty' is not one of", id="no choice"),
        pytest.param("[search]\nk = [1, 2]\n", "k takes one value", id="several values"),
        pytest.param("[search]\nk = [[1]]\n", "takes a value", id="values in values"),
        pytest.param("[index]\nwatch = true\n", "index has no option watch", id="what cannot be taken back"),
        pytest.param("[compare]\nforce = true\n", "give it each time", id="an option that destroys"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str, project: Path) -> None:
    """The message names the file and what to do; nothing else happens."""
    (project / "specsearch.toml").write_text(text, encoding="utf-8")
    refused(specsearch("search", "budget", cwd=project), 2, f"specsearch.toml.*{re.escape(said)}")


def test_what_searches_are_restricted_to_is_not_said_of_documents(project: Path) -> None:
    """A default state of searches does not become the state of all documents; one that is set for `index` does."""
    (project / "specsearch.toml").write_text('[defaults]\nstate = ["OR", "ME"]\n', encoding="utf-8")
    for variables, said in (({"SPECSEARCH_STATE": "OR"}, {}), ({"SPECSEARCH_INDEX_STATE": "NM"}, {"state": "NM"})):
        specsearch("index", "corpus", "--index", "index", cwd=project, env=variables)
        assert json.loads(specsearch("status", "--format", "json", cwd=project).out)["said"] == said


@pytest.mark.parametrize(("arguments", "count"), [([], True), (["--no-explain"], False)], ids=["set", "taken back"])
def test_a_flag_can_be_taken_back(project: Path, arguments: list[str], count: bool) -> None:
    """What is on by default can be turned off."""
    (project / "specsearch.toml").write_text("[search]\nexplain = true\n", encoding="utf-8")
    result = specsearch("search", "budget", "--format", "json", *arguments, cwd=project)
    assert ("explanation" in json.loads(result.out)["hits"][0]) is count


def test_a_variable_that_is_wrong_is_named(project: Path) -> None:
    """The message names the variable."""
    refused(specsearch("search", "budget", cwd=project, env={"SPECSEARCH_SEARCH_K": "x"}), 2, "SPECSEARCH_SEARCH_K cannot be 'x'")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 1_000_001], ids=["no UTF-8", "too large"])
def test_a_file_that_is_none(content: bytes, project: Path) -> None:
    """What cannot be settings is said; help is shown all the same."""
    (project / "specsearch.toml").write_bytes(content)
    refused(specsearch("status", cwd=project), 2, "specsearch.toml")
    assert specsearch("search", "--help", cwd=project).code == 0
