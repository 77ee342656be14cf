"""Lines and columns: `LineIndex` against Python's own codecs and the line rules of LSP."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.text import LineIndex, Span, Unit

CODEC = {Unit.CODE_POINTS: "utf-32-le", Unit.UTF16: "utf-16-le", Unit.UTF8: "utf-8"}
WIDTH = {Unit.CODE_POINTS: 4, Unit.UTF16: 2, Unit.UTF8: 1}

AWKWARD = "\n\r\u2028\u2029\x85\x0b\x0c\x1c" + "您é😀\U0010ffff\ud83d\ude00\ufeff\u200da"
texts = st.text(st.one_of(st.sampled_from(AWKWARD), st.characters()), max_size=40)
units = st.sampled_from(Unit)


def width(text: str, unit: Unit) -> int:
    """How many units `text` takes, by Python's own encoder."""
    # Two lone surrogates side by side are two code points to Python, so each is measured alone.
    return sum(len(char.encode(CODEC[unit], "surrogatepass")) for char in text) // WIDTH[unit]


def content_lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text)


class TestLines:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("", [""]),
            ("您好", ["您好"]),
            ("您好\n", ["您好", ""]),
            ("一\n二\r\n三\r四", ["一", "二", "三", "四"]),
            ("\r\n\r\n", ["", "", ""]),
            ("\n\r", ["", "", ""]),
            ("一\u2028二\u2029三\x85四\x0b五\x0c六", ["一\u2028二\u2029三\x85四\x0b五\x0c六"]),
        ],
    )
    def test_end_only_at_lf_crlf_and_cr(self, text: str, lines: list[str]) -> None:
        index = LineIndex(text)
        assert [index.line_span(i).of(text) for i in range(len(index))] == lines

    @given(texts)
    def test_are_what_splitting_at_the_three_line_ends_gives(self, text: str) -> None:
        index = LineIndex(text)
        assert [index.line_span(i).of(text) for i in range(len(index))] == content_lines(text)

    def test_that_do_not_exist_are_an_error(self) -> None:
        for line in (-1, 1):
            with pytest.raises(IndexError):
                LineIndex("您好").line_span(line)


class TestPosition:
    @given(texts, units, st.data())
    def test_column_is_the_encoded_length_of_the_line_before_it(
        self, text: str, unit: Unit, data: st.DataObject
    ) -> None:
        offset = data.draw(st.integers(0, len(text)))
        index = LineIndex(text)
        line, column = index.position(offset, unit)
        span = index.line_span(line)
        assert column == width(text[span.start : min(offset, span.end)], unit)

    @given(texts, units)
    def test_and_back_is_the_same_offset(self, text: str, unit: Unit) -> None:
        index = LineIndex(text)
        for offset in range(len(text) + 1):
            if text[offset - 1 : offset + 1] != "\r\n":
                assert index.offset(*index.position(offset, unit), unit) == offset

    @given(texts, units)
    def test_never_goes_backwards(self, text: str, unit: Unit) -> None:
        index = LineIndex(text)
        places = [index.position(offset, unit) for offset in range(len(text) + 1)]
        assert places == sorted(places)

    def test_between_cr_and_lf_is_the_end_of_the_content(self) -> None:
        assert LineIndex("您好\r\n").position(3) == (0, 2)

    @pytest.mark.parametrize("offset", [-1, 3])
    def test_outside_the_text_is_an_error(self, offset: int) -> None:
        with pytest.raises(ValueError, match="outside"):
            LineIndex("您好").position(offset)

    def test_counts_an_emoji_by_unit(self) -> None:
        index = LineIndex("好😀吗")
        assert [index.position(2, unit)[1] for unit in (Unit.CODE_POINTS, Unit.UTF16, Unit.UTF8)] == [2, 3, 7]


class TestOffset:
    @given(texts, units, st.integers(-2, 12), st.integers(-2, 2**32))
    def test_is_always_inside_the_text_and_the_line(
        self, text: str, unit: Unit, line: int, column: int
    ) -> None:
        index = LineIndex(text)
        offset = index.offset(line, column, unit)
        if line >= len(index):
            assert offset == len(text)
        else:
            span = index.line_span(max(line, 0))
            assert span.start <= offset <= span.end

    @given(texts, units)
    def test_inside_a_character_is_its_start(self, text: str, unit: Unit) -> None:
        index = LineIndex(text)
        for line in range(len(index)):
            span, column = index.line_span(line), 0
            for offset in range(span.start, span.end):
                size = width(text[offset], unit)
                inside = [index.offset(line, column + i, unit) for i in range(size)]
                assert inside == [offset] * size
                column += size

    def test_behind_the_line_is_the_end_of_its_content(self) -> None:
        index = LineIndex("你好吗\r\n再见")
        assert index.offset(0, 99, Unit.UTF16) == 3
        assert index.offset(1, 2**32 - 1, Unit.UTF16) == 7

    def test_behind_the_last_line_is_the_end_of_the_text(self) -> None:
        assert LineIndex("你好吗").offset(7, 0) == 3
        assert LineIndex("你好吗\n").offset(1, 0) == 4
        assert LineIndex("").offset(0, 5) == 0


def test_lone_surrogates_are_characters_like_any_other() -> None:
    index = LineIndex("a\ud83db")
    assert index.position(2, Unit.UTF16) == (0, 2)
    assert index.position(2, Unit.UTF8) == (0, 4)
    assert index.offset(0, 2, Unit.UTF8) == 1


def test_a_span_knows_its_neighbours() -> None:
    span = Span(2, 4)
    assert (len(span), span.of("abcdef"), span.shift(1)) == (2, "cd", Span(3, 5))
    assert span.overlaps(Span(3, 9))
    assert not span.overlaps(Span(4, 9))
    assert span.overlaps(Span(3, 3))
    assert not span.overlaps(Span(4, 4))
    assert span.covers(Span(2, 2))
    assert not span.covers(Span(1, 3))


@given(
    st.text(st.sampled_from("a好😀\n\r\u2028"), max_size=12),
    st.text(st.sampled_from("a好😀\n\r\u2028"), max_size=4),
    st.data(),
)
def test_an_index_after_an_edit_is_that_of_the_new_text(text, new, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edited, anew = LineIndex(text).replaced(Span(start, end), new), LineIndex(text[:start] + new + text[end:])
    assert edited.text == anew.text
    places = [
        (edited.position(at, unit), anew.position(at, unit))
        for at in range(len(anew.text) + 1)
        for unit in Unit
    ]
    assert all(ours == theirs for ours, theirs in places)
    assert len(edited) == len(anew)
