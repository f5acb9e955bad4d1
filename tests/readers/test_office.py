"""Older formats by way of LibreOffice: found, guarded, ended, and what it makes of them; most with a program that stands for it."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from children import needs_proc
from compound import compound
from hostile import TEXT, word
from open_documents import HAS_OFFICE, VARIABLE, odp, packed, stand_in
from sources import ITEM, PARAGRAPH, ROW, lines, read, read_one, refusal, styled
from specsearch.errors import ReadError
from specsearch.ingest.pool import parse_one
from specsearch.readers import read_file
from specsearch.readers.context import Context
from specsearch.readers.limits import Limits
from specsearch.readers.office.convert import converted
from specsearch.readers.office.find import office, release
from specsearch.readers.walk import Sidecar

posix = pytest.mark.skipif(os.name != "posix", reason="the program that stands for LibreOffice is a script")
needs_office = pytest.mark.skipif(not HAS_OFFICE, reason="LibreOffice is not installed")
_XML = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'
_RTF = rb"""{\rtf1\ansi\ansicpg1252 {\b DUTIES}\par Caf\'e9 \u8220?meters\u8221?\par
\trowd\cellx1000\cellx2000 Step\cell Salary\cell\row\trowd\cellx1000\cellx2000 1\cell 4,000\cell\row\pard End\par}"""


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is not installed."""
    monkeypatch.setenv(VARIABLE, "/nowhere/soffice")


def left_behind() -> set[Path]:
    """Temporary folders of conversions."""
    return set(Path(tempfile.gettempdir()).glob("specsearch-office-*"))


def running(mark: str) -> list[int]:
    """Processes that have a word in their command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has just ended
            continue
    return found


def _until_gone(mark: str, seconds: float = 10) -> list[int]:
    end = time.monotonic() + seconds
    while running(mark) and time.monotonic() < end:
        time.sleep(0.05)
    return running(mark)


# --- without LibreOffice ---------------------------------------------------------------------------


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.doc", _XML, "old Word format: install LibreOffice, or save it as .docx"),
        ("x.odp", odp(""), "OpenDocument slides: install LibreOffice, or save it as .pptx"),
        ("x.ppt", b"slides\x00\x01\x02", "old PowerPoint format: install LibreOffice, or save it as .pptx"),
        ("x.doc", bytes(range(32)) * 9, "not a readable file of an old Word format: damaged, or older than Word 6"),
    ],
)
def test_what_needs_it(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """Without it a file that needs it is refused with what to do."""
    assert reason in refusal(tmp_path, name, content)


@pytest.mark.usefixtures("nowhere")
def test_rich_text_by_its_lines(tmp_path: Path) -> None:
    """Rich text is read without it: its characters, whatever way they are written, and the rows of its tables."""
    source = read_one(tmp_path, "x.rtf", _RTF)
    assert styled(source) == [
        (PARAGRAPH, "DUTIES"),
        (PARAGRAPH, "Café “meters”"),
        (ROW, "| Step | Salary |"),
        (ROW, "| 1 | 4,000 |"),
        (PARAGRAPH, "End"),
    ]


@pytest.mark.usefixtures("nowhere")
def test_damaged_rich_text(tmp_path: Path) -> None:
    """What the library cannot take is refused, not passed on."""
    assert "not readable rich text" in refusal(tmp_path, "x.rtf", rb"{\rtf1 Reads meters.\u99999999999999999999? }")


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says where it is, or that there is none; what it is changes with its file."""
    program = stand_in(tmp_path, "")
    monkeypatch.setenv(VARIABLE, str(program))
    assert office() == program
    before = release()
    program.write_text("another", encoding="utf-8")
    assert release() not in ("", before)
    monkeypatch.setenv(VARIABLE, "/nowhere")
    assert (office(), release()) == (None, "")
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office() == program


# --- with a program that stands for it -------------------------------------------------------------


