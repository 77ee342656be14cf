"""What stands around a finding: its reply, or where that was not asked for, its lines."""

from __future__ import annotations

from collections.abc import Iterator

from keqi.findings import Finding
from keqi.render.report import Passage, Report
from keqi.text import LineIndex, Span


def findings(report: Report, index: LineIndex) -> Iterator[tuple[Finding, Passage]]:
    """Each finding of `report` with the reply it stands in; `index` holds the report's lines.

    Without passages the lines from a finding's beginning to its end take the reply's place.
    Findings in the same lines share one text, so that many in one long line cost no copies.
    """
    if report.passages:
        yield from zip(report.findings, report.passages, strict=True)
        return
    lines, text = Span(-1, -1), ""
    for finding in report.findings:
        own = _lines(index, finding)
        if own != lines:
            lines, text = own, own.of(report.text)
        # A finding may end in the line end that its last line is shown without.
        end = min(finding.end - own.start, len(text))
        yield finding, Passage(text, min(finding.start - own.start, end), end)


def _lines(index: LineIndex, finding: Finding) -> Span:
    """From the beginning of the first line that `finding` is in to the end of the last."""
    first = index.line_span(index.line_at(finding.start))
    last = index.line_span(index.line_at(finding.end))
    return Span(first.start, last.end)
