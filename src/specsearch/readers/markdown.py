"""Markdown: headings, lists, tables and bold runs, by line. Inline marks are taken out."""

from __future__ import annotations

import re

from specsearch.readers.markup import Run, TextBuilder
from specsearch.readers.text import decode
from specsearch.records import BlockStyle, SourceText

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(?P<bullet>[-*+])\s+(?P<text>.*)|(?P<number>\d{1,3}[.)])\s+(?P<numbered>.*)")
_RULE = re.compile(r"(?:[-*_]\s*){3,}$|=+$")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|?$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_INLINE = re.compile(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])|`([^`]+)`|!?\[([^\]]*)\]\([^)]*\)|\\([\\`*_#|>-])")


def read_markdown(data: bytes) -> SourceText:
    """Read a Markdown file into a text without its marks."""
    builder = TextBuilder()
    paragraph: list[str] = []
    style = BlockStyle.PARAGRAPH

    def flush() -> None:
        nonlocal style
        if paragraph:
            builder.add_runs(_runs(" ".join(paragraph)), style)
            paragraph.clear()
        style = BlockStyle.PARAGRAPH

    titled = False
    for raw in decode(data).split("\n"):
        line = raw.strip().removeprefix(">").strip()
        heading = _HEADING.match(line)
        item = _ITEM.match(line)
        if not line or _RULE.match(line):
            flush()
        elif heading:
            flush()
            top = heading[1] == "#" and not titled
            titled |= top
            builder.add(_plain(heading[2]), BlockStyle.TITLE if top else BlockStyle.HEADING, bold=True)
        elif item:
            flush()
            style = BlockStyle.ITEM
            paragraph.append(item["text"] if item["bullet"] else f"{item['number']} {item['numbered']}")
        elif line.startswith("|"):
            flush()
            if not _TABLE_RULE.match(line):
                builder.add_table_row([_runs(cell) for cell in line.strip("|").split("|")])
        elif paragraph and _BOLD.match(line):
            # A line that starts with a bold run states a new thing, whatever Markdown would join.
            flush()
            paragraph.append(line)
        else:
            paragraph.append(line)
            if raw.endswith("  "):
                flush()
    flush()
    return builder.build()


def _runs(text: str) -> list[Run]:
    runs: list[Run] = []
    end = 0
    for match in _BOLD.finditer(text):
        runs += [(_plain(text[end : match.start()]), False), (_plain(match[2]), True)]
        end = match.end()
    return [*runs, (_plain(text[end:]), False)]


def _plain(text: str) -> str:
    text = _BOLD.sub(r"\2", text)
    return _INLINE.sub(lambda m: next(group for group in m.groups() if group is not None), text)


