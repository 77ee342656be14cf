"""Markdown: prose, headings, list items, block quotes and table cells, each a segment.

Not prose: fenced and indented code, HTML comments, scripts and styles, front matter (whatever its
values are called), link definitions, and the header of a table: 问 over a column is a label, not a
curt question. Code, link targets and tags inside a line become holes (see `markdown_inline`).

This is a line scanner in the manner of CommonMark, not a full parser: it knows which lines belong
together and where their words begin. Where it differs from CommonMark it errs towards prose.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from keqi.formats import BY_NAMES, Comment, Mark, Reading, Segment, SourceMap, verbatim
from keqi.formats.markdown_inline import Inline, scan, visible
from keqi.text import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)")
_SETTING = re.compile(r"^[^\s:=#][^:=\r\n]*[:=]", re.MULTILINE)
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
_HEADING_END = re.compile(r"(?:^|(?<=[ \t]))#+[ \t]*$")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_RULER = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_QUOTE = re.compile(">")
_COMMENT = re.compile("<!--")
_BULLET = re.compile(r"[-+*](?=[ \t]|$)")
_ORDERED = re.compile(r"(\d{1,9})[.)](?=[ \t]|$)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
# A target that looks like one: "[客服]: 您好" is prose, whatever CommonMark makes of it.
_DEFINITION = re.compile(
    r"\[(?!\^)([^\[\]\r\n]+)\]:[ \t]*(?:<|[./\#]|[A-Za-z][A-Za-z0-9+.-]*:|[!-~]+[ \t]*$)"
)
_LABELS = re.compile(rf"^[ \t>]*{_DEFINITION.pattern}", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]+\]:[ \t]*")
_RAW = re.compile(r"<(script|style|pre|textarea)(?=[\s>]|$)", re.IGNORECASE)
_DELIMITER = re.compile(r":?-+:?")
_CELL = re.compile(r"(?:[^|\\]|\\.|\\$)+")
_INDENT_OF_CODE = 4


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """Each piece of prose in `text`; markup that only dresses words is not in its text."""
    blocks = _Blocks(text)
    for stretch in blocks.run():
        segment = _segment(text, stretch, blocks.labels)
        if segment is not None:
            yield segment


def comments(text: str) -> Iterator[Comment]:
    """The closed HTML comments outside code, on lines of their own and within lines."""
    blocks = _Blocks(text)
    inline = [c for stretch in blocks.run() for c in _comments(text, stretch, blocks.labels)]
    alone = [Comment(span, _inside(span.of(text))) for span in blocks.comments]
    yield from sorted([*inline, *alone], key=lambda c: c.span)


@dataclass(slots=True)
class _Stretch:
    """Lines, or parts of lines, that make up one segment."""

    parts: list[Span]
    """What each line adds, without indentation, markers and line end."""
    cell: bool = False
    """Whether it is a cell of a table."""


@dataclass(slots=True)
class _Container:
    """A block quote or a list item that is open."""

    indent: int
    """Column at which an item's content begins; -1 for a block quote."""


@dataclass(slots=True)
class _Cursor:
    """A place in a line; tabs reach to the next multiple of four."""

    text: str
    at: int
    """Offset in the file."""
    end: int
    """Where the line's content ends."""
    column: int = 0

    def indent(self) -> int:
        """Columns of white space from here to the next visible character."""
        column = self.column
        for char in self.text[self.at : self.end]:
            if char not in " \t":
                break
            column = _after(column, char)
        return column - self.column

    def skip(self, columns: int) -> None:
        """Go over white space, at most `columns` wide; a tab is never split."""
        goal = self.column + columns
        while self.at < self.end and self.text[self.at] in " \t" and self.column < goal:
            self.column = _after(self.column, self.text[self.at])
            self.at += 1

    def advance(self, count: int) -> None:
        """Go over `count` characters that are no tabs."""
        self.at += count
        self.column += count

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """`pattern` behind the white space that comes next; the cursor stays."""
        at = self.at
        while at < self.end and self.text[at] in " \t":
            at += 1
        return pattern.match(self.text, at, self.end)

    def blank(self) -> bool:
        """Whether only white space is left."""
        return not self.text[self.at : self.end].strip()


def _after(column: int, char: str) -> int:
    return column + (4 - column % 4 if char == "\t" else 1)


