"""`specsearch index` as users run it: what it reports, what it skips and why, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Result, put, specsearch
from specsearch.storage.stores import open_index
from workplace import BUDGET, STREETS, Workplace, refused

pytestmark = pytest.mark.usefixtures("quick")

# --- index ------------------------------------------------------------------------------------------


def test_index_reports(copied: Workplace) -> None:
    """`index` says what it did, and that there was nothing to do; progress does not get into its output."""
    assert re.match(
        r"3 documents added, 0 changed, 0 removed, 0 unchanged; \d+ passages, \d+ embedded, in [\d.]+ s\.\nsable-crossing-nm/postings\.csv: 1 row read as 1 document\n$",
        copied.report,
    )
    put(copied.corpus / "alder-ferry-or/budget.txt", BUDGET + "• Benefits are paid by the city.\n")
    changed = specsearch("index", copied.corpus, "--index", copied.index)
    assert changed.code == 0
    assert changed.out.startswith("0 documents added, 1 changed, 0 removed, 2 unchanged; ")
    assert " 1 embedded" in changed.out
    again = specsearch("index", copied.corpus, "--index", copied.index)
    assert again.code == 0
    assert again.out.startswith("Nothing to do: 3 documents, ")


def test_emptied_corpus_needs_prune(copied: Workplace) -> None:
    """A corpus that has lost its documents empties the index only with --prune; then searches find nothing."""
    for path in copied.corpus.rglob("*.*"):
        path.unlink()
    refused(specsearch("index", copied.corpus, "--index", copied.index), 2, r"3 are in .*Nothing was changed.*--prune")
    pruned = specsearch("index", copied.corpus, "--index", copied.index, "--prune")
    assert (pruned.code, pruned.out.split(";")[0]) == (0, "0 documents added, 0 changed, 3 removed, 0 unchanged")
    found = specsearch("search", "budget", "--index", copied.index)
    assert (found.code, found.out) == (0, "Nothing was found.\n")
    assert json.loads(specsearch("search", "budget", "--index", copied.index, "--format", "json").out)["hits"] == []


def test_document_that_became_unreadable_is_reported(copied: Workplace) -> None:
    """When an indexed file can no longer be read, `index` does not say that there was nothing to do."""
    put(copied.corpus / "alder-ferry-or/budget.txt", b"\x00\x01\x02" * 50)
    result = specsearch("index", copied.corpus, "--index", copied.index)
    assert result.code == 5
    assert "Nothing to do" not in result.out


def corpus_with(tmp_path: Path, name: str, content: str | bytes) -> Path:
    """A corpus of one good document and another file."""
    put(tmp_path / "corpus/alder-ferry-or/budget.txt", BUDGET)
    put(tmp_path / "corpus" / name, content)
    return tmp_path / "corpus"


def skipped(result: Result, *expected: str) -> None:
    """Check that a run finished with the good document and one listed skip."""
    assert result.code == 5, result
    assert result.out.startswith("1 documents added")
    assert "1 skipped:" in result.out
    line = result.out.splitlines()[-1]
    assert all(part in line for part in expected), line


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """A folder named x.txt is a folder: what is in it is read."""
    corpus = corpus_with(tmp_path, "x.txt/streets.txt", STREETS)
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code == 0
    assert result.out.startswith("2 documents added")


def test_pipe_in_the_corpus(tmp_path: Path) -> None:
    """A named pipe is listed as a skip, and nobody waits for it."""
    corpus = corpus_with(tmp_path, "empty-folder/.keep", "")
    os.mkfifo(corpus / "pipe.txt")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    skipped(result, "pipe.txt: ", "not a regular file")
    status = json.loads(specsearch("status", "--index", tmp_path / "index", "--format", "json").out)
    assert [skip["path"] for skip in status["skipped"]] == ["pipe.txt"]


def test_binary_file_in_the_corpus(tmp_path: Path) -> None:
    """A binary file with the ending of a text is listed as a skip with advice."""
    corpus = corpus_with(tmp_path, "program.txt", bytes(range(256)) * 20)
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "program.txt: binary file", "convert it")


def test_empty_file_in_the_corpus(tmp_path: Path) -> None:
    """An empty file is listed as a skip."""
    corpus = corpus_with(tmp_path, "nothing.txt", "")
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "nothing.txt: empty file")


def test_ten_megabytes_on_one_line(tmp_path: Path) -> None:
    """10 MB without a line end are listed as a skip with the limit, and hold up nobody."""
    corpus = corpus_with(tmp_path, "long.txt", "budget analyst " * 700_000)
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "long.txt: 10,", "limit 2,000,000")


def test_invalid_utf8_is_read(tmp_path: Path) -> None:
    """A file in an older encoding is read, its characters put right."""
    corpus = corpus_with(tmp_path, "old.txt", "CLERK\n\nDUTIES\n• Sorts the café’s mail every day.\n".encode("cp1252"))
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert (result.code, result.out.split(",")[0]) == (0, "2 documents added")
    found = specsearch("search", "sorts the mail", "-k", "1", "--index", tmp_path / "index", "--format", "json")
    assert json.loads(found.out)["hits"][0]["text"] == "• Sorts the café’s mail every day."


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 does not keep the others from being indexed."""
    corpus = corpus_with(tmp_path, "empty-folder/.keep", "")
    try:
        put(corpus / os.fsdecode(b"clerk-\xff.txt"), STREETS)
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code in (0, 5)


