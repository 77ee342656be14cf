"""Findings as SARIF 2.1.0, the format that code scanning and many editors read.

Columns count code points, and a region ends before its last column. What is said to people goes
through `_message`: braces mean something in SARIF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from keqi.findings import LEVELS, Edit, Finding, Fix
from keqi.render import jsons, passages
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.text import suggestion
from keqi.rules import BadExample, Rule
from keqi.suppress import fingerprint
from keqi.text import LineIndex, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What relative addresses are relative to: the folder in which keqi was run."""
FINGERPRINT = "ruleTextContext/v1"
"""A finding's fingerprint (see `suppress.fingerprint`), and which of its like in the file it is."""

_LEVELS = {"error": "error", "warning": "warning", "info": "note", "hint": "note", "none": "none"}
_SEVERITIES = dict.fromkeys(LEVELS, "recommendation") | {"error": "error", "warning": "warning"}
"""What GitHub calls the levels of rules."""
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_MARKUP = re.compile(r"([\\`*_\[\]()<>#+\-.!|~&])")

_Json = dict[str, Any]
_Section = tuple[str, Sequence[str]]
"""A heading, which may be empty, and the lines under it."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What every result needs to know."""

    messages: Messages
    explain: Explain
    order: Mapping[str, int]
    """The rules' places in the log, by id."""
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each fingerprint was met so far in each file."""


def render(
    reports: Iterable[Report],
    rules: Sequence[Rule],
    messages: Messages,
    version: str,
    explain: Explain = in_chinese,
    pages: str = "",
) -> Iterator[str]:
    """One log with one run, in pieces as the reports come, a result a line.

    `version` is keqi's. `pages` is the address below which every rule has a page of its own, by
    id; empty while there are none.
    """
    context = _Context(messages, explain, {rule.id: at for at, rule in enumerate(rules)})
    yield f'{{"$schema": {jsons.dumps(SCHEMA)}, "version": "2.1.0", "runs": [\n'
    driver = {
        "name": "keqi",
        "semanticVersion": version,
        "version": version,
        "language": _LANGUAGES[messages.lang],
        "rules": [_rule(rule, messages, pages) for rule in rules],
    }
    yield f'{_open({"tool": {"driver": driver}, **_run(messages)})}, "results": '
    yield from jsons.array(result for report in reports for result in _results(report, context))
    yield "}]}\n"


def _open(record: _Json) -> str:
    """`record` without its closing brace, so that more can follow."""
    return jsons.dumps(record)[:-1]


def _run(messages: Messages) -> _Json:
    """What a reader must know to understand places."""
    return {
        "language": _LANGUAGES[messages.lang],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {ROOT: {"description": _message(messages.say("source-root"))}},
    }


def _message(text: str) -> _Json:
    """Text for people; a single brace would begin a placeholder."""
    return {"text": _braced(text)}


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


# -- rules ----------------------------------------------------------------------------------------


def _rule(rule: Rule, messages: Messages, pages: str) -> _Json:
    english = messages.lang == "en"
    what = rule.message_in(english)
    help = [section for section in _help(rule, what, messages) if section[1]]
    described = {
        "id": rule.id,
        "name": rule.title_in(english),
        "shortDescription": _message(rule.title_in(english)),
        "fullDescription": _message(rule.why_in(english)),
        "help": {"text": _braced(_plain(help)), "markdown": _braced(_markdown(help))},
        "defaultConfiguration": {"enabled": rule.level != "none", "level": _LEVELS[rule.level]},
        "properties": {
            "category": rule.category,
            "tags": [rule.category, *rule.tags],
            "problem.severity": _SEVERITIES[rule.level],
        },
    }
    return described | {"helpUri": pages + rule.id} if pages else described


def _help(rule: Rule, what: str, messages: Messages) -> Iterator[_Section]:
    say = messages.say
    yield "", [what]
    yield say("rule-why").strip(), [rule.why_in(messages.lang == "en")]
    yield say("rule-bad").strip(), [_example(bad) for bad in rule.examples.bad]
    yield say("rule-good").strip(), rule.examples.good
    yield "", [say("rule-source", source=rule.source)] if rule.source else []


def _example(bad: BadExample) -> str:
    return bad.text if bad.fixed is None else f"{bad.text} → {bad.fixed}"


def _plain(sections: Iterable[_Section]) -> str:
    return "\n".join("\n".join([heading, *lines]).lstrip() for heading, lines in sections)


def _markdown(sections: Iterable[_Section]) -> str:
    """The same in Markdown: the lines under a heading are a list."""
    parts = []
    for heading, lines in sections:
        shown = "\n".join(("- " if heading else "") + _escaped(line) for line in lines)
        parts.append(f"**{_escaped(heading)}**\n\n{shown}" if heading else shown)
    return "\n\n".join(parts)


def _escaped(text: str) -> str:
    """`text` as Markdown that shows it letter by letter; SARIF allows no HTML in it."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


