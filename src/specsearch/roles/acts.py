"""General acts among duties: work that is the same whatever the trade, such as supervising staff or answering the public.

Two duties are counterparts if they say the same act on a corresponding object. In a general act the act itself is what the duty is
about: who is supervised matters little. Words tell little of that ("oversees two clerks", "directs the work of a crew"), so it is told
by what is done to whom. Acts on papers (makes policy, keeps records, liaises) were tried and told little: of those the subject counts.
Nothing here names a trade.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from specsearch.roles.outlines import Floats

_STAFF = (
    r"(?:staff|staffing|employees?|personnel|subordinates?|workers?|work ?force|crews?|teams?|aides?|clerks?|volunteers?|interns?|trainees?|technicians?"
    r"|officers?|operators?|supervisors?|managers?|foremen|analysts?|engineers?|assistants?|specialists?|inspectors?|laborers?|professionals?)"
)
_PUBLIC = r"(?:public|citizens?|customers?|residents?|callers?|visitors?|patrons?|clients?|taxpayers?)"
_PATTERNS = {
    "supervises": (
        rf"\b(?:supervis|overs(?:ee|aw|ight)|direct|lead|manag|assign|schedul|evaluat|guid|disciplin|delegat)\w*\b[^.;]{{0,80}}\b(?:(?:work|activities|performance) of|{_STAFF})\b"
        r"|\b(?:assign|review|supervis|direct|evaluat)\w*\b[^.;]{0,40}\bwork\b(?! orders?\b)|\bsupervision\b"
    ),
    "trains": (
        rf"\b(?:train|instruct|orient|coach|mentor|onboard|teach|educat)\w*\b[^.;]{{0,80}}\b{_STAFF}\b|\b{_STAFF}\b[^.;]{{0,20}}\btraining\b"
    ),
    "answers": (
        rf"\b(?:answer|respond|repl(?:y|ies)|assist|help|provid|handl|explain|communicat|greet|advis|resolv|inform)\w*\b[^.;]{{0,80}}"
        rf"\b(?:{_PUBLIC}|inquir\w+|enquir\w+|questions?|telephones?|phones?|complaints?)\b|\bcustomer service\b"
    ),
}
ACTS = tuple(_PATTERNS)
_COMPILED = tuple(re.compile(pattern, re.I) for pattern in _PATTERNS.values())


@lru_cache(1 << 14)
def acts(text: str) -> tuple[bool, ...]:
    """Which of the general acts a duty states, in the order of `ACTS`.

    >>> [name for name, stated in zip(ACTS, acts("Oversees a crew of six and trains new employees.")) if stated]
    ['supervises', 'trains']
    >>> any(acts("Patches potholes"))
    False
    """
    return tuple(bool(pattern.search(text)) for pattern in _COMPILED)


def acts_of(texts: list[str]) -> Floats:
    """The same of several duties: 1 where one states an act, shape (n, acts)."""
    return np.array([acts(text) for text in texts], dtype=np.float64).reshape(len(texts), len(ACTS))
