"""What is known of every role of an index as a whole, and how alike two of them are.

Three aspects are compared, each in standard deviations over random pairs of roles, and added up
(docs/quality.md has the measurements):

- meaning: the mean of the role's statement vectors, with the mean over all roles taken out. Without
  that the boilerplate that all roles share drowns the rest;
- words: the cosine of TF-IDF weighted words and pairs of neighbouring words;
- title: the cosine of the titles' vectors, which counts three quarters, and not at all when titles are masked.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
import xxhash

from specsearch.encoding import Encoder, Vectors
from specsearch.encoding.centre import centred
from specsearch.encoding.context import core, embedded_text
from specsearch.encoding.words import stems, words_of
from specsearch.errors import IndexDamagedError, StorageError
from specsearch.records import Kind, Label, Passage, Role
from specsearch.storage.local.dense import Positions
from specsearch.storage.local.derived import manifest_of, roles_folder
from specsearch.storage.local.files import new_folder, verify_folder
from specsearch.storage.store import Snapshot

Floats = npt.NDArray[np.float64]
TITLE_WEIGHT = 0.75
_ABOUT_THE_WORK = frozenset(Label) - {Label.COMPENSATION, Label.PROCESS}
_BUCKETS = 1 << 22
_FILE = "roles.npz"
_ENOUGH = 30
"""Roles from which on random pairs of the index itself say what is usual."""
_PAIRS = 4000
_SEED = 20_261
_USUAL = {"meaning": (0.32, 0.21), "words": (0.078, 0.033), "title": (0.42, 0.135)}
"""Mean and standard deviation of each aspect, without a middle taken out, over random pairs of 712 roles of one city: for small indexes."""
_CHANCE = 0.0125
"""Share of random pairs of duties that may reach the threshold of a counterpart (docs/quality.md)."""
_CLEAR, _DEVIATION = 2.33, 1.4826
"""Standard deviations above the middle that one in a hundred of a normal distribution reaches, for counterparts of roles; their ratio to
its median absolute deviation."""
_DUTY_WORDS = 0.4
"""Share of the words in the score of two duties."""
_BATCH = 16_384
"""Vectors that are held in double precision at a time."""
_ROUNDING = 1e-5
"""More than cosines in single precision are off."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A role in numbers that do not depend on other roles.

    Attributes:
        meaning: Sum of the vectors of its statements, float32 of shape (d,).
        title: Vector of its title, float32 of shape (d,); zeros without one.
        words: Hashes of its words and pairs of words, uint32 of shape (w,), ascending.
        counts: How often each occurs, uint16 of shape (w,).
        duties: Hashes of its duties' texts, uint64 of shape (u,), ascending.
        duty_words: Hashes of the words of its duties, uint32 of shape (v,), ascending.
        duty_counts: In how many duties each occurs, uint16 of shape (v,).
    """

    meaning: npt.NDArray[np.float32]
    title: npt.NDArray[np.float32]
    words: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    duties: npt.NDArray[np.uint64]
    duty_words: npt.NDArray[np.uint32]
    duty_counts: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class _Words:
    """Weighed words of roles: buckets and weights of shape (w,), and how many of them are each role's, of shape (n,)."""

    buckets: npt.NDArray[np.int32]
    weights: Floats
    lengths: npt.NDArray[np.int64]

    def shared(self, weights: Floats) -> Floats:
        """Products with the weights of one role by bucket, shape (n,)."""
        return _sums(self.weights * weights[self.buckets], self.lengths)

    def matrix(self) -> scipy.sparse.csr_matrix:
        """The same as a sparse matrix of shape (n, buckets)."""
        parts = self.weights, self.buckets, np.cumsum([0, *self.lengths])
        words = scipy.sparse.csr_matrix(parts, shape=(len(self.lengths), _BUCKETS), copy=True)  # what comes next is done in place
        words.sum_duplicates()  # in order, rows are multiplied ten times as fast
        return words


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a role and every role of the index are; arrays of shape (n,)."""

    scores: Floats
    percentiles: Floats


@dataclass
class Profiles:
    """All roles of one generation of an index.

    Attributes:
        index: The open index.
        numbers: Row numbers of the roles' documents, in the order of their ids.
        outlines: Their outlines.
        duty_threshold: Least score of a counterpart of a duty.
        chance: Share of random pairs of duties of different roles that reach it.
        drawn: Cosines of random pairs of roles by aspect, if they are known already.
    """

    index: Snapshot = field(repr=False)
    numbers: list[int] = field(repr=False)
    outlines: list[Outline] = field(repr=False)
    duty_threshold: float = 0.29
    chance: float = 0.0125
    drawn: dict[str, Floats] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def likeness(self, role: Outline, *, masked: bool = False) -> Likeness:
        """Compare a role with all.

        Args:
            role: An outline, of the index or not.
            masked: Whether the titles are left out.

        Returns:
            Scores in standard deviations over a random pair, and the share of random pairs that score less, 0 to 100.
        """
        scores = self._total(self.aspects(role), masked)
        usual = self._random_scores[masked]
        return Likeness(scores, 100 * np.searchsorted(usual, scores) / len(usual))

    def aspects(self, role: Outline) -> dict[str, Floats]:
        """Cosines of a role with all, by aspect, each of shape (n,)."""
        return {
            "meaning": self._meanings @ self._seen(role.meaning[np.newaxis, :], self._mean)[0],
            "words": self._words.shared(self._weights(role)),
            "title": self._titles @ self._seen(role.title[np.newaxis, :], self._mean_title)[0],
        }

    def pair_score(self, a: Outline, b: Outline) -> float:
        """Score of two roles, indexed or not, as `likeness` has it."""
        meaning, title = (
            np.array([self._seen(x[np.newaxis, :], middle)[0] @ self._seen(y[np.newaxis, :], middle)[0]])
            for x, y, middle in ((a.meaning, b.meaning, self._mean), (a.title, b.title, self._mean_title))
        )
        _, at_a, at_b = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
        words = self._weighed(a.words, a.counts)[at_a] @ self._weighed(b.words, b.counts)[at_b]
        return float(self._total({"meaning": meaning, "words": np.array([words]), "title": title}, masked=False)[0])

    def percentile(self, score: float) -> float:
        """Share of random pairs of roles that score less, 0 to 100."""
        usual = self._random_scores[False]
        return float(100 * np.searchsorted(usual, score) / len(usual))

    @cached_property
    def threshold(self) -> float:
        """Least score of a counterpart: 2.33 standard deviations above the middle of random pairs.

        The middle and the spread are the median and the median absolute deviation, which the few random
        pairs that are counterparts indeed do not move.
        """
        usual = self._random_scores[False]
        middle = float(np.median(usual))
        return middle + _CLEAR * _DEVIATION * float(np.median(np.abs(usual - middle)))

    # --- roles as wholes -----------------------------------------------------------------------

    @cached_property
    def _mean(self) -> Floats:
        return np.asarray(_unit(np.stack([outline.meaning for outline in self.outlines])).mean(axis=0))

    @cached_property
    def _meanings(self) -> Floats:
        return self._seen(np.stack([outline.meaning for outline in self.outlines]), self._mean)

    @cached_property
    def _mean_title(self) -> Floats:
        titled = [outline.title for outline in self.outlines if outline.title.any()]
        return np.mean(titled, axis=0, dtype=np.float64) if titled else np.zeros(len(self.outlines[0].title))

    @cached_property
    def _titles(self) -> Floats:
        return self._seen(np.stack([outline.title for outline in self.outlines]), self._mean_title)

    def _seen(self, vectors: npt.NDArray[np.float32], middle: Floats) -> Floats:
        """Unit vectors seen from the middle of the index; zeros stay zeros. With few roles there is no middle to speak of."""
        known = vectors.any(axis=1, keepdims=True)
        return np.where(known, _unit(_unit(vectors) - (middle if len(self) >= _ENOUGH else 0)), 0.0)

    @cached_property
    def _containing(self) -> npt.NDArray[np.int64]:
        """In how many roles the words of each bucket occur."""
        return np.bincount(np.concatenate([outline.words for outline in self.outlines]) % _BUCKETS, minlength=_BUCKETS)

    def _weighed(self, words: npt.NDArray[np.uint32], counts: npt.NDArray[np.uint16]) -> Floats:
        weights = self._unscaled(words, counts)
        return np.asarray(weights / max(float(np.linalg.norm(weights)), 1e-12))

    def _unscaled(self, words: npt.NDArray[np.uint32], counts: npt.NDArray[np.uint16]) -> Floats:
        # The smoothed inverse document frequency and sublinear term frequency of Manning, Raghavan and Schütze (2008), 6.4.
        # Numbers of roles and of occurrences are few, so their logarithms are looked up.
        inverse = np.log((1 + len(self)) / (1 + np.arange(len(self) + 1))) + 1
        often = 1 + np.log(np.arange(1, int(counts.max(initial=0)) + 2))
        return np.asarray(often[counts - 1] * inverse[np.minimum(self._containing[words % _BUCKETS], len(self))])

    @cached_property
    def _words(self) -> _Words:
        """Words of all roles, one role after the other, weighed to length one."""
        words = np.concatenate([outline.words for outline in self.outlines])
        weights = self._unscaled(words, np.concatenate([outline.counts for outline in self.outlines]))
        lengths = np.array([len(outline.words) for outline in self.outlines])
        norms = np.sqrt(_sums(weights**2, lengths))
        return _Words((words % _BUCKETS).astype(np.int32), weights / np.repeat(np.maximum(norms, 1e-12), lengths), lengths)

    def _weights(self, role: Outline) -> Floats:
        return np.asarray(np.bincount(role.words % _BUCKETS, weights=self._weighed(role.words, role.counts), minlength=_BUCKETS), dtype=np.float64)

    def _total(self, aspects: dict[str, Floats], masked: bool) -> Floats:
        weights = {"meaning": 1.0, "words": 1.0, "title": 0.0 if masked else TITLE_WEIGHT}
        total = np.zeros(len(aspects["words"]))
        for name, values in aspects.items():
            mean, spread = self._usual[name]
            known = values != 0 if name == "title" else True
            total += weights[name] * np.where(known, (values - mean) / spread, 0.0)
        return total

    @cached_property
    def random_pairs(self) -> dict[str, Floats]:
        """Cosines of random pairs of roles of the index, by aspect, each of shape (p,)."""
        if self.drawn is not None:
            return self.drawn
        pairs = np.random.default_rng(_SEED).integers(0, len(self), (_PAIRS, 2))
        first, second = pairs[pairs[:, 0] != pairs[:, 1]].T
        words = self._words.matrix()
        return {
            "meaning": np.einsum("ij,ij->i", self._meanings[first], self._meanings[second]),
            "words": np.asarray(words[first].multiply(words[second]).sum(axis=1)).ravel(),
            "title": np.einsum("ij,ij->i", self._titles[first], self._titles[second]),
        }

    @cached_property
    def _usual(self) -> dict[str, tuple[float, float]]:
        if len(self) < _ENOUGH:
            return _USUAL
        return {name: (float(values.mean()), max(float(values.std()), 1e-6)) for name, values in self.random_pairs.items()}

    @cached_property
    def _random_scores(self) -> dict[bool, Floats]:
        """Scores of random pairs of roles, ascending: with titles masked, and not."""
        return {masked: self._drawn(masked) for masked in (False, True)}

    def _drawn(self, masked: bool) -> Floats:
        if len(self) < _ENOUGH:
            spread = np.sqrt(2 + (0 if masked else TITLE_WEIGHT**2))
            return np.sort(np.random.default_rng(_SEED).standard_normal(_PAIRS) * spread)
        return np.sort(self._total(self.random_pairs, masked))

    # --- duties --------------------------------------------------------------------------------

    def duty_scores(self, left: Duties, right: Duties) -> Floats:
        """How alike duties are: cosine of their vectors and of their weighed words, shape (a, b), from about -0.5 to 1."""
        words = np.array([[sum(weight * other.get(word, 0.0) for word, weight in one.items()) for other in right.words] for one in left.words])
        cosines = left.vectors.astype(np.float64) @ right.vectors.astype(np.float64).T
        return np.asarray((1 - _DUTY_WORDS) * cosines + _DUTY_WORDS * words.reshape(cosines.shape))

    def duty_bounds(self, asked: Duties, positions: Positions) -> Floats:
        """What the scores of a duty and others do not exceed, without reading these.

        Args:
            asked: One duty.
            positions: Of the others in the index' columns, shape (n,).

        Returns:
            Shape (n,): their cosines, with the words that any duty of their role shares with it.
        """
        dense, vector = self.index.derived.dense, asked.vectors[:1]
        parts = np.array_split(positions, 1 + len(positions) // _BATCH)
        cosines = np.concatenate([dense.scores(vector, part) for part in parts])
        numbers = np.array(self.numbers)
        by_number = np.argsort(numbers)
        roles = by_number[np.searchsorted(numbers, self.index.derived.columns.document[positions], sorter=by_number)]
        # Of the words of a duty, those that are not shared only lower its score (Cauchy and Schwarz).
        return np.asarray((1 - _DUTY_WORDS) * cosines + _DUTY_WORDS * self._shared_words(asked.words[0])[roles] + _ROUNDING)

    def _shared_words(self, words: dict[str, float]) -> Floats:
        """Length of the part of a duty's word weights that each role has words of, shape (roles,)."""
        hashes, places = np.unique(np.array([_hash32(word) for word in words], dtype=np.uint32), return_inverse=True)
        if not len(hashes):
            return np.zeros(len(self))
        squares = np.bincount(places, weights=np.array([weight**2 for weight in words.values()]))
        every = np.concatenate([outline.duty_words for outline in self.outlines])
        owner = np.repeat(np.arange(len(self)), [len(outline.duty_words) for outline in self.outlines])
        at = np.searchsorted(hashes, every).clip(max=len(hashes) - 1)
        shared = hashes[at] == every
        return np.sqrt(np.bincount(owner[shared], weights=squares[at[shared]], minlength=len(self)))

    def duties(self, passages: Sequence[Passage], vectors: Vectors) -> Duties:
        """Make duties ready to be compared; words of their cores count twice."""
        return Duties(tuple(passages), vectors, tuple(self._duty_words(embedded_text(passage)) for passage in passages))

    def _duty_words(self, text: str) -> dict[str, float]:
        counts = Counter(stem for _, stem in stems(f"{text} {core(text)}"))
        weights = {word: (1 + float(np.log(count))) * self._rarity(word) for word, count in counts.items()}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        return {word: weight / length for word, weight in weights.items()}

    def _rarity(self, word: str) -> float:
        containing, total = self._duties_containing
        return float(np.log(1 + total / max(1.0, containing[_hash32(word) % _BUCKETS])))

    @cached_property
    def _duties_containing(self) -> tuple[Floats, int]:
        """In how many duties of the index the words of each bucket occur, and the number of duties."""
        words = np.concatenate([outline.duty_words for outline in self.outlines]) % _BUCKETS
        counts = np.concatenate([outline.duty_counts for outline in self.outlines])
        containing = np.asarray(np.bincount(words, weights=counts, minlength=_BUCKETS), dtype=np.float64)
        return containing, max(1, sum(len(outline.duties) for outline in self.outlines))

    def duties_of(self, number: int) -> tuple[Duties, list[Passage]]:
        """Duties of an indexed role that count, and all its passages."""
        passages, positions = self.index.statements(number)
        vectors = self.index.derived.dense.vectors(positions)
        is_duty = [passage.kind is Kind.DUTY for passage in passages]
        return self.duties([p for p in passages if p.kind is Kind.DUTY], vectors[np.array(is_duty, dtype=bool)]), passages

    def calibrate(self) -> None:
        """Set the threshold of duties to what few random pairs reach; small indexes keep the usual one."""
        if len(self) < _ENOUGH:
            return
        random = np.random.default_rng(_SEED)
        chosen = random.choice(len(self), min(len(self), 200), replace=False)
        parts = [duties for duties in (self.duties_of(self.numbers[i])[0] for i in chosen) if duties.passages]
        scores = []
        for _ in range(10 * len(parts)):
            left, right = (parts[i] for i in random.choice(len(parts), 2, replace=False))
            i, j = random.integers(len(left.passages), size=20), random.integers(len(right.passages), size=20)
            scores.append([float(self.duty_scores(left.some([x]), right.some([y]))[0, 0]) for x, y in zip(i, j, strict=True)])
        every = np.concatenate(scores) if scores else np.zeros(1)
        self.duty_threshold = max(0.1, float(np.quantile(every, 1 - _CHANCE)))
        self.chance = float(np.mean(every >= self.duty_threshold))

    @cached_property
    def _titles_with_duty(self) -> Counter[int]:
        """In how many titles each duty's words occur: a class that is posted again and again counts once."""
        pairs = set()
        for number, outline in zip(self.numbers, self.outlines, strict=True):
            title = (self.index.catalog[number].source.title or f"#{number}").casefold()
            pairs |= {(duty, title) for duty in outline.duties.tolist()}
        return Counter(duty for duty, _ in pairs)

    def titles_with(self, duty: Passage) -> int:
        """Number of titles of the index that have a duty in exactly these words."""
        return self._titles_with_duty[_hash64(_plain(duty))]


