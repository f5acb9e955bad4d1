"""Verifying every row of a truth, and that the model is the one that it was made with: the same in every database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from specsearch.encoding import Encoder, load_encoder
from specsearch.encoding.context import embedded_text
from specsearch.errors import IndexDamagedError, SpecsearchError
from specsearch.storage.batches import in_parts
from specsearch.storage.truth.database import Database

SAMPLE = 100
"""Passages that are searched for and embedded again."""
SEED = 20_261
NEAR = 0.98
"""Least recall@10 of what finds the nearest against an exact search, and least cosine of a text embedded again."""
_AT_ONCE = 500


def problems(database: Database, structure: Iterable[str]) -> Iterator[str]:
    """Verify every row; yield what is wrong, a sentence each.

    Args:
        database: A connection that sees one generation.
        structure: What is wrong with the tables themselves.
    """
    try:
        yield from structure
        for part in (database.meta, database.files, database.check_totals, database.decisions, database.corrections, database.label_corrections, database.collection_changes):
            yield from _caught(part)
        numbers = set(database.numbers())
        for number in numbers:
            yield from _caught(lambda number=number: _check_passages(database, number))
        yield from _check_vectors(database)
        for number, count in Counter(row[0] for row in database.query("SELECT document FROM passages")).items():
            if number not in numbers:
                yield f"{count} passages belong to no document"
    except SpecsearchError as error:  # they are so damaged that nothing more can be asked
        yield str(error)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield f"the tables are damaged ({error})"


def _check_passages(database: Database, number: int) -> None:
    document = database.document(number)
    for ordinal, (_, passage, _) in enumerate(database.passages(document, number)):
        if passage.ordinal != ordinal or not 0 <= passage.start < passage.end <= len(document.text):
            raise IndexDamagedError(f"the passages of {document.doc_id} do not fit its text")


def _check_vectors(database: Database) -> Iterator[str]:
    dimension = int(database.meta().get("dimension", "0"))
    for keys in in_parts((key for (key,) in database.query("SELECT key FROM vectors")), _AT_ONCE):
        try:
            found = database.vectors(keys)
        except IndexDamagedError:
            found = {}
        for key in keys:
            yield from _check_vector(database, key, found.get(key), dimension)


def _check_vector(database: Database, key: Any, vector: npt.NDArray[np.float32] | None, dimension: int) -> Iterator[str]:  # noqa: ANN401 - damage can make text of a key
    try:
        vector = database.vectors([key])[key] if vector is None else vector
    except IndexDamagedError:
        yield f"the vector {bytes(key).hex() if isinstance(key, bytes) else key} is damaged"
        return
    if vector.shape != (dimension,) or not abs(float(np.linalg.norm(vector)) - 1) < 1e-3:
        yield f"the vector {key.hex()} is not of length 1 in {dimension} dimensions"


def _caught(part: Any) -> Iterator[str]:  # noqa: ANN401 - any function without arguments
    try:
        part()
    except SpecsearchError as error:
        yield str(error)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield f"a value is damaged ({error})"


def model_problems(database: Database, encoder: Encoder | None, notice: Callable[[str], None]) -> Iterator[str]:
    """Whether the model that the index names is the one here, and gives the vectors that are stored."""
    meta = database.meta()
    try:
        encoder = encoder or load_encoder(meta["model"], meta["precision"], notice)
    except SpecsearchError as error:
        yield f"model: {error}"
        return
    if encoder.fingerprint != meta["fingerprint"]:
        yield f"model: the index was built with {meta['model']} of fingerprint {meta['fingerprint'][:12]}, the one here has {encoder.fingerprint[:12]}"
        return
    numbers = database.numbers()
    chosen = np.random.default_rng(SEED).choice(len(numbers), min(SAMPLE // 10, len(numbers)), replace=False)
    for row in database.rows(numbers[i] for i in chosen):
        if row.passage.ordinal % 10 == 0 and float(encoder.encode_documents([embedded_text(row.passage)])[0] @ row.vector) < NEAR:
            yield f"model: {row.passage.passage_id} gets another vector than the one that is stored"
