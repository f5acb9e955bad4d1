"""Reports as one HTML page that needs nothing else: no script, no network, to read on screen and to print.

The only module that imports jinja2.
"""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from specsearch.records import CitySurvey, Comparison
from specsearch.reports import content
from specsearch.reports.branding import Branding
from specsearch.reports.build import report_of
from specsearch.reports.charts import svg_of
from specsearch.reports.figures import Chart

_TEMPLATE = "report.html.j2"


def as_html(subject: Comparison | CitySurvey, branding: Branding | None = None) -> bytes:
    """The report as a page, in UTF-8."""
    return page_of(report_of(subject), branding).encode("utf-8")


def page_of(report: content.Report, branding: Branding | None, more_style: str = "") -> str:
    """A report as a page.

    Args:
        report: What it says.
        branding: Whose it is; None for nobody's.
        more_style: Rules of style that come after those of the page, ours alone.
    """
    environment = Environment(
        loader=FunctionLoader(lambda name: files(__name__.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,  # every text of a document goes through it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Ours alone: matplotlib escapes what it is given.
    environment.globals["svg_of"] = lambda chart: Markup(svg_of(chart))
    environment.globals["choices"] = content.CHOICES
    environment.tests.update(
        {
            "paragraph": lambda block: isinstance(block, content.Paragraph),
            "heading": lambda block: isinstance(block, content.Heading),
            "table": lambda block: isinstance(block, content.Table),
            "finding": lambda block: isinstance(block, content.Finding),
            "chart": lambda block: isinstance(block, Chart),
            "review": lambda block: isinstance(block, content.Review),
            "quote": lambda item: isinstance(item, content.Quote),
        }
    )
    return environment.get_template(_TEMPLATE).render(report=report, branding=branding, more_style=Markup(more_style))
