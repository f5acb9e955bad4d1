"""Employers: which documents are of the same one, and what it is called.

The one place that decides it, for documents in an index and outside of it: "City of Elm Fork" and "Elm Fork" are
the same in one state, and not in two. A document that states no employer is of none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from specsearch.parsing.metadata.names import bare_name as bare
from specsearch.parsing.vocabulary import states as known_states
from specsearch.records import SourceClassification

Employer = tuple[str, str]
"""What its documents have in common: the bare name, case folded, and the two-letter state, "" where that is unknown."""
UNKNOWN_STATE = "state unknown"


@dataclass(frozen=True, slots=True)
class Employers:
    """The employers that the documents of an index state.

    Attributes:
        documents: Row numbers of each one's documents.
        stated: Employer and state as its documents print them; "" for a state that is not stated.
        names: The one name of each: that of most documents; with its state where several states have one of that name.
    """

    documents: Mapping[Employer, tuple[int, ...]]
    stated: Mapping[Employer, frozenset[tuple[str, str]]]
    names: Mapping[Employer, str]

    def of(self, source: SourceClassification) -> Employer | None:
        """The employer of a document, whether it is in the index or not; None if it states none."""
        return _employer(source, _states(self.documents))

    def matching(self, wanted: str) -> list[Employer]:
        """Employers that a user may mean.

        Args:
            wanted: A name as anything prints it, with its state ("Portland, OR", "Portland, Oregon",
                "Portland, state unknown") or without, or part of a name; case does not matter.

        Returns:
            With a state, the employer of that whole name if there is one; else all whose name has `wanted` in it; else
            those that `wanted` names with another form of government.
        """
        text = _folded(wanted)
        name, state = split_state(text)
        whole = [one for one in self.documents if one[0] == _bare(name) and state in (None, one[1])]
        if whole and state is not None:
            return whole
        return [one for one in self.documents if self._has_part(one, text) or (state == one[1] and self._has_part(one, name))] or whole

    def _has_part(self, one: Employer, part: str) -> bool:
        return any(part in _folded(name) for name in (self.names[one], *(name for name, _ in self.stated[one])))


def employers_of(sources: Mapping[int, SourceClassification]) -> Employers:
    """Tell the employers of documents apart.

    Args:
        sources: What each document states, by its row number.
    """
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, source in sources.items():
        numbers[printed(source)].append(number)
    found = employers_counted({pair: len(some) for pair, some in numbers.items()})
    documents = {one: tuple(sorted(number for pair in pairs for number in numbers[pair])) for one, pairs in found.stated.items()}
    return replace(found, documents=documents)


def employers_counted(counts: Mapping[tuple[str, str], int]) -> Employers:
    """The same without the numbers of the documents.

    Args:
        counts: Employer and state as documents print them (`printed`), with the number of documents that do; in the order in which
            employers are to be told.
    """
    sources = {pair: SourceClassification(jurisdiction=pair[0], state=pair[1]) for pair in counts}
    states: dict[str, set[str]] = defaultdict(set)
    for name, state in map(_name_and_state, sources.values()):
        states[name].add(state)
    stated: dict[Employer, Counter[tuple[str, str]]] = defaultdict(Counter)
    for pair, source in sources.items():
        employer = _employer(source, states)
        if employer is not None:
            stated[employer][pair] += counts[pair]
    shared = Counter(name for name, _ in stated)
    return Employers(
        dict.fromkeys(stated, ()),
        {one: frozenset(pairs) for one, pairs in stated.items()},
        {one: _name(one, stated[one], alone=shared[one[0]] == 1) for one in stated},
    )


def printed(source: SourceClassification) -> tuple[str, str]:
    """Employer and state as a document prints them; "" for what it does not state."""
    return source.jurisdiction or "", source.state or ""


def bare_name(text: str) -> str:
    """What names of one employer have in common, however they are printed: case folded, without state and form of government."""
    return _bare(_folded(text))


def split_state(name: str) -> tuple[str, str | None]:
    """A name and the state after its last comma, "" if that is said to be unknown; None if there is none."""
    head, comma, tail = name.rpartition(",")
    code = "" if tail.strip() == UNKNOWN_STATE else state_code(tail) if comma else None
    return (head.strip(), code) if comma and head.strip() and (code == "" or code in _codes().values()) else (name, None)


def state_code(text: str) -> str:
    """The two-letter code of a state that is named or abbreviated; the text itself if it is neither."""
    folded = _folded(text)
    return known_states().get(folded) or _codes().get(folded) or text.strip()


def known_state(text: str) -> str | None:
    """The two-letter code of a state that is named or abbreviated; None if it is neither."""
    code = state_code(text)
    return code if code in known_states().values() else None


@cache
def _codes() -> Mapping[str, str]:
    return {code.casefold(): code for code in known_states().values()}


def _name(one: Employer, stated: Counter[tuple[str, str]], *, alone: bool) -> str:
    counts: Counter[str] = Counter()
    for (jurisdiction, _), count in stated.items():
        counts[" ".join(jurisdiction.split())] += count
    name = max(counts, key=lambda each: (counts[each], len(each), each))  # of equals the longest
    return name if alone or split_state(_folded(name))[1] == one[1] else f"{name}, {one[1] or UNKNOWN_STATE}"


def _employer(source: SourceClassification, states: Mapping[str, set[str]]) -> Employer | None:
    """A state that is not stated is the only one that documents of that name state, and the other way round."""
    name, state = _name_and_state(source)
    if not name:
        return None
    others = states.get(name, set())
    if state:
        return (name, "") if others == {""} else (name, state)
    known = others - {""}
    return name, next(iter(known)) if len(known) == 1 else ""


def _states(employers: Mapping[Employer, object]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, state in employers:
        found[name].add(state)
    return found


def _name_and_state(source: SourceClassification) -> Employer:
    text = _folded(source.jurisdiction or "")
    _, state = split_state(text)
    return _bare(text), state_code(source.state) if source.state else state or ""


def _bare(name: str) -> str:
    """A folded name without its state and the form of its government."""
    return bare(split_state(name)[0]).strip()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold().replace("’", "'")
