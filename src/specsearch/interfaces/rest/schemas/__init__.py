"""The JSON of answers, described: what `specsearch.interfaces.shapes` gives. Answers are not made from these; the tests hold the two together."""
