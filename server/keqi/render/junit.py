"""Findings as JUnit's XML: each file a suite of tests, each finding a test that failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keqi.findings import Finding
from keqi.render import text
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.width import printable
from keqi.render.xml import DECLARATION, attributes, content
from keqi.text import LineIndex

_NO_TIME = "0"
"""Seconds that a test took; some readers want to see a number."""


def render(reports: Iterable[Report], messages: Messages, explain: Explain = in_chinese) -> Iterator[str]:
    """A suite for each file: a failed test for each finding, or one that passed where there is none.

    A failed test belongs to the class `category.name`, as the rule is called, so that readers
    which gather tests by package and class show the findings by category and rule.
    """
    yield f"{DECLARATION}<testsuites{attributes({'name': 'keqi'})}>\n"
    for report in reports:
        yield from _suite(report, messages, explain)
    yield "</testsuites>\n"


def _suite(report: Report, messages: Messages, explain: Explain) -> Iterator[str]:
    unnamed = messages.say("stdin") if report.path == "-" else ""
    name, file = unnamed or report.name, unnamed or report.path
    count = len(report.findings)
    numbers = {"tests": count or 1, "failures": count, "errors": 0, "skipped": 0, "time": _NO_TIME}
    yield f"<testsuite{attributes({'name': name, **numbers})}>\n"
    if report.findings:
        yield from _failed(report, name, file, messages, explain)
    else:
        case = {"classname": "keqi", "name": f"{name} {messages.say('no-findings')}"}
        yield f"<testcase{attributes({**case, 'file': file, 'time': _NO_TIME})}/>\n"
    yield "</testsuite>\n"


def _failed(report: Report, name: str, file: str, messages: Messages, explain: Explain) -> Iterator[str]:
    index = report.lines()
    described = text.render(report, text.Style(messages), explain)
    for finding, description in zip(report.findings, described, strict=True):
        case = {"classname": finding.rule, "name": _name(name, index, finding), "file": file}
        failure = {"type": finding.severity, "message": printable(explain(finding))}
        yield f"<testcase{attributes({**case, 'time': _NO_TIME})}>\n"
        yield f"<failure{attributes(failure)}>{content(description)}</failure>\n"
        yield "</testcase>\n"


def _name(path: str, index: LineIndex, finding: Finding) -> str:
    """The place: no two findings of one rule have the same."""
    line, column = index.position(finding.start)
    return f"{path}:{line + 1}:{column + 1}"
