"""What the report on a survey of cities says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from specsearch.fields import FIELDS, Trait
from specsearch.parsing.statements import quotation
from specsearch.records import CityCell, CityRow, CitySurvey, Document, Passage, Verdict
from specsearch.reports.content import (
    Align,
    Block,
    Cell,
    Column,
    Fact,
    Heading,
    Paragraph,
    Part,
    Report,
    Review,
    Table,
    address,
    counted,
    employer_of,
    fact,
    field_cell,
    in_order,
    method_table,
    percent,
    percentile_text,
    places_part,
    quote,
    shortened,
    shown,
    title_of,
)
from specsearch.reports.facts import PAY_NOTE
from specsearch.reports.figures import HeatCell, HeatMap
from specsearch.reports.likeness import of_duties, of_roles
from specsearch.roles.decisions import said

_ROLE_COLUMNS = (
    Column("Verdict", 15),
    Column("Covered", 11, Align.NUMBER),
    Column("Covers", 11, Align.NUMBER),
)
_NAME_CHARS = 110
_CITIES_A_MAP = 36
_DUTIES_A_MAP = 26


def survey_report(survey: CitySurvey) -> Report:
    """The report on a survey."""
    role, duties = survey.role, survey.rows[1:]
    parts = [Part("cities", "Counterparts by city", _cities(survey))]
    if duties:
        parts.append(Part("duties", "Duties across cities", (_shared(survey), *_maps(survey))))
    if role:
        parts.append(Part("pay", "Pay and status", _pay(survey)))
    parts.append(Part("review", "Reviewer’s decision", (Review(_matters(survey)),)))
    if duties:
        said = Paragraph("Of the cities with a counterpart of the class: what that counterpart has for each duty.")
        parts.append(Part("counterparts", "Counterparts of each duty", (said, *_counterparts(survey)), appendix=True))
    if lacking := _lacking(survey):
        parts.append(Part("without", "Cities without a counterpart", lacking, appendix=True))
    parts.append(Part("subject", "What was looked for", _subject(survey), appendix=True))
    parts += [places_part(parts), Part("method", "Method", _method(survey), appendix=True)]
    title = title_of(role.document) if role else shortened(shown(survey.subject), _NAME_CHARS).rstrip(",;:")
    of = f"{employer_of(role.document)}. " if role else ""
    return Report(
        kind="Survey of cities",
        title=f"Counterparts of {title}" if role else f"Counterparts of a duty: {title}",
        subtitle=f"{of}{_summary(survey)}",
        parts=in_order(parts),
    )


def found(cell: CityCell, *, duty: bool) -> bool:
    """Whether a city has a counterpart: a document for a role, a statement of it for a duty."""
    return cell.document is not None and (not duty or cell.passage is not None)


def with_counterpart(survey: CitySurvey) -> int:
    """How many cities have a counterpart of what was asked for: duties are looked for in these alone."""
    return sum(found(cell, duty=False) for cell in survey.rows[0].cells) if survey.rows else 0


def duty_passages(survey: CitySurvey) -> list[Passage | None]:
    """The subject's own statement of each duty row; None where none has these words."""
    left = list(survey.role.counted) if survey.role else []
    passages: list[Passage | None] = []
    for row in survey.rows[1:]:
        same = next((p for p in left if quotation(p.text) == quotation(row.name)), None)
        passages.append(same)
        if same is not None:
            left.remove(same)  # two duties may have the same words
    return passages


def _summary(survey: CitySurvey) -> str:
    having = with_counterpart(survey)
    return f"{having} of {counted(len(survey.cities), 'city', 'cities')} {'has' if having == 1 else 'have'} a counterpart."


def _subject(survey: CitySurvey) -> tuple[Block, ...]:
    if survey.role is None:
        return (Paragraph(f"The duty: “{shown(survey.subject)}”"),)
    document = survey.role.document
    fields = [field for field in FIELDS if Trait.ALWAYS in field.traits and Trait.PAY not in field.traits]
    rows = (
        (fact("Asked for"), fact(survey.subject)),
        *((fact(field.caption), field_cell(document, field)) for field in fields),
        (fact("File"), fact(document.doc_id)),
        (fact("SHA-256 of its text"), fact(document.content_hash)),
    )
    return (Table("The class that was asked for", (Column("Fact", 24, Align.NAME), Column("Value", 76)), rows),)


