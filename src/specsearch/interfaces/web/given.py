"""What addresses and forms give: numbers as they were typed, and where one came from."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"/(?![/\\])")
"""An address of this server: a browser takes what begins with two strokes of either kind for another one."""


def number(text: str, default: int, most: int) -> int:
    """A number in plain figures.

    Args:
        text: What was typed.
        default: What stands for anything else.
        most: What stands for all that is more.
    """
    if not (text.isascii() and text.isdigit()):
        return default
    figures = text.lstrip("0")
    return most if len(figures) > len(str(most)) else min(int(figures or "0"), most)


def local(address: str, otherwise: str) -> str:
    """An address to go on at if it is one of this server, or else another one."""
    return address if _LOCAL.match(address) else otherwise
