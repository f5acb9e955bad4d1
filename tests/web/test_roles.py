"""The pages of a role, of comparisons and of surveys, without a browser: what they show is what the service answers."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from conftest import CORPUS, put
from specsearch.errors import StorageError
from specsearch.interfaces import shapes
from specsearch.interfaces.service import deciding, finding, roles
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.keeping import waiting
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web import addresses
from specsearch.records import Choice, SignalKind, Verdict
from specsearch.reports.branding import Branding
from specsearch.reports.likeness import of_duties, of_roles
from specsearch.roles.duty_model import THRESHOLD
from specsearch.storage.stores import store_at

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PLANNER = "cedar-quay-or/associate-planner.txt"
PLANNER_II = "saltmarsh-heights-fl/planner-ii.docx"
CITY_PLANNER = "fort-delphine-tx/city-planner.md"
RECORD = "lake-ostrander-mn/specs_archive.json#1626"
COORDINATOR = "harlow-bend-oh/community-outreach-coordinator-ii.txt"
DUTY = "Reviews site plans for compliance with the zoning code"
NO_DUTIES = "TOWN OF FERN GAP\n\nGAUGE READER\n\nQUALIFICATIONS\n\n• A driver license.\n• Ability to read gauges.\n"
HOSTILE = """\
id,title,city,state,description
9,<script>alert(1)</script> Clerk,Town of Fern Gap,ID,"Duties:
• Files <img src=x onerror=alert(2)> records of the office.
• Answers residents at the counter.
• Types letters and reports."
"""


@pytest.fixture(scope="module")
def grown(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus with a role without duties and a hostile one, indexed; a test that decides takes a copy."""
    from specsearch.ingest.update import encoder_for, update_index

    folder = tmp_path_factory.mktemp("grown")
    shutil.copytree(CORPUS, folder / "corpus")
    shutil.copytree(sample_index, folder / "index")
    put(folder / "corpus/fern-gap-id/gauge-reader.txt", NO_DUTIES)
    put(folder / "corpus/fern-gap-id/clerks.csv", HOSTILE)
    update_index(folder / "corpus", folder / "index", encoder_for(folder / "index", None, None))
    return folder / "index"


@pytest.fixture(scope="module")
def client(sample_index: Path) -> Iterator[TestClient]:
    """A client for all tests that only read."""
    yield from _client(sample_index)


