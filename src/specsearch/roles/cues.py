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
    r"positions?|job|jobs|titles?|rank|employees?|incumbents?|staff|personnel|city|county|following|as|including|subordinate|assigned|its|their|your|(?-i:[A-Z])\w+['’]s)[\s:,/-]{1,3}){0,8}"
)
_WORDS = r"(?:[\w&-]+,?\s+)"
_TIME = r"(?:experience|employment|employed|service|work(?:ed|ing)?|serv(?:ed|ing)|years?|months?|status|appointment|time)"
_AS = re.compile(rf"\b{_TIME}\b[^.;]{{0,150}}?\b(?:as|in\s+the\s+(?:class(?:ification)?|position|title|rank)\s+of)\s+(?:an?\s+|the\s+)?(?:(?:full|part)[- ]time\s+|regular\s+|permanent\s+)?$", re.I)
_CLASSES = re.compile(r"\b(?:class(?:es)?|positions?|titles?|classifications?)\b", re.I)
_MEASURED = re.compile(r"\b(?:years?|months?)\b", re.I)
_QUALIFY = re.compile(r"\b(?:experience|qualif\w+|eligib\w+|requirements?|feeder)\b", re.I)
_MEET = re.compile(r"\b(?:meets?|qualif(?:y|ies|ying)|following|feeder|acceptable|includ(?:e|es|ing)|as|are)\b", re.I)
"""A heading or a clause with one of each announces the classes whose members may apply."""
_REGISTERED = re.compile(rf"\b(?:registr|licen[sc]|certif|register)\w*(?:(?!\b{_TIME}\b)[^.;]){{0,80}}$", re.I)
_LEVEL = re.compile(
    r"\bat\s+(?:or\s+above\s+)?(?:least\s+)?(?:at\s+)?(?:(?:the|a)\s+)?level\s+(?:of|equivalent\s+to|comparable\s+to)\s+(?:that\s+of\s+)?(?:either\s+)?(?:an?\s+|the\s+)?(?:class\s+of\s+)?$"
    rf"|\b(?:equivalent|comparable|equal)\s+(?:in\s+level\s+)?to\s+{_FILL}$",
    re.I,
)
_AT = re.compile(rf"\b{_TIME}\b[^.;]{{0,150}}?\bat\s+(?:or\s+above\s+)?(?:the|an?)\s+$", re.I)
_TO_BE = re.compile(r"\bto\s+be\b[^.;]{0,40}$", re.I)
_TO = re.compile(
    rf"\b(?:promot(?:es?|ion|ions|ing)|advanc(?:es?|ement|ing)|progress(?:es|ion|ing)?|be\s+(?:promoted|advanced)|promotional\s+opportunit(?:y|ies))\b(?:\s+(?!to\b){_WORDS}{{0,6}}?)?\s*to\s+{_FILL}$"
    rf"|\bregular\s+appointment\s+to\s+{_FILL}$",
    re.I,
)
_FROM = re.compile(rf"\b(?:promot(?:es?|ed|ion|ions|ing|ional)|advanc(?:es?|ement|ing))\s+(?:\w+\s+){{0,3}}?from\s+{_FILL}$", re.I)
_APART = re.compile(
    rf"\b(?:distinguish\w*|differ(?:s|ed|ing|entiat\w*)?|distinct|different|separate[sd]?)\s+(?:\w+\s+){{0,3}}?from\s+(?:(?:lower|higher|next|level|classes|class|work)\s+)*?{_FILL}$"
    rf"|\b(?:unlike|in\s+contrast\s+(?:to|with)|as\s+opposed\s+to|(?:is|are)\s+(?:above|below))\s+{_FILL}$",
    re.I,
)
_SUPERVISES = re.compile(rf"\b(?:supervis(?:es?|ing|ion\s+(?:of|over|to))|oversees?|(?:supervis|direct|evaluat)\w+(?:\s+\w+){{0,3}}\s+the\s+work\s+of)\s+(?:(?!(?:by|from|under|of|who|which|that|and|to|the\s+work)\s){_WORDS}){{0,2}}?{_FILL}$", re.I)
_LEADS = re.compile(
    rf"(?<![-\w])(?:assigns?|reviews?|checks?|coordinates?)(?:\s+\w+){{0,2}}\s+the\s+work\s+of\s+{_FILL}$|\b(?:leads|may\s+lead|leading|trains\s+and\s+guides|(?:as\s+)?(?:an?\s+)?lead(?:er|[- ]?worker|[- ]?person)?\s+(?:for|of|over|to)|(?:lead|functional|technical|task)\s+(?:and\s+\w+\s+)?(?:direction|supervision|guidance)\s+(?:to|of|over))\s+"
    rf"(?:(?:a\s+)?(?:crew|team|group)\s+of\s+)?{_FILL}$",
    re.I,
)
_REPORTS = re.compile(
    rf"\b(?:reports?|reporting|responsible|accountable|answers)\s+(?:\w+ly\s+)?to\s+{_FILL}$"
    rf"|\b(?:supervision|direction|guidance|leadership|oversight)\b(?:\s+(?:and|or)\s+\w+)?\s+(?:(?:is|are)\s+)?(?:(?:received|provided)\s+)?(?:from|by|of)\s+(?:(?:an?|the)\s+)?(?:[\w-]+,?\s+(?:or|and)\s+)?{_FILL}$"
    rf"|\b(?:supervised|directed|overseen)\s+by\s+{_FILL}$",
    re.I,
)
_REPORTED = re.compile(r"^(?:reports?|reporting|answers)\b", re.I)
_SUBJECT = re.compile(r"(?:\b(?:class|position|positions|employees?|incumbents?|role|job|must|will|shall|this)|\b(?-i:[A-Z])\w+)\s+$", re.I)
_NO_DEMAND = re.compile(r"\b(?:credit|tenure)\b", re.I)
"""Service as a member of a class that earns points, or that something has to last for, is not required."""
_UNDER = re.compile(r"\bunder\b|\breceiv\w*\b|\bfrom\s|\bby\s|\breport|\bresponsible|\baccountable|\banswers", re.I)
_DENIED = re.compile(r"\b(?:no|not|without|never|nor|neither|rather\s+than|instead\s+of)\b[^.;,]{0,60}$", re.I)
_UNASKED = re.compile(r"\b(?:no(?!\s+(?:less|fewer))|not(?!\s+(?:less|fewer))|without|never|nor|neither)\b[^.;,]{0,60}$", re.I)
_WAIVED = re.compile(r"^[^.;]{0,50}\b(?:not\s+(?:be\s+)?(?:required|necessary|accepted|needed|qualifying)|desir(?:able|ed)|preferred|a\s+plus|substitut\w+|in\s+lieu\s+of)\b", re.I)
"""Before and behind a name: experience that is not asked for, only wished for, or stands in place of something else."""
_OTHERS = re.compile(r"\b(?:who|which|(?:employees|staff)(?!\s+(?:in|of)\s+th)|positions?\s+that|those|persons|individuals)\b[^.;]{0,40}$", re.I)
_SERIES = re.compile(r"^['”\"]?\s+(?:job\s+|class\s+|classification\s+|occupational\s+|career\s+|professional\s+)?(?:series|ladder|family)\b", re.I)
_LEVEL_BEHIND = re.compile(r"\s+level\b", re.I)
_WHOLE = re.compile(r"\s*(?:$|[,.;:/(?!\d–-]|(?:and|or|who|which|that|in|engaged|performing|at|on|as|for|with|assigned|to|from|of|by|is|are|the|(?!level)[a-z]+ing)\b)")
"""What stands behind the name of those who are supervised: "supervises the County Clerk programs" supervises no clerk."""
_OF_CLASSES = re.compile(r"\s+(?:levels?|series|class(?:es)?|classifications?|positions?)\b", re.I)
_MANY = re.compile(r"(?:s|men|people)\s{0,3}(?:[IVX1-9,/ &–-]|or|and|to){0,20}$")
_ONE = re.compile(r"\b(?:an?|one|another|either)\s+$", re.I)
_END = re.compile(r"[.;!?]\s+(?=\S)")

