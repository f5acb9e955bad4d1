"""Train the net that labels sections, and measure it on employers left out.

    python benchmarks/train_labeller.py folds [NAME...]   # what each kind and part of it is worth, some minutes each
    python benchmarks/train_labeller.py write             # train on all, write the weights

Documents and labels: `labelled.py`. A fold leaves out whole employers; bulletins and specifications marked "held" are
never trained on. Everything is seeded.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from common import ROOT, Table, save
from labelled import Labelled, Score, gold, labelled_documents
from torch import nn
from torch.nn import functional

from specsearch.encoding.labeller import CLASSES, Labeller, Predict
from specsearch.encoding.net import DILATIONS, REACH, WEIGHTS, Array, Described, log_probabilities
from specsearch.encoding.semantics import Meaning
from specsearch.parsing.document import Reading, parse_source
from specsearch.parsing.headings import block_heading
from specsearch.parsing.rules import rules
from specsearch.parsing.scoring import Outline, Role, Scorer
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Kind, ParsedDocument, SourceText

FOLDS, SEED = 4, 20261
NETS, EPOCHS, BATCH, SEGMENT = 4, 12, 24, 64
SINGLE = 3
RATE, DECAY, DROPOUT = 3e-3, 1e-2, 0.3
AXES, OWN, HEADING, WIDTH = 128, 96, 32, 128
UNHEADED, UNKNOWN, SOME, GONE, CUELESS = 0.1, 0.15, 0.2, 0.4, 0.2
"""Augmentation: shares of documents whose headings are all removed, all unknown to the tables, some (and of those this
share) removed; and of those whose cues are unseen."""
_ANNOUNCED, _CUES = 24, 11
"""Columns at the end of a form: what headings announce, what cues say."""
_NEVER = -1e9
SUBJECTS = ("postings", "more postings", "bulletins", "specifications", "seeds", "samples")
UNFOLDED = ("seeds", "samples")
"""Layouts that are trained on and read all the same."""


@dataclass(frozen=True)
class Kindred:
    """A kind of net, and what it is given.

    Attributes:
        context: How it sees what stands around a line: "convolutions", "recurrent", "none".
        dilations: Of the convolutions.
        headings: Whether it sees the headings above, their labels and vectors.
        cues: Whether it sees what cues say.
        augmented: Whether headings are removed and hidden while it is trained.
        nets: How many are trained and averaged.
    """

    context: str = "convolutions"
    dilations: tuple[int, ...] = DILATIONS
    headings: bool = True
    cues: bool = True
    augmented: bool = True
    nets: int = 1


@dataclass(frozen=True)
class Use:
    """What takes part when documents are read.

    Attributes:
        by_rules: Whether the rules do.
        learned: Whether the net does.
        switching: Whether changes of label cost something, and the best labelling is sought (Viterbi).
        headless: Whether the headings of the documents are taken out first.
    """

    by_rules: bool = True
    learned: bool = True
    switching: bool = True
    headless: bool = False


BOTH, HEADLESS, LINE_BY_LINE = Use(), Use(headless=True), Use(by_rules=False, switching=False)
USES = {"both": BOTH, "alone": Use(by_rules=False), "alone, line by line": LINE_BY_LINE, "both, no headings in the texts": HEADLESS}
COMPARED = {name: USES[name] for name in ("both", "alone, line by line")}
VARIANTS: dict[str, tuple[Kindred, Mapping[str, Use]]] = {
    "rules": (Kindred(nets=0), {"alone": Use(learned=False), "alone, no headings in the texts": Use(learned=False, headless=True)}),
    "convolutions, two nets": (Kindred(nets=2), USES),
    "recurrent": (Kindred("recurrent"), COMPARED),
    "no neighbours": (Kindred("none"), COMPARED),
    "without augmentation": (Kindred(augmented=False), {"both": BOTH, "both, no headings in the texts": HEADLESS}),
    "convolutions": (Kindred(), COMPARED),
    "without headings": (Kindred(headings=False), {"both": BOTH}),
    "neighbours, no regions": (Kindred(dilations=(1,)), {"both": BOTH}),
    "without cues": (Kindred(cues=False), {"both": BOTH}),
}


@dataclass(frozen=True)
class Example:
    """A document in numbers, which of its lines are headings, and the right classes of each line, shape (n, 13)."""

    lines: Described
    headings: npt.NDArray[np.bool_]
    right: Array


class Net(nn.Module):
    """What `specsearch.encoding.net` runs, and two other kinds; `forward` gives logits of shape (documents, lines, 13)."""

    def __init__(self, form: int, kindred: Kindred) -> None:
        super().__init__()
        self.own, self.above, self.before = nn.Linear(AXES, OWN), nn.Linear(AXES, HEADING), nn.Linear(AXES, HEADING)
        self.mix = nn.Linear(OWN + 2 * HEADING + form, WIDTH)
        self.dropout = nn.Dropout(DROPOUT)
        self.around = nn.ModuleList()
        self.recurrent = nn.GRU(WIDTH, WIDTH // 2, batch_first=True, bidirectional=True) if kindred.context == "recurrent" else None
        if kindred.context == "convolutions":
            self.around.extend(nn.Conv1d(WIDTH, WIDTH, 2 * REACH + 1, padding=REACH * dilation, dilation=dilation) for dilation in kindred.dilations)
        self.out = nn.Linear(2 * WIDTH, len(CLASSES))

    def forward(self, meaning: torch.Tensor, above: torch.Tensor, before: torch.Tensor, form: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits of lines, of which `mask` says which are none."""
        parts = [torch.tanh(self.own(self.dropout(meaning))), torch.tanh(self.above(above)), torch.tanh(self.before(before)), form]
        mixed = torch.relu(self.mix(self.dropout(torch.cat(parts, -1))))
        around = mixed
        if self.recurrent is not None:
            packed = nn.utils.rnn.pack_padded_sequence(mixed, mask.sum(1), batch_first=True, enforce_sorted=False)
            around = nn.utils.rnn.pad_packed_sequence(self.recurrent(packed)[0], batch_first=True, total_length=mixed.shape[1])[0]
        elif self.around:
            seen = mixed.transpose(1, 2)
            for layer in self.around:
                seen = seen + torch.relu(layer(self.dropout(seen) * mask[:, None])) * mask[:, None]
            around = seen.transpose(1, 2)
        logits: torch.Tensor = self.out(self.dropout(torch.cat([mixed, around], -1)))
        return logits


