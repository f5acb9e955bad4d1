"""The title of the class: from a labelled line, the lines at the top, the page, the sentences, the name of the file."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

from specsearch.parsing.headings import is_banner, is_plain_heading
from specsearch.parsing.level_words import read_level
from specsearch.parsing.metadata.code import BARE_CODE, PAGE_TITLE_CODE
from specsearch.parsing.metadata.found import Found
from specsearch.parsing.metadata.lines import ASKED_TITLE, is_meta
from specsearch.parsing.metadata.place import JURISDICTION
from specsearch.parsing.numerals import is_roman, numeral_of
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import BlockStyle, Candidate, Origin, Place, SourceText

_TITLE_NOISE = re.compile(
    r"\s*[-–—|:]\s*(?:open continuous|continuous|open until filled|full[- ]?time|part[- ]?time|temporary|seasonal|"
    r"reposted|job details?|class specification|job description|position description)\b.*$|"
    r"\s+[-–—|]\s+(?:city|town|village|county|borough|township) of [A-Z].*$|"
    r"\s*\((?:open continuous|continuous|open until filled|full[- ]?time|part[- ]?time|temporary|seasonal|reposted)[^)]*\)\s*$|"
    r"^(?:(?:job|class|classification|position|working)\s+title|title|position|job|classification|class)\s*[:|]\s*|"
    r"^(?:class(?:ification)? specification|job description|position description|job announcement|job posting)\s*[-–—:|]\s*",
    re.I,
)
_LABELLED_TITLE = re.compile(
    r"(?:job|class|classification|position|official|working)\s+title\s*[:|]\s*(?P<title>[^\n|]{3,90}?)\s*(?=\||\n|$)", re.I
)
_NAMED_TITLE = re.compile(
    r"\bThe (?P<title>(?:[A-Z][\w&/'’-]*\s+){1,5}?(?:(?:of|to|the|for|and)\s+(?:[A-Z][\w'’-]*\s+){0,3})*?)"
    r"(?:also\s+)?(?=(?:works|assists|is|performs|plays|serves|will|supervises|plans|directs|manages|oversees|provides|"
    r"reports|coordinates|leads|operates|supports)\b)"
)
_SOUGHT_TITLE = re.compile(
    r"\b(?:is|are) (?:seeking|hiring|looking for|recruiting(?: for)?)\s+(?:an?|the|our next)\s+(?:\w+,?\s+){0,3}?(?P<title>(?:[A-Z][\w&/'’-]*\s*){1,6})"
)
_TOP_BLOCKS = 14
"""Blocks among which the title is looked for."""
_LONGEST_LINE = 160
"""Characters of a line that can hold a title."""


def weigh_titles(source: SourceText, path: str, vocabulary: Vocabulary) -> list[Candidate]:
    """What the title may be."""
    found = find_title(source, path, vocabulary)
    return [Candidate("title", found[0], 1.0, ("text",), found[1])] if found else []


def find_title(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The title, by the first way that gives one."""
    return (
        _title_by_pattern(source.text, _LABELLED_TITLE, vocabulary)
        or _title_by_pattern(source.text, ASKED_TITLE, vocabulary)
        or _title_from_lines(source, vocabulary)
        or _title_from_page(source, vocabulary)
        or _title_by_pattern(source.text, _SOUGHT_TITLE, vocabulary)
        or _title_from_sentences(source.text, vocabulary)
        or _title_from_name(path, vocabulary)
    )


def _title_by_pattern(text: str, pattern: re.Pattern[str], vocabulary: Vocabulary) -> Found | None:
    match = pattern.search(text[:20_000])
    if match is None or not _has_role(match["title"], vocabulary):
        return None
    start = match.start("title")
    title = match["title"].rstrip(" ,.")
    return title, Origin(Place.TEXT, start, start + len(title))