@dataclass(frozen=True, slots=True)
class Duties:
    """Duties ready to be compared: passages, their vectors (float32 of shape (n, d)), and the weights of their words."""

    passages: tuple[Passage, ...]
    vectors: Vectors
    words: tuple[dict[str, float], ...]

    def __len__(self) -> int:
        return len(self.passages)

    def some(self, places: Iterable[int]) -> Duties:
        """Those at some places."""
        at = list(places)
        return Duties(tuple(self.passages[i] for i in at), self.vectors[at], tuple(self.words[i] for i in at))


def open_profiles(index: Snapshot) -> Profiles:
    """Outlines of all roles of an index, kept beside it: only those of new documents are made."""
    return index.once(_opened)


def _opened(index: Snapshot) -> Profiles:
    manifest = manifest_of(index.meta)
    folder = roles_folder(index.path, int(index.meta["generation"]))
    numbers = list(index.catalog)
    kept = _read(index, manifest)
    if kept is not None and kept.state == index.meta["state"]:
        return Profiles(index, numbers, [kept.outlines[number] for number in numbers], kept.threshold, kept.chance, kept.drawn)
    known = kept.outlines if kept else {}
    missing = [number for number in numbers if number not in known]
    if len(missing) > _ENOUGH:
        index.notice(f"Outlining {len(missing):,} roles, once for this state of the index ...")
    known |= dict(zip(missing, _outlines(index, missing), strict=True))
    profiles = Profiles(index, numbers, [known[number] for number in numbers])
    profiles.calibrate()
    with suppress(StorageError):  # a folder that may only be read
        _write(profiles, manifest, folder)
    return profiles


