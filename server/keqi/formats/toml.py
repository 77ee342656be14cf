"""TOML: every string value that is a reply, in all four kinds of strings.

`tomllib` decides whether a file is TOML; here is where things stand in one that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from keqi.formats import BY_NAMES, Comment, FormatError, Reading, Segment
from keqi.formats.structured import Holder, Names, Value, meaning, replies, segment
from keqi.formats.toml_faults import check
from keqi.formats.toml_strings import STRING, decoded, encoder, holds_han, respelling, value_of
from keqi.text import Span

_GAP = r"(?:[ \t\r\n]++|#[^\n]*+)*+"
_PART = rf"(?:[A-Za-z0-9_-]++|{STRING})"
_NAME = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_ATOM = r"\d{4}-\d\d-\d\d \d[^\s,\]}#]*+|[^\s,\[\]{}#\"']++"

_SPACE = re.compile(_GAP)
_TABLE = re.compile(rf"\[(?P<list>\[)?[ \t]*+(?P<name>{_NAME})[ \t]*+\]\]?")
_KEY = re.compile(rf"(?P<name>{_NAME}){_GAP}={_GAP}")
_VALUE = re.compile(rf"(?:(?P<string>{STRING})|(?P<bracket>[\[{{])|(?P<atom>{_ATOM})){_GAP}")
_CLOSER = re.compile(rf"(?:,{_GAP})?(?P<closer>[\]}}]){_GAP}")
_COMMA = re.compile(rf",{_GAP}")
_PARTS = re.compile(_PART)
_COMMENTS = re.compile(rf"{STRING}|(?P<comment>#[^\r\n]*)|(?P<open>[\"'])")


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The string values of `text` that are replies, without the white space around them.

    Keys never are. Raises FormatError for what is no TOML.
    """
    check(text)
    walk = _Walk(text, reading)
    walk.run(int(text.startswith("\ufeff")))
    yield from replies(walk.values, reading, partial(_segment, text))


def _segment(text: str, span: Span, names: Names) -> Segment | None:
    pieces, encode = decoded(text, span), encoder(text, span)
    return segment(text, span, pieces, names, encode, respelling(text, span))


def comments(text: str) -> Iterator[Comment]:
    """The comments in `text`, as far as it is sound: what stands behind a ``#`` outside strings."""
    for match in _COMMENTS.finditer(text):
        if match["open"]:
            return
        if match["comment"]:
            yield Comment(Span(*match.span()), match.group().strip("# \t"))


@dataclass(slots=True)
class _Table:
    """A table, which several headers and dotted keys may fill."""

    holder: Holder
    tables: dict[str, _Table] = field(default_factory=dict)
    """The tables in it; of an array of tables the last."""
    lists: dict[str, Holder] = field(default_factory=dict)
    """The arrays of tables in it."""

    def inner(self, name: str, offset: int) -> _Table:
        """The table called `name` in this one."""
        if name not in self.tables:
            self.holder.step = name
            self.tables[name] = _Table(self.holder.inner(offset))
        return self.tables[name]

    def added(self, name: str, offset: int) -> _Table:
        """A new table at the end of the array called `name`."""
        if name not in self.lists:
            self.holder.step = name
            self.lists[name] = self.holder.inner(offset)
        items = self.lists[name]
        items.step = items.step + 1 if isinstance(items.step, int) else 0
        self.tables[name] = _Table(items.inner(offset))
        return self.tables[name]


@dataclass(slots=True)
class _Walk:
    """The way through a file that is TOML."""

    text: str
    reading: Reading
    values: list[Value[Span]] = field(default_factory=list)
    """The span of each is that of the string with its quotes."""
    top: _Table = field(default_factory=lambda: _Table(Holder()))

    def run(self, start: int) -> None:
        """Read the file from `start` on."""
        table, at = self.top, self.behind(_SPACE, start)
        while at < len(self.text):
            header = _TABLE.match(self.text, at)
            if header is None:
                at = self.pair(table, at)
            else:
                table = self.table(header)
                at = self.behind(_SPACE, header.end())

    def behind(self, pattern: re.Pattern[str], at: int) -> int:
        """The place behind what stands at `at`."""
        return self.found(pattern, at).end()

    def found(self, pattern: re.Pattern[str], at: int) -> re.Match[str]:
        """What stands at `at`. Raises FormatError for what only a later TOML allows."""
        match = pattern.match(self.text, at)
        if match is None:
            raise FormatError(at, "toml-syntax", problem="unknown syntax")
        return match

    def names(self, match: re.Match[str]) -> list[str]:
        """The keys of a dotted name."""
        spans = [Span(*part.span()) for part in _PARTS.finditer(self.text, *match.span("name"))]
        return [value_of(self.text, s) if self.text[s.start] in "\"'" else s.of(self.text) for s in spans]

    def table(self, header: re.Match[str]) -> _Table:
        """The table that a header opens."""
        *path, name = self.names(header)
        table = self.top
        for step in path:
            table = table.inner(step, header.start())
        return (table.added if header["list"] else table.inner)(name, header.start())

    def pair(self, table: _Table, at: int) -> int:
        """Read a key and its value: the place behind both."""
        holder, at = self.key(table, at)
        return self.value(holder, at)

    def key(self, table: _Table, at: int) -> tuple[Holder, int]:
        """Read a key and its equals sign: what holds the value, and the place of that."""
        match = self.found(_KEY, at)
        *path, name = self.names(match)
        for step in path:
            table = table.inner(step, at)
        table.holder.step = name
        return table.holder, match.end()

    def value(self, holder: Holder, at: int) -> int:
        """Read a value with all that is in it: the place behind it."""
        opened: list[_Table] = []
        while True:
            match = self.found(_VALUE, at)
            at = match.end()
            if match["bracket"]:
                opened.append(_Table(holder.inner(match.start())))
                opened[-1].holder.step = -1 if match["bracket"] == "[" else ""
            else:
                self.scalar(holder, match)
            while opened and (closer := _CLOSER.match(self.text, at)):
                opened.pop()
                at = closer.end()
            if not opened:
                return at
            holder, at = self.next(opened[-1], at)

    def next(self, table: _Table, at: int) -> tuple[Holder, int]:
        """Go on in an array or an inline table: what holds the next value, and the place of that."""
        comma = _COMMA.match(self.text, at)
        at = comma.end() if comma else at
        if isinstance(table.holder.step, int):
            table.holder.step += 1
            return table.holder, at
        return self.key(table, at)

    def scalar(self, holder: Holder, match: re.Match[str]) -> None:
        """Take in a string, or a value that is none."""
        span = Span(*match.span("string"))
        said = meaning(holder.step, self.reading.author)
        if said:
            holder.note(said, value_of(self.text, span) if match["string"] else match["atom"])
        if match["string"] and holds_han(self.text, span):
            self.values.append(Value(holder, holder.step, span))
