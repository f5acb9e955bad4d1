"""Pages that browsers save in one file (mhtml): the page, without its pictures."""

from __future__ import annotations

from dataclasses import replace

from specsearch.errors import ReadError
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.html import parse_html
from specsearch.readers.mail import header, leaves, parsed_message, text_of

_MUCH_MORE = 3
"""How many times the text of the page itself a frame of it has that holds what the page shows."""


def read_saved_page(data: bytes, context: Context) -> ReadResult:
    """Read a saved page.

    Args:
        data: The file's bytes.
        context: Not asked: nothing of it changes how a page is read.

    Returns:
        The page as a document, with the address that it was saved from.

    Raises:
        ReadError: There is no page in it.
    """
    message = parsed_message(data)
    pages = [part for part in leaves(message) if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise ReadError("no saved page: there is no HTML in it; save the page again, as PDF or as HTML")
    sources = [parse_html(text_of(part)) for part in pages]
    longest = max(sources, key=lambda source: len(source.text))
    source = longest if len(longest.text) > _MUCH_MORE * len(sources[0].text) else sources[0]
    address = (header(message, "snapshot-content-location") or header(pages[0], "content-location")).strip()
    stated = {"url": address} if address.startswith(("http://", "https://")) else {}
    return ReadResult((replace(source, fields={**stated, **source.fields}),))
