"""Whether a text is about one job: pages for those who look for one, lists of jobs, manuals and error pages are not.

What speaks for it and against it is counted and weighed; where they balance, a text is taken to be about a job: a job
that is lost is worse than a page that is listed among the roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from math import exp

from specsearch.parsing.metadata.titles.words import has_role
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import Candidate, DocumentKind, Kind, Origin, Passage, Place, SourceText

_LEAST = 0.25
"""Confidence below which it is not even a doubt."""
_BALANCE = 2.0
"""By how much what speaks against one job must outweigh what speaks for it."""
_CERTAIN = 8
"""What speaks for one job, from which on nothing else is looked for."""
_FEW_JOBS, _SHOWN = 4, 5
"""Jobs that make a list of a page, and how many of them are named."""
_WORDS = 120
"""A shorter text may say nothing of its job and be about one."""
_MENU_LINES, _MENU_SHARE = 40, 0.75
_CONTENTS_LINES = 8
_TITLES_OF_MANY = 3
_LONGEST_TITLE = 9
_TOP = 3
"""Blocks among which a title stands that is the document's own."""
_NEAR = 4
"""Lines after the title of a listed job on which it may say where to apply."""
_CONTENTS_LINE = re.compile(r"(?:(?:\.[ \t]?){4}|…[ \t]?…?)[ \t]{0,9}\d{1,4}$", re.M)
STATED_TITLE = re.compile(
    r"\W{0,4}(?P<label>(?:(?:class|job|position|classification|posting)\s+)?title|classification|class specification|job description)\s*[:|]\s*(?P<title>[^\n|]{3,90})", re.I
)
"""A line that states a title behind a label."""
_NUMBER = re.compile(r"[\s•·▪*#(-]*(?:\d{1,2}[.)]\s+)?")
_CELLS = re.compile(r"(?<=\s)[-–—](?=\s)|\||\t|\s{3,}")
"""What divides an entry of a list: "Lock Keeper - closes May 3 - $20"."""
_SECTION = re.compile(r"(?:section|chapter|article|part|policy|rule|appendix)\s+(?:\d|[IVXLC]+\b)", re.I)
"""How a title begins that a page of a book of rules states."""
_Evidence = tuple[float, str]
"""How much something weighs, and what it is in words."""


def not_one_job(source: SourceText, passages: Sequence[Passage], vocabulary: Vocabulary) -> Candidate | None:
    """That a document is not about one job, with how sure this is and why; None if hardly anything says so.

    Args:
        source: The document as its reader gave it; a title that the file states beside its text is that of a job.
        passages: Its passages.
        vocabulary: What pages of each sort say.
    """
    stated = source.fields.get("title", "")
    if stated and (has_role(stated, vocabulary) or not _SECTION.match(stated)):
        return None
    duties = sum(passage.kind is Kind.DUTY and not passage.inferred for passage in passages)
    qualifications = sum(passage.kind is Kind.QUALIFICATION and not passage.inferred for passage in passages)
    many = [(20.0, f"states {len(titles)} titles: {_some(titles)}") for titles in [_titles_named(source.text, vocabulary)] if len(titles) >= _TITLES_OF_MANY]
    if not many and duties >= 2 and qualifications >= 2:
        return None
    of_one = len(_said(source.text, vocabulary.documents.one_job))
    # What is taken for duties without a heading is so of what an employer says of itself, too: alone it tells nothing.
    unheaded = of_one > 0 and duties < 2 and sum(passage.kind is Kind.DUTY for passage in passages) >= 3
    against = of_one + _is_titled(source, vocabulary) + 2.0 * (duties >= 2) + 2.0 * (qualifications >= 2) + unheaded
    if not many and against >= _CERTAIN:
        return None
    found = [*many, *_of_pages(source, vocabulary), *_of_lists(source, vocabulary)]
    if of_one <= 1 and duties < 2 and qualifications < 2 and len(source.text.split()) >= _WORDS:
        found.append((2.5 - 1.5 * of_one, "says hardly anything of one job: neither duties nor qualifications, pay or how to apply"))
    sure = 1 / (1 + exp(_BALANCE + against - sum(weight for weight, _ in found)))
    if sure < _LEAST:
        return None
    ways = tuple(way for _, way in sorted(found, key=lambda one: -one[0]))
    return Candidate("kind", str(DocumentKind.NOT_ONE_JOB), sure, ways, Origin(Place.TEXT, 0, len(source.text)))


