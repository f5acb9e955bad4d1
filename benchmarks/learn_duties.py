"""Learn what makes two duties counterparts from pairs that readers labelled, and measure it on documents left out.

    python benchmarks/learn_duties.py folds INDEXES   # what each part is worth, and what a threshold gives
    python benchmarks/learn_duties.py write INDEXES   # learn from all, write roles/duties.npz

INDEXES is a folder of indexes of Los Angeles, Philadelphia, the postings and the sample corpus; those that are not there are made.
How rare words are is counted in the duties of the first three, which have no labels. Everything is seeded.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from common import CORPUS, ROOT, Table, save
from duty_labels import SHARED, DutyPair, Pairs, Reading, RolePair, duty_pairs, role_pairs, sample_pairs
from labelled import employers_of_postings
from scipy.optimize import minimize

from specsearch.encoding import load_encoder
from specsearch.encoding.centre import centre_of, centred, fixed_statements
from specsearch.encoding.context import embedded_text
from specsearch.encoding.words import terms
from specsearch.ingest.update import update_index
from specsearch.records import Kind, Label, Passage
from specsearch.retrieval.boilerplate import is_boilerplate
from specsearch.roles.acts import acts_of
from specsearch.roles.alignment import align
from specsearch.roles.duty_model import FILE, Model, deviation_of, pack, shared_words, unpack, weighed_by
from specsearch.roles.outlines import hash32
from specsearch.storage.stores import open_snapshot

SOURCES = {"la": "los_angeles/bulletins", "phl": "philadelphia/specs", "post": "postings/docs"}
FOLDS, TURNS, SEED, PENALTY = 5, 3, 20_261, 1e-3
FULL = 50
"""Duties from which on an employer counts nearly whole in how rare words are."""
PARTS = {"vectors alone": (0,), "words alone": (1,), "vectors and words": (0, 1), "vectors, words, general acts": (0, 1, 2)}
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
Floats = npt.NDArray[np.float64]


# --- what is known of words ------------------------------------------------------------------------


def index_at(folder: Path, name: str) -> Path:
    """An index of one of the sources, made if it is not there."""
    path = folder / name if (folder / name).is_dir() else folder / f"ix-{name}"
    if not path.is_dir():
        update_index(CORPUS if name == "samples" else SHARED / "data" / SOURCES[name], path, load_encoder())
    return path


def duty_texts(folder: Path, name: str) -> Mapping[str, set[str]]:
    """Texts of the duties of each employer of a source."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with open_snapshot(index_at(folder, name)) as index:
        for entry in index.entries():
            [(passages, _)] = index.statements([entry.number])
            employer = (index.document(entry.number).source.jurisdiction or entry.doc_id) if name == "post" else name
            found[employer] |= {embedded_text(p).casefold() for p in passages if p.kind is Kind.DUTY and not p.unsure}
    return {employer: texts for employer, texts in found.items() if texts}


def shares_of(folder: Path) -> Mapping[str, float]:
    """Share of duties that has each word that more than one has: the three sources evenly, in each of them employers evenly, small ones less."""
    total: defaultdict[str, float] = defaultdict(float)
    duties: Counter[str] = Counter()
    for name in SOURCES:
        texts = duty_texts(folder, name)
        whole = sum(len(own) / (len(own) + FULL) for own in texts.values())
        for own in texts.values():
            counts = Counter(word for text in own for word in terms(text))
            duties.update(counts)
            for word, count in counts.items():
                total[word] += count / len(own) * (len(own) / (len(own) + FULL)) / whole / len(SOURCES)
    return {word: total[word] for word, count in duties.items() if count > 1}


def model_of_words(shares: Mapping[str, float], deviation: float) -> Model:
    """A model that knows words and no weights yet."""
    by_hash = sorted((hash32(word), share) for word, share in shares.items())
    hashes, values = (np.array(column) for column in zip(*by_hash, strict=True))
    model = Model(hashes.astype(np.uint32), values.astype(np.float64), (0.0, 0.0, 0.0), 0.0, deviation)
    return unpack(pack(model))  # with the shares as they are shipped


