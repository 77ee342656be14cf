"""The pattern language: what a pattern matches, what is wrong with a bad one."""

from __future__ import annotations

import random
import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from trees import seeds, trees

from keqi import pattern
from keqi.holes import HOLE
from keqi.pattern import Alt, Anchor, Hole, Lit, Look, Seq, Slot
from keqi.problems import PatternError

WORDS = {
    "不能": Alt((Lit("不能"), Lit("没法"), Lit("不可以"))),
    "办理": Alt((Lit("改"), Lit("退"))),
}


def word_class(name):
    if name not in WORDS:
        raise KeyError("现有:" + "、".join(WORDS))
    return WORDS[name]


def parse(source):
    return pattern.parse(source, word_class)


def finds(source, text):
    """What the pattern matches in the text, leftmost; None when it does not."""
    found = regex.search(pattern.to_regex(parse(source)), text)
    return found and found[0]


@pytest.mark.parametrize(
    ("source", "text", "matched"),
    [
        ("不行", "这个不行的", "不行"),
        ("<不能>换", "我们没法换", "没法换"),
        ("<不能>换", "我们不想换", None),
        ("(甲|乙)丙", "甲乙丙", "乙丙"),
        ("爱<事:.{1,2}>不<=事>", "随您爱修改不修改", "爱修改不修改"),
        ("爱<事:.{1,2}>不<=事>", "爱来不去", None),
        ("<事:办理>就<=事>", "退就退", "退就退"),
        ("(?:甲|乙)丙", "甲乙丙", "乙丙"),
        ("甲?乙", "乙", "乙"),
        ("甲*乙", "甲甲甲乙", "甲甲甲乙"),
        ("甲+?", "甲甲", "甲"),
        ("甲{2}", "甲甲甲", "甲甲"),
        ("甲{,2}乙", "甲甲甲乙", "甲甲乙"),
        ("甲{2,}", "甲甲甲", "甲甲甲"),
        ("[甲乙]+", "丙乙甲丙", "乙甲"),
        ("[^甲乙]+", "甲丙丁乙", "丙丁"),
        ("[]甲]", "]", "]"),
        ("[a-c]+", "xxabcd", "abc"),
        ("[&~|]", "一|二", "|"),
        ("^不行", "真不行", None),
        ("不行$", "不行的", None),
        ("不(?=行)", "不能不行", "不"),
        ("不(?!行)", "不行", None),
        ("(?<=很)忙", "很忙", "忙"),
        ("(?<!不)忙", "不忙", None),
        (r"行\?", "行?", "行?"),
        (r"\^\^", "^^", "^^"),
        ("甲.乙", "甲丙乙", "甲丙乙"),
        ("甲|", "乙", ""),
    ],
)
def test_a_pattern_matches(source, text, matched):
    assert finds(source, text) == matched


@pytest.mark.parametrize("source", ["甲.乙", "甲.*乙", "甲[^丙]+乙", "甲<物:.{1,8}>乙"])
def test_no_pattern_runs_across_a_placeholder_or_a_line_end(source):
    assert finds(source, f"甲{HOLE * 4}乙") is None
    assert finds(source, "甲\n乙") is None


def test_a_square_stands_for_a_whole_placeholder():
    assert finds("单号□不行", f"单号{HOLE * 5}不行") == f"单号{HOLE * 5}不行"
    assert finds("单号□不行", "单号不行") is None


def test_a_slot_remembers_what_stood_there():
    found = regex.search(pattern.to_regex(parse("<物:.{1,4}>不能<事:办理>")), "地址不能改")
    assert found.groupdict() == {"物": "地址", "事": "改"}


def test_one_slot_may_stand_in_several_alternatives():
    plain = pattern.to_regex(parse("(<事:办理>不行|不让<事:办理>)"))
    expression, groups = pattern.with_distinct_groups(plain)
    assert groups == [("事", "事"), ("事", "事__2")]
    assert re.search(expression, "退不行")["事"] == "退"
    assert re.search(expression, "不让退")["事__2"] == "退"


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        ("(?<!不|不太|也)能退", "都能退", "不太能退"),
        ("(?<=还是|都)能退", "还是能退", "不能退"),
        ("(?<=^[^,]{1,3}(不|没)?)能退", "这个不能退", "一二三四五能退"),
        ("(?<=^(这个|都){0,2})能退", "这个都能退", "那个能退"),
        ("(?<!(这|那){1,2}个)能退", "哪个能退", "这个能退"),
        ("(?<=甲+)能退", "甲甲能退", "乙能退"),
        ("(?<=□)能退", "\ufffc\ufffc能退", "能退"),
        ("(?<=<办理>.{0,2})能退", "退货也能退", "这也能退"),
    ],
)
def test_words_of_any_length_may_stand_before(source, good, bad):
    expression = re.compile(pattern.to_regex(parse(source)))
    assert expression.search(good)
    assert not expression.search(bad)


