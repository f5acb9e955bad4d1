"""Reading what a plan says into a spool: in guarded children of this process, or by workers elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from specsearch.encoding import Encoder
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.messages import Settings
from specsearch.ingest.plan import Plan
from specsearch.ingest.pool import Children, parse_files
from specsearch.ingest.spool import Spool
from specsearch.readers import elsewhere
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile
from specsearch.storage.writing import Deposits, Update

Progress = Callable[[str, int, int], None]
"""Told of a stage ("reading", "embedding", "indexing"), how much of it is done, and how much there is."""
Parse = Callable[[Sequence[CorpusFile]], Iterator[tuple[CorpusFile, ParsedFile]]]
"""Reads and parses files that are here."""
_FETCHED = 64
"""Files that are here at a time of a corpus that is elsewhere."""


@dataclass(frozen=True, slots=True)
class Left:
    """Where workers leave what they find until it is committed.

    Attributes:
        address: Of the store.
        deposits: What is left there; None for a store in a folder, to which only this process writes.
    """

    address: str
    deposits: Deposits | None


def read(plan: Plan, spool: Spool, update: Update, encoder: Encoder, left: Left, progress: Progress) -> int:
    """Read and parse the files of a plan.

    Args:
        plan: What is to be read, and by whom.
        spool: Takes what was found in each.
        update: Takes vectors that workers made.
        encoder: The encoder of the index.
        left: Where workers leave what they find.
        progress: Told how many files are read.

    Returns:
        How many texts the workers embedded; 0 where there are none.

    Raises:
        StorageError: The disk refused, or the workers.
    """
    if plan.read and plan.reading.workers:
        from specsearch.ingest.spreading import spread

        return spread(plan, spool, update, encoder, left, progress)
    files = [planned.file for planned in plan.read]
    with _parsing(plan) as parse:
        for done, (name, found) in enumerate(found_in(plan.corpus.path, files, parse, plan.reading.limits), start=1):
            spool.put(name, found)
            progress("reading", done, len(files))
    return 0


@contextmanager
def _parsing(plan: Plan) -> Iterator[Parse]:
    """What reads the files of a plan that are here; of a corpus elsewhere only some are at a time, and its children are kept from those to the next."""
    settings = Settings(plan.sidecar, plan.reading.limits, True, plan.reading.words)
    if isinstance(plan.corpus.path, str):
        with closing(Children(settings)) as children:
            yield children.parse
    else:
        yield partial(parse_files, sidecar=settings.sidecar, limits=settings.limits, meaning=settings.meaning, words=settings.words)


def found_in(corpus: Path | str, files: Sequence[CorpusFile], parse: Parse, limits: Limits) -> Iterator[tuple[str, ParsedFile]]:
    """What is in files of a corpus, wherever it lies: what lies elsewhere is here only as long as it is read.

    Args:
        corpus: A folder or file, or an address.
        files: Of it.
        parse: Reads those that are here.
        limits: What a file may cost.

    Yields:
        The name of each file with what was found in it.

    Raises:
        StorageError: They cannot be fetched.
    """
    if not isinstance(corpus, str):
        for file, found in parse(files):
            yield file.name, found
        return
    with TemporaryDirectory(prefix="specsearch-") as folder:
        for start in range(0, len(files), _FETCHED):
            some = files[start : start + _FETCHED]
            with elsewhere.fetched(corpus, some, Path(folder), limits.file_bytes) as (here, skips):
                for skip in skips:
                    yield skip.path, ParsedFile((), (skip,))
                for file, found in parse(here):
                    yield file.name, found
