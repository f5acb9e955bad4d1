"""Older office formats, by way of LibreOffice where it is installed: converted in a process of its own, then read as the newer ones."""
