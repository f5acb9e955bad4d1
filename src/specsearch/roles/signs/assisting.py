"""Assisting: the share of duties that are done for others who do the work."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.records import Kind, Requirement, Role, Signal, SignalKind
from specsearch.roles.signs.sign import Sign

_ASSISTS = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:assists?|helps?|aids?|supports?)\b(?!\s+(?:the\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?:public|residents?|customers?|citizens?|patrons?|visitors?|clients?|callers?|applicants?|taxpayers?|voters?|victims?|students?|children|families|participants?)\b)",
    re.I,
)
"""Assisting colleagues; who helps the public does the work."""


def _read(role: Role, required: Sequence[Requirement]) -> Signal | None:
    duties = [passage for passage in role.counted if passage.kind is Kind.DUTY]
    if not duties:
        return None
    assisting = [passage for passage in duties if _ASSISTS.search(passage.text)]
    share = len(assisting) / len(duties)
    # Who assists more is lower: the scale is turned round.
    return Signal(SignalKind.ASSISTING, 0.0 - share, f"{len(assisting)} of {len(duties)} duties assist others", assisting[0] if assisting else None)


SIGN = Sign(SignalKind.ASSISTING, _read, weight=1.0, step=0.15)
