"""What files state beside their text: linked data and tags of pages, front matter, columns by meaning, properties of Word files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from sources import ROW, TITLE, check, lines, read, read_one, styled
from specsearch.escaping import decoded
from specsearch.readers.html import parse_html
from specsearch.readers.page_data import fields_of_page, postings_of
from specsearch.readers.rows import canonical_name
from specsearch.records import SourceText

POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Meter Reader II",
    "datePosted": "2031-04-02",
    "hiringOrganization": {"@type": "Organization", "name": "City of Elm Fork"},
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Elm Fork", "addressRegion": "ID", "addressCountry": "US"}},
}
STATED = {"title": "Meter Reader II", "jurisdiction": "City of Elm Fork", "state": "ID", "country": "US"}


def page(folder: Path, *data: object, head: str = "", body: str = "<p>Reads meters.</p>") -> SourceText:
    scripts = "".join(f"<script type='application/ld+json'>{one if isinstance(one, str) else json.dumps(one)}</script>" for one in data)
    return read_one(folder, "x.html", f"<html><head>{head}{scripts}</head><body>{body}</body></html>")


# --- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([POSTING], id="alone"),
        pytest.param([[{"@type": "WebSite", "name": "Jobs"}, POSTING]], id="list"),
        pytest.param([{"@context": "x", "@graph": [{"@type": "Organization", "name": "Jobs"}, POSTING]}], id="graph"),
        pytest.param([POSTING, POSTING], id="twice"),
        pytest.param([{**POSTING, "@type": ["Thing", "http://schema.org/JobPosting"]}], id="type-as-address"),
        pytest.param(["{ broken", POSTING], id="beside-a-broken-one"),
        pytest.param([{"@type": "WebPage", "mainEntity": POSTING}], id="main-entity"),
        pytest.param([{**POSTING, "hiringOrganization": "City of Elm Fork"}], id="organisation-by-name"),
        pytest.param([{**POSTING, "jobLocation": [POSTING["jobLocation"]] * 2}], id="places"),
        pytest.param([{**POSTING, "title": "Meter Reader&amp;nbsp;II"}], id="entities"),
    ],
)
def test_linked_data_of_a_posting(tmp_path: Path, data: list[object]) -> None:
    """A page with one posting as linked data states what that says, and its text stays what is shown."""
    source = page(tmp_path, *data)
    assert source.fields == STATED
    assert lines(source) == ["Reads meters."]


@pytest.mark.parametrize(
    ("member", "field", "value"),
    [
        ({"hiringOrganization": {"name": "Elections", "parentOrganization": {"name": "Tarn County"}}}, ("jurisdiction", "department"), ("Tarn County", "Elections")),
        ({"hiringOrganization": {"name": "Tarn County", "department": {"name": "Elections"}}}, ("jurisdiction", "department"), ("Tarn County", "Elections")),
        ({"employmentUnit": {"name": "Water Division"}}, ("department",), ("Water Division",)),
        ({"jobLocation": {"address": {"addressRegion": "OR", "addressCountry": {"@type": "Country", "name": "US"}}}}, ("state", "country"), ("OR", "US")),
        ({"jobLocation": [{"address": {"addressRegion": "OR"}}, {"address": {"addressRegion": "WA"}}]}, ("state",), (None,)),
        ({"jobLocation": {"address": "12 Mill Road, Elm Fork"}}, ("state",), (None,)),
        ({"baseSalary": {"currency": "USD", "value": {"minValue": 52000, "maxValue": "61500.50", "unitText": "YEAR"}}}, ("salary_range",), ("$52,000 - $61,500.50 per year",)),
        ({"baseSalary": {"currency": "CAD", "value": {"value": 31.4, "unitText": "HOUR"}}}, ("salary_range",), ("CAD 31.40 per hour",)),
        ({"baseSalary": {"currency": "USD", "value": {"minValue": 0, "maxValue": 0}}}, ("salary_range",), (None,)),
        ({"baseSalary": "Grade 14"}, ("salary_range",), ("Grade 14",)),
        ({"baseSalary": {"value": {"minValue": "by agreement"}}}, ("salary_range",), (None,)),
        ({"url": "https://elmfork.example/jobs/7"}, ("url",), ("https://elmfork.example/jobs/7",)),
        ({"occupationalCategory": "43-5041", "identifier": {"value": "R-77"}}, ("class_code", "effective_date"), (None, None)),
    ],
)
def test_members_of_linked_data(tmp_path: Path, member: dict[str, object], field: tuple[str, ...], value: tuple[str | None, ...]) -> None:
    """Each member means what schema.org says; places that differ state nothing, and numbers of postings are no codes of classes."""
    fields = page(tmp_path, {**POSTING, **member}).fields
    assert tuple(fields.get(name) for name in field) == value


def test_page_of_several_postings(tmp_path: Path) -> None:
    """A page with several postings is about none of them; their titles are kept."""
    fields = page(tmp_path, POSTING, {**POSTING, "title": "Clerk"}).fields
    assert fields == {"listed_titles": "Meter Reader II\nClerk"}


def test_page_refers_to_other_postings(tmp_path: Path) -> None:
    """What a posting refers to is not what its page is about."""
    assert page(tmp_path, {**POSTING, "relatedLink": {**POSTING, "title": "Clerk"}}).fields == STATED


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("{", id="cut-off"),
        pytest.param("", id="empty"),
        pytest.param("[" * 5000 + '"JobPosting"' + "]" * 5000, id="deep"),
        pytest.param('{"@type": "JobPosting", "title": 7, "hiringOrganization": [], "jobLocation": [[]], "baseSalary": [null]}', id="wrong-kinds"),
        pytest.param('{"@type": {"JobPosting": 1}}', id="type-as-object"),
        pytest.param(json.dumps({**POSTING, "description": "x" * 1_000_000}), id="huge"),
        pytest.param(json.dumps({"@graph": [{"@graph": [{"@graph": [{"@graph": [{"@graph": [POSTING]}]}]}]}]}), id="deep-inside"),
    ],
)
def test_linked_data_that_is_none(tmp_path: Path, data: str) -> None:
    """Linked data that is broken, huge or nested beyond use states nothing, and the page is read."""
    source = page(tmp_path, data)
    assert source.fields == {}
    assert lines(source) == ["Reads meters."]


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("<title>Meter Reader</title><meta property=og:title content=Other>", {"page_title": "Meter Reader"}),
        ("<meta property=og:title content='Meter Reader'>", {"page_title": "Meter Reader"}),
        ("<title> </title><meta name=DCTERMS.title content='Meter Reader'>", {"page_title": "Meter Reader"}),
        ("<meta property='og:site_name' content='Elm Fork Jobs'>", {"site_name": "Elm Fork Jobs"}),
        ("<meta name=application-name content='Elm Fork'>", {"site_name": "Elm Fork"}),
        ("<meta name=author content='A. Writer'><meta name=dc.publisher content='Tarn County'>", {"publisher": "Tarn County"}),
        ("<meta name=author content='Tarn County'>", {"publisher": "Tarn County"}),
        ("<title>Parks &amp;amp; Trees</title>", {"page_title": "Parks & Trees"}),
        ("<meta name=description content='Reads'><meta charset=utf-8><meta name=author>", {}),
    ],
)
def test_tags_of_a_page(tmp_path: Path, head: str, fields: dict[str, str]) -> None:
    """Title and meta tags name the page, its site and who publishes it, each under a name of its own."""
    assert page(tmp_path, head=head).fields == fields


def test_page_that_scripts_put_together(tmp_path: Path) -> None:
    """A page without text of its own has that of its posting."""
    posting = {**POSTING, "description": "&lt;p&gt;Reads meters.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Reports leaks.&lt;/li&gt;&lt;/ul&gt;", "qualifications": "A diploma."}
    source = page(tmp_path, posting, body="<div id=app></div>")
    check(source)
    assert lines(source) == ["Meter Reader II", "Reads meters.", "Reports leaks.", "Qualifications", "A diploma."]
    assert source.fields == STATED


_json = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.sampled_from(["JobPosting", "@graph"])), lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["@type", "@graph", "title", "hiringOrganization", "jobLocation", "address", "addressRegion", "baseSalary", "value", "minValue", "name", "description"]), inner, max_size=4)), max_leaves=12)


@given(st.lists(_json, max_size=3))
def test_any_linked_data_is_read(values: list[object]) -> None:
    """Whatever the linked data is, it states texts or nothing."""
    fields = fields_of_page("", (), postings_of(json.dumps({"@type": "JobPosting", "x": value} if not isinstance(value, dict) else value) for value in values))
    assert all(map(len, fields.values()))
    check(parse_html("".join(f"<script type='application/ld+json'>{json.dumps(value)}</script>" for value in values)))


# --- entities --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Safety &amp; Health", "Safety & Health"),
        ("Safety &amp;amp; Health", "Safety & Health"),
        ("Clerk&#39;s &quot;Office&quot; &#x2014; Elm", "Clerk's \"Office\" — Elm"),
        ("R&D, AT&T, P&L; a&b=c", "R&D, AT&T, P&L; a&b=c"),
        ("?a=1&copy=2&region=3", "?a=1&copy=2&region=3"),
        ("no entity", "no entity"),
    ],
)
def test_entities(text: str, plain: str) -> None:
    """Entities become their characters, encoded once or twice; an ampersand without a semicolon is none."""
    assert decoded(text) == plain


def test_entities_in_files(tmp_path: Path) -> None:
    """Tables, JSON and HTML are decoded as they are read; a plain text stays the file's own."""
    row = read_one(tmp_path, "x.csv", "title,department,description\nSafety &amp; Health Officer,Parks &amp; Trees,Plans &amp; checks work.\n")
    assert row.fields == {"title": "Safety & Health Officer", "department": "Parks & Trees"}
    assert "&amp;" not in row.text
    item = read_one(tmp_path, "x.json", json.dumps({"title": "Clerk", "description": "&lt;p&gt;Files papers.&lt;/p&gt;&lt;p&gt;Greets.&lt;/p&gt;", "duties": ["Files &amp; copies."]}))
    assert lines(item) == ["Clerk", "Files papers.", "Greets.", "Duties", "Files & copies."]
    assert lines(page(tmp_path, body="<p>Safety &amp;amp; Health</p><table><tr><td>A &amp;amp; B<td>C</table><pre>D &amp;amp; E</pre>")) == ["Safety & Health", "A & B | C", "D & E"]
    assert read_one(tmp_path, "x.txt", "Safety &amp; Health\n").text == "Safety &amp; Health\n"


