"""Putting a parsed document together: outline, labels, sections, passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specsearch.parsing.headings import Heading
from specsearch.parsing.labelling import Judgement, label_sentences
from specsearch.parsing.metadata.kind import classify
from specsearch.parsing.metadata.read import read_metadata, without_job
from specsearch.parsing.outline import Unit, outline_units
from specsearch.parsing.rules import rules
from specsearch.parsing.scoring import Outline, Role, Scorer
from specsearch.parsing.statements import clauses, is_whole, statements
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.readers.context import TellColumns
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    ParsedDocument,
    Passage,
    Section,
    SourceText,
    Span,
    confidence_of,
    content_hash_of,
    passage_id_of,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What documents are read with.

    Attributes:
        vocabulary: The words, phrases and patterns that are known.
        scorers: Whose scores decide the section labels of sentences, added up.
        judge: Tells by the first character of lines what they are, where their form may deceive; without it form and
            wording alone decide what is a heading or title line.
        temperature: What the scores of a document are divided by for the confidence of labels, calibrated on what the
            scorers give; 1 if not given.
        tell: Tells what columns of tables state whose names are not known; without it names alone do.
    """

    vocabulary: Vocabulary
    scorers: Sequence[Scorer]
    judge: Callable[[Outline], Mapping[int, Role]] | None = None
    temperature: Callable[[Outline], float] | None = None
    tell: TellColumns | None = None


def parse_source(
    source: SourceText, path: str, fields: Mapping[str, str] | None = None, reading: Reading | None = None
) -> ParsedDocument:
    """Parse one document.

    Args:
        source: What a reader made of it.
        path: Path relative to the corpus, with "/"; the last resort for metadata.
        fields: Metadata from the sidecar, by canonical field name.
        reading: What it is read with; None for the program's own vocabulary and rules alone.

    Returns:
        The document with its sections, passages, headings and title lines.
    """
    if reading is None:
        reading = Reading(load_vocabulary(), (rules(load_vocabulary()),))
    metadata, candidates = read_metadata(source, _as_unpacked(source, path), fields or {}, reading.vocabulary)
    text = source.text
    units, outline = _outlined(source, metadata.title, reading)
    labels = label_sentences(outline, reading.scorers, reading.temperature(outline) if reading.temperature is not None else 1.0)
    doc_id = document_id(path, source.key)
    passages = tuple(_passages(source, doc_id, units, labels, reading.vocabulary))
    kind, doubt = classify(source, passages, fields or {}, reading.vocabulary)
    if kind is DocumentKind.NOT_ONE_JOB:
        metadata, candidates = without_job(metadata, candidates)
    document = Document(
        doc_id=doc_id,
        source=metadata,
        kind=kind,
        text=text,
        path=path,
        content_hash=content_hash_of(text),
        pages=source.pages,
        candidates=(*candidates, doubt) if doubt else candidates,
        recognised=source.recognised,
    )
    furniture = (Span(line.start, line.end, line.role) for line in outline.lines if line.role is not Role.SENTENCE)
    return ParsedDocument(document, tuple(_sections(units, labels)), passages, tuple(furniture))


def _as_unpacked(source: SourceText, path: str) -> str:
    """Where the document would lie if all was unpacked, an archive into a folder of its name: its place tells something, too."""
    if not source.unpacked:
        return path
    around = path.removesuffix(".zip") if path.endswith(".zip") else path.rpartition("/")[0]
    return f"{around}/{source.unpacked}".lstrip("/")


def document_id(path: str, record_id: str | None) -> str:
    """Id of a document: the path, and "#" with what names it within the file; a "#" in the path itself is written "%23"."""
    name = path.replace("#", "%23")
    return name if record_id is None else f"{name}#{record_id}"


def _outlined(source: SourceText, title: str | None, reading: Reading) -> tuple[list[Unit], Outline]:
    """The sentences with what governs them, and the outline: first by form, then as the judge sees it."""
    units = list(outline_units(source, reading.vocabulary, {}))
    outline = Outline(title, [unit.line for unit in units])
    roles = reading.judge(outline) if reading.judge is not None and units else {}
    if any(roles.get(line.start, line.role) is not line.role for line in outline.lines):
        units = list(outline_units(source, reading.vocabulary, roles))
        outline = Outline(title, [unit.line for unit in units])
    return [unit for unit in units if unit.line.role is Role.SENTENCE], outline


def _passages(
    source: SourceText, doc_id: str, units: Iterable[Unit], labels: Iterable[Judgement], vocabulary: Vocabulary
) -> Iterator[Passage]:
    text, ordinal = source.text, 0
    for unit, judgement in zip(units, labels, strict=True):
        label, sentence = judgement.label, unit.line.sentence
        assert sentence is not None, "only sentences are labelled"
        parts = statements(text, sentence.start, sentence.end, lead_in=unit.lead_in, item=sentence.item, vocabulary=vocabulary)
        if label is Label.DUTY and not (sentence.item and is_whole(sentence.start, sentence.end)):
            parts = [clause for part in parts for clause in clauses(text, *part, vocabulary)]
        for number, (start, end) in enumerate(parts):
            # The statement that holds the lead-in itself does not need it a second time.
            path = sentence.path[:-1] if sentence.holds_lead and number == 0 else sentence.path
            yield Passage(
                passage_id=passage_id_of(doc_id, start, end),
                doc_id=doc_id,
                label=label,
                kind=KIND_OF_LABEL[label],
                start=start,
                end=end,
                text=text[start:end],
                ordinal=ordinal,
                heading_path=path,
                inferred=label not in (sentence.heading, sentence.glued),
                confidence=judgement.confidence,
                recognised=confidence_of(source.recognised, start, end),
            )
            ordinal += 1


def _sections(units: list[Unit], judgements: list[Judgement]) -> Iterator[Section]:
    """Put neighbouring sentences of one label under one heading together."""
    open_section: Section | None = None
    open_major: Heading | None = None
    for unit, judgement in zip(units, judgements, strict=True):
        label = judgement.label
        same = open_section is not None and open_section.label is label and unit.major == open_major
        if open_section is not None and same:
            open_section = replace(open_section, end=unit.line.end)
            continue
        if open_section is not None:
            yield open_section
        headed = unit.major is not None and unit.major != open_major
        start = min(unit.major.start, unit.line.start) if headed and unit.major is not None else unit.line.start
        heading = unit.major.text if unit.major is not None else None
        open_section, open_major = Section(label, heading, start, unit.line.end), unit.major
    if open_section is not None:
        yield open_section
