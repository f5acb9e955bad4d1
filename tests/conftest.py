"""Fixtures shared by the tests."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from servers import PostgresServer, milvus_server, postgres_server
from specsearch.encoding import Encoder
from specsearch.encoding.centre import STATEMENTS, centre_of
from specsearch.encoding.semantics import load_reading
from specsearch.ingest.corpus import ParsedFile, parse_file
from specsearch.ingest.messages import Settings
from specsearch.interfaces.cli import main
from specsearch.parsing.vocabulary import OwnWords, load_vocabulary
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import Document, Passage
from specsearch.storage.store import Snapshot

os.environ["TZ"] = "UTC"  # dates are told in the time of the machine; those in tests are of this one
time.tzset()

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CORPUS = ROOT / "corpus"
SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))


_LONGEST = (
    "storage/test_conformance.py",
    "interfaces/test_cli_address.py",
    "storage/test_cluster_faults.py",
    "storage/test_copying.py",
    "storage/test_milvus_truth.py",
    "storage/test_truth.py",
    "storage/test_postgres_connection.py",
    "retrieval/test_known_items.py",
    "storage/test_faults.py",
    "retrieval/test_ranking_properties.py",
    "test_hostile.py",
    "test_privacy.py",
    "interfaces/test_cli_index.py",
    "interfaces/test_cli_roles.py",
    "ingest/test_pool.py",
    "parsing/test_mutations.py",
    "test_refusals.py",
    "retrieval/test_reranking.py",
    "web/test_corpus.py",
    "web/test_look.py",
    "web/test_evaluate.py",
    "web/test_jobs.py",
    "web/test_attacks.py",
)
"""Files that take longest: processes that begin with them end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, whatever folder they are in."""
    order = {TESTS / name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real documents that are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the real documents are not here (folder shared beside the checkout)")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this process; each test takes a `place` of its own in it."""
    with postgres_server() as server:
        yield server


def put(path: Path, content: str | bytes) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def made_once(name: str, make: Callable[[Path], object], factory: pytest.TempPathFactory) -> Path:
    """A folder for all processes of this run, filled by the first of them that asks for it; a test that writes takes a copy."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder


def index_in_a_process(corpus: Path, index: Path) -> str:
    """Index with the default model, in a process of its own, as it may export the model: importing torch has no place in this one."""
    command = [sys.executable, "-m", "specsearch", "index", str(corpus), "--index", str(index)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of the sample corpus with the default model; a test that writes takes a copy."""
    return made_once("sample", lambda folder: index_in_a_process(CORPUS, folder / "index"), tmp_path_factory) / "index"


@pytest.fixture(scope="session")
def milvus() -> Iterator[str]:
    """The address of a Milvus server: that of SPECSEARCH_MILVUS_URI, or one in miniature of this process; what tests put there they drop."""
    if uri := os.environ.get("SPECSEARCH_MILVUS_URI"):
        from specsearch.storage.milvus.server import Server

        before = set(Server(uri).collections())
        yield uri
        for name in set(Server(uri).collections()) - before:
            if re.match(r"test_\d+_[0-9a-f]{8}_", name):
                Server(uri).drop(name)
        return
    with milvus_server() as server:
        yield server.uri


