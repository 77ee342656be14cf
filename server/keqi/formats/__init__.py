"""Formats: how a file falls into segments, and how an edit of a segment goes back into the file.

A *segment* is one reply. Its text is what the customer will read: quoting, escapes and markup of
the file are gone from it, so it may differ from the stretch of the file that it came from. Every
segment therefore knows the way back, and nobody outside `formats/` computes it.

A format is a module with a function ``segments(text, reading)``, which yields segments in the
order of the file, and, where files of its kind can hold comments, a second one, ``comments(text)``.
Both read nothing but their arguments. A format with a syntax raises `FormatError` for a file that
breaks it; what has none (plain text, Markdown) never fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePath
from typing import NamedTuple, Protocol, cast

from keqi.expressions import late
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.text import Span

_WORDS = late(r"[\u4e00-\u9fff0-9A-Za-z，。！？；：、]*")
"""What no format quotes, escapes or takes for a sign."""


class FormatError(ValueError):
    """A file breaks the syntax of its format, so nothing in it can be placed or mended."""

    def __init__(self, offset: int, kind: str, **details: object) -> None:
        super().__init__(f"{kind} at {offset}")
        self.offset = offset
        """Where, in code points of the file's text."""
        self.kind = kind
        """What is wrong: a key of `render.messages`."""
        self.details = details
        """What the wording needs to know besides line and column."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, as far as its format leaves a choice; decided by the settings."""

    columns: tuple[str, ...] = ()
    """Tables: headers, or numbers from 1, of the columns that hold replies; empty: by the usual names."""
    author: str = ""
    """Tables and records: the column or key that says who wrote a reply; empty: by the usual names."""
    keys: tuple[str, ...] = ()
    """Structured files: patterns of the keys whose values are replies; empty: by the usual names."""
    sheets: tuple[str, ...] = ()
    """Workbooks: names of the sheets to read; empty: all."""
    speakers: tuple[str, ...] = ()
    """Transcripts and records: further labels of our own side, such as an agent's name."""


BY_NAMES = Reading()
"""Nothing decided: columns, keys and speakers go by their usual names."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in a file, which may hold a directive to keqi."""

    span: Span
    """The whole comment in the file, its marks included, its line end not."""
    text: str
    """What it says, without marks and the white space around it."""


def verbatim(text: str) -> str:
    """`text` itself: how a format writes new wording that needs no escaping."""
    return text


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each code point of a segment's text stands in the file; both rise."""

    starts: Sequence[int]
    """For each code point of the text, where its source begins."""
    ends: Sequence[int]
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


class Segment(NamedTuple):
    """One reply in a file: its text, and the way from there back into the file.

    A library has a hundred thousand; a named tuple is made in a third of a data class's time.
    """

    text: str
    """What the customer reads, without quoting, escapes and markup; never empty."""
    span: Span
    """The stretch of the file that the segment came from."""
    holes: tuple[Span, ...] = ()
    """Stretches of `text` that are not prose (code, links); no rule may run across them."""
    map: SourceMap | None = None
    """How `text` lies in the file; None when it is exactly the file's text at `span`."""
    marks: tuple[Mark, ...] = ()
    """Dropped markup inside `span` or next to it, in order; an edit keeps it balanced."""
    encode: Callable[[str], str] = verbatim
    """Writes new wording the way this place in the file needs it (quotes, escapes)."""
    respell: Callable[[str], Edit | None] | None = None
    """Given the reply's whole new text: the edit of the file that writes all of it anew, where its
    spelling there could not hold the text (a cell that now needs quotes); else None."""
    label: str = ""
    """What the file calls the reply: a key, a cell, a header; empty when it has no name."""
    author: str = ""
    """Who wrote it, where the file says so."""

    def source_span(self, span: Span) -> Span:
        """The stretch of the file behind a stretch of `text`."""
        return span.shift(self.span.start) if self.map is None else self.map.source(span)

    def source_edit(self, edit: Edit) -> Edit:
        """The edit of the file that makes `edit` in `text`.

        Markup between the replaced code points goes when both halves of the pair lie there; a
        lone half stays, so that the rest of the file keeps its balance.
        """
        span = self.source_span(edit.span)
        if not edit.text:
            span = self._with_emptied(span)
        inside = [m for m in self.marks if span.start <= m.start and m.end <= span.end]
        before, after = _kept(inside)
        return Edit(span.start, span.end, before + self.encode(edit.text) + after)

    def _with_emptied(self, span: Span) -> Span:
        """A stretch that is deleted, with the pairs of markup that would enclose nothing then."""
        opening = {m.end: m for m in self.marks if m.opens}
        closing = {m.start: m for m in self.marks if not m.opens}
        while True:
            openers, closers = _lone(m for m in self.marks if span.start <= m.start and m.end <= span.end)
            before, after = opening.get(span.start), closing.get(span.end)
            if after and openers:
                span = Span(span.start, after.end)
            elif before and closers:
                span = Span(before.start, span.end)
            elif before and after:
                span = Span(before.start, after.end)
            else:
                return span

    def source_edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """The edits of the file that make all `edits`, ordered and apart, in `text`."""
        if self.respell is not None and not all(map(self._fits, edits)):
            whole = self.respell(apply_edits(self.text, edits))
            if whole is not None:
                return (whole,)
        return tuple(map(self.source_edit, edits))

    def _fits(self, edit: Edit) -> bool:
        """Whether the edit changes words among words of one line, which no spelling minds.

        Only to save time: to write a reply of thousands of code points anew for each of its
        thousand fixes would take minutes.
        """
        around = Span(edit.start - 1, edit.end + 1)
        if around.start < 0 or around.end > len(self.text):
            return False
        if not _WORDS.fullmatch(around.of(self.text)) or not _WORDS.fullmatch(edit.text):
            return False
        return self.map is None or len(self.map.source(around)) == len(around)

    def source_finding(self, finding: Finding) -> Finding:
        """`finding`, made in `text`, as a finding in the file; its fixes are encoded."""
        if self.map is None and self.encode is verbatim and self.respell is None:
            return finding.shift(self.span.start)
        span = self.source_span(finding.span)
        fixes = tuple(self._source_fix(f) for f in finding.fixes)
        return replace(finding, start=span.start, end=span.end, fixes=fixes)

    def _source_fix(self, fix: Fix) -> Fix:
        return replace(fix, edits=self.source_edits(fix.edits))


