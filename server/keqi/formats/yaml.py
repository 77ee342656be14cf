"""YAML: every string value that is a reply, in all documents of a file and all styles of scalars.

PyYAML reads the file, in C where it can, and says where each scalar stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml

from keqi.formats import BY_NAMES, Comment, FormatError, Reading, Segment, naming
from keqi.formats.structured import Holder, Names, Value, meaning, replies, segment
from keqi.formats.yaml_faults import fault
from keqi.formats.yaml_scalars import BLOCKS, BREAK, Scalar, decoded, encoder, respelling
from keqi.text import Span

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML allows nowhere, save in escapes."""
_PROPERTIES = re.compile(
    rf"(?:(?:!<[^>\s]*>|![^\s,\[\]{{}}]*|&[^\s,\[\]{{}}]+)(?:[ \t]|{BREAK}|#[^\r\n\x85\u2028\u2029]*)*)+"
)
"""Tag and anchor, and what is between them and the scalar."""
_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")
_STRINGS = (None, "!", "tag:yaml.org,2002:str")
"""Tags of strings; without one, a scalar with Chinese in it is a string."""


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The string values of `text` that are replies, without the white space around them.

    Mapping keys never are, and what an alias stands for is where its anchor is. Raises FormatError
    for what is no YAML.
    """
    walk = _Walk(text, reading)
    for event in _events(text):
        walk.take(event)
    yield from replies(walk.values, reading, partial(_segment, text))


def _segment(text: str, scalar: Scalar, names: Names) -> Segment | None:
    pieces, encode = decoded(text, scalar), encoder(text, scalar)
    return segment(text, scalar.span, pieces, names, encode, respelling(text, scalar))


def comments(text: str) -> Iterator[Comment]:
    """The comments in `text`, as far as it is sound: what stands behind a ``#`` outside scalars."""
    at = 0
    try:
        for event in _events(text) if "#" in text else ():
            if isinstance(event, yaml.ScalarEvent):
                span = _place(text, event)
                yield from _between(text, at, span.start)
                if event.style in BLOCKS:
                    header = re.compile(BREAK).search(text, span.start, span.end)
                    yield from _between(text, span.start, header.start() if header else span.end)
                at = span.end
    except FormatError:
        return
    yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[Comment]:
    for match in _COMMENT.finditer(text, start, end):
        yield Comment(Span(*match.span()), match.group().strip("# \t"))


def _events(text: str) -> Iterator[yaml.Event]:
    """What PyYAML reads in `text`, its errors as FormatError."""
    bad = _FORBIDDEN.search(text)
    if bad:
        raise FormatError(bad.start(), "yaml-control", char=f"{ord(bad.group()):04X}")
    try:
        yield from yaml.parse(text[_mark(text) :], Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise fault(text, error, _mark(text)) from None
    except yaml.YAMLError as error:
        raise FormatError(0, "yaml-syntax", problem=str(error)) from None


def _mark(text: str) -> int:
    """The length of a byte order mark at the start, even of several, which PyYAML would not count."""
    return len(text) - len(text.lstrip("\ufeff"))


def _offset(text: str, mark: Any) -> int:
    """A place that PyYAML names, in `text`; its marks count code points, in C too."""
    return int(mark.index) + _mark(text)


def _place(text: str, event: yaml.ScalarEvent) -> Span:
    """Where a scalar stands, without tag and anchor."""
    start, end = _offset(text, event.start_mark), _offset(text, event.end_mark)
    if event.anchor or event.tag:
        properties = _PROPERTIES.match(text, start, end)
        start = properties.end() if properties else start
    return Span(start, end)


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is open, or the document around them."""

    holder: Holder
    listing: bool = False
    """Whether it is a list."""
    flow: bool = False
    """Whether it is written in brackets."""
    muted: bool = False
    """Whether it is part of a mapping's key."""
    key_next: bool = False
    """In a mapping: whether a key comes next, not a value."""

    def step(self) -> bool:
        """Go on to the next node; whether that is a key."""
        if self.listing:
            self.holder.step = self.holder.step + 1 if isinstance(self.holder.step, int) else 0
        was_key = self.key_next
        self.key_next = not was_key and isinstance(self.holder.step, str)
        return was_key


@dataclass(slots=True)
class _Walk:
    """The way through the events of a file."""

    text: str
    reading: Reading
    values: list[Value[Scalar]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    """What the anchors of the document stand for, if that is a scalar."""

    def take(self, event: yaml.Event) -> None:
        """Take in the next event."""
        if isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
        elif isinstance(event, yaml.AliasEvent):
            self.alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.anchors.clear()
            self.frames = [_Frame(Holder())]

    def open(self, event: yaml.CollectionStartEvent) -> None:
        """Enter a mapping or a list."""
        above = self.frames[-1]
        is_key = above.step()
        if is_key:
            above.holder.step = "?"
        holder = above.holder.inner(_offset(self.text, event.start_mark))
        listing = isinstance(event, yaml.SequenceStartEvent)
        holder.step = None if listing else ""
        flow, muted = bool(event.flow_style), above.muted or is_key
        self.frames.append(_Frame(holder, listing, flow, muted, not listing))
        if event.anchor:
            self.anchors[event.anchor] = ""

    def scalar(self, event: yaml.ScalarEvent) -> None:
        """Take in a key, or a value of a mapping or a list."""
        if event.anchor:
            self.anchors[event.anchor] = event.value
        if not self.named(event.value) and event.tag in _STRINGS and naming.HAN.search(event.value):
            frame = self.frames[-1]
            found = Scalar(_place(self.text, event), event.style or "", event.value, frame.flow)
            if not frame.muted:
                self.values.append(Value(frame.holder, frame.holder.step, found))

    def alias(self, event: yaml.AliasEvent) -> None:
        """Take in what an alias says of its siblings; it is no reply in its own right."""
        if event.anchor not in self.anchors:
            raise FormatError(_offset(self.text, event.start_mark), "yaml-alias", name=event.anchor)
        self.named(self.anchors[event.anchor])

    def named(self, scalar: str) -> bool:
        """Go on to a scalar: whether it is a key. What it says of its siblings is noted."""
        frame = self.frames[-1]
        is_key = frame.step()
        if is_key:
            frame.holder.step = scalar
        else:
            said = meaning(frame.holder.step, self.reading.author)
            if said:
                frame.holder.note(said, scalar)
        return is_key
