"""Where things are in a text: half-open spans, and lines and columns at the edge."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the original text: half-open, in code points from its start.

    Everything inside keqi speaks in spans; lines, columns and other units exist only at the
    edge, made by `LineIndex`.
    """

    start: int
    """Offset of the first code point."""
    end: int
    """Offset behind the last code point; equal to `start` for an empty span (an insertion point)."""

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point, or one is an insertion point inside the other."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> Span:
        """The same stretch, `by` code points further on."""
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        """The text that the span covers."""
        return text[self.start : self.end]


def claim(taken: list[Span], span: Span) -> bool:
    """Add `span` to the ordered, disjoint spans `taken` unless it meets one of them."""
    at = bisect_left(taken, span)
    neighbours = taken[max(at - 1, 0) : at + 1]
    if any(other.overlaps(span) or other == span for other in neighbours):
        return False
    taken.insert(at, span)
    return True


class Unit(Enum):
    """What a column counts. The values are the names that LSP gives its position encodings."""

    CODE_POINTS = "utf-32"
    """Python's own count: one for each code point, also for a lone surrogate."""
    UTF8 = "utf-8"
    """Bytes: one to four for a code point."""
    UTF16 = "utf-16"
    """16-bit units: two for a code point beyond U+FFFF (most emoji), else one."""


_ANY_END = re.compile(r"\r\n?|\n")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class LineIndex:
    r"""Offset to line and column and back, for one text that does not change.

    Lines end at `\n`, `\r\n` and `\r` only, as in LSP and in editors: U+2028, U+0085 and the
    like are ordinary characters. Lines and columns count from zero. An empty text has one empty
    line, and so has the end of a text behind its last line end. Building takes one pass over the
    text; a look-up costs a bisection, and at most one pass over the line it lands in.
    """

    __slots__ = ("_astral", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if "\r" in text:
            self._starts = [0, *(end.end() for end in _ANY_END.finditer(text))]
        else:
            # Several times as fast as searching, and nearly all texts are like this.
            lengths = map(len, text.split("\n"))
            self._starts = [0, *accumulate(map((1).__add__, lengths))]
            self._starts.pop()
        self._astral: dict[int, list[int]] = {}

    def replaced(self, span: Span, new: str) -> LineIndex:
        """The index of the text with `new` instead of what is at `span`.

        Cheaper than a new one as long as no line ends come or go.
        """
        text = self.text[: span.start] + new + self.text[span.end :]
        # A line end may lie on either edge: \r\n is one end, and its halves are two.
        around = self.text[max(span.start - 1, 0) : span.end + 1]
        if "\n" in new or "\r" in new or "\n" in span.of(self.text) or "\r" in around:
            return LineIndex(text)
        made = object.__new__(LineIndex)
        made.text, made._astral = text, {}
        line, by = self.line_at(span.start), len(new) - len(span)
        made._starts = [*self._starts[: line + 1], *[start + by for start in self._starts[line + 1 :]]]
        return made

    def __len__(self) -> int:
        """Number of lines; at least one."""
        return len(self._starts)

    def line_at(self, offset: int) -> int:
        """The line that holds `offset` (code points; behind the end of the text: the last line)."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def line_span(self, line: int) -> Span:
        """The content of `line` without its line end. Raises IndexError when there is no such line."""
        if not 0 <= line < len(self._starts):
            raise IndexError(f"no line {line} in a text of {len(self._starts)}")
        start = self._starts[line]
        if line + 1 == len(self._starts):
            return Span(start, len(self.text))
        end = self._starts[line + 1] - 1
        if end > start and self.text.startswith("\r\n", end - 1):
            end -= 1
        return Span(start, end)

    def position(self, offset: int, unit: Unit = Unit.CODE_POINTS) -> tuple[int, int]:
        r"""Line and column of `offset` (code points from the start of the text), column in `unit`.

        Between `\r` and `\n` it is the end of the line's content: editors know no such place.
        Raises ValueError when `offset` lies outside `0..len(text)`.
        """
        if not 0 <= offset <= len(self.text):
            raise ValueError(f"offset {offset} outside a text of {len(self.text)}")
        line = self.line_at(offset)
        span = self.line_span(line)
        return line, self._column(line, span.start, min(offset, span.end), unit)

    def offset(self, line: int, column: int, unit: Unit = Unit.CODE_POINTS) -> int:
        """Offset in code points of `line` and `column`, `column` counted in `unit`.

        Never fails, since editors send such positions: a column behind the line is the end of the
        line's content, a line behind the last one the end of the text, a negative number zero; a
        column inside a character is the start of that character.
        """
        if line >= len(self._starts):
            return len(self.text)
        line, column = max(line, 0), max(column, 0)
        span = self.line_span(line)
        if unit is Unit.CODE_POINTS or self.text.isascii():
            return min(span.start + column, span.end)
        if unit is Unit.UTF16:
            return self._from_utf16(line, span, column)
        return self._from_utf8(span, column)

    def _column(self, line: int, start: int, offset: int, unit: Unit) -> int:
        if unit is Unit.CODE_POINTS or self.text.isascii():
            return offset - start
        if unit is Unit.UTF16:
            return offset - start + bisect_left(self._astral_in(line), offset)
        return len(self.text[start:offset].encode("utf-8", "surrogatepass"))

    def _astral_in(self, line: int) -> list[int]:
        """Offsets of the characters of `line` that take two UTF-16 units; looked for once a line."""
        found = self._astral.get(line)
        if found is None:
            span = self.line_span(line)
            found = [hit.start() for hit in _ASTRAL.finditer(self.text, span.start, span.end)]
            self._astral[line] = found
        return found

    def _from_utf16(self, line: int, span: Span, column: int) -> int:
        astral = self._astral_in(line)
        # The i-th wide character starts at unit (its offset + i), counted from the line's start:
        # as many as start before `column` each push the rest of the line one unit further.
        # In the middle of one this gives its start.
        before = bisect_left(range(len(astral)), column, key=lambda i: astral[i] - span.start + i)
        return min(span.start + column - before, span.end)

    def _from_utf8(self, span: Span, column: int) -> int:
        data = self.text[span.start : span.end].encode("utf-8", "surrogatepass")
        if column >= len(data):
            return span.end
        while data[column] & 0xC0 == 0x80:
            column -= 1
        return span.start + len(data[:column].decode("utf-8", "surrogatepass"))