def _kept(marks: Iterable[Mark]) -> tuple[str, str]:
    """What stays of `marks` before and behind the wording that replaces all between them.

    A lone opener goes in front and a lone closer behind, so that neither encloses nothing. Where
    one pair ends and the next begins inside, the two become one if they are alike, else the
    wording stands between them.
    """
    openers, closers = _lone(marks)
    while openers and closers and openers[0] == closers[-1]:
        del openers[0], closers[-1]
    if openers and closers:
        openers, closers = closers, openers
    return "".join(openers), "".join(closers)


def _lone(marks: Iterable[Mark]) -> tuple[list[str], list[str]]:
    """The markup of openers and of closers among `marks` whose other half is not."""
    openers: list[str] = []
    closers: list[str] = []
    for mark in marks:
        if mark.opens:
            openers.append(mark.text)
        elif openers:
            openers.pop()
        else:
            closers.append(mark.text)
    return openers, closers


class _Module(Protocol):
    def segments(self, text: str, reading: Reading) -> Iterator[Segment]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A way of reading a file."""

    name: str
    """What `--format` and the settings call it."""
    suffixes: tuple[str, ...]
    """Endings of file names in lower case, with the dot, that mean this format."""
    module: str
    """Where its `segments` lives; imported when the format is first used."""
    commented: bool = False
    """Whether the module knows comments."""
    binary: bool = False
    """Whether files of this kind are bytes, for which the module makes a text that stands for them."""

    def segments(self, text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
        """The replies in `text`, in order, never overlapping. Raises FormatError for broken syntax."""
        return cast(_Module, import_module(self.module)).segments(text, reading)

    def comments(self, text: str) -> Iterator[Comment]:
        """The comments in `text`, in order; none where the format has no such thing."""
        if not self.commented:
            return iter(())
        found: Iterator[Comment] = import_module(self.module).comments(text)
        return found


def _format(name: str, *suffixes: str, commented: bool = False, binary: bool = False) -> Format:
    return Format(name, suffixes, f"keqi.formats.{name}", commented, binary)


FORMATS: tuple[Format, ...] = (
    _format("plain", ".txt", ".text"),
    _format("draft"),
    _format("lines"),
    _format("markdown", ".md", ".markdown", commented=True),
    _format("csv", ".csv"),
    _format("tsv", ".tsv", ".tab"),
    _format("xlsx", ".xlsx", ".xlsm", binary=True),
    _format("json", ".json", commented=True),
    _format("jsonl", ".jsonl", ".ndjson"),
    _format("yaml", ".yaml", ".yml", commented=True),
    _format("toml", ".toml", commented=True),
    _format("po", ".po", ".pot", commented=True),
    _format("properties", ".properties", commented=True),
    _format("html", ".html", ".htm", ".xhtml", commented=True),
    _format("transcript", ".chat"),
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


_MAYBE_A_LABEL = re.compile(r"[:：>\]】#]|\d[年/.-]\d")
"""What stands in every line that names a speaker; most small files need not be looked at further."""


def for_text(format: Format, text: str) -> Format:
    """`format`, or transcript for a plain text that turns out to be one."""
    if format.name in ("plain", "draft") and _MAYBE_A_LABEL.search(text):
        from keqi.formats.transcript import looks_like_transcript

        if looks_like_transcript(text):
            return by_name("transcript")
    return format
