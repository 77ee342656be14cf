"""How wide text is on a terminal, and the part of a long line that is worth showing."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from keqi.text import Span

_ZWJ = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
_JOINS = re.compile(f"[{_ZWJ}{_EMOJI_STYLE}\U0001f3fb-\U0001f3ff]")
_WINDOW_MARK = "…"


def printable(text: str) -> str:
    """`text` with one harmless character for each that would move the cursor or hide something.

    A reply may hold escape sequences or turn the direction of writing; a terminal must not obey.
    """
    return _UNSHOWN.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    char = match.group()
    if char == "\t":
        return " "
    if char in "\n\r\u2028\u2029\x85":
        return "⏎"
    return chr(0x2400 + ord(char)) if char < "\x20" else "\ufffd"


def columns(text: str) -> list[int]:
    """The column at which each code point of printable `text` begins, and the one behind the last.

    Wide characters take two columns, combining marks none; an emoji sequence joined by U+200D,
    and one with a skin tone, takes the two columns of its first emoji.
    """
    return list(accumulate(_widths(text), initial=0))


def width(text: str) -> int:
    """The number of columns that `text` takes."""
    return sum(_widths(text))


def _widths(text: str) -> Iterator[int]:
    """The columns of each code point; in most texts none depends on what stands before it."""
    return _widths_of_clusters(text) if _JOINS.search(text) else map(_width_alone, text)


def _widths_of_clusters(text: str) -> Iterator[int]:
    cluster = 0
    before = ""
    for char in text:
        if char.isascii():
            own, cluster = 1, 1
        elif char == _EMOJI_STYLE and cluster == 1:
            own, cluster = 1, 2
        elif cluster == 2 and (before == _ZWJ or "\U0001f3fb" <= char <= "\U0001f3ff"):
            own = 0  # goes on with the emoji before it
        else:
            own = _width_alone(char)
            cluster = own or cluster
        before = char
        yield own


@lru_cache(maxsize=1 << 14)
def _width_alone(char: str) -> int:
    """The columns that a character takes, whatever stands before it."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a line that is shown, and where to underline it."""

    text: str
    """Printable; begins or ends with … where something was cut off."""
    start: int
    """First column of the underline."""
    end: int
    """Column behind the underline; at least one more than `start`."""


def excerpt(text: str, line: Span, mark: Span, room: int) -> Excerpt:
    """As much of `line` as fits in `room` columns, with `mark` in view; both are spans of `text`.

    What lies outside the line is not shown; a mark that goes on behind it ends with it.
    """
    # Of a line of megabytes only the neighbourhood is ever looked at.
    start = min(mark.start, line.end)
    end = min(max(mark.end, start), line.end, start + room)
    first, last = max(line.start, start - room), min(line.end, end + room)
    near = printable(text[first:last])
    at = columns(near)
    start, end = start - first, end - first
    if first > line.start or last < line.end or at[-1] > room:
        return _window(near, at, start, end, room, (first > line.start, last < line.end))
    return Excerpt(near, at[start], max(at[end], at[start] + 1))


def _window(near: str, at: list[int], start: int, end: int, room: int, cut: tuple[bool, bool]) -> Excerpt:
    """The stretch of `near` around the span; `cut` says whether more of the line lies beyond."""
    room -= 2 * len(_WINDOW_MARK)
    left = at[start] - max(0, room - (at[end] - at[start])) // 2
    left = max(0, min(left, at[-1] - room))
    low = bisect_left(at, left)
    while low < start and at[low + 1] == at[low]:
        low += 1  # do not begin with a mark that belongs to the character before
    high = max(bisect_right(at, left + room) - 1, low)
    before = _WINDOW_MARK if low or cut[0] else ""
    after = _WINDOW_MARK if high < len(near) or cut[1] else ""
    shift = len(before) - at[low]
    begin = at[start] + shift
    return Excerpt(before + near[low:high] + after, begin, max(at[min(end, high)] + shift, begin + 1))
