"""`specsearch search`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.asked import asked_query
from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    IndexAddress,
    KindChoice,
    OutputFormat,
    chosen_kinds,
    named,
    session_of,
)
from specsearch.interfaces.cli.output import (
    EMPLOYER_UNKNOWN,
    Format,
    notice,
    one_line,
    print_json,
    print_rows,
    print_styled,
    quote,
    quoted_word,
)
from specsearch.interfaces.cli.restricted import restricted
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.tables import BY_CHANCE, HIT_COLUMNS, also_said, hit_rows
from specsearch.records import Label, Mode
from specsearch.records.shapes import as_dict

if TYPE_CHECKING:
    from rich.text import Text

    from specsearch.interfaces.service.searching import SearchAnswer, SearchRequest
    from specsearch.interfaces.service.session import Session
    from specsearch.records import Hit

@restricted
def command(
    query: Annotated[str, typer.Argument(help="Words, a duty, a requirement; '-' reads it from standard input.")],
    index: IndexAddress = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", help="Number of hits.")] = 10,
    kind: Annotated[list[KindChoice] | None, typer.Option(help="Sort of passage; repeat for several. Default: duty and qualification.")] = None,
    label: Annotated[list[Label] | None, typer.Option(help="Section the passage must be in. Repeat for any of several.")] = None,
    *,
    where: Where,
    per_document: Annotated[int | None, typer.Option(help="Hits of one document at most; 0: no limit. Default: 3, but all of a class that is named.")] = None,
    per_city: Annotated[int, typer.Option(help="Hits of one city at most; 0: no limit.")] = 0,
    mode: Annotated[Mode, typer.Option(help="Meaning and words (hybrid), meaning only, or words only.")] = Mode.HYBRID,
    rerank: Annotated[str | None, typer.Option(help="Cross-encoder, name or folder, that scores the first 50 anew; takes seconds.")] = None,
    as_typed: Annotated[bool, typer.Option("--as-typed/--no-as-typed", help="Take all of the query as words: no phrase, class, place, section or misspelling.")] = False,
    plain: Annotated[list[str] | None, typer.Option(help="Part of the query that is only words, as you typed it. Repeat for several.")] = None,
    explain: Annotated[bool, typer.Option("--explain/--no-explain", help="Show why each passage was found.")] = False,
    expand: Annotated[bool, typer.Option("--expand/--no-expand", help="List all places in which the text of each passage stands.")] = False,
    boilerplate: Annotated[bool, typer.Option("--boilerplate/--no-boilerplate", help="With or without what nearly every class has, such as 'performs related work as required'.")] = True,
    save: Annotated[str | None, typer.Option(help="Keep this search under a name; specsearch saved asks it again and tells what is new.")] = None,
    reviewer: Annotated[str | None, typer.Option(help="Who saves it. Default: your login name.")] = None,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Find duties and qualifications like a query, each with its class, city, section and place.

    Example: **specsearch search "prepare and monitor the operating budget" --kind duty --per-city 1**
    """
    from specsearch.interfaces.service.searching import SearchRequest, search

    request = SearchRequest(
        asked_query(query), k, chosen_kinds(kind), frozenset(label or ()), where,
        per_document=per_document, per_city=per_city, mode=mode, rerank=rerank, explained=explain,
        as_typed=as_typed, plain=tuple(plain or ()),
        boilerplate=boilerplate, places=None if expand or style not in (Format.TABLE, Format.MD) else 0,
    )  # fmt: skip
    session = session_of(index)
    answer = search(request, session) if save is None else _saved(save, request, reviewer, session)
    if style is not Format.TABLE:
        _print_values(answer, style)
        return
    tell_reading(answer, " All of it as words: --as-typed; a part of it: --plain", explain=explain)
    print_hits(answer.hits, explain=explain)
    if answer.is_chance:
        notice(BY_CHANCE)
    if 0 < len(answer.hits) < k:
        _tell_limits(answer, per_document, per_city)


def _tell_limits(answer: SearchAnswer, per_document: int | None, per_city: int) -> None:
    """Say what keeps further hits from being shown, if anything does."""
    from specsearch.retrieval.search import PER_DOCUMENT

    of_document = answer.is_limited and (PER_DOCUMENT if per_document is None else per_document)
    limits = [f"{most} of a {of} (--per-{of} 0 shows all)" for of, most in (("document", of_document), ("city", per_city)) if most]
    if limits:
        notice(f"{len(answer.hits)} hit{'s' if len(answer.hits) > 1 else ''}; shown are at most {' and '.join(limits)}.")


