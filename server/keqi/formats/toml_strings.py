"""TOML's four kinds of strings: where each code point stands, and how new wording is written.

A string is given by its span, quotes included.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from keqi.findings import Edit
from keqi.formats import naming, verbatim
from keqi.formats.decoding import Piece, text_of
from keqi.formats.structured import Respell, Spelt, escaped, in_pieces
from keqi.text import Span

# Up to two quotes may stand right before the three that close a string of several lines.
_LONG_BASIC = r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'
_LONG_LITERAL = r"'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
STRING = rf'(?:{_LONG_BASIC}|{_LONG_LITERAL}|"(?!"")(?:[^"\\\n]++|\\.)*+"|' r"'(?!'')[^'\n]*+')"
"""A string of any kind."""

_STRING = re.compile(STRING)
_FIRST_END = re.compile(r"\r?\n")
_TOKEN = re.compile(r"\\(?:[ \t]*\r?\n[ \t\r\n]*|x..|u....|U........|.)|\r\n")
_LITERAL_TOKEN = re.compile(r"\r\n")

_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_ESCAPES = {char: f"\\{name}" for name, char in _NAMED.items() if name != "e"}
_CONTROL = r"\x00-\x08\x0b-\x1f\x7f"
_SPECIAL = re.compile(rf'["\\\t\n{_CONTROL}]')
_SPECIAL_OR_FOREIGN = re.compile(rf'["\\\t\n{_CONTROL}\x80-\U0010ffff]')
_QUOTE = r'(?<![^"])"|"(?![^"])'
"""A quote that might meet another."""
_LONG_SPECIAL = re.compile(rf"{_QUOTE}|[\\{_CONTROL}]")
_LONG_SPECIAL_OR_FOREIGN = re.compile(rf"{_QUOTE}|[\\{_CONTROL}\x80-\U0010ffff]")
_UNQUOTABLE = re.compile(rf"['\n{_CONTROL}]")
"""What a literal string of one line cannot hold."""
_BARE_CONTROL = re.compile(rf"(?!\r\n)[{_CONTROL}]")


def decoded(source: str, span: Span) -> list[Piece]:
    """The value of a string in pieces of the file."""
    quotes = _quotes(source, span)
    start = span.start + len(quotes)
    first = _FIRST_END.match(source, start) if len(quotes) > 1 else None
    inside = Span(first.end() if first else start, span.end - len(quotes))
    literal = quotes.startswith("'")
    return in_pieces(source, inside, _LITERAL_TOKEN if literal else _TOKEN, _meant)


def value_of(source: str, span: Span) -> str:
    """The value of a string."""
    return text_of(source, decoded(source, span))


def _quotes(source: str, span: Span) -> str:
    """The quotes that a string begins and ends with."""
    char = source[span.start]
    return char * 3 if len(span) > 2 and source.startswith(char * 3, span.start) else char


def _meant(token: str) -> str:
    """What stands for one code point, or for none: a backslash at the end of a line."""
    if token == "\r\n":
        return "\n"
    name = token[1:]
    if name[0] in " \t\r\n":
        return ""
    return _NAMED[name] if len(name) == 1 else chr(int(name[1:], 16))


def holds_han(source: str, span: Span) -> bool:
    """Whether the value holds a Chinese character, be it in escapes."""
    raw = span.of(source)
    if not raw.isascii() and naming.HAN.search(raw):
        return True
    return "\\" in raw and naming.HAN.search(value_of(source, span)) is not None


def encoder(source: str, span: Span) -> Callable[[str], str]:
    """How new wording is written inside the string, as far as it can hold it."""
    quotes, ascii = _quotes(source, span), span.of(source).isascii()
    if quotes == "'":
        return verbatim
    if quotes == '"':
        special = _SPECIAL_OR_FOREIGN if ascii else _SPECIAL
        return lambda text: escaped(text, special, _ESCAPES)
    end = _line_end(span.of(source))
    if quotes == "'''":
        return lambda text: text.replace("\n", end)
    return _long_basic(end, _LONG_SPECIAL_OR_FOREIGN if ascii else _LONG_SPECIAL)


def _long_basic(end: str, special: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: escaped(text, special, _ESCAPES).replace("\n", end)


def _line_end(raw: str) -> str:
    found = _FIRST_END.search(raw)
    return found.group() if found else "\n"


def respelling(source: str, span: Span) -> Respell | None:
    """What writes a reply anew where wording does not fit the string; None where all fits."""
    return {'"': None, "'": _respell_literal}.get(_quotes(source, span), _respell_long)


def _respell_literal(spelt: Spelt, reply: str) -> Edit | None:
    """The edit that makes a literal string a basic one, if it must be one."""
    new = spelt.value(reply)
    return spelt.replaced(f'"{escaped(new, _SPECIAL, _ESCAPES)}"') if _UNQUOTABLE.search(new) else None


def _respell_long(spelt: Spelt, reply: str) -> Edit | None:
    """The edit that writes a string of several lines anew, keeping its kind and lines if it can.

    What is deleted may bring quotes together, or white space behind the backslash that eats it.
    """
    new = spelt.value(reply)
    raw = spelt.edited(reply, encoder(spelt.source, spelt.span))
    sound = _STRING.fullmatch(raw) and not _BARE_CONTROL.search(raw)
    if sound and value_of(raw, Span(0, len(raw))) == new:
        return spelt.replaced(raw)
    end = _line_end(spelt.raw)
    above = end if new.startswith("\n") or _FIRST_END.match(spelt.raw, 3) else ""
    return spelt.replaced(f'"""{above}{_long_basic(end, _LONG_SPECIAL)(new)}"""')
