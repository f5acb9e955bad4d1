"""Which role a user names in a command: one of the index, a file, or a document on standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from specsearch.errors import ReadError, UsageError
from specsearch.interfaces.cli.output import notice

if TYPE_CHECKING:
    from specsearch.records import Role
    from specsearch.storage.store import Snapshot

STANDARD_INPUT = "-"
ROLE_HELP = "A role of the index (document id, title, class code, or words that only it has), a file, or '-' for a document on standard input."


def asked_role(index: Snapshot, text: str) -> int | Role:
    """The role that a user means; see `specsearch.api.role_of`.

    Raises:
        UsageError: There is no such role, several, or no standard input.
        ReadError: The file or standard input cannot be read.
    """
    from specsearch.api import parse_bytes, role_in, role_of

    if text != STANDARD_INPUT:
        return role_of(index, text, notice)
    return role_in(parse_bytes(_standard_input(), "standard input", notice), "Standard input")


def asked_query(text: str) -> str:
    """The words to search for, which "-" takes from standard input.

    Raises:
        UsageError: There is no standard input, or it is no text.
    """
    from specsearch.readers.text import decode, is_binary

    if text != STANDARD_INPUT:
        return text
    data = _standard_input()
    try:
        if not is_binary(data):
            return decode(data)
    except ReadError:
        pass
    raise UsageError("Standard input holds no text to search for. To compare the whole of a document, use: specsearch similar - < FILE")


def _standard_input() -> bytes:
    from specsearch.readers.limits import DEFAULT_LIMITS

    if sys.stdin is None:
        raise UsageError("There is no standard input to read. Give a file or some words.")
    return sys.stdin.buffer.read(DEFAULT_LIMITS.file_bytes + 1)


def only_one_from_standard_input(*roles: str) -> None:
    """See that standard input is asked for once at most.

    Raises:
        UsageError: It is asked for twice.
    """
    if roles.count(STANDARD_INPUT) > 1:
        raise UsageError("Only one of the two roles can come from standard input. Give a file, or a role of the index, for the other.")
