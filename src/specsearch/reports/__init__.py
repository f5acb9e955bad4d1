"""Comparisons and surveys as documents to hand on: HTML, PDF, Word, Excel, Markdown, CSV and JSON.

What a report says is put together once, as parts and tables (`comparison`, `survey`); each format then only
sets it; workbooks have sheets of their own (`workbook`). CSV and JSON hold the records themselves (`data`).
"""

from specsearch.reports.writing import SUFFIXES, check_path, rendered, write_report

__all__ = ["SUFFIXES", "check_path", "rendered", "write_report"]
