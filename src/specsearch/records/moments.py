"""When something was said, as people read it: it is kept in UTC and told in the time of this machine."""

from __future__ import annotations

from datetime import datetime


def day(date: str) -> str:
    """The day of a moment: "2026-03-01".

    Args:
        date: ISO 8601; one without a time of day, or that is none, stays as it is.
    """
    return moment(date)[:10]


def moment(date: str) -> str:
    """A moment to the minute: "2026-03-01 17:05".

    Args:
        date: As for `day`.
    """
    if "T" not in date:
        return date
    try:
        return f"{datetime.fromisoformat(date).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return date
