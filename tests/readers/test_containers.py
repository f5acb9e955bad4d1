"""Messages, archives and saved pages: what is in them, each by its own reader, under its own name."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from compound import compound, outlook_message
from hostile import word
from nested import locked, message, packed, workbook
from sources import HEADING, check, lines, read, read_one, refusal, styled
from specsearch.ingest.corpus import parse_file
from specsearch.readers import read_data
from specsearch.readers.context import Context
from specsearch.readers.limits import DEFAULT_LIMITS
from specsearch.readers.recognition import reading_by
from specsearch.readers.walk import Sidecar, walk

TEXT = "CITY OF ELM FORK\nRECORDS CLERK\nClass Code: 1107\n\nEXAMPLES OF DUTIES\n- Files papers of the council in the vault every day.\n- Greets visitors and answers the phone of the council.\n\nQUALIFICATIONS\n- Two years of experience with the records of a city or county, and a good memory.\n"
PAGE = "<html><head><title>Records Clerk</title></head><body><nav>Home</nav><h1>Records Clerk</h1><h2>Duties</h2><ul><li>Files papers of the council in the vault every day.</li><li>Greets visitors and answers the phone of the council.</li></ul></body></html>"
HEAD = b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"
JOBS = workbook({"Jobs": [["Title", "Code", "Text"], ["Clerk", 1107, "Files papers."], ["Reader", 4120, "Reads meters."]]})
SEE = "Please find the description attached, and tell me what you think."


# --- mail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["eml", "msg"])
def test_a_message_and_what_is_attached(tmp_path: Path, form: str) -> None:
    """The message is a document where it says something, and each attachment is read by its own reader under its own name."""
    attachments = {"Clerk #1.txt": TEXT.encode(), "jobs.xlsx": JOBS, "a.exe": b"MZ" + bytes(100)}
    content = message("FW: RE: Records Clerk", TEXT, attachments=attachments).as_bytes() if form == "eml" else compound(outlook_message("FW: RE: Records Clerk", TEXT, attachments=attachments))
    result = read(tmp_path, f"x.{form}", content)
    assert [source.key for source in result.documents] == [None, "Clerk %231.txt", "jobs.xlsx#1107", "jobs.xlsx#4120"]
    assert dict(result.documents[0].fields) == {"page_title": "Records Clerk"}
    assert [(skip.path, skip.reason) for skip in result.skips] == [("a.exe", "binary file of an unknown format")]
    assert result.notes == ("jobs.xlsx: 2 rows read as 2 documents",)
    assert "pames@example.org" not in "".join(source.text for source in result.documents)


@pytest.mark.parametrize("form", ["eml", "msg"])
def test_the_better_part(tmp_path: Path, form: str) -> None:
    """Of a message that is there twice the page is read, unless it says less than the plain text."""
    for page, expected in ((PAGE, (HEADING, "Duties")), ("<p>Open in a browser.</p>", None)):
        content = message("x", TEXT if expected is None else "Files papers.", page).as_bytes() if form == "eml" else compound(outlook_message("x", TEXT if expected is None else "Files papers.", page.encode()))
        source = read_one(tmp_path, f"x.{form}", content)
        assert expected in styled(source) if expected else lines(source)[0] == "CITY OF ELM FORK"


def test_what_only_points_to_an_attachment(tmp_path: Path) -> None:
    """A message of some words about its attachment is left out, which is said; pictures in it are no attachments."""
    letter = message("x", SEE, f"<p>{SEE}</p><img src='cid:logo'>", {"clerk.txt": TEXT.encode()})
    page = letter.get_body(("html",))
    assert isinstance(page, EmailMessage)
    page.add_related(b"\x89PNG" + bytes(50), "image", "png", cid="<logo>")
    result = read(tmp_path, "x.eml", letter.as_bytes())
    assert [source.key for source in result.documents] == ["clerk.txt"]
    assert result.skips == ()
    assert "11 words" in result.notes[0]


@pytest.mark.parametrize("how", [{"disposition": "attachment", "cid": "<f_1>"}, {"disposition": "inline"}])
def test_a_picture_that_is_attached(tmp_path: Path, how: Mapping[str, str]) -> None:
    """A picture is no part of how a message looks because a mail program gave it an id, or would show it below the text."""
    letter = message("x", TEXT)
    letter.add_attachment(b"\x89PNG" + bytes(50), maintype="image", subtype="png", filename="class.png", **how)  # type: ignore[arg-type]
    assert [skip.path for skip in read(tmp_path, "x.eml", letter.as_bytes()).skips] == ["class.png"]


@pytest.mark.parametrize(("page", "attached"), [("<img src='cid:a%201'>", ["b.png"]), ("<p>x</p>", ["a.png", "b.png"]), ("", [])])
def test_a_picture_that_outlook_attaches(tmp_path: Path, page: str, attached: list[str]) -> None:
    """What the page shows is none; where there is no page to tell, a picture with an id is taken to be shown."""
    streams = outlook_message("x", TEXT, page.encode(), {"a.png": b"\x89PNG", "b.png": b"\x89PNG"})
    for number, name in enumerate(("a 1", "b")):
        storage = streams[f"__attach_version1.0_#{number:08X}"]
        assert isinstance(storage, dict)
        storage |= {"__substg1.0_3712001F": name.encode("utf-16-le"), "__substg1.0_370E001F": "image/png".encode("utf-16-le")}
    assert [skip.path for skip in read(tmp_path, "x.msg", compound(streams)).skips] == attached


@pytest.mark.parametrize("form", ["eml", "msg"])
def test_a_short_message_with_nothing_else_to_read(tmp_path: Path, form: str) -> None:
    """It is left out for what is attached only if something of that was read."""
    content = message("x", SEE, attachments={"a.exe": b"MZ"}).as_bytes() if form == "eml" else compound(outlook_message("x", SEE, attachments={"a.exe": b"MZ"}))
    result = read(tmp_path, f"x.{form}", content)
    assert ([source.text.strip() for source in result.documents], [skip.path for skip in result.skips], result.notes) == ([SEE], ["a.exe"], ())


def test_a_message_that_is_packed(tmp_path: Path) -> None:
    """What is attached to it is read, and its text is listed; so it is for one that is attached itself."""
    packed_text = {"__substg1.0_10090102": b"x" * 50}
    inner = {**outlook_message("Inner", attachments={"b.txt": TEXT.encode()}), **packed_text}
    empty = {**outlook_message("Empty"), **packed_text}
    outer = {**outlook_message("x", attachments={"a.txt": TEXT.encode(), "Inner": inner, "Empty": empty}), **packed_text}
    result = read(tmp_path, "x.msg", compound(outer))
    assert [source.key for source in result.documents] == ["a.txt", "Inner.eml#b.txt"]
    assert [skip.path for skip in result.skips] == ["Inner.eml: text", "Empty.eml: text", "text"]
    result = read(tmp_path, "x.msg", compound(outlook_message("x", TEXT, attachments={"Empty": empty})))
    assert ([source.key for source in result.documents], [skip.path for skip in result.skips]) == ([None], ["Empty.eml: text"])


def parts(kind: str, *inner: bytes) -> bytes:
    """A part of parts."""
    mark = kind[:3].encode()
    return b"Content-Type: multipart/%b; boundary=%b\n\n" % (kind.encode(), mark) + b"".join(b"--%b\n%b\n" % (mark, part) for part in inner) + b"--%b--\n" % mark


FIRST, SECOND = b"Content-Type: text/html\n\n<h2>Duties</h2><ul><li>Files papers.</ul>\n", b"Content-Type: text/html\n\n<title>x</title><h2>Requirements</h2><p>Two years of records.</p>\n"
BETWEEN, PLAIN = b"Content-Type: application/octet-stream; name=a.exe\n\nMZ\n", b"Content-Type: text/plain\n\nFiles papers.\n"
LAST = b"Content-Type: text/plain\n\nTwo years of records.\n"
SAID = ["Duties", "Files papers.", "Requirements", "Two years of records."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(parts("mixed", FIRST, BETWEEN, SECOND), SAID, id="pages"),
        pytest.param(parts("mixed", PLAIN, SECOND), SAID[1:], id="plain-and-page"),
        pytest.param(parts("mixed", PLAIN, LAST), [SAID[1], SAID[3]], id="plain"),
        pytest.param(parts("mixed", parts("alternative", PLAIN, FIRST), SECOND), SAID, id="after-alternatives"),
        pytest.param(parts("alternative", PLAIN, parts("mixed", FIRST, BETWEEN, SECOND)), SAID, id="within-alternatives"),
    ],
)
def test_a_message_in_stretches(content: bytes, said: list[str]) -> None:
    """What stands beside each other in a message is all read, what stands there instead of something else is not read twice."""
    [source] = read_data(HEAD + content, ".eml", Context()).documents
    assert lines(source) == said
    check(source)


@pytest.mark.parametrize("form", ["eml", "msg"])
def test_a_message_in_a_message(tmp_path: Path, form: str) -> None:
    """What is forwarded whole is read like any message, with what is attached to it."""
    content = (
        message("Fwd", SEE, attachments={"x": message("Inner", TEXT, attachments={"b.txt": TEXT.encode()})}).as_bytes()
        if form == "eml"
        else compound(outlook_message("Fwd", SEE, attachments={"Inner": outlook_message("Inner", TEXT, attachments={"b.txt": TEXT.encode()})}))
    )
    assert [source.key for source in read(tmp_path, f"x.{form}", content).documents] == ["Inner.eml", "Inner.eml#b.txt"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(HEAD + b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nLiest Z=E4hler.\n", "Liest Zähler.", id="quoted"),
        pytest.param(HEAD + b"Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit\n\n" + "Читает.".encode("koi8-r"), "Читает.", id="koi8"),
        pytest.param(HEAD + b"Content-Type: text/plain; charset=none\n\nReads meters.", "Reads meters.", id="unknown"),
        pytest.param(b"From: a\nSubject: x\n\nReads meters.", "Reads meters.", id="before-mime"),
    ],
)
def test_characters_of_messages(tmp_path: Path, content: bytes, expected: str) -> None:
    """A message is read in the characters that it is written in, as far as anybody knows them."""
    assert lines(read_one(tmp_path, "x.eml", content)) == [expected]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("x.eml", HEAD + b"Content-Type: application/pkcs7-mime\n\nMIIB", "encrypted", id="encrypted"),
        pytest.param("x.eml", b"Files papers.", "not a mail message", id="no-mail"),
        pytest.param("x.eml", HEAD + b"\n\n", "no text in it", id="empty"),
        pytest.param("x.msg", compound({"Other": bytes(100)}), "not a message of Outlook", id="no-message"),
        pytest.param("x.msg", compound({"__properties_version1.0": bytes(32), "__substg1.0_10090102": b"x" * 50}), "packed rich text", id="rich-text"),
        pytest.param("x.mht", b"From: x\nMIME-Version: 1.0\nContent-Type: image/png\n\nx", "no saved page", id="no-page"),
    ],
)
def test_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """What cannot be read is refused with the reason."""
    assert reason in refusal(tmp_path, name, content)


# --- saved pages -----------------------------------------------------------------------------------


def test_a_saved_page(tmp_path: Path) -> None:
    """A page that a browser saved in one file is read as the page, and knows where it is from."""
    content = (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://jobs.example.gov/1\nMIME-Version: 1.0\nContent-Type: multipart/related; type=text/html; boundary=b\n\n"
        b"--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(PAGE.encode()) + b"\n--b\nContent-Type: image/png\n\nxx\n--b--\n"
    )
    source = read_one(tmp_path, "x.mhtml", content)
    assert source.fields["url"] == "https://jobs.example.gov/1"
    assert (HEADING, "Duties") in styled(source)
    assert "Home" not in source.text


def test_what_belongs_to_a_saved_page_is_no_corpus(tmp_path: Path) -> None:
    """The folder that browsers put beside a saved page is passed over, and said; another of such a name is not."""
    for name in ("Clerk.htm", "Clerk_files/frame.html", "forms_files/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    files, skips = walk(tmp_path)
    assert [file.name for file in files] == ["Clerk.htm", "forms_files/a.txt"]
    assert [skip.path for skip in skips] == ["Clerk_files"]
    assert "Clerk.htm" in skips[0].reason
    archive = packed({str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()})
    result = read_data(archive, ".zip", Context())
    assert sorted(source.key or "" for source in result.documents) == ["Clerk.htm", "forms_files/a.txt"]
    assert [skip.path for skip in result.skips] == ["Clerk_files"]


# --- archives --------------------------------------------------------------------------------------


def test_members_are_read_by_their_readers(tmp_path: Path) -> None:
    """Each file of an archive is read as it would be by itself, and named by its place in it."""
    members: dict[str, bytes | str] = {"elm/a.docx": word(), "elm/b.html": PAGE, "jobs.xlsx": JOBS, "mail.eml": message("x", SEE, attachments={"c.txt": TEXT.encode()}).as_bytes(), "in.zip": packed({"d.txt": TEXT}), "README.txt": "About.", "__MACOSX/._a": "x", ".hidden.txt": TEXT}
    result = read(tmp_path, "x.zip", packed(members))
    assert [source.key for source in result.documents] == ["elm/a.docx", "elm/b.html", "jobs.xlsx#1107", "jobs.xlsx#4120", "mail.eml#c.txt", "in.zip#d.txt"]
    assert result.skips == ()
    alone = read_one(tmp_path, "b.html", PAGE)
    assert (result.documents[1].text, result.documents[1].blocks) == (alone.text, alone.blocks)


REFUSED: Mapping[str, tuple[bytes, str, str]] = {
    "another format": (packed({"a.exe": b"MZ" + bytes(50)}), "a.exe", "binary file"),
    "empty": (packed({"a.txt": " "}), "a.txt", "empty file"),
    "leads out": (packed({"../../a.txt": TEXT}), "../../a.txt", "leads out"),
    "locked": (locked(packed({"a.txt": TEXT})), "a.txt", "password"),
    "too large": (packed({"a.txt": b" " * 51_000_000}), "a.txt", "51 MB: larger"),
    "too dense": (packed({"a.txt": b" " * 11_000_000}), "a.txt", "200 times"),
    "too deep": (packed({"a.zip": packed({"b.zip": packed({"c.txt": TEXT})})}), "a.zip: b.zip", "an archive in an archive in an archive"),
}


@pytest.mark.parametrize(("content", "path", "reason"), REFUSED.values(), ids=REFUSED)
def test_members_that_are_not_read(content: bytes, path: str, reason: str) -> None:
    """What cannot be read of an archive is listed with its place in it and the reason."""
    (skip,) = read_data(content, ".zip", Context()).skips
    assert skip.path == path
    assert reason in skip.reason


@pytest.mark.parametrize(("error", "reason"), [(KeyError("rId9"), "KeyError: 'rId9'"), (RecursionError(), "nested too deeply")])
def test_a_member_that_its_reader_trips_over(monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str) -> None:
    """It costs nothing but itself, and is named."""

    def trips(data: bytes) -> None:
        raise error

    monkeypatch.setattr("specsearch.readers.docx.read_docx", trips)
    result = read_data(packed({"a.docx": word(), "b.txt": TEXT}), ".zip", Context())
    assert [source.key for source in result.documents] == ["b.txt"]
    [skip] = result.skips
    assert skip.path == "a.docx"
    assert reason in skip.reason


def test_too_many_members() -> None:
    """Of an archive with too much in it what comes first is read, and it is said that the rest is not."""
    archive = packed({f"{n}.txt": TEXT for n in range(9)})
    few = read_data(archive, ".zip", Context(replace(DEFAULT_LIMITS, members=3)))
    assert (len(few.documents), len(few.skips)) == (3, 1)
    assert "3.txt" in few.skips[0].path
    small = read_data(archive, ".zip", Context(replace(DEFAULT_LIMITS, unpacked_bytes=4 * len(TEXT))))
    assert (len(small.documents), len(small.skips)) == (4, 5)


def test_names_in_other_characters() -> None:
    """Names are those that people see, also where the archive does not say what they are written in."""
    plain = packed({"Größe.txt": TEXT})
    unsaid = bytearray(plain)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = unsaid.index(mark) + at + 1
        unsaid[place] &= ~0x08
    assert [source.key for archive in (plain, bytes(unsaid)) for source in read_data(archive, ".zip", Context()).documents] == ["Größe.txt"] * 2


def test_two_members_of_one_name() -> None:
    """Members of one name are two documents of different names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for _ in range(2):
            package.writestr(zipfile.ZipInfo("a.txt"), TEXT)
            package.NameToInfo.clear()  # it warns of what is meant here
    assert [source.key for source in read_data(buffer.getvalue(), ".zip", Context()).documents] == ["a.txt", "a.txt~2"]


