"""Findings as workflow commands of GitHub Actions, which shows them beside the lines they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from keqi.findings import Finding
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.text import suggestion
from keqi.render.width import printable
from keqi.text import LineIndex

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice", "hint": "notice"}
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def render(
    reports: Iterable[Report], titles: Mapping[str, str], messages: Messages, explain: Explain = in_chinese
) -> Iterator[str]:
    """One line for each finding; `titles` are those of the rules, by id."""
    for report in reports:
        index = report.lines()
        for finding in report.findings:
            title = titles.get(finding.rule)
            title = f"{title} ({finding.rule})" if title else finding.rule
            said = [printable(explain(finding)), *(suggestion(fix, messages) for fix in finding.fixes)]
            if report.path == "-" or report.cell:
                said[0] = _at(report, index, finding, messages) + said[0]
            properties = {**_place(report, index, finding), "title": title}
            yield _command(_COMMANDS[finding.severity], properties, "\n".join(said))


def _place(report: Report, index: LineIndex, finding: Finding) -> dict[str, object]:
    """Where a finding is, as far as GitHub can show it: in lines of a file.

    Columns are given only within one line, since GitHub takes no others.
    """
    if report.path == "-":
        return {}
    if report.cell:
        return {"file": report.path}
    line, column = index.position(finding.start)
    last, end = index.position(finding.end)
    place: dict[str, object] = {"file": report.path, "line": line + 1, "endLine": last + 1}
    return place if line != last else {**place, "col": column + 1, "endColumn": end + 1}


def _at(report: Report, index: LineIndex, finding: Finding, messages: Messages) -> str:
    """Where a finding is, in words."""
    line, column = index.position(finding.start)
    name = messages.say("stdin") if report.path == "-" else printable(report.cell)
    return messages.say("at", path=name, line=line + 1, column=column + 1)


def _command(name: str, properties: Mapping[str, object], message: str) -> str:
    listed = ",".join(f"{key}={str(value).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {listed}::{message.translate(_IN_MESSAGE)}\n"
