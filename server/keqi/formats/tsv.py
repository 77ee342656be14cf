"""TSV: tables of cells divided by tabs, with Excel's quotes or raw (see `delimited`)."""

from __future__ import annotations

from collections.abc import Iterator

from keqi.formats import BY_NAMES, Reading, Segment, delimited


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The replies in `text`, row by row; it cannot break its format."""
    return delimited.segments(text, reading, ("\t",))
