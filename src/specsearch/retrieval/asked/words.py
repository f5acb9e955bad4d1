"""Words by which a query says more than what is meant, read once from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from specsearch.encoding.words import words_of
from specsearch.records import Label
from specsearch.retrieval.class_names import Words, words_in
from specsearch.storage.keys import Stems


@dataclass(frozen=True, slots=True)
class SectionWords:
    """What means a section: the labels of its passages, and phrases by their stems.

    Attributes:
        labels: The labels, in the order in which their passages answer it.
        sure: What means it by itself.
        loose: What means it beside the name of a role.
        frames: What stands before a role and behind it, where that means it.
        searched: What is searched for in place of these, as they tell nothing; "" where the role itself does.
        topics: What only such sections say of a job, its words in the singular: by their stems an examiner is an examination.
    """

    labels: tuple[Label, ...]
    sure: frozenset[Stems]
    loose: frozenset[Stems]
    frames: tuple[tuple[Stems, Stems], ...]
    searched: str
    topics: frozenset[Words]


@dataclass(frozen=True, slots=True)
class AskedWords:
    """All of them; words are in small letters, phrases by their stems.

    Attributes:
        fields: What can be typed before a colon, and the restriction that it means.
        sections: What means sections.
        joints: What stands between words for a section and a role.
        class_leads: What stands before a title at the end that the query is about.
        articles: What can stand between these.
        places: What stands before an employer or a state.
        governments: What makes the name of an employer that of another.
        openers: What can stand before all of it and says nothing.
        fillers: What says nothing where nothing else is left.
        code_signs: What announces a class code.
        short: Short forms in titles, and what each may stand for.
    """

    fields: Mapping[str, str]
    sections: tuple[SectionWords, ...]
    joints: frozenset[str]
    class_leads: frozenset[str]
    articles: frozenset[str]
    places: frozenset[str]
    governments: frozenset[str]
    openers: frozenset[str]
    fillers: frozenset[str]
    code_signs: frozenset[str]
    short: Mapping[str, tuple[str, ...]]


@cache
def asked_words() -> AskedWords:
    """The words of the program."""
    raw = tomllib.loads(files("specsearch.retrieval.asked").joinpath("words.toml").read_text(encoding="utf-8"))
    words = {name: frozenset(values) for name, values in raw["words"].items()}
    return AskedWords(raw["fields"], tuple(map(_section, raw["sections"])), **words, short={form: tuple(forms) for form, forms in raw["short"].items()})


def _section(raw: Mapping[str, Any]) -> SectionWords:
    frames = tuple((_stems(before), _stems(after[0]) if after else ()) for before, *after in raw.get("frames", ()))
    sure, loose = (frozenset(map(_stems, raw.get(name, ()))) for name in ("sure", "loose"))
    topics = frozenset(map(words_in, raw.get("topics", ())))
    return SectionWords(tuple(map(Label, raw["labels"])), sure, loose, frames, raw.get("searched", ""), topics)


def _stems(phrase: str) -> Stems:
    return tuple(words_of(phrase))
