"""What was found as the editor shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.convert import Client, as_json, converter
from keqi.adapters.lsp.document import Document
from keqi.adapters.lsp.examine import LARGEST, Note, Outcome
from keqi.documents import Located
from keqi.findings import Finding
from keqi.problems import Problem
from keqi.render import jsons
from keqi.render.report import Report
from keqi.rules import Rule
from keqi.suppress import CATEGORY, MESSAGES, UNUSED
from keqi.text import LineIndex, Span, Unit

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}
_MIXED, _RESPECTFUL = "pronoun.mixed", "您"
"""The rule about a reply that says both 你 and 您, and what it should say."""

Sent = str
"""A diagnostic as JSON text: there may be thousands at each keystroke, and most are as they were before."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and how it is shown."""

    finding: Finding
    shown: Json
    """The diagnostic; its `data` holds the finding as the command line's JSON does."""
    sent: Sent
    located: Located | None = None
    """The reply it was made in; None for a finding about a comment."""


def found_in(outcome: Outcome, client: Client) -> list[Found]:
    """Every finding of a document as it is shown, by position."""
    found = [shown(at, outcome, client) for at in outcome.located]
    if outcome.complaints:
        found += (_found(f, None, outcome, client) for f in outcome.complaints)
        found.sort(key=lambda one: (one.finding.start, one.finding.end, one.finding.rule))
    return found


def shown(at: Located, outcome: Outcome, client: Client) -> Found:
    """A finding in a reply as it is shown."""
    return _found(at.finding, at, outcome, client)


def _found(finding: Finding, at: Located | None, outcome: Outcome, client: Client) -> Found:
    made = _diagnostic(finding, at, outcome, client)
    return Found(finding, made, as_json(made), at)


def moved(before: Found, at: Located) -> Found:
    """`before` as it is shown when only what stands in lines above it has grown or shrunk: `at` is it now."""
    data, finding = before.shown["data"], at.finding
    start = {**data["start"], "offset": finding.start}
    end = {**data["end"], "offset": finding.end}
    fixes = finding.as_dict()["fixes"]
    made = {**before.shown, "data": {**data, "start": start, "end": end, "fixes": fixes}}
    return Found(finding, made, as_json(made), at)


def _diagnostic(finding: Finding, at: Located | None, outcome: Outcome, client: Client) -> Json:
    rule = outcome.context.checker.rule(finding.rule)
    made = _of(finding, rule, outcome.context.path, outcome.document.lines, client)
    related = _related(at, outcome.document, client) if at is not None and client.related else None
    if related is not None:
        made["relatedInformation"] = [related]
    return made


def spent(finding: Finding, path: str, lines: LineIndex, client: Client) -> Sent:
    """A finding about an entry of the ignore file at `path`, which holds `lines`."""
    return as_json(_of(finding, None, path, lines, client))


def _of(finding: Finding, rule: Rule | None, path: str, lines: LineIndex, client: Client) -> Json:
    said = message(finding, rule, client.english)
    made: Json = {
        "range": _range(lines, finding.span, client.unit),
        "message": said,
        "severity": _SEVERITY[finding.severity].value,
        "code": finding.rule,
        "source": "keqi",
        "data": jsons.record(Report(path, "", ()), lines, finding, said),
    }
    if client.links and client.rule_pages:
        made["codeDescription"] = {"href": client.rule_pages + finding.rule}
    if client.tags and _is_superfluous(finding):
        made["tags"] = [types.DiagnosticTag.Unnecessary.value]
    return made


def message(finding: Finding, rule: Rule | None, english: bool) -> str:
    """What a finding says, in one language."""
    if finding.category == CATEGORY:
        return MESSAGES[finding.rule][english]
    return rule.en if english and rule is not None and rule.en else finding.message


def _is_superfluous(finding: Finding) -> bool:
    """Whether what a finding marks had better go: a filler, a suppression that covers nothing."""
    return finding.category == "filler" or finding.rule == UNUSED