@dataclass(slots=True)
class _Blocks:
    """The state of the scan from line to line."""

    text: str
    labels: frozenset[str] = frozenset()
    """Link references that the document defines, in lower case; known once `run` has started."""
    containers: list[_Container] = field(default_factory=list)
    paragraph: list[Span] = field(default_factory=list)
    columns: int = 0
    """Number of columns of the table that is open; 0 outside tables."""
    fence: str = ""
    """What closes the fenced code that is open."""
    fence_depth: int = 0
    """Number of containers around that fence."""
    ready: list[_Stretch] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    """Those that begin a line."""

    def run(self) -> Iterator[_Stretch]:
        """The stretches of the file, in order."""
        self.labels = frozenset(m.group(1).strip().lower() for m in _LABELS.finditer(self.text))
        at = self.front_matter()
        while at < len(self.text):
            line = _LINE.match(self.text, at)
            assert line is not None, "the pattern matches at any place"
            content = line.group().rstrip("\r\n")
            at = self.line(_Cursor(self.text, at, at + len(content))) or line.end()
            yield from self.ready
            self.ready.clear()
        self.close()
        yield from self.ready

    def front_matter(self) -> int:
        """Where the document begins, behind any front matter."""
        opening = _FRONT_MATTER.match(self.text)
        begin = 1 if self.text.startswith("\ufeff") else 0
        if opening is None:
            return begin
        ends = re.escape(opening.group(1)) + ("" if opening.group(1) == "+++" else r"|\.\.\.")
        closing = re.compile(rf"^(?:{ends})[ \t]*(?:\r\n?|\n|\Z)", re.MULTILINE)
        end = closing.search(self.text, opening.end())
        if end is None or not _SETTING.search(self.text, opening.end(), end.start()):
            return begin
        return end.end()

    def line(self, cursor: _Cursor) -> int:
        """Take in one line; where to go on when that is not the next line, else 0."""
        depth = self.enter(cursor)
        if self.fence and depth >= self.fence_depth:
            if self.ends_fence(cursor):
                self.fence = ""
            return 0
        self.fence = ""
        if cursor.blank():
            self.close()
            self.leave_quotes(depth)
            return 0
        if depth < len(self.containers) and not self.lazy(cursor):
            self.close()
            del self.containers[depth:]
        self.open_containers(cursor)
        return self.leaf(cursor)

    def enter(self, cursor: _Cursor) -> int:
        """Go over the markers of the containers that are still open; how many there are."""
        for depth, container in enumerate(self.containers):
            if container.indent < 0:
                if cursor.indent() >= _INDENT_OF_CODE or not self.quote_marker(cursor):
                    return depth
            elif cursor.blank():
                continue
            elif cursor.column + cursor.indent() >= container.indent:
                cursor.skip(container.indent - cursor.column)
            else:
                return depth
        return len(self.containers)

    def quote_marker(self, cursor: _Cursor) -> bool:
        """Go over a ``>`` and the space behind it, if they come next."""
        marker = cursor.match(_QUOTE)
        if marker is None:
            return False
        cursor.skip(cursor.indent())
        cursor.advance(1)
        cursor.skip(1)
        return True

    def leave_quotes(self, depth: int) -> None:
        """A blank line ends the block quotes whose marker it lacks, and what they hold."""
        for index in range(depth, len(self.containers)):
            if self.containers[index].indent < 0:
                del self.containers[index:]
                return

    def lazy(self, cursor: _Cursor) -> bool:
        """Whether the line goes on with a paragraph although it lacks the markers."""
        return bool(self.paragraph) and not self.starts_block(cursor)

    def starts_block(self, cursor: _Cursor) -> bool:
        """Whether the rest of the line is something that ends a paragraph."""
        if cursor.indent() >= _INDENT_OF_CODE:
            return False
        if any(cursor.match(p) for p in (_FENCE, _HEADING, _RULER, _QUOTE, _RAW, _COMMENT)):
            return True
        return self.item_marker(cursor) is not None

    def item_marker(self, cursor: _Cursor) -> re.Match[str] | None:
        """A list marker, if the line has one that may stand here."""
        if cursor.match(_RULER):
            return None
        marker = cursor.match(_BULLET) or cursor.match(_ORDERED)
        if marker is None or not self.paragraph:
            return marker
        # Inside a paragraph a number is more likely a number: 共计\n14. 件. In a list, it is an item.
        in_list = any(c.indent >= 0 for c in self.containers)
        empty = not self.text[marker.end() : cursor.end].strip()
        number = marker.group(1) if marker.re is _ORDERED else "1"
        return marker if in_list or (number == "1" and not empty) else None

    def open_containers(self, cursor: _Cursor) -> None:
        """Go over the markers of the block quotes and list items that begin on this line."""
        while cursor.indent() < _INDENT_OF_CODE:
            if cursor.match(_QUOTE):
                self.close()
                self.quote_marker(cursor)
                self.containers.append(_Container(-1))
                continue
            marker = self.item_marker(cursor)
            if marker is None:
                return
            self.close()
            cursor.skip(cursor.indent())
            cursor.advance(len(marker.group()))
            space = cursor.indent()
            wide = space if 1 <= space <= _INDENT_OF_CODE and not cursor.blank() else 1
            self.containers.append(_Container(cursor.column + wide))
            cursor.skip(wide)
            task = cursor.match(_TASK)
            if task is not None:
                cursor.skip(cursor.indent())
                cursor.advance(len(task.group()))
                return

    def leaf(self, cursor: _Cursor) -> int:
        """What the line holds behind its markers; where to go on, as for `line`."""
        if cursor.blank():
            return 0
        if cursor.indent() >= _INDENT_OF_CODE and not self.paragraph:
            return 0
        code = cursor.indent() >= _INDENT_OF_CODE
        cursor.skip(cursor.indent())
        if code:
            self.prose(cursor)
            return 0
        if cursor.match(_FENCE):
            self.open_fence(cursor)
            return 0
        if cursor.match(_COMMENT):
            self.close()
            end = self.text.find("-->", cursor.at + 4) + 3
            if end < 3:
                return len(self.text)
            self.comments.append(Span(cursor.at, end))
            return end
        raw = cursor.match(_RAW)
        if raw is not None:
            return self.raw(raw)
        if not self.single(cursor):
            self.prose(cursor)
        return 0

    def open_fence(self, cursor: _Cursor) -> None:
        """Begin fenced code."""
        self.close()
        opening = cursor.match(_FENCE)
        assert opening is not None
        self.fence = opening.group(1) or opening.group(2)
        self.fence_depth = len(self.containers)

    def ends_fence(self, cursor: _Cursor) -> bool:
        """Whether the line closes the fence: the same character, at least as often."""
        rest = cursor.text[cursor.at : cursor.end].strip(" \t")
        closes = len(rest) >= len(self.fence) and not rest.strip(self.fence[0])
        return closes and cursor.indent() < _INDENT_OF_CODE

    def raw(self, opening: re.Match[str]) -> int:
        """Skip a script, a style sheet or preformatted text."""
        self.close()
        closing = re.compile(rf"</{opening.group(1)}\s*>", re.IGNORECASE)
        end = closing.search(self.text, opening.end())
        return end.end() if end else len(self.text)

    def single(self, cursor: _Cursor) -> bool:
        """A line that stands alone: delimiter row, underline, ruler, heading, definition; whether it is one."""
        line = Span(cursor.at, cursor.end)
        if self.delimiter_row(line):
            return True
        if self.underlines(cursor) or cursor.match(_RULER):
            self.close()
            return True
        if cursor.match(_HEADING):
            self.close()
            self.add([_title(self.text, line)])
            return True
        return bool(not self.paragraph and cursor.match(_DEFINITION))

    def underlines(self, cursor: _Cursor) -> bool:
        """Whether the line turns the paragraph above it into a heading."""
        return bool(self.paragraph) and not self.columns and cursor.match(_SETEXT) is not None

    def delimiter_row(self, line: Span) -> bool:
        """Whether the line makes a table of the line above it; if so, the table is open."""
        if not self.paragraph or self.columns or "|" not in line.of(self.text):
            return False
        cells = _cells(self.text, line)
        header = _cells(self.text, self.paragraph[-1])
        if len(cells) != len(header) or not all(_DELIMITER.fullmatch(c.of(self.text)) for c in cells):
            return False
        self.paragraph.pop()
        self.close()
        self.columns = len(cells)
        return True

    def prose(self, cursor: _Cursor) -> None:
        """A line of a paragraph or a row of a table."""
        footnote = None if self.paragraph else cursor.match(_FOOTNOTE)
        if footnote is not None:
            cursor.at = footnote.end()
        line = Span(cursor.at, cursor.end)
        if self.columns:
            self.add_cells(_cells(self.text, line)[: self.columns])
        else:
            self.paragraph.append(_stripped(self.text, line))

    def close(self) -> None:
        """End the paragraph or table that is open."""
        if self.paragraph:
            self.add(self.paragraph)
        self.paragraph = []
        self.columns = 0

    def add(self, parts: list[Span]) -> None:
        """Put out a stretch."""
        kept = [p for p in (_stripped(self.text, part) for part in parts) if len(p)]
        if kept:
            self.ready.append(_Stretch(kept))

    def add_cells(self, cells: list[Span]) -> None:
        """Put out the cells of a row."""
        self.ready += [_Stretch([cell], cell=True) for cell in cells if len(cell)]


