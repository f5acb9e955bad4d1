"""What the words before and behind the name of a class say of it.

A cue must lead to the name without another verb between; what leads to it less surely says nothing: the name is
mentioned then. Windows are bounded, so that a statement of any length takes time in proportion to it.
"""

from __future__ import annotations

import re

from specsearch.records import Label, Passage, ReferenceKind

BEFORE, BEHIND = 200, 60
"""Characters before and behind a name that are looked at."""
_FILL = (
    r"(?:(?:the|an?|of|in|to|for|at|by|and|or|those|that|this|one|more|other|another|all|any|either|each|least|next|higher|lower|level|levels|class(?:es)?|classification|classifications|"
    r"positions?|job|jobs|titles?|rank|employees?|incumbents?|staff|personnel|city|county|following|as|subordinate|assigned|its|their|your|(?-i:[A-Z])\w+['’]s)[\s:,/-]{1,3}){0,8}"
)
_WORDS = r"(?:[\w&-]+,?\s+)"
_TIME = r"(?:experience|employment|employed|service|work(?:ed|ing)?|serv(?:ed|ing)|years?|months?|status|appointment|time)"
_AS = re.compile(rf"\b{_TIME}\b[^.;]{{0,150}}?\b(?:as|in\s+the\s+(?:class(?:ification)?|position|title|rank)\s+of)\s+(?:an?\s+|the\s+)?(?:(?:full|part)[- ]time\s+|regular\s+|permanent\s+)?$", re.I)
_LISTED = re.compile(rf"\b{_TIME}\b[^.;]{{0,150}}\b(?:class(?:es)?|positions?|titles?|classifications?|as)\b[^.;]{{0,60}}$", re.I)
_REGISTERED = re.compile(r"\b(?:registr|licens|certif|regist|enrol|eligib)\w*[^.;]{0,80}$", re.I)
_LEVEL = re.compile(
    r"\bat\s+(?:or\s+above\s+)?(?:least\s+)?(?:at\s+)?(?:(?:the|a)\s+)?level\s+(?:of|equivalent\s+to|comparable\s+to)\s+(?:that\s+of\s+)?(?:an?\s+|the\s+)?(?:class\s+of\s+)?$"
    rf"|\b(?:equivalent|comparable|equal)\s+(?:in\s+level\s+)?to\s+{_FILL}$",
    re.I,
)
_TO = re.compile(
    rf"\b(?:promot(?:es?|ed|ion|ions|ing)|advanc(?:es?|ed|ement|ing)|progress(?:es|ion|ing)?|promotional\s+opportunit(?:y|ies))\b(?:\s+(?!to\b){_WORDS}{{0,6}}?)?\s*to\s+{_FILL}$"
    rf"|\bregular\s+appointment\s+to\s+{_FILL}$",
    re.I,
)
_FROM = re.compile(rf"\b(?:promot(?:es?|ed|ion|ions|ing|ional)|advanc(?:es?|ed|ement|ing))\s+(?:\w+\s+){{0,3}}?from\s+{_FILL}$", re.I)
_APART = re.compile(
    rf"\b(?:distinguish\w*|differ(?:s|ed|ing|entiat\w*)?|distinct|different|separate[sd]?)\s+(?:\w+\s+){{0,3}}?from\s+(?:(?:lower|higher|next|level|classes|class|work)\s+)*?{_FILL}$"
    rf"|\b(?:unlike|in\s+contrast\s+(?:to|with)|as\s+opposed\s+to|(?:is|are)\s+(?:above|below)|higher\s+than|lower\s+than)\s+{_FILL}$",
    re.I,
)
_SUPERVISES = re.compile(rf"\b(?:supervis(?:es?|ing|ion\s+(?:of|over))|oversees?)\s+(?:(?!(?:by|from|under|of|who|which|that|and|to|the\s+work)\s){_WORDS}){{0,2}}?{_FILL}$", re.I)
_LEADS = re.compile(
    rf"\b(?:leads|may\s+lead|leading|(?:as\s+)?(?:an?\s+)?lead(?:er|[- ]?worker|[- ]?person)?\s+(?:for|of|over|to)|(?:lead|functional|technical|task)\s+(?:and\s+\w+\s+)?(?:direction|supervision|guidance)\s+(?:to|of|over))\s+"
    rf"(?:(?:a\s+)?(?:crew|team|group)\s+of\s+)?{_FILL}$",
    re.I,
)
_REPORTS = re.compile(
    rf"\b(?:reports?|reporting|responsible|accountable|answers)\s+(?:\w+ly\s+)?to\s+{_FILL}$"
    rf"|\b(?:supervision|direction|guidance|leadership|oversight)\b(?:\s+(?:and|or)\s+\w+)?\s+(?:(?:is|are)\s+)?(?:(?:received|provided)\s+)?(?:from|by|of)\s+{_FILL}$"
    rf"|\b(?:supervised|directed|overseen)\s+by\s+{_FILL}$",
    re.I,
)
_UNDER = re.compile(r"\bunder\b|\breceiv\w*\b|\bfrom\s|\bby\s|\breport|\bresponsible|\baccountable|\banswers", re.I)
_DENIED = re.compile(r"\b(?:no|not|without|never|nor|neither|rather\s+than|instead\s+of)\b[^.;,]{0,60}$", re.I)
_OTHERS = re.compile(r"\b(?:who|which|employees|staff|positions?\s+that|those|persons|individuals)\b[^.;]{0,40}$", re.I)
_SERIES = re.compile(r"^['”\"]?\s+(?:job\s+|class\s+|classification\s+|occupational\s+|career\s+|professional\s+)?(?:series|ladder|family)\b", re.I)
_END = re.compile(r"[.;!?]\s+(?=\S)")

