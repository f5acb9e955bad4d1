"""The calls that put several folders of the pipeline together, for those who embed specsearch in Python.

The interfaces have functions of their own, `specsearch.interfaces.service`, which take a request and call these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import index as as_int
from pathlib import Path
from typing import TYPE_CHECKING, SupportsIndex

from specsearch.errors import UsageError
from specsearch.ingest.single import own
from specsearch.ingest.single import parse as parse
from specsearch.ingest.single import parse_bytes as parse_bytes
from specsearch.records import (
    Blend,
    CitySurvey,
    Comparison,
    Document,
    DocumentKind,
    Hit,
    Ladder,
    ParsedDocument,
    Results,
    Role,
    SimilarRole,
)
from specsearch.retrieval.filters import Filters
from specsearch.roles import blend as blending
from specsearch.roles import cities, comparison, similarity
from specsearch.roles import ladder as families
from specsearch.roles.decisions import between
from specsearch.roles.find import find_role, number_of
from specsearch.roles.profiles import open_profiles
from specsearch.roles.reading import catalog, no_role
from specsearch.storage.store import Readable, Snapshot

if TYPE_CHECKING:
    from specsearch.ingest.read import Progress
    from specsearch.ingest.update import IndexReport

RoleName = str | Path | SupportsIndex | Role | ParsedDocument | Document | Hit | SimilarRole
"""How a role is named: by a title, a class code, words that only one role of the index has, a document id, a file, the
row number of its document, or by what was parsed or found. What has the id and the text of a document of the index is that
document, and a `Document` alone names the one with its id."""


def build_index(
    corpus: Path | str,
    index: Path | str,
    *,
    model: str | None = None,
    precision: str | None = None,
    prune: bool = False,
    vocabulary: Path | str | None = None,
    employer: str | None = None,
    state: str | None = None,
    workers: str = "",
    progress: Progress = lambda stage, done, total: None,
) -> IndexReport:
    """Make or update the index of a corpus folder; see `update_index`.

    Args:
        corpus: Folder of job documents, or a single file; "s3://bucket/folder" and the like for one on an object store.
        index: Folder of the index.
        model: A folder, or any sentence-transformers name; None for the one that the index was made with, or the default.
        precision: "int8" or "fp32"; None for that of the index, or int8.
        prune: Whether a corpus without any readable document may empty the index.
        vocabulary: A file of words of your own, as for `parse`; None for those that the index was made with, if any. With
            other words, documents are read again.
        employer: Employer of all documents of which the table beside them says nothing else; "" takes back what was said before,
            None leaves it.
        state: Their state, the same way.
        workers: By whom files are read and embedded: "" for this process and its children, "ray" for a Ray of this machine, or the
            address of one that runs (docs/spreading.md).
        progress: Told how far it is.

    Returns:
        What was done.
    """
    from specsearch.ingest.how import HowRead, checked_workers
    from specsearch.ingest.said import whole_values
    from specsearch.ingest.update import encoder_for, update_index

    encoder = encoder_for(index, model, precision)
    reading = HowRead(words=own(vocabulary), said=whole_values({"jurisdiction": employer, "state": state}), workers=checked_workers(workers))
    return update_index(corpus, index, encoder, prune=prune, reading=reading, progress=progress)


def similar(
    index: Readable,
    role: RoleName,
    k: int = 10,
    *,
    filters: Filters | None = None,
    per_city: int = 0,
    masked: bool = False,
) -> Results[SimilarRole]:
    """Find the roles most like one.

    Args:
        index: An open index.
        role: The role, by any of `RoleName`.
        k: How many at most, 1 to 1000.
        filters: What to restrict the roles to; its kinds and labels do not matter.
        per_city: Roles of one employer at most; 0 for no limit.
        masked: Whether titles are left out of the score.

    Returns:
        Roles, best first, each with its verdict; what reviewers decided counts. None where no other role satisfies all filters.

    Raises:
        UsageError: No such role, several, one without duties, a number out of range, or a value of a filter that no document has.
        ReadError: A file cannot be read.
    """
    with index.snapshot() as snapshot:
        return similarity.similar(open_profiles(snapshot), _named(snapshot, role), k, filters=filters, per_city=per_city, masked=masked)


def blend(
    index: Readable,
    role: RoleName,
    *,
    filters: Filters | None = None,
    per_city: int = 0,
    masked: bool = False,
) -> Blend | None:
    """Find the two roles that together cover most of one, where no single role covers it well.

    Args:
        index: An open index.
        role: The role, by any of `RoleName`.
        filters: What to restrict the two to; its kinds and labels do not matter.
        per_city: Roles of one employer that are looked at, at most; 0 for no limit.
        masked: Whether titles are left out of how alike roles are.

    Returns:
        The two, with what each has, what both have and what is left. None where a single role covers it well, a reviewer
        accepted one for it, no two cover clearly more than the best one, or its duties are too few to judge it by.

    Raises:
        UsageError: As for `similar`.
        ReadError: A file cannot be read.
    """
    with index.snapshot() as snapshot:
        among = similarity.Among(filters, per_city, masked)
        return blending.blend(open_profiles(snapshot), _named(snapshot, role), among)[0]


def compare(index: Readable, a: RoleName, b: RoleName) -> Comparison:
    """Compare two roles duty by duty, with what reviewers decided about them before.

    Args:
        index: An open index; a role need not be in it.
        a: One role, by any of `RoleName`.
        b: The other.

    Returns:
        The alignment of their duties, coverage both ways, signs of level, a verdict with its reasons, and the ladders of both.

    Raises:
        UsageError: No such role, several, or one without duties.
        ReadError: A file cannot be read.
    """
    with index.snapshot() as snapshot:
        profiles = open_profiles(snapshot)
        a_role, b_role = _named(snapshot, a), _named(snapshot, b)
        one, other = comparison.prepare(profiles, a_role), comparison.prepare(profiles, b_role)
        found = comparison.compare(profiles, one, other, between(snapshot, one.role.document, other.role.document))
        return replace(found, ladders=(families.ladder(snapshot, a_role), families.ladder(snapshot, b_role)))


def ladder(index: Readable, role: RoleName) -> Ladder:
    """Find the family of a role: the classes of its employer that lead to it and that it leads to.

    Args:
        index: An open index; the role need not be in it.
        role: The role, by any of `RoleName`.

    Returns:
        The classes as a tree from the lowest to the highest, what is said of each step with its place, who supervises whom
        beside, and what reviewers decided about the role and others.

    Raises:
        UsageError: No such role, or several.
        ReadError: A file cannot be read.
    """
    with index.snapshot() as snapshot:
        return families.ladder(snapshot, _named(snapshot, role))


def survey_role(index: Readable, role: RoleName) -> CitySurvey:
    """Find the best counterpart of a role in each other city.

    Args:
        index: An open index.
        role: The role, by any of `RoleName`.

    Raises:
        UsageError: No such role, several, one without duties, or an index without another city.
        ReadError: A file cannot be read.
    """
    with index.snapshot() as snapshot:
        return cities.survey_role(open_profiles(snapshot), _named(snapshot, role))


def survey_duty(index: Readable, duty: str) -> CitySurvey:
    """Find the best counterpart of a duty in each city.

    Args:
        index: An open index.
        duty: The duty, 1 to 5000 characters.

    Raises:
        UsageError: An empty or overlong duty, or an index without cities.
    """
    with index.snapshot() as snapshot:
        return cities.survey_duty(open_profiles(snapshot), duty)


def _named(index: Snapshot, role: RoleName) -> int | Role:
    """The row number of a role, or the role itself where it is not in the index."""
    if isinstance(role, str | Path):
        role = role_of(index, str(role))
    if isinstance(role, ParsedDocument):
        role = Role(role.document, role.passages)
    if isinstance(role, Role):
        number = number_of(index, role.document)
        return role if number is None else number
    if isinstance(role, Hit | SimilarRole):
        role = role.document
    if isinstance(role, Document):
        return _row(index, role)
    try:
        if isinstance(role, bool):  # a slip, though Python counts it as 0 or 1
            raise TypeError
        number = as_int(role)
    except TypeError:
        raise UsageError(
            f"A {type(role).__name__} names no role. Give a title, class code, words, document id or file, the row number of a document, "
            "or a Role, ParsedDocument, Document, Hit or SimilarRole."
        ) from None
    if number not in catalog(index):
        raise UsageError(f"There is no role number {role} in {index.name}.")
    return number


def _row(index: Snapshot, document: Document) -> int:
    """The row number of the document with that very id."""
    number = index.number(document.doc_id)
    if number is not None:
        return number
    raise UsageError(f"No role of {index.name} has the document id {document.doc_id!r}. To compare what is not in the index, give its file, or what parse returned.")


def role_of(index: Snapshot, text: str, notice: Callable[[str], None] = lambda message: None) -> int | Role:
    """The role that a user means.

    Args:
        index: An open index.
        text: A document id, a title, a class code, words that only one role has, or a file that is not in the index.
        notice: Told when something takes time, and which role of the index was taken, as `find_role` tells it.

    Returns:
        The row number of its document, or the role that the file describes.

    Raises:
        UsageError: No such role, several, or a file with several documents.
        ReadError: The file cannot be read.
    """
    number = find_role(index, text, notice)
    if number is not None:
        return number
    from specsearch.ingest.how import words_of

    return role_in(parse(text, notice, words_of(index.meta)), text)


def role_in(documents: Sequence[ParsedDocument], name: str) -> Role:
    """The role that a file describes.

    Args:
        documents: What was read in it.
        name: What it is called in the message.

    Raises:
        UsageError: It holds several documents, or one that is not about one job.
    """
    if len(documents) > 1:
        ids = ", ".join(found.document.doc_id for found in documents[:5])
        raise UsageError(f"{name} holds {len(documents)} documents ({ids} ...). Index it, and name one by its id.")
    if documents[0].document.kind is DocumentKind.NOT_ONE_JOB:
        raise UsageError(no_role(documents[0].document))
    return Role(documents[0].document, documents[0].passages)
