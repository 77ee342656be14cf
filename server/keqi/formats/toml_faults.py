"""What tomllib objects to, as an error that says where to look and what to do."""

from __future__ import annotations

import re
import tomllib

from keqi.formats import FormatError
from keqi.formats.structured import DEEPEST
from keqi.formats.toml_strings import STRING

_KINDS = (
    ("Unterminated string|^Expected ('\"|\"')|[Ii](llegal|nvalid) character '\\\\n'", "toml-string"),
    ("after a key", "toml-equals"),
    ("Invalid statement|initial character", "toml-key"),
    ("Invalid value", "toml-value"),
    ("Unescaped|hex value|Unicode scalar", "toml-escape"),
    ("Cannot|Duplicate", "toml-twice"),
    ("after a statement", "toml-behind"),
    ("Unclosed|table declaration|Expected '\\]", "toml-bracket"),
    ("[Ii](llegal|nvalid) character", "toml-control"),
)
"""What of tomllib's wording tells the kind."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN = re.compile(rf"{STRING}|#[^\n]*+|(?P<quote>[\"'])|(?P<bracket>[\[\]{{}}])")
_STEP = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
_LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*+(?P<key>(?:{_STEP}){{{DEEPEST}}})", re.MULTILINE)
"""A dotted key of so many steps that tomllib, which goes back and forth in it, would take minutes."""
_HUGE = re.compile(r"[\d_]{4000,}")
_QUOTES = "‘’“”„‟「」『』＂＇"


def check(text: str) -> None:
    """Raise FormatError if `text` is no TOML."""
    shift = int(text.startswith("\ufeff"))
    long = _LONG_KEY.search(text)
    if long:
        raise FormatError(long.start("key"), "too-deep", most=DEEPEST)
    try:
        tomllib.loads(text[shift:])
    except tomllib.TOMLDecodeError as error:
        raise _fault(text, str(error), shift) from None
    except RecursionError:
        raise FormatError(_deepest(text), "too-deep", most=DEEPEST) from None
    except (ValueError, OverflowError):
        huge = _HUGE.search(text)
        raise FormatError(huge.start() if huge else 0, "toml-value") from None


def _fault(text: str, said: str, shift: int) -> FormatError:
    """The error that tomllib words as `said`, in `text`, of which it was not given the start."""
    place = _PLACE.search(said)
    problem = said[: place.start()] if place else said
    offset = _offset(text, place, shift)
    kind = next((kind for pattern, kind in _KINDS if re.search(pattern, problem)), "toml-syntax")
    kind = _narrowed(text, offset, kind)
    if kind == "toml-string":
        offset = _unclosed(text, offset)
    elif kind == "toml-escape":
        offset = max(text.rfind("\\", 0, offset), 0)
    char = text[offset : offset + 1]
    shown = f"{ord(char):02X}" if kind == "toml-control" and char else char.strip()
    return FormatError(offset, kind, char=shown, problem=problem)


def _narrowed(text: str, offset: int, kind: str) -> str:
    """The kind of error, `kind` at first sight, in the light of what stands at `offset`."""
    char = text[offset : offset + 1]
    if char == "\r" and not text.startswith("\r\n", offset):
        return "toml-control"
    if kind == "toml-value":
        return "toml-end" if not char else "toml-quotes" if char in _QUOTES else kind
    if kind == "toml-behind" and text[offset - 1] in "\"'":
        return "toml-inner-quote"
    return kind


def _offset(text: str, place: re.Match[str] | None, shift: int) -> int:
    """Where `place` is: tomllib counts lines by LF, and columns from 1."""
    if place is None or place.group(1) is None:
        return len(text)
    start = shift
    for _ in range(int(place.group(1)) - 1):
        start = text.index("\n", start) + 1
    return min(start + int(place.group(2)) - 1, len(text))


def _unclosed(text: str, before: int) -> int:
    """Where the first string begins that is not closed; `before`, if there is none."""
    return next((m.start() for m in _TOKEN.finditer(text) if m["quote"]), before)


def _deepest(text: str) -> int:
    """The first bracket that lies too deep."""
    depth = 0
    for match in _TOKEN.finditer(text):
        if match["bracket"]:
            depth += 1 if match["bracket"] in "[{" else -1
        if depth > DEEPEST:
            return match.start()
    return 0