_ASKED = frozenset((Label.QUALIFICATION, Label.KSA, Label.PROCESS, Label.LICENSE, Label.COMPENSATION, Label.CONDITIONS))
_DONE = frozenset((Label.SUMMARY, Label.DISTINGUISHING, Label.SUPERVISION, Label.DUTY))


def kind_at(passage: Passage, start: int, end: int) -> ReferenceKind:
    """What a statement says of a class that it names; `MENTIONS` where that is not sure.

    Args:
        passage: The statement.
        start: Where the name begins in the statement's text.
        end: Where it ends.
    """
    before = " ".join(_END.split(passage.text[max(0, start - BEFORE) : start])[-1].split()) + " "
    if _SERIES.search(passage.text[end : end + BEHIND]):
        return ReferenceKind.SERIES
    return _asked(passage, before, start) or _said(before) or _done(passage, before) or ReferenceKind.MENTIONS


def _asked(passage: Passage, before: str, start: int) -> ReferenceKind | None:
    """What is asked of those who apply."""
    asked = passage.label in _ASKED
    if _LEVEL.search(before) and passage.label not in (Label.DUTY, Label.COMPENSATION, Label.PREFERRED) and not _DENIED.search(before):
        return ReferenceKind.EQUIVALENT
    if not asked or _REGISTERED.search(before):
        return None
    if _AS.search(before):
        return ReferenceKind.REQUIRES
    above = " ".join(passage.heading_path[-1].split()) if passage.heading_path else ""
    if not re.search(r"[^\W\d_]{2}", passage.text[:start]) and passage.label is Label.QUALIFICATION and _LISTED.search(above[-BEFORE:]):
        return ReferenceKind.REQUIRES
    return None


def _said(before: str) -> ReferenceKind | None:
    """What is said of the classes of a series."""
    if _DENIED.search(before):
        return None
    if _FROM.search(before):
        return ReferenceKind.PROMOTED_FROM
    if _TO.search(before):
        return ReferenceKind.PROMOTES_TO
    return ReferenceKind.DISTINGUISHED if _APART.search(before) else None


def _done(passage: Passage, before: str) -> ReferenceKind | None:
    """Who is whose superior, where the statement is about the role itself."""
    if passage.label not in _DONE or _DENIED.search(before):
        return None
    reports = _REPORTS.search(before)
    if reports:
        around = before[max(0, reports.start() - 60) :]
        return ReferenceKind.REPORTS_TO if _UNDER.search(around) and not _OTHERS.search(before[: reports.start()]) else _over(before)
    return _over(before)


def _over(before: str) -> ReferenceKind | None:
    if _LEADS.search(before):
        return ReferenceKind.LEADS
    found = _SUPERVISES.search(before)
    return ReferenceKind.SUPERVISES if found and not _OTHERS.search(before[: found.start()]) else None