def test_what_is_said_of_members(tmp_path: Path) -> None:
    """Documents of an archive have ids of their own, by which the table beside it can name them; folders in it tell what folders do."""
    path = tmp_path / "elm.zip"
    path.write_bytes(packed({"Elm Fork OR/clerk.txt": TEXT.replace("CITY OF ELM FORK\n", ""), "jobs.xlsx": JOBS}))
    sidecar = Sidecar({"all/elm.zip#jobs.xlsx": {"jurisdiction": "Elm Fork"}, "all/elm.zip#jobs.xlsx#4120": {"title": "Meter Reader"}})
    found = {one.document.doc_id: one for one in parse_file(path, "all/elm.zip", sidecar).documents}
    assert list(found) == ["all/elm.zip#Elm Fork OR/clerk.txt", "all/elm.zip#jobs.xlsx#1107", "all/elm.zip#jobs.xlsx#4120"]
    sources = [one.document.source for one in found.values()]
    assert [(source.title, source.jurisdiction) for source in sources[1:]] == [("Clerk", "Elm Fork"), ("Meter Reader", "Elm Fork")]
    for one in found.values():
        assert all(one.document.text[passage.start : passage.end] == passage.text for passage in one.passages)
        assert one.document.path == "all/elm.zip"


def test_each_part_has_its_time(tmp_path: Path) -> None:
    """Whoever waits is told of each file and each document that is read, so that an archive of many may take longer than a file."""
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"a.txt": TEXT, "b.txt": TEXT, "jobs.xlsx": JOBS}))
    told: list[None] = []
    with reading_by("", lambda: told.append(None)):
        assert len(parse_file(path, "x.zip", Sidecar({})).documents) == 4
    assert len(told) == 3 + 4
    late = parse_file(path, "x.zip", Sidecar({}), replace(DEFAULT_LIMITS, seconds=0))
    assert len(late.documents) == 1
    assert "3 of 4 documents would take longer" in late.skips[0].reason


def test_an_archive_of_several_jobs_in_one_file(tmp_path: Path) -> None:
    """A text of several jobs is divided within an archive as it is outside."""
    long = TEXT.replace("RECORDS CLERK", "Class Title: Records Clerk") + "\n" + TEXT.replace("RECORDS CLERK", "Class Title: Meter Reader")
    (tmp_path / "x.zip").write_bytes(packed({"all.txt": long}))
    (tmp_path / "all.txt").write_text(long, encoding="utf-8")
    inside, outside = (parse_file(tmp_path / name, name, Sidecar({})) for name in ("x.zip", "all.txt"))
    assert [one.document.doc_id for one in outside.documents] == ["all.txt#1", "all.txt#2"]
    assert [one.document.doc_id for one in inside.documents] == ["x.zip#all.txt#1", "x.zip#all.txt#2"]


def test_every_document_is_sound(tmp_path: Path) -> None:
    """Blocks and places of members are theirs."""
    for source in read(tmp_path, "x.zip", packed({"a.docx": word(), "b.html": PAGE, "jobs.xlsx": JOBS})).documents:
        check(source)
