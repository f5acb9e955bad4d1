"""What every store does; whoever writes another one adds it to `STORES`.

The store in memory is plain enough to be seen to be right, and is what the others are compared with: what is searched,
compared and surveyed over a store is the same over it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from conftest import CORPUS, WordEncoder
from memory_store import MemoryStore
from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text, text_number
from specsearch.encoding.words import stems, terms
from specsearch.errors import IndexBusyError, IndexMissingError
from specsearch.ingest.corpus import parse_corpus
from specsearch.ingest.embed import keys_of
from specsearch.ingest.update import index_documents
from specsearch.records import (
    KIND_OF_LABEL,
    UNSURE,
    Act,
    Choice,
    Collection,
    CollectionChange,
    Correction,
    Decision,
    Document,
    DocumentKind,
    Kind,
    Label,
    LabelCorrection,
    Mode,
    Origin,
    ParsedDocument,
    Passage,
    Place,
    Skip,
    SourceClassification,
    content_hash_of,
    reviewed,
)
from specsearch.retrieval import Filters, search
from specsearch.retrieval.candidates import query_vector
from specsearch.roles import compare, open_profiles, prepare, similar, survey_duty, survey_role
from specsearch.storage.batches import every_key
from specsearch.storage.keys import (
    EMPLOYER,
    EVERYWHERE,
    FILTERED,
    PASSED_OVER,
    YEAR,
    DocumentPassages,
    DocumentSource,
    FileState,
    Keys,
    Where,
    passed_over_setting,
    value_of,
)
from specsearch.storage.local.store import LocalStore
from specsearch.storage.milvus.engine import MilvusEngine
from specsearch.storage.postgres import snapshot as postgres_snapshot
from specsearch.storage.postgres.store import PostgresStore
from specsearch.storage.store import Snapshot, Store
from specsearch.storage.writing import Update

STORES: Mapping[str, Callable[[pytest.FixtureRequest, Path], Store]] = {
    "folder": lambda request, path: LocalStore(path / "index"),
    "memory": lambda request, path: MemoryStore(),
    "postgres": lambda request, path: PostgresStore(request.getfixturevalue("postgres").place()),
    "milvus": lambda request, path: PostgresStore(request.getfixturevalue("postgres").place(), MilvusEngine(request.getfixturevalue("milvus"))),
}
ENCODER = WordEncoder()
DUTIES = Where(labels=frozenset({Label.DUTY}))


@pytest.fixture(autouse=True)
def engines_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where so few passages take part that the truth would score them all."""
    monkeypatch.setattr(postgres_snapshot, "FEW", -1)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each sort."""
    return STORES[request.param](request, tmp_path)


@pytest.fixture(scope="module")
def corpus() -> list[ParsedDocument]:
    """Some documents of several employers."""
    wanted = ("cedar-quay-or/", "harlow-bend-oh/", "port-lumen-wa/", "fort-delphine-tx/")
    short = (parsed for parsed in parse_corpus(CORPUS) if parsed.document.path.startswith(wanted))
    # The store in memory knows the exact lengths of passages, others those of short ones only.
    found = [replace(parsed, passages=_some([p for p in parsed.passages if len(p.text.split()) <= 18])) for parsed in short]
    blank = Document("zz-blank.txt", SourceClassification(title="Blank", state="ID"), DocumentKind.OTHER, "", "zz-blank.txt", content_hash_of(""))
    return [*found, ParsedDocument(blank, (), (), ())]  # nothing was recognised in it, and its number is the highest


def _some(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    return tuple(replace(passage, ordinal=ordinal, confidence=passage.confidence if ordinal % 7 else UNSURE / 3) for ordinal, passage in enumerate(passages))


@pytest.fixture(scope="module", params=STORES)
def filled(request: pytest.FixtureRequest, corpus: list[ParsedDocument], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of each sort with these documents; not to be written to."""
    store = STORES[request.param](request, tmp_path_factory.mktemp("filled"))
    index_documents(corpus, store, ENCODER)
    return store


@pytest.fixture(scope="module")
def oracle(corpus: list[ParsedDocument]) -> Store:
    """The store in memory with these documents."""
    store = MemoryStore()
    index_documents(corpus, store, ENCODER)
    return store


def put(update: Update, *documents: ParsedDocument) -> set[str]:
    """Put documents of one file, with their vectors; return the ids of those that are as they were."""
    keys = [keys_of(document, ENCODER) for document in documents]
    for some, document in zip(keys, documents, strict=True):
        update.put_vectors(some, ENCODER.encode_documents([embedded_text(passage) for passage in document.passages]))
    return update.put(FileState(documents[0].document.path, 1, 2, "hash", "{}", ()), documents, keys)


def settings() -> dict[str, str]:
    """Settings of an index of the encoder."""
    return {"fingerprint": ENCODER.fingerprint, "model": "words", "precision": "fp32", "dimension": str(ENCODER.dimension), "centre": ""}


# --- writing -----------------------------------------------------------------------------------


