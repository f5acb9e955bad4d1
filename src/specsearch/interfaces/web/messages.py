"""Messages of the service as a page says them: without what only the command line has."""

from __future__ import annotations

import re

_COMMANDS = "index|search|roles|similar|blend|ladder|compare|cities|decide|sources|parse|check|status|evaluate|judge|serve|mcp"
_SENTENCE = re.compile(r"(?<=[.!?)])\s+(?=[A-Z])|\s+(?=(?:See|Whoever)\b[^.]*\bspecsearch )")
_COMMAND = re.compile(rf"\bspecsearch (?P<name>{_COMMANDS})\b")
_ASIDE = re.compile(r"(?:;|, for example:|, or\b)[^;]*$")
"""What leads to a command at the end of a sentence that says something without it, too."""
_INSTEAD = {"index": "Update the index on the Corpus page.", "check": "Check and repair the index on the Corpus page."}
"""What does on a page what a command does."""


def plainly(said: str, address: str) -> str:
    """A message without what only the command line has: the place of the index, and which command to use.

    Args:
        said: The message.
        address: Where the index is.
    """
    return " ".join(filter(None, map(_sentence, _SENTENCE.split(_placeless(said, address).strip()))))


def _placeless(said: str, address: str) -> str:
    """A message in which the index, or a file in it, is called that; an address that is a mere word may mean anything."""
    bare = "" if re.search(r"[/\\]", address) else r"(?=[/\\])"
    place = re.compile(rf"(?<![\w/\\.-]){re.escape(address.rstrip('/'))}{bare}(?![\w-]|\.\w)(?:[/\\][^\s:,;()]*[^\s:,;().])?[/\\]?") if address else None
    found = place.sub("the index", said) if place else said
    return f"T{found[1:]}" if found.startswith("the index") else found


def _sentence(said: str) -> str:
    command = _COMMAND.search(said)
    if command is None:
        return said
    aside = _ASIDE.search(said[: command.start()])
    return f"{said[: aside.start()]}." if aside else _INSTEAD.get(command["name"], "")
