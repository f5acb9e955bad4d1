"""What several requests have: documents that are handed in, roles, and restrictions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.records import DocumentKind, Kind, Label

if TYPE_CHECKING:
    from specsearch.interfaces.service.session import Notice
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
