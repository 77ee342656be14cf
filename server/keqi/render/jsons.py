"""Findings as JSON: lines and columns from 1, columns and offsets in code points."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from keqi.findings import Finding
from keqi.render.report import Explain, Report, in_chinese
from keqi.text import LineIndex


def records(report: Report, explain: Explain = in_chinese) -> Iterator[dict[str, Any]]:
    """The findings of one file as plain data."""
    index = report.lines() if report.findings else None
    for finding in report.findings:
        assert index is not None
        yield record(report, index, finding, explain(finding))


def record(report: Report, index: LineIndex, finding: Finding, message: str) -> dict[str, Any]:
    """One finding of `report` as plain data; `index` is of the report's text."""
    data = finding.as_dict()
    # In a workbook lines, columns and offsets count within the cell.
    cell = {"cell": report.cell} if report.cell else {}
    return {
        "path": report.path,
        **cell,
        "rule": data["rule"],
        "category": data["category"],
        "severity": data["severity"],
        "message": message,
        "start": _place(index, finding.start),
        "end": _place(index, finding.end),
        "fixes": data["fixes"],
    }


def _place(index: LineIndex, offset: int) -> dict[str, int]:
    line, column = index.position(offset)
    return {"line": line + 1, "column": column + 1, "offset": offset}


def dumps(record: object) -> str:
    """One record on one line, Chinese as it is; a lone surrogate is escaped, to stay valid UTF-8."""
    text = json.dumps(record, ensure_ascii=False)
    if any("\ud800" <= char <= "\udfff" for char in text):
        return json.dumps(record)
    return text


def array(items: Iterable[object]) -> Iterator[str]:
    """The pieces of one JSON array, a record a line, made as the records come."""
    opened = False
    for item in items:
        yield (",\n" if opened else "[\n") + dumps(item)
        opened = True
    yield "\n]\n" if opened else "[]\n"


def lines(items: Iterable[object]) -> Iterator[str]:
    """JSON Lines: one record a line."""
    return (dumps(item) + "\n" for item in items)