# --- front matter ----------------------------------------------------------------------------------


def test_front_matter(tmp_path: Path) -> None:
    """Names and values between rules at the top are rows of the text; those of metadata are stated, too."""
    text = "---\ntitle: 'Meter Reader'\nEmployer: City of Elm Fork\nstate: ID\nlayout: job\ntags:\n  - water\n---\n\n# Meter Reader\n\nReads meters.\n"
    source = read_one(tmp_path, "x.md", text)
    assert source.fields == {"title": "Meter Reader", "jurisdiction": "City of Elm Fork", "state": "ID"}
    assert styled(source)[:4] == [(ROW, "title: Meter Reader"), (ROW, "Employer: City of Elm Fork"), (ROW, "state: ID"), (ROW, "layout: job")]
    assert lines(source)[-2:] == ["Meter Reader", "Reads meters."]
    assert (TITLE, "Meter Reader") in styled(source)
    assert "- water" in source.text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\nReads meters all day.\n---\nReports leaks.\n", id="text-between-rules"),
        pytest.param("---\ntitle: Meter Reader\nReads meters.\n", id="never-closed"),
        pytest.param("# Meter Reader\n\n---\ntitle: Clerk\n---\n", id="not-at-the-top"),
        pytest.param("---\ntitle: Meter Reader\nReads meters and more.\n---\n", id="sentence-inside"),
        pytest.param("---\n---\nReads meters.\n", id="empty"),
        pytest.param("\n\n", id="blank"),
    ],
)
def test_no_front_matter(tmp_path: Path, text: str) -> None:
    """Rules elsewhere, or around something else, are rules."""
    if text.strip():
        assert read_one(tmp_path, "x.md", text).fields == {}


