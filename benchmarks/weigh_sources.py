"""Learn how much each sign of an employer and of a state weighs, and measure it on employers that were left out.

    python benchmarks/weigh_sources.py            # tables only
    python benchmarks/weigh_sources.py write      # also writes specsearch.parsing.metadata.weights

Needs the folder `shared` beside the checkout (postings of 106 employers; what a listing said of each). Weights are
learned by maximum a posteriori: what is expected of each sign is the prior, so that a sign that few employers show
keeps a sensible weight. Documents of an employer count together as the square root of their number. Ten folds over
employers; within each all that is chosen is chosen on the others.
"""

from __future__ import annotations

import csv
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from specsearch.parsing.metadata.employers import mentions
from specsearch.parsing.metadata.names import bare_name
from specsearch.parsing.metadata.organisations import kind_of
from specsearch.parsing.metadata.states import home_of, states_named
from specsearch.parsing.metadata.weighing import around_of, confidences, employer_signs, state_signs
from specsearch.parsing.metadata.weights import Weights
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers import read_file
from specsearch.records import Candidate, Origin, Place, SourceText

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared")) / "data"
FICTIONAL = ROOT / "tests" / "sources"
CITIES = (("philadelphia/specs", "Philadelphia", "PA", 3), ("los_angeles/bulletins", "Los Angeles", "CA", 2), ("los_angeles/pdf", "Los Angeles", "CA", 1))
"""Folders of one city: its name, its state, and every how manieth document is learned from."""
_CITIES = frozenset(f"City of {city}" for _, city, _, _ in CITIES)
FOLDS, SEED = 10, 3
TRUST = 1.0
"""Precision of the prior: how many (weighted) documents it counts as."""
MARGIN = 0.35
"""Confidence of an employer from which on it is said; the weights are shifted so that it becomes .5."""
EXPECTED_OF_EMPLOYERS = {
    "label": 5, "banner": 2, "page": 2, "folder": 2.5, "web": 2, "seeks": 2, "promises": 1.5, "works": 1.5, "is": 1, "describes": 1, "offers": 0.7,
    "unit": 1, "at": 0.2, "subject": 0.5, "address": 0.4, "defined": 1, "known": 1, "head": 1, "count": 1, "share": 1, "spoken": 0.4,
    "department": 0.5, "placed": -1.5, "above": -1.5, "unsupported": -1, "a general": 0.5, "a higher": 0, "a special": -0.5, "a private": -0.5, "a place": -1,
}  # fmt: skip
EXPECTED_OF_STATES = {
    "state": 4, "label": 3, "after the employer": 2.5, "is the employer": 4, "one of the name": 1, "the one of the name": 2.5, "none of the name": -1.5,
    "host": 1.5, "folder": 2.2, "address": 1.2, "town": 0.5, "law": 1, "named": 0.7, "share": 1, "many": -0.5,
}  # fmt: skip
EXPECTED_NONE = -3.5
GENERAL = frozenset(
    """
        of the county city town village borough township parish state department board elections election s and office clerk registrar
        voters secretary division commission government unified consolidated for inc
        """.split()
)
"""Words of an employer's name that tell nothing of which it is."""
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A document: what it is ("posting", "city", "fiction"), the employer it is said to be of, its candidates, their signs, and which are right."""

    kind: str
    employer: str
    stated: bool
    names: list[str]
    signs: list[dict[str, float]]
    right: list[bool]


def main() -> None:
    """Learn, measure, and write on request."""
    listed = csv.DictReader((DATA / "postings" / "sources.tsv").open(encoding="utf-8"), delimiter="\t")
    rows = [row for row in listed if row["file"] != "file"]
    texts = {row["file"]: read_file(DATA / "postings" / "docs" / row["file"]).documents[0] for row in rows}
    for row, source in (*_of_cities(), *_fictional()):
        rows.append(row)
        texts[row["file"]] = source
    employers = [_employer_case(row, texts[row["file"]]) for row in rows]
    learned = _learn(employers, EXPECTED_OF_EMPLOYERS)
    _table("employer", employers, EXPECTED_OF_EMPLOYERS, MARGIN)
    # Whose states these are is taken from the weights that all employers gave: what is measured is telling the state.
    states = [_state_case(row, texts[row["file"]], case, learned) for row, case in zip(rows, employers, strict=True)]
    _table("state", states, EXPECTED_OF_STATES, 0.5)
    if sys.argv[1:] == ["write"]:
        _write(_shifted(learned, MARGIN), _learn(states, EXPECTED_OF_STATES))


def _of_cities() -> Iterator[tuple[dict[str, str], SourceText]]:
    """Documents of cities that are known as a whole, as rows of the listing; stated is what the text has word for word."""
    for folder, city, state, step in CITIES:
        for path in sorted((DATA / folder).iterdir())[::step]:
            source = read_file(path).documents[0]
            yield {
                "file": path.name, "employer": f"City of {city}", "state": state, "employer_stated": "y" if f"City of {city}".lower() in source.text.lower() else "n",
                "state_stated": "n",
            }, source  # fmt: skip


def _fictional() -> Iterator[tuple[dict[str, str], SourceText]]:
    """The fictional documents of the tests, each of another employer, as rows of the listing."""
    for row in csv.DictReader((FICTIONAL / "truth.tsv").open(encoding="utf-8"), delimiter="\t"):
        name, _, record = row["file"].partition("#")
        if row["one_job"] != "y":
            continue
        source = next(one for one in read_file(FICTIONAL / "docs" / name).documents if record in ("", one.record_id))
        stated = {f"{field}_stated": "y" if row[field] else "n" for field in ("employer", "state")}
        yield {**row, **stated, "employer": row["employer"] or f"nobody in {row['file']}"}, source


def _employer_case(row: Mapping[str, str], source: SourceText) -> Case:
    vocabulary = load_vocabulary()
    found = mentions(source, home_of(source.text, vocabulary), vocabulary)
    around = around_of(source, row["file"], vocabulary)
    names = [one.name for one in found]
    return Case(
        _kind(row), row["employer"], row["employer_stated"] == "y", names, [employer_signs(one, found, around) for one in found],
        [_is_right(name, row) for name in names],
    )  # fmt: skip


def _state_case(row: Mapping[str, str], source: SourceText, case: Case, learned: Weights) -> Case:
    vocabulary = load_vocabulary()
    likely = confidences(case.signs, _shifted(learned, MARGIN))
    best = max(zip(likely, case.names, strict=True), default=(0.0, ""))
    employer = Candidate("jurisdiction", best[1], best[0], (), Origin(Place.TEXT)) if best[0] >= 0.5 else None
    kind = kind_of(best[1], vocabulary) if employer is not None else None
    found = {code: one for code, one in states_named(source, employer, kind, vocabulary).items() if code}
    return Case(
        _kind(row), row["employer"], row["state_stated"] == "y" and bool(row["state"]), list(found),
        [state_signs(one, found) for one in found.values()], [code == row["state"] for code in found],
    )  # fmt: skip


def _kind(row: Mapping[str, str]) -> str:
    return "fiction" if "one_job" in row else "city" if row["employer"] in _CITIES else "posting"


def _words(name: str) -> frozenset[str]:
    words = (word for word in re.findall(r"[a-z0-9]+", name.lower()) if word not in GENERAL)
    return frozenset(word[:-1] if len(word) > 4 and word.endswith("s") else word for word in words)


def _is_named(name: str, truth: str) -> bool:
    """Whether a name is of the employer that a listing names, perhaps with its department."""
    ours, theirs = _words(name), _words(truth)
    shared = len(ours & theirs)
    close = bool(shared) and shared / min(len(ours), len(theirs)) >= 0.5 and shared / len(ours | theirs) >= 0.34
    return close or (bool(ours) and ours <= theirs)


def _is_right(name: str, row: Mapping[str, str]) -> bool:
    """Whether a name is that of a document's employer: word for word in the fictional ones, in other words where a listing names it."""
    if _kind(row) == "posting":
        return _is_named(name, row["employer"]) or _is_state_of(name, row)
    state = name.removeprefix("State of ")
    return bare_name(name) == bare_name(row["employer"]) or (state != name and row["employer"].startswith(f"{state} "))


