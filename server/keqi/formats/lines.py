"""Plain text with one reply a line, as phrase lists are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqi.formats import BY_NAMES, Reading, Segment
from keqi.text import Span

_LINE = re.compile(r"[^\s\ufeff][^\r\n]*")


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """Each line of `text` that shows something, without the white space around it."""
    for match in _LINE.finditer(text):
        body = match.group().rstrip()
        yield Segment(body, Span(match.start(), match.start() + len(body)))
