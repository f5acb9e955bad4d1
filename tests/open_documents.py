"""Makers of OpenDocument files and of a program that stands for LibreOffice."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from specsearch.readers.office.find import VARIABLE, office

__all__ = ["HAS_OFFICE", "VARIABLE", "odp", "odt", "packed", "stand_in"]

HAS_OFFICE = office() is not None
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "meta": "meta",
        "script": "script",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
        "manifest": "manifest",
    }.items()
)
_SPACES += (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:ooo="http://openoffice.org/2004/office" xmlns:dom="http://www.w3.org/2001/xml-events"'
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def part(root: str, inner: str, doctype: str = "") -> str:
    """A part of an OpenDocument, with all name spaces declared."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:{root} {_SPACES} office:version="1.2">{inner}</office:{root}>'


def odt(body: str, *, automatic: str = "", styles: str = "", meta: str = "", doctype: str = "", more: Mapping[str, str] = {}) -> bytes:
    """An OpenDocument text of this body, its own styles, named styles with pages, and properties."""
    content = f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": part("document-content", content, doctype),
        "styles.xml": part("document-styles", styles),
        "meta.xml": part("document-meta", f"<office:meta>{meta}</office:meta>"),
    }
    return packed({**parts, **more})


def odp(page: str, macro: str = "") -> bytes:
    """OpenDocument slides: one of this content, with a Basic macro that is to run when they are opened."""
    kind = "application/vnd.oasis.opendocument.presentation"
    call = "vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"
    listener = f'<script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="{call}" xlink:type="simple"/>'
    body = f'<office:scripts><office:event-listeners>{listener}</office:event-listeners></office:scripts><office:body><office:presentation><draw:page draw:name="p1">{page}</draw:page></office:presentation></office:body>'
    basic = 'xmlns:library="http://openoffice.org/2000/library" xmlns:script="http://openoffice.org/2000/script" xmlns:xlink="http://www.w3.org/1999/xlink"'
    parts = {
        "content.xml": part("document-content", body),
        "Basic/script-lc.xml": f'<library:libraries {basic}><library:library library:name="Standard" library:link="false"/></library:libraries>',
        "Basic/Standard/script-lb.xml": f'<library:library {basic} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>',
        "Basic/Standard/Module1.xml": f'<script:module {basic} script:name="Module1" script:language="StarBasic">{macro}</script:module>',
    }
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in parts)
    manifest = f'<manifest:manifest {_SPACES}><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>{entries}</manifest:manifest>'
    return packed({"mimetype": kind, **parts, "META-INF/manifest.xml": manifest})


def stand_in(folder: Path, code: str) -> Path:
    """A program that is called as LibreOffice is; `code` knows `source`, the file, and `target`, where its result is to be."""
    program = folder / "soffice"
    lines = [
        f"#!{sys.executable}",
        "import sys, time, subprocess",
        "from pathlib import Path",
        "at = sys.argv.index('--convert-to')",
        "source = Path(sys.argv[-1])",
        "target = Path(sys.argv[sys.argv.index('--outdir') + 1]) / f\"{source.stem}.{sys.argv[at + 1].partition(':')[0]}\"",
        "target.parent.mkdir()",
        code,
    ]
    program.write_text("\n".join(lines), encoding="utf-8")
    program.chmod(0o700)
    return program