@pytest.fixture
def writable(sample_index: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of an index that may be written to."""
    yield from _client(Path(shutil.copytree(sample_index, tmp_path / "index")))


@pytest.fixture(scope="module")
def odd(grown: Path) -> Iterator[TestClient]:
    """A client of the index with the odd roles."""
    yield from _client(grown)


def _client(index: Path, branding: Branding | None = None) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission
    from specsearch.interfaces.web.workbench import Workbench

    app = make_app(Workbench(str(index), CORPUS, branding=branding), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


class Answered(Protocol):
    """What a client gives back, as far as pages are looked at."""

    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...


def shown(answer: Answered, status: int = 200) -> LexborHTMLParser:
    """The page that was answered."""
    assert answer.status_code == status, answer.text[:2000]
    return LexborHTMLParser(answer.text)


def text_of(page: LexborHTMLParser, selector: str = "main") -> str:
    """What a part of a page says, in one line."""
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())


def attribute(page: LexborHTMLParser | LexborNode, selector: str, name: str) -> str:
    """An attribute of the first of some elements."""
    node = page.css_first(selector)
    assert node is not None, selector
    return node.attributes[name] or ""


def links(page: LexborHTMLParser, selector: str = "main a") -> list[str]:
    """Where the links of a page lead."""
    return [node.attributes["href"] or "" for node in page.css(selector)]


def rows_of(page: LexborHTMLParser, label: str) -> list[list[str]]:
    """The cells of a table, by the label of its box."""
    return [[" ".join(cell.text(separator=" ").split()) for cell in row.css("th, td")] for row in page.css(f'[aria-label="{label}"] tbody tr')]


# --- a role ----------------------------------------------------------------------------------------


def test_a_role_says_what_it_is(client: TestClient) -> None:
    """Title, employer, code and pay stand in the page at once; what is compared with all roles is asked for by itself, and linked."""
    page = shown(client.get(addresses.role_at(COORDINATOR)))
    said = text_of(page)
    assert "COMMUNITY OUTREACH COORDINATOR II" in said
    assert all(fact in said for fact in ("City of Harlow Bend, OH", "1732", "$55,100 - $70,600 annually", "Class specification", "Decisions none"))
    for part in ("similar", "counterparts", "ladder"):
        place = page.css_first(f"#{part} [hx-get]")
        assert place is not None
        assert place.attributes["hx-get"] == attribute(place, "a", "href") == addresses.role_at(COORDINATOR, part)
    assert f'href="{addresses.document_at(COORDINATOR)}"' in (page.html or "")


def test_similar_roles_are_those_of_the_service(client: TestClient, sample_index: Path) -> None:
    """Titles, scores, percentiles, verdicts and shares are the same figures, and each row can be selected and opened."""
    answer = roles.similar(roles.SimilarRequest(PLANNER), Session(sample_index))
    page = shown(client.get(addresses.role_at(PLANNER, "similar")))
    rows = rows_of(page, "Similar roles")
    assert len(rows) == len(answer.roles) == 10
    for row, one in zip(rows, answer.roles, strict=True):
        assert row[1].startswith(one.document.source.title or "-")
        assert row[2] == f"{of_roles(one.percentile)} {one.score:.1f}"
        assert (row[3], row[4].startswith(str(one.verdict)), row[5]) == (f"{one.percentile:.1f}", True, f"{one.coverage:.0%}")
        assert one.reason in row[4]
    assert [box.attributes["value"] for box in page.css("input[data-pick]")] == [one.document.doc_id for one in answer.roles]
    assert attribute(page, "#pick input", "value") == PLANNER
    assert attribute(page, "a[data-open]", "href") == addresses.compare_at(PLANNER, answer.roles[0].document.doc_id)


@pytest.mark.parametrize(
    ("query", "request_"),
    [
        ({"state": "FL"}, {"where": Where(state=("FL",))}),
        ({"city": "Port Lumen", "k": 25}, {"k": 25, "where": Where(city=("Port Lumen",))}),
        ({"per_city": 1, "masked": 1}, {"per_city": 1, "masked": True}),
        ({"k": "7", "per_city": "-1"}, {}),  # what is not offered is not done
    ],
)
def test_similar_roles_are_restricted(query: dict[str, object], request_: dict[str, object], client: TestClient, sample_index: Path) -> None:
    """By employer, state, roles of an employer, and with titles left out; the form shows again what was asked."""
    answer = roles.similar(roles.SimilarRequest(PLANNER, **request_), Session(sample_index))  # type: ignore[arg-type]  # members by name
    page = shown(client.get(addresses.role_at(PLANNER, "similar", **query)))
    assert [box.attributes["value"] for box in page.css("input[data-pick]")] == [one.document.doc_id for one in answer.roles]
    assert attribute(page, "#city", "value") == query.get("city", "")
    assert bool(page.css("input[name=masked][checked]")) == ("masked" in query)


def test_a_part_is_given_alone_to_scripts(client: TestClient) -> None:
    """A script gets the part alone, whose form leads back to the page of the role; a wrong restriction keeps what was typed."""
    at = addresses.role_at(PLANNER, "similar", city="Nowhere")
    part = client.get(at, headers={"HX-Request": "true"})
    assert part.status_code == 400
    assert "<html" not in part.text
    page = LexborHTMLParser(part.text)
    assert attribute(page, "form", "action") == addresses.role_at(PLANNER)
    assert attribute(page, "#city", "value") == "Nowhere"
    assert "Nowhere" in text_of(page, "div.notice")
    whole = shown(client.get(at), 400)
    assert attribute(whole, "main form", "action") == addresses.role_at(PLANNER, "similar")
    page = shown(client.get(addresses.role_at(PLANNER, city="Port Lumen", other="x")))
    assert attribute(page, "#similar [hx-get]", "hx-get") == addresses.role_at(PLANNER, "similar", city="Port Lumen")


def test_a_blend_is_offered_and_shown(client: TestClient, sample_index: Path) -> None:
    """Where no single role covers it, two are named, and set against it duty by duty; where one does, that is said."""
    answer = roles.blend(roles.BlendRequest(COORDINATOR), Session(sample_index))
    assert answer.blend is not None
    assert answer.reason in text_of(shown(client.get(addresses.role_at(COORDINATOR, "similar"))), "main .notice")
    page = shown(client.get(addresses.role_at(COORDINATOR, "blend")))
    rows = rows_of(page, "Duties and their counterparts")
    assert len(rows) == len(answer.blend.duties)
    assert [sum(row[1 + i] != "none" for row in rows) for i in (0, 1)] == [len(part.matches) for part in answer.blend.parts]
    covered = "port-lumen-wa/citizen-response-center-supervisor.html"
    assert roles.blend(roles.BlendRequest(covered), Session(sample_index)).blend is None
    assert not shown(client.get(addresses.role_at(covered, "blend"))).css("main table")


def test_a_ladder_is_a_tree_of_links(client: TestClient, sample_index: Path) -> None:
    """The classes stand one under another, the asked one marked; a role without a ladder says none."""
    found = roles.ladder(roles.LadderRequest(COORDINATOR), Session(sample_index)).ladder
    page = shown(client.get(addresses.role_at(COORDINATOR, "ladder")))
    assert [rung.depth for rung in found.rungs] == [0, 1, 2]
    assert text_of(page, ".ladder > ul > li > ul > li > strong") == "COMMUNITY OUTREACH COORDINATOR II"
    assert links(page, ".ladder a") == [addresses.role_at(rung.documents[0].doc_id) for rung in found.rungs if not rung.asked]
    assert len(rows_of(page, "Steps of the ladder")) == len(found.steps)
    assert "no other class of its employer" in text_of(shown(client.get(addresses.role_at(PLANNER, "ladder"))))


@pytest.mark.parametrize(
    ("named", "status", "leads"),
    [
        pytest.param("associate planner", 200, addresses.role_at(PLANNER), id="title"),
        pytest.param("planner", 404, addresses.role_at(PLANNER_II), id="several"),
        pytest.param("asociate planer", 404, addresses.role_at(PLANNER), id="misspelt"),
        pytest.param("nobody at all", 404, addresses.documents_at(), id="none"),
        pytest.param(str(CORPUS / PLANNER).lstrip("/"), 404, addresses.documents_at(), id="a-path"),
        pytest.param("../../etc/passwd", 404, addresses.documents_at(), id="another-path"),
    ],
)
def test_a_role_by_another_name(named: str, status: int, leads: str, client: TestClient) -> None:
    """A name that means one role leads to its address; of several, or of near ones, links are given. No file is looked at."""
    answer = client.get("/role/" + named.replace("../", "..%2F"))
    page = shown(answer, status)
    assert answer.url.path == leads if status == 200 else leads in links(page)


def test_a_record_of_a_file_has_an_address(client: TestClient) -> None:
    """The sign before a record's id is no fragment in our links."""
    page = shown(client.get(addresses.role_at(RECORD, "similar")))
    assert "LAND USE PLANNER II" in text_of(page)


def test_a_role_without_duties(odd: TestClient) -> None:
    """It has a page; what needs duties says so plainly, without the words of the command line."""
    role = "fern-gap-id/gauge-reader.txt"
    shown(odd.get(addresses.role_at(role)))
    for at, status in ((addresses.role_at(role, "similar"), 400), (addresses.compare_at(role, PLANNER), 400), (addresses.compare_at(PLANNER, role), 400), (addresses.survey_at(role=role), 400)):
        said = text_of(shown(odd.get(at), status))
        assert "has no duties to compare" in said, at
        assert "specsearch parse" not in said


def test_texts_of_documents_are_texts(odd: TestClient) -> None:
    """Whatever a document holds is shown and does nothing."""
    role = "fern-gap-id/clerks.csv#9"
    for at in (addresses.role_at(role), addresses.role_at(role, "similar"), addresses.compare_at(role, PLANNER), addresses.survey_at(role=role), "/compare/names?role=clerk&place=0"):
        answer = odd.get(at)
        assert answer.status_code == 200
        assert "alert(1)" in answer.text or "alert(2)" in answer.text, at
        page = LexborHTMLParser(answer.text)
        assert not page.css("img, script:not([src]), main script"), at
        assert not [name for node in page.css("*") for name in node.attributes if name == "style" or name.startswith("on")], at


# --- comparing -------------------------------------------------------------------------------------


def test_two_roles_are_compared_as_by_the_service(client: TestClient, sample_index: Path) -> None:
    """Verdict, reasons, coverage, alignments and what has no counterpart with what is nearest are those of the comparison; quotes lead to their places."""
    found = roles.compare(roles.CompareRequest(PLANNER, PLANNER_II), Session(sample_index)).comparison
    page = shown(client.get(addresses.compare_at(PLANNER, PLANNER_II)))
    verdict = text_of(page, ".verdict")
    assert verdict.startswith(found.verdict.capitalize())
    assert all(reason in verdict for reason in found.reasons)
    coverage = rows_of(page, "Covered duties")
    assert [row[1].split()[0] for row in coverage] == [f"{found.coverage_a:.0%}", f"{found.coverage_b:.0%}"]
    assert [row[2] for row in coverage] == ["between {:.0f} and {:.0f}%".format(*(100 * end for end in ends)) for ends in (found.interval_a, found.interval_b)]
    matches = rows_of(page, "Duties of A and their counterparts in B, one to one, closest first")
    assert [row[2] for row in matches] == [f"{of_duties(match.score)} {match.score:.2f}" for match in found.matches]
    first = found.matches[0]
    assert f'href="{addresses.document_at(PLANNER, first.a.start)}"' in (page.html or "")
    assert f'href="{addresses.document_at(PLANNER_II, first.b.start)}"' in (page.html or "")
    assert len(page.css("#only-heading ~ .pair li")) == len(found.unmatched_a) + len(found.unmatched_b)
    near = text_of(page, "#only-heading ~ .pair")
    assert near.count("Nearest in ") == len(found.nearest_a) + len(found.nearest_b) > 0
    assert all(f"Nearest in B, {match.score:.2f}: " in near for match in found.nearest_a)
    said = text_of(page)
    assert all(words in said for words in ("Statements not counted", "Requirements", "Signs of level", "Exclusions none", "Professional and Technical", "Decisions so far none"))


@pytest.mark.parametrize("others", [(PLANNER_II, CITY_PLANNER), (PLANNER_II, CITY_PLANNER, RECORD)])
def test_the_first_of_several_is_set_against_the_others(others: tuple[str, ...], client: TestClient, sample_index: Path) -> None:
    """A column each, with verdict, coverage and the counterpart of each duty, or none; and a link to every pair."""
    found = roles.compare_several(roles.CompareSeveralRequest((PLANNER, *others)), Session(sample_index)).comparisons
    page = shown(client.get(addresses.compare_at(PLANNER, *others)))
    whole = {row[0]: row[1:] for row in rows_of(page, "Roles side by side")}
    assert [cell.split(" Open")[0] for cell in whole["Verdict"][1:]] == [str(one.verdict) for one in found]
    assert [cell.split()[0] for cell in whole["Covered"][1:]] == [f"{one.coverage_a:.0%}" for one in found]
    assert [cell.split()[0] for cell in whole["Covers"][1:]] == [f"{one.coverage_b:.0%}" for one in found]
    assert {"Degree", "Years of experience", "Supervision exercised", "Pay"} <= whole.keys()
    assert not {"Degree required", "Years required"} & whole.keys()
    assert any(sign.kind in (SignalKind.DEGREE, SignalKind.YEARS) for one in found for sign in (*one.level_a, *one.level_b))
    duties = rows_of(page, "Duties side by side")
    for column, one in enumerate(found, start=1):
        scores = sorted(f"{match.score:.2f}" for match in (*one.matches, *one.partial))
        assert sorted(re.findall(r"alike ([\d.]+)", row[column])[0] for row in duties if row[column] != "none") == scores
        assert len(duties) == len(scores) + len(one.unmatched_a)
    ids = (PLANNER, *others)
    pairs = {addresses.compare_at(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]}
    assert pairs <= set(links(page))


def test_a_role_beside_itself(client: TestClient) -> None:
    """It is said, and there is nothing to decide."""
    page = shown(client.get(addresses.compare_at(PLANNER, PLANNER)))
    assert "compared with itself" in text_of(page)
    assert not page.css("#decide")


def test_roles_are_chosen_by_name(client: TestClient) -> None:
    """Names that mean one role lead to its address; of others it is said which may be meant, and what is sure stands fast."""
    answer = client.get(addresses.compare_at("associate planner", "planner ii saltmarsh"))
    assert str(answer.url).endswith(addresses.compare_at(PLANNER, PLANNER_II))
    empty = shown(client.get("/compare"))
    assert [field.attributes["name"] for field in empty.css("form.choose[action='/compare'] input")] == ["role", "role"]
    page = shown(client.get(addresses.compare_at(PLANNER, "planner")), 400)
    assert addresses.compare_at(PLANNER, CITY_PLANNER) in links(page, "#names-2 a")
    assert attribute(page, "input[type=hidden][name=role]", "value") == PLANNER
    assert "No role is named “nobody at all”" in text_of(shown(client.get(addresses.compare_at(PLANNER, "nobody at all")), 400))
    five = shown(client.get(addresses.compare_at(*[PLANNER] * 5)), 400)
    assert "4 roles at most" in text_of(five)


def test_names_are_offered_while_one_types(client: TestClient) -> None:
    """A script gets a list of links, each with the other roles of the form as they are."""
    answer = client.get(f"/compare/names?place=1&role={PLANNER}&role=plann&role=", headers={"HX-Request": "true"})
    page = shown(answer)
    assert "<html" not in answer.text
    assert addresses.compare_at(PLANNER, CITY_PLANNER) in links(page, "a")
    assert client.get("/compare/names?place=9", headers={"HX-Request": "true"}).text.strip() == ""
    offered = shown(client.get("/survey/names?role=plann", headers={"HX-Request": "true"}))
    assert addresses.survey_at(role=CITY_PLANNER) in links(offered, "a")


@pytest.mark.parametrize(("answer", "type_"), [("", "text/html"), (".docx", "openxmlformats"), (".html", "text/html")])
def test_a_document_of_ones_own_is_compared(answer: str, type_: str, client: TestClient) -> None:
    """It is read, compared and forgotten; the page has no link to it, and says so."""
    with (CORPUS / PLANNER).open("rb") as file:
        got = client.post("/compare/upload", files={"file": ("my <b>planner</b>.txt", file)}, data={"role": "planner ii saltmarsh", "answer": answer})
    assert got.status_code == 200
    assert type_ in got.headers["content-type"]
    if answer:
        assert unquote(got.headers["content-disposition"]).endswith(f"Associate Planner and Planner II{answer}")
        return
    page = LexborHTMLParser(got.text)
    assert "has no address" in text_of(page)
    assert Verdict.COMPARABLE.capitalize() in text_of(page, ".verdict")
    assert not page.css("#decide")
    assert not [link for link in links(page) if "my" in link]


@pytest.mark.parametrize(
    ("content", "role", "status", "said"),
    [
        (b"", PLANNER, 400, "Choose a file"),
        (b"\x00\x01\x02\xff" * 200, PLANNER, 422, ""),
        (b"CITY OF ELM\n\nCLERK\n", "planner", 400, "Say which role"),
        (b"CITY OF ELM\n\nCLERK\n", "", 400, "Say which role"),
    ],
)
def test_what_cannot_be_compared_is_said_in_the_form(content: bytes, role: str, status: int, said: str, client: TestClient) -> None:
    """A file that cannot be read, or no role: the form is there again with the reason."""
    page = shown(client.post("/compare/upload", files={"file": ("mine.pdf", content)}, data={"role": role, "answer": ".docx"}), status)
    assert said in text_of(page, "main [role=alert]")
    assert ("Choose the file again" in text_of(page, "main [role=alert]")) == bool(content)
    assert attribute(page, "form[action^='/compare/upload'] #with", "value") == role
    assert attribute(page, "#answer option[selected]", "value") == ".docx"
    if role == "planner":
        assert addresses.compare_at(CITY_PLANNER, answer=".docx") + "#own" in links(page, "#names-own a")
        chosen = shown(client.get(addresses.compare_at(CITY_PLANNER, answer=".docx")))
        assert (attribute(chosen, "#with", "value"), attribute(chosen, "#answer option[selected]", "value")) == (CITY_PLANNER, ".docx")


# --- deciding and the dossier ----------------------------------------------------------------------

DECISION = {"a": PLANNER, "b": PLANNER_II, "choice": "accept", "reason": "Same work, same level.", "reviewer": "Ana Ríos"}


def test_a_decision_is_kept_and_shown(writable: TestClient) -> None:
    """It is sent on to the comparison, which shows it, with the name remembered; similar roles, the role and the survey know it."""
    sent = writable.post("/compare/decide", data=DECISION, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, addresses.compare_at(PLANNER, PLANNER_II) + "#decisions")
    page = shown(writable.get(sent.headers["location"]))
    assert "Accepted by Ana Ríos on" in text_of(page, "#decisions")
    assert "Same work, same level." in text_of(page, "#decisions")
    assert attribute(page, "#reviewer", "value") == "Ana Ríos"
    for at in (addresses.role_at(PLANNER), addresses.role_at(PLANNER_II), addresses.role_at(PLANNER, "similar"), addresses.survey_at(role=PLANNER), addresses.compare_at(PLANNER, PLANNER_II, CITY_PLANNER)):
        assert "accepted by Ana Ríos" in text_of(shown(writable.get(at))), at


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"choice": ""}, "Choose one"),
        ({"choice": "perhaps"}, "Choose one"),
        ({"reason": "  "}, "Give a reason: it is what"),
        ({"reviewer": ""}, "Give your name"),
        ({"reviewer": "A" * 70_000}, "who decides is too long"),
        ({"reason": "x" * 5001}, "reason is too long"),
        ({"b": PLANNER}, "same role"),
    ],
)
def test_a_decision_that_lacks_something_stays_in_the_form(changed: dict[str, str], said: str, writable: TestClient) -> None:
    """What was typed is there again, beside what is wrong; nothing is kept."""
    typed = DECISION | changed
    page = shown(writable.post("/compare/decide", data=typed), 400)
    assert said in text_of(page)
    if page.css("#decide"):
        assert text_of(page, "#reason") == typed["reason"].strip()
        assert attribute(page, "#reviewer", "value") == typed["reviewer"]
    assert "Decisions none" in text_of(shown(writable.get(addresses.role_at(PLANNER))))


