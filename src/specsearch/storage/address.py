"""Addresses of indexes: the path of a folder, or of a database that keeps one. What is secret stands in no address."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from specsearch.errors import UsageError

MILVUS_VARIABLE = "SPECSEARCH_MILVUS_URI"
"""Environment variable that says where Milvus is, where an address does not."""
MILVUS_SECRET = "SPECSEARCH_MILVUS_TOKEN"
"""Environment variable with what Milvus is to be told to let us in; its value is shown nowhere."""
FORMS = "a folder, postgresql://HOST/DATABASE or milvus+postgresql://HOST/DATABASE"
_POSTGRES, _MILVUS = "postgresql", "milvus+postgresql"
_DEFAULT_SCHEMA = "specsearch"
_SCHEME = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9+.-]+)://")
_COLLAPSED = re.compile(r"(?:milvus\+)?postgres(?:ql)?:/(?!/)")
"""What is left of an address that was taken for a path."""
_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_HOST = re.compile(r"(?:\[[^\]]+\]|[^:\[\]]*)(?::[0-9]{0,5})?")
_MILVUS_URI = re.compile(r"https?://[^\s/@?]+/?")
_PASSWORDS = frozenset(("password", "sslpassword", "oauth_client_secret", "token"))
_MASKED = (
    (re.compile(r"(:/+[^\s/@:]*):[^\s@]\S*@"), r"\1:***@"),
    (re.compile(rf"((?<![^\W_])(?:{'|'.join(sorted(_PASSWORDS))})=)[^&\s'\"]+", re.IGNORECASE), r"\1***"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database keeps an index.

    Attributes:
        name: The address as it was given, which holds no secret.
        postgres: The database, as an address that PostgreSQL's own programs take.
        database: What it is called; "" where a service of PostgreSQL's configuration says that.
        schema: The schema in it that holds the index.
        milvus: Where the Milvus is that serves searches; "" where the database itself does.
    """

    name: str
    postgres: str
    database: str
    schema: str
    milvus: str = ""


def is_address(place: Path | str) -> bool:
    """Whether a place is of the form of an address, and so no folder."""
    return isinstance(place, str) and _SCHEME.match(place) is not None


def address_of(place: Path | str) -> Address | None:
    """The database that a place names.

    Args:
        place: A folder, or an address: `postgresql://[user@]host[:port]/database[?schema=...&...]`, with further parameters as PostgreSQL
            takes them; or `milvus+postgresql://` with the same, and perhaps `milvus=http://host:19530`.

    Returns:
        The database; None for a folder.

    Raises:
        UsageError: It is an address of another sort, is not complete, or holds a password, which the message does not repeat.
    """
    text = str(place)
    if _COLLAPSED.match(text):
        raise UsageError("An address of an index was taken for a path, and lost a slash. Give it as text: open_index(\"postgresql://...\").")
    found = _SCHEME.match(text)
    if found is None:
        return None
    scheme, rest = found["name"].lower(), text[found.end() :]
    if scheme not in (_POSTGRES, _MILVUS):
        raise UsageError(f"{scheme}:// is no address of an index. Give {FORMS}." + (" Is postgresql:// meant?" if scheme == "postgres" else ""))
    before, _, parameters = rest.partition("?")
    authority, _, database = before.partition("/")
    _check_authority(authority, text)
    _check_database(database, text)
    given = list(_parameters(parameters, text))
    own = {name: value for name, _, value in given if name in ("schema", "milvus")}
    passed = "&".join(raw for name, raw, _ in given if name not in own)
    if not database and not any(name in ("dbname", "service") for name, _, _ in given):
        raise UsageError(f"{_shown(text)} names no database: write {scheme}://HOST/DATABASE.")
    if scheme == _POSTGRES and "milvus" in own:
        raise UsageError(f"{_shown(text)} names Milvus, which an address that begins with milvus+postgresql:// does.")
    return Address(
        name=text,
        postgres=f"{_POSTGRES}://{before}{'?' if passed else ''}{passed}",
        database=unquote(database),
        schema=_schema(own.get("schema", _DEFAULT_SCHEMA)),
        milvus=_milvus(own.get("milvus", ""), text) if scheme == _MILVUS else "",
    )


