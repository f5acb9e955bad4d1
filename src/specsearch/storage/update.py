"""Bringing an index up to date with a corpus folder: only what changed is read and embedded."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from specsearch.encoding import BASE_MODEL, DEFAULT_MODEL, Encoder, load_encoder, prepare_model
from specsearch.encoding.centre import centre_of
from specsearch.encoding.context import embedded_text
from specsearch.encoding.semantics import FACTORY
from specsearch.errors import (
    IndexDamagedError,
    IndexMissingError,
    ModelMismatchError,
    StorageError,
    UsageError,
    refused,
)
from specsearch.escaping import whole_characters
from specsearch.files import TEMPORARY, sha256
from specsearch.parsing import messages
from specsearch.parsing.corpus import ParsedFile
from specsearch.parsing.pool import parse_files
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import CorpusFile, Sidecar, Unseen, read_sidecar, walk
from specsearch.records import ParsedDocument, Skip
from specsearch.storage.database import FILE, Database, FileState
from specsearch.storage.derived import as_setting, derive, drop_others, is_up_to_date
from specsearch.storage.files import writer_lock
from specsearch.version import __version__

_CHUNK = 512
"""Passages embedded between two commits: what an interrupted run loses at most."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did. Numbers are documents unless they say otherwise.

    Attributes:
        added: New documents.
        changed: Documents of files whose content changed.
        removed: Documents of files that are gone.
        unchanged: Documents left as they were.
        passages: Passages in the index now.
        embedded: Texts that had to be embedded.
        long_passages: Passages beyond the model's window, embedded in several windows.
        skips: Files and records that are not in the index, with the reason.
        generation: Number of the index' state; the same when nothing changed.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    embedded: int
    long_passages: int
    skips: tuple[Skip, ...]
    generation: int

    @property
    def is_change(self) -> bool:
        """Whether anything had to be done."""
        return bool(self.added or self.changed or self.removed)

    def __repr__(self) -> str:
        return (
            f"<IndexReport: {self.added} added, {self.changed} changed, {self.removed} removed, {self.unchanged} unchanged, "
            f"{self.passages} passages, {len(self.skips)} skipped>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything of it as plain values, by the names of the attributes."""
        found = asdict(self)
        return found | {"skips": list(found["skips"])}


Progress = Callable[[str, int, int], None]
"""Told of a stage ("reading", "embedding", "indexing"), how much of it is done, and how much there is."""


def update_index(
    corpus: Path,
    index: Path,
    encoder: Encoder,
    *,
    prune: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = lambda stage, done, total: None,
) -> IndexReport:
    """Make or update the index of a corpus folder.

    Args:
        corpus: Folder of job documents, or a single file.
        index: Folder of the index; made if there is none.
        encoder: Embeds the passages.
        prune: Whether to also remove documents of files that cannot be looked at, and to empty an
            index when no document is left.
        limits: What a file may cost; beyond it the file is skipped.
        progress: Told how far it is.

    Returns:
        What was done.

    Raises:
        UsageError: No such corpus, an empty one, or an index folder that holds something else.
        ModelMismatchError: The index was built with another model.
        IndexBusyError: Another process is writing to it.
        IndexDamagedError: It is damaged.
        StorageError: The disk refused.
    """
    files, walk_skips = walk(corpus, leave_out=index)
    _check_folder(index)
    if not files and not (index / FILE).is_file():
        raise UsageError(_empty(corpus, walk_skips))
    sidecar = read_sidecar(corpus)
    with writer_lock(index):
        database = Database(index, create=True)
        try:
            if database.outdated:
                database.migrate()
            return _update(database, index, files, sidecar, walk_skips, encoder, prune, limits, progress, corpus)
        finally:
            database.close()


def encoder_for(
    index: Path, model: str | None = None, precision: str | None = None, notice: Callable[[str], None] = lambda message: None
) -> Encoder:
    """Load the encoder that an index is to be made or updated with.

    Args:
        index: Folder of the index, which need not be there.
        model: As for `load_encoder`; None for the index' own, or the default for a new index.
        precision: "int8" or "fp32"; None for the index' own, or int8.
        notice: Told when something takes time, and when the index' own model is not the default any more.

    Raises:
        UsageError: No such precision.
        ModelError: The model cannot be loaded.
    """
    own: dict[str, str] = {}
    # Without an index, or with one that is half-made or damaged, the update itself says so, or mends it.
    with suppress(IndexDamagedError, IndexMissingError), closing(Database(index, write=False)) as database:
        own = database.meta()
    if model is None and own.get("model") == BASE_MODEL != DEFAULT_MODEL:
        notice(
            f"{index} was made with the model {BASE_MODEL} and stays with it. The present default, {DEFAULT_MODEL}, finds more "
            "comparable duties: to use it, make an index in a new folder."
        )
    return load_encoder(model or own.get("model", DEFAULT_MODEL), precision or own.get("precision", "int8"), notice)


def index_documents(
    documents: Iterable[ParsedDocument], index: Path, encoder: Encoder, progress: Progress = lambda stage, done, total: None
) -> None:
    """Make an index of documents that are no files, unless it is there already.

    Args:
        documents: What to index, once; ids must differ.
        index: Folder of the index, which stands for exactly these documents and this encoder.
        encoder: Embeds the passages.
        progress: Told how far it is.

    Raises:
        IndexBusyError: Another process is making it.
        StorageError: The disk refused.
    """
    with writer_lock(index):
        database = Database(index, create=True)
        try:
            if "fingerprint" in database.meta():
                return
            with _Spool(index) as spool:
                states = {}
                for document in documents:
                    name = document.document.path
                    states[name] = FileState(name, 0, 0, document.document.content_hash, "{}", ())
                    spool.put(name, ParsedFile((document,), ()))
                _embed(database, spool, encoder, progress)
                with database.transaction():
                    _write(database, states, spool, (), encoder)
                    database.set_meta(_settings(encoder, {}))
                    database.seal()
                    derive(database, index)
        finally:
            database.close()


def _check_folder(index: Path) -> None:
    if whole_characters(str(index.absolute())) != str(index.absolute()):
        raise UsageError(f"The path of {index} is not valid text, which the search engine needs. Rename the folder, or give another with --index.")
    if index.exists() and not index.is_dir():
        raise UsageError(f"{index} is a file, not a folder. Give another folder with --index.")
    if index.is_dir() and not (index / FILE).is_file():
        others = [p.name for p in index.iterdir() if p.name != "README.md" and not p.name.startswith((".", "writer"))]
        if others:
            raise UsageError(f"{index} is not an index and not empty (it holds {others[0]}). Give another folder with --index.")


def _empty(corpus: Path, skips: Sequence[Skip]) -> str:
    passed = f" ({len(skips)} entries were passed over, the first: {skips[0].path}: {skips[0].reason})" if skips else ""
    return f"There are no documents in {corpus}{passed}. Put job documents there (txt, md, html, pdf, docx, csv, json, jsonl)."


def _update(
    database: Database,
    index: Path,
    files: Sequence[CorpusFile],
    sidecar: Sidecar,
    walk_skips: Sequence[Skip],
    encoder: Encoder,
    prune: bool,
    limits: Limits,
    progress: Progress,
    corpus: Path,
) -> IndexReport:
    known = database.files()
    meta = database.meta()
    # Another release may read the same files differently.
    trusted = known if meta.get("release") == __version__ else {}
    if meta.get("limits", repr(limits)) != repr(limits):  # what was skipped may be read now
        trusted = {name: state for name, state in trusted.items() if not state.skips}
    states, touched = _compare(files, trusted, sidecar, limits)
    gone = known.keys() - {file.name for file in files}
    # What cannot be looked at now is not gone: a folder without permission, a drive that is not there. A link or a pipe was looked at.
    hidden = frozenset() if prune else frozenset(skip.path.rstrip("/") for skip in walk_skips if isinstance(skip, Unseen))
    removed = sorted(name for name in gone if not _is_at_or_below(name, hidden))
    _check_model(index, meta, encoder)
    if states:
        prepare_model()  # the parsing children judge by meaning
    before = database.document_ids()
    with _Spool(index) as spool:
        _parse(spool, states, files, sidecar, limits, progress)
        if not spool.documents and not set(before) - set(removed) - set(states):
            if before and not prune:
                raise UsageError(
                    f"No document in {corpus} can be read, and {sum(map(len, before.values()))} are in {index}. Nothing was changed. "
                    "Check the folder; to empty the index all the same, add --prune."
                )
            if not before:
                raise UsageError(_empty(corpus, [*walk_skips, *spool.skips]))
        embedded, long_passages = _embed(database, spool, encoder, progress)
        remembered = _settings(encoder, meta) | {"limits": repr(limits), "passed_over": json.dumps([(s.path, s.reason) for s in walk_skips])}
        if not database.is_unchanged(remembered) or states or removed or touched or embedded:
            with database.transaction():
                read, same = _write(database, states, spool, removed, encoder)
                for state in touched:
                    database.put_file(state)
                database.set_meta(remembered)
                database.seal()
                # Before the new generation can be seen, what searches it is there.
                if database.meta()["state"] != meta["state"]:
                    progress("indexing", 0, 1)
                    derive(database, index)
                    progress("indexing", 1, 1)
        else:
            read, same = set(), set()
    meta = database.meta()
    if not is_up_to_date(index, meta):
        derive(database, index)
    drop_others(index, int(meta["generation"]))
    database.shrink_log()
    had = set().union(*(before.get(name, set()) for name in [*states, *removed]))
    totals = database.counts()
    return IndexReport(
        added=len(read - had),
        changed=len((read & had) - same),
        removed=len(had - read),
        unchanged=totals["documents"] - len(read - same),
        passages=totals["passages"],
        embedded=embedded,
        long_passages=long_passages,
        skips=tuple(database.skips()),
        generation=int(meta["generation"]),
    )


class _Spool:
    """Parsed files on disk, for memory holds few of those that a large corpus has.

    Attributes:
        documents: Number of documents in it.
        passages: Number of their passages.
        skips: What could not be read.
    """

    def __init__(self, folder: Path) -> None:
        self.documents = 0
        self.passages = 0
        self.skips: list[Skip] = []
        try:
            self._file = tempfile.TemporaryFile(dir=folder, prefix=TEMPORARY)  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise _disk_error(folder, error) from error
        self._folder = folder

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):  # what a full disk still holds back is no longer wanted
            self._file.close()

    def put(self, name: str, parsed: ParsedFile) -> None:
        """Add a file."""
        try:
            messages.write(self._file, (name, parsed))
        except OSError as error:
            raise _disk_error(self._folder, error) from error
        self.documents += len(parsed.documents)
        self.passages += sum(len(document.passages) for document in parsed.documents)
        self.skips += parsed.skips

    def __iter__(self) -> Iterator[tuple[str, ParsedFile]]:
        try:
            end = self._file.seek(0, os.SEEK_END)
            self._file.seek(0)
            while self._file.tell() < end:
                yield messages.read(self._file, tuple[str, ParsedFile])
        except OSError as error:
            raise _disk_error(self._folder, error) from error


