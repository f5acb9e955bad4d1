"""Tools for models, by the Model Context Protocol: the functions of the service that only read, in sizes that suit a model.

    server    the server with its tools, and how it is mounted in an application
    stdio     one client, by standard input and output
    tools     what each tool takes, and which function of the service answers
    forms     what each tool answers, made of the service's own JSON (`specsearch.interfaces.shapes`)
    schemas   what the parts of answers are called and mean
    fitting   answers cut to a bounded length, at whole items
    words     what a model is told of the server and of each tool

None of the tools writes anything. The modules need the extra `web`.
"""
