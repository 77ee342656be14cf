"""CSV: tables of cells divided by comma, semicolon, bar or tab (see `delimited`)."""

from __future__ import annotations

from collections.abc import Iterator

from keqi.formats import BY_NAMES, Reading, Segment, delimited


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The replies in `text`, row by row; FormatError for a quote that is never closed."""
    return delimited.segments(text, reading, delimited.DELIMITERS)
