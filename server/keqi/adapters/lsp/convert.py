"""Findings as LSP types, and LSP types as what the session works with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.document import Change, Document, Place
from keqi.findings import Edit, Finding, Fix
from keqi.problems import Problem
from keqi.rules import Rule
from keqi.text import LineIndex, Span, Unit

FIX_ALL = "source.fixAll.keqi"

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


@dataclass(frozen=True, slots=True)
class Client:
    """What the client agreed to at `initialize`; the defaults are those of the oldest client."""

    unit: Unit = Unit.UTF16
    """What its columns count."""
    english: bool = False
    """Whether it wants to be spoken to in English."""
    document_changes: bool = False
    """Whether an edit may say which version of the document it is for."""
    markdown: bool = True
    """Whether hovers may be Markdown."""


def unit_of(encoding: str | None) -> Unit:
    """The unit of a position encoding; UTF-16 when nothing was agreed, as LSP says."""
    return Unit(encoding) if encoding in {unit.value for unit in Unit} else Unit.UTF16


def changes(events: Iterable[types.TextDocumentContentChangeEvent]) -> list[Change]:
    """The content changes of one `didChange`."""
    return [_change(event) for event in events]


def _change(event: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(event, types.TextDocumentContentChangeWholeDocument):
        return Change(event.text)
    start, end = event.range.start, event.range.end
    return Change(event.text, Place(start.line, start.character), Place(end.line, end.character))


def offset_of(lines: LineIndex, position: types.Position, unit: Unit) -> int:
    """The offset that a client's position means, in code points."""
    return lines.offset(position.line, position.character, unit)


def span_of(lines: LineIndex, asked: types.Range, unit: Unit) -> Span:
    """The span that a client's range means; a range with its ends swapped is turned round."""
    ends = (offset_of(lines, asked.start, unit), offset_of(lines, asked.end, unit))
    return Span(min(ends), max(ends))


def range_of(lines: LineIndex, span: Span, unit: Unit) -> types.Range:
    """A span as a range. Raises ValueError when it lies outside the text."""
    start = types.Position(*lines.position(span.start, unit))
    return types.Range(start, types.Position(*lines.position(span.end, unit)))


def diagnostic(finding: Finding, rule: Rule | None, lines: LineIndex, client: Client) -> types.Diagnostic:
    """A finding as the editor shows it; `data` holds the finding itself."""
    return types.Diagnostic(
        range=range_of(lines, finding.span, client.unit),
        message=_message(finding, rule, client.english),
        severity=_SEVERITY[finding.severity],
        code=finding.rule,
        source="keqi",
        data=finding.as_dict(),
    )


def _message(finding: Finding, rule: Rule | None, english: bool) -> str:
    return rule.en if english and rule is not None and rule.en else finding.message


def too_large(document: Document, client: Client) -> types.Diagnostic:
    """The note on the first line of a document that is not checked because of its size."""
    return types.Diagnostic(
        range=types.Range(types.Position(0, 0), types.Position(0, 0)),
        message=messages.TOO_LARGE.say(client.english, count=len(document.text)),
        severity=types.DiagnosticSeverity.Information,
        code="too-large",
        source="keqi",
    )


