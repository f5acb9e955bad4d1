"""A few readable documents to search, and the truth about them: what the tests of retrieval share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from conftest import WordEncoder, contents
from specsearch.encoding.centre import centred
from specsearch.encoding.context import embedded_text
from specsearch.records import Document, Hit, Kind, Passage
from specsearch.retrieval import Filters, search
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

EVERYTHING = Filters(kinds=frozenset(Kind))
every_place = partial(search, repeats=True)
"""The search in which each place of a text is a hit: what the order and the scores of passages are told by."""

TEXTS = {
    "alder-ferry-or/budget.txt": """\
CITY OF ALDER FERRY
BUDGET ANALYST II
Class Code: 1204

DEFINITION
Under direction of the finance director, performs professional budget work.

EXAMPLES OF DUTIES
• Prepares and monitors the operating budget of assigned departments.
• Reviews purchase requests for available funds. Explains budget rules to managers.
• Drives a van to the print shop.
• Performs related duties as required.

QUALIFICATIONS
• A bachelor's degree in finance or accounting and two years of budget experience.
• A valid driver's license.

SALARY
• The monthly salary is $5,100 to $6,800.
""",
    "wren-harbor-me/streets.txt": """\
CITY OF WREN HARBOR
STREET CREW LEADER

EXAMPLES OF DUTIES
• Leads a crew that patches potholes and seals cracks in city streets.
• Operates a roller, a loader and a dump truck.
• Enters work orders in the GIS and CMMS systems; prepares maps of completed work.
• Performs related duties as required.

QUALIFICATIONS
• A commercial driver license.
• Ability to read maps and plans.
""",
    "wren-harbor-me/budget-officer.txt": """\
CITY OF WREN HARBOR
SENIOR BUDGET OFFICER

EXAMPLES OF DUTIES
• Develops the annual budget calendar and budget instructions.
• Forecasts revenue from taxes, fees and grants.
• Performs related duties as required.

QUALIFICATIONS
• Knowledge of municipal accounting.
""",
    "sable-crossing-nm/posting.txt": """\
TOWN OF SABLE CROSSING
LIBRARIAN I
Job posting. Salary $21.40 hourly. Closing date: May 3. Apply online by the closing date.

DUTIES
• Answers reference questions at the public desk.
• Selects books for the children's room.

QUALIFICATIONS
• A master's degree in library science.

HOW TO APPLY
• Submit an application with a resume to the personnel office.
""",
    "notes/unknown.txt": """\
DUTIES
• Sorts the incoming mail of the whole office every morning.
""",
}


@contextmanager
def opened(folder: Path) -> Iterator[Snapshot]:
    """An index with the encoder of the tests."""
    with open_snapshot(folder, encoder=WordEncoder()) as found:
        yield found


CROWD = 5200
"""Passages of one city that are better than the one of the other."""


@dataclass(frozen=True)
class Truth:
    """All passages of an index in the order of their positions, with vectors that were made apart from it."""

    documents: list[Document]
    passages: list[Passage]
    vectors: np.ndarray


def truth_of(index: Snapshot) -> Truth:
    """Everything that an index holds, for an oracle that knows nothing of search files."""
    pairs = [(document, passage) for document, passages in contents(index) for passage in passages]
    texts = [embedded_text(passage) for _, passage in pairs]
    unique = {text: WordEncoder().encode_query(text)[0] for text in set(texts)}
    vectors = centred(np.stack([unique[text] for text in texts]), index.centre)
    return Truth([d for d, _ in pairs], [p for _, p in pairs], vectors)


def ids(hits: list[Hit]) -> list[str]:
    """Passage ids of hits, best first."""
    return [hit.passage.passage_id for hit in hits]


def texts(hits: list[Hit]) -> list[str]:
    """Texts of hits without their bullets, best first."""
    return [hit.passage.text.removeprefix("• ") for hit in hits]


QUERIES = [
    "prepares the operating budget",
    "driver license",
    "maps of streets",
    "performs related duties",
    "unheard-of words",
]
