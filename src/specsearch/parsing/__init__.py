"""Texts to documents: metadata, labelled sections and passages, with exact offsets."""