def without_secrets(text: str) -> str:
    """A text in which what seems to be a password in an address is not shown."""
    for pattern, instead in _MASKED:
        text = pattern.sub(instead, text)
    return text


def typed(place: str) -> str:
    """A place as it is typed behind `--index` in a shell: parameters of an address stand in quotes.

    >>> typed("index"), typed("postgresql://db/hr?schema=a&port=5")
    ('index', "'postgresql://db/hr?schema=a&port=5'")
    """
    return shlex.quote(place)


def beside(place: str, ending: str) -> Path:
    """A name for what belongs to an index and is no part of it: beside its folder; of a database in the current folder.

    Args:
        place: Where the index is.
        ending: What is added to its name.

    >>> beside("work/index", "-judging").as_posix()
    'work/index-judging'
    >>> beside("postgresql://db.example/hr?schema=salaries", "-judging").as_posix()
    'hr-salaries-judging'
    """
    if (address := address_of(place)) is not None:
        return Path(re.sub(r"[^\w.-]+", "-", f"{address.database or 'index'}-{address.schema}{ending}").lstrip("."))
    path = Path(os.path.normpath(place))
    path = path if path.name not in ("", "..") else path.resolve()
    return path.with_name(f"{path.name}{ending}")


def _check_authority(authority: str, text: str) -> None:
    """See that what stands before the database names hosts, and nobody's password."""
    user, _, hosts = authority.rpartition("@")
    if user.partition(":")[2]:
        raise UsageError(_NO_PASSWORD)
    if not all(_HOST.fullmatch(host) for host in hosts.split(",")) or "@" in user:
        raise UsageError(f"{_shown(text)} cannot be understood: write postgresql://USER@HOST:PORT/DATABASE. {_NO_PASSWORD}")


def _check_database(database: str, text: str) -> None:
    """See that what stands behind the hosts is one name: a password may have a slash, and so end behind it."""
    if re.search(r"[@/#]", database):
        raise UsageError(f"{_shown(text)} cannot be understood: behind the host stands the name of one database, with %40, %2F and %23 for @, / and #. {_NO_PASSWORD}")


def _parameters(text: str, address: str) -> Iterator[tuple[str, str, str]]:
    """Parameters of an address: the name, how it stands there, and the value."""
    names = set()
    for raw in filter(None, text.split("&")):
        name, equals, value = raw.partition("=")
        name = unquote(name)
        if name.lower() in _PASSWORDS:
            raise UsageError(_NO_PASSWORD)
        if not equals or not re.fullmatch(r"[A-Za-z_]+", name) or re.search(r"[\s@]", raw):
            raise UsageError(f"{_shown(address)} cannot be understood: its parameters are NAME=VALUE, with & between them.")
        if name in names:
            raise UsageError(f"{_shown(address)} says {name} twice.")
        names.add(name)
        yield name, raw, unquote(value)


def _schema(name: str) -> str:
    if not _SCHEMA.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the schema of an index: it is small letters, digits and _, begins with none of the digits nor with pg_, and has 63 characters at most.")
    return name


def _milvus(stated: str, address: str) -> str:
    """Where Milvus is: as the address says, or the environment."""
    uri, where = (stated, "milvus=...") if stated else (os.environ.get(MILVUS_VARIABLE, ""), MILVUS_VARIABLE)
    if not uri:
        raise UsageError(f"{_shown(address)} does not say where Milvus is: add milvus=http://HOST:19530 to its parameters, or set {MILVUS_VARIABLE}.")
    if not _MILVUS_URI.fullmatch(uri):
        raise UsageError(f"{where} is to be http://HOST:PORT or https://HOST:PORT. What Milvus asks to let you in stands in {MILVUS_SECRET} alone: a token, or USER:PASSWORD.")
    return uri.rstrip("/")


def _shown(address: str) -> str:
    """An address that cannot be understood, which may hold a password anywhere: its beginning alone."""
    return f"The address {_SCHEME.match(address)[0]}..."  # type: ignore[index]  # it begins like one


_NO_PASSWORD = (
    "No password stands in the address of an index, which is shown and kept in many places. Leave it out, and give it by the variable "
    "PGPASSWORD, or by the file ~/.pgpass."
)