def _title(text: str, line: Span) -> Span:
    """The words of a heading, without the ``#`` before and behind them."""
    start = line.start + len(_marker(_HEADING, text, line))
    words = text[start : line.end]
    tail = _HEADING_END.search(words)
    return Span(start, start + tail.start() if tail else line.end)


def _marker(pattern: re.Pattern[str], text: str, line: Span) -> str:
    match = pattern.match(text, line.start, line.end)
    return match.group() if match else ""


def _stripped(text: str, span: Span) -> Span:
    """`span` without the white space at its ends."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _cells(text: str, line: Span) -> list[Span]:
    """The cells of a row, without the white space around them; a ``\\|`` divides nothing."""
    row = _stripped(text, line)
    start = row.start + text.startswith("|", row.start, row.end)
    cells: list[Span] = []
    while start < row.end:
        cell = _CELL.match(text, start, row.end)
        end = cell.end() if cell else start
        cells.append(_stripped(text, Span(start, end)))
        start = end + 1
    return cells


def _encode_cell(text: str) -> str:
    """Wording for a cell: it must not divide the cell or leave the row."""
    return re.sub(r"(?<!\\)\|", r"\\|", text.replace("\r\n", " ").replace("\n", " "))


def _segment(text: str, stretch: _Stretch, labels: frozenset[str]) -> Segment | None:
    """The segment that `stretch` makes; None when it holds no words."""
    chunks = _chunks(text, stretch.parts)
    whole = Span(chunks[0].start, chunks[-1].end)
    joined = "".join(chunk.of(text) for chunk in chunks)
    inline = scan(joined, labels)
    encode = _encode_cell if stretch.cell else verbatim
    if len(chunks) == 1 and not inline.dress:
        segment = Segment(joined, whole, tuple(inline.holes), encode=encode)
    else:
        offsets = [o for chunk in chunks for o in range(chunk.start, chunk.end)]
        segment = _mapped(joined, offsets, whole, inline, encode)
    return segment if _has_words(segment.text, segment.holes) else None


def _mapped(
    joined: str, offsets: list[int], whole: Span, inline: Inline, encode: Callable[[str], str]
) -> Segment:
    """The segment made of `joined` without its dress; `offsets` say where each character stands."""
    kept = list(visible(joined, inline))
    starts = tuple(offsets[i] for i in kept)
    marks = tuple(Mark(offsets[d.span.start], d.span.of(joined), d.opens) for d in inline.dress)
    return Segment(
        "".join(joined[i] for i in kept),
        whole,
        _holes(inline, kept),
        SourceMap(starts, tuple(s + 1 for s in starts)),
        marks,
        encode,
    )


def _comments(text: str, stretch: _Stretch, labels: frozenset[str]) -> Iterator[Comment]:
    """The comments among the words of a stretch."""
    chunks = _chunks(text, stretch.parts)
    joined = "".join(chunk.of(text) for chunk in chunks)
    if "<!--" not in joined:
        return
    offsets = [o for chunk in chunks for o in range(chunk.start, chunk.end)]
    for hole in scan(joined, labels).holes:
        if joined.startswith("<!--", hole.start):
            span = Span(offsets[hole.start], offsets[hole.end - 1] + 1)
            yield Comment(span, _inside(hole.of(joined)))


def _inside(comment: str) -> str:
    """What a comment says, without its marks."""
    return comment[4:-3].strip()


def _chunks(text: str, parts: list[Span]) -> list[Span]:
    """The parts with the line end behind each but the last, as few stretches as possible."""
    chunks = [parts[0]]
    for part in parts[1:]:
        end = chunks[-1].end
        while text[end] not in "\r\n":
            end += 1
        after = end + (2 if text.startswith("\r\n", end) else 1)
        for span in (Span(end, after), part):
            if chunks[-1].end == span.start:
                chunks[-1] = Span(chunks[-1].start, span.end)
            else:
                chunks.append(span)
    return chunks


def _holes(inline: Inline, kept: list[int]) -> tuple[Span, ...]:
    """The holes as offsets in the text without dropped markup; markup is never inside a hole."""
    return tuple(Span(bisect_left(kept, h.start), bisect_left(kept, h.end)) for h in inline.holes)


def _has_words(words: str, holes: tuple[Span, ...]) -> bool:
    """Whether anything but white space stands outside the holes."""
    at = 0
    for hole in holes:
        if words[at : hole.start].strip():
            return True
        at = hole.end
    return bool(words[at:].strip())
