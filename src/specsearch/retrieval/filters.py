"""Restricting a search. Filters are resolved to whole values first, and then hold in both indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

import numpy as np

from specsearch.errors import UsageError
from specsearch.records import KIND_OF_LABEL, DocumentKind, Kind, Label
from specsearch.storage.derived import LABELS
from specsearch.storage.employers import Employer, state_code
from specsearch.storage.snapshot import Snapshot

_NUMERALS = {numeral: str(number) for number, numeral in enumerate("i ii iii iv v vi vii viii ix x".split(), start=1)}
_NEAR = 0.75
"""Likeness from which on a name is offered for another: a letter in four may differ."""
_OFFERED = 5
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to.

    Of each member one value or several may be given; with several, one of them has to hold. Empty members
    do not restrict.

    Attributes:
        kinds: Kinds of passage.
        labels: Labels of passage; with `kinds`, a passage must satisfy both.
        city: Employers by name as anything prints it ("City of Portland", "Portland, OR"), or by part of it, case ignored.
        state: Two-letter code, or name.
        title: Part of the class title, case ignored.
        level: Level within a series, as printed ("II", "Senior"); "2" is "II".
        document_kind: Specifications or postings only.
    """

    kinds: Kind | Collection[Kind] = frozenset((Kind.DUTY, Kind.QUALIFICATION))
    labels: Label | Collection[Label] = frozenset()
    city: str | Collection[str] | None = None
    state: str | Collection[str] | None = None
    title: str | Collection[str] | None = None
    level: str | Collection[str] | None = None
    document_kind: DocumentKind | Collection[DocumentKind] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages that filters leave.

    Attributes:
        mask: bool array of shape (n,) over the columns; None when nothing is excluded.
        values: Field of the word index to the values of which a passage must have one; "" for none stated.
        either: More of the kind, of which a passage must satisfy at least one, if there are any.
    """

    mask: np.ndarray | None
    values: Mapping[str, tuple[str, ...]]
    either: tuple[Mapping[str, tuple[str, ...]], ...] = ()


def select(index: Snapshot, filters: Filters) -> Selection:
    """Find what filters leave of an index.

    Raises:
        UsageError: No document has such a city, state, title or level; the message offers near ones.
    """
    kinds, wanted = _given(filters.kinds) or tuple(Kind), _given(filters.labels)
    labels = [label for label in Label if KIND_OF_LABEL[label] in kinds and (not wanted or label in wanted)]
    if not labels:
        raise UsageError(f"The label {', '.join(sorted(wanted))} is not of the kind {', '.join(sorted(kinds))}. Leave out --kind or choose another label.")
    fields, employers = _field_values(index, filters), _employers(index, filters)
    of_label = {"label": tuple(labels)} if len(labels) < len(LABELS) else {}
    if not (of_label or fields or employers):
        return Selection(index.derived.columns.alive, {})
    printed, either = _printed(index, employers)
    return Selection(_mask(index, labels, _documents(index, fields, employers)), of_label | fields | printed, either)


def documents_of(index: Snapshot, filters: Filters) -> set[int] | None:
    """Row numbers of the documents that filters leave, whatever their passages are; None for all.

    Raises:
        UsageError: As for `select`.
    """
    return _documents(index, _field_values(index, filters), _employers(index, filters))


def near(wanted: str, names: Iterable[str]) -> list[str]:
    """Names, nearest first and five at most, of which `wanted` may be a misspelt part."""
    words = wanted.casefold().split()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(" ".join(words))

    def likeness(name: str) -> float:
        """Of the run of words in the name that is most alike."""
        parts = name.casefold().split()
        best = 0.0
        for start in range(max(1, len(parts) - len(words) + 1)):
            matcher.set_seq1(" ".join(parts[start : start + len(words)]))
            if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
                best = max(best, matcher.ratio())
        return best

    ranked = sorted((-likeness(name), name) for name in set(names)) if words else []
    return [name for value, name in ranked[:_OFFERED] if -value >= _NEAR]


def _given(values: str | Collection[str] | None) -> tuple[str, ...]:
    """One value or several as several, blank ones left out."""
    several = (values,) if isinstance(values, str) else values or ()
    return tuple(value for value in several if value.strip())


def _field_values(index: Snapshot, filters: Filters) -> dict[str, tuple[str, ...]]:
    """Values of the fields that documents must have one of, as documents state them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, wanted, holds in (
        ("state", filters.state, _is_state),
        ("title", filters.title, _is_part),
        ("level", filters.level, _is_level),
        ("document_kind", filters.document_kind, _is_same),
    ):
        present = sorted(index.documents_by[name])
        some = [each for value in _given(wanted) for each in _known(name, value, [one for one in present if holds(_folded(value), _folded(one))], present)]
        if some:
            found[name] = tuple(dict.fromkeys(some))
    return found


