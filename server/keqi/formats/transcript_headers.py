"""Chat transcripts, line by line: which lines may begin a turn, and what they say of the speaker.

A line is only a candidate here: 订单号：123 begins like 客服：您好. Which candidates are speakers is
decided over the whole file, in `transcript`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keqi.expressions import late

_SPACE = r"[ \t\u3000\u00a0\u202f]"
_LEAD = (
    rf"{_SPACE}*+[\u200b\u200e\u200f\u202a-\u202e\ufeff]*+"  # WhatsApp puts invisible marks in front
    rf"(?:(?:[-*+•>]|\#{{1,6}}|\d{{1,3}}[.)]){_SPACE}++|\d{{1,3}}、)?"
)
_DATE = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?!\d)"
)
_DAY = r"(?:\d{1,2}[-/]\d{1,2}|\d{1,2}月\d{1,2}日|今天|昨天|前天|(?:星期|周|週|禮拜)[一二三四五六日天])"
_CLOCK = (
    rf"(?:[上下]午|早上|中午|晚上|凌晨|傍晚|[AaPp][Mm])?{_SPACE}?\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}}(?:[.,]\d{{1,6}})?)?"
    rf"(?:{_SPACE}?[AaPp]\.?[Mm]\b\.?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?(?![\d]|[:：]\d)"
)
_TIME = rf"(?:{_DATE}(?:{_SPACE}|[T,，])*(?:{_DAY}{_SPACE}*)?(?:{_CLOCK})?|(?:{_DAY}[ ,，]*)?{_CLOCK})"
_BOXED_TIME = rf"[\[(（【]{_SPACE}*{_TIME}{_SPACE}*[\])）】]"
_COLON = r"[:：](?!//)"
_BOX = r"[<\[【](?P<box>[^<>\[\]【】\r\n]{1,30})[>\]】]"
# The account of somebody in a shop is written 某某旗舰店:小美.
_TIMED_NAME = r"(?P<name>(?:[^:：\t\r\n]{1,30}店[:：])?[^:：\t\r\n]{1,40}?)"
_WORD = r"[\w·•.*＊@&'’~～\-\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]"
_NAME = (
    rf"(?P<name>(?:[(（【\[][^()（）【】\[\]\r\n:：]{{1,12}}[)）】\]]{_SPACE}?)?(?:{_WORD}{{1,20}}店[:：])?"
    rf"{_WORD}{{1,24}}+(?:\ (?!\d\d?[:：]\d){_WORD}{{1,16}}){{0,2}}(?:{_SPACE}?[(（【\[][^()（）【】\[\]\r\n:：]{{1,30}}[)）】\]])?)"
)
_LINE = re.compile(r"[^\r\n]+")
_MAYBE = re.compile(r"[:：>\]】#]|\d[年/.-]\d|[-=_*—─━]{2}")
_SAYS_WHEN = re.compile(r"\d[:：年/.-]\d")
_SAYS_WHO = re.compile(r"[:：]")
_BOXES = re.compile(r"[>\]】]")
_HEADS = re.compile("#")
_DATED = late(rf"{_DATE}(?:{_SPACE}|[T,，])*(?:{_DAY}{_SPACE}*)?{_CLOCK}")
_EDGE = " \t\u3000\u00a0\u202f*_-—|,，"
"""What may stand around a name and is no part of it."""
_REACH = 120
"""Code points of a line that are looked at first: what begins a turn is short."""

_SHAPES = (
    # 2026-01-02 10:23:45 客服001 · [2026/1/2 10:23:11] 张三: 您好 · [10:23] <客服> 您好
    (
        "time",
        _SAYS_WHEN,
        rf"{_LEAD}(?:{_BOXED_TIME}|{_TIME}){_SPACE}*(?:[-–—,，|]{_SPACE}*)?"
        rf"(?:{_BOX}{_SPACE}*(?:{_COLON})?|{_TIMED_NAME}(?:{_SPACE}*(?:{_COLON}|$)|\t))",
    ),
    # 客服(小王) 10:23:45 · 小美 (2026-01-02 10:23:45): 您好
    (
        "time",
        _SAYS_WHEN,
        rf"{_LEAD}{_TIMED_NAME}(?:{_SPACE}*{_BOXED_TIME}{_SPACE}*(?:{_COLON})?"
        rf"|{_SPACE}+{_TIME}{_SPACE}*(?:{_COLON}|$))",
    ),
    # 客服：您好 · **客服**：您好 · **客服：** 您好
    ("label", _SAYS_WHO, rf"{_LEAD}(?P<bold>\*\*|__)?{_NAME}{_SPACE}*{_COLON}(?(bold)(?:\*\*|__)?)"),
    # <客服> 您好 · 【客服】：您好
    ("box", _BOXES, rf"{_LEAD}{_BOX}{_SPACE}*(?:{_COLON})?"),
    # 10:23:45 客服 您好 · 客服 10:23:45 您好 · ### 客服
    ("known", _SAYS_WHEN, rf"{_LEAD}{_TIME}{_SPACE}+(?P<name>[^\s:：]{{1,20}}){_SPACE}+"),
    ("known", _SAYS_WHEN, rf"{_LEAD}(?P<name>[^\s:：]{{1,20}}){_SPACE}+{_TIME}{_SPACE}+"),
    ("heading", _HEADS, rf"{_SPACE}*\#{{1,6}}{_SPACE}+(?P<name>[^\r\n:：]{{1,20}})$"),
)
_FORMS = tuple((shape, needs, late(form)) for shape, needs, form in _SHAPES)
"""How a line that begins a turn may look: its shape, what it cannot be without, the whole of it."""
_MARKS = "[-=_*—─━]"
_DIVIDER = late(
    rf"""(?x) {_SPACE}*+ (?: {_MARKS}{{3,}}+\W*+ | {_MARKS}{{2,}}+[^\r\n]{{1,40}}?{_MARKS}{{2,}}+{_SPACE}*+
    | {_TIME}{_SPACE}*+ | \#{{1,6}}{_SPACE}.* )$"""
)


@dataclass(frozen=True, slots=True)
class Header:
    """A line that may begin a turn, or that ends one."""

    start: int
    """Where the line begins."""
    body: int
    """Where on the line the message begins; where the line ends if it holds none."""
    name: str
    """The speaker's label as it is written; empty for a line that only divides."""
    shape: str
    """How it is written: ``dated`` (date and time of day), ``clock`` (only one of them), ``label``, ``box``,
    ``divider``; ``known`` and ``heading`` begin a turn only when the name is known."""
    alone: bool
    """Whether the message stands on the lines that follow."""


def headers(text: str) -> Iterator[list[Header]]:
    """For each line of `text` that may begin or end a turn, what it may be, likeliest first."""
    for line in _LINE.finditer(text):
        start, end = line.span()
        if _MAYBE.search(text, start, min(start + _REACH, end)):
            found = list(_readings(text, start, end))
            if found:
                yield found


def _readings(text: str, start: int, end: int) -> Iterator[Header]:
    """What the line from `start` to `end` may be."""
    reach = min(start + _REACH, end)
    for shape, needs, form in _FORMS:
        match = form.match(text, start, end) if needs.search(text, start, reach) else None
        # The last group that took part in the match is the name.
        name = match[match.lastgroup or 0].strip(_EDGE) if match is not None else ""
        if match is not None and name:
            if shape == "time":
                shape = "dated" if _DATED.search(text, start, match.end()) else "clock"
            alone = not text[match.end() : end].strip()
            yield Header(start, match.end(), name, shape, alone)
    if _DIVIDER.match(text, start, end):
        yield Header(start, end, "", "divider", True)
