"""Fixtures of roles."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def roles_alone(quick: None) -> None:
    """Updates are quick ones: what is made of documents is what is tested."""
