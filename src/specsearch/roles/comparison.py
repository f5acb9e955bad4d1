"""Two roles, duty by duty, with a verdict and its reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from specsearch.encoding.context import embedded_text
from specsearch.errors import UsageError
from specsearch.parsing.cues import compiled_cues
from specsearch.parsing.level_words import name_of
from specsearch.parsing.numerals import NUMERAL
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.records import Comparison, Decision, DutyMatch, Exclusion, Kind, Label, Method, Passage, Role, Verdict
from specsearch.roles.levels import OTHER_LEVEL, level_difference, signals
from specsearch.roles.names import names_of
from specsearch.roles.profiles import Duties, Outline, Profiles, outline, statement_vectors
from specsearch.roles.requirements import requirements
from specsearch.storage.lexical import stems
from specsearch.storage.snapshot import Snapshot
from specsearch.version import __version__

COMPARABLE, AT_LEAST = 0.7, 0.6
"""Share of duties with a counterpart, on average over both directions and in each, from which on two roles are comparable:
agencies ask for 70 to 80%."""
PARTLY = 0.15
"""Share, in either direction, from which on they are partly comparable; below it only roles that share a duty and are alike as wholes."""
_OTHER_LEVEL_SHARE = 0.45
_COMMON_SHARE, _COMMON_TITLES = 0.02, 5
"""A duty in the same words under so many titles of the index is boilerplate."""
_OTHER_DUTIES = re.compile(r"(?:\w+ ){0,3}(?:related|other|additional|similar)(?: \w+){0,3} (?:duties|work|tasks|assignments)(?: \w+){0,5}\W*", re.I)
_CLASS_NAME = re.compile(rf"(?:[A-Z][\w'’-]*|{NUMERAL}\b)(?:(?:\s+(?:of|and|the|for|to))?[\s,]+(?:[A-Z][\w'’-]*|{NUMERAL}\b))+")
_NAME_WORDS = 2
"""Words that a class name shares at least with a title to be taken for it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A role that is ready to be compared."""

    role: Role
    duties: Duties
    boilerplate: tuple[Passage, ...]
    outline: Outline


def prepare(profiles: Profiles, role: int | Role) -> Prepared:
    """Make a role ready to be compared.

    Args:
        profiles: Of the index.
        role: Row number of an indexed document, or a role that is not in the index, which is embedded.

    Raises:
        UsageError: It has no duties.
    """
    index = profiles.index
    if isinstance(role, Role):
        vectors = statement_vectors(index, role.passages)
        is_duty = np.array([passage.kind is Kind.DUTY for passage in role.passages], dtype=bool)
        duties = profiles.duties([p for p in role.passages if p.kind is Kind.DUTY], vectors[is_duty])
        outlined = outline(role, vectors, index.encoder)
    else:
        duties, passages = profiles.duties_of(role)
        outlined = profiles.outlines[profiles.numbers.index(role)]
        role = Role(index.document(role), tuple(passages))
    common = [_is_boilerplate(profiles, passage) for passage in duties.passages]
    counted = duties.some(i for i, is_common in enumerate(common) if not is_common)
    if not len(counted):
        what = "only statements that every class has" if len(duties) else "none"
        raise UsageError(f"{role.document.path} has no duties to compare ({what}). See how it is read with: specsearch parse {role.document.path}")
    boilerplate = tuple(passage for passage, is_common in zip(duties.passages, common, strict=True) if is_common)
    return Prepared(role, counted, boilerplate, outlined)


def compare(profiles: Profiles, a: Prepared, b: Prepared, decisions: Sequence[Decision] = ()) -> Comparison:
    """Compare two roles.

    Each duty is matched with at most one of the other role, such that the scores above the threshold add up
    to the most (linear assignment). A duty without a match of its own whose best counterpart reaches the
    threshold is a partial match: one statement there holds several duties. Swapping the roles mirrors the
    comparison; the order of duties and the cities' names change nothing.

    Args:
        profiles: Of the index.
        a: One role.
        b: The other.
        decisions: What reviewers decided about this pair before.
    """
    threshold = profiles.duty_threshold
    scores = profiles.duty_scores(a.duties, b.duties)
    pairs = _assigned(a.duties.passages, b.duties.passages, scores, threshold)
    matched_a, matched_b = {i for i, _ in pairs}, {j for _, j in pairs}
    partial = {(i, int(np.argmax(scores[i]))) for i in range(len(a.duties)) if i not in matched_a and scores[i].max() >= threshold}
    partial |= {(int(np.argmax(scores[:, j])), j) for j in range(len(b.duties)) if j not in matched_b and scores[:, j].max() >= threshold}
    covered_a, covered_b = matched_a | {i for i, _ in partial}, matched_b | {j for _, j in partial}
    coverage_a, coverage_b = len(covered_a) / len(a.duties), len(covered_b) / len(b.duties)
    required_a, required_b = requirements(a.role.passages), requirements(b.role.passages)
    level_a, level_b = signals(a.role, required_a), signals(b.role, required_b)
    difference = level_difference(level_a, level_b)
    exclusions = (*_exclusions("a", a.role, b.role), *_exclusions("b", b.role, a.role))
    similarity = profiles.pair_score(a.outline, b.outline)
    verdict, reasons = _verdict(coverage_a, coverage_b, similarity >= profiles.threshold, difference, exclusions, a.role, b.role)
    return Comparison(
        a=a.role,
        b=b.role,
        matches=_listed(a.duties.passages, b.duties.passages, pairs, scores),
        partial=_listed(a.duties.passages, b.duties.passages, partial, scores),
        unmatched_a=tuple(passage for i, passage in enumerate(a.duties.passages) if i not in covered_a),
        unmatched_b=tuple(passage for j, passage in enumerate(b.duties.passages) if j not in covered_b),
        boilerplate_a=a.boilerplate,
        boilerplate_b=b.boilerplate,
        coverage_a=coverage_a,
        coverage_b=coverage_b,
        threshold=threshold,
        chance=profiles.chance,
        similarity=similarity,
        percentile=profiles.percentile(similarity),
        requirements_a=required_a,
        requirements_b=required_b,
        level_a=level_a,
        level_b=level_b,
        level_difference=difference,
        exclusions=exclusions,
        verdict=verdict,
        reasons=reasons,
        decisions=tuple(decisions),
        method=method_of(profiles.index, len(profiles)),
    )


def method_of(index: Snapshot, roles: int) -> Method:
    """How scores of an index come about."""
    meta = index.meta
    return Method(__version__, meta["model"], meta["precision"], meta["fingerprint"], int(meta["generation"]), meta["state"], roles)


@cache
def _formulas() -> tuple[re.Pattern[str], ...]:
    """What is said of duties in general: "related work as required", "examples are illustrative"."""
    return tuple(pattern for label, _, pattern in compiled_cues(load_vocabulary()) if label is Label.DUTY)


def _is_boilerplate(profiles: Profiles, passage: Passage) -> bool:
    text = embedded_text(passage)
    if _OTHER_DUTIES.fullmatch(text) or any(pattern.search(text) for pattern in _formulas()):
        return True
    return profiles.titles_with(passage) >= max(_COMMON_TITLES, _COMMON_SHARE * len(profiles))


def _assigned(
    left: Sequence[Passage], right: Sequence[Passage], scores: npt.NDArray[np.float64], threshold: float
) -> set[tuple[int, int]]:
    """The best one-to-one assignment of duties at or above the threshold."""
    # In an order that depends on the texts only, smaller side first: ties fall alike however the roles are given.
    first = sorted(range(len(left)), key=lambda i: left[i].text)
    second = sorted(range(len(right)), key=lambda j: right[j].text)
    swapped = [right[j].text for j in second] < [left[i].text for i in first]
    table = scores[np.ix_(first, second)]
    # What is below the threshold gains nothing, what is at it a little.
    gain = np.where(table >= threshold, table - threshold + 1e-9, 0.0)
    cost = 1 + gain.max() - gain  # above 0, for a pair that costs nothing counts as none
    # Not of scipy.optimize, which takes half a second to import.
    rows, columns = min_weight_full_bipartite_matching(csr_matrix(cost.T if swapped else cost))
    if swapped:
        rows, columns = columns, rows
    return {(first[i], second[j]) for i, j in zip(rows, columns, strict=True) if table[i, j] >= threshold}


def _listed(
    left: Sequence[Passage], right: Sequence[Passage], pairs: set[tuple[int, int]], scores: npt.NDArray[np.float64]
) -> tuple[DutyMatch, ...]:
    found = [DutyMatch(left[i], right[j], float(scores[i, j])) for i, j in pairs]
    return tuple(sorted(found, key=lambda match: (-match.score, match.a.start, match.b.start)))


def _exclusions(side: str, role: Role, other: Role) -> list[Exclusion]:
    """Statements of a role that set it apart from the other's class or series."""
    return [
        Exclusion(side, passage)
        for passage in role.passages
        if passage.label is Label.DISTINGUISHING and any(_is_named(phrase, role, other) for phrase in _CLASS_NAME.findall(passage.text))
    ]


