"""Messages as a model is given them: tools in place of commands, no places of the machine, in a bounded length."""

from __future__ import annotations

from specsearch.escaping import safe
from specsearch.interfaces.messages import BY_TOOLS, plainly

_LONGEST = 2_000


def plain(message: str, address: str = "") -> str:
    """A message that a model can do something with.

    Args:
        message: As the service says it.
        address: Where the index is; "" where that is not known.
    """
    found = "\n".join(map(safe, plainly(message, address, BY_TOOLS).split("\n")))
    return found if len(found) <= _LONGEST else f"{found[:_LONGEST]} …"
