"""What somebody says of documents, in the form in which it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from specsearch.errors import UsageError
from specsearch.escaping import one_line, whole_characters
from specsearch.fields import COLUMNS, Trait, names_with
from specsearch.storage.employers import known_state, split_state

_LONGEST_VALUE = 200
_NAMES = {column: name for name in names_with(Trait.CORRECTED) for column in COLUMNS[name]}
"""Names under which a table states a field, to the field."""


def whole_values(given: Mapping[str, str | None]) -> dict[str, str]:
    """What somebody says of documents in the form in which it is kept: one line each, states and countries as codes.

    Args:
        given: By field, or by a name that a table has for it; "" takes back what was said before, None says nothing.

    Raises:
        UsageError: No such field, state or country, or too long a value.
    """
    found = {_NAMES.get(name, name): one_line(whole_characters(value)) for name, value in given.items() if value is not None}
    for name, value in found.items():
        if name not in names_with(Trait.CORRECTED):
            raise UsageError(f"{name} is no field that can be corrected. Those are: {', '.join(names_with(Trait.CORRECTED))}.")
        if len(value) > _LONGEST_VALUE:
            raise UsageError(f"{value[:40]!r}... is too long for a {name}: {_LONGEST_VALUE} characters are the most.")
    employer, state = split_state(found.get("jurisdiction", ""))
    if state:
        found["jurisdiction"] = employer
        found.setdefault("state", state)
    if found.get("state"):
        code = known_state(found["state"])
        if code is None:
            raise UsageError(f"{found['state']!r} is no state. Give its name, or its two letters: OR, Oregon.")
        found["state"] = code
    if found.get("country"):
        found["country"] = found["country"].upper()
        if len(found["country"]) != 2 or not found["country"].isascii() or not found["country"].isalpha():
            raise UsageError(f"{found['country']!r} is no code of a country. Give its two letters: US, GB.")
    return found