def _cities(survey: CitySurvey) -> tuple[Block, ...]:
    """The cities with a counterpart; the others are named apart."""
    cells = survey.rows[0].cells if survey.rows else ()
    if not cells:
        return (Paragraph("There is no other city in the index."),)
    of_role = survey.role is not None
    columns = (
        Column("City", 18 if of_role else 24, Align.NAME),
        Column("Counterpart", 31 if of_role else 62),
        Column("How alike", 14),
        *(_ROLE_COLUMNS if of_role else ()),
    )
    rows = tuple(_city(survey, cell) for cell in cells if cell.document)
    said = (
        "How alike: in words, with the score and how many of 100 random pairs of classes of different employers are less alike. "
        "Covered: the share of the asked class’s duties that the counterpart has. "
        "Covers: the share of the counterpart’s duties that the asked class has."
        if of_role
        else "How alike: in words, with the score from 0 to 1."
    )
    found_ones = (Table("The best counterpart in each city, closest first", columns, rows), Paragraph(said)) if rows else ()
    lacking = len(cells) - len(rows)
    rest = f"{counted(lacking, 'city has', 'cities have')} no counterpart; the closest candidate of each stands in an appendix."
    return (Paragraph(_opening(survey)), *found_ones, *((Paragraph(rest),) if lacking else ()))


def _opening(survey: CitySurvey) -> str:
    """What the survey comes to, in a sentence or two."""
    best = next((cell for cell in survey.rows[0].cells if cell.document), None)
    if best is None or best.document is None:
        return f"No city of {len(survey.cities)} has a counterpart{' of this class' if survey.role else ''}."
    verdicts = Counter(str(survey.comparisons[cell.city][0]) if cell.city in survey.comparisons else "not compared" for cell in survey.rows[0].cells if cell.document)
    each = ", ".join(f"{verdicts[name]} {name}" for name in (*map(str, Verdict), "not compared") if verdicts[name])
    closest = f"The closest is {title_of(best.document)} of {shown(best.city)}"
    of = f" of {title_of(survey.role.document)}: {each}" if survey.role else " of this duty"
    return f"{_summary(survey).rstrip('.')}{of}. {closest}, which is {_how_alike_in_words(survey, best)}."


def _how_alike_in_words(survey: CitySurvey, cell: CityCell) -> str:
    return of_roles(cell.percentile) if survey.role else of_duties(cell.score)


def _lacking(survey: CitySurvey) -> tuple[Block, ...]:
    """The cities without a counterpart, each with its closest candidate, and what was rejected there; nothing where all have one."""
    cells = [cell for row in survey.rows[:1] for cell in row.cells if cell.document is None]
    columns = (Column("City", 24, Align.NAME), Column("Closest candidate", 56), Column("How alike", 20))
    rows = tuple((fact(cell.city), (*_closest(cell), *_rejected(cell)), _how_alike(survey, cell)) for cell in cells)
    return (Table("Cities without a counterpart, and the closest candidate of each", columns, rows),) if rows else ()


def _pay(survey: CitySurvey) -> tuple[Block, ...]:
    """What the asked class and its counterparts state as pay."""
    asked = [survey.role.document] if survey.role else []
    documents = [*asked, *(cell.document for row in survey.rows[:1] for cell in row.cells if cell.document)]
    fields = [field for field in FIELDS if Trait.PAY in field.traits]
    columns = (Column("Class", 34, Align.NAME), *(Column(field.caption, 22) for field in fields))
    rows = tuple(((Fact(title_of(one), employer_of(one)),), *(field_cell(one, field) for field in fields)) for one in documents)
    return (Table("Pay, FLSA status and bargaining unit, as the documents print them; the asked class first", columns, rows), Paragraph(PAY_NOTE))


def _decided(cell: CityCell) -> str:
    """What a reviewer decided about a counterpart; "" if nothing."""
    return shown(said(cell.standing)) if cell.standing else ""


