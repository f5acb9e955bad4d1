"""What is usual among roles, found from roles.

From those of many employers for the file that is shipped, and for other encoders from statements that the package holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from specsearch.encoding import Encoder
from specsearch.encoding.centre import centre_of, centred, fixed_statements
from specsearch.encoding.context import embedded_text
from specsearch.records import Kind, Label, Passage
from specsearch.roles.likeness import Measure, weighed
from specsearch.roles.outlines import Floats, Outline, outline, wholes_of
from specsearch.roles.rarity import NOWHERE
from specsearch.roles.reference import ASPECTS, RELATIONS, VECTORS, Reference, Space, Usual, pack, shipped, unpack

_ROLE = 6
"""Of the fixed statements, every seventh of some documents, about so many are of one of them."""
_TITLE_WORDS = 4
_POWER, _FLOOR = 0.25, 0.3
"""How far directions in which all roles differ are drawn in (1/2 would make them even, 0 leaves them), and the share of the mean variance below
which none is taken to be: chosen on employers left out (docs/quality.md)."""


def space_of(vectors: Floats, middles: Floats, weights: Floats, rank: int) -> Space:
    """How an aspect is seen.

    Args:
        vectors: Of roles, shape (n, d).
        middles: What is taken out of each, shape (n, d).
        weights: What each role counts, shape (n,).
        rank: Directions to draw in.
    """
    seen = vectors - middles
    seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-12)
    spread, along = np.linalg.eigh(np.cov(seen.T, aweights=weights)) if rank else (np.ones(1), np.zeros((vectors.shape[1], 1)))
    spread, along = np.maximum(spread[::-1], 0), along[:, ::-1]
    scales = (spread + _FLOOR * spread.mean()) ** -_POWER
    mean = np.average(vectors, axis=0, weights=weights)
    return Space(mean.astype(np.float32), along[:, :rank].astype(np.float32), (scales[:rank] / scales[min(rank, len(scales) - 1)]).astype(np.float32))


def usual_of(cosines: Mapping[str, Floats], weights: Floats, borrowed: float) -> Usual:
    """What is usual among pairs of roles.

    Args:
        cosines: Of random pairs by aspect, each of shape (p,), nan where it is missing.
        weights: What each aspect counts, shape (5,), in any scale.
        borrowed: What a missing aspect has of the mean of the others.
    """
    values = np.stack([cosines[name] for name in ASPECTS])
    usual = Usual(np.nanmean(values, axis=1), np.maximum(np.nanstd(values, axis=1), 1e-6), np.zeros((2, len(ASPECTS))), np.zeros((2, 1001)))
    both, totals = [], []
    for counted in (weights, np.where(np.array(ASPECTS) == "title", 0.0, weights)):
        scores = weighed(dict(cosines), usual, counted, borrowed)
        both.append(counted / max(float(scores.std()), 1e-6))
        totals.append(np.quantile(scores / max(float(scores.std()), 1e-6), np.linspace(0, 1, 1001)))
    return Usual(usual.means, usual.spreads, np.stack(both), np.stack(totals))


def on_one_scale(other: Usual, same: Usual) -> tuple[Usual, float]:
    """Put scores of roles of one employer on the scale of those of different ones: a role is as like itself either way.

    Args:
        other: What is usual among roles of different employers.
        same: Among those of one employer.

    Returns:
        The latter on the scale of the former: the same order of scores; and how much further apart scores with titles are than before.
    """
    weights = same.weights * other.spreads / same.spreads
    own = (other.weights * (1 - other.means) / other.spreads).sum(axis=1)
    ratios = own / (weights * (1 - other.means) / other.spreads).sum(axis=1)
    shifts = (same.weights * (same.means - other.means) / same.spreads).sum(axis=1)
    totals = ratios[:, np.newaxis] * (same.totals + shifts[:, np.newaxis])
    return Usual(other.means, other.spreads, ratios[:, np.newaxis] * weights, totals), float(ratios[0])


def estimated(encoder: Encoder) -> Reference:
    """A reference for an encoder that the shipped one was not made with: words and weights are those of the shipped one.

    Args:
        encoder: Encodes some seven hundred short texts.
    """
    own, outlines = shipped(), _stand_ins(encoder)
    evenly, shape = np.ones(len(outlines)), (len(outlines), encoder.dimension)
    spaces = {}
    for name in VECTORS:
        vectors = np.stack([getattr(one, name) for one in outlines]).astype(np.float64)
        spaces[name] = space_of(vectors, np.broadcast_to(vectors.mean(axis=0), shape), evenly, 0)
    measure = Measure(outlines, np.full(len(outlines), NOWHERE), replace(own, spaces=spaces))
    found = [measure.aspects(one, NOWHERE) for one in outlines]
    i, j = np.array(list(combinations(range(len(outlines)), 2))).T
    cosines = {name: np.stack([one[name] for one in found])[i, j] for name in ASPECTS}
    other, same = (usual_of(cosines, own.usual[relation].weights[0], own.borrowed) for relation in RELATIONS)
    # As it is read when it was kept: scores are the same whichever process found it.
    return unpack(pack(replace(own, spaces=spaces, usual={"other": other, "same": on_one_scale(other, same)[0]})))


def _stand_ins(encoder: Encoder) -> list[Outline]:
    """Outlines of what stands for roles: neighbouring ones of the fixed statements, each group as work and as requirements."""
    lines = fixed_statements()
    bounds = [*range(0, len(lines) - _ROLE, _ROLE), len(lines)]
    groups = [lines[start:end] for start, end in pairwise(bounds)]
    titles = [" ".join(group[0].split()[:_TITLE_WORDS]) for group in groups]
    roles = [[*_passages(group, Label.DUTY, Kind.DUTY), *_passages(group, Label.KSA, Kind.QUALIFICATION)] for group in groups]
    centre = centre_of(encoder)
    vectors = [centred(encoder.encode_documents([embedded_text(one) for one in role]), centre) for role in roles]
    return [outline(*one) for one in zip(roles, vectors, wholes_of(encoder, titles, roles), strict=True)]


def _passages(lines: Sequence[str], label: Label, kind: Kind) -> list[Passage]:
    return [Passage(f"fixed:0-{len(line)}", "fixed", label, kind, 0, len(line), line, 0) for line in lines]
