"""Findings as one page that opens anywhere: no request leaves it, and nothing in a reply can run.

The page's own texts come from `page/`, read by an adapter. What was found goes into it as JSON
that only the page's script reads, as text. The browser is told to run and apply nothing but the
very script and style that were put in.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from keqi.findings import LEVELS, Finding
from keqi.render import jsons, passages
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.rules import Rule, category_name

_Json = dict[str, Any]
_SLOT = re.compile(r"\{\{([a-z-]+)\}\}")
_IN_SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_FILLED_LATER = {
    name: f"{{{name}}}" for name in ["files", "bad", "count", "total", "page", "pages", "line", "column"]
}
"""What the page's script puts into its words."""
_WORDS = [
    "summary",
    "clean",
    "fixable",
    "categories",
    "files",
    "authors",
    "more",
    "fewer",
    "all",
    "shown",
    "none-left",
    "line",
    "message",
    "why",
    "advice",
    "no-advice",
    "marked",
    "missing-here",
    "whole",
    "unknown",
    "first",
    "previous",
    "next",
    "last",
    "number",
    "print-limit",
]
"""The wording that the page's script needs, as in `messages`, without `page-`."""
_LEVEL_WORDS = ("rule-safe", "rule-unsafe", "deletion", *LEVELS[1:])


@dataclass(frozen=True, slots=True)
class Page:
    """What the report is made from."""

    html: str
    """The page with a slot `{{name}}` for each text that is put in."""
    css: str
    js: str


def render(
    reports: Iterable[Report],
    rules: Iterable[Rule],
    page: Page,
    messages: Messages,
    version: str,
    when: str,
    explain: Explain = in_chinese,
) -> Iterator[str]:
    """The page, in pieces as the reports come. `version` is keqi's, `when` the time of the run in words."""
    before, after = page.html.split("{{data}}")
    values = {
        "lang": _LANGUAGES[messages.lang],
        "version": version,
        "policy": policy(page),
        "made": messages.say("page-made", when=when, version=version),
    }
    yield _filled(before, page, values, messages)
    yield from (piece.translate(_IN_SCRIPT) for piece in _data(reports, rules, messages, explain))
    yield _filled(after, page, values, messages)


def policy(page: Page) -> str:
    """The content security policy: only the page's own style and script, and no way from text to code."""
    return (
        "default-src 'none'; "
        f"script-src {_hash(page.js)}; style-src {_hash(page.css)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _filled(html: str, page: Page, values: Mapping[str, str], messages: Messages) -> str:
    """`html` with its slots filled; style and script go in as they are, all else as text."""
    raw = {"css": page.css, "js": page.js}

    def fill(slot: re.Match[str]) -> str:
        name = slot[1]
        if name in raw:
            return raw[name]
        return escape(values[name] if name in values else messages.say(name))

    return _SLOT.sub(fill, html)


# -- data -----------------------------------------------------------------------------------------


def _data(
    reports: Iterable[Report], rules: Iterable[Rule], messages: Messages, explain: Explain
) -> Iterator[str]:
    """One JSON object; the files come first, so that only the rules that were broken need follow."""
    broken: set[str] = set()
    yield '{"files": '
    yield from jsons.array(_file(report, broken, messages, explain) for report in reports)
    words = {name: messages.say(f"page-{name}", **_FILLED_LATER) for name in _WORDS}
    rest = {
        "rules": {rule.id: _rule(rule, messages) for rule in rules if rule.id in broken},
        "categories": _categories(broken, messages),
        "levels": LEVELS[:0:-1],
        "words": words | {name: messages.say(name) for name in _LEVEL_WORDS},
    }
    yield ", " + jsons.dumps(rest)[1:] + "\n"


def _rule(rule: Rule, messages: Messages) -> _Json:
    english = messages.lang == "en"
    missing = [
        name for name, said in (("title", rule.title_en), ("why", rule.why_en)) if english and not said
    ]
    return {"title": rule.title_in(english), "why": rule.why_in(english), "chinese": missing}


def _categories(broken: Iterable[str], messages: Messages) -> dict[str, str]:
    """The names of the categories of these rules, by id."""
    ids = sorted({rule.partition(".")[0] for rule in broken})
    return {name: category_name(name, messages.lang == "en") for name in ids}


def _file(report: Report, broken: set[str], messages: Messages, explain: Explain) -> _Json:
    """One file, or cell of a workbook: its replies, each once, and its findings.

    `broken` takes in the rules.
    """
    replies: dict[tuple[str, str, str], int] = {}
    found: list[_Json] = []
    index = report.lines()
    for finding, passage in passages.findings(report, index):
        broken.add(finding.rule)
        reply = replies.setdefault((passage.text, passage.label, passage.author), len(replies))
        line, column = index.position(finding.start)
        place = {"reply": reply, "start": passage.start, "end": passage.end}
        found.append(place | {"line": line + 1, "column": column + 1} | _finding(finding, explain))
    path = messages.say("stdin") if report.path == "-" else report.path
    known = [list(reply) for reply in replies]
    return {"path": path, "cell": report.cell, "replies": known, "findings": found}


def _finding(finding: Finding, explain: Explain) -> _Json:
    return {
        "rule": finding.rule,
        "category": finding.category,
        "level": finding.severity,
        "message": explain(finding),
        "fixes": [{"title": fix.title, "safe": fix.safe} for fix in finding.fixes],
    }
