"""The class code: a number of the class, not of one posting."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from specsearch.parsing.metadata.code_forms import BARE_CODE, LEADING_CODE, PAGE_TITLE_CODE
from specsearch.parsing.metadata.found import Found
from specsearch.parsing.metadata.titles.words import has_role
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Origin, Place, SourceText

_CODE = re.compile(
    # A job or a position is also what is posted: its "number" is that of one announcement, its "code" that of the class.
    r"(?<!posting )(?<!requisition )(?<!recruitment )(?<!exam )(?<!examination )(?<!announcement )(?<!bulletin )"
    r"\b(?:(?:job\s+)?(?:class|spec(?:ification)?|classification)\s*(?:spec(?:ification)?\s*|title\s*)?(?:code|no\.?|number|num\.?|#|id)|"
    r"(?:job|position|title|occupation)\s*(?:class(?:ification)?\s*|spec(?:ification)?\s*)?code)"
    r"\s*(?:no\.?|number|#)?\s*[:#|.]*\s*(?P<code>[A-Z]{0,4}-?\d[A-Z0-9.-]{0,11})\b|"
    r"\b[Jj]ob [Cc]lass\s+(?P<code2>\d{3,6})\b|^[Cc]ode\s*[:|]\s*(?P<code3>[A-Z0-9][A-Z0-9.-]{1,11})\b",
    re.I | re.M,
)
_OTHER_NUMBER = re.compile(
    r"\b(?:job|position|posting|requisition|req|recruitment|announcement|bulletin|exam(?:ination)?|vacancy|opening|reference|ref|file|"
    r"phone|tel|fax|date|dated|posted|zip)\b[^\n|]{0,20}$",
    re.I,
)
"""The end of a line after which a number alone is that of a posting, or no number of the class at all."""
_DATE_ALONE = re.compile(r"\d{1,4}[-.]\d{1,2}(?:[-.]\d{2,4})?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_FILE_CODE = re.compile(r"\d{1,3}[A-Za-z]{1,2}\d{1,4}[A-Za-z]?")
"""A file name that can only be a class code: "1b76", unlike "spec12" or "page3"."""
_LONGEST_TITLE = 80
"""Characters of a line of a title with its code."""


def find_class_code(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The code that the text states, or the page's title, or the name of the file."""
    match = _CODE.search(source.text)
    if match is not None:
        group = next(name for name in ("code", "code2", "code3") if match[name])
        code = match[group].rstrip(".-")
        return code, Origin(Place.TEXT, match.start(group), match.start(group) + len(code))
    before = ""
    for block in source.blocks[:6]:
        line = source.text[block.start : block.end].strip()
        if BARE_CODE.fullmatch(line) and not line.isdigit() and not _DATE_ALONE.match(line) and not _OTHER_NUMBER.search(before):
            return line, Origin(Place.TEXT, block.start, block.end)
        beside = LEADING_CODE.match(line) if line.isupper() and len(line) <= _LONGEST_TITLE else None
        if beside is not None and not _YEAR.match(beside["code"]) and has_role(line, vocabulary):
            return beside["code"], Origin(Place.TEXT, block.start, block.start + len(beside["code"]))
        before = line
    page = PAGE_TITLE_CODE.search(source.fields.get("page_title", ""))
    if page:
        return page["code"], Origin(Place.PAGE)
    stem = PurePosixPath(path).stem
    return (stem.upper(), Origin(Place.PATH)) if _FILE_CODE.fullmatch(stem) else None
