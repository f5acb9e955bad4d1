"""How files are read: under which limits, with which words, and what is said of all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import OwnWords, load_vocabulary
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.recognition import available

_WORDS = "words"
"""The setting of an index that holds an analyst's words: name and text."""
_SCANS, _OFF = "ocr", "off"
"""The setting that holds whether scans are read."""
ENGINE = "ocr_engine"
"""The setting that holds what reads them, with its release; "" for nothing."""
_SAID = "said"
"""The setting that holds what is said of all documents."""


@dataclass(frozen=True, slots=True)
class HowRead:
    """How files are read.

    Attributes:
        limits: What a file may cost; beyond it the file is skipped.
        words: Words of an analyst's own; None for those that the index was made with, if any.
        said: What is said of all documents, by field, where the table beside them does not say it; "" takes back what an
            index was made with.
        scans: Whether pictures of text are read by text recognition where it is installed; None as an index was made, which is
            yes for a new one.
    """

    limits: Limits = DEFAULT_LIMITS
    words: OwnWords | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    scans: bool | None = None

    @property
    def version(self) -> str:
        """What makes a file be read again when it changes."""
        return reading_version(load_vocabulary(self.words))

    def for_index(self, settings: Mapping[str, str]) -> HowRead:
        """The same with what an index was made with, where nothing else is given.

        Args:
            settings: Of the index.
        """
        said = {**said_of_all(settings), **self.said}
        words = words_of(settings) if self.words is None else self.words  # an empty file takes them back
        scans = settings.get(_SCANS) != _OFF if self.scans is None else self.scans
        limits = replace(self.limits, engine=available() if scans else "")
        return HowRead(limits, words, {name: value for name, value in said.items() if value}, scans)

    def settings(self) -> dict[str, str]:
        """What an index is to remember of it."""
        words = json.dumps([self.words.name, self.words.text]) if self.words else ""
        said = json.dumps(dict(self.said), sort_keys=True, ensure_ascii=False) if self.said else ""
        scans = {_SCANS: _OFF if self.scans is False else "auto", ENGINE: self.limits.engine}
        return {"limits": repr(self.limits), "reading": self.version, _WORDS: words, _SAID: said, **scans}


AS_USUAL = HowRead()


def said_of_all(settings: Mapping[str, str]) -> dict[str, str]:
    """What is said of all documents of an index, by field."""
    found: dict[str, str] = json.loads(settings.get(_SAID) or "{}")
    return found


def words_of(settings: Mapping[str, str]) -> OwnWords | None:
    """The words of an analyst's own that an index was made with; None for none."""
    kept = settings.get(_WORDS, "")
    return OwnWords(*json.loads(kept)) if kept else None
