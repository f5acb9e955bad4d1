"""Children that were taken over: what they say is data, checked, or nonsense."""

from __future__ import annotations

import hashlib
import io
import pickle
import random
import resource
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers

from children import children, needs_proc, run
from hostile import LIMITS, NEIGHBOUR, made
from specsearch.ingest import messages, pool
from specsearch.ingest.corpus import ParsedFile
from specsearch.parsing.document import parse_source
from specsearch.readers.limits import Limits
from specsearch.readers.text import split_paragraphs
from specsearch.records import Kind, Label, Origin, Place, Section, Skip, SourceClassification, Span

FAKE_CHILD = """\
#!{python}
import struct, sys, time
from pathlib import Path
for _ in range(2):
    sys.stdin.buffer.read(struct.unpack(">Q", sys.stdin.buffer.read(8))[0])
sys.stdout.buffer.write(Path({answer!r}).read_bytes())
sys.stdout.buffer.flush()
time.sleep(600)
"""
"""It takes its settings and its first file, says what it is told to say, and goes on to listen."""
NONSENSE = "answer nonsense"
TOO_LONG = NEIGHBOUR + "Files papers.\n" * 200_000
"""A text whose beginning an honest answer is about, so that only its length is wrong."""


class Bomb:
    """Unpickling it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


def framed(data: bytes) -> bytes:
    """A message as children send it: its length and its bytes."""
    return struct.pack(">Q", len(data)) + data


def honest(name: str = "x.txt", text: str = NEIGHBOUR) -> ParsedFile:
    """What a child finds in a good file."""
    return ParsedFile((parse_source(split_paragraphs(text), name),), ())


def sent(value: object) -> bytes:
    """A value as a child sends it."""
    out = io.BytesIO()
    messages.write(out, value)
    return out.getvalue()


def answer_of(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answer: bytes, limits: Limits = LIMITS, start_seconds: float = 30
) -> ParsedFile:
    """What becomes of a file whose child answers this."""
    script, said = folder / "child", folder / "answer"
    said.write_bytes(answer)
    script.write_text(FAKE_CHILD.format(python=sys.executable, answer=str(said)), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr(pool, "_START_SECONDS", start_seconds)
    return run([made(folder, "x.txt", NEIGHBOUR)], limits)["x.txt"]


def test_fake_child_can_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests below fail for what is said, not for who says it: an honest answer is taken."""
    assert answer_of(monkeypatch, tmp_path, sent(honest())) == honest()


