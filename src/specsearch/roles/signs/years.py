"""Experience: the years that are required."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.records import Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    for requirement in required:
        if requirement.name == "years":
            years = float(requirement.value)
            return Signal(SignalKind.YEARS, years, f"{years:g} year{'' if years == 1 else 's'}", requirement.passage)
    return None


SIGN = Sign(SignalKind.YEARS, _read, weight=1.0, step=1.5)