def _is_state_of(name: str, row: Mapping[str, str]) -> bool:
    """Whether a name is of the state whose board or office, under its postal code, a listing names."""
    named = name.removeprefix("State of ").lower()
    return named != name.lower() and load_vocabulary().places.states.get(named) == row["state"] and bool(re.search(rf"\b(?:{row['state']}|State) ", row["employer"]))


def _learn(cases: Sequence[Case], expected: Mapping[str, float]) -> Weights:
    names = list(expected)
    prior = np.array([*(expected[name] for name in names), EXPECTED_NONE])
    together = Counter(_key(case) for case in cases)
    data = [(_matrix(case, names), np.array(case.right, bool), together[_key(case)] ** -0.5) for case in cases]
    bounds = [(None, None) if name.startswith("a ") else (0, None) if expected[name] > 0 else (None, 0) for name in names]
    found = minimize(_loss(data, prior), prior.copy(), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    return Weights(float(found[-1]), {name: float(weight) for name, weight in zip(names, found, strict=False)})


def _shifted(weights: Weights, margin: float) -> Weights:
    """The same weights, by which one candidate alone has .5 where it had the margin."""
    return Weights(weights.none + float(np.log((1 - margin) / margin)), weights.of)


def _loss(data: Sequence[tuple[Matrix, npt.NDArray[np.bool_], float]], prior: Matrix) -> Callable[[Matrix], tuple[float, Matrix]]:
    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = 0.0, np.zeros_like(weights)
        for signs, right, weight in data:
            odds = np.append(signs @ weights, 0.0)
            likely = np.exp(odds - odds.max())
            likely /= likely.sum()
            among = likely * np.append(right, not right.any())
            total -= weight * float(np.log(among.sum() + 1e-12))
            slope += signs.T @ (weight * (likely - among / (among.sum() + 1e-12))[:-1])
        off = weights - prior
        off[-1] = 0.0
        return total + TRUST * float(off @ off), slope + 2 * TRUST * off

    return loss


def _matrix(case: Case, names: Sequence[str]) -> Matrix:
    rows = [[*(one.get(name, 0.0) for name in names), 1.0] for one in case.signs]
    return np.array(rows).reshape(len(rows), len(names) + 1)


def _key(case: Case) -> str:
    return " ".join(sorted(_words(case.employer))) or case.employer


def _table(what: str, cases: Sequence[Case], expected: Mapping[str, float], margin: float) -> None:
    """Print right, wrong and none on employers that were left out, and on those learned from."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[_key(case)].append(case)
    keys = sorted(groups)
    random.Random(SEED).shuffle(keys)
    counts: Counter[str] = Counter()
    of_postings: Counter[str] = Counter()
    of_fiction: Counter[str] = Counter()
    for fold in range(FOLDS):
        out = {key for number, key in enumerate(keys) if number % FOLDS == fold}
        weights = _learn([case for key in keys if key not in out for case in groups[key]], expected)
        counts += _answers((case for key in out for case in groups[key]), weights, margin)
        of_postings += _answers((case for key in out for case in groups[key] if case.kind == "posting"), weights, margin)
        of_fiction += _answers((case for key in out for case in groups[key] if case.kind == "fiction"), weights, margin)
    _print(f"{what}, left out", counts)
    _print(f"{what}, postings alone", of_postings)
    _print(f"{what}, fictional alone", of_fiction)
    _print(f"{what}, learned from", _answers(cases, _learn(cases, expected), margin))


def _answers(cases: Iterable[Case], weights: Weights, margin: float) -> Counter[str]:
    counts: Counter[str] = Counter()
    for case in cases:
        best, right = max(zip(confidences(case.signs, _shifted(weights, margin)), case.right, strict=True), default=(0.0, False))
        said = best >= 0.5
        if case.stated:
            counts["right" if said and right else "wrong" if said else "none"] += 1
        else:
            counts["wrong though not stated"] += said and not right and bool(case.names)
    return counts


def _print(what: str, counts: Counter[str]) -> None:
    stated = counts["right"] + counts["wrong"] + counts["none"]
    shares = "  ".join(f"{name} {counts[name] / stated:.3f}" for name in ("right", "wrong", "none"))
    print(f"{what:24s} stated in {stated}: {shares}; wrong though not stated {counts['wrong though not stated']}")


def _write(employers: Weights, states: Weights) -> None:
    path = ROOT / "src" / "specsearch" / "parsing" / "metadata" / "weights.py"
    head = path.read_text(encoding="utf-8").partition("EMPLOYERS = ")[0]
    path.write_text(head + "\n".join(f"{name} = {_source(weights)}" for name, weights in (("EMPLOYERS", employers), ("STATES", states))) + "\n", encoding="utf-8")


def _source(weights: Weights) -> str:
    ranked = sorted(weights.of.items(), key=lambda item: (-item[1], item[0]))
    return f"Weights(\n    {weights.none:.2f},\n    {{\n" + "".join(f'        "{sign}": {weight:.2f},\n' for sign, weight in ranked) + "    },\n)"


if __name__ == "__main__":
    main()
