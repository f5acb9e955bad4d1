"""A client of REST, as the workbench mounts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from conftest import CORPUS
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench


@contextmanager
def client_of(index: Path, corpus: Path = CORPUS) -> Iterator[TestClient]:
    """A client of the REST of a workbench; what is raised inside is answered, as a server does."""
    app = make_app(Workbench(str(index), corpus), Admission(frozenset({"testserver"})))
    with TestClient(app, base_url="http://testserver/api/v1/", raise_server_exceptions=False) as client:
        yield client
