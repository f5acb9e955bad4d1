"""Which documents are read badly as a whole, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from specsearch.ingest.misread import misread
from specsearch.records import DocumentKind, Label
from specsearch.storage.keys import Tally

SPECIFICATION, POSTING = DocumentKind.CLASS_SPECIFICATION, DocumentKind.JOB_POSTING
WELL = {Label.DUTY: 12, Label.KSA: 8, Label.QUALIFICATION: 3, Label.PROCESS: 4}


def tally(sure: Mapping[Label, int], unsure: Mapping[Label, int] | None = None, covered: float = 0.9) -> Tally:
    return Tally(sure, unsure or {}, int(covered * 1000), 1000)


@pytest.mark.parametrize(
    ("kind", "read", "expected"),
    [
        pytest.param(SPECIFICATION, tally(WELL), {}, id="well"),
        pytest.param(POSTING, tally(WELL), {}, id="well-posting"),
        pytest.param(SPECIFICATION, tally({Label.KSA: 9, Label.PROCESS: 4}), {"no duty": "none of 13 passages is a duty"}, id="no-duty"),
        pytest.param(SPECIFICATION, tally({Label.KSA: 9}, {Label.DUTY: 2}), {"no duty": "all duties are unsure, 2 of 11 passages"}, id="no-sure-duty"),
        pytest.param(SPECIFICATION, tally({Label.KSA: 1}), {"no duty": "none of 1 passage is a duty"}, id="one-passage"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 5, Label.SUMMARY: 2}), {}, id="specification-of-duties-alone"),
        pytest.param(POSTING, tally({Label.DUTY: 5, Label.SUMMARY: 2}), {"no qualification": "none of 7 passages is a qualification"}, id="no-qualification"),
        pytest.param(POSTING, tally({Label.DUTY: 5}, {Label.LICENSE: 1}), {}, id="unsure-qualification"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 6}, {Label.KSA: 3}), {}, id="a-third-unsure"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 6}, {Label.KSA: 4}), {"many unsure sections": "4 of 10 passages are unsure"}, id="more-than-a-third"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 1}, {Label.KSA: 2}), {}, id="few-unsure"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 9, Label.KSA: 1}), {"nearly all one section": "9 of 10 passages are duty"}, id="one-label"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 9}), {}, id="one-label-of-few"),
        pytest.param(SPECIFICATION, tally({Label.DUTY: 8, Label.KSA: 1}, {Label.DUTY: 1}), {"nearly all one section": "9 of 10 passages are duty"}, id="one-label-sure-or-not"),
        pytest.param(SPECIFICATION, tally(WELL, covered=0.5), {}, id="half-in-passages"),
        pytest.param(SPECIFICATION, tally(WELL, covered=0.3), {"words lost": "30% of the text is in passages"}, id="words-lost"),
        pytest.param(DocumentKind.OTHER, tally({Label.PROCESS: 3}), {}, id="of-other-documents-no-duty-is-asked"),
        pytest.param(DocumentKind.OTHER, tally({Label.PROCESS: 12}, covered=0.1), {"nearly all one section": "12 of 12 passages are process", "words lost": "10% of the text is in passages"}, id="other"),
        pytest.param(DocumentKind.NOT_ONE_JOB, tally({Label.PROCESS: 12}, covered=0.1), {}, id="not-one-job"),
        pytest.param(DocumentKind.OTHER, Tally({}, {}, 0, 0), {}, id="empty"),
        pytest.param(POSTING, Tally({}, {}, 0, 50), {"no duty": "none of 0 passages is a duty", "no qualification": "none of 0 passages is a qualification", "words lost": "0% of the text is in passages"}, id="nothing"),
    ],
)
def test_reasons(kind: DocumentKind, read: Tally, expected: dict[str, str]) -> None:
    """Each with what was found; what a reader cannot expect of a document is no reason."""
    found = misread(kind, read)
    assert {str(doubt): said for doubt, said in found.items()} == expected
    assert {doubt.about for doubt in found} <= {"reading"}


def test_surer_is_never_worse() -> None:
    """Whatever was unsure: if it is sure, there is no further reason to look at the document."""
    for unsure in (dict(Counter(WELL)), {Label.DUTY: 3}, {Label.PROCESS: 30}):
        sure = Counter(WELL) + Counter(unsure)
        for kind in DocumentKind:
            assert misread(kind, tally(sure)).keys() <= misread(kind, tally(WELL, unsure)).keys()
