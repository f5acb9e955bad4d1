"""The class a document describes: title, employer, code, dates, and where each was read.

Wrong is worse than unknown: a field that is not stated is None. The order in which sources are
believed: the sidecar (somebody wrote it for this purpose), the record's own fields, the text, the
page's title, the name of the file and its folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from specsearch.parsing.headings import Heading, is_banner, is_heading_wording, is_plain_heading, normalise
from specsearch.parsing.level_words import is_roman, numeral_of, read_level
from specsearch.parsing.states import STATES
from specsearch.parsing.vocabulary import compiled_cues
from specsearch.records import (
    Block,
    BlockStyle,
    DocumentKind,
    Kind,
    Label,
    Origin,
    Passage,
    Place,
    SourceClassification,
    SourceText,
)

_CODES = frozenset(STATES.values())
_STATE = r"(?:" + "|".join(sorted((name.title() for name in STATES), key=len, reverse=True)) + r"|" + "|".join(sorted(_CODES)) + r")"

_ROLE_NOUNS = frozenset(
    """
        accountant actuary adjuster master reader agronomist conferee criminalist evaluator professional administrator advisor adviser advocate agent aide analyst
        animator appraiser apprentice arborist archaeologist architect archivist artist assessor
        assistant associate attendant attorney auditor baker bookkeeper botanist broker builder
        buyer captain caretaker carpenter cashier caseworker cataloger chaplain chauffeur chemist
        chief cleaner clerk coach collector commander commissioner comptroller conservator constable
        consultant controller cook coordinator corporal correctional counsel counselor courier crew
        curator custodian dentist deputy designer detective developer dietitian director dispatcher
        draftsman drafter driver economist editor educator electrician engineer enforcement
        entomologist epidemiologist estimator examiner executive expediter fabricator farmer fellow
        finisher firefighter fireman foreman foreperson forester gardener groundskeeper guard guide
        handler helper historian housekeeper hydrologist hygienist inspector installer instructor
        intern interpreter investigator janitor keeper laborer landscaper lead leader librarian
        lieutenant lifeguard lineman liaison locksmith machinist maker manager marshal mason matron
        mechanic mediator medic messenger meteorologist microbiologist millwright navigator
        naturalist negotiator notary nurse nutritionist observer officer operator optometrist
        orderly page painter paralegal paramedic patrol pathologist pharmacist phlebotomist
        photographer physician pilot pipefitter planner plasterer plumber podiatrist police porter
        practitioner printer president processor producer programmer promoter psychiatrist
        psychologist publicist purchaser ranger receptionist recorder recruiter registrar repairer
        repairman reporter representative researcher roofer sanitarian scheduler scientist secretary
        sergeant sheriff solicitor specialist staff statistician steamfitter stenographer steward
        stock storekeeper superintendent supervisor surgeon surveyor tailor teacher technician
        technologist tester therapist trainee trainer translator treasurer trimmer trooper typist
        undersheriff upholsterer veterinarian warden watchman welder worker writer zoologist mayor
        patrolman aide
        """.split()
)
"""Words of job titles. A line with one of them can be a title."""
_ROLE_ENDINGS = ("worker", "master", "keeper", "person", "communicator", "reader", "setter", "fighter", "ologist")

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
_ASKED_TITLE = re.compile(r"job description for the (?P<title>[^\n?]{3,80}?) position at (?P<city>[^\n?]{3,60})\?", re.I)
_NAMED_TITLE = re.compile(
    r"\bThe (?P<title>(?:[A-Z][\w&/'’-]*\s+){1,5}?(?:(?:of|to|the|for|and)\s+(?:[A-Z][\w'’-]*\s+){0,3})*?)"
    r"(?:also\s+)?(?=(?:works|assists|is|performs|plays|serves|will|supervises|plans|directs|manages|oversees|provides|"
    r"reports|coordinates|leads|operates|supports)\b)"
)
_SOUGHT_TITLE = re.compile(
    r"\b(?:is|are) (?:seeking|hiring|looking for|recruiting(?: for)?)\s+(?:an?|the|our next)\s+(?:\w+,?\s+){0,3}?(?P<title>(?:[A-Z][\w&/'’-]*\s*){1,6})"
)
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
_BARE_CODE = re.compile(r"(?=\w*\d)[A-Z0-9][A-Z0-9.-]{1,7}$")
_FILE_CODE = re.compile(r"\d{1,3}[A-Za-z]{1,2}\d{1,4}[A-Za-z]?")
"""A file name that can only be a class code: "1b76", unlike "spec12" or "page3"."""
_PAGE_TITLE_CODE = re.compile(r"\s[-–—]\s(?P<code>(?=\w*\d)[A-Z0-9]{3,8})$")

_PLACE_STOP = frozenset(
    """
        personnel department human resources class classification job office division civil service
        bureau specification specifications position description employment opportunity council
        mayor police fire public library libraries parks and is will has offers participates seeks
        invites worksite region government commission employees employee benefits city county title
        code the announcement water classes law laws street streets crew airport international building
        prevailing wage wages home rule that which typically must may shall employee's residents
        resident code ordinance ordinances council's housing authority utilities finance planning
        charter administrative merit system state an in for or
        """.split()
)
_KIND_OF_PLACE = r"(?:City\s+and\s+County|City|Town|Village|County|Borough|Township|Municipality|CITY\s+AND\s+COUNTY|CITY|TOWN|VILLAGE|COUNTY|BOROUGH|TOWNSHIP|MUNICIPALITY)"
_JURISDICTION = re.compile(rf"\b(?P<kind>{_KIND_OF_PLACE})\s+(?:of|Of|OF)\s+(?P<name>[A-Z][\w'’.-]*(?:[ \t]+(?:(?:of|on|the|del|de|la)[ \t]+){{0,2}}[A-Z][\w'’-]*){{0,3}})")
_PLACE_STATE = re.compile(rf",\s*(?P<state>{_STATE})\b", re.I)
_STATE_LICENSE = re.compile(rf"\b(?P<state>{_STATE})\s+(?:[Cc]lass\s+\w+\s+)?(?:[Cc]ommercial\s+)?[Dd]river|\b(?:State|Commonwealth) of (?P<state2>{_STATE})\b")

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DATE = re.compile(
    r"(?P<y1>\d{4})-(?P<m1>\d{2})(?:-(?P<d1>\d{2}))?|"
    r"(?P<m2>\d{1,2})[/-](?P<d2>\d{1,2})[/-](?P<y2>\d{4}|\d{2})\b|(?P<m3>\d{1,2})/(?P<y3>\d{4}|\d{2})\b|"
    rf"(?P<m4>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?,?\s+(?:(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+))?(?P<y4>\d{{4}})|"
    r"\b(?P<y5>19\d{2}|20\d{2})\b",
    re.I,
)
_DATED = re.compile(
    r"\b(?:established|adopted|revised|revisions?|revision dates?|effective(?: date)?|amended|updated|approved|issued|created|"
    r"retitled|spec(?:ification)?\.? (?:date|revision)|last revised|class (?:established|revised))\b\s*(?:dates?|on|and revised|and retitled)?\s*(?:\([^)]{0,60}\)\s*)?[:|]?\s*|\brev\.\s*",
    re.I,
)
_ESTABLISHED = re.compile(r"\b(?:established|adopted|created)\b\s*(?:dates?|on)?\s*(?:\([^)]{0,60}\)\s*)?[:|-]?\s*", re.I)
_REVISED = re.compile(
    r"\b(?:revised|revisions?|revision dates?|amended|updated|retitled(?: and revised)?|last revised)\b\s*(?:dates?|on|and retitled)?\s*"
    r"(?:\([^)]{0,60}\)\s*)?[:|-]?\s*|\brev\.\s*",
    re.I,
)
_NEXT_FIELD = r"(?=\s*(?:\||\n|$|\s{2,}|\b(?:Class|Job|Pay|Salary|FLSA|Bargaining|Union|Department|Reports|Revised|Established|Adopted|Grade)\b[^:|\n]{0,20}[:|]))"
_DEPARTMENT = re.compile(rf"(?:^|\n|\|\s|\s{{2}})(?:Department|Bureau|Division|Dept\.?)(?:/\w+)?\s*[:|]\s*(?P<value>[^\n|]{{2,90}}?){_NEXT_FIELD}")
_MONEY = r"\$\s?[\d,]+(?:\.\d{1,2})?"
_SALARY = re.compile(
    rf"\b(?:(?:salary|pay|compensation|wages?|(?:hourly|annual|monthly|bi-?weekly)\s+rate)\b(?P<between>[^\n$|:]{{0,40}})|"
    rf"(?:hourly|annual|monthly|bi-?weekly)(?:\s+(?:range|minimum|maximum))?\s*)(?P<colon>[:|\n]?)\s*"
    rf"(?P<value>{_MONEY}(?:\s*(?:-|–|—|to)\s*\$?\s?[\d,]+(?:\.\d{{1,2}})?)?"
    r"(?P<unit>\s*(?:/|per\s|an?\s)?\s*(?:hour(?:ly)?|year(?:ly)?|annual(?:ly)?|month(?:ly)?|week(?:ly)?|biweekly|hr|yr)\b)?)"
    r"(?!\s?(?:million|billion|[MB]\b))",
    re.I,
)
_OTHER_MONEY = (
    r"budgets?|grants?|projects?|programs?|contracts?|purchas\w+|procure\w+|bonus(?:es)?|fees?|revenues?|expenditures?|costs?|funds?|funding|"
    r"allowances?|stipends?|differentials?|premiums?|incentives?|payroll|invoices?|claims?|reimburs\w+|tuition|insurance|deductibles?|"
    r"deposits?|fines?|penalt\w+|loans?|debts?|bonds?|assets?|invest\w+|sales|savings|accounts?|tax(?:es)?|bids?|awards?|settlements?|"
    r"increases?|adjustments?|raises?|contributions?|transactions?|payments?|collections?|inventor\w+|equipment"
)
"""What amounts are of that are not what a job pays."""
_MONEY_OF_ELSE = re.compile(rf"\b(?:{_OTHER_MONEY})\b")  # in small letters: a Budget Analyst has a salary, too
_MONEY_FOR_ELSE = re.compile(rf"\s*(?!(?:plus|and|or|with)\b)(?:[\w-]+\s+)?(?:in\s+|for\s+)?(?:{_OTHER_MONEY})\b", re.I)
_EXTRA_PAY = re.compile(
    r"\b(?:longevity|overtime|stand-?by|on-call|call-?back|shift|night|weekend|holiday|vacation|sick|bilingual|hazard\w*|incentive|"
    r"certification|education(?:al)?|specialty|severance|retention|relocation|deferred|merit|premium|workers?['’]?s?['’]?)\s+$",
    re.I,
)
"""What stands before "pay" or "compensation" that is paid beside the pay of the job."""
_BESIDE_PAY = re.compile(rf"\s*(?:rate\s+)?(?:{_OTHER_MONEY})\b", re.I)
_MOST_PAID = 1_000_000
"""No job of a city pays as many dollars, in whatever unit."""
_LEAST_YEARLY = 10_000
"""Dollars from which a single amount without a unit can be the pay of a year."""
_GRADE = re.compile(rf"\b(?:pay|salary) (?:range|grade|schedule|band)\s*[:|]?\s*(?P<value>(?=\w*\d)[A-Z0-9][\w.-]{{0,11}}){_NEXT_FIELD}", re.I)
_FLSA = re.compile(r"\bFLSA\b[^\n.]{0,25}?\b(?P<value>non-?\s?exempt|exempt)\b", re.I)
_BARGAINING = re.compile(rf"\b(?:Bargaining|Representation|Union|Employee)\s*(?:Unit|Group|Status|Representation)?\s*[:|]\s*(?P<value>[^\n|.;]{{2,80}}?)(?:[.;]|{_NEXT_FIELD})")
_UNFILLED = re.compile(r"\[[^\]]*\]|\bx{3,}|\by{3,}|_{3,}|<[^>]*>|\bTB[AD]\b", re.I)
"""Marks of a template that nobody filled in: "[*CLASS CODE*]", "xxxxx per [pay period]"."""
_META_LINE = re.compile(
    r"^(?:[\[(*]*)(?:(?:class|job|spec(?:ification)?|position|classification|title|occupation|requisition|posting)[ _]*(?:spec\.?\s*)?"
    r"(?:code|no\.?|number|#|id|title)\b|code\s*[:|]|(?:date\s+)?(?:class\s+)?(?:re-?)?(?:established|extablished|adopted|amended|retitled|created)\b\s*(?:and\s+\w+\s*)?(?:date|on)?\s*(?:[:|(–-]|\d|$)|"
    r"(?:latest\s+|last\s+)?(?:spec\.?\s+|class\s+|date\s+)?(?:revis(?:ed|ions?)|change)\b\s*(?:dates?|history|on)?\s*(?:[:|(–-]|\d|$)|revision and consolidation\b|effective(?:\s+date)?\s*[:|]|"
    r"(?:department|division|bureau|section|location|agency|city|state|jurisdiction|employer|class title|eeo (?:code|category|class)|"
    r"job family|occupational (?:group|series)|worker'?s'? comp\w* code|census code|category|series)\s*[:|]|"
    r"end of (?:job )?class|page\s+\d+|\d+\s*$|[A-Z]{2,3}/[a-z]{2}(?:/[a-z]{2})*$|rev\.\s*\d|[A-Za-z]{1,4}[A-Za-z. ]{0,12}\s*[:–-]?\s*\d{1,2}/\d{2,4}(?:[;,]?\s*[A-Za-z. ]{0,12}\s*[:–-]?\s*\d{1,2}/\d{2,4})*\W*$|document\s+(?:no|number|id)\b|approved(?: by)?\s*[:|]|prepared by\b)",
    re.I,
)
_POSTING = re.compile(
    r"\bhow to apply\b|\bclos(?:e|ing) date\b|\bopen until filled\b|\bis (?:currently )?seeking\b|\bdate posted\b|\bposted date\b|\bjob posting\b|"
    r"\bwe(?:’|')?re (?:hiring|looking)\b|\bapply (?:online|now|by|at|to)\b|\bcover letter\b|\bideal candidate\b|\bjob details\b|"
    r"\brequisition\b|\bwhat you(?:’|'|)ll do\b|\bopen continuous\b|\bapplications? (?:will be|are|must be)\b|\bjob announcement\b|"
    r"\bjob description for the\b|\bemployment opportunity\b|\bfirst review\b",
    re.I,
)
_SPECIFICATION = re.compile(
    r"\bclass(?:ification)? (?:specification|description|code|title|concept|characteristics|summary|no\b|established)|\bjob class\b|"
    r"\bspec\. revision\b|\bclassification\b.{0,30}\bseries\b|\bdistinguishing characteristics\b|\b(?:adopted|established|revised|amended)\s*:?\s+\w*\s?\d|"
    r"\bjob description\b|\bexamples of (?:work|duties)\b",
    re.I,
)


# --- title lines -------------------------------------------------------------------------------


def is_title_line(
    line: str, block: Block, *, before_headings: bool, closing: bool = False, heading: Heading | None = None
) -> bool:
    """Tell whether a block is a title, banner or record line rather than heading or content.

    Args:
        line: The block's text.
        block: The block.
        before_headings: Whether no section heading has come yet.
        closing: Whether the document's history (dates of revision, initials) has begun.
        heading: What the block is as a heading, if it can be one.
    """
    words = line.split()
    if block.style is BlockStyle.TITLE or is_banner(line):
        return True
    if len(words) <= 30 and _is_meta(line):
        return True
    if closing and heading is None and len(words) <= 8 and line.rstrip()[-1:] not in ".:" and not _is_pay(line):
        return True
    if not before_headings or len(words) > 16 or block.style is BlockStyle.ITEM:
        return False
    if heading is not None and (is_heading_wording(line) or line.rstrip().endswith(":")):
        return False
    if line.rstrip()[-1:] in ".;:!" and not _JURISDICTION.match(line):
        return bool(_ASKED_TITLE.search(line))
    return not any(
        label in (Label.COMPENSATION, Label.PROCESS, Label.LICENSE, Label.SUPERVISION) and pattern.search(line)
        for label, _, pattern in compiled_cues()
    )


def _is_pay(line: str) -> bool:
    return any(label is Label.COMPENSATION and pattern.search(line) for label, _, pattern in compiled_cues())


def is_history(line: str) -> bool:
    """Tell whether a line states when the class was established or revised."""
    return bool(_DATED.match(line.strip()) or re.match(r"(?:class|latest|last|spec|date)\b", line.strip(), re.I)) and _is_meta(line)


def _is_meta(line: str) -> bool:
    """A line that gives a code, a date, a department: about the document, not about the job."""
    return bool(_META_LINE.match(line)) and not re.search(r"[a-z]{3}\.\s+[A-Z][a-z]+ [a-z]+", line) and not line.rstrip().endswith(";")


# --- fields ------------------------------------------------------------------------------------

_Found = tuple[str, Origin]
_BELIEF = (Place.SIDECAR, Place.RECORD, Place.TEXT, Place.PATH)


def read_metadata(source: SourceText, path: str, sidecar: Mapping[str, str]) -> SourceClassification:
    """Find the class that a document describes.

    Args:
        source: The document as its reader gave it.
        path: Path relative to the corpus, with "/".
        sidecar: What the corpus' table says of it, by canonical field name.

    Returns:
        The class; each field that is known has its origin.
    """
    found: dict[str, _Found] = {}
    for name, finder in _FINDERS.items():
        value = _stated(name, source, sidecar) or finder(source, path)
        if value is not None:
            found[name] = value
    if "state" in found:
        found["state"] = (_state_code(found["state"][0]) or found["state"][0], found["state"][1])
    if "effective_date" in found:
        text, origin = found["effective_date"]
        dates = list(_dates(text))
        if dates:
            found["effective_date"] = (max(dates), origin)
        else:
            del found["effective_date"]
    if "flsa" in found:
        stated, origin = found["flsa"]
        found["flsa"] = ("non-exempt" if stated.lower().startswith("non") else "exempt", origin)
    if "jurisdiction" in found:
        _split_state(found)
    values = {name: value for name, (value, _) in found.items()}
    read = read_level(values["title"]) if "title" in values else None
    return SourceClassification(
        title=values.get("title"),
        jurisdiction=values.get("jurisdiction"),
        state=values.get("state"),
        class_code=values.get("class_code"),
        series=read.series if read else None,
        level=read.level if read else None,
        effective_date=values.get("effective_date"),
        department=values.get("department"),
        salary_range=values.get("salary_range"),
        flsa=values.get("flsa"),
        bargaining_unit=values.get("bargaining_unit"),
        established_date=values.get("established_date"),
        revised_date=values.get("revised_date"),
        url=values.get("url"),
        origins={name: origin for name, (_, origin) in found.items()},
    )


def _split_state(found: dict[str, _Found]) -> None:
    """Split "Lake City, Minnesota" in a record's city field states both."""
    name, origin = found["jurisdiction"]
    match = re.fullmatch(rf"(?P<name>.+?),\s*(?P<state>{_STATE})", name)
    if match:
        found["jurisdiction"] = (match["name"], origin)
        code = _state_code(match["state"])
        stated = found.get("state")
        if code is not None and (stated is None or _BELIEF.index(stated[1].place) > _BELIEF.index(origin.place)):
            found["state"] = (code, origin)


