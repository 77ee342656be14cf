"""Findings for people: where, what, why, the line with the place underlined, and what to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from keqi.findings import LEVELS, Finding, Fix
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.width import Excerpt, excerpt, printable
from keqi.text import LineIndex

DEFAULT_WIDTH = 100
"""Columns when the output is no terminal."""

_INDENT = "    "
_COLOURS = {
    "error": "31;1",
    "warning": "33;1",
    "info": "36",
    "hint": "2",
    "path": "1",
    "fix": "32",
    "dim": "2",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How findings are shown."""

    messages: Messages = field(default_factory=Messages)
    colour: bool = False
    width: int = DEFAULT_WIDTH
    """Columns that the source line may take, indentation included."""

    def paint(self, text: str, role: str) -> str:
        """`text` in the colour of a level or of `path`, `fix` or `dim`, where colours are wanted."""
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if self.colour and text else text


def render(report: Report, style: Style, explain: Explain = in_chinese) -> Iterator[str]:
    """The findings of one file, one string each, lines divided by ``\\n``."""
    index = report.lines() if report.findings else None
    for finding in report.findings:
        assert index is not None
        yield "\n".join(_finding(report.name, index, finding, style, explain))


def _finding(path: str, index: LineIndex, finding: Finding, style: Style, explain: Explain) -> Iterator[str]:
    line, column = index.position(finding.start)
    place = style.paint(f"{printable(path)}:{line + 1}:{column + 1}:", "path")
    level = style.paint(style.messages.say(finding.severity), finding.severity)
    yield f"{place} {level} {finding.rule} {printable(explain(finding))}"
    yield from underlined(_shown(index, line, finding, style), finding.severity, style)
    for fix in finding.fixes:
        yield _INDENT + style.paint("→ " + suggestion(fix, style.messages), "fix")


def _shown(index: LineIndex, line: int, finding: Finding, style: Style) -> Excerpt:
    """The line in which the finding begins; a span over several lines is marked to its end."""
    room = max(style.width - len(_INDENT), 20)
    return excerpt(index.text, index.line_span(line), finding.span, room)


def underlined(shown: Excerpt, role: str, style: Style) -> Iterator[str]:
    """A line, and below it the marks under the place."""
    yield (_INDENT + shown.text).rstrip()
    yield _INDENT + " " * shown.start + style.paint("^" * (shown.end - shown.start), role)


def suggestion(fix: Fix, messages: Messages) -> str:
    """What to write instead, on one line, and whether a person must agree to it."""
    title = fix.title or messages.say("deletion")
    return messages.say("fix-safe" if fix.safe else "fix-unsafe") + printable(title)


def summary(findings: Iterable[Finding], files: int, messages: Messages) -> str:
    """One or two sentences at the end: how many of each level, and how many mend themselves."""
    levels: Counter[str] = Counter()
    fixable = 0
    for finding in findings:
        levels[finding.severity] += 1
        fixable += any(f.safe for f in finding.fixes)
    return counted(levels, fixable, files, messages)


def counted(levels: Counter[str], fixable: int, files: int, messages: Messages) -> str:
    """The summary, from the numbers alone."""
    if not levels.total():
        return messages.say("clean", count=files)
    parts = [
        messages.say("summary-level", level=messages.say(level), count=levels[level])
        for level in reversed(LEVELS)
        if levels[level]
    ]
    listed = messages.say("summary-separator").join(parts)
    said = messages.say("summary", count=levels.total(), levels=listed)
    return said + (messages.say("summary-fixable", count=fixable) if fixable else "")
