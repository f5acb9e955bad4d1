"""What a name of a job is doing in its sentence: is it sought, filled, at work, or only spoken of?"""

from __future__ import annotations

import re
from functools import cache

from specsearch.parsing.verbs import forms
from specsearch.parsing.vocabulary import Vocabulary

_SOUGHT = re.compile(
    r"\b(?:seek(?:s|ing)?|looking(?: to hire)? for|search(?:ing)?(?: \w+)? for|(?:is|are|be|now|currently|actively|we) (?:hiring|recruiting)(?: to fill)?|(?:hiring|recruiting) (?:for|an?|the|our|to fill)|recruits? for|recruitment (?:for|of)|openings? for|opportunit(?:y|ies) (?:for|as)|"
    r"vacanc(?:y|ies)(?: \w+){0,3} for|vacant|applications? (?:for|from)|apply (?:for|to)|appl(?:y|ied|ying) for|candidates? for|applicants? for|fill|need of|needs|invites?|welcomes?|hire|join(?: \w+){0,6} as|interested in(?: becoming)?|selection of)\b"
    r"(?P<gap>[^.;:!?|\n]{0,70})$",
    re.I,
)
_POSITION_OF = re.compile(r"\b(?:positions?|role|job|post|title|titled|entitled|classification|class|vacancy|announcement|exam(?:ination)?)(?: title)?(?: of| as| is| for|:)?(?: called)?(?: an?| the| our| new)?[ “\"']*$", re.I)
_SERVES_AS = re.compile(
    r"\b(?:serv(?:e|es|ing)|act(?:s|ing)?|function(?:s|ing)?|work(?:s|ing)?|known|appointed|hired|designated|classified)(?: \w+)? (?:as|in the role of|in the capacity of|at)(?: an?| the| our)?(?: new| next)?$|"
    r"(?:^|[.!?:;\n•|] ?)As (?:an?|the|our)(?: new| next)?$|\b(?:role|opportunity|position|team|career|office|department|duties|life|you) as (?:an?|the|our)(?: new| next)?$|\bas (?:an?|the|our)(?: new| next)?$|\b(?:our|the) (?:new|next)$",
    re.I,
)
_REPORTED = re.compile(r"\b(?:report\w*|under|supervis\w+|below|above|lower|higher)\b[^.]{0,30}$", re.I)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:report(?:s|ing|able)?(?: directly| administratively| functionally)?(?: \w+)? to|(?:direction|supervision|guidance|leadership|oversight|authority|auspices|approval|discretion|request|behalf|absence|consent|advice) (?:of|from)|"
    r"supervised by|directed by|appointed by|under|by|with|assist(?:s|ing)?|support(?:s|ing)?|help(?:s|ing)?|advis(?:e|es|ing)|experience(?: \w+){0,3} as|previously|formerly|former|worked as|supervis(?:e|es|ing)|overse(?:e|es|eing)|directs|manages|trains?|"
    r"leads?|from|between|including|such as|like|than|designee|certified|licensed?|licensed as|registered|certification as|license as|degree in|elected|"
    r"responsible to|accountable to|liaison to|differs? from|distinguished from|contact|promot\w+ (?:to|from)|backup (?:to|for)|absence of|provides? \w+ \w* ?to|and|or|,)"
    r"(?: (?:the|an?|our|its|your|his|her|their|other|all|each|subordinate|lower-level|higher-level|assigned))*[ “\"']*)$",
    re.I,
)
_AFTER_POSITION = re.compile(r"[ \t]*(?:\([^)]{1,30}\)\s*)?(?:\n(?=(?-i:[a-z])))?[”\"']?[ \t]*(?:position|vacanc|role\b|job\b|opening|opportunit|classification|class\b|series\b|recruitment|level\b)", re.I)
_SUBJECT_BEFORE = re.compile(r"(?:^|[.!?:;|•·–—-]\s*|\n\s*|[a-z)],\s+|\b(?:candidate|role|position), )(?:the|an?|our|this|each|every|all)?(?:\s*(?:new|next|full-time|part-time))?\s*$", re.I)
_IN_THIS_JOB = re.compile(r"\s*(?:\([^)]{1,40}\)\s*)?(?:[^.;:,\n]{0,50}?),?\s+(?:you|the (?:incumbent|successful|selected|ideal|employee)|this (?:position|role|employee))\b", re.I)
_AS_THE = re.compile(r"(?:^|[.!?:;\n•|-] ?)(?:in (?:this|the) role )?as (?:an?|the|our)(?: new| next)?$", re.I)
_ASIDE = re.compile(r"(?:\s*\([^)]{1,60}\))?,\s+(?:under|in|as|with|at|working|reporting)\b")
_SUBJECT_AFTER = re.compile(r"\s*(?:\([^)]{1,60}\)\s*)?,?\s*(?:position\s+|class\s+|classification\s+|role\s+|job\s+)?(?:(?:also|typically|independently|primarily|generally|\w+ly)\s+)?(?P<verb>[a-z]+)\b(?P<next>\s+[a-z]+)?")
_HELPING = frozenset("is are will shall must may can should has have does serves plays works acts spend spends report reports earn earns need needs play serve bring brings receive receives ensure ensures lead leads".split())
_ASKED_OF_APPLICANTS = re.compile(
    r"\b(?:years?|months?|semester|equivalent|substitut\w+|promot\w+|graduat\w+|level of|combination of|(?:experience|employment|status|rank|time|appointment) (?:in|as|at|with)|"
    r"completion|apprenticeship|certifi(?:ed|cation|cate)|licen[sc](?:e|ed|ure)|registr(?:ation|ered)|eligib\w+|previous\w*|worked|positions? such as)\b[^.;:!?]{0,90}$",
    re.I,
)
"""Before a job that those who apply have had, or a profession that they have."""
_ONE_OF_THE_DUTIES = re.compile(r"(?:^|[.;:\n•·|-])\s*(?:\d+[.)]\s*)?(?:serves?|acts?|functions?|works?)(?: \w+)? (?:as|in)\b[^.;:]{0,30}$", re.I)
_SEEKING = re.compile(r"[^.;:\n]{0,40}?\b(?:is|are|has|invites?|seeks?|currently|announces?)\b(?: \w+)? ?(?:seeking|recruiting|hiring|looking|searching|accepting|inviting|an (?:opening|opportunity)|applications|conducting)\b", re.I)
"""Whoever seeks somebody is not sought."""
_OWN_FIELD = re.compile(r"(?:^|\n|[|])[ \t]*(?P<label>[A-Z][\w /#&-]{1,38}?)[ \t]*(?::+|\|)[^\n|:]{0,60}$")
_TITLE_FIELD = re.compile(r"\b(?:title|position|classification|class|job|role)\b", re.I)
_NO_GAP = re.compile(r"\b(?:with|under|by|reports?|assist\w*|support\w*|from|who|that|which|of the|to the|between|include\w*|than|trains?|certif\w+|retain\w*)\b", re.I)


