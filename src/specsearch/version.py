"""The release, below everything that notes it in what it writes."""

__version__ = "0.12.0"
