"""Charts, as SVG for pages and PNG for Word. The only module that imports matplotlib.

They are read in black and white too: hatching and figures say what colour says. Figures are drawn without pyplot,
which keeps them to itself, and with settings of our own, so that nobody's configuration changes a report.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from specsearch.encoding.models import cache_root
from specsearch.reports.content import shortened
from specsearch.reports.figures import Bar, Chart, CoverageChart, HeatMap, TreeChart, TreeRow

# Where it keeps its list of fonts, unless the user has chosen a place; read when it is loaded.
os.environ.setdefault("MPLCONFIGDIR", str(cache_root() / "matplotlib"))

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

_INK = "#1c2530"
_STRONG = "#1f4e79"
_MEDIUM = "#a9c6e3"
_PALE = "#ffffff"
_EDGE = "#5b6b7c"
_GRID = "#d5dce4"
_DARK = 0.2
"""Luminance below which white is read better than ink."""
_WIDTH = 7.0
_DPI = 200
_SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "text.color": _INK,
    "text.parse_math": False,  # a title with dollar signs is not a formula
    "svg.fonttype": "none",  # text that can be searched, selected and read aloud
    "svg.hashsalt": "specsearch",
    "hatch.linewidth": 0.8,
}
_TAG = re.compile(r"<[^<>]*>")
_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)')


def svg_of(chart: Chart) -> str:
    """A chart as an SVG element, the same for the same chart; its ids are its own within a report."""
    with _settings():
        out = io.StringIO()
        _drawn(chart).savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = out.getvalue()
    key = "coverage" if isinstance(chart, CoverageChart) else chart.key
    svg = _TAG.sub(lambda tag: _REFERENCE.sub(rf"\1{key}-chart-", tag.group()), svg[svg.index("<svg") :])
    return svg.strip()


def png_of(chart: Chart) -> tuple[bytes, float]:
    """A chart as PNG, and its width in inches."""
    with _settings():
        out, figure = io.BytesIO(), _drawn(chart)
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    return out.getvalue(), float(figure.get_figwidth())


@contextmanager
def _settings() -> Iterator[None]:
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # shown as a box
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def _drawn(chart: Chart) -> Figure:
    if isinstance(chart, CoverageChart):
        return _coverage(chart)
    return _heat_map(chart) if isinstance(chart, HeatMap) else _tree(chart)


def _canvas(height: float) -> tuple[Figure, Axes]:
    """An empty figure whose coordinates are inches from the top left corner."""
    figure = Figure(figsize=(_WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return figure, axes


def _coverage(chart: CoverageChart) -> Figure:
    row, top = 0.62, 0.34
    figure, axes = _canvas(top + row * len(chart.bars))
    parts = (("matched one to one", _STRONG, ""), ("partial match", _MEDIUM, "////"), ("no counterpart", _PALE, ""))
    axes.legend(
        handles=[Patch(facecolor=color, edgecolor=_EDGE, hatch=hatch, label=name) for name, color, hatch in parts],
        loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False, borderaxespad=0, handlelength=1.6, columnspacing=1.8, fontsize=8,
    )  # fmt: skip
    for number, bar in enumerate(chart.bars):
        _bar(axes, bar, top + row * number, parts)
    return figure


def _bar(axes: Axes, bar: Bar, y: float, parts: tuple[tuple[str, str, str], ...]) -> None:
    width = _WIDTH - 0.75
    counts = (bar.matched, bar.partial, bar.unmatched)
    total = sum(counts)
    axes.text(0.02, y + 0.1, shortened(bar.name, 95), va="center", fontsize=8.5)
    left = 0.02
    for count, (_, color, hatch) in zip(counts, parts, strict=True):
        share = width * count / total if total else 0
        if share:
            axes.add_patch(Rectangle((left, y + 0.2), share, 0.26, facecolor=color, edgecolor=_EDGE, hatch=hatch, linewidth=0.8))
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if hatch else None
            axes.text(left + share / 2, y + 0.34, str(count), ha="center", va="center", color="white" if color == _STRONG else _INK, bbox=box)
        left += share
    if not total:
        axes.add_patch(Rectangle((left, y + 0.2), width, 0.26, facecolor=_PALE, edgecolor=_EDGE, linewidth=0.8))
        axes.text(left + width / 2, y + 0.34, "no duties counted", ha="center", va="center")
    axes.text(_WIDTH - 0.04, y + 0.33, bar.share, ha="right", va="center", fontsize=10.5, fontweight="bold")


def _luminance(color: tuple[float, float, float, float]) -> float:
    """Relative luminance, by which WCAG measures contrast."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _heat_map(chart: HeatMap) -> Figure:
    names, top, height = 1.9, 0.26, 0.2
    width = min((_WIDTH - names - 0.04) / len(chart.columns), 0.36)
    figure, axes = _canvas(top + height * len(chart.rows) + 0.04)
    blues = mpl.colormaps["Blues"]
    size = 6.2 if width < 0.22 else 7.0
    for i, name in enumerate(chart.columns):
        axes.text(names + width * (i + 0.5), top / 2, name, ha="center", va="center", fontsize=size, fontweight="bold")
    for j, (city, cells) in enumerate(zip(chart.rows, chart.cells, strict=True)):
        y = top + height * j
        axes.text(names - 0.08, y + height / 2, city, ha="right", va="center", fontsize=7.5)
        for i, cell in enumerate(cells):
            face, ink = to_rgba(_PALE), _EDGE
            if cell.strength is not None:
                face = blues(0.12 + 0.8 * cell.strength**1.5)
                ink = "white" if _luminance(face) < _DARK else _INK
            axes.add_patch(Rectangle((names + width * i, y), width, height, facecolor=face, edgecolor=_GRID, linewidth=0.6))
            axes.text(names + width * (i + 0.5), y + height / 2, cell.text, ha="center", va="center", fontsize=size, color=ink)
    return figure


def _tree(chart: TreeChart) -> Figure:
    row, step = 0.26, 0.24
    figure, axes = _canvas(row * len(chart.rows) + 0.04)
    open_at: dict[int, float] = {}
    for number, line in enumerate(chart.rows):
        x, y = 0.06 + step * line.depth, row * (number + 0.5)
        if line.depth:
            stem = x - step + 0.08
            axes.plot((stem, stem, x - 0.03), (open_at[line.depth - 1], y, y), color=_EDGE, linewidth=0.8)
        open_at[line.depth] = y + (0.11 if line.marks else 0.07)
        _class(axes, line, x, y)
    return figure


def _class(axes: Axes, row: TreeRow, x: float, y: float) -> None:
    """A class of a tree; the compared ones stand in a dark box, with their letters."""
    room = int((_WIDTH - x) / 0.075)
    title = shortened(f"{' and '.join(row.marks)}: {row.text}" if row.marks else row.text, max(12, room))
    note = shortened(row.note, room - len(title)) if row.note and room - len(title) > len("requires experience") else ""
    box = {"facecolor": _STRONG, "edgecolor": _STRONG, "pad": 2.0} if row.marks else None
    placed = axes.text(x, y, title, va="center", color="white" if row.marks else _INK, fontweight="bold" if row.marks else "normal", bbox=box)
    if note:
        axes.annotate(note, xy=(1, 0.5), xycoords=placed, xytext=(8, 0), textcoords="offset points", va="center", color=_EDGE, fontsize=7)
