"""The class a document describes: title, employer, code, dates, pay, and where each was read."""
