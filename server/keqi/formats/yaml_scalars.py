"""YAML's five ways of writing a string: plain, quoted once or twice, literal and folded.

PyYAML says where a scalar stands and what it means; here is where each of its code points stands,
and how new wording is written into it. What PyYAML does not confirm is never trusted: a scalar
that reads differently here can only be replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from keqi.findings import Edit
from keqi.formats import naming, verbatim
from keqi.formats.decoding import Piece, text_of
from keqi.formats.structured import Respell, Spelt, escaped
from keqi.text import Span

BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
"""A line end in YAML 1.1, which PyYAML reads; LF and CR LF in every file that people write."""

PLAIN, SINGLE, DOUBLE, LITERAL, FOLDED = "", "'", '"', "|", ">"
BLOCKS = (LITERAL, FOLDED)

_BREAK = re.compile(BREAK)
_FOLD = rf"[ \t]*+(?:{BREAK}[ \t]*+)++|[ \t]++"
_ESCAPE = rf"\\(?:{BREAK}[ \t]*+(?:{BREAK}[ \t]*+)*+|x..|u....|U........|.)"
_TOKENS = {
    PLAIN: re.compile(_FOLD),
    SINGLE: re.compile(rf"''|{_FOLD}"),
    DOUBLE: re.compile(rf"{_ESCAPE}|{_FOLD}"),
}
"""What stands for something else in a scalar of one style; runs of blanks only lest they be looked at twice."""
_HEADER = re.compile(rf"[|>](?P<signs>[-+0-9]*)[ \t]*(?P<comment>#[^\r\n\x85\u2028\u2029]*)?{BREAK}?")
_INDENT = re.compile(rf"(?: *{BREAK})*( *)")
_BELOW = re.compile(rf"[ \t]*((?:{BREAK}[ \t]*)+)")
_LINE_INDENT = re.compile(rf"{BREAK}+([ \t]*)")

_NAMED = {
    **{"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"},
    **{"e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029", "\t": "\t"},
}
_ESCAPES = {char: f"\\{name}" for name, char in _NAMED.items() if name != "\t"} | {'"': '\\"', "\\": "\\\\"}
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')
_SPECIAL_OR_FOREIGN = re.compile('["\\\\\x00-\x1f\x7f-\U0010ffff]')
_UNQUOTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What only escapes can write in one line."""

_INDICATOR = re.compile(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?![^\s,\[\]{}])|---|\.\.\.")
"""What a plain scalar cannot begin with."""
_BREAKS_PLAIN = re.compile(r":(?=\s|\Z)|(?:^|\s)#|\t")
_BREAKS_FLOW = re.compile(r"[,\[\]{}?]|\A:")
"""What a plain scalar between brackets cannot hold besides; of the question mark opinions differ."""
_MARKER = re.compile(rf"(?:^|{BREAK})(?:---|\.\.\.)")
"""What would begin or end a document at the start of a line."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string as the file writes it."""

    span: Span
    """Where: with quotes or the header of a block, without tag and anchor."""
    style: str
    """One of the five, by the sign it begins with."""
    value: str
    """What PyYAML reads there."""
    flow: bool
    """Whether it stands between brackets."""


# -- from the file to the text --------------------------------------------------------------------


def decoded(source: str, scalar: Scalar) -> list[Piece]:
    """The value in pieces of the file; in one, if it is not known how it falls into more."""
    found = _read(source, scalar.span, scalar.style, _indent(source, scalar))
    if text_of(source, found) != scalar.value:
        return [Piece(scalar.span.start, scalar.span.end, scalar.value)]
    return found


def _read(source: str, span: Span, style: str, indent: int) -> list[Piece]:
    """What a scalar of `style` at `span` means; blocks have an `indent` of so many spaces."""
    if style in BLOCKS:
        return _block(source, span, style, indent)
    inside = Span(span.start + len(style), span.end - len(style))
    raw = inside.of(source)
    if not _BREAK.search(raw) and not (style and style in raw) and (style != DOUBLE or "\\" not in raw):
        return [Piece(inside.start, inside.end)]
    found, at = [], inside.start
    for match in _TOKENS[style].finditer(source, inside.start, inside.end):
        found += [Piece(at, match.start()), *_meant(source, match)]
        at = match.end()
    return [*found, Piece(at, inside.end)]


