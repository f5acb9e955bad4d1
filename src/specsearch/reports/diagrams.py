"""A ladder as text for programs that draw: Mermaid and DOT, and as a nested list.

Titles are those of documents: whatever they hold, it is shown and does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from specsearch.escaping import markdown_text, one_line
from specsearch.records import Ladder, Rung
from specsearch.roles.decisions import said

_PLAIN = frozenset(" ,/")
"""Besides letters and figures, what stands for itself in Mermaid."""


def as_mermaid(ladder: Ladder) -> str:
    """A ladder as a Mermaid flowchart, the lowest class at its foot."""
    lines = ["flowchart BT"]
    lines += [f'  n{number}["{_mermaid(rung.title)}"]' for number, rung in enumerate(ladder.rungs)]
    lines += [f'  n{step.lower} -->|"{_mermaid(step.kind)}"| n{step.higher}' for step in ladder.steps]
    lines += [f'  n{source} -.->|"{_mermaid(kind)}"| n{target}' for source, target, kind in _beside(ladder)]
    lines += [f"  style n{number} stroke-width:4px" for number, rung in enumerate(ladder.rungs) if rung.asked]
    return "\n".join(lines) + "\n"


def as_dot(ladder: Ladder) -> str:
    """A ladder in the language of Graphviz, the lowest class at its foot."""
    lines = ["digraph ladder {", "  rankdir=BT;", "  node [shape=box];"]
    lines += [f'  n{number} [label="{_dot(rung.title)}"{", penwidth=3" if rung.asked else ""}];' for number, rung in enumerate(ladder.rungs)]
    lines += [f'  n{step.lower} -> n{step.higher} [label="{_dot(step.kind)}"];' for step in ladder.steps]
    lines += [f'  n{source} -> n{target} [label="{_dot(kind)}", style=dashed, constraint=false];' for source, target, kind in _beside(ladder)]
    return "\n".join([*lines, "}"]) + "\n"


def as_list(ladder: Ladder) -> str:
    """A ladder as a nested list of Markdown."""
    lines = []
    for number, rung in enumerate(ladder.rungs):
        title = f"**{markdown_text(one_line(rung.title))}**" if rung.asked else markdown_text(one_line(rung.title))
        said_of = "; ".join(filter(None, (step_text(ladder, number), decision_text(rung))))
        lines.append(f"{'  ' * rung.depth}- {title}" + (f" ({markdown_text(one_line(said_of))})" if said_of else ""))
    return "\n".join(lines) + "\n"


def step_text(ladder: Ladder, number: int) -> str:
    """What leads to a class in words: what is said of the step below it, and from which other classes one comes to it."""
    steps = ladder.steps_below(number)
    if not steps:
        return ""
    also = ", ".join(ladder.rungs[step.lower].title for step in steps[1:])
    return f"{steps[0].kind}{f'; also from {also}' if also else ''}"


def decision_text(rung: Rung) -> str:
    """What a reviewer decided last about the asked role and a class, in words; "" for nothing."""
    return said(rung.standing) if rung.standing else ""


def _beside(ladder: Ladder) -> Iterator[tuple[int, int, str]]:
    """What is said beside the ladder of two of its classes."""
    for one in ladder.beside:
        source, target = one.rungs
        if source is not None and target is not None:
            yield source, target, str(one.kind)


def _mermaid(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};" for sign in one_line(text))


def _dot(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
