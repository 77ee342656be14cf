"""A draft: the whole text is one reply, as somebody types it or pipes it in."""

from __future__ import annotations

from collections.abc import Iterator

from keqi.formats import BY_NAMES, Reading, Segment
from keqi.text import Span

_EDGE = "\ufeff"


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The text as one segment, without the white space around it; none when it is blank.

    The edges are left out so that wording added at the start or the end of the reply lands next
    to its words, not before the indentation or behind the last newline.
    """
    body = text.lstrip(_EDGE).lstrip()
    start = len(text) - len(body)
    body = body.rstrip()
    if body:
        yield Segment(body, Span(start, start + len(body)))
