"""Every command with an index in a database: what it prints is what it prints with a folder. No secret is ever printed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS, Result, specsearch
from servers import PostgresServer
from specsearch.encoding import load_encoder
from specsearch.interfaces.cli import app
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench
from specsearch.storage.stores import store_at
from specsearch.storage.truth import opened
from workplace import Workplace

A, B = "cedar-quay-or/associate-planner.txt", "saltmarsh-heights-fl/planner-ii.docx"
BUDGET = "prepares and monitors the operating budget"
SECRET = "correct-horse-battery"
# Each command as it is typed, in an order: what one keeps, a later one shows.
COMMANDS = (
    ("status", "--format", "json"),
    ("search", BUDGET, "--format", "json"),
    ("search", "budget", "--mode", "lexical", "--kind", "any", "-k", "20", "--format", "json"),
    ("search", '"operating budget" -grant', "--state", "OR", "--per-city", "1", "--explain"),
    ("search", BUDGET, "--mode", "lexical", "--state", "OR", "--save", "weekly", "--reviewer", "Ana"),
    ("saved", "--format", "json"),
    ("saved", "run", "weekly", "--seen", "--reviewer", "Ana"),
    ("saved", "seen", "weekly", "--reviewer", "Ana"),
    ("saved", "note", "weekly", "for May", "--reviewer", "Ana"),
    ("saved", "rename", "weekly", "monthly", "--reviewer", "Ana"),
    ("saved", "delete", "monthly", "--yes", "--reviewer", "Ana"),
    ("roles", "--format", "json"),
    ("similar", A, "--format", "json"),
    ("blend", A, "--format", "json"),
    ("compare", A, B, "--format", "json"),
    ("ladder", "planner ii"),
    ("cities", A, "--format", "json"),
    ("cities", "--duty", BUDGET, "--format", "json"),
    ("list", "add", "mine", A, B, "--note", "alike?", "--reviewer", "Ana"),
    ("list", "note", "mine", "asked", "--entry", "1", "--reviewer", "Ana"),
    ("list", "rename", "mine", "ours", "--reviewer", "Ana"),
    ("list", "remove", "ours", "2", "--reviewer", "Ana"),
    ("list", "show", "ours", "--format", "json"),
    ("list", "export", "ours", "OUT.csv"),
    ("list",),
    ("list", "delete", "ours", "--yes", "--reviewer", "Ana"),
    ("decide", A, B, "accept", "--reason", "Same studies.", "--reviewer", "Ana"),
    ("decide",),
    ("decide", "--export", "OUT.qrels"),
    ("sources", "--format", "json"),
    ("sources", "set", A, "--title", "Planner, Associate", "--reviewer", "Ana"),
    ("sources", "export", "OUT-sources.csv"),
    ("parse", str(CORPUS / A), "--label", "START-END=qualification", "--by", "Ana"),
    ("parse", str(CORPUS / A), "--format", "json"),
    ("evaluate", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--level", "document", "--mode", "hybrid"),
    ("judge", "queries.tsv", "--pool", "2", "--assessor", "Ana"),
    ("index", str(CORPUS)),
    ("check",),
    ("status", "--format", "csv"),
    ("roles",),
    ("roles", "--city", "no such city"),
    ("similar", "no such role at all"),
)
NEEDS_NO_INDEX = {"copy", "serve", "mcp"}
"""Those with tests of their own."""


@dataclass(frozen=True)
class Pair:
    """The same index in a folder and in a database, each with a folder of its own to work in."""

    folder: Path
    address: str
    here: Path
    there: Path
    copied: str


@pytest.fixture(scope="module")
def pair(sample_index: Path, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Pair]:
    """The index of the sample corpus, twice; its model is loaded once."""
    loaded = cache(load_encoder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "load_encoder", lambda model, precision, notice: loaded(model, precision))
        yield _pair(sample_index, tmp_path_factory, postgres)


def _pair(sample_index: Path, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Pair:
    folder, address = tmp_path_factory.mktemp("pair"), postgres.place().name
    shutil.copytree(sample_index, folder / "index", ignore=shutil.ignore_patterns("*-shm"))
    copied = specsearch("copy", folder / "index", address)
    assert copied.code == 0, copied.err
    for place in ("here", "there"):
        (folder / place).mkdir()
        (folder / place / "queries.tsv").write_text(f"q1\t{BUDGET}\nq2\tplans the use of land\n")
        (folder / place / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\nq2\t{A}\t1\nq1\t{B}\t1\n")
    return Pair(folder / "index", address, folder / "here", folder / "there", bare(copied.out, str(folder / "index"), folder))


def test_every_command_is_here() -> None:
    """No command is left out."""
    from typer.main import get_command

    group: Any = get_command(app)
    named = {name if not hasattr(command, "commands") else f"{name} {inner}" for name, command in group.commands.items() for inner in getattr(command, "commands", [""])}
    typed = {command[0] for command in COMMANDS} | {" ".join(command[:2]) for command in COMMANDS}
    assert named <= typed | NEEDS_NO_INDEX


def run(command: tuple[str, ...], index: str, folder: Path) -> Result:
    return specsearch(*command, "--index", index, cwd=folder, stdin="2\n" * 50)


def same(one: str, other: str) -> bool:
    """Whether two outputs say the same: numbers of JSON may differ by rounding."""
    try:
        return bool(json.loads(one) == _near(json.loads(other)))
    except ValueError:
        return one == other


def _near(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _near(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_near(one) for one in value]
    return pytest.approx(value, abs=1e-5) if isinstance(value, float) else value


def bare(text: str, index: str, folder: Path) -> str:
    """An output without what is of one place or moment."""
    text = text.replace(f"'{index}'", "INDEX").replace(index, "INDEX").replace(str(folder), "FOLDER")
    text = re.sub(r"copied_from.*|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*", "WHEN", text)
    text = re.sub(r'"state": "[0-9a-f]{32}"', "STATE", text)
    text = re.sub(r"(size.bytes\W+)[\d,]+", r"\1SIZE", text)
    return re.sub(r"\bin \d+\.\d s\b", "in T s", text)


def told(errors: str) -> list[str]:
    """What is not an answer, but for progress and what is made once for each state of an index."""
    return [line for line in errors.splitlines() if "once for this state" not in line and "━" not in line]


def test_commands_print_the_same(pair: Pair) -> None:
    """Line for line, files and exit codes too."""
    with store_at(pair.folder).open() as snapshot:
        (document,) = (snapshot.document(entry.number) for entry in snapshot.entries() if entry.doc_id == A)
        ((passages, _),) = snapshot.statements([entry.number for entry in snapshot.entries() if entry.doc_id == A])
    place = f"{passages[3].start}-{passages[3].end}"
    assert document.text
    for command in COMMANDS:
        typed = tuple(part.replace("START-END", place) for part in command)
        mine, others = run(typed, str(pair.folder), pair.here), run(typed, pair.address, pair.there)
        assert (others.code, mine.code) == ((0, 0) if "no such" not in command[-1] else (2, 2)), (typed, others.err, mine.err)
        assert same(bare(others.out, pair.address, pair.there), bare(mine.out, str(pair.folder), pair.here)), typed
        assert told(bare(others.err, pair.address, pair.there)) == told(bare(mine.err, str(pair.folder), pair.here)), typed
    written = [{path.name: bare(path.read_text(), str(folder), folder) for path in folder.iterdir()} for folder in (pair.here, pair.there)]
    assert written[0] == written[1]
    assert len(written[0]) >= 5


def test_settings_of_an_index_in_a_database(pair: Pair, tmp_path: Path) -> None:
    """Those of the current folder; the address is kept as it stands there, from the file and from the environment."""
    (tmp_path / "specsearch.toml").write_text(f"[defaults]\nindex = {json.dumps(pair.address)}\n\n[search]\nk = 1\n")
    by_file = specsearch("search", BUDGET, "--format", "json", cwd=tmp_path)
    assert len(json.loads(by_file.out)["hits"]) == 1, by_file.err
    by_variable = specsearch("search", BUDGET, "--format", "json", cwd=tmp_path, env={"SPECSEARCH_INDEX": pair.address})
    assert by_variable.out == by_file.out
    assert pair.address in specsearch("status", cwd=tmp_path, env={"COLUMNS": "400"}).out


def test_a_copy_is_not_made_twice(pair: Pair) -> None:
    """The command says what it did, and leaves alone what is an index."""
    assert re.match(rf"Copied INDEX to {re.escape(pair.address)}: 75 documents, \d+ passages, generation \d, in T s\.", pair.copied)
    for target in (pair.address, str(pair.folder)):
        again = specsearch("copy", pair.folder, target)
        assert (again.code, "is an index already" in again.err) == (2, True)


def test_the_workbench_hides_the_address(pair: Pair) -> None:
    """Pages, REST and tools answer, and no message tells where the index is."""
    workbench = Workbench(pair.address, CORPUS)
    pages = make_app(workbench, Admission(frozenset({"127.0.0.1"})))
    with TestClient(pages, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        found = client.get("/search", params={"q": BUDGET})
        assert (found.status_code, "operating budget" in found.text) == (200, True)
        gone = client.get("/api/v1/documents/none.txt")
        assert gone.status_code == 404
        for answer in (found, gone, client.get("/corpus"), client.get("/api/v1/similar", params={"role": "none"})):
            assert "postgresql" not in answer.text
            assert pair.address.partition("?")[2] not in answer.text


WITHOUT_ONE = tuple({command[:2] if command[0] in ("list", "saved", "sources") else command[:1]: command for command in COMMANDS if command[0] != "parse"}.values())
"""Each command once; parse reads its file first."""


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://ana:{SECRET}@127.0.0.1:1/hr",
        f"postgresql://127.0.0.1:1/hr?password={SECRET}",
        f"milvus+postgresql://127.0.0.1:1/hr?milvus=http://root:{SECRET}@127.0.0.1:1",
        f"postgres://ana:{SECRET}@127.0.0.1:1/hr",
        "postgresql://ana@127.0.0.1:1/hr?connect_timeout=2",
        "milvus+postgresql://ana@127.0.0.1:1/hr?milvus=http://127.0.0.1:1",
    ],
)
def test_commands_that_fail_show_no_secret(address: str, tmp_path: Path) -> None:
    """Wherever one stands: in the address, in the environment, in a file that PostgreSQL reads. What is wrong is said."""
    (tmp_path / "pgpass").write_text(f"*:*:*:*:{SECRET}\n")
    (tmp_path / "pgpass").chmod(0o600)
    (tmp_path / "queries.tsv").write_text("q1\tbudget\n")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t1\n")
    env = {"PGPASSWORD": SECRET, "PGPASSFILE": str(tmp_path / "pgpass"), "SPECSEARCH_MILVUS_TOKEN": SECRET}
    commands = [(*command, "--index", address) for command in WITHOUT_ONE]
    commands += [("copy", address, "elsewhere"), ("copy", address, address)]
    if SECRET in address:
        commands += [("serve", "--port", "0", "--index", address)]
    for command in commands:
        result = specsearch(*command, cwd=tmp_path, env=env)
        assert result.code in (2, 6), (command, result)
        assert "Error: " in result.err
        assert SECRET not in result.out + result.err, command


def test_settings_show_no_secret(work: Workplace, tmp_path: Path) -> None:
    """What the environment and the file say is shown, but for passwords."""
    (tmp_path / "specsearch.toml").write_text(f'[copy]\ntarget = "postgresql://ana:{SECRET}@db/hr"\n')
    env = {"SPECSEARCH_INDEX": str(tmp_path / "index"), "SPECSEARCH_COPY_SOURCE": f"postgresql://ana:{SECRET}@db/hr", "SPECSEARCH_MILVUS_TOKEN": SECRET, "SPECSEARCH_MILVUS_URI": f"http://root:{SECRET}@m:1"}
    shutil.copytree(work.index, tmp_path / "index", ignore=shutil.ignore_patterns("*-shm"))
    for style in ("table", "json", "csv"):
        shown = specsearch("status", "--format", style, cwd=tmp_path, env=env)
        assert shown.code == 0, shown.err
        assert "SPECSEARCH_MILVUS_TOKEN" in shown.out
        assert "postgresql://ana:***@db/hr" in shown.out
        assert SECRET not in shown.out + shown.err
