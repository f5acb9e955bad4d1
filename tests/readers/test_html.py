"""Pages of HTML: noise, structure, tables and character sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources import HEADING, ITEM, PARAGRAPH, ROW, bold, lines, read_one, styled
from specsearch.records import SourceText


def html(folder: Path, body: str, head: str = "") -> SourceText:
    return read_one(folder, "x.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a href=/>Noise</a></nav>",
        "<footer>Noise</footer>",
        "<script>var noise = '<p>Noise</p>'</script>",
        "<style>.noise { color: red }</style>",
        "<noscript>Noise</noscript>",
        "<div role=navigation>Noise</div>",
        "<div style='display: none'>Noise</div>",
        "<p hidden>Noise</p>",
        "<!-- Noise -->",
        "<select><option>Noise</select>",
        "<svg><text>Noise</text></svg>",
    ],
    ids=lambda noise: noise[1:12],
)
def test_html_noise_is_dropped(tmp_path: Path, noise: str) -> None:
    """Navigation, scripts and hidden parts are not part of the document, and what stands around them is."""
    assert lines(html(tmp_path, f"<p>Reads meters.</p>{noise}<p>Reports leaks.</p>")) == ["Reads meters.", "Reports leaks."]


def test_html_headings_lists_and_breaks(tmp_path: Path) -> None:
    """Headings, nested lists and line breaks give blocks in reading order; marks and breaks inside a sentence do not divide it."""
    source = html(
        tmp_path,
        "<h1>Meter Reader</h1><p>Reads wa<i>ter</i> meters<br>and gas&nbsp;meters &amp; more.<br>Town of Elm Fork</p>"
        "<ul><li>Reports:<ul><li>leaks</li><li><p>broken lids</p></li></ul>to the dispatcher</li><li>Explains bills</li></ul>"
        "<dl><dt>Pay</dt><dd>Grade 7</dd></dl>",
        "<title>Meter Reader - Town of Alder Fork</title>",
    )
    assert styled(source) == [
        (HEADING, "Meter Reader"),
        (PARAGRAPH, "Reads water meters and gas meters & more."),
        (PARAGRAPH, "Town of Elm Fork"),
        (ITEM, "Reports:"),
        (ITEM, "leaks"),
        (ITEM, "broken lids"),
        (PARAGRAPH, "to the dispatcher"),
        (ITEM, "Explains bills"),
        (PARAGRAPH, "Pay"),
        (PARAGRAPH, "Grade 7"),
    ]
    assert source.fields == {"page_title": "Meter Reader - Town of Alder Fork"}


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        pytest.param("Clears paths of<br>fallen trees and<br/>paints the signs.", ["Clears paths of fallen trees and paints the signs."], id="function-words"),
        pytest.param("Clears the long<br>paths each morning.<br>Paints the<br>signs.", ["Clears the long paths each morning.", "Paints the signs."], id="wrapped"),
        pytest.param("Reads meters,<br>Ashland included.", ["Reads meters, Ashland included."], id="comma"),
        pytest.param("Tools:<br>hammer<br>saw<br>drill", ["Tools:", "hammer", "saw", "drill"], id="list-in-small-letters"),
        pytest.param("Clears paths<br>Paints signs<br>Feeds ducks", ["Clears paths", "Paints signs", "Feeds ducks"], id="list"),
        pytest.param("Clears paths of<br><br>fallen trees", ["Clears paths of", "fallen trees"], id="blank-line"),
        pytest.param("<b>Duties</b><br>Clears paths.", ["Duties", "Clears paths."], id="heading"),
    ],
)
def test_html_line_breaks(tmp_path: Path, markup: str, found: list[str]) -> None:
    """A line break ends a block, unless it stands inside a sentence."""
    assert lines(html(tmp_path, f"<p>{markup}</p>")) == found


def test_html_headings_over_lines(tmp_path: Path) -> None:
    """A heading is one, on however many lines it stands."""
    assert styled(html(tmp_path, "<h2>Essential<br>Functions</h2><p>Reads meters.</p>")) == [(HEADING, "Essential Functions"), (PARAGRAPH, "Reads meters.")]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        pytest.param("<p><b>DUTIES</b></p>", ["DUTIES"], id="b"),
        pytest.param("<div><strong><u>Duties</u></strong>:</div>", ["Duties:"], id="strong-and-colon"),
        pytest.param("<p><span style='font-weight: 700'>Duties</span></p>", ["Duties"], id="style"),
        pytest.param("<p><font size='+2'>Duties</font></p>", ["Duties"], id="font-size"),
        pytest.param("<p><b>Examples</b> (illustrative only)</p>", ["Examples (illustrative only)"], id="remark"),
        pytest.param("<p><b>Education:</b> A diploma.</p>", ["Education:"], id="bold-lead"),
        pytest.param("<p>Reads <b>all</b> meters.</p>", [], id="bold-word"),
        pytest.param("<p>Reads meters.</p>", [], id="plain"),
    ],
)
def test_html_bold(tmp_path: Path, markup: str, found: list[str]) -> None:
    """Text that is set apart is known as such: whole blocks, and bold runs at their start."""
    assert bold(html(tmp_path, markup)) == found


def test_html_table_of_data(tmp_path: Path) -> None:
    """A row of short cells is one block; rows of record labels give a block a pair."""
    source = html(
        tmp_path,
        "<table><tr><th>Class Code</th><td>4120</td><th>Pay Grade</th><td>G-7</td></tr>"
        "<tr><td>Union</td><td>Local <b>9</b></td></tr><tr><td>Monday</td><td>8 hours</td><td>Route 1</td></tr></table>",
    )
    assert styled(source) == [
        (ROW, "Class Code | 4120"),
        (ROW, "Pay Grade | G-7"),
        (ROW, "Union | Local 9"),
        (ROW, "Monday | 8 hours | Route 1"),
    ]


def test_html_table_with_header(tmp_path: Path) -> None:
    """The names of columns are set apart from the rows below them."""
    source = html(tmp_path, "<table><tr><th>Task</th><th>Share</th></tr><tr><td>Clears paths</td><td>40%</td></tr><tr><td>Counts trout</td><td>60%</td></tr></table>")
    assert styled(source) == [(ROW, "Task | Share"), (ROW, "Clears paths | 40%"), (ROW, "Counts trout | 60%")]
    assert bold(source) == ["Task | Share"]


CRITERIA = [(ROW, "Essential"), (ROW, "Education | Degree in biology"), (ROW, "Skills | Reads maps"), (ROW, "Desirable"), (ROW, "Skills | Speaks Spanish")]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("<tr><th></th><th>Essential</th><th>Desirable</th></tr><tr><td>Education</td><td>Degree in biology</td><td></td></tr><tr><td>Skills</td><td>Reads maps</td><td>Speaks Spanish</td></tr>", id="columns"),
        pytest.param("<tr><td></td><td>Essential</td><td>Desirable</td></tr><tr><td>Education</td><td><ul><li>Degree in biology</li></ul></td><td></td></tr><tr><td>Skills</td><td><p>Reads maps</p></td><td><p>Speaks Spanish</p></td></tr>", id="lists-in-cells"),
        pytest.param("<tr><th>Area</th><th>Criterion</th><th>Essential</th><th>Desirable</th></tr><tr><td>Education</td><td>Degree in biology</td><td>✓</td><td></td></tr><tr><td>Skills</td><td>Reads maps</td><td>x</td><td></td></tr><tr><td>Skills</td><td>Speaks Spanish</td><td></td><td>Yes</td></tr>", id="ticks"),
        pytest.param("<tr><th>Area</th><th>Criterion</th><th>Essential/Desirable</th></tr><tr><td>Education</td><td>Degree in biology</td><td>E</td></tr><tr><td>Skills</td><td>Reads maps</td><td>Essential</td></tr><tr><td>Skills</td><td>Speaks Spanish</td><td>D</td></tr>", id="letters"),
    ],
)  # fmt: skip
def test_html_person_specification(tmp_path: Path, rows: str) -> None:
    """Each criterion is a row of its own, below the name of the column that it stands in or is marked in."""
    source = html(tmp_path, f"<table>{rows}</table>")
    assert styled(source) == CRITERIA
    assert bold(source) == ["Essential", "Desirable"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        pytest.param("Reads maps:<ul><li>of trails</li><li>of pipes</li></ul>", ["Reads maps:", "of trails", "of pipes"], id="beside-a-list"),
        pytest.param("<ul><li>Reads maps<ul><li>of trails</li></ul></li></ul>", ["Reads maps", "of trails"], id="list-in-a-list"),
        pytest.param("Reads maps.<br>Sings.", ["Reads maps.", "Sings."], id="line-break"),
        pytest.param("Reads <b>ma</b>ps<span hidden>Noise</span>", ["Reads maps"], id="hidden"),
    ],
)
def test_html_lines_of_a_criterion(tmp_path: Path, cell: str, found: list[str]) -> None:
    """Each block of a cell is a criterion, whatever markup stands beside it."""
    source = html(tmp_path, f"<table><tr><th>Essential</th><th>Desirable</th></tr><tr><td>{cell}</td><td>Climbs</td></tr></table>")
    assert lines(source) == ["Essential", *found, "Desirable", "Climbs"]


def test_html_person_specification_with_headings(tmp_path: Path) -> None:
    """A heading over all columns of a person specification is kept, and so is what no column is ticked for."""
    header = "<tr><th>Area</th><th>Essential</th><th>Desirable</th></tr>"
    assert lines(html(tmp_path, f"<table>{header}<tr><td colspan=3>Skills</td></tr><tr><td>Maps</td><td>Reads maps</td><td></td></tr></table>")) == ["Area | Essential | Desirable", "Skills", "Maps | Reads maps"]
    assert lines(html(tmp_path, f"<table>{header}<tr><td>Reads maps</td><td>-</td><td></td></tr></table>")) == ["Area | Essential | Desirable", "Reads maps | -"]


@pytest.mark.parametrize("rows", ["<tr><th>Task</th><th>Share</th></tr>{0}<tr><td>Clears paths</td><td>40%</td></tr>", "<tr><th>Area</th><th>Essential</th><th>Desirable</th></tr>{0}<tr><td>Skills</td><td>Reads maps</td><td>Sings</td></tr>"])
@pytest.mark.parametrize("noise", ["<tr style='display:none'><td>Noise</td><td>Noise</td><td>Noise</td></tr>", "<tbody hidden><tr><td>Noise</td><td>Noise</td><td>Noise</td></tr></tbody>"])
def test_html_hidden_rows_of_tables_with_header(tmp_path: Path, rows: str, noise: str) -> None:
    """Rows that a page does not show are no rows, wherever they stand."""
    shown = html(tmp_path, f"<table>{rows.format('')}</table>")
    assert styled(html(tmp_path, f"<table>{rows.format(noise)}</table>")) == styled(shown)
    assert styled(html(tmp_path, f"<table>{noise}{rows.format('')}</table>")) == styled(shown)


@pytest.mark.parametrize("rows", ["<tr><th>Task</th><th>Share</th></tr><tr><td>Clears paths</td><td>40%</td></tr>", "<tr><th>Area</th><th>Essential</th><th>Desirable</th></tr><tr><td>Skills</td><td>Reads maps</td><td>Sings</td></tr>"])
def test_html_caption(tmp_path: Path, rows: str) -> None:
    """What stands above a table is read, before its rows; an empty caption is none."""
    assert lines(html(tmp_path, f"<table><caption>Work of the crew</caption>{rows}</table>"))[0] == "Work of the crew"
    assert styled(html(tmp_path, f"<table><caption> </caption>{rows}</table>")) == styled(html(tmp_path, f"<table>{rows}</table>"))


def test_html_header_over_lines(tmp_path: Path) -> None:
    """The words of a column's name stay apart, on however many lines they stand."""
    assert lines(html(tmp_path, "<table><tr><th>Main<br>task</th><th>Share</th></tr><tr><td>Clears paths</td><td>40%</td></tr></table>"))[0] == "Main task | Share"


