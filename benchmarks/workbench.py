"""How the workbench answers while many ask and the index is updated.

    python benchmarks/workbench.py load [--index INDEX --corpus CORPUS] [--seconds 60] [--rate 50]

`load` starts `specsearch serve` on copies of an index and its corpus (by default those of the sample corpus), asks for pages,
for JSON and for documents at a steady rate, and meanwhile changes documents and runs `specsearch index` again and again.
A request begins when it is due, whether others are answered or not, and its time counts from then.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from common import CORPUS, Table, save

from serving import Serving, peak_memory, serving

SUBJECTS = ("operating budget", "potholes in streets", "complaints of residents", "water treatment plant", "collective bargaining", "payroll records", "park maintenance")
ACTS = ("prepares", "reviews", "directs the work on", "answers questions about", "inspects", "keeps the records of", "coordinates")
MIX = {"search page": 12, "hits as one types": 10, "search, JSON": 8, "document page": 8, "document, JSON": 6, "role page": 2, "comparison page": 2, "static file": 2}
"""Of fifty requests, how many are of each kind."""
_CHANGED = 3
"""Documents that each update reads anew."""


@dataclass
class Run:
    """What came of it.

    Attributes:
        times: Seconds by kind of request.
        failures: What did not get its answer.
        memory: Resident memory of the server in megabytes, each second.
        updates: Seconds that each update took.
    """

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)


class Client:
    """Keeps connections open, as browsers do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str, *headers: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", *headers)
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        if reader.at_eof():  # the server has closed it meanwhile
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"\r\ncontent-length: (\d+)", head)
        assert length is not None, head
        body = await reader.readexactly(int(length.group(1)))
        self._idle.append((reader, writer))
        return int(head.split(" ", 2)[1]), body


