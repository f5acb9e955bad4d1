"""Queries to ranked hits: filters, two retrievers, fusion, grouping, explanation."""

from specsearch.retrieval.filters import Filters
from specsearch.retrieval.search import MAX_HITS, MAX_QUERY_CHARS, search

__all__ = ["MAX_HITS", "MAX_QUERY_CHARS", "Filters", "search"]
