"""What pages and programs are told while the index is not ready, or what waits beside it cannot be read."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS
from specsearch.errors import IndexClosedError, IndexMissingError, StorageError
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web import workbench as held
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench
from specsearch.storage import stores

if TYPE_CHECKING:
    from specsearch.storage.store import Index

A, B = "saltmarsh-heights-fl/planner-ii.docx", "cedar-quay-or/associate-planner.txt"
CANNOT_BE_READ = "kept beside the index cannot be read"


@contextmanager
def client_of(workbench: Workbench) -> Iterator[TestClient]:
    app = make_app(workbench, Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Indexes are opened when the event is set; requests wait for a moment only."""
    go, open_index = threading.Event(), stores.open_index

    def later(*given: Any) -> Index:  # noqa: ANN401  # passed through
        assert go.wait(60)
        return open_index(*given)

    monkeypatch.setattr(stores, "open_index", later)
    monkeypatch.setattr(held, "_OPENING_SECONDS", 0.01)
    yield go
    go.set()


def test_while_the_index_is_prepared(sample_index: Path, slow: threading.Event) -> None:
    """More requests than threads are answered: pages look again by themselves, programs are told when; then all is as ever."""
    workbench = Workbench(str(sample_index), CORPUS)
    warmed = threading.Event()
    thread = workbench.prepare(warmed.set)
    with client_of(workbench) as client:
        for path in ("/search?q=budget", "/corpus", "/documents") * 4:
            page = client.get(path)
            assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
            assert '<meta http-equiv="refresh" content="2">' in page.text
            assert "The index is being prepared" in page.text
        sent = client.post("/compare/decide", data={"a": A, "b": B, "choice": "accept", "reason": "x", "reviewer": "Ana"})
        assert (sent.status_code, 'http-equiv="refresh"' in sent.text, "Nothing was kept" in sent.text) == (503, False, True)
        told = client.get("/api/v1/status")
        assert (told.status_code, told.headers["Retry-After"], told.json()["type"]) == (503, "2", "urn:problem-type:specsearch:preparing")
        assert not warmed.is_set()
        slow.set()
        thread.join(60)
        assert warmed.is_set()
        page = client.get("/search?q=budget")
        assert (page.status_code, 'http-equiv="refresh"' in page.text) == (200, False)


def test_an_index_that_cannot_be_prepared(tmp_path: Path) -> None:
    """Who asks for it is told why."""
    workbench = Workbench(str(tmp_path / "none"), CORPUS)
    workbench.prepare(lambda: None).join(60)
    with pytest.raises(IndexMissingError):
        workbench.session  # noqa: B018  # it raises


def test_it_is_closed_whatever_fails(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the tools for models cannot be ended; no late request opens the index again."""
    workbench = Workbench(str(sample_index), CORPUS)
    index = workbench.session.index

    @asynccontextmanager
    async def failing(self: object) -> Any:  # noqa: ANN401
        yield
        raise RuntimeError("no end")

    monkeypatch.setattr("mcp.server.streamable_http_manager.StreamableHTTPSessionManager.run", failing)
    with pytest.raises(RuntimeError, match="no end"), client_of(workbench):
        pass
    with pytest.raises(IndexClosedError):
        workbench.session  # noqa: B018
    with pytest.raises(IndexClosedError), Session(index).reading():
        pass


@pytest.mark.parametrize("line", ["5", "nonsense", "[" * 100_000])
def test_what_waits_cannot_be_read(line: str, sample_index: Path, tmp_path: Path) -> None:
    """Every page is there and says so; what cannot be kept then stays in the form."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    (index / "waiting.jsonl").write_text(f'{{"waiting": "1"}}\n{line}\n', encoding="utf-8")
    with client_of(Workbench(str(index), CORPUS)) as client:
        for path in ("/search?q=budget", "/corpus", f"/compare?role={A}&role={B}", "/documents"):
            page = client.get(path)
            assert (page.status_code, CANNOT_BE_READ in page.text) == (200, True), path
        told = client.get("/api/v1/status")
        assert (told.status_code, told.json()["waiting"]) == (200, None)
        refused = client.post("/compare/decide", data={"a": A, "b": B, "choice": "accept", "reason": "Same work.", "reviewer": "Ana"})
        assert (refused.status_code, "is damaged: line 2" in refused.text, "Same work." in refused.text) == (503, True, True)
        (index / "waiting.jsonl").write_text('{"waiting": "1"}\n', encoding="utf-8")
        assert CANNOT_BE_READ not in client.get("/search").text


@pytest.mark.parametrize("error", [StorageError("No space."), RuntimeError("odd")], ids=str)
def test_what_cannot_be_brought_in_is_tried_again(error: Exception, sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it was, it is told, and tried again later."""
    told: list[str] = []
    tried = threading.Semaphore(0)

    def fail(session: Session) -> int:
        tried.release()
        raise error

    monkeypatch.setattr(held, "bring_in", fail)
    monkeypatch.setattr(held, "_AGAIN_SECONDS", 0.01)
    workbench = Workbench(str(sample_index), CORPUS, told.append)
    assert workbench.session.index is not None
    assert all(tried.acquire(timeout=60) for _ in range(3))
    workbench.close()
    assert str(error) in told[0]
