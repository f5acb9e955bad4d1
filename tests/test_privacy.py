"""Nothing leaves the computer, and nothing is written but the index, our cache and what the user asked for.

Each command runs under `strace`, with a home of its own: every attempt to reach a network and every file that is
opened for writing is seen, whatever library makes it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from serving import ask, status
from specsearch.encoding import prepare_model
from specsearch.encoding.models import BASE_MODEL, DEFAULT_MODEL, cache_root

_CALLS = "connect,sendto,sendmsg,sendmmsg,bind,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
_REACHED = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg|bind)\(.*(?:AF_INET|AF_PACKET|[Rr]esolve)|\bsend\w*\(\d+<(?:TCP|UDP)")
"""A call to another machine, to this one through its network, or to what looks up the names of machines."""
_WRITTEN = re.compile(
    r"\b(?:open(?:at)?\((?:(?:AT_FDCWD|\d+)(?:<(?P<at>[^>]*)>)?, )?\"(?P<opened>[^\"]*)\", [A-Z_|]*(?:O_WRONLY|O_RDWR|O_CREAT)"
    r"|(?:creat|mkdir)\(\"(?P<made>[^\"]*)\"|mkdirat\((?:AT_FDCWD|\d+)(?:<(?P<below>[^>]*)>)?, \"(?P<inside>[^\"]*)\""
    r"|(?:rename|link|symlink)\w*\(.*\"(?P<named>[^\"]*)\"(?:, \w+)?\))"
)
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>")
_DEVICES = ("/dev/null", "/dev/tty", "/dev/shm/sem.", "/proc/self/")
"""Nothing stays of what is written there."""
_SPECIFICATION = "CITY OF {city}\n{title}\n\nDUTIES\n• Prepares and monitors the yearly budget of the {place}.\n• {duty}\n\nQUALIFICATIONS\n• Two years of experience.\n"


@dataclass(frozen=True)
class Traced:
    """What a run did: its exit code, attempts to reach a network, and files written."""

    code: int
    out: str
    reached: list[str]
    written: set[Path]


@dataclass(frozen=True)
class Place:
    """Where the runs happen: home, temporary folder, documents and index are all below one folder."""

    root: Path

    def run(self, *command: object, cache: Path | None = None) -> Traced:
        """Run Python with some arguments under strace."""
        with self.running(*command, cache=cache) as (process, done):
            out, errors = process.communicate()
        return done(out + errors)

    @contextmanager
    def running(self, *command: object, cache: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], Traced]]]:
        """A run of Python under strace that goes on during the block, and what tells what it did when it has ended, given what it printed."""
        log = self.root / "trace.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MPL", "ORT_", "HF_", "TORCH"))}
        environment |= {
            "HOME": str(self.root / "home"), "TMPDIR": str(self.root / "tmp"), "SPECSEARCH_CACHE": str(cache or cache_root()), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        traced = ["strace", "-f", "-yy", "-qq", "--seccomp-bpf", "-s", "256", "-o", str(log), "-e", f"trace={_CALLS}"]
        process = subprocess.Popen(
            [*traced, sys.executable, *map(str, command)], cwd=self.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

        def done(said: str) -> Traced:
            lines = _calls(log.read_text(encoding="utf-8", errors="replace"))
            log.unlink()
            written = {path for line in lines if " = -1 " not in line and (path := _path(line, self.root)) is not None}
            return Traced(process.returncode, said, [line for line in lines if _REACHED.search(line)], written)

        with process:
            yield process, done

    def specsearch(self, *arguments: object, cache: Path | None = None) -> Traced:
        """Run the command line."""
        return self.run("-m", "specsearch", *arguments, cache=cache)

    def foreign(self, run: Traced, allowed: Sequence[Path]) -> set[Path]:
        """Files that a run wrote and should not have: what is temporary must be gone by now."""
        temporary = self.root / "tmp"
        assert list(temporary.iterdir()) == []
        places = [temporary, *allowed]
        return {path for path in run.written if not any(path.is_relative_to(place) for place in places)}


def _end(process: subprocess.Popen[str]) -> str:
    """Tell what strace runs to end; gives what it had still to say."""
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
    os.kill(int(child), signal.SIGTERM)
    out, errors = process.communicate(timeout=60)
    return out + errors


def _calls(log: str) -> list[str]:
    """Each call with its result: one that another thread interrupted is written in two lines."""
    begun: dict[str, str] = {}
    calls: list[str] = []
    for line in log.splitlines():
        process, _, call = line.partition(" ")
        if call.endswith(_UNFINISHED):
            begun[process] = line.removesuffix(_UNFINISHED)
        elif (resumed := _RESUMED.match(call.lstrip())) is not None:
            calls.append(begun.pop(process, f"{process} ") + call.lstrip()[resumed.end() :])
        else:
            calls.append(line)
    return [*calls, *begun.values()]


def _path(line: str, cwd: Path) -> Path | None:
    found = _WRITTEN.search(line)
    if found is None:
        return None
    name = next(found[group] for group in ("opened", "made", "inside", "named") if found[group] is not None)
    if name.startswith(_DEVICES):
        return None
    return Path(found["at"] or found["below"] or cwd, name)


def _traceable() -> bool:
    return shutil.which("strace") is not None and subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two documents and their index."""
    if not _traceable():
        pytest.skip("needs strace, and the right to trace processes")
    root = tmp_path_factory.mktemp("privacy")
    for name in ("home", "tmp", "corpus"):
        (root / name).mkdir()
    for city, title, where, duty in (("FERN POINT", "BUDGET ANALYST", "port", "Writes reports."), ("MOSS LANDING", "FISCAL OFFICER", "city", "Trains staff.")):
        (root / "corpus" / f"{title.lower().replace(' ', '-')}.txt").write_text(_SPECIFICATION.format(city=city, title=title, place=where, duty=duty))
    (root / "queries.tsv").write_text("q1\tprepares the budget\n", encoding="utf-8")
    (root / "qrels.tsv").write_text("q1\tbudget-analyst.txt\t2\n", encoding="utf-8")
    for model in (DEFAULT_MODEL, BASE_MODEL):
        prepare_model(model)
    place = Place(root)
    run = place.specsearch("index", "corpus")
    assert run.code == 0, run.out
    assert run.reached == []
    assert place.foreign(run, [root / "index", cache_root()]) == set()
    return place


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "prepares the budget", "--explain"),
        ("parse", "corpus/budget-analyst.txt"),
        ("roles",),
        ("similar", "budget analyst"),
        ("compare", "budget analyst", "fiscal officer", "--report", "report.html"),
        ("compare", "budget analyst", "fiscal officer", "--report", "report.docx"),
        ("cities", "budget analyst", "--report", "report.md"),
        ("cities", "--duty", "prepares the budget"),
        ("decide", "budget analyst", "fiscal officer", "accept", "--reason", "The same.", "--reviewer", "R."),
        ("decide", "--export", "report.tsv"),
        ("list", "add", "budgets", "budget analyst", "--reviewer", "R."),
        ("status",),
        ("check", "--repair"),
        ("evaluate", "--index", "index", "--queries", "queries.tsv", "--qrels", "qrels.tsv"),
        ("judge", "queries.tsv", "--assessor", "A."),
        ("index", "corpus"),
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[-1:]),
)
def test_no_command_reaches_out_or_writes_elsewhere(arguments: tuple[str, ...], place: Place) -> None:
    """No command tries to reach a network; it writes the index, our cache and the file that it was asked for."""
    for report in place.root.glob("report.*"):
        report.unlink()
    run = place.specsearch(*arguments)
    asked = {place.root / argument for argument in arguments if argument.startswith("report.")}
    assert "Traceback" not in run.out
    assert run.code in (0, 2), run.out
    assert run.reached == []
    made = {path for path in place.foreign(run, [place.root / "index", cache_root()]) if not path.name.startswith(".new-")}
    assert made - {place.root / "queries.judgements.jsonl"} <= asked
    assert list((place.root / "home").rglob("*")) == []