def test_nothing_is_there_at_first(store: Store) -> None:
    """A store that was never begun cannot be read, nor written to by whoever does not mean to make it."""
    assert not store.exists()
    assert not store.settings().get("fingerprint")
    with pytest.raises(IndexMissingError), store.open(encoder=ENCODER):
        pass
    with pytest.raises(IndexMissingError), store.begin(create=False):
        pass


def test_what_is_not_committed_is_not_seen(store: Store, corpus: list[ParsedDocument]) -> None:
    """Neither what was taken back nor what a block that ended or failed had not committed."""
    with store.begin() as update:
        put(update, corpus[0])
        update.commit(settings())
        put(update, corpus[1])
        update.abort()
        assert update.size() == (1, len(corpus[0].passages))
        put(update, corpus[2])
    with pytest.raises(ZeroDivisionError):
        _put_and_fail(store, corpus[3])
    with store.open(encoder=ENCODER) as snapshot:
        assert [entry.doc_id for entry in snapshot.entries()] == [corpus[0].document.doc_id]


def _put_and_fail(store: Store, document: ParsedDocument) -> None:
    with store.begin() as update:
        put(update, document)
        raise ZeroDivisionError


def test_a_generation_stays_as_it_is(store: Store, corpus: list[ParsedDocument]) -> None:
    """Whoever reads goes on seeing what was there; who begins after an update sees the new state."""
    with store.begin() as update:
        put(update, corpus[0])
        update.commit(settings())
    with store.open(encoder=ENCODER) as before:
        with store.begin() as update:
            put(update, corpus[1])
            update.commit({})
        assert [entry.doc_id for entry in before.entries()] == [corpus[0].document.doc_id]
        assert len(every_key(before, EVERYWHERE)) == len(corpus[0].passages)
        with store.open(encoder=ENCODER) as after:
            assert len(list(after.entries())) == 2
            assert int(after.meta["generation"]) == int(before.meta["generation"]) + 1
            assert after.meta["state"] != before.meta["state"]


def test_one_writes_at_a_time(store: Store) -> None:
    """The second one is told so at once."""
    with store.begin(), pytest.raises(IndexBusyError), store.begin():
        pass


def test_numbers_and_keys_are_for_good(store: Store, corpus: list[ParsedDocument]) -> None:
    """What stays keeps them; what has changed or comes back gets new ones, and no generation begins for nothing."""
    first, second = corpus[:2]
    with store.begin() as update:
        put(update, first)
        put(update, second)
        update.commit(settings())
    numbers, keys, generation = _identities(store)
    shortened = replace(first, passages=first.passages[:1])
    with store.begin() as update:
        put(update, second)
        update.commit({})
    assert _identities(store) == (numbers, keys, generation)
    with store.begin() as update:
        put(update, shortened)
        update.commit({})
    changed, others, next_generation = _identities(store)
    doc_id = second.document.doc_id
    assert (changed[doc_id], others[doc_id]) == (numbers[doc_id], keys[doc_id])
    assert changed[first.document.doc_id] not in numbers.values()
    assert not set(others[first.document.doc_id]) & {key for some in keys.values() for key in some}
    assert next_generation == generation + 1


def _identities(store: Store) -> tuple[dict[str, int], dict[str, list[int]], int]:
    with store.open(encoder=ENCODER) as snapshot:
        numbers = {entry.doc_id: entry.number for entry in snapshot.entries()}
        keys = {doc_id: snapshot.statements([number])[0][1].tolist() for doc_id, number in numbers.items()}
        return numbers, keys, int(snapshot.meta["generation"])


def test_what_is_put_again_is_known(store: Store, corpus: list[ParsedDocument]) -> None:
    """Putting tells which documents are as they were, and the writer which files, documents and vectors there are."""
    first, second = (replace(one, document=replace(one.document, path="both.csv")) for one in corpus[:2])
    with store.begin() as update:
        put(update, first, second)
        update.commit(settings())
        assert update.document_ids() == {"both.csv": frozenset({first.document.doc_id, second.document.doc_id})}
        assert set(update.files()) == {"both.csv"}
        keys = [keys_of(document, ENCODER) for document in (first, second)]
        assert update.known_vectors([keys[0][0], b"0" * 16]) == {keys[0][0]}
        changed = replace(second, passages=second.passages[:-1])
        state = FileState("both.csv", 5, 6, "other", "{}", ())
        assert update.put(state, [first, changed], [keys[0], keys[1][:-1]]) == {first.document.doc_id}
        update.commit({})
        assert update.files()["both.csv"] == state
        touched = replace(state, mtime_ns=7)
        update.touch(touched)
        update.commit({})
        assert update.files()["both.csv"] == touched
        update.remove("both.csv")
        update.commit({})
        assert (update.size(), update.files(), update.document_ids()) == ((0, 0), {}, {})


def test_vectors_are_kept_at_once(store: Store, corpus: list[ParsedDocument]) -> None:
    """What was put before anything else outlives a run that is stopped; the next commit drops what no passage has."""
    vectors = ENCODER.encode_documents(["sorts mail", "files letters"])
    keys = [b"a" * 16, b"b" * 16]
    with store.begin() as update:
        update.put_vectors(keys, vectors)
        update.abort()
    with store.begin() as update:
        assert update.known_vectors([*keys, b"c" * 16]) == set(keys)
        put(update, corpus[0])
        update.commit(settings())
        assert update.known_vectors(keys) == set()
        update.tidy()
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.counts().vectors == len(set(keys_of(corpus[0], ENCODER)))


