"""Fit the sentence labels of `encoding/semantics.py` on the labelled statements of the sample corpus.

    python benchmarks/train_labels.py

Prints accuracy on cities left out in turn, then fits on all and writes the weights. Uses nothing but
the project's own tagged sources.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from common import ROOT, Table, save
from sklearn.linear_model import LogisticRegression

from specsearch.encoding import BASE_MODEL, load_encoder
from specsearch.encoding.semantics import WEIGHTS, clean
from specsearch.records import Label

sys.path.insert(0, str(ROOT / "tests"))
from golden import samples

STRENGTH = 5.0
"""Inverse regularisation; 1 and 20 were not better on cities left out."""
LABELS = [str(label) for label in Label]


def main() -> None:
    """Cross-validate by city, fit, write."""
    units = [(sample.doc_id.split("/")[0], unit) for sample in samples() for unit in sample.units()]
    units = [(city, unit) for city, unit in units if unit.labels[0] in LABELS and len(unit.text.split()) >= 3]
    cities = np.array([city for city, _ in units])
    labels = np.array([LABELS.index(unit.labels[0]) for _, unit in units])
    vectors = load_encoder(BASE_MODEL).encode_documents([clean(unit.text) for _, unit in units])
    table = Table(("city left out", "statements", "accuracy"))
    figures = {}
    for city in sorted(set(cities)):
        held = cities == city
        model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(vectors[~held], labels[~held])
        figures[city] = float(model.score(vectors[held], labels[held]))
        table.add(city, str(held.sum()), f"{figures[city]:.3f}")
    print(table)
    save("train_labels", table, figures)
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(vectors, labels)
    target = Path(ROOT) / "src" / "specsearch" / "encoding" / WEIGHTS
    np.savez(target, coefficients=model.coef_.astype(np.float16), intercepts=model.intercept_.astype(np.float16))
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