# --- pairs in numbers ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cells:
    """Pairs of duties in numbers: a table of a pair of roles, or one pair alone.

    Attributes:
        values: Cosine of vectors, cosine of words, general acts in common; shape (a, b, 3).
        targets: Share of the readers to whom they are counterparts, not a number where none says; shape (a, b).
        folds: Folds of the two documents.
        readings: What each reader says, of roles.
    """

    values: Floats
    targets: Floats
    folds: frozenset[int]
    readings: tuple[Reading, ...] = ()


def described(pairs: Sequence[DutyPair | RolePair], model: Model, folds: Mapping[str, int]) -> list[Cells]:
    """Pairs in numbers; duties that every class has are left out, as in a comparison."""
    kept = [_counted(pair) for pair in pairs]
    texts = list(dict.fromkeys(embedded_text(duty) for one in kept for side in one[:2] for duty in side))
    encoder = load_encoder()
    vectors = dict(zip(texts, centred(encoder.encode_documents(texts), centre_of(encoder)).astype(np.float64), strict=True))
    words = {text: weighed_by(model, text) for text in texts}
    found = []
    for left, right, targets, readings in kept:
        if left and right:
            one, other = ([embedded_text(duty) for duty in side] for side in (left, right))
            cosines = np.stack([vectors[t] for t in one]) @ np.stack([vectors[t] for t in other]).T
            shared = shared_words([words[t] for t in one], [words[t] for t in other])
            values = np.stack([cosines, shared, acts_of(one) @ acts_of(other).T], axis=2)
            found.append(Cells(values, targets, frozenset(folds[side[0].doc_id] for side in (left, right)), readings))
    return found


def _counted(pair: DutyPair | RolePair) -> tuple[list[Passage], list[Passage], Floats, tuple[Reading, ...]]:
    if isinstance(pair, DutyPair):
        kept = not is_boilerplate(pair.a) and not is_boilerplate(pair.b)
        return [pair.a] * kept, [pair.b] * kept, np.array([[pair.target]]), ()
    at_a, at_b = ([i for i, duty in enumerate(side) if not is_boilerplate(duty)] for side in (pair.a, pair.b))
    move = {(i, j): (x, y) for x, i in enumerate(at_a) for y, j in enumerate(at_b)}
    readings = tuple(replace(r, aligned=_moved(r.aligned, move), optional=_moved(r.optional, move)) for r in pair.readings)
    return [pair.a[i] for i in at_a], [pair.b[j] for j in at_b], _targets(readings, (len(at_a), len(at_b))), readings


def _moved(pairs: Pairs, move: Mapping[tuple[int, int], tuple[int, int]]) -> Pairs:
    return frozenset(move[pair] for pair in pairs if pair in move)


def _targets(readings: Sequence[Reading], shape: tuple[int, int]) -> Floats:
    """What readers say of each cell. Between duties that have counterparts elsewhere they say nothing: each was to have one."""
    targets = np.zeros(shape)
    for reading in readings:
        for pairs, value in ((reading.optional - reading.aligned, 0.5), (reading.aligned, 1.0)):
            for pair in pairs:
                targets[pair] += value / len(readings)
    taken = [{pair[side] for reading in readings for pair in reading.aligned} for side in (0, 1)]
    for i in taken[0]:
        for j in taken[1]:
            targets[i, j] = targets[i, j] or np.nan
    return targets


def folds_of(paths: Iterable[str], turn: int) -> dict[str, int]:
    """The fold of each document; postings of one employer are in one."""
    owners = employers_of_postings()
    groups = {path: owners.get(Path(path).name, path) if path.startswith("postings") else path for path in paths}
    names = sorted(set(groups.values()))
    drawn = np.random.default_rng(SEED + turn).integers(0, FOLDS, len(names))
    by_name = dict(zip(names, drawn.tolist(), strict=True))
    return {path: by_name[group] for path, group in groups.items()}


# --- learning --------------------------------------------------------------------------------------


