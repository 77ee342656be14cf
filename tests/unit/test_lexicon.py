"""Lexicon files: what they become, and what is said about each kind of mistake."""

from __future__ import annotations

import json
import re
import textwrap

import pytest

from keqi import lexicon
from keqi.compiler import compile_texts, load
from keqi.reply import one_by_one
from keqi.rules import CATEGORIES, ENGLISH_CATEGORIES, category_name

WORDS = "硬不能: 不能 没法\n办理: 改 退\n"
FACTS = """\
引子:
  scope: clause
  find: ["^您好$"]
致歉:
  scope: reply
  find: [抱歉]
"""
PROFILE = "id: general\ntitle: 通用\ndecisions: []\n"
RULE = """\
category: refusal
rules:
  - id: refusal.plain
    title: 一口回绝
    level: error
    find: [这个不行]
    unless: [致歉]
    message: 只说不行。
    en: A bare no.
    why: 没有歉意。
    safe: [<致歉>暂时无法办理]
    bad: ["您好，[[这个不行]] → 您好，非常抱歉，暂时无法办理"]
    good: [这个行]
"""


def texts(rules=RULE, **others):
    found = {"words/a.yml": WORDS, "facts.yml": FACTS, "profiles/general.yml": PROFILE, "rules/a.yml": rules}
    return found | {name.replace("__", "/") + ".yml": text for name, text in others.items()}


def edited(old, new, count=1):
    """`RULE` with one thing broken."""
    assert old in RULE
    return RULE.replace(old, new, count)


def problems(rules=RULE, **others):
    return load(texts(rules, **others))[1]


def test_a_sound_lexicon_has_no_problems():
    found, wrong = load(texts())
    assert wrong == []
    (rule,) = found.rules
    assert (rule.id, rule.category, rule.level, rule.title) == (
        "refusal.plain",
        "refusal",
        "error",
        "一口回绝",
    )
    assert (rule.file, rule.line) == ("rules/a.yml", 3)
    (bad,) = rule.examples.bad
    assert bad.text[bad.start : bad.end] == "这个不行"
    assert bad.fixed == "您好，非常抱歉，暂时无法办理"
    assert rule.examples.good == ("这个行",)
    assert set(found.facts) == {"引子", "致歉"}
    assert found.profiles["general"].title == "通用"


ENGLISH = "    title-en: Bare no\n    why-en: Nobody says sorry.\n"


def test_a_rule_may_be_explained_in_english_too():
    (rule,) = load(texts(edited("    why:", ENGLISH + "    why:")))[0].rules
    assert (rule.title_in(True), rule.message_in(True), rule.why_in(True)) == (
        "Bare no",
        "A bare no.",
        "Nobody says sorry.",
    )
    assert (rule.title_in(False), rule.message_in(False), rule.why_in(False)) == (
        "一口回绝",
        "只说不行。",
        "没有歉意。",
    )


def test_what_is_not_there_in_english_is_said_in_chinese():
    (rule,) = load(texts())[0].rules
    assert (rule.title_in(True), rule.message_in(True), rule.why_in(True)) == (
        "一口回绝",
        "A bare no.",
        "没有歉意。",
    )


def test_every_category_has_a_name_in_both_languages():
    assert list(ENGLISH_CATEGORIES) == list(CATEGORIES)
    for category, chinese in CATEGORIES.items():
        assert category_name(category, False) == chinese
        assert re.fullmatch("[A-Z][A-Za-z ]+", category_name(category, True))
    assert len(set(ENGLISH_CATEGORIES.values())) == len(CATEGORIES)
    assert category_name("own", True) == category_name("own", False) == "own"


def test_no_files_are_an_empty_lexicon():
    assert load({}) == (lexicon.Lexicon(), [])


