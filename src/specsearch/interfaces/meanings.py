"""What values of answers mean, said alike to programs and to language models."""

from __future__ import annotations

CHOICE = "accept: comparable; reject: not; level: comparable at another level."
CURRENT = "Whether both documents still have the texts that it was made on."
COVERAGE = "Share of each role's duties that have a counterpart, 0 to 1."
INTERVAL = "Between which shares the coverage of each role lies."
REQUIREMENT = "What is required: education, years, license and so on."
REQUIRED = "How much or which, in words."
QUOTED = "The statement that says so."