def _meant(source: str, match: re.Match[str]) -> list[Piece]:
    """What a match of one of the tokens stands for."""
    token, whole = match.group(), Span(*match.span())
    if token == "''":
        return [Piece(whole.start, whole.end, "'")]
    if not token.startswith("\\"):
        return _breaks(source, whole, True) or [Piece(whole.start, whole.end)]
    first = _BREAK.match(source, whole.start + 1, whole.end)
    if first:
        return _breaks(source, Span(first.end(), whole.end), False)
    return [Piece(whole.start, whole.end, _unescaped(token[1:]))]


def _unescaped(name: str) -> str:
    """What an escape stands for, without its backslash; itself when it is a sign."""
    if len(name) == 1:
        return _NAMED.get(name, name)
    return chr(int(name[1:], 16))


def _breaks(source: str, span: Span, folds: bool) -> list[Piece]:
    """The line ends at `span` with the white space around them; none when there are none.

    Where it `folds`, the first is dropped, and a space stands for it when there is no other.
    """
    breaks = list(_BREAK.finditer(source, span.start, span.end))
    chars = [m.group() if m.group() in "\u2028\u2029" else "\n" for m in breaks]
    starts = [m.start() for m in breaks]
    if folds and breaks and chars[0] == "\n":
        chars = chars[1:] or [" "]
        del starts[1:2]
    ends = [*starts[1:], span.end]
    starts[:1] = [span.start] if starts else []
    return [Piece(*piece) for piece in zip(starts, ends, chars, strict=False)]


def _indent(source: str, scalar: Scalar) -> int:
    """By how many spaces the lines of a block are set in: what the value's first line lacks."""
    header = _HEADER.match(source, scalar.span.start, scalar.span.end)
    if scalar.style not in BLOCKS or header is None:
        return 0
    there = _INDENT.match(source, header.end(), scalar.span.end)
    here = _INDENT.match(scalar.value)
    assert there is not None
    assert here is not None, "the pattern matches at any place"
    return max(0, len(there.group(1)) - len(here.group(1)))


