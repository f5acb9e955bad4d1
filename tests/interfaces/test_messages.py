"""Messages as pages, REST and language models are given them: no commands, no options, no places of the machine."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from specsearch.interfaces.messages import BY_TOOLS, ON_PAGES, OVER_REST, plainly


@pytest.mark.parametrize(
    ("message", "address", "said"),
    [
        ("No role of /a/ix and no file is named 'x'. See: specsearch roles --index /a/ix", "/a/ix", "No role of the index and no file is named 'x'."),
        ("a.txt has no duties to compare (none). See how it is read with: specsearch parse a.txt", "/a/ix", "a.txt has no duties to compare (none)."),
        ("Both are the same role.", "/a/ix", "Both are the same role."),
        ("The index is being written.", "index", "The index is being written."),
        ("index is an unfinished index. Run: specsearch index CORPUS --index index", "index", "index is an unfinished index. Update the index on the Corpus page."),
        ("index/truth.db is damaged (bits). Run: specsearch check --repair", "index", "The index is damaged (bits). Check and repair the index on the Corpus page."),
        ("/a/ix/truth.db cannot be read: no. Try again.", "/a/ix", "The index cannot be read: no. Try again."),
        ("/a/ix2 and b/a/ix are other folders than /a/ix.", "/a/ix", "ix2 and b/a/ix are other folders than the index."),
        ('The query is empty. Give some words, for example: specsearch search "a b c"', "/a/ix", "The query is empty. Give some words."),
        ("It is long. Give one statement of it, or compare the whole of it with: specsearch similar FILE (- for standard input)", "/a/ix", "It is long. Give one statement of it."),
        ("It is long. For one statement, use specsearch search or cities --duty; for a whole document, give its file.", "/a/ix", "It is long."),
        ("The model is damaged. Install specsearch again.", "/a/ix", "The model is damaged. Install specsearch again."),
        ("Restore it from a copy; without one, move the folder away and run specsearch index again.", "/a/ix", "Restore it from a copy."),
        ("Give a reason with --reason: it is what makes the decision defensible.", "/a/ix", "Give a reason: it is what makes the decision defensible."),
        ("With --index, give --queries and --qrels too.", "/a/ix", "Give queries and qrels too."),
        ("For roles give --index and --qrels; the roles that are judged are the queries.", "/a/ix", "For roles give qrels; the roles that are judged are the queries."),
        ("It is well-known -- so they say -- and e-mail too.", "/a/ix", "It is well-known -- so they say -- and e-mail too."),
        ("/tmp/my docs/none/index is not an index: there is no truth.db in it.", "/tmp/my docs/none/index", "The index is not an index: there is no truth.db in it."),
        ("postgresql://db/hr?schema=a: There is no connection. See that the server runs.", "postgresql://db/hr?schema=a", "The index: There is no connection. See that the server runs."),
        ("No role of postgresql://db/hr and no file is named 'x'. See: specsearch roles --index postgresql://db/hr", "postgresql://db/hr", "No role of the index and no file is named 'x'."),
        ("milvus+postgresql://ana@db:5432/hr is a copy of /a/b that was not finished. Run: specsearch copy /a/b 'milvus+postgresql://ana@db:5432/hr'", "", "The index is a copy of b that was not finished."),
        ("/srv/ana/jobs/a.pdf cannot be read: no.", "/a/ix", "a.pdf cannot be read: no."),
    ],
)  # fmt: skip
def test_messages_without_the_command_line(message: str, address: str, said: str) -> None:
    """Neither the place of the index nor a command is of use in a page; what else a message says stays."""
    assert plainly(message, address) == said


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        (ON_PAGES, "No role of the index and no file is named 'x'. Near titles: clerk. Update the index on the Corpus page."),
        (OVER_REST, "No role of the index and no file is named 'x'. Near titles: clerk. See: GET /roles. Update the index with POST /index."),
        (BY_TOOLS, "No role of the index and no file is named 'x'. Near titles: clerk. See: find_roles. Let the user run: specsearch index."),
    ],
)
def test_each_says_what_does_the_same_there(instead: Mapping[str, str], said: str) -> None:
    """In place of a command stands what does the same on a page, over REST, or for a model; where nothing does, nothing."""
    message = "No role of /a/ix and no file is named 'x'. Near titles: clerk. See: specsearch roles --index /a/ix. Run: specsearch index CORPUS --index /a/ix"
    assert plainly(message, "/a/ix", instead) == said