MISTAKES = [
    # (what is wrong, rules file, line, end of the key, part of the reason, part of the advice)
    ("no id", edited("  - id: refusal.plain\n    title", "  - title"), 3, "id", "缺少这个键", ""),
    ("empty id", edited("id: refusal.plain", "id:"), 3, "id", "不能空着", ""),
    ("id of another category", edited("refusal.plain", "insult.plain"), 3, "id", "类别.英文名", "refusal.plain"),
    ("id in Chinese", edited("refusal.plain", "refusal.回绝"), 3, "id", "类别.英文名", "小写字母"),
    ("no title", edited("    title: 一口回绝\n", ""), 3, "title", "缺少这个键", ""),
    ("no message", edited("    message: 只说不行。\n", ""), 3, "message", "缺少这个键", ""),
    ("no English", edited("    en: A bare no.\n", ""), 3, "en", "缺少这个键", ""),
    ("no why", edited("    why: 没有歉意。\n", ""), 3, "why", "缺少这个键", ""),
    ("unknown level", edited("level: error", "level: 严重"), 5, "level", "不能写“严重”", "warning"),
    ("unknown key", edited("unless:", "unles:"), 7, "unles", "不认识的键", "unless"),
    ("unknown kind", edited("level: error", "level: error\n    kind: fuzzy"), 6, "kind", "fuzzy", "find"),
    ("unknown unit", edited("level: error", "level: error\n    in: word"), 6, "in", "word", "sentence"),
    ("unknown condition", edited("[致歉]", "[道谦]"), 7, "unless", "没有叫“道谦”的条件", "致歉"),
    ("unknown scope", edited("[致歉]", "[致歉@line]"), 7, "unless", "致歉@line", "@sentence"),
    ("place with a scope", edited("[致歉]", "[句首@reply]"), 7, "unless", "句首@reply", ""),
    ("unknown scope of a pattern", edited("[致歉]", "[{line: 抱歉}]"), 7, "line", "不认识的键", "clause"),
    ("broken pattern in a condition", edited("[致歉]", '[{clause: "(抱"}]'), 7, "clause", "括号没有闭合", ""),
    ("no find", edited("    find: [这个不行]\n", ""), 3, "find", "没有可用的句式", ""),
    ("broken pattern", edited("[这个不行]", '["这个(不行"]'), 6, "find", "括号没有闭合", ""),
    ("unknown word class", edited("[这个不行]", '["<应不能>换"]'), 6, "find", "没有叫“应不能”的词类", "硬不能"),
    ("pattern that matches anywhere", edited("[这个不行]", '[".{1,8}"]'), 6, "find", "没有一定会出现", "词类"),
    ("variant without say", edited("[这个不行]", "[{safe: 好的}]"), 6, "say", "缺少这个键", ""),
    ("variant with another key", edited("[这个不行]", "[{say: 不行, safes: 好}]"), 6, "safes", "不认识的键", "safe"),
    ("template not closed", edited("<致歉>暂时", '"[<致歉>暂时"').replace('暂时"无法办理', '暂时无法办理"'),
     11, "safe", "方括号没有闭合", ""),
    ("no bad example", RULE.split("    bad:")[0] + "    good: [这个行]\n", 3, "bad", "至少要有一个该报的例子", ""),
    ("no good example", RULE.split("    good:")[0], 3, "good", "至少要有一个不该报的例子", ""),
    ("example without a mark", edited("[[这个不行]]", "这个不行"), 12, "bad", "没有标出要报的地方", "[[ ]]"),
    ("key written twice", edited("    en:", "    why: 再写一次。\n    en:"), 11, "why", "同一个键写了两次", ""),
    ("list for a text", edited("message: 只说不行。", "message: [只说, 不行]"), 8, "message", "一段文字", "引号"),
    ("mapping in a list of texts", edited("[这个行]", "[{好: 的}]"), 13, "good", "一段文字", "引号"),
    ("rule that is a text", RULE + "  - 不行\n", 14, "rules", "键: 值", ""),
    ("unknown category", edited("category: refusal", "category: rude"), 1, "category", "不能写“rude”", "refusal"),
    ("unknown key at the top", "catgory: refusal\n" + RULE, 1, "catgory", "不认识的键", "category"),
    ("YAML that cannot be read", edited("title: 一口回绝", "title: 一口: 回绝"), 4, "", "YAML 写法不对", "冒号"),
    ("tab for indentation", edited("    title", "\ttitle"), 4, "", "YAML 写法不对", ""),
    ("character that YAML forbids", RULE + "# \x07\n", 0, "", "不允许的字符", ""),
    ("list at the top", "- 不行\n", 1, "", "键: 值", "README"),
    ("empty file", "", 1, "", "键: 值", "README"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "line", "key", "reason", "advice"), [m[1:] for m in MISTAKES],
                         ids=[m[0] for m in MISTAKES])  # fmt: skip
def test_a_mistake_has_an_address_and_a_remedy(rules, line, key, reason, advice):
    wrong = problems(rules)
    fitting = [p for p in wrong if reason in p.reason]
    assert fitting, f"not reported; instead: {[str(p) for p in wrong]}"
    (found,) = fitting[:1]
    assert found.file == "rules/a.yml"
    assert found.line == line, str(found)
    assert found.key.endswith(key), str(found)
    assert advice in found.advice, str(found)
    assert str(found).startswith("rules/a.yml")


@pytest.mark.parametrize(
    ("rules", "column"),
    [
        (edited("[这个不行]", '["这个(不行"]'), 11 + 3),
        (edited("[这个不行]", "[这个不行)]"), 12 + 4),
        (edited("    find: [这个不行]", "    find:\n      - 这个<硬不>"), 9 + 2),
    ],
)
def test_a_mistake_in_a_pattern_has_a_column(rules, column):
    (found,) = [
        p for p in problems(rules) if "find" in p.key and p.column != 5 and "可用的句式" not in p.reason
    ]
    # A quoted text begins one column further on than its quotation mark.
    assert found.column in (column, column + 1)