def addresses(kind: str, ids: Sequence[str], seed: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What to ask for, again and again something else, with headers."""
    chance = random.Random(f"{kind} {seed}")
    while True:
        words = f"{chance.choice(ACTS)} {chance.choice(SUBJECTS)} {chance.choice(SUBJECTS)}"
        one, other = chance.sample(ids, 2)
        query = urlencode({"q": words})
        yield {
            "search page": (f"/search?{query}", ()),
            "hits as one types": (f"/search?{urlencode({'q': words[: chance.randrange(4, len(words))]})}", ("HX-Request: true", "HX-Target: hits")),
            "search, JSON": (f"/api/v1/search?{urlencode({'query': words})}", ()),
            "document page": (f"/document/{quote(one)}", ()),
            "document, JSON": (f"/api/v1/documents/{quote(one)}", ()),
            "role page": (f"/role/{quote(one)}", ()),
            "comparison page": (f"/compare?{urlencode({'role': (one, other)}, doseq=True)}", ()),
            "static file": ("/static/workbench.css?v=0", ()),
        }[kind]


async def load(server: Serving, corpus: Path, index: Path, rate: float, seconds: float) -> Run:
    """Ask at a steady rate while updates go on."""
    run, client = Run(), Client(server.port)
    _, listed = await client.get("/api/v1/documents?limit=1000")
    ids = [document["id"] for document in json.loads(listed)]
    asked = {kind: addresses(kind, ids, 0) for kind in MIX}
    kinds = [kind for kind, times in MIX.items() for _ in range(times)]
    random.Random(0).shuffle(kinds)

    async def ask(kind: str, due: float) -> None:
        path, headers = next(asked[kind])
        try:
            status, _ = await client.get(path, *headers)
            run.times[kind].append(time.perf_counter() - due)
            if status != 200:
                run.failures.append(f"{status} {path}")
        except (OSError, EOFError) as error:
            run.failures.append(f"{error!r} {path}")

    end = asyncio.Event()
    others = [asyncio.create_task(update(corpus, index, run, end)), asyncio.create_task(watch(server.process.pid, run, end))]
    requests, start = [], time.perf_counter()
    for number, kind in zip(range(int(rate * seconds)), itertools.cycle(kinds), strict=False):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        requests.append(asyncio.create_task(ask(kind, due)))
    await asyncio.gather(*requests)
    end.set()
    await asyncio.gather(*others)
    return run


async def update(corpus: Path, index: Path, run: Run, end: asyncio.Event) -> None:
    """Change documents and index them, as a job of the workbench does: in a process that comes behind it."""
    texts = sorted(corpus.rglob("*.txt"))
    for number in itertools.count():
        if end.is_set():
            return
        for place in range(_CHANGED):
            with texts[(number * _CHANGED + place) % len(texts)].open("a", encoding="utf-8") as file:
                file.write(f"\n• Keeps the minutes of meeting {number}.\n")
        start = time.perf_counter()
        command = ("nice", "-n", "5", sys.executable, "-m", "specsearch", "index", str(corpus), "--index", str(index))
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if await process.wait():
            run.failures.append(f"the update ended with {process.returncode}")
        run.updates.append(time.perf_counter() - start)


async def watch(process: int, run: Run, end: asyncio.Event) -> None:
    """Note the memory each second."""
    while not end.is_set():
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
        assert found is not None
        run.memory.append(int(found.group(1)) // 1024)
        await asyncio.sleep(1)


def measure(given: argparse.Namespace) -> None:
    """Start the server, ask, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        index, corpus = Path(folder, "index"), Path(folder, "corpus")
        shutil.copytree(given.corpus, corpus)
        if given.index:
            shutil.copytree(given.index, index)
        subprocess.run([sys.executable, "-m", "specsearch", "index", str(corpus), "--index", str(index)], check=False, stdout=subprocess.DEVNULL)
        begun = time.perf_counter()
        with serving(index, corpus) as server:
            ready = time.perf_counter()
            asyncio.run(Client(server.port).get("/search"))
            first = time.perf_counter()
            asyncio.run(Client(server.port).get("/search?q=budget"))
            searched = time.perf_counter()
            used = processor(server.process.pid)
            run = asyncio.run(load(server, corpus, index, given.rate, given.seconds))
            used = processor(server.process.pid) - used
            peak, code = peak_memory(server.process.pid), server.end()
            said = server.complaints()
    table = Table(("request", "number", "p50 ms", "p95 ms", "p99 ms", "longest ms"))
    everything = [seconds for times in run.times.values() for seconds in times]
    for kind, times in (*sorted(run.times.items()), ("all", everything)):
        table.add(kind, str(len(times)), *(f"{1000 * at(times, share):.0f}" for share in (0.5, 0.95, 0.99, 1)))
    lines = [
        str(table),
        f"{given.rate:g} requests a second for {given.seconds:g} s on {os.cpu_count()} cores; {len(run.failures)} failed; {len(run.updates)} updates meanwhile, of {sum(run.updates) / max(1, len(run.updates)):.0f} s.",
        f"The server used {used:.0f} s of a processor, {1000 * used / len(everything):.0f} ms a request. The load of the machine was {os.getloadavg()[0]:.0f}.",
        f"Memory of the server: {run.memory[0]} MB at the start, {peak} MB at most, {run.memory[-1]} MB at the end.",
        f"It answers {ready - begun:.1f} s after the command; the first page then takes {first - ready:.2f} s, the first search after it {searched - first:.2f} s. It ended with {code}.",
    ]
    print("\n".join([*lines, *run.failures[:20], said]))
    if given.save:
        save("workbench_load", "\n".join(lines), {"failures": len(run.failures), "times": run.times, "memory": run.memory, "peak": peak, "updates": run.updates})


def processor(process: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(times: Sequence[float], share: float) -> float:
    """The time within which a share of the requests is answered."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    loading = commands.add_parser("load")
    loading.add_argument("--index", type=Path)
    loading.add_argument("--corpus", type=Path, default=CORPUS)
    loading.add_argument("--seconds", type=float, default=60)
    loading.add_argument("--rate", type=float, default=50)
    loading.add_argument("--save", action="store_true")
    loading.set_defaults(run=measure)
    given = parser.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()
