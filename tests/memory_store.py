"""A plain store in memory, of dictionaries and NumPy: the oracle that other stores are compared with."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path, PurePosixPath
from types import MappingProxyType, TracebackType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Encoder, Vectors
from specsearch.encoding.centre import centred, from_setting
from specsearch.encoding.context import indexed_parts, indexed_words, text_number
from specsearch.encoding.words import stems
from specsearch.errors import IndexBusyError, IndexMissingError, StorageError
from specsearch.records import (
    CollectionChange,
    Correction,
    Decision,
    Document,
    Label,
    LabelCorrection,
    ParsedDocument,
    Passage,
    Skip,
    SourceClassification,
    reviewed,
)
from specsearch.storage.employers import Employers, employers_of
from specsearch.storage.keys import (
    EMPLOYER,
    EVERYWHERE,
    Attributes,
    CheckReport,
    Counts,
    DocumentPassages,
    DocumentSource,
    Entry,
    FileState,
    Keys,
    Scores,
    Stems,
    Tally,
    Vector,
    Where,
    skips_of,
    value_of,
)
from specsearch.storage.store import Snapshot
from specsearch.storage.truth.database import Database
from specsearch.storage.values import meant
from specsearch.storage.waiting import Aside

_Made = TypeVar("_Made")
_K1, _B = 1.2, 0.75
_EXACT = 40
"""Words up to which other stores may be relied on to know the length of a passage exactly."""


@dataclass
class State:
    """One generation: what was put, by number and key."""

    meta: dict[str, str] = field(default_factory=lambda: {"generation": "0", "state": uuid.uuid4().hex})
    files: dict[str, FileState] = field(default_factory=dict)
    documents: dict[int, tuple[str, ParsedDocument]] = field(default_factory=dict)
    passages: dict[int, tuple[int, Passage, bytes]] = field(default_factory=dict)
    vectors: dict[bytes, npt.NDArray[np.float32]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    label_corrections: list[LabelCorrection] = field(default_factory=list)
    collection_changes: list[CollectionChange] = field(default_factory=list)
    labels: dict[int, Mapping[int, Label]] = field(default_factory=dict)
    own: dict[int, SourceClassification] = field(default_factory=dict)
    last: int = 0

    def copied(self) -> State:
        """The same, to be changed."""
        return State(*(copy(getattr(self, name)) for name in self.__dataclass_fields__))

    def sources(self) -> list[DocumentSource]:
        """What the documents are read as and what is said of them, in the order of their ids."""
        found = ((parsed.document, self.own[number]) for number, (_, parsed) in self.documents.items())
        rows = (DocumentSource(d.doc_id, d.path, d.kind, own, d.source, d.candidates) for d, own in found)
        return sorted(rows, key=lambda row: row.doc_id)


class MemoryTruth:
    """What has no rows to be copied."""

    @property
    def truth(self) -> Database:
        raise StorageError("The store in memory has no rows.")


class MemorySnapshot(MemoryTruth):
    """One generation, see `specsearch.storage.store.Snapshot`."""

    def __init__(self, name: str, state: State, encoder: Encoder, kept: dict[str, list[bytes]], notice: Callable[[str], None]) -> None:
        self.name, self.meta, self.notice, self.encoder = name, dict(state.meta), notice, encoder
        self.centre = from_setting(state.meta["centre"], encoder.dimension)
        self._state, self._kept = state, kept
        self._made: dict[Callable[..., object], object] = {}
        ordered = sorted(state.documents.items(), key=lambda item: item[1][1].document.doc_id)
        self._employers: Employers = employers_of({number: parsed.document.source for number, (_, parsed) in ordered})
        names = {number: self._employers.names[one] for one, numbers in self._employers.documents.items() for number in numbers}
        self._entries = {
            number: Entry(number, (d := parsed.document).doc_id, d.path, d.kind, d.source, names.get(number)) for number, (_, parsed) in ordered
        }
        places = {number: place for place, number in enumerate(self._entries)}
        in_order = sorted(state.passages, key=lambda key: (places[state.passages[key][0]], state.passages[key][1].ordinal))
        self._order = {key: place for place, key in enumerate(in_order)}
        self._texts = {key: text_number(passage) for key, (_, passage, _) in state.passages.items()}
        self._words = {key: Counter(stem for _, stem in stems(indexed_words(passage))) for key, (_, passage, _) in state.passages.items()}
        self._parts = {key: [tuple(stem for _, stem in stems(part)) for part in indexed_parts(passage)] for key, (_, passage, _) in state.passages.items()}
        self._lengths = {key: words.total() for key, words in self._words.items()}
        self._having = Counter(stem for words in self._words.values() for stem in words)

    @contextmanager
    def snapshot(self) -> Iterator[MemorySnapshot]:
        yield self

    def once(self, make: Callable[[Snapshot], _Made]) -> _Made:
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value]  # what this function made

    def _keys(self, where: Where) -> Keys:
        numbers = {entry.number for entry in self.entries(where)}
        return np.array(
            sorted(
                key
                for key, (n, passage, _) in self._state.passages.items()
                if n in numbers
                and (where.labels is None or passage.label in where.labels)
                and all(self._has(key, phrase) for phrase in where.phrases)
                and not any(self._has(key, phrase) for phrase in where.without)
            ),
            np.int64,
        )

    def _has(self, key: int, phrase: Stems) -> bool:
        runs = (part[start : start + len(phrase)] for part in self._parts[key] for start in range(len(part)))
        return phrase in runs

    def _best(self, keys: Keys, scores: Scores, k: int) -> tuple[Keys, Scores]:
        best = np.lexsort((np.array([self._order[key] for key in keys.tolist()]), -scores))[:k] if len(keys) else np.empty(0, np.int64)
        return keys[best], scores[best]

    def dense(self, vector: Vector, k: int, where: Where) -> tuple[Keys, Scores]:
        keys = self._keys(where)
        return self._best(keys, self.dense_scores(vector, keys), k)

    def lexical(self, terms: Mapping[str, float], k: int, where: Where) -> tuple[Keys, Scores]:
        keys = self._keys(where)
        scores = self.lexical_scores(terms, keys)
        return self._best(keys[scores > 0], scores[scores > 0], k)

    def meanwhile(self, ask: Callable[[], _Made]) -> Callable[[], _Made]:
        found = ask()
        return lambda: found

    def dense_scores(self, vector: Vector, keys: Keys) -> Scores:
        return np.asarray(self.vectors(keys).astype(np.float64) @ vector.astype(np.float64), np.float32)

    def spoken(self, stems: Collection[str]) -> list[str]:
        return [stem for stem in stems if self._having[stem]]

    def lexical_scores(self, terms: Mapping[str, float], keys: Keys) -> Scores:
        """BM25, Robertson and Zaragoza (2009), with the inverse document frequency that is never negative."""
        count = len(self._words)
        mean = sum(self._lengths.values()) / max(1, count)
        found = np.zeros(len(keys))
        for place, key in enumerate(keys.tolist()):
            length = self._lengths[key]
            assert length <= _EXACT
            for stem, weight in terms.items():
                rarity = log(1 + (count - self._having[stem] + 0.5) / (self._having[stem] + 0.5))
                often = self._words[key][stem]
                found[place] += weight * rarity * often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * length / mean)) if often else 0.0
        return found.astype(np.float32)

    def vectors(self, keys: Keys) -> Vectors:
        stored = [self._state.vectors[self._state.passages[key][2]] for key in keys.tolist()]
        return centred(np.stack(stored), self.centre) if stored else np.empty((0, len(self.centre)), np.float32)

    def attributes(self, keys: Keys) -> Attributes:
        numbers = [self._state.passages[key][0] for key in keys.tolist()]
        labels = [tuple(Label).index(self._state.passages[key][1].label) for key in keys.tolist()]
        return Attributes(np.array(numbers, np.int64), np.array([self._order[key] for key in keys.tolist()], np.int64), np.array(labels, np.uint8), np.array([self._texts[key] for key in keys.tolist()], np.int64))

    def employers(self, keys: Keys) -> npt.NDArray[np.int64]:
        names = sorted(self._employers.names.values())
        entries = [self._entries[self._state.passages[key][0]] for key in keys.tolist()]
        return np.array([names.index(entry.employer) if entry.employer else -1 for entry in entries], np.int64)

    def same_text(self, keys: Keys, where: Where) -> list[Keys]:
        those = sorted(self._keys(where).tolist(), key=lambda key: self._order[key])
        return [np.array([other for other in those if self._texts[other] == self._texts[key]], np.int64) for key in keys.tolist()]

    def passages(self, keys: Keys) -> list[Passage]:
        return [self._state.passages[key][1] for key in keys.tolist()]

    def ids(self, keys: Keys) -> list[str]:
        return [passage.passage_id for passage in self.passages(keys)]

    def document(self, number: int) -> Document:
        return self._state.documents[number][1].document

    def statements(self, numbers: Sequence[int]) -> list[tuple[list[Passage], Keys]]:
        found = []
        for number in numbers:
            keys = np.array(sorted((key for key, (n, _, _) in self._state.passages.items() if n == number), key=lambda key: self._order[key]), np.int64)
            found.append((self.passages(keys), keys))
        return found

    def scan(self, where: Where, after: int = 0) -> Keys:
        keys = self._keys(where)
        return keys[keys > after][:3]  # few, so that whoever scans has to go on

    def entries(self, where: Where = EVERYWHERE) -> Iterator[Entry]:
        return (
            entry
            for entry in self._entries.values()
            if all(value_of(entry, name) in values for name, values in where.values.items()) and (where.documents is None or entry.number in where.documents)
        )

    def number(self, doc_id: str) -> int | None:
        return next((number for number, entry in self._entries.items() if entry.doc_id == doc_id), None)

    def employer_of(self, source: SourceClassification) -> str | None:
        employer = self._employers.of(source)
        return None if employer is None else self._employers.names.get(employer)

    def counts(self) -> Counts:
        labels = Counter(str(passage.label) for _, passage, _ in self._state.passages.values())
        return Counts(len(self._entries), len(self._words), len(self._state.vectors), len(self._state.files), labels)

    def passages_by_document(self, where: Where) -> Mapping[int, int]:
        return Counter(self._state.passages[key][0] for key in self._keys(where).tolist())

    def tallies(self) -> Mapping[int, Tally]:
        found = {}
        for number in self._entries:
            passages = [passage for n, passage, _ in self._state.passages.values() if n == number]
            sure, unsure = (Counter(p.label for p in passages if p.unsure is doubted) for doubted in (False, True))
            found[number] = Tally(dict(sure), dict(unsure), sum(len(p.text) for p in passages), len(self.document(number).text))
        return found

    def facets(self, name: str, where: Where = EVERYWHERE) -> Mapping[str, int]:
        counts = Counter(value_of(entry, name) for entry in self.entries(where))
        return {value: counts[value] for value in sorted(counts) if value}

    def resolve(self, name: str, text: str) -> tuple[str, ...]:
        if name == EMPLOYER:
            return tuple(dict.fromkeys(self._employers.names[one] for one in self._employers.matching(text)))
        return meant(name, text, self.facets(name))

    def files(self) -> Mapping[str, FileState]:
        return dict(self._state.files)

    def skips(self) -> list[Skip]:
        return skips_of(self.meta, self._state.files.values())

    def decisions(self) -> list[Decision]:
        return list(self._state.decisions)

    def corrections(self) -> list[Correction]:
        return list(self._state.corrections)

    def label_corrections(self) -> list[LabelCorrection]:
        return list(self._state.label_corrections)

    def collection_changes(self) -> list[CollectionChange]:
        return list(self._state.collection_changes)

    def sources(self) -> Iterator[DocumentSource]:
        return iter(self._state.sources())

    def source(self, number: int) -> DocumentSource:
        return next(one for one in self._state.sources() if one.doc_id == self._entries[number].doc_id)

    def knows(self, state: State) -> bool:
        """Whether it has what reviewers said as a state has it."""
        known = ("decisions", "corrections", "label_corrections", "collection_changes")
        return all(getattr(self._state, name) == getattr(state, name) for name in known)

    def kept(self, name: str) -> Iterator[bytes]:
        return iter(reversed(self._kept.get(name, [])))

    def keep(self, name: str, content: bytes) -> None:
        self._kept.setdefault(name, []).append(content)


class MemoryUpdate(MemoryTruth):
    """The one writer, see `specsearch.storage.writing.Update`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._new = store.state.copied()
        self._vectors = store.vectors
        self._changed = False

    @property
    def meta(self) -> Mapping[str, str]:
        return dict(self._store.state.meta)

    def files(self) -> Mapping[str, FileState]:
        return dict(self._new.files)

    def document_ids(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for name, parsed in self._new.documents.values():
            found.setdefault(name, set()).add(parsed.document.doc_id)
        return {name: frozenset(ids) for name, ids in found.items()}

    def recognised_files(self) -> frozenset[str]:
        return frozenset(name for name, parsed in self._new.documents.values() if parsed.document.recognised)

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        return set(keys) & self._vectors.keys()

    def put_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        self._vectors.update(zip(keys, vectors, strict=True))

    def put(self, state: FileState, documents: Sequence[ParsedDocument], vectors: Sequence[Sequence[bytes]]) -> set[str]:
        new = {parsed.document.doc_id: (parsed, list(keys)) for parsed, keys in zip(documents, vectors, strict=True)}
        same = set()
        for number, (name, parsed) in list(self._new.documents.items()):
            if name != state.name:
                continue
            doc_id = parsed.document.doc_id
            keys = [key for n, _, key in self._new.passages.values() if n == number]
            document = replace(parsed.document, source=self._new.own[number])
            if doc_id in new and (document, parsed.passages, keys) == (new[doc_id][0].document, new[doc_id][0].passages, new[doc_id][1]):
                same.add(doc_id)
            else:
                self._drop(number)
        for doc_id in new.keys() - same:
            self._add(state.name, *new[doc_id])
        self._new.files[state.name] = state
        return same

    def _add(self, name: str, parsed: ParsedDocument, keys: Sequence[bytes], labels: Mapping[int, Label] = MappingProxyType({})) -> None:
        self._changed = True
        self._new.last += 1
        number = self._new.last
        self._new.documents[number], self._new.own[number] = (name, parsed), parsed.document.source
        self._new.labels[number] = dict(labels)
        for passage, key in zip(parsed.passages, keys, strict=True):
            self._new.last += 1
            said = reviewed(passage, labels[passage.ordinal]) if passage.ordinal in labels else passage
            self._new.passages[self._new.last] = number, said, key

    def _drop(self, number: int) -> None:
        self._changed = True
        del self._new.documents[number], self._new.own[number], self._new.labels[number]
        self._new.passages = {key: row for key, row in self._new.passages.items() if row[0] != number}

    def touch(self, state: FileState) -> None:
        self._new.files[state.name] = state

    def remove(self, name: str) -> None:
        for number in [number for number, (file, _) in self._new.documents.items() if file == name]:
            self._drop(number)
        self._new.files.pop(name, None)

    def decide(self, decision: Decision) -> None:
        self._new.decisions.append(decision)

    def correct(self, correction: Correction) -> None:
        self._new.corrections.append(correction)

    def corrections(self) -> list[Correction]:
        return list(self._new.corrections)

    def sources(self, folders: Collection[str] | None = None) -> Iterator[DocumentSource]:
        return (row for row in self._new.sources() if folders is None or str(PurePosixPath(row.path).parent) in folders)

    def put_sources(self, said: Mapping[str, SourceClassification]) -> None:
        for number, (name, parsed) in list(self._new.documents.items()):
            if parsed.document.doc_id in said:
                again = replace(parsed, document=replace(parsed.document, source=said[parsed.document.doc_id]))
                self._again(number, name, again, self._new.labels[number])

    def _again(self, number: int, name: str, parsed: ParsedDocument, labels: Mapping[int, Label]) -> None:
        """Something else is said of a document or its passages: it gets another number."""
        own, keys = self._new.own[number], [key for n, _, key in self._new.passages.values() if n == number]
        self._drop(number)
        self._add(name, parsed, keys, labels)
        self._new.own[self._new.last - len(keys)] = own

    def correct_label(self, correction: LabelCorrection) -> None:
        self._new.label_corrections.append(correction)

    def label_corrections(self) -> list[LabelCorrection]:
        return list(self._new.label_corrections)

    def collect(self, change: CollectionChange) -> None:
        self._new.collection_changes.append(change)

    def passages(self, doc_ids: Collection[str]) -> Iterator[DocumentPassages]:
        found = ((parsed, self._new.labels[number]) for number, (_, parsed) in self._new.documents.items() if parsed.document.doc_id in doc_ids)
        rows = (DocumentPassages(parsed.document.doc_id, parsed.document.content_hash, parsed.passages, labels) for parsed, labels in found)
        return iter(sorted(rows, key=lambda row: row.doc_id))

    def put_labels(self, said: Mapping[str, Mapping[int, Label]]) -> None:
        for number, (name, parsed) in list(self._new.documents.items()):
            if parsed.document.doc_id in said:
                self._again(number, name, parsed, said[parsed.document.doc_id])

    def commit(self, settings: Mapping[str, str], progress: Callable[[str, int, int], None] = lambda stage, done, total: None) -> None:
        self._new.meta |= settings
        if self._changed:
            self._new.meta |= {"generation": str(int(self._new.meta["generation"]) + 1), "state": uuid.uuid4().hex}
        used = {key for _, _, key in self._new.passages.values()}
        self._new.vectors = {key: self._vectors[key] for key in used}
        self._store.state, self._store.vectors = self._new, dict(self._new.vectors)
        self._new, self._vectors, self._changed = self._new.copied(), self._store.vectors, False

    def abort(self) -> None:
        self._new, self._changed = self._store.state.copied(), False

    def tidy(self) -> None:
        return

    def forget_deposits(self) -> None:
        return

    def size(self) -> tuple[int, int]:
        return len(self._new.documents), len(self._new.passages)

    def skips(self) -> list[Skip]:
        return skips_of(self.meta, self._new.files.values())


@dataclass(frozen=True)
class MemoryReadable:
    """What stays open, see `specsearch.storage.store.Index`."""

    store: MemoryStore
    notice: Callable[[str], None]
    encoder: Encoder | None

    @property
    def name(self) -> str:
        return self.store.name

    @contextmanager
    def snapshot(self) -> Iterator[MemorySnapshot]:
        with self.store.open(self.notice, self.encoder) as snapshot:
            yield snapshot

    @property
    def generation(self) -> int:
        with self.snapshot() as snapshot:
            return int(snapshot.meta["generation"])

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> MemoryReadable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class MemoryStore:
    """A store in memory, see `specsearch.storage.store.Store`."""

    folder: Path | None = None
    aside: Aside | None = None

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.state = State()
        self.vectors: dict[bytes, npt.NDArray[np.float32]] = {}
        self._begun = self._writing = False
        self._kept: dict[str, list[bytes]] = {}
        self._present: MemorySnapshot | None = None

    def exists(self) -> bool:
        return self._begun

    @contextmanager
    def open(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> Iterator[MemorySnapshot]:
        if "fingerprint" not in self.state.meta:
            raise IndexMissingError(f"{self.name} is not an index.")
        if encoder is None:
            raise StorageError("The store in memory has no encoder of its own.")
        if self._present is None or self._present.meta["state"] != self.state.meta["state"] or not self._present.knows(self.state):
            self._present = MemorySnapshot(self.name, replace(self.state), encoder, self._kept, notice)
        yield self._present

    def readable(self, notice: Callable[[str], None] = lambda message: None, encoder: Encoder | None = None) -> MemoryReadable:
        with self.open(notice, encoder):
            return MemoryReadable(self, notice, encoder)

    def size_bytes(self) -> int:
        return sum(vector.nbytes for vector in self.vectors.values())

    @contextmanager
    def begin(self, *, create: bool = True) -> Iterator[MemoryUpdate]:
        if not (create or self._begun):
            raise IndexMissingError(f"{self.name} is not an index.")
        if self._writing:
            raise IndexBusyError(f"{self.name} is being written.")
        self._begun = self._writing = True
        try:
            yield MemoryUpdate(self)
        finally:
            self._writing = False

    def settings(self) -> Mapping[str, str]:
        return dict(self.state.meta) if self._begun else {}

    def check(self, *, repair: bool = False, encoder: Encoder | None = None, notice: Callable[[str], None] = lambda message: None) -> CheckReport:
        return CheckReport(len(self.state.documents), len(self.state.passages), int(self.state.meta["generation"]), (), (), ())