@pytest.mark.parametrize(
    ("file", "text", "line", "reason"),
    [
        ("words__b", "硬不能: 不给\n", 1, "词类“硬不能”已经有了"),
        ("words__b", "甲: \u200b\n", 1, "不剩"),
        ("words__b", "甲: 好 (坏\n乙: 不行\n", 1, "括号没有闭合"),
        ("words__b", "甲: <乙>\n乙: <甲>\n", 2, "没有叫“甲”的词类"),
        ("words__b", "甲: [{a: b}]\n", 1, "一段文字"),
        ("words__b", "甲:\n", 1, "一段文字"),
        ("profiles__b", "id: b\ndecisions: []\n", 1, "缺少这个键"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisons: []\n", 3, "不认识的键"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisions: [{select: rude, level: none, because: 甲}]\n", 3, "rude"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisions: [{select: 'tag:rude', level: none, because: 甲}]\n", 3, "rude"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisions: [{select: '*', level: off, because: 甲}]\n", 3, "off"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisions: [{select: '*', level: none}]\n", 3, "缺少这个键"),
        ("profiles__b", "id: b\ntitle: 乙\ndecisions: [none]\n", 3, "键: 值"),
        ("profiles__b", "id: b\ntitle: 乙\nextends: nobody\ndecisions: []\n", 3, "nobody"),
        ("profiles__b", "id: general\ntitle: 又一个\ndecisions: []\n", 1, "general"),
        ("rules__b", RULE, 3, "refusal.plain 已经用过"),
    ],
)  # fmt: skip
def test_mistakes_in_other_files(file, text, line, reason):
    uses = RULE.replace("[这个不行]", "[这个不行, <硬不能>行, <甲>行]") if "甲:" in text else RULE
    name = file.replace("__", "/") + ".yml"
    fitting = [p for p in problems(uses, **{file: text}) if reason in p.reason + p.advice and p.file == name]
    assert fitting
    assert fitting[0].line == line


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ("甲:\n  scope: line\n  find: [抱歉]\n", "line"),
        ("甲:\n  find: ['(抱']\n", "括号没有闭合"),
        ("甲:\n  finds: [抱歉]\n", "不认识的键"),
        ("甲: 抱歉\n", "键: 值"),
        ("甲:\n  scope: reply\n", "find"),
    ],
)
def test_mistakes_in_facts(facts, reason):
    wrong = load(texts() | {"facts.yml": FACTS + facts})[1]
    assert any(reason in f"{p.key} {p.reason}" and p.file == "facts.yml" for p in wrong), wrong


def test_a_slot_that_no_pattern_has_is_a_mistake():
    wrong = problems(edited("暂时无法办理]", "暂时无法为您<事>]"))
    assert any("事" in p.reason and p.key.endswith("safe") for p in wrong)


def test_absence_needs_a_pattern_to_look_for():
    rules = edited("    find: [这个不行]\n    unless: [致歉]\n", "    kind: absence\n")
    assert any(p.key.endswith("find") for p in problems(rules))


@pytest.mark.parametrize("key", ["least: 三", "at: middle"])
def test_mistakes_in_options_of_absence(key):
    rules = edited("    unless: [致歉]\n", f"    kind: absence\n    {key}\n")
    assert any(p.key.endswith(key.split(":")[0]) for p in problems(rules))


def test_mistakes_in_options_of_count():
    rules = edited("    unless: [致歉]\n", "    kind: count\n    most: 两次\n")
    assert [p.reason for p in problems(rules)] == ["这里要写一个数"]


def test_all_mistakes_are_told_at_once_and_sound_rules_still_work():
    rules = textwrap.dedent(
        """\
        category: refusal
        rules:
          - id: refusal.one
            titel: 甲
            level: 重
            find: ["(不行"]
            message: 甲
            why: 甲
            en: a
            bad: [不行]
            good: [行]
        """
    )
    found, wrong = load(texts(**{"rules__b": rules}))
    assert {p.key.rpartition("/")[2] for p in wrong} >= {"titel", "title", "level", "find", "bad"}
    assert [r.id for r in found.rules] == ["refusal.plain"]


def test_values_that_yaml_would_guess_at_stay_texts():
    rules = edited("[这个行]", "[no, off, 010, 12:30, 1.0, null, ~]").replace("title: 一口回绝", "title: 010")
    found, wrong = load(texts(rules))
    assert wrong == []
    assert found.rules[0].title == "010"
    assert found.rules[0].examples.good == ("no", "off", "010", "12:30", "1.0", "null", "~")


