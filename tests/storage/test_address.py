"""Addresses of indexes: which there are, what is refused, and that a secret is never repeated."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from specsearch.errors import UsageError
from specsearch.storage import stores
from specsearch.storage.address import (
    MILVUS_VARIABLE,
    Address,
    address_of,
    beside,
    is_address,
    typed,
    without_secrets,
)
from specsearch.storage.local.store import LocalStore
from specsearch.storage.stores import store_at

SECRET = "correct-horse"


@pytest.mark.parametrize("place", ["index", "a/b:c", "", ".", "postgresql", "C:\\indexes\\jobs", "c:/indexes", Path("/a/ix"), "a b"])
def test_a_folder_is_no_address(place: str | Path) -> None:
    """What does not begin like an address is a path, however odd."""
    assert address_of(place) is None
    assert not is_address(place)
    store = store_at(place)
    assert isinstance(store, LocalStore)
    assert store.folder == Path(place)


@pytest.mark.parametrize(
    ("text", "postgres", "database", "schema"),
    [
        ("postgresql://db/hr", "postgresql://db/hr", "hr", "specsearch"),
        ("PostgreSQL://ana@db.example:5433/hr", "postgresql://ana@db.example:5433/hr", "hr", "specsearch"),
        ("postgresql://db/hr?schema=salaries_2", "postgresql://db/hr", "hr", "salaries_2"),
        ("postgresql://db/hr?sslmode=require&schema=a&connect_timeout=3", "postgresql://db/hr?sslmode=require&connect_timeout=3", "hr", "a"),
        ("postgresql://postgres:@/postgres?host=/tmp/x", "postgresql://postgres:@/postgres?host=/tmp/x", "postgres", "specsearch"),
        ("postgresql://ana@a:1,b:2/h%72", "postgresql://ana@a:1,b:2/h%72", "hr", "specsearch"),
        ("postgresql://[2001:db8::1]:5432/hr", "postgresql://[2001:db8::1]:5432/hr", "hr", "specsearch"),
        ("postgresql://ana%40work@db/hr", "postgresql://ana%40work@db/hr", "hr", "specsearch"),
        ("postgresql://?service=hr&schema=b", "postgresql://?service=hr", "", "b"),
        ("postgresql:///hr", "postgresql:///hr", "hr", "specsearch"),
        ("postgresql://db/hr?passfile=/home/ana/pw", "postgresql://db/hr?passfile=/home/ana/pw", "hr", "specsearch"),
    ],
)
def test_addresses_of_databases(text: str, postgres: str, database: str, schema: str) -> None:
    """What PostgreSQL is given is the address without what is ours; the name is what was typed."""
    assert address_of(text) == Address(text, postgres, database, schema)
    assert is_address(text)


@pytest.mark.parametrize(
    ("text", "variable", "milvus"),
    [
        ("milvus+postgresql://db/hr?milvus=http://m:19530", "", "http://m:19530"),
        ("milvus+postgresql://db/hr?milvus=https%3A%2F%2Fm.example%2F&schema=a", "http://other:1", "https://m.example"),
        ("milvus+postgresql://db/hr", "http://m:19530", "http://m:19530"),
        ("postgresql://db/hr", "http://m:19530", ""),
    ],
)
def test_where_milvus_is(text: str, variable: str, milvus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address says it, or else the environment; an address without Milvus has none, whatever the environment says."""
    monkeypatch.setenv(MILVUS_VARIABLE, variable)
    address = address_of(text)
    assert address is not None
    assert address.milvus == milvus
    assert address.postgres == "postgresql://db/hr"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s3://bucket/index", "s3:// is no address of an index. Give a folder, postgresql://"),
        ("postgres://db/hr", "Is postgresql:// meant?"),
        ("milvus://m:19530", "milvus:// is no address"),
        ("postgresql://db", "names no database: write postgresql://HOST/DATABASE"),
        ("postgresql://db/", "names no database"),
        ("postgresql:/db/hr", "lost a slash"),
        ("milvus+postgresql:/db/hr", "lost a slash"),
        ("postgresql://db/hr?schema=Jobs", "'Jobs' cannot be the schema"),
        ("postgresql://db/hr?schema=pg_jobs", "cannot be the schema"),
        ("postgresql://db/hr?schema=", "cannot be the schema"),
        (f"postgresql://db/hr?schema={'a' * 64}", "cannot be the schema"),
        ("postgresql://db/hr?schema=a;drop", "cannot be the schema"),
        ("postgresql://db/hr?sslmode", "its parameters are NAME=VALUE"),
        ("postgresql://db/hr?ssl mode=a", "its parameters are NAME=VALUE"),
        ("postgresql://d b:x/hr", "cannot be understood"),
        ("postgresql://db:54x/hr", "cannot be understood"),
        ("postgresql://db/hr/extra", "the name of one database"),
        ("postgresql://db/hr#jobs", "the name of one database"),
        ("postgresql://db/hr?schema=a&schema=b", "says schema twice"),
        ("postgresql://db/hr?host=a&port=1&host=b", "says host twice"),
        ("postgresql://db/hr?milvus=http://m:1", "names Milvus"),
        ("milvus+postgresql://db/hr", "does not say where Milvus is"),
        ("milvus+postgresql://db/hr?milvus=m:19530", "is to be http://HOST:PORT"),
    ],
)
def test_what_is_no_address(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is refused with what to write instead."""
    monkeypatch.delenv(MILVUS_VARIABLE, raising=False)
    with pytest.raises(UsageError) as refused:
        store_at(text)
    assert said in str(refused.value)


WITH_SECRETS = (
    f"postgresql://ana:{SECRET}@db/hr",
    f"postgresql://ana:{SECRET}@db",
    f"postgresql://ana:p@{SECRET}@db/hr",
    f"postgresql://ana:p/{SECRET}@db/hr",
    f"postgresql://ana:p?{SECRET}@db/hr",
    f"postgresql://ana:123/{SECRET}@db/hr",
    f"postgresql://ana:/{SECRET}@db",
    f"postgresql://ana:123/{SECRET}@db/hr?schema=a",
    f"postgresql://ana:p#{SECRET}@db/hr",
    f"postgresql://:{SECRET}@db/hr",
    f"postgresql://ana:p {SECRET}@db/hr",
    f"postgresql://db/hr?password={SECRET}",
    f"postgresql://db/hr?Password={SECRET}",
    f"postgresql://db/hr?pass%77ord={SECRET}",
    f"postgresql://db/hr?sslpassword={SECRET}&schema=a",
    f"postgres://ana:{SECRET}@db/hr",
    f"mysql://ana:{SECRET}@db/hr",
    f"milvus+postgresql://ana:{SECRET}@db/hr?milvus=http://m:1",
    f"milvus+postgresql://db/hr?milvus=http://root:{SECRET}@m:19530",
    f"milvus+postgresql://db/hr?milvus=http://m:19530/?token={SECRET}",
    f"milvus+postgresql://db/hr?milvus=http://m:19530&token={SECRET}",
    f"postgresql:/ana:{SECRET}@db/hr",
)


@pytest.mark.parametrize("text", WITH_SECRETS)
def test_no_secret_is_taken_or_repeated(text: str) -> None:
    """A password in an address is refused, wherever it stands, and the refusal does not show it."""
    with pytest.raises(UsageError) as refused:
        address_of(text)
    assert SECRET not in str(refused.value)


def test_a_secret_in_the_variable_of_milvus(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Milvus asks is not to stand in the variable that says where it is, and is not shown."""
    monkeypatch.setenv(MILVUS_VARIABLE, f"http://root:{SECRET}@m:19530")
    with pytest.raises(UsageError, match="SPECSEARCH_MILVUS_TOKEN") as refused:
        address_of("milvus+postgresql://db/hr")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("text", [text for text in WITH_SECRETS if "%77" not in text and "p " not in text])
def test_what_is_shown_of_settings_hides_secrets(text: str) -> None:
    """What the environment or a file says is shown, but for passwords."""
    assert SECRET not in without_secrets(text)
    assert SECRET not in without_secrets(f"index = {text}; and more")


@pytest.mark.parametrize("text", ["index", "postgresql://ana@db:5432/hr?schema=a", "http://m:19530", "a: b@c", "http://a:1/x, or b@c"])
def test_what_holds_no_secret_is_shown_as_it_is(text: str) -> None:
    """Nothing else is hidden."""
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("work/index", "work/index-judging"),
        ("work/index/", "work/index-judging"),
        ("postgresql://db/hr", "hr-specsearch-judging"),
        ("milvus+postgresql://db/hr?schema=a&milvus=http://m:1", "hr-a-judging"),
        ("postgresql://?service=x", "index-specsearch-judging"),
        ("postgresql://db/..%2F..%2Fetc", "-..-etc-specsearch-judging"),
    ],
)
def test_what_lies_beside_an_index(place: str, expected: str) -> None:
    """Beside a folder, or in the current one: no name of a database leads elsewhere."""
    assert beside(place, "-judging") == Path(expected)


