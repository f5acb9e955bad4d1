"""The pages for users are true: what they name exists, and what they promise is tested."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import specsearch
from specsearch.interfaces.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
_TEST = re.compile(r"`(?:tests/)?((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`")


@cache
def names_in(name: str) -> frozenset[str]:
    """Names of the tests in a file, which is named as seen from this folder."""
    path = ROOT / "tests" / name
    assert path.is_file(), f"{name} is named on a page and is not there"
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_tests_that_are_named_exist(page: Path) -> None:
    """A page that names a test names one that is there."""
    for file, test in _TEST.findall(page.read_text(encoding="utf-8")):
        assert not test or test in names_in(file), f"{file}::{test}"


def test_every_promise_has_its_test() -> None:
    """Each row of docs/promises.md names at least one test, and the README leads there."""
    page = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert len(rows) > 15
    for row in rows:
        assert _TEST.search(row), row
    assert "docs/promises.md" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file or a heading of the project is good."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        path = (page.parent / name) if name else page
        assert path.exists(), target
        if heading:
            anchors = [re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
            assert heading in anchors, target


def test_every_command_is_in_the_readme() -> None:
    """Each command has its row in the README's table."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert re.search(rf"^\| `specsearch {command.name}\b", readme, re.M), command.name


def test_the_changelog_has_this_release() -> None:
    """The version of the package has its entry."""
    assert f"## [{specsearch.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
