"""One store: a folder with one file of the truth, and search files derived from it."""