@pytest.mark.parametrize(("address", "library"), [("postgresql://db/hr", "psycopg"), ("milvus+postgresql://db/hr?milvus=http://m:1", "pymilvus")])
def test_what_is_not_installed(address: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not what an index in a database needs is told how to install it, before anything is asked of it."""
    monkeypatch.setattr(stores, "find_spec", lambda name: None if name == library else name)
    with pytest.raises(UsageError, match=rf"not installed \({library}\).*pip install 'specsearch\[cluster\]'"):
        store_at(address)


def test_stores_of_addresses() -> None:
    """PostgreSQL alone finds passages, or Milvus does where the address says so; no server is asked yet."""
    pytest.importorskip("psycopg")
    pytest.importorskip("pymilvus")
    from specsearch.storage.postgres.store import PostgresStore

    assert store_at("postgresql://db/hr").name == "postgresql://db/hr"
    engines = [type(cast(PostgresStore, store_at(address)).engine).__name__ for address in ("postgresql://db/hr", "milvus+postgresql://db/hr?milvus=http://m:1")]
    assert engines == ["Pgvector", "MilvusEngine"]


def test_addresses_in_commands_are_quoted() -> None:
    """A command that a message names can be pasted into a shell."""
    assert typed("postgresql://db/hr?a=b&schema=c") == "'postgresql://db/hr?a=b&schema=c'"
    assert typed("index") == "index"
