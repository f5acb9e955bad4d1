"""The settings of a project: a file `specsearch.toml` beside the index, with defaults for the options of commands.

What is given on the command line counts before an environment variable, that before the file, and the file before
what is built in.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from specsearch.errors import UsageError, refused
from specsearch.fields import COLUMNS
from specsearch.storage.address import MILVUS_SECRET, MILVUS_VARIABLE, is_address, without_secrets

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup

NAME = "specsearch.toml"
INDEX_VARIABLE = "SPECSEARCH_INDEX"
"""Environment variable that names the index where `--index` does not; an empty one counts as none."""
PREFIX = "SPECSEARCH"
"""What the names of environment variables begin with: SPECSEARCH_SEARCH_PER_CITY is `--per-city` of `search`."""
SECRETS = ("SPECSEARCH_TOKEN", MILVUS_SECRET)
"""Variables whose values are shown nowhere."""
EVERY = "defaults"
"""The table whose options are those of every command that has them."""
BRANDING = "branding"
"""The table that says how reports look; see `specsearch.reports.branding`."""
_AT_EACH_CALL = ("force", "prune", "repair", "save", "seen", "help", "version", "install_completion", "show_completion")
"""Options that destroy or keep something are to be given each time."""
_SAYING = (("index",), ("sources", "set"))
"""Commands that keep what their options say of documents. What searches are restricted to by default must not be said so: of an option that is
called like a field, only what is set for the command itself counts there."""
_FIELDS = frozenset(column for name in COLUMNS for column in (name, *COLUMNS[name]))
_KNOWN = (*SECRETS, MILVUS_VARIABLE, INDEX_VARIABLE, "SPECSEARCH_CACHE", "SPECSEARCH_SOFFICE")
"""Variables that are no options."""
_PLACES = ("index", "source", "target", "corpus")
"""What parameters are called that name an index or a corpus: folders, or addresses."""
SEPARATOR = ";"
"""What stands between several values in an environment variable."""
_LARGEST = 1_000_000
"""Bytes beyond which a file is no settings."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of an option, or several, and the file or variable that states it."""

    value: str | list[str]
    origin: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a settings file says.

    Attributes:
        file: The file; None where there is none.
        tables: Its tables, by name.
    """

    file: Path | None = None
    tables: Mapping[str, Any] = field(default_factory=dict)

    def path(self, value: str) -> Path:
        """A path that the file names: as seen from the folder that it is in."""
        return Path(value) if self.file is None else self.file.parent / value

    def place(self, value: str) -> str:
        """The place of an index or a corpus that the file names: an address as it stands there, or a folder as seen from that of the file."""
        return value if is_address(value) else str(self.path(value))


def project_of(index: str | None) -> Project:
    """The settings beside an index; in the current folder where none is named, or one in a database.

    Args:
        index: The index that was named; None for none.

    Raises:
        UsageError: The file is no TOML.
        StorageError: It cannot be read.
    """
    file = (Path(index).absolute().parent if index and not is_address(index) else Path.cwd()) / NAME
    try:
        if not file.is_file():
            return Project()
        if file.stat().st_size > _LARGEST:
            raise UsageError(f"{file} is too large for a file of settings.")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refused(file, error, "read") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no UTF-8 text. Save it as UTF-8.") from error
    try:
        return Project(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} cannot be read: {error}. Text stands in quotes (city = \"Elm Fork\"), and a table begins with its name in brackets ([search]).") from error


def settings_of(project: Project, root: TyperGroup) -> dict[tuple[str, ...], dict[str, Setting]]:
    """What is set of the options of each command, checked.

    Args:
        project: What the file says.
        root: The whole command line.

    Returns:
        By the names that lead to a command, its options by name; the paths that the file names are as seen from its folder.

    Raises:
        UsageError: A table is of no command, an option is of none, or a value is none for it.
    """
    commands = dict(_commands(root))
    general = _table(project, project.tables.get(EVERY, {}), EVERY)
    every = {name for command in commands.values() for name in options_of(command)}
    for name in general.keys() - every:
        raise UsageError(_no_such(project, EVERY, name, every))
    tables = dict(_tables(project, project.tables, commands))
    found = {}
    for path, command in commands.items():
        own, known = tables.get(path, {}), options_of(command)
        for name in own.keys() - known.keys():
            raise UsageError(_no_such(project, " ".join(path), name, known))
        shared = {name for name in known if not (path in _SAYING and name in _FIELDS)}
        given = {name: value for name, value in general.items() if name in shared} | own
        found[path] = {name: _of_file(project, known[name], name, value) for name, value in given.items()}
        found[path] |= {
            name: setting for name, parameter in known.items() if (setting := _of_variable(path, name, parameter, shared=name in shared))
        }
    return found


def _commands(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if getattr(command, "commands", None):
            yield from _commands(command, (*path, name))  # type: ignore[arg-type]  # only groups have commands


def _tables(project: Project, given: Mapping[str, Any], commands: Mapping[tuple[str, ...], Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Tables of options by command; a group of commands has theirs within its own."""
    for name, value in given.items():
        here = (*path, name)
        if not path and name in (EVERY, BRANDING):
            continue
        table = _table(project, value, name)
        if here not in commands:
            names = {" ".join(known) for known in commands} | {EVERY, BRANDING}
            raise UsageError(f"{project.file}: [{'.'.join(here)}] is no command.{_nearest(' '.join(here), names)} Options of all commands stand below [{EVERY}].")
        inner = {key.replace("_", "-"): one for key, one in table.items() if isinstance(one, dict)}
        yield here, {key: one for key, one in table.items() if not isinstance(one, dict)}
        yield from _tables(project, inner, commands, here)