# --- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PositionTitle", "position-title", "Position Title ", "POSITION TITLE", "positiontitle", "POSITIONTITLE", "position_title"])
def test_canonical_names(name: str) -> None:
    """However a name is written, it is one."""
    assert canonical_name(name) == "position_title"


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"Business Title": "Water Intern", "Civil Service Title": "AIDE II", "Agency": "Elm Fork"}, {"title": "AIDE II", "jurisdiction": "Elm Fork"}),
        ({"Business Title": "Water Intern"}, {"title": "Water Intern"}),
        ({"Working title": "Pump Lead", "Class Title": "Mechanic II"}, {"title": "Mechanic II"}),
        ({"PositionTitle": "Clerk", "OrganizationName": "Tarn County"}, {"title": "Clerk", "jurisdiction": "Tarn County"}),
        ({"Job Title": "Clerk", "Employer Name": "Tarn County", "City": "Lodge"}, {"title": "Clerk", "jurisdiction": "Tarn County"}),
        ({"Posting Title": "Clerk", "Hiring Agency": "Tarn County", "Department Name": "Roads"}, {"title": "Clerk", "jurisdiction": "Tarn County", "department": "Roads"}),
        ({"Title": "Clerk", "Hiring Organization": "Tarn County", "State/Province": "OR"}, {"title": "Clerk", "jurisdiction": "Tarn County", "state": "OR"}),
        ({"Title": "Clerk", "Agency Code": "044", "Company Size": "200", "Division/Work Unit": "Roads"}, {"title": "Clerk", "department": "Roads"}),
        ({"Title": "Clerk", "Title Code No": "10251", "Work Location": "12 Mill Road"}, {"title": "Clerk", "class_code": "10251", "location": "12 Mill Road"}),
        ({"Class Spec": "Clerk II"}, {"title": "Clerk II"}),
        ({"Who": "City of Elm Fork", "What": "Clerk"}, {}),
    ],
)
def test_columns_by_meaning(tmp_path: Path, row: dict[str, str], fields: dict[str, str]) -> None:
    """Names state the fields that they mean, the class before what one opening is called; unknown names state nothing; all of it is text."""
    for name, content in (("x.json", json.dumps({**row, "text": "Files papers."})), ("x.tsv", "\t".join([*row, "text"]) + "\n" + "\t".join([*row.values(), "Files papers."]))):
        source = read_one(tmp_path, name, content)
        assert source.fields == fields
        assert all(value in source.text for value in row.values())


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        pytest.param({"organization": {"id": 4, "name": "Tarn County"}}, {"jurisdiction": "Tarn County"}, id="name"),
        pytest.param({"hiringOrganization": {"Title": "Tarn County"}}, {"jurisdiction": "Tarn County"}, id="title"),
        pytest.param({"department": {"label": "Roads"}, "agency": {"code": "7"}}, {"department": "Roads"}, id="without-a-name"),
        pytest.param({"agency": {"name": "Roads"}, "employer": "Tarn County"}, {"jurisdiction": "Tarn County"}, id="better-name"),
        pytest.param({"position": {"name": "Desk 4"}}, {}, id="no-organisation"),
    ],
)
def test_named_objects(tmp_path: Path, value: dict[str, object], fields: dict[str, str]) -> None:
    """An employer or department that an export gives as an object is what that is called."""
    source = read_one(tmp_path, "x.json", json.dumps({"job_title": "Clerk", "text": "Files papers.", **value}))
    assert source.fields == {"title": "Clerk", **fields}


