"""The tables of what is derived from the truth in the same schema: what conditions, phrases and exact scores are read from."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from specsearch.errors import IndexBusyError, UsageError
from specsearch.storage.postgres.database import Database
from specsearch.storage.postgres.leases import claim
from specsearch.storage.truth.connection import Connection

_ENGINES = {"pgvector": "by pgvector: give its address as postgresql://...", "milvus": "by Milvus: give its address as milvus+postgresql://..."}
FORM = "2"
"""What the tables hold of a passage; those of another form are made again."""
_TEXT = 'TEXT COLLATE "C" NOT NULL'
TABLES = {
    "catalog": f"""CREATE TABLE catalog (
    document BIGINT PRIMARY KEY, doc_id {_TEXT} UNIQUE, title {_TEXT}, level {_TEXT}, state {_TEXT}, year {_TEXT}, document_kind {_TEXT},
    jurisdiction {_TEXT}, printed BIGINT NOT NULL
)""",
    "catalog_by_title": "CREATE INDEX catalog_by_title ON catalog (title)",
    "catalog_by_state": "CREATE INDEX catalog_by_state ON catalog (state)",
    "catalog_by_printed": "CREATE INDEX catalog_by_printed ON catalog (printed)",
    "stems": f"CREATE TABLE stems (id INTEGER PRIMARY KEY, stem {_TEXT} UNIQUE, passages BIGINT NOT NULL)",
    "search": """CREATE TABLE search (
    key BIGINT PRIMARY KEY, document BIGINT NOT NULL, ordinal INTEGER NOT NULL, label SMALLINT NOT NULL, text BIGINT NOT NULL,
    vector BYTEA NOT NULL, terms INTEGER[] NOT NULL, words TEXT NOT NULL
)""",
    "search_by_document": "CREATE INDEX search_by_document ON search (document, ordinal)",
    "search_by_text": "CREATE INDEX search_by_text ON search (text)",
    "search_by_vector": "CREATE INDEX search_by_vector ON search (vector)",
    "search_by_terms": "CREATE INDEX search_by_terms ON search USING gin (terms)",
    "gone": "CREATE TABLE gone (document BIGINT PRIMARY KEY)",
    "derived": f"""CREATE TABLE derived (
    generation BIGINT NOT NULL, state {_TEXT}, form {_TEXT}, passages BIGINT NOT NULL, words BIGINT NOT NULL,
    base BIGINT NOT NULL, average DOUBLE PRECISION NOT NULL, moved BIGINT NOT NULL, dropped BIGINT NOT NULL, home {_TEXT}
)""",
    "kept": f"""CREATE TABLE kept (
    name {_TEXT}, generation BIGINT NOT NULL, form {_TEXT}, checksum BIGINT NOT NULL, content BYTEA NOT NULL, PRIMARY KEY (name, generation)
)""",
}
"""What makes each table and index, in order."""
CATALOGUED = ("title", "level", "state", "year", "document_kind", "jurisdiction", "printed")
"""Columns of the catalog after number and id."""
MADE = ("catalog", "stems", "search", "gone")
"""Tables whose rows are made of the truth."""
NAMES = (*MADE, "derived", "kept")


@dataclass(frozen=True, slots=True)
class Derived:
    """What the tables are derived from, and what the engine's are.

    Attributes:
        generation: The generation that they were made from.
        state: Its state.
        form: What they hold, see `made_for`.
        passages: How many there are.
        words: How many words these have.
        base: When everything was last made anew for the engine, see `engine.Pinned`.
        average: The words of a passage then, on average.
        moved: How many passages came or went since.
        dropped: The generation up to which nothing of earlier ones is left.
        home: The schema that they were made in, see `home_of`; "" if all that is derived is in it, and so goes where it goes.
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
    home: str


def form_of(meta: Mapping[str, str]) -> str:
    """What tables that are derived of a truth of some settings hold."""
    return f"{FORM} {zlib.crc32(meta.get('centre', '').encode()):08x}"


def home_of(database: Database) -> str:
    """What tells a schema from all others, also from those that it was copied to or restored from: what an engine holds elsewhere is of one only."""
    ((may,),) = database.query("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")
    cluster = "(SELECT system_identifier FROM pg_control_system())" if may else "0"  # some hosts do not tell it
    where = f"{cluster}, (SELECT oid FROM pg_database WHERE datname = current_database()), to_regnamespace(quote_ident(?))::oid"
    ((home,),) = database.query(f"SELECT concat_ws('-', {where})", (database.place.schema,))
    return str(home)


def made_for(meta: Mapping[str, str], engine: str) -> str:
    """The form of what is derived for an engine."""
    return f"{form_of(meta)} {engine}"


def check_engine(database: Database, engine: str) -> None:
    """See that what finds passages is, or may be, made for an engine.

    Raises:
        UsageError: It was made for another one, which would not see what is written.
    """
    found = derived(database)
    other = None if found is None else found.form.rpartition(" ")[2]
    if other in _ENGINES and other != engine:
        raise UsageError(f"{database.name}: this index is searched {_ENGINES[other]}. To search it otherwise, copy it into another schema: specsearch copy FROM TO")


def make(database: Database, earlier: Derived | None, generation: int) -> None:
    """Make empty tables, inside a transaction of the writer. Those who read go on reading what was in them.

    Args:
        database: A connection that writes.
        earlier: What the tables are derived from, if that is known.
        generation: The one in the making.

    Raises:
        IndexBusyError: The tables are to have other columns, and somebody reads them.
    """
    there = set(NAMES) - set(missing(database))
    if earlier is not None and earlier.form.partition(" ")[0] == FORM and there == set(NAMES):
        for name in MADE:
            database.execute(f"DELETE FROM {name}")
    elif there:
        since = generation - 1 if earlier is None else earlier.dropped
        if not claim(database, database.place.schema, range(max(0, since), generation + 1)):
            raise IndexBusyError(f"{database.name} is being read, and what finds its passages is to be made in another form. Wait until nobody reads it, then run this again.")
        for name in sorted(there):
            database.execute(f"DROP TABLE {name}")
    lacking = missing(database)
    for name, statement in TABLES.items():
        if name in lacking:
            database.execute(statement)


def missing(database: Database) -> list[str]:
    """Which of the tables and their indexes are not there."""
    there = "SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(?))"
    found = {name for (name,) in database.query(there, (database.place.schema,))}
    return [name for name in TABLES if name not in found]


def version(database: Connection) -> tuple[str, int]:
    """What tells the generation that a connection sees from others, and from itself before it was made again: its state, and its base."""
    ((state, base),) = database.query("SELECT (SELECT value FROM meta WHERE key = 'state'), (SELECT base FROM derived)")
    return str(state), int(base or 0)


def derived(database: Database) -> Derived | None:
    """What the tables are derived from; None if nothing is."""
    rows = database.query("SELECT * FROM derived") if "derived" not in missing(database) else []
    return Derived(*rows[0]) if rows else None


def put_derived(database: Connection, value: Derived) -> None:
    """Note what the tables are derived from."""
    database.execute("DELETE FROM derived")
    database.insert("derived", [astuple(value)])


def is_up_to_date(database: Database, meta: Mapping[str, str], engine: str) -> bool:
    """Whether what is derived, wherever it is, is of the generation that the settings of the truth name.

    Raises:
        UsageError: They were made for another engine.
    """
    check_engine(database, engine)
    found = derived(database)
    if found is None or (found.state, found.form) != (meta["state"], made_for(meta, engine)):
        return False
    return not found.home or found.home == home_of(database)