@dataclass(frozen=True)
class Axes:
    """The axes along which vectors of lines differ most: mean (384,), and a map (384, AXES)."""

    mean: Array
    map: Array

    def __call__(self, vectors: Array) -> Array:
        """Vectors (n, 384) along the axes: (n, AXES)."""
        return np.asarray((vectors - self.mean) @ self.map, dtype=np.float32)


def axes_of(vectors: Array) -> Axes:
    """Principal axes, scaled so that values have deviation one half."""
    mean = vectors.mean(axis=0)
    directions = np.linalg.svd(vectors - mean, full_matrices=False)[2][:AXES].T
    return Axes(mean, directions * np.float32(0.5 / ((vectors - mean) @ directions).std()))


def examples(documents: Sequence[Labelled], labeller: Labeller) -> list[list[Example]]:
    """Each document as its form shows it and, where form deceives, also as its labels say that it is."""
    reading = load_vocabulary()
    found: list[list[Example]] = []
    for document in documents:
        seen: list[Outline] = []

        def keep(outline: Outline, seen: list[Outline] = seen) -> npt.NDArray[np.float64]:
            seen.append(outline)
            return np.zeros((len(outline.sentences), 11))

        def judge(outline: Outline, document: Labelled = document, seen: list[Outline] = seen) -> Mapping[int, Role]:
            seen.append(outline)
            return _right_roles(outline, document)

        parse_source(document.source, document.path, {}, Reading(reading, (keep,), judge))
        distinct = seen[:1] if len(seen) > 1 and seen[0].lines == seen[1].lines else seen
        found.append([_example(outline, document, labeller) for outline in distinct])
    return found


def _right_roles(outline: Outline, document: Labelled) -> Mapping[int, Role]:
    right = gold(document, [(line.start, line.end) for line in outline.lines], CLASSES)
    content = {line.start: Role.SENTENCE for line, classes in zip(outline.lines, right, strict=True) if classes and max(classes) < CLASSES.index("heading")}
    return {line.start: line.role for line in outline.lines if line.role is not Role.HEADING} | content


def _example(outline: Outline, document: Labelled, labeller: Labeller) -> Example:
    right = np.zeros((len(outline.lines), len(CLASSES)), dtype=np.float32)
    for row, classes in zip(right, gold(document, [(line.start, line.end) for line in outline.lines], CLASSES), strict=True):
        row[classes] = 1.0
    return Example(labeller.describe(outline), np.array([line.role is Role.HEADING for line in outline.lines]), right)


