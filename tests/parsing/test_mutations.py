"""Damaged copies of the sample corpus: each is read or refused in words, and its neighbours are read as ever."""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from conftest import CORPUS
from hostile import EXHAUSTED, made
from specsearch.encoding import prepare_model
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.pool import parse_files
from specsearch.parsing.statements import MAX_CHARS
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile, Sidecar, walk
from specsearch.records import ParsedDocument

_SHARE = 1 if os.environ.get("SPECSEARCH_THOROUGH") else 0.4
"""How much of the mutations is tried each time."""
MUTATIONS = {suffix: int(_SHARE * count) for suffix, count in {".txt": 170, ".md": 150, ".html": 170, ".pdf": 170, ".docx": 170, ".csv": 60, ".json": 90, ".jsonl": 70}.items()}
"""Mutated files of each format."""
TOKENS = (
    b"\0", b"\xff", b"\r", b"\x1b[2J", b"\x0c", b"\xe2\x80\xae", b"\\u0000", b"\n\n", b"<", b">", b"&", b'"', b"'", b",", b":", b";",
    b"{", b"[", b"]", b"}", b"<!--", b"</body>", b"<table>", b"<td>", b"&#0;", b"# ", b"| ", b"**", b"- ", b". ", b"; ", b" and ",
    b"endstream", b"endobj", b"stream\n", b"%PDF-", b"-1", b"99999999999", b"Ability to: ", b"DUTIES:",
)  # fmt: skip
"""What is put in: marks that mean something in one format or another."""


def mutate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Damage bytes in one to four places: flipped, dropped, doubled, cut off, or mixed with another file."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out) + 1)
        size = min(len(out) - at, int(2 ** rng.uniform(0, 12)))
        match rng.randrange(7):
            case 0:
                for place in rng.sample(range(len(out)), min(len(out), rng.randint(1, 20))):
                    out[place] ^= 1 << rng.randrange(8)
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size] * rng.choice((1, 1, 2, 20))
            case 3 if len(out) > 100:
                del out[max(at, 100) :]
            case 4:
                start = rng.randrange(len(other))
                out[at : at + size * rng.randrange(2)] = other[start : start + size]
            case _:
                out[at:at] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 3, 200))
    return bytes(out)


