"""Widths on a terminal, and the part of a long line that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.render.width import columns, excerpt, printable, width
from keqi.text import Span

WIDTHS = {
    "letters": ("abc", 3),
    "Han": ("您好", 4),
    "full-width forms": ("\uff01\uff21", 4),
    "an ideographic space": ("\u3000", 2),
    "half-width kana": ("\uff71", 1),
    "an emoji": ("😀", 2),
    "a skin tone": ("👍🏽", 2),
    "a family": ("👨‍👩‍👧", 2),
    "a heart, as text and as emoji": ("❤ ❤️", 4),
    "a flag": ("🇨🇳", 2),
    "a combining mark": ("e\u0301", 1),
    "invisible characters": ("您\u200b好", 4),
    "a keycap": ("1\ufe0f\u20e3", 2),
}


@pytest.mark.parametrize(("text", "expected"), WIDTHS.values(), ids=WIDTHS.keys())
def test_width(text: str, expected: int) -> None:
    assert width(text) == expected


def test_nothing_that_a_terminal_would_obey_is_printed() -> None:
    assert printable("\x1b[31m红\t\u202e\r\n\x7f\ud800") == "␛[31m红 \ufffd⏎⏎\ufffd\ufffd"


@given(st.text())
def test_printable_text_has_a_character_for_each(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert printable(shown) == shown
    shown.encode()


# A line with the mark between « », the room, and what is shown with the mark underlined.
EXCERPTS = {
    "all of it": ("您«不»行", 20, "您«不»行"),
    "the beginning": ("«甲»乙丙丁戊己庚辛", 10, "«甲»乙丙丁…"),
    "the end": ("甲乙丙丁戊己庚«辛»", 10, "…戊己庚«辛»"),
    "the middle": ("甲乙丙丁«戊»己庚辛壬", 12, "…丙丁«戊»己庚…"),
    "a mark that is too long": ("甲«乙丙丁戊己庚»辛", 8, "…«乙丙丁»…"),
    "an insertion": ("甲乙«»", 20, "甲乙«»"),
}


@pytest.mark.parametrize(("marked", "room", "expected"), EXCERPTS.values(), ids=EXCERPTS.keys())
def test_excerpt(marked: str, room: int, expected: str) -> None:
    start, end = marked.index("«"), marked.index("»") - 1
    line = marked.replace("«", "").replace("»", "")
    shown = excerpt(line, Span(0, len(line)), Span(start, end), room)
    at = columns(shown.text)
    low, high = at.index(shown.start), at.index(shown.end) if shown.end in at else len(shown.text)
    if start == end:
        assert shown.end == shown.start + 1
        high = low
    assert f"{shown.text[:low]}«{shown.text[low:high]}»{shown.text[high:]}" == expected


alphabet = st.text(alphabet="您好ab😀👍🏽\u0301\u200d\ufe0f\t\x1b…", max_size=80)


@given(alphabet, st.data(), st.integers(20, 60))
def test_the_underline_lies_under_what_was_found(line: str, data: st.DataObject, room: int) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    text = "前\n" + line + "\n后"
    shown = excerpt(text, Span(2, 2 + len(line)), Span(2 + start, 2 + end), room)
    assert width(shown.text) <= room + 2
    assert 0 <= shown.start < shown.end <= max(width(shown.text), shown.start + 1)
    if shown.text == printable(line):
        assert shown.start == width(printable(line[:start]))
    elif start < end:
        at = columns(shown.text)
        index = at.index(shown.start) if shown.start in at else None
        assert index is not None
        assert printable(line[start]) in shown.text[index:]


def test_a_line_of_megabytes_is_not_walked() -> None:
    line = "您好" * 5_000_000
    for at in range(0, 10_000_000, 100_000):
        assert width(excerpt(line, Span(0, len(line)), Span(at, at + 1), 80).text) <= 80