_QUALIFYING = frozenset((Label.QUALIFICATION, Label.KSA))
_ASKED = frozenset((Label.QUALIFICATION, Label.KSA, Label.PROCESS, Label.COMPENSATION, Label.CONDITIONS))
_DONE = frozenset((Label.SUMMARY, Label.DISTINGUISHING, Label.SUPERVISION, Label.DUTY))


def kind_at(passage: Passage, start: int, end: int) -> ReferenceKind:
    """What a statement says of a class that it names; `MENTIONS` where that is not sure.

    Args:
        passage: The statement.
        start: Where the name begins in the statement's text.
        end: Where it ends.
    """
    before = " ".join(_END.split(passage.text[max(0, start - BEFORE) : start])[-1].split()) + " "
    behind = passage.text[end : end + BEHIND]
    said = _said(passage, before)
    if said is None and _SERIES.search(behind):
        return ReferenceKind.SERIES
    found = said or _asked(passage, before, start, behind) or _done(passage, before)
    if found in (ReferenceKind.SUPERVISES, ReferenceKind.LEADS) and not _are_people(passage.text[start:end], before, behind):
        return ReferenceKind.MENTIONS
    return found or ReferenceKind.MENTIONS


def _asked(passage: Passage, before: str, start: int, behind: str) -> ReferenceKind | None:
    """What is asked of those who apply."""
    if passage.label not in _ASKED or _REGISTERED.search(before) or _UNASKED.search(before) or _WAIVED.search(behind):
        return None
    if (_LEVEL.search(before) or (_LEVEL_BEHIND.match(behind) and _AT.search(before))) and not _TO_BE.search(before) and passage.label is not Label.COMPENSATION:
        return ReferenceKind.EQUIVALENT
    if _AS.search(before) and not _NO_DEMAND.search(before) and (passage.label in _QUALIFYING or _MEASURED.search(before)):
        return ReferenceKind.REQUIRES
    first = not re.search(r"[^\W\d_]{2}", passage.text[:start])
    announced = " ".join(passage.heading_path[-1].split())[-BEFORE:] if first and passage.heading_path else before if before.endswith((": ", "include ", "are ")) else ""
    return ReferenceKind.REQUIRES if all(sign.search(announced) for sign in (_CLASSES, _QUALIFY, _MEET)) else None


