"""Build `corpus/` from the tagged sources of the sample documents.

Every sample document is written once, with a tag `[[label]]` before each unit. Taking the tags out
gives the document; reading them gives the golden labels (see `tests/golden.py`). Run it after a
change to a source:

    python tests/samples/build.py
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
from pathlib import Path

SAMPLES = Path(__file__).parent
CORPUS = SAMPLES.parents[1] / "corpus"
TAG = re.compile(r"\[\[[a-z]+(?:\|[a-z]+)*\]\]")
PLAIN_SUFFIXES = (".txt", ".md", ".html")
COMPOUND_SUFFIXES = (".src.txt", ".rec.txt")


def build_plain(samples: Path, corpus: Path) -> list[Path]:
    """Write the documents whose format is the source's own: text, Markdown and HTML."""
    written = []
    for source in sorted(samples.glob("*-??/*")):
        if source.suffix not in PLAIN_SUFFIXES or source.name.endswith(COMPOUND_SUFFIXES):
            continue
        target = corpus / source.parent.name / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(TAG.sub("", source.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        written.append(target)
    return written


def build_sidecar(samples: Path, corpus: Path) -> Path:
    """Put the cities' own metadata tables together as `corpus.csv`."""
    tables = sorted(samples.glob("*-??/corpus.csv"))
    rows = [row for table in tables for row in csv.reader(table.read_text(encoding="utf-8").splitlines())]
    header = rows[0]
    target = corpus / "corpus.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *(row for row in rows if row != header)])
    return target


def build_all(samples: Path, corpus: Path) -> list[Path]:
    """Write every document of the sample corpus; needs reportlab and python-docx."""
    sys.path.insert(0, str(SAMPLES))
    from build_docx import build_docx
    from build_exports import build_exports
    from build_pdfs import build_pdfs

    written = build_plain(samples, corpus)
    written += build_exports(samples, corpus)
    written += build_pdfs(samples, corpus)
    written += build_docx(samples, corpus)
    return [*written, build_sidecar(samples, corpus)]


if __name__ == "__main__":
    for folder in CORPUS.glob("*-??"):
        shutil.rmtree(folder)
    print(f"{len(build_all(SAMPLES, CORPUS))} files written")
