"""Errors become one message and the exit code of their sort."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from specsearch.errors import SpecsearchError, StorageError
from specsearch.interfaces.cli.output import notice

_Parameters = ParamSpec("_Parameters")
INTERRUPTED = 130


def reported(command: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Make a command that reports its errors instead of raising them."""

    @wraps(command)
    def run(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except SpecsearchError as error:
            notice(f"Error: {error}")
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError:
            # The reader of our output has gone, as in `specsearch roles | head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            notice("Interrupted. What was done so far is kept; run it again to go on.")
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            notice(f"Error: {error.strerror or error}{where}")
            raise typer.Exit(StorageError.exit_code) from error

    return run
