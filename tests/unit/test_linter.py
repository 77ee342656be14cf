"""The linter: which findings are left and in what order, and what fixing guarantees."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import keqi
from keqi import compiler
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.linter import Engine, blocks, in_order, without_overlaps
from keqi.policy import Decision, Layer, Profile
from keqi.repair import move_holes, without_echo
from keqi.text import Span

# -- steps ----------------------------------------------------------------------------------------


def finding(start, end, severity="error", rule="refusal.a"):
    return Finding(start, end, rule, rule.partition(".")[0], severity, "")


@pytest.mark.parametrize(
    ("findings", "kept"),
    [
        ([(0, 2), (2, 4)], [(0, 2), (2, 4)]),
        ([(0, 2), (1, 4)], [(1, 4)]),
        ([(0, 4), (1, 2)], [(0, 4)]),
        ([(0, 4, "info"), (1, 2, "error")], [(1, 2)]),
        ([(0, 4, "warning"), (1, 2, "error")], [(0, 4)]),
        ([(0, 2, "warning"), (1, 3, "error")], [(1, 3)]),
        ([(0, 4, "info"), (1, 2, "error"), (3, 4, "hint")], [(1, 2), (3, 4)]),
        ([(0, 2, "error", "refusal.a"), (0, 2, "error", "refusal.b")], [(0, 2)]),
        ([(2, 2), (2, 2)], [(2, 2)]),
        ([(2, 2), (0, 2)], [(0, 2), (2, 2)]),
        ([(0, 4), (1, 2, "warning", "pronoun.ni")], [(0, 4), (1, 2)]),
        ([(1, 2, "warning", "pronoun.ni"), (1, 2, "warning", "address.a")], [(1, 2)]),
        ([], []),
    ],
)
def test_one_finding_a_place(findings, kept):
    left = in_order(without_overlaps([finding(*f) for f in findings]))
    assert [(f.start, f.end) for f in left] == kept


def test_of_two_alike_the_earlier_in_the_lexicon_stays():
    two = [finding(0, 2, "error", "refusal.b"), finding(0, 2, "error", "refusal.a")]
    assert [f.rule for f in without_overlaps(two)] == ["refusal.b"]


levels = st.sampled_from(["hint", "info", "warning", "error"])
rules = st.sampled_from(["refusal.a", "refusal.b", "pronoun.a", "address.a"])


@st.composite
def random_findings(draw):
    start = draw(st.integers(0, 20))
    return finding(start, start + draw(st.integers(0, 6)), draw(levels), draw(rules))


@given(st.lists(random_findings(), max_size=12))
def test_findings_left_do_not_compete_for_a_place(findings):
    left = without_overlaps(findings)
    for words in (True, False):
        same = [f for f in left if (f.category in ("pronoun", "address")) == words]
        assert not any(a.span.overlaps(b.span) for a in same for b in same if a is not b)
    # Nothing is dropped without reason: whatever is gone meets something that stayed.
    for gone in (f for f in findings if f not in left):
        assert any(gone.span.overlaps(f.span) or gone.span == f.span for f in left)


@given(st.lists(random_findings(), max_size=12))
def test_order_is_by_place_then_by_rule(findings):
    keys = [(f.start, f.end, f.rule) for f in in_order(findings)]
    assert keys == sorted(keys)


@given(st.text("您好。，\n不行", max_size=60), st.integers(1, 20))
def test_blocks_lose_nothing_and_are_no_longer_than_asked(text, most):
    parts = list(blocks(text, most))
    assert "".join(parts) == text
    assert all(0 < len(part) <= most for part in parts)


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("一二。\n三四。五六", 6, ["一二。\n", "三四。五六"]),
        ("一二。三四。五六", 6, ["一二。三四。", "五六"]),
        ("一二，三四五六", 6, ["一二，", "三四五六"]),
        ("一二三四五六七", 3, ["一二三", "四五六", "七"]),
    ],
)
def test_blocks_end_where_a_reader_would_stop(text, most, parts):
    assert list(blocks(text, most)) == parts


@pytest.mark.parametrize(
    ("text", "edit", "said", "after"),
    [
        ("您好，请您谅解。不行，谢谢", (8, 10, "请您谅解"), "", "您好，请您谅解。谢谢"),
        ("您好，请您谅解。不行。谢谢", (8, 10, "请您谅解"), "", "您好，请您谅解。谢谢"),
        ("请您谅解，不行", (5, 7, "请您谅解"), "", "请您谅解"),
        ("不行", (0, 2, "请您谅解，暂不支持退货"), "暂不支持退货", "请您谅解"),
        ("不行", (0, 2, "请您谅解"), "", "请您谅解"),
    ],
)
def test_what_the_reply_says_already_is_not_said_again(text, edit, said, after):
    assert apply_edits(text, without_echo(text, (Edit(*edit),), said)) == after


def test_holes_move_with_the_text_around_them():
    edits = [Edit(2, 4, "不"), Edit(8, 8, "三个字")]
    assert move_holes([Span(0, 2), Span(4, 6), Span(9, 10)], edits) == (Span(0, 2), Span(3, 5), Span(11, 12))


# -- edits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "您好不行"),
        ([(2, 4, "可以")], "您好可以"),
        ([(0, 0, "亲，")], "亲，您好不行"),
        ([(2, 4, ""), (0, 2, "嗯")], "嗯"),
        ([(2, 2, "，"), (2, 4, "可以")], "您好，可以"),
        ([(4, 4, "。")], "您好不行。"),
    ],
)
def test_edits_are_made_all_at_once(edits, after):
    assert apply_edits("您好不行", [Edit(*e) for e in edits]) == after


@pytest.mark.parametrize("edits", [[(0, 3, ""), (2, 4, "")], [(3, 5, "")], [(2, 1, "")], [(-1, 1, "")]])
def test_edits_that_cannot_be_made_are_refused_whole(edits):
    with pytest.raises(ValueError, match="edit"):
        apply_edits("您好不行", [Edit(*e) for e in edits])


# -- an engine with a lexicon of its own ----------------------------------------------------------

FACTS = "引子:\n  scope: clause\n  find: ['^(您好|亲|好的)$']\n致歉:\n  scope: reply\n  find: [抱歉]\n"
COMMON = "    message: 甲\n    en: a\n    why: 甲\n    bad: ['[[甲]]']\n    good: [甲]\n"


def engine(*rules, layers=()):
    """An engine over rules given as `id` and the entry's own lines."""
    texts = {"facts.yml": FACTS}
    for number, (rule_id, *lines) in enumerate(rules):
        body = "".join(f"    {line}\n" for line in (f"title: {rule_id}", *lines))
        category = rule_id.partition(".")[0]
        texts[f"rules/{number}.yml"] = f"category: {category}\nrules:\n  - id: {rule_id}\n{body}{COMMON}"
    found, problems = compiler.load(texts)
    assert problems == []
    return Engine(found, Profile("test", "", ()), layers)