def _disk_error(folder: Path, error: OSError) -> StorageError:
    return refused(f"The index folder {folder}", error)


def _is_at_or_below(name: str, places: Collection[str]) -> bool:
    """Whether a file is one of some places, or lies in a folder that is."""
    return name in places or any(str(folder) in places for folder in PurePosixPath(name).parents)


def _compare(
    files: Iterable[CorpusFile], known: dict[str, FileState], sidecar: Sidecar, limits: Limits
) -> tuple[dict[str, FileState], list[FileState]]:
    """Find files that are new or changed (by size, time, then hash), and those only touched."""
    changed: dict[str, FileState] = {}
    touched: list[FileState] = []
    for file in files:
        notes = json.dumps(sidecar.fields_of_file(file.name), sort_keys=True)
        before = known.get(file.name)
        same_place = before is not None and before.sidecar == notes
        if before is not None and same_place and (before.size, before.mtime_ns) == (file.size, file.mtime_ns):
            continue
        digest = _digest(file, limits)
        state = FileState(file.name, file.size, file.mtime_ns, digest, notes, ())
        if before is not None and same_place and before.sha256 == digest and digest:
            touched.append(state)
        else:
            changed[file.name] = state
    return changed, touched


def _digest(file: CorpusFile, limits: Limits) -> str:
    """Hash of a file's bytes; "" if it is too large or cannot be read, which reading will report."""
    if file.size > limits.file_bytes:
        return ""
    try:
        return sha256(file.path)
    except OSError:
        return ""


