"""What was found as the editor shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.convert import Client, range_of
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

Sent = dict[str, Any]
"""A diagnostic as it is sent: there may be thousands at each keystroke, so it is made as JSON at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and how it is shown."""

    finding: Finding
    shown: types.Diagnostic
    """Without `data`, which is made when the diagnostic is sent."""
    located: Located | None = None
    """The reply it was made in; None for a finding about a comment."""


def found_in(outcome: Outcome, client: Client) -> list[Found]:
    """Every finding of a document as it is shown, by position."""
    found = shown(outcome.located, outcome, client)
    found += (Found(f, _diagnostic(f, None, outcome, client)) for f in outcome.complaints)
    return sorted(found, key=lambda one: (one.finding.start, one.finding.end, one.finding.rule))


def shown(located: Iterable[Located], outcome: Outcome, client: Client) -> list[Found]:
    """Some of the findings in replies as they are shown."""
    return [Found(at.finding, _diagnostic(at.finding, at, outcome, client), at) for at in located]


def _diagnostic(finding: Finding, at: Located | None, outcome: Outcome, client: Client) -> types.Diagnostic:
    rule = outcome.context.checker.rule(finding.rule)
    page = types.CodeDescription(client.rule_pages + finding.rule) if client.rule_pages else None
    return types.Diagnostic(
        range=range_of(outcome.document.lines, finding.span, client.unit),
        message=message(finding, rule, client.english),
        severity=_SEVERITY[finding.severity],
        code=finding.rule,
        code_description=page if client.links else None,
        source="keqi",
        tags=[types.DiagnosticTag.Unnecessary] if client.tags and _is_superfluous(finding) else None,
        related_information=_related(at, outcome.document, client) if at and client.related else None,
    )


def message(finding: Finding, rule: Rule | None, english: bool) -> str:
    """What a finding says, in one language."""
    if finding.category == CATEGORY:
        return MESSAGES[finding.rule][english]
    return rule.en if english and rule is not None and rule.en else finding.message


def _is_superfluous(finding: Finding) -> bool:
    """Whether what a finding marks had better go: a filler, a suppression that covers nothing."""
    return finding.category == "filler" or finding.rule == UNUSED


def _related(
    at: Located, document: Document, client: Client
) -> list[types.DiagnosticRelatedInformation] | None:
    """Where the reply says 您, for the finding that it says 你 as well."""
    first = at.segment.text.find(_RESPECTFUL) if at.finding.rule == _MIXED else -1
    if first < 0:
        return None
    # The reply may have moved since it was read; the finding has moved with it.
    moved = at.finding.start - at.segment.source_span(at.inner.span).start
    span = at.segment.source_span(Span(first, first + 1)).shift(moved)
    place = types.Location(document.uri, range_of(document.lines, span, client.unit))
    return [types.DiagnosticRelatedInformation(place, messages.RESPECTFUL_HERE.say(client.english))]


def notes(outcome: Outcome, client: Client) -> Iterator[types.Diagnostic]:
    """Why the document was not checked, or not wholly, as an information in the first place concerned."""
    if outcome.note is not None:
        lines = outcome.document.lines
        line, column = lines.position(outcome.note.offset)
        end = lines.line_span(line).end
        span = Span(outcome.note.offset, max(end, outcome.note.offset))
        yield types.Diagnostic(
            range=range_of(lines, span if outcome.note.kind != "too-large" else Span(0, 0), client.unit),
            message=say(outcome.note, outcome.document, line + 1, column + 1, client.english),
            severity=types.DiagnosticSeverity.Information,
            code=outcome.note.kind,
            source="keqi",
        )


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


def problem_diagnostic(problem: Problem, lines: LineIndex | None, unit: Unit) -> types.Diagnostic:
    """A mistake in settings or lexicon; `lines` is the file as the editor has it, None when it is not open."""
    place = f"[{problem.key}] " if problem.key else ""
    advice = f"（{problem.advice}）" if problem.advice else ""
    is_settings = problem.file.endswith((".toml", ".json"))
    return types.Diagnostic(
        range=_problem_range(problem, lines, unit),
        message=f"{place}{problem.reason}{advice}",
        severity=types.DiagnosticSeverity.Error,
        code="settings" if is_settings else "lexicon",
        source="keqi",
    )


def _problem_range(problem: Problem, lines: LineIndex | None, unit: Unit) -> types.Range:
    line, column = max(problem.line - 1, 0), max(problem.column - 1, 0)
    if lines is None:
        # Without the text the end of the line is unknown; the start of the next one will do.
        return types.Range(types.Position(line, column), types.Position(line + 1, 0))
    start = lines.offset(line, column)
    end = lines.line_span(lines.line_at(start)).end
    return range_of(lines, Span(start, max(start, end)), unit)


def sent(
    shown: types.Diagnostic, lines: LineIndex | None, finding: Finding | None = None, path: str = ""
) -> Sent:
    """A diagnostic as JSON; for a finding, `data` holds it as the command line's JSON does."""
    wire: Sent = {
        "range": _range(shown.range),
        "message": shown.message,
        "severity": shown.severity,
        "code": shown.code,
        "source": shown.source,
    }
    if shown.code_description is not None:
        wire["codeDescription"] = {"href": shown.code_description.href}
    if shown.tags:
        wire["tags"] = list(shown.tags)
    if shown.related_information:
        wire["relatedInformation"] = [
            {"location": {"uri": r.location.uri, "range": _range(r.location.range)}, "message": r.message}
            for r in shown.related_information
        ]
    if finding is not None and lines is not None:
        wire["data"] = data(shown, lines, finding, path)
    return wire


def data(shown: types.Diagnostic, lines: LineIndex, finding: Finding, path: str) -> Sent:
    """The finding behind a diagnostic, as the command line's JSON has it."""
    return jsons.record(Report(path, "", ()), lines, finding, shown.message)


def with_data(found: Found, outcome: Outcome) -> types.Diagnostic:
    """The diagnostic as the client got it, for what refers to it."""
    shown = found.shown
    return types.Diagnostic(
        range=shown.range,
        message=shown.message,
        severity=shown.severity,
        code=shown.code,
        code_description=shown.code_description,
        source=shown.source,
        tags=shown.tags,
        related_information=shown.related_information,
        data=data(shown, outcome.document.lines, found.finding, outcome.context.path),
    )


def _range(asked: types.Range) -> dict[str, dict[str, int]]:
    start, end = asked.start, asked.end
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def result_id(items: Sequence[Sent]) -> str:
    """What is the same whenever the diagnostics are; nothing can be read from it."""
    return sha256(dumps(items, sort_keys=True).encode()).hexdigest()[:16]
