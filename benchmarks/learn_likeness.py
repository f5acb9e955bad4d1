"""Learn how alike roles are from roles of many employers, and measure it on sources left out.

    python benchmarks/learn_likeness.py folds FOLDER    # what each aspect and the weights are worth, some minutes
    python benchmarks/learn_likeness.py write FOLDER    # learn from all, write the reference that is shipped

FOLDER keeps indexes and outlines between runs. Roles and judgements: `population.py`. In a fold nothing of the source that is measured is
learned from: neither what is usual, nor weights. Weights are the best of a grid.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import combinations, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import ROOT, Table, save
from population import Population, Task, population, scored, tasks_of

from specsearch.roles.estimating import on_one_scale, space_of, usual_of
from specsearch.roles.likeness import Measure, middles_of, weighed
from specsearch.roles.outlines import Outline
from specsearch.roles.rarity import NOWHERE, Employers
from specsearch.roles.reference import ASPECTS, RELATIONS, VECTORS, Reference, Usual, pack

TARGET = ROOT / "src" / "specsearch" / "roles" / "likeness.npz"
SEED, PAIRS, ASKED, RANK = 20_261, 40_000, 500, 64
FEWEST = 5
"""Roles of an employer from which on pairs of them are drawn as pairs of one employer."""
COMMON = 3.0
"""Words that as many times the share of a word seen nowhere are kept in the reference."""
GRID = ((1.0, 2.0, 4.0), (1.0, 1.5, 2.0, 3.0), (0.0, 1.0, 2.0), (0.0, 0.5, 1.0, 1.5), (2.0, 4.0, 6.0))
"""Weights that are tried, by aspect."""
EVENLY = {"same": 0.01, "other": 0.3}
"""What weights lose by being uneven: of many queries little, of few much (even ones were nearly best on sources left out)."""
LINKED = 0.5
"""What is added where one role names the other, in standard deviations: more gains in Los Angeles and loses in Philadelphia."""
MASKED = np.array([name != "title" for name in ASPECTS])
COUNTS = {"ladders of Los Angeles": 1.0, "series of Philadelphia": 2.0, "cross-city, same title": 1.0, "cross-city, back": 0.5, "postings, same title": 0.5, "families of the samples": 6.0}
"""What the mean figure of a task counts where weights are learned; few queries count less, many more, and families, of which nearly all are right, more too."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A task with the cosines of its pairs by aspect, shape (q, c) each."""

    task: Task
    cosines: Mapping[str, Floats]

    def scores(self, reference: Reference, weights: Floats) -> Floats:
        """Scores of the pairs, shape (q, c)."""
        flat = {name: values.ravel() for name, values in self.cosines.items()}
        usual = reference.usual["same" if self.task.same else "other"]
        found = weighed(flat, usual, weights, reference.borrowed).reshape(self.task.relevant.shape)
        if weights[-1]:  # titles count, and so who names whom
            found += LINKED * float(found.std()) * self.task.linked
        return found

    def figure(self, reference: Reference, weights: Floats) -> float:
        """Mean figure."""
        return float(scored(self.task, self.scores(reference, weights)).mean())


# --- what is usual ---------------------------------------------------------------------------------


