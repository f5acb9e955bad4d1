"""Word documents: plain blocks, and the files that they are read from and written to. The only room that imports python-docx."""