def test_html_table_for_layout(tmp_path: Path) -> None:
    """A table that lays out the page is read as paragraphs, with a short first cell as heading of its row."""
    source = html(
        tmp_path,
        "<table><tr><td>Meter Reader</td></tr><tr><td>Duties</td><td><ul><li>Reads meters.</li><li>Reports leaks.</li></ul></td></tr>"
        "<tr><td>Education</td><td><p>A diploma.</p><p>Or experience.</p></td></tr></table>",
    )
    assert styled(source) == [
        (PARAGRAPH, "Meter Reader"),
        (PARAGRAPH, "Duties"),
        (ITEM, "Reads meters."),
        (ITEM, "Reports leaks."),
        (PARAGRAPH, "Education"),
        (PARAGRAPH, "A diploma."),
        (PARAGRAPH, "Or experience."),
    ]
    assert bold(source) == ["Duties", "Education"]


def test_html_words_of_table_cells_stay_whole(tmp_path: Path) -> None:
    """A change of font inside a word of a table cell does not divide the word."""
    # BUG: the cell's pieces are joined with spaces: "Reads wa ter meters".
    source = html(tmp_path, "<table><tr><td>Task</td><td>Reads wa<b>ter</b> meters</td></tr></table>")
    assert lines(source) == ["Task | Reads water meters"]


