"""What reviewers say: into the index at once, or, while that is being written, into lines beside it from which it comes in later.

The lines are only ever added to, and on the disk before anybody is told that something is kept. They go when all of them are in
the index. The settings of the index name them and how many are in: they change with what came in, or not at all, so that nothing
comes in twice, whenever the program is killed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specsearch.errors import IndexBusyError, IndexDamagedError
from specsearch.ingest.stored import Said
from specsearch.ingest.stored import keep as put
from specsearch.records import Act, Choice, Collection, CollectionChange, Correction, Decision, Label, LabelCorrection
from specsearch.storage.store import Store
from specsearch.storage.waiting import DAMAGED_ASIDE, Aside

_BROUGHT_IN = "brought_in"
"""The setting that names the last lines of which something came in, and how many of them did."""
_SORTS: dict[str, type[Said]] = {"decision": Decision, "correction": Correction, "label": LabelCorrection, "collection": CollectionChange}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits, and perhaps is in the index already.

    Attributes:
        name: What tells it from what waited earlier; "" for nothing.
        said: All of it.
    """

    name: str = ""
    said: tuple[Said, ...] = ()

    def left(self, brought_in: str) -> tuple[Said, ...]:
        """What is not in the index yet, whose setting is given."""
        name, _, count = brought_in.partition(" ")
        return self.said[int(count) :] if self.name and name == self.name else self.said


def waiting(store: Store) -> tuple[Said, ...]:
    """What reviewers said that is not in the index yet, in its order.

    Raises:
        IndexDamagedError: A line of it is damaged.
        StorageError: It cannot be read.
    """
    if (aside := store.aside) is None or aside.is_empty():
        return ()
    with aside.locked() as held:
        return _read(held).left(store.settings().get(_BROUGHT_IN, ""))


def keep(store: Store, said: Sequence[Said], *, waits: bool = False) -> bool:
    """Keep what a reviewer says, behind all that waits.

    Args:
        store: Where the index is.
        said: What is said, of documents that are in it.
        waits: Whether it is to wait beside the index if that is being written, and not to be refused.

    Returns:
        Whether it waits: it is kept, and nobody sees it before `bring_in`.

    Raises:
        IndexMissingError: There is no index.
        IndexBusyError: Another process is writing to it, and it is not to wait.
        IndexDamagedError: What waits is damaged.
        StorageError: The disk refused; nothing was kept.
    """
    try:
        _bring_in(store, said)
    except IndexBusyError:
        if not waits or (aside := store.aside) is None:
            raise
        with aside.locked() as held:
            held.add([json.dumps({"said": name} | asdict(one)) for one in said for name, sort in _SORTS.items() if type(one) is sort])
        return True
    return False


def bring_in(store: Store) -> int:
    """Put what waits into the index.

    Returns:
        How much it was.

    Raises:
        SpecsearchError: As for `keep`.
    """
    aside = store.aside
    return 0 if aside is None or aside.is_empty() else _bring_in(store, ())


def _bring_in(store: Store, said: Sequence[Said]) -> int:
    """Put what waits into the index, and what is said now behind it, as its one writer."""
    count, aside = 0, store.aside
    with store.begin(create=False) as update:
        while aside is not None and not aside.is_empty():
            with aside.locked() as held:
                found = _read(held)
                left = found.left(update.meta.get(_BROUGHT_IN, ""))
                if not left:
                    held.clear()
                    break
            put(update, left, {_BROUGHT_IN: f"{found.name} {len(found.said)}"})  # more may come to wait meanwhile
            count += len(left)
        if said:
            put(update, said, {})
    return count


def _read(aside: Aside) -> _Waiting:
    """What waits."""
    name, lines = aside.read()
    found: list[Said] = []
    for number, line in enumerate(lines, start=2):
        try:
            found.append(_said(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamagedError(DAMAGED_ASIDE.format(aside.name, f"line {number} cannot be read")) from error
    return _Waiting(name, tuple(found))


def _said(row: dict[str, Any]) -> Said:
    sort = _SORTS[row.pop("said")]
    if sort is Decision:
        return Decision(**row | {"choice": Choice(row["choice"])})
    if sort is LabelCorrection:
        return LabelCorrection(**row | {"label": None if row["label"] is None else Label(row["label"])})
    if sort is CollectionChange:
        return CollectionChange(**row | {"of": Collection(row["of"]), "act": Act(row["act"])})
    return Correction(**row)

