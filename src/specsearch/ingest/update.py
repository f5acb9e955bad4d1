"""Bringing an index up to date with a corpus folder: only what changed is read and embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from specsearch.encoding import BASE_MODEL, DEFAULT_MODEL, Encoder, load_encoder, prepare_model
from specsearch.encoding.centre import as_setting, centre_of
from specsearch.errors import ModelMismatchError, UsageError
from specsearch.ingest.apply import Applied, apply
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.embed import Embedded, embed
from specsearch.ingest.how import AS_USUAL, CONVERTER, ENGINE, ENGINE_THERE, LIMITS, HowRead
from specsearch.ingest.plan import Plan, Remembered, Why, look_at, plan
from specsearch.ingest.read import Left, Progress, read
from specsearch.ingest.relabel import standing_labels
from specsearch.ingest.settle import folder_of, standing
from specsearch.ingest.spool import Spool
from specsearch.ingest.stored import settle, settled_setting
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers import formats_read, holds_files, is_converted
from specsearch.readers.elsewhere import place_of
from specsearch.records import ParsedDocument, Skip
from specsearch.storage.copying import is_unfinished_copy, unfinished
from specsearch.storage.keys import PASSED_OVER, FileState, notes_of, notes_setting, passed_over_setting, said_of_tables
from specsearch.storage.store import Store
from specsearch.storage.stores import deposits_at, store_at
from specsearch.storage.writing import Update
from specsearch.version import __version__

_MADE_OF = 5
"""Files from which on an index is not replaced by another folder without being told to."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did. Numbers are documents unless they say otherwise.

    Attributes:
        added: New documents.
        changed: Documents that are read otherwise than before, or of which something else is said because of their neighbours
            or of a reviewer.
        removed: Documents of files that are gone.
        unchanged: Documents left as they were.
        passages: Passages in the index now.
        embedded: Texts that had to be embedded.
        long_passages: Passages beyond the model's window, embedded in several windows.
        skips: Files and records that are not in the index, with the reason.
        generation: Number of the index' state; the same when nothing changed.
        away: Ids of documents that reviewers corrected and that are not in the index now.
        tables: How the tables were read that were read now: the file, and what of it is a document.
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
    away: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

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
        return found | {name: list(found[name]) for name in ("skips", "away", "tables")}


def update_index(
    corpus: Path | str,
    index: Path | str,
    encoder: Encoder,
    *,
    prune: bool = False,
    reading: HowRead = AS_USUAL,
    progress: Progress = lambda stage, done, total: None,
) -> IndexReport:
    """Make or update the index of a corpus folder.

    Args:
        corpus: Folder of job documents, or a single file; an address for one elsewhere, as "s3://bucket/folder".
        index: Where the index is, as `store_at` takes it; made if there is none.
        encoder: Embeds the passages.
        prune: Whether to also remove documents of files that cannot be looked at, and to empty an
            index when no document is left.
        reading: How files are read.
        progress: Told how far it is.

    Returns:
        What was done.

    Raises:
        UsageError: No such corpus, an empty one, or a place for the index that holds something else.
        ModelMismatchError: The index was built with another model.
        IndexBusyError: Another process is writing to it.
        IndexDamagedError: It is damaged.
        StorageError: The disk refused, or where the corpus lies, or the workers.
    """
    return update_store(corpus, store_at(index), encoder, prune=prune, reading=reading, progress=progress)


def update_store(corpus: Path | str, store: Store, encoder: Encoder, *, prune: bool, reading: HowRead, progress: Progress) -> IndexReport:
    """Make or update the index that a store holds, as `update_index` does."""
    found = look_at(place_of(corpus), leave_out=store.folder)
    if not store.exists() and not found.files:
        raise UsageError(_empty(found.path, found.skips))
    with store.begin() as update:
        if is_unfinished_copy(update.meta):
            raise unfinished(store.name, update.meta)
        reading = reading.for_index(update.meta)
        planned = plan(_known(update, reading), found, reading, prune=prune)
        _check_model(store, update.meta, encoder)
        if planned.read:
            prepare_model()  # the parsing children judge by meaning
        before = update.document_ids()
        _check_same_folder(planned, before, store, prune=prune)
        with Spool(store.folder) as spool, _left(store, reading) as left:
            elsewhere = read(planned, spool, update, encoder, left, progress)
            _check_left(planned, spool, before, store, prune=prune)
            embedded = embed(update, spool, encoder, progress)
            embedded = replace(embedded, texts=embedded.texts + elsewhere)
            applied = _applied(update, planned, spool, encoder, embedded, progress)
        update.tidy()
        update.forget_deposits()
        had = frozenset[str]().union(*(before.get(name, frozenset()) for name in planned.replaced))
        return replace(_report(update, had, applied, embedded), tables=said_of_tables(spool.notes))


