"""REST: what the commands do, over HTTP, described by OpenAPI.

    application  the application, which the workbench mounts at /api/v1
    asked        what is asked in an address or a body, with the range of each value
    uploads      documents that are handed in
    schemas      the JSON of answers, described
    answers      JSON, pages of lists
    problems     what is said when something cannot be done (RFC 9457)
    routes/      a module for each group of routes

A route makes a request of the service and gives the JSON of `specsearch.interfaces.shapes`, which is what the command of
its name prints with --format json. No request names a file or folder of the machine.
"""

from __future__ import annotations

from specsearch.interfaces.rest.application import make_rest

__all__ = ["make_rest"]
