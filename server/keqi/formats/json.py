"""JSON: every string value that is a reply. Comments and trailing commas, as editors write them, are fine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from keqi.formats import BY_NAMES, Comment, FormatError, Reading, Segment, naming
from keqi.formats.structured import Holder, Names, Value, in_pieces, meaning, replies, segment
from keqi.text import LineIndex, Span

Strings = list[Value[Span]]
"""String values; the span is that of the string with its quotes."""

_BLOCK = r"/\*(?:[^*]|\*(?!/))*+"
_COMMENT = rf"//[^\r\n]*+|{_BLOCK}\*/"
_GAP = rf"[ \t\r\n]*+(?:(?:{_COMMENT})[ \t\r\n]*+)*+"
_PLAIN = r'[^"\\\x00-\x1f]*+'
_BEGUN = rf'"{_PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAIN})*+'
_STRING = rf'{_BEGUN}"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"

_ATOM = rf"(?:{_NUMBER}|true|false|null|NaN|-?Infinity)(?![\w.+-])"
_KEY = rf"(?P<key>{_STRING}){_GAP}:{_GAP}"
_VALUE = rf"(?:(?P<string>{_STRING})|(?P<bracket>[\[{{])|(?P<atom>{_ATOM})){_GAP}"

_SPACE = re.compile(_GAP)
_FIRST = {"": re.compile(_VALUE), "[": re.compile(_VALUE), "{": re.compile(_KEY + _VALUE)}
"""What may come first, in the file and behind an opening bracket, with the white space behind it."""
_NEXT = {"[": re.compile(f",{_GAP}{_VALUE}"), "{": re.compile(f",{_GAP}{_KEY}{_VALUE}")}
"""What may come next behind a value, by the bracket around it."""
_CLOSER = {"[": "]", "{": "}"}
_BEGINNING = re.compile(_BEGUN)
_WHOLE = re.compile(f"{_STRING}{_GAP}")

# What is not closed counts up to the end, or looking for its end would take forever in a broken file.
_COMMENTS = re.compile(rf'"(?:[^"\\\r\n]|\\.)*+"?|(//[^\r\n]*+|{_BLOCK}(?:\*/)?)')

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)")
_PLAINLY = {
    r"\"": '"',
    r"\\": "\\",
    r"\/": "/",
    r"\b": "\b",
    r"\f": "\f",
    r"\n": "\n",
    r"\r": "\r",
    r"\t": "\t",
}
_SURROGATE = re.compile("[\ud800-\udfff]")

_QUOTES = "'`‘’“”„‟「」『』＂＇"
_WIDE = {
    "，": ",",
    "、": ",",
    "；": ",",
    "：": ":",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
"""Chinese punctuation where ASCII is meant."""


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The string values of `text` that are replies, without the white space around them.

    Mapping keys never are. A file of white space and comments has none. Raises FormatError for
    what is no JSON.
    """
    values: Strings = []
    scan(text, Span(text.startswith("\ufeff"), len(text)), reading, values)
    return found(text, values, reading)


def comments(text: str) -> Iterator[Comment]:
    """The comments in `text`, ``//`` and ``/* */``; standard JSON has none."""
    for match in _COMMENTS.finditer(text):
        mark = match.group(1)
        if mark:
            words = mark[2:] if mark.startswith("//") else mark[2:].removesuffix("*/")
            yield Comment(Span(*match.span()), words.strip())


def scan(text: str, span: Span, reading: Reading, values: Strings) -> None:
    """Add the string values of the one JSON value at `span` to `values`; FormatError if it is none."""
    _Scan(text, span.end, reading, values).run(span.start)


def found(text: str, values: Strings, reading: Reading) -> Iterator[Segment]:
    """The segments of those `values` that are replies."""
    return replies(values, reading, partial(_segment, text))


def _segment(text: str, span: Span, names: Names) -> Segment | None:
    inside = Span(span.start + 1, span.end - 1)
    encode = _encode_ascii if inside.of(text).isascii() else _encode
    return segment(text, span, in_pieces(text, inside, _ESCAPE, _meant), names, encode)


def _meant(escape: str) -> str:
    """The code point that an escape, or a pair of them, stands for."""
    if len(escape) == len(r"\u4f60"):
        return chr(int(escape[2:], 16))
    return _PLAINLY.get(escape) or str(json.loads(f'"{escape}"'))


def _encode(text: str) -> str:
    r"""Wording for a string. Half a character can be no part of a file, hence it becomes ``\uXXXX``."""
    quoted = json.dumps(text, ensure_ascii=False)[1:-1]
    return _SURROGATE.sub(lambda m: f"\\u{ord(m.group()):04x}", quoted)


def _encode_ascii(text: str) -> str:
    """Wording for a string that writes Chinese in escapes."""
    return json.dumps(text)[1:-1]


def _has_han(string: str) -> bool:
    """Whether a string with its quotes holds a Chinese character, be it in escapes."""
    if not string.isascii() and naming.HAN.search(string):
        return True
    return "\\u" in string and naming.HAN.search(json.loads(string)) is not None


