"""Bringing an index up to date with a corpus folder: only what changed is read and embedded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specsearch import __version__
from specsearch.encoding import Encoder, prepare_model
from specsearch.encoding.context import embedded_text
from specsearch.encoding.semantics import FACTORY
from specsearch.errors import ModelMismatchError, UsageError
from specsearch.parsing.corpus import ParsedFile
from specsearch.parsing.pool import parse_files
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import CorpusFile, Sidecar, read_sidecar, walk
from specsearch.records import Skip
from specsearch.storage.database import FILE, Database, FileState
from specsearch.storage.derived import bring_up_to_date
from specsearch.storage.files import sha256, writer_lock

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


Progress = Callable[[str, int, int], None]
"""Told of a stage ("reading", "embedding"), how much of it is done, and how much there is."""


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
        prune: Whether a corpus without any readable document may empty an index.
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
            return _update(database, index, files, sidecar, walk_skips, encoder, prune, limits, progress, corpus)
        finally:
            database.close()


def _check_folder(index: Path) -> None:
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
    removed = sorted(known.keys() - {file.name for file in files})
    _check_model(index, meta, encoder)
    if states:
        prepare_model()  # the parsing children judge by meaning with the default model
    parsed = _parse(states, files, sidecar, limits, progress)
    before = database.document_ids()
    if not any(file.documents for file in parsed.values()) and not set(before) - set(removed) - set(states):
        if before and not prune:
            raise UsageError(
                f"No document in {corpus} can be read, and {sum(map(len, before.values()))} are in {index}. Nothing was changed. "
                "Check the folder; to empty the index all the same, add --prune."
            )
        if not before:
            reasons = [skip for file in parsed.values() for skip in file.skips]
            raise UsageError(_empty(corpus, [*walk_skips, *reasons]))
    embedded = _embed(database, parsed.values(), encoder, progress)
    generation = int(meta["generation"])
    if states or removed or "fingerprint" not in meta:
        generation += 1
        with database.transaction():
            _write(database, states, parsed, removed, encoder, generation)
    passed_over = json.dumps([(skip.path, skip.reason) for skip in walk_skips])
    remembered = {"passed_over": passed_over, "limits": repr(limits)}
    if not remembered.items() <= database.meta().items():
        with database.transaction():
            database.set_meta(remembered)
    if touched:
        with database.transaction():
            for state in touched:
                database.touch_file(state)
    bring_up_to_date(database, index)
    long_passages = _count_long(parsed.values(), encoder)
    skips = database.skips()
    return _report(before, parsed, removed, database, embedded, long_passages, skips, generation)


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


def _parse(
    states: dict[str, FileState], files: Iterable[CorpusFile], sidecar: Sidecar, limits: Limits, progress: Progress
) -> dict[str, ParsedFile]:
    parsed: dict[str, ParsedFile] = {}
    for file, found in parse_files([file for file in files if file.name in states], sidecar, limits, FACTORY):
        parsed[file.name] = found
        progress("reading", len(parsed), len(states))
    return parsed


def vector_key(fingerprint: str, text: str) -> bytes:
    """Key under which the vector of a text is kept: the same text is embedded once."""
    return hashlib.sha256(f"{fingerprint}\n{text}".encode("utf-8", "surrogatepass")).digest()[:16]


def _embed(database: Database, parsed: Iterable[ParsedFile], encoder: Encoder, progress: Progress) -> int:
    """Embed the texts that have no vector yet, committing now and then; return their number."""
    texts = {
        vector_key(encoder.fingerprint, text): text
        for file in parsed
        for document in file.documents
        for text in map(embedded_text, document.passages)
    }
    missing = sorted(texts.keys() - database.known_vectors(texts))
    done = 0
    for keys in (missing[at : at + _CHUNK] for at in range(0, len(missing), _CHUNK)):
        vectors = encoder.encode_documents([texts[key] for key in keys])
        with database.transaction():
            database.put_vectors(keys, vectors)
        done += len(keys)
        progress("embedding", done, len(missing))
    return len(missing)


def _write(
    database: Database,
    states: dict[str, FileState],
    parsed: dict[str, ParsedFile],
    removed: Iterable[str],
    encoder: Encoder,
    generation: int,
) -> None:
    for name in removed:
        database.remove_file(name)
    for name, state in states.items():
        database.put_file(replace(state, skips=parsed[name].skips))
        for document in parsed[name].documents:
            keys = [vector_key(encoder.fingerprint, embedded_text(passage)) for passage in document.passages]
            database.add_document(name, document, keys)
    database.drop_unused_vectors()
    database.set_meta(
        {
            "generation": str(generation),
            "release": __version__,
            "model": encoder.name,
            "precision": encoder.precision,
            "fingerprint": encoder.fingerprint,
            "dimension": str(encoder.dimension),
            "max_tokens": str(encoder.max_tokens),
        }
    )


def _count_long(parsed: Iterable[ParsedFile], encoder: Encoder) -> int:
    """Passages beyond the window; texts that are surely shorter are not counted token by token."""
    texts = (embedded_text(p) for file in parsed for document in file.documents for p in document.passages)
    return sum(encoder.count_tokens(text) > encoder.max_tokens for text in texts if len(text) > encoder.max_tokens)


def _report(
    before: dict[str, set[str]],
    parsed: dict[str, ParsedFile],
    removed: Sequence[str],
    database: Database,
    embedded: int,
    long_passages: int,
    skips: Sequence[Skip],
    generation: int,
) -> IndexReport:
    """Count documents by their ids: those of files read again are new, changed or gone."""
    read = {document.document.doc_id for file in parsed.values() for document in file.documents}
    had = set().union(*(before.get(name, set()) for name in [*parsed, *removed]))
    totals = database.counts()
    return IndexReport(
        added=len(read - had),
        changed=len(read & had),
        removed=len(had - read),
        unchanged=totals["documents"] - len(read),
        passages=totals["passages"],
        embedded=embedded,
        long_passages=long_passages,
        skips=tuple(skips),
        generation=generation,
    )
