"""Take the pictures of the README: the workbench on the sample corpus, in Chromium.

    python benchmarks/pictures.py

Makes docs/pictures/search.png and comparison.png; needs Chromium and the packages of the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from socket import socket
from time import sleep
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
PICTURES = {
    "search": "/search?q=respond+to+residents+complaints+and+route+service+requests",
    "comparison": "/compare?role=port-lumen-wa/citizen-response-center-supervisor.html&role=kestrel-valley-ca/resident-contact-center-supervisor.pdf",
}
_WAITED = 60
"""Seconds that the server may take to start."""


def main() -> None:
    """Index, serve, look, save."""
    from playwright.sync_api import sync_playwright

    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("Chromium is not installed.")
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "specsearch"]
        subprocess.run([*command, "index", str(ROOT / "corpus"), "--index", f"{made}/index"], check=True)
        port = _free_port()
        with subprocess.Popen([*command, "serve", "--index", f"{made}/index", "--corpus", str(ROOT / "corpus"), "--port", str(port)]) as server, sync_playwright() as playwright:
            site = f"http://127.0.0.1:{port}"
            _wait(site)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
            for name, path in PICTURES.items():
                page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
                page.goto(site + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}.png")
                print(f"docs/pictures/{name}.png")
            browser.close()
            server.terminate()


def _free_port() -> int:
    with closing(socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(site: str) -> None:
    for _ in range(_WAITED * 10):
        try:
            with urlopen(site):
                return
        except URLError:
            sleep(0.1)
    sys.exit("The server did not start.")


if __name__ == "__main__":
    main()
