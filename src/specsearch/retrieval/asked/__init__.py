"""A query is read before it is searched for: signs, spelling, names that the index knows, and words for sections."""