# -- results --------------------------------------------------------------------------------------


def _results(report: Report, context: _Context) -> Iterator[_Json]:
    index = report.lines()
    file = artifact(report.path)
    for finding, passage in passages.findings(report, index):
        place = _cell(file, report.cell) if report.cell else _lines(file, index, finding)
        result = _result(finding, context) | {"locations": [place]}
        if not report.cell and (fixes := _fixes(finding)):
            result["fixes"] = [_fix(file, index, fix, context.messages) for fix in fixes]
        if passage.label and not report.cell:
            place["logicalLocations"] = [{"fullyQualifiedName": passage.label}]
        if passage.author:
            result["properties"]["author"] = passage.author
        known = fingerprint(replace(finding, start=passage.start, end=passage.end), passage.text)
        context.seen[report.path, known] += 1
        result["partialFingerprints"] = {FINGERPRINT: f"{known}:{context.seen[report.path, known]}"}
        yield result


def _result(finding: Finding, context: _Context) -> _Json:
    """What a result says wherever it is."""
    result: _Json = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _message(context.explain(finding)),
        "properties": {"category": finding.category, "severity": finding.severity},
    }
    if finding.rule in context.order:
        result["ruleIndex"] = context.order[finding.rule]
    return result


# -- places ---------------------------------------------------------------------------------------


def _lines(file: _Json, index: LineIndex, finding: Finding) -> _Json:
    region = _region(index, finding.span) | {"snippet": {"text": finding.span.of(index.text)}}
    return {"physicalLocation": {"artifactLocation": file, "region": region}}


def _cell(file: _Json, cell: str) -> _Json:
    """A place in a workbook: such a file has no lines, and SARIF knows no edits of its cells."""
    return {
        "physicalLocation": {"artifactLocation": file},
        "logicalLocations": [{"fullyQualifiedName": cell}],
    }


def artifact(path: str) -> _Json:
    """The address of the file at `path`: relative to the folder keqi ran in, or absolute as given."""
    if path == "-":
        return {"uri": "stdin"}
    named = PurePath(path)
    if named.is_absolute():
        return {"uri": named.as_uri()}
    return {"uri": _quoted(named.as_posix()), "uriBaseId": ROOT}


def _quoted(path: str) -> str:
    """`path` with every byte percent-encoded that may not stand in the path of an address."""
    data = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)


def _region(index: LineIndex, span: Span) -> _Json:
    """The half-open `span` as lines and columns, both from 1."""
    line, column = index.position(span.start)
    last, end = index.position(span.end)
    return {"startLine": line + 1, "startColumn": column + 1, "endLine": last + 1, "endColumn": end + 1}


def _fixes(finding: Finding) -> list[Fix]:
    """The fixes that change something, the safe ones first, each once: SARIF allows no others."""
    return sorted((fix for fix in dict.fromkeys(finding.fixes) if fix.edits), key=lambda fix: not fix.safe)


def _fix(file: _Json, index: LineIndex, fix: Fix, messages: Messages) -> _Json:
    replacements = [_replacement(index, edit) for edit in fix.edits]
    return {
        "description": _message(suggestion(fix, messages)),
        "artifactChanges": [{"artifactLocation": file, "replacements": replacements}],
    }


def _replacement(index: LineIndex, edit: Edit) -> _Json:
    return {"deletedRegion": _region(index, edit.span), "insertedContent": {"text": edit.text}}
