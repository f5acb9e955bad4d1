"""Markdown: headings, lists, tables and bold runs, by line. Inline marks are taken out."""

from __future__ import annotations

import re

from specsearch.fields import COLUMNS
from specsearch.readers.markup import Run, TextBuilder, is_record_label, tidy
from specsearch.readers.rows import canonical_name
from specsearch.readers.tables import add_criteria, criteria, is_header
from specsearch.readers.text import decode, line_goes_on, wrap_width
from specsearch.records import BlockStyle, SourceText

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(?P<bullet>[-*+])\s+(?P<text>.*)|(?P<number>\d{1,3}[.)])\s+(?P<numbered>.*)")
_RULE = re.compile(r"(?:[-*_]\s*){3,}$|=+$")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|?$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_FRONT = re.compile(r"(?P<name>[A-Za-z][\w /()-]{0,40}?)\s*:(?:\s+(?P<value>.*)|\s*)$")
_GOES_ON = re.compile(r"\s+\S|-\s|#")
"""A line of front matter that belongs to the name above it, or is a remark."""
_MOST_FRONT_LINES = 100
_INLINE = re.compile(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])|`([^`]+)`|!?\[([^\]]*)\]\([^)]*\)|\\([\\`*_#|>-])")


def read_markdown(data: bytes) -> SourceText:
    """Read a Markdown file into a text without its marks; "name: value" lines between rules at its top state metadata, too."""
    builder = TextBuilder()
    front, rows = _front_matter(decode(data).split("\n"))
    for label, value in front:
        builder.add(f"{label}: {value}" if label else value, BlockStyle.ROW if label else BlockStyle.PARAGRAPH)
    _read_rows(rows, builder)
    return builder.build(fields=_fields(front))


def _read_rows(rows: list[str], builder: TextBuilder) -> None:
    paragraph: list[str] = []
    style = BlockStyle.PARAGRAPH

    def flush() -> None:
        nonlocal style
        if paragraph:
            builder.add_runs(_runs(" ".join(paragraph)), style)
            paragraph.clear()
        style = BlockStyle.PARAGRAPH

    titled = False
    table: list[str] = []
    width = wrap_width([len(row.strip()) for row in rows if row.strip()])
    for raw in rows:
        line = raw.strip().removeprefix(">").strip()
        if table and not line.startswith("|"):
            _add_table(table, builder)
            table = []
        heading = _HEADING.match(line)
        item = _ITEM.match(line)
        if not line or _RULE.match(line):
            flush()
        elif heading:
            flush()
            top = heading[1] == "#" and not titled
            titled |= top
            builder.add(_plain(heading[2]), BlockStyle.TITLE if top else BlockStyle.HEADING, bold=True, level=len(heading[1]))
        elif item:
            flush()
            style = BlockStyle.ITEM
            paragraph.append(item["text"] if item["bullet"] else f"{item['number']} {item['numbered']}")
        elif line.startswith("|"):
            flush()
            table.append(line)
        else:
            if paragraph and _begins_block(paragraph[-1], raw, width):
                flush()
            paragraph.append(line)
            if raw.endswith("  "):
                flush()
    flush()
    _add_table(table, builder)


def _begins_block(before: str, raw: str, width: int) -> bool:
    """Whether a line does not go on with the one before it, whatever Markdown would join: with bold it states a new thing."""
    line = raw.strip()
    return bool(_BOLD.match(line)) or not (raw[:1].isspace() or line_goes_on(before, line.removeprefix(">").strip(), width))


def _add_table(lines: list[str], builder: TextBuilder) -> None:
    """A table: criteria under the names of their columns, or row by row below its header."""
    rows = [line.strip("|").split("|") for line in lines if not _TABLE_RULE.match(line)]
    headed = len(lines) > 2 and bool(_TABLE_RULE.match(lines[1]))
    names = [tidy(_plain(cell)) for cell in rows[0]] if rows else []
    found = criteria([[[_plain(cell)] for cell in row] for row in rows]) if headed else None
    if found is not None:
        add_criteria(builder, found)
        return
    if headed and is_header(names) and not is_record_label(names[0]):
        builder.add(" | ".join(filter(None, names)), BlockStyle.ROW, bold=True)
        rows = rows[1:]
    for row in rows:
        builder.add_table_row([_runs(cell) for cell in row])


def _front_matter(rows: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """The names and values at the top of a file, and its other lines; what has no name of its own stands with none."""
    first = next((at for at, row in enumerate(rows) if row.strip()), 0)
    if not rows or rows[first].rstrip() != "---":
        return [], rows
    end = next((at for at in range(first + 1, min(len(rows), first + _MOST_FRONT_LINES)) if rows[at].rstrip() in ("---", "...")), 0)
    inner = [row for row in rows[first + 1 : end] if row.strip()]
    found = [(match["name"].strip(), _unquoted(match["value"] or "")) if (match := _FRONT.match(row)) else ("", row.strip()) for row in inner]
    named = [label for label, _ in found if label]
    # Between two rules there may be a text as well: names begin most lines, and the first.
    if not named or not found[0][0] or any(not label and not _GOES_ON.match(row) for (label, _), row in zip(found, inner, strict=True)):
        return [], rows
    return found, rows[end + 1 :]


def _fields(front: list[tuple[str, str]]) -> dict[str, str]:
    """The metadata that front matter states, each field by its best name."""
    stated = {canonical_name(label): tidy(value) for label, value in reversed(front) if label and tidy(value)}
    found = {field: next((stated[name] for name in names if name in stated), "") for field, names in COLUMNS.items() if field != "record_id"}
    return {field: value for field, value in found.items() if value}


def _unquoted(value: str) -> str:
    plain = value.strip()
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'" else plain


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