def test_what_was_left_out_is_told(store: Store, corpus: list[ParsedDocument]) -> None:
    """Skips of files and what was passed over in the folder are told by the writer and by whoever reads."""
    over, within = Skip("photo.heic", "no kind of file that is read"), Skip("a.csv: 7", "no text")
    with store.begin() as update:
        put(update, corpus[0])
        update.touch(FileState("a.csv", 1, 2, "hash", "{}", (within,)))
        assert update.skips() == [within]
        update.commit({**settings(), PASSED_OVER: passed_over_setting([over])})
        assert update.skips() == [over, within]
    assert store.settings()["fingerprint"] == ENCODER.fingerprint
    assert store.size_bytes() > 0
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.skips() == [over, within]


def test_what_stays_open_sees_the_newest(store: Store, corpus: list[ParsedDocument]) -> None:
    """Each read of an open index sees the newest generation, in whatever thread it is, and what was made of it once."""
    with store.begin() as update:
        put(update, corpus[0])
        update.commit(settings())
    made: list[int] = []

    def count(snapshot: Snapshot) -> int:
        made.append(len(list(snapshot.entries())))
        return made[-1]

    def read() -> int:
        with index.snapshot() as snapshot:
            return snapshot.once(count)

    with store.readable(encoder=ENCODER) as index, ThreadPoolExecutor(2) as pool:
        assert index.name == store.name
        assert [read(), pool.submit(read).result(), read()] == [1, 1, 1]
        with store.begin() as update:
            put(update, corpus[1])
            update.commit({})
        assert [pool.submit(read).result(), read()] == [2, 2]
    assert made == [1, 2]
    report = store.check(encoder=ENCODER)
    assert report.problems == ()
    assert (report.documents, report.passages) == (2, sum(len(one.passages) for one in corpus[:2]))


def test_decisions_and_what_is_kept(store: Store, corpus: list[ParsedDocument]) -> None:
    """Decisions stay in order; what is kept beside a generation is found by the next, the newest first."""
    made = [Decision("a", "b", choice, "Because.", "R.", "2026-01-01", "m", "f", "x", "y") for choice in (Choice.ACCEPT, Choice.REJECT)]
    with store.begin() as update:
        put(update, corpus[0])
        update.decide(made[0])
        update.commit(settings())
    with store.open(encoder=ENCODER) as snapshot:
        assert list(snapshot.kept("figures")) == []
        snapshot.keep("figures", b"one")
    with store.begin() as update:
        update.decide(made[1])
        put(update, corpus[1])
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.decisions() == made
        snapshot.keep("figures", b"two")
        assert list(snapshot.kept("figures")) == [b"two", b"one"]
        snapshot.keep("names", b"three")
        assert list(snapshot.kept("names")) == [b"three"]
        assert list(snapshot.kept("figures")) == [b"two", b"one"]  # one name does not take the place of another
        snapshot.keep("figures", b"four")
        assert next(snapshot.kept("figures")) == b"four"
        assert list(snapshot.kept("names")) == [b"three"]


def test_corrections_are_kept(store: Store, corpus: list[ParsedDocument]) -> None:
    """They stay in order, are known to the writer at once and to readers when committed, and change no generation."""
    made = [Correction("a.txt", "title", value, "Ann", f"2026-01-0{day}") for day, value in enumerate(("CLERK", "", "Ü \u202e"), start=1)]
    with store.begin() as update:
        put(update, corpus[0])
        update.correct(made[0])
        update.commit(settings())
        update.correct(made[1])
        assert update.corrections() == made[:2]
        update.abort()
        assert update.corrections() == made[:1]
    with store.open(encoder=ENCODER) as before:
        assert before.corrections() == made[:1]
    with store.begin() as update:
        for one in made[1:]:
            update.correct(one)
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.corrections() == made
        assert snapshot.meta["generation"] == before.meta["generation"]
    assert store.check(encoder=ENCODER).problems == ()


def test_corrections_of_labels_are_kept(store: Store, corpus: list[ParsedDocument]) -> None:
    """So do they, and those that take one back."""
    made = [LabelCorrection("a.txt", "f" * 64, 3, day, label, "Ü \u202e", f"2026-01-0{day}") for day, label in enumerate((Label.DUTY, None, Label.KSA), start=4)]
    with store.begin() as update:
        put(update, corpus[0])
        update.correct_label(made[0])
        update.commit(settings())
        update.correct_label(made[1])
        assert update.label_corrections() == made[:2]
        update.abort()
        assert update.label_corrections() == made[:1]
    with store.open(encoder=ENCODER) as before:
        assert before.label_corrections() == made[:1]
    with store.begin() as update:
        for one in made[1:]:
            update.correct_label(one)
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.label_corrections() == made
        assert snapshot.meta["generation"] == before.meta["generation"]
    assert store.check(encoder=ENCODER).problems == ()