@posix
def test_what_it_makes_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out is read as the newer format, and nothing stays behind."""
    (tmp_path / "made.docx").write_bytes(word())
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, f"target.write_bytes(Path({str(tmp_path / 'made.docx')!r}).read_bytes())")))
    before = left_behind()
    assert lines(read_one(tmp_path, "x.doc", _XML)) == [TEXT.decode()]
    assert left_behind() <= before


@posix
@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="nothing"),
        pytest.param("sys.exit(1)", id="error"),
        pytest.param("target.write_bytes(b'')", id="empty"),
        pytest.param("target.open('wb').truncate(1_000_000_000)", id="too-large"),
        pytest.param("x = bytearray(4_000_000_000); target.write_bytes(b'x')", id="too-much-memory"),
        pytest.param("target.symlink_to('/dev/zero')", id="link"),
    ],
)
def test_what_it_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A file from which nothing comes, or too much, is refused; rich text is read by its lines then, which is said."""
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, code)))
    assert "LibreOffice cannot read it" in refusal(tmp_path, "x.doc", _XML)


@posix
def test_rich_text_that_it_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of rich text are read when it fails, and a skip says so."""
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, "")))
    result = read(tmp_path, "x.rtf", rb"{\rtf1 Reads meters.\par")
    assert [document.text.strip() for document in result.documents] == ["Reads meters."]
    assert [(skip.path, "its lines alone" in skip.reason) for skip in result.skips] == [("layout", True)]


@posix
def test_archive_of_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with more old files than can be converted in its time keeps what was read, and lists the others."""
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, "time.sleep(5)")))
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"a.txt": "Reads meters.", "b.doc": _XML, "c.doc": _XML}))
    context = Context(limits=Limits(seconds=0))
    result = read_file(path, context.limits, context)
    assert [document.key for document in result.documents] == ["a.txt"]
    assert [(skip.path, "converting all such files" in skip.reason) for skip in result.skips] == [("b.doc", True), ("c.doc", True)]


@posix
def test_it_has_less_time_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what lies beside a file that takes too long is not lost with it; and who gives files more time gives it more."""
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, "time.sleep(600)")))
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"a.doc": _XML, "b.txt": "Reads meters."}))
    limits = Limits(seconds=1.2)
    result = read_file(path, limits, Context(limits=limits))
    assert [document.key for document in result.documents] == ["b.txt"]
    [skip] = result.skips
    assert "LibreOffice took longer than 1 seconds" in skip.reason
    assert "--max-seconds" in skip.reason


@posix
@needs_proc
def test_it_ends_with_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the guarded child is killed at its limit, LibreOffice ends with all that it started, and its folder goes."""
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    code = f"Path({str(tmp_path / 'began')!r}).touch()\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', {mark!r}])"
    monkeypatch.setenv(VARIABLE, str(stand_in(tmp_path, code)))
    monkeypatch.setattr("specsearch.ingest.pool._START_SECONDS", -25.0)  # so that the child is ended before LibreOffice would be
    before = left_behind()
    path = tmp_path / "x.doc"
    path.write_bytes(_XML)
    parsed = parse_one(path, "x.doc", Sidecar({}), Limits(seconds=30))
    assert parsed.skips[0].reason == "reading took longer than 30 seconds"
    assert (tmp_path / "began").exists()
    assert _until_gone(mark) == []
    assert _until_gone(str(tmp_path / "soffice")) == []
    end = time.monotonic() + 10
    while left_behind() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert left_behind() <= before


# --- with LibreOffice ------------------------------------------------------------------------------


@needs_office
def test_rich_text_with_its_structure(tmp_path: Path) -> None:
    """Rich text keeps what is bold, its lists and its tables; twice the same."""
    listed = _RTF.replace(rb"End\par", rb"{\pntext\'b7\tab}{\*\pn\pnlvlblt{\pntxtb\'b7}}\fi-360\li720 Reads meters.\par")
    source = read_one(tmp_path, "x.rtf", listed)
    assert styled(source) == [
        (PARAGRAPH, "DUTIES"),
        (PARAGRAPH, "Café “meters”"),
        (ROW, "Step | Salary"),
        (ROW, "1 | 4,000"),
        (ITEM, "Reads meters."),
    ]
    assert source.blocks[0].bold
    assert read_one(tmp_path, "x.rtf", listed) == source