@pytest.mark.parametrize(
    ("source", "column", "reason"),
    [
        ("不行)", 3, "多了一个“)”"),
        ("不行>", 3, "多了一个“>”"),
        ("这个(甲|乙", 3, "括号没有闭合"),
        ("这个[甲乙", 3, "方括号没有闭合"),
        ("[^]", 1, "方括号"),
        ("这个<不能", 3, "尖括号没有闭合"),
        ("这个<事:甲", 3, "尖括号没有闭合"),
        ("这个<>", 3, "尖括号里要写词类名"),
        ("这个<不会>", 3, "没有叫“不会”的词类"),
        ("爱<=事>不<事:办理>", 2, "前面没有叫“事”的槽位"),
        ("爱<事:办理>不<=事", 9, "尖括号没有闭合"),
        ("这个<事:不会>", 3, "没有叫“不会”的词类"),
        ("*行", 1, "“*”前面没有可以重复的内容"),
        ("(|?)", 3, "“?”前面没有可以重复的内容"),
        ("甲{}", 2, "重复次数写法不对"),
        ("甲{二}", 2, "重复次数写法不对"),
        ("甲{,}", 2, "重复次数写法不对"),
        ("甲++", 1, "不能再加重复次数"),
        ("^*", 1, "不能再加重复次数"),
        ("甲(?=乙)?", 2, "不能再加重复次数"),
        ("(<事:办理>|就){0,2}不能", 1, "不能有槽位"),
        ("就(<事:办理>)*", 2, "不能有槽位"),
        ("(?P<名>甲)", 1, "不认识的括号写法"),
        ("甲\\", 2, "反斜杠后面少了字符"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_where_and_why(source, column, reason):
    with pytest.raises(PatternError) as caught:
        parse(source)
    assert reason in caught.value.reason
    assert caught.value.column == column


def test_an_unknown_word_class_names_those_there_are():
    with pytest.raises(PatternError) as caught:
        parse("<不会>")
    assert "不能" in caught.value.advice


@pytest.mark.parametrize("source", ["甲{3,1}", "[甲-乙]", "<1:甲|乙>", "<a-b:甲|乙>"])
def test_whatever_is_read_also_compiles(source):
    try:
        node = parse(source)
    except PatternError:
        return
    regex.compile(pattern.to_regex(node))


# -- properties over patterns that no person wrote ------------------------------------------------


@given(trees, seeds)
def test_a_sample_is_something_that_the_pattern_matches(tree, seed):
    made = pattern.sample(tree, random.Random(seed))
    assert regex.fullmatch(pattern.to_regex(tree), made), made


@given(trees, st.booleans(), st.booleans(), seeds)
def test_looking_behind_means_the_same_split_by_width_or_not(tree, negated, anchored, seed):
    item = Seq((Anchor("^"), tree)) if anchored else tree
    mark = "(?<!" if negated else "(?<="
    whole = regex.compile(f"{mark}{pattern.to_regex(item)})完")
    split = regex.compile(pattern.to_regex(Look(item, behind=True, negated=negated)) + "完")
    rng = random.Random(seed)
    for text in (pattern.sample(tree, rng), "甲" + pattern.sample(tree, rng), "甲", ""):
        assert bool(split.search(text + "完")) == bool(whole.search(text + "完")), text


@given(
    st.lists(st.text("不行能", min_size=1, max_size=4), min_size=1, max_size=12),
    st.text("不行能", max_size=6),
)
def test_a_word_class_matches_its_words_and_no_others(words, text):
    expression = pattern.to_regex(Alt(tuple(map(Lit, words))))
    assert bool(regex.fullmatch(expression, text)) == (text in words)


@pytest.mark.parametrize("source", ["[0-9]甲", "甲[a-f]"])
def test_a_sample_of_a_range_lies_in_it(source):
    tree = parse(source)
    for seed in range(20):
        assert regex.fullmatch(pattern.to_regex(tree), pattern.sample(tree, random.Random(seed)))


def test_a_sampled_placeholder_is_one_that_drafts_hold():
    assert pattern.sample(Seq((Lit("单号"), Hole())), random.Random(1)) == "单号{单号}"


def test_one_word_in_a_slot_is_a_word_class_and_brackets_make_it_characters():
    assert parse("<事:办理>") == Slot("事", WORDS["办理"])
    assert parse("<事:(改)>") == Slot("事", Lit("改"))
    with pytest.raises(PatternError):
        parse("<事:改>")
