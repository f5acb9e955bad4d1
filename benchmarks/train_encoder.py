"""Train the adapter of the default encoder on duties that share a work activity.

    python benchmarks/train_encoder.py          # train, write adapter and card, measure beside the base
    python benchmarks/train_encoder.py tries    # what the recipe was chosen from

Needs the folder `shared` beside the checkout, of which it reads for training the groups of duties in
`onet_duties/train.jsonl` and their texts, and nothing else: no judged activity and no judged duty is among
them. A quarter of an hour on two cores, then ten minutes of measuring. The same seed on the same machine
gives the same adapter.

For each of 128 duties of a step another duty of its activity is drawn, of another occupation where there
is one; among all 256 texts the other one is to be found (InfoNCE, van den Oord et al. 2018, in both
directions). Known duties of the same activity, and duties of the same occupation, do not count as wrong
answers. What roles are compared by, the mean over their statements, is trained beside it: three duties
of an occupation are to find three others of it.

Only low-rank changes to the matrices of the six layers are trained (LoRA, Hu et al. 2021), and a share of
them is added to the base: weights between base and tuned model keep more of what the base could do
(Wortsman et al. 2022).
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from common import RESULTS, ROOT, Table, save
from encoders import figures, means, needs, report
from quality import DUTIES, ROLES
from safetensors.torch import save_file
from torch.nn.utils import parametrize

from specsearch.encoding import BASE_MODEL, Encoder, load_encoder, load_source
from specsearch.encoding.centre import centre_of, centred
from specsearch.encoding.models import ADAPTER, DUTIES_MODEL, ModelSource, find_model
from specsearch.encoding.pretrained import SentenceTransformer, load_sentence_transformer
from specsearch.files import sha256

TARGET = ROOT / "src" / "specsearch" / "encoding" / ADAPTER
CARD = TARGET.with_suffix(".md")
SEED = 20_261
HELD_OUT = 0.12
"""Share of the activities that tries are judged on."""
_PARTS, _LONGEST = 8, 96
"""A step's texts go through the model in parts of similar length; tokens beyond the limit are cut off."""
_CLIP, _DECAY, _WARM_UP = 1.0, 0.01, 0.1
_STATEMENTS = 3
"""Duties that stand for a role in the second task."""
_NEVER = -1e4
Adapter = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the adapter is trained.

    Attributes:
        steps: Number of steps.
        batch: Pairs of duties a step.
        rank: Rank of the changes; 0 trains the whole matrices.
        rate: Highest learning rate of AdamW; it rises over the first tenth and then falls to 0.
        temperature: What cosines are divided by.
        titles: Share of the duties whose activity's title stands in their place.
        municipal: Share of the texts put into the words of city documents (`in_city_words`).
        hard: Duties a pair that the base model takes for similar and that share no activity with it, as wrong answers.
        colleagues: Whether duties of the same occupation count as wrong answers.
        roles: Weight of the task on roles.
        long: Whether a role in that task is one long text instead of the mean of its statements' vectors.
        share: Share of the change that is added to the base.
        runs: Trainings with seeds of their own, whose changes are averaged.
    """

    steps: int = 70
    batch: int = 128
    rank: int = 16
    rate: float = 1e-3
    temperature: float = 0.05
    titles: float = 0.25
    municipal: float = 0.5
    hard: int = 1
    colleagues: bool = False
    roles: float = 0.3
    long: bool = False
    share: float = 1.0
    runs: int = 3


RECIPE = Recipe()


# --- what is learnt from -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Lessons:
    """Duties by activity and occupation.

    Attributes:
        titles: Title of each activity.
        members: Ids of the duties of each activity, in order.
        occupations: Occupations of each duty.
        texts: Text of each duty.
    """

    titles: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    occupations: dict[str, frozenset[str]]
    texts: dict[str, str]

    @cached_property
    def duties(self) -> list[str]:
        """All ids, in order."""
        return sorted({duty for members in self.members for duty in members})

    @cached_property
    def activities(self) -> dict[str, frozenset[int]]:
        """Places of the activities of each duty."""
        found: dict[str, set[int]] = defaultdict(set)
        for place, members in enumerate(self.members):
            for duty in members:
                found[duty].add(place)
        return {duty: frozenset(places) for duty, places in found.items()}

    @cached_property
    def jobs(self) -> list[list[str]]:
        """Duties of each occupation that has enough of them for the task on roles."""
        found: dict[str, list[str]] = defaultdict(list)
        for duty in self.duties:
            for occupation in self.occupations[duty]:
                found[occupation].append(duty)
        return [found[occupation] for occupation in sorted(found) if len(found[occupation]) >= 2 * _STATEMENTS]

    def only(self, places: Sequence[int], without: frozenset[str] = frozenset()) -> Lessons:
        """Some of the activities, without some duties; an activity that one duty is left of goes."""
        kept = [(self.titles[i], tuple(duty for duty in self.members[i] if duty not in without)) for i in places]
        kept = [(title, members) for title, members in kept if len(members) > 1]
        return Lessons(tuple(title for title, _ in kept), tuple(members for _, members in kept), self.occupations, self.texts)


def read_lessons(folder: Path) -> Lessons:
    """Read the groups for training, and the texts of their duties."""
    groups = [json.loads(line) for line in (folder / "train.jsonl").open(encoding="utf-8")]
    occupations: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for duty, codes in group["occupations"].items():
            occupations[duty] |= set(codes)
    entries = (json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8"))
    texts = {entry["_id"]: entry["text"] for entry in entries if entry["_id"] in occupations}
    return Lessons(
        tuple(group["activity"] for group in groups),
        tuple(tuple(group["duties"]) for group in groups),
        {duty: frozenset(codes) for duty, codes in occupations.items()},
        texts,
    )


def divided(lessons: Lessons) -> tuple[Lessons, Lessons]:
    """Activities to train on, and others to judge by; no duty is in both."""
    places = list(range(len(lessons.titles)))
    random.Random(SEED).shuffle(places)
    cut = int(HELD_OUT * len(places))
    held = lessons.only(sorted(places[:cut]))
    return lessons.only(sorted(places[cut:]), frozenset(held.duties)), held


_VERB = re.compile(r"[A-Z][a-z]+")


def in_city_words(text: str, chance: random.Random) -> str:
    """Put a duty in the imperative into a form that city documents have: third person, gerund, ability, as assigned."""
    verb, _, rest = text.partition(" ")
    if not _VERB.fullmatch(verb) or not rest:
        return text
    form = chance.choice(["third", "third", "third", "incumbent", "responsible", "ability", "supervision"])
    if form == "third":
        text = f"{third_person(verb)} {rest}"
    elif form == "incumbent":
        text = f"The incumbent {third_person(verb.lower())} {rest}"
    elif form == "responsible":
        text = f"Responsible for {gerund(verb.lower())} {rest}"
    elif form == "ability":
        text = f"Ability to {verb.lower()} {rest}"
    else:
        text = f"Under general supervision, {third_person(verb.lower())} {rest}"
    return text.rstrip(".") + chance.choice(["", ";", ".", " as assigned.", " for the City."])


def third_person(verb: str) -> str:
    """The third person of a regular verb."""
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def gerund(verb: str) -> str:
    """The gerund of a regular verb."""
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb):
        return f"{verb}{verb[-1]}ing"
    return f"{verb[:-1]}ing" if re.search(r"[^e]e$", verb) else f"{verb}ing"


# --- training ----------------------------------------------------------------------------------------


class LowRank(torch.nn.Module):
    """A matrix with a low-rank change that starts at zero."""

    def __init__(self, shape: torch.Size, rank: int) -> None:
        super().__init__()
        self.up = torch.nn.Parameter(torch.zeros(shape[0], rank))
        self.down = torch.nn.Parameter(torch.randn(rank, shape[1]) / shape[1] ** 0.5)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The changed matrix."""
        return weight + self.up @ self.down


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of a step: its duty ("" for the title of an activity), its activities and its occupations."""

    text: str
    duty: str
    activities: frozenset[int]
    occupations: frozenset[str]


class Drawn:
    """The texts of the steps, drawn by a recipe."""

    def __init__(self, recipe: Recipe, lessons: Lessons, near: Mapping[str, Sequence[str]], seed: int) -> None:
        self._recipe, self._lessons, self._near = recipe, lessons, near
        self._chance = random.Random(seed)
        self._queue: list[str] = []

    def pairs(self) -> list[Entry]:
        """Entries of one step: duties, a partner of each in the same order, and wrong answers if the recipe has them."""
        while len(self._queue) < self._recipe.batch:
            self._queue += self._chance.sample(self._lessons.duties, len(self._lessons.duties))
        first, self._queue = self._queue[: self._recipe.batch], self._queue[self._recipe.batch :]
        pairs = [self._pair(duty) for duty in first]
        wrong = [self._entry(other) for duty in first for other in self._sample(self._near.get(duty, ()), self._recipe.hard)]
        return [one for one, _ in pairs] + [other for _, other in pairs] + wrong

    def roles(self) -> list[str]:
        """Texts of the task on roles: two halves of each of some occupations, in turn."""
        found = []
        for job in self._chance.sample(self._lessons.jobs, self._recipe.batch // 8):
            texts = [self._text(self._lessons.texts[duty]) for duty in self._chance.sample(job, 2 * _STATEMENTS)]
            found += [" ".join(texts[:_STATEMENTS]), " ".join(texts[_STATEMENTS:])] if self._recipe.long else texts
        return found

    def _pair(self, duty: str) -> tuple[Entry, Entry]:
        lessons, chance = self._lessons, self._chance
        place = chance.choice(sorted(lessons.activities[duty]))
        others = [other for other in lessons.members[place] if other != duty]
        elsewhere = [other for other in others if not lessons.occupations[other] & lessons.occupations[duty]]
        partner = self._entry(chance.choice(elsewhere or others))
        if chance.random() < self._recipe.titles:
            return Entry(self._text(lessons.titles[place]), "", frozenset({place}), frozenset()), partner
        return self._entry(duty), partner

    def _entry(self, duty: str) -> Entry:
        return Entry(self._text(self._lessons.texts[duty]), duty, self._lessons.activities[duty], self._lessons.occupations[duty])

    def _text(self, text: str) -> str:
        return in_city_words(text, self._chance) if self._chance.random() < self._recipe.municipal else text

    def _sample(self, duties: Sequence[str], count: int) -> list[str]:
        return self._chance.sample(duties, min(count, len(duties)))


def _near(lessons: Lessons) -> dict[str, list[str]]:
    """Duties that the base model takes for similar, of no common activity or occupation.

    The nearest five are left out, and those above .75: labels are incomplete, and many of these would be right answers.
    """
    vectors = load_encoder(BASE_MODEL).encode_documents([lessons.texts[duty] for duty in lessons.duties])
    found = {}
    for place, duty in enumerate(lessons.duties):
        cosines = vectors @ vectors[place]
        others = [
            lessons.duties[i]
            for i in np.argsort(-cosines)[1:60]
            if cosines[i] < 0.75
            and not lessons.activities[lessons.duties[i]] & lessons.activities[duty]
            and not lessons.occupations[lessons.duties[i]] & lessons.occupations[duty]
        ]
        found[duty] = others[5:25]
    return found


def train(recipe: Recipe, lessons: Lessons, progress: Callable[[str], None] = lambda line: None) -> Adapter:
    """Train an adapter.

    Args:
        recipe: How.
        lessons: On what.
        progress: Told now and then how far it is.

    Returns:
        For each changed weight of shape (out, in) the factors of its mean change over the runs, as
        `specsearch.encoding.export.merge` takes them, before the recipe's share is taken.
    """
    near = _near(lessons) if recipe.hard else {}
    runs = [_run(recipe, lessons, near, SEED + number, progress) for number in range(recipe.runs)]
    # The mean of products is the product of the factors side by side, each divided by their number.
    return {name: torch.cat([run[name] / (recipe.runs if name.endswith(".up") else 1) for run in runs], dim=int(name.endswith(".up"))) for name in runs[0]}


def _run(recipe: Recipe, lessons: Lessons, near: Mapping[str, Sequence[str]], seed: int, progress: Callable[[str], None]) -> Adapter:
    torch.manual_seed(seed)
    model = load_sentence_transformer(find_model(BASE_MODEL))  # in eval mode: no dropout
    model.requires_grad_(False)
    matrices = {name: weight for name, weight in model.named_parameters() if weight.dim() == 2 and ".layer." in name}
    before = {name: weight.detach().clone() for name, weight in matrices.items()}
    changes = {name: _changeable(model, name, recipe.rank) for name in matrices}
    trained = [p for changed in changes.values() for p in (changed.parameters() if isinstance(changed, LowRank) else [changed])]
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=_DECAY)
    warm = max(1, int(_WARM_UP * recipe.steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, (recipe.steps - step) / max(1, recipe.steps - warm)))
    drawn = Drawn(recipe, lessons, near, seed)
    losses, start = [], time.perf_counter()
    for step in range(recipe.steps):
        entries = drawn.pairs()
        halves = drawn.roles() if recipe.roles else []
        vectors = embedded(model, [entry.text for entry in entries] + halves)
        loss = pair_loss(vectors[: len(entries)], entries, recipe)
        losses.append(loss.item())
        if halves:
            loss = loss + recipe.roles * role_loss(vectors[len(entries) :], recipe)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        torch.nn.utils.clip_grad_norm_(trained, _CLIP)
        optimizer.step()
        schedule.step()
        if (step + 1) % 20 == 0:
            progress(f"step {step + 1} of {recipe.steps}, loss {np.mean(losses[-20:]):.3f}, {time.perf_counter() - start:.0f} s")
    adapter: Adapter = {}
    for name, changed in changes.items():
        for factor, values in zip(("up", "down"), _factors(changed, before[name]), strict=True):
            adapter[f"{name}.{factor}"] = values
    return adapter


def _changeable(model: SentenceTransformer, name: str, rank: int) -> LowRank | torch.nn.Parameter:
    """Make a weight trainable, by itself or through a low-rank change of it."""
    weight = model.get_parameter(name)
    if not rank:
        weight.requires_grad_(True)
        return weight
    change = LowRank(weight.shape, rank)
    parametrize.register_parametrization(model.get_submodule(name.rpartition(".")[0]), "weight", change)
    return change


def _factors(changed: LowRank | torch.nn.Parameter, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What was learnt of one weight, as the two factors of a product."""
    if isinstance(changed, LowRank):
        return changed.up.detach(), changed.down.detach()
    left, sizes, right = torch.linalg.svd(changed.detach() - before, full_matrices=False)
    return left * sizes, right


