"""Long work beside the server, one writer at a time."""

from __future__ import annotations


class Jobs:
    """What runs, and what has run."""

    def close(self) -> None:
        """Stop what runs."""
