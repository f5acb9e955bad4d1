"""References resolved to roles, and the ladders that they make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specsearch
from families import ACCOUNTANTS, DUTY, ELM, TARN, asks, indexed, numbers, parsed, role
from specsearch.errors import UsageError
from specsearch.ingest.waiting import keep
from specsearch.records import (
    Choice,
    Document,
    DocumentKind,
    Label,
    Ladder,
    ParsedDocument,
    ReferenceKind,
    Role,
    SourceClassification,
)
from specsearch.reports.diagrams import as_dot, as_list, as_mermaid
from specsearch.retrieval.class_names import ClassName, read_name
from specsearch.roles.decisions import decision
from specsearch.roles.exclusions import exclusions_of
from specsearch.roles.family import CLIMBING, Edge, cone, series_edges, without_cycles
from specsearch.roles.graph import STRONGEST, graph_of, links, links_of
from specsearch.roles.ladder import MOST_RUNGS, ladder
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at

K = ReferenceKind


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The accountants."""
    with indexed(ACCOUNTANTS, tmp_path_factory.mktemp("families")) as snapshot:
        yield snapshot


def named(index: Snapshot) -> dict[str, dict[str, ReferenceKind]]:
    """Whom each document names, by ids."""
    ids = {number: doc_id for doc_id, number in numbers(index).items()}
    return {ids[number]: {ids[target]: kind for target, kind in targets.items()} for number, targets in links(index).items()}


def steps(found: Ladder) -> set[tuple[str, str, ReferenceKind]]:
    return {(found.rungs[step.lower].title, found.rungs[step.higher].title, step.kind) for step in found.steps}


# --- the graph -----------------------------------------------------------------------------------------


def test_names_are_resolved_within_the_employer(index: Snapshot) -> None:
    """All documents of a title are meant, none of another employer, and the strongest kind is kept."""
    assert named(index) == {
        "accountant-2019.txt": {},
        "accountant.txt": {"senior.txt": K.REPORTS_TO},
        "clerk.txt": {"senior.txt": K.MENTIONS},
        "principal.txt": {"senior.txt": K.EQUIVALENT},
        "senior.txt": {"accountant.txt": K.REQUIRES, "accountant-2019.txt": K.REQUIRES},
        "tarn.txt": {},
        "trainee.txt": {"accountant.txt": K.PROMOTES_TO, "accountant-2019.txt": K.PROMOTES_TO},
    }
    assert set(STRONGEST) == set(ReferenceKind)


def test_names_without_a_document_are_kept(index: Snapshot) -> None:
    """They are there with no target, at their place."""
    number = numbers(index)["principal.txt"]
    found = [link for link in graph_of(index).links[number] if not link.targets]
    assert [(link.name, link.kind) for link in found] == [("Budget Officer", K.EQUIVALENT)]
    assert index.document(number).text[found[0].start : found[0].end] == "Budget Officer"


@pytest.mark.parametrize(
    ("titles", "name", "expected"),
    [
        (["Planner I", "Planner II", "Planner III"], "Planner I or II", {"Planner I", "Planner II"}),
        (["Planner I", "Planner II", "Planner III"], "Planner I-III", {"Planner I", "Planner II", "Planner III"}),
        (["Planner I", "Planner II"], "Planner", {"Planner I", "Planner II"}),
        (["Planner", "Planner II"], "Planner", {"Planner"}),
        (["Planner"], "Planner II", {"Planner"}),
        (["Planner I"], "Planner II", set()),
        (["Planner, Senior"], "Senior Planner", {"Planner, Senior"}),
        (["Planner I/II"], "Planner II", {"Planner I/II"}),
        (["Site Planner"], "Planner", set()),
    ],
)
def test_levels_of_names(titles: list[str], name: str, expected: set[str], tmp_path: Path) -> None:
    """Numerals name classes, a range all of it, and no numeral the series."""
    documents = [*(parsed(f"{i}.txt", title, DUTY) for i, title in enumerate(titles)), parsed("x.txt", "Zoning Chief", DUTY, asks(f"Experience as a {name}."))]
    with indexed(documents, tmp_path) as index:
        found = named(index)["x.txt"]
        assert {titles[int(doc_id.partition(".")[0])] for doc_id in found} == expected