def reference_of(people: Population, held: Sequence[str]) -> Reference:
    """What is usual among all roles but those of sources that are left out; aspects count evenly."""
    kept = [place for place, name in enumerate(people.sets) if name not in held]
    outlines, employers = [people.outlines[place] for place in kept], people.employers[kept]
    shares = _shares(employers)
    hashes, found = _common_words(outlines, shares)
    spaces = {}
    for name in VECTORS:
        vectors = np.stack([getattr(one, name) for one in outlines]).astype(np.float64)
        known = vectors.any(axis=1)
        mean = np.average(vectors[known], axis=0, weights=shares[known])
        middles = middles_of(name, outlines, employers, mean.astype(np.float32)) if name != "title" else {}
        taken = np.stack([np.asarray(middles.get(employer, mean), dtype=np.float64) for employer in employers.tolist()])
        spaces[name] = replace(space_of(vectors[known], taken[known], shares[known], RANK), mean=mean.astype(np.float32))
    rare = 0.5 / (shares.sum() + 1)
    even = np.ones(len(ASPECTS))
    none = Usual(even * 0, even, np.stack([even, even]), np.zeros((2, 1001)))
    reference = Reference(hashes, found, rare, spaces, dict.fromkeys(RELATIONS, none), 0.0, LINKED)
    pairs = _random_pairs(Measure(outlines, employers, reference), shares)
    borrowed = _together(pairs["other"])
    usual = {relation: usual_of(cosines, even, borrowed) for relation, cosines in pairs.items()}
    return replace(reference, usual=usual, borrowed=borrowed)


def _shares(employers: Employers) -> Floats:
    """What each role counts: an employer counts as the root of its roles, so that few do not drown among many, nor speak for all."""
    numbers, sizes = np.unique(employers, return_counts=True)
    return np.where(employers == NOWHERE, 1.0, 1 / np.sqrt(sizes[np.searchsorted(numbers, employers)]))


def _common_words(outlines: Sequence[Outline], shares: Floats) -> tuple[npt.NDArray[np.uint32], Floats]:
    words = np.concatenate([one.words for one in outlines])
    weights = np.repeat(shares, [len(one.words) for one in outlines])
    hashes, places = np.unique(words, return_inverse=True)
    found = (np.bincount(places, weights=weights) + 0.5) / (shares.sum() + 1)
    kept = found >= COMMON * 0.5 / (shares.sum() + 1)
    return hashes[kept], found[kept]


