"""Formats: how a file falls into segments, and how an edit of a segment goes back into the file.

A *segment* is one reply. Its text is what the customer will read: quoting, escapes and markup of
the file are gone from it, so it may differ from the stretch of the file that it came from. Every
segment therefore knows the way back, and nobody outside `formats/` computes it.

A format is a module with one function, ``segments(text)``, which yields segments in the order of
the file. It reads nothing but its argument and never fails: what it does not understand is prose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from keqi.findings import Edit, Finding, Fix
from keqi.text import Span


def verbatim(text: str) -> str:
    """`text` itself: how a format writes new wording that needs no escaping."""
    return text


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each code point of a segment's text stands in the file; both tuples rise."""

    starts: tuple[int, ...]
    """For each code point of the text, where its source begins."""
    ends: tuple[int, ...]
    """For each code point of the text, where its source ends (behind the whole escape)."""

    def source(self, span: Span) -> Span:
        """The stretch of the file behind a stretch of a text that is not empty.

        An empty span lands before the source of the code point that follows it, hence behind
        any line prefix, and behind the last code point at the end of the text.
        """
        if span.end > span.start:
            return Span(self.starts[span.start], self.ends[span.end - 1])
        at = self.starts[span.start] if span.start < len(self.starts) else self.ends[-1]
        return Span(at, at)


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup in the file that is no part of the segment's text, such as ``**`` or ``[``."""

    start: int
    """Where it begins in the file."""
    text: str
    """The markup itself."""
    opens: bool
    """Whether it begins something or ends it; both halves of a pair are listed."""

    @property
    def end(self) -> int:
        """Where it ends in the file."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Segment:
    """One reply in a file: its text, and the way from there back into the file."""

    text: str
    """What the customer reads, without quoting, escapes and markup; never empty."""
    span: Span
    """The stretch of the file that the segment came from."""
    holes: tuple[Span, ...] = ()
    """Stretches of `text` that are not prose (code, links); no rule may run across them."""
    map: SourceMap | None = None
    """How `text` lies in the file; None when it is exactly the file's text at `span`."""
    marks: tuple[Mark, ...] = ()
    """Dropped markup inside `span`, in order; an edit keeps it balanced."""
    encode: Callable[[str], str] = verbatim
    """Writes new wording the way this place in the file needs it (quotes, escapes)."""

    def source_span(self, span: Span) -> Span:
        """The stretch of the file behind a stretch of `text`."""
        return span.shift(self.span.start) if self.map is None else self.map.source(span)

    def source_edit(self, edit: Edit) -> Edit:
        """The edit of the file that makes `edit` in `text`.

        Markup between the replaced code points goes when both halves of the pair lie there; a
        lone half stays, so that the rest of the file keeps its balance.
        """
        span = self.source_span(edit.span)
        inside = [m for m in self.marks if span.start <= m.start and m.end <= span.end]
        before, after = _kept(inside)
        return Edit(span.start, span.end, before + self.encode(edit.text) + after)

    def source_finding(self, finding: Finding) -> Finding:
        """`finding`, made in `text`, as a finding in the file; its fixes are encoded."""
        if self.map is None and self.encode is verbatim:
            return finding.shift(self.span.start)
        span = self.source_span(finding.span)
        fixes = tuple(self._source_fix(f) for f in finding.fixes)
        return replace(finding, start=span.start, end=span.end, fixes=fixes)

    def _source_fix(self, fix: Fix) -> Fix:
        return replace(fix, edits=tuple(self.source_edit(e) for e in fix.edits))


def _kept(marks: Iterable[Mark]) -> tuple[str, str]:
    """What stays of `marks` before and behind the wording that replaces all between them.

    A lone opener goes in front and a lone closer behind, so that neither encloses nothing. Where
    one pair ends and the next begins inside, the two become one if they are alike, else the
    wording stands between them.
    """
    openers: list[str] = []
    closers: list[str] = []
    for mark in marks:
        if mark.opens:
            openers.append(mark.text)
        elif openers:
            openers.pop()
        else:
            closers.append(mark.text)
    while openers and closers and openers[0] == closers[-1]:
        del openers[0], closers[-1]
    if openers and closers:
        openers, closers = closers, openers
    return "".join(openers), "".join(closers)


class _Module(Protocol):
    def segments(self, text: str) -> Iterator[Segment]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A way of reading a file."""

    name: str
    """What `--format` and the settings call it."""
    suffixes: tuple[str, ...]
    """Endings of file names in lower case, with the dot, that mean this format."""
    module: str
    """Where its `segments` lives; imported when the format is first used."""

    def segments(self, text: str) -> Iterator[Segment]:
        """The replies in `text`, in order, never overlapping."""
        return cast(_Module, import_module(self.module)).segments(text)


FORMATS: tuple[Format, ...] = (
    Format("plain", (".txt", ".text"), "keqi.formats.plain"),
    Format("draft", (), "keqi.formats.draft"),
    Format("markdown", (".md", ".markdown"), "keqi.formats.markdown"),
)
"""Every format; the first is what an unknown file is taken for."""

SUFFIXES: frozenset[str] = frozenset(s for f in FORMATS for s in f.suffixes)
"""The endings that a walk through a folder looks for."""


def by_name(name: str) -> Format:
    """The format called `name`; ValueError, naming those there are, when there is none."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise ValueError(f"unknown format {name!r}; known: {', '.join(f.name for f in FORMATS)}")


def for_path(path: str | PurePath) -> Format:
    """The format that the ending of `path` means; plain text for any other ending."""
    suffix = PurePath(path).suffix.lower()
    return next((f for f in FORMATS if suffix in f.suffixes), FORMATS[0])
