"""The default encoder beside the one that it was trained from: duties, roles, families, qualifications.

    python benchmarks/encoders.py

Needs the folder `shared` beside the checkout. Both embed the same texts:

- duties: O*NET's judged duties, by vectors alone and as they are searched;
- roles: similar roles of the City of Philadelphia, judged by its own class series;
- families: roles of the sample corpus, whose family in other cities should rank above all other roles there;
- qualifications: 48 queries over the sample corpus, graded by reading before the encoder was trained.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import CORPUS, ROOT, Table, save
from quality import DUTIES, ROLES

from specsearch.encoding import BASE_MODEL, DEFAULT_MODEL, Encoder, load_encoder
from specsearch.evaluation.collection import open_collection
from specsearch.evaluation.dataset import read_dataset, read_excluded, read_qrels
from specsearch.evaluation.experiment import Ranker, role_names, run_queries, run_roles
from specsearch.evaluation.measures import Scored, score
from specsearch.evaluation.significance import interval, randomisation
from specsearch.ingest.update import update_index
from specsearch.records import Mode
from specsearch.roles import open_profiles
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

sys.path.insert(0, str(ROOT / "tests"))
from golden import family_pairs, qualification_qrels, qualification_run

Values = npt.NDArray[np.float64]


def figures(encoder: Encoder) -> dict[str, Values]:
    """Measure an encoder.

    Returns:
        A value for each query, role or pair, float64 of shape (n,), by what is measured.
    """
    return {**duties(encoder), **roles(encoder), **samples(encoder)}


def duties(encoder: Encoder) -> dict[str, Values]:
    """Search of judged duties, by vectors alone and as a whole."""
    dataset = read_dataset(DUTIES)
    with open_collection(dataset, encoder) as index:
        runs = {mode: run_queries(index, dataset.queries, Ranker(mode), by_document=True) for mode in (Mode.DENSE, Mode.HYBRID)}
    found: dict[str, Values] = {}
    for mode, run in runs.items():
        found |= values(f"duties, {mode}", score(dataset.qrels, run, dataset.excluded), "nDCG@10", "R@100")
    return found


def roles(encoder: Encoder) -> dict[str, Values]:
    """Similar roles of one city."""
    qrels = read_qrels(ROLES / "qrels.tsv")
    with indexed(ROLES / "specs", encoder) as index:
        profiles, names = open_profiles(index), role_names(index, qrels)
        run = run_roles(profiles, names, list(qrels), Mode.HYBRID)
    return values("roles", score(qrels, run, read_excluded(ROLES / "exclude.tsv")), "nDCG@10", "R@100")


def samples(encoder: Encoder) -> dict[str, Values]:
    """Families of roles, and qualifications."""
    with indexed(CORPUS, encoder) as index:
        profiles = open_profiles(index)
        families = {f"families{', titles masked' * masked}": np.array(family_pairs(profiles, masked=masked), float) for masked in (False, True)}
        return {**families, **qualifications(index)}


def qualifications(index: Snapshot) -> dict[str, Values]:
    """Queries for qualifications."""
    qrels = qualification_qrels()
    found: dict[str, Values] = {}
    for mode in (Mode.DENSE, Mode.HYBRID):
        found |= values(f"qualifications, {mode}", score(qrels, qualification_run(index, qrels, mode)), "nDCG@10", "R@100")
    return found


def values(name: str, scored: Scored, *measures: str) -> dict[str, Values]:
    """Values a query of some measures."""
    return {f"{name}: {measure.replace('R@', 'recall@')}": np.array(list(scored.values[measure].values())) for measure in measures}


def means(figures: Mapping[str, Values]) -> dict[str, float]:
    """The mean of each figure."""
    return {what: float(one.mean()) for what, one in figures.items()}


@contextmanager
def indexed(folder: Path, encoder: Encoder) -> Iterator[Snapshot]:
    """An index of a folder of documents."""
    with tempfile.TemporaryDirectory() as name:
        update_index(folder, Path(name), encoder)
        with open_snapshot(name, encoder=encoder) as index:
            yield index


def report(first: Mapping[str, Values], second: Mapping[str, Values], names: tuple[str, str]) -> Table:
    """A row for each figure: both means, the difference with its 95% interval, and the paired test."""
    table = Table(("what", *names, "difference", "95% interval", "relative", "p"))
    for what, usual in first.items():
        difference = second[what] - usual
        low, high = interval(difference)
        table.add(
            what,
            f"{usual.mean():.4f}",
            f"{second[what].mean():.4f}",
            f"{difference.mean():+.4f}",
            f"{low:+.4f} to {high:+.4f}",
            f"{difference.mean() / usual.mean():+.1%}",
            f"{randomisation(second[what], usual):.4f}",
        )
    return table


def needs(*folders: Path) -> None:
    """End with a message if judged data are not here."""
    for folder in folders:
        if not folder.is_dir():
            sys.exit(f"{folder} is not here: this program needs the judged data beside the checkout, or SPECSEARCH_SHARED to name their folder.")


def main() -> None:
    """Measure both and print."""
    needs(DUTIES, ROLES)
    base, ours = (figures(load_encoder(model)) for model in (BASE_MODEL, DEFAULT_MODEL))
    table = report(base, ours, (BASE_MODEL, DEFAULT_MODEL))
    print(table)
    save("encoders", table, {BASE_MODEL: means(base), DEFAULT_MODEL: means(ours)})


if __name__ == "__main__":
    main()