def test_what_is_collected_is_kept(store: Store, corpus: list[ParsedDocument]) -> None:
    """So is what is done to lists and saved searches, which changes no document."""
    made = [CollectionChange(of, "Ü \u202e", act, "a.txt:3-9@ff", "{}\n", "Ann", f"2026-01-0{day}") for day, (of, act) in enumerate(((Collection.LIST, Act.ADD), (Collection.SEARCH, Act.SEEN), (Collection.LIST, Act.DELETE)), start=1)]
    with store.begin() as update:
        put(update, corpus[0])
        update.collect(made[0])
        update.commit(settings())
        update.collect(made[1])
        update.abort()
    with store.open(encoder=ENCODER) as before:
        assert before.collection_changes() == made[:1]
    with store.begin() as update:
        for one in made[1:]:
            update.collect(one)
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.collection_changes() == made
        assert snapshot.meta["generation"] == before.meta["generation"]
    assert store.check(encoder=ENCODER).problems == ()


def test_what_reviewers_say_of_passages(store: Store, corpus: list[ParsedDocument]) -> None:
    """It takes the place of the labels that are read wherever one looks, until a document is read otherwise; the reading is kept beside it."""
    first, second = corpus[:2]
    doc_id, passage = first.document.doc_id, first.passages[1]
    label = next(one for one in Label if all(one is not other.label for other in first.passages))
    with store.begin() as update:
        put(update, first)
        put(update, second)
        update.commit(settings())
    before = _identities(store)
    with store.begin() as update:
        update.put_labels({doc_id: {1: label}})
        assert list(update.passages({doc_id, "gone.txt"})) == [DocumentPassages(doc_id, first.document.content_hash, first.passages, {1: label})]
        update.commit({})
    _check_labels(store, first, {1: label})
    after = _identities(store)
    other = second.document.doc_id
    assert (after[0][other], after[1][other], after[2]) == (before[0][other], before[1][other], before[2] + 1)
    with store.begin() as update:
        assert put(update, first) == {doc_id}
        update.commit({})
    assert _identities(store) == after
    said = _said("KEEPER OF THE KEYS")
    with store.begin() as update:
        update.put_sources({doc_id: said})
        update.put_labels({doc_id: {0: label}, other: {0: Label.LICENSE}})
        update.put_labels({other: {}})
        update.commit({})
    _check_labels(store, first, {0: label})
    _check_labels(store, second, {})
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.document(snapshot.number(doc_id) or 0).source == said
    with store.begin() as update:
        put(update, replace(first, passages=(first.passages[0], replace(passage, confidence=0.125), *first.passages[2:])))
        assert [one.said for one in update.passages({doc_id})] == [{}]
        update.commit({})
    assert store.check(encoder=ENCODER).problems == ()


def _check_labels(store: Store, parsed: ParsedDocument, said: Mapping[int, Label]) -> None:
    """The passages of a document are told with what is said, and found by it."""
    expected = [reviewed(one, said[one.ordinal]) if one.ordinal in said else one for one in parsed.passages]
    with store.open(encoder=ENCODER) as snapshot:
        ((passages, keys),) = snapshot.statements([snapshot.number(parsed.document.doc_id) or 0])
        assert passages == snapshot.passages(keys) == expected
        for label in said.values():
            where = Where(labels=frozenset({label}))
            (key,) = [int(one) for one, passage in zip(keys, passages, strict=True) if passage.label is label]
            assert key in every_key(snapshot, where).tolist()
            assert key in snapshot.dense(query_vector(snapshot, "keys"), 1000, where)[0].tolist()
            (passage,) = (one for one in passages if one.label is label)
            assert key in snapshot.lexical(terms(passage.text), 1000, where)[0].tolist()
        counted = Counter(str(one.label) for one in snapshot.passages(every_key(snapshot, EVERYWHERE)))
        assert {name: count for name, count in snapshot.counts().labels.items() if count} == counted
        tally = snapshot.tallies()[snapshot.number(parsed.document.doc_id) or 0]
        for found, unsure in ((tally.sure, False), (tally.unsure, True)):
            assert found == Counter(one.label for one in expected if one.unsure is unsure)


def _said(title: str, **values: str) -> SourceClassification:
    return SourceClassification(title=title, **values, origins={"title": Origin(Place.REVIEWER)})