def _stated(name: str, source: SourceText, sidecar: Mapping[str, str]) -> _Found | None:
    if sidecar.get(name):
        return sidecar[name], Origin(Place.SIDECAR)
    if source.fields.get(name):
        return source.fields[name], Origin(Place.RECORD)
    return None


def _title(source: SourceText, path: str) -> _Found | None:
    return (
        _title_by_pattern(source.text, _LABELLED_TITLE)
        or _title_by_pattern(source.text, _ASKED_TITLE)
        or _title_from_lines(source)
        or _title_from_page(source)
        or _title_by_pattern(source.text, _SOUGHT_TITLE)
        or _title_from_sentences(source.text)
        or _title_from_name(path)
    )


def _title_by_pattern(text: str, pattern: re.Pattern[str]) -> _Found | None:
    match = pattern.search(text[:20_000])
    if match is None or not _has_role(match["title"]):
        return None
    start = match.start("title")
    title = match["title"].rstrip(" ,.")
    return title, Origin(Place.TEXT, start, start + len(title))


def _title_from_lines(source: SourceText) -> _Found | None:
    """The best of the lines before the first section heading."""
    best: tuple[float, _Found] | None = None
    for position, block in enumerate(source.blocks[:14]):
        line = source.text[block.start : block.end]
        if len(line) > 160 or (position > 0 and is_plain_heading(line)):
            if best is not None or len(line) > 160:
                break
            continue
        title, start = _clean_title(line)
        if not title or not 1 <= len(title.split()) <= 10 or title[-1] in ".;:?" or not _is_possible_title(line, title):
            continue
        score = 3.0 * _has_role(title) - 0.2 * position
        score += 2.0 * (block.style in (BlockStyle.TITLE, BlockStyle.HEADING)) + 1.0 * (block.bold or title.isupper())
        score += 1.0 * (numeral_of(read_level(title).level or "") is not None)
        # A line without a role's name is a title only beside a class code.
        before = source.blocks[max(0, position - 2) : position]
        score += 1.0 * any(_BARE_CODE.fullmatch(source.text[b.start : b.end].strip()) is not None for b in before)
        if score >= 2.0 and (best is None or score > best[0]):
            origin = Origin(Place.TEXT, block.start + start, block.start + start + len(title))
            best = (score, (title, origin))
    return best[1] if best is not None else None