def problem_diagnostic(problem: Problem, lines: LineIndex | None, unit: Unit) -> types.Diagnostic:
    """A mistake in a lexicon file; `lines` is the file as the editor has it, None when it is not open."""
    place = f"[{problem.key}] " if problem.key else ""
    advice = f"({problem.advice})" if problem.advice else ""
    return types.Diagnostic(
        range=_problem_range(problem, lines, unit),
        message=f"{place}{problem.reason}{advice}",
        severity=types.DiagnosticSeverity.Error,
        code="lexicon",
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


def touches(finding: Finding, asked: Span) -> bool:
    """Whether a selection, or a cursor at either edge of the finding, is about it."""
    return finding.start <= asked.end and asked.start <= finding.end


def under(finding: Finding, offset: int) -> bool:
    """Whether the pointer before the code point at `offset` is on the finding."""
    return finding.start <= offset < max(finding.end, finding.start + 1)


def wanted(only: Sequence[str] | None, kind: str) -> bool:
    """Whether a client that asks for the kinds `only` takes actions of `kind`; None asks for all."""
    return only is None or any(asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only)


def quick_fixes(
    document: Document, finding: Finding, shown: types.Diagnostic, client: Client
) -> Iterator[types.CodeAction]:
    """One action for each fix of `finding`, best first; the first safe one is preferred."""
    safe = next((fix for fix in finding.fixes if fix.safe), None)
    for fix in finding.fixes:
        yield types.CodeAction(
            title=fix_title(fix, client.english),
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            is_preferred=True if fix is safe else None,
            edit=workspace_edit(document, fix.edits, client),
        )


def fix_all(document: Document, edits: Sequence[Edit], client: Client) -> types.CodeAction:
    """The action that makes all safe fixes of a document at once."""
    return types.CodeAction(
        title=messages.FIX_ALL.say(client.english),
        kind=FIX_ALL,
        edit=workspace_edit(document, edits, client),
    )


LONGEST_TITLE = 80
"""Code points of new wording in a menu entry; menus do not wrap."""


def fix_title(fix: Fix, english: bool) -> str:
    """What the light bulb shows: the new wording, and a warning when it needs a second look."""
    title = " ".join(fix.title.split())
    if any(edit.text and edit.text in fix.title for edit in fix.edits):
        short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
        title = messages.REWRITE.say(english, new=short)
    return title if fix.safe else title + messages.UNSAFE.say(english)


def workspace_edit(document: Document, edits: Sequence[Edit], client: Client) -> types.WorkspaceEdit:
    """Edits of one document, bound to its version when the client can do that."""
    made = [types.TextEdit(range_of(document.lines, edit.span, client.unit), edit.text) for edit in edits]
    if not client.document_changes:
        return types.WorkspaceEdit(changes={document.uri: made})
    target = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(target, list(made))])


def hover(
    found: Sequence[tuple[Finding, Rule | None]], lines: LineIndex, client: Client
) -> types.Hover | None:
    """What the reader learns about the findings under the pointer; None when there are none."""
    if not found:
        return None
    text = "\n\n---\n\n".join(_explanation(finding, rule, client) for finding, rule in found)
    start, end = min(f.start for f, _ in found), max(f.end for f, _ in found)
    kind = types.MarkupKind.Markdown if client.markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), range_of(lines, Span(start, end), client.unit))


def _explanation(finding: Finding, rule: Rule | None, client: Client) -> str:
    """Title, message, why, good wording, source and id of one finding, as Markdown or plain text."""
    english = client.english
    bold, plain = ("**{}**", markdown) if client.markdown else ("{}", str)
    parts = [bold.format(plain(rule.title))] if rule else []
    parts.append(plain(_message(finding, rule, english)))
    if rule and rule.why:
        parts.append(bold.format(messages.WHY.say(english).rstrip()) + " " + plain(rule.why))
    if finding.fixes:
        better = "\n".join(f"- {plain(_wording(fix, english))}" for fix in finding.fixes)
        parts.append(bold.format(messages.BETTER.say(english)) + "\n\n" + better)
    source = f"{messages.SOURCE.say(english)}{plain(rule.source)} · " if rule and rule.source else ""
    parts.append(source + (f"`{finding.rule}`" if client.markdown else finding.rule))
    return "\n\n".join(parts)


def _wording(fix: Fix, english: bool) -> str:
    title = " ".join(fix.title.split())
    return title if fix.safe else title + messages.CONFIRM.say(english)


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def markdown(text: str) -> str:
    """`text` so that Markdown shows it as it is: drafts hold asterisks, braces and angle brackets."""
    return _MARKUP.sub(r"\\\1", text)
