"""Text recognition: documents whose text is known as scans of several qualities, read by each engine that is installed.

    python benchmarks/scans.py [FOLDER ...] [--pages 40] [--engine rapidocr]

Without a folder the PDFs of the sample corpus. The text layer of a PDF is what is right; its pages are drawn, spoiled as
scanners, fax machines and thrifty settings spoil them (the same way each time), and read as a PDF of pictures.

"characters wrong": edits for each character of the text layer, in reading order, but for white space and dotted lines.
"words": those of the text layer that are found. "sections": its passages that have the same label in the scan, told by the
passage there that has most of their words. "pages a minute": on one core, by processor time.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from common import CORPUS, Table, save
from PIL import Image, ImageFilter

from specsearch.encoding.semantics import load_reading
from specsearch.errors import ReadError
from specsearch.parsing.document import Reading, parse_source
from specsearch.readers.pdf import read_pdf
from specsearch.readers.pdf.layer import pictures, read_pages
from specsearch.readers.recognition import available, reading_by
from specsearch.readers.recognition.tesseract import installed
from specsearch.records import ParsedDocument, SourceText

DOTS = 200


@dataclass(frozen=True, slots=True)
class Quality:
    """How a page is spoiled: resolution, skew in degrees at most, blur in points, noise in grey levels, JPEG quality, whether black and white."""

    dots: int
    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 95
    bilevel: bool = False


QUALITIES = {
    "drawn, 300 dots an inch": Quality(300),
    "drawn, 200": Quality(200),
    "drawn, 150": Quality(150),
    "office scanner, 200": Quality(200, 1.5, 0.7, 10, 50),
    "poor copy, 150": Quality(150, 2.5, 1.1, 22, 25),
    "fax, 200": Quality(200, 1.0, 0.6, 30, 95, bilevel=True),
}


@dataclass
class Sum:
    """What came of the documents of one quality and engine."""

    characters: int = 0
    wrong: int = 0
    words: int = 0
    words_found: int = 0
    passages: int = 0
    same_label: int = 0
    pages: int = 0
    seconds: float = 0.0
    refused: int = 0
    lines: list[tuple[float, bool]] = field(default_factory=list)


def spoiled(page: npt.NDArray[np.uint8], quality: Quality, random: np.random.Generator) -> Image.Image:
    """A page as a scanner gives it."""
    picture = Image.fromarray(page)
    picture = picture.resize((picture.width * quality.dots // DOTS, picture.height * quality.dots // DOTS), Image.Resampling.LANCZOS)
    if quality.skew:
        picture = picture.rotate(random.uniform(-quality.skew, quality.skew), Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(quality.blur))
    grey = np.asarray(picture) + random.normal(0, quality.noise, (picture.height, picture.width))
    grey = np.where(grey < 140, 0, 255) if quality.bilevel else np.clip(grey, 0, 255)
    file = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(file, "JPEG", quality=quality.jpeg)
    return Image.open(io.BytesIO(file.getvalue()))


def scan_of(data: bytes, quality: Quality, seed: int) -> bytes:
    """A PDF as a PDF of pictures of its pages."""
    random = np.random.default_rng(seed)
    count = len(read_pages(data)[0])
    pages = [spoiled(drawn[0], quality, random) for drawn in pictures(data, range(count)) if not isinstance(drawn, ReadError)]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=quality.dots)
    return file.getvalue()


def edits(a: str, b: str) -> int:
    """Characters to add, leave out or change to make one text the other (Myers' bit vectors)."""
    if not a:
        return len(b)
    at: dict[str, int] = {}
    for position, character in enumerate(a):
        at[character] = at.get(character, 0) | 1 << position
    whole, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    up, down, score = whole, 0, len(a)
    for character in b:
        same = at.get(character, 0)
        across = (((same & up) + up) ^ up) | same
        more, less = (down | ~(across | up)) & whole, up & across
        score += bool(more & last) - bool(less & last)
        more, less, beside = more << 1 | 1, less << 1, same | down
        up, down = (less | ~(beside | more)) & whole, more & beside & whole
    return score


def plain(text: str) -> str:
    """A text without what is no error: kinds of quotation marks, dashes and bullets, where lines end."""
    return " ".join(text.translate(str.maketrans("’‘“”–—●▪■◦·", "''\"\"--•••••")).split())


def letters_of(text: str) -> str:
    """A text without white space, which text layers have within words too, and without dotted lines."""
    return re.sub(r"\s|[._]{3,}", "", re.sub(r"(?:[._] ?){3,}", "", text))


def words_of(text: str) -> list[str]:
    """Words and numbers in small letters."""
    return re.findall(r"\w+", text.lower())


def same_labels(truth: ParsedDocument, read: ParsedDocument) -> int:
    """How many passages have the same label in another reading of the document."""
    others = [(Counter(words_of(passage.text)), passage.label) for passage in read.passages]
    found = 0
    for passage in truth.passages:
        words = Counter(words_of(passage.text))
        shared, label = max((((words & other).total() / max(1, (words | other).total()), label) for other, label in others), default=(0, None), key=lambda one: one[0])
        found += shared >= 0.5 and label is passage.label
    return found


def right_lines(truth: str, source: SourceText) -> Iterator[tuple[float, bool]]:
    """How sure each line was read, and whether its letters and digits are in the text layer as they are."""
    letters = "".join(re.findall(r"\w", plain(truth)))
    for line in source.recognised:
        own = "".join(re.findall(r"\w", plain(source.text[line.start : line.end])))
        if len(own) > 2:
            yield line.confidence, own in letters


def measure(data: bytes, quality: Quality, engine: str, seed: int, total: Sum, reading: Reading) -> None:
    """Add what comes of one document."""
    truth, _ = read_pdf(data)
    scan = scan_of(data, quality, seed)
    start = used()
    try:
        with reading_by(engine):
            source, _ = read_pdf(scan)
    except ReadError:
        total.refused += 1
        source = SourceText("", ())
    total.seconds += used() - start
    total.pages += len(truth.pages)
    a, b = plain(truth.text), plain(source.text)
    bare, read = letters_of(a), letters_of(b)
    total.characters += len(bare)
    total.wrong += edits(bare, read)
    words = Counter(words_of(a))
    total.words += words.total()
    total.words_found += (words & Counter(words_of(b))).total()
    right = parse_source(truth, "x", reading=reading)
    total.passages += len(right.passages)
    total.same_label += same_labels(right, parse_source(source, "x", reading=reading)) if source.blocks else 0
    total.lines += right_lines(truth.text, source)


def used() -> float:
    """Processor time of this process and of the programs that it ran."""
    own, programs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + programs.ru_utime + programs.ru_stime


def reliability(lines: Sequence[tuple[float, bool]]) -> list[tuple[float, int, float]]:
    """Least confidence, number of lines and share of right ones, for steps of confidence."""
    steps = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1.01)
    found = []
    for low, high in pairwise(steps):
        right = [ok for confidence, ok in lines if low <= confidence < high]
        if right:
            found.append((low, len(right), sum(right) / len(right)))
    return found


