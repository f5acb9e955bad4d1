"""Which role a user names in a command: one of the index, a file, or a document on standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.interfaces.cli.output import notice

if TYPE_CHECKING:
    from specsearch.records import Role
    from specsearch.storage.snapshot import Snapshot

STANDARD_INPUT = "-"
ROLE_HELP = "A role of the index (document id, title, class code, or words that only it has), a file, or '-' for a document on standard input."


def asked_role(index: Snapshot, text: str) -> int | Role:
    """The role that a user means; see `specsearch.api.role_of`.

    Raises:
        UsageError: There is no such role, several, or no standard input.
        ReadError: The file or standard input cannot be read.
    """
    from specsearch.api import parse_bytes, role_in, role_of
    from specsearch.readers.limits import DEFAULT_LIMITS

    if text != STANDARD_INPUT:
        return role_of(index, text, notice)
    if sys.stdin is None:
        raise UsageError("There is no standard input to read a document from. Give a file.")
    data = sys.stdin.buffer.read(DEFAULT_LIMITS.file_bytes + 1)
    return role_in(parse_bytes(data, "standard input", notice), "Standard input")


def only_one_from_standard_input(*roles: str) -> None:
    """See that standard input is asked for once at most.

    Raises:
        UsageError: It is asked for twice.
    """
    if roles.count(STANDARD_INPUT) > 1:
        raise UsageError("Only one of the two roles can come from standard input. Give a file, or a role of the index, for the other.")
