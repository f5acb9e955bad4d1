"""Tesseract, where it is installed: a program that is given a picture and answers with a table of words."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from itertools import groupby, pairwise
from statistics import median

from specsearch.errors import ReadError
from specsearch.readers.recognition.found import Found, Picture, Recognise

_SECONDS = 50
"""Less than a page may take, so that one that takes longer costs itself alone."""
_CELL_GAP = 1.5
"""White space between two words, in heights of the line, above which they are of two cells or columns."""
_PROGRAM = "tesseract"
_ARGUMENTS = (_PROGRAM, "-", "-", "--psm", "3", "--dpi", "200", "-l", "eng", "tsv")


@cache
def installed() -> str:
    """The program with its release; "" if it is not installed."""
    path = shutil.which(_PROGRAM)
    if path is None:
        return ""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return " ".join(answer.stdout.decode("utf-8", "replace").split()[:2])


def recogniser() -> Recognise:
    """The program as a function."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # there is a child a core

    def recognise(picture: Picture) -> list[Found]:
        height, width = picture.shape
        grey_map = f"P5 {width} {height} 255\n".encode() + picture.tobytes()
        try:
            answer = subprocess.run(_ARGUMENTS, input=grey_map, capture_output=True, timeout=_SECONDS, check=True, env=environment)
        except (OSError, subprocess.SubprocessError) as error:
            raise ReadError(f"text recognition by tesseract failed ({type(error).__name__}): see that tesseract and its English data are installed") from error
        rows = csv.DictReader(answer.stdout.decode("utf-8", "replace").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
        lines = groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
        return [found for _, line in lines for found in _runs([_word(row) for row in line])]

    return recognise


def _word(row: dict[str, str]) -> Found:
    left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
    return Found(left, top, left + width, top + height, row["text"], max(0.0, float(row["conf"]) / 100))


def _runs(words: list[Found]) -> Iterable[Found]:
    """The words of a line as runs between wide gaps."""
    height = median(word.bottom - word.top for word in words)
    groups = [[words[0]]]
    for before, after in pairwise(words):
        if after.left - before.right > _CELL_GAP * height:
            groups.append([])
        groups[-1].append(after)
    for group in groups:
        letters = sum(len(word.text) for word in group)
        yield Found(
            group[0].left,
            min(word.top for word in group),
            group[-1].right,
            max(word.bottom for word in group),
            " ".join(word.text for word in group),
            sum(word.confidence * len(word.text) for word in group) / letters,
        )
