"""What the words around a name say of it: that it is the employer, or only a place, a school, a law.

Nothing here knows a sentence, a layout or an employer: the signs are what postings and specifications of any kind say
of whom they are of. How much each sign weighs is learned (`weights`).
"""

from __future__ import annotations

import re

from specsearch.parsing.metadata.organisations import Organisation

_BEFORE, _AFTER = 48, 170
"""Characters around a mention that are looked at."""
_PARTED = re.compile(r"\s[-–—|•·]+\s|\s{3,}|[|•·©]")
"""What parts a line into what stands side by side."""
_LONGEST_BANNER = 110
"""Characters of a line that can be a banner."""
_SHORT = 12
"""Letters that may stand before the name of an employer on a line of its own."""
_SEEKS = re.compile(
    r"^(?:[\s,]*\([^)]{1,14}\))?(?:['’]s?)?(?:[\s,]+(?!is\b|are\b|has\b|seeks\b)[\w’'&/.-]+){0,7}?[\s,]+"
    r"(?:(?:is|are)\s+(?:\w+,?\s+){0,3}?(?:seeking|recruiting|hiring|looking|on the lookout|accepting|inviting|offering|searching|soliciting|conducting)\b|"
    r"(?:is|are) (?:\w+ )?(?:excited|pleased|proud) to\b|"
    r"(?:seeks|needs|wants|recruits|hires|invites|offers|welcomes|has (?:an?|\w+) (?:\w+\s){0,3}(?:opening|opportunit|vacanc|position))\w*\b)",
    re.I,
)
_PROMISES = re.compile(
    r"^(?:[\s,]*\([^)]{1,14}\))?(?:['’]s?)?(?:[\s,]+(?!is\b|does\b|are\b)[\w’'&/.-]+){0,5}?[\s,]+"
    r"(?:is|does|provides|values|will|believes|participates|complies|prohibits|maintains|reserves|requires|adheres|supports|celebrates|embraces|strives|has)\b"
    r".{0,90}?(?:equal|discriminat|diversity|divers|inclusi|accommodat|e-verify|drug|merit|background|affirmative)",
    re.I,
)
_IS = re.compile(
    r"^(?:[\s,]*\([^)]{1,14}\))?[\s,]+(?:is|was|has been|are)\s+(?:an?|the|one|located|home|committed|dedicated|responsible|proud|governed|looking)\b|"
    r"^(?:[\s,]*\([^)]{1,14}\))?[\s,]+(?:owns|operates|runs|manages|maintains|serves|employs|enrolls?|protects|covers|grows|was founded|was established)\b",
    re.I,
)
_FORM = re.compile(r"^,?\s*(?:LLC|L\.L\.C\.|Inc\.?|Incorporated|Ltd\.?|LLP)\b,?")
_DESCRIBES = re.compile(
    r"^(?:[\s,]*\([^)]{1,14}\))?[\s,]+(?:(?:is|was)\s+)?(?:an?|the)\s[^.;]{0,110}?\b(?:non-?profit|organi[sz]ation|company|foundation|charity|firm|corporation|501|"
    r"government|municipality|county|city|district|town|employer|agency|community|university|newsroom|institution|authority)",
    re.I,
)
_OFFERS = re.compile(r"^(?:['’]s?)?(?:[\s,]+[\w’'&-]+){0,2}?[\s,]+(?:offers|provides|employs|employees|benefits|mission|core values|values|culture|human resources|jobs|careers|employment|job|hr)\b", re.I)
_SAID = {"seeks": _SEEKS, "promises": _PROMISES, "is": _IS, "offers": _OFFERS, "describes": _DESCRIBES}
"""What stands after a name, by sign."""
_WORKS = re.compile(
    r"(?:\bjoin(?:ing)?|\bwork(?:ing)? (?:for|at|with)|\bcareers? (?:with|at|in)|\bemploy(?:ment|ed|ees?) (?:with|by|of|at|in)|\bwhy(?: work (?:for|at))?|"
    r"\bwelcome to|\babout|\bopportunit\w+ (?:with|at)|\bbehalf of|\bserving|\bmission of|\bbenefits (?:of|at|with)|\bjobs? (?:with|at)|\bapply to|\bposition (?:with|at|in)|"
    r"\bjoin the team at|\bpart of|\bproperty of|\bpolicy of|\bemployee of|©(?: ?\d{4})?)\s+(?:the\s+|us\s+at\s+)?$",
    re.I,
)
_AT = re.compile(r"\b(?:at|with|for)\s+(?:the\s+)?$", re.I)
_PLACED = re.compile(
    r"\b(?:in|near|within|throughout|across|from|between|surrounding|outside|serving|to|visit|residents? of|citizens of|voters of|experience (?:with|in|at)|such as|including|(?:contract|agreement|partnership|cooperation) with|clients? (?:include|are)|customers? (?:include|are)|pass|"
    r"portions? of|area of|(?:academy|school|college|university|course|citizens?|maps?|history|vicinity|limits|boundaries|graduates?) of|neighboring|by|accordance with|laws? of|regulations? of)\s+(?:the\s+)?$",
    re.I,
)
_EMPLOYER = r"employer|hiring (?:agency|organi[sz]ation)|organi[sz]ation|agency|company|jurisdiction|municipality|local authority|authority|council|institution"
_LABEL = re.compile(rf"^\W{{0,4}}(?:name of (?:the )?)?(?P<label>{_EMPLOYER}|city|town)(?: name)?\s*[:|]\s*(?:\|\s*)?(?P<value>[^\n|]{{2,90}})", re.I)
_UNIT_LABEL = re.compile(r"^\W{0,4}(?:requesting )?(?:department|division|dept\.?|bureau|work unit|business unit|office)\s*[:|]", re.I)
_IN_ADDRESS = re.compile(r"^,?\s+[A-Z]{2}\.?,?\s+\d{5}\b")
_LOCATION = re.compile(r"^\W{0,4}(?:job |work |primary )?(?:location|site|address|county)s?(?: of (?:work|position))?\s*[:|]", re.I)
_DEFINED = re.compile(r"^\s*\((?:the )?[\"“”]?[A-Z][A-Za-z&]{1,9}[\"“”]?\)")


