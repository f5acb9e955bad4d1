"""Why a passage was found: shared words and the sentence that carried it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from specsearch.encoding.context import indexed_words
from specsearch.encoding.words import stems
from specsearch.parsing.statements import sentences, statements
from specsearch.records import Explanation, Passage
from specsearch.storage.store import Snapshot


def explain(index: Snapshot, query: str, passage: Passage, scores: Explanation) -> Explanation:
    """Explain a hit.

    Args:
        index: The open index.
        query: The query.
        passage: The passage that was found.
        scores: The scores that are known of it.

    Returns:
        The scores with the words that BM25 matched, in the passage's spelling, and the clause of the
        passage that is nearest to the query.
    """
    wanted = {stem for _, stem in stems(query)}
    # The very words that are indexed: with the lead-in of a statement, without its number.
    matched = {word.casefold(): word for word, stem in reversed(stems(indexed_words(passage))) if stem in wanted}
    return replace(scores, matched_terms=tuple(reversed(matched.values())), sentence=_nearest_clause(index, query, passage))


def _nearest_clause(index: Snapshot, query: str, passage: Passage) -> str:
    parts = [
        passage.text[left:right]
        for start, end in sentences(passage.text, 0, len(passage.text))
        for left, right in statements(passage.text, start, end, lead_in=True, item=False)
    ]
    if len(parts) < 2:
        return passage.text
    scores = index.encoder.encode_documents(parts) @ index.encoder.encode_query(query)[0]
    return parts[int(np.argmax(scores))]
