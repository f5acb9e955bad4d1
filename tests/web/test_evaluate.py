"""The pages of evaluation: sets are made, judged with keys or buttons, measured, and what was measured is seen."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS
from specsearch.errors import UsageError
from specsearch.evaluation.history import Figure, MeasuredDifference, MeasuredRun, MeasuredSystem
from specsearch.evaluation.judging import Judgement, append, read_judgements
from specsearch.interfaces.service import sets
from specsearch.interfaces.service.judging import JudgeRequest, PoolKey
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web import desk, findings, plotting
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records import Query

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUERIES = ("monitors the operating budget", "answers residents by telephone")


@pytest.fixture(scope="module")
def place(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index to judge beside, for the tests of this module; each makes a set of its own."""
    return Path(shutil.copytree(sample_index, tmp_path_factory.mktemp("evaluate") / "index"))


@pytest.fixture(scope="module")
def judge(place: Path) -> Iterator[TestClient]:
    """A client that keeps no cookies between requests."""
    app = make_app(Workbench(str(place), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(judge: TestClient) -> TestClient:
    """That client, with nobody named."""
    judge.cookies.clear()
    return judge


def kept(place: Path, name: str) -> list[Judgement]:
    """The judgements of a set, as they are on the disk."""
    return read_judgements(place.with_name("index-judging") / f"{name}.judgements.jsonl")


def made(client: TestClient, name: str, *queries: str) -> str:
    """The address of a new set."""
    answer = client.post("/evaluate", data={"name": name, "queries": "\n".join(queries or QUERIES)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the form that a passage is judged with."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(query|passage|assessor)" value="([^"]*)"', text)}


def words(text: str) -> str:
    """A page as it is read."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def measured(client: TestClient, path: str) -> str:
    """The page of a set after it was measured."""
    assert client.post(f"{path}/measure", follow_redirects=False).status_code == 303
    end = time.monotonic() + 60
    while (answer := client.get(f"{path}/running")).text:
        assert time.monotonic() < end, answer.text
        time.sleep(0.05)
    assert answer.headers["HX-Redirect"] == path
    return client.get(path).text


def test_making_a_set(client: TestClient, place: Path) -> None:
    """Queries are typed or come in a file; the set is a file that the command line judges too."""
    assert "Make a set" in client.get("/evaluate").text
    assert made(client, "Our budget 1") == "/evaluate/Our-budget-1"
    assert (place.with_name("index-judging") / "Our-budget-1.tsv").read_text(encoding="utf-8") == f"q1\t{QUERIES[0]}\nq2\t{QUERIES[1]}\n"
    page = client.get("/evaluate/Our-budget-1").text
    assert "2 queries; nothing judged yet." in words(page)
    assert "Nothing has been measured yet." in page
    files = {"file": ("my list.jsonl", b'{"_id": "a", "text": "sorts mail"}\n', "application/jsonl")}
    answer = client.post("/evaluate", data={"name": "", "queries": ""}, files=files, follow_redirects=False)
    assert answer.headers["location"] == "/evaluate/my-list"
    assert client.get("/evaluate/my-list/queries.tsv").text == "a\tsorts mail\n"
    assert "my-list" in words(client.get("/evaluate").text)


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({"name": "", "queries": "typed <b>"}, 400, "letters or digits"),
        ({"name": "x", "queries": "typed <b>\n\ta\tb\tc"}, 400, "Line 2 has"),
        ({"name": "twice", "queries": "typed <b>"}, 400, "There is a set twice already"),
    ],
)
def test_a_set_that_cannot_be(data: dict[str, str], status: int, message: str, client: TestClient) -> None:
    """The form comes back with what was typed, and says what is wrong."""
    if data["name"] == "twice":
        made(client, "twice")
    answer = client.post("/evaluate", data=data)
    assert answer.status_code == status
    assert message in words(answer.text)
    assert "typed &lt;b&gt;" in answer.text


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [(b"\0\1\2\3", 422, "binary"), (b"x" * 2_000_001, 400, "larger than 2 MB")],
    ids=["binary", "large"],
)
def test_a_file_that_is_no_set(content: bytes, status: int, message: str, client: TestClient) -> None:
    """A file that cannot be read, or is too large, is refused in words."""
    answer = client.post("/evaluate", data={"name": "file"}, files={"file": ("f.tsv", content, "text/plain")})
    assert (answer.status_code, message in answer.text) == (status, True)


@pytest.mark.parametrize("name", ["nothing", "..%2Findex", "%2Fetc%2Fpasswd", "runs.jsonl", "a%00b"])
@pytest.mark.parametrize("page", ["", "/judge", "/queries.tsv", "/judgements.jsonl", "/qrels.tsv", "/history.csv"])
def test_no_such_set(name: str, page: str, client: TestClient) -> None:
    """A name of no set is no page, whatever path it would make."""
    client.cookies.set("reviewer", "Ana")
    assert client.get(f"/evaluate/{name}{page}").status_code == 404
    assert client.post(f"/evaluate/{name}/measure").status_code == 404


def test_judging_with_buttons(client: TestClient, place: Path) -> None:
    """Without scripts each grade is a form: kept when the answer comes, then the next passage, and after the last the set."""
    path = made(client, "buttons")
    asked = client.get(f"{path}/judge")
    assert "Your name is kept" in asked.text
    page = client.post(f"{path}/assessor", data={"name": " Ana  Ruiz "})
    assert page.url.path == f"{path}/judge"
    assert hidden(page.text)["query"] == "q1"
    for guidance in ("not relevant", "related", "the same duty or qualification", "It answers what is asked"):
        assert guidance in words(page.text)
    seen: list[tuple[str, str]] = []
    while page.url.path.endswith("/judge"):
        assert len(seen) < 200
        assert not re.search(r"\b(hybrid|dense|lexical|rrf|cosine|bm25)\b|\bscore:? \d", words(page.text), re.I)
        given = hidden(page.text)
        seen.append((given["query"], given["passage"]))
        page = client.post(f"{path}/judge", data={**given, "grade": str(len(seen) % 4)})
        assert len(kept(place, "buttons")) == len(seen)
    assert len(set(seen)) == len(seen) > 10
    assert [query for query, _ in seen] == sorted(query for query, _ in seen)
    assert "You have judged all there is" in page.text
    assert f"You, Ana Ruiz, have judged {len(seen)} of {len(seen)} passages." in words(page.text)
    assert [(one.query_id, f"{one.doc_id}:{one.start}-{one.end}", one.grade, one.assessor) for one in kept(place, "buttons")] == [
        (query, passage, number % 4, "Ana Ruiz") for number, (query, passage) in enumerate(seen, start=1)
    ]
    client.cookies.clear()
    client.cookies.set("reviewer", "Ben")
    other = client.get(f"{path}/judge")
    assert hidden(other.text) == {"query": "q1", "passage": seen[0][1], "assessor": "Ben"}
    assert "0 judged by Ben" in words(other.text)


def test_taking_back(client: TestClient, place: Path) -> None:
    """One goes back judgement by judgement, also into the query before; another grade replaces the one that was given."""
    path = made(client, "back", "mail", "patches streets")
    client.cookies.set("reviewer", "Ana")
    page = client.get(f"{path}/judge")
    order: list[dict[str, str]] = []
    while len({one["query"] for one in order}) < 2:
        assert len(order) < 200
        order.append(hidden(page.text))
        page = client.post(f"{path}/judge", data={**order[-1], "grade": "1"})
    for steps, expected in enumerate(reversed(order[-3:]), start=1):
        undo = re.search(r'href="([^"]*back=\d+)" data-key="u"', page.text)
        assert undo is not None
        page = client.get(unescape(undo[1]))
        assert page.url.params["back"] == str(steps)
        assert hidden(page.text) == expected
        assert "1 related given" in words(page.text)
    page = client.post(f"{path}/judge", data={**hidden(page.text), "grade": "3"})
    judgements = kept(place, "back")
    assert len(judgements) == len(order)
    assert judgements[-1].grade == 3
    assert f"{judgements[-1].doc_id}:{judgements[-1].start}-{judgements[-1].end}" == order[-3]["passage"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"grade": "4"}, 400),
        ({"grade": ""}, 400),
        ({"grade": "1e0"}, 400),
        ({"assessor": " "}, 400),
        ({"query": "q9"}, 400),
        ({"passage": "other.txt:0-4"}, 409),
    ],
)
def test_judgements_that_are_refused(changes: dict[str, str], status: int, client: TestClient, place: Path) -> None:
    """What is no judgement of a passage of the pool is refused, and nothing is kept."""
    if not (place.with_name("index-judging") / "refused.tsv").exists():
        made(client, "refused")
    client.cookies.set("reviewer", "Ana")
    given = hidden(client.get("/evaluate/refused/judge").text)
    answer = client.post("/evaluate/refused/judge", data={**given, "grade": "2", **changes})
    assert answer.status_code == status
    assert kept(place, "refused") == []
    assert status != 409 or "Nothing was kept of it." in answer.text


def test_judgements_of_what_is_gone(client: TestClient, place: Path) -> None:
    """They are among those of the set, but not among what somebody has judged of it; why is said."""
    path = made(client, "gone")
    client.cookies.set("reviewer", "Ana")
    page = client.get(f"{path}/judge")
    client.post(f"{path}/judge", data={**hidden(page.text), "grade": "2"})
    assert "not counted here" not in client.get(path).text
    (one,) = kept(place, "gone")
    append(place.with_name("index-judging") / "gone.judgements.jsonl", replace(one, doc_id="gone.txt"))
    shown = words(client.get(path).text)
    assert "2 judgements by Ana. You, Ana, have judged 1 of" in shown
    assert "1 more of your judgements is kept, but not counted here: what it was given for is not in the index any more" in shown


def test_several_judge_at_once(client: TestClient, place: Path) -> None:
    """Judgements that two assessors give in two windows each are all kept."""
    path = made(client, "several", QUERIES[0])
    client.cookies.set("reviewer", "Ana")
    passages = [hidden(client.get(f"{path}/judge", params={"query": "q1", "at": at}).text)["passage"] for at in range(1, 9)]
    wrong = []

    def window(assessor: str, own: list[str]) -> None:
        for passage in own:
            answer = client.post(f"{path}/judge", data={"query": "q1", "passage": passage, "assessor": assessor, "grade": "2"}, follow_redirects=False)
            if answer.status_code != 303:
                wrong.append(answer.text)

    threads = [threading.Thread(target=window, args=(name, own)) for name in ("Ana", "Ben") for own in (passages[::2], passages[1::2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {(one.assessor, f"{one.doc_id}:{one.start}-{one.end}") for one in kept(place, "several")} == {(name, passage) for name in ("Ana", "Ben") for passage in passages}
    assert len(re.findall("Ana, Ben|Ben, Ana", client.get("/evaluate").text)) == 1  # whoever was first


def test_measuring(client: TestClient, place: Path) -> None:
    """Figures, differences and warnings are those of the service; each run is a point of the plot, a row, and lines of a file."""
    path = made(client, "measured", *QUERIES, "inspects buildings")
    client.cookies.set("reviewer", "Ana")
    page = client.get(f"{path}/judge")
    assert "<button class=\"quiet\" disabled>Measure now" in client.get(path).text
    for grade in "321":
        page = client.post(f"{path}/judge", data={**hidden(page.text), "grade": grade})
    text = measured(client, path)
    request = sets.SetRequest(place.with_name("index-judging"), "measured")
    (run,) = sets.history(request).runs
    assert (run.asked, run.measured, run.judgements, run.assessors) == (3, 1, 3, ("Ana",))
    for system in run.systems:
        assert f"{system.name} {findings.SYSTEMS[system.name]} {system.figures['nDCG@10'].mean:.3f}" in words(text)
    for sentence in (*findings.warnings(run), *findings.differences(run, "nDCG@10")):
        assert sentence in words(text)
    client.post(f"{path}/judge", data={**hidden(page.text), "grade": "0"})
    text = measured(client, path)
    assert len(sets.history(request).runs) == 2
    assert text.count("<title>hybrid, ") == 2
    assert "AP of each run" in client.get(path, params={"measure": "AP"}).text
    assert "Figures of run 1 of 2" in words(client.get(path, params={"run": 1}).text)
    assert "nDCG@10 of each run" in client.get(path, params={"measure": "<b>", "run": "9999999999"}).text
    rows = client.get(f"{path}/history.csv").text.splitlines()
    assert len(rows) == 1 + 2 * len(run.systems)
    assert rows[0].startswith("\ufeffdate,model,fingerprint,generation,release,asked,measured,judgements,left_out,system,unjudged,nDCG@10 mean")
    assert client.get(f"{path}/qrels.tsv").content == sets.judged_qrels(request, Session(place))
    assert [json.loads(line)["grade"] for line in client.get(f"{path}/judgements.jsonl").text.splitlines()] == [3, 2, 1, 0]


def test_measuring_is_watched_and_stopped(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one set is measured it says how far it is, another one waits, and it can be stopped; nothing is kept then."""
    path, other = made(client, "watched"), made(client, "waits")
    searched, go_on = threading.Event(), threading.Event()

    def slow(request: sets.SetRequest, session: Session) -> None:
        with session.stages({"hybrid": "queries", "dense": "queries"}) as report:
            report("dense", 3, 5)
            searched.set()
            assert go_on.wait(30)
            report("dense", 4, 5)

    monkeypatch.setattr(desk, "measure", slow)
    client.post(f"{path}/measure")
    assert searched.wait(30)
    assert "Searching by meaning alone: 8 of 10 searches." in words(client.get(f"{path}/running").text)
    assert "8 of 10 searches" in words(client.get(path).text)
    assert client.get(f"{other}/running").text == ""
    refused = client.post(f"{other}/measure")
    assert (refused.status_code, "The set watched is being measured" in refused.text) == (409, True)
    client.post(f"{other}/stop")
    client.post(f"{path}/stop")
    go_on.set()
    end = time.monotonic() + 60
    while client.get(f"{path}/running").text:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert "The measurement was stopped" in client.get(path).text


def test_measuring_that_fails(client: TestClient) -> None:
    """Why a set cannot be measured is said on its page."""
    path = made(client, "fails")
    client.cookies.set("reviewer", "Ana")
    page = client.get(f"{path}/judge")
    client.post(f"{path}/judge", data={**hidden(page.text), "grade": "0"})
    assert "It could not be measured. Nothing is judged related or better yet" in words(measured(client, path))


def test_damaged_files(client: TestClient, place: Path) -> None:
    """Lines that cannot be read are left out and told on the page of the set; a file of none that can says so there, and in the list."""
    path, folder = made(client, "damaged"), place.with_name("index-judging")
    runs = folder / "runs.jsonl"
    before = runs.read_bytes() if runs.exists() else b""
    runs.write_bytes(before + b"hello\n")
    try:
        answer = client.get(path)
    finally:
        runs.write_bytes(before)
    assert (answer.status_code, len(re.findall(r"Line \d+ of \S*runs\.jsonl cannot be read and is left out\.", answer.text))) == (200, 1)
    (folder / "damaged.judgements.jsonl").write_text("my notes\n", encoding="utf-8")
    answer = client.get(path)
    assert (answer.status_code, "holds no judgements. Line 1 is none" in answer.text) == (400, True)
    assert "cannot be read" in client.get("/evaluate").text


def test_without_an_index(tmp_path: Path) -> None:
    """Sets can be made before there is an index; judging says that nothing is indexed."""
    app = make_app(Workbench(str(tmp_path / "none"), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        assert "None yet." in client.get("/evaluate").text
        path = made(client, "early")
        assert "early" in client.get("/evaluate").text
        client.cookies.set("reviewer", "Ana")
        for page in (path, f"{path}/judge"):
            answer = client.get(page)
            assert (answer.status_code, "Nothing is indexed yet" in answer.text) == (404, True)


# --- words and places, without a server --------------------------------------------------------------


def run_of(means: dict[str, float], *, date: str = "2026-11-30", interval: float | None = None) -> MeasuredRun:
    """A run of 30 queries in which each system scores alike in both measures, and half of what "lexical" finds is not judged."""
    systems = tuple(
        MeasuredSystem(name, dict.fromkeys(("nDCG@10", "AP"), Figure(mean, *((None, None) if interval is None else (mean - interval, mean + interval)))), 0.5 * (name == "lexical"))
        for name, mean in means.items()
    )
    numbers: dict[str, Any] = {"generation": 1, "asked": 30, "measured": 30, "irrelevant": 0, "judgements": 300, "left_out": 0}
    return MeasuredRun(f"{date}T10:00:00+00:00", "one", "passage", "m", "f", release="0", assessors=("Ana",), systems=systems, differences=(), **numbers)


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        ((0.1, 0.0004), "Ranking a scores 0.100 more than b; that is hardly chance (p < 0.001)."),
        ((-0.1, 0.02), "Ranking b scores 0.100 more than a; that is hardly chance (p = 0.020)."),
        ((0.1, 0.05), "Ranking a scores 0.100 more than b; that may be chance (p = 0.050)."),
        ((0.1, None), "Ranking a scores 0.100 more than b; there are too few queries to tell whether that is chance."),
        ((0.0, 1.0), "Ranking a and b scores the same."),
    ],
)
def test_differences_in_words(difference: tuple[float, float | None], sentence: str) -> None:
    """A difference is said from the better one's side, with what chance has to do with it."""
    mean, p_value = difference
    told = (MeasuredDifference("nDCG@10", "a", "b", mean, p_value), MeasuredDifference("AP", "a", "b", 0.9, 0.9))
    assert findings.differences(replace(run_of({}), differences=told), "nDCG@10") == [sentence]


@pytest.mark.parametrize(
    ("changes", "systems", "expected"),
    [
        ({}, ("hybrid",), []),
        ({"measured": 1, "asked": 1}, ("hybrid",), ["Only 1 of the queries is judged. From 6 on"]),
        ({"measured": 6, "asked": 6}, ("hybrid",), ["Only 6 queries are judged: intervals are wide"]),
        ({"left_out": 7}, ("hybrid",), ["7 of 307 judgements are left out"]),
        ({"asked": 40}, ("hybrid",), ["10 of 40 queries have no judgement"]),
        ({"irrelevant": 2}, ("hybrid",), ["For 2 of the queries nothing is judged related"]),
        ({}, ("hybrid", "lexical"), ["Of what ranking by words (lexical) puts among the first ten, 50% is not judged"]),
    ],
)
def test_warnings(changes: dict[str, int], systems: tuple[str, ...], expected: list[str]) -> None:
    """Too few queries, queries that are not judged or have nothing relevant, and passages that nobody judged are told."""
    told = list(findings.warnings(replace(run_of(dict.fromkeys(systems, 0.5)), **changes)))  # type: ignore[arg-type]  # members by name
    assert len(told) == len(expected)
    for said, beginning in zip(told, expected, strict=True):
        assert said.startswith(beginning)


def test_pools_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest pools make room for new ones."""
    monkeypatch.setattr(desk, "_MOST", 2)
    pools = desk.Pools()
    keys: list[PoolKey] = [("state", f"q{number}", "text", 20, frozenset()) for number in range(4)]
    for key in keys:
        pools[key] = ()
    assert list(pools) == keys[2:]


def test_what_is_gathered_in_vain_is_not_remembered_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While its set is looked at it is not tried again and again; when another one was, it is."""
    tried: list[str | None] = []

    def fail(request: JudgeRequest, *_: object) -> None:
        tried.append(request.query_id)
        raise UsageError("nothing is found")

    monkeypatch.setattr(desk, "gather", fail)
    found, one, other = desk.Desk(), [Query("q1", "mail")], [Query("q2", "budget")]
    for queries in (one, one, other, one):
        found.gather_ahead(tmp_path / "queries.tsv", queries, Session(tmp_path))
        while found.gathering:
            time.sleep(0.001)
    assert tried == ["q1", "q2", "q1"]


@pytest.mark.parametrize("runs", [1, 2, 30, 45])
@pytest.mark.parametrize("means", [(0.5,), (0.0, 1.0), (1.0, 1.0, 1.0, 1.0), (0.42, 0.43, 0.44, 0.05)])
@pytest.mark.parametrize("interval", [None, 0.07])
def test_places_of_the_plot(runs: int, means: tuple[float, ...], interval: float | None) -> None:
    """Higher is better, later is further right, all of it is inside, and no name covers another."""
    given = [run_of({f"s{i}": mean for i, mean in enumerate(means)}, date=f"2026-{1 + i // 28:02}-{1 + i % 28:02}", interval=interval) for i in range(runs)]
    plot = plotting.plot(given, "nDCG@10")
    assert (plot.runs, plot.left_out) == (min(runs, 30), max(0, runs - 30))
    assert 0 < len(plot.dates) <= 8
    assert plot.dates[-1][1] == given[-1].date[:10]
    points = [point for series in plot.series for point in series.points]
    assert len(points) == plot.runs * len(means)
    for point in points:
        assert plot.left <= point.x <= plot.right
        assert 0 <= point.high <= point.y <= point.low <= plotting.HEIGHT
        assert (point.high < point.low) == (interval is not None)
    for series in plot.series:
        assert all(a.x < b.x for a, b in zip(series.points, series.points[1:], strict=False))
    heights = {mean: series.points[0].y for mean, series in zip(means, plot.series, strict=True)}
    assert sorted(heights, key=lambda mean: -heights[mean]) == sorted(heights)
    labels = sorted(series.label for series in plot.series)
    assert all(b - a >= 15.9 for a, b in itertools.pairwise(labels))
    assert 0 <= labels[0] <= labels[-1] <= plotting.HEIGHT


# --- in a browser ------------------------------------------------------------------------------------


def no_barrier(page: Page) -> None:
    """axe-core finds nothing, in both themes; at no width is the page to be scrolled sideways."""
    from axe_playwright_python.sync_playwright import Axe

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page)
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found.response["violations"]] == []
    for width in (390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_judging_with_keys(served: Callable[..., str], sample_index: Path, tmp_path: Path, page: Page) -> None:
    """A set is made, judged with keys alone, and measured; the figures and the plot are there."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    site = served(index)
    page.goto(f"{site}/evaluate")
    page.get_by_label("Name of the set").focus()
    page.keyboard.type("by keys")
    page.keyboard.press("Tab")
    page.keyboard.type(QUERIES[0])
    no_barrier(page)
    page.get_by_role("button", name="Make the set").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Judge", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your name").focus()
    page.keyboard.type("Ana")
    no_barrier(page)
    page.keyboard.press("Enter")
    page.get_by_text("Passage 1 of").first.wait_for()
    no_barrier(page)
    given: list[int] = []

    def press(key: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)

    for key in "3j0":
        press(key)
    assert [one.grade for one in kept(index, "by-keys")] == [3, 0]
    press("u")
    assert page.locator("button[aria-pressed=true]").inner_text().startswith("0")
    press("2")
    assert [one.grade for one in kept(index, "by-keys")] == [3, 2]
    press("k")
    while page.url.rpartition("?")[0].endswith("/judge"):
        assert len(given) < 200
        given.append(len(given) % 4)
        press(str(given[-1]))
    judgements = kept(index, "by-keys")
    assert f"Ana, have judged {len(judgements)} of {len(judgements)} passages" in page.locator("main").inner_text()
    page.get_by_role("button", name="Measure now").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("^Figures, ")).wait_for()
    run = json.loads((tmp_path / "index-judging/runs.jsonl").read_text(encoding="utf-8"))
    first = page.get_by_role("region", name="Figures").get_by_role("row").nth(1).inner_text()
    assert f"{run['systems'][0]['figures']['nDCG@10']['mean']:.3f}" in first
    assert page.locator("svg.plot .mark title").count() == len(run["systems"])
    no_barrier(page)


def test_a_measurement_is_stopped_in_the_browser(served: Callable[..., str], sample_index: Path, tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far it is changes by itself, while the button keeps the focus; pressed, it stops the measurement."""
    heard, told = threading.Event(), iter(range(1, 1_000))

    def slow(request: sets.SetRequest, session: Session) -> None:
        with session.stages({"hybrid": "queries"}) as report:
            while not heard.wait(0.1):
                report("hybrid", next(told), 1_000)

    monkeypatch.setattr(desk, "measure", slow)
    with TestClient(make_app(Workbench(str(shutil.copytree(sample_index, tmp_path / "index")), CORPUS), Admission(frozenset({"127.0.0.1"}))), base_url="http://127.0.0.1") as client:
        path = made(client, "stopped", QUERIES[0])
        client.cookies.set("reviewer", "Ana")
        client.post(f"{path}/judge", data={**hidden(client.get(f"{path}/judge").text), "grade": "3"})
    try:
        page.goto(served(tmp_path / "index") + path)
        page.get_by_role("button", name="Measure now").click()
        page.get_by_role("button", name="Stop").focus()
        before = page.locator("#running progress").get_attribute("value") or "0"
        page.wait_for_function("before => document.querySelector('#running progress').value > Number(before) + 10", arg=before)
        assert page.evaluate("document.activeElement.textContent") == "Stop"
        page.keyboard.press("Enter")
        page.get_by_text("The measurement was stopped").wait_for()
    finally:
        heard.set()


def test_judging_without_scripts(served: Callable[..., str], sample_index: Path, tmp_path: Path, opened: Callable[..., Page]) -> None:
    """With scripts off a set is made, judged with buttons, and measured."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    page = opened(java_script_enabled=False)
    page.goto(f"{served(index)}/evaluate")
    page.get_by_label("Name of the set").fill("plain")
    page.get_by_label("Queries, one a line").fill(QUERIES[1])
    page.get_by_role("button", name="Make the set").click()
    page.get_by_role("link", name="Judge", exact=True).click()
    page.get_by_label("Your name").fill("Ben")
    page.get_by_role("button", name="Begin").click()
    for grade in ("relevant", "related"):
        page.get_by_role("button", name=re.compile(rf"^\d {grade}")).click()
    assert [one.grade for one in kept(index, "plain")] == [2, 1]
    page.get_by_role("link", name="plain", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Measure now").click()
    end = time.monotonic() + 60
    while page.get_by_role("link", name="Look again").count():
        assert time.monotonic() < end
        with page.expect_navigation():
            page.get_by_role("link", name="Look again").click()
    assert page.get_by_role("heading", name=re.compile("^Figures, ")).count() == 1
