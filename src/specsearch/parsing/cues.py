"""The signs of labels inside statements, ready to be looked for."""

from __future__ import annotations

import re
from functools import cache

from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Label


@cache
def compiled_cues(vocabulary: Vocabulary) -> tuple[tuple[Label, float, re.Pattern[str]], ...]:
    """Label, weight and pattern of each cue; capitals are ignored."""
    return tuple((label, weight, re.compile(pattern, re.I)) for label, weight, pattern in vocabulary.statements.cues)
