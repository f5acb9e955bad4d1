"""How records show themselves: short in a session, as tables in a notebook, as plain values for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, TypeVar

from specsearch.escaping import one_line

_LONGEST = 60
_Item = TypeVar("_Item", bound="Shown")


class Shown:
    """What search, comparison and parsing return, seen from outside."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything of it as dictionaries, lists, texts, numbers and None: what the command prints as JSON."""
        from specsearch.records.shapes import as_dict  # it knows the records, which are made from this

        return as_dict(self)

    def _repr_html_(self) -> str:
        from specsearch.records.rows import caption_of, rows_of

        return html_table(rows_of(self), caption_of(self))


class Results(list[_Item]):
    """A list, best first, that shows itself as a table in a notebook.

    Attributes:
        kind: What it is a list of, also when it is empty; None if nobody said.
    """

    def __init__(self, found: Iterable[_Item] = (), kind: type[_Item] | None = None) -> None:
        """Make a list of results.

        Args:
            found: The results.
            kind: What they are.
        """
        super().__init__(found)
        self.kind = kind

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "<no results>"

    def to_dict(self) -> list[dict[str, Any]]:
        """Each result as plain values."""
        return [one.to_dict() for one in self]

    def _repr_html_(self) -> str:
        from specsearch.records.rows import rows_of

        return html_table([row for one in self for row in rows_of(one)])


def shortened(text: str) -> str:
    """The beginning of a text, in one line and in quotes."""
    line = one_line(text)
    return f'"{line}"' if len(line) <= _LONGEST else f'"{line[:_LONGEST].rsplit(" ", 1)[0]} ..."'


def html_table(rows: Sequence[Mapping[str, Any]], caption: Sequence[str] = ()) -> str:
    """Rows as an HTML table with everything escaped, under lines that say what it is; the columns are the keys of the first."""
    if not rows and not caption:
        return "<p>No results.</p>"
    above = f"<caption>{'<br>'.join(escape(one_line(line)) for line in caption)}</caption>" if caption else ""
    head = "".join(f"<th>{escape(name)}</th>" for name in (rows[0] if rows else ()))
    body = "".join("<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row.values()) + "</tr>" for row in rows)
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else one_line(str(value))
