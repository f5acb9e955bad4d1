"""The folders of the package are its pipeline; these tests fail when somebody takes a short cut through it."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import specsearch

SOURCE = Path(__file__).parents[1] / "src" / "specsearch"
# From the ground up: a layer imports those above it in this list, never those below.
LAYERS = (
    "version",
    "escaping",
    "fields",
    "records",
    "errors",
    "files",
    "word",
    "readers",
    "parsing",
    "encoding",
    "storage",
    "ingest",
    "retrieval",
    "roles",
    "evaluation",
    "reports",
    "api",
    "interfaces",
)
FACADES = (SOURCE / "__init__.py", SOURCE / "__main__.py")
CONFINED = ("onnxruntime", "scipy", "faiss", "torch", "sentence_transformers", "tantivy", "Stemmer", "pypdfium2", "docx", "selectolax", "matplotlib", "jinja2", "msgspec", "openpyxl", "weasyprint", "lxml", "pptx", "striprtf", "python_calamine", "olefile", "rapidocr", "symspellpy", "watchfiles", "psycopg", "pymilvus", "ray", "fsspec", "grpc")
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 350, 45, 6
_MODULE = re.compile(r"specsearch(?:\.\w+)+(?::\w+)?")
HEAVY = (
    "torch",
    "faiss",
    "onnxruntime",
    "docx",
    "numpy",
    "tantivy",
    "sentence_transformers",
    "pypdfium2",
    "transformers",
    "matplotlib",
    "jinja2",
    "scipy",
    "starlette",
    "fastapi",
    "uvicorn",
    "mcp",
    "pydantic",
    "openpyxl",
    "weasyprint",
    "PIL",
    "python_calamine",
    "olefile",
    "lxml",
    "pptx",
    "striprtf",
    "rapidocr",
    "cv2",
    "symspellpy",
    "watchfiles",
    "psycopg",
    "pymilvus",
    "ray",
    "fsspec",
    "grpc",
)


def modules() -> list[Path]:
    """All modules of the package."""
    return sorted(SOURCE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Dotted name of a module of the package."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Dotted names that a module imports anywhere in it, also inside functions, for annotations only and by name."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(
                    [*package.split(".")[: len(package.split(".")) - node.level + 1], *filter(None, [base])]
                )
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            yield node.value.partition(":")[0]  # for import_module, `python -m` and the like


def layer_of(module: str) -> str | None:
    """The layer that a dotted name of this package is in; None for the package itself and for others."""
    parts = module.split(".")
    return parts[1] if parts[0] == "specsearch" and len(parts) > 1 and parts[1] in LAYERS else None


def upward(path: Path) -> list[str]:
    """Imports of a module that go against the pipeline."""
    own = layer_of(name_of(path))
    if own is None:
        return []
    wrong = []
    for module in imported(path):
        other = layer_of(module)
        if (other is None and module == "specsearch") or (other and LAYERS.index(other) > LAYERS.index(own)):
            wrong.append(f"{name_of(path)} imports {module}")
    return wrong


def test_every_module_has_a_layer() -> None:
    """A new folder takes its place in the order of the pipeline before anything is put into it."""
    homeless = [
        str(path.relative_to(SOURCE))
        for path in modules()
        if layer_of(name_of(path)) is None and path not in FACADES
    ]
    assert homeless == []
    assert len(modules()) > 30


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_upward_arrow(path: Path) -> None:
    """A module imports only layers before its own, and never the facade `specsearch` itself."""
    assert upward(path) == []


@pytest.mark.parametrize(
    ("layer", "code", "expected"),
    [
        pytest.param("storage", "from specsearch.retrieval import search", 2, id="from-import"),
        pytest.param("parsing", "import specsearch.storage.local.dense", 1, id="plain-import"),
        pytest.param(
            "readers", "def f():\n    from specsearch.encoding.models import find_model\n", 2, id="inside-a-function"
        ),
        pytest.param("encoding", "from ..storage import database", 2, id="relative"),
        pytest.param("records", "from specsearch import Document", 1, id="facade"),
        pytest.param("readers", "import importlib\nimportlib.import_module('specsearch.api')\n", 1, id="dynamic"),
        pytest.param("parsing", "FACTORY = 'specsearch.encoding.models:find_model'\n", 1, id="by-name"),
        pytest.param("retrieval", "from specsearch.storage.local.index import Index", 0, id="downward"),
        pytest.param("storage", "from .dense import Scores", 0, id="sibling"),
        pytest.param("storage", "from specsearch.version import __version__", 0, id="version"),
        pytest.param("storage", "from specsearch import __version__", 1, id="version-from-the-facade"),
    ],
)
def test_the_import_check_sees(
    layer: str, code: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above recognises every way to write a forbidden import, and allows the right ones."""
    monkeypatch.setattr(sys.modules[__name__], "SOURCE", tmp_path / "specsearch")
    path = tmp_path / "specsearch" / layer / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text(code, encoding="utf-8")
    assert len(upward(path)) == expected


