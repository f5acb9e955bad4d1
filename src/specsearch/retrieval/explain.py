"""Why a passage was found: shared words and the sentence that carried it."""

from __future__ import annotations

import numpy as np

from specsearch.encoding.context import indexed_words
from specsearch.parsing.statements import sentences, statements
from specsearch.records import Explanation, Passage
from specsearch.storage.lexical import stems
from specsearch.storage.snapshot import Snapshot


def explain(index: Snapshot, query: str, passage: Passage, dense: float | None, lexical: float | None, reranked: float | None = None) -> Explanation:
    """Explain a hit.

    Args:
        index: The open index.
        query: The query.
        passage: The passage that was found.
        dense: Its cosine, if known.
        lexical: Its BM25 score, if known.
        reranked: Its score by a reranker, if one was asked.

    Returns:
        The scores with the words that BM25 matched, in the passage's spelling, and the clause of the
        passage that is nearest to the query.
    """
    wanted = {stem for _, stem in stems(query)}
    # The very words that are indexed: with the lead-in of a statement, without its number.
    matched = {word.casefold(): word for word, stem in reversed(stems(indexed_words(passage))) if stem in wanted}
    return Explanation(dense, lexical, tuple(reversed(matched.values())), _nearest_clause(index, query, passage), reranked)


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
