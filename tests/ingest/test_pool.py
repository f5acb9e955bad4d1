"""The guarded children: a file that takes too much, crashes or hangs costs itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from children import LONG, check_cost, children, needs_proc, run, wait_until_idle
from hostile import LIMITS, NEIGHBOUR, SHOW, TEXT, is_neighbour, made, page, word
from hostile_cases import CASES
from specsearch.encoding import prepare_model
from specsearch.ingest.pool import parse_files, parse_one
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile, Sidecar


@pytest.fixture
def neighbours(tmp_path: Path) -> list[CorpusFile]:
    """Two good files, to be read before and after a hostile one."""
    return [made(tmp_path, "before.txt", NEIGHBOUR), made(tmp_path, "after.txt", NEIGHBOUR)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        # Each of the empty lists takes 64 bytes.
        pytest.param("x.json", lambda: b'[{"text": "%b", "a": [%b[]]}]' % (TEXT, b"[]," * 12_000_000), "", id="json"),
        pytest.param("x.txt", lambda: b"Files papers.\n" * 3_000_000, "", id="text"),
        # These libraries do not say that it was memory that they lacked.
        pytest.param("x.docx", lambda: word(b"<w:p/>" * 20_000_000), "not a readable Word document", id="docx"),
        pytest.param("x.html", lambda: b"<b>x</b>" * 5_000_000, "cannot be parsed|not a readable", id="html"),
        pytest.param(
            "x.pdf",
            lambda: page(SHOW[:-2] + b"(clerk) Tj " * 3_000_000 + b"ET"),
            "crashed the parser|damaged",
            id="pdf",
        ),
    ],
)
def test_memory(
    tmp_path: Path, neighbours: list[CorpusFile], name: str, content: Callable[[], bytes], reason: str
) -> None:
    """A file that needs more memory than allowed is a skip that names the limit, if it can, and the next one is read."""
    limits = Limits(seconds=60, memory_bytes=600_000_000)
    results = run([neighbours[0], made(tmp_path, name, content()), neighbours[1]], limits)
    check_cost(results, name, "needs more than 600 MB of memory" + (f"|{reason}" if reason else ""))


def test_no_memory_for_anything(neighbours: list[CorpusFile]) -> None:
    """With less memory than the libraries need every file is a skip, and the run ends."""
    results = run(neighbours, Limits(seconds=20, memory_bytes=1_000_000), meaning=True)
    assert all(parsed.skips and not parsed.documents for parsed in results.values())


def test_memory_of_a_machine_with_many_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of memory holds the model on any machine: threads do not take it up before the file is read."""
    # BUG: with 64 cores the encoder starts 64 threads and more, whose reserved address space is beyond the limit:
    # "cannot be parsed (RuntimeError: can't start new thread)" for every file whose sentences are judged by meaning.
    prepare_model()
    made(tmp_path, "sitecustomize.py", "import os\nos.cpu_count = lambda: 64\n")  # Python runs it when a child starts
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MALLOC_ARENA_MAX", str(8 * 64))  # what the C library takes for 64 cores
    file = made(tmp_path, "x.txt", LONG[:20_000])
    parsed = run([file], Limits(), meaning=True)["x.txt"]
    assert parsed.skips == ()
    assert len(parsed.documents) == 1


def test_processor_time(tmp_path: Path, neighbours: list[CorpusFile]) -> None:
    """A file that takes too much processor time is a skip that names the limit, and the next one is read by a new child."""
    prepare_model()
    # A child's first file has a minute more by the clock, so that it is the processor's limit that it meets.
    results = run([made(tmp_path, "long.txt", LONG), neighbours[1]], Limits(seconds=2), meaning=True)
    check_cost(results, "long.txt", "took more than 2 seconds of processor time")


def test_clock(tmp_path: Path, neighbours: list[CorpusFile]) -> None:
    """A file that takes too long by the clock is a skip that names the limit, and the next one is read by a new child."""
    prepare_model()
    results = run([neighbours[0], made(tmp_path, "long.txt", LONG), neighbours[1]], Limits(seconds=2), meaning=True)
    check_cost(results, "long.txt", "took longer than 2 seconds")


def test_hang(tmp_path: Path, neighbours: list[CorpusFile]) -> None:
    """A file that cannot be opened or left, such as a pipe that has taken its place, does not hang the run."""
    pipe = made(tmp_path, "pipe.txt", NEIGHBOUR)
    pipe.path.unlink()
    os.mkfifo(pipe.path)
    check_cost(
        run([neighbours[0], pipe, neighbours[1]], Limits(seconds=5)),
        "pipe.txt",
        "not a regular file|longer than 5 seconds",
    )