def index_documents(
    documents: Iterable[ParsedDocument], store: Store, encoder: Encoder, progress: Progress = lambda stage, done, total: None
) -> None:
    """Make an index of documents that are no files, unless it is there already.

    Args:
        documents: What to index, once; ids must differ.
        store: Where the index is, which stands for exactly these documents and this encoder.
        encoder: Embeds the passages.
        progress: Told how far it is.

    Raises:
        IndexBusyError: Another process is making it.
        StorageError: The disk refused.
    """
    with store.begin() as update, Spool(store.folder) as spool:
        if "fingerprint" in update.meta:
            return
        states = {}
        for document in documents:
            name = document.document.path
            states[name] = FileState(name, 0, 0, document.document.content_hash, "{}", ())
            spool.put(name, ParsedFile((document,), ()))
        embed(update, spool, encoder, progress)
        apply(update, spool, states, (), encoder)
        update.commit(_settings(encoder, {}))
        update.tidy()


def encoder_for(
    index: Path | str, model: str | None = None, precision: str | None = None, notice: Callable[[str], None] = lambda message: None
) -> Encoder:
    """Load the encoder that an index is to be made or updated with.

    Args:
        index: Where the index is, which need not be there.
        model: As for `load_encoder`; None for the index' own, or the default for a new index.
        precision: "int8" or "fp32"; None for the index' own, or int8.
        notice: Told when something takes time, and when the index' own model is not the default any more.

    Raises:
        UsageError: No such precision.
        ModelError: The model cannot be loaded.
    """
    own = store_at(index).settings()
    if model is None and own.get("model") == BASE_MODEL != DEFAULT_MODEL:
        notice(
            f"{index} was made with the model {BASE_MODEL} and stays with it. The present default, {DEFAULT_MODEL}, finds more "
            "comparable duties: to use it, make an index in a new folder."
        )
    return load_encoder(model or own.get("model", DEFAULT_MODEL), precision or own.get("precision", "int8"), notice)


@contextmanager
def _left(store: Store, reading: HowRead) -> Iterator[Left]:
    """Where workers leave what they find, if there are any."""
    deposits = deposits_at(store.name) if reading.workers else None
    try:
        yield Left(store.name, deposits)
    finally:
        if deposits is not None:
            deposits.close()


def _known(update: Update, reading: HowRead) -> Remembered:
    files, meta = update.files(), update.meta
    trusted = files if meta.get("reading") == reading.version else {}
    skipped = {name for name, state in trusted.items() if state.skips}
    again = skipped if meta.get(LIMITS) != reading.costs else set()  # it may be read now
    if meta.get(CONVERTER, "") != reading.converter:
        again = again | skipped | {name for name in trusted if is_converted(name) or holds_files(name)}  # which may hold such files
    if reading.engine or meta.get(ENGINE):
        recognised = update.recognised_files()
        if meta.get(ENGINE_THERE, "") != reading.limits.engine:
            again = again | (skipped - recognised)
        if meta.get(ENGINE, "") != reading.engine:  # what was read in pictures may be read otherwise, or is not to be there
            again = again | recognised
        elif not reading.limits.engine:  # nothing is there that could read it again: it stays
            again = again - recognised
    trusted = {name: state for name, state in trusted.items() if name not in again}
    return Remembered(files, trusted)


def _check_model(store: Store, meta: Mapping[str, str], encoder: Encoder) -> None:
    if meta.get("fingerprint") not in (None, encoder.fingerprint):
        raise ModelMismatchError(
            f"{store.name} was built with the model {meta['model']} ({meta['precision']}, {meta['fingerprint'][:12]}); you asked for "
            f"{encoder.name} ({encoder.precision}, {encoder.fingerprint[:12]}). Use the same model, or give another folder with --index."
        )


