"""What is asked of a store in more than one call, the same of any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import numpy as np

from specsearch.records import Document, Passage
from specsearch.storage.keys import Keys, Where
from specsearch.storage.store import Snapshot

_Item = TypeVar("_Item")


def in_parts(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Items in lists of so many, the last of fewer; none of no items."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def documented(snapshot: Snapshot, keys: Keys) -> list[tuple[Document, Passage]]:
    """The passages of some keys, in their order, each with its document."""
    numbers = snapshot.attributes(keys).document.tolist()
    return [(snapshot.document(number), passage) for number, passage in zip(numbers, snapshot.passages(keys), strict=True)]


def every_key(snapshot: Snapshot, where: Where) -> Keys:
    """All keys that take part, ascending."""
    parts: list[Keys] = []
    after = 0
    while len(part := snapshot.scan(where, after)):
        parts.append(part)
        after = int(part[-1])
    return np.concatenate(parts) if parts else np.empty(0, np.int64)

