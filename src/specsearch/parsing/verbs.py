"""The forms of the verbs of work that statements begin with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from specsearch.parsing.vocabulary import Vocabulary


@cache
def forms(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Each form of each verb, in small letters, to its name: "third", "base" or "gerund"; of a word that is several, the first."""
    verbs = vocabulary.statements.verbs
    return {
        **{_gerund(verb): "gerund" for verb in verbs},
        **dict.fromkeys(verbs, "base"),
        **{_third_person(verb): "third" for verb in verbs},
    }


def _third_person(verb: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + "s"


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.search(r"[^aeiou][aiu][bdgmnpt]$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"
