"""The files that `containers.py` reads: twenty of each format or more, in the shapes that people and programs give them."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import chain
from pathlib import Path
from typing import Any

from container_jobs import (
    EMPLOYER,
    JOBS,
    KNOWN,
    UNKNOWN,
    Job,
    fields_of,
    listed,
    page,
    pdf,
    row_of,
    text,
    word,
    workbook,
)

from compound import Contents, compound, outlook_message

Wanted = tuple[dict[str, str], list[tuple[str, str]]]


@dataclass(frozen=True)
class Case:
    """A file: the documents that are in it, each with fields and labels, or why it is refused."""

    name: str
    data: bytes
    wanted: tuple[Wanted, ...] = ()
    refused: str = ""


def cases() -> dict[str, list[Case]]:
    """All files by format."""
    sheets = _sheets()
    letters = _letters()
    found = {
        "xlsx": [Case(f"s{n:02}.{'xlsm' if n == 2 else 'xlsx'}", data, wanted, why) for n, (data, wanted, why) in enumerate(sheets)],
        "xls": _old([data for data, _, _ in sheets], [(wanted, why) for _, wanted, why in sheets]),
        "csv, tsv": _texts(),
        "eml": [Case(f"m{n:02}.eml", _mail(letter), letter.wanted, letter.refused) for n, letter in enumerate(letters)] + _odd_mail(),
        "msg": [Case(f"o{n:02}.msg", compound(_outlook(letter)), letter.wanted, letter.refused) for n, letter in enumerate(letters)] + _odd_messages(),
        "zip": _archives(),
        "mhtml": _pages(),
    }
    return {kind: group for kind, group in found.items() if group}


def _want(*jobs: Job, names: Sequence[str] = (), only: Sequence[str] = ("duty", "qualification", "ksa")) -> tuple[Wanted, ...]:
    return tuple((fields_of(job, *names), [one for one in job.labels() if one[1] in only]) for job in jobs)


# --- spreadsheets ----------------------------------------------------------------------------------

_Sheet = tuple[bytes, tuple[Wanted, ...], str]


def _sheets() -> list[_Sheet]:
    head, rows = list(KNOWN), [row_of(job) for job in JOBS]
    above: list[list[Any]] = [[EMPLOYER], ["Classification plan, job descriptions"], ["Printed", datetime.date(2024, 3, 1)], []]
    everything, few = _want(*JOBS), JOBS[:3]
    found: list[_Sheet] = [
        (workbook({"Jobs": [head, *rows]}), everything, ""),
        (workbook({"Sheet1": [*above, head, *rows]}, {"Sheet1": ["A1:G1", "A2:G2"]}), _want(*JOBS, names=("title", "class_code", "department", "salary_range", "jurisdiction")), ""),
        (workbook({"Sheet1": [UNKNOWN, *rows]}), everything, ""),
        (workbook({"Export": [["Req ID", *UNKNOWN, "Contact person", "Openings"], *([f"R-{n}", *row, "Dana Rowe", 2] for n, row in enumerate(rows, 100))]}), everything, ""),
        (workbook({"A": [[*head[:5], "Qualifications", ""], ["", "", "", "", "", "Required", "Preferred"], *([*row_of(job)[:6], listed(job.wishes)] for job in JOBS)]}, {"A": ["F1:G1", *(f"{c}1:{c}2" for c in "ABCDE")]}),
         _want(*JOBS, only=("duty", "qualification", "preferred")), ""),
        (workbook({department: [head, *(row_of(job) for job in JOBS if job.department == department)] for department in dict.fromkeys(job.department for job in JOBS)}), everything, ""),
        (workbook({"Jobs": [head, *rows], "Lists": [["Department"], ["Water"], ["Library"]], "Pay grid": [["Grade", "Step A", "Step B"], [1, 20.5, 21.5], [2, 22.5, 23.5]]}, hidden=["Lists"]), everything, "too few"),
        (workbook({"Duties": _duty_rows()}, {"Duties": _title_spans()}), _want(*JOBS, names=("title", "class_code"), only=("duty",)), ""),
        (workbook({"Duties": _duty_rows(repeated=True)}), _want(*JOBS, names=("title", "class_code"), only=("duty",)), ""),
        (workbook({"Duties": _duty_rows()}), _want(*JOBS, names=("title", "class_code"), only=("duty",)), ""),
        (workbook({"Long": [["Job Title", "Job Code", "Section", "Text"], *([job.title, job.code, section, one] for job in JOBS for section, texts in _sections(job) for one in texts)]}), _want(*JOBS, names=("title", "class_code")), ""),
        *((workbook({"Form": _form(job)}), _want(job), "") for job in few[:2]),
        (workbook({"PD": _paired(JOBS[3])}, {"PD": ["A1:D1", "A5:D5"]}), _want(JOBS[3]), ""),
        (workbook({job.title: _form(job) for job in few}), _want(*few), ""),
        (workbook({"Matrix": [list(column) for column in zip(head, *rows, strict=True)]}), everything, ""),
        (workbook({"Typed": [["Position", "Job Code", "Date Revised", "Hours", "Minimum", "Description"], *([job.title, int(job.code), datetime.datetime(2021, 7, n + 1), 0.9375, 41200.5, " ".join(job.duties)] for n, job in enumerate(JOBS))]}),
         tuple((fields_of(job, "title", "class_code") | {"effective_date": f"2021-07-{n + 1:02}"}, [(one, "duty") for one in job.duties]) for n, job in enumerate(JOBS)), ""),
        (workbook({"Bullets": _indented(JOBS[5])}, {"Bullets": ["A1:E1", "A4:E4", "A9:E9", "A12:E12"]}), _want(JOBS[5], names=("title", "class_code")), ""),
        (workbook({"PDQ": _weighed(JOBS[4])}), _want(JOBS[4], names=("title", "department"), only=("duty", "qualification")), ""),
        (workbook({"Prose": [[line] for line in text(JOBS[2]).split("\n")]}), _want(JOBS[2], names=("title", "class_code")), ""),
        (workbook({"Grouped": [head, *chain.from_iterable([[job.department.upper()], row_of(job)] for job in JOBS), ["Total: 6 classes"]]}), everything, "no text"),
        (workbook({"Grid": [["Grade", "Step A", "Step B"], *([grade, grade * 10.5, grade * 11.5] for grade in range(1, 12))]}), (), "too few"),
        (compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(248)}), (), "password"),
    ]  # fmt: skip
    return found


def _sections(job: Job) -> list[tuple[str, tuple[str, ...]]]:
    return [("Duties", job.duties), ("Qualifications", job.needs), ("Knowledge and Skills", job.knows)]


def _duty_rows(*, repeated: bool = False) -> list[list[Any]]:
    rows: list[list[Any]] = [["Class Title", "Code", "Duty", "% of time"]]
    for job in JOBS:
        for number, duty in enumerate(job.duties):
            first = repeated or number == 0
            rows.append([job.title if first else None, job.code if first else None, duty, 40 - 10 * number])
    return rows


def _title_spans() -> list[str]:
    spans, at = [], 2
    for job in JOBS:
        spans += [f"{column}{at}:{column}{at + len(job.duties) - 1}" for column in "AB"]
        at += len(job.duties)
    return spans


def _form(job: Job) -> list[list[Any]]:
    return [list(pair) for pair in zip(KNOWN, row_of(job), strict=True)]


def _paired(job: Job) -> list[list[Any]]:
    rows: list[list[Any]] = [["POSITION DESCRIPTION"], ["Class Title:", job.title, "Class Code:", job.code], ["Department:", job.department, "Salary:", job.pay], [], ["ESSENTIAL DUTIES"]]
    rows += [[one] for one in job.duties]
    rows += [["Minimum Qualifications", listed(job.needs)], ["Knowledge, Skills and Abilities", listed(job.knows)]]
    return rows


def _indented(job: Job) -> list[list[Any]]:
    rows: list[list[Any]] = [[job.title], ["Job Code", job.code], [], ["What fills your day"], *([None, one] for one in job.duties), []]
    return [*rows, ["Requirements"], *([None, one] for one in job.needs), [], ["Knowledge and Abilities"], *([None, one] for one in job.knows)]


def _weighed(job: Job) -> list[list[Any]]:
    rows: list[list[Any]] = [["Job Title", job.title], ["Department", job.department], [], ["Essential Duty", "Percent of Time", "Frequency"]]
    rows += [[one, 30, "Daily"] for one in job.duties]
    return [*rows, [], ["Minimum Qualifications"], *([one] for one in job.needs)]


def _old(books: Sequence[bytes], wanted: Sequence[tuple[tuple[Wanted, ...], str]]) -> list[Case]:
    """The same as LibreOffice saves them in the old format, and what else goes by that name."""
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>'.replace(chr(10), '<br>') for cell in row_of(job))}</tr>" for job in JOBS)
    named = f"<html><body><table><tr>{''.join(f'<th>{name}</th>' for name in KNOWN)}</tr>{table}</table></body></html>".encode()
    found = [
        Case("page.xls", named, _want(*JOBS)),
        Case("tabs.xls", "\n".join("\t".join(map(str, row)) for row in [KNOWN, *([cell.replace("\n", " ") for cell in row_of(job)] for job in JOBS)]).encode(), _want(*JOBS)),
        Case("xml.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', (), "XML form"),
    ]
    office = shutil.which("soffice")
    if office is None:
        return found
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, data in enumerate(books[:-1]):
            (folder / f"l{number:02}.xlsx").write_bytes(data)
        files = [str(path) for path in sorted(folder.glob("*.xlsx"))]
        subprocess.run([office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(folder), *files], check=True, capture_output=True, timeout=300)
        found += [Case(path.name, path.read_bytes(), *wanted[number]) for number, path in enumerate(sorted(folder.glob("*.xls")))]
    return found


def _texts() -> list[Case]:
    """Tables in text files."""

    def rows(names: Sequence[str], mark: str, quoted: bool = True) -> str:
        lines = [names, *map(row_of, JOBS)]
        return "\n".join(mark.join(f'"{cell}"' if quoted else str(cell).replace("\n", " ").replace(mark, " ") for cell in line) for line in lines)

    above = f'"{EMPLOYER}, Human Resources"\nClass list\n\n'
    return [
        Case("a.csv", rows(KNOWN, ",").encode(), _want(*JOBS)),
        Case("b.csv", rows(UNKNOWN, ",").encode(), _want(*JOBS)),
        Case("c.csv", (above + rows(KNOWN, ",")).encode(), _want(*JOBS)),
        Case("d.csv", (above + rows(UNKNOWN, ";")).encode("cp1252"), _want(*JOBS)),
        Case("e.tsv", rows(KNOWN, "\t", quoted=False).encode("utf-16"), _want(*JOBS)),
        Case("f.csv", ("sep=;\n" + rows(KNOWN, ";")).encode(), _want(*JOBS)),
        Case("g.csv", "\n".join(",".join(f'"{cell if cell is not None else ""}"' for cell in row) for row in _duty_rows()).encode(), _want(*JOBS, names=("title", "class_code"), only=("duty",))),
        Case("h.csv", "\n".join(",".join(f'"{cell}"' for cell in row) for row in _form(JOBS[1])).encode(), _want(JOBS[1])),
    ]


# --- mail ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """A message."""

    subject: str
    plain: str = ""
    page: str = ""
    attachments: tuple[tuple[str, bytes], ...] = ()
    inner: tuple[Letter, ...] = ()
    picture: bool = False
    wanted: tuple[Wanted, ...] = ()
    refused: str = ""


_SEE = "Hi Pat,\nplease find the description attached. Let me know what you think.\nThanks, Dana\n"


def _letters() -> list[Letter]:
    one, two = JOBS[0], JOBS[1]
    known, plainly = _want(one, names=("title", "class_code")), ("title", "class_code")
    quoted = "\n".join(f"> {line}" for line in text(two).split("\n"))
    table = ",".join(f'"{name}"' for name in KNOWN) + "\n" + "\n".join(",".join(f'"{cell}"' for cell in row_of(job)) for job in JOBS)
    return [
        Letter("Meter Reader", text(one), wanted=known),
        Letter("FW: Meter Reader", page=page(one), wanted=known),
        Letter("Meter Reader spec", text(one), page(one), wanted=known),
        Letter("spec", "See the page.", page(one), wanted=known),
        Letter("Spec", _SEE, attachments=(("Meter Reader.docx", word(one)),), wanted=known),
        Letter("Spec", _SEE, f"<p>{_SEE}</p>", attachments=(("Meter Reader.pdf", pdf(one)),), wanted=known),
        Letter("Both", _SEE, attachments=(("a.docx", word(one)), ("b.txt", text(two).encode())), wanted=_want(one, two, names=plainly)),
        Letter("List", _SEE, attachments=(("classes.xlsx", workbook({"Jobs": [KNOWN, *map(row_of, JOBS)]})),), wanted=_want(*JOBS)),
        Letter("List", _SEE, attachments=(("classes.csv", table.encode()),), wanted=_want(*JOBS)),
        Letter("Re: Re: FWD: spec", f"Dana, see below.\n\nFrom: Pat\nSent: Monday\nTo: Dana\nSubject: spec\n\n{text(one)}", wanted=_want(one, names=("class_code",))),
        Letter("Fwd: the description", "FYI", inner=(Letter("Library Assistant", text(two), wanted=()),), wanted=_want(two, names=plainly)),
        Letter("Fwd: with file", "FYI", inner=(Letter("inner", _SEE, attachments=(("b.docx", word(two)),)),), wanted=_want(two, names=plainly)),
        Letter("Logo", _SEE, f"<img src='cid:logo'><p>{_SEE}</p>", (("c.docx", word(one)),), picture=True, wanted=known),
        Letter("Archive", _SEE, attachments=(("all.zip", _zip({"x/a.docx": word(one), "x/b.html": page(two).encode()})),), wanted=_want(one, two, names=plainly)),
        Letter("Umlauts", text(one).replace("dispatcher", "dispatcher’s café"), wanted=_want(one, names=plainly, only=("qualification", "ksa"))),
        Letter("Reply", f"I agree with this.\n\n{quoted}", wanted=_want(two, names=("class_code",))),
        Letter("Page with frame", page=page(one, around=True), wanted=known),
        Letter("Pictures only", _SEE, attachments=(("scan.gif", b"GIF89a" + bytes(200)),), refused="binary"),
        Letter("Two letters", text(one), attachments=(("b.htm", page(two).encode("cp1252")),), wanted=_want(one, two, names=plainly)),
        Letter("Empty", "", refused="no text"),
    ]


def _mail(letter: Letter) -> bytes:
    return _message(letter).as_bytes()


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Pat Ames <pames@example.org>", "Dana Rowe <drowe@example.gov>"
    message["Subject"], message["Date"] = letter.subject, "Mon, 04 Mar 2024 09:30:00 -0800"
    message.set_content(letter.plain or ("" if letter.page else "\n"))
    if letter.page:
        message.add_alternative(letter.page, subtype="html")
        if letter.picture:
            inner = message.get_body(("html",))
            assert isinstance(inner, EmailMessage)
            inner.add_related(b"\x89PNG" + bytes(99), "image", "png", cid="<logo>")
    for name, data in letter.attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    for one in letter.inner:
        message.add_attachment(_message(one))
    return message


def _odd_mail() -> list[Case]:
    """Messages that no program of today would write so."""
    one = JOBS[0]
    known = _want(one, names=("title", "class_code"))
    head = b"From: a@example.org\nSubject: =?iso-8859-1?Q?Meter_Reader?=\nMIME-Version: 1.0\n"
    return [
        Case("latin.eml", head + b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n" + text(one).encode("latin-1"), known),
        Case("unknown.eml", head + b"Content-Type: text/plain; charset=x-none\n\n" + text(one).encode(), known),
        Case("old.eml", b"From: a@example.org\nSubject: Meter Reader\n\n" + text(one).encode(), known),
        Case("locked.eml", head + b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n", (), "encrypted"),
        Case("none.eml", b"Just a text that somebody called so.\n", (), "not a mail message"),
    ]


def _outlook(letter: Letter) -> Contents:
    attachments: dict[str, Any] = dict(letter.attachments) | {one.subject: _outlook(one) for one in letter.inner}
    return outlook_message(letter.subject, letter.plain, letter.page.encode(), attachments)


def _odd_messages() -> list[Case]:
    return [
        Case("narrow.msg", compound({"__properties_version1.0": bytes(32), "__substg1.0_0037001E": b"Meter Reader", "__substg1.0_1000001E": text(JOBS[0]).encode("cp1252")}), _want(JOBS[0], names=("title", "class_code"))),
        Case("other.msg", compound({"Other": bytes(5000)}), (), "not a message"),
        Case("broken.msg", compound(outlook_message("x", text(JOBS[0])))[:1500], (), "not a readable message"),
    ]


# --- archives --------------------------------------------------------------------------------------


def _zip(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def _archives() -> list[Case]:
    one, two, three = JOBS[:3]
    names = ("title", "class_code")
    both = _want(one, two, names=names)
    table = workbook({"Jobs": [KNOWN, *map(row_of, JOBS)]})
    locked = bytearray(_zip({"a.txt": text(one).encode()}, zipfile.ZIP_STORED))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    saved = {"Meter Reader.html": page(one).encode(), "Meter Reader_files/logo.gif": b"GIF89a", "Meter Reader_files/frame.html": b"<p>Advertising</p>"}
    found: list[tuple[dict[str, bytes], tuple[Wanted, ...], str]] = [
        ({"a.docx": word(one), "b.docx": word(two)}, both, ""),
        ({"specs/a.pdf": pdf(one), "specs/b.pdf": pdf(two)}, both, ""),
        ({f"{job.department}/{job.title}.txt": text(job).encode() for job in JOBS}, _want(*JOBS, names=names), ""),
        ({"classes.xlsx": table}, _want(*JOBS), ""),
        ({"a.html": page(one).encode(), "b.md": text(two).encode()}, both, ""),
        ({"a.docx": word(one), "__MACOSX/._a.docx": b"\0" * 80, ".DS_Store": b"\0" * 80, "b.docx": word(two)}, both, ""),
        ({"a.docx": word(one), "README.txt": b"About", "b.docx": word(two)}, both, ""),
        ({"a.docx": word(one), "photo.jpg": b"\xff\xd8" + bytes(99), "b.docx": word(two)}, both, "binary"),
        ({"mail/a.eml": _mail(Letter("Meter Reader", text(one))), "b.txt": text(two).encode()}, both, ""),
        ({"inner.zip": _zip({"a.docx": word(one)}), "b.txt": text(two).encode()}, both, ""),
        ({"a.txt": text(one).encode(), "in.zip": _zip({"deeper.zip": _zip({"b.txt": text(two).encode()})})}, _want(one, names=names), "archive in an archive in"),
        ({**saved, "b.txt": text(two).encode()}, both, "saved with the page"),
        ({"Größe/straße.txt": text(one).encode(), "b.txt": text(two).encode()}, both, ""),
        ({"../a.txt": text(one).encode(), "b.txt": text(two).encode()}, _want(two, names=names), "leads out"),
        ({"big.txt": bytes(20_000_000), "b.txt": text(two).encode()}, _want(two, names=names), "200 times"),
        ({"empty.txt": b"", "b.txt": text(two).encode()}, _want(two, names=names), "empty file"),
        ({"jobs.json": b'[{"title": "Clerk", "text": "Files papers in the vault every day."}]', "a.txt": text(one).encode()}, (({"title": "Clerk"}, []), *_want(one, names=names)), ""),
        ({"a.msg": compound(outlook_message("x", text(one))), "b.mht": _saved(two, "chrome")}, both, ""),
        ({"x.exe": b"MZ" + bytes(300)}, (), "binary"),
        ({}, (), "no file"),
    ]
    return [
        *(Case(f"z{number:02}.zip", _zip(members), wanted, why) for number, (members, wanted, why) in enumerate(found)),
        Case("stored.zip", _zip({"a.docx": word(three)}, zipfile.ZIP_LZMA), _want(three, names=names)),
        Case("locked.zip", bytes(locked), (), "password"),
        Case("broken.zip", _zip({"a.txt": text(one).encode()})[:60], (), "not a readable zip"),
    ]


# --- saved pages -----------------------------------------------------------------------------------


def _saved(job: Job, maker: str, encoding: str = "utf-8", transfer: str = "quoted-printable") -> bytes:
    """A page as a browser or Word saves it."""
    message = EmailMessage()
    address = f"https://jobs.example.gov/{job.code}"
    message["From"] = f"<Saved by {maker}>"
    if maker == "chrome":
        message["Snapshot-Content-Location"] = address
    message["Subject"], message["Date"], message["MIME-Version"] = job.title, "Mon, 4 Mar 2024 09:30:00 -0000", "1.0"
    content = page(job, around=maker != "word", charset="" if encoding == "utf-8" else encoding)
    message.set_content(content, subtype="html", charset=encoding, cte=transfer)
    message["Content-Location"] = address
    message.make_related()
    message.add_related(b"GIF89a" + bytes(50), "image", "gif")
    if maker == "frames":
        message.add_related("<p>Share this page</p>", subtype="html")
    return message.as_bytes()


def _pages() -> list[Case]:
    found = []
    for number, (maker, encoding, transfer) in enumerate(
        (maker, encoding, transfer) for maker in ("chrome", "ie", "word", "frames") for encoding, transfer in (("utf-8", "quoted-printable"), ("utf-8", "base64"), ("windows-1252", "quoted-printable"), ("iso-8859-1", "8bit"))
    ):
        job = JOBS[number % len(JOBS)]
        wanted = tuple((fields | {"url": f"https://jobs.example.gov/{job.code}"}, labels) for fields, labels in _want(job, names=("title", "class_code")))
        found.append(Case(f"p{number:02}.{'mht' if maker == 'ie' else 'mhtml'}", _saved(job, maker, encoding, transfer), wanted))
    alone = b"From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + page(JOBS[0]).encode()
    known = _want(JOBS[0], names=("title", "class_code"))
    return [
        *found,
        Case("alone.mhtml", alone, known),
        Case("picture.mht", b"From: <Saved>\nMIME-Version: 1.0\nContent-Type: image/png\n\nabc", (), "no saved page"),
        Case("text.mhtml", b"Just text", (), "no saved page"),
        Case("nothing.mht", b"From: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<html><script>1</script></html>", (), "no text"),
    ]