def _is_possible_title(line: str, title: str) -> bool:
    bare = _TITLE_NOISE.sub("", line)
    if is_banner(title) or is_banner(line) or "[" in title or _BARE_CODE.fullmatch(title):
        return False
    if _is_meta(bare) or is_plain_heading(line):
        return False
    place = _JURISDICTION.match(title)
    if place and not _has_role(title[place.end() :]):
        return False
    unit = re.search(r"\b(?:department|division|bureau|office) of\b", title, re.I)
    if unit and not _has_role(title[: unit.start()]):
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


def _has_role(title: str) -> bool:
    words = [word.removesuffix("s") if len(word) > 5 else word for word in re.findall(r"[a-z]+", title.lower())]
    return any(word in _ROLE_NOUNS or (len(word) > 6 and word.endswith(_ROLE_ENDINGS)) for word in words)


def _title_from_page(source: SourceText) -> _Found | None:
    page = source.fields.get("page_title")
    if not page:
        return None
    candidates = [part.strip() for part in re.split(r"\s+[-–—|]\s+", page)]
    coded = _PAGE_TITLE_CODE.search(page) is not None
    names = [part for part in candidates if not _JURISDICTION.match(part) and not _BARE_CODE.fullmatch(part)]
    title = next((part for part in names if _has_role(part) or coded), None)
    return (title, Origin(Place.RECORD)) if title else None


