"""Two roles that together cover one that no single role covers well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from specsearch.errors import UsageError
from specsearch.records import Blend, BlendPart, Document, DutyMatch, Role, Standing, Verdict
from specsearch.roles.alignment import align
from specsearch.roles.comparison import Prepared, compare, prepare
from specsearch.roles.decisions import ACCEPTED, REJECTED, place_of, said, standings
from specsearch.roles.duties import duty_scores
from specsearch.roles.duty_model import THRESHOLD
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import method_of
from specsearch.roles.similarity import Among, Ranked, nearest
from specsearch.roles.verdict import AT_LEAST, COMPARABLE, LEAST_DUTIES

_LOOKED_AT, _CANDIDATES = 50, 25
"""Roles that are looked at, the most alike first, and those among them that can be judged: a counterpart further down is chance."""
_MORE_DUTIES, _MORE_SHARE = 2, 0.15
"""What two roles must have more than the best single one, in duties and as a share of all. A role drawn at random adds about half a duty to the
best one (.4 in the sample corpus, .6 in postings of many employers), so one more is no evidence; and fifteen points less is within the
interval of any coverage."""
_LEAST_PART = 0.15
"""What each of them must have: a role with less adds what others have as well."""
_LEAST_SHARE = 0.5
"""What they must have together: less is not most of a role."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A role that may be part of a blend: its row number, score, itself, and the places of the asked duties that it has."""

    number: int
    score: float
    prepared: Prepared
    covers: frozenset[int]


def blend(profiles: Profiles, role: int | Role, among: Among | None = None) -> tuple[Blend | None, str]:
    """Find the two roles that together cover most of one, where no single role covers it well.

    Whom a reviewer accepted as its counterpart covers it, whatever is computed; whom one rejected is no part of a blend.

    Args:
        profiles: Of the index.
        role: Row number of an indexed document, or a role that is not in the index.
        among: Which roles; all if None.

    Returns:
        The blend if there is one that adds clearly, and why there is or is none, in a sentence.

    Raises:
        UsageError: The role has no duties that could be compared, or a value of a filter that no document has.
    """
    asked, among = prepare(profiles, role), among or Among()
    name, total = _named(asked.role.document), len(asked.duties)
    if asked.too_few:
        return None, f"Too little to judge: of the duties of {name} {total} can count; a verdict takes {LEAST_DUTIES} or more, and no more that are unsure."
    decided = standings(profiles.index, asked.role.document)
    ranked = nearest(profiles, asked.placed, role if isinstance(role, int) else None, among, decided)
    if ranked and place_of(decided.get(ranked[0][0])) == ACCEPTED:
        return None, f"{_named(profiles.index.document(ranked[0][0]))} was {said(decided[ranked[0][0]])} for {name}."
    candidates = list(islice(_candidates(profiles, asked, _alike(profiles, asked, ranked, among), decided), _CANDIDATES))
    if not candidates:
        return None, f"No other role could be part of a blend for {name}."
    best = max(candidates, key=lambda one: len(one.covers))
    if well := _covering(profiles, asked, candidates):
        return None, f"{_named(well.prepared.role.document)} alone has {len(well.covers) / total:.0%} of the duties of {name}."
    pair = max(combinations(candidates, 2), key=_worth, default=(best, best))
    together = len(pair[0].covers | pair[1].covers)
    more = together - len(best.covers)
    if more < _MORE_DUTIES or more / total < _MORE_SHARE or together / total < _LEAST_SHARE:
        return None, f"{_named(best.prepared.role.document)} has {len(best.covers) / total:.0%} of the duties of {name}, and no two roles have most of them and clearly more."
    found = _blend(profiles, asked, pair, decided, len(best.covers) / total)
    one, other = (_named(part.document) for part in found.parts)
    return found, f"No single role covers {name} well: the best has {found.single:.0%} of its duties. {one} and {other} together have {found.coverage:.0%}."


def _alike(profiles: Profiles, asked: Prepared, ranked: Sequence[Ranked], among: Among) -> Iterator[Ranked]:
    """The first roles of a ranking that are as alike as wholes, titles and all, as `cities` asks for."""
    for one in ranked[:_LOOKED_AT]:
        if (profiles.pair(asked.placed, profiles.placed(profiles.places[one[0]]))[0] if among.masked else one[1]) >= profiles.threshold:
            yield one


def _candidates(profiles: Profiles, asked: Prepared, ranked: Iterable[Ranked], decided: Mapping[int, Standing]) -> Iterator[_Candidate]:
    """Roles that can be judged and share enough with the asked one."""
    for number, score, _ in ranked:
        if place_of(decided.get(number)) == REJECTED:
            continue
        try:
            other = prepare(profiles, number)
        except UsageError:  # no duties in it
            continue
        if other.too_few:
            continue
        aligned = align(asked.duties.passages, other.duties.passages, duty_scores(asked.duties, other.duties), THRESHOLD)
        missing = {duty.passage_id for duty in aligned.unmatched_a}
        covers = frozenset(i for i, duty in enumerate(asked.duties.passages) if duty.passage_id not in missing)
        if aligned.coverage_a >= _LEAST_PART:
            yield _Candidate(number, score, other, covers)


def _covering(profiles: Profiles, asked: Prepared, candidates: Sequence[_Candidate]) -> _Candidate | None:
    """The role, if any, that covers the asked one well by itself: of its duties it has as many as comparable roles have, or the two are comparable."""
    for one in sorted(candidates, key=lambda one: -len(one.covers)):
        share = len(one.covers) / len(asked.duties)
        if share < AT_LEAST:
            return None
        if share >= COMPARABLE or compare(profiles, asked, one.prepared).verdict is Verdict.COMPARABLE:
            return one
    return None


def _worth(pair: tuple[_Candidate, _Candidate]) -> tuple[int, int]:
    """How much two roles cover; of equals, how much twice. Of what is still equal the most alike come first."""
    one, other = pair
    return len(one.covers | other.covers), len(one.covers) + len(other.covers)


def _blend(profiles: Profiles, asked: Prepared, pair: Sequence[_Candidate], decided: Mapping[int, Standing], single: float) -> Blend:
    first, second = sorted(pair, key=lambda one: -len(one.covers))
    duties, every = asked.duties.passages, range(len(asked.duties))
    covered = first.covers | second.covers
    return Blend(
        role=asked.role,
        parts=(_part(profiles, asked, first, second, decided), _part(profiles, asked, second, first, decided)),
        duties=duties,
        both=tuple(duties[i] for i in every if i in first.covers & second.covers),
        left=tuple(duties[i] for i in every if i not in covered),
        coverage=len(covered) / len(duties),
        single=single,
        threshold=THRESHOLD,
        method=method_of(profiles.index, len(profiles)),
    )


def _part(profiles: Profiles, asked: Prepared, own: _Candidate, other: _Candidate, decided: Mapping[int, Standing]) -> BlendPart:
    compared = compare(profiles, asked, own.prepared)
    first: dict[str, DutyMatch] = {}
    for match in (*compared.matches, *compared.partial):
        first.setdefault(match.a.passage_id, match)
    duties = asked.duties.passages
    return BlendPart(
        document=own.prepared.role.document,
        score=own.score,
        verdict=compared.verdict,
        coverage=compared.coverage_a,
        matches=tuple(first[duty.passage_id] for duty in duties if duty.passage_id in first),
        only=tuple(duties[i] for i in sorted(own.covers - other.covers)),
        standing=decided.get(own.number),
    )


def _named(document: Document) -> str:
    source = document.source
    return f"{source.title or document.doc_id}{f' ({source.jurisdiction})' if source.jurisdiction else ''}"
