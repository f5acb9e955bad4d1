"""The tables of what is derived from the truth in the same schema: what conditions, phrases and exact scores are read from."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from specsearch.storage.postgres.database import Database
from specsearch.storage.truth.connection import Connection

FORM = "1"
"""What the tables hold of a passage; those of another form are made again."""
_TEXT = 'TEXT COLLATE "C" NOT NULL'
TABLES = (
    f"""CREATE TABLE catalog (
    document BIGINT PRIMARY KEY, doc_id {_TEXT} UNIQUE, title {_TEXT}, level {_TEXT}, state {_TEXT}, year {_TEXT}, document_kind {_TEXT},
    jurisdiction {_TEXT}, printed BIGINT NOT NULL
)""",
    "CREATE INDEX catalog_by_title ON catalog (title)",
    "CREATE INDEX catalog_by_state ON catalog (state)",
    "CREATE INDEX catalog_by_printed ON catalog (printed)",
    f"CREATE TABLE stems (id INTEGER PRIMARY KEY, stem {_TEXT} UNIQUE, passages BIGINT NOT NULL)",
    """CREATE TABLE search (
    key BIGINT PRIMARY KEY, document BIGINT NOT NULL, ordinal INTEGER NOT NULL, label SMALLINT NOT NULL, text BIGINT NOT NULL,
    vector BYTEA NOT NULL, terms INTEGER[] NOT NULL, words TEXT NOT NULL
)""",
    "CREATE INDEX search_by_document ON search (document, ordinal)",
    "CREATE INDEX search_by_text ON search (text)",
    "CREATE INDEX search_by_vector ON search (vector)",
    "CREATE INDEX search_by_terms ON search USING gin (terms)",
    "CREATE TABLE gone (document BIGINT PRIMARY KEY)",
    f"""CREATE TABLE derived (
    generation BIGINT NOT NULL, state {_TEXT}, form {_TEXT}, passages BIGINT NOT NULL, words BIGINT NOT NULL,
    base BIGINT NOT NULL, average DOUBLE PRECISION NOT NULL, moved BIGINT NOT NULL, dropped BIGINT NOT NULL
)""",
    f"""CREATE TABLE kept (
    name {_TEXT}, generation BIGINT NOT NULL, form {_TEXT}, checksum BIGINT NOT NULL, content BYTEA NOT NULL, PRIMARY KEY (name, generation)
)""",
)
CATALOGUED = ("title", "level", "state", "year", "document_kind", "jurisdiction", "printed")
"""Columns of the catalog after number and id."""
NAMES = ("catalog", "stems", "search", "gone", "derived", "kept")


@dataclass(frozen=True, slots=True)
class Derived:
    """What the tables are derived from, and what the engine's are.

    Attributes:
        generation: The generation that they were made from.
        state: Its state.
        form: What they hold, see `form_of`.
        passages: How many there are.
        words: How many words these have.
        base: The generation at which everything was last made anew for the engine.
        average: The words of a passage then, on average.
        moved: How many passages came or went since.
        dropped: The generation up to which nothing of earlier ones is left.
    """

    generation: int
    state: str
    form: str
    passages: int
    words: int
    base: int
    average: float
    moved: int
    dropped: int


def form_of(meta: Mapping[str, str]) -> str:
    """What tables that are derived of a truth of some settings hold."""
    return f"{FORM} {zlib.crc32(meta.get('centre', '').encode()):08x}"


def are_there(database: Connection) -> bool:
    """Whether the tables were made."""
    return bool(database.query("SELECT to_regclass('derived') IS NOT NULL")[0][0])


def make(database: Connection) -> None:
    """Make the tables anew, inside a transaction of the writer."""
    for name in NAMES:
        database.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in TABLES:
        database.execute(statement)


def derived(database: Connection) -> Derived | None:
    """What the tables are derived from; None if nothing is."""
    rows = database.query("SELECT * FROM derived") if are_there(database) else []
    return Derived(*rows[0]) if rows else None


def put_derived(database: Connection, value: Derived) -> None:
    """Note what the tables are derived from."""
    database.execute("DELETE FROM derived")
    database.insert("derived", [astuple(value)])


def is_up_to_date(database: Database, meta: Mapping[str, str]) -> bool:
    """Whether the tables are derived from the generation that the settings of the truth name."""
    found = derived(database)
    return found is not None and (found.state, found.form) == (meta["state"], form_of(meta))