def reported(checker, text, holes=()):
    return [(f.rule, text[f.start : f.end]) for f in checker.check(text, holes)]


REFUSAL = ("refusal.plain", "level: error", "find: [不行]", "safe: [<致歉>暂不支持]")
PRONOUN = ("pronoun.you", "level: warning", "fits: word", "find: [你]", "safe: [您]")


@cache
def shared():
    """One engine that has seen many drafts."""
    return engine(GUARDED)


class TestKinds:
    def test_find_may_mark_less_than_it_replaces(self):
        checker = engine(("pronoun.you", "find: ['<标:(你)>好']", "safe: [您好]"))
        assert reported(checker, "你好") == [("pronoun.you", "你")]
        assert checker.fix("你好") == "您好"

    def test_find_takes_the_first_variant_that_claims_a_place(self):
        checker = engine(("refusal.a", "find: [{say: 真不行, safe: 甲}, {say: 不行, safe: 乙}]"))
        assert checker.fix("真不行，不行") == "甲，乙"

    def test_find_leaves_quotations_alone_unless_told(self):
        assert reported(engine(REFUSAL), "您说“不行”吗") == []
        assert reported(engine((*REFUSAL, "quoted: yes")), "您说“不行”吗") == [("refusal.plain", "不行")]

    def test_find_outside_something_harmless(self):
        checker = engine((*REFUSAL, "outside: [行不行]"))
        assert reported(checker, "行不行，不行") == [("refusal.plain", "不行")]

    def test_count_marks_what_is_too_many(self):
        checker = engine(("filler.a", "kind: count", "find: [那个]", "most: 1"))
        assert [f.start for f in checker.check("那个，那个，那个")] == [3, 6]
        assert checker.check("那个") == []

    def test_absence_marks_where_something_is_missing(self):
        start = engine(("structure.a", "kind: absence", "find: [您好]", "least: 2"))
        end = engine(("structure.b", "kind: absence", "find: [再见]", "at: end"))
        assert [(f.start, f.end) for f in start.check("请稍等，谢谢")] == [(0, 0)]
        assert start.check("您好，请稍等") == start.check("请稍等") == start.check("") == []
        assert [(f.start, f.end) for f in end.check("请稍等 ")] == [(3, 3)]