def test_named_object_around_records(tmp_path: Path) -> None:
    """What wraps records says its employer for all of them, as an object, too."""
    jobs = [{"title": title, "text": f"{title}s plan all of the work of the day."} for title in ("Clerk", "Guard")]
    result = read(tmp_path, "x.json", json.dumps({"organization": {"name": "Tarn County"}, "jobs": jobs}))
    assert [document.fields for document in result.documents] == [{"title": title, "jurisdiction": "Tarn County"} for title in ("Clerk", "Guard")]


# --- Word ------------------------------------------------------------------------------------------


def word(folder: Path, make: Callable[[WordDocument], object]) -> SourceText:
    document = docx.Document()
    document.add_paragraph("Reads meters.")
    make(document)
    data = io.BytesIO()
    document.save(data)
    return read_one(folder, "x.docx", data.getvalue())


@pytest.mark.parametrize(
    ("title", "author", "company", "fields"),
    [
        ("Meter Reader", "python-docx", "City of Elm Fork", {"page_title": "Meter Reader", "publisher": "City of Elm Fork"}),
        ("Microsoft Word - spec7.doc", "A. Writer", "Microsoft", {}),
        ("untitled", "Tarn County", "Hewlett-Packard Company", {"publisher": "Tarn County"}),
        ("Document1", "user", "Company Name", {}),
        ("spec 1881.docx", "x", " ", {}),
        ("Home Care Aide", "x", "Home", {"page_title": "Home Care Aide"}),
    ],
)
def test_word_properties(tmp_path: Path, title: str, author: str, company: str, fields: dict[str, str]) -> None:
    """Title and company of a Word file are stated where somebody filled them in; an author only if it is no person."""

    def make(document: WordDocument) -> None:
        document.core_properties.title, document.core_properties.author = title, author
        package = document.part.package
        for relation in [key for key, one in package.rels.items() if one.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES]:
            del package.rels[relation]
        space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
        blob = f'<Properties xmlns="{space}"><Company>{company}</Company></Properties>'.encode()
        part = Part(PackURI("/docProps/company.xml"), "application/vnd.openxmlformats-officedocument.extended-properties+xml", blob, package)
        package.relate_to(part, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)

    assert word(tmp_path, make).fields == fields


def test_word_letterhead(tmp_path: Path) -> None:
    """A letterhead in a header, in a text box there too, and the employer in a footer are blocks of their own, first and last."""
    box = "<w:txbxContent><w:p><w:r><w:t>Human Resources</w:t></w:r></w:p></w:txbxContent>"
    spaces = nsdecls("w") + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'

    def make(document: WordDocument) -> None:
        section = document.sections[0]
        section.header.paragraphs[0].text = "CITY OF ELM FORK"
        section.header.paragraphs[0]._p.append(parse_xml(f"<w:r {spaces}><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></w:r>"))
        section.footer.paragraphs[0].text = "City of Elm Fork, an equal opportunity employer"

    source = word(tmp_path, make)
    assert lines(source) == ["CITY OF ELM FORK", "Human Resources", "Reads meters.", "City of Elm Fork, an equal opportunity employer"]
