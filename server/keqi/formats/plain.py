"""Plain text: a library of replies, one a paragraph; blank lines separate them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqi.formats import BY_NAMES, Reading, Segment
from keqi.text import Span

_PARAGRAPH = re.compile(
    r"""
    [^\s\ufeff] [^\r\n]*             # from the first visible character to the end of its line
    (?: (?: \r\n | \r | \n )         # then line upon line
        [^\S\r\n]* \S [^\r\n]* )*    # as long as each shows something
    """,
    re.VERBOSE,
)


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """Each paragraph of `text`, without the white space around it.

    A line ends at LF, CR LF or CR, and is blank when it holds white space only. A byte order
    mark that was left in the text belongs to no paragraph.
    """
    for match in _PARAGRAPH.finditer(text):
        body = match.group().rstrip()
        yield Segment(body, Span(match.start(), match.start() + len(body)))
