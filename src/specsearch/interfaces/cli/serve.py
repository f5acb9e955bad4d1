"""`specsearch serve`."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.errors import UsageError
from specsearch.interfaces.cli.once import branding_in_force
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, session_of
from specsearch.interfaces.cli.output import notice

if TYPE_CHECKING:
    from specsearch.interfaces.web.serving import Place

PORT = 8765
TOKEN_VARIABLE = "SPECSEARCH_TOKEN"
"""Environment variable with the token that requests must know, where one is not to be made."""


def command(
    ctx: typer.Context,
    index: IndexAddress = DEFAULT_INDEX,
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

    branding = branding_in_force(ctx)
    place = serving.listen(host, port)
    with place.listener:
        token = serving.token_for(place, os.environ.get(TOKEN_VARIABLE, ""))
        if port not in (0, place.port):
            notice(f"Port {port} is taken; {place.port} is free.")

        def begun() -> None:
            _announce(place, token)
            if browser and not token:
                webbrowser.open(place.address)

        serving.serve(Workbench(session_of(index).address, corpus, notice, branding), place, token, begun)


def _announce(place: Place, token: str) -> None:
    """Say where the workbench is. A token that was made is shown here only, one that was given nowhere."""
    made = token if token != os.environ.get(TOKEN_VARIABLE) else ""
    print(f"The workbench is at {place.address}/{f'?token={made}' if made else ''} (end it with Ctrl+C).", flush=True)
    if made:
        notice("It is only opened by that link, once in each browser: it holds the token.")
    elif token:
        notice(f"It is only opened with the token in {TOKEN_VARIABLE}, once in each browser: {place.address}/?token=...")
    if not place.is_loopback:
        notice("Other machines reach it, and what goes between is not encrypted: use it in a network that you trust.")
