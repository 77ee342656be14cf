"""What every fix keeps, over drafts put together from the lexicon's own examples and hard facts."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import keqi
from keqi.adapters.lexicons import load_shipped
from keqi.findings import apply_edits

RUDE = [bad.text for rule in load_shipped().rules for bad in rule.examples.bad]
GOOD = [good for rule in load_shipped().rules for good in rule.examples.good]
FACTS = [
    "订单{订单号}已发出",
    "单号SF1024330",
    "3月5日15:20前有效",
    "金额1,299.00元",
    "链接https://example.com/a?b=1",
    "联系王经理",
    "“你好，世界”一书",
    "版本V2.1😀",
    "退款%s元",
]
_FACTS = re.compile(
    r"https?://[\x21-\x7e]*[A-Za-z0-9/]|[A-Za-z][A-Za-z0-9]+|[0-9]+(?:[.,:][0-9]+)*|\{[^{}]*\}|%s|王经理|[“「][^”」]*[”」]|😀"
)
_DENIAL = re.compile(
    "不|没|沒|無|无|未|别|別|甭|休想|冇|唔|拒|谁|誰|哪|什么|什麼|超出|紧张|緊張|暂停|暫停|只能|最多|非|下班|结束|截止"
)
_NEGATOR = re.compile("不|没|沒|无|無|未|冇|唔")
DECISIONS = ("refusal", "ignorance")
"""What a draft says no to, and what it does not know, stays so."""


@cache
def linter() -> keqi.Linter:
    return keqi.Linter()


def facts(text: str) -> Counter[str]:
    return Counter(_FACTS.findall(text))


drafts = st.lists(
    st.sampled_from(RUDE) | st.sampled_from(GOOD) | st.sampled_from(FACTS), min_size=1, max_size=5
).flatmap(lambda parts: st.sampled_from(["。", "，", "\n", "！ ", ", "]).map(lambda mark: mark.join(parts)))

several = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@several
@given(drafts, st.booleans())
def test_fix_all_ends_keeps_the_facts_and_brings_nothing_new(draft, unsafe):
    before = linter().check(draft)
    fixed = linter().fix(draft, unsafe=unsafe)
    assert facts(fixed) == facts(draft)
    assert len(linter().check(fixed)) <= len(before)
    assert linter().fix(fixed, unsafe=unsafe) == fixed
    assert not {f.rule for f in linter().check(fixed)} - {f.rule for f in before}


@several
@given(drafts)
def test_a_fix_touches_only_what_it_says(draft):
    for finding in linter().check(draft):
        for fix in finding.fixes:
            assert all(a.end <= b.start for a, b in zip(fix.edits, fix.edits[1:], strict=False))
            assert all(0 <= e.start <= e.end <= len(draft) for e in fix.edits)


@pytest.mark.parametrize("text", RUDE)
def test_a_no_stays_a_no(text):
    """A safe wording for a refusal or for not knowing says no, or that one does not know."""
    for finding in linter().check(text):
        for fix in (f for f in finding.fixes if f.safe and finding.category in DECISIONS):
            assert _DENIAL.search("".join(e.text for e in fix.edits)), (finding.rule, text, fix.title)


@pytest.mark.parametrize("text", RUDE)
def test_a_word_of_address_changes_nothing_else(text):
    for finding in linter().check(text):
        if finding.category in ("pronoun", "address"):
            for fix in (f for f in finding.fixes if f.safe):
                after = apply_edits(text, fix.edits)
                assert len(_NEGATOR.findall(after)) == len(_NEGATOR.findall(text))
