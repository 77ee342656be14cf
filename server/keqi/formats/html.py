"""HTML: what a browser shows of a page; the words of each block are a segment.

Tags within a line (``<b>``, ``<span>``) are marks: they are no part of the text, and an edit keeps
them balanced. ``<br>`` is a line break. Pictures, unknown tags, comments, the end of a link and
code of templates (``{% if %}``, ``<?php ?>``) show no words: each is one hole, so that an edit cannot
lose it. What a template puts in (``{{name}}``) is a hole too. White space stays as it is in the file.

Not prose: attributes, `title`, `script`, `style`, `pre`, code, `textarea`, pictures in SVG, and the headers
of tables: 问 over a column is a label, not a curt question.

Whatever the file holds, it is read: broken markup the way browsers do, or as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from html.entities import html5
from typing import NamedTuple

from keqi.formats import BY_NAMES, Comment, Mark, Reading, Segment
from keqi.formats.decoding import OBJECT, Piece, segment
from keqi.text import Span

_INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font", "i", "ins",
    "label", "mark", "nobr", "output", "q", "rb", "ruby", "s", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u",
])  # fmt: skip
"""Tags that only dress the words of a line."""

_CODE = frozenset(["code", "kbd", "samp", "var", "rt", "rp", "rtc"])
"""Tags within a line whose content is no prose; `rt` says how a word is read."""

_BLOCK = frozenset([
    "address", "article", "aside", "base", "blockquote", "body", "button", "caption", "center", "col",
    "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
    "hr", "html", "legend", "li", "link", "main", "menu", "meta", "nav", "noframes", "noscript", "ol",
    "optgroup", "option", "p", "search", "section", "select", "summary", "table", "tbody", "td",
    "template", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
"""Tags at which one reply ends and the next may begin."""

_SKIPPED = frozenset(["script", "style", "title", "pre", "xmp", "listing"])
"""Elements that show no prose and stand apart."""

_SKIPPED_INSIDE = frozenset(["svg", "math", "iframe", "textarea", "noembed"])
"""Elements that show no prose and stand in a line like a picture."""

_UNREAD = _SKIPPED | _SKIPPED_INSIDE
_SPECIAL = re.compile(r"[<&]|\{[{%#]")
_TAG = re.compile(
    r"""</?(?P<name>[A-Za-z][^\s/>]*+)                                 # the name
        [^=>]*+ (?: =\s*+ (?: "[^"]*+" | '[^']*+' )?+ [^=>]*+ )*+ >""",  # attributes; > is fine in quotes
    re.VERBOSE,
)
_NAME_AHEAD = re.compile(r"</?[A-Za-z]")
_PLAIN_TAG = re.compile(r"</?(?P<name>[A-Za-z][^\s/<>]*+)[^<>]*+>")
_ENTITY = re.compile(
    r"""& (?: \# (?: 0*[0-9]{1,7}(?![0-9]) | [xX]0*[0-9A-Fa-f]{1,6}(?![0-9A-Fa-f]) ) ;?
        | (?P<name> [A-Za-z][A-Za-z0-9]{1,31};? ) )""",
    re.VERBOSE,
)
_STATEMENT = re.compile(r"\{\{\{?[#/^!>]")
_LONGEST_CODE = 1000
"""Code points that the code of a template in braces may have."""

