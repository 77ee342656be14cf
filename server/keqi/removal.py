"""Taking words out of a reply so that what is left reads on: the one place that knows how.

电话没人接，怪谁？包裹已退回     →  电话没人接。包裹已退回
怪谁，包裹已退回                 →  包裹已退回
包裹已退回，怪谁                 →  包裹已退回
亲，怪谁！包裹已退回             →  亲，包裹已退回
包裹已退回。亲，怪谁！           →  包裹已退回。
"""

from __future__ import annotations

from keqi.expressions import late
from keqi.findings import Edit

PAUSES = " ,，、"
"""Marks behind which a sentence goes on; a blank is one in drafts that are written with blanks."""

STOPS = "。.!！?？~～…；;\n"
"""Marks behind which a new sentence begins."""

_OUTCRY = "!！?？~～…"
"""Marks that belong to the words before them: they go when the words go."""

STING = late(
    "[!！?？~～… ]*(?:(?:[😂🤣😅🙄🙃😏😒😑😤🤨🤡🥱🤷🤦💁][\U0001f3fb-\U0001f3ff]?(?:\u200d[♀♂])?\ufe0f?|\\[(?:白眼|捂脸|抠鼻|鄙视|撇嘴|笑哭)\\])"
    "[!！?？~～…]*)+ *"
)
"""Pictures that mock belong to the words before them; others, such as a smile, to the reply."""

_CALL = late(r"(?:^|(?<=[。.!！?？~～…；;\n]))[ 　]*((?:[亲親]+(?:[爱愛]的)?|[您你]好)[，,、 ]+)$")
"""A call at the front of a sentence: by itself it is none."""

LONGEST_CALL = 12
"""Code points that a call takes, with the mark before it and those behind."""

_LEADING = PAUSES + "：:—"
"""Marks that announce what is taken out."""

_LETTER = late(r"\w")
_HALF_STOP = late(r"[\u3400-\u9fff]\.")


def take_out(text: str, start: int, end: int) -> Edit:
    """The edit that removes `start`..`end` (code points, half-open) and the marks that only it needed.

    Between two sentences nothing is left of it; at the end of a sentence that goes on before it, the
    comma before it becomes the full stop (。 or . as the draft writes it) that ends the sentence now.
    A part of a clause takes no mark with it.
    """
    # A mark that was marked too is dealt with as any other.
    words = text[start:end].rstrip(_OUTCRY)
    end = start + len(words) if words else end
    if _letter(text[start - 1 : start]) or _letter(text[end : end + 1]):
        return Edit(start, end, "")
    sting = STING.match(text, end)
    last = sting.end() if sting else _behind(text, end, _OUTCRY)
    called = _CALL.search(text, max(0, start - LONGEST_CALL), start)
    if called and text[end : end + 1] not in tuple(PAUSES):
        led = _behind_call(text, called.start(1), start, end, last)
        if led is not None:
            return led
    before = text[:start].rstrip(_LEADING)
    if (sting or last == end) and text[last : last + 1] in tuple(PAUSES):
        return Edit(start, _behind(text, last, PAUSES), "")
    if not before or before[-1] in STOPS:
        return _whole_sentence(text, start, last)
    return _end_of_sentence(text, len(before), end, last)


def _behind_call(text: str, call: int, start: int, end: int, last: int) -> Edit | None:
    """Where only a call would stay: it goes too, or leads the next sentence when there was none before."""
    if text[:call].strip():
        return take_out(text, call, end)
    behind = _behind(text, last, STOPS.replace("\n", ""))
    return Edit(start, behind, "") if text[behind : behind + 1].strip() else None


def _letter(sign: str) -> bool:
    return bool(_LETTER.match(sign))


def _whole_sentence(text: str, start: int, last: int) -> Edit:
    """Nothing of the sentence stays: its mark goes too, and its line where it had one to itself."""
    new_line = start == 0 or text[start - 1] == "\n"
    if text[last : last + 1] in tuple(STOPS) and (new_line or text[last] != "\n"):
        last += 1
        if new_line and text[last : last + 1] == "\n" and text[last - 1] != "\n":
            last += 1
    if start == 0 or text[start - 1] == " ":
        last = _behind(text, last, " ")
    if last == len(text):
        start = len(text[:start].rstrip(PAUSES + "\n"))
        if text[start - 1 : start] in ("；", ";"):  # announces more than there is now
            return Edit(start - 1, last, full_stop(text) if text[last - 1] in STOPS else "")
    return Edit(start, last, "")


def _end_of_sentence(text: str, first: int, end: int, last: int) -> Edit:
    """The sentence ends earlier now: with the mark it has, or with a full stop for an outcry's."""
    marked = text[last : last + 1] in tuple(STOPS)
    stop = "" if marked or last == end else full_stop(text)
    return Edit(first, last, stop)


def full_stop(text: str) -> str:
    """The full stop that the draft writes: . only where it ends Chinese sentences with it."""
    return "." if "。" not in text and _HALF_STOP.search(text) else "。"


def _behind(text: str, at: int, marks: str) -> int:
    while at < len(text) and text[at] in marks:
        at += 1
    return at
