"""A parsed document as a web page: the source text with its spans beside what was made of it.

One file without scripts, fonts or pictures from elsewhere. Everything that comes from the document is
escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from specsearch.escaping import safe
from specsearch.interfaces.cli.output import quote
from specsearch.records import UNSURE_READING, Place

if TYPE_CHECKING:
    from specsearch.records import Origin, ParsedDocument, Passage

FACTS = (
    "title", "jurisdiction", "employer_kind", "state", "country", "class_code", "series", "level", "department", "salary_range", "flsa",
    "bargaining_unit", "established_date", "revised_date", "effective_date", "url",
)  # fmt: skip
"""Fields of a source classification in the order in which they are shown."""

_OTHERS = {Place.NEIGHBOURS: "from the other documents of its folder", Place.REVIEWER: "from a reviewer"}
_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; color: #1b1f24; background: #fff; }
header { padding: 1rem 1.5rem; border-bottom: 1px solid #d5d9de; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; font-size: .9rem; }
dt { color: #5a6472; } dd { margin: 0; } dd small { color: #5a6472; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 0; }
@media (max-width: 60rem) { main { grid-template-columns: 1fr; } }
section { padding: 1rem 1.5rem; min-width: 0; }
section + section { border-left: 1px solid #d5d9de; }
h2 { font-size: 1rem; margin: 0 0 .75rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 ui-monospace, monospace; margin: 0; }
mark { color: inherit; border-radius: 3px; padding: 1px 0; }
mark.unsure, .legend .unsure { border-bottom: 2px dashed #5a6472; } li.unsure { outline: 2px dashed #5a6472; outline-offset: -2px; }
.duty { background: #dff3e1; } .qualification { background: #dcebfb; }
.context { background: #fdf0cd; } .administrative { background: #f1e2f5; }
.heading { background: none; font-weight: 700; } .title { background: none; font-weight: 700; color: #5a6472; }
a { color: inherit; text-decoration: none; } mark:target, li:target { outline: 2px solid #d9480f; }
ol { list-style: none; margin: 0; padding: 0; }
li { padding: .4rem .6rem; margin-bottom: .35rem; border-radius: 4px; overflow-wrap: anywhere; }
li b { text-transform: uppercase; font-size: .75rem; letter-spacing: .04em; }
li small { display: block; color: #4a5360; }
.legend span { display: inline-block; padding: 0 .5rem; margin-right: .5rem; border-radius: 3px; font-size: .85rem; }
"""


def page(documents: Sequence[ParsedDocument], labelled: Mapping[str, str]) -> str:
    """Make the page of the documents of one file.

    Args:
        documents: What was read.
        labelled: Who said the labels of passages that reviewers said, by id of the passage.
    """
    title = documents[0].document.source.title or documents[0].document.doc_id
    legend = "".join(f'<span class="{kind}">{kind}</span>' for kind in ("duty", "qualification", "context", "administrative"))
    legend += '<span class="unsure">? section unsure</span>'
    body = "\n".join(_document(parsed, number, labelled) for number, parsed in enumerate(documents))
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body>\n<header class="legend">{legend}</header>\n{body}\n</body></html>'
    )


def _document(parsed: ParsedDocument, number: int, labelled: Mapping[str, str]) -> str:
    return (
        f"<header><h1>{_text(parsed.document.doc_id)}</h1><dl>{''.join(_facts(parsed))}</dl></header>\n"
        f"<main><section><h2>Source text</h2><pre>{''.join(_source(parsed, number))}</pre></section>\n"
        f"<section><h2>What was read</h2><ol>{''.join(_entries(parsed, number, labelled))}</ol></section></main>"
    )


def _facts(parsed: ParsedDocument) -> Iterator[str]:
    source = parsed.document.source
    yield f"<dt>kind</dt><dd>{parsed.document.kind.replace('_', ' ')}</dd>"
    if said := unsure_of(parsed):
        yield f"<dt>sections</dt><dd>{said} (?)</dd>"
    if read := recognised_of(parsed):
        yield f"<dt>reading</dt><dd>{read}</dd>"
    for name in FACTS:
        value = getattr(source, name)
        if value is None:
            continue
        origin = source.origins.get(name)
        where = "" if origin is None else f" <small>{_text(said_by(origin))}</small>"
        yield f"<dt>{name.replace('_', ' ')}</dt><dd>{_text(value)}{where}</dd>"


def unsure_of(parsed: ParsedDocument) -> str:
    """How many passages of a document are unsure, in words; "" if none is."""
    unsure, total = sum(passage.unsure for passage in parsed.passages), len(parsed.passages)
    return f"The section of {unsure} of {total} passage{'' if total == 1 else 's'} is unsure" if unsure else ""


def recognised_of(parsed: ParsedDocument) -> str:
    """How many passages of a document were read in pictures, in words; "" if none was."""
    read = [passage.recognised for passage in parsed.passages if passage.recognised is not None]
    unsure, total = sum(confidence < UNSURE_READING for confidence in read), len(parsed.passages)
    if not read:
        return ""
    return f"{len(read)} of {total} passage{'' if total == 1 else 's'} were read by OCR; hold {unsure} of them against the picture: their reading is unsure."


def said_by(origin: Origin) -> str:
    """Where a value of the metadata was read, in words."""
    where = _OTHERS.get(origin.place, f"from the {origin.place}")
    return where if origin.start is None else f"{where}, characters {origin.start}-{origin.end}"


def _source(parsed: ParsedDocument, number: int) -> Iterator[str]:
    """The whole text, with every span marked and linked to its entry on the other side."""
    text = parsed.document.text
    spans = [(s.start, s.end, s.role, "") for s in parsed.furniture]
    spans += [(p.start, p.end, _style(p), f"{number}-{p.ordinal}") for p in parsed.passages]
    at = 0
    for start, end, style, key in sorted(spans):
        yield _text(text[at:start])
        inner = _text(text[start:end])
        yield f'<mark class="{style}" id="t{key}"><a href="#p{key}">{inner}</a></mark>' if key else f'<mark class="{style}">{inner}</mark>'
        at = end
    yield _text(text[at:])


def _entries(parsed: ParsedDocument, number: int, labelled: Mapping[str, str]) -> Iterator[str]:
    for passage in parsed.passages:
        key = f"{number}-{passage.ordinal}"
        mark = " ?" if passage.unsure else ""
        read = passage.how_read and f"; {passage.how_read}"
        yield (
            f'<li class="{_style(passage)}" id="p{key}"><a href="#t{key}"><b>{passage.label}{mark}</b> {_text(quote(passage.text))}'
            f"<small>{_text(_reason(passage, labelled.get(passage.passage_id)))}; characters {passage.start}-{passage.end}{read}</small></a></li>"
        )


def _style(passage: Passage) -> str:
    return f"{passage.kind} unsure" if passage.unsure else str(passage.kind)


def _reason(passage: Passage, reviewer: str | None) -> str:
    under = f'under "{" > ".join(passage.heading_path)}"' if passage.heading_path else "under no heading"
    if reviewer is not None:
        return f"{under}, as {reviewer} says"
    stated = "as the heading says" if passage.heading_path else "as its own first words say"
    how = "inferred from its words and neighbours" if passage.inferred else stated
    return f"{under}, {how} ({'unsure, ' if passage.unsure else ''}confidence {passage.confidence:.2f})"


def _text(text: str) -> str:
    return escape(safe(text))