_ENCODED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The replies that a page shows, in order. Never fails."""
    run = _Run(text)
    for token in _Scanner(text).tokens():
        if run.take(token):
            continue
        found = run.end()
        if found is not None:
            yield found
        run = _Run(text, muted=token.name == "th" and not token.closes)
    found = run.end()
    if found is not None:
        yield found


def comments(text: str) -> Iterator[Comment]:
    """The comments that are closed, but those in scripts and in what else is skipped."""
    for token in _Scanner(text).tokens():
        if token.kind == "comment" and text.endswith("-->", token.start, token.end):
            inside = text[token.start + 4 : max(token.end - 3, token.start + 4)]
            yield Comment(Span(token.start, token.end), inside.strip())


class _Token(NamedTuple):
    """A stretch of the file and what it is."""

    kind: str
    """`text`, `entity`, `tag`, `value` (what a template puts in), `comment`, `object` (shows no words),
    `skipped` (an element that shows no prose and stands apart)."""
    start: int
    end: int
    name: str = ""
    """Of a tag, in lower case."""
    closes: bool = False
    """Whether the tag is one that ends something."""
    says: str = ""
    """What an entity stands for."""


class _Scanner:
    """One pass over the file, from left to right, in linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.absent: set[str] = set()
        """Closing strings that do not occur any more."""
        self.tag = _TAG
        """Once a tag turns out to have no end, as with a quote too many, tags end at the next ``>``."""
        self.xml = text.lstrip("\ufeff \t\r\n").startswith("<?xml")
        """Whether ``/>`` closes a script, which in HTML it does not."""

    def tokens(self) -> Iterator[_Token]:
        """The file from beginning to end."""
        done = at = 0
        while (special := _SPECIAL.search(self.text, at)) is not None:
            token = self.special(special.start())
            at = special.end() if token is None else token.end
            if token is not None:
                if done < token.start:
                    yield _Token("text", done, token.start)
                yield token
                done = at
        if done < len(self.text):
            yield _Token("text", done, len(self.text))

    def special(self, at: int) -> _Token | None:
        """What begins at `at`; None when the character there is but a character."""
        char = self.text[at]
        if char == "&":
            return self.entity(at)
        if char == "{":
            return self.template(at)
        match self.text[at + 1 : at + 2]:
            case "!":
                return self.declaration(at)
            case "%":
                return self.up_to("%>", at, "object")
            case "?":
                return self.up_to("?>", at, "object") or self.up_to(">", at, "object")
        return self.element(at)

    def entity(self, at: int) -> _Token | None:
        """A character reference, with ``;`` or, as browsers read it, without."""
        match = _ENTITY.match(self.text, at)
        if match is None:
            return None
        name = match["name"]
        if not name:
            return _Token("entity", at, match.end(), says=unescape(match.group()))
        length = next((n for n in range(len(name), 1, -1) if name[:n] in html5), 0)
        return _Token("entity", at, at + 1 + length, says=html5[name[:length]]) if length else None

    def template(self, at: int) -> _Token | None:
        """Code of a template: ``{{…}}``, ``{%…%}``, ``{#…#}``; tags within it are no tags."""
        sign = self.text[at + 1]
        closing = "}}" if sign == "{" else f"{sign}}}"
        end = self.text.find(closing, at + 2, at + _LONGEST_CODE)
        if end < 0 or self.text.find("</", at, end) >= 0:
            return None
        end += len(closing)
        while sign == "{" and self.text.startswith("}", end):
            end += 1
        shows = sign == "{" and not _STATEMENT.match(self.text, at)
        return _Token("value" if shows else "object", at, end)

    def declaration(self, at: int) -> _Token | None:
        """A comment, a CDATA section, a document type; a comment without end goes to the end."""
        if self.text.startswith("<!--", at):
            return self.up_to("-->", at, "comment", 2) or _Token("comment", at, len(self.text))
        if self.text.startswith("<![CDATA[", at):
            section = self.up_to("]]>", at, "object")
            if section is not None:
                return section
        return self.up_to(">", at, "object")

    def up_to(self, closing: str, at: int, kind: str, skip: int = 0) -> _Token | None:
        """A token up to the next `closing`; None when there is none."""
        end = -1 if closing in self.absent else self.text.find(closing, at + skip)
        if end < 0:
            self.absent.add(closing)
            return None
        return _Token(kind, at, end + len(closing))

    def element(self, at: int) -> _Token | None:
        """A tag, or a whole element that shows no prose."""
        if _NAME_AHEAD.match(self.text, at) is None:
            return None
        match = self.tag.match(self.text, at)
        if match is None:
            self.tag = _PLAIN_TAG
            match = self.tag.match(self.text, at)
        if match is None:
            return None
        name, closes = match["name"].lower(), self.text[at + 1] == "/"
        if closes or name not in _UNREAD:
            return _Token("tag", at, match.end(), name, closes)
        kind = "skipped" if name in _SKIPPED else "object"
        closed = self.text.endswith("/>", at, match.end()) and (self.xml or kind == "object")
        return _Token(kind, at, match.end() if closed else self.behind(name, match.end()))

    def behind(self, name: str, at: int) -> int:
        """Where the element `name`, opened before `at`, ends: the end of the file when it is never closed."""
        closing = re.compile(rf"</{name}(?=[\s/>])[^<>]*+>", re.IGNORECASE).search(self.text, at)
        return closing.end() if closing else len(self.text)


@dataclass(slots=True)
class _Run:
    """The words of a block, as far as they have come."""

    text: str
    muted: bool = False
    """Whether nobody shall read them: the header of a table."""
    pieces: list[Piece] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    code: int = 0
    """Number of elements around that hold code."""
    line_break: str = ""
    """How the block spells a line break."""

    def take(self, token: _Token) -> bool:
        """Take in a token; False when it ends the block and is no part of it."""
        start, end = token.start, token.end
        if token.kind == "tag":
            return self.tag(token)
        if token.kind == "skipped":
            return False
        if token.kind == "text":
            if not self.pieces and self.text[start:end].isspace():
                return True
            self.add(Piece(start, end, hole=self.code > 0))
        elif token.kind == "entity":
            self.add(Piece(start, end, token.says, hole=self.code > 0))
        elif token.kind == "value":
            self.add(Piece(start, end, hole=True))
        else:
            self.object(start, end)
        return True

    def tag(self, token: _Token) -> bool:
        """Take in a tag, unless it ends the block."""
        name = token.name
        if name in _BLOCK or name in _SKIPPED:
            return False
        empty = self.text.endswith("/>", token.start, token.end)
        if name == "br":
            self.line_break = self.line_break or self.text[token.start : token.end]
            self.add(Piece(token.start, token.end, "\n"))
        elif name == "wbr":
            self.add(Piece(token.start, token.end, "\u200b"))
        elif (name not in _INLINE and name not in _CODE) or empty or (name == "a" and token.closes):
            self.object(token.start, token.end)
        else:
            self.marks.append(Mark(token.start, self.text[token.start : token.end], not token.closes))
            if name in _CODE:
                self.code = max(self.code + (-1 if token.closes else 1), 0)
        return True

    def object(self, start: int, end: int) -> None:
        """Take in what shows no words."""
        self.add(Piece(start, end, OBJECT, hole=True))

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)

    def end(self) -> Segment | None:
        """The segment that the block makes; None when it holds no words."""
        if not self.pieces or self.muted:
            return None
        return segment(self.text, self.pieces, self.marks, self.encode())

    def encode(self) -> Callable[[str], str]:
        """How wording is written in the block."""
        return partial(_encode, self.line_break) if self.line_break else _escape


def _escape(text: str) -> str:
    return text.translate(_ENCODED)


def _encode(line_break: str, text: str) -> str:
    return re.sub(r"(?<!\r)\n", lambda _: line_break, _escape(text))