GUARDED = (
    "refusal.guarded",
    "find: [不行]",
    "when: [{leading: '^(这|那)'}]",
    "unless: [致歉, {clause: 退}, {sentence: 改天}, {before: 虽然}, {after: '^,但'}, {reply: 谢谢}]",
)


class TestEngine:
    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.lists(
                st.sampled_from(
                    ["这不行", "那不行", "不行", "虽然", "退", "改天", "但", "抱歉", "谢谢", "，", "。", "？"]
                ),
                max_size=9,
            ).map("".join),
            min_size=2,
            max_size=5,
        )
    )
    def test_what_is_remembered_of_one_draft_changes_nothing_in_another(self, texts):
        checker = shared()
        seen = [reported(checker, text) for text in (*texts, *texts)]
        assert seen == [reported(engine(GUARDED), text) for text in texts] * 2

    def test_each_match_of_a_sentence_is_asked_about_by_itself(self):
        found = engine(GUARDED).check("这不行，但是，那不行")
        assert [(f.start, f.end) for f in found] == [(8, 10)]

    def test_offsets_are_those_of_the_draft(self):
        text = "😀您\u200b好，這個不\u200b行！！"
        (found,) = engine(REFUSAL).check(text)
        assert found.span.of(text) == "不\u200b行"

    def test_a_rule_that_is_off_says_nothing(self):
        off = Layer("project", (Decision("refusal.plain", "none", ""),))
        assert engine(REFUSAL, layers=[off]).check("不行") == []

    def test_a_layer_changes_the_severity(self):
        mild = Layer("project", (Decision("refusal", "hint", ""),))
        assert [f.severity for f in engine(REFUSAL, layers=[mild]).check("不行")] == ["hint"]

    def test_words_of_address_are_reported_beside_an_act(self):
        checker = engine(("blame.a", "find: [你搞错了]"), PRONOUN)
        assert reported(checker, "你搞错了") == [("pronoun.you", "你"), ("blame.a", "你搞错了")]

    def test_nothing_is_reported_in_a_placeholder_or_link(self):
        assert reported(engine(REFUSAL), "{不行}[不行]`不行`https://a.example/不行") == [
            ("refusal.plain", "不行")
        ]
        assert reported(engine(REFUSAL), "请运行 不行 命令", [Span(4, 6)]) == []

    def test_text_longer_than_any_reply_is_read_in_blocks(self):
        text = "您好，不行。\n" * 4000
        found = engine(REFUSAL).check(text)
        assert len(found) == 4000
        assert all(f.span.of(text) == "不行" for f in found)
        edits = [e for f in found[-1].fixes for e in f.edits]
        assert all(Span(e.start, e.end).of(text) in ("", "不行") for e in edits)

    @pytest.mark.parametrize(
        "text",
        [
            "\ud800",
            "",
            " ",
            "\n",
            "。",
            "😀",
            "\x00",
            "您",
            "{}",
            "“",
            "”“",
        ],
    )
    def test_any_text_is_a_draft(self, text):
        checker = engine(REFUSAL, PRONOUN, ("structure.a", "kind: absence", "find: [您好]"))
        checker.check(text)
        assert checker.fix(checker.fix(text)) == checker.fix(text)

    def test_a_lone_surrogate_hides_nothing(self):
        text = "\ud83d您好，不行\udfff"
        assert reported(engine(REFUSAL), text) == [("refusal.plain", "不行")]
        assert engine(REFUSAL).fix(text) == "\ud83d您好，非常抱歉，暂不支持\udfff"

    def test_the_same_wording_is_offered_once(self):
        checker = engine(("refusal.a", "find: [不行]", "safe: [暂不支持, 暂不支持, 暂时不行]"))
        assert [f.title for f in checker.check("不行")[0].fixes] == ["暂不支持", "暂时不行"]

    @pytest.mark.parametrize(
        ("own", "offered"),
        [
            ("", ["暂不支持", "我问问"]),
            (", safe: 暂时不行", ["暂时不行", "我问问"]),
            (", unsafe: 我再看看", ["暂不支持", "我再看看"]),
            (", safe: []", ["我问问"]),
            (", safe: [], unsafe: []", []),
        ],
    )
    def test_a_list_that_a_way_of_saying_it_writes_stands_for_the_rule_s(self, own, offered):
        checker = engine(("refusal.a", f"find: [{{say: 不行{own}}}]", "safe: 暂不支持", "unsafe: 我问问"))
        assert [f.title for f in checker.check("不行")[0].fixes] == offered


