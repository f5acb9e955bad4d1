"""Measuring retrieval: judged collections, runs, measures and how sure they are."""