@dataclass(slots=True)
class _Scan:
    """The way through one value: places are offsets in the text, behind the white space before them."""

    text: str
    end: int
    reading: Reading
    values: Strings
    holder: Holder = field(default_factory=Holder)
    """The mapping or list that is open."""
    opened: list[int] = field(default_factory=list)
    """Where the brackets stand that are open."""
    bracket: str = ""
    """The last of them."""

    def run(self, start: int) -> None:
        """Read the value behind `start`, if there is one."""
        at = self.skip(start)
        wanted = _FIRST[""] if at < self.end else None
        while wanted is not None:
            match = wanted.match(self.text, at, self.end)
            if match is None:
                at = self.close(at, wanted)
            else:
                at = match.end()
                self.take(match)
            fresh = match is not None and match.lastgroup == "bracket"
            wanted = (_FIRST if fresh else _NEXT).get(self.bracket)
        if at < self.end:
            raise self.fault(at, "end")

    def skip(self, at: int) -> int:
        """The place behind the white space and the comments at `at`."""
        gap = _SPACE.match(self.text, at, self.end)
        return gap.end() if gap else at

    def take(self, match: re.Match[str]) -> None:
        """Take in a key and its value, or an item of a list."""
        holder = self.holder
        if isinstance(holder.step, int):
            holder.step += 1
        elif self.bracket:
            key = match["key"]
            holder.step = json.loads(key) if "\\" in key else key[1:-1]
        if match.lastgroup == "bracket":
            self.open(match.start("bracket"))
        else:
            self.scalar(match)

    def open(self, at: int) -> None:
        """Enter the mapping or list whose bracket stands at `at`."""
        self.bracket = self.text[at]
        self.holder = self.holder.inner(at)
        self.holder.step = -1 if self.bracket == "[" else ""
        self.opened.append(at)

    def close(self, at: int, wanted: re.Pattern[str]) -> int:
        """Leave the mapping or list that ends at `at`, where nothing `wanted` stands."""
        closer = at
        if wanted in _NEXT.values() and self.text.startswith(",", at, self.end):
            closer = self.skip(at + 1)
        if not self.bracket or not self.text.startswith(_CLOSER[self.bracket], closer, self.end):
            raise self.why(at, wanted)
        assert self.holder.outer is not None, "an open bracket has a holder around it"
        self.holder = self.holder.outer
        self.opened.pop()
        self.bracket = self.text[self.opened[-1]] if self.opened else ""
        return self.skip(closer + 1)

    def scalar(self, match: re.Match[str]) -> None:
        """Take in a string or an atom."""
        string, step = match["string"], self.holder.step
        said = meaning(step, self.reading.author)
        if said:
            self.holder.note(said, json.loads(string) if string else match["atom"])
        if string and _has_han(string):
            self.values.append(Value(self.holder, step, Span(*match.span("string"))))

    # -- what is wrong ----------------------------------------------------------------------------

    def why(self, at: int, wanted: re.Pattern[str]) -> FormatError:
        """Why nothing `wanted` stands at `at`: what of it, comma, key or value, does not."""
        if wanted in _NEXT.values():
            if not self.text.startswith(",", at, self.end):
                return self.fault(at, "comma")
            at = self.skip(at + 1)
        if self.bracket == "{":
            key = _WHOLE.match(self.text, at, self.end)
            if key is None:
                return self.fault(at, "key")
            if not self.text.startswith(":", key.end(), self.end):
                return self.fault(key.end(), "colon")
            at = self.skip(key.end() + 1)
        return self.fault(at, "value")

    def fault(self, at: int, wanted: str) -> FormatError:
        """Why the text cannot go on at `at`, where a key, a value, a comma or the end is `wanted`."""
        char = self.text[at : min(at + 1, self.end)]
        if not char:
            return self.unclosed()
        if char in _QUOTES:
            return FormatError(at, "json-quotes", char=char)
        if char in _WIDE:
            return FormatError(at, "json-wide", char=char, plain=_WIDE[char])
        if char in "/#":
            return FormatError(at, "json-comment")
        if char == '"' and wanted in ("key", "value"):
            return self.string(at)
        return self.misplaced(at, char, wanted)

    def misplaced(self, at: int, char: str, wanted: str) -> FormatError:
        """Why `char`, an ordinary one, cannot stand at `at`."""
        if wanted == "comma" and self.text[at - 1] == '"' and char not in '"]}:':
            return FormatError(at - 1, "json-inner-quote")
        if char in "]}" and self.bracket and char != _CLOSER[self.bracket]:
            line = LineIndex(self.text).line_at(self.opened[-1]) + 1
            return FormatError(at, "json-bracket", char=char, bracket=self.bracket, opened=line)
        return FormatError(at, f"json-{wanted}", char=char)

    def unclosed(self) -> FormatError:
        """Why the text cannot end."""
        return FormatError(self.opened[-1], "json-open", char=self.bracket, closer=_CLOSER[self.bracket])

    def string(self, at: int) -> FormatError:
        """What is wrong with the string that begins at `at`."""
        match = _BEGINNING.match(self.text, at, self.end)
        stop = match.end() if match else at
        char = self.text[stop : min(stop + 1, self.end)]
        if char == "\\" and self.text[stop + 1 : stop + 2].strip("\r\n"):
            return FormatError(stop, "json-escape", char=self.text[stop : stop + 2])
        if char.strip("\\\r\n"):
            return FormatError(stop, "json-control", char=f"{ord(char):02X}")
        return FormatError(at, "json-string")