def mutate_package(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Damage one part of a Word document, packed again so that its checksum is right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        if rng.random() < 0.8:
            parts["word/document.xml"] = mutate_elements(parts["word/document.xml"], rng)
        else:
            victim = rng.choice(sorted(parts))
            parts[victim] = mutate(parts[victim] or b" ", other, rng)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def mutate_elements(markup: bytes, rng: random.Random) -> bytes:
    """Drop, repeat and misplace whole elements, which mostly leaves markup that can be read; bytes seldom do."""
    for _ in range(rng.randint(1, 6)):
        tag = rng.choice((b"p", b"r", b"t", b"tc", b"tr", b"tbl", b"pPr", b"tcPr", b"tblGrid"))
        pieces = re.split(rb"(<w:%b(?: [^>]*[^/>])?>.*?</w:%b>)" % (tag, tag), markup, flags=re.S)
        if len(pieces) > 1:
            at = rng.randrange(1, len(pieces), 2)
            pieces[at] = rng.choice((b"", pieces[at] * 2, pieces[at] * 30, rng.choice(pieces[1::2]), b"<w:p/>"))
            markup = b"".join(pieces)
    return markup


@dataclass(frozen=True)
class Mutated:
    """What became of mutated files, and of whole ones among them."""

    sources: Mapping[str, CorpusFile]
    files: Sequence[CorpusFile]
    results: Mapping[str, ParsedFile]


@pytest.fixture(scope="module")
def mutated(tmp_path_factory: pytest.TempPathFactory) -> Mutated:
    """Mutations of the sample corpus, with a whole file of each format at the start, the middle and the end, in one run."""
    prepare_model()
    folder = tmp_path_factory.mktemp("mutated")
    rng = random.Random(20_240_501)
    samples: dict[str, list[CorpusFile]] = {suffix: [] for suffix in MUTATIONS}
    for file in walk(CORPUS)[0]:
        samples[file.path.suffix].append(file)
    contents = [file.path.read_bytes() for group in samples.values() for file in group]
    hostile = []
    for suffix, count in MUTATIONS.items():
        for number in range(count):
            data = rng.choice(samples[suffix]).path.read_bytes()
            change = mutate_package if suffix == ".docx" and rng.random() < 0.7 else mutate
            hostile.append(made(folder, f"{number:03}{suffix}", change(data, rng.choice(contents), rng)))
    rng.shuffle(hostile)
    whole = {suffix: group[0] for suffix, group in samples.items()}
    copies = [
        [made(folder, f"whole-{n}{suffix}", file.path.read_bytes()) for suffix, file in whole.items()] for n in range(3)
    ]
    middle = len(hostile) // 2
    files = [*copies[0], *hostile[:middle], *copies[1], *hostile[middle:], *copies[2]]
    results = {file.name: parsed for file, parsed in parse_files(files, Sidecar({}), Limits(seconds=20), meaning=True)}
    return Mutated(whole, files, results)


def test_mutations_are_many(mutated: Mutated) -> None:
    """More than four hundred different files are tried (a thousand if thorough); of each format many can still be read, of the strict ones not all."""
    assert len({file.path.read_bytes() for file in mutated.files}) >= 1000 * _SHARE
    for suffix, count in MUTATIONS.items():
        outcomes = [bool(mutated.results[file.name].documents) for file in mutated.files if file.path.suffix == suffix]
        assert sum(outcomes) > count / 10, suffix
        assert suffix not in (".pdf", ".docx", ".json") or sum(outcomes) < 0.9 * count, suffix


def test_every_mutation_has_a_result(mutated: Mutated) -> None:
    """Each file has documents or a skip with its name; none stops a child or takes it to a limit."""
    assert sorted(mutated.results) == sorted(file.name for file in mutated.files)
    for name, parsed in mutated.results.items():
        assert parsed.documents or parsed.skips, name
        assert all(skip.path == name or skip.path.startswith(f"{name}: ") for skip in parsed.skips), name
    fatal = re.compile(f"{EXHAUSTED}|crashed")
    assert [skip for parsed in mutated.results.values() for skip in parsed.skips if fatal.search(skip.reason)] == []


def test_every_mutation_is_foreseen(mutated: Mutated) -> None:
    """A damaged file is refused by its reader, in words for people, not by the net under all readers."""
    caught = [skip for parsed in mutated.results.values() for skip in parsed.skips if "cannot be parsed" in skip.reason]
    assert caught == []


def test_every_mutation_keeps_its_offsets(mutated: Mutated) -> None:
    """Whatever was read: passages are where they say, and with the headings they hold all of the text, once."""
    for name, parsed in mutated.results.items():
        assert len({document.document.doc_id for document in parsed.documents}) == len(parsed.documents), name
        for document in parsed.documents:
            check_document(document)


def check_document(parsed: ParsedDocument) -> None:
    """Everything that a parsed document promises of its text."""
    text, where = parsed.document.text, parsed.document.doc_id
    text.encode("utf-8")  # what has no encoding can be neither stored nor embedded
    assert [passage.ordinal for passage in parsed.passages] == list(range(len(parsed.passages))), where
    for passage in parsed.passages:
        assert text[passage.start : passage.end] == passage.text, where
        assert passage.doc_id == where
        assert 0 < len(passage.text) <= MAX_CHARS, where
        assert 0 <= passage.confidence <= 1.0001, where
    at = 0
    spans = [(each.start, each.end) for each in parsed.passages] + [(each.start, each.end) for each in parsed.furniture]
    for start, end in sorted(spans):
        assert at <= start <= end <= len(text), where
        assert not text[at:start].strip(), (where, text[at:start])
        at = end
    assert not text[at:].strip(), (where, text[at:])
    for section in parsed.sections:
        assert 0 <= section.start < section.end <= len(text), where


def test_neighbours_of_mutations(mutated: Mutated) -> None:
    """The whole files in the same run are read as they are without any damaged file."""
    alone = dict(parse_files(list(mutated.sources.values()), Sidecar({}), Limits(seconds=20), meaning=True))
    for suffix, file in mutated.sources.items():
        expected = shape(alone[file])
        assert expected
        for number in range(3):
            assert shape(mutated.results[f"whole-{number}{suffix}"]) == expected, (suffix, number)


def shape(parsed: ParsedFile) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """What does not depend on the name of a file: the texts, and where the passages are and what they are."""
    assert not parsed.skips
    return [(each.document.text, [(p.start, p.end, p.label) for p in each.passages]) for each in parsed.documents]
