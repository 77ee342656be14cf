"""Reports for the tests of renderers, made without a linter."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from keqi.findings import LEVELS, Edit, Finding, Fix
from keqi.render.report import Report
from keqi.rules import BadExample, Examples, Rule

_NO_MATCHER: Any = None

RULES = tuple(
    Rule(
        id=rule,
        title=title,
        level=level,
        message=f"{title}，不妥。",
        why=f"为什么不说{title}。",
        source="第 1 条",
        en=f"Not {rule}.",
        matcher=_NO_MATCHER,
        title_en=english,
        why_en=f"Why no {english}." if english else "",
        tags=("口语",),
        examples=Examples((BadExample("这个*不行*。", 3, 5, "这个<抱歉>。"),), ("[可以](行)。",)),
    )
    for rule, title, english, level in (
        ("refusal.bare", "一口回绝", "A bare no", "error"),
        ("pronoun.ni", "称客户为“你”", "Saying 你", "warning"),
        ("promise.soon", "空口的尽快", "", "info"),
        ("structure.closing", "没有结束语", "No goodbye", "none"),
    )
)
"""One of them is not explained in English, as a user's own may be."""


def at(text: str, word: str, rule: str = "refusal.bare", level: str = "error", *fixes: Fix) -> Finding:
    """The finding that marks the first `word` in `text`; an empty one at the text's end."""
    start = text.index(word) if word else len(text)
    category = rule.partition(".")[0]
    return Finding(start, start + len(word), rule, category, level, f"不要说“{word}”。", fixes)


def rewording(finding: Finding, new: str, safe: bool = True) -> Fix:
    """The fix that puts `new` in the place of `finding`."""
    return Fix(new, safe, (Edit(finding.start, finding.end, new),))


def reported(text: str, word: str = "不行", path: str = "话术/甲.txt", **options: Any) -> Report:
    """A report with one finding in `text`; `options` as for `Report`."""
    return Report(path, text, (at(text, word),), **options)


NASTY = [
    "</script>",
    "<!--",
    "]]>",
    "\u2028",
    "\x00",
    "\x0b",
    "\ud800",
    "\ufffe",
    "😀",
    "\r\n",
    "%0A",
    "{0}",
    "a\tb",
]
"""What breaks careless output."""

texts = st.lists(st.sampled_from([*NASTY, "您好", "不行", "<b>&\"'", "::error::", "\n"]), max_size=6).map(
    "".join
)
"""Texts with much of what breaks careless output."""


@st.composite
def any_reports(draw: st.DrawFn) -> Report:
    """Any report of one file, with findings and fixes anywhere in it."""
    text = draw(texts)
    spans = draw(st.lists(st.tuples(*[st.integers(0, len(text))] * 2), max_size=3))
    findings = []
    for start, end in sorted((min(s), max(s)) for s in spans):
        fixes = tuple(
            Fix(new, draw(st.booleans()), (Edit(start, end, new),))
            for new in draw(st.lists(texts, max_size=2))
        )
        rule = draw(st.sampled_from([*(r.id for r in RULES), "own.rule"]))
        level = draw(st.sampled_from(LEVELS[1:]))
        findings.append(Finding(start, end, rule, rule.partition(".")[0], level, draw(texts), fixes))
    path = draw(st.sampled_from(["-", "甲.txt", "a b/乙:1,2%.md", "/绝对/丙.csv"]))
    return Report(path, text, tuple(findings), cell=draw(st.sampled_from(["", "售后!C12"])))