def learn(cells: Iterable[Cells], parts: Sequence[int]) -> Floats:
    """Weights that are not below 0, and an offset: logistic regression on shares of readers, with a small penalty."""
    some = [(one.values.reshape(-1, 3), one.targets.ravel()) for one in cells]
    values, targets = np.concatenate([v for v, _ in some])[:, parts], np.concatenate([t for _, t in some])
    values, targets = values[~np.isnan(targets)], targets[~np.isnan(targets)]
    scale = values.std(axis=0)
    table = np.column_stack([values / scale, np.ones(len(values))])

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = table @ weights
        wrong = 1 / (1 + np.exp(-logits)) - targets
        kept = np.append(weights[:-1], 0.0)
        return float(np.mean(np.logaddexp(0, logits) - targets * logits) + PENALTY * kept @ kept), table.T @ wrong / len(table) + 2 * PENALTY * kept

    limits = [(0.0, None)] * len(parts) + [(None, None)]
    found = minimize(loss, np.zeros(len(parts) + 1), jac=True, method="L-BFGS-B", bounds=limits).x
    weights = np.zeros(4)
    weights[[*parts]], weights[3] = found[:-1] / scale, found[-1]
    return weights


def scores(one: Cells, weights: Floats) -> Floats:
    """Scores of a table of duties."""
    return np.asarray(1 / (1 + np.exp(-(one.values @ weights[:3] + weights[3]))))


def left_out(cells: Sequence[Cells], parts: Sequence[int]) -> list[Floats]:
    """Scores of each table by what was learned from pairs that share no document with it."""
    learned: dict[frozenset[int], Floats] = {}
    for one in cells:
        if one.folds not in learned:
            learned[one.folds] = learn((other for other in cells if not other.folds & one.folds), parts)
    return [scores(one, learned[one.folds]) for one in cells]


# --- measuring -------------------------------------------------------------------------------------


def of_duties(cells: Sequence[Cells], found: Sequence[Floats], threshold: float) -> tuple[float, float]:
    """Precision and recall of pairs of duties; arguable ones count neither way."""
    said = np.array([(one.targets[0, 0], score[0, 0]) for one, score in zip(cells, found, strict=True) if not one.readings])
    right = (said[:, 1] >= threshold) & (said[:, 0] > 0.5)
    wrong = (said[:, 1] >= threshold) & (said[:, 0] < 0.5)
    return float(right.sum() / max(1, right.sum() + wrong.sum())), float(right.sum() / (said[:, 0] > 0.5).sum())


def of_roles(cells: Sequence[Cells], found: Sequence[Floats], threshold: float, *, partial: bool = False) -> tuple[float, float]:
    """Precision and recall of alignments, each reader as the truth in turn; what could be argued counts neither way."""
    counts = np.zeros(3)
    for one, score in zip(cells, found, strict=True):
        pairs = aligned(score, threshold, partial=partial)
        for reading in one.readings:
            counts += len(pairs & reading.aligned), len(pairs - reading.aligned - reading.optional), len(reading.aligned - pairs)
    return float(counts[0] / max(1, counts[0] + counts[1])), float(counts[0] / max(1, counts[0] + counts[2]))


def aligned(score: Floats, threshold: float, *, partial: bool) -> set[tuple[int, int]]:
    """Counterparts as a comparison finds them."""
    left, right = ([Passage(f"{side}:{i:03d}", side, Label.DUTY, Kind.DUTY, i, i + 1, f"{side} {i:03d}", i) for i in range(n)] for side, n in zip("ab", score.shape, strict=True))
    found = align(left, right, score, threshold)
    return {(match.a.start, match.b.start) for match in (*found.matches, *(found.partial if partial else ()))}


def average_precision(cells: Sequence[Cells], found: Sequence[Floats]) -> float:
    """Average precision over all cells, of which those between a half are left out."""
    said = [(t, s) for one, score in zip(cells, found, strict=True) for t, s in zip(one.targets.ravel(), score.ravel(), strict=True) if t > 0.5 or t == 0]
    truth = np.array([t > 0.5 for t, _ in sorted(said, key=lambda pair: -pair[1])])
    return float((np.cumsum(truth) / np.arange(1, len(truth) + 1))[truth].mean())


# --- programs --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pool:
    """All labelled pairs, real ones and those of the sample corpus."""

    duties: Sequence[DutyPair]
    roles: Sequence[RolePair]
    samples: Sequence[RolePair]

    def cells(self, model: Model, turn: int) -> tuple[list[Cells], list[Cells], list[Cells]]:
        """All in numbers, with the folds of one turn."""
        alone = [duty for pair in self.duties for duty in (pair.a, pair.b)]
        paths = sorted({duty.doc_id for duty in (*alone, *(duty for pair in (*self.roles, *self.samples) for duty in (*pair.a, *pair.b)))})
        folds = folds_of(paths, turn)
        duties, roles, samples = (described(part, model, folds) for part in (self.duties, self.roles, self.samples))
        return duties, roles, samples


