"""What reviewers say of labels, as users say and see it: `specsearch parse --label`."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from conftest import TESTS, contents, put, specsearch
from specsearch import Label, LabelCorrection, UsageError, open_index, relabel
from specsearch.interfaces import shapes
from specsearch.interfaces.cli.output import labels_aside
from specsearch.interfaces.service import corpus, labelling
from specsearch.interfaces.service.session import Session
from specsearch.storage.stores import open_snapshot
from workplace import BUDGET, Workplace, hits, refused

pytestmark = pytest.mark.usefixtures("quick")

BUDGET_ID = "alder-ferry-or/budget.txt"
RECORD_ID = "sable-crossing-nm/postings.csv#L-7"
EXPLAINS, REVIEWS, SALARY = "Explains budget rules to managers.", "• Reviews purchase requests for available funds.", "• The monthly salary"


def place(words: str, text: str = BUDGET) -> str:
    """The stretch of some words, as one types it."""
    return f"{text.index(words)}-{text.index(words) + len(words)}"


def passages(index: Path, doc_id: str = BUDGET_ID) -> dict[str, tuple[str, str, float, bool]]:
    """Label, kind, confidence, and whether it is inferred, of each passage of a document of an index, by its first words."""
    with open_snapshot(index) as snapshot:
        found = next(some for document, some in contents(snapshot) if document.doc_id == doc_id)
    return {" ".join(one.text.split()[:4]): (str(one.label), str(one.kind), one.confidence, one.inferred) for one in found}


def parsed(work: Workplace, *options: object, name: str = BUDGET_ID) -> Any:  # noqa: ANN401 - JSON
    done = specsearch("parse", work.corpus / name, "--format", "json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def label(work: Workplace, *said: str, name: object = None, by: str = "Ann B.") -> str:
    given = [part for one in said for part in ("--label", one)]
    done = specsearch("parse", name or work.corpus / BUDGET_ID, *given, "--by", by, "--index", work.index)
    assert done.code == 0, done.err
    return done.out


def test_a_label(copied: Workplace) -> None:
    """It holds at once in searches and in what is shown, through updates, and can be taken back."""
    file, before, read = copied.corpus / BUDGET_ID, passages(copied.index), parsed(copied)
    assert "Explains budget rules to" in {" ".join(hit["text"].split()[:4]) for hit in hits(copied, "explain budget rules", "--kind", "duty")}
    assert label(copied, f"{place(EXPLAINS)}=process") == f"Kept: {BUDGET_ID}: {place(EXPLAINS)} process.\n"
    right = {**before, "Explains budget rules to": ("process", "administrative", 1.0, False)}
    assert passages(copied.index) == right
    assert EXPLAINS in [hit["text"] for hit in hits(copied, "explain budget rules", "--kind", "administrative")]
    assert EXPLAINS not in [hit["text"] for hit in hits(copied, "explain budget rules", "--kind", "duty")]
    shown = parsed(copied, "--index", copied.index)
    assert [(row["text"], row["section"], row["labelled_by"]) for row in shown["passages"] if row["labelled_by"]] == [(EXPLAINS, "process", "Ann B.")]
    assert [one["label"] for one in shown["sections"]].count("duty") == [one["label"] for one in read["sections"]].count("duty") + 1
    assert parsed(copied) == read
    assert re.search(rf"{place(EXPLAINS)} +process by Ann B\. +Explains", specsearch("parse", file, "--index", copied.index).out)
    assert "as Ann B. says; characters" in specsearch("parse", file, "--index", copied.index, "--format", "html").out
    (row,) = [one for one in csv.DictReader(io.StringIO(specsearch("parse", file, "--index", copied.index, "--format", "csv").out)) if one["labelled by"]]
    assert (row["text"], row["document"]) == (EXPLAINS, BUDGET_ID)
    assert specsearch("index", copied.corpus, "--index", copied.index).out.startswith("Nothing to do: 3 documents")
    assert passages(copied.index) == right
    assert label(copied, f"{place(EXPLAINS)}=") == f"Kept: {BUDGET_ID}: {place(EXPLAINS)} taken back.\n"
    assert passages(copied.index) == before
    assert specsearch("check", "--index", copied.index).code == 0


def test_stretches_take_whole_passages(copied: Workplace) -> None:
    """Those that lie in it for more than half; several at once, one after the other; what is said already is nothing new."""
    start, end = BUDGET.index(REVIEWS) + 9, BUDGET.index(EXPLAINS) + 20
    whole = f"{BUDGET.index(REVIEWS)}-{BUDGET.index(EXPLAINS) + len(EXPLAINS)}"
    assert label(copied, f" {start} - {end} = KSA ") == f"Kept: {BUDGET_ID}: {whole} ksa (2 passages).\n"
    assert label(copied, f"{start}-{end}=ksa", by="Ben") == f"Nothing new: {BUDGET_ID}: {whole} ksa already (2 passages).\n"
    assert label(copied, f"{whole}=ksa", f"{place(EXPLAINS)}=", f"{place(EXPLAINS)}=") == (
        f"Kept: {BUDGET_ID}: {whole} ksa already (2 passages), {place(EXPLAINS)} taken back, {place(EXPLAINS)} has nothing to take back.\n"
    )
    found = passages(copied.index)
    assert (found["• Reviews purchase requests"][0], found["Explains budget rules to"][0]) == ("ksa", "duty")
    with open_snapshot(copied.index) as snapshot:
        made = [(f"{one.start}-{one.end}", one.label, one.reviewer) for one in snapshot.label_corrections()]
    assert made == [(whole, Label.KSA, "Ann B."), (place(EXPLAINS), None, "Ann B.")]


def test_ways_to_name_a_document(copied: Workplace, tmp_path: Path) -> None:
    """A file of the corpus from anywhere, a document of a file, and an id; of several documents one has to be named."""
    inside = copied.corpus / "alder-ferry-or"
    done = specsearch("parse", "budget.txt", "--label", f"{place(EXPLAINS)}=ksa", "--index", copied.index, cwd=inside)
    assert done.out.startswith(f"Kept: {BUDGET_ID}: ")
    assert label(copied, f"{place(EXPLAINS)}=ksa", name=BUDGET_ID).startswith("Nothing new")
    text = parsed(copied, "--index", copied.index, name=RECORD_ID)["document"]["text"]
    stretch = place("• Selects books for the children's room.", text)
    assert label(copied, f"{stretch}=process", name=copied.corpus / RECORD_ID) == f"Kept: {RECORD_ID}: {stretch} process.\n"
    assert label(copied, f"{stretch}=process", name=copied.corpus / "sable-crossing-nm/postings.csv").startswith("Nothing new")
    assert label(copied, f"{stretch}=", name=RECORD_ID) == f"Kept: {RECORD_ID}: {stretch} taken back.\n"
    with (copied.corpus / "sable-crossing-nm/postings.csv").open("a", encoding="utf-8") as file:
        file.write('L-8,Librarian II,Town of Sable Crossing,"Duties:\n• Orders books for the branch every month."\n')
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    several = specsearch("parse", copied.corpus / "sable-crossing-nm/postings.csv", "--label", f"{stretch}=ksa", "--index", copied.index)
    refused(several, 2, r"postings\.csv holds 2 documents\. Name one of them: *\S+postings\.csv#L-7 *\S+postings\.csv#L-8$")
    table = specsearch("parse", copied.corpus / "sable-crossing-nm/postings.csv", "--format", "labels")
    refused(table, 2, "holds 2 documents .*, and a table is of one. Name one of an index: FILE#ID --index INDEX")
    refused(specsearch("parse", copied.corpus / "sable-crossing-nm/postings.csv#L-9", "--index", copied.index), 2, "holds no document 'L-9'")
    assert "children" in specsearch("parse", copied.corpus / RECORD_ID, "--index", copied.index, "--format", "labels").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--label", "12:25=duty"], "'12:25=duty' says of no characters what they do", id="form"),
        pytest.param(["--label", "12-25"], "says of no characters", id="no-label"),
        pytest.param(["--label", "-5-25=duty"], "says of no characters", id="negative"),
        pytest.param(["--label", "12-25=dutty"], "'dutty' is no label. Did you mean duty.*summary, distinguishing.*process", id="label"),
        pytest.param(["--label", "12-25=heading"], "'heading' is no label", id="heading"),
        pytest.param(["--label", "12-99999=duty"], f"12-99999 is no stretch of the text of {BUDGET_ID}, which has {len(BUDGET)} char.*nearest passages", id="outside"),
        pytest.param(["--label", "200-100=duty"], "is no stretch of the text", id="backwards"),
        pytest.param(["--label", "0-5=duty"], r"No passage of .* has more than half .* 0-5\. The nearest passages: *\d+-\d+ \(summary\): ", id="no-passage"),
        pytest.param(["--label", "0-5="], "No passage of", id="nothing-to-take-back"),
        pytest.param(["--label", f"{place(EXPLAINS)}=duty", "--label", "0-5=duty"], "No passage of", id="one-of-two"),
        pytest.param(["--label", f"{place(EXPLAINS)}=duty", "--by", " "], "Say who corrects it", id="nobody"),
        pytest.param(["--label", f"{place(EXPLAINS)}=duty", "--format", "json"], "--label goes without --format", id="format"),
        pytest.param(["--by", "Ann"], "--by goes with --label", id="name-alone"),
    ],
)
def test_refusals(arguments: list[str], message: str, work: Workplace) -> None:
    """What cannot be is refused with a sentence, and nothing is kept."""
    refused(specsearch("parse", work.corpus / BUDGET_ID, *arguments, env={"SPECSEARCH_INDEX": str(work.index)}), 2, message)
    with open_snapshot(work.index) as snapshot:
        assert snapshot.label_corrections() == []


def test_documents_that_are_not_in_the_index(copied: Workplace, tmp_path: Path) -> None:
    """Another file, one that has changed since, an id that nothing has, and an index that is not there."""
    put(tmp_path / "letter.txt", "DUTIES\n• Files letters of the office every day.\n")
    for options in (("--label", "7-40=ksa"), ("--format", "json")):
        refused(specsearch("parse", tmp_path / "letter.txt", *options, "--index", copied.index), 2, r"letter\.txt is no file of .*Index it first")
    put(tmp_path / "budget.txt", BUDGET + "\n• Counts stamps.\n")
    refused(specsearch("parse", tmp_path / "budget.txt", "--label", "7-40=ksa", "--index", copied.index), 2, "is no file of")
    put(copied.corpus / BUDGET_ID, BUDGET + "\n• Counts stamps.\n")
    refused(specsearch("parse", copied.corpus / BUDGET_ID, "--label", f"{place(EXPLAINS)}=ksa", "--index", copied.index), 2, "is not as it was indexed.*Bring the index up to date")
    shown = specsearch("parse", copied.corpus / BUDGET_ID, "--index", copied.index)
    assert (shown.code, "is not as it was indexed" in shown.err) == (0, True)
    refused(specsearch("parse", "no/such.txt", "--label", "7-40=ksa", "--index", copied.index), 2, "No document of")
    refused(specsearch("parse", copied.corpus / BUDGET_ID, "--label", "7-40=ksa", "--index", tmp_path / "none"), 3, "none is not an index")
    assert specsearch("parse", copied.corpus / BUDGET_ID).code == 0


def test_a_text_that_has_changed(copied: Workplace) -> None:
    """What was said of it is kept, not applied, and told by `sources` and `status` until it is taken back, or the text comes back."""
    label(copied, f"{place(EXPLAINS)}=process")
    put(copied.corpus / BUDGET_ID, BUDGET.replace("managers", "clerks"))
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert passages(copied.index)["Explains budget rules to"][0] == "duty"
    said = rf"{BUDGET_ID}: {place(EXPLAINS)} process by Ann B\. on \d{{4}}-\d\d-\d\d"
    listed = specsearch("sources", "--index", copied.index).out
    assert re.search(rf"1 label that a reviewer gave is of a text that has changed since, and not applied: {said}\. To take one back", listed)
    assert "1 with labels that are not applied" in listed
    rows = json.loads(specsearch("sources", "--index", copied.index, "--format", "json").out)
    assert {row["id"]: row["look_at"] for row in rows}[BUDGET_ID] == ["labels that are not applied"]
    assert re.search(rf"label not applied +{said}: the text, or how it", specsearch("status", "--index", copied.index).out)
    status = json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)
    assert [(one["doc_id"], one["label"]) for one in status["labels_not_applied"]] == [(BUDGET_ID, "process")]
    put(copied.corpus / BUDGET_ID, BUDGET)
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert passages(copied.index)["Explains budget rules to"][0] == "process"
    assert "not applied" not in specsearch("sources", "--all", "--index", copied.index).out
    put(copied.corpus / BUDGET_ID, BUDGET[: BUDGET.index("• Reviews")])
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert label(copied, f"{place(EXPLAINS)}=") == f"Kept: {BUDGET_ID}: {place(EXPLAINS)} taken back.\n"
    assert json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)["labels_not_applied"] == []


def test_a_document_that_is_gone(copied: Workplace) -> None:
    """What was said of it is told, and can be taken back by its id; nothing else can be said of it."""
    label(copied, f"{place(EXPLAINS)}=process")
    (copied.corpus / BUDGET_ID).unlink()
    away = f"1 document that was corrected is not in the index: {BUDGET_ID}."
    for command in (("index", copied.corpus), ("sources",)):
        assert away in specsearch(*command, "--index", copied.index).out.splitlines(), command
    refused(specsearch("parse", BUDGET_ID, "--label", "7-40=ksa", "--index", copied.index), 2, "No document of")
    refused(specsearch("parse", BUDGET_ID, "--label", "7-40=", "--index", copied.index), 2, "There is no passage in .*, and nothing was said of 7-40")
    assert label(copied, f"{place(EXPLAINS)}=", name=BUDGET_ID).endswith("taken back.\n")
    assert "not in the index" not in specsearch("sources", "--index", copied.index).out


def test_many_labels_that_are_not_applied() -> None:
    """The first ones are named."""
    made = [LabelCorrection(f"{name}\n.txt", "f" * 64, 3, 9, Label.DUTY, "Ann", "2026-01-02T00:00:00+00:00") for name in "abcd"]
    told = labels_aside(made)
    assert told.startswith("4 labels that reviewers gave are of a text")
    assert "d" not in re.findall(r"(\w)\S* ?\.txt: 3-9 duty by Ann on 2026-01-02", told)
    assert " and 1 more. To take one back" in told


def test_labels_to_train_with(copied: Workplace) -> None:
    """Statements, headings and title lines in reading order, one a line; with an index as reviewers said."""
    label(copied, f"{place(EXPLAINS)}=process")
    for options, expected in (((), "duty"), (("--index", copied.index), "process")):
        done = specsearch("parse", copied.corpus / BUDGET_ID, "--format", "labels", *options)
        units = [line.split("\t") for line in done.out.splitlines()]
        assert [number for number, *_ in units] == [str(number) for number in range(len(units))]
        assert [text for *_, text in units][:2] == ["CITY OF ALDER FERRY", "BUDGET ANALYST II"]
        found = {text: label for _, label, text in units}
        assert (found["CITY OF ALDER FERRY"], found["DEFINITION"], found[EXPLAINS]) == ("title", "heading", expected)
        assert "".join("".join(text.split()) for *_, text in units) == "".join(BUDGET.split())


def test_an_index_of_an_older_release(tmp_path: Path) -> None:
    """It is brought up to date, and takes labels."""
    with tarfile.open(TESTS / "fixtures/index-0.7.0.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    index, file = tmp_path / "index-0.7.0", TESTS / "fixtures/documents/operator.txt"
    words = "Takes samples of raw and finished water for the laboratory."
    done = specsearch("parse", file, "--label", f"{place(words, file.read_text(encoding='utf-8'))}=ksa", "--index", index)
    assert (done.code, done.out.startswith("Kept: operator.txt: ")) == (0, True)
    assert passages(index, "operator.txt")["- Takes samples of"][:2] == ("ksa", "qualification")
    assert specsearch("check", "--index", index).code == 0


def test_readers_keep_their_generation(copied: Workplace) -> None:
    """Who reads while a label is said sees the old one to the end, and the new one afterwards."""
    start = BUDGET.index(EXPLAINS)
    with open_index(copied.index) as index:
        with index.snapshot() as snapshot:
            before = contents(snapshot)
            (kept,) = relabel(copied.index, BUDGET_ID, [(start, start + len(EXPLAINS), "process")], reviewer="Ann")
            assert contents(snapshot) == before
        with index.snapshot() as snapshot:
            assert snapshot.label_corrections() == [kept]
            assert [one.text for _, some in contents(snapshot) for one in some if one.label is Label.PROCESS] == [EXPLAINS]


def test_the_service_answers(copied: Workplace) -> None:
    """Without the command line; the text that a reviewer saw must be that of the index."""
    session, start = Session(copied.index), BUDGET.index(EXPLAINS)
    request = labelling.LabelRequest(copied.corpus / BUDGET_ID, ((start, start + len(EXPLAINS), "license"),), "Ann")
    answer = labelling.label(request, session)
    (part,) = answer.parts
    assert (answer.doc_id, part.label, part.passages, [one.reviewer for one in part.kept]) == (BUDGET_ID, Label.LICENSE, 1, ["Ann"])
    assert not labelling.label(request, session).parts[0].kept
    told = corpus.parse(corpus.ParseRequest(copied.corpus / BUDGET_ID, indexed=True), session)
    assert told.labelled == {f"{BUDGET_ID}:{part.start}-{part.end}": "Ann"}
    assert isinstance(shapes.parse(told), dict)
    with pytest.raises(UsageError, match="a stretch of characters and a label"):
        labelling.label(labelling.LabelRequest(Path(BUDGET_ID), (), "Ann"), session)
    shutil.rmtree(copied.corpus)
    assert relabel(copied.index, BUDGET_ID, [(part.start, part.end, "")], reviewer="Ann")[0].label is None