def outline(role: Role, vectors: Vectors, encoder: Encoder) -> Outline:
    """Outline a role.

    Args:
        role: The role.
        vectors: Of its passages, seen from the index' centre, shape (n, d).
        encoder: Embeds the title.
    """
    title = role.document.source.title
    titled = encoder.encode_documents([title])[0] if title else np.zeros(encoder.dimension, np.float32)
    return _outline(role.passages, vectors, titled)


def statement_vectors(index: Snapshot, passages: Sequence[Passage]) -> Vectors:
    """Vectors of passages that are not in the index, as those in it are, shape (n, d)."""
    return centred(index.encoder.encode_documents([embedded_text(passage) for passage in passages]), index.derived.centre)


def _outlines(index: Snapshot, numbers: Sequence[int]) -> list[Outline]:
    titles = [index.catalog[number].source.title or "" for number in numbers]
    vectors = index.encoder.encode_documents(titles)
    found = []
    for number, title, titled in zip(numbers, titles, vectors, strict=True):
        passages, positions = index.statements(number)
        found.append(_outline(passages, index.derived.dense.vectors(positions), titled if title else np.zeros_like(titled)))
    return found


def _outline(passages: Sequence[Passage], vectors: Vectors, title: npt.NDArray[np.float32]) -> Outline:
    about = np.array([passage.label in _ABOUT_THE_WORK for passage in passages], dtype=bool)
    counts: Counter[int] = Counter()
    for passage, is_about in zip(passages, about, strict=True):
        if is_about:
            words = words_of(passage.text)
            counts.update(map(_hash32, words))
            counts.update(_hash32(f"{one} {other}") for one, other in pairwise(words))
    hashes = np.array(sorted(counts), dtype=np.uint32)
    texts = [_plain(passage) for passage in passages if passage.kind is Kind.DUTY]
    duties = {_hash64(text) for text in texts}
    duty_counts = Counter(_hash32(word) for text in texts for word in set(text.split()))
    duty_words = sorted(duty_counts)
    return Outline(
        vectors[about].sum(axis=0, dtype=np.float64).astype(np.float32),
        title.astype(np.float32),
        hashes,
        np.array([min(counts[int(value)], 65_535) for value in hashes], dtype=np.uint16),
        np.array(sorted(duties), dtype=np.uint64),
        np.array(duty_words, dtype=np.uint32),
        np.array([min(duty_counts[word], 65_535) for word in duty_words], dtype=np.uint16),
    )