def test_what_is_said_of_documents(store: Store, corpus: list[ParsedDocument]) -> None:
    """It takes the place of what they are read as wherever one looks, until they are read otherwise; the reading is kept beside it."""
    first, second, third = (replace(one, document=replace(one.document, path=f"{place}/x.txt")) for one, place in zip(corpus[:3], ("a", "a/b", "."), strict=True))
    said = _said("KEEPER OF THE KEYS", jurisdiction="Town of Sable Crossing", state="NM")
    with store.begin() as update:
        for one in (first, second, third):
            put(update, one)
        update.commit(settings())
    before = _identities(store)
    with store.begin() as update:
        update.put_sources({first.document.doc_id: said})
        assert [row.doc_id for row in update.sources({"a"})] == [first.document.doc_id]
        assert [row.doc_id for row in update.sources({"a/b", "."})] == sorted(one.document.doc_id for one in (second, third))
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        _check_said(snapshot, first, said)
        assert [(row.doc_id, row.said == row.own) for row in snapshot.sources()] == [(entry.doc_id, entry.source != said) for entry in snapshot.entries()]
    numbers, keys, generation = _identities(store)
    other = second.document.doc_id
    assert (numbers[other], keys[other], generation) == (before[0][other], before[1][other], before[2] + 1)
    assert numbers[first.document.doc_id] not in before[0].values()  # what is kept of a number is of what was said
    assert store.check(encoder=ENCODER).problems == ()
    with store.begin() as update:
        put(update, first)
        update.commit({})
    assert _identities(store) == (numbers, keys, generation)
    with store.begin() as update:
        put(update, replace(first, passages=first.passages[:1]))
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert {row.said == row.own for row in snapshot.sources()} == {True}


def _check_said(snapshot: Snapshot, parsed: ParsedDocument, said: SourceClassification) -> None:
    document = parsed.document
    number = snapshot.number(document.doc_id) or 0
    assert snapshot.document(number) == replace(document, source=said)
    row = next(row for row in snapshot.sources() if row.doc_id == document.doc_id)
    assert row == DocumentSource(document.doc_id, document.path, document.kind, document.source, said, document.candidates)
    where = Where(values={"title": (said.title or "",), EMPLOYER: ("Town of Sable Crossing",), "state": ("NM",)})
    assert [entry.source for entry in snapshot.entries(where)] == [said]
    keys = snapshot.statements([number])[0][1]
    words = terms(parsed.passages[0].text)
    assert set(snapshot.lexical(words, 100, where)[0].tolist()) <= set(keys.tolist())
    assert len(snapshot.lexical(words, 100, where)[0])
    assert sorted(snapshot.dense(query_vector(snapshot, "keys"), 100, where)[0].tolist()) == sorted(keys.tolist())


def test_what_is_said_of_documents_that_just_came(store: Store, corpus: list[ParsedDocument]) -> None:
    """In one update with them, also of those that it changes twice or removes."""
    first, second = corpus[:2]
    said = _said("KEEPER OF THE KEYS", jurisdiction="Town of Sable Crossing", state="NM")
    with store.begin() as update:
        put(update, second)
        update.commit(settings())
        update.put_sources({second.document.doc_id: _said("ONE")})
        put(update, first)
        update.put_sources({first.document.doc_id: _said("TWO"), second.document.doc_id: said})
        update.put_sources({first.document.doc_id: first.document.source})
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        _check_said(snapshot, second, said)
        assert snapshot.document(snapshot.number(first.document.doc_id) or 0) == first.document
    with store.begin() as update:
        update.put_sources({second.document.doc_id: _said("THREE")})
        update.remove(second.document.path)
        update.commit({})
    with store.open(encoder=ENCODER) as snapshot:
        assert [entry.doc_id for entry in snapshot.entries()] == [first.document.doc_id]
    assert store.check(encoder=ENCODER).problems == ()


# --- reading -----------------------------------------------------------------------------------


def test_documents_come_back(filled: Store, corpus: list[ParsedDocument]) -> None:
    """Every document with every passage, in order, under its number and keys."""
    by_id = {parsed.document.doc_id: parsed for parsed in corpus}
    with filled.open(encoder=ENCODER) as snapshot:
        entries = list(snapshot.entries())
        assert [entry.doc_id for entry in entries] == sorted(by_id)
        statements = snapshot.statements([entry.number for entry in entries])
        for entry, (passages, keys) in zip(entries, statements, strict=True):
            parsed = by_id[entry.doc_id]
            assert snapshot.document(entry.number) == parsed.document
            assert (entry.kind, entry.source, entry.path) == (parsed.document.kind, parsed.document.source, parsed.document.path)
            assert tuple(passages) == parsed.passages
            assert snapshot.passages(keys[::-1]) == passages[::-1]
            assert snapshot.ids(keys) == [passage.passage_id for passage in passages]
            assert snapshot.number(entry.doc_id) == entry.number
            assert set(snapshot.attributes(keys).document.tolist()) <= {entry.number}
            assert [tuple(Label)[place] for place in snapshot.attributes(keys).label.tolist()] == [passage.label for passage in passages]
        order = snapshot.attributes(np.concatenate([keys for _, keys in statements])).order.tolist()
        assert order == list(range(len(order)))
        assert snapshot.number("no such document") is None
        counts = snapshot.counts()
        assert (counts.documents, counts.passages, counts.files) == (len(corpus), len(order), len({p.document.path for p in corpus}))
        assert sum(counts.labels.values()) == len(order)


