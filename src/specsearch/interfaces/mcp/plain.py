"""Messages as a model is given them: tools in place of commands, no places of the machine."""

from __future__ import annotations

import re

from specsearch.escaping import safe

_LONGEST = 2_000
_COMMANDS = (
    (re.compile(r"specsearch roles(?: --index \S+)?"), "find_roles"),
    (re.compile(r"specsearch search or cities --duty"), "search_passages or survey with duty"),
    (re.compile(r"specsearch search\b"), "search_passages"),
    (re.compile(r"specsearch cities\b"), "survey"),
)
_FOLDERS = re.compile(r"(?<![\w.:/\\])(?:/|[A-Za-z]:\\)(?:[^\s/\\'\":,;]+[/\\])+")
"""The folders of an absolute path."""


def plain(message: str) -> str:
    """A message without folders of this machine, that names tools where it named commands, in a bounded length."""
    for command, tool in _COMMANDS:
        message = command.sub(tool, message)
    message = "\n".join(map(safe, _FOLDERS.sub("", message).split("\n")))
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]} …"