def test_html_preformatted_text(tmp_path: Path) -> None:
    """A page that is one <pre> is read line by line."""
    assert lines(html(tmp_path, "<pre>METER READER\n\nReads meters.\n- Reports leaks.</pre>")) == [
        "METER READER",
        "Reads meters.",
        "- Reports leaks.",
    ]


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote"])
def test_html_depth(tmp_path: Path, tag: str) -> None:
    """A page nested 5,000 elements deep is read like any other."""
    assert lines(html(tmp_path, f"<{tag}>" * 5000 + "Reads meters.")) == ["Reads meters."]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param("<meta charset=windows-1252><p>Café’s</p>".encode("cp1252"), "Café’s", id="cp1252"),
        pytest.param("<meta charset=iso-8859-1><p>Café’s</p>".encode(), "Café’s", id="says-latin-1-is-utf-8"),
        pytest.param("<p>Café’s</p>".encode("cp1252"), "Café’s", id="undeclared-cp1252"),
        pytest.param("<meta charset='shift_jis'><p>東京 clerk</p>".encode("shift_jis"), "東京 clerk", id="declared-shift-jis"),
        pytest.param("<meta charset=no-such-set><p>Café</p>".encode(), "Café", id="unknown-set"),
    ],
)
def test_html_character_sets(tmp_path: Path, content: bytes, line: str) -> None:
    """An unusual declared character set is believed, the usual ones are found from the bytes."""
    assert lines(read_one(tmp_path, "x.html", content)) == [line]


def test_html_levels_of_headings(tmp_path: Path) -> None:
    """The level of a heading is kept, and other blocks have none."""
    source = html(tmp_path, "<h2>Duties</h2><p>Reads meters.</p><h3>Routes<br>North</h3><p>Walks.</p>")
    assert [block.level for block in source.blocks] == [2, 0, 3, 0]