def _title_from_lines(source: SourceText, vocabulary: Vocabulary) -> Found | None:
    """The best of the lines before the first section heading."""
    best: tuple[float, Found] | None = None
    for position, block in enumerate(source.blocks[:_TOP_BLOCKS]):
        line = source.text[block.start : block.end]
        if len(line) > _LONGEST_LINE or (position > 0 and is_plain_heading(line, vocabulary)):
            if best is not None or len(line) > _LONGEST_LINE:
                break
            continue
        title, start = _clean_title(line)
        if not title or not 1 <= len(title.split()) <= 10 or title[-1] in ".;:?" or not _is_possible_title(line, title, vocabulary):
            continue
        score = 3.0 * _has_role(title, vocabulary) - 0.2 * position
        score += 2.0 * (block.style in (BlockStyle.TITLE, BlockStyle.HEADING)) + 1.0 * (block.bold or title.isupper())
        score += 1.0 * (numeral_of(read_level(title, vocabulary).level or "") is not None)
        # A line without a role's name is a title only beside a class code.
        before = source.blocks[max(0, position - 2) : position]
        score += 1.0 * any(BARE_CODE.fullmatch(source.text[b.start : b.end].strip()) is not None for b in before)
        if score >= 2.0 and (best is None or score > best[0]):
            origin = Origin(Place.TEXT, block.start + start, block.start + start + len(title))
            best = (score, (title, origin))
    return best[1] if best is not None else None


def _is_possible_title(line: str, title: str, vocabulary: Vocabulary) -> bool:
    bare = _TITLE_NOISE.sub("", line)
    if is_banner(title, vocabulary) or is_banner(line, vocabulary) or "[" in title or BARE_CODE.fullmatch(title):
        return False
    if is_meta(bare) or is_plain_heading(line, vocabulary):
        return False
    place = JURISDICTION.match(title)
    if place and not _has_role(title[place.end() :], vocabulary):
        return False
    unit = re.search(r"\b(?:department|division|bureau|office) of\b", title, re.I)
    if unit and not _has_role(title[: unit.start()], vocabulary):
        return False
    return not re.search(r"\$|:\s", title) and bool(re.search(r"[A-Za-z]{3}", title))


def _clean_title(line: str) -> tuple[str, int]:
    """Cut codes and noise from a title line; also return where the rest starts."""
    title = line
    start = 0
    while True:
        lead = _TITLE_NOISE.match(title)
        code = re.match(r"(?=\w*\d)[A-Z0-9]{3,8}\s*[-–—:]?\s+(?=[A-Z]{3})", title) if title.isupper() else None
        cut = lead if lead is not None and lead.end() else code
        if cut is None or not cut.end():
            break
        start += cut.end()
        title = title[cut.end() :]
    title = _TITLE_NOISE.sub("", title)
    title = re.sub(r"\s+[-–—]\s*(?=\w*\d)[A-Z0-9]{3,8}$|\s*\((?:class|job)?\s*(?:code|no\.?|#)[^)]*\)$", "", title, flags=re.I)
    stripped = title.strip(" \t*#|-–—")
    return stripped, start + title.find(stripped) if stripped else start


def _has_role(title: str, vocabulary: Vocabulary) -> bool:
    titles = vocabulary.titles
    endings = tuple(titles.role_endings)
    words = [word.removesuffix("s") if len(word) > 5 else word for word in re.findall(r"[a-z]+", title.lower())]
    return any(word in titles.role_nouns or (len(word) > 6 and word.endswith(endings)) for word in words)


def _title_from_page(source: SourceText, vocabulary: Vocabulary) -> Found | None:
    page = source.fields.get("page_title")
    if not page:
        return None
    candidates = [part.strip() for part in re.split(r"\s+[-–—|]\s+", page)]
    coded = PAGE_TITLE_CODE.search(page) is not None
    names = [part for part in candidates if not JURISDICTION.match(part) and not BARE_CODE.fullmatch(part)]
    title = next((part for part in names if _has_role(part, vocabulary) or coded), None)
    return (title, Origin(Place.RECORD)) if title else None


def _title_from_sentences(text: str, vocabulary: Vocabulary) -> Found | None:
    """Read "The Assistant Director works ...": the name the text gives its job most often."""
    matches = [m for m in _NAMED_TITLE.finditer(text) if _has_role(m["title"], vocabulary)]
    counts = Counter(m["title"].strip() for m in matches)
    if not counts:
        return None
    title, count = counts.most_common(1)[0]
    if count < 2:
        return None
    first = next(m for m in matches if m["title"].strip() == title)
    return title, Origin(Place.TEXT, first.start("title"), first.start("title") + len(title))


def _title_from_name(path: str, vocabulary: Vocabulary) -> Found | None:
    stem = re.sub(r"[_\-.]+", " ", PurePosixPath(path).stem).strip()
    if not _has_role(stem, vocabulary):
        return None
    words = [w.upper() if is_roman(w) or w.lower() in ("it", "hr") else w.capitalize() for w in stem.split()]
    return " ".join(words), Origin(Place.PATH)
