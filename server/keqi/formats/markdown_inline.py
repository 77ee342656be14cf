"""Markdown inside a block: which characters are words, which are markup, which are code.

Markup that only dresses words (``**``, ``~~``, the brackets of a link) is dropped, so that a
rule sees 这个不行 in 这个**不行**. What stands for something else, such as code, link targets,
images, HTML tags and comments, stays and becomes a hole.

The parser is more lenient than CommonMark where Chinese text is concerned: ``**重点:**内容`` counts
as bold although CommonMark wants a space there, because its writer meant it so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from keqi.text import Span

_SPECIAL = re.compile(r"[\\`*_~<!\[\]&]")

_CODE = re.compile(r"`+")
_RUN = re.compile(r"\*+|_+|~+")
_HTML = re.compile(
    r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>"
    r"|<[\w.+-]+@[\w.-]+>"
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_TARGET = re.compile(
    r"""
    \( \s* (?: <[^<>\n]*> | [^\s()<]* (?: \( [^\s()]* \) [^\s()]* )* )   # the address
    (?: \s+ (?: "[^"]*" | '[^']*' | \([^()]*\) ) )? \s* \)               # its title
    """,
    re.VERBOSE,
)
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_FOOTNOTE = re.compile(r"\[[\^!][^\s\[\]]+\]")
_IMAGE = re.compile(r"!\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Dress:
    """Markup that is no part of the words: dropped from the segment's text."""

    span: Span
    opens: bool
    """Whether it begins something or ends it."""


@dataclass(slots=True)
class Inline:
    """What a stretch of Markdown is made of besides words; spans are offsets in the stretch."""

    dress: list[Dress] = field(default_factory=list)
    """In order when `scan` returns."""
    holes: list[Span] = field(default_factory=list)
    """In order, never overlapping."""


def scan(text: str, labels: frozenset[str] = frozenset()) -> Inline:
    """Take `text`, the content of one block, apart.

    `labels` are the link references that the document defines, in lower case: ``[文字][帮助]``
    is a link only when 帮助 is among them, since 您好[姓名][称呼] must keep its placeholders.
    """
    scanner = _Scanner(text, labels)
    at = 0
    while (special := _SPECIAL.search(text, at)) is not None:
        at = scanner.step(special.start())
    scanner.out.dress.sort(key=lambda d: d.span)
    return scanner.out


class _Scanner:
    """The state of one pass from left to right."""

    def __init__(self, text: str, labels: frozenset[str]) -> None:
        self.text = text
        self.labels = labels
        self.out = Inline()
        self.brackets: list[int] = []
        self.runs: list[Span] = []
        self.open: Counter[str] = Counter()
        self.last_comment = text.rfind("-->")
        self.backticks: dict[int, list[int]] | None = None

    def step(self, at: int) -> int:
        """Deal with the special character at `at`; where to go on from."""
        char = self.text[at]
        if char == "\\":
            return at + 2
        if char == "`":
            return self.code(at)
        if char == "[":
            return self.open_bracket(at)
        if char == "]":
            return self.close_bracket(at)
        if char in "*_~":
            return self.emphasis(at)
        if self.text.startswith("<!--", at) and at + 4 <= self.last_comment:
            return self.hole(at, self.text.index("-->", at + 4) + 3)
        pattern = {"<": _HTML, "&": _ENTITY, "!": _IMAGE}[char]
        return self.whole(pattern.match(self.text, at), at)

    def hole(self, start: int, end: int) -> int:
        """Note a hole; its end."""
        self.out.holes.append(Span(start, end))
        return end

    def whole(self, match: re.Match[str] | None, at: int) -> int:
        """A tag, comment, address, entity or image: a hole as a whole, if it is one."""
        if match is None:
            return at + 1
        if match.re is not _IMAGE:
            return self.hole(at, match.end())
        target = self.target(match.end())
        return self.hole(at, target) if target else at + 1

    def code(self, at: int) -> int:
        """A code span: a run of backticks up to the next run of the same length."""
        length = _length(_CODE, self.text, at)
        if self.backticks is None:
            self.backticks = {}
            for run in reversed(list(_CODE.finditer(self.text, at))):
                self.backticks.setdefault(len(run.group()), []).append(run.start())
        later = self.backticks.get(length, [])
        while later and later[-1] <= at:
            later.pop()
        return self.hole(at, later[-1] + length) if later else at + length

    def open_bracket(self, at: int) -> int:
        """A footnote mark, or ``[!NOTE]``, is a hole; any other bracket may turn out to begin a link."""
        footnote = _FOOTNOTE.match(self.text, at)
        if footnote is not None:
            return self.hole(at, footnote.end())
        self.brackets.append(at)
        return at + 1

    def close_bracket(self, at: int) -> int:
        """The end of a link's words, when a target follows; else an ordinary character."""
        if not self.brackets:
            return at + 1
        start = self.brackets.pop()
        target = self.target(at + 1)
        if not target or start + 1 == at:
            return at + 1
        self.out.dress.append(Dress(Span(start, start + 1), opens=True))
        self.brackets.clear()  # a link holds no link
        # The target stays in the text as a hole and so holds its place; it closes nothing that
        # an edit could lose.
        return self.hole(at, target)

    def target(self, at: int) -> int:
        """Where the link target at `at` ends; 0 when there is none."""
        inline = _TARGET.match(self.text, at)
        if inline is not None:
            return inline.end()
        reference = _REFERENCE.match(self.text, at)
        if reference is not None and reference.group(1).strip().lower() in self.labels:
            return reference.end()
        return 0

    def emphasis(self, at: int) -> int:
        """A run of ``*``, ``_`` or ``~``: closes an equal run before it, or may open one."""
        end = at + _length(_RUN, self.text, at)
        run = self.text[at:end]
        before, after = self.text[max(at - 1, 0) : at], self.text[end : end + 1]
        if len(run) <= 3 and (run[0] != "~" or len(run) == 2):
            # Between two letters or digits an underscore belongs to a name: user_name.
            inner = run[0] == "_"
            if self.open[run] and _touches(before) and not (inner and after.isalnum()):
                self.out.dress.append(Dress(self.opener(run), opens=True))
                self.out.dress.append(Dress(Span(at, end), opens=False))
            elif _touches(after) and not (inner and before.isalnum()):
                self.runs.append(Span(at, end))
                self.open[run] += 1
        return end

    def opener(self, markup: str) -> Span:
        """The nearest open run of `markup`, which must exist; it and all behind it are used up."""
        while True:
            run = self.runs.pop()
            self.open[run.of(self.text)] -= 1
            if run.of(self.text) == markup:
                return run


def _touches(char: str) -> bool:
    """Whether emphasis can begin or end next to `char`: not beside white space or the edge."""
    return bool(char) and not char.isspace()


def _length(pattern: re.Pattern[str], text: str, at: int) -> int:
    """How long the run at `at` is."""
    match = pattern.match(text, at)
    return len(match.group()) if match else 1


def visible(text: str, inline: Inline) -> Iterator[int]:
    """The offsets of the characters that are not dropped."""
    at = 0
    for dress in inline.dress:
        yield from range(at, dress.span.start)
        at = dress.span.end
    yield from range(at, len(text))
