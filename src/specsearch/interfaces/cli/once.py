"""An option of one value that is given twice is refused: that one of them counts would be silent."""

from __future__ import annotations

from collections import Counter

import typer
from typer.core import TyperCommand, TyperOption


class Command(TyperCommand):
    """A command that refuses to be given an option of one value more often than once; a flag may be repeated."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own type for it is private
        """Parse arguments; a usage error names the option that is repeated."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        _, _, parameters = self.make_parser(ctx).parse_args(args=given)
        for option, times in Counter(parameters).items():
            if times > 1 and isinstance(option, TyperOption) and not (option.multiple or option.is_flag):
                ctx.fail(f"{'/'.join(option.opts)} takes one value, but was given {times} times. Give it once.")
        return rest