def _title_from_sentences(text: str) -> _Found | None:
    """Read "The Assistant Director works ...": the name the text gives its job most often."""
    matches = [m for m in _NAMED_TITLE.finditer(text) if _has_role(m["title"])]
    counts = Counter(m["title"].strip() for m in matches)
    if not counts:
        return None
    title, count = counts.most_common(1)[0]
    if count < 2:
        return None
    first = next(m for m in matches if m["title"].strip() == title)
    return title, Origin(Place.TEXT, first.start("title"), first.start("title") + len(title))


def _title_from_name(path: str) -> _Found | None:
    stem = re.sub(r"[_\-.]+", " ", PurePosixPath(path).stem).strip()
    if not _has_role(stem):
        return None
    words = [w.upper() if is_roman(w) or w.lower() in ("it", "hr") else w.capitalize() for w in stem.split()]
    return " ".join(words), Origin(Place.PATH)


def _class_code(source: SourceText, path: str) -> _Found | None:
    match = _CODE.search(source.text)
    if match is not None:
        group = next(name for name in ("code", "code2", "code3") if match[name])
        code = match[group].rstrip(".-")
        return code, Origin(Place.TEXT, match.start(group), match.start(group) + len(code))
    before = ""
    for block in source.blocks[:6]:
        line = source.text[block.start : block.end].strip()
        if _BARE_CODE.fullmatch(line) and not line.isdigit() and not _DATE_ALONE.match(line) and not _OTHER_NUMBER.search(before):
            return line, Origin(Place.TEXT, block.start, block.end)
        before = line
    page = _PAGE_TITLE_CODE.search(source.fields.get("page_title", ""))
    if page:
        return page["code"], Origin(Place.RECORD)
    stem = PurePosixPath(path).stem
    return (stem.upper(), Origin(Place.PATH)) if _FILE_CODE.fullmatch(stem) else None


