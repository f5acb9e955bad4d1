"""A client of REST, as the workbench mounts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from conftest import CORPUS
from described import faults, operation_of
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench


@contextmanager
def client_of(index: Path, corpus: Path = CORPUS) -> Iterator[TestClient]:
    """A client of the REST of a workbench; what is raised inside is answered, as a server does."""
    app = make_app(Workbench(str(index), corpus), Admission(frozenset({"testserver"})))
    with TestClient(app, base_url="http://testserver/api/v1/", raise_server_exceptions=False) as client:
        yield client


def described(client: TestClient) -> dict[str, Any]:
    """The description that the server gives."""
    found: dict[str, Any] = client.get("openapi.json").json()
    return found


def given(client: TestClient, method: str, path: str, status: int = 200, **asked: Any) -> Any:  # noqa: ANN401  # any JSON
    """What an address answers, which is as the description says."""
    answer = client.request(method, path, **asked)
    assert answer.status_code == status, answer.text
    about = described(client)
    content = operation_of(about, method, f"/{path}")["responses"][str(status)]["content"]
    ((media, shape),) = content.items()
    assert answer.headers["content-type"] == media
    assert faults(about, shape["schema"], answer.json()) == []
    return answer.json()