def _check_same_folder(planned: Plan, before: Mapping[str, frozenset[str]], store: Store, *, prune: bool) -> None:
    """See that a folder has something of what the index was made of: another one would throw all of it away."""
    if prune or len(before) < _MADE_OF or before.keys() - set(planned.gone):
        return
    if any(one.why is Why.MOVED for one in planned.read):
        return
    raise UsageError(
        f"None of the {len(before)} files that {store.name} was made of is in {planned.corpus.path}: their documents would leave the index. Nothing was changed. "
        "Give the folder that it was made of, which may hold further ones, or another index with --index; to replace them all the same, add --prune."
    )


def _check_left(planned: Plan, spool: Spool, before: Mapping[str, frozenset[str]], store: Store, *, prune: bool) -> None:
    """See that documents are left, so that a wrong folder does not empty an index."""
    if spool.documents or set(before) - set(planned.replaced):
        return
    corpus = planned.corpus
    if not before:
        raise UsageError(_empty(corpus.path, [*corpus.skips, *spool.skips]))
    if not prune:
        raise UsageError(
            f"No document in {corpus.path} can be read, and {sum(map(len, before.values()))} are in {store.name}. Nothing was changed. "
            "Check the folder; to empty the index all the same, add --prune."
        )


def _empty(corpus: Path | str, skips: Sequence[Skip]) -> str:
    passed = f" ({len(skips)} entries were passed over, the first: {skips[0].path}: {skips[0].reason})" if skips else ""
    return f"There are no documents in {corpus}{passed}. Put job documents there: {formats_read()}."


def _applied(update: Update, planned: Plan, spool: Spool, encoder: Encoder, embedded: Embedded, progress: Progress) -> Applied:
    """Write what there is to write, if there is anything."""
    kept = {name: notes for name, notes in notes_of(update.meta).items() if name not in planned.replaced}
    settings = _settings(encoder, update.meta) | _remembered(planned) | settled_setting(update) | notes_setting(kept | spool.notes)
    if not (planned.replaced or planned.touched or embedded.texts) and settings.items() <= update.meta.items():
        return Applied()
    states = {one.file.name: replace(one.state, mtime_ns=-1, sha256="") if one.file.name in spool.unsettled else one.state for one in planned.read}
    applied = apply(update, spool, states, planned.gone, encoder)
    for state in planned.touched:
        update.touch(state)
    settled = settle(update, {folder_of(name) for name in planned.replaced}, load_vocabulary(planned.reading.words))
    update.commit(settings, progress)
    return replace(applied, settled=settled)


def _settings(encoder: Encoder, meta: Mapping[str, str]) -> dict[str, str]:
    return {
        "centre": meta.get("centre") or as_setting(centre_of(encoder)),
        "release": __version__,
        "model": encoder.name,
        "precision": encoder.precision,
        "fingerprint": encoder.fingerprint,
        "dimension": str(encoder.dimension),
        "max_tokens": str(encoder.max_tokens),
    }


def _remembered(planned: Plan) -> dict[str, str]:
    """What the next update is to know of this one."""
    return {**planned.reading.settings(), PASSED_OVER: passed_over_setting(planned.corpus.skips)}


def _report(update: Update, had: frozenset[str], applied: Applied, embedded: Embedded) -> IndexReport:
    """What was done to the documents that the files had which were read or are gone."""
    documents, passages = update.size()
    added = applied.read - had
    changed = ((applied.read & had) - applied.same) | (applied.settled - added)
    return IndexReport(
        added=len(added),
        changed=len(changed),
        removed=len(had - applied.read),
        unchanged=documents - len(added) - len(changed),
        passages=passages,
        embedded=embedded.texts,
        long_passages=embedded.long_passages,
        skips=tuple(update.skips()),
        generation=int(update.meta["generation"]),
        away=_away(update),
    )


def _away(update: Update) -> tuple[str, ...]:
    corrected = standing(update.corrections()).keys() | standing_labels(update.label_corrections()).keys()
    return tuple(sorted(corrected - frozenset[str]().union(*update.document_ids().values()))) if corrected else ()
