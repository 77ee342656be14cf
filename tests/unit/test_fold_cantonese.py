"""Cantonese drafts and patterns: read as Mandarin, every character in its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.cantonese import as_mandarin, in_writing, shows_cantonese, spelt_out, with_plain_copula
from keqi.compiler import _fold_pattern
from keqi.fold import fold
from keqi.text import Span

CANTONESE = (
    "唔好使該得閒係咪冇嘅咗喺哋佢嚟啲嗰呢度個邊點解樣做咩乜嘢而家聽日話仲睇搵攞畀鍾意返去識明緊要㗎喇囉"
)
drafts = st.text(st.sampled_from(CANTONESE + "你您我不的系统關，。！ab1 "), max_size=30)


@pytest.mark.parametrize(
    ("draft", "read"),
    [
        pytest.param("唔好成日打嚟啦", "不要整天打来啦", id="do not"),
        pytest.param("唔使客氣，唔緊要", "不用客气,不要紧", id="no need, never mind"),
        pytest.param("唔好意思，冇貨喇", "不好意思,没货啦", id="an apology is no prohibition"),
        pytest.param("我哋唔得閒", "我们没时间", id="no time"),
        pytest.param("改日子唔得", "改日子不行", id="it cannot be done"),
        pytest.param("呢張單改唔得", "这张单改不得", id="behind a verb: it cannot be changed"),
        pytest.param("唔識就唔好亂填", "不懂就不要乱填", id="who does not know how"),
        pytest.param("唔係佢嘅問題，真係", "不是他的问题,真是", id="the copula"),
        pytest.param("冇關係，唔好聯繫佢", "没关系,不要联系他", id="关系 is no copula"),
        pytest.param("邊度有得平", "哪里有得平", id="where"),
        pytest.param("呢啲嘢喺嗰邊，嗰度有人", "这些事在那边,那里有人", id="this and that"),
        pytest.param("做咩唔早啲講", "干嘛不早点讲", id="why not earlier"),
        pytest.param("呢單好唔好？得唔得？", "这单好不好?行不行?", id="questions of two halves"),
        pytest.param("10點開會，唔該晒", "10点开会,谢谢了", id="a time of day, thanks"),
        pytest.param("唔该你睇下", "麻烦你看下", id="Cantonese in Simplified characters"),
        pytest.param("你哋幾時嚟", "你哋什么时候来", id="你哋 is left to the rules of address"),
    ],
)
def test_a_cantonese_draft_is_read_as_mandarin(draft, read):
    view = fold(draft)
    assert view.text == read
    assert view.starts is None or len(view.starts) == len(read)


@pytest.mark.parametrize(
    ("draft", "read", "stretch", "source"),
    [
        pytest.param("件貨邊個收咗", "件货谁收了", "谁收", "邊個收", id="shorter"),
        pytest.param("點解仲未嚟", "为什么还未来", "什么还", "解仲", id="longer"),
        pytest.param("冇咩事，咁點算？", "没什么事,那怎么算?", "怎么算", "點算", id="two words"),
        pytest.param("睇唔到個牌咩？", "看不到个牌吗?", "牌吗", "牌咩", id="咩 at the end"),
        pytest.param("係咪唔該您改？！！", "是不是麻烦您改?!", "是不是", "係咪", id="before repeated marks"),
        pytest.param("十點先開，想改咪改囉", "十点才开,想改就改啰", "就改", "咪改", id="先 and 咪"),
        pytest.param("咪搞我哋，咁樣唔得", "别搞我们,这样不行", "这样", "咁樣", id="咪 at the start"),
    ],
)
def test_words_of_another_length_are_spelt_out(draft, read, stretch, source):
    view = fold(draft)
    assert view.text == read
    at = view.text.index(stretch)
    assert view.source(at, at + len(stretch)) == source


@pytest.mark.parametrize(
    ("carried", "written"),
    [
        ("嗰張單", "那張單"),
        ("呢啲嘢幾時得閒處理", "這些東西何時有空處理"),
        ("團費畀咗", "團費給了"),
        ("佢哋仲未嚟", "他們還未來"),
        ("關係", "關係"),
        ("冇得退", "不能退"),
        ("訂單編號 A123", "訂單編號 A123"),
    ],
)
def test_what_is_carried_over_is_put_in_writing(carried, written):
    assert in_writing(carried) == written


@pytest.mark.parametrize(
    "draft",
    [
        pytest.param("唔，好的，我看一下", id="a hum before a comma"),
        pytest.param("唔好的，请稍等", id="a hum right before 好的"),
        pytest.param("唔我查一下", id="a hum before a sentence"),
        pytest.param("唔", id="a hum alone"),
        pytest.param("费用係依规定收取", id="係 in formal Mandarin"),
        pytest.param("联系边防站，听日语课，在家点单", id="words that only look alike"),
        pytest.param("仲裁结果昨天到了，人家喜欢", id="Mandarin throughout"),
        pytest.param("這邊個別商品沒有庫存", id="這邊 before 個別"),
        pytest.param("企業客戶點擊連結，五百蚊香，幾多愁", id="signs inside other words"),
        pytest.param("請跟緊導遊，處理緊急狀況，做緊密聯繫", id="緊 of other words"),
    ],
)
def test_a_mandarin_draft_is_left_alone(draft):
    assert not shows_cantonese(draft)
    assert not {"不", "是", "现", "哪"} & set(fold(draft).text)


@pytest.mark.parametrize(
    "draft",
    [
        "唔行",
        "唔退就唔退",
        "都唔知",
        "冇貨",
        "真係滿座",
        "睇清楚先",
        "乜都問",
        "阿叔揾邊位",
        "邊個講㗎",
        "邊度有",
        "仲未到",
        "點解咁遲",
        "等緊您",
        "仲好意思問",
        "關政府咩事",
        "您企埋一邊",
        "畀三百蚊",
        "掃一掃就得。",
        "同您講過",
    ],
)
def test_one_sign_shows_cantonese(draft):
    assert shows_cantonese(draft)


def test_a_finding_lies_where_it_lies_in_the_draft():
    view = fold("今日派晒，唔好再問咗。")
    at = view.text.index("不要再问")
    assert view.source(at, at + 4) == "唔好再問"
    assert view.origin(at, at + 4) == Span(5, 9)


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        pytest.param("^(唔好|不要)(再)?(嚟|来)$", "^(不要|不要)(再)?(来|来)$", id="both ways of writing"),
        pytest.param("<唔得>|<嘢:唔得>", "<唔得>|<嘢:不行>", id="names of word classes and slots stay"),
        pytest.param("唔<做:退|换>就走", "不<做:退|换>就走", id="before a slot"),
        pytest.param("(?<=唔好)问(佢)?", "(?<=不要)问(他)?", id="in what stands before"),
        pytest.param("[嘅的]", "[的的]", id="in a set of characters"),
        pytest.param("(问|嘈)咩?", "(问|(嘈|吵))(咩|吗|什么)?", id="beside what it may become"),
        pytest.param("[咩呀](?<!点解)咪", "[咩呀](?<!点解)咪", id="not in a set, not in what stands before"),
        pytest.param("系统|联(系|络)|关系", "系统|联(系|络)|关系", id="系 of other words"),
        pytest.param("这边|(这|那)(边|里)|点击", "这边|(这|那)(边|里)|点击", id="Mandarin patterns"),
    ],
)
def test_a_pattern_is_read_as_drafts_are(pattern, read):
    assert _fold_pattern(pattern) == read


@given(drafts)
@settings(max_examples=200)
def test_every_character_keeps_its_place(draft):
    assert len(with_plain_copula(draft)) == len(draft)
    assert len(as_mandarin(draft)) == len(draft)


@given(drafts)
@settings(max_examples=200)
def test_what_is_spelt_out_tells_where_it_stood(draft):
    spelt = spelt_out(draft)
    text, starts, ends = spelt if spelt else (draft, range(len(draft)), range(1, len(draft) + 1))
    assert len(text) == len(starts) == len(ends)
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert list(starts) == sorted(starts) and list(ends) == sorted(ends)
    assert not draft or (starts[0], ends[-1]) == (0, len(draft))


@given(drafts)
@settings(max_examples=200)
def test_a_stretch_comes_from_where_it_stood(draft):
    view = fold(draft + "，我哋冇喇")
    at = view.text.index("我们没啦")
    assert view.source(at, at + 4) == "我哋冇喇"


@given(st.text("您好请稍等，。！？这行的了不要没来在看找给他些那我们是哪里", max_size=30))
@settings(max_examples=100)
def test_mandarin_is_read_as_it_stands(text):
    assert as_mandarin(text) == text
