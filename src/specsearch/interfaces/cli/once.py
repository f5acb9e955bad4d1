"""How the command line of a command is read: settings of the project count where nothing is given, and an option of one value is given once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from specsearch.errors import SpecsearchError, UsageError
from specsearch.interfaces.cli.output import notice
from specsearch.interfaces.cli.project import (
    BRANDING,
    INDEX_VARIABLE,
    Setting,
    no_variables,
    options_of,
    project_of,
    settings_of,
    variables,
    without_kind,
)
from specsearch.storage.address import without_secrets

if TYPE_CHECKING:
    from specsearch.reports.branding import Branding

_PROJECT = "specsearch.project"
"""Where a context keeps the project, and what is set of the options of all commands."""
_HELP = frozenset(("-h", "--help"))


class Command(TyperCommand):
    """A command that takes the settings of a project, and refuses to be given an option of one value more often than once."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own type for it is private
        """Parse arguments; a usage error names the option that is repeated, or what is wrong in the settings."""
        given = list(args)
        _take_settings(self, ctx, given)
        with _in_plain_words():
            rest = super().parse_args(ctx, args)
        _refuse_repeated(self, ctx, given)
        return rest


class Group(TyperGroup):
    """A group of commands with options of its own that does the same."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own type for it is private
        """Parse arguments; a usage error names the option that is repeated, or what is wrong in the settings."""
        given = list(args)
        _take_settings(self, ctx, given)
        with _in_plain_words():
            rest = super().parse_args(ctx, args)
        _refuse_repeated(self, ctx, given)
        return rest


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Take out of the refusals of values what their reader did not ask about."""
    try:
        yield
    except Exception as error:  # the errors of typer have a private base
        if isinstance(said := getattr(error, "message", None), str):
            error.message = without_kind(said)  # type: ignore[attr-defined]
        raise


def is_with_command(ctx: typer.Context, group: str) -> bool:
    """Whether a command of a group is given, and not the group alone.

    Args:
        ctx: Of the group.
        group: What the group is called.

    Raises:
        UsageError: Options are given before the command, where they would count for nothing.
    """
    if ctx.invoked_subcommand is None:
        return False
    given = [option.opts[0] for option in ctx.command.params if isinstance(option, TyperOption) and is_given(ctx, option.name or "")]
    if given:
        raise UsageError(f"Give {' and '.join(given)} behind the command: specsearch {group} {ctx.invoked_subcommand} ... {given[0]} ...")
    return True


def is_given(ctx: typer.Context, name: str) -> bool:
    """Whether the command line itself gives a parameter, not settings, a variable or what is built in."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse_repeated(command: TyperCommand | TyperGroup, ctx: typer.Context, given: list[str]) -> None:
    _, _, parameters = command.make_parser(ctx).parse_args(args=given)
    for option, times in Counter(parameters).items():
        if times > 1 and isinstance(option, TyperOption) and not (option.multiple or option.is_flag):
            ctx.fail(f"{'/'.join(option.opts)} takes one value, but was given {times} times. Give it once.")


def _take_settings(command: TyperCommand | TyperGroup, ctx: typer.Context, given: list[str]) -> None:
    """Make what the project's file and variables say the defaults of a command; help is shown whatever they say."""
    if ctx.resilient_parsing or not _HELP.isdisjoint(given):
        return
    options, _, _ = command.make_parser(ctx).parse_args(args=list(given))
    try:
        project = project_of(options.get("index") or os.environ.get(INDEX_VARIABLE))
        settings = settings_of(project, cast(TyperGroup, ctx.find_root().command))
    except SpecsearchError as error:
        notice(f"Error: {error}")
        raise typer.Exit(error.exit_code) from error
    ctx.default_map = {parameter: setting.value for parameter, setting in _by_parameter(command, settings.get(_path(ctx), {}))}
    ctx.meta[_PROJECT] = project, settings


def in_force(ctx: typer.Context) -> dict[str, Any]:
    """What the project and the environment say, as plain values.

    Returns:
        "file" (None for none), "options" by command and option, each a "value" with what it is "from", "branding", "environment": the variables, and "no_option": those
        of them that are none.
    """
    project, settings = ctx.meta[_PROJECT]
    said = {" ".join(path): {name.replace("_", "-"): _plain(one) for name, one in options.items()} for path, options in settings.items() if options}
    return {
        "file": None if project.file is None else str(project.file),
        "options": said,
        "branding": dict(project.tables.get(BRANDING, {})),
        "environment": variables(),
        "no_option": no_variables(cast(TyperGroup, ctx.find_root().command)),
    }


def branding_in_force(ctx: typer.Context) -> Branding | None:
    """What the project of a command says of reports; None where it says nothing.

    Raises:
        SpecsearchError: As for `branding_from`.
    """
    project, _ = ctx.meta[_PROJECT]
    if project.file is None or BRANDING not in project.tables:
        return None
    from specsearch.reports.branding import branding_from

    return branding_from(project.tables[BRANDING], project.file)


def _plain(setting: Setting) -> dict[str, Any]:
    several = setting.value if isinstance(setting.value, list) else [setting.value]
    return {"value": without_secrets("; ".join(several)), "from": Path(setting.origin).name}


def _by_parameter(command: TyperCommand | TyperGroup, settings: Mapping[str, Setting]) -> Iterator[tuple[str, Setting]]:
    options = options_of(command)
    for name, setting in settings.items():
        yield options[name].name or name, setting


def _path(ctx: typer.Context) -> tuple[str, ...]:
    """The names that lead to a command."""
    names: list[str] = []
    here: Any = ctx
    while here.parent is not None:
        names.insert(0, here.info_name)
        here = here.parent
    return tuple(names)