def test_another_employer_changes_nothing(tmp_path: Path) -> None:
    """What is read of an employer's documents is the same with others beside them, and is taken from what was kept."""
    more = [parsed(f"tarn{i}.txt", title, DUTY, employer=TARN) for i, title in enumerate(("Accountant", "Budget Officer"))]
    with indexed(ACCOUNTANTS, tmp_path / "a") as index:
        before = named(index)
        assert next(index.kept("references.json"))
    with indexed([*ACCOUNTANTS, *more], tmp_path / "b") as index:
        assert {doc_id: found for doc_id, found in named(index).items() if doc_id in before} == before


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    """An index opened again gives the same; what is damaged is made again."""
    with indexed(ACCOUNTANTS, tmp_path) as index:
        before = named(index)
    for content in (None, b"{", b'{"release": "0", "read": {}}', b"[]"):
        with open_snapshot(tmp_path / "index") as index:
            if content is not None:
                index.keep("references.json", content)
            assert named(index) == before


def test_a_role_of_no_index_is_resolved(index: Snapshot) -> None:
    """Its employer's classes are known from the index; those of others, and of nobody, are not."""
    said = asks("Two years of experience as a Senior Accountant.")
    targets = {employer: links_of(index, role("Chief of Ledgers", said, employer=employer))[0].targets for employer in (ELM, TARN, "Port Hollow", None)}
    known = numbers(index)
    assert targets == {ELM: (known["senior.txt"],), TARN: (known["tarn.txt"],), "Port Hollow": (), None: ()}


# --- ladders -------------------------------------------------------------------------------------------


def test_ladder_from_foot_to_top(index: Snapshot) -> None:
    """Each class stands over the one that leads to it, with the statement that says so; supervision stands beside."""
    found = ladder(index, numbers(index)["senior.txt"])
    assert [(rung.title, rung.depth, rung.asked, [one.doc_id for one in rung.documents]) for rung in found.rungs] == [
        ("Accountant Trainee", 0, False, ["trainee.txt"]),
        ("Accountant", 1, False, ["accountant-2019.txt", "accountant.txt"]),
        ("Senior Accountant", 2, True, ["senior.txt"]),
        ("Principal Accountant", 3, False, ["principal.txt"]),
    ]
    assert steps(found) == {
        ("Accountant Trainee", "Accountant", K.PROMOTES_TO),
        ("Accountant", "Senior Accountant", K.REQUIRES),
        ("Senior Accountant", "Principal Accountant", K.EQUIVALENT),
    }
    assert {(one.source, one.kind, one.target) for one in found.beside} == {("Senior Accountant", K.SUPERVISES, "Accountant"), ("Accountant", K.REPORTS_TO, "Senior Accountant")}
    for said in (*(step.said for step in found.steps), *(one.said for one in found.beside)):
        assert said is not None
        assert said.document.text[said.start : said.end] in said.passage.text
    assert (found.left_out, found.unresolved) == (0, ())
    top = ladder(index, numbers(index)["principal.txt"])
    assert [rung.title for rung in top.rungs] == [rung.title for rung in found.rungs]
    assert [one.name for one in top.unresolved] == ["Budget Officer"]


def test_mentions_make_no_ladder(index: Snapshot) -> None:
    """A clerk who assists accountants is none of them; a class alone is a ladder of one."""
    for doc_id in ("clerk.txt", "tarn.txt"):
        found = ladder(index, numbers(index)[doc_id])
        assert (len(found.rungs), found.steps) == (1, ())