def _random_pairs(measure: Measure, shares: Floats) -> dict[str, dict[str, Floats]]:
    """Cosines by aspect of random pairs of roles of other employers, and of the same one, by relation."""
    random = np.random.default_rng(SEED)
    employers = measure.employers
    large = np.flatnonzero((np.bincount(employers + 1, minlength=1)[employers + 1] >= FEWEST) & (employers != NOWHERE))
    drawn: dict[str, dict[str, list[Floats]]] = {relation: {name: [] for name in ASPECTS} for relation in RELATIONS}
    for relation in RELATIONS:
        of = large if relation == "same" else np.arange(len(employers))
        chances = shares[of] / shares[of].sum()
        for place in random.choice(of, ASKED, p=chances):
            fit = (employers == employers[place]) == (relation == "same")
            fit[place] = False
            others = np.flatnonzero(fit)
            some = random.choice(others, PAIRS // ASKED, p=shares[others] / shares[others].sum())
            cosines = measure.aspects(measure.outlines[place], int(employers[place]))
            for name in ASPECTS:
                drawn[relation][name].append(cosines[name][some])
    return {relation: {name: np.concatenate(values) for name, values in found.items()} for relation, found in drawn.items()}


def _together(cosines: Mapping[str, Floats]) -> float:
    """Mean correlation of two aspects over random pairs."""
    found = []
    for one, other in combinations(ASPECTS, 2):
        known = ~np.isnan(cosines[one]) & ~np.isnan(cosines[other])
        found.append(float(np.corrcoef(cosines[one][known], cosines[other][known])[0, 1]))
    return float(np.mean(found))


# --- weights ---------------------------------------------------------------------------------------


def asked_of(people: Population, reference: Reference, task: Task) -> Asked:
    """Cosines of the pairs of a task, of all roles of its sources."""
    measure = Measure(people.outlines, people.employers, reference)
    found = [measure.aspects(people.outlines[place], int(people.employers[place])) for place in task.queries.tolist()]
    return Asked(task, {name: np.stack([one[name][task.candidates] for one in found]) for name in ASPECTS})


def learned(lessons: Sequence[tuple[Asked, Reference]], relation: str) -> Floats:
    """Weights of aspects for roles of one relation: the best of a grid, by what they give with titles, and across employers with titles left out too."""

    def gain(tried: Floats) -> float:
        even = tried[MASKED] / float(tried[MASKED].sum())
        total = -EVENLY[relation] * float(((even - even.mean()) ** 2).sum())
        for asked, reference in lessons:
            ways = [tried] * asked.task.titled + [np.where(MASKED, tried, 0.0)] * (not asked.task.same)
            total += COUNTS[asked.task.name] * float(np.mean([asked.figure(reference, way) for way in ways]))
        return total

    return np.asarray(max((np.array(one) / sum(one) for one in product(*GRID)), key=gain))


# --- the run ---------------------------------------------------------------------------------------


class Lessons:
    """Tasks with the references that leave their sources out, each made once."""

    def __init__(self, people: Population) -> None:
        self.people, self.tasks = people, tasks_of(people)
        self.reference = cache(lambda held: reference_of(people, held))
        self.asked = cache(lambda task, held: asked_of(people, self.reference(held), self.tasks[task]))

    def pairs(self, *, same: bool, held: tuple[str, ...] = (), own: bool = True) -> list[tuple[Asked, Reference]]:
        """What weights of a relation are learned from: tasks without the sources that are left out, each with the reference that leaves its own out."""
        found = []
        for place, task in enumerate(self.tasks):
            if task.same is same and task.name in COUNTS and not set(task.held) & set(held):
                left = task.held if own else ()
                found.append((self.asked(place, left), self.reference(left)))
        return found


def folds(people: Population) -> None:
    """Print what each aspect is worth by itself, and all together, on sources left out."""
    lessons = Lessons(people)
    table = Table(("task", "queries", *ASPECTS, "all but title", "all", "weights"))
    figures: dict[str, object] = {}
    for place, task in enumerate(lessons.tasks):
        reference, asked = lessons.reference(task.held), lessons.asked(place, task.held)
        alone = [asked.figure(reference, np.array([float(name == one) for name in ASPECTS])) for one in ASPECTS]
        others = lessons.pairs(same=task.same, held=task.held)
        weights = learned(others, RELATIONS[task.same]) if others else np.full(len(ASPECTS), 1 / len(ASPECTS))
        masked, whole = asked.figure(reference, np.where(MASKED, weights, 0.0)), asked.figure(reference, weights)
        table.add(task.name, str(len(task.queries)), *(f"{value:.3f}" for value in (*alone, masked, whole)), " ".join(f"{value:.2f}" for value in weights))
        figures[task.name] = {"alone": dict(zip(ASPECTS, alone, strict=True)), "masked": masked, "all": whole, "weights": weights.tolist()}
        print(table.rows[-1], file=sys.stderr, flush=True)
    print(table)
    save("likeness", table, figures)


def write(people: Population) -> None:
    """Learn from all and write the file."""
    lessons = Lessons(people)
    everything = lessons.reference(())
    weights = {relation: learned(lessons.pairs(same=relation == "same"), relation) for relation in RELATIONS}
    pairs = _random_pairs(Measure(people.outlines, people.employers, everything), _shares(people.employers))
    usual = {relation: usual_of(cosines, weights[relation], everything.borrowed) for relation, cosines in pairs.items()}
    same, apart = on_one_scale(usual["other"], usual["same"])
    written = replace(everything, usual={"other": usual["other"], "same": same}, linked=LINKED * apart)
    content = pack(written)
    TARGET.write_bytes(content)
    print({relation: dict(zip(ASPECTS, weights[relation].round(3).tolist(), strict=True)) for relation in RELATIONS})
    print(f"{len(content):,} bytes, {len(everything.hashes):,} words; threshold {written.threshold:.3f}, borrowed {everything.borrowed:.3f}\nSHA-256: {sha256(content).hexdigest()}")


def main() -> None:
    """Run what is named."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("folds", "write"):
        sys.exit(__doc__)
    {"folds": folds, "write": write}[sys.argv[1]](population(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
