"""The table of hostile files and other entries of a folder, and what is to become of each."""

from __future__ import annotations

import json
import os
import random
import re
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from conftest import contents
from hostile import (
    EXHAUSTED,
    NEIGHBOUR,
    PACKAGE,
    PARAGRAPH,
    SENTENCE,
    SHOW,
    TEXT,
    WORD_PARAGRAPH,
    Case,
    Expected,
    claiming,
    costly,
    deflated,
    encrypted,
    form_loop,
    image_only,
    laughs,
    lying_word_bomb,
    nested_tables,
    page,
    partly,
    posting,
    read,
    refused,
    repeat,
    slide,
    table,
    tree,
    word,
    word_bomb,
)
from hostile_containers import ABSOLUTE as ABSOLUTE
from hostile_containers import CONTAINERS
from open_documents import odt
from specsearch.records import Document, Passage, Skip
from specsearch.storage.stores import open_snapshot

BIDI = "\u202e\u2066\u2069\u202c"

CASES: dict[str, Case] = {
    # HTML
    "html-open-tags": Case("x.html", lambda: PARAGRAPH + b"<a " * 50_000, read()),
    "html-open-tags-first": Case("x.html", lambda: b"<a " * 50_000 + b">" + PARAGRAPH, read()),
    "html-unclosed": Case("x.html", lambda: b"<p><b><i><ul><li>" * 5000 + PARAGRAPH, read()),
    "html-reopened-bold": Case(
        "x.html", lambda: b"".join(b"<p><b id=%d>" % n for n in range(1000)) + PARAGRAPH, read()
    ),
    "html-entities": Case("x.html", lambda: PARAGRAPH + b"<h2>Duties</h2><p>" + b"&amp;" * 200_000, read()),
    "html-entity-without-end": Case("x.html", lambda: PARAGRAPH + b"<p>&" + b"a" * 500_000, read()),
    "html-references": Case(
        "x.html", lambda: PARAGRAPH + b"<p>&#0;&#xD800;&#x110000;&#99999999999999999999;&#27;", read()
    ),
    "html-nested-tables": Case("x.html", lambda: b"<table><tr><td>" * 1000 + PARAGRAPH, read()),
    "html-row-of-cells": Case("x.html", lambda: PARAGRAPH + b"<h2>Duties</h2><table><tr>" + b"<td>x" * 20_000, read()),
    "html-comment": Case("x.html", lambda: PARAGRAPH + b"<!--" * 100_000, read()),
    "html-script-without-end": Case("x.html", lambda: b"<script>" + PARAGRAPH, refused("no text in it")),
    "html-undefined-charset": Case("x.html", lambda: b"<meta charset=undefined>" + PARAGRAPH, read()),
    "html-says-utf-16": Case("x.html", lambda: b"<meta charset=utf-16>" + PARAGRAPH, read()),
    # Word
    "docx-laughs": Case(
        "x.docx",
        lambda: word(b"<w:p><w:r><w:t>&e7;</w:t></w:r></w:p>", doctype=laughs()),
        refused("not a readable Word document|no text"),
    ),
    "docx-bomb": Case("x.docx", lambda: word_bomb(1100), refused("unpacks to more than 200 MB")),
    "docx-bomb-that-lies": Case("x.docx", lying_word_bomb, refused(f"not a readable Word document|{EXHAUSTED}")),
    "docx-no-zip": Case("x.docx", lambda: b"PK\x03\x04" + TEXT, refused("not a readable Word document")),
    "docx-no-document": Case(
        "x.docx", lambda: word(parts={"word/document.xml": None}), refused("not a readable Word document")
    ),
    "docx-absolute-paths": Case("x.docx", lambda: word(parts={ABSOLUTE: b"x", "../../../x.txt": b"x"}), read()),
    "docx-truncated": Case("x.docx", lambda: word()[:-40], refused("not a readable Word document")),
    "docx-points-elsewhere": Case(
        "x.docx",
        lambda: word(
            parts={"_rels/.rels": PACKAGE["_rels/.rels"].replace(b"word/document.xml", b"../../../../../etc/passwd")}
        ),
        refused("not a readable Word document"),
    ),
    "docx-nested-tables": Case("x.docx", lambda: word(nested_tables(2)), read()),
    "docx-deep-tables": Case(
        "x.docx",
        lambda: word(nested_tables(60)),
        Expected(SENTENCE, "nested too deeply|not a readable|no text", either=True),
    ),
    "docx-deep-markup": Case(
        "x.docx", lambda: word(b"<w:p>" * 100_000 + b"</w:p>" * 100_000), refused("not a readable Word document")
    ),
    "docx-merged-with-nothing": Case(
        "x.docx", lambda: word(WORD_PARAGRAPH + table(b'<w:tcPr><w:vMerge w:val="continue"/></w:tcPr><w:p/>')), read()
    ),
    "docx-runs": Case(
        "x.docx", lambda: word(WORD_PARAGRAPH + b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 5000 + b"</w:p>"), read()
    ),
    "docx-broken-properties": Case("x.docx", lambda: word(parts={"docProps/core.xml": b"<x"}), read()),
    # OpenDocument and slides
    "odt-laughs": Case("x.odt", lambda: odt(f"<text:p>{SENTENCE}</text:p><text:p>&e7;</text:p>", doctype=laughs().decode()), Expected(SENTENCE, "not a readable OpenDocument", either=True)),
    "odt-asks-for-a-file": Case(
        "x.odt",
        lambda: odt(
            f"<text:p>{SENTENCE}</text:p><text:p>&e;</text:p>", doctype='<!DOCTYPE d [<!ENTITY e SYSTEM "/etc/passwd">]>'
        ),
        read(),
    ),
    "odt-bomb": Case("x.odt", lambda: claiming(odt("<text:p/>")), refused("unpacks to more than 200 MB")),
    "pptx-bomb": Case("x.pptx", lambda: claiming(slide(b"<a:t>x</a:t>")), refused("unpacks to more than 200 MB")),
    "odt-deep": Case(
        "x.odt",
        lambda: odt("<text:section>" * 50_000 + "</text:section>" * 50_000),
        refused("not a readable OpenDocument"),
    ),
    "odt-repeated-cells": Case(
        "x.odt",
        lambda: odt(
            f"<text:p>{SENTENCE}</text:p><table:table><table:table-row>"
            '<table:table-cell table:number-columns-repeated="2000000000"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>"
        ),
        read(),
    ),
    "odt-styles-in-a-circle": Case(
        "x.odt",
        lambda: odt(
            f'<text:p text:style-name="A">{SENTENCE}</text:p>',
            automatic='<style:style style:name="A" style:family="paragraph" style:parent-style-name="A"/>',
        ),
        read(),
    ),
    "pptx-laughs": Case("x.pptx", lambda: slide(b"<a:t>&e7;</a:t>", laughs()), refused("not a readable presentation|no text")),
    "pptx-deep": Case("x.pptx", lambda: slide(b"<a:r>" * 50_000), refused("not a readable presentation")),
    "pptx-truncated": Case("x.pptx", lambda: slide(b"<a:t>x</a:t>")[:-40], refused("not a readable presentation")),
    "rtf-braces": Case("x.rtf", lambda: b"{\\rtf1 " + TEXT + b"{" * 20_000 + b"}" * 20_001, costly()),
    "doc-garbage": Case(
        "x.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(20_000),
        refused("not a readable file of an old Word format"),
    ),
    # PDF
    "pdf-garbage": Case(
        "x.pdf", lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(20_000), refused("not a readable PDF")
    ),
    "pdf-truncated": Case("x.pdf", lambda: page()[:350], refused("not a readable PDF|damaged PDF")),
    "pdf-tree-loop": Case(
        "x.pdf", lambda: tree(b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"), refused("damaged PDF")
    ),
    "pdf-tree-loop-of-two": Case(
        "x.pdf",
        lambda: tree(
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"
        ),
        refused("damaged PDF"),
    ),
    "pdf-deep-tree": Case(
        "x.pdf",
        lambda: tree(*(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % n for n in range(3, 10_000))),
        refused("damaged PDF"),
    ),
    "pdf-table-loop": Case("x.pdf", lambda: page(trailer=b"/Prev SELF"), read()),
    "pdf-encrypted": Case("x.pdf", lambda: encrypted("pass"), refused("encrypted PDF: save a copy without a password")),
    "pdf-empty-password": Case("x.pdf", lambda: encrypted(""), read()),
    "pdf-no-pages": Case(
        "x.pdf",
        lambda: tree(b"<< /Type /Pages /Kids [] /Count 0 >>"),
        refused("not a readable PDF|no text layer|no pages"),
    ),
    "pdf-image-only": Case("x.pdf", image_only, refused("no text layer: a scanned PDF")),
    "pdf-10000-pages": Case(
        "x.pdf",
        lambda: tree(
            b"<< /Type /Pages /Kids [%b] /Count 10000 >>" % b" ".join(b"%d 0 R" % n for n in range(3, 10_003)),
            *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * 10_000,
        ),
        refused("10000 pages: longer than the limit of 1000"),
    ),
    "pdf-huge-box": Case("x.pdf", lambda: page(box=b"-999999999 -999999999 999999999 999999999"), read()),
    "pdf-far-apart": Case(
        "x.pdf",
        lambda: page(b"BT /F1 12 Tf 0 700 Td (Reads) Tj 10000000 0 Td (meters) Tj ET", box=b"0 0 10000000 792"),
        read("Reads"),
    ),
    "pdf-no-numbers": Case(
        "x.pdf",
        lambda: page(
            SHOW + b" BT /F1 nan Tf nan inf Td (x) Tj 1e400 " + b"9" * 400 + b" Td (x) Tj ET", box=b"nan nan inf inf"
        ),
        read(),
    ),
    "pdf-no-size": Case(
        "x.pdf", lambda: page(SHOW + b" BT /F1 0 Tf (x) Tj /F1 -12 Tf (x) Tj 0 0 0 0 9 9 Tm (x) Tj ET"), read()
    ),
    "pdf-bomb": Case(
        "x.pdf",
        lambda: page(zlib.compress(deflated(300)), filters=b"/Filter [/FlateDecode /FlateDecode]"),
        refused(f"no text layer|damaged PDF|{EXHAUSTED}"),
    ),
    "pdf-draws-itself": Case("x.pdf", form_loop, read()),
    "pdf-many-pieces": Case(
        "x.pdf",
        lambda: page(b"BT 9 TL /F1 9 Tf 72 15000 Td " + b"(x) ' " * 1500 + SHOW[3:], box=b"0 0 612 15000"),
        read(),
    ),
    # JSON
    "json-deep-arrays": Case("x.json", lambda: b"[" * 100_000 + b"]" * 100_000, refused("nested too deeply")),
    "json-deep-objects": Case(
        "x.json", lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, refused("nested too deeply")
    ),
    "json-deep-in-a-record": Case(
        "x.json",
        lambda: b'[{"text": "%b", "a": %b}]' % (TEXT, b"[" * 900 + b"]" * 900),
        Expected(SENTENCE, "nested too deeply", either=True),
    ),
    "json-nan": Case("x.json", lambda: posting(pay=float("nan")), refused("not valid JSON: NaN")),
    "json-infinity": Case("x.json", lambda: posting(pay=float("-inf")), refused("not valid JSON: -Infinity")),
    "json-beyond-floats": Case("x.json", lambda: b'[{"text": "%b", "pay": 1e999}]' % TEXT, read()),
    "json-duplicate-keys": Case("x.json", lambda: b'[{"text": "Files papers.", "text": "%b"}]' % TEXT, read()),
    "json-10000-digits": Case(
        "x.json", lambda: b'[{"text": "%b", "pay": %b}]' % (TEXT, b"1" * 10_000), refused("not valid JSON")
    ),
    "json-string": Case("x.json", lambda: json.dumps(SENTENCE).encode(), refused("holds no objects")),
    "json-control-characters": Case("x.json", lambda: posting(pay="\x1b[31m\x00\x07"), read()),
    "json-keys": Case("x.json", lambda: posting(**{f"key {n}": n for n in range(20_000)}), read()),
    "jsonl-bad-line": Case(
        "x.jsonl", lambda: posting()[1:-1] + b"\n{not json\n" + posting()[1:-1], partly(SENTENCE, "not valid JSON")
    ),
    "jsonl-deep-line": Case(
        "x.jsonl", lambda: b"[" * 100_000 + b"\n" + posting()[1:-1], partly(SENTENCE, "nested too deeply")
    ),
    "jsonl-bad-lines": Case("x.jsonl", lambda: posting()[1:-1] + b"\n[" * 5000, partly(SENTENCE, "not valid JSON")),
    # CSV
    "csv-long-field": Case(
        "x.csv", lambda: b"title,duties\nMeter Reader,%b%b\n" % (TEXT, b" Files papers" * 15_500), read()
    ),
    "csv-some-nul": Case(
        "x.csv", lambda: b"title,text\nMeter\0Reader," + TEXT + b" \0" + b"Files papers." * 50, read()
    ),
    "csv-nul": Case("x.csv", lambda: b"title,text\n" + bytes(1000), refused("binary file")),
    "csv-open-quote": Case("x.csv", lambda: b'title,text\nMeter Reader,"' + (TEXT + b"\n") * 1000, read()),
    "csv-10000-columns": Case(
        "x.csv", lambda: b"text" + b"".join(b",c%d" % n for n in range(10_000)) + b"\n" + TEXT + b",x" * 10_000, read()
    ),
    "csv-same-columns": Case("x.csv", lambda: b"text" + b",text" * 5000 + b"\n" + b"a," * 5000 + TEXT, read()),
    "json-same-keys": Case("x.json", lambda: b"{" + b'"text": "a", ' * 5000 + b'"text": "%b"}' % TEXT, read()),
    "csv-no-header": Case(
        "x.csv",
        lambda: b"Meter Reader," + TEXT + b"\nClerk,Files papers in the vault and answers questions.\n",
        read("Files papers"),
    ),
    "csv-ragged": Case(
        "x.csv",
        lambda: b"title,text,pay\nClerk\n,,,,,\nMeter Reader," + TEXT + b"\n",
        partly(SENTENCE, "no text field|empty record"),
    ),
    "csv-header-only": Case("x.csv", lambda: b"title,text\n" * 1, refused("no records in it")),
    # Text
    "text-some-nul": Case("x.txt", lambda: TEXT + b"\0" + b" Files papers." * 20, read()),
    "text-nul": Case("x.txt", lambda: TEXT + bytes(1000), refused("binary file")),
    "text-escapes": Case("x.txt", lambda: f"\x1b[31m{SENTENCE}\x1b]0;title\x07 {BIDI}".encode(), read()),
    "text-lone-cr": Case("x.txt", lambda: b"DUTIES\r" + b"\r".join([TEXT] * 100), read()),
    "text-utf16-cut": Case("x.txt", lambda: SENTENCE.encode("utf-16")[:-1], read(SENTENCE[:-1])),
    "text-utf16-halves": Case("x.txt", lambda: b"\xff\xfe\x00\xd8\x00\xd8" + SENTENCE.encode("utf-16-le"), read()),
    "text-utf16-no-mark": Case("x.txt", lambda: SENTENCE.encode("utf-16-le"), refused("binary file")),
    "text-bad-utf8": Case("x.txt", lambda: b"\xc3(\xff\xed\xa0\x80\xf8\x88\x80\x80\x80 " + TEXT, read()),
    "text-10-mb-line": Case(
        "x.txt", lambda: repeat(b"Files papers ", 10_000_000), refused("10,000,000 characters: longer")
    ),
    "text-blank-lines": Case("x.txt", lambda: b"\n" * 500_000 + TEXT + b"\n" * 500_000, read()),
    "text-blank": Case("x.txt", lambda: b" \n" * 500_000, refused("empty file|no text")),
    "text-known-headings": Case("x.txt", lambda: TEXT + b"\n\n" + b"DUTIES\n\n" * 20_000, read()),
    "text-one-word": Case("x.txt", lambda: b"DUTIES\n\n" + repeat(b"meters ", 500_000), read("meters meters")),
    "text-no-ending": Case("x", lambda: TEXT, refused("rename it to .txt")),
    "text-format-with-escape": Case("x.\x1b[2J", lambda: TEXT, refused("unknown format")),
    # Names
    "name-newline": Case("two\nlines.txt", NEIGHBOUR.encode, read()),
    "name-escape": Case("\x1b[31mred\x1b]0;title\x07.txt", NEIGHBOUR.encode, read()),
    "name-bidi": Case(f"{BIDI}fdp.txt", NEIGHBOUR.encode, read()),
    "name-emoji": Case("🚒 fire 🚒.txt", NEIGHBOUR.encode, read()),
    "name-255-bytes": Case("é" * 125 + "x.txt", NEIGHBOUR.encode, read()),
    "name-dash": Case("-rf.txt", NEIGHBOUR.encode, read()),
    "name-of-option": Case("--prune.txt", NEIGHBOUR.encode, read()),
    "name-of-record": Case("x.csv#1.txt", NEIGHBOUR.encode, read()),
    "name-quotes": Case("'; DROP TABLE files; --\".txt", NEIGHBOUR.encode, read()),
    "name-percent": Case("%s%n{0}[bold].txt", NEIGHBOUR.encode, read()),
}
"""Cases that share one corpus; each has a folder of its own, with a good neighbour in it."""

LINES: dict[str, bytes] = {
    "open-parentheses": b"(",
    "full-stops": b"a.",
    "semicolons": b"; and ",
    "capitals": b"A B C ",
    "heading-words": b"EDUCATION AND ",
    "dashes": b"- ",
    "rules": b"-",
    "dates": b"2019-01-01 ",
    "bullets": "• ".encode(),
    "colons": b"A: ",
    "leads": b"x. Ability to: ",
    "abbreviations": b"e.g. ",
    "numbers": b"1. ",
    "spaces": b"a          ",
    "capitals-and-commas": b"AB, ",
    "revisions": b"Revised: ",
    "gaps": b"A" + b" " * 900 + b": ",
    "dates-of-revision": b"Rev 1/99 ",
}
"""What is repeated on one line, to lead regular expressions into trying everything."""
LINE = 80_000
CASES |= CONTAINERS | {
    f"line-of-{name}": Case("x.txt", partial(repeat, unit, LINE, b"EXAMPLES OF DUTIES\n\n" + TEXT + b"\n\n"), read())
    for name, unit in LINES.items()
}

MEGABYTE = (
    "open-parentheses",
    "full-stops",
    "semicolons",
    "capitals",
    "capitals-and-commas",
    "dashes",
    "dates",
    "revisions",
)
COSTLY: dict[str, Case] = {
    "html-nested-divs": Case("x.html", lambda: b"<div>" * 100_000 + PARAGRAPH, costly()),
    "html-reopened-bold-many": Case(
        "x.html", lambda: b"".join(b"<p><b id=%d>" % n for n in range(20_000)) + PARAGRAPH, costly()
    ),
    "html-attributes": Case(
        "x.html", lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">" + PARAGRAPH, costly()
    ),
    "html-layout-row-of-cells": Case("x.html", lambda: PARAGRAPH + b"<table><tr>" + b"<td>x<br>" * 10_000, costly()),
    "docx-wide-cell": Case(
        "x.docx", lambda: word(table(b'<w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>' + WORD_PARAGRAPH)), costly()
    ),
    "text-unknown-headings": Case(
        "x.md", lambda: TEXT + b"".join(b"\n\n## The %d moons\n" % n for n in range(20_000)), costly()
    ),
    "html-list-items": Case("x.html", lambda: PARAGRAPH + b"<ul>" + b"<li>x" * 20_000, costly()),
    "docx-paragraphs": Case("x.docx", lambda: word(WORD_PARAGRAPH * 10_000), costly()),
    "pdf-very-far-apart": Case(
        "x.pdf",
        lambda: page(
            b"BT /F1 12 Tf 0 700 Td (Reads) Tj 2000000000 0 Td (meters on routes) Tj ET", box=b"0 0 2000000000 792"
        ),
        costly("Reads"),
    ),
    "pdf-20000-lines": Case(
        "x.pdf",
        lambda: page(b"BT 9 TL /F1 9 Tf 72 180000 Td " + b"(x) ' " * 20_000 + SHOW[3:], box=b"0 0 612 200000"),
        costly(),
    ),
    "csv-10000-long-columns": Case(
        "x.csv",
        lambda: (
            b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b",".join([TEXT + b" Daily and nightly."] * 10_000)
        ),
        costly(),
    ),
} | {
    f"megabyte-of-{name}": Case("x.txt", partial(repeat, LINES[name], 1_000_000, TEXT + b" "), costly())
    for name in MEGABYTE
}
"""Cases that a fast enough machine could read; here they meet a limit of two seconds."""


def make_socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def make_device(path: Path) -> None:
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero


def make_unreadable(path: Path) -> None:
    path.write_text(NEIGHBOUR, encoding="utf-8")
    path.chmod(0)


def make_deep(path: Path) -> None:
    folder = path.joinpath(*["d"] * 200)
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text(NEIGHBOUR, encoding="utf-8")


def make_sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


@dataclass(frozen=True)
class Entry:
    """Something in a folder that is no ordinary file: how to make it, and what is to become of it."""

    name: str
    make: Callable[[Path], None]
    expected: Expected


ENTRIES: dict[str, Entry] = {
    "link-to-file": Entry("passwd.txt", lambda path: path.symlink_to("/etc/passwd"), refused("links are not followed")),
    "link-to-nothing": Entry("x.txt", lambda path: path.symlink_to("nowhere"), refused("links are not followed")),
    "link-to-itself": Entry("x.txt", lambda path: path.symlink_to("x.txt"), refused("links are not followed")),
    "link-cycle": Entry("again", lambda path: path.symlink_to(path.parent), refused("links are not followed")),
    "link-to-root": Entry("root", lambda path: path.symlink_to("/"), refused("links are not followed")),
    "pipe": Entry("x.txt", os.mkfifo, refused("not a regular file .*device or pipe")),
    "socket": Entry("x.txt", make_socket, refused("not a regular file .*device or pipe")),
    "device": Entry("x.txt", make_device, refused("not a regular file .*device or pipe")),
    "unreadable": Entry("x.txt", make_unreadable, refused("cannot be read: Permission denied")),
    "deep-folders": Entry("d", make_deep, read()),
    "file-of-51-mb": Entry(
        "x.txt", lambda path: make_sparse(path, 51_000_000), refused("51 MB: larger than the limit of 50 MB")
    ),
    "folder-like-file": Entry("x.txt", lambda path: path.mkdir(), Expected()),
}
"""Entries of the same corpus."""


@dataclass(frozen=True)
class Found:
    """A document of the index with its passages."""

    document: Document
    passages: tuple[Passage, ...]


def case_of(name: str) -> Case | Entry:
    """The case or entry of a name."""
    return CASES.get(name) or COSTLY.get(name) or ENTRIES[name]


def put(name: str, folder: Path) -> str:
    """Make a case in a folder; return why that is not possible here, or nothing."""
    case = case_of(name)
    if isinstance(case, Case):
        (folder / case.name).write_bytes(case.content())
        return ""
    try:
        case.make(folder / case.name)
    except (OSError, AttributeError) as error:
        return f"cannot be made here: {error}"
    return "root reads every file" if name == "unreadable" and os.geteuid() == 0 else ""


def documents_of(index: Path) -> dict[str, list[Found]]:
    """Everything that is in an index, by the path of the file."""
    found: dict[str, list[Found]] = {}
    with open_snapshot(index) as opened:
        for document, passages in contents(opened):
            found.setdefault(document.path, []).append(Found(document, tuple(passages)))
    return found


def path_of(name: str) -> str:
    """The path of a case's file below the shared corpus."""
    within = "d/" * 200 + "x.txt" if name == "deep-folders" else ""
    return f"{name}/{case_of(name).name}" + (f"/{within}" if within else "")


def check(expected: Expected, texts: Sequence[str], skips: Sequence[Skip]) -> None:
    """What became of a file is what was expected."""
    found = [text for text in texts if expected.found is not None and expected.found in text]
    refused = [skip for skip in skips if expected.refused is not None and re.search(expected.refused, skip.reason)]
    outcome = ([text[:200] for text in texts[:3]], skips[:3])
    if expected.either:
        assert found or refused, outcome
    else:
        assert bool(found) is (expected.found is not None), outcome
        assert bool(refused) is (expected.refused is not None), outcome
        assert expected.found is not None or not texts, outcome
        assert expected.refused is not None or not skips, outcome


def specsearch(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    command = [sys.executable, "-m", "specsearch", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=300, check=False
    )
