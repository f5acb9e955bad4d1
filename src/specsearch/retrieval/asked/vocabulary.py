"""The words that the documents of an index have: counted once for a generation and kept beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from specsearch.errors import StorageError
from specsearch.storage.keys import EVERYWHERE
from specsearch.storage.store import Snapshot

_NAME = "words.json"
_WORD = re.compile(r"[^\W\d_]{2,24}(?:'[^\W\d_]+)?")
_LEAST = 2
"""Times that a word must occur: what occurs once may be a misspelling itself."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of the documents.

    Attributes:
        counts: How often each occurs, in small letters.
        small: How often it is printed in small letters.
    """

    counts: Mapping[str, int]
    small: Mapping[str, int]

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is printed in small letters too often to be only a name."""
        folded = word.casefold()
        return self.small.get(folded, 0) * 5 > self.counts.get(folded, 0)


def vocabulary(index: Snapshot) -> Vocabulary:
    """The words of a generation."""
    return index.once(_vocabulary)


def _vocabulary(index: Snapshot) -> Vocabulary:
    state = index.meta["state"]
    for content in index.kept(_NAME):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            stored = json.loads(content)
            if stored["state"] == state:
                return Vocabulary(stored["counts"], stored["small"])
    made = _counted(index)
    with suppress(StorageError):  # an index that may only be read is counted anew
        index.keep(_NAME, json.dumps({"state": state, "counts": made.counts, "small": made.small}).encode())
    return made


def _counted(index: Snapshot) -> Vocabulary:
    printed: Counter[str] = Counter()
    for entry in index.entries(EVERYWHERE):
        printed.update(_WORD.findall(index.document(entry.number).text))
    counts: Counter[str] = Counter()
    for word, count in printed.items():
        counts[word.casefold()] += count
    common = {word: count for word, count in sorted(counts.items()) if count >= _LEAST}
    return Vocabulary(common, {word: printed[word] for word in common if word in printed})
