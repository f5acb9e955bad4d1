"""Messages of the service as pages and programs say them: without what only the command line has, and without places of the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_COMMANDS = "index|search|saved|list|roles|similar|blend|ladder|compare|cities|decide|sources|parse|copy|check|status|evaluate|judge|serve|mcp"
_SENTENCE = re.compile(r"(?<=[.!?)])\s+(?=[A-Z])|\s+(?=(?:See|Whoever)\b[^.]*\bspecsearch )")
_COMMAND = re.compile(rf"\bspecsearch (?P<name>{_COMMANDS})\b")
_ASIDE = re.compile(r"(?:;|, for example:|, or\b)[^;]*$")
"""What leads to a command at the end of a sentence that says something without it, too."""
_OPTIONS = (
    (re.compile(r"\bWith --index, (?=\w)"), ""),
    (re.compile(r"--index(?:,| and) (?=--)"), ""),
    (re.compile(r" with --[a-z-]+"), ""),
    (re.compile(r"(?<![\w-])--(?=[a-z])"), ""),
)
"""Options of commands, in the order in which they are left out."""
_DATABASE = re.compile(r"(?:milvus\+)?postgresql://[^\s,;()'\"]*[^\s,;()'\":.]")
"""The address of an index in a database."""
_FOLDERS = re.compile(r"(?<![\w.:/\\])(?:/|[A-Za-z]:\\)(?:[^\s/\\'\":,;]+[/\\])+")
"""The folders of an absolute path."""
ON_PAGES: Mapping[str, str] = MappingProxyType({"index": "Update the index on the Corpus page.", "check": "Check and repair the index on the Corpus page."})
"""What does on a page what a command does."""
OVER_REST: Mapping[str, str] = MappingProxyType({"index": "Update the index with POST /index.", "check": "Repair the index with POST /check.", "roles": "See: GET /roles.", "sources": "See: GET /sources."})
"""What does over REST what a command does."""
BY_TOOLS: Mapping[str, str] = MappingProxyType({
    "index": "Let the user run: specsearch index.", "check": "Let the user run: specsearch check --repair.", "roles": "See: find_roles.",
    "search": "For one statement, use search_passages, or survey with duty.", "cities": "Use survey.",
})  # fmt: skip
"""What does for a language model what a command does."""


def plainly(said: str, address: str, instead: Mapping[str, str] = ON_PAGES) -> str:
    """A message without what only the command line has: places of the machine, options, and which command to use.

    Args:
        said: The message.
        address: Where the index is; "" where that is not known.
        instead: What to say in place of a sentence that names a command.
    """
    bare = _FOLDERS.sub("", _placeless(said, address)).strip()
    return " ".join(filter(None, (_sentence(one, instead) for one in _SENTENCE.split(bare))))


def _placeless(said: str, address: str) -> str:
    """A message in which the index, or a file in it, is called that; an address that is a mere word may mean anything."""
    bare = "" if re.search(r"[/\\]", address) else r"(?=[/\\])"
    place = re.compile(rf"(?<![\w/\\.-]){re.escape(address.rstrip('/'))}{bare}(?![\w-]|\.\w)(?:[/\\][^\s:,;()]*[^\s:,;().])?[/\\]?") if address else None
    found = _DATABASE.sub("the index", place.sub("the index", said) if place else said)
    return f"T{found[1:]}" if found.startswith("the index") else found


def _sentence(said: str, instead: Mapping[str, str]) -> str:
    command = _COMMAND.search(said)
    if command is None:
        return _optionless(said)
    aside = _ASIDE.search(said[: command.start()])
    return _optionless(f"{said[: aside.start()]}.") if aside else instead.get(command["name"], "")


def _optionless(said: str) -> str:
    """A sentence in which what would be an option is called by its name, or by none."""
    found = said
    for option, name in _OPTIONS:
        found = option.sub(name, found)
    return f"{found[:1].upper()}{found[1:]}" if said.startswith("With --") else found
