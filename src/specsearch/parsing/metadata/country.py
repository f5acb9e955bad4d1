"""The country of an employer: the United States where its state is known, else by hosts, postal codes, money and names."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Origin, Place, SourceText

_HOME = "US"
_NAMES = frozenset(("us", "usa", "united states", "united states of america"))
_HOST, _FORM, _REGION = 2.0, 1.5, 0.5
"""What a host, a form of a code or an amount, and a name of a region count, each kind at most three times."""
_ENOUGH, _LEAD = 1.5, 2.0
"""Sum from which on a country is said, and how many times that of the next one it has to be."""


def country_code(text: str, vocabulary: Vocabulary) -> str | None:
    """The two-letter code of a country, or of the one that a region is in, by name or code; None for an unknown one."""
    folded = " ".join(text.lower().replace(".", "").split())
    if folded in _NAMES:
        return _HOME
    code = text.strip().upper()
    known = vocabulary.countries.regions
    return known.get(folded) or (code if code in known.values() else None)


def weigh_country(source: SourceText, state: Candidate | None, vocabulary: Vocabulary) -> list[Candidate]:
    """What the country may be.

    Args:
        source: The document.
        state: The likeliest state; None if it is said of none.
        vocabulary: Knows hosts, regions, and forms of codes.

    Returns:
        The country with the confidence of the state, or of its share among the countries that are hinted at.
    """
    if state is not None:
        return [Candidate("country", _HOME, state.confidence, ("state",), state.origin)]
    sums: dict[str, float] = defaultdict(float)
    first: dict[str, tuple[int, int]] = {}
    for pattern, code, worth in _patterns(vocabulary):
        found = list(pattern.finditer(source.text))[:3]
        if found:
            sums[code] += worth * len(found)
            first.setdefault(code, found[0].span())
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _ENOUGH or (len(ranked) > 1 and ranked[0][1] < _LEAD * ranked[1][1]):
        return []
    code, worth = ranked[0]
    return [Candidate("country", code, worth / sum(sums.values()), ("hosts, codes and names",), Origin(Place.TEXT, *first[code]))]


@cache
def _patterns(vocabulary: Vocabulary) -> tuple[tuple[re.Pattern[str], str, float], ...]:
    """Patterns with the country that they hint at and what one hint counts, what counts most first."""
    countries = vocabulary.countries
    hosts = ((re.compile(rf"(?<=[\w-])\.{re.escape(host)}\b(?!\.\w)"), code, _HOST) for host, code in countries.hosts.items())
    forms = ((re.compile(pattern), code, _FORM) for pattern, code in countries.forms.items())
    regions = ((re.compile(rf"(?<!New )\b{re.escape(name.title())}\b"), code, _REGION) for name, code in countries.regions.items())
    return (*hosts, *forms, *regions)