def tell_reading(answer: SearchAnswer, otherwise: str = "", *, explain: bool = False) -> None:
    """Say on standard error what the query was understood as, if as more than words.

    Args:
        answer: What was found.
        otherwise: How to have it otherwise, behind it.
        explain: Whether to say what is searched for, too.
    """
    from specsearch.interfaces.service.searching import taken_said

    reading = answer.reading
    if reading is None:
        return
    for note in reading.notes:
        notice(one_line(note))
    if reading.taken:
        notice(one_line(f"Understood: {'; '.join(map(taken_said, reading.taken))}.{otherwise}"))
    if explain and reading.meaning != reading.typed:
        notice(one_line(f"Searched for by meaning and words: {reading.meaning or 'nothing else; the passages are in the order of their sections'}"))


def _saved(name: str, request: SearchRequest, reviewer: str | None, session: Session) -> SearchAnswer:
    """What a search finds that is kept under a name."""
    from specsearch.interfaces.service.searches import SaveSearchRequest, save_search

    kept = save_search(SaveSearchRequest(name, request, named(reviewer)), session)
    notice(f"Saved as {one_line(kept.saved.name)!r}. To see what is new later: specsearch saved run {quoted_word(one_line(kept.saved.name))}")
    return kept.answer


def _print_values(answer: SearchAnswer, style: Format) -> None:
    from specsearch.interfaces import shapes

    values = shapes.search(answer)
    if style is Format.JSON:
        print_json(values)
        return
    columns = {**HIT_COLUMNS} | ({"matched_terms": "matched words", "sentence": "nearest clause"} if answer.explained else {})
    print_rows(columns, values["hits"] if style is Format.JSONL else [row for hit in values["hits"] for row in hit_rows(hit)], style)


def print_hits(hits: Sequence[Hit], *, explain: bool, new: Collection[str] = ()) -> None:
    """Print hits as a table.

    Args:
        hits: Best first.
        explain: Whether to say why each was found.
        new: Ids of the passages that are marked as new.
    """
    from rich.text import Text

    if not hits:
        print("Nothing was found.")
        return
    rows = [[Text(f"{hit.rank}\nnew" if hit.passage.passage_id in new else str(hit.rank)), _score(hit), _statement(hit, explain=explain), _origin(hit)] for hit in hits]
    print_styled(("#", "score", "passage", "source"), rows, numbers=(0, 1), ruled=True)


def _statement(hit: Hit, *, explain: bool) -> Text:
    from rich.text import Text

    body = Text(quote(hit.passage.text))
    if hit.passage.heading_path:
        body.append(f"\n{one_line(' > '.join(hit.passage.heading_path))}", style="dim")
    if explain:
        body.append("\n" + _reason(hit), style="cyan")
    if said := also_said(as_dict(hit.also)):
        body.append(f"\n{said}", style="italic")
    for place in hit.also.places:
        source, where = place.document.source, f"page {place.page}" if place.page is not None else f"line {place.line}"
        body.append(f"\n- {one_line(', '.join(filter(None, (source.title, source.jurisdiction, source.state))))}: ", style="not italic")
        body.append(f"{one_line(place.document.doc_id)}, {where}", style="dim")
    return body


def _score(hit: Hit) -> Text:
    from rich.text import Text

    return Text("\n".join(filter(None, (f"{hit.score:.3f}", hit.strength and hit.strength.name.lower()))))


def _origin(hit: Hit) -> Text:
    from rich.text import Text

    source = hit.document.source
    place = ", ".join(filter(None, (source.jurisdiction, source.state))) or EMPLOYER_UNKNOWN
    where = f"page {hit.page}" if hit.page is not None else f"line {hit.line}"
    origin = Text(one_line(source.title or "title unknown"), style="bold")
    origin.append(f"\n{one_line(place)}", style="not bold")
    origin.append(f"\n{', '.join((hit.passage.label, *hit.passage.remarks))}", style="not bold green")
    origin.append(f"\n{one_line(hit.document.doc_id)}, {where}, characters {hit.passage.start}-{hit.passage.end}", style="not bold dim")
    return origin


def _reason(hit: Hit) -> str:
    why = hit.explanation
    parts = []
    if why.dense_score is not None:
        parts.append(f"meaning: {_place(hit.dense_rank)}, cosine {why.dense_score:.3f}")
    if why.lexical_score is not None:
        shared = f"{_place(hit.lexical_rank)}, BM25 {why.lexical_score:.2f}"
        parts.append(f"words: {shared if why.lexical_score else 'none shared'}")
    if why.reranker_score is not None:
        parts.append(f"reranker: {why.reranker_score:.3f}")
    if why.matched_terms:
        parts.append("shared words: " + ", ".join(why.matched_terms))
    if why.sentence and quote(why.sentence) != quote(hit.passage.text):
        parts.append(f"nearest clause: {quote(why.sentence)}")
    return one_line("; ".join(parts))


def _place(rank: int | None) -> str:
    """A rank in words; a retriever ranks no more than its first candidates."""
    from specsearch.retrieval.candidates import POOL

    return f"not among the first {POOL}" if rank is None else f"rank {rank}"