def _jurisdiction(source: SourceText, path: str) -> _Found | None:
    names: Counter[str] = Counter()
    first: dict[str, re.Match[str]] = {}
    ends: dict[str, int] = {}
    head = source.blocks[min(len(source.blocks) - 1, 5)].end if source.blocks else 0
    for match in _JURISDICTION.finditer(source.text):
        words = _place_words(match["name"])
        if not words:
            continue
        name = f"{' '.join(match['kind'].split()).title().replace(' And ', ' and ')} of {' '.join(words)}"
        # A name in the lines at the top counts for more than one in passing.
        names[name] += 5 if match.start() <= head else 1
        first.setdefault(name, match)
        ends.setdefault(name, match.start("name") + match["name"].find(words[-1].upper() if match["name"].isupper() else words[-1]) + len(words[-1]))
    if names:
        for longer in list(names):
            for shorter in list(names):
                if longer.startswith(shorter + " "):  # "City of Alba Home" beside "City of Alba"
                    names[shorter] += names.pop(longer, 0)
        name = names.most_common(1)[0][0]
        return name, Origin(Place.TEXT, first[name].start(), ends[name])
    return _jurisdiction_from_folder(path)


def _place_words(name: str) -> list[str]:
    """The words of a place name: capitals are softened, and what is not part of a name cut off."""
    words: list[str] = []
    for word in re.sub(r"['’]s\b", "", name).split():
        if word.lower().strip(".,") in _PLACE_STOP or (words and word.lower() in STATES):
            break
        saint = word.lower() in ("st.", "ste.", "ft.", "mt.")
        bare = word if saint else word.rstrip(".,")
        words.append(bare.title() if word.isupper() else bare)
        if word.endswith((".", ",")) and not saint:
            break
    while words and words[-1].islower():
        words.pop()
    return words