def _check_model(index: Path, meta: dict[str, str], encoder: Encoder) -> None:
    if meta.get("fingerprint") not in (None, encoder.fingerprint):
        raise ModelMismatchError(
            f"{index} was built with the model {meta['model']} ({meta['precision']}, {meta['fingerprint'][:12]}); you asked for "
            f"{encoder.name} ({encoder.precision}, {encoder.fingerprint[:12]}). Use the same model, or give another folder with --index."
        )


def _settings(encoder: Encoder, meta: dict[str, str]) -> dict[str, str]:
    return {
        "centre": meta.get("centre") or as_setting(centre_of(encoder)),
        "release": __version__,
        "model": encoder.name,
        "precision": encoder.precision,
        "fingerprint": encoder.fingerprint,
        "dimension": str(encoder.dimension),
        "max_tokens": str(encoder.max_tokens),
    }


def _parse(
    spool: _Spool, states: dict[str, FileState], files: Iterable[CorpusFile], sidecar: Sidecar, limits: Limits, progress: Progress
) -> None:
    wanted = [file for file in files if file.name in states]
    for done, (file, found) in enumerate(parse_files(wanted, sidecar, limits, FACTORY), start=1):
        spool.put(file.name, found)
        progress("reading", done, len(wanted))


def vector_key(fingerprint: str, text: str) -> bytes:
    """Key under which the vector of a text is kept: the same text is embedded once."""
    return hashlib.sha256(f"{fingerprint}\n{text}".encode("utf-8", "surrogatepass")).digest()[:16]


