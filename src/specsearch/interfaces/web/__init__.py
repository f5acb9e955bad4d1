"""The workbench: pages in the browser, on the service.

    workbench   what the server holds: one open index, the corpus folder, long work
    jobs        long work beside the server, one writer at a time
    working     the process of a job
    guards      which requests are let in, and what every answer says of itself
    app         the application: pages, programs' interfaces, static files
    serving     the server
    rendering   templates, and what they are given
    addresses   where each page is
    wording     what pages about roles say: scores in words, how statements are named
    downloads   files that pages give
    pages/      a module for each page, with its routes

Scripts are a help: every page is read, searched and downloaded without them. The address of a page holds all that it
shows.
"""