class TestFixing:
    def test_safe_fixes_only_unless_asked(self):
        checker = engine(("refusal.a", "find: [不行]", "unsafe: [我帮您问问]"))
        assert checker.fix("不行") == "不行"
        assert checker.fix("不行", unsafe=True) == "我帮您问问"

    def test_a_fix_that_does_not_help_is_not_kept(self):
        checker = engine(("refusal.a", "find: [不行]", "safe: [不行的]"))
        assert checker.fix("不行") == "不行"

    def test_fixes_that_undo_each_other_end(self):
        one = ("refusal.a", "find: [不行]", "safe: [不成]")
        two = ("refusal.b", "find: [不成]", "safe: [不行]")
        assert engine(one, two).fix("不行，不成") == "不行，不成"

    def test_a_fix_never_leaves_an_empty_reply(self):
        checker = engine(("filler.a", "find: [那个]", "safe: [删去]"))
        assert checker.fix("那个") == "那个"
        assert checker.fix("那个，您好") == "那个，您好"  # a greeting alone answers nobody
        assert checker.fix("那个，请稍等") == "请稍等"

    def test_several_findings_are_all_mended(self):
        assert engine(REFUSAL, PRONOUN).fix("你好，这个不行，你看") == "您好，非常抱歉，这个暂不支持，您看"

    def test_holes_stay_where_they_are(self):
        assert engine(REFUSAL).fix("不行，不行", holes=[Span(3, 5)]) == "非常抱歉，暂不支持，不行"


# -- the shipped lexicon, over drafts that nobody wrote -------------------------------------------

CLEAN = ["您好", "请您稍等", "您的订单已经发出", "感谢您的耐心等待", "好的", "祝您生活愉快", "已经为您登记",
         "預計明天送達", "Apple ID 可以在设置里查看"]  # fmt: skip
FACTS_KEPT = ["{订单号}", "https://a.example/x?y=1", "SF1234567890", "3.5 元", "2026-11-21 18:00", "%s", "××"]
MARKS = ["，", "。", "！", "？", ",", "!", "?", "~", "……", "\n", " ", "😀", "[微笑]", ""]


@cache
def linter(profile="general"):
    return keqi.Linter(profile)


