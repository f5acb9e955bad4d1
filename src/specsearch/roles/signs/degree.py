"""Education: the degree that is required."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.records import Requirement, Role, Signal, SignalKind
from specsearch.roles.requirements import degree_rank
from specsearch.roles.signs.sign import Sign


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    for requirement in required:
        if requirement.name == "degree":
            return Signal(SignalKind.DEGREE, degree_rank(requirement.value), requirement.value, requirement.passage)
    return None


SIGN = Sign(SignalKind.DEGREE, _read, weight=0.5, step=1.0)
