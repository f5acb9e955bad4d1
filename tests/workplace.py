"""The command line on three small documents of three cities: what its tests share."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from conftest import Result, specsearch

BUDGET = """\
CITY OF ALDER FERRY
BUDGET ANALYST II
Class Code: 1204
Revised: July 2021

DEFINITION
Under direction of the finance director, performs professional budget work.

EXAMPLES OF DUTIES
• Prepares and monitors the operating budget of assigned departments.
• Reviews purchase requests for available funds. Explains budget rules to managers.
• Performs related duties as required.

QUALIFICATIONS
• A bachelor's degree in finance or accounting and two years of budget experience.

SALARY
• The monthly salary is $5,100 to $6,800.
"""
STREETS = """\
CITY OF WREN HARBOR

STREET CREW LEADER

EXAMPLES OF DUTIES

• Leads a crew that patches potholes and seals cracks in city streets.
• Operates a roller, a loader and a dump truck.
• Tracks the cost of materials against the yearly budget of the section.
• Performs related duties as required.

QUALIFICATIONS
• A commercial driver license.
"""
POSTINGS = """\
id,title,city,description
L-7,Librarian I,Town of Sable Crossing,"Duties:
• Answers reference questions at the public desk.
• Selects books for the children's room."
"""


def process(
    *arguments: object,
    stdin: str | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> Result:
    """Run the command line in a process of its own; whatever it is asked, it shows no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "specsearch", *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", "TERM": "dumb", **(env or {})},
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-2000:]
    return Result(done.returncode, done.stdout, done.stderr)


def refused(result: Result, code: int, message: str) -> None:
    """Check that a run ended with a code and one message on standard error, and printed nothing."""
    said = " ".join(line.strip("│ ") for line in result.err.splitlines())
    assert result.code == code, result
    assert re.search(message, said), result.err
    assert result.out == ""


@dataclass(frozen=True)
class Workplace:
    """A corpus with its index, and what was said when that was made."""

    corpus: Path
    index: Path
    report: str


@cache
def listing(command: str, work: Workplace, style: str, *more: str) -> Result:
    """Run a command that lists things, once for all tests."""
    arguments = {
        "search": ["search", "monitor the budget", "--index", work.index, *more],
        "parse": ["parse", work.corpus / "alder-ferry-or/budget.txt", *more],
        "roles": ["roles", "--index", work.index, *more],
        "status": ["status", "--index", work.index, *more],
    }[command]
    result = specsearch(*arguments, "--format", style)
    assert result.code == 0, result
    return result


def hits(work: Workplace, *arguments: str, stdin: str = "") -> list[dict[str, Any]]:
    """Hits of a search."""
    result = specsearch("search", *arguments, "--index", work.index, "--format", "json", stdin=stdin)
    assert result.code == 0, result
    assert result.err == ""
    found: list[dict[str, Any]] = json.loads(result.out)["hits"]
    return found