def test_many_skips_are_cut_short(tmp_path: Path) -> None:
    """Of many skips the first are shown, with the command that lists them all, and that command does."""
    corpus = corpus_with(tmp_path, "s00.txt", "")
    for i in range(1, 30):
        put(corpus / f"s{i:02}.txt", "")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code == 5
    assert "30 skipped:" in result.out
    hint = result.out.splitlines()[-1]
    assert "and 10 more" in hint
    command = hint.split("specsearch ")[1].split()
    assert len(json.loads(specsearch(*command).out)["skipped"]) == 30


def test_folder_of_the_user_runs_no_code(tmp_path: Path) -> None:
    """Python files lying where specsearch is started are documents of the user, never run as code."""
    script = Path(sys.executable).with_name("specsearch")
    if not script.exists():
        pytest.skip("the console script is not installed beside this Python")
    corpus = corpus_with(
        tmp_path, "page.html", "<h1>Clerk</h1><ul><li>Sorts the mail of the office every day.</li></ul>"
    )
    for name in ("csv", "html", "selectolax", "specsearch_plugin", "json", "unicodedata"):
        put(corpus / f"{name}.py", f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).write_text('yes')\n")
    done = subprocess.run(
        [script, "index", ".", "--index", "../index"], cwd=corpus, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()
    assert done.stdout.startswith("2 documents added")


# --- bad input: a message that says what to do, the right code, never a traceback ---------------------


def test_no_such_corpus(tmp_path: Path) -> None:
    """A corpus folder that does not exist is a usage error, and makes no index folder."""
    result = specsearch("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    refused(result, 2, r"Error: There is no folder .*nowhere\. Give the folder that holds your job documents")
    assert not (tmp_path / "index").exists()


def test_empty_corpus(tmp_path: Path) -> None:
    """An empty corpus folder is a usage error that says what belongs there."""
    (tmp_path / "corpus").mkdir()
    result = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index")
    refused(result, 2, r"There are no documents in .*corpus\. Put job documents there: plain text \(txt, text\), Markdown \(md")


def test_pipe_as_corpus(tmp_path: Path) -> None:
    """A named pipe as corpus is a usage error, and nobody waits for it."""
    os.mkfifo(tmp_path / "pipe")
    result = specsearch("index", tmp_path / "pipe", "--index", tmp_path / "index")
    refused(result, 2, "neither a folder nor a regular file")


def test_unknown_precision(work: Workplace, tmp_path: Path) -> None:
    """A precision that there is none of is a usage error that lists those there are."""
    result = specsearch("index", work.corpus, "--index", tmp_path / "index", "--precision", "int4")
    refused(result, 2, "no precision 'int4'. Choose one of: int8, fp32")


def test_folder_of_others_is_not_written_to(work: Workplace, tmp_path: Path) -> None:
    """`index` does not put its files among those of others."""
    put(tmp_path / "mine/thesis.txt", "mine")
    result = specsearch("index", work.corpus, "--index", tmp_path / "mine")
    refused(result, 2, r"is not an index and not empty \(it holds thesis.txt\). Give another folder with --index")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_index_of_another_model(copied: Workplace) -> None:
    """Another model or precision than the one the index was built with is exit code 3, and names both."""
    result = specsearch("index", copied.corpus, "--index", copied.index, "--precision", "fp32")
    refused(
        result,
        3,
        r"built with the model specsearch-duties-1 \(int8, \w{12}\); you asked for specsearch-duties-1 \(fp32, \w{12}\).*another folder with --index",
    )


def test_index_keeps_its_model(work: Workplace, tmp_path: Path) -> None:
    """An index of the base model is brought up to date with it when no model is named, and the user is told of the default."""
    shutil.copytree(work.corpus, tmp_path / "corpus")
    made = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index", "--model", "all-MiniLM-L6-v2", "--precision", "fp32")
    assert (made.code, "stays with it" in made.err) == (0, False)
    put(tmp_path / "corpus" / "new.txt", "Harbor Aide\n\nDUTIES\n\n- Ties up boats at the municipal pier.\n")
    result = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index")
    assert result.code == 0
    assert re.search(r"made with the model all-MiniLM-L6-v2 and stays with it. The present default, specsearch-duties-1", " ".join(result.err.split()))
    facts = json.loads(specsearch("status", "--index", tmp_path / "index", "--format", "json").out)
    assert (facts["model"], facts["precision"], facts["documents"]) == ("all-MiniLM-L6-v2", "fp32", 4)


_HOLD = """
import sys
from pathlib import Path
from specsearch.storage.local.files import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_busy_index(copied: Workplace) -> None:
    """While another process writes, `index` is exit code 4 and names the process; searching works."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, copied.index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        result = specsearch("index", copied.corpus, "--index", copied.index)
        refused(
            result,
            4,
            rf"Another process \(pid {holder.pid}\) is writing to .*Wait until it has ended, then run this again",
        )
        assert specsearch("search", "budget", "--index", copied.index).code == 0
        holder.communicate()


def test_index_folder_that_cannot_be_made(work: Workplace) -> None:
    """An index folder that cannot be made is exit code 6."""
    refused(
        specsearch("index", work.corpus, "--index", "/proc/nowhere/index"), 6, "/proc/nowhere/index cannot be written"
    )


def test_interruption(work: Workplace, tmp_path: Path) -> None:
    """Ctrl-C while indexing is exit code 130 and says that what was done is kept."""
    code = (
        "import sys, specsearch.ingest.update as update\n"
        "def interrupted(*_, **__): raise KeyboardInterrupt\n"
        "update.update_index = interrupted\n"
        "from specsearch.interfaces.cli import main\n"
        "sys.argv = ['specsearch', *sys.argv[1:]]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "index", str(work.corpus), "--index", str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "What was done so far is kept; run it again to go on." in done.stderr
    assert done.returncode == 130


def test_a_folder_that_is_watched(copied: Workplace) -> None:
    """It says what it does each time; who has the index open sees each update; Ctrl+C ends it."""
    command = [sys.executable, "-u", "-m", "specsearch", "index", str(copied.corpus), "--index", str(copied.index), "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        with open_index(copied.index) as found:
            said = iter(process.stdout.readline, "")
            assert "Nothing to do: 3 documents" in next(said)
            assert "Watching" in next(said)
            put(copied.corpus / "wren-harbor-me/new.txt", "OFFICE CLERK\n\nDUTIES\n• Sorts the mail of the office every day.\n")
            assert "wren-harbor-me/new.txt changed" in next(said)
            assert "1 documents added" in next(said)
            assert "Watching" in next(said)
            with found.snapshot() as snapshot:
                assert snapshot.counts().documents == 4
        process.send_signal(signal.SIGINT)
        assert "No longer watching" in process.communicate(timeout=60)[0]
        assert process.returncode == 0
    finally:
        process.kill()
