"""`specsearch serve`."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder
from specsearch.interfaces.cli.output import notice

PORT = 8765


def command(
    index: IndexFolder = DEFAULT_INDEX,
    corpus: Annotated[Path, typer.Option(help="Folder of the job documents, into which uploads go.")] = Path("corpus"),
    port: Annotated[int, typer.Option(help="Where to listen; if it is taken, the next one that is free. 0 for any.", min=0, max=65535)] = PORT,
    host: Annotated[str, typer.Option(help="Address of this machine where others may reach it; they need a token.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Open the workbench: pages to search, compare and decide in, in a browser on this machine.

    It ends with Ctrl+C. Other machines do not reach it unless **--host** says so.

    Example: **specsearch serve --open**
    """
    try:
        from specsearch.interfaces.web import serving
        from specsearch.interfaces.web.workbench import Workbench
    except ModuleNotFoundError as error:
        raise UsageError(f"The workbench needs packages that are not installed ({error.name}). Install them with: pip install 'specsearch[web]'") from error

    place = serving.listen(host, port)
    token = serving.token_for(place)
    if port not in (0, place.port):
        notice(f"Port {port} is taken; {place.port} is free.")
    _announce(place, token)
    if browser and not token:
        webbrowser.open(place.address)
    serving.serve(Workbench(str(index), corpus, notice), place, token)


def _announce(place: object, token: str) -> None:
    """Say where the workbench is. The token is shown here only."""
    from specsearch.interfaces.web import serving

    assert isinstance(place, serving.Place)
    link = f"{place.address}/"
    if token and serving.TOKEN_VARIABLE not in os.environ:
        link += f"?token={token}"
    print(f"The workbench is at {link} (end it with Ctrl+C).", flush=True)
    if token:
        notice("It is only opened with its token: by this link, once in each browser." if "?" in link else f"It is only opened with the token in {serving.TOKEN_VARIABLE}: {link}?token=...")
    if not place.is_loopback:
        notice("Other machines reach it, and what goes between is not encrypted: use it in a network that you trust.")
