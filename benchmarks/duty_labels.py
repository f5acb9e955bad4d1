"""Pairs of duties and of roles that readers labelled, read from numbers beside documents that lie in the folder `shared`.

`duty_pairs.tsv` and `role_pairs.tsv` hold places and labels, no text; each line has a check of the texts it is about, and is left out
where the document is not here or is read otherwise than when it was labelled. The eighteen pairs of the sample corpus are those of
`tests/alignments.json`.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common import ROOT

from specsearch.readers import read_file
from specsearch.records import Kind, Label, Passage, Verdict

SHARED = Path(os.environ.get("SPECSEARCH_SHARED", ROOT.parent / "shared"))
DUTY_PAIRS, ROLE_PAIRS = (Path(__file__).parent / name for name in ("duty_pairs.tsv", "role_pairs.tsv"))
_VALUES = {"Y": 1.0, "M": 0.5, "N": 0.0}
VERDICTS = {
    "C": Verdict.COMPARABLE, "L": Verdict.OTHER_LEVEL, "P": Verdict.PARTLY, "N": Verdict.NOT_COMPARABLE, "T": Verdict.TOO_LITTLE,
}  # fmt: skip

Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class DutyPair:
    """Two duties, and what readers say of them.

    Attributes:
        a: One duty.
        b: The other.
        labels: "Y", "M" or "N" by each reader, one or two.
    """

    a: Passage
    b: Passage
    labels: tuple[str, ...]

    @property
    def target(self) -> float:
        """Share of the readers to whom they are counterparts; arguable is half."""
        return sum(_VALUES[label] for label in self.labels) / len(self.labels)


@dataclass(frozen=True)
class Reading:
    """What one reader says of a pair of roles.

    Attributes:
        aligned: Places of duties that are counterparts.
        optional: Of those that could be argued either way.
        verdicts: The verdict, and others that the reader would accept.
    """

    aligned: Pairs
    optional: Pairs
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class RolePair:
    """Two roles by their duties, and what one or two readers say of them."""

    drawn: str
    paths: tuple[str, str]
    a: tuple[Passage, ...]
    b: tuple[Passage, ...]
    readings: tuple[Reading, ...]


def duty_pairs() -> list[DutyPair]:
    """The pairs of duties whose documents are here."""
    found = []
    for path_a, span_a, path_b, span_b, check, *labels in _rows(DUTY_PAIRS):
        one, other = _duties(path_a, span_a), _duties(path_b, span_b)
        if _are_as_labelled((*one, *other), check, path_a):
            found.append(DutyPair(one[0], other[0], tuple(label for label in labels if label != "-")))
    return found


def role_pairs() -> list[RolePair]:
    """The pairs of roles whose documents are here."""
    found = []
    for drawn, path_a, path_b, spans_a, spans_b, check, *read in _rows(ROLE_PAIRS):
        one, other = _duties(path_a, spans_a), _duties(path_b, spans_b)
        if _are_as_labelled((*one, *other), check, path_a):
            readings = tuple(Reading(_places(read[i]), _places(read[i + 1]), tuple(VERDICTS[code] for code in read[i + 2])) for i in range(0, len(read), 3))
            found.append(RolePair(drawn, (path_a, path_b), one, other, readings))
    return found


def sample_pairs(duties_of: Callable[[str], Sequence[Passage]]) -> list[RolePair]:
    """The eighteen pairs of the sample corpus, read by one reader.

    Args:
        duties_of: Gives the duties of a document that count, by its id.
    """
    found = []
    for golden in json.loads((ROOT / "tests" / "alignments.json").read_text(encoding="utf-8")):
        one, other = tuple(duties_of(golden["a"])), tuple(duties_of(golden["b"]))
        at_a, at_b = ({duty.start: place for place, duty in enumerate(duties)} for duties in (one, other))
        places = [frozenset((at_a[i], at_b[j]) for i, j in golden[name] if i in at_a and j in at_b) for name in ("aligned", "optional")]
        reading = Reading(places[0], places[1], tuple(map(Verdict, (golden["verdict"], *golden["also"]))))
        found.append(RolePair("samples", (golden["a"], golden["b"]), one, other, (reading,)))
    return found


def _rows(table: Path) -> Iterator[list[str]]:
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _places(said: str) -> Pairs:
    return frozenset() if said == "-" else frozenset((int(a) - 1, int(b) - 1) for a, b in (pair.split("-") for pair in said.split()))


def _duties(path: str, spans: str) -> tuple[Passage, ...]:
    """Duties of a document by their characters; none if it is not here."""
    text = _text(path)
    if text is None:
        return ()
    places = [tuple(map(int, span.split("-"))) for span in spans.split()]
    return tuple(
        Passage(f"{path}:{start}-{end}", path, Label.DUTY, Kind.DUTY, start, end, text[start:end], ordinal)
        for ordinal, (start, end) in enumerate(places)
    )


@cache
def _text(path: str) -> str | None:
    file = SHARED / "data" / path
    return read_file(file).documents[0].text if file.is_file() else None


def _are_as_labelled(duties: Sequence[Passage], check: str, path: str) -> bool:
    if not duties:
        return False
    same = f"{zlib.crc32(chr(10).join(duty.text for duty in duties).encode()):08x}" == check
    if not same:
        print(f"{path}: read otherwise than when it was labelled", file=sys.stderr)
    return same