def test_patterns_are_folded_as_drafts_are():
    rules = edited("[这个不行]", "[ＡＰＰ！, '不行？', VIP不行]")
    found = load(texts(rules))[0]
    assert [p.needs for p in found.rules[0].matcher.patterns] == [("app!",), ("不行?",), ("vip不行",)]


def test_compiled_data_survives_json():
    data, wrong = compile_texts(texts())
    assert wrong == []
    again = lexicon.build(json.loads(json.dumps(data)))
    assert [r.id for r in again.rules] == ["refusal.plain"]
    assert again.rules[0].fixes == load(texts())[0].rules[0].fixes


def test_the_order_of_files_does_not_matter():
    forward, backward = texts(), dict(reversed(texts().items()))
    assert compile_texts(forward) == compile_texts(backward)


def test_a_renamed_rule_is_found_under_its_old_id():
    found, wrong = load(texts(RULE + "renamed:\n  refusal.old: refusal.plain\n"))
    assert wrong == []
    assert found.rule("refusal.old") is found.rule("refusal.plain") is not None
    assert found.rule("refusal.other") is None


def test_word_classes_may_be_used_before_they_are_defined():
    found, wrong = load(texts(edited("[这个不行]", "[<丁>行]"), words__z="丁: 甲 <硬不能>\n"))
    assert wrong == []
    assert one_by_one(found.rules[0].matcher.patterns[0].needs[0]) == ["不能行", "没法行", "甲行"]


def test_unused_word_classes_are_named():
    assert set(load(texts())[0].unused) == {"硬不能", "办理"}


def test_a_profile_that_extends_another_has_its_layers_first():
    more = "id: shop\ntitle: 店\nextends: general\nwording: {致歉: 不好意思亲}\ndecisions: []\n"
    profile = load(texts(profiles__shop=more))[0].profiles["shop"]
    assert [layer.name for layer in profile.layers] == ["general", "shop"]
    assert profile.wording == {"致歉": "不好意思亲"}


def test_profiles_that_extend_each_other_end():
    one = "id: one\ntitle: 一\nextends: two\ndecisions: []\n"
    two = "id: two\ntitle: 二\nextends: one\ndecisions: []\n"
    assert set(load(texts(profiles__one=one, profiles__two=two))[0].profiles) == {"general", "one", "two"}


# -- compiling again ------------------------------------------------------------------------------


MORE = RULE.replace("[这个不行]", "[这个不行, <硬不能>退]").replace("这个行]", "这个行, 不能换]")


def test_what_was_compiled_before_is_taken_from_there():
    before, _ = compile_texts(texts())
    assert compile_texts(texts(MORE), earlier=before) == compile_texts(texts(MORE))


def test_patterns_that_have_not_changed_are_not_read_again(monkeypatch):
    before, _ = compile_texts(texts(MORE))
    monkeypatch.setattr("keqi.compiler.to_regex", None)
    again, wrong = compile_texts(texts(MORE.replace("一口回绝", "回绝")), earlier=before)
    assert wrong == []
    assert (again["facts"], again["unused"]) == (before["facts"], before["unused"])
    assert again["rules"][0]["title"] == "回绝"


def test_other_word_classes_make_other_patterns():
    before, _ = compile_texts(texts(MORE))
    changed = texts(MORE) | {"words/a.yml": WORDS.replace("没法", "没法 不许")}
    assert compile_texts(changed, earlier=before) == compile_texts(changed)
    assert compile_texts(changed)[0]["rules"] != before["rules"]


def test_what_a_fact_may_say_a_rule_may_not():
    """A fact may be looked for anywhere; a rule's pattern has to have something that is looked up."""
    anywhere = FACTS.replace("[抱歉]", "['.{2}']")
    before, wrong = compile_texts(texts() | {"facts.yml": anywhere})
    assert wrong == []
    _, wrong = compile_texts(
        texts(edited("[这个不行]", "['.{2}']")) | {"facts.yml": anywhere}, earlier=before
    )
    assert any("没有一定会出现的字词" in problem.reason for problem in wrong)


@pytest.mark.parametrize("name", ["rules/refusal/010-plain.yml", "rules\\refusal\\010-plain.yml"])
def test_a_file_may_lie_in_a_folder_of_its_own(name):
    found, wrong = load(
        {**texts(RULE), name: RULE.replace("refusal.plain", "refusal.other").replace("这个", "那个")}
    )
    assert wrong == []
    assert [rule.id for rule in found.rules] == ["refusal.plain", "refusal.other"]
    _, wrong = load({**texts(RULE), name: "category: refusal\nrulez: []\n"})
    assert [problem.file for problem in wrong] == [name]
