"""Findings as Checkstyle's XML, which editors, CI servers and review bots have read for decades."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keqi.findings import Finding
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.text import suggestion
from keqi.render.width import printable
from keqi.render.xml import DECLARATION, attributes
from keqi.text import LineIndex

VERSION = "4.3"
"""The version of Checkstyle whose output this looks like; later ones only added to it."""

_SEVERITIES = {"error": "error", "warning": "warning", "info": "info", "hint": "info"}


def render(reports: Iterable[Report], messages: Messages, explain: Explain = in_chinese) -> Iterator[str]:
    """A `file` for each file, with an `error` for each finding; lines and columns from 1.

    In a workbook they count within the cell, and the message begins with its address.
    """
    yield f"{DECLARATION}<checkstyle{attributes({'version': VERSION})}>\n"
    for report in reports:
        name = messages.say("stdin") if report.path == "-" else report.path
        yield f"<file{attributes({'name': name})}>\n"
        index = report.lines()
        for finding in report.findings:
            message = f"{report.cell} {explain(finding)}".lstrip()
            yield _error(index, finding, message, messages)
        yield "</file>\n"
    yield "</checkstyle>\n"


def _error(index: LineIndex, finding: Finding, message: str, messages: Messages) -> str:
    line, column = index.position(finding.start)
    said = [printable(message), *(suggestion(fix, messages) for fix in finding.fixes)]
    values = {
        "line": line + 1,
        "column": column + 1,
        "severity": _SEVERITIES[finding.severity],
        "message": "\n".join(said),
        "source": f"keqi.{finding.rule}",
    }
    return f"<error{attributes(values)}/>\n"