def _employers(index: Snapshot, filters: Filters) -> list[Employer]:
    """Employers of which a document must be of one; none where any will do."""
    names = index.employers.names if _given(filters.city) else {}
    return [one for value in _given(filters.city) for one in _known("city", value, index.employers.matching(value), names.values())]


def _known(what: str, wanted: str, found: Sequence[_T], present: Collection[str]) -> Sequence[_T]:
    """What was found for a value.

    Raises:
        UsageError: Nothing; the message offers near values.
    """
    if found:
        return found
    close = near(wanted, present)
    if close:
        offer = f"Near ones: {'; '.join(close)}."
    elif len(present) <= _OFFERED:
        offer = f"In this index: {'; '.join(sorted(present))}." if present else "No document states one."
    else:
        offer = "See what there is with: specsearch roles"
    raise UsageError(f"No document has the {what.replace('_', ' ')} {wanted!r}. {offer}")


def _documents(index: Snapshot, fields: Mapping[str, Collection[str]], employers: Collection[Employer]) -> set[int] | None:
    kept = [{n for value in found for n in index.documents_by[name][value]} for name, found in fields.items()]
    if employers:
        kept.append({number for one in employers for number in index.employers.documents[one]})
    return set.intersection(*kept) if kept else None


def _printed(index: Snapshot, employers: Collection[Employer]) -> tuple[dict[str, tuple[str, ...]], tuple[Mapping[str, tuple[str, ...]], ...]]:
    """What documents of some employers print, and no others: one of some names, or else one of some names with one state."""
    if not employers:
        return {}, ()
    stated = index.employers.stated
    wanted = {pair for one in employers for pair in stated[one]}
    names = {name for name, _ in wanted}
    if all(pair in wanted for pairs in stated.values() for pair in pairs if pair[0] in names):
        return {"jurisdiction": tuple(sorted(names))}, ()
    by_state: dict[str, list[str]] = defaultdict(list)
    for name, state in sorted(wanted):
        by_state[state].append(name)
    return {}, tuple({"jurisdiction": tuple(some), "state": (state,)} for state, some in by_state.items())


def _mask(index: Snapshot, labels: Collection[Label], documents: Collection[int] | None) -> np.ndarray:
    columns = index.derived.columns
    wanted = np.zeros(256, dtype=bool)
    wanted[[LABELS.index(label) for label in labels]] = True
    mask = wanted[columns.label]
    if documents is not None:
        shown = np.zeros(int(columns.document.max(initial=0)) + 1, dtype=bool)
        shown[list(documents)] = True
        mask &= shown[columns.document]
    return np.asarray(mask)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_part(wanted: str, value: str) -> bool:
    return wanted in value


def _is_same(wanted: str, value: str) -> bool:
    return wanted == value


def _is_state(wanted: str, value: str) -> bool:
    return state_code(wanted).casefold() == value


def _is_level(wanted: str, value: str) -> bool:
    return _NUMERALS.get(wanted, wanted) == _NUMERALS.get(value, value)