def _folder(path: str) -> re.Match[str] | None:
    for part in reversed(PurePosixPath(path).parts[:-1]):
        match = re.fullmatch(r"(?P<name>[A-Za-z][\w .'-]*?)[-_ ,]+(?P<state>[A-Za-z]{2})", part)
        if match and match["state"].upper() in _CODES:
            return match
    return None


def _jurisdiction_from_folder(path: str) -> _Found | None:
    folder = _folder(path)
    if folder is not None:
        words = re.split(r"[-_ ]+", folder["name"])
        small = ("of", "the", "and")
        return " ".join(w if w in small else w.capitalize() for w in words), Origin(Place.PATH)
    for part in reversed(PurePosixPath(path).parts[:-1]):
        words = re.split(r"[-_ ]+", part)
        if len(words) >= 3 and words[0].lower() in ("city", "town", "county", "village") and words[1].lower() == "of":
            return f"{words[0].capitalize()} of {' '.join(w.capitalize() for w in words[2:])}", Origin(Place.PATH)
    return None


def _state(source: SourceText, path: str) -> _Found | None:
    for match in _JURISDICTION.finditer(source.text):
        after = _PLACE_STATE.search(source.text, match.start("name"), match.end() + 30)
        between = source.text[match.end() : after.start()] if after else ""
        if after is not None and not re.search(r"[.;:\n]", between) and _is_state(after["state"]):
            return after["state"], Origin(Place.TEXT, after.start("state"), after.end("state"))
    folder = _folder(path)
    if folder is not None:
        return folder["state"].upper(), Origin(Place.PATH)
    licences = {_state_code(m["state"] or m["state2"]): m for m in _STATE_LICENSE.finditer(source.text)}
    if len(licences) == 1:
        match = next(iter(licences.values()))
        group = "state" if match["state"] else "state2"
        return match[group], Origin(Place.TEXT, match.start(group), match.end(group))
    return None