def _plain(passage: Passage) -> str:
    return " ".join(words_of(embedded_text(passage)))


def _hash32(text: str) -> int:
    return int(xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) & 0xFFFFFFFF)


def _hash64(text: str) -> int:
    return int(xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")))


def _sums(values: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    """Sums of consecutive parts of an array; an empty part adds up to 0."""
    found = np.zeros(len(lengths))
    filled = lengths > 0
    if filled.any():
        starts = np.cumsum(lengths) - lengths
        found[filled] = np.add.reduceat(values, starts[filled])
    return found


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    wide = vectors.astype(np.float64)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12))


# --- kept beside the index -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kept:
    state: str
    outlines: dict[int, Outline]
    threshold: float
    chance: float
    drawn: dict[str, Floats] | None


_ASPECTS = ("meaning", "words", "title")
_ARRAYS = ("words", "counts", "duties", "duty_words", "duty_counts")


def _read(index: Snapshot, manifest: dict[str, str]) -> _Kept | None:
    """What is kept of this state, or else of an earlier one: row numbers of documents are never used twice."""
    parent = roles_folder(index.path, 0).parent
    if not parent.is_dir():
        return None
    for folder in sorted((path for path in parent.iterdir() if path.name.isdigit()), reverse=True):
        try:
            with np.load(folder / _FILE, allow_pickle=False) as stored:
                about = {name: str(stored[name]) for name in ("generation", "state")}
                verify_folder(folder, {**manifest, **about}, (_FILE,))
                parts = [np.split(stored[name], stored[f"{name}_ends"][:-1]) for name in _ARRAYS]
                rows = zip(stored["numbers"].tolist(), stored["meanings"], stored["titles"], *parts, strict=True)
                outlines = {number: Outline(meaning, title, *arrays) for number, meaning, title, *arrays in rows}
                drawn = {name: stored[f"drawn_{name}"] for name in _ASPECTS} if len(outlines) >= _ENOUGH else None
                return _Kept(about["state"], outlines, float(stored["threshold"]), float(stored["chance"]), drawn)
        except (IndexDamagedError, StorageError, OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
    return None


def _write(profiles: Profiles, manifest: dict[str, str], target: Path) -> None:
    every = profiles.outlines
    arrays: dict[str, Any] = {}
    for name in _ARRAYS:
        parts = [getattr(one, name) for one in every]
        arrays |= {name: np.concatenate(parts), f"{name}_ends": np.cumsum([len(part) for part in parts])}
    if len(profiles) >= _ENOUGH:
        arrays |= {f"drawn_{name}": values for name, values in profiles.random_pairs.items()}
    with new_folder(target, manifest) as folder:
        np.savez(
            folder / _FILE,
            generation=manifest["generation"],
            state=manifest["state"],
            threshold=profiles.duty_threshold,
            chance=profiles.chance,
            numbers=np.array(profiles.numbers, dtype=np.int64),
            meanings=np.stack([one.meaning for one in every]),
            titles=np.stack([one.title for one in every]),
            **arrays,
        )
