"""`specsearch mcp`."""

from __future__ import annotations

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, session_of
from specsearch.interfaces.cli.output import notice


def command(index: IndexAddress = DEFAULT_INDEX) -> None:
    """Serve the index to a model by the Model Context Protocol, over standard input and output; nothing can be changed through it.

    It is started by the assistant, not by hand: docs/mcp.md says how to set it up.

    Example: **specsearch mcp --index index**
    """
    try:
        from specsearch.interfaces.mcp.stdio import serve
    except ModuleNotFoundError as error:
        raise UsageError(f"specsearch mcp needs more packages ({error.name} is missing). Install them with: pip install 'specsearch[web]'") from error
    serve(session_of(index).address, notice)
