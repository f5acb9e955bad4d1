"""What is typed as field:value, as a restriction: its values are resolved as those of filters are."""

from __future__ import annotations

from typing import Any

from specsearch.encoding.words import words_of
from specsearch.errors import UsageError
from specsearch.records import KIND_OF_LABEL, SECTIONS, DocumentKind, Effect, Kind, Label, Taken, TakenAs
from specsearch.retrieval.asked.parts import Part
from specsearch.retrieval.asked.signs import Sign
from specsearch.retrieval.asked.words import asked_words
from specsearch.retrieval.filters import Filters, near, where
from specsearch.retrieval.names import code_key, index_names
from specsearch.storage.keys import EMPLOYER
from specsearch.storage.store import Snapshot

_LISTED = 3


def field_part(index: Snapshot, typed: str, sign: Sign) -> Part:
    """A field with its value.

    Raises:
        UsageError: Nothing has such a value; the message offers near ones.
    """
    name = asked_words().fields[sign.name.casefold()]
    if name == "code":
        numbers = _of_code(index, sign.value)
        return _part(typed, sign, f"class code {sign.value}", documents=numbers)
    if name == "label":
        labels = _labels(sign.value)
        return _part(typed, sign, f"section {' or '.join(SECTIONS[label] for label in SECTIONS if label in labels)}", labels=labels)
    if name == "kind":
        return _kind(index, typed, sign)
    restricted: dict[str, Any] = {name: sign.value}
    (field, values), *_ = where(index, Filters(kinds=frozenset(Kind), **restricted)).values.items()
    listed = " or ".join(values[:_LISTED]) + (f" and {len(values) - _LISTED} more" if len(values) > _LISTED else "")
    means = f"{'class title has' if name == 'title' else 'employer' if field == EMPLOYER else name} {sign.value if name in ('title', 'year') else listed}"
    return _part(typed, sign, means, values=(field, values))


def _part(
    typed: str,
    sign: Sign,
    means: str,
    *,
    documents: frozenset[int] | None = None,
    values: tuple[str, tuple[str, ...]] | None = None,
    labels: tuple[Label, ...] = (),
) -> Part:
    taken = Taken(typed[sign.start : sign.end], sign.start, sign.end, TakenAs.FIELD, means, Effect.FILTER)
    return Part(taken, (), documents, values, labels, field=asked_words().fields[sign.name.casefold()])


def _of_code(index: Snapshot, code: str) -> frozenset[int]:
    names = index_names(index)
    found = names.codes.get(code_key(code))
    if found:
        return found
    raise UsageError(f"No document has the class code {code!r}.{_offer(near(code, {entry.source.class_code or '' for entry in names.entries.values()}))}")


def _labels(value: str) -> tuple[Label, ...]:
    """Labels by their name, what the section is called, or words for it."""
    wanted = value.casefold()
    for label, called in SECTIONS.items():
        if wanted in (str(label), called.casefold()):
            return (label,)
    stems = tuple(words_of(wanted))
    for section in asked_words().sections:
        if stems in section.sure | section.loose:
            return section.labels
    raise UsageError(f"There is no section {value!r}. There are: {', '.join(map(str, Label))}.")


def _kind(index: Snapshot, typed: str, sign: Sign) -> Part:
    """A kind of passage, or of document."""
    wanted = sign.value.casefold().replace(" ", "_").replace("-", "_")
    if wanted == "any":
        return _part(typed, sign, "any kind of passage", labels=tuple(Label))
    for kind in Kind:
        if wanted.removesuffix("s") == kind or wanted == f"{str(kind).removesuffix('y')}ies":
            return _part(typed, sign, f"kind of passage {kind}", labels=tuple(label for label in Label if KIND_OF_LABEL[label] is kind))
    for document_kind in DocumentKind:
        if wanted.removesuffix("s") in (document_kind, str(document_kind).rpartition("_")[2]):
            return _part(typed, sign, f"kind of document {str(document_kind).replace('_', ' ')}", values=("document_kind", (str(document_kind),)))
    raise UsageError(f"There is no kind {sign.value!r}. There are: {', '.join([*map(str, Kind), *map(str, DocumentKind)])}.")


def _offer(names: list[str]) -> str:
    return f" Near ones: {'; '.join(names)}." if names else " See what there is with: specsearch roles"
