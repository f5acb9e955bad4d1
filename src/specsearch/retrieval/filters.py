"""Restricting a search. Filters are resolved to whole values first, and then hold in both indexes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from specsearch.errors import UsageError
from specsearch.parsing.vocabulary import states
from specsearch.records import KIND_OF_LABEL, DocumentKind, Kind, Label
from specsearch.storage.keys import EMPLOYER, Where
from specsearch.storage.store import Snapshot

_SAID = {EMPLOYER: "employer", "document_kind": "kind of document"}
_NEAR = 0.75
"""Likeness from which on a name is offered for another: a letter in four may differ."""
_OFFERED = 5


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
        document_kind: Documents of this kind only.
        year: Year of the effective date, or years: "2019", "2015-2019", "2015-", "-2010".
    """

    kinds: Kind | Collection[Kind] = frozenset((Kind.DUTY, Kind.QUALIFICATION))
    labels: Label | Collection[Label] = frozenset()
    city: str | Collection[str] | None = None
    state: str | Collection[str] | None = None
    title: str | Collection[str] | None = None
    level: str | Collection[str] | None = None
    document_kind: DocumentKind | Collection[DocumentKind] | None = None
    year: str | Collection[str] | None = None


def where(index: Snapshot, filters: Filters) -> Where:
    """Find what filters leave of an index.

    Raises:
        UsageError: No document has such a city, state, title or level; the message offers near ones.
    """
    kinds, wanted = _given(filters.kinds) or tuple(Kind), _given(filters.labels)
    labels = frozenset(label for label in Label if KIND_OF_LABEL[label] in kinds and (not wanted or label in wanted))
    if not labels:
        raise UsageError(f"The label {', '.join(sorted(wanted))} is not of the kind {', '.join(sorted(kinds))}. Leave out --kind or choose another label.")
    return Where(None if len(labels) == len(Label) else labels, _values(index, filters))


def documents_of(index: Snapshot, filters: Filters) -> set[int] | None:
    """Numbers of the documents that filters leave, whatever their passages are; None for all.

    Raises:
        UsageError: As for `where`.
    """
    values = _values(index, filters)
    return {entry.number for entry in index.entries(Where(values=values))} if values else None


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


def _values(index: Snapshot, filters: Filters) -> dict[str, tuple[str, ...]]:
    """Whole values of the fields that documents must have one of."""
    wanted = {EMPLOYER if name == "city" else name: getattr(filters, name) for name in ("state", "title", "level", "document_kind", "year", "city")}
    found = {name: [each for value in _given(values) for each in _known(index, name, value)] for name, values in wanted.items()}
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items() if values}


def _states_of(codes: Collection[str]) -> dict[str, str]:
    """Names of states to how they are offered, for codes that hardly look like a name."""
    return {name: f"{code} ({name.title()})" for name, code in states().items() if code in codes}


def _known(index: Snapshot, name: str, wanted: str) -> tuple[str, ...]:
    """Whole values that a value may stand for.

    Raises:
        UsageError: None; the message offers near ones.
    """
    # The whole name of an employer means that one, even if it is a part of another's.
    found = (wanted,) if name == EMPLOYER and wanted in index.facets(name) else index.resolve(name, wanted)
    if found:
        return found
    present = index.facets(name)
    called = {value: value for value in present} | (_states_of(present) if name == "state" else {})
    close = [called[one] for one in near(wanted, called)]
    if close:
        offer = f"Near ones: {'; '.join(close)}."
    elif len(present) <= _OFFERED:
        offer = f"In this index: {'; '.join(sorted(present))}." if present else "No document states one."
    else:
        offer = "See what there is with: specsearch roles"
    raise UsageError(f"No document has the {_SAID.get(name, name)} {wanted!r}. {offer}")