@pytest.fixture(scope="session")
def philadelphia(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of a seeded sixth of the Philadelphia specifications, with the default model: takes half a minute."""
    specifications = sorted((shared / "data/philadelphia/specs").glob("*.htm"))
    if not specifications:
        pytest.skip("the folder shared/data/philadelphia/specs is empty or absent")

    def make(folder: Path) -> None:
        (folder / "corpus").mkdir()
        for path in random.Random(20261125).sample(specifications, len(specifications) // 6):
            shutil.copy(path, folder / "corpus")
        index_in_a_process(folder / "corpus", folder / "index")

    return made_once("philadelphia", make, tmp_path_factory) / "index"


def parsed_here(
    files: Sequence[CorpusFile], sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, *, meaning: bool = False, words: OwnWords | None = None
) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """What `parse_files` gives, read in this process: a child takes a second to start."""
    reading = load_reading(load_vocabulary(words)) if meaning else None
    for file in files:
        yield file, parse_file(file.path, file.name, sidecar, limits, reading)


def parsed_by_rules(
    files: Sequence[CorpusFile], sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, *, meaning: bool = False, words: OwnWords | None = None
) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """The same by rules alone, without a model, for tests of what is not reading."""
    return parsed_here(files, sidecar, limits)


_CENTRES: dict[str, npt.NDArray[np.float32]] = {}


def known_centre(encoder: Encoder) -> npt.NDArray[np.float32]:
    """What `centre_of` gives, found once: with a real model it takes seconds for every new index."""
    if encoder.fingerprint not in _CENTRES:
        _CENTRES[encoder.fingerprint] = centre_of(encoder)
    return _CENTRES[encoder.fingerprint]


class ChildrenHere:
    """Stands for guarded children that are kept: reads in this process."""

    made = 0
    """How many sets of them were made since a test set it."""

    def __init__(self, settings: Settings, count: int | None = None) -> None:
        self._settings = settings
        ChildrenHere.made += 1

    def parse(self, files: Sequence[CorpusFile]) -> Iterator[tuple[CorpusFile, ParsedFile]]:
        yield from parsed_here(files, self._settings.sidecar, self._settings.limits, meaning=self._settings.meaning, words=self._settings.words)

    def close(self) -> None:
        """There is nothing to end."""


@contextmanager
def quick_updates() -> Iterator[None]:
    """Updates that read files in this process (what children are for is tested in ingest/test_pool.py), and find a centre once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specsearch.ingest.read.parse_files", parsed_here)
        patch.setattr("specsearch.ingest.read.Children", ChildrenHere)
        patch.setattr("specsearch.ingest.update.centre_of", known_centre)
        yield


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Updates of a module are quick ones."""
    with quick_updates():
        yield


@dataclass(frozen=True)
class Result:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


def contents(index: Snapshot) -> list[tuple[Document, list[Passage]]]:
    """All documents of an index in the order of their ids, each with its passages in order."""
    numbers = [entry.number for entry in index.entries()]
    return [(index.document(number), passages) for number, (passages, _) in zip(numbers, index.statements(numbers), strict=True)]


def specsearch(*arguments: object, stdin: str | bytes = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Run the command line in this process, with streams of bytes as a pipe gives them; an error that it does not catch is raised."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8", "surrogateescape")
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["specsearch", *map(str, arguments)])
        for name, stream in (("stdin", io.BytesIO(given)), ("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, io.TextIOWrapper(stream, encoding="utf-8", write_through=True))
        for name, value in {"COLUMNS": "200", "TERM": "dumb", **(env or {})}.items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        assert isinstance(code, int)
        said = [_lines(stream.getvalue()) for stream in (out, err)]
    assert "Traceback" not in "".join(said)
    return Result(code, *said)


def _lines(data: bytes) -> str:
    """Output as text, its lines ended alike."""
    return data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")


_FIXED = files("specsearch.encoding").joinpath(STATEMENTS).read_text(encoding="utf-8").splitlines()


class WordEncoder:
    """A readable encoder: each word has a fixed random direction, a text is the sum of its words.

    It remembers the texts that it was given, so that a test can say what was embedded, without the
    fixed statements that every index has its centre from.
    """

    name = "words"
    precision = "fp32"
    dimension = 32
    max_tokens = 64

    def __init__(self, fingerprint: str = "f" * 64) -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.seen += texts if list(texts) != _FIXED else []
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        return self._vector(text)[np.newaxis, :]

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        words = text.lower().split() or [""]
        total = np.sum([_direction(word.strip(".,;:()"), self.dimension) for word in words], axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)


@cache
def _direction(word: str, dimension: int) -> npt.NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(dimension)


@pytest.fixture
def word_encoder() -> WordEncoder:
    """A fresh `WordEncoder`."""
    return WordEncoder()
