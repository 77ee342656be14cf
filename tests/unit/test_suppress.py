"""Suppression: by comment, by ignore file, by baseline; and what is said about those not used."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from keqi import documents
from keqi.documents import examine, parse
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.suppress import (
    EXPIRED,
    NOTHING,
    SPARE_NOTHING,
    UNREADABLE,
    UNUSED,
    Ignored,
    Spared,
    Suppressions,
    fingerprint,
)
from keqi.text import Span


class Fake:
    """不行 is a refusal that lies over 行 (filler), 急 is impatience; all are mended to 好."""

    WORDS = (("不行", "refusal.bare"), ("急", "impatience.hurry"), ("行", "filler.fine"))

    def check(self, text: str, holes: Sequence[Span] = (), spared: Spared = SPARE_NOTHING) -> list[Finding]:
        found: list[Finding] = []
        for word, rule in self.WORDS:
            for match in re.finditer(word, text):
                edit = Edit(*match.span(), "好")
                finding = Finding(
                    *match.span(), rule, rule.partition(".")[0], "error", "…", (Fix("好", True, (edit,)),)
                )
                if not spared.covers(finding, text) and not any(f.span.overlaps(finding.span) for f in found):
                    found.append(finding)
        return sorted(found, key=lambda f: f.start)

    def fix(
        self,
        text: str,
        unsafe: bool = False,
        holes: Sequence[Span] = (),
        spared: Spared = SPARE_NOTHING,
    ) -> str:
        return apply_edits(text, [e for f in self.check(text, holes, spared) for e in f.fixes[0].edits])


def seen(text: str, suppressions: Suppressions = NOTHING, format: str = "markdown") -> list[str]:
    """Rules and words of what is reported, in order."""
    settled = examine(Fake(), parse(text, format), suppressions)
    return [f"{f.rule.partition('.')[2]} {f.span.of(text)}" for f in settled.findings]


CASES = [
    ("on its own line", "不行 <!-- keqi: ignore -->\n\n不行", ["bare 不行"]),
    ("one rule of two", "不行，急 <!-- keqi: ignore[impatience.hurry] -->", ["bare 不行"]),
    ("a category", "不行，急 <!-- keqi: ignore[refusal, impatience] -->", ["fine 行"]),
    ("the next reply, all its lines", "<!-- keqi: ignore-next -->\n不行\n急\n\n急", ["hurry 急"]),
    (
        "a region",
        "急\n\n<!-- keqi: off -->\n\n不行\n\n急\n\n<!-- keqi: on -->\n\n急",
        ["hurry 急", "hurry 急"],
    ),
    (
        "a region for one rule, ended by name",
        "<!-- keqi: off[impatience] -->\n\n不行，急\n\n<!-- keqi: on[impatience] -->\n\n急",
        ["bare 不行", "hurry 急"],
    ),
    ("a region that nobody ends", "<!-- keqi: off -->\n\n不行\n\n急", []),
    ("the whole file, from anywhere in it", "不行\n\n急\n\n<!-- keqi: ignore-file -->", []),
    ("with a reason", "急 <!-- keqi: ignore[impatience] -- 客户自己的话 -->", []),
    ("in full width and capitals", "急 <!-- KEQI： Ignore -->", []),
    ("other comments say nothing", "急 <!-- keqi is a linter -->", ["hurry 急"]),
]


@pytest.mark.parametrize(("text", "left"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_comments_suppress(text: str, left: list[str]) -> None:
    assert seen(text) == left


def test_what_lies_beneath_a_suppressed_rule_can_speak() -> None:
    assert seen("不行") == ["bare 不行"]
    assert seen("不行 <!-- keqi: ignore[refusal.bare] -->") == ["fine 行"]


COMPLAINTS = [
    ("nothing is found there", "您好 <!-- keqi: ignore -->", UNUSED),
    ("another rule is found there", "急 <!-- keqi: ignore[refusal] -->", UNUSED),
    ("no reply follows", "急\n\n<!-- keqi: ignore-next -->", UNUSED),
    ("it has expired", "急 <!-- keqi: ignore until 2026-01-31 -->", EXPIRED),
    ("an unknown word", "急 <!-- keqi: ignor -->", UNREADABLE),
    ("a day that is none", "急 <!-- keqi: ignore until 2026-13-01 -->", UNREADABLE),
]


@pytest.mark.parametrize(("text", "rule"), [c[1:] for c in COMPLAINTS], ids=[c[0] for c in COMPLAINTS])
def test_a_comment_of_no_use_is_a_finding_at_the_comment(text: str, rule: str) -> None:
    settled = examine(Fake(), parse(text, "markdown"), Suppressions(today="2026-02-01"))
    (complaint,) = settled.complaints
    assert complaint.rule == rule
    assert complaint.span.of(text).startswith("<!-- keqi")
    assert complaint.severity == "warning"
    assert ("急" in text) == bool(settled.located)


def test_a_suppression_holds_on_its_last_day() -> None:
    text = "急 <!-- keqi: ignore until 2026-01-31 -->"
    assert seen(text, Suppressions(today="2026-01-31")) == []
    assert len(seen(text, Suppressions(today="2026-02-01"))) == 2


def test_fixing_leaves_alone_what_is_suppressed() -> None:
    text = "急，不行 <!-- keqi: ignore[impatience] -->\n\n急，不行\n"
    fixed = "急，好 <!-- keqi: ignore[impatience] -->\n\n好，好\n"
    assert documents.fix(Fake(), text, "markdown") == fixed


def mark(text: str, number: int = 0) -> str:
    return fingerprint(Fake().check(text)[number], text)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("这个不行", "这个不行", True),
        ("您好呀，这边再和您说一下，这个不行", "这个不行", False),
        ("您好您好，您好您好您好，这个不行", "大家好，您好您好您好，这个不行", True),
        ("这个不行", "那个不行", False),
        ("这个 不行", "这个不行\n", True),
    ],
    ids=["the same", "other context", "changed far away", "changed nearby", "other white space"],
)
def test_a_fingerprint_is_rule_words_and_a_little_context(before: str, after: str, same: bool) -> None:
    assert (mark(before) == mark(after)) is same
    assert re.fullmatch("[0-9a-f]{16}", mark(before))


def test_an_ignored_finding_stays_ignored_wherever_its_reply_moves() -> None:
    entry = Ignored(mark("这个不行"))
    ignored = Suppressions({entry.fingerprint: entry})
    assert seen("这个不行", ignored) == ["fine 行"]
    assert seen("急\n\n- 这个不行\n\n那个不行", ignored) == ["hurry 急", "fine 行", "bare 不行"]
    settled = examine(Fake(), parse("这个不行"), ignored)
    assert settled.used_entries == {entry.fingerprint}


def test_an_entry_expires() -> None:
    entry = Ignored(mark("急"), until="2026-01-31")
    entries = {entry.fingerprint: entry}
    assert seen("急", Suppressions(entries, today="2026-01-31")) == []
    assert seen("急", Suppressions(entries, today="2026-02-01")) == ["hurry 急"]


def test_the_baseline_counts_and_survives_reordering() -> None:
    baseline = {mark("急"): 2, mark("不行"): 1}
    told = Suppressions(baseline=baseline)
    assert seen("不行\n\n急\n\n急", told) == []
    assert seen("急\n\n不行\n\n急", told) == []
    assert seen("急\n\n急\n\n急\n\n不行\n\n这个不行", told) == ["hurry 急", "bare 不行"]


@pytest.mark.parametrize("format", ["plain", "draft", "lines"])
def test_a_reply_itself_never_carries_a_comment(format: str) -> None:
    assert seen("急 # keqi: ignore", format=format) == ["hurry 急"]