def _related(at: Located, document: Document, client: Client) -> Json | None:
    """Where the reply says 您, for the finding that it says 你 as well."""
    first = at.segment.text.find(_RESPECTFUL) if at.finding.rule == _MIXED else -1
    if first < 0:
        return None
    # The reply may have moved since it was read; the finding has moved with it.
    drift = at.finding.start - at.segment.source_span(at.inner.span).start
    span = at.segment.source_span(Span(first, first + 1)).shift(drift)
    place = {"uri": document.uri, "range": _range(document.lines, span, client.unit)}
    return {"location": place, "message": messages.RESPECTFUL_HERE.say(client.english)}


def notes(outcome: Outcome, client: Client) -> Iterator[Sent]:
    """Why the document was not checked, or not wholly, as an information in the first place concerned."""
    if outcome.note is not None:
        lines = outcome.document.lines
        line, column = lines.position(outcome.note.offset)
        end = lines.line_span(line).end
        span = Span(outcome.note.offset, max(end, outcome.note.offset))
        place = _range(lines, span if outcome.note.kind != "too-large" else Span(0, 0), client.unit)
        said = say(outcome.note, outcome.document, line + 1, column + 1, client.english)
        yield remark(place, said, types.DiagnosticSeverity.Information, outcome.note.kind)


def remark(place: Json, said: str, severity: types.DiagnosticSeverity, code: str) -> Sent:
    """A diagnostic that is no finding; `place` is its range."""
    said_of = {"message": said, "severity": severity.value, "code": code, "source": "keqi"}
    return as_json({"range": place, **said_of})


def say(note: Note, document: Document, line: int, column: int, english: bool) -> str:
    """A note as the command line would say it; `line` and `column` from 1."""
    if note.kind == "too-large":
        megabytes = len(document.text.encode("utf-8", "surrogatepass")) / 1e6
        return messages.TOO_LARGE.say(english, size=f"{megabytes:.0f} MB", most=f"{LARGEST / 1e6:.0f} MB")
    from keqi.render.messages import Messages

    name = document.uri.rpartition("/")[2]
    details = {"line": line, "column": column, **note.details}
    return Messages("en" if english else "zh").failure(_unquoted(name), note.kind, details)


def _unquoted(name: str) -> str:
    from urllib.parse import unquote

    return unquote(name, errors="replace")


def problem(wrong: Problem, lines: LineIndex | None, unit: Unit) -> Sent:
    """A mistake in settings or lexicon; `lines` is the file as the editor has it, None when it is not open."""
    place = f"[{wrong.key}] " if wrong.key else ""
    advice = f"（{wrong.advice}）" if wrong.advice else ""
    code = "settings" if wrong.file.endswith((".toml", ".json")) else "lexicon"
    said = f"{place}{wrong.reason}{advice}"
    return remark(_problem_range(wrong, lines, unit), said, types.DiagnosticSeverity.Error, code)


def _problem_range(wrong: Problem, lines: LineIndex | None, unit: Unit) -> Json:
    line, column = max(wrong.line - 1, 0), max(wrong.column - 1, 0)
    if lines is None:
        # Without the text the end of the line is unknown; the start of the next one will do.
        return {"start": {"line": line, "character": column}, "end": {"line": line + 1, "character": 0}}
    start = lines.offset(line, column)
    end = lines.line_span(lines.line_at(start)).end
    return _range(lines, Span(start, max(start, end)), unit)


def _range(lines: LineIndex, span: Span, unit: Unit) -> Json:
    line, column = lines.position(span.start, unit)
    last_line, last_column = lines.position(span.end, unit)
    return {
        "start": {"line": line, "character": column},
        "end": {"line": last_line, "character": last_column},
    }


def as_type(found: Found) -> types.Diagnostic:
    """The diagnostic as the client got it, for what refers to it."""
    return converter().structure(found.shown, types.Diagnostic)


def result_id(items: Sequence[Sent]) -> str:
    """What is the same whenever the diagnostics are; nothing can be read from it."""
    return sha256("\n".join(items).encode("utf-8", "surrogatepass")).hexdigest()[:16]
