"""A corpus into an index: plan what is to be read, read it, embed it, apply it. Above storage and encoding."""