def embedded(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Vectors of length one with their gradients, in parts of similar length, so that little is padded: shape (n, d)."""
    ids: list[list[int]] = model.tokenizer(list(texts), truncation=True, max_length=_LONGEST)["input_ids"]
    places = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    size = -(-len(places) // _PARTS)
    vectors = []
    for part in (places[i : i + size] for i in range(0, len(places), size)):
        tokens = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[place]) for place in part], batch_first=True)
        lengths = torch.tensor([len(ids[place]) for place in part])
        mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors.append(model({"input_ids": tokens, "attention_mask": mask})["sentence_embedding"])
    found: torch.Tensor = torch.nn.functional.normalize(torch.cat(vectors).float(), dim=1)
    return found[torch.tensor(np.argsort(places))]


def pair_loss(vectors: torch.Tensor, entries: Sequence[Entry], recipe: Recipe) -> torch.Tensor:
    """Cross-entropy of finding the partner of each text among all; what may be right as well does not count."""
    asked = 2 * recipe.batch
    places = torch.arange(asked)
    partner = places.roll(recipe.batch)
    scores = vectors[:asked] @ vectors.T / recipe.temperature
    ignored = torch.tensor([[may_be_right(one, other, recipe.colleagues) for other in entries] for one in entries[:asked]])
    ignored[places, partner] = False
    ignored[places, places] = True
    return torch.nn.functional.cross_entropy(scores.masked_fill(ignored, _NEVER), partner)


def may_be_right(one: Entry, other: Entry, colleagues: bool) -> bool:
    """Whether a text is not to be taken for a wrong answer to another."""
    return bool(one.activities & other.activities) or (not colleagues and bool(one.occupations & other.occupations))


def role_loss(vectors: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy of finding the other half of each occupation."""
    halves = vectors if recipe.long else torch.nn.functional.normalize(vectors.view(-1, _STATEMENTS, vectors.shape[1]).mean(1), dim=1)
    places = torch.arange(len(halves))
    scores = (halves @ halves.T / (2 * recipe.temperature)).masked_fill(torch.eye(len(halves), dtype=torch.bool), _NEVER)
    return torch.nn.functional.cross_entropy(scores, places ^ 1)


# --- measuring ---------------------------------------------------------------------------------------


def held_out(encoder: Encoder, held: Lessons, lessons: Lessons) -> npt.NDArray[np.float64]:
    """nDCG@10 and recall@100 of finding duties of the held-out activities among all duties for training, by vectors.

    Returns:
        float64 of shape (2, queries); relevant are duties of other occupations, and those of the same are left out.
    """
    place = {duty: i for i, duty in enumerate(lessons.duties)}
    vectors = centred(encoder.encode_documents([lessons.texts[duty] for duty in lessons.duties]), centre_of(encoder))
    discounts = 1 / np.log2(np.arange(2, 12))
    found = []
    for duty in held.duties:
        own = held.occupations[duty]
        relevant = {other for i in held.activities[duty] for other in held.members[i] if not held.occupations[other] & own}
        if not relevant:
            continue
        scores = vectors @ vectors[place[duty]]
        scores[[i for i, other in enumerate(lessons.duties) if lessons.occupations[other] & own]] = -np.inf
        gains = np.isin(np.argsort(-scores, kind="stable")[:100], [place[other] for other in relevant])
        found.append((float(gains[:10] @ discounts / discounts[: len(relevant)].sum()), gains.sum() / len(relevant)))
    return np.array(found).T


def encoder_of(adapter: Adapter, folder: Path) -> Encoder:
    """The base with an adapter, exported as users have it."""
    file = folder / f"{len(list(folder.iterdir()))}.safetensors"
    save_file(adapter, file)
    base = find_model(BASE_MODEL)
    return load_source(ModelSource(file.stem, base.location, f"trial:{sha256(file)}", file))


TRIES: dict[str, Recipe | None] = {
    "one run of 50 steps": (plain := Recipe(steps=50, runs=1, municipal=0, hard=0, share=0.8)),
    "a hard wrong answer a pair": replace(plain, hard=1),
    "half in words of cities": replace(plain, municipal=0.5),
    "the base": None,
    "half of the change": replace(plain, share=0.5),
    "all of the change": replace(plain, share=1.0),
    "without the task on roles": replace(plain, roles=0),
    "whole matrices": replace(plain, rank=0, rate=1e-4),
    "without titles of activities": replace(plain, titles=0),
    "roles as long texts": replace(plain, long=True),
    "temperature 0.1": replace(plain, temperature=0.1),
    "colleagues as wrong answers": replace(plain, colleagues=True),
    "three runs averaged": replace(plain, runs=3),
}
SHOWN = ("duties, dense: nDCG@10", "duties, dense: recall@100", "duties, hybrid: nDCG@10", "duties, hybrid: recall@100",
         "roles: nDCG@10", "families", "qualifications, hybrid: nDCG@10")  # fmt: skip
RESULT = "train_encoder_tries"


def tries() -> None:
    """Train every variant without the held-out activities, and print what each achieves; goes on where it was stopped."""
    lessons = read_lessons(DUTIES)
    learnt, held = divided(lessons)
    file = RESULTS / f"{RESULT}.json"
    done: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))["figures"] if file.is_file() else {}
    trained: dict[Recipe, Adapter] = {}
    with tempfile.TemporaryDirectory() as name:
        for variant, recipe in TRIES.items():
            if variant in done:
                continue
            if recipe is None:
                encoder = load_encoder(BASE_MODEL)
            else:
                whole = replace(recipe, share=1.0)
                if whole not in trained:
                    trained = {whole: train(whole, learnt)}
                encoder = encoder_of(scaled(trained[whole], recipe.share), Path(name))
            ndcg, recall = held_out(encoder, held, lessons).mean(axis=1).tolist()
            done[variant] = {"held out: nDCG@10": ndcg, "held out: recall@100": recall}
            done[variant] |= means(figures(encoder))
            table = Table(("variant", "held out: nDCG@10", "held out: recall@100", *SHOWN))
            for row, found in done.items():
                table.add(row, *(f"{found[what]:.4f}" for what in table.rows[0][1:]))
            save(RESULT, table, done)
            print(table, flush=True)


