"""Which documents are read badly as a whole, told by what was recognised in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from specsearch.ingest.doubtful import Doubt, Why
from specsearch.records import KIND_OF_LABEL, DocumentKind, Kind
from specsearch.storage.keys import Tally

_MANY, _AT_LEAST = 1 / 3, 3
"""Share of passages that are unsure beyond which a document is read badly, and how many they must be."""
_NEARLY_ALL, _OF_MANY = 0.9, 10
"""Share of one label from which on the sections of a document were hardly told apart, and how many passages it must have."""
_LOST = 0.5
"""Share of a text that is in passages below which words are lost: what is not was taken for titles and headings."""
_ONE_JOB = (DocumentKind.CLASS_SPECIFICATION, DocumentKind.JOB_POSTING)


def misread(kind: DocumentKind, tally: Tally) -> Mapping[Doubt, str]:
    """Tell why a document seems to be read badly, if it does; one that is not about one job is asked for nothing.

    Args:
        kind: What sort of document it is.
        tally: What was recognised in it.

    Returns:
        Reasons to look at it, each with what was found.
    """
    if kind is DocumentKind.NOT_ONE_JOB:
        return {}
    labels = Counter(tally.sure) + Counter(tally.unsure)
    passages, unsure = labels.total(), sum(tally.unsure.values())
    of_all = f"of {passages} passage{'' if passages == 1 else 's'}"
    duties, unsure_duties = (sum(n for label, n in counts.items() if KIND_OF_LABEL[label] is Kind.DUTY) for counts in (tally.sure, tally.unsure))
    found = {}
    if kind in _ONE_JOB and not duties:
        found[Why.NO_DUTY] = f"all duties are unsure, {unsure_duties} {of_all}" if unsure_duties else f"none {of_all} is a duty"
    if kind is DocumentKind.JOB_POSTING and all(KIND_OF_LABEL[label] is not Kind.QUALIFICATION for label in labels):
        found[Why.NO_QUALIFICATION] = f"none {of_all} is a qualification"
    if unsure >= _AT_LEAST and unsure > _MANY * passages:
        found[Why.UNSURE] = f"{unsure} {of_all} are unsure"
    label, most = labels.most_common(1)[0] if labels else ("", 0)
    if passages >= _OF_MANY and most >= _NEARLY_ALL * passages:
        found[Why.ONE_LABEL] = f"{most} {of_all} are {label}"
    if tally.covered < _LOST * tally.length:
        found[Why.LOST] = f"{tally.covered / tally.length:.0%} of the text is in passages"
    return {Doubt(why): said for why, said in found.items()}
