"""Folders that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from small_index import flip
from specsearch.errors import IndexDamagedError, StorageError
from specsearch.storage.local.files import new_folder, verify_folder


def _put(target: Path, manifest: dict[str, Any], content: bytes = b"alpha") -> None:
    with new_folder(target, manifest) as folder:
        (folder / "a").write_bytes(content)


def _fail_half_way(target: Path) -> None:
    with new_folder(target, {}) as folder:
        (folder / "a").write_bytes(b"new")
        raise OSError(28, "No space left on device")


def test_new_folder_verifies(tmp_path: Path) -> None:
    """A folder that was written carries the checksum of each file and what else it was given."""
    target = tmp_path / "kept" / "1"
    _put(target, {"generation": 7})
    _put(target, {"generation": 8})
    verify_folder(target, {"generation": 8}, ["a"])
    assert sorted(path.name for path in target.parent.iterdir()) == ["1"]
    flip(target / "a")
    with pytest.raises(IndexDamagedError, match="/a is damaged"):
        verify_folder(target, {"generation": 8}, ["a"])
    with pytest.raises(IndexDamagedError, match="another index or state"):
        verify_folder(target, {"generation": 7}, ["a"])


def test_folder_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """When filling fails half-way, the old folder is still there and nothing else."""
    target = tmp_path / "kept" / "1"
    _put(target, {})
    with pytest.raises(StorageError, match=r"No space left on device.*Free some space"):
        _fail_half_way(target)
    assert (target / "a").read_bytes() == b"alpha"
    assert sorted(path.name for path in target.parent.iterdir()) == ["1"]


@pytest.mark.parametrize("links", [True, False])
def test_folder_starts_with_the_files_of_another(links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged files are shared with the base, replaced ones are not, with links or without."""
    base, target = tmp_path / "kept" / "1", tmp_path / "kept" / "2"
    with new_folder(base, {}) as folder:
        (folder / "a").write_bytes(b"alpha")
        (folder / "b").write_bytes(b"beta")
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with new_folder(target, {"generation": 2}, base) as folder:
        (folder / "b").unlink()
        (folder / "b").write_bytes(b"new")
    verify_folder(base, {}, ["a", "b"])
    verify_folder(target, {"generation": 2}, ["a", "b"])
    assert ((base / "b").read_bytes(), (target / "b").read_bytes()) == (b"beta", b"new")
    assert (base / "a").samefile(target / "a") is links


def _no_links(source: Path, target: Path) -> None:
    raise OSError(95, "Operation not supported")


def test_superfluous_file_is_noticed(tmp_path: Path) -> None:
    """A file that the manifest does not know makes the folder untrustworthy."""
    target = tmp_path / "kept" / "1"
    _put(target, {})
    (target / "b").write_bytes(b"from elsewhere")
    with pytest.raises(IndexDamagedError):
        verify_folder(target, {}, [])