def scaled(adapter: Adapter, share: float) -> Adapter:
    """A share of an adapter's change, in half precision as it is kept."""
    return {name: (factor * share if name.endswith(".up") else factor).half().contiguous() for name, factor in adapter.items()}


# --- what is shipped ---------------------------------------------------------------------------------

_CARD = """\
# The adapter `{file}`

Low-rank changes (rank {rank}, {size:,} KB) to the weights of [all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)
(Apache 2.0), which is installed as a package of its own. They are added to it when the model is prepared, once per machine. The result is
the model `{name}`: the same size, the same speed, 384 dimensions, a window of 256 tokens.

- **For:** finding comparable duties across cities and occupations, and similar roles, in English job documents.
- **Trained on:** {activities} detailed work activities with {duties:,} task statements of occupations. This adapter includes information from the
  O*NET database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA), used under the
  [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/) licence and modified. O*NET is a trademark of USDOL/ETA, which has not approved,
  endorsed or tested these modifications. The adapter holds weights, no statements.
- **How:** `benchmarks/train_encoder.py`, {recipe}, seed {seed}.
- **SHA-256:** `{digest}`
- **Limits:** O*NET writes in one style about private and public work alike. The model draws duties together that are the same act in
  different trades, which is what comparing needs; to tell trades apart, search with class titles or filters, or index with
  `--model all-MiniLM-L6-v2`. Judgements are incomplete: compare the figures, do not read them as shares of what is right.

## Beside the base

```
{table}
```

Sets and measures: `benchmarks/encoders.py` and docs/quality.md.
"""


