"""What queries are read as: signs, spelling, names and words for sections; and that plain ones stay what they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WordEncoder, put, quick_updates
from searched import QUERIES
from specsearch.encoding.words import words_of
from specsearch.errors import UsageError
from specsearch.ingest.update import update_index
from specsearch.records import Effect, Label, QueryReading, TakenAs
from specsearch.retrieval import names
from specsearch.retrieval.asked.reading import MOST_NAMING, READ, Manner, read
from specsearch.retrieval.asked.sought import Sought
from specsearch.retrieval.asked.words import asked_words
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

POSTING = "Job posting. Salary $21.40 hourly. Closing date: May 3. Apply online by the closing date.\n\n"
FERRY = {
    "budget-analyst-1.txt": "BUDGET ANALYST I\nClass Code: 1203\n\nDEFINITION\nThis is entry budget work.\n\nDUTIES\n• Prepares the annual budget of small departments.\n• Compares costs.\n",
    "budget-analyst-2.txt": "BUDGET ANALYST II\nClass Code: 1204\n\nDEFINITION\nThis is journey budget work.\n\nDUTIES\n• Prepares the operating budget without grants.\n• Prepares budget grants.\n• Moors the 1204 ferries.\n\nSUPERVISION RECEIVED\nWorks under a director.\n\nSALARY\nThe monthly salary is $5,100 to $6,800.\n",
    "senior-planner.txt": "SENIOR PLANNER\nClass Code: 2C-07\n\nDUTIES\n• Reviews collective bargaining maps of harbors.\n• Bargains for a collective harbor.\n",
    "clerk.txt": "CLERK\nClass Code: 3100\n\nDUTIES\n• Files letters, and a clerk sorts the mail of every clerk.\n",
    "planner.txt": "PLANNER\nClass Code: 2106\n\nDUTIES\n• Draws plans and asks the clerk, the supervisor, the manager and the planner.\n",
}
HARBOR = {
    "street-lead.txt": "STREET PAVING LEAD\n\nDUTIES\n• Leads a crew.\n",
    "street-supervisor.txt": "STREET CREW SUPERVISOR\n\nDUTIES\n• Supervises a crew that paves streets in the long harbor of the town, and a clerk.\n",
    "librarian.txt": f"LIBRARIAN I\n{POSTING}DUTIES\n• Answers reference questions of the public, not of a clerk.\n• Explains requirements for permits to a budget analyst.\n",
}


class PieceEncoder(WordEncoder):
    """An encoder that knows a few words whole, as real ones do."""

    def count_tokens(self, text: str) -> int:
        return 2 + sum(1 if word in ("wharf", "the", "and") else 2 for word in text.split())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """An index of classes with codes and levels of two employers, one of whose names is made of ordinary words."""
    folder = tmp_path_factory.mktemp("town")
    for name, text in FERRY.items():
        put(folder / "corpus/alder-ferry-or" / name, f"CITY OF ALDER FERRY, OREGON\n{text}")
    for name, text in HARBOR.items():
        put(folder / "corpus/long-harbor-me" / name, f"CITY OF LONG HARBOR, MAINE\n{text}")
    with quick_updates():
        update_index(folder / "corpus", folder / "index", PieceEncoder())
    with open_snapshot(folder / "index", encoder=PieceEncoder()) as found:
        yield found


def taken(sought: Sought) -> list[tuple[str, str, str]]:
    """What was taken, with as what, and its effect."""
    return [(one.text, str(one.kind), str(one.effect)) for one in sought.reading.taken]


READ_AS = [
    pytest.param('"collective bargaining"', "collective bargaining", [('"collective bargaining"', "phrase", "filter")], id="phrase"),
    pytest.param("maps “collective bargaining” review", "maps collective bargaining review", [("“collective bargaining”", "phrase", "filter")], id="curly-quotes"),
    pytest.param("budget -grants", "budget", [("-grants", "excluded", "filter")], id="minus"),
    pytest.param("operating budget NOT grants", "operating budget", [("NOT grants", "excluded", "filter")], id="not"),
    pytest.param('budget -"small departments"', "budget", [('-"small departments"', "excluded", "filter")], id="minus-phrase"),
    pytest.param("state:OR budget", "budget", [("state:OR", "field", "filter")], id="field"),
    pytest.param('employer:"Long Harbor" crew', "crew", [('employer:"Long Harbor"', "field", "filter")], id="field-quoted"),
    pytest.param("section:salary budget", "budget", [("section:salary", "field", "filter")], id="field-section"),
    pytest.param("kind:posting public", "public", [("kind:posting", "field", "filter")], id="field-document-kind"),
    pytest.param("level:2 title:analyst year", "year", [("level:2", "field", "filter"), ("title:analyst", "field", "filter")], id="fields"),
    pytest.param("code:2c07", "", [("code:2c07", "field", "filter")], id="field-code"),
    pytest.param("2C07", "", [("2C07", "code", "filter")], id="code"),
    pytest.param("class code 3100", "", [("3100", "code", "filter")], id="code-announced"),
    pytest.param("1203 harbors", "harbors", [("1203", "code", "filter")], id="code-first"),
    pytest.param("1203 1204", "", [("1203", "code", "filter"), ("1204", "code", "filter")], id="codes"),
    pytest.param("classes 1203, 3100 and 2C-07 harbors", "harbors", [("1203", "code", "filter"), ("3100", "code", "filter"), ("2C-07", "code", "filter")], id="listed-codes"),
    pytest.param("code:1203 code:3100 kind:any harbors", "harbors", [("code:1203", "field", "filter"), ("code:3100", "field", "filter"), ("kind:any", "field", "filter")], id="fields-of-one-name"),
    pytest.param("Budget Analyst II", "", [("Budget Analyst II", "title", "filter")], id="title-with-level"),
    pytest.param("budget analysts 2 in Oregon", "", [("budget analysts 2", "title", "filter"), ("Oregon", "state", "filter")], id="title-plural-and-state"),
    pytest.param("Sr. Planner", "", [("Sr. Planner", "title", "filter")], id="title-short-level"),
    pytest.param("budget analyst i compares", "compares", [("budget analyst i", "title", "filter")], id="title-first"),
    pytest.param("budget analyst", "budget analyst", [("budget analyst", "title", "boost")], id="title-without-level"),
    pytest.param("salary range for budget analyst ii", "", [("salary range", "section", "filter"), ("budget analyst ii", "title", "filter")], id="salary-of-a-class"),
    pytest.param("what does a budget analyst 1 do", "", [("do", "section", "filter"), ("budget analyst 1", "title", "filter")], id="what-does-a-class-do"),
    pytest.param("what does the clerk require", "requirements clerk", [("clerk", "title", "boost"), ("require", "section", "boost")], id="what-a-class-requires"),
    pytest.param("who does the harbor manager supervise", "supervision harbor manager", [("supervise", "section", "boost")], id="whom-a-role-supervises"),
    pytest.param("physical demands of climbing masts", "physical demands climbing masts", [("physical demands", "section", "boost")], id="section-of-anything"),
    pytest.param("librarian requirements", "librarian requirements", [("librarian", "title", "boost"), ("requirements", "section", "boost")], id="section-behind-a-role"),
    pytest.param("overtime at the pier", "overtime at the pier", [("overtime", "section", "boost")], id="topic"),
    pytest.param("medical examinations of divers", "medical examinations of divers", [("medical examinations", "section", "boost")], id="topic-of-a-role"),
    pytest.param("Alder Ferry budget", "budget", [("Alder Ferry", "employer", "filter")], id="employer-first"),
    pytest.param("budget in Long Harbor", "budget", [("Long Harbor", "employer", "filter")], id="employer-of-ordinary-words"),
    pytest.param("letters from Alder Ferry for crews", "letters for crews", [("Alder Ferry", "employer", "filter")], id="employer-in-the-middle"),
    pytest.param("paving, Long Harbor, ME", "paving", [("Long Harbor, ME", "employer", "filter")], id="employer-with-state"),
    pytest.param("crew Maine", "crew", [("Maine", "state", "filter")], id="state"),
    pytest.param("crews in ME", "crews", [("ME", "state", "filter")], id="state-code"),
    pytest.param("prepairs budgit", "prepares budget", [("prepairs", "spelling", "replaced"), ("budgit", "spelling", "replaced")], id="misspelt"),
    pytest.param("Oregn budget", "budget", [("Oregn", "spelling", "replaced"), ("Oregn", "state", "filter")], id="misspelt-name"),
]


@pytest.mark.parametrize(("query", "meaning", "expected"), READ_AS)
def test_what_is_typed_is_understood(query: str, meaning: str, expected: list[tuple[str, str, str]], town: Snapshot) -> None:
    """Each part with its place in the query, and what is left is what is meant."""
    sought = read(town, query, READ)
    assert sorted(taken(sought)) == sorted(expected)
    assert sought.reading.meaning == meaning
    assert all(query[one.start : one.end] == one.text for one in sought.reading.taken)
    assert read(town, query, Manner(as_typed=True)).reading == QueryReading(query, query)


PLAIN = [
    *QUERIES,
    "prepares the annual budget",
    "self-directed crews",
    "works 5-10 hours -2 degrees",
    "- sorts mail",
    'a 6" pipe and an 8" valve',
    'nothing in ""',
    "PREPARES BUDGETS NOT GRANTS",
    "either or NOT",
    "note:prepares a budget",
    "see http://example.test/state:OR",
    "a ratio of 3:1",
    "supervisor",
    "manager",
    "asks a supervisor and a manager",
    "1204 ferries",
    "1204 ferries 1203",
    "moors 1203 boats for 3100 people every day",
    "explains requirements for permits",
    "requirements for permits",
    "experience with maps",
    "education for children",
    "negotiates salary",
    "authorizes overtime for crews",
    "reports to the council on harbors",
    "paves the long harbor",
    "long harbor cruises",
    "works with Oregon",
    "promoted to budget analyst II",
    "acts as budget analyst II",
    "helps the budget analyst II prepare costs",
    "Prepares the budget of the City of Alder Ferry for a budget analyst II in Oregon and tells all crews",
    "wharf the and wharf",
    "street paving",
    "crews in Long Harbor County",
    "Alder Ferry County crews",
    "Alder Ferry university maps",
    "reports in Alder Ferry style",
    "water from Alder Ferry pipes",
    "medical examiner",
    "driver license examiner",
    "vacation rental inspector",
    "standby generator mechanic",
    "night shift supervisor",
    "holidays event coordinator",
    "medical examiners",
    "terrazzo waitresses",
    "zxqvj",
]


@pytest.mark.parametrize("query", PLAIN)
def test_plain_questions_stay_plain(query: str, town: Snapshot) -> None:
    """What only looks like a sign, a name or a misspelling is words: wrong is worse than unknown."""
    assert read(town, query, READ) == read(town, query, Manner(as_typed=True))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("state:Orgon budget", r"state 'Orgon'.*OR \(Oregon\)", id="state-by-its-name"),
        pytest.param("city:Aldr", r"employer 'Aldr'.*City of Alder Ferry", id="employer"),
        pytest.param("code:1205", r"class code '1205'.*120", id="code"),
        pytest.param("section:zzz", r"no section 'zzz'.*duty", id="section"),
        pytest.param("kind:duty section:license", r"both kind:duty and section:license", id="kind-without-section"),
    pytest.param("kind:zzz", r"no kind 'zzz'.*duty", id="kind"),
    ],
)
def test_values_that_nothing_has(query: str, message: str, town: Snapshot) -> None:
    """A field with a value that no document has is refused with what is like it."""
    with pytest.raises(UsageError, match=message):
        read(town, query, READ)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        pytest.param("2C08", "No class has the code '2C08'. Near ones: 2C07.", id="code"),
        pytest.param("salary range for budget analyst i", "there is none in these documents", id="section"),
        pytest.param("-grants", "Only words to leave out were given", id="only-words-to-leave-out"),
        pytest.param('an "open quote', "is not closed", id="open-quotation"),
        pytest.param('budget NOT "grants', "is not closed", id="open-exclusion"),
        pytest.param("budget analyst 3", "No class has the title 'budget analyst 3'. Of its series there are: BUDGET ANALYST I or BUDGET ANALYST II.", id="level"),
        pytest.param("budget analyst ii Maine", "there is none there", id="title"),
    ],
)
def test_what_is_not_there_is_said(query: str, note: str, town: Snapshot) -> None:
    """What could be meant and is not there is words, and a note says so."""
    (said,) = read(town, query, READ).reading.notes
    assert note in said


@pytest.mark.parametrize("query", [str(param.values[0]) for param in READ_AS])
def test_each_recognition_can_be_turned_off(query: str, town: Snapshot) -> None:
    """By its words, whatever they are taken for; with all of them off the query is as it was typed."""
    off: set[str] = set()
    while (found := read(town, query, Manner(plain=frozenset(off))).reading).taken:
        assert not off & {one.text.upper() for one in found.taken}
        off.add(found.taken[0].text.upper())
    assert found.meaning == query


def test_sections_that_are_chosen_are_kept(town: Snapshot) -> None:
    """Words choose no section where one is chosen already."""
    assert taken(read(town, "librarian requirements", Manner(sections=False))) == []


def test_a_half_typed_word_is_no_misspelling(town: Snapshot) -> None:
    """While one types, the last word may become one that there is; the others are corrected, and so is one that nothing begins with."""
    typing = Manner(is_typing=True)
    assert read(town, "budgit departm", typing).reading.meaning == "budget departm"
    assert read(town, "prepairs budgit", typing).reading.meaning == "prepares budget"


def test_what_follows(town: Snapshot) -> None:
    """Stems for the store, the labels of a section, the numbers of the documents of a class."""
    sought = read(town, '"collective bargaining" -maps code:2C07', READ)
    assert sought.phrases == {("collect", "bargain")}
    assert sought.without == {("map",)}
    assert {entry.source.title for entry in town.entries() if entry.number in (sought.documents or ())} == {"SENIOR PLANNER"}
    assert read(town, "section:compensation", READ).labels == {Label.COMPENSATION}


@pytest.mark.parametrize(
    ("query", "titles", "labels"),
    [
        ("1203 3100", {"BUDGET ANALYST I", "CLERK"}, set()),
        ("code:1203 code:3100", {"BUDGET ANALYST I", "CLERK"}, set()),
        ("code:1203 3100", {"BUDGET ANALYST I", "CLERK"}, set()),
        ("kind:qualification section:license section:duty costs", None, {Label.LICENSE}),
        ("kind:duty kind:qualification section:license costs", None, {Label.LICENSE}),
    ],
)
def test_of_one_field_any_of_several_all(query: str, titles: set[str] | None, labels: set[Label], town: Snapshot) -> None:
    """Two codes are two classes; a kind and a section are what is both."""
    sought = read(town, query, READ)
    assert sought.labels == labels
    assert (sought.documents and {entry.source.title for entry in town.entries() if entry.number in sought.documents}) == titles


PIECES = [*"abZ19 -:\"“”'.,/", "NOT ", " -", " state:", "code:", " in ", "Oregon", "budgit", "analyst", " II", "1204", "salary range for "]
ANY_TEXT = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_nothing_breaks_it(town: Snapshot, text: str) -> None:
    """Any text is read, or refused for a value of a field; what is taken stands where it says, and nothing twice but what is misspelt."""
    typed = " ".join(text.split())
    try:
        reading = read(town, typed, READ).reading
    except UsageError:
        assert ":" in typed
        return
    assert reading.typed == typed
    for one in reading.taken:
        assert typed[one.start : one.end] == one.text != ""
    places = [set(range(one.start, one.end)) for one in reading.taken if one.kind is not TakenAs.SPELLING]
    assert len(set().union(*places)) == sum(map(len, places))
    assert reading.taken or reading.meaning == typed
    assert all(one.effect is Effect.FILTER for one in reading.taken if one.kind in (TakenAs.PHRASE, TakenAs.EXCLUDED, TakenAs.FIELD))


def test_words_are_data() -> None:
    """No phrase means two sections for sure, none is empty, and a statement is longer than any of them."""
    sections = asked_words().sections
    phrases = [phrase for section in sections for phrase in section.sure]
    assert len(phrases) == len(set(phrases))
    assert all(section.searched for section in sections if section.frames and Label.DUTY not in section.labels)
    assert all(phrase for section in sections for phrase in (*section.sure, *section.loose, *section.topics))
    assert max(map(len, phrases)) <= MOST_NAMING
    assert words_of("salary ranges") == words_of("Salary Range")


def test_what_many_titles_are_read_as_is_kept(town: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read from what is kept they are the same as read anew; what is damaged, or of another state, is read anew."""
    fresh = names._index_names(town)
    monkeypatch.setattr(names, "_MANY", 1)
    assert names._index_names(town) == fresh
    monkeypatch.setattr(names, "_names_of", lambda title: pytest.fail("it is kept"))
    assert names._index_names(town) == fresh
    monkeypatch.undo()
    monkeypatch.setattr(names, "_MANY", 1)
    town.keep(names._NAME, b'{"of": "another", "titles": {}}')
    assert names._index_names(town) == fresh
    town.keep(names._NAME, b"{")
    assert names._index_names(town) == fresh
