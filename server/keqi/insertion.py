"""New wording where somebody types: written the way the place in the file needs it. Pure.

The formats know how wording is written in a reply (`Segment.source_edits`). But where somebody types
`/qs` into an empty string there is no reply yet. So the file is read as it will be, with a stand-in
for what comes, and the wording takes the place of that as any new wording does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from keqi.findings import Edit
from keqi.formats import BY_NAMES, FormatError, Reading, Segment, by_name, naming
from keqi.text import Span

_STAND_IN = "\u9f98，\u9f98。"
"""Chinese, since formats see no reply without it, and a sentence, as tables want it."""
_ESCAPED = _STAND_IN.encode("ascii", "backslashreplace").decode()
"""The same for files that write Chinese in escapes: there the wording is written so as well."""
_IN_ESCAPES = re.compile(r"\\u[4-9][0-9A-Fa-f]{3}")
_AS_IT_IS = frozenset(["plain", "draft", "transcript"])
"""Formats in which every text is a reply, or the beginning of one."""
_KEYS = re.compile(r"[^.\[\]]*[^.\[\]\d][^.\[\]]*")
"""The keys in the way to a value, without positions in lists."""
_PATHS = frozenset([
    "path", "paths", "pathname", "url", "urls", "uri", "href", "src", "link", "file", "files", "filename",
    "dir", "folder", "root", "base", "prefix", "image", "images", "img", "icon", "logo", "avatar", "cover",
    "route", "router", "redirect", "endpoint", "api", "include", "exclude", "target", "路径", "链接", "网址",
    "地址", "图片", "图标", "文件", "目录",
])  # fmt: skip
"""Keys of values that begin with a slash in their own right, as `naming.plain` has them."""
_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
_HARMLESS = re.compile("[0-9A-Za-z\u00a0-\u2027\u202a-\ud7ff\ue000-\U0010ffff]*")
"""What every format writes as it is: letters, and what is not ASCII but no line end."""

Writer = Callable[[str], Edit | None]
"""Given wording: the edit of the file that puts it in; None where the place cannot hold it.

The edit covers the span that was asked for; it is larger where the reply must be spelt anew, such as
a cell that now needs quotes.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a reply that new wording will take."""

    file: str
    span: Span
    """The stretch in the file."""
    segment: Segment
    inner: Span
    """The stretch in the segment's text."""

    def edit(self, wording: str) -> Edit:
        """The edit of the file that puts `wording` there; covers `span`."""
        (edit,) = self.segment.source_edits((Edit(self.inner.start, self.inner.end, wording),))
        lead = self.file[self.span.start : edit.start]
        tail = self.file[edit.end : self.span.end]
        return Edit(
            min(edit.start, self.span.start), max(edit.end, self.span.end), f"{lead}{edit.text}{tail}"
        )


def place(file: str, span: Span, format: str, reading: Reading = BY_NAMES) -> Place | None:
    """The place at `span` of `file`; None where that is no prose of a reply. Raises FormatError."""
    found = (s for s in by_name(format).segments(file, reading) if s.span.end >= span.end)
    segment = next(found, None)
    if segment is None:
        return None
    starts = segment.map.starts if segment.map else range(segment.span.start, segment.span.end)
    inner = Span(bisect_left(starts, span.start), bisect_left(starts, span.end))
    stands = inner and segment.source_span(inner) == span and not _in_hole(segment, inner)
    return Place(file, span, segment, inner) if stands else None


def _in_hole(segment: Segment, inner: Span) -> bool:
    return any(hole.overlaps(inner) for hole in segment.holes)


Find = Callable[[str, Span, str, Reading], Place | None]
"""Finds a place as `place` does."""


def writer(
    text: str,
    span: Span,
    format: str = "plain",
    reading: Reading = BY_NAMES,
    find: Find = place,
    sure: bool = False,
) -> Writer | None:
    """How wording is written in place of `span` of `text`, read as `format`; None outside replies.

    Where `text` breaks its format, as it does while somebody types, only wording is written that
    reads the same everywhere. `find` may remember: every letter of `/qs` asks for the same place.
    With `sure`, the file itself must show that it holds replies: `"/` may begin a path as well.
    """
    if format in _AS_IT_IS:
        return None if sure else partial(_verbatim, span)
    if format == "lines":
        return None if sure else lambda wording: _verbatim(span, _LINE_ENDS.sub(" ", wording))
    try:
        found = _found(text, span, format, reading, find)
    except FormatError:
        blind = not sure and _HARMLESS.fullmatch(span.of(text).lstrip("/"))
        return partial(_harmless, span) if blind else None
    if found is None or (sure and not _is_certain(found, text)):
        return None
    return partial(_written, found, span, format)


def _is_certain(found: Place, text: str) -> bool:
    """Whether the value is named as replies are named or, in a file that holds Chinese, not as paths are."""
    key = (_KEYS.findall(found.segment.label) or [""])[-1]
    return naming.names_replies(key) or (bool(naming.HAN.search(text)) and naming.plain(key) not in _PATHS)


def _found(text: str, span: Span, format: str, reading: Reading, find: Find) -> Place | None:
    """The place at `span`, in the file with the stand-in. Raises FormatError."""
    before, behind = text[: span.start], text[span.end :]
    in_escapes = before.isascii() and behind.isascii() and _IN_ESCAPES.search(text)
    for stand_in in (_ESCAPED, _STAND_IN) if in_escapes else (_STAND_IN,):
        standing = Span(span.start, span.start + len(stand_in))
        found = find(before + stand_in + behind, standing, format, reading)
        if found is not None:
            return found
    return None


def _verbatim(span: Span, wording: str) -> Edit:
    return Edit(span.start, span.end, wording)


def _harmless(span: Span, wording: str) -> Edit | None:
    return _verbatim(span, wording) if _HARMLESS.fullmatch(wording) else None


def _written(found: Place, span: Span, format: str, wording: str) -> Edit:
    """The edit of the file as it is, without the stand-in."""
    if format == "markdown":
        from keqi.formats.markdown_literal import literal

        wording = literal(wording)
    edit = found.edit(wording)
    return Edit(edit.start, edit.end - len(found.span) + len(span), edit.text)
