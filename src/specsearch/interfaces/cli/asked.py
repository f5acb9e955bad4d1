"""What a user asks with: words, or the name of a role; either may be '-' for what standard input holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import ReadError, UsageError

if TYPE_CHECKING:
    from specsearch.interfaces.service.asking import Upload

STANDARD_INPUT = "-"
ROLE_HELP = "A role of the index (document id, title, class code, or words that only it has), a file, or '-' for a document on standard input."


def asked_role(text: str) -> str | Path | Upload:
    """The role that a user means, as the service takes it.

    Raises:
        UsageError: There is no standard input.
    """
    from specsearch.files import is_file
    from specsearch.interfaces.service.asking import Upload

    if text == STANDARD_INPUT:
        return Upload("standard input", _standard_input())
    return Path(text) if is_file(text) else text


def asked_roles(a: str, b: str) -> tuple[str | Path | Upload, str | Path | Upload]:
    """The two roles that a user means.

    Raises:
        UsageError: There is no standard input, or both are to come from it.
    """
    if a == b == STANDARD_INPUT:
        raise UsageError("Only one of the two roles can come from standard input. Give a file, or a role of the index, for the other.")
    return asked_role(a), asked_role(b)


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
