"""How files are read: under which limits and with which words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specsearch.parsing.version import reading_version
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class HowRead:
    """How files are read.

    Attributes:
        limits: What a file may cost; beyond it the file is skipped.
        vocabulary: An analyst's own file of words; None for the program's own words alone.
    """

    limits: Limits = DEFAULT_LIMITS
    vocabulary: Path | None = None

    @property
    def version(self) -> str:
        """What makes a file be read again when it changes.

        Raises:
            UsageError: The analyst's file is not what it should be.
        """
        return reading_version(load_vocabulary(self.vocabulary))


AS_USUAL = HowRead()
