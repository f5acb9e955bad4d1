"""What the interfaces do: one function, one request record and one answer record for each command.

The command line, and whatever else lets people or programs ask, go through these functions: each takes a request and
a `Session` (the index, and whom to tell), returns an answer, and raises `SpecsearchError`. None of them prints, exits or
reads standard input. `specsearch.interfaces.shapes` makes plain values of the answers. Who embeds specsearch in Python takes the
calls of `specsearch` itself, which these put together.

    session     the index and whom to tell of notices and progress
    asking      what several requests have: documents handed in, restrictions
    searching   search
    finding     which role is meant, what is known of it
    roles       roles, similar, blend, compare two or several, ladder, cities by role and by duty
    corpus      parse, index
    documents   which documents there are, one document whole
    state       status, check
    deciding    decide, what was decided
    keeping     what reviewers say, into the index or beside it while that is written
    lists       lists with notes; list_files has them as files
    searches    searches that are kept and asked again
    collecting  what these two share
    watching    an index that follows its folder
    sources     whose documents they are, what reviewers say of it
    exporting   corrections as a table beside the documents
    judging     judge, what was judged
    evaluating  evaluate
    sets        sets of queries beside an index: made, judged, measured

Requests are made of plain types, and the modules load nothing heavy until they are asked.
"""