@pytest.fixture(scope="module")
def old_word(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of Word 97 that LibreOffice wrote."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "x.rtf").write_bytes(rb"{\rtf1 {\b DUTIES}\par Reads meters.\par}")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run([str(office()), profile, "--headless", "--convert-to", "doc", "--outdir", str(folder), str(folder / "x.rtf")], check=True, capture_output=True)
    return (folder / "x.doc").read_bytes()


@needs_office
def test_old_word(tmp_path: Path, old_word: bytes) -> None:
    """A file of Word 97 is read, also under the name of a newer one; an encrypted or damaged one is refused."""
    assert lines(read_one(tmp_path, "x.docx", old_word)) == ["DUTIES", "Reads meters."]
    at = old_word.index(b"\xec\xa5") + 11
    assert "encrypted: save a copy without a password" in refusal(tmp_path, "x.doc", old_word[:at] + bytes([old_word[at] | 1]) + old_word[at + 1 :])
    assert "not a readable file of an old Word format" in refusal(tmp_path, "x.doc", old_word[:600])


def _of_1995(release: int) -> bytes:
    """A file of Word 6 (101) or 95 (104): how it begins, and its text."""
    text = b"DUTIES\rReads meters.\r"
    start = bytearray(0x300)
    struct.pack_into("<HH", start, 0, 0xA5DC, release)
    struct.pack_into("<II", start, 0x18, len(start), len(start) + len(text))
    struct.pack_into("<I", start, 0x34, len(text))
    return compound({"WordDocument": (bytes(start) + text).ljust(4608, b"\0")})


@needs_office
@pytest.mark.parametrize("release", [101, 104])
def test_word_of_1995(tmp_path: Path, release: int) -> None:
    """Files of Word 6 and 95 are read."""
    assert lines(read_one(tmp_path, "x.doc", _of_1995(release))) == ["DUTIES", "Reads meters."]


@pytest.mark.parametrize("name", ["x.docx", "x.pptx", "x.doc"])
def test_encrypted_package(tmp_path: Path, name: str) -> None:
    """A newer file with a password is a compound file, and is refused for what it is."""
    assert refusal(tmp_path, name, compound({"EncryptedPackage": bytes(100), "EncryptionInfo": bytes(100)})) == "encrypted: save a copy without a password"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A place on this machine that notes who comes."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen()
        place.setblocking(False)
        yield place


@needs_office
def test_no_macro_runs_and_nothing_is_fetched(tmp_path: Path, listening: socket.socket) -> None:
    """A document that would write a file and fetch a picture when it is opened does neither; by hand it would do both."""
    written = tmp_path / "written"
    macro = f'Sub Main\nOpen "{written}" For Output As #1\nClose #1\nStarDesktop.terminate\nEnd Sub'
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/picture.png"
    picture = f'<draw:frame svg:width="9cm" svg:height="9cm"><draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame>'
    box = '<draw:frame svg:width="9cm" svg:height="2cm"><draw:text-box><text:p>Reads meters.</text:p></draw:text-box></draw:frame>'
    armed = odp(box + picture, macro)
    assert lines(read_one(tmp_path, "x.odp", armed)) == ["Reads meters."]
    assert not written.exists()
    with pytest.raises(BlockingIOError):
        listening.accept()
    _open_by_hand(tmp_path, armed)
    assert written.exists()
    listening.accept()[0].close()


def _open_by_hand(folder: Path, document: bytes) -> None:
    """Open slides with all guards down, in a LibreOffice that their macro ends."""
    setting = '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>'
    (folder / "open" / "user").mkdir(parents=True)
    (folder / "open" / "user" / "registrymodifications.xcu").write_text(f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{setting}</oor:items>', encoding="utf-8")
    (folder / "armed.odp").write_bytes(document)
    command = [str(office()), f"-env:UserInstallation={(folder / 'open').as_uri()}", "--headless", "--norestore", str(folder / "armed.odp")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@needs_office
def test_damage_is_an_error(tmp_path: Path) -> None:
    """What is no presentation gives nothing, and not a text of its bytes."""
    with pytest.raises(ReadError, match="LibreOffice cannot read it"):
        converted(bytes(range(256)) * 40, ".ppt", ".pptx", 60)