def _city(survey: CitySurvey, cell: CityCell) -> tuple[Cell, ...]:
    """A row of a city with a counterpart."""
    assert cell.document is not None
    name, decided, alike = fact(cell.city), _decided(cell), _how_alike(survey, cell)
    quoted = (quote(cell.document, cell.passage),) if cell.passage else ()
    counterpart = (_class(cell.document), *quoted, *_rejected(cell))
    if survey.role is None:
        return (name, counterpart, alike)
    compared = survey.comparisons.get(cell.city)
    if compared is None:
        return (name, counterpart, alike, fact("not compared", decided), fact("–"), fact("–"))
    verdict, covered, covers = compared
    return (name, counterpart, alike, fact(verdict.capitalize(), decided), fact(percent(covered)), fact(percent(covers)))


def _rejected(cell: CityCell) -> Cell:
    """What reviewers rejected in a city."""
    return tuple(Fact(f"{title_of(document)}: {shown(said(standing))}", shown(document.doc_id)) for document, standing in cell.rejected)


def _closest(cell: CityCell) -> Cell:
    """The closest candidate of a city without a counterpart."""
    return (Fact(title_of(cell.closest), "; ".join(filter(None, (shown(cell.closest.doc_id), _decided(cell))))),) if cell.closest else fact("none", _decided(cell))


def _how_alike(survey: CitySurvey, cell: CityCell) -> Cell:
    """In words and figures, also of what is no counterpart."""
    if cell.document is None and not cell.score:
        return fact("–")
    words = _how_alike_in_words(survey, cell)
    figures = f"{cell.score:.2f}" + (f"; {percentile_text(cell.percentile)} of 100" if cell.percentile is not None and survey.role else "")
    return (Fact(words, figures),)


def _class(document: Document) -> Fact:
    code, state = document.source.class_code, document.source.state
    about = (f"code {shown(code)}" if code else "", shown(state) if state else "", shown(document.doc_id))
    return Fact(title_of(document), ", ".join(filter(None, about)), address(document.source.url))


# --- duties ----------------------------------------------------------------------------------------


def _shared(survey: CitySurvey) -> Table:
    """The duties with the numbers that the map and the tables below refer to, and how widely they are shared."""
    rows, compared = [], with_counterpart(survey)
    for number, (row, passage) in enumerate(zip(survey.rows[1:], duty_passages(survey), strict=True), 1):
        own: Cell = (quote(survey.role.document, passage),) if survey.role and passage else fact(row.name)
        having = sum(found(cell, duty=True) for cell in row.cells)
        rows.append((fact(str(number)), own, fact(f"{having} of {compared}")))
    columns = (Column("No.", 7, Align.NAME), Column("Duty of the asked class", 73), Column("Counterparts that have it", 20, Align.NUMBER))
    looked = counted(compared, "city", "cities")
    said = f"The duties of the asked class, and how many of its counterparts have each: the {looked} with a counterpart of the class; in no other city was looked for duties"
    return Table(said, columns, tuple(rows))


def _maps(survey: CitySurvey) -> Iterator[HeatMap]:
    """Heat maps of the cities with a counterpart, each of so many cities and duties as can be read on a page."""
    names = ("Class", *(str(number) for number in range(1, len(survey.rows))))
    columns_of_cells = (_heat(row, duty=bool(i)) for i, row in enumerate(survey.rows))
    lines = zip(survey.cities, zip(*columns_of_cells, strict=True), strict=True)
    having = [(shortened(shown(city), 30), line) for city, line in lines if line[0].strength is not None]
    cities, cells = tuple(city for city, _ in having), tuple(line for _, line in having)
    for top in _starts(len(cities), _CITIES_A_MAP):
        for left in _starts(len(names), _DUTIES_A_MAP):
            rows, columns = _chunk(len(cities), _CITIES_A_MAP, top), _chunk(len(names), _DUTIES_A_MAP, left)
            whole = len(cities) <= _CITIES_A_MAP and len(names) <= _DUTIES_A_MAP
            part = "" if whole else f": cities {rows.start + 1} to {rows.stop}, columns {names[columns.start]} to {names[columns.stop - 1]}"
            yield HeatMap(
                caption=f"Which city with a counterpart has which duty{part}. In colour with its score: a counterpart, the darker the closer; –: none. "
                "Class: the class as a whole, whose scores have a scale of their own; columns are numbered as the duties above.",
                description="; ".join(
                    f"{city}: {sum(cell.strength is not None for cell in line[1:])} of {counted(len(names) - 1, 'duty', 'duties')}"
                    for city, line in zip(cities[rows], cells[rows], strict=True)
                ),
                key=f"map-{top}-{left}",
                columns=names[columns],
                rows=cities[rows],
                cells=tuple(line[columns] for line in cells[rows]),
            )