def examples():
    pool = [b.text for rule in linter().rules for b in rule.examples.bad]
    return st.sampled_from([*pool, *(g for rule in linter().rules for g in rule.examples.good)])


@st.composite
def drafts(draw):
    pieces = st.one_of(examples(), examples(), st.sampled_from(CLEAN), st.sampled_from(FACTS_KEPT))
    parts = draw(st.lists(st.tuples(pieces, st.sampled_from(MARKS)), min_size=1, max_size=5))
    return "".join(piece + mark for piece, mark in parts)


slow = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(drafts())
def test_findings_lie_inside_the_draft_in_order(text):
    found = linter().check(text)
    assert found == in_order(found)
    for one in found:
        assert 0 <= one.start <= one.end <= len(text)
        assert one.severity in ("hint", "info", "warning", "error")
        for fix in one.fixes:
            assert apply_edits(text, fix.edits) != text
            assert fix.title


@slow
@given(drafts(), st.booleans())
def test_fixing_ends_and_doing_it_again_changes_nothing(text, unsafe):
    once = linter().fix(text, unsafe)
    assert linter().fix(once, unsafe) == once


@slow
@given(drafts())
def test_fixing_never_leaves_more_findings(text):
    assert len(linter().check(linter().fix(text))) <= len(linter().check(text))


_FACTS = re.compile(r"[\d.:-]*\d|\{[^{}]*\}|%s|https?://[!-~]*[0-9A-Za-z/]|××|SF\d+|[A-Za-z]{2,}")


@slow
@given(drafts())
def test_safe_fixes_keep_the_facts(text):
    fixed = linter().fix(text)
    assert Counter(_FACTS.findall(fixed)) == Counter(_FACTS.findall(text))


@slow
@given(drafts())
def test_no_single_safe_fix_touches_a_fact(text):
    for one in linter().check(text):
        for fix in one.fixes:
            if fix.safe:
                assert Counter(_FACTS.findall(apply_edits(text, fix.edits))) == Counter(_FACTS.findall(text))


@slow
@example("这么晚了明天来。这么晚了明天来。")
@given(drafts())
def test_no_fix_writes_what_nobody_says(text):
    fixed = linter().fix(text, unsafe=True)
    odd = ["您们", "您您", "抱歉，非常抱歉"]
    if not re.search("[，。！？,!?]{2}", text):
        odd += ["，，", "。。", "，。", "？。", "！。"]
    for one in odd:
        assert fixed.count(one) <= text.count(one), fixed


@slow
@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("你不行抱歉，。")), max_size=80))
def test_any_text_can_be_checked_and_fixed(text):
    linter().check(text)
    assert linter().fix(linter().fix(text)) == linter().fix(text)


def test_one_linter_serves_many_threads():
    texts = [b.text for rule in linter().rules for b in rule.examples.bad][:120] + CLEAN
    shared = keqi.Linter()
    expected = [(linter().check(t), linter().fix(t)) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [(shared.check(t), shared.fix(t)) for t in texts], range(8)):
            assert found == expected


@pytest.mark.parametrize(
    "value", [Edit(0, 1, ""), Fix("", True, ()), finding(0, 1), Span(0, 1), keqi.Problem("a", 1, 1, "", "")]
)
def test_what_is_returned_does_not_change(value):
    for name in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name.name, None)
    hash(value)


def test_an_unknown_profile_names_the_nearest():
    with pytest.raises(ValueError, match="general"):
        keqi.Linter("genral")


def test_after_construction_nothing_is_read_from_disk_or_network():
    script = """
        import sys, keqi
        linter = keqi.Linter()
        seen = []
        def watch(event, args):
            if event in ("open", "socket.connect", "socket.bind", "os.listdir", "os.scandir", "subprocess.Popen"):
                seen.append((event, str(args[0])))
        sys.addaudithook(watch)
        for text in ("你这个不行,自己看说明", "這個不行,你自己看", "您好，请稍等"):
            linter.check(text)
            linter.fix(text, unsafe=True)
        print(seen)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
