"""The shipped lexicon: every rule proves itself, and nothing is wrong with any file."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import keqi
from keqi.adapters import lexicon_files, lexicons
from keqi.rules import CATEGORIES

NO_FIX = "无改法"
"""The tag of a rule that offers no wording because there is no honest one to offer."""

PROFILES = {"general", "hotline", "e-commerce", "hotel", "property", "bank", "medical", "government"}

PROBLEMS = keqi.check_lexicon()
RULES = {rule.id: rule for rule in lexicons.load_with(())[0].rules}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def templates(rule):
    """All wordings that the rule offers."""
    return [*rule.fixes, *(t for v in getattr(rule.matcher, "variants", ()) for t in v.fixes)]


@every_rule
def test_the_examples_of_a_rule_hold(rule):
    mine = [str(p) for p in PROBLEMS if p.key.partition("/")[0] == rule.id]
    assert not mine, "\n".join(mine)


def test_nothing_else_is_wrong():
    others = [str(p) for p in PROBLEMS if p.key.partition("/")[0] not in RULES]
    assert not others, "\n".join(others)


@every_rule
def test_a_rule_offers_a_wording_or_says_that_there_is_none(rule):
    assert bool(templates(rule)) != (NO_FIX in rule.tags)


@every_rule
def test_a_rule_explains_itself(rule):
    assert rule.category in CATEGORIES
    assert rule.title and rule.message and rule.why
    assert re.search("[\u4e00-\u9fff]", rule.message + rule.why)
    assert rule.en.isascii() or not re.search("[\u4e00-\u9fff]{5}", rule.en), "the English message is English"
    assert rule.examples.bad and rule.examples.good


@every_rule
def test_a_rule_is_explained_in_english(rule):
    assert 2 <= len(rule.title_en.split()) <= 6
    assert re.match('"?[A-Z]', rule.title_en) and not rule.title_en.endswith(".")
    assert len(re.split("(?<=[.?!]) (?=[A-Z\u4e00-\u9fff])", rule.why_en)) <= 2, "one or two sentences"
    assert rule.why_en.endswith(".")
    for text in (rule.title_en, rule.why_en):
        assert len(re.findall("[\u4e00-\u9fff]", text)) < len(re.findall("[a-z]", text)), "it is English"
        assert not re.search("[“”‘’、。；：（）]", text), "English punctuation"


def test_titles_tell_rules_apart():
    for titles in ([rule.title for rule in RULES.values()], [rule.title_en for rule in RULES.values()]):
        assert not [title for title, times in Counter(titles).items() if times > 1]


@every_rule
def test_a_deletion_is_never_safe(rule):
    assert not [t.source for t in templates(rule) if t.safe and not t.parts]


PROMISES = re.compile(
    "我(这就|马上|立即|立刻|会|来)?(帮|为|给|替)您(查|核|问|联系|反馈|处理|登记|申请|看)|马上|立即|立刻|保证|一定会"
)


@every_rule
def test_a_safe_wording_promises_nothing(rule):
    assert not [t.source for t in templates(rule) if t.safe and PROMISES.search(t.source)]


def test_ids_are_unique():
    texts = lexicon_files.read_folder(lexicon_files.shipped_folder())
    ids = Counter(found for text in texts.values() for found in re.findall(r"^  - id: (\S+)", text, re.M))
    assert not [name for name, times in ids.items() if times > 1]
    assert set(ids) == set(RULES)


def test_no_example_appears_in_two_rules():
    seen = Counter(bad.text for rule in RULES.values() for bad in rule.examples.bad)
    assert not [text for text, times in seen.items() if times > 2]


def test_the_profiles_are_those_of_the_specification():
    assert set(keqi.Linter().profiles) == PROFILES


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_profile_works(name):
    linter = keqi.Linter(name)
    assert linter.check("这个不行，你自己看")
    assert all(linter.level(rule.id)[0] for rule in linter.rules)


@pytest.mark.parametrize("name", sorted(lexicon_files.read_folder(lexicon_files.shipped_folder())))
def test_a_file_is_tidy(name):
    text = lexicon_files.read_folder(lexicon_files.shipped_folder())[name]
    assert text.endswith("\n") and "\t" not in text and "\r" not in text
    assert not re.search(r"[ \u200b\ufeff]$", text, re.M)
    if (place := re.fullmatch(r"rules/([a-z-]+)(?:/\d{3}-([a-z-]+))?\.yml", name)) is not None:
        category, rule = place.groups()
        ids = re.findall(r"^  - id: (\S+)$", text, re.M)
        assert re.findall(r"^category: (.+)$", text, re.M) == [category]
        assert rule is None or ids == [f"{category}.{rule}"]
    else:
        assert not name.startswith("rules/")