@pytest.mark.parametrize("named", ["/etc/passwd", str(CORPUS / PLANNER), "planner", ""])
def test_a_decision_names_roles_by_their_ids(named: str, writable: TestClient) -> None:
    """A path, or a name that several have, decides on nothing."""
    page = shown(writable.post("/compare/decide", data=DECISION | {"b": named}), 400)
    assert page.css_first("form[action='/compare']") is not None
    assert "Decisions none" in text_of(shown(writable.get(addresses.role_at(PLANNER))))


def test_a_decision_while_the_index_is_written(writable: TestClient, tmp_path: Path) -> None:
    """It is kept and shown, though it does not count yet; it does when the update is done."""
    with store_at(tmp_path / "index").begin(create=False):
        page = shown(writable.post("/compare/decide", data=DECISION))
        assert "Accepted by Ana Ríos" in text_of(page, "#decisions")
        assert "when the update" in text_of(page, "#decisions")
    for _ in range(400):
        if not waiting(Session(tmp_path / "index")):
            break
        time.sleep(0.05)
    said = text_of(shown(writable.get(addresses.compare_at(PLANNER, PLANNER_II))), "#decisions")
    assert said.count("Accepted by Ana Ríos") == 1
    assert "when the update" not in said


def test_a_decision_that_the_disk_refuses(writable: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form holds it, and says why."""

    def full(said: object, session: object) -> bool:
        raise StorageError("No space is left.")

    monkeypatch.setattr("specsearch.interfaces.service.keeping.keep", full)
    page = shown(writable.post("/compare/decide", data=DECISION), 507)
    assert "No space is left." in text_of(page, "#decide")
    assert text_of(page, "#reason") == DECISION["reason"]
    assert attribute(page, "input[name=choice][checked]", "value") == "accept"


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf", ".xlsx", ".md", ".csv", ".json"])
def test_a_dossier_is_downloaded(suffix: str, client: TestClient, sample_index: Path) -> None:
    """In each format, named after the two, and with what the service answers in it."""
    page = shown(client.get(addresses.compare_at(PLANNER, PLANNER_II)))
    link = addresses.dossier_at(suffix, PLANNER, PLANNER_II)
    assert link in links(page, "a[download]")
    got = client.get(link)
    assert got.status_code == 200
    assert unquote(got.headers["content-disposition"]) == f"attachment; filename*=UTF-8''Associate Planner and Planner II{suffix}"
    answer = roles.compare(roles.CompareRequest(PLANNER, PLANNER_II), Session(sample_index))
    if suffix == ".json":
        assert json.loads(got.content) == json.loads(json.dumps(shapes.compare(answer)))
    elif suffix == ".docx":
        assert docx.Document(io.BytesIO(got.content)).paragraphs[1].text == "Associate Planner and Planner II"
    elif suffix == ".pdf":
        assert got.content.startswith(b"%PDF-")
    elif suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(got.content))
        assert book["Both have"].max_row == 1 + len((*answer.comparison.matches, *answer.comparison.partial))
    elif suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
        assert sum(row["kind"] == "match" for row in rows) == len(answer.comparison.matches)
    else:
        assert answer.comparison.reasons[0].partition("(")[0] in got.text


def test_downloads_bear_the_name_of_the_organisation(sample_index: Path) -> None:
    """A dossier and a survey, by pages and by REST."""
    for own in _client(sample_index, Branding("City of Elm Fork")):
        for at in (addresses.dossier_at(".md", PLANNER, PLANNER_II), addresses.survey_file_at(".md", role=PLANNER), f"/api/v1/compare.md?a={PLANNER}&b={PLANNER_II}"):
            assert own.get(at).text.startswith("City of Elm Fork\n\n# "), at


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (addresses.dossier_at(".exe", PLANNER, PLANNER_II), 404),
        ("/compare/dossier.docx", 400),
        (f"/compare/dossier.docx?role={PLANNER}", 400),
        (addresses.dossier_at(".docx", PLANNER, "/etc/passwd"), 400),
        ("/survey/survey.csv", 400),
        (addresses.survey_file_at(".exe", duty=DUTY), 404),
        (addresses.survey_file_at(".csv", role="/etc/passwd"), 400),
    ],
)
def test_files_that_there_are_not(at: str, status: int, client: TestClient) -> None:
    """Another ending, too few roles, a path."""
    shown(client.get(at), status)


# --- surveys ---------------------------------------------------------------------------------------


def test_a_survey_of_a_role_is_that_of_the_service(client: TestClient, sample_index: Path) -> None:
    """Each employer with counterpart, score, percentile, verdict and coverage both ways, or none; and duty by employer."""
    survey = roles.survey_role(roles.RoleSurveyRequest(PLANNER), Session(sample_index)).survey
    page = shown(client.get(addresses.survey_at(role=PLANNER)))
    rows = rows_of(page, "Counterparts by employer")
    assert [row[1] for row in rows] == list(survey.cities)
    for row, cell in zip(rows, survey.rows[0].cells, strict=True):
        if cell.document is None:
            assert row[3].startswith("none (closest: ")
            assert row[4] == f"({of_roles(cell.percentile)} {cell.score:.1f})"
            continue
        verdict, covered, covers = survey.comparisons[cell.city]
        assert row[3].startswith(cell.document.source.title or "-")
        assert row[4:9] == [f"{of_roles(cell.percentile)} {cell.score:.1f}", f"{cell.percentile:.1f}", str(verdict), f"{covered:.0%}", f"{covers:.0%}"]
    having = [place for place, cell in enumerate(survey.rows[0].cells) if cell.document]
    duties = rows_of(page, "Duties by employer")
    assert len(duties) == len(survey.rows) - 1
    for row, line in zip(duties, survey.rows[1:], strict=True):
        cells = [line.cells[place] for place in having]
        for said, cell in zip(row[1:], cells, strict=True):
            assert said.startswith(f"{of_duties(cell.score)} {cell.score:.2f} ") if cell.passage else said == "none"
    counterparts = text_of(shown(client.get(addresses.role_at(PLANNER, "counterparts"))), "table")
    assert all(city in counterparts for city in survey.cities)


def test_a_survey_of_a_duty_is_that_of_the_service(client: TestClient, sample_index: Path) -> None:
    """Each employer with its closest statement, or none."""
    survey = roles.survey_duty(roles.DutySurveyRequest(DUTY), Session(sample_index)).survey
    rows = rows_of(shown(client.get(addresses.survey_at(duty=DUTY))), "Counterparts by employer")
    assert [row[0] for row in rows] == list(survey.cities)
    assert {bool(cell.document) for cell in survey.rows[0].cells} == {True, False}
    for row, cell in zip(rows, survey.rows[0].cells, strict=True):
        assert ((cell.document.source.title or "-") in row[2]) if cell.document else row[2] == "none"
        assert f"{of_duties(cell.score)} {cell.score:.2f}" in row[3]


@pytest.mark.parametrize(
    ("sort", "column", "key"),
    [
        ("employer", 1, str.casefold),
        ("covered", 7, lambda text: -int(text.rstrip("%") or 0)),
        ("score", 4, lambda text: -float(text.strip("()").split()[-1])),
    ],
)
def test_a_survey_is_sorted(sort: str, column: int, key: Callable[[str], Any], client: TestClient) -> None:
    """By the heading that is followed, and the other way by following it again; the column says so."""
    rows = rows_of(shown(client.get(addresses.survey_at(role=PLANNER, sort=sort))), "Counterparts by employer")
    found = [row[column] for row in rows]
    assert found == sorted(found, key=key)
    page = shown(client.get(addresses.survey_at(role=PLANNER, sort=f"-{sort}")))
    assert [row[column] for row in rows_of(page, "Counterparts by employer")] != found
    (marked,) = page.css("th[aria-sort]")
    assert attribute(marked, "a", "href") == addresses.survey_at(role=PLANNER, sort=sort)


@pytest.mark.parametrize(
    ("query", "count", "columns"),
    [({"having": "with"}, 4, 4), ({"having": "without"}, 7, 0), ({"where": "tx"}, 1, 1), ({"where": "city lake"}, 1, 1), ({"where": "nowhere"}, 0, 0), ({"having": "x"}, 11, 4)],
)
def test_a_survey_is_filtered(query: dict[str, str], count: int, columns: int, client: TestClient) -> None:
    """By having a counterpart, and by words of employer and state; duties are shown of the same employers. Files have the whole."""
    page = shown(client.get(addresses.survey_at(role=PLANNER, **query)))
    assert len(rows_of(page, "Counterparts by employer")) == count
    assert len(page.css('[aria-label="Duties by employer"] thead th')) == (1 + columns if columns else 0)
    assert addresses.survey_file_at(".csv", role=PLANNER) in links(page, "a[download]")


@pytest.mark.parametrize("suffix", [".html", ".docx", ".csv", ".json"])
@pytest.mark.parametrize("asked", [{"role": PLANNER}, {"duty": DUTY}], ids=["role", "duty"])
def test_a_survey_is_downloaded(asked: dict[str, str], suffix: str, client: TestClient, sample_index: Path) -> None:
    """In each format; as data it is what the service answers."""
    got = client.get(addresses.survey_file_at(suffix, **asked))
    assert got.status_code == 200
    assert got.headers["content-disposition"].endswith(suffix)
    if suffix == ".json":
        session = Session(sample_index)
        answer = roles.survey_role(roles.RoleSurveyRequest(PLANNER), session) if "role" in asked else roles.survey_duty(roles.DutySurveyRequest(DUTY), session)
        assert json.loads(got.content) == json.loads(json.dumps(shapes.survey(answer)))
    elif suffix == ".docx":
        assert docx.Document(io.BytesIO(got.content)).tables


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({}, 200, "Of a role"),
        ({"role": "planner"}, 400, "5 roles may be meant"),
        ({"role": "nobody at all"}, 400, "No role is named"),
        ({"role": PLANNER, "duty": DUTY}, 400, "not both"),
        ({"duty": "x" * 6000}, 400, "at most 5,000"),
    ],
)
def test_a_survey_of_nothing_sure_is_a_form(query: dict[str, str], status: int, said: str, client: TestClient) -> None:
    """Nothing, a name of several, none, both, or too much: the form, with what is wrong."""
    page = shown(client.get(addresses.survey_at(**query)), status)
    assert said in text_of(page)
    assert attribute(page, "#role", "value") == query.get("role", "")


# --- words -----------------------------------------------------------------------------------------


def test_scores_in_words(sample_index: Path) -> None:
    """What passes for a counterpart is never called hardly alike, nor another role at all alike."""
    assert [of_duties(score) for score in (1.0, 0.8, 0.5, THRESHOLD, THRESHOLD - 0.001)] == ["very alike", "very alike", "alike", "somewhat alike", "hardly alike"]
    assert [of_roles(percentile) for percentile in (100.0, 99.5, 96.0, 50.0, None)] == ["very alike", "alike", "somewhat alike", "hardly alike", "hardly alike"]
    survey = roles.survey_role(roles.RoleSurveyRequest(PLANNER), Session(sample_index)).survey
    assert {of_roles(cell.percentile) in ("very alike", "alike") for cell in survey.rows[0].cells if cell.document} == {True}


def test_what_a_name_may_mean(sample_index: Path) -> None:
    """One that is sure, several, none; and an id of what is no role says why."""
    session = Session(sample_index)
    sure = finding.find(finding.FindRequest("associate planner"), session)
    assert (sure.meant, sure.roles[0].doc_id) == (PLANNER, PLANNER)
    several = finding.find(finding.FindRequest("planner", 2), session)
    assert (several.meant, len(several.roles), several.count) == (None, 2, 5)
    assert finding.find(finding.FindRequest(" "), session) == finding.FindAnswer(None, (), 0)
    assert shapes.find(sure)["roles"][0]["title"] == "Associate Planner"


def test_what_is_known_of_a_role(writable: TestClient, tmp_path: Path) -> None:
    """Its text and statements, and what was decided about it and others, newest first, by whichever side it was named."""
    session = Session(tmp_path / "index")
    deciding.decide(deciding.DecideRequest(CITY_PLANNER, PLANNER, Choice.LEVEL, "Older.", "Ben"), session)
    deciding.decide(deciding.DecideRequest(PLANNER, PLANNER_II, Choice.ACCEPT, "Newer.", "Ana"), session)
    answer = finding.role(finding.RoleRequest("associate planner"), session)
    assert answer.role.document.doc_id == PLANNER
    assert {one.doc_id: standing.decision.choice for one, standing in answer.decided} == {CITY_PLANNER: Choice.LEVEL, PLANNER_II: Choice.ACCEPT}
    value = shapes.role(answer)
    assert json.loads(json.dumps(value)) == value
    assert {one["decision"]["reason"] for one in value["decided"]} == {"Older.", "Newer."}
