"""Holes: which stretches of a reply are not prose."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.holes import find_holes, merge
from keqi.text import Span


def holes(text):
    return [hole.of(text) for hole in find_holes(text)[0]]


def stickers(text):
    return [sticker.of(text) for sticker in find_holes(text)[1]]


@pytest.mark.parametrize(
    "placeholder",
    [
        "{订单号}",
        "{{name}}",
        "{{ 客户姓名 }}",
        "${x}",
        "#{x}",
        "%s",
        "%d",
        "%1$s",
        "%(name)s",
        "%@",
        "[姓名]",
        "<客户姓名>",
        "<name>",
        "<br/>",
        "XX",
        "xxx",
        "××",
        "**",
        "＊＊",
        "___",
        "`keqi check`",
        "http://a.example/b?c=1",
        "https://a.example",
        "ftp://a.example/f",
        "www.a.example",
        "kefu@a.example",
        "a.b+c@mail.a.example",
        "[帮助中心](https://a.example/help)",
    ],
)
@pytest.mark.parametrize("around", ["您好{}，请查收", "{}您好", "您好{}", "{}", "您好 {} 请查收"])
def test_is_a_hole(placeholder, around):
    text = around.replace("{}", placeholder)
    assert holes(text) == [placeholder]


@pytest.mark.parametrize(
    "text",
    [
        "这款有 3<5 的说法",
        "打 8 折,省 20%的钱",
        "满 100% 退",
        "{",
        "您好 } 请",
        "[",
        "{第一行\n第二行}",
        "X 码偏大",
        "3×5 厘米",
        "a@b",
        "@我一下",
        "100%是正品",
        "价格*数量",
        "【注意】请核对",
    ],
)
def test_is_prose(text):
    assert holes(text) == []


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("请看https://a.example/x不行就打电话", "https://a.example/x"),
        ("请看https://a.example/x，不行就打电话", "https://a.example/x"),
        ("请写信到kefu@a.example不行再来", "kefu@a.example"),
        ("详见www.a.example。谢谢", "www.a.example"),
    ],
)
def test_a_link_ends_where_the_chinese_goes_on(text, hole):
    assert holes(text) == [hole]


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("请看https://a.example/x,不行就打电话", "https://a.example/x"),
        ("(见https://a.example/x)不行", "https://a.example/x"),
        ("请看https://a.example/x.不行", "https://a.example/x"),
        ("请看https://a.example/x!不行", "https://a.example/x"),
    ],
)
def test_punctuation_behind_a_link_is_not_part_of_it(text, hole):
    assert holes(text) == [hole]


def test_a_comma_inside_a_link_is():
    assert holes("地图https://a.example/@31.2,121.4,15z在这里") == ["https://a.example/@31.2,121.4,15z"]


@pytest.mark.parametrize("text", ["好的[微笑]", "[玫瑰]您好", "抱歉[可怜][可怜]", "[OK]"])
def test_stickers_are_pictures_not_placeholders(text):
    assert holes(text) == []
    assert stickers(text)


def test_a_link_named_like_a_sticker_is_a_link():
    assert holes("[微笑](https://a.example)") == ["[微笑](https://a.example)"]


def test_several_holes_come_in_order():
    assert holes("{a}您的单号%s见https://a.example {b}") == ["{a}", "%s", "https://a.example", "{b}"]


@given(st.text("您好{}[]<>%sX×*`@.a/:hwtp不行\n", max_size=60))
def test_holes_lie_in_order_inside_the_text_and_do_not_overlap(text):
    found, pictures = find_holes(text)
    done = 0
    for span in sorted([*found, *pictures]):
        assert done <= span.start < span.end <= len(text)
        done = span.end


@given(st.text("{[<`%", max_size=3000))
def test_opening_brackets_alone_cost_no_time(text):
    find_holes(text * 20)


spans = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda t: Span(t[0], t[0] + t[1]))


@given(st.lists(spans, max_size=12))
def test_merging_covers_the_same_places_without_touching(found):
    merged = list(merge(found))
    assert {i for s in merged for i in range(s.start, s.end)} == {
        i for s in found for i in range(s.start, s.end)
    }
    assert all(a.end < b.start for a, b in pairwise(merged))
