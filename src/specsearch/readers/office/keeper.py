"""The keeper of LibreOffice: starts it on one file in a temporary folder, within limits, and leaves nothing behind.

Run as `python -m specsearch.readers.office.keeper PROGRAM SUFFIX WANTED SECONDS`, with the length of the file and the file on standard
input, which then stays open: when it ends, whoever asked is gone, and LibreOffice goes too. The result is on standard output.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import quoteattr

from specsearch.readers.limits import DEFAULT_LIMITS

try:
    import resource
except ImportError:  # not on Windows; the clock is watched all the same
    resource = None  # type: ignore[assignment]

FAILED, TOO_LONG = 3, 4
"""Exit codes: nothing came out, and it took too long."""
_SIZE = 8
_OUTPUT_BYTES = 200_000_000
"""The largest file that may be written."""
_FILTERS = {".docx": "docx:MS Word 2007 XML", ".pptx": "pptx:Impress MS PowerPoint 2007 XML"}
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
"""Flags of Linux's `unshare`: a process with a network of its own, in which there is nothing."""
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Office.Common/Save/Document", "CreateBackup", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
"""Of its profile: no macro runs, no link is followed, and what would go out all the same goes to where nobody listens."""


def main() -> int:
    """Convert the file that comes in, and give what comes out."""
    program, suffix, wanted, seconds = *sys.argv[1:4], float(sys.argv[4])
    incoming = sys.stdin.buffer
    size = int.from_bytes(incoming.read(_SIZE), "big")
    data = incoming.read(size)
    if len(data) < size:  # whoever asked has gone
        return FAILED
    _limit(seconds)
    _cut_off()
    with TemporaryDirectory(prefix="specsearch-office-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        _write_profile(place / "profile")
        (place / f"document{suffix}").write_bytes(data)
        code = _run((program, suffix, wanted), place, seconds)
        result = place / "out" / f"document{wanted}"
        if code is None:
            return TOO_LONG
        if not result.is_file():
            return FAILED
        sys.stdout.buffer.write(result.read_bytes())
    return 0


def _run(asked: tuple[str, str, str], place: Path, seconds: float) -> int | None:
    """Run LibreOffice to its end, to the end of its time, or to the end of whoever asked; None if it was ended."""
    program, suffix, wanted = asked
    command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}"]
    command += ["--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck"]
    command += ["--convert-to", _FILTERS[wanted], "--outdir", str(place / "out"), str(place / f"document{suffix}")]
    kept = {name: value for name, value in os.environ.items() if name.upper() in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL")}
    temporary = dict.fromkeys(("HOME", "TMPDIR", "TMP", "TEMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(place))
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
        env={**kept, **temporary, "SAL_USE_VCLPLUGIN": "svp"},
        start_new_session=True,
    )
    threading.Thread(target=_end_with_asker, args=(process,), daemon=True).start()
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _end_with_asker(process: subprocess.Popen[bytes]) -> None:
    """Wait until nobody holds the other end of our input, and end LibreOffice then."""
    with contextlib.suppress(OSError, ValueError):
        os.read(0, 1)
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and all that it started, which are one group of processes."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _limit(seconds: float) -> None:
    """Limits for LibreOffice, which inherits ours: address space, processor time, and what it writes."""
    if resource is None:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, DEFAULT_LIMITS.memory_bytes),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def _cut_off() -> None:
    """Leave the network, where the system lets everybody do that: on Linux, with some settings."""
    if not sys.platform.startswith("linux"):
        return
    user, group = os.getuid(), os.getgid()
    with contextlib.suppress(OSError, AttributeError):
        if ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET) == 0:
            for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
                Path(f"/proc/self/{name}").write_text(text, encoding="ascii")


def _write_profile(profile: Path) -> None:
    """Write the settings of LibreOffice where it looks for a user's own."""
    items = "".join(
        f"<item oor:path={quoteattr(f'/org.openoffice.{path}')}><prop oor:name={quoteattr(name)} oor:op=\"fuse\"><value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(f"{head}{items}</oor:items>", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