def ship() -> None:
    """Train on all activities, write the adapter and its card, and measure it beside the base."""
    lessons = read_lessons(DUTIES)
    start = time.perf_counter()
    adapter = train(RECIPE, lessons, progress=lambda line: print(line, file=sys.stderr, flush=True))
    minutes = (time.perf_counter() - start) / 60
    shipped = scaled(adapter, RECIPE.share)
    save_file(shipped, TARGET)
    digest = sha256(TARGET)
    print(f"Trained in {minutes:.1f} minutes. {TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes, to be pinned in encoding/models.py: {digest}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        ours = encoder_of(shipped, Path(name))
    found = {BASE_MODEL: figures(load_encoder(BASE_MODEL)), DUTIES_MODEL: figures(ours)}
    table = report(found[BASE_MODEL], found[DUTIES_MODEL], (BASE_MODEL, DUTIES_MODEL))
    print(table)
    save("train_encoder", table, {"minutes": minutes, **{name: means(of) for name, of in found.items()}})
    recipe = ", ".join(f"{name} {value}" for name, value in asdict(RECIPE).items())
    CARD.write_text(
        _CARD.format(file=ADAPTER, rank=RECIPE.rank * RECIPE.runs, size=TARGET.stat().st_size // 1000, name=DUTIES_MODEL, activities=len(lessons.titles),
                     duties=len(lessons.duties), recipe=recipe, seed=SEED, digest=digest, table=table), encoding="utf-8")  # fmt: skip


def main() -> None:
    """Train and ship, or try."""
    needs(DUTIES, ROLES)
    if sys.argv[1:] not in ([], ["tries"]):
        sys.exit("Usage: python benchmarks/train_encoder.py [tries]")
    tries() if sys.argv[1:] else ship()


if __name__ == "__main__":
    main()
