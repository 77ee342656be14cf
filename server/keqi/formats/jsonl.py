"""JSON Lines: one JSON value on each line, as logs of conversations and sets of examples are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqi.formats import BY_NAMES, FormatError, Reading, Segment
from keqi.formats.json import Strings, found, scan
from keqi.text import Span

_LINE = re.compile(r"[^\r\n\ufeff][^\r\n]*")


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The string values that are replies, in every line of `text`; a blank line has none.

    Labels are paths within the line. Raises FormatError, at its place, for the first line that
    is not one JSON value.
    """
    values: Strings = []
    for match in _LINE.finditer(text):
        try:
            scan(text, Span(*match.span()), reading, values)
        except FormatError as error:
            if error.kind == "json-open":
                raise FormatError(error.offset, "jsonl-open", **error.details) from None
            raise
    return found(text, values, reading)