@lru_cache(maxsize=64)
def _margins(indent: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before the first line of a block, and between any two of its lines."""
    return (
        re.compile(rf"(?: {{0,{indent}}}{BREAK})*+ {{0,{indent}}}"),
        re.compile(rf"(?:{BREAK} {{0,{indent}}})++"),
    )


def _block(source: str, span: Span, style: str, indent: int) -> list[Piece]:
    """What a block scalar means."""
    header = _HEADER.match(source, span.start, span.end)
    start = header.end() if header else span.start
    above, between = _margins(indent)
    margin = above.match(source, start, span.end)
    at = margin.end() if margin else start
    found = _breaks(source, Span(start, at), False)
    for match in between.finditer(source, at, span.end):
        found.append(Piece(at, match.start()))
        if match.end() == span.end:
            found += _last(source, match, header["signs"] if header else "")
        else:
            folds = style == FOLDED and source[at] not in " \t" and source[match.end()] not in " \t"
            found += _breaks(source, Span(*match.span()), folds)
        at = match.end()
    return [*found, Piece(at, span.end)]


def _last(source: str, match: re.Match[str], signs: str) -> list[Piece]:
    """The line ends behind the last line of a block, of which `signs` say how many count."""
    if "-" in signs:
        return []
    found = _breaks(source, Span(*match.span()), False)
    return found if "+" in signs else found[:1]


# -- from the text to the file --------------------------------------------------------------------


def encoder(source: str, scalar: Scalar) -> Callable[[str], str]:
    """How new wording is written inside the scalar, as far as it can hold it."""
    if scalar.style == DOUBLE:
        return _escaped_ascii if scalar.span.of(source).isascii() else _escaped
    if _BREAK.search(source, scalar.span.start, scalar.span.end):
        return partial(_written, source, scalar)
    return _doubled if scalar.style == SINGLE else verbatim


def _escaped(text: str) -> str:
    return escaped(text, _SPECIAL, _ESCAPES)


def _escaped_ascii(text: str) -> str:
    return escaped(text, _SPECIAL_OR_FOREIGN, _ESCAPES)


def _doubled(text: str) -> str:
    return text.replace("'", "''")


def _written(source: str, scalar: Scalar, text: str) -> str:
    """Wording for a scalar of several lines: a line end in one that folds takes a blank line."""
    end = _BREAK.search(source, scalar.span.start, scalar.span.end)
    line_end = end.group() if end else "\n"
    lines = (_doubled(text) if scalar.style == SINGLE else text).split("\n")
    times = 1 if scalar.style == LITERAL else 2
    return (line_end * times + _margin(source, scalar)).join(lines)


def _margin(source: str, scalar: Scalar) -> str:
    """The white space at the start of the scalar's lines."""
    if scalar.style in BLOCKS:
        return " " * _indent(source, scalar)
    line = _LINE_INDENT.search(source, scalar.span.start, scalar.span.end)
    return line.group(1) if line else ""


def respelling(source: str, scalar: Scalar) -> Respell | None:
    """What writes the scalar anew where wording does not fit its style; None where all fits."""
    if _BREAK.search(source, scalar.span.start, scalar.span.end):
        return partial(_respell_lines, scalar)
    if scalar.style == DOUBLE:
        return None
    return partial(_respell_line, scalar)


def _respell_line(scalar: Scalar, spelt: Spelt, reply: str) -> Edit | None:
    """The edit that puts a scalar of one line in the quotes that it needs now."""
    new = spelt.value(reply)
    holds = not _UNQUOTABLE.search(new) and (scalar.style == SINGLE or _plain_holds(new, scalar.flow))
    return None if holds else _requoted(scalar, spelt, _quoted(new))


def _respell_lines(scalar: Scalar, spelt: Spelt, reply: str) -> Edit | None:
    """The edit that writes a scalar of several lines anew, keeping its lines if it can.

    None where a literal block takes any piecemeal edits: each of its code points stands alone.
    """
    new, indent = spelt.value(reply), _indent(spelt.source, scalar)
    for style, raw in _edited(scalar, spelt, reply):
        if text_of(raw, _read(raw, Span(0, len(raw)), style, indent)) == new:
            return None if style == LITERAL else _requoted(scalar, spelt, raw)
    if scalar.style not in BLOCKS:
        whole = f'"{encoder(spelt.source, scalar)(new)}"' if scalar.style == DOUBLE else _quoted(new)
        return _requoted(scalar, spelt, whole)
    header = _HEADER.match(spelt.raw)
    comment = f" {header['comment']}" if header and header["comment"] else ""
    behind = spelt.raw[len(spelt.raw.rstrip(" \t\r\n\x85\u2028\u2029")) :]
    return spelt.replaced(_quoted(new) + comment + behind.replace("\t", " "))


def _requoted(scalar: Scalar, spelt: Spelt, raw: str) -> Edit | None:
    """The edit that writes `raw` in place of the scalar.

    Tabs in blank lines below are fine behind a plain scalar, but not behind quotes: they become
    spaces.
    """
    below = _BELOW.match(spelt.source, spelt.span.end)
    if scalar.style != PLAIN or raw == spelt.raw or scalar.flow or not below or "\t" not in below.group(1):
        return spelt.replaced(raw)
    longer = replace(spelt, span=Span(spelt.span.start, below.end()))
    return longer.replaced(raw + below.group().replace("\t", " "))


def _edited(scalar: Scalar, spelt: Spelt, reply: str) -> Iterator[tuple[str, str]]:
    """The scalar with the new wording written in place, in each of the styles that may hold it."""
    if scalar.style != DOUBLE and _UNQUOTABLE.search(reply.replace("\n", "")):
        return
    if spelt.segment.source_span(Span(0, 1)) == scalar.span:
        return  # All that is known of the reply is where the scalar stands.
    raw = spelt.edited(reply, encoder(spelt.source, scalar))
    if scalar.style in BLOCKS:
        # Without a number in the header, the first line shows how far the text is set in.
        header = _HEADER.match(raw)
        told = header is not None and re.search("[1-9]", header["signs"])
        if told or not spelt.value(reply).lstrip("\n").startswith((" ", "\t")):
            yield scalar.style, raw
    elif not _MARKER.search(raw):
        if scalar.style != PLAIN or _plain_holds(raw, scalar.flow):
            yield scalar.style, raw
        if scalar.style == PLAIN:
            yield SINGLE, f"'{_doubled(raw)}'"


def _plain_holds(raw: str, flow: bool) -> bool:
    """Whether `raw` may stand without quotes. Without Chinese it may be read as a number or a truth."""
    return (
        naming.HAN.search(raw) is not None
        and raw == raw.strip(" \t\r\n")
        and not _INDICATOR.match(raw)
        and not _BREAKS_PLAIN.search(raw)
        and not _UNQUOTABLE.search(re.sub(r"[\r\n]", "", raw))
        and not _MARKER.search(raw)
        and not (flow and _BREAKS_FLOW.search(raw))
    )


def _quoted(text: str) -> str:
    """`text` in quotes and one line: in single ones, which change nothing, unless others are milder."""
    if _UNQUOTABLE.search(text) or ("'" in text and not re.search(r'["\\]', text)):
        return f'"{_escaped(text)}"'
    return f"'{_doubled(text)}'"
