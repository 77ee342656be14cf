"""Chat transcripts: what our side said; each turn is a segment.

A turn begins at a line with the speaker's label (客服：您好 · [10:23] 小王(客服)：您好 · 客服001 10:23:45 and the
message below; see `transcript_headers`) and goes on, over blank lines too, to the next one or to a
line that divides. Text before the first label is no reply. A file may mix several ways of labelling.

Whose a turn is: labels that say so (客服, 坐席, 我, a shop's account against 客户, 买家) and names in the
settings decide. Labels that say nothing (张三, 小王) are decided over the whole file: where somebody
is clearly ours, they are customers; where somebody is clearly the customer, they are ours; where
nobody is known, nothing is a reply. Words that may be the customer's are left alone: to miss a
reply is better than to correct a customer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from keqi.formats import BY_NAMES, Reading, Segment
from keqi.formats import transcript_names as names
from keqi.formats.naming import HAN
from keqi.formats.transcript_headers import Header, headers
from keqi.text import Span

_END = r"(?:\r\n|\r(?!\n)|\n)"
_BREAK = re.compile(rf"{_END}(?:[^\S\r\n]*{_END})+")
_REST = re.compile(r"[^\r\n]*")
_FILLED = re.compile(r"\S[^\r\n]*")
_SAMPLE = 100_000
"""Code points from which a text shows what it is."""
_LONGEST_PREFACE = 12
"""Lines that programs write above a conversation, at most."""


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """What our side said, turn by turn, labelled with the speaker. Never fails."""
    for turn in _turns(text, reading):
        if turn.ours and HAN.search(text, turn.span.start, turn.span.end):
            author = names.author(turn.name, reading)
            yield Segment(turn.span.of(text), turn.span, label=turn.name, author=author)


def looks_like_transcript(text: str) -> bool:
    """Whether a text of no declared format is a conversation of two parties, to be read as one.

    There are two turns at least, by two parties; both sides are told by their labels (客服 against
    客户), or one is and the others have times, or there is one other and somebody comes back or is called
    like a person, or nobody is known but every turn has date and time; and the turns make up the text.
    """
    text = text[:_SAMPLE]
    turns = [t for t in _turns(text, BY_NAMES) if len(t.span) and not names.is_nobody(t.name)]
    if len({t.name for t in turns}) < 2 or not _two_sides(turns):
        return False
    preface = len(_FILLED.findall(text, 0, turns[0].span.start))
    loose = sum(len(_BREAK.findall(text, t.span.start, t.span.end)) for t in turns)
    return preface <= _LONGEST_PREFACE and loose <= len(turns)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one party said at a time."""

    name: str
    span: Span
    """The message in the file, without the white space around it; empty when there is none."""
    ours: bool | None
    """Whether it is our side; None where that cannot be told, or nobody speaks."""
    sure: bool
    """Whether the label itself says whose it is."""
    shape: str
    """How the label is written; see `Header`."""


def _two_sides(turns: Sequence[_Turn]) -> bool:
    """Whether the labels show that two sides are talking to each other."""
    sure = {t.ours for t in turns if t.sure}
    often = Counter(t.name for t in turns)
    others = {t.name: t.shape != "label" for t in turns if not t.sure}  # name: is it set apart
    back = max(often.values()) > 1
    if len(often) > 2 and not back and all(t.shape == "label" for t in turns):
        # A library has one reply for each of its headings; sides take turns.
        return len(sure) == 2 and all(a.ours != b.ours for a, b in pairwise(turns))
    if len(sure) == 2:
        return True
    if sure and len(others) == 1:
        (other,) = others
        return back or others[other] or names.is_a_person(other)
    if sure:
        return bool(others) and all(others.values())
    return all(t.shape == "dated" for t in turns) and back


