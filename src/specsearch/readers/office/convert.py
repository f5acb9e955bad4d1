"""One file from an older format to a newer one, by a keeper that starts LibreOffice and ends it."""

from __future__ import annotations

import subprocess
import sys

from specsearch.errors import ReadError
from specsearch.readers.office.find import office
from specsearch.readers.office.keeper import TOO_LONG

_SIZE = 8
"""Bytes in which the length of a file is sent."""


_SHARE = 5 / 6
"""Part of the time for a file that its conversion may take: what comes of it is to be read."""


class NotConvertedError(ReadError):
    """LibreOffice gave nothing."""


def converted(data: bytes, suffix: str, wanted: str, seconds: float) -> bytes:
    """Convert a file.

    The keeper is told by the end of this process, however it ends, to end LibreOffice with all that it started.

    Args:
        data: Its bytes.
        suffix: The ending of its format.
        wanted: The ending of the format that it is to be in.
        seconds: Time for the file.

    Raises:
        NotConvertedError: LibreOffice cannot read it.
        ReadError: It takes too long.
    """
    program = office()
    assert program is not None  # the caller has looked
    keeper = subprocess.Popen(
        [sys.executable, "-P", "-m", "specsearch.readers.office.keeper", str(program), suffix, wanted, str(seconds * _SHARE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with keeper:
        assert keeper.stdin is not None  # PIPE was asked for
        assert keeper.stdout is not None
        try:
            keeper.stdin.write(len(data).to_bytes(_SIZE, "big") + data)
            keeper.stdin.flush()  # and stays open: its end is our end
            result = keeper.stdout.read()
        except OSError:
            result = b""
        code = keeper.wait()
    if code == TOO_LONG:
        raise ReadError(f"LibreOffice took longer than {seconds * _SHARE:.0f} seconds to read it: the file is damaged or hostile, or raise --max-seconds")
    if code or not result:
        raise NotConvertedError("LibreOffice cannot read it: damaged, or protected by a password; open it and save it in a newer format")
    return result
