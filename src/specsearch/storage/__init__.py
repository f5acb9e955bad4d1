"""Documents, passages and vectors on disk, and the indexes derived from them."""
