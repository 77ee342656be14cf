r"""Gettext catalogues (PO, POT): the translations are the replies.

What stands in `msgstr` and `msgstr[n]`, fuzzy entries included. No replies: the header (the entry
of an empty `msgid`), obsolete entries (``#~``), and `msgid` itself: it is the key that programs look
a reply up by. A string may go on over several lines; an edit stays on its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqi.formats import BY_NAMES, Comment, FormatError, Reading, Segment
from keqi.formats.decoding import Piece, segment, text_of
from keqi.formats.naming import HAN
from keqi.text import Span

_STRING = r'"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"'
_ITEM = re.compile(
    rf"""
    \s*+ (?: (?P<comment> \#[^\r\n]*+ )
    | (?P<keyword> msgctxt | msgid_plural | msgid | msgstr | domain ) \b
      (?: \s*+ \[ \s*+ (?P<number> \d++ ) \s*+ \] )?+
      \s*+ (?P<value> {_STRING} (?: \s*+ {_STRING} )*+ ) )
    """,
    re.VERBOSE,
)
_KEYWORD = re.compile(r"(?:msg[a-z_]+|domain)\b\s*(?:\[\s*\d*\s*\])?\s*")
_CLOSED = re.compile(_STRING)
_SPACE = re.compile(r"\s*")
_STRING_OR_COMMENT = re.compile(rf"{_STRING}|#[^\r\n]*")

_PIECE = re.compile(
    r"""
    (?P<plain> [^"\\]+ )
    | (?P<bytes> (?: \\ (?: x[0-9A-Fa-f]{1,2} | [0-7]{1,3} ) )+ )
    | \\ (?P<escaped> . )
    | " \s* (?: " | \Z )                       # from one line of the string to the next
    """,
    re.VERBOSE,
)
_BYTE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3}))")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ENCODED = str.maketrans({"\\": r"\\", '"': r"\""} | {sign: f"\\{name}" for name, sign in _CONTROL.items()})
_SHORT = 40
"""Code points of a `msgid` that a label shows."""


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The translations in `text`, named by their `msgid`. Raises FormatError for broken syntax."""
    context = source = ""
    has_context = False
    for item in _items(text):
        keyword, value = item["keyword"], item["value"]
        if keyword == "msgctxt":
            context, source, has_context = value, "", True
        elif keyword == "msgid":
            context, source = (context if has_context else ""), value
            has_context = False
        elif keyword == "msgstr" and ("\\" in value or HAN.search(value)):
            name = _decoded(source)
            if name or context or not source:
                found = _reply(text, item, name or _decoded(context))
                if found is not None:
                    yield found


def comments(text: str) -> Iterator[Comment]:
    """The translators' comments; those of tools (``#:``, ``#,``, ``#.``, ``#|``, ``#~``) say nothing to keqi."""
    for match in _STRING_OR_COMMENT.finditer(text):
        found = match.group()
        if found[0] == "#" and found[1:2] not in (":", ",", ".", "|", "~", "="):
            yield Comment(Span(*match.span()), found.lstrip("#").strip())


def _items(text: str) -> Iterator[re.Match[str]]:
    """The keywords of the file with their strings, in order."""
    at = 1 if text.startswith("\ufeff") else 0
    while (item := _ITEM.match(text, at)) is not None:
        at = item.end()
        if item["keyword"]:
            yield item
    space = _SPACE.match(text, at)
    assert space is not None, "the pattern matches at any place"
    if space.end() < len(text):
        raise _broken(text, space.end())


def _broken(text: str, at: int) -> FormatError:
    """What is wrong at `at`, where neither a comment nor a keyword with its string stands."""
    keyword = _KEYWORD.match(text, at)
    if keyword is not None and not text.startswith('"', keyword.end()):
        return FormatError(at, "po-no-string")
    opening = keyword.end() if keyword is not None else at
    if text.startswith('"', opening) and not _CLOSED.match(text, opening):
        return FormatError(opening, "po-quote")
    return FormatError(at, "po-outside")


def _reply(text: str, item: re.Match[str], name: str) -> Segment | None:
    label = name if len(name) <= _SHORT else f"{name[:_SHORT]}…"
    number = f"[{item['number']}]" if item["number"] else ""
    start, end = item.span("value")
    return segment(text, list(_pieces(text, start, end)), encode=_encode, label=f"{label}{number}")


def _decoded(value: str) -> str:
    """What a string says, on one line."""
    return " ".join(text_of(value, _pieces(value, 0, len(value))).split())


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The pieces of the string from `start` to `end`, its quotes included."""
    for match in _PIECE.finditer(text, start + 1, end):
        if match["plain"]:
            yield Piece(*match.span())
        elif match["bytes"]:
            yield from _characters(match)
        elif match["escaped"]:
            yield Piece(*match.span(), _CONTROL.get(match["escaped"], match["escaped"]))


def _characters(run: re.Match[str]) -> Iterator[Piece]:
    """Characters spelled byte by byte in UTF-8; what is no UTF-8 stands for itself."""
    escapes = list(_BYTE.finditer(run.string, *run.span()))
    data = bytes(int(e[1], 16) if e[1] else int(e[2], 8) & 0xFF for e in escapes)
    try:
        decoded = data.decode()
    except UnicodeDecodeError:
        yield Piece(*run.span())
        return
    at = 0
    for char in decoded:
        last = at + len(char.encode()) - 1
        yield Piece(escapes[at].start(), escapes[last].end(), char)
        at = last + 1


def _encode(text: str) -> str:
    return text.translate(_ENCODED)