@pytest.mark.parametrize("library", CONFINED)
def test_library_is_confined_to_one_module(library: str) -> None:
    """Each heavy library is known to one module, that of Word files to one room, so that it can be replaced there."""
    users = sorted({name_of(path) for path in modules() if any(m.split(".")[0] == library for m in imported(path))})
    users = sorted({"specsearch.word" if user.startswith("specsearch.word.") else user for user in users})
    assert len(users) == 1, users


def test_the_folder_is_one_store_among_others() -> None:
    """Only what opens a store by its address knows how a folder keeps an index; all others ask the protocol."""
    users = {
        name_of(path): module
        for path in modules()
        for module in imported(path)
        if module.startswith("specsearch.storage.local") and not name_of(path).startswith("specsearch.storage.local")
    }
    assert users.keys() == {"specsearch.storage.stores"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    """A module can be read at a sitting and a function on a screen; the calls of users have as many parameters as they have options."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    calls = {f"{specsearch._HOMES[name]}.{name}" for name in specsearch.__all__} | {"specsearch.retrieval.search.search"}
    in_a_command = name_of(path).startswith("specsearch.interfaces.cli.")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            of_users = f"{name_of(path)}.{node.name}" in calls or (in_a_command and node.name == "command")
            given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name
            assert len(given) - (given[:1] in (["self"], ["cls"])) <= MOST_PARAMETERS or of_users, node.name


def test_the_map_is_true() -> None:
    """docs/architecture.md names every room of the package and no other, and every module that it names is there."""
    text = (SOURCE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [line.split("`")[1].rstrip("/").removesuffix(".py") for line in text.splitlines() if line.startswith("| `")]
    assert rooms == list(LAYERS)
    for named in re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.\w+)?)`", text):
        places = (SOURCE, SOURCE.parents[1])
        assert any((place / named).exists() for place in places), named


def test_nothing_is_unpickled() -> None:
    """No module can read what would run when it is read: what comes from a child or a disk is data."""
    runs_code = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    users = [name_of(path) for path in modules() if runs_code & {module.split(".")[0] for module in imported(path)}]
    assert users == []


def test_nothing_prints_outside_the_interfaces() -> None:
    """The library returns and raises; only the interfaces write to the terminal."""
    printing = defaultdict(list)
    for path in modules():
        if layer_of(name_of(path)) == "interfaces":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                printing[name_of(path)].append(node.lineno)
    assert dict(printing) == {}


@pytest.mark.parametrize("module", ["specsearch", "specsearch.interfaces.cli"])
def test_import_is_light(module: str) -> None:
    """`specsearch --help` is instant: importing the command line loads no heavy library."""
    code = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert module in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("name", specsearch.__all__)
def test_public_name_resolves_and_is_described(name: str) -> None:
    """Every public name exists and has a docstring of its own, written by hand."""
    value = getattr(specsearch, name)
    assert inspect.isclass(value) or inspect.isfunction(value)
    tree = ast.parse(inspect.getsource(value))
    definition = tree.body[0]
    assert isinstance(definition, ast.ClassDef | ast.FunctionDef)
    # From the source: dataclasses and enums without one are given a docstring by Python.
    assert ast.get_docstring(definition)
    assert definition.name == name


def test_public_names_are_typed() -> None:
    """What a type checker sees of the package is what can be imported from it, in one order."""
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    block = next(n for n in tree.body if isinstance(n, ast.If) and getattr(n.test, "id", "") == "TYPE_CHECKING")
    typed = {alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == set(specsearch.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt public name fails as with any module."""
    with pytest.raises(AttributeError, match="serach"):
        _ = specsearch.serach
