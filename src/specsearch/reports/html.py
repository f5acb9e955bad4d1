"""Reports as one HTML page that needs nothing else: no script, no network, to read on screen and to print.

The only module that imports jinja2.
"""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from specsearch.records import CitySurvey, Comparison
from specsearch.reports import content
from specsearch.reports.build import report_of
from specsearch.reports.charts import svg_of
from specsearch.reports.figures import Chart

_TEMPLATE = "report.html.j2"


def as_html(subject: Comparison | CitySurvey) -> bytes:
    """The report as a page, in UTF-8."""
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
    page = environment.get_template(_TEMPLATE).render(report=report_of(subject))
    return page.encode("utf-8")