def test_a_role_from_a_file_takes_its_place(index: Snapshot) -> None:
    """One of a class that is there joins it; one of a class that is not is linked by what either side says."""
    officer = role("Budget Officer", DUTY, asks("One year as an Accountant."))
    found = ladder(index, officer)
    assert steps(found) >= {("Accountant", "Budget Officer", K.REQUIRES), ("Budget Officer", "Principal Accountant", K.EQUIVALENT)}
    assert next(rung for rung in found.rungs if rung.asked).documents == (officer.document,)
    again = role("SENIOR ACCOUNTANT", DUTY)
    joined = next(rung for rung in ladder(index, again).rungs if rung.asked)
    assert [one.doc_id for one in joined.documents] == ["own.txt", "senior.txt"]
    assert len(ladder(index, role("Senior Accountant", DUTY, employer=None)).rungs) == 1


def test_series_are_ladders_by_their_titles(tmp_path: Path) -> None:
    """Levels of one series follow each other, numerals within words; what may be read in two ways is no step."""
    titles = ("Surveyor I", "Surveyor II", "Senior Surveyor", "Surveyor Trainee", "Surveyor IV", "Harbor Surveyor II", "Principal Surveyor")
    with indexed([parsed(f"{i}.txt", title, DUTY) for i, title in enumerate(titles)], tmp_path) as index:
        found = ladder(index, numbers(index)["1.txt"])
        assert [rung.title for rung in found.rungs] == ["Surveyor Trainee", "Surveyor I", "Surveyor II", "Surveyor IV", "Senior Surveyor", "Principal Surveyor"]
        assert {step.kind for step in found.steps} == {K.SERIES}
        assert all(step.said is None for step in found.steps)


def test_contradictions_are_set_beside(tmp_path: Path) -> None:
    """No statement turns the levels of a series round, and of two that contradict each other the weaker goes."""
    documents = [
        parsed("a.txt", "Diver I", DUTY, asks("One year of experience as a Diver II.")),
        parsed("b.txt", "Diver II", DUTY),
        parsed("c.txt", "Dock Hand", DUTY, asks("One year of experience as a Rope Maker.")),
        parsed("d.txt", "Rope Maker", DUTY, asks("One year in a class at the level of Dock Hand.")),
    ]
    with indexed(documents, tmp_path) as index:
        found = ladder(index, numbers(index)["a.txt"])
        assert steps(found) == {("Diver I", "Diver II", K.SERIES)}
        assert [(one.source, one.kind, one.target) for one in found.beside] == [("Diver I", K.REQUIRES, "Diver II")]
        other = ladder(index, numbers(index)["c.txt"])
        assert steps(other) == {("Rope Maker", "Dock Hand", K.REQUIRES)}
        assert [one.kind for one in other.beside] == [K.EQUIVALENT]


def test_long_ladders_are_bounded(tmp_path: Path) -> None:
    """The nearest classes are shown, and how many are not is told."""
    names = [f"{first} {last}" for first in ("Amber", "Birch", "Cedar", "Dusk", "Ember", "Flint") for last in ("Baker", "Carpenter", "Diver", "Farmer", "Mason")]
    documents = [parsed("top.txt", "Chief Steward", DUTY, asks(f"Two years of experience as a {', '.join(names[:15])}."), asks(f"Two years of experience as a {', '.join(names[15:])}."))]
    documents += [parsed(f"{i}.txt", name, DUTY) for i, name in enumerate(names)]
    with indexed(documents, tmp_path) as index:
        found = ladder(index, numbers(index)["top.txt"])
        assert len(found.rungs) == MOST_RUNGS
        assert found.left_out == len(names) + 1 - MOST_RUNGS


def test_decisions_are_shown(tmp_path: Path) -> None:
    """What a reviewer decided about the asked role and another stands with that rung, both ways."""
    with indexed(ACCOUNTANTS, tmp_path) as index:
        known = numbers(index)
        made = decision(index, known["senior.txt"], known["principal.txt"], Choice.LEVEL, "One step up.", "R. Vale")
    keep(store_at(tmp_path / "index"), [made])
    with open_snapshot(tmp_path / "index") as index:
        for asked, other in (("senior.txt", "Principal Accountant"), ("principal.txt", "Senior Accountant")):
            rungs = ladder(index, numbers(index)[asked]).rungs
            assert {rung.title: rung.standing.decision.choice for rung in rungs if rung.standing} == {other: Choice.LEVEL}
        assert "said to be at another level by R. Vale" in as_list(ladder(index, numbers(index)["senior.txt"]))