def test_file_that_has_gone(tmp_path: Path, neighbours: list[CorpusFile]) -> None:
    """A file that was deleted since the folder was listed is a skip."""
    gone = made(tmp_path, "gone.txt", NEIGHBOUR)
    gone.path.unlink()
    check_cost(
        run([neighbours[0], gone, neighbours[1]], LIMITS), "gone.txt", "(?i)no such file|not there|not a regular file"
    )


@needs_proc
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        pytest.param(signal.SIGKILL, r"crashed the parser \(exit code -9\)", id="kill"),
        pytest.param(signal.SIGSEGV, r"crashed the parser \(exit code -11\)", id="segv"),
        pytest.param(signal.SIGSTOP, "took longer than 3 seconds", id="stop"),
    ],
)
def test_child_ended_in_the_middle(
    tmp_path: Path, neighbours: list[CorpusFile], number: signal.Signals, reason: str
) -> None:
    """A child that is killed, crashes or hangs while it reads costs the file that it reads."""
    prepare_model()
    files = [neighbours[0], made(tmp_path, "long.txt", LONG), neighbours[1]]
    answers = parse_files(files, Sidecar({}), Limits(seconds=3), meaning=True, workers=1)
    results = dict([next(answers)])  # the child has been given the next file by now
    [child] = children()
    os.kill(child, number)
    results |= dict(answers)
    assert list(results) == files
    check_cost({file.name: parsed for file, parsed in results.items()}, "long.txt", reason)
    assert children() == []


@needs_proc
def test_a_child_is_told_no_secrets(neighbours: list[CorpusFile], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hostile file may take over was handed no password, token or key, whatever variable holds it; and what it needs to read."""
    secret = ["PGPASSWORD", "PGSERVICE", "SPECSEARCH_MILVUS_TOKEN", "SPECSEARCH_TOKEN", "RAY_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_STORAGE_KEY", "DATABASE_URL", "HF_TOKEN"]
    for name in (*secret, "LC_PAPER", "SPECSEARCH_SOFFICE"):
        monkeypatch.setenv(name, "geheim")
    answers = parse_files(neighbours, Sidecar({}), LIMITS, workers=1)
    first = next(answers)
    [child] = children()
    told = Path(f"/proc/{child}/environ").read_bytes().decode().split("\0")
    assert sorted(one for one in told if "geheim" in one) == ["LC_PAPER=geheim", "SPECSEARCH_SOFFICE=geheim"]
    assert all(is_neighbour(found) for _, found in [first, *answers])


@needs_proc
@pytest.mark.parametrize(
    "content",
    [
        # BUG: BrokenPipeError from pool._assign ends the run: the child has gone when it is given its next file.
        pytest.param(NEIGHBOUR, id="after-its-answer"),
        # BUG: the answer broke off, and reading it ended the run.
        pytest.param(NEIGHBOUR + "• Files papers in the vault.\n" * 20_000, id="within-its-answer"),
    ],
)
def test_child_killed_while_it_waits(tmp_path: Path, neighbours: list[CorpusFile], content: str) -> None:
    """A child that is killed once it has read a file costs that file at most, not the run."""
    files = [neighbours[0], made(tmp_path, "x.txt", content), neighbours[1]]
    answers = parse_files(files, Sidecar({}), LIMITS, workers=1)
    results = dict([next(answers)])
    [child] = children()
    wait_until_idle(child)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    results |= dict(answers)
    assert list(results) == files
    assert is_neighbour(results[files[0]])
    assert is_neighbour(results[files[2]])


@needs_proc
def test_children_end_with_the_run(tmp_path: Path) -> None:
    """Whoever stops asking for results leaves no children behind."""
    answers = parse_files(
        [made(tmp_path, f"{n}.txt", LONG if n else NEIGHBOUR) for n in range(5)],
        Sidecar({}),
        LIMITS,
        meaning=True,
        workers=2,
    )
    next(answers)
    assert len(children()) == 2
    answers.close()  # type: ignore[attr-defined]  # it is a generator, declared as what its users need
    assert children() == []


def test_parse_one(tmp_path: Path) -> None:
    """A single file is guarded in the same way."""
    path = made(tmp_path, "x.json", CASES["json-deep-arrays"].content()).path
    assert "nested too deeply" in parse_one(path, "x.json", Sidecar({}), LIMITS).skips[0].reason
    assert is_neighbour(parse_one(made(tmp_path, "x.txt", NEIGHBOUR).path, "x.txt", Sidecar({}), LIMITS))