def _table(project: Project, value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{project.file}: {name} is an option of no command. Write it below [{EVERY}], or below the name of a command in brackets: [search].")
    return {key.replace("-", "_"): one for key, one in value.items()}


def options_of(command: TyperCommand | TyperGroup) -> dict[str, Any]:
    """Parameters of a command, by the name under which the file has them: that of the option, and of an argument its own."""
    found = {}
    for parameter in command.params:
        if parameter.name == "index" and parameter.default is None:
            continue  # naming an index says there that one is to be used at all
        if getattr(parameter, "is_flag", False) and not parameter.secondary_opts:
            continue  # nothing on the command line could take it back
        name = max((option.lstrip("-") for option in parameter.opts), key=len).replace("-", "_")
        if name not in _AT_EACH_CALL:
            found[name] = parameter
    return found


def _no_such(project: Project, table: str, name: str, known: Collection[str]) -> str:
    if name in _AT_EACH_CALL:
        return f"{project.file}: --{_typed(name)} cannot be set for good: give it each time."
    return f"{project.file}: {table} has no option {_typed(name)}.{_nearest(name, known)}"


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Is {_typed(near[0])} meant?" if near else ""


def _of_file(project: Project, parameter: Any, name: str, value: object) -> Setting:  # noqa: ANN401 - typer's own type for it is private
    several = value if isinstance(value, list) else [value]
    if any(isinstance(one, (list, dict)) for one in several):
        raise UsageError(f"{project.file}: {_typed(name)} takes a value, or several in brackets.")
    kind = parameter.type_descriptor.annotation
    seen = project.place if parameter.name in _PLACES else project.path if Path in (kind, *get_args(kind)) else str
    return _setting(parameter, [str(seen(str(one))) for one in several], str(project.file), _typed(name))


def _of_variable(path: Sequence[str], name: str, parameter: Any, *, shared: bool) -> Setting | None:  # noqa: ANN401 - as above
    """What a variable says of the option of this command, or, if it is shared, of all that have it."""
    for variable in (_variable(*path, name), *((_variable(name),) if shared else ())):
        if value := os.environ.get(variable):
            return _setting(parameter, value.split(SEPARATOR) if parameter.multiple else [value], variable, variable)
    return None


def _variable(*names: str) -> str:
    return "_".join((PREFIX, *names)).replace("-", "_").upper()


def _setting(parameter: Any, texts: list[str], origin: str, name: str) -> Setting:  # noqa: ANN401 - as above
    """A value as the command line would state it, which the command then reads."""
    where = origin if origin == name else f"{origin}: {name}"
    if not parameter.multiple and len(texts) != 1:
        raise UsageError(f"{where} takes one value.")
    value = texts if parameter.multiple else texts[0]
    try:
        parameter.get_runtime_param().coerce(value, param=parameter, ctx=None)
    except Exception as error:  # the errors of typer have a private base
        why = without_kind(str(getattr(error, "message", error)))
        raise UsageError(f"{where} cannot be {without_secrets('; '.join(texts))!r}: {why}") from error
    return Setting(value, origin)


def without_kind(said: str) -> str:
    """What is wrong with a value, without the word of the library that checks it for which kind of error that is."""
    return said.removeprefix("Value error, ")


def _typed(name: str) -> str:
    return name.replace("_", "-")


def project_index() -> str | None:
    """The index that the variable or the settings in the current folder name; None where neither does.

    Raises:
        SpecsearchError: As for `project_of`.
    """
    if named := os.environ.get(INDEX_VARIABLE):
        return named
    project = project_of(None)
    told = project.tables.get(EVERY, {})
    return project.place(str(told["index"])) if isinstance(told, dict) and "index" in told else None


def no_variables(root: TyperGroup) -> list[str]:
    """Environment variables that begin like ours and are no option of any command."""
    options = {variable for path, command in _commands(root) for name in options_of(command) for variable in (_variable(*path, name), _variable(name))}
    return sorted(variables().keys() - options - set(_KNOWN))


def variables() -> dict[str, str]:
    """Environment variables that say something to the program, by name; a secret one without its value."""
    found = {name: value for name, value in sorted(os.environ.items()) if name.startswith(f"{PREFIX}_") and value}
    return {name: "(not shown)" if name in SECRETS else without_secrets(value) for name, value in found.items()}
