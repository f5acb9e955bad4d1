"""What codes of classes look like, wherever they stand."""

from __future__ import annotations

import re

BARE_CODE = re.compile(r"(?=\w*\d)[A-Z0-9][A-Z0-9.-]{1,7}$")
"""A text that can be a code."""
CODE_LABEL = re.compile(r"\b(?:class|job|title|position|occupation|spec(?:ification)?)\s*(?:spec\w*\s*|title\s*)?(?:code|no\.?|number|#)\s*[:#|.]*\s*\w*\d|\brecruitment\s*#", re.I)
"""A label of a code with its code, of the class or of a posting: such stand beside the title."""
PAGE_TITLE_CODE = re.compile(r"\s[-–—]\s(?P<code>(?=\w*\d)[A-Z0-9]{3,8})$")
"""A code at the end of a page's title."""
SERVICE_NUMBERS = r"[2-9]11|988"
"""Numbers of services that are called by them: parts of titles, no codes."""
LEADING_CODE = re.compile(rf"(?P<code>(?!(?:{SERVICE_NUMBERS})\b)(?=\w*\d)[A-Z0-9]{{3,8}})\s*[-–—:]?\s+(?=[A-Z]{{3}})")
"""A code before a title in capitals."""