def test_a_document_about_no_one_job_has_no_ladder(tmp_path: Path) -> None:
    """It is refused, as by comparisons."""
    one = parsed("page.txt", "Jobs", DUTY)
    page = Document("page.txt", SourceClassification(title="Jobs"), DocumentKind.NOT_ONE_JOB, one.document.text, "page.txt", one.document.content_hash)
    with indexed([*ACCOUNTANTS, ParsedDocument(page, (), one.passages, ())], tmp_path) as index, pytest.raises(UsageError, match="not about one job"):
        ladder(index, numbers(index)["page.txt"])


# --- properties ----------------------------------------------------------------------------------------

TITLES = ("Diver I", "Diver II", "Senior Diver", "Rope Maker", "Dock Hand", "Pier Warden", "Pier Inspector")
LINKS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["One year of experience as a {}.", "One year in a class at the level of {}.", "Incumbents may be promoted to {}."]), st.integers(0, 6)), max_size=14)


@given(LINKS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ladders_have_no_cycles(tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, int]]) -> None:
    """Whatever documents say, steps lead upward only, each class is there once, and the order of documents does not matter."""

    def documents(order: Sequence[int]) -> list[ParsedDocument]:
        return [parsed(f"{i}.txt", TITLES[i], DUTY, *((asks(text.format(TITLES[b])) if "year" in text else (Label.SUMMARY, text.format(TITLES[b]))) for a, text, b in said if a == i)) for i in order]

    shapes = []
    for order in (range(7), range(6, -1, -1)):
        with indexed(documents(order), tmp_path_factory.mktemp("ladder")) as index:
            shapes.append([ladder(index, numbers(index)[f"{i}.txt"]).to_dict() for i in range(7)])
            for one in (ladder(index, number) for number in numbers(index).values()):
                below: dict[int, set[int]] = {}
                for step in one.steps:
                    below.setdefault(step.higher, set()).add(step.lower)
                reached: set[int] = set()
                while free := {i for i in range(len(one.rungs)) if i not in reached and below.get(i, set()) <= reached}:
                    reached |= free
                assert reached == set(range(len(one.rungs)))
                assert len({rung.title for rung in one.rungs}) == len(one.rungs)
                assert all(rung.lower is None or rung.lower < place for place, rung in enumerate(one.rungs))
                assert sum(rung.asked for rung in one.rungs) == 1
    assert shapes[0] == shapes[1]


NAMES = [ClassName((letter,), ()) for letter in "abcdef"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(sorted(CLIMBING))), max_size=30))
@settings(max_examples=200, deadline=None)
def test_steps_lead_upward_only(said: list[tuple[ClassName, ClassName, ReferenceKind]]) -> None:
    """From no class does one come back to it, nothing is lost without being told, and the order of what is said does not matter."""
    edges = [Edge(source, target, kind, str(i), i, None) for i, (source, target, kind) in enumerate(said)]
    titles = {name: name.words[0] for name in NAMES}
    climbing, against = without_cycles(edges, NAMES, titles)
    assert (climbing, against) == without_cycles(edges[::-1], NAMES, titles)
    heights = dict.fromkeys(NAMES, 0)
    for _ in NAMES:
        for edge in climbing:
            lower, higher = edge.ends
            heights[higher] = max(heights[higher], heights[lower] + 1)
    assert max(heights.values()) < len(NAMES)  # with a cycle it would grow on
    pairs = [frozenset(edge.ends) for edge in climbing]
    assert len(set(pairs)) == len(pairs)
    assert {frozenset(edge.ends) for edge in edges if edge.source != edge.target} == {*pairs, *(frozenset(edge.ends) for edge in against)}


