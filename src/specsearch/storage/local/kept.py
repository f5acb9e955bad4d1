"""What others make of a generation and keep beside it, such as outlines of roles; derived like the search files, and as easily lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specsearch.errors import IndexDamagedError, StorageError
from specsearch.storage.local.derived import kept_folder, manifest_of
from specsearch.storage.local.files import MANIFEST, new_folder, verify_folder


def read(index: Path, meta: Mapping[str, str], name: str) -> Iterator[bytes]:
    """What was kept under a name for this generation and others of the same index, the newest first; not what is damaged."""
    parent = kept_folder(index, 0).parent
    folders = [path for path in parent.iterdir() if path.name.isdigit()] if parent.is_dir() else []
    for folder in sorted(folders, reverse=True):
        try:
            stored = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            about = {one: str(stored[one]) for one in ("generation", "state")}
            verify_folder(folder, {**manifest_of(meta), **about}, (name,))
            yield (folder / name).read_bytes()
        except (IndexDamagedError, StorageError, OSError, ValueError, KeyError, TypeError):
            continue


def write(index: Path, meta: Mapping[str, str], name: str, content: bytes) -> None:
    """Keep something for the generation that the settings name, beside what is kept of it under other names.

    Raises:
        StorageError: The folder may only be read, or the disk refused.
    """
    target, manifest = kept_folder(index, int(meta["generation"])), manifest_of(meta)
    with new_folder(target, manifest, target if _is_whole(target, manifest) else None) as folder:
        (folder / name).unlink(missing_ok=True)  # it may be a link to what is there
        (folder / name).write_bytes(content)


def _is_whole(folder: Path, manifest: dict[str, Any]) -> bool:
    try:
        verify_folder(folder, manifest, ())
    except (IndexDamagedError, StorageError):
        return False
    return True
