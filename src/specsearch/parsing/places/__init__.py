"""A gazetteer: which states have a place or a county of some name, and where postal codes are."""