def test_a_call_in_two_lines_is_read_as_one() -> None:
    """Its result, which tells whether anything was written, stands in the second."""
    log = '7  mkdir(".", 0777 <unfinished ...>\n8  open("a", O_RDONLY) = 3\n7  <... mkdir resumed>) = -1 EEXIST\n9  creat("b" <unfinished ...>\n'
    assert _calls(log) == ['8  open("a", O_RDONLY) = 3', '7  mkdir(".", 0777) = -1 EEXIST', '9  creat("b"']


def test_a_long_lived_process_reaches_nobody(place: Place) -> None:
    """A program that keeps an index open for long enough to send something, and searches now and then, sends nothing."""
    program = """
import time
from specsearch import open_index, search
with open_index("index") as index:
    for _ in range(4):
        assert search(index, "prepares the budget", k=1)
        time.sleep(2)
"""
    run = place.run("-c", program)
    assert run.code == 0, run.out
    assert run.reached == []
    assert place.foreign(run, [place.root / "index", cache_root()]) == set()
    assert list((place.root / "home").rglob("*")) == []


def test_a_server_reaches_nobody_but_who_asks_it(place: Place) -> None:
    """The workbench listens on the loopback, and answers there; pages, what programs ask and a decision send nothing elsewhere."""
    with place.running("-m", "specsearch", "serve", "--port", "0") as (process, done):
        assert process.stdout is not None
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert address is not None, said
        for path in ("/search", "/search?q=budget", "/api/v1/search?query=budget", "/role/budget-analyst.txt", "/static/workbench.css", "/nowhere"):
            assert status(ask(int(address.group(1)), f"GET {path} HTTP/1.1\r\nHost: {address.group()[7:]}\r\nConnection: close\r\n\r\n".encode())) in (200, 404)
        run = done(said + _end(process))
    assert (run.code, run.out) == (0, said)
    here = rf"127\.0\.0\.1:{address.group(1)}"
    assert [line for line in run.reached if not re.search(rf"<TCP:\[{here}->127\.0\.0\.1:\d+\]>|bind\(.*htons\(0\), sin_addr=inet_addr\(\"127\.0\.0\.1\"\)", line)] == []
    assert any("<TCP:" in line for line in run.reached)
    assert place.foreign(run, [place.root / "index", cache_root()]) == set()
    assert list((place.root / "home").rglob("*")) == []


def test_the_first_run_reaches_nobody(place: Place) -> None:
    """Preparing the models, which loads torch and sentence-transformers, takes nothing from elsewhere either."""
    cache = place.root / "cache"
    run = place.specsearch("index", "corpus", "--index", "other", cache=cache)
    assert run.code == 0, run.out
    assert "Preparing the model" in run.out
    assert run.reached == []
    assert place.foreign(run, [place.root / "other", cache]) == set()
    assert list((place.root / "home").rglob("*")) == []


def test_the_trace_sees(place: Place) -> None:
    """A program that asks for a name, connects, and writes where it should not is caught at each."""
    program = """
import socket, pathlib
pathlib.Path.home().joinpath("note").write_text("x")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", 9))
s.send(b"x")
"""
    run = place.run("-c", program)
    assert len(run.reached) == 2
    assert place.foreign(run, []) == {place.root / "home" / "note"}
    (place.root / "home" / "note").unlink()
