"""An option of one value that is given twice is refused: that one of them counts would be silent."""

from __future__ import annotations

from collections import Counter

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption


class Command(TyperCommand):
    """A command that refuses to be given an option of one value more often than once; a flag may be repeated."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own type for it is private
        """Parse arguments; a usage error names the option that is repeated."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        _refuse_repeated(self, ctx, given)
        return rest


class Group(TyperGroup):
    """A group of commands with options of its own that refuses the same."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own type for it is private
        """Parse arguments; a usage error names the option that is repeated."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        _refuse_repeated(self, ctx, given)
        return rest


def given_options(ctx: typer.Context) -> list[str]:
    """The options that the command line gives to a group itself."""
    options = [option for option in ctx.command.params if isinstance(option, TyperOption)]
    sources = {option.opts[0]: ctx.get_parameter_source(option.name or "") for option in options}
    return [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]


def _refuse_repeated(command: TyperCommand | TyperGroup, ctx: typer.Context, given: list[str]) -> None:
    _, _, parameters = command.make_parser(ctx).parse_args(args=given)
    for option, times in Counter(parameters).items():
        if times > 1 and isinstance(option, TyperOption) and not (option.multiple or option.is_flag):
            ctx.fail(f"{'/'.join(option.opts)} takes one value, but was given {times} times. Give it once.")
