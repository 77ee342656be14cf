"""Taking words out of a reply: what is left reads on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.findings import apply_edits
from keqi.removal import full_stop, take_out

CASES = {
    "a question behind a comma leaves a full stop": ("没人接，[怪谁]？包裹已退回。", "没人接。包裹已退回。"),
    "a semicolon announces nothing at the end": ("五点恢复；[死不了人]。", "五点恢复。"),
    "nor where the draft ends without a mark": ("五点恢复；[死不了人]", "五点恢复"),
    "half-width stops stay half-width": ("卡锁了,[怪谁]?下次再来.", "卡锁了.下次再来."),
    "an outcry behind a comma": ("已发货，[急什么]！！！请留意。", "已发货。请留意。"),
    "dots that trail off": ("已发货，[急什么]……请留意。", "已发货。请留意。"),
    "the end of a sentence keeps its mark": ("已发货，[急什么]。请留意。", "已发货。请留意。"),
    "the middle of a sentence": ("已发货，[急什么]，请留意。", "已发货，请留意。"),
    "the beginning of a sentence": ("[急什么]，已发货。", "已发货。"),
    "a sentence of its own": ("已发货。[急什么]？请留意。", "已发货。请留意。"),
    "the end of the reply": ("已发货，[急什么]", "已发货"),
    "the last sentence": ("已发货。[急什么]！", "已发货。"),
    "the end of a line": ("已发货，[急什么]\n请留意", "已发货\n请留意"),
    "a line of its own": ("已发货\n[急什么]\n请留意", "已发货\n请留意"),
    "the first line": ("[急什么]。\n请留意", "请留意"),
    "blanks for commas": ("已发货 [急什么] 请留意", "已发货 请留意"),
    "a friendly picture stays": ("已发货，[急什么]😊", "已发货😊"),
    "a mocking picture goes": ("已发货，[急什么]😂", "已发货。"),
    "a mocking picture before a comma": ("[急什么]🤷🏻‍♀️，已发货。", "已发货。"),
    "a mocking picture for a full stop": ("已发货。[急什么]😅 请留意。", "已发货。请留意。"),
    "a mocking picture behind a mark": ("已发货，[急什么]？🙄🙄请留意。", "已发货。请留意。"),
    "a mocking picture before a mark": ("已发货，[急什么][捂脸]！请留意。", "已发货。请留意。"),
    "a mocking picture behind a call": ("亲，[急什么]😏已发货。", "亲，已发货。"),
    "a colon leads to nothing": ("原因：[懒得说]。请留意。", "原因。请留意。"),
    "a mark that was marked too": ("人为的，[懂吗？]维修另付。", "人为的。维修另付。"),
    "a dash leads to nothing": ("您说“骗子”——[说话注意点]。请留意。", "您说“骗子”。请留意。"),
    "a word at the beginning of a clause": ("已发货，[妈的]快收。", "已发货，快收。"),
    "a word at the end of a clause": ("快收[妈的]，已发货。", "快收，已发货。"),
}


@pytest.mark.parametrize(("marked", "left"), CASES.values(), ids=CASES.keys())
def test_what_is_left_reads_on(marked, left):
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "", 1).replace("]", "", 1)
    assert apply_edits(text, [take_out(text, start, end)]) == left


@settings(max_examples=200)
@given(st.text("已发，。？! \n~…：", max_size=12), st.text("急甚", min_size=1, max_size=3), st.data())
def test_no_word_but_the_marked_ones_goes(around, words, data):
    at = data.draw(st.integers(0, len(around)))
    text = around[:at] + words + around[at:]
    left = apply_edits(text, [take_out(text, at, at + len(words))])
    assert [c for c in left if c.isalpha()] == [c for c in around if c.isalpha()]


@pytest.mark.parametrize(
    ("draft", "mark"), [("您好。在的", "。"), ("卡锁了.明天来", "."), ("a.b", "。"), ("您好", "。")]
)
def test_the_full_stop_is_the_drafts(draft, mark):
    assert full_stop(draft) == mark