def test_tallies(filled: Store, oracle: Store, corpus: list[ParsedDocument]) -> None:
    """What was recognised in each document, one without passages among them; of what is sure and of what is not."""
    by_id = {parsed.document.doc_id: parsed for parsed in corpus}
    with filled.open(encoder=ENCODER) as snapshot:
        tallies = snapshot.tallies()
        entries = {entry.number: by_id[entry.doc_id] for entry in snapshot.entries()}
        assert list(tallies) == list(entries)
        for number, parsed in entries.items():
            for found, unsure in ((tallies[number].sure, False), (tallies[number].unsure, True)):
                assert found == Counter(passage.label for passage in parsed.passages if passage.unsure is unsure)
            assert (tallies[number].covered, tallies[number].length) == (sum(len(p.text) for p in parsed.passages), len(parsed.document.text))
        assert 0 < sum(sum(tally.unsure.values()) for tally in tallies.values()) < sum(len(parsed.passages) for parsed in corpus)
    with oracle.open(encoder=ENCODER) as snapshot:
        assert list(snapshot.tallies().values()) == list(tallies.values())


def test_a_phrase_ends_with_the_text(filled: Store) -> None:
    """The core of a duty, which is indexed after its text, does not go on from it: no phrase begins in one and ends in the other."""
    with filled.open(encoder=ENCODER) as snapshot:
        for keys, passage in ((key, passage) for key, passage in _every(snapshot) if passage.kind is Kind.DUTY):
            words = list(dict.fromkeys(terms(embedded_text(passage))))
            over = [stem for _, stem in stems(embedded_text(passage))]
            seam = (over[-1], over[0])
            if len(words) > 2 and seam not in pairwise(over):
                assert keys not in every_key(snapshot, Where(phrases=frozenset({seam})))
                assert keys in every_key(snapshot, Where(phrases=frozenset({tuple(over)})))


def _every(snapshot: Snapshot) -> list[tuple[int, Passage]]:
    keys = every_key(snapshot, EVERYWHERE)
    return list(zip(keys.tolist(), snapshot.passages(keys), strict=True))