def documents(folders: Sequence[Path], pages: int) -> list[bytes]:
    """Some PDFs with text layers, spread over the folders' files, with as many pages as wanted."""
    files = sorted(file for folder in folders for file in folder.rglob("*.pdf"))
    found, count = [], 0
    for file in files[:: max(1, len(files) // pages)]:
        data = file.read_bytes()
        try:
            own = len(read_pdf(data)[0].pages)
        except ReadError:
            continue
        if own <= 12 and count < pages:
            found.append(data)
            count += own
    return found


def main() -> None:
    """Print the table, and how sure engines are of lines that are right and wrong."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="*", type=Path)
    arguments.add_argument("--pages", type=int, default=30)
    arguments.add_argument("--engine", action="append", help="rapidocr or tesseract; both where they are installed")
    arguments.add_argument("--quality", default="", help="only those whose name begins so")
    arguments.add_argument("--save", default="scans", help="name of the results")
    given = arguments.parse_args()
    engines = given.engine or [name.partition(" ")[0] for name in {available(), installed()} if name]
    files = documents(given.folder or [CORPUS], given.pages)
    reading = load_reading()
    table = Table(("quality and engine", "characters wrong", "words", "sections", "refused", "pages a minute"))
    figures: dict[str, list[float]] = {}
    lines: dict[str, list[tuple[float, bool]]] = {engine: [] for engine in engines}
    total = Sum()
    for name, quality in ((name, quality) for name, quality in QUALITIES.items() if name.startswith(given.quality)):
        for engine in sorted(engines):
            total = Sum()
            for seed, data in enumerate(files):
                measure(data, quality, engine, seed, total, reading)
            shares = (total.wrong / total.characters, total.words_found / total.words, total.same_label / total.passages)
            speed = 60 * total.pages / total.seconds
            table.add(f"{name}: {engine}", *(f"{share:.2%}" for share in shares), f"{total.refused} of {len(files)}", f"{speed:.0f}")
            print(table.rows[-1], flush=True)
            figures[f"{name}: {engine}"] = [*shares, total.refused, speed]
            lines[engine] += total.lines
    text = f"{len(files)} documents, {total.pages} pages\n\n{table}\n\nlines by how sure they were read: least confidence, lines, share right\n"
    for engine, found in lines.items():
        text += f"{engine}: " + "; ".join(f"{low:.2f} {count} {share:.1%}" for low, count, share in reliability(found)) + "\n"
    print(text)
    save(given.save, text, figures)


if __name__ == "__main__":
    main()