def _embed(database: Database, spool: _Spool, encoder: Encoder, progress: Progress) -> tuple[int, int]:
    """Embed the texts that have no vector yet, committing now and then.

    Returns:
        The number of texts embedded, and of passages longer than the model's window.
    """
    embedded = settled = long = 0
    waiting: dict[bytes, str] = {}

    def embed() -> None:
        nonlocal embedded, settled
        if waiting:
            vectors = encoder.encode_documents(list(waiting.values()))
            with database.transaction():
                database.put_vectors(list(waiting), vectors)
            embedded += len(waiting)
            settled += len(waiting)
            waiting.clear()
        progress("embedding", settled, spool.passages)

    for _, file in spool:
        texts = [embedded_text(passage) for document in file.documents for passage in document.passages]
        # Texts that are surely shorter are not counted token by token.
        long += sum(encoder.count_tokens(text) > encoder.max_tokens for text in texts if len(text) > encoder.max_tokens)
        keys = {vector_key(encoder.fingerprint, text): text for text in texts}
        missing = keys.keys() - database.known_vectors(keys) - waiting.keys()
        settled += len(texts) - len(missing)
        for key in sorted(missing):
            waiting[key] = keys[key]
            if len(waiting) == _CHUNK:
                embed()
    embed()
    return embedded, long


def _write(
    database: Database, states: dict[str, FileState], spool: _Spool, removed: Iterable[str], encoder: Encoder
) -> tuple[set[str], set[str]]:
    """Write the next generation if any document differs.

    Returns:
        The ids of the documents that were read, and of those among them that are as they were.
    """
    read: set[str] = set()
    same: set[str] = set()
    for name in removed:
        database.remove_file(name)
    for name, file in spool:
        before = database.documents_of(name)
        keys = {
            document.document.doc_id: [vector_key(encoder.fingerprint, embedded_text(passage)) for passage in document.passages]
            for document in file.documents
        }
        new = {document.document.doc_id: document for document in file.documents}
        kept = {doc_id for doc_id, number in before.items() if doc_id in new and database.holds(number, new[doc_id], keys[doc_id])}
        for doc_id in before.keys() - kept:
            database.remove_document(before[doc_id])
        database.put_file(replace(states[name], skips=file.skips))
        for doc_id in new.keys() - kept:
            database.add_document(name, new[doc_id], keys[doc_id])
        read |= new.keys()
        same |= kept
    database.drop_unused_vectors()
    return read, same
