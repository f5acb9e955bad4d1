"""Words of names: runs of capitals parted into words, and words put together as a name is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"[^ \t\xa0]+")
_ABBREVIATED = frozenset("st ste ft mt dept u.s jr sr dr".split())
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?")
_MOST_WORDS = 30
"""Words of a run of capitals that are looked at together: no name is longer, and a run without end would take for ever."""
JOINTS = frozenset("of and the on for & in at".split())
"""Words that join names, and begin none."""
_HOST_END = re.compile(r"(?<=\w)\.(?:gov|org|com|us|net|edu|uk|ca|au|nz|ie|info)\b(?!\.\w)")
_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\Z")
_LONGEST_HOST = 80
SMALL = JOINTS | frozenset("de del la du".split())
"""Words within names that are written small."""
_FORM = re.compile(r"^(?:the )?(?:(?:city(?: (?:and|&) county)?|town|township|village|borough|municipality) of |(?:state|commonwealth) of (?P<state>.*)|county of (?P<county>.*))")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a run of capitals: as printed, as it is compared, and where it is."""

    text: str
    word: str
    start: int
    end: int


def bare_name(name: str) -> str:
    """What names of one employer have in common: small letters, without the form of a local government that stands before it.

    >>> bare_name("City of Elm Fork"), bare_name("County of Tarn"), bare_name("Commonwealth of Virginia")
    ('elm fork', 'tarn county', 'state of virginia')
    """
    folded = re.sub(r" governments?$|,? (?:llc|inc|incorporated|ltd|llp)$", "", " ".join(name.split()).casefold().replace("’", "'").replace(".", ""))
    folded = re.sub(r"\bst(?= )", "saint", folded)
    match = _FORM.match(folded)
    if match is not None and match["state"]:
        return f"state of {match['state']}"
    return f"{match['county']} county" if match is not None and match["county"] else _FORM.sub("", folded)


def sentences_of(block: str, left: int, right: int, offset: int) -> Iterator[list[Token]]:
    """The words of a run of capitals, parted where a sentence ends in it."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(block, left, right):
        printed = match.group()
        kept = printed.rstrip(",;:Â")  # the last is what is left of a blank that was decoded wrongly
        short = plain(kept) in _ABBREVIATED or _INITIALS.fullmatch(kept) is not None
        kept = kept if short else kept.rstrip(".,;:Â")
        tokens.append(Token(kept, plain(kept), match.start() + offset, match.start() + offset + len(kept)))
        if (printed.endswith((".", ";", ":")) and not short) or len(tokens) == _MOST_WORDS:
            yield tokens
            tokens = []
    if tokens:
        yield tokens


def plain(text: str) -> str:
    """A word as it is compared: in small letters, without an ending "'s"."""
    return re.sub(r"['’]s?$", "", text.lower().rstrip("."))


def words_of(tokens: Sequence[Token]) -> str:
    """Words as they are compared, with blanks between them."""
    return " ".join(token.word for token in tokens)


def softened(tokens: Sequence[Token]) -> str:
    """Words as a name: without capitals throughout, small words small."""
    loud = all(token.text.isupper() or token.word in SMALL for token in tokens)
    words = [_soft(token.text) if loud or (len(token.text) > 4 and token.text.isupper()) else token.text for token in tokens]
    words = [word.lower() if word.lower() in SMALL and number else word for number, word in enumerate(words)]
    return re.sub(r"['’]s?$", "", " ".join(words)) if re.search(r"['’]s?$", words[-1]) and len(words[-1]) > 3 else " ".join(words)


def capitalised(tokens: Sequence[Token]) -> str:
    """Words with large first letters, small words small: "City and County"."""
    return " ".join(token.word if token.word in SMALL else token.word.capitalize() for token in tokens)


def _soft(text: str) -> str:
    """A word in capitals as a name is written: Mc and O' keep theirs."""
    soft = text[:1] + text[1:].lower()
    soft = re.sub(r"^(Mc|O['’])(\w)", lambda match: match[1] + match[2].upper(), soft)
    return re.sub(r"-(\w)", lambda match: "-" + match[1].upper(), soft)


def hosts_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Names of hosts in a text, in small letters without "www.", each with where it is."""
    for end in _HOST_END.finditer(text):
        name = _HOST_NAME.search(text, max(0, end.start() - _LONGEST_HOST), end.start())
        if name is not None:
            yield text[name.start() : end.end()].lower().removeprefix("www."), name.start(), end.end()