def pool_of(folder: Path) -> Pool:
    """All labelled pairs that are here."""
    counted = {}
    with open_snapshot(index_at(folder, "samples")) as index:
        for entry in index.entries():
            [(passages, _)] = index.statements([entry.number])
            counted[entry.doc_id] = [p for p in passages if p.kind is Kind.DUTY and not p.unsure]
    return Pool(duty_pairs(), role_pairs(), sample_pairs(counted.__getitem__))


def untrained(folder: Path) -> Model:
    """How rare words are, and how far apart the cosines of the fixed statements lie."""
    encoder = load_encoder()
    return model_of_words(shares_of(folder), deviation_of(centred(encoder.encode_documents(fixed_statements()), centre_of(encoder))))


def run_folds(folder: Path) -> None:
    """Print what each part is worth and what a threshold gives, on documents left out."""
    pool, model = pool_of(folder), untrained(folder)
    turns = [pool.cells(model, turn) for turn in range(TURNS)]
    table, figures = Table(("what", "duty pairs AP", "real roles AP", "samples AP")), dict[str, Any]()
    curve = Table(("threshold", "duty pairs P", "R", "real roles P", "R", "with partial P", "R", "samples P", "R", "with partial P", "R"))
    for name, parts in PARTS.items():
        scored = [(kinds, split(kinds, left_out([*kinds[0], *kinds[1], *kinds[2]], parts))) for kinds in turns]
        worth = [float(np.mean([average_precision(kinds[i], found[i]) for kinds, found in scored])) for i in range(3)]
        table.add(name, *(f"{value:.3f}" for value in worth))
        figures[name] = {"average precision": worth, "thresholds": {str(t): at_threshold(scored, t) for t in THRESHOLDS}}
    for threshold, values in figures[list(PARTS)[-1]]["thresholds"].items():
        curve.add(threshold, *(f"{value:.2f}" for value in values))
    counts = f"{len(turns[0][0])} pairs of duties, {len(turns[0][1])} pairs of real roles, {len(turns[0][2])} of the sample corpus; means of {TURNS} turns of {FOLDS} folds by document."
    text = f"{table}\n\nVectors, words and general acts:\n\n{curve}\n\n{counts}"
    print(text)
    save("duties", text, figures)


def split(kinds: tuple[list[Cells], list[Cells], list[Cells]], found: Sequence[Floats]) -> list[Sequence[Floats]]:
    """Scores by kind of pair."""
    ends = np.cumsum([len(kind) for kind in kinds])
    return [found[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def at_threshold(scored: Sequence[tuple[tuple[list[Cells], list[Cells], list[Cells]], list[Sequence[Floats]]]], threshold: float) -> list[float]:
    """Precision and recall of duty pairs, of real roles without and with partial matches, and of samples the same way: means over turns."""
    rows = [
        (
            *of_duties(kinds[0], found[0], threshold),
            *(value for i in (1, 2) for partial in (False, True) for value in of_roles(kinds[i], found[i], threshold, partial=partial)),
        )
        for kinds, found in scored
    ]
    return [float(value) for value in np.mean(rows, axis=0)]


def run_write(folder: Path) -> None:
    """Learn from all pairs and write the file of the package."""
    model = untrained(folder)
    duties, roles, samples = pool_of(folder).cells(model, 0)
    *weights, offset = learn([*duties, *roles, *samples], PARTS[list(PARTS)[-1]]).tolist()
    content = pack(replace(model, weights=(weights[0], weights[1], weights[2]), offset=offset))
    (ROOT / "src" / "specsearch" / "roles" / FILE).write_bytes(content)
    print(f"weights {[round(weight, 3) for weight in weights]}, offset {offset:.3f}, deviation {model.deviation:.4f}, {len(model.hashes):,} words")
    print(f"{len(content) / 1000:.0f} KB, SHA-256 {sha256(content).hexdigest()}: pin it in roles/duty_model.py, and say it in roles/duties.md")


if __name__ == "__main__":
    {"folds": run_folds, "write": run_write}[sys.argv[1]](Path(sys.argv[2]))