def _starts(count: int, most: int) -> range:
    return range(-(-count // most))


def _chunk(count: int, most: int, number: int) -> slice:
    """One of the fewest slices of nearly equal length."""
    chunks = -(-count // most)
    return slice(count * number // chunks, count * (number + 1) // chunks)


def _heat(row: CityRow, *, duty: bool) -> list[HeatCell]:
    """Cells of a row; a duty's strength is its score, a role's its score beside the best."""
    scores = [cell.score for cell in row.cells if found(cell, duty=duty)]
    most = 1.0 if duty else max([*scores, 1e-9])
    return [
        HeatCell(_score(cell.score, duty=duty), min(max(cell.score / most, 0.0), 1.0)) if found(cell, duty=duty) else HeatCell("–", None)
        for cell in row.cells
    ]


def _score(score: float, *, duty: bool) -> str:
    return f"{score:.2f}".removeprefix("0") if duty else f"{score:.1f}"


def _counterparts(survey: CitySurvey) -> Iterator[Block]:
    columns = (Column("City", 24, Align.NAME), Column("How alike", 11), Column("Counterpart", 65))
    for number, row in enumerate(survey.rows[1:], 1):
        name = shortened(shown(row.name), _NAME_CHARS).rstrip(",;:")
        yield Heading(f"{number}. {name}")
        rows = tuple(
            (fact(city), (Fact(of_duties(cell.score), f"{cell.score:.2f}"),), (Fact(title_of(cell.document), _decided(whole)), quote(cell.document, cell.passage)))
            for city, whole, cell in zip(survey.cities, survey.rows[0].cells, row.cells, strict=True)
            if cell.document and cell.passage
        )
        if rows:
            yield Table(f"Counterparts of duty {number}", columns, rows)
        lacking = [
            shown(city) + (f" ({cell.score:.2f})" if cell.score > 0 else "")
            for city, whole, cell in zip(survey.cities, survey.rows[0].cells, row.cells, strict=True)
            if whole.document and not found(cell, duty=True)
        ]
        if lacking:
            yield Paragraph(f"Without this duty: {'; '.join(lacking)}.")
        elif not rows:
            yield Paragraph("No city has a counterpart.")


# --- method and review -----------------------------------------------------------------------------


def _method(survey: CitySurvey) -> tuple[Block, ...]:
    rows = [("Threshold of a counterpart", f"{survey.threshold:.2f}")]
    if survey.role:
        rows.append(("Threshold of a duty’s counterpart", f"{survey.duty_threshold:.2f}"))
        rows.append(("Percentile", "how many of 100 random pairs of classes of different employers are less alike"))
    return (
        Paragraph(
            "In each city the closest candidate is taken; it is a counterpart if it reaches the threshold. "
            "A candidate that a reviewer accepted is taken before all others, one that he rejected is not, unless a text has changed since. "
            "A high score says that texts mean similar things; whether the jobs are comparable is for the reviewer to decide."
        ),
        method_table(survey.method, rows),
    )


def _matters(survey: CitySurvey) -> tuple[str, ...]:
    """The counterparts to be decided on, with what was decided already; the survey itself where there is none."""
    cells = zip(survey.cities, survey.rows[0].cells, strict=True) if survey.rows else ()
    names = [f"{shown(city)}: {title_of(cell.document)}{f' ({_decided(cell)})' if cell.standing else ''}" for city, cell in cells if cell.document]
    return tuple(names) or ("This survey",)
