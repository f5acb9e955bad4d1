"""Titles that stand alone: behind a label, on a line at the top, in the title of the page, in the name of the file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from specsearch.parsing.headings import is_plain_heading, label_of
from specsearch.parsing.metadata.code_forms import BARE_CODE, CODE_LABEL, PAGE_TITLE_CODE
from specsearch.parsing.metadata.lines import ASKED_TITLE, is_meta
from specsearch.parsing.metadata.place import JURISDICTION
from specsearch.parsing.metadata.titles.words import (
    LONGEST,
    SMALL,
    Mention,
    clean,
    core_of,
    has_role,
    head_of,
    is_role,
    may_be_role,
    may_be_title,
)
from specsearch.parsing.numerals import is_roman
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Block, BlockStyle, Origin, Place, SourceText

_LABELLED = re.compile(
    r"(?:^|(?<=[|;\t])|(?<=\s{2}))[ \t*|=-]{0,12}(?P<label>(?:(?:job|(?:job )?class|classification|position|official|working|functional|business|internal|payroll|civil service|posting|role)\s+)?title"
    r"|title of (?:position|job|class)|position|job|classification|class|role|vacancy|occupation|position name|job name|recruitment)"
    r"(?:[ \t]*\*{0,2}[ \t]*(?::+|\||\.{3,}:?)|(?<=title)(?:[ ]{0,3}\t|[ ]{3}))[ \t|*]*(?P<title>[^\n|]{3,140}?)[ \t*]*(?=\||\n|$|\t|\s{3})",
    re.I | re.M,
)
_NEXT_LINE = re.compile(
    r"^[ \t*|]*(?P<label>(?:job|class|classification|position|official|working|functional|business|civil service|posting)\s+title|title)[ \t]*:?[ \t|*]*\n+[ \t|*]*(?P<title>[^\n|]{3,90}?)[ \t|*]*(?=\n|$)", re.I | re.M
)
_LABEL_LINE = re.compile(r"^[^\n:|\t]*?(?:[:|\t]|\.{3}|title[ ]{3})[^\n]*", re.M | re.I)
_OF_CLASS = re.compile(r"(?:job class|class|classification|official|payroll|civil service)\s+title", re.I)
_OF_ONE_POSITION = re.compile(r"(?:working|functional|business|internal|posting)\s+title", re.I)
_LABEL_WORDS = ("title", "position", "job", "class", "role", "vacancy", "occupation", "recruitment")
_NEXT_LABEL = re.compile(
    r"\s+(?:(?:job|class|position|pay|salary|flsa|department|division|reports|grade|location|date|code|status|agency|employer|fair labor|job code|supervisor)\b[\w /]{0,25}):.*$", re.I
)
_TOP_BLOCKS, _HEAD = 40, 20_000
"""Blocks among which lines are looked at, characters among which labels are."""
_TOP, _LONGEST_LINE = 600, 160
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])[.)]\s|[•·▪o]\s")
_IN_BRACKETS = re.compile(r"\((?P<inside>[^()\n]+)\)\s*$")
_LINE_BELOW = re.compile(r"[ \t]*\n[ \t]*(?P<line>[^\s|:.;][^\n|:.;]{1,60}[^\s|:.;])(?=[ \t]*(?:\n|$))")
_GOING_ON = re.compile(r"(?:(?:of|for|and)\s|[&-]\s?)(?=[A-Z])", re.I)
"""How the line begins that goes on with the title above it."""
_JOINING = re.compile(r"(?:\b(?:of|and|for|to|the)|[&/,–-])$", re.I)


def labelled(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """What stands behind a label that can be that of a title; where the title of a class is stated, that of one position counts less."""
    found = list(_behind_labels(text, vocabulary))
    if not any(_OF_CLASS.fullmatch(label) for label, _ in found):
        return [mention for _, mention in found]
    counted: list[Mention] = []
    for label, mention in found:
        if _OF_CLASS.fullmatch(label):
            counted.append(replace(mention, signs=mention.signs - {"not the first field"}))
        else:
            counted.append(replace(mention, signs=mention.signs | {"of one position"}) if _OF_ONE_POSITION.fullmatch(label) else mention)
    return counted


def _behind_labels(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Mention]]:
    """Each label with what stands behind it."""
    seen = 0
    for pattern, way in ((_LABELLED, "labelled field"), (_NEXT_LINE, "labelled line"), (ASKED_TITLE, "labelled field")):
        for match in _on_lines(text) if pattern is _LABELLED else pattern.finditer(text, 0, _HEAD):
            named = pattern is ASKED_TITLE or "title" in match["label"].lower()
            raw = _NEXT_LABEL.sub("", match["title"])
            value, start = clean(raw, vocabulary)
            end = match.start("title") + start + len(value)
            if value and raw == match["title"] and (rest := _rest(text, match.end("title"), value, vocabulary)) is not None:
                value, end = f"{value} {rest['line']}", rest.end("line")
            if not value or not _is_stated(raw, value, named, vocabulary):
                continue
            seen += 1
            if seen > 12:
                return
            begin = match.start("title") + start
            found = way if named else "labelled class" if match["label"].lower().startswith("class") else "labelled loosely"
            signs = {"not the first field"} if seen > 1 else set()
            if found == "labelled loosely" and begin < _TOP:
                signs.add("at the top")
            label = "" if pattern is ASKED_TITLE else " ".join(match["label"].split())
            yield label, Mention(html.unescape(value), found, Origin(Place.TEXT, begin, end), frozenset(signs))


def _rest(text: str, end: int, title: str, vocabulary: Vocabulary) -> re.Match[str] | None:
    """The line below a title behind a label that goes on with it, if one does."""
    rest = _LINE_BELOW.match(text, end)
    if rest is None:
        return None
    line = rest["line"]
    if label_of(line, vocabulary) is not None or is_meta(line) or len(f"{title} {line}".split()) > LONGEST or title.isupper() != line.isupper():
        return None
    return rest if _goes_on(line) or (_JOINING.search(title) is not None and line[0].isupper()) else None


def _on_lines(text: str) -> Iterator[re.Match[str]]:
    """Labels with what stands behind them; only lines that can have one are looked through."""
    for line in _LABEL_LINE.finditer(text, 0, _HEAD):
        low = line.group().lower()
        if any(word in low for word in _LABEL_WORDS):
            yield from _LABELLED.finditer(text, line.start(), line.end())


def _is_stated(raw: str, value: str, named: bool, vocabulary: Vocabulary) -> bool:
    """Whether what stands behind a label is a title; behind one that says so words that name nobody are believed too."""
    if value[-1] in ".;:?!" and len(value.split()) > 6:
        return False
    if len(value.split()) > 16 or not may_be_title(raw, value.rstrip(".;:?! "), vocabulary):
        return False
    return named or has_role(value, vocabulary)


def top_lines(source: SourceText, vocabulary: Vocabulary) -> list[Mention]:
    """The lines before the first section that can be titles, and pairs of them that are one title."""
    blocks = source.blocks[:_TOP_BLOCKS]
    found: list[Mention] = []
    known: tuple[Block, str] | None = None
    for position, block in enumerate(blocks):
        line = source.text[block.start : block.end].strip()
        if len(line) > _LONGEST_LINE:
            if found or position > 6:
                break
            known = None
            continue
        if position > 0 and is_plain_heading(line, vocabulary) and not has_role(line, vocabulary):
            if found:
                break
            known = None
            continue
        value, start = clean(source.text[block.start : block.end], vocabulary)
        if not value or _is_sentence(line, value) or _LABELLED.match(line) or not (may_be_title(line, value, vocabulary) or _is_begun(source, position, value, vocabulary)):
            known = None if not line.startswith("(") else known
            continue
        begin = block.start + start
        # Lines that name nobody may be anything: the first line is the first that names a worker, too.
        seen = sum(has_role(one.value, vocabulary) for one in found) if has_role(value, vocabulary) else len(found)
        signs = _signs(source, position, value, seen, vocabulary)
        mention = Mention(html.unescape(value), "line at the top", Origin(Place.TEXT, begin, begin + len(value)), signs)
        if known is not None and _are_one(known[0], block, (known[1], line), vocabulary):
            above = found.pop()
            line = f"{known[1]} {line}"
            whole = Origin(Place.TEXT, above.origin.start, begin + len(value))
            mention = Mention(html.unescape(clean(line, vocabulary)[0]), "line at the top", whole, above.signs | signs)
        elif value[0].islower():
            known = None
            continue
        found.append(mention)
        known = (block, line)
    return found


def _is_sentence(line: str, value: str) -> bool:
    """Whether a line is one of a list or part of a sentence: numbered, going on, or mostly of small words."""
    small = [word for word in re.findall(r"[A-Za-z]+", value) if word.islower() and word not in SMALL]
    return (value[0].islower() and not _goes_on(line)) or _NUMBERED.match(line) is not None or re.search(r"[;,] (?:or|and)$", line) is not None or len(small) > max(1, len(value.split()) // 3)


def _goes_on(line: str) -> bool:
    """Whether a line can be the rest of a title: "of" or the like before words in capital letters alone."""
    begun = _GOING_ON.match(line)
    return begun is not None and all(word[0].isupper() or word in SMALL for word in re.findall(r"[A-Za-z]+", line[begun.end() :]))


def _is_begun(source: SourceText, position: int, value: str, vocabulary: Vocabulary) -> bool:
    """Whether a line in capitals can be a title with the next, which goes on with it, though it cannot alone."""
    if not value.isupper() or position + 1 >= len(source.blocks):
        return False
    below = source.blocks[position + 1]
    line = source.text[below.start : below.end].strip()
    whole = f"{value} {line}"
    return len(line) <= _LONGEST_LINE and line.isupper() and _goes_on(line) and has_role(line, vocabulary) and may_be_title(whole, whole, vocabulary)


def _are_one(above: Block, below: Block, lines: tuple[str, str], vocabulary: Vocabulary) -> bool:
    """Whether two lines that follow each other are one title: set alike, and the first not complete."""
    left, right = lines
    alike = (above.style is below.style or (above.bold and below.bold and left.isupper())) and above.bold == below.bold and left.isupper() == right.isupper()
    short = len(f"{left} {right}".split()) <= LONGEST
    leading = left.split()[0].lower() in {*vocabulary.levels.leading, *vocabulary.levels.heads, *vocabulary.levels.staff_offices}
    going = (_goes_on(right) and not (right[0] == "-" and below.style is BlockStyle.ITEM)) or _JOINING.search(left) is not None
    # A name of workers in general needs what is above it: "WATER TREATMENT" and below it "OPERATOR II".
    bare = left.isupper() and len(core_of(right)) == 1 and len(left.split()) > 1 and not has_role(left, vocabulary) and not _is_unit(left, vocabulary)
    unfinished = going or bare or (leading and not is_role(head_of(left), vocabulary))
    return alike and short and unfinished and is_role(head_of(f"{left} {right}"), vocabulary) and not JURISDICTION.match(left)


def _is_unit(line: str, vocabulary: Vocabulary) -> bool:
    words = re.findall(r"[a-z]+", line.lower())
    return words[-1] in vocabulary.employers.units or all(word in vocabulary.employers.parts for word in words)


def _signs(source: SourceText, position: int, value: str, seen: int, vocabulary: Vocabulary) -> frozenset[str]:
    """What is to be seen of a line at the top."""
    block = source.blocks[position]
    signs = set()
    if seen == 0:
        signs.add("first line")
    if position == 0:
        signs.add("opens the text")
    if sum(any(map(str.isalnum, source.text[other.start : other.end])) for other in source.blocks[:position]) > 5:
        signs.add("further down")
    if block.style in (BlockStyle.TITLE, BlockStyle.HEADING) or block.bold:
        signs.add("heading style")
    if value.isupper():
        signs.add("capitals")
    near = source.blocks[max(0, position - 2) : position] + source.blocks[position + 1 : position + 3]
    texts = [source.text[other.start : other.end].strip() for other in near]
    whole = source.text[block.start : block.end]
    behind = _IN_BRACKETS.search(whole)
    coded = CODE_LABEL.search(whole) is not None or (behind is not None and BARE_CODE.fullmatch(behind["inside"]) is not None)
    if coded or any(BARE_CODE.fullmatch(text) or CODE_LABEL.search(text[:60]) for text in texts):
        signs.add("code beside it")
    if any(label_of(text, vocabulary) is not None and len(text) < 60 for text in texts[-2:]):
        signs.add("section below")
    return frozenset(signs)


def page_title(source: SourceText, vocabulary: Vocabulary) -> Iterator[Mention]:
    """The part of a web page's title that is no employer, code or site."""
    page = source.fields.get("page_title")
    if not page:
        return
    coded = PAGE_TITLE_CODE.search(page) is not None
    for part in re.split(r"\s+[-–—|»:]\s+", page):
        value, _ = clean(part.strip(), vocabulary)
        if not value or not may_be_title(part, value, vocabulary) or JURISDICTION.match(value):
            continue
        if coded or has_role(value, vocabulary) or may_be_role(head_of(value), vocabulary):
            yield Mention(html.unescape(value), "page title", Origin(Place.PAGE))


def file_name(path: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """The words of the file's name, without numbers, if they can be a title."""
    stem = re.sub(r"[_\-.\s]+", " ", PurePosixPath(path).stem)
    stem = re.sub(r"\((?:\d+|copy)\)", " ", stem)
    words: list[str] = []
    for word in stem.split():
        if re.fullmatch(r"(?:\d{3,}\w*|rev\w*|modified|final|draft|copy|spec|updated|v\d+)", word, re.I) and word not in ("311", "911", "988"):
            if words:
                break
            continue
        words.append(word)
    value = " ".join(w.upper() if is_roman(w) or w.lower() in ("it", "hr") else w if w.isupper() else w.capitalize() for w in words)
    if value and has_role(value, vocabulary):
        yield Mention(value, "file name", Origin(Place.PATH))
