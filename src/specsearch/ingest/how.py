"""How files are read: under which limits and with which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import OwnWords, load_vocabulary
from specsearch.readers.limits import DEFAULT_LIMITS, Limits

_WORDS = "words"
"""The setting of an index that holds an analyst's words: name and text."""


@dataclass(frozen=True, slots=True)
class HowRead:
    """How files are read.

    Attributes:
        limits: What a file may cost; beyond it the file is skipped.
        words: Words of an analyst's own; None for those that the index was made with, if any.
    """

    limits: Limits = DEFAULT_LIMITS
    words: OwnWords | None = None

    @property
    def version(self) -> str:
        """What makes a file be read again when it changes."""
        return reading_version(load_vocabulary(self.words))

    def for_index(self, settings: Mapping[str, str]) -> HowRead:
        """The same with the words that an index was made with, unless others are given; an empty file takes them back.

        Args:
            settings: Of the index.
        """
        return replace(self, words=words_of(settings)) if self.words is None else self

    def settings(self) -> dict[str, str]:
        """What an index is to remember of it."""
        return {"limits": repr(self.limits), "reading": self.version, _WORDS: json.dumps([self.words.name, self.words.text]) if self.words else ""}


AS_USUAL = HowRead()


def words_of(settings: Mapping[str, str]) -> OwnWords | None:
    """The words of an analyst's own that an index was made with; None for none."""
    kept = settings.get(_WORDS, "")
    return OwnWords(*json.loads(kept)) if kept else None
