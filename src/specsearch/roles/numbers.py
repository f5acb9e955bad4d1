"""Numbers as documents write them: "1,200", "12", "twenty-five", "one hundred and ten", "a dozen"."""

from __future__ import annotations

import re

_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(list(_ONES)[1:10])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))})"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+|a\s+dozen|(?:{_SMALL}|a)[\s-]hundred(?:(?:\s+and)?\s+{_SMALL})?|{_SMALL})(?!\w)"
"""Pattern of a whole number, in digits or words, without groups; for use with `re.I`. What stands before it is up to the user."""


def number_of(text: str) -> int:
    """Value of what `NUMBER` matched.

    >>> [number_of(text) for text in ("1,200", "twenty-five", "One hundred and ten", "a dozen")]
    [1200, 25, 110, 12]
    """
    text = text.lower()
    if text[0].isdigit():
        return int(text.replace(",", ""))
    total = 0
    for word in re.split(r"[\s-]+", text):
        if word == "dozen":
            total = 12
        elif word == "hundred":
            total = 100 * (total or 1)
        else:
            total += _ONES.get(word, 0) + _TENS.get(word, 0)
    return total
