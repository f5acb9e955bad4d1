"""Texts to documents: metadata, labelled sections and passages, with exact offsets."""

from specsearch.parsing.document import parse_source

__all__ = ["parse_source"]
