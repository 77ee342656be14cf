"""Finding phrases by what is typed: what is found, and what comes first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi import phrases
from keqi.phrase_search import Finder, Rank, in_script, key

PROFILES = {
    "profiles/general.yml": "id: general\ntitle: 通用\ndecisions: []\n",
    "profiles/medical.yml": "id: medical\ntitle: 医院\nextends: general\ndecisions: []\n",
    "profiles/bank.yml": "id: bank\ntitle: 银行\nextends: general\ndecisions: []\n",
}
TEXTS = {
    "phrases/waiting.yml": """\
scene: waiting
title: 请客户等待
order: 1
phrases:
  - title: 请稍等
    text: 您好，麻烦您等一下，我查询订单{订单号}。
  - 请稍等片刻。
  - title: 催办
    text: 已经为您请人稍等两天再送达。
    tags: [加急]
""",
    "phrases/medical.yml": """\
scene: medical
title: 医疗
order: 2
for: [medical]
phrases: [报告可以取了。]
""",
    "phrases/shop.yml": """\
scene: shop
title: 网店
order: 3
phrases: [报告老板，货到了。]
""",
    "phrases/taiwan.yml": """\
scene: taiwan
title: 台灣用語
order: 4
phrases: [請稍等一下。]
""",
}
BOOK, PROBLEMS = phrases.load(TEXTS, PROFILES)
FINDER = Finder(BOOK, "general")


def found(typed, finder=FINDER, traditional=False):
    return [(hit.phrase.text[:6], hit.rank) for hit in finder.search(typed, traditional)]


def test_the_examples_are_fine():
    assert PROBLEMS == []


ORDER = [("您好，麻烦您", Rank.TITLE), ("请稍等片刻。", Rank.START), ("請稍等一下。", Rank.START)]


@pytest.mark.parametrize("typed", ["qsd", "qingshaodeng", "qingsd", "QSD", "ｑｓｄ"])
def test_the_title_comes_before_the_beginning_and_simplified_before_traditional(typed):
    assert found(typed) == ORDER


def test_characters_find_what_is_written_with_them():
    assert found("请稍等") == ORDER[:2]


def test_in_a_traditional_draft_traditional_phrases_come_first_among_equals():
    assert found("qsd", traditional=True) == [ORDER[0], ORDER[2], ORDER[1]]


def test_traditional_characters_find_both_scripts():
    assert found("請稍等", traditional=True) == [ORDER[0], ORDER[2], ORDER[1]]


@pytest.mark.parametrize(
    ("typed", "rank"),
    [
        ("nh", Rank.START),
        ("mfn", Rank.CLAUSE),
        ("麻烦", Rank.CLAUSE),
        ("waiting", Rank.LABEL),
        ("请客户", Rank.LABEL),
        ("qkh", Rank.LABEL),
        ("订单", Rank.CLAUSE),
        ("查询", Rank.INSIDE),
        ("订单号", Rank.CLAUSE),
        ("cxdd", Rank.INSIDE),
    ],
)
def test_it_is_found_by_its_beginnings_its_scene_and_what_is_in_it(typed, rank):
    assert ("您好，麻烦您", rank) in found(typed)


def test_tags_find_a_phrase():
    assert found("jiaji") == found("jj") == [("已经为您请人", Rank.LABEL)]


def test_inside_a_clause_letters_do_not_run_on_into_the_next():
    assert found("yxw") == []
    assert found("dyxwc") == []


def test_one_letter_finds_beginnings_only():
    assert all(rank < Rank.INSIDE for _, rank in found("q"))
    assert ("已经为您请人", Rank.INSIDE) in found("再")


@pytest.mark.parametrize("typed", ["", "，", " ", "xyzzy", "{", "不会有的"])
def test_nothing_is_found_for_nothing(typed):
    assert found(typed) == []


@pytest.mark.parametrize(
    ("typed", "rest"), [("q", "sd"), ("qings", "d"), ("请", "稍等"), ("请s", "d"), ("请稍等", "")]
)
def test_the_rest_is_what_one_would_type_next(typed, rest):
    assert FINDER.search(typed)[0].rest == rest


class TestTrades:
    def test_at_home_a_scene_comes_first_and_abroad_last(self):
        at = {p: [t for t, _ in found("bg", Finder(BOOK, p))] for p in ("medical", "general", "bank")}
        assert at["medical"] == ["报告可以取了", "报告老板，货"]
        assert at["general"] == at["bank"] == ["报告老板，货", "报告可以取了"]

    def test_the_overview_shows_every_scene(self):
        shown = [p.scene.id for p in Finder(BOOK, "medical").overview(4)]
        assert shown == ["medical", "waiting", "shop", "taiwan"]
        assert [p.scene.id for p in FINDER.overview(8)] == ["waiting", "waiting", "shop", "medical", "taiwan"]
        assert FINDER.overview(4, traditional=True)[0].scene.id == "taiwan"

    def test_of_a_small_number_no_more_than_that(self):
        assert len(FINDER.overview(3)) == 3
        assert Finder(phrases.Book(), "general").overview(3) == []

    @pytest.mark.parametrize("name", ["waiting", "请客户等待"])
    def test_a_scene_has_its_phrases(self, name):
        assert len(FINDER.of_scene(name)) == 3
        assert FINDER.of_scene("等待") == []


def test_phrases_take_on_the_script_of_the_draft_but_traditional_ones_stay():
    plain, taiwan = BOOK.phrases[0], BOOK.phrases[-1]
    assert in_script(plain, None) == plain.text
    assert in_script(plain, "tw") == "您好，麻煩您等一下，我查詢訂單{訂單號}。"
    assert in_script(taiwan, "hk") == taiwan.text


@settings(max_examples=150)
@given(st.text(alphabet="请稍等您好qsdnhwx，。1 {}請", max_size=12))
def test_better_answers_come_first_and_marks_alone_find_nothing(typed):
    chars = key(typed).chars
    hits = FINDER.search(typed)
    assert [h.rank for h in hits if not h.phrase.traditional] == sorted(
        h.rank for h in hits if not h.phrase.traditional
    )
    assert not hits or chars