def _is_named(phrase: str, role: Role, other: Role) -> bool:
    """Whether a phrase is the name of the other's class, and not of the role's own level."""
    words, level = _name(phrase)
    own, own_level = _name(role.document.source.title or "")
    named, named_level = _name(other.document.source.title or "")
    if (own, own_level) == (named, named_level) or len(words & named) < _NAME_WORDS or not (words <= named or named <= words):
        return False
    # A name without a level is that of a series: of the own one it says nothing against the other.
    return level == named_level and (words != own or level != own_level) if words <= own or own <= words else not level or level == named_level


def _name(title: str) -> tuple[frozenset[str], str]:
    """Stems of the words of a class title, and its level if it has one."""
    core, level = name_of(title)
    return frozenset(stem for _, stem in stems(core)), level


def _verdict(
    coverage_a: float, coverage_b: float, alike: bool, difference: float, exclusions: Sequence[Exclusion], a: Role, b: Role
) -> tuple[Verdict, tuple[str, ...]]:
    low, mean = min(coverage_a, coverage_b), (coverage_a + coverage_b) / 2
    name_a, name_b = names_of(a.document, b.document)
    reasons = [
        f"{coverage_a:.0%} of the duties of {name_a} have a counterpart, and {coverage_b:.0%} of those of {name_b}; comparable roles have {COMPARABLE:.0%} or more on average and {AT_LEAST:.0%} or more each way."
    ]
    another = abs(difference) >= OTHER_LEVEL
    if another:
        higher, lower = (name_a, name_b) if difference > 0 else (name_b, name_a)
        reasons.append(f"The signs of level put {higher} above {lower}.")
    elif difference:
        reasons.append("The signs of level differ little.")
    else:
        reasons.append("The signs of level do not differ.")
    reasons += [f"{name_a if e.of == 'a' else name_b} is said to be distinguished from the other's class: “{' '.join(e.passage.text.split())}”" for e in exclusions]
    few = max(coverage_a, coverage_b) < PARTLY
    if few and alike and coverage_a:
        reasons.append("Few duties have a counterpart, but as wholes the roles are more alike than chance explains.")
    elif few:
        return Verdict.NOT_COMPARABLE, tuple(reasons)
    if another and mean >= _OTHER_LEVEL_SHARE:
        return Verdict.OTHER_LEVEL, tuple(reasons)
    if low >= AT_LEAST and mean >= COMPARABLE and not exclusions:
        return Verdict.COMPARABLE, tuple(reasons)
    return Verdict.PARTLY, tuple(reasons)
