"""What several requests have: documents that are handed in, roles, and restrictions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.records import DocumentKind, Kind, Label

if TYPE_CHECKING:
    from specsearch.interfaces.service.session import Notice, Session
    from specsearch.records import Role
    from specsearch.retrieval.filters import Filters
    from specsearch.storage.store import Snapshot


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that is not in a file.

    Attributes:
        name: What to call it, in messages and as its id.
        data: A PDF, Word, HTML, JSON or text document; its format is told by how it begins.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Where:
    """What a document must be; see `Filters`. Of each member one value must hold; an empty one does not restrict.

    Attributes:
        city: Employers: names as they are printed, or parts of them.
        state: Two-letter codes, or names.
        title: Parts of the class title.
        level: Levels within a series.
        document_kind: Kinds of document.
        year: Years of the effective date: "2019", "2015-2019", "2015-", "-2010".
    """

    city: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    document_kind: tuple[DocumentKind, ...] = ()
    year: tuple[str, ...] = ()

    def filters(self, kinds: Collection[Kind] = (), labels: Collection[Label] = ()) -> Filters:
        """The same as `Filters`, with what its passages must be.

        Args:
            kinds: Kinds of passage; none for any where labels are given, and else for those that `Filters` has.
            labels: Labels of passage.
        """
        from specsearch.retrieval.filters import Filters

        found = Filters(city=self.city, state=self.state, title=self.title, level=self.level, document_kind=self.document_kind, year=self.year)
        return replace(found, kinds=kinds or frozenset(Kind), labels=labels) if kinds or labels else found


def role_of(snapshot: Snapshot, role: str | Path | Upload, notice: Notice) -> int | Role:
    """The role that is meant by a name, by a file on this machine, or by a document that is handed in.

    Only a `Path` is looked for on the machine, and then only if its text is no document id of the index.

    Raises:
        UsageError: There is no such role, or there are several.
        ReadError: The document cannot be read.
    """
    import specsearch.api as api
    from specsearch.roles.find import named_role

    if isinstance(role, Upload):
        from specsearch.ingest.how import words_of

        # In the message the name begins a sentence.
        return api.role_in(api.parse_bytes(role.data, role.name, notice, words_of(snapshot.meta)), role.name[:1].upper() + role.name[1:])
    return api.role_of(snapshot, str(role), notice) if isinstance(role, Path) else named_role(snapshot, role, notice)


def check_seen(session: Session, doc_id: str, seen: str | None) -> None:
    """Check that the index has the text that a reviewer has seen, before something is said of it.

    Args:
        session: Of the index.
        doc_id: Id of the document.
        seen: Hash of the text that was seen; None where it is not known.

    Raises:
        UsageError: It has another one, or the document is gone.
        SpecsearchError: As for `open_index`.
    """
    if seen is None:
        return
    with session.reading() as snapshot:
        number = snapshot.number(doc_id)
        if number is None:
            raise UsageError(f"{doc_id} is not in the index any more. Nothing was kept.")
        if snapshot.document(number).content_hash != seen:
            raise UsageError("The text of this document has changed since it was opened: nothing was kept. Read it as it is now, and say it again.")
