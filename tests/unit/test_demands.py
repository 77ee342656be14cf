"""What a text must hold for a pattern to match: never more than it really must, and enough to be of use."""

from __future__ import annotations

import random

import pytest
import regex
from hypothesis import given
from trees import seeds, trees

from keqi import pattern
from keqi.demands import closing, opening, required_literals
from keqi.pattern import Alt, Anchor, Lit, Seq

WORDS = {
    "不能": Alt((Lit("不能"), Lit("没法"), Lit("不可以"))),
    "吧": Alt((Lit("吧"), Lit("好了"))),
}


def parse(source):
    return pattern.parse(source, WORDS.__getitem__)


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("不行", {"不行"}),
        ("不(行|能)", {"不行", "不能"}),
        ("<不能>换?", {"不能", "没法", "不可以"}),
        ("<不能>换", {"不能换", "没法换", "不可以换"}),
        (".{1,8}不行", {"不行"}),
        ("[甲乙]", {"甲", "乙"}),
        ("^不行$", {"不行"}),
        ("(?<!很)不行(?=吗)", {"不行"}),
        ("(甲|.)", None),
        ("甲?", None),
        (".+", None),
        ("□", None),
        ("[^甲]", None),
        ("(?=甲)", None),
        ("", None),
    ],
)
def test_required_literals(source, literals):
    found = required_literals(parse(source))
    if literals is None:
        assert found is None
    elif source == "<不能>换?":
        # Without the optional part each word is enough; with it, longer ones may be named.
        assert all(any(word in each for word in literals) for each in found)
    else:
        assert found == literals


@pytest.mark.parametrize(
    ("source", "first", "last"),
    [
        ("^不行$", "不", "行"),
        ("^<不能>换<吧>$", "不没", "吧了"),
        ("^(您|你)?<事:退|换><吧>?$", "您你退换", "吧了退换"),
        ("^(?!不行)不.{1,3}$", "不", None),
        ("^[^甲]退", None, None),
        ("退$", None, "退"),
        ("^甲|^乙", "甲乙", None),
        ("^甲$|乙", None, None),
        ("(^|,)甲", None, None),
        ("^[0-2]号$", "012", "号"),
        ("^甲?$", "甲", "甲"),
        ("^甲?", None, None),
        ("^.?甲{0}$", None, None),
        ("^爱<事:来|去>不<=事>$", "爱", "来去"),
        ("(?=甲)^乙", "乙", None),
    ],
)
def test_with_what_a_unit_begins_and_ends(source, first, last):
    tree = parse(source)
    assert (opening(tree), closing(tree)) == tuple(
        ends if ends is None else frozenset(ends) for ends in (first, last)
    )


# -- properties over patterns that no person wrote ------------------------------------------------


@given(trees, seeds)
def test_every_sample_contains_one_of_the_required_literals(tree, seed):
    literals = required_literals(tree)
    made = pattern.sample(tree, random.Random(seed))
    if literals is not None:
        assert literals
        assert any(literal in made for literal in literals), (made, literals)


@given(trees)
def test_no_required_literal_is_empty(tree):
    assert "" not in (required_literals(tree) or ())


@given(trees, seeds)
def test_every_sample_begins_and_ends_with_one_of_the_characters(tree, seed):
    tied = Seq((Anchor("^"), tree, Anchor("$")))
    made = pattern.sample(tree, random.Random(seed))
    first, last = opening(tied), closing(tied)
    if made and regex.fullmatch(pattern.to_regex(tied), made):
        assert first is None or made[0] in first
        assert last is None or made[-1] in last
