"""Folding: what the rules read, and the way back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.fold import (
    PICTURE,
    View,
    fold,
    fold_phrase,
    mostly_traditional,
    to_simplified,
    to_traditional,
)
from keqi.holes import HOLE
from keqi.text import Span
from keqi.traditional import TRADITIONAL

AWKWARD = "不行哦没您你妳，！？：～~ -_.…。、!?\u200b\u2060\ufe0f\u3000\t\n\u2028ＡａA①㎡ﬁ㈱⼈豈臺這個😀\ud83d\ude00著{}[]%x*"
texts = st.text(st.one_of(st.sampled_from(AWKWARD), st.characters(codec=None)), max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "您好，请稍等。",
        "订单已发出！",
        "好的，没问题～",
        "亲，包邮哦~",
        "您好😀",
        "iphone 15 的壳",
        "3.5 米",
    ],
)
def test_an_ordinary_draft_keeps_its_offsets(text):
    view = fold(text)
    assert view.starts is None
    assert len(view.text) == len(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        # widths and case
        ("ＡＢｃ，！？：；", "abc,!?:;"),
        ("ＱＱ　ok", "qq ok"),
        ("APP", "app"),
        ("，？，", ",?,"),
        ("您好\u00a0请讲", "您好 请讲"),
        # characters used for 你
        ("妳好", "你好"),
        ("伱祢", "你你"),
        # invisible ones
        ("不\u200b行", "不行"),
        ("\ufeff您好", "您好"),
        ("不\u2060可\u200d以", "不可以"),
        ("❤\ufe0f", "❤"),
        # split words
        ("不 行", "不行"),
        ("不~行哦", "不行哦"),
        ("不.行", "不行"),
        ("不-行", "不行"),
        ("没~办法", "没办法"),
        ("您好 请讲", "您好 请讲"),
        ("我 不行", "我 不行"),
        ("好的 不行", "好的 不行"),
        # repetitions
        ("不行!!!", "不行!"),
        ("什么？？？", "什么?"),
        ("好……", "好…"),
        ("等。。。", "等。"),
        ("3.14", "3.14"),
        ("hmmmm", "hm"),
        ("www", "w"),
        # characters that stand for several
        ("㎡", "m2"),
        ("①", "1"),
        ("ﬁ", "fi"),
        # line ends that are none in an editor
        ("一\u2028二", "一\n二"),
        ("一\x0b二", "一\n二"),
        # Traditional
        ("這個不行", "这个不行"),
        ("請妳稍等", "请你稍等"),
        # stickers and holes
        ("好[微笑]", "好" + PICTURE * 4),
        ("单号{单号}", "单号" + HOLE * 4),
    ],
)
def test_rules_read(text, seen):
    assert fold(text).text == seen


def test_quotation_marks_keep_their_direction():
    assert fold("他说“你好”").text == "他说“你好”"


@pytest.mark.parametrize(
    ("text", "traditional"),
    [("這個不行", True), ("这个不行", False), ("您瞧著辦", True), ("他看著", False), ("", False)],
)
def test_a_draft_is_traditional_when_it_holds_a_traditional_character(text, traditional):
    assert fold(text).traditional == traditional


def test_traditional_inside_a_placeholder_does_not_make_a_draft_traditional():
    assert not fold("您好{訂單號}").traditional


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("这个，不 行哦", "不行", "不 行"),
        ("不\u200b\u200b行!!!", "不行!", "不\u200b\u200b行!!!"),
        ("面积㎡不够", "m2", "㎡"),
        ("這個不～行", "不", "不"),
        ("ＡＰＰ不行", "app", "ＡＰＰ"),
        ("\ufeff您好", "您好", "您好"),
    ],
)
def test_the_way_back(text, found, original):
    view = fold(text)
    at = view.text.index(found)
    assert view.source(at, at + len(found)) == original


def test_holes_of_a_format_hide_what_they_cover():
    view = fold("运行 不行 命令", [Span(3, 5)])
    assert view.text == f"运行 {HOLE * 2} 命令"


@given(texts)
def test_every_character_of_a_view_comes_from_inside_the_text(text):
    view = fold(text)
    last = 0
    for at in range(len(view.text)):
        span = view.origin(at, at + 1)
        assert 0 <= span.start < span.end <= len(text)
        assert span.start >= last, "in the order of the text"
        last = span.start


@given(texts, st.data())
def test_a_stretch_of_a_view_comes_from_a_stretch_of_the_text(text, data):
    view = fold(text)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    span = view.origin(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    assert (len(span) == 0) == (start == end)


@given(texts)
def test_folding_is_a_pure_function(text):
    assert fold(text) == fold(text)


@given(st.text("您好请稍等，。！？：；、～…这行的了", max_size=30))
def test_simplified_prose_without_repetitions_has_no_map(text):
    if not any(text[i] == text[i + 1] for i in range(len(text) - 1)) and "～" not in text:
        assert fold(text).starts is None


@pytest.mark.parametrize("phrase", ["\u200b", "\ufeff\u2060", ""])
def test_a_phrase_of_which_nothing_remains_is_empty(phrase):
    assert fold_phrase(phrase) == ""


@given(texts)
def test_lone_surrogates_are_no_error(text):
    text = f"這\ud800{text}\udfff"
    assert fold(text).traditional


class TestScripts:
    @pytest.mark.parametrize("text", ["我又不是您的秘書", "我不是您的秘書，吃什麼", "這台床", "台灣群組"])
    def test_characters_that_both_scripts_write_make_no_draft_simplified(self, text):
        assert mostly_traditional(fold(text))

    @given(st.text("這個為您處理裡後發頭髮著乾坤不行您好", max_size=20))
    def test_to_simplified_keeps_the_number_of_characters(self, text):
        assert len(to_simplified(text)) == len(text)

    @given(texts)
    def test_to_simplified_keeps_the_number_of_any_characters(self, text):
        assert len(to_simplified(text)) == len(text)

    @pytest.mark.parametrize(("region", "text"), [("tw", "為您處理"), ("hk", "為您處理"), ("", "爲您處理")])
    def test_to_traditional(self, region, text):
        assert to_traditional("为您处理", region) == text

    def test_the_constant_is_what_opencc_says(self):
        # Compatibility characters (U+F900…) are another way of writing a character, not another script.
        bmp = [chr(c) for c in range(0x20, 0xF900) if not 0xD800 <= c <= 0xDFFF]
        changed = {c for c in bmp if to_simplified(c) != c}
        assert set(TRADITIONAL) == changed - {"著"}
        assert len(TRADITIONAL) == len(set(TRADITIONAL))


def test_a_view_without_a_map_goes_straight_back():
    view = View("您好", "您好", traditional=False)
    assert view.origin(1, 2) == Span(1, 2)
    assert view.origin(2, 2) == Span(2, 2)


def test_what_gb_2312_holds_of_the_traditional_characters_is_known():
    held = {c for c in TRADITIONAL if c.encode("gb2312", "ignore")}
    seen = {c for c in held if fold(f"您好{c}").traditional}
    assert held == seen


@given(
    st.text(
        st.one_of(st.sampled_from(AWKWARD), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)),
        max_size=12,
    )
)
def test_an_ordinary_reply_is_folded_as_any_other(text):
    # The link at the end makes it an unusual one.
    longer = fold(f"{text}。www.a.cn")
    assert fold(f"{text}。").text == longer.text[: -len("www.a.cn")]


@pytest.mark.parametrize(
    ("draft", "traditional"),
    [
        pytest.param("這個沒有了", True, id="Traditional"),
        pytest.param("这麽说吧", False, id="one such sign makes no script"),
        pytest.param(
            "今日啲籌派晒喇，派晒就冇㗎喇", True, id="Cantonese with one sign that is Traditional only"
        ),
        pytest.param("今日冇啦，唔好再问", False, id="Cantonese in Simplified"),
        pytest.param("我欠你㗎", True, id="Cantonese that is the same in either script"),
        pytest.param("好的，慢走", False, id="Mandarin that is the same in either script"),
    ],
)
def test_the_script_of_a_draft(draft, traditional):
    assert mostly_traditional(fold(draft)) is traditional
