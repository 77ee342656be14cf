"""Whole documents: a format's segments through the linter, and back into the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from keqi.findings import Edit, Finding, apply_edits
from keqi.formats import BY_NAMES, Reading, Segment, by_name
from keqi.text import LineIndex, Span

_END = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK = re.compile(rf"({_END})(?:[^\S\r\n]*{_END})+")

LONGEST = 1_000_000
"""Code points that one reply may have; what is longer is a file without line ends, not a reply."""


class ReplyTooLongError(ValueError):
    """A document holds a "reply" that is none, and that would take minutes to check."""

    def __init__(self, segment: Segment, text: str) -> None:
        super().__init__(f"a reply of {len(segment.text)} code points")
        self.line = LineIndex(text).line_at(segment.span.start) + 1
        """The line of the document in which it begins, from 1."""
        self.length = len(segment.text)
        """How long it is, in code points."""


class Checker(Protocol):
    """What a document needs of `keqi.Linter`: one reply in, its findings or its repair out."""

    def check(self, text: str, holes: tuple[Span, ...] = ()) -> list[Finding]:
        """The findings in the reply `text`, offsets in `text`."""

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = ()) -> str:
        """The reply after all its safe fixes, and the unsafe ones too when `unsafe`."""


def check(
    linter: Checker, text: str, format: str = "plain", reading: Reading = BY_NAMES
) -> list[Finding]:
    """The findings in every reply of `text`, in order, offsets and edits in `text`.

    A reply that occurs several times is checked once. Raises ValueError for an unknown format,
    FormatError for a file that breaks its format, and ReplyTooLongError where a reply is longer
    than `LONGEST`.
    """
    seen: dict[tuple[str, tuple[Span, ...]], list[Finding]] = {}
    found: list[Finding] = []
    for segment in _replies(text, format, reading):
        key = (segment.text, segment.holes)
        if key not in seen:
            seen[key] = linter.check(*key)
        found += map(segment.source_finding, seen[key])
    return sorted(found, key=lambda f: (f.start, f.end, f.rule))


def fix(
    linter: Checker,
    text: str,
    format: str = "plain",
    unsafe: bool = False,
    reading: Reading = BY_NAMES,
) -> str:
    """`text` with its replies mended; everything else stays as it is, character for character."""
    return apply_edits(text, edits(linter, text, format, unsafe, reading))


def edits(
    linter: Checker,
    text: str,
    format: str = "plain",
    unsafe: bool = False,
    reading: Reading = BY_NAMES,
) -> list[Edit]:
    """The edits by which `fix` mends `text`, in order, each as small as it can cheaply be."""
    seen: dict[tuple[str, tuple[Span, ...]], list[Edit]] = {}
    made: list[Edit] = []
    for segment in _replies(text, format, reading):
        key = (segment.text, segment.holes)
        if key not in seen:
            fixed = _whole(segment.text, linter.fix(segment.text, unsafe, segment.holes))
            seen[key] = list(_changes(segment, fixed))
        made += segment.source_edits(seen[key])
    return made


def _replies(text: str, format: str, reading: Reading) -> Iterator[Segment]:
    for segment in by_name(format).segments(text, reading):
        if len(segment.text) > LONGEST:
            raise ReplyTooLongError(segment, text)
        yield segment


def _whole(old: str, new: str) -> str:
    """`new` without lines that a fix has emptied.

    An empty line would cut the reply in two, and nobody wants to see where a sentence was.
    """
    if new == old or _BLANK.search(old):
        return new
    return _BLANK.sub(r"\1", new).strip("\r\n")


def _changes(segment: Segment, fixed: str) -> Iterator[Edit]:
    """The edits that turn the segment's text into `fixed`.

    Where the file holds the text as it is, one edit from the first to the last difference will
    do. Where it holds escapes or markup, what did not change between two differences must not
    be written anew either.
    """
    whole = _changed_stretch(segment.text, fixed)
    if whole is None or segment.map is None:
        return iter(() if whole is None else (whole,))
    return _small_changes(whole, whole.span.of(segment.text))


def _changed_stretch(old: str, new: str) -> Edit | None:
    """One edit from the first difference of the two texts to the last; None when there is none."""
    if old == new:
        return None
    most = min(len(old), len(new))
    head = _common(old, new, most)
    tail = _common(reversed(old), reversed(new), most - head)
    return Edit(head, len(old) - tail, new[head : len(new) - tail])


def _common(one: Iterable[str], two: Iterable[str], most: int) -> int:
    """How many items the two have in common at the start, counting no further than `most`."""
    for count, (a, b) in enumerate(zip(one, two, strict=False)):
        if count == most or a != b:
            return count
    return most


def _small_changes(edit: Edit, old: str) -> Iterator[Edit]:
    """`edit`, which replaces `old`, as the single differences within it."""
    from difflib import SequenceMatcher

    for tag, a, b, c, d in SequenceMatcher(None, old, edit.text, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(edit.start + a, edit.start + b, edit.text[c:d])
