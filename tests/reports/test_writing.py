"""Files of reports: none is replaced unasked, and none is left half written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specsearch.errors import StorageError, UsageError
from specsearch.records import CitySurvey, Comparison
from specsearch.reports import SUFFIXES, check_path, write_report
from subjects import FORMATS, written


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_subject_same_file(suffix: str, comparison: Comparison, survey: CitySurvey, tmp_path: Path) -> None:
    """Reports are the same, byte for byte, each time they are written."""
    for subject in (comparison, survey):
        for name in ("one", "two"):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / f"report{suffix}").unlink(missing_ok=True)
        assert written(subject, suffix, tmp_path / "one") == written(subject, suffix, tmp_path / "two")


@pytest.mark.parametrize("name", ["report.xls", "report", "report.html.gz", ".html"])
def test_unknown_ending(name: str, comparison: Comparison, tmp_path: Path) -> None:
    """The message names the endings that there are, before anything is made."""
    with pytest.raises(UsageError, match=r"\.html, .*\.csv or \.json"):
        write_report(comparison, tmp_path / "new" / name)
    with pytest.raises(UsageError, match=r"\.html, .*\.csv or \.json"):
        check_path(tmp_path / "new" / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_replaced(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """What exists stays: a file, a folder, a link that leads nowhere."""
    path = tmp_path / f"report{suffix}"
    path.write_text("mine")
    with pytest.raises(UsageError, match=r"exists already\. Choose another name, or replace it with --force\."):
        write_report(comparison, path)
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="exists already"):
        write_report(comparison, path)
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_report(comparison, path)


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".pdf"])  # it takes long: reports/test_pdf.py
def test_force_replaces_a_file_and_nothing_else(suffix: str, comparison: Comparison, tmp_path: Path) -> None:
    """With force a file, or the file that a link leads to, is replaced as a whole; a folder never is."""
    path, link = tmp_path / f"report{suffix}", tmp_path / f"link{suffix}"
    path.write_text("mine")
    link.symlink_to(path)
    write_report(comparison, link, force=True)
    whole = path.read_bytes()
    assert link.is_symlink()
    assert len(whole) > 1000
    path.write_text("mine")
    write_report(comparison, path, force=True)
    assert path.read_bytes() == whole
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted((path.name, link.name))
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_report(comparison, path, force=True)


def test_folders_are_made_and_nothing_else_is_left(comparison: Comparison, tmp_path: Path) -> None:
    """A report is one file, readable as the user's other files are."""
    path = tmp_path / "council" / "2026" / "report.md"
    write_report(comparison, path)
    other = tmp_path / "other"
    other.touch()
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize("name", ["file/report.html", "n" * 300 + ".html"])
def test_where_nothing_can_be_written(name: str, comparison: Comparison, tmp_path: Path) -> None:
    """An unusable place is an error that names it."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(comparison, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_unwritable_folder(comparison: Comparison, tmp_path: Path) -> None:
    """A folder without permission to write is an error."""
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(StorageError, match="cannot be written: Permission denied"):
        write_report(comparison, folder / "report.html")


def test_a_full_disk_leaves_no_half_report(comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun is taken away again."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_report(comparison, tmp_path / "report.csv")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "report.csv").write_text("mine")
    with pytest.raises(StorageError, match="No space left on device"):
        write_report(comparison, tmp_path / "report.csv", force=True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.csv", "mine")]
