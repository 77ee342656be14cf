"""What JSON, YAML and TOML share: whose words a named value is, and the way from it into the file.

A scanner walks over a file with a `Holder` for every mapping and list, and keeps the string values
that may be replies as `Value`. `replies` then picks those that are, and `segment` makes one of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Generic, NamedTuple, TypeVar

from keqi.findings import Edit, apply_edits, changed_stretch, differences
from keqi.formats import FormatError, Reading, Segment, decoding, naming
from keqi.formats.decoding import Piece
from keqi.text import Span

DEEPEST = 100
"""Levels of nesting that a file may have: far beyond what people write, and safe to walk."""

_CONTENT = frozenset(["content", "contents", "parts", "message", "内容", "消息"])
"""Keys below which a message falls into parts; what else is below it may be an answer to it."""

Spelling = TypeVar("Spelling")
"""What a format needs to know about how a value is written in the file."""


# -- the walk -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Holder:
    """A mapping or a list while it is read, and what it says of the values in it."""

    path: naming.Path = ()
    """The way to it from the top of the file."""
    outer: Holder | None = None
    """What it stands in; None for the file itself."""
    step: str | int | None = None
    """The key or position that is being read; None in the file itself, which has but one value."""
    author: str = ""
    """Who wrote what is in it, if one of its keys says so."""
    role: str = ""
    """Who speaks in it, if one of its keys says so."""

    def inner(self, offset: int) -> Holder:
        """A new holder at the current step. Raises FormatError, at `offset`, when it lies too deep."""
        path = self.path if self.step is None else (*self.path, self.step)
        if len(path) >= DEEPEST:
            raise FormatError(offset, "too-deep", most=DEEPEST)
        return Holder(path, self)

    def note(self, meaning: str, value: str) -> None:
        """Take in a value whose key has a `meaning`; the first of several counts."""
        if meaning == "author":
            self.author = self.author or value.strip()
        elif meaning == "role":
            self.role = self.role or value


@lru_cache(maxsize=4096)
def meaning(key: str | int | None, author: str) -> str:
    """What a value under `key` says of its siblings: ``author``, ``role`` or nothing.

    `author` is the key that the settings name, empty for the usual ones.
    """
    if not isinstance(key, str):
        return ""
    name = naming.plain(key)
    if name == naming.plain(author) if author else name in naming.AUTHOR:
        return "author"
    return "role" if name in naming.ROLE else ""


class Value(NamedTuple, Generic[Spelling]):
    """A string value that holds Chinese."""

    holder: Holder
    """What it stands in; complete only when the whole file is read."""
    step: str | int | None
    """Its key or position there."""
    spelling: Spelling
    """How the file writes it."""

    @property
    def path(self) -> naming.Path:
        """The way to it from the top of the file."""
        return self.holder.path if self.step is None else (*self.holder.path, self.step)


class Names(NamedTuple):
    """What the file says of a reply."""

    label: str
    """The way to it, as people write it."""
    author: str
    """Who wrote it; empty when nobody is named."""


def replies(
    values: Sequence[Value[Spelling]],
    reading: Reading,
    read: Callable[[Spelling, Names], Segment | None],
) -> Iterator[Segment]:
    """The segments, as `read` makes them, of those values that are replies of our side."""
    wanted = naming.key_filter((v.path for v in values), reading)
    for value in values:
        path = value.path
        if wanted(path) and _ours(value, path, reading):
            found = read(value.spelling, Names(naming.dotted(path), _author(value.holder)))
            if found is not None:
                yield found


def _ours(value: Value[Spelling], path: naming.Path, reading: Reading) -> bool:
    """Whether nothing says that the words are the customer's, or no words to anybody."""
    role = _role(value.holder)
    if role and naming.is_ours(role, reading) is False:
        return False
    if reading.keys:
        return True
    return not naming.theirs(path) and meaning(value.step, reading.author) != "author"


def _role(holder: Holder | None) -> str:
    """Who speaks in the holder, or in what it is the content of; empty when nothing says so."""
    while holder is not None and not holder.role:
        step = holder.path[-1] if holder.path else ""
        if isinstance(step, str) and naming.plain(step) not in _CONTENT:
            return ""
        holder = holder.outer
    return holder.role if holder else ""


def _author(holder: Holder | None) -> str:
    """Who wrote what is in the holder: the nearest that names anybody; empty when none does."""
    while holder is not None and not holder.author:
        holder = holder.outer
    return holder.author if holder else ""


# -- from the file to the segment, and back ---------------------------------------------------------


def in_pieces(source: str, span: Span, token: re.Pattern[str], meant: Callable[[str], str]) -> list[Piece]:
    """The text at `span` of `source`, where each match of `token` stands for what it is `meant` for."""
    found, at = [], span.start
    for match in token.finditer(source, span.start, span.end):
        if at < match.start():
            found.append(Piece(at, match.start()))
        found.append(Piece(*match.span(), meant(match.group())))
        at = match.end()
    if at < span.end or not found:
        found.append(Piece(at, span.end))
    return found


@dataclass(frozen=True, slots=True)
class Spelt:
    """A reply as the file spells it, for those who write it anew."""

    source: str
    """The file."""
    span: Span
    """The whole value: with the quotes around it."""
    segment: Segment
    """The reply: the value less the white space around it."""
    pieces: Sequence[Piece]
    """What the value falls into."""

    @property
    def raw(self) -> str:
        """The whole value as it stands in the file."""
        return self.span.of(self.source)

    def value(self, reply: str) -> str:
        """The whole value when the reply in it is `reply`; the white space around it stays."""
        lead, _, tail = decoding.text_of(self.source, self.pieces).partition(self.segment.text)
        return lead + reply + tail

    def edited(self, reply: str, encode: Callable[[str], str]) -> str:
        """The whole value in the file when only that is written which differs in `reply`."""
        edits = []
        for edit in differences(self.segment.text, reply):
            there = self.segment.source_span(edit.span).shift(-self.span.start)
            edits.append(Edit(there.start, there.end, encode(edit.text)))
        return apply_edits(self.raw, edits)

    def replaced(self, raw: str) -> Edit | None:
        """The smallest single edit of the file by which the value becomes `raw`; None when it is."""
        change = changed_stretch(self.raw, raw)
        return change and Edit(self.span.start + change.start, self.span.start + change.end, change.text)


Respell = Callable[[Spelt, str], Edit | None]
"""Given a reply in the file and its whole new text: the edit that writes it, or None where piecemeal edits do."""


def segment(
    source: str,
    span: Span,
    pieces: Sequence[Piece],
    names: Names,
    encode: Callable[[str], str],
    respell: Respell | None = None,
) -> Segment | None:
    """The reply in the value at `span`, which falls into `pieces`; None for one without Chinese."""
    found = decoding.segment(source, pieces)
    if found is None:
        return None
    whole = partial(respell, Spelt(source, span, found, pieces)) if respell else None
    return Segment(
        found.text,
        found.span,
        map=found.map,
        encode=encode,
        respell=whole,
        label=names.label,
        author=names.author,
    )


# -- new wording ------------------------------------------------------------------------------------


def escaped(text: str, special: re.Pattern[str], names: Mapping[str, str]) -> str:
    """`text` with each character that is `special` as its escape: by name, or by its number."""
    return special.sub(lambda m: names.get(m.group()) or _numbered(m.group()), text)


def _numbered(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
