"""The self-test notices entries that do not do what they say."""

from __future__ import annotations

import pytest

from keqi import compiler
from keqi.selftest import verify

FACTS = "引子:\n  scope: clause\n  find: ['^您好$']\n致歉:\n  scope: reply\n  find: [抱歉]\n"


def complaints(**changed):
    lines = {
        "title": "回绝",
        "level": "error",
        "find": "[不行]",
        "message": "甲",
        "en": "a",
        "why": "甲",
        "safe": "[暂不支持]",
        "bad": "['这个[[不行]] → 这个暂不支持']",
        "good": "[这个行]",
    } | changed
    body = "".join(f"    {key}: {value}\n" for key, value in lines.items() if value)
    texts = {"facts.yml": FACTS, "rules/a.yml": f"category: refusal\nrules:\n  - id: refusal.a\n{body}"}
    found, problems = compiler.load(texts)
    assert problems == []
    return [(p.key, p.reason) for p in verify(found)]


def test_a_sound_rule_has_nothing_to_complain_about():
    assert complaints() == []


@pytest.mark.parametrize(
    ("changed", "key", "reason"),
    [
        ({"bad": "['[[这个]]不行']"}, "bad", "没有报在标出的地方"),
        ({"bad": "['这个[[可以]]']"}, "bad", "没有报在标出的地方"),
        ({"bad": "['这个[[不行]] → 这个可以']"}, "bad", "改法与例子不一致"),
        ({"safe": ""}, "bad", "规则却没有给出"),
        ({"good": "[我看不行]"}, "good", "不该报,却报了"),
        ({"safe": "[不行的]", "bad": "['这个[[不行]]']"}, "fix", "改完问题没有减少"),
        ({"level": "none", "good": "[我看不行]"}, "good", "不该报,却报了"),
    ],
)
def test_an_example_that_does_not_hold_is_told(changed, key, reason):
    found = complaints(**changed)
    assert any(
        k == f"refusal.a/{key}" and reason.replace(",", "") in r.replace(",", "").replace("，", "")
        for k, r in found
    ), found


def test_second_wordings_are_tried_too():
    assert any("改完" in reason for _, reason in complaints(unsafe="[那不行]"))


def test_word_classes_that_nobody_uses_are_told():
    texts = {"facts.yml": FACTS, "words/a.yml": "甲: 乙\n"}
    assert [(p.file, p.key) for p in verify(compiler.load(texts)[0])] == [("words/a.yml", "甲")]


@pytest.mark.parametrize("renamed", ["refusal.old: refusal.gone", "refusal.a: refusal.a"])
def test_redirects_lead_somewhere(renamed):
    rule = (
        "category: refusal\nrules:\n  - id: refusal.a\n    title: 甲\n    level: error\n    find: [不行]\n"
        "    message: 甲\n    en: a\n    why: 甲\n    bad: ['[[不行]]']\n    good: [行]\n"
    )
    found, problems = compiler.load({"facts.yml": FACTS, "rules/a.yml": f"{rule}renamed:\n  {renamed}\n"})
    assert problems == []
    assert [p.key for p in verify(found)] == [renamed.partition(":")[0]]


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("暂不支持: 暂时不支持", None),
        ("暂不受理: 暂时不受理", "没有一个改法里有“暂不受理”"),
        ("暂不支持: 这个不行", "改完问题没有减少"),
    ],
)
def test_a_phrase_that_a_profile_says_in_its_own_way(wording, reason):
    rule = (
        "category: refusal\nrules:\n  - id: refusal.a\n    title: 甲\n    level: error\n    find: [不行]\n"
        "    message: 甲\n    en: a\n    why: 甲\n    safe: 暂不支持\n    bad: ['[[不行]]']\n    good: [行]\n"
    )
    profile = f"id: shop\ntitle: 店\nwording:\n  {wording}\ndecisions: []\n"
    found, problems = compiler.load({"facts.yml": FACTS, "rules/a.yml": rule, "profiles/shop.yml": profile})
    assert problems == []
    reasons = [p.reason for p in verify(found) if p.key == "shop/wording"]
    assert [r.startswith(reason) for r in reasons] == [True] if reason else reasons == []


def test_only_what_was_asked_for_has_to_prove_itself():
    rule = (
        "category: refusal\nrules:\n  - id: refusal.{0}\n    title: 甲\n    level: error\n    find: [{1}]\n"
        "    message: 甲\n    en: a\n    why: 甲\n    bad: ['[[行吧]]']\n    good: [行]\n"
    )
    rules = {f"own/{name}.yml": rule.format(name, said) for name, said in (("a", "不行"), ("b", "不成"))}
    texts = {"facts.yml": FACTS, "words/a.yml": "甲: 乙\n", **rules}
    found, problems = compiler.load(texts)
    assert problems == []
    assert {p.file for p in verify(found)} == {"own/a.yml", "own/b.yml", "words/a.yml"}
    assert {p.file for p in verify(found, of="own/a")} == {"own/a.yml"}


def test_a_mistake_is_told_with_the_file_that_it_stands_in():
    texts = {
        "facts.yml": FACTS,
        "own/rules/a.yml": "category: refusal\nrules: []\nrenamed:\n  refusal.old: refusal.gone\n",
        "own/profiles/b.yml": "id: b\ntitle: 乙\ndecisions: []\nwording:\n  暂不受理: 暂时不受理\n",
    }
    assert [p.file for p in verify(compiler.load(texts)[0])] == ["own/rules/a.yml", "own/profiles/b.yml"]
