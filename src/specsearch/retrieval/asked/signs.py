"""The signs of a query: "a phrase", -word, NOT word, field:value. They hold as they stand; what only looks like one is words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specsearch.encoding.words import stems
from specsearch.records import TakenAs
from specsearch.storage.keys import Stems

_QUOTED = '["“”„«](?P<phrase>[^"“”„«»]+)["“”»]'
_BEGINS, _ENDS = r"(?<![^\s(])", r"(?=$|[\s.,;:!?)])"
_SIGN = re.compile(
    rf"""{_BEGINS}(?:
        (?P<field>[^\W\d]\w*):(?:["“„«](?P<value>[^"“”„«»]+)["”»]{_ENDS}|(?P<bare>[^\s"“”„«»:/][^\s"“”„«»]*))
      | (?P<without>-|NOT\s+)?{_QUOTED}{_ENDS}
      | (?:-(?=[^\W\d_])|NOT\s+(?=\w))(?P<word>[^\s"“”„«»:]+)(?=$|\s)
    )""",
    re.VERBOSE,
)
"""A hyphen takes away only what begins with a letter: not in "5 -10" or "- item"; a quotation mark behind a figure says inches."""


_OPEN = re.compile(rf'{_BEGINS}-?["“„«]\w[^"“”„«»]*$')


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a query.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        kind: Phrase, excluded or field.
        name: Of a field, as it is typed; "" for the others.
        value: What is between the marks, behind the colon or behind the hyphen.
        inner: Where the value stands.
    """

    start: int
    end: int
    kind: TakenAs
    name: str
    value: str
    inner: tuple[int, int]

    @property
    def stems(self) -> Stems:
        """The stems of the value."""
        return tuple(stem for _, stem in stems(self.value))


def is_open(text: str) -> bool:
    """Whether a quotation mark begins a phrase that no other one ends."""
    return _OPEN.search(text) is not None


def signs(text: str, fields: Mapping[str, str]) -> Iterator[Sign]:
    """The signs of a query, in their order.

    Args:
        text: The query on one line.
        fields: What can be typed before a colon, in small letters.
    """
    is_loud = not any(c.islower() for c in text)  # where all is in capitals, NOT is a word like others
    for match in _SIGN.finditer(text):
        group = next(name for name in ("value", "bare", "phrase", "word") if match[name] is not None)
        value = match[group].rstrip(".,;!?)") if group in ("bare", "word") else match[group]
        end = match.start(group) + len(value) if group in ("bare", "word") else match.end()
        kind = TakenAs.FIELD if group in ("value", "bare") else TakenAs.EXCLUDED if group == "word" or match["without"] else TakenAs.PHRASE
        sign = Sign(match.start(), end, kind, match["field"] or "", value.strip(), match.span(group))
        is_word = is_loud and kind is TakenAs.EXCLUDED and match[0].startswith("NOT")
        if not is_word and (sign.name.casefold() in fields and value.strip() if kind is TakenAs.FIELD else sign.stems):
            yield sign