def seen_by(example: Example, kindred: Kindred, chance: np.random.Generator | None) -> tuple[Described, npt.NDArray[np.intp]]:
    """What a net sees of a document, and the rows that are left of it: in training, with headings removed or hidden at times."""
    lines, rows = example.lines, np.arange(len(example.right))
    form, above = lines.form.copy(), lines.above.copy()
    known = form[:, -_ANNOUNCED - _CUES : -_CUES].reshape(-1, 2, _ANNOUNCED // 2)
    draw = chance.random() if chance is not None and kindred.augmented else 1.0
    hidden = not kindred.headings or draw < UNHEADED + UNKNOWN
    if chance is not None and draw < UNHEADED + UNKNOWN + SOME and not UNHEADED <= draw < UNHEADED + UNKNOWN:
        gone = example.headings & ((chance.random(len(rows)) < GONE) | (draw < UNHEADED))
        rows = rows[~gone] if not gone.all() else rows
        lost = (above >= 0) & gone[above]
        known[lost[:, 0], 0] = _nothing(known)
        above[lost] = -1
    if hidden:
        known[:] = _nothing(known)
    if not kindred.headings:
        above[:] = -1
    if not kindred.cues or (chance is not None and kindred.augmented and chance.random() < CUELESS):
        form[:, -_CUES:] = 0.0
    return Described(lines.meaning, form, above), rows


def _nothing(known: Array) -> Array:
    """What is announced where no heading is known."""
    return np.asarray(np.eye(known.shape[-1])[-1], dtype=np.float32)


def tensors(lines: Described, axes: Axes) -> list[Array]:
    """Meaning, that of the heading above and of the one before, and form: each of shape (n, columns)."""
    meaning = axes(lines.meaning)
    headings = [np.where(lines.above[:, column, None] >= 0, meaning[lines.above[:, column]], np.float32(0)) for column in (0, 1)]
    return [meaning, *headings, lines.form]


def train(training: Sequence[Sequence[Example]], kindred: Kindred, axes: Axes, seed: int) -> Net:
    """Train one net, in each round on one of the outlines of each document; the loss of a line is that none of its right classes is said."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    net = Net(training[0][0].lines.form.shape[1], kindred)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * (sum(1 + len(one[0].right) // SEGMENT for one in training) // BATCH + 3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    net.train()
    for _ in range(EPOCHS):
        segments = [segment for i in chance.permutation(len(training)) for segment in _segments(_drawn(training[i], chance), kindred, axes, chance)]
        segments.sort(key=lambda segment: len(segment[0]) + 10 * chance.random())
        batches = [segments[at : at + BATCH] for at in range(0, len(segments), BATCH)]
        for number in chance.permutation(len(batches)):
            *given, right, mask = _padded(batches[number])
            spoken = functional.log_softmax(net(*given, mask), -1)
            labelled = right.sum(-1) > 0
            loss = -torch.logsumexp(spoken.masked_fill(right == 0, _NEVER), -1)[labelled].mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            if schedule.last_epoch < steps - 1:
                schedule.step()
    return net.eval()


def _drawn(outlines: Sequence[Example], chance: np.random.Generator) -> Example:
    return outlines[int(chance.integers(len(outlines)))]


def _segments(example: Example, kindred: Kindred, axes: Axes, chance: np.random.Generator) -> Iterator[list[Array]]:
    """A document in stretches of about `SEGMENT` lines, cut elsewhere each time."""
    lines, rows = seen_by(example, kindred, chance)
    columns = [table[rows] for table in (*tensors(lines, axes), example.right)]
    count = max(1, round(len(rows) / SEGMENT))
    shift = int(chance.integers(0, SEGMENT // 2)) if count > 1 else 0
    cuts = [0, *(min(len(rows), part * SEGMENT + shift) for part in range(1, count)), len(rows)]
    for start, end in pairwise(cuts):
        if end > start:
            yield [table[start:end] for table in columns]


def _padded(segments: Sequence[Sequence[Array]]) -> list[torch.Tensor]:
    longest = max(len(segment[0]) for segment in segments)
    tables = [
        torch.from_numpy(np.stack([np.pad(segment[part], ((0, longest - len(segment[part])), (0, 0))) for segment in segments]))
        for part in range(len(segments[0]))
    ]
    return [*tables, torch.tensor([[at < len(segment[0]) for at in range(longest)] for segment in segments])]


def weights_of(nets: Sequence[Net], axes: Axes) -> dict[str, Array]:
    """The weights of nets of convolutions, as `specsearch.encoding.net` runs them."""
    each: dict[str, list[Array]] = {}
    for net in nets:
        for name in ("own", "above", "before", "mix", "out"):
            layer = getattr(net, name)
            each.setdefault(name, []).append(layer.weight.detach().numpy().T)
            each.setdefault(f"{name}_bias", []).append(layer.bias.detach().numpy())
        for number, layer in enumerate(net.around):
            assert isinstance(layer, nn.Conv1d)
            assert layer.bias is not None
            each.setdefault(f"around{number}", []).append(layer.weight.detach().numpy().transpose(2, 1, 0).reshape(-1, WIDTH))
            each.setdefault(f"around{number}_bias", []).append(layer.bias.detach().numpy())
    return {"mean": axes.mean, "axes": axes.map, **{name: np.stack(tables) for name, tables in each.items()}}


def predicted(lines: Described, nets: Sequence[Net], axes: Axes, kindred: Kindred) -> Array:
    """What nets of any kind say of a document, as `log_probabilities` does of convolutions."""
    rows = Example(lines, np.zeros(len(lines.form), dtype=bool), np.zeros((len(lines.form), len(CLASSES)), dtype=np.float32))
    given, _ = seen_by(rows, kindred, None)
    with torch.no_grad():
        batch = [torch.from_numpy(np.ascontiguousarray(table))[None] for table in tensors(given, axes)]
        mask = torch.ones(1, len(lines.form), dtype=torch.bool)
        said = torch.stack([functional.softmax(net(*batch, mask), -1)[0] for net in nets]).mean(0)
    return np.asarray(torch.log(said + 1e-9).numpy())


def reading_with(use: Use, predict: Predict, meaning: Meaning) -> Reading:
    """Reading by what takes part."""
    vocabulary = load_vocabulary()
    learned = Labeller(vocabulary, meaning, predict)
    scorers: list[Scorer] = [rules(vocabulary)] if use.by_rules else []
    if use.learned:
        scorers.append(learned.score if use.switching else lambda outline: 1000 * learned.score(outline))
    return Reading(vocabulary, scorers, learned.judge if use.learned else None, learned.temperature if use.learned else None)


def without_headings(document: Labelled) -> SourceText:
    """A document with its headings taken out."""
    source, vocabulary = document.source, load_vocabulary()
    return replace(source, blocks=tuple(block for block in source.blocks if block_heading(source.text, block, vocabulary) is None))


Parsed = list[tuple[Labelled, ParsedDocument]]


def folds(documents: Sequence[Labelled], ready: Sequence[Sequence[Example]], kindred: Kindred, uses: Mapping[str, Use], meaning: Meaning) -> dict[str, Parsed]:
    """By each use the documents as they are read by nets that have seen nothing of their employer; seeds and samples by nets which have."""
    groups = sorted({document.group for document in documents if "postings" in document.layout})
    fold_of = {str(name): number % FOLDS for number, name in enumerate(np.random.default_rng(SEED).permutation(groups))}
    found: dict[str, Parsed] = {name: [] for name in uses}
    for fold in range(FOLDS):
        inside = [fold_of.get(document.group) != fold and not document.held for document in documents]
        training = _counted([document for document, keep in zip(documents, inside, strict=True) if keep], [one for one, keep in zip(ready, inside, strict=True) if keep])
        axes = axes_of(np.concatenate([one[0].lines.meaning for one in training]))
        nets = [train(training, kindred, axes, SEED + 10 * fold + number) for number in range(kindred.nets)]
        predict = partial(predicted, nets=nets, axes=axes, kindred=kindred)
        read = [document for document in documents if fold_of.get(document.group, 0) == fold and (document.held or document.layout in UNFOLDED or document.group in fold_of)]
        for name, use in uses.items():
            reading = reading_with(use, predict, meaning)
            found[name] += [
                (document, parse_source(without_headings(document) if use.headless else document.source, document.path, {}, reading)) for document in read
            ]
    return found


def _counted(documents: Sequence[Labelled], ready: Sequence[Sequence[Example]]) -> list[Sequence[Example]]:
    """What is trained on: specifications and postings of cities of which there is a single one count as often as `SINGLE` says."""
    return [one for document, one in zip(documents, ready, strict=True) for _ in range(SINGLE if document.layout == "seeds" else 1)]


def scored(parsed: Parsed) -> dict[str, Score]:
    """A score for each layout."""
    scores = {layout: Score() for layout in SUBJECTS}
    for document, one in parsed:
        scores[document.layout].add(document, [(passage.start, passage.end, str(passage.label)) for passage in one.passages])
    return {layout: score for layout, score in scores.items() if score.units}


def reliability(parsed: Parsed) -> Table:
    """How often passages of postings left out are right, by how sure they are."""
    table = Table(("confidence", "passages", "said", "right"))
    judged: list[tuple[float, bool]] = []
    for document, one in parsed:
        if "postings" in document.layout:
            right = gold(document, [(passage.start, passage.end) for passage in one.passages], CLASSES)
            judged += [(p.confidence, CLASSES.index(p.label) in classes) for p, classes in zip(one.passages, right, strict=True) if classes]
    values = np.array(judged)
    for low, high in pairwise((0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)):
        inside = values[(values[:, 0] >= low) & (values[:, 0] < high)]
        if len(inside):
            table.add(f"{low:.2f} to {min(high, 1):.2f}", str(len(inside)), f"{inside[:, 0].mean():.3f}", f"{inside[:, 1].mean():.3f}")
    error = np.abs(values[:, 0] - values[:, 1])
    table.add("all", str(len(values)), f"{values[:, 0].mean():.3f}", f"{values[:, 1].mean():.3f}")
    table.add("mean squared error", "", "", f"{(error**2).mean():.4f}")
    return table


def measure(names: Sequence[str]) -> None:
    """Print and keep the figures of variants."""
    documents = labelled_documents()
    meaning = Meaning()
    ready = examples(documents, Labeller(load_vocabulary(), meaning))
    table = Table(("variant", "use", "layout", "units", "accuracy", "macro F1", "duties", "qualifications", "wrongly said", "no duty"))
    figures: dict[str, object] = {}
    sure: dict[str, Table] = {}
    text = ""
    for name in names or VARIANTS:
        start = time.monotonic()
        for use, parsed in folds(documents, ready, *VARIANTS[name], meaning).items():
            if VARIANTS[name][1][use] == BOTH:
                sure[name] = reliability(parsed)
            for layout, score in scored(parsed).items():
                kinds = [score.right_kind(kind) for kind in (Kind.DUTY, Kind.QUALIFICATION)]
                cells = [f"{value:.3f}" for value in (score.accuracy, score.macro_f1, *kinds, score.wrongly_claimed)]
                table.add(name, use, layout, str(score.units), *cells, f"{score.without_any} of {score.with_duties}")
                figures[f"{name}, {use}, {layout}"] = {"accuracy": score.accuracy, "by label": {label: score.f1(label) for label in CLASSES[:11]}}
                print(name, use, layout, *cells, f"{score.without_any}/{score.with_duties}", flush=True)
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
        text = "\n\n".join([str(table), *(f"Reliability of postings left out: {variant}, both\n\n{one}" for variant, one in sure.items())])
        if not names:
            save("labeller", text, figures)  # after each: the whole takes long
    print(text)


def write() -> None:
    """Train on everything that is not held, and write the weights."""
    documents = [document for document in labelled_documents() if not document.held]
    ready = examples(documents, Labeller(load_vocabulary(), Meaning()))
    training = _counted(documents, ready)
    axes = axes_of(np.concatenate([one[0].lines.meaning for one in training]))
    nets = [train(training, Kindred(), axes, SEED + number) for number in range(NETS)]
    weights = {name: table.astype(np.float16) for name, table in weights_of(nets, axes).items()}
    lines = ready[0][0].lines
    difference = np.abs(log_probabilities(lines, {name: table.astype(np.float32) for name, table in weights.items()}) - predicted(lines, nets, axes, Kindred()))
    buffer = io.BytesIO()
    np.savez(buffer, **weights)  # type: ignore[arg-type]  # all are arrays, none an option
    target = ROOT / "src" / "specsearch" / "encoding" / WEIGHTS
    target.write_bytes(buffer.getvalue())
    print(f"{len(documents)} documents, {sum(len(one[0].right) for one in ready)} lines; largest difference to the nets trained {difference.max():.3f}")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes, SHA-256 {sha256(buffer.getvalue()).hexdigest()}")


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    elif sys.argv[1:2] == ["folds"]:
        measure(sys.argv[2:])
    else:
        sys.exit(__doc__)
