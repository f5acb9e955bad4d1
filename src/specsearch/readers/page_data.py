"""What an HTML page says of itself beside its text: linked data of a job posting (JSON-LD), meta tags, its title."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from specsearch.escaping import decoded
from specsearch.readers.markup import tidy

Object = Mapping[str, object]
_MOST_CHARACTERS = 1_000_000
"""Of a script of linked data that is read; descriptions of jobs stay far below."""
_MOST_OBJECTS = 5_000
_DEEPEST = 8
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart")
"""Members that hold what a page is about; those of other names hold what it refers to."""
_METAS = {
    "site_name": ("og:site_name", "application-name"),
    "page_title": ("dcterms.title", "dc.title", "og:title", "twitter:title"),
    "publisher": ("dcterms.publisher", "dc.publisher", "publisher", "dcterms.creator", "dc.creator", "author"),
}
"""Fields to the names of the meta tags that state them, best first."""
_PER = {"HOUR": "per hour", "DAY": "per day", "WEEK": "per week", "MONTH": "per month", "YEAR": "per year"}
_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€"}


def fields_of_page(title: str, metas: Iterable[tuple[str, str]], postings: Sequence[Object]) -> dict[str, str]:
    """What a page states beside its text.

    Args:
        title: Text of its title element.
        metas: Names and contents of its meta tags.
        postings: Its job postings, as `postings_of` finds them.

    Returns:
        By canonical name: of a posting the metadata fields if the page is about that one alone; "listed_titles", a
        line each, if it has several; "page_title", "site_name" and "publisher" as tags of its head give them.
    """
    found = _of_metas(metas)
    if text := _plain(title):
        found["page_title"] = text
    if len(postings) == 1:
        found |= _of_posting(postings[0])
    elif postings:
        found["listed_titles"] = "\n".join(dict.fromkeys(filter(None, (_plain(posting.get("title")) for posting in postings))))
    return {name: value for name, value in found.items() if value}


def postings_of(scripts: Iterable[str]) -> list[Object]:
    """The job postings among a page's linked data, each once; what is no valid JSON, huge or too deep is passed over.

    Args:
        scripts: Texts of the scripts that hold it.
    """
    found: dict[tuple[str, str, str], Object] = {}
    for text in scripts:
        if len(text) > _MOST_CHARACTERS or "JobPosting" not in text:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(value):
            if _is_posting(item):
                key = _plain(item.get("title")), _name(item.get("hiringOrganization")), _plain(item.get("url")) or _plain(item.get("@id"))
                found.setdefault(key, item)
    return list(found.values())


def _objects(value: object) -> Iterator[Object]:
    """The objects that linked data is about, in order."""
    stack = [(value, 0)]
    seen = 0
    while stack and seen < _MOST_OBJECTS:
        item, depth = stack.pop()
        seen += 1
        if depth > _DEEPEST:
            continue
        if isinstance(item, list):
            stack += [(inner, depth + 1) for inner in reversed(item)]
        elif isinstance(item, Mapping):
            yield item
            stack += [(item[name], depth + 1) for name in reversed(_INSIDE) if name in item]


def _is_posting(item: Object) -> bool:
    kinds = item.get("@type")
    return any(isinstance(kind, str) and kind.rpartition("/")[2].rpartition(":")[2] == "JobPosting" for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _of_metas(metas: Iterable[tuple[str, str]]) -> dict[str, str]:
    stated: dict[str, str] = {}
    for name, content in metas:
        stated.setdefault(name.strip().lower(), _plain(content))
    return {field: next((stated[name] for name in names if stated.get(name)), "") for field, names in _METAS.items()}


def _of_posting(posting: Object) -> dict[str, str]:
    """The metadata fields that a posting states, in the meaning that schema.org gives its members."""
    employer = _first(posting.get("hiringOrganization"))
    parent = _name(employer.get("parentOrganization")) if isinstance(employer, Mapping) else ""
    part = _name(employer.get("department")) if isinstance(employer, Mapping) else ""
    return {
        "title": _plain(posting.get("title")),
        "jurisdiction": parent or _name(employer),
        "department": part or (_name(employer) if parent else "") or _name(posting.get("employmentUnit")),
        "state": _at_every_place(posting, "addressRegion"),
        "country": _at_every_place(posting, "addressCountry"),
        "salary_range": _pay(posting.get("baseSalary")),
        "url": _plain(posting.get("url")),
    }


def _at_every_place(posting: Object, name: str) -> str:
    """What the addresses of a job's places have under a name, if it is the same for all that have one."""
    places = posting.get("jobLocation")
    found = set()
    for place in places if isinstance(places, list) else [places]:
        address = _first(place.get("address")) if isinstance(place, Mapping) else None
        if isinstance(address, Mapping):
            found.add(_name(address.get(name)))
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _pay(value: object) -> str:
    """A salary in words: "$52,000 - $61,500.50 per year"; "" if it states none."""
    amount = _first(value)
    if not isinstance(amount, Mapping):
        return _plain(amount) if isinstance(amount, str) else ""
    inner = _first(amount.get("value"))
    stated = inner if isinstance(inner, Mapping) else {**amount, "value": inner}
    currency = _plain(amount.get("currency") or amount.get("priceCurrency"))
    sign = _SIGNS.get(currency, f"{currency} " if currency else "")
    numbers = [_amount(stated.get(name)) for name in ("minValue", "maxValue")]
    said = list(dict.fromkeys(filter(None, numbers))) or list(filter(None, [_amount(stated.get("value"))]))
    per = _PER.get(_plain(stated.get("unitText") or amount.get("unitText")).upper(), "")
    return " ".join(filter(None, (" - ".join(sign + number for number in said), per))) if said else ""


def _amount(value: object) -> str:
    """A sum with its thousands set off; "" for none, and for the zero that stands for none."""
    try:
        number = float(str(value).replace(",", "").strip(" $"))
    except ValueError:
        return ""
    if not 0 < number < 1e12:
        return ""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def _first(value: object) -> object:
    return (value[0] if value else None) if isinstance(value, list) else value


def _name(value: object) -> str:
    """What something is called: a text, or an object by its name."""
    one = _first(value)
    return _plain(one.get("name")) if isinstance(one, Mapping) else _plain(one)


def _plain(value: object) -> str:
    return tidy(decoded(value)) if isinstance(value, str) else ""