def _turns(text: str, reading: Reading) -> Iterator[_Turn]:
    """The turns of all parties, in order."""
    lines = list(headers(text))
    cast = _Cast(lines, text, reading)
    begins = [header for line in lines if (header := cast.chosen(line)) is not None]
    known = {cast.sides.get(h.name) for h in begins}
    # Whoever's label says nothing is the other side of whoever's does.
    rest = False if True in known else True if False in known else None
    for header, end in zip(begins, [*(h.start for h in begins[1:]), len(text)], strict=False):
        if header.name:
            side = cast.sides.get(header.name)
            ours = rest if side is None and not names.is_nobody(header.name) else side
            span = _stripped(text, header.body, end)
            yield _Turn(header.name, span, ours, side is not None, header.shape)


def _stripped(text: str, start: int, end: int) -> Span:
    """The stretch without the white space at its ends."""
    message = text[start:end]
    first = start + len(message) - len(message.lstrip())
    return Span(first, max(first, start + len(message.rstrip())))


def _may_be_called(name: str) -> bool:
    return names.may_be_a_name(name) and not names.reads_like_words(name)


def _introduced(found: Sequence[Header], called: set[str], text: str) -> Iterator[tuple[str, bool]]:
    """Of the names that somebody is `called`, those whose side a line says, as 客服昵称：小美 does."""
    for header in found:
        if header.shape == "label" and not header.alone:
            side = names.introduced(header.name)
            line = _REST.match(text, header.body)
            if side is not None and line is not None and line.group().strip() in called:
                yield line.group().strip(), side


class _Cast:
    """Who takes part in a conversation, and so which lines begin a turn."""

    def __init__(self, lines: Sequence[Sequence[Header]], text: str, reading: Reading) -> None:
        found = [header for line in lines for header in line if header.name]
        called = {h.name for h in found}
        self.reading = reading
        self.sides = dict(_introduced(found, called, text)) | names.sides(called, reading)
        """Whether a name means our side; names that do not say, and what is no name, are missing."""
        self.often = Counter((h.name, h.shape) for h in found)
        self.shapes = {(h.shape, h.alone) for h in found if h.name in self.sides}
        """How labels of known sides are written, and whether on lines of their own."""
        labels = {h.name for h in found if h.shape == "label"}
        self.labels = {self.sides[name] for name in labels if name in self.sides}
        """The sides that are known from plain labels."""
        self.unknown = {n for n in labels - self.sides.keys() if _may_be_called(n)}
        """Plain labels that do not say whose they are, and may be names."""

    def chosen(self, line: Sequence[Header]) -> Header | None:
        """What begins or ends a turn on a line; None when nothing does."""
        return next((header for header in line if self.counts(header)), None)

    def counts(self, header: Header) -> bool:
        """Whether a line that may begin or end a turn does."""
        if header.shape == "divider":
            return True
        if header.shape == "heading":
            return names.is_usual(header.name, self.reading)
        if header.name in self.sides or names.is_nobody(header.name):
            return header.shape != "box" or not self.passed_on(header)
        return names.may_be_a_name(header.name) and self.somebody(header)

    def passed_on(self, header: Header) -> bool:
        """Whether a name in brackets heads a message that somebody passes on: 【某某旗舰店】您好."""
        name = header.name
        once = self.often[name, header.shape] == 1
        return once and self.sides.get(name) is True and not names.is_usual(name, self.reading)

    def somebody(self, header: Header) -> bool:
        """Whether a name that says nothing is a speaker's, to judge by the other lines."""
        name, shape = header.name, header.shape
        back = self.often[name, shape] > 1
        alike = (shape, header.alone) in self.shapes
        if shape == "dated":
            return back or alike or not header.alone
        if names.reads_like_words(name):
            return self.nickname(name) and (alike if shape == "clock" else back and self.labels == {True})
        if shape == "box":
            return alike and not header.alone
        if shape == "label":
            return back or names.is_a_person(name) or self.missing(header)
        return shape == "clock" and (back or alike or names.is_a_person(name))

    def nickname(self, name: str) -> bool:
        """Whether a name like the beginning of a sentence may be a customer's: 爱笑的眼睛."""
        return True in self.sides.values() and not names.reads_like_words(name[0])

    def missing(self, header: Header) -> bool:
        """Whether plain labels show one side only, so that this one is likely to be the other.

        Where the unknown would be ours, it must be the only one: correcting a customer is worse.
        """
        return self.labels == {True} or (self.labels == {False} and self.unknown == {header.name})