@cache
def acting(vocabulary: Vocabulary) -> frozenset[str]:
    """Verbs after a subject."""
    return frozenset(form for form, kind in forms(vocabulary).items() if kind != "gerund") | _HELPING


def ways_of(before: str, after: str, vocabulary: Vocabulary) -> list[str]:
    """Tell what a name of a job is doing where it stands.

    Args:
        before: A hundred characters before the name.
        after: Some after it.
        vocabulary: The verbs of work.

    Returns:
        The ways in which it may be the title (`evidence.WEIGHTS`), the surest first; one that tells against it, or
        that it is only named, where there is none.
    """
    flat = " ".join(before.split())
    field = _OWN_FIELD.search(before)
    if _SEEKING.match(after) or (field is not None and not _TITLE_FIELD.search(field["label"])):
        return ["spoken of"]
    if field is not None:
        return ["named in the text"]
    if re.search(r"\bOffice of(?: the)?$", flat, re.I) or re.match(r"['’]?s? Office\b", after):
        return ["office of theirs"]
    ways = []
    called = _AFTER_POSITION.match(after) is not None or _POSITION_OF.search(flat) is not None
    sought = _SOUGHT.search(flat)
    serves = _SERVES_AS.search(flat) is not None
    asked = (called or serves or sought is None) and _ASKED_OF_APPLICANTS.search(flat) is not None
    if called and not asked and _REPORTED.search(flat) is None:
        ways.append("position named")
    if sought is not None and not _NO_GAP.search(sought["gap"]):
        ways.append("asked for")
    if serves and _AS_THE.search(flat) and _IN_THIS_JOB.match(after):
        ways.append("as this job")
    elif serves and not asked:
        ways.append("does the work" if _ONE_OF_THE_DUTIES.search(before) else "serves as")
    if not ways and _does_the_work(before, after, vocabulary):
        ways.append("does the work")
    return ways or ["spoken of" if asked or _SPOKEN_OF.search(flat) else "named in the text"]


def _does_the_work(before: str, after: str, vocabulary: Vocabulary) -> bool:
    if _SUBJECT_BEFORE.search(before[-40:]) is None:
        return False
    subject = _SUBJECT_AFTER.match(after)
    return (subject is not None and subject["verb"].lower() in acting(vocabulary)) or _ASIDE.match(after) is not None