def _is_state(text: str) -> bool:
    """Codes count in capitals only: "in", "or" and "me" are words."""
    return text in _CODES or text.lower() in STATES


def _state_code(text: str) -> str | None:
    code = STATES.get(text.strip().lower(), text.strip().upper())
    return code if code in _CODES else None


def _effective_date(source: SourceText, path: str) -> _Found | None:
    return _dated(source, _DATED, max)


def _dated(source: SourceText, keywords: re.Pattern[str], choose: Callable[[Iterable[str]], str]) -> _Found | None:
    """The latest (or earliest) of the dates that directly follow one of some words."""
    best: tuple[str, Origin] | None = None
    for keyword in keywords.finditer(source.text):
        at = keyword.end()
        # Dates follow the word directly, several of them separated by commas and the like.
        while match := re.compile(rf"(?:[\s,;|&:–-]|\band\b|\([^)]{{0,40}}\)|\b(?-i:[A-Z])[A-Za-z]{{1,11}}\.?(?=[\s:–-]{{1,3}}(?-i:[A-Z\d]))){{0,8}}(?:{_DATE.pattern})", re.I).match(source.text, at):
            dates = list(_dates(match.group()))
            if dates and (best is None or choose([*dates, best[0]]) != best[0]):
                best = (choose(dates), Origin(Place.TEXT, keyword.start(), match.end()))
            at = match.end()
    return best


def _dates(text: str) -> Iterator[str]:
    """ISO forms of the dates in a text, as precise as stated; impossible ones are left out."""
    for match in _DATE.finditer(text):
        parts = {key: value for key, value in match.groupdict().items() if value}
        form = next(iter(parts))[-1]
        year, month, day = (parts.get(letter + form) for letter in "ymd")
        if year is None:
            continue
        if len(year) == 2:
            year = ("19" if int(year) > 40 else "20") + year
        if month is not None:
            number = _MONTHS.get(month.lower(), 0) if not month.isdigit() else int(month)
            try:
                date(int(year), number, int(day or 1))
            except ValueError:  # no such day
                continue
            yield f"{year}-{number:02d}" + (f"-{int(day):02d}" if day is not None else "")
        else:
            yield year