def test_parts_of_a_family() -> None:
    """What is linked by nothing is not in the cone; a step from a class to itself is none."""
    titles = {read_name(title): title for title in TITLES}
    edges = series_edges(titles)
    diver = read_name("Diver I")
    assert cone(diver, edges, 10) == ([diver, read_name("Diver II"), read_name("Senior Diver")], 0)
    assert cone(diver, edges, 2)[1] == 1
    assert without_cycles([], [ClassName(("x",), ())], {}) == ([], [])


# --- what is shown -------------------------------------------------------------------------------------


def test_python_calls(index: Snapshot) -> None:
    """The call takes any name of a role; the record shows itself."""
    found = specsearch.ladder(index, "senior.txt")
    assert isinstance(found, specsearch.Ladder)
    assert repr(found) == "<Ladder of Senior Accountant: 4 classes>"
    assert json.loads(json.dumps(found.to_dict()))["classes"][2]["asked"] is True
    assert "<table>" in found._repr_html_()
    comparison = specsearch.compare(index, "senior.txt", "principal.txt")
    assert comparison.ladders is not None
    assert [one.document.doc_id for one in comparison.ladders] == ["senior.txt", "principal.txt"]


EVIL = 'Clerk"];x-->y["</script>\\ & #quot; `|[]{}%% end \u202e\n(II) $x_1$'


def test_hostile_titles_are_harmless(tmp_path: Path) -> None:
    """Whatever a title holds, diagrams are what they are without it: so many nodes, so many arrows, all quotes closed."""
    documents = [parsed("evil.txt", EVIL, DUTY, asks("Two years of experience as a Dock Hand.")), parsed("hand.txt", "Dock Hand", DUTY)]
    with indexed(documents, tmp_path) as index:
        found = ladder(index, numbers(index)["evil.txt"])
    assert len(found.rungs) == 2
    mermaid = as_mermaid(found)
    node, arrow = r'  n\d+\["[^"\[\]{}<>|`%\\\n]*"\]', r'  n\d+ -->\|"[\w #;,./-]+"\| n\d+'
    assert re.fullmatch(rf"flowchart BT\n(?:{node}\n){{2}}{arrow}\n  style n\d+ stroke-width:4px\n", mermaid), mermaid
    dot, string = as_dot(found), r'"(?:[^"\\\n]|\\["\\])*"'
    assert re.fullmatch(rf"digraph ladder {{\n  rankdir=BT;\n  node \[shape=box\];\n(?:  n\d+ \[label={string}(?:, penwidth=3)?\];\n){{2}}  n\d+ -> n\d+ \[label={string}\];\n}}\n", dot), dot
    assert "&quot" not in dot.replace("&amp;", "")
    listed = as_list(found)
    assert len(listed.splitlines()) == 2
    assert "</script>" not in listed
    assert "\u202e" not in mermaid + dot + listed


def test_exclusions_by_what_is_said() -> None:
    """A role that says it differs from a class of one word is set apart from it, wherever it says so; who reports to it is not."""
    other = role("Auditor II", DUTY)
    for label, text, expected in (
        (Label.SUMMARY, "This class is distinguished from Auditor II by its scope.", 1),
        (Label.SUMMARY, "This class is distinguished from Auditor I by its scope.", 0),
        (Label.SUMMARY, "This class differs from the Auditor series by its scope.", 1),
        (Label.SUMMARY, "Works under the direction of an Auditor II.", 0),
        (Label.DUTY, "Confers with the Auditor II.", 0),
    ):
        one = role("Examiner", DUTY, (label, text))
        assert len(exclusions_of(one, other)) == expected, text
        assert [found.of for found in exclusions_of(other, one)] == ["b"] * expected


def test_own_series_is_not_set_apart() -> None:
    """What is said of the own series without a level says nothing against another level of it."""
    one = role("Auditor I", DUTY, (Label.SUMMARY, "This class is distinguished from other Auditor classes by its scope."))
    assert exclusions_of(one, role("Auditor II", DUTY)) == ()
    assert isinstance(one, Role)
