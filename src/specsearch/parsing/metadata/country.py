"""The country of an employer: the United States where its state is known, else by hosts, postal codes, money and names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Origin, Place, SourceText

_HOME = "US"
_NAMES = frozenset(("us", "usa", "united states", "united states of america"))
_HOST, _FORM, _REGION = 2.0, 1.5, 0.5
"""What a host, a form of a code or an amount, and a name of a region count, each kind at most three times."""
_AT_MOST = 3
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
    seen: Counter[str] = Counter()
    for what, code, worth, place in _hints(source.text, vocabulary):
        seen[what] += 1
        if seen[what] <= _AT_MOST:
            sums[code] += worth
            first.setdefault(code, place)
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _ENOUGH or (len(ranked) > 1 and ranked[0][1] < _LEAD * ranked[1][1]):
        return []
    code, worth = ranked[0]
    return [Candidate("country", code, worth / sum(sums.values()), ("hosts, codes and names",), Origin(Place.TEXT, *first[code]))]


def _hints(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str, float, tuple[int, int]]]:
    """What hints at a country: what it is, the country, what it counts, and where it is; what counts most first."""
    countries = vocabulary.countries
    hosts, forms, regions = _patterns(vocabulary)
    for match in hosts.finditer(text):
        yield match[1], countries.hosts[match[1]], _HOST, match.span()
    for pattern, code in forms:
        for match in pattern.finditer(text):
            yield pattern.pattern, code, _FORM, match.span()
    for match in regions.finditer(text):
        name = match[0].lower()
        yield name, countries.regions[name], _REGION, match.span()


@cache
def _patterns(vocabulary: Vocabulary) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...], re.Pattern[str]]:
    """Patterns of hosts, of forms of codes and amounts with their country, and of regions."""
    countries = vocabulary.countries
    hosts = "|".join(re.escape(host) for host in sorted(countries.hosts, key=len, reverse=True))
    regions = "|".join(re.escape(name.title()) for name in sorted(countries.regions, key=len, reverse=True))
    return (
        re.compile(rf"(?<=[\w-])\.({hosts})\b(?!\.\w)"),
        tuple((re.compile(pattern), code) for pattern, code in countries.forms.items()),
        re.compile(rf"(?<!New )\b(?:{regions})\b"),
    )
