"""What a file may cost. Job documents are small; what costs more is broken or hostile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for reading and parsing one file.

    Attributes:
        file_bytes: Larger files are skipped, and so are larger files within files.
        text_chars: Longer documents are skipped (2 million characters are about 1,000 pages).
        seconds: Time for one file, by the clock and by the processor.
            A page that is read by text recognition has as much for itself, and so has a file or document within a file; a file of
            them has 60 times as much.
        memory_bytes: Address space of the process that parses, of which some 600 MB are its libraries.
        unpacked_bytes: What all that is packed in one file may unpack to.
        members: How many files one file may hold.
        cells: Cells of a sheet, the empty ones between the filled ones included.
        engine: What reads pictures of text, as `readers.recognition.available` names it; "" for nothing: they are skipped.
    """

    file_bytes: int = 50_000_000
    text_chars: int = 2_000_000
    seconds: float = 60.0
    memory_bytes: int = 3_000_000_000
    unpacked_bytes: int = 500_000_000
    members: int = 5_000
    cells: int = 20_000_000
    engine: str = ""


DEFAULT_LIMITS = Limits()