def signs_around(line: str, one: Organisation, offset: int, *, edge: bool) -> set[str]:
    """What a block says of a name in it.

    Args:
        line: The block, without line ends.
        one: The name.
        offset: Where the block begins in the text.
        edge: Whether the block stands at the head or the foot of the document.
    """
    left, right, tail = one.start - offset, one.end - offset, one.tail - offset
    before = line[max(0, left - _BEFORE) : left]
    found = signs_after(line[tail : tail + _AFTER])
    if _WORKS.search(before):
        found.add("works")
    elif _PLACED.search(before) or (" of " not in one.name and _IN_ADDRESS.match(line[right : right + _AFTER])) or _LOCATION.match(line):
        found.add("placed")
    elif _AT.search(before):
        found.add("at")
    label = _LABEL.match(line)
    if label is not None and label.start("value") <= left + 1 and len(label["value"].strip()) - (tail - left) < 12:
        found.add("label")
    elif _UNIT_LABEL.match(line):
        found.add("unit")
    if _DEFINED.match(line[tail : tail + _AFTER]):
        found.add("defined")
    if edge and len(line) <= _LONGEST_BANNER and not found & {"label", "placed"} and _is_alone(line[:left], line[tail:]):
        found.add("banner")
    if one.department is not None:
        found.add("department")
    return found


def _is_alone(before: str, after: str) -> bool:
    """Whether a name fills its line or a part of it, but for a short word before it and a state or the like behind it."""
    before, after = _PARTED.split(before)[-1], _PARTED.split(after)[0]
    before, after = (re.sub(r"\b(?:[Tt]he|[Gg]overnments?)\b", "", part) for part in (before, after))
    prose = re.search(r"(?<![\w'’])(?!(?:of|and|for|at)\b)[a-z]{2,}", before + " " + after)
    if re.search(r"\b(?:of|for|at|in|by|with|from)\s*$", before):
        return False
    return prose is None and len(re.sub(r"\W", "", before)) <= _SHORT and len(re.sub(r"\W", "", after)) <= 2 * _SHORT


def signs_after(text: str) -> set[str]:
    """What the words right after a name say of it."""
    after = _FORM.sub("", text[:_AFTER].replace("\n", " "))
    return {sign for sign, pattern in _SAID.items() if pattern.search(after)}


def labelled(line: str) -> tuple[str, int] | None:
    """The value of a line whose label means the employer and nothing else, and where it begins in the line."""
    label = _LABEL.match(line)
    if label is None or label["label"].lower() in ("city", "town"):  # these may be where the work is
        return None
    value = label["value"].strip(" .,;*-|")
    return (value, line.index(value, label.start("value"))) if value else None