def test_an_answer_after_pages_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child may tell of pages that it has read by text recognition before it answers."""
    assert answer_of(monkeypatch, tmp_path, sent(True) * 3 + sent(honest())) == honest()


@needs_proc
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(framed(pickle.dumps(Bomb(Path("exploded")))), id="pickle-bomb"),
        pytest.param(pickle.dumps(Bomb(Path("exploded"))), id="pickle-without-length"),
        pytest.param(framed(pickle.dumps(honest())), id="honest-pickle"),
        pytest.param(b"\xff" * 8, id="length-of-2^64"),
        pytest.param(struct.pack(">Q", 1 << 63) + b"\x82" * 100, id="length-of-2^63"),
        pytest.param(framed(b"\x82\xa9documents\xdd\xff\xff\xff\xff"), id="four-billion-documents"),
        pytest.param(framed(b"\x82\xa9documents\x90\xa5skips" + b"\x91" * 100_000), id="deep"),
        pytest.param(framed(b"\x82\xa9documents\x90\xa5skips\x91\x82\xa4path\xa2\xff\xfe\xa6reason\xa1x"), id="not-utf8"),
        pytest.param(framed(b""), id="nothing"),
        pytest.param(framed(random.Random(1).randbytes(5000)), id="noise"),
        pytest.param(sent({"documents": 5, "skips": []}), id="number-for-documents"),
        pytest.param(sent({"documents": [{"text": "x"}], "skips": []}), id="half-a-document"),
        pytest.param(sent(["documents", "skips"]), id="list"),
        pytest.param(sent(honest()) + sent(honest("y.txt")), id="answer-to-the-next-file-too"),
        pytest.param(sent(honest()) + sent(True), id="a-page-after-the-answer"),
        pytest.param(sent(honest("y.txt")), id="another-file"),
        pytest.param(sent(ParsedFile((), (Skip("../../y.txt", "gone"),))), id="skip-of-another-file"),
    ],
)
def test_answers_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Whatever a child says instead of an answer is never run, costs the file that it had, and ends the child."""
    monkeypatch.chdir(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parsed = answer_of(monkeypatch, tmp_path, answer)
    assert parsed.documents == ()
    [skip] = parsed.skips
    assert skip.path == "x.txt"
    assert NONSENSE in skip.reason
    assert not Path("exploded").exists()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    assert children() == []


@needs_proc
def test_answer_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that begins an answer and falls silent is watched by the clock, as one that says nothing."""
    parsed = answer_of(monkeypatch, tmp_path, sent(honest())[:-10], Limits(seconds=1), start_seconds=1)
    assert parsed.documents == ()
    assert "took longer than 1 seconds" in parsed.skips[0].reason


def lie(**changes: Any) -> ParsedFile:  # noqa: ANN401  of any field
    """An honest answer but for some fields of its document."""
    [parsed] = honest().documents
    return ParsedFile((replace(parsed, document=replace(parsed.document, **changes)),), ())


def lie_about_a_passage(**changes: Any) -> ParsedFile:  # noqa: ANN401  of any field
    """An honest answer but for some fields of its second passage."""
    [parsed] = honest().documents
    first, second, *rest = parsed.passages
    return ParsedFile((replace(parsed, passages=(first, replace(second, **changes), *rest)),), ())


def lie_about(**changes: Any) -> ParsedFile:  # noqa: ANN401  of any field
    """An honest answer but for a part of it."""
    [parsed] = honest().documents
    return ParsedFile((replace(parsed, **changes),), ())


def origin(start: int | None, end: int | None, field: str = "title") -> ParsedFile:
    """An answer that has a title from that place."""
    return lie(source=SourceClassification(title="Clerk", origins={field: Origin(Place.TEXT, start, end)}))


@pytest.mark.parametrize(
    "lying",
    [
        pytest.param(lie(path="y.txt"), id="path"),
        pytest.param(lie(doc_id="y.txt"), id="id"),
        pytest.param(lie(doc_id="x.txt.bak"), id="id-of-a-longer-name"),
        pytest.param(lie(content_hash="0" * 64), id="hash"),
        pytest.param(lie(text=NEIGHBOUR.replace("METER", "WATER")), id="text"),
        pytest.param(lie(pages=(0, 10**6)), id="page-beyond"),
        pytest.param(lie(pages=(50, 10)), id="pages-backwards"),
        pytest.param(ParsedFile(honest().documents * 2, ()), id="twice"),
        pytest.param(honest(text=NEIGHBOUR + "A\x00B"), id="nul"),
        pytest.param(lie(text=TOO_LONG, content_hash=hashlib.sha256(TOO_LONG.encode()).hexdigest()), id="too-long"),
        pytest.param(lie_about_a_passage(end=10**9), id="passage-beyond"),
        pytest.param(lie_about_a_passage(start=-5), id="passage-before"),
        pytest.param(lie_about_a_passage(text="Commands the fleet."), id="passage-not-in-the-text"),
        pytest.param(lie_about_a_passage(doc_id="y.txt"), id="passage-of-another"),
        pytest.param(lie_about_a_passage(passage_id="y.txt:0-5"), id="passage-id"),
        pytest.param(lie_about_a_passage(ordinal=7), id="ordinal"),
        pytest.param(lie_about_a_passage(kind=Kind.ADMINISTRATIVE), id="kind"),
        pytest.param(lie_about_a_passage(confidence=float("nan")), id="confidence-nan"),
        pytest.param(lie_about_a_passage(confidence=2.0), id="confidence"),
        pytest.param(lie_about(passages=honest().documents[0].passages[:1] * 2), id="passage-twice"),
        pytest.param(lie_about(sections=(Section(Label.DUTY, None, 0, 10**6),)), id="section"),
        pytest.param(lie_about(furniture=(Span(5, 2, "title"),)), id="furniture"),
        pytest.param(origin(-4, 3), id="origin-before"),
        pytest.param(origin(0, 10**6), id="origin-beyond"),
        pytest.param(origin(0, 5, "password"), id="unknown-field"),
    ],
)
def test_lies_are_seen(lying: ParsedFile) -> None:
    """An answer of the right form whose places, ids or hash do not fit its file and text is no answer."""
    assert messages.is_sound(honest(), "x.txt", LIMITS)
    assert not messages.is_sound(lying, "x.txt", LIMITS)


@given(data=binary(max_size=300), cut=integers(0, 400))
def test_bytes_are_refused_or_data(data: bytes, cut: int) -> None:
    """Any bytes, alone or put into an honest answer, are refused, waited on, or data of the schema."""
    whole = sent(honest())
    for received in (data, framed(data), whole[:cut] + data + whole[cut + len(data) :]):
        try:
            found = messages.unpack(bytearray(received), ParsedFile, 10**6)
        except ValueError:
            continue
        assert found is None or isinstance(found, ParsedFile)
