r"""Java properties: the values are the replies, named by their keys.

The file is read as `java.util.Properties` reads it: ``=``, ``:`` or white space behind the key, ``\``
at the end of a line continues it on the next, where the white space in front is dropped. A value
spelled in ASCII with ``\uXXXX`` keeps being written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from keqi.formats import BY_NAMES, Comment, FormatError, Reading, Segment
from keqi.formats.decoding import Piece, segment, text_of
from keqi.formats.naming import HAN, key_filter
from keqi.text import Span

_CONTINUED = r"\\(?:\r\n?|\n)[ \t\f]*+"
_ESCAPED = rf"(?:{_CONTINUED}|\\[^\r\n]|\\\Z)"
_GAP = rf"(?:[ \t\f]|{_CONTINUED})*+"
_LINE = re.compile(
    rf"""
    [ \t\f]*+ (?: (?P<comment> [\#!][^\r\n]*+ )
    | (?P<key> (?: [^\\\ \t\f\r\n=:] | {_ESCAPED} )*+ ) {_GAP} (?: [=:] {_GAP} )?+
      (?P<value> [^\\\r\n]*+ (?: {_ESCAPED} [^\\\r\n]*+ )*+ ) )
    (?: \r\n? | \n | \Z )
    """,
    re.VERBOSE,
)
_PIECE = re.compile(
    rf"""
    (?P<plain> [^\\]+ )
    | \\u(?P<high> [dD][89abAB][0-9a-fA-F]{{2}} )\\u(?P<low> [dD][c-fC-F][0-9a-fA-F]{{2}} )
    | \\u(?P<unit> [0-9a-fA-F]{{4}} )
    | (?P<broken> \\u )
    | (?P<continued> {_CONTINUED} | \\\Z )
    | \\ (?P<escaped> . )
    """,
    re.VERBOSE,
)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_ENCODED = str.maketrans({"\\": r"\\"} | {sign: f"\\{name}" for name, sign in _CONTROL.items()})
# At the start of a value or a line these would be taken for the separator and its white space.
_LEADING = re.compile(r"\A[ =:]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CAPITALS = re.compile(r"\\u[0-9a-f]{0,3}[A-F]")


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    r"""The values in `text` that are replies. Raises FormatError for a broken ``\u`` escape.

    A file of properties is a list of wordings, not of records: without patterns in the settings
    every value is a reply, unless its key is a usual name of something else.
    """
    wanted = key_filter((), reading)
    for line in _lines(text):
        value = line["value"]
        if not HAN.search(value) and r"\u" not in value:
            continue
        pieces = list(_pieces(text, *line.span("value")))
        key = line["key"]
        if "\\" in key:
            key = text_of(text, _pieces(text, *line.span("key")))
        found = segment(text, pieces, encode=_writer(value), label=key)
        if found is not None and wanted((key,)):
            yield found


def comments(text: str) -> Iterator[Comment]:
    """The comments: lines that begin with ``#`` or ``!``."""
    for line in _matches(text):
        if line["comment"]:
            yield Comment(Span(*line.span("comment")), line["comment"].lstrip("#!").strip())


def _lines(text: str) -> Iterator[re.Match[str]]:
    """The lines that say something: a key, and a value that may go on over several lines."""
    return (line for line in _matches(text) if line["value"])


def _matches(text: str) -> Iterator[re.Match[str]]:
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None, "the pattern matches at any place"
        yield line
        at = line.end()


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _PIECE.finditer(text, start, end):
        span = match.span()
        if match["plain"]:
            yield Piece(*span)
        elif match["high"]:
            high, low = int(match["high"], 16), int(match["low"], 16)
            yield Piece(*span, chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)))
        elif match["unit"]:
            yield Piece(*span, chr(int(match["unit"], 16)))
        elif match["broken"]:
            raise FormatError(match.start(), "properties-unicode")
        elif match["escaped"]:
            yield Piece(*span, _CONTROL.get(match["escaped"], match["escaped"]))


def _writer(value: str) -> partial[str]:
    """How wording is written in a value spelled like `value`."""
    spelled = _SURROGATE if _NOT_ASCII.search(value) else _NOT_ASCII
    return partial(_encode, spelled, "04X" if _CAPITALS.search(value) else "04x")


def _encode(spelled: re.Pattern[str], digits: str, text: str) -> str:
    """`text` with escapes; characters that `spelled` finds are written as UTF-16 units."""
    safe = _LEADING.sub(r"\\\g<0>", text.translate(_ENCODED))
    return spelled.sub(lambda m: "".join(f"\\u{unit:{digits}}" for unit in _units(m.group())), safe)


def _units(char: str) -> tuple[int, ...]:
    code = ord(char)
    if code < 0x10000:
        return (code,)
    return (0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code & 0x3FF))
