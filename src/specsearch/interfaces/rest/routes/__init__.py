"""The routes: a module for each group of them."""

from __future__ import annotations

from specsearch.interfaces.rest.routes import (
    collecting,
    comparing,
    finding,
    held,
    judging,
    measuring,
    reviewing,
    working,
)

ROUTERS = (finding.ROUTER, comparing.ROUTER, held.ROUTER, reviewing.ROUTER, collecting.ROUTER, judging.ROUTER, measuring.ROUTER, working.ROUTER)