def test_scan_goes_on_where_it_stopped(filled: Store) -> None:
    """Keys come ascending, each once, and from wherever one asks."""
    with filled.open(encoder=ENCODER) as snapshot:
        for where in (EVERYWHERE, DUTIES, Where(values={"state": ("OR",)})):
            keys = every_key(snapshot, where)
            assert (np.diff(keys) > 0).all()
            assert len(keys)
            middle = int(keys[len(keys) // 2])
            assert snapshot.scan(where, middle)[0] == keys[len(keys) // 2 + 1]
            assert len(snapshot.scan(where, int(keys[-1]))) == 0
            assert sum(snapshot.passages_by_document(where).values()) == len(keys)


WHERES = [
    pytest.param(EVERYWHERE, id="everywhere"),
    pytest.param(DUTIES, id="duties"),
    pytest.param(Where(labels=frozenset(Label) - {Label.DUTY}), id="all-but-duties"),
    pytest.param(Where(values={"state": ("OH", "WA")}), id="states"),
    pytest.param(Where(values={EMPLOYER: ("City of Cedar Quay",)}), id="employer"),
    pytest.param(Where(values={"document_kind": ("job_posting",)}), id="postings"),
    pytest.param(Where(labels=frozenset({Label.KSA}), values={"level": ("II",), "document_kind": (str(DocumentKind.CLASS_SPECIFICATION),)}), id="several"),
    pytest.param(Where(values={"title": ("no such title",)}), id="nothing"),
    pytest.param(Where(values={"state": ("ID",)}), id="a-document-without-passages"),
    pytest.param(Where(values={YEAR: ("2019", "2021")}), id="years"),
    pytest.param(Where(values={EMPLOYER: ()}), id="no-employer"),
    pytest.param(Where(values={"state": ()}), id="no-state"),
]
_BY_FIELDS = {param.id for param in WHERES}
WHERES += [
    pytest.param(Where(documents=frozenset({1, 2, 3, 10_000})), id="documents"),
    pytest.param(Where(documents=frozenset()), id="no-document"),
    pytest.param(Where(labels=frozenset({Label.DUTY}), documents=frozenset(range(12)), values={"state": ("OR", "OH")}), id="documents-of-states"),
    pytest.param(Where(phrases=frozenset({("perform", "relat")})), id="phrase"),
    pytest.param(Where(phrases=frozenset({("relat", "perform")})), id="phrase-in-another-order"),
    pytest.param(Where(phrases=frozenset({("prepar",), ("report",)})), id="words-that-must-be-there"),
    pytest.param(Where(labels=frozenset({Label.DUTY}), without=frozenset({("perform", "relat"), ("report",)})), id="without"),
    pytest.param(Where(values={"state": ("WA",)}, phrases=frozenset({("report",)}), without=frozenset({("prepar",)})), id="with-and-without"),
]
QUERIES = ["prepares the annual budget", "operates a water plant and inspects pumps", "supervises staff", "zebra crossing"]


SEVERAL = [
    pytest.param(query, *param.values, id=f"{query}-{param.id}")
    for param in WHERES
    for query in (QUERIES if param.id in _BY_FIELDS else QUERIES[:1])
]


@pytest.mark.parametrize(("query", "where"), SEVERAL)
def test_finds_what_the_oracle_finds(filled: Store, oracle: Store, query: str, where: Where) -> None:
    """By meaning and by words: the same passages with the same scores, but for which of equals, whatever is left out."""
    with filled.open(encoder=ENCODER) as snapshot, oracle.open(encoder=ENCODER) as expected:
        vector, own, others = query_vector(snapshot, query), _placed(snapshot, where), _placed(expected, where)
        assert len(every_key(snapshot, own)) == len(every_key(expected, others))
        for k in (1, 7, 10_000):
            _same(snapshot, expected, snapshot.dense(vector, k, own), expected.dense(vector, k, others))
            _same(snapshot, expected, snapshot.lexical(terms(query), k, own), expected.lexical(terms(query), k, others))


def test_words_are_asked_for_meanwhile(filled: Store) -> None:
    """What is asked for meanwhile is what is found without, also where what documents state is needed for it, and so is what goes wrong."""
    wanted, where = terms(QUERIES[0]), Where(values={"state": ("OH", "WA")})
    with filled.open(encoder=ENCODER) as snapshot:
        found = snapshot.meanwhile(lambda: snapshot.lexical(wanted, 7, where))
        scored = snapshot.meanwhile(lambda: snapshot.lexical_scores(wanted, found()[0]))
        assert scored() == pytest.approx(found()[1], rel=1e-5)
        with pytest.raises(ZeroDivisionError):
            snapshot.meanwhile(lambda: 1 // 0)()


def _placed(snapshot: Snapshot, where: Where) -> Where:
    """With the numbers of documents in place of their places in the order of their ids; one that is too high is no document's."""
    numbers = [entry.number for entry in snapshot.entries()]
    wanted = where.documents
    return where if wanted is None else replace(where, documents=frozenset(numbers[place] if place < len(numbers) else place for place in wanted))


def _same(one: Snapshot, other: Snapshot, found: tuple[Keys, np.ndarray], expected: tuple[Keys, np.ndarray]) -> None:
    (keys, scores), (others, exact) = found, expected
    assert scores == pytest.approx(exact, rel=1e-4, abs=1e-5)
    least = exact[-1] if len(exact) else 0.0  # of what has the last score any may be there
    clear = {i for i, score in zip(other.ids(others), exact.tolist(), strict=True) if score > least + 1e-4}
    assert clear <= set(one.ids(keys))
    assert len(set(keys.tolist())) == len(keys)


@pytest.mark.parametrize("query", QUERIES)
def test_scores_of_given_passages(filled: Store, query: str) -> None:
    """They are those of the search, in the order asked for, and 0 for passages without a common word."""
    with filled.open(encoder=ENCODER) as snapshot:
        keys, vector = every_key(snapshot, EVERYWHERE), query_vector(snapshot, query)
        mixed = np.random.default_rng(7).permutation(keys)
        found = dict(zip(*(part.tolist() for part in snapshot.dense(vector, len(keys), EVERYWHERE)), strict=True))
        assert snapshot.dense_scores(vector, mixed).tolist() == [found[key] for key in mixed.tolist()]
        by_words = dict(zip(*(part.tolist() for part in snapshot.lexical(terms(query), len(keys), EVERYWHERE)), strict=True))
        assert snapshot.lexical_scores(terms(query), mixed) == pytest.approx([by_words.get(key, 0.0) for key in mixed.tolist()], rel=1e-5)
        doubled = {stem: 2 * weight for stem, weight in terms(query).items()}
        assert snapshot.lexical_scores(doubled, mixed) == pytest.approx(2 * snapshot.lexical_scores(terms(query), mixed), rel=1e-5)
        assert len(snapshot.dense_scores(vector, mixed[:0])) == len(snapshot.lexical_scores(terms(query), mixed[:0])) == 0


def test_vectors_are_seen_from_the_centre(filled: Store) -> None:
    """They are those of the encoder, with the centre taken out."""
    with filled.open(encoder=ENCODER) as snapshot:
        keys = every_key(snapshot, DUTIES)[:5]
        made = ENCODER.encode_documents([embedded_text(passage) for passage in snapshot.passages(keys)])
        assert snapshot.centre.any()
        np.testing.assert_array_equal(snapshot.vectors(keys), centred(made, snapshot.centre))


def test_fields(filled: Store, oracle: Store, corpus: Sequence[ParsedDocument]) -> None:
    """Values with their documents, and what a user may mean by a word, are those of the oracle."""
    asked = ["ii", "2", "Oregon", "or", "analyst", "cedar", "Cedar Quay, OR", "job_posting", "2021", "2019-2022", "2021 –", "-2019", "-", "19", "nothing of the kind"]
    with filled.open(encoder=ENCODER) as snapshot, oracle.open(encoder=ENCODER) as expected:
        for name in FILTERED:
            assert snapshot.facets(name) == expected.facets(name)
            assert list(snapshot.facets(name)) == sorted(snapshot.facets(name))
            assert [snapshot.resolve(name, text) for text in asked] == [expected.resolve(name, text) for text in asked]
            for value, count in snapshot.facets(name).items():
                where = Where(values={name: (value,)})
                entries = list(snapshot.entries(where))
                assert count == len(entries)
                assert {value_of(entry, name) for entry in entries} == {value}
        assert sum(snapshot.facets("state", Where(values={"document_kind": ("job_posting",)})).values()) < len(corpus)
        for parsed in corpus:
            assert snapshot.employer_of(parsed.document.source) == expected.employer_of(parsed.document.source)
        assert snapshot.employer_of(replace(corpus[0].document.source, jurisdiction="City of Nowhere Else")) is None


def test_employers_of_passages(filled: Store) -> None:
    """Passages of one employer have one number, others another."""
    with filled.open(encoder=ENCODER) as snapshot:
        by_number: dict[int, set[str | None]] = {}
        for entry in snapshot.entries():
            for number in snapshot.employers(snapshot.statements([entry.number])[0][1]).tolist():
                by_number.setdefault(number, set()).add(entry.employer)
        assert all(len(names) == 1 for names in by_number.values())
        assert len(by_number) == len({entry.employer for entry in snapshot.entries() if entry.employer})


def _with_keys(*snapshots: Snapshot) -> list[tuple[Snapshot, Keys]]:
    return [(snapshot, every_key(snapshot, EVERYWHERE)) for snapshot in snapshots]


@pytest.mark.parametrize("where", WHERES)
def test_passages_that_say_the_same(filled: Store, oracle: Store, where: Where) -> None:
    """All that take part and have the number of the text, in the order of their documents, and no others; the numbers are those of the oracle."""
    with filled.open(encoder=ENCODER) as snapshot, oracle.open(encoder=ENCODER) as expected:
        found, exact = ({name: s.ids(same) for name, same in zip(s.ids(every), s.same_text(every, _placed(s, where)), strict=True)} for s, every in _with_keys(snapshot, expected))
        assert found == exact
        keys = every_key(snapshot, EVERYWHERE)
        assert [text_number(passage) for passage in snapshot.passages(keys)] == snapshot.attributes(keys).text.tolist()
        assert max(map(len, snapshot.same_text(keys, EVERYWHERE))) > 1
        assert snapshot.same_text(keys[:0], where) == []


# --- above the store -----------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "few"), [*((mode, -1) for mode in Mode), (Mode.HYBRID, postgres_snapshot.FEW)])
def test_searches_are_those_of_the_oracle(filled: Store, oracle: Store, mode: Mode, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fusion, order, limits and explanations stand above the store: hits are the same over any, also where few are scored one by one."""
    monkeypatch.setattr(postgres_snapshot, "FEW", few)
    asked = [Filters(), Filters(kinds=Kind.DUTY, city="cedar quay"), Filters(labels=[Label.KSA], state=["OR", "Ohio"])]
    with filled.open(encoder=ENCODER) as snapshot, oracle.open(encoder=ENCODER) as expected:
        for query in QUERIES[:3]:
            for filters in asked:
                one, other = (search(s, query, 12, filters=filters, mode=mode, per_document=2, per_city=5, explained=True, places=3) for s in (snapshot, expected))
                assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], rel=1e-4, abs=1e-6)
                assert [hit.passage.passage_id for hit in one] == [hit.passage.passage_id for hit in other]
                assert [(hit.strength, hit.also) for hit in one] == [(hit.strength, hit.also) for hit in other]
                assert [hit.explanation.matched_terms for hit in one] == [hit.explanation.matched_terms for hit in other]
                assert all(KIND_OF_LABEL[hit.passage.label] is hit.passage.kind for hit in one)


def test_roles_are_those_of_the_oracle(filled: Store, oracle: Store) -> None:
    """So are similar roles, comparisons and surveys."""
    with filled.open(encoder=ENCODER) as snapshot, oracle.open(encoder=ENCODER) as expected:
        one, other = open_profiles(snapshot), open_profiles(expected)
        doc_ids = [entry.doc_id for entry in snapshot.entries()]
        asked = [[s.number(doc_id) or 0 for doc_id in doc_ids[:3]] for s in (snapshot, expected)]
        for a, b in zip(*asked, strict=True):
            alike = [[(found.document.doc_id, found.score, found.reason) for found in similar(p, number, 8, per_city=2)] for p, number in ((one, a), (other, b))]
            assert [row[0::2] for row in alike[0]] == [row[0::2] for row in alike[1]]
            assert [row[1] for row in alike[0]] == pytest.approx([row[1] for row in alike[1]], abs=1e-4)
            surveys = [[(cell.city, cell.document and cell.document.doc_id) for cell in survey_role(p, n).rows[0].cells] for p, n in ((one, a), (other, b))]
            assert surveys[0] == surveys[1]
        compared = [compare(p, prepare(p, numbers[0]), prepare(p, numbers[1])) for p, numbers in zip((one, other), asked, strict=True)]
        assert (compared[0].verdict, compared[0].matches, compared[0].unmatched_a) == (compared[1].verdict, compared[1].matches, compared[1].unmatched_a)
        duty = [survey_duty(p, QUERIES[0]).rows[0].cells for p in (one, other)]
        assert [(cell.city, cell.passage) for cell in duty[0]] == [(cell.city, cell.passage) for cell in duty[1]]
        assert [cell.score for cell in duty[0]] == pytest.approx([cell.score for cell in duty[1]], abs=1e-6)
