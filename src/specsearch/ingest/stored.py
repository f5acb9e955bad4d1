"""Settling what is said of the documents in a store and their passages, among neighbours and by what reviewers corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

from specsearch.ingest.how import words_of
from specsearch.ingest.relabel import said_labels, standing_labels
from specsearch.ingest.settle import ALONE, folder_of, neighbours_by_folder, settled, standing
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.records import CollectionChange, Correction, Decision, LabelCorrection
from specsearch.storage.writing import Update

_SETTLED = "settled"
"""The setting that says by what rules, and with how many corrections, all documents of an index were settled."""
_RULES = ("ingest/settle.py", "ingest/relabel.py", "storage/employers.py")
_LENGTH = 16
Said = Decision | Correction | LabelCorrection | CollectionChange
"""What a reviewer says."""


def settle(update: Update, folders: Collection[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Settle what is said of documents; nothing is seen before the update is committed.

    Args:
        update: What is written.
        folders: Those whose documents came, changed or went. Where rules or corrections are others than the settings say,
            all are settled.
        vocabulary: The words of levels.

    Returns:
        Ids of the documents of which, or of whose passages, something else is said now.
    """
    where = folders if update.meta.get(_SETTLED) == settled_setting(update)[_SETTLED] else None
    right = standing(update.corrections())
    near = neighbours_by_folder(update.sources(where))
    changed = {}
    for one in update.sources(where):
        around = near.get(folder_of(one.path), ALONE)
        corrections = {name: correction.value for name, correction in right.get(one.doc_id, {}).items()}
        said = settled(one.own, one.candidates, around.counts, corrections, around.stated, vocabulary)
        if said != one.said:
            changed[one.doc_id] = said
    if changed:
        update.put_sources(changed)
    return settle_labels(update) | changed.keys()


def settle_labels(update: Update) -> frozenset[str]:
    """Settle what reviewers say of passages; nothing is seen before the update is committed.

    Returns:
        Ids of the documents of whose passages something else is said now.
    """
    corrections = update.label_corrections()
    right = standing_labels(corrections)
    changed = {}
    for one in update.passages({correction.doc_id for correction in corrections}):
        said = {ordinal: found.label for ordinal, found in said_labels(one.read, one.content_hash, right.get(one.doc_id, ())).items() if found.label}
        if said != one.said:
            changed[one.doc_id] = said
    if changed:
        update.put_labels(changed)
    return frozenset(changed)


def settled_setting(update: Update) -> dict[str, str]:
    """What an index is to remember once all of its documents are settled."""
    return {_SETTLED: f"{_rules()} {len(update.corrections())}"}


@cache
def _rules() -> str:
    """Hash of what settles, which does not change while the program runs."""
    package = files("specsearch")
    return hashlib.sha256(b"".join(package.joinpath(name).read_bytes() for name in _RULES)).hexdigest()[:_LENGTH]


def keep(update: Update, said: Sequence[Said], settings: Mapping[str, str]) -> None:
    """Keep what reviewers say, in its order, and say it from now on: all of it, or nothing if the disk refuses.

    Args:
        update: What is written.
        said: Of documents that are in the index, values as they are to be said.
        settings: What the settings are to say with it.
    """
    settled_as: dict[str, str] = {}
    for one in said:
        if isinstance(one, Decision):
            update.decide(one)
        elif isinstance(one, Correction):
            update.correct(one)
        elif isinstance(one, CollectionChange):
            update.collect(one)
        else:
            update.correct_label(one)
    if any(isinstance(one, Correction) for one in said):
        settle(update, (), load_vocabulary(words_of(update.meta)))
        settled_as = settled_setting(update)
    elif any(isinstance(one, LabelCorrection) for one in said):
        settle_labels(update)
    update.commit({**settled_as, **settings})
    if not all(isinstance(one, Decision | CollectionChange) for one in said):
        update.tidy()