def _said(passage: Passage, before: str) -> ReferenceKind | None:
    """What is said of the classes of a series."""
    if _DENIED.search(before):
        return None
    if _FROM.search(before):
        return ReferenceKind.PROMOTED_FROM
    if _TO.search(before):
        return ReferenceKind.PROMOTES_TO
    return ReferenceKind.DISTINGUISHED if passage.label in _DONE and _APART.search(before) else None


def _done(passage: Passage, before: str) -> ReferenceKind | None:
    """Who is whose superior, where the statement is about the role itself."""
    if passage.label not in _DONE or _DENIED.search(before):
        return None
    reports = _REPORTS.search(before)
    if reports:
        around = before[max(0, reports.start() - 60) :]
        if _UNDER.search(around):
            return None if _OTHERS.search(before[: reports.start()]) or (passage.label is Label.DUTY and _is_told(before, reports)) else ReferenceKind.REPORTS_TO
    if _LEADS.search(before) and not _SUPERVISES.search(before):
        return ReferenceKind.LEADS
    found = _SUPERVISES.search(before)
    return ReferenceKind.SUPERVISES if found and not _OTHERS.search(before[: found.start()]) else None


def ends_there(behind: str) -> bool:
    """Whether what stands behind a name leaves it at its end: "as a Harbor Guard licensed Master" names no guard."""
    return bool(_WHOLE.match(behind) or _OF_CLASSES.match(behind))


def _is_told(before: str, reports: re.Match[str]) -> bool:
    """Whether a duty is to tell somebody something: "reports to the Auditor any loss", "written reports to the Mayor"."""
    return bool(_REPORTED.match(reports[0])) and "directly" not in reports[0] and not _SUBJECT.search(before[: reports.start()])


def _are_people(name: str, before: str, behind: str) -> bool:
    """Whether a name is of people who can be supervised, as it stands there."""
    return bool(_WHOLE.match(behind)) and bool(_MANY.search(name) or _ONE.search(before))