def _established_date(source: SourceText, path: str) -> _Found | None:
    return _dated(source, _ESTABLISHED, min)


def _revised_date(source: SourceText, path: str) -> _Found | None:
    return _dated(source, _REVISED, max)


def _line_value(pattern: re.Pattern[str]) -> Callable[[SourceText, str], _Found | None]:
    """A finder of a value that stands after its name, on the same line."""

    def find(source: SourceText, path: str) -> _Found | None:
        for match in pattern.finditer(source.text):
            value = match["value"].strip(" .,;|-–")
            if value and not _UNFILLED.search(value) and len(value) <= 90:
                start = match.start("value") + match["value"].index(value)
                return value, Origin(Place.TEXT, start, start + len(value))
        return None

    return find


def _salary(source: SourceText, path: str) -> _Found | None:
    for match in _SALARY.finditer(source.text):
        value = match["value"].strip(" .,")
        if _is_stated_pay(source.text, match) and not _UNFILLED.search(value):
            return value, Origin(Place.TEXT, match.start("value"), match.start("value") + len(value))
    return _line_value(_GRADE)(source, path)


def _is_stated_pay(text: str, match: re.Match[str]) -> bool:
    """Tell the pay of the job from other amounts beside a word for pay: "salary adjustments up to $5,000"."""
    between = match["between"] or ""
    before = re.split(r"[\n|;:]|\.\s", text[max(0, match.start() - 100) : match.start()])[-1]
    amounts = [float(number.replace(",", "") or 0) for number in re.findall(r"[\d,]+(?:\.\d+)?", match["value"])]
    if max(amounts) >= _MOST_PAID or _EXTRA_PAY.search(before) or _BESIDE_PAY.match(between):
        return False
    if _MONEY_FOR_ELSE.match(text, match.end()):
        return False
    label = bool(match["colon"]) or len(between.split()) <= 1  # the amount is its value
    if _MONEY_OF_ELSE.search(between if label else before + between):
        return False
    timed = match["unit"] or (label and re.match(r"hourly|annual|monthly|bi", match.group(), re.I))
    # Without a unit or a colon, a range or an amount that can be a year's pay.
    return bool(match["colon"] or timed) or len(amounts) > 1 or amounts[0] >= _LEAST_YEARLY


def _flsa(source: SourceText, path: str) -> _Found | None:
    match = _FLSA.search(source.text)
    if match is None:
        return None
    return match["value"], Origin(Place.TEXT, match.start("value"), match.end("value"))


def _url(source: SourceText, path: str) -> _Found | None:
    return None


_FINDERS = {
    "title": _title,
    "jurisdiction": _jurisdiction,
    "state": _state,
    "class_code": _class_code,
    "effective_date": _effective_date,
    "established_date": _established_date,
    "revised_date": _revised_date,
    "department": _line_value(_DEPARTMENT),
    "salary_range": _salary,
    "flsa": _flsa,
    "bargaining_unit": _line_value(_BARGAINING),
    "url": _url,
}


# --- kind of document --------------------------------------------------------------------------


def classify(source: SourceText, passages: Sequence[Passage], sidecar: Mapping[str, str]) -> DocumentKind:
    """Tell a class specification from a posting by what each of them, and only it, says."""
    stated = normalise(sidecar.get("kind") or source.fields.get("kind") or "").replace(" ", "_")
    if stated in set(DocumentKind):
        return DocumentKind(stated)
    if "posting" in stated:
        return DocumentKind.JOB_POSTING
    if "spec" in stated:
        return DocumentKind.CLASS_SPECIFICATION
    posting = len({m.group().lower() for m in _POSTING.finditer(source.text)})
    specification = len({m.group().lower() for m in _SPECIFICATION.finditer(source.text)})
    if posting > specification:
        return DocumentKind.JOB_POSTING
    if specification:
        return DocumentKind.CLASS_SPECIFICATION
    kinds = {passage.kind for passage in passages}
    if {Kind.DUTY, Kind.QUALIFICATION} <= kinds:
        return DocumentKind.CLASS_SPECIFICATION
    return DocumentKind.OTHER