def _is_titled(source: SourceText, vocabulary: Vocabulary) -> bool:
    """Whether what stands first, or the page's title, can be what a job is called."""
    first = [source.text[block.start : block.end] for block in source.blocks[:_TOP]]
    page = re.split(r"\s+[-–—|]\s+", source.fields.get("page_title", ""))
    return any(is_title(line.strip(), vocabulary) for line in (*first, *page) if line.strip())


# --- pages -----------------------------------------------------------------------------------------


def _of_pages(source: SourceText, vocabulary: Vocabulary) -> Iterator[_Evidence]:
    """What pages say that are about no job at all."""
    words = vocabulary.documents
    if said := _said(source.text, words.broken):
        yield 2.0 * min(len(said), 2), f"says that something went wrong: {_some(said)}"
    if said := _said(source.text, words.careers):
        yield min(len(said), 5), f"speaks of working there in general: {_some(said)}"
    if len(said := _said(source.text, words.notices)) >= 2:
        yield min(len(said), 3), f"speaks of the site: {_some(said)}"
    lines = [line for line in source.text.split("\n") if line.strip()]
    short = sum(len(line.split()) <= 5 and line.rstrip()[-1] not in ".:;" for line in lines)
    if len(lines) >= _MENU_LINES and short >= _MENU_SHARE * len(lines):
        yield 2.0 + (short >= 0.9 * len(lines)), f"is a menu: {short} of {len(lines)} lines are a few words"
    contents = len(_CONTENTS_LINE.findall(source.text)) if any(leader in source.text for leader in ("..", ". .", "…")) else 0
    manual = _said(source.text, words.manuals)
    if contents >= _CONTENTS_LINES:
        yield 4.0 + len(manual), f"has a table of contents: {contents} lines with the numbers of pages"
    elif len(manual) >= 4:
        yield 1.5 * len(manual), f"is a manual: {_some(manual)}"


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.I | re.M) for pattern in patterns)


def _said(text: str, patterns: tuple[str, ...]) -> list[str]:
    """What of some patterns stands in a text: the first that each of them finds."""
    return [" ".join(match.group().split()) for pattern in _compiled(patterns) if (match := pattern.search(text))]


def _some(said: Sequence[str]) -> str:
    return ", ".join(said[:_SHOWN]) + (" ..." if len(said) > _SHOWN else "")


# --- lists -----------------------------------------------------------------------------------------


def _of_lists(source: SourceText, vocabulary: Vocabulary) -> Iterator[_Evidence]:
    """What lists of jobs show: titles, each with a link, date or pay of its own."""
    stated = source.fields.get("listed_titles", "").split("\n")
    if len(stated) >= 2:
        yield 2.0 * min(len(stated), 5), f"states {len(stated)} jobs beside its text: {_some(stated)}"
    titles = list(_listed(source, vocabulary))
    if len(titles) >= _FEW_JOBS:
        yield 0.75 * min(len(titles), 14), f"lists {len(titles)} jobs: {_some(titles)}"


def _listed(source: SourceText, vocabulary: Vocabulary) -> Iterable[str]:
    """The different titles that have an entry of a list to themselves."""
    lines = [line for line in source.text.split("\n") if line.strip()]
    titles = [next((cell for cell in _cells(line) if is_title(cell, vocabulary)), "") for line in lines]
    found: dict[str, str] = {}
    for at, title in enumerate(titles):
        if not title:
            continue
        after = next((n for n in range(at + 1, min(len(lines), at + 1 + _NEAR)) if titles[n]), at + 1 + _NEAR)
        entry = " ".join([lines[at].replace(title, ""), *(line for line in lines[at + 1 : after] if len(line.split()) <= 25)])
        if _said(entry, vocabulary.documents.entries):
            found.setdefault(normalise(title), title)
    return found.values()


def _cells(line: str) -> list[str]:
    """The parts of an entry of a list, without its number."""
    return [cell.strip() for cell in _CELLS.split(_NUMBER.sub("", line, count=1)) if cell.strip()]


def is_title(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line or cell can be what a job is called."""
    words = text.split()
    if not 1 <= len(words) <= _LONGEST_TITLE or not text[0].isupper() or text[-1] in ".;:!?":
        return False
    return has_role(text, vocabulary)


def _titles_named(text: str, vocabulary: Vocabulary) -> list[str]:
    """The different titles that lines of one name give, for the name that gives most."""
    named: dict[str, dict[str, str]] = {}
    for match in map(STATED_TITLE.match, text.split("\n")):
        if match is not None and is_title(match["title"].strip(), vocabulary):
            named.setdefault(normalise(match["label"]), {}).setdefault(normalise(match["title"]), match["title"].strip())
    return list(max(named.values(), key=len, default={}).values())
