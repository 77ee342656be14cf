"""The light bulb: better wordings, "ignore this one", "turn this rule off". Pure but for the settings' text.

An action is made from what was found in the version that the client has; it never checks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.convert import Client, text_edits, workspace_edit
from keqi.adapters.lsp.diagnostics import Found, as_type
from keqi.adapters.lsp.document import Document
from keqi.adapters.lsp.present import Checked
from keqi.adapters.lsp.toml_edits import turned_off
from keqi.findings import Edit, Finding, Fix
from keqi.suppress import CATEGORY
from keqi.text import LineIndex, Span

FIX_ALL = "source.fixAll.keqi"
IGNORE = "keqi.ignore"
"""The command that notes a finding in the ignore file: URI, version, start, end, rule."""
TURN_OFF = "keqi.turnOff"
"""The command that switches a rule off in the settings file: URI, rule, whether for this file only."""
MOST_DECISIONS = 3
"""Findings in a selection up to which it is offered to ignore them; more would fill the screen."""
LONGEST_TITLE = 80
"""Code points of new wording in a menu entry; menus do not wrap."""

Data = dict[str, Any]
"""What an action that is not resolved yet remembers."""


def touches(finding: Finding, asked: Span) -> bool:
    """Whether a selection, or a cursor at either edge of the finding, is about it."""
    return finding.start <= asked.end and asked.start <= finding.end


def quick_fixes(checked: Checked, asked: Span, client: Client) -> Iterator[types.CodeAction]:
    """One action for each fix of each finding at `asked`, best first; the first safe one is preferred."""
    for found in checked.found:
        if not touches(found.finding, asked):
            continue
        safe = next((fix for fix in found.finding.fixes if fix.safe), None)
        for number, fix in enumerate(found.finding.fixes):
            action = types.CodeAction(
                title=fix_title(fix, client.english),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[as_type(found)],
                is_preferred=True if fix is safe else None,
            )
            if client.resolves:
                action.data = _data(checked.document, found.finding, number)
            else:
                action.edit = workspace_edit(checked.document, fix.edits, client)
            yield action


def _data(document: Document, finding: Finding, number: int) -> Data:
    place = {"start": finding.start, "end": finding.end, "rule": finding.rule}
    return {"uri": document.uri, "version": document.version, **place, "fix": number}


def resolved(action: types.CodeAction, checked: Checked | None, client: Client) -> types.CodeAction:
    """The action with its edit; as it is where the document has changed since it was offered."""
    data = action.data
    if checked is None or not isinstance(data, Mapping) or data.get("version") != checked.document.version:
        return action
    for found in checked.found:
        finding = found.finding
        same = (finding.start, finding.end, finding.rule) == tuple(
            data.get(k) for k in ("start", "end", "rule")
        )
        number = data.get("fix")
        if same and isinstance(number, int) and 0 <= number < len(finding.fixes):
            action.edit = workspace_edit(checked.document, finding.fixes[number].edits, client)
    return action


def fix_all(document: Document, edits: Sequence[Edit], client: Client) -> types.CodeAction:
    """The action that makes all safe fixes of a document at once."""
    return types.CodeAction(
        title=messages.FIX_ALL.say(client.english),
        kind=FIX_ALL,
        edit=workspace_edit(document, edits, client),
    )


def fix_title(fix: Fix, english: bool) -> str:
    """What the light bulb shows: the new wording, and a warning when it needs a second look."""
    title = " ".join(fix.title.split())
    if any(edit.text and edit.text in fix.title for edit in fix.edits):
        short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
        title = messages.REWRITE.say(english, new=short)
    return title if fix.safe else title + messages.UNSAFE.say(english)


# -- decisions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """Where a rule can be switched off."""

    file: Path
    text: str
    version: int | None = None
    """Of the file in the editor; None when it is not open there."""
    exists: bool = True
    uri: str = ""
    """As the client spells it; empty: it never did."""


def decisions(
    checked: Checked, asked: Span, client: Client, settings: SettingsFile | None
) -> Iterator[types.CodeAction]:
    """To ignore a finding at `asked`, or to switch its rule off for this file or the project.

    `settings`: the file for that; None where there is no project.
    """
    here = [f for f in checked.found if touches(f.finding, asked) and f.finding.category != CATEGORY]
    if len(here) > MOST_DECISIONS:
        return
    for found in here:
        yield _ignoring(checked, found, client)
    for rule in dict.fromkeys(f.finding.rule for f in here):
        shown = [as_type(f) for f in here if f.finding.rule == rule]
        for path in dict.fromkeys((checked.outcome.context.path, "")) if settings else ():
            assert settings is not None
            yield from _turning_off(checked.document, rule, path, shown, client, settings)


def _ignoring(checked: Checked, found: Found, client: Client) -> types.CodeAction:
    document, finding = checked.document, found.finding
    arguments = [document.uri, document.version, finding.start, finding.end, finding.rule]
    title = messages.IGNORE.say(client.english, words=_words(document, finding))
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[as_type(found)],
        command=types.Command(title=title, command=IGNORE, arguments=arguments),
    )


def _words(document: Document, finding: Finding) -> str:
    words = " ".join(finding.span.of(document.text).split())
    return words if len(words) <= LONGEST_TITLE // 4 else words[: LONGEST_TITLE // 4 - 1] + "…"


def _turning_off(
    document: Document,
    rule: str,
    path: str,
    shown: list[types.Diagnostic],
    client: Client,
    settings: SettingsFile,
) -> Iterator[types.CodeAction]:
    wording = messages.OFF_FOR_FILE if path else messages.OFF_FOR_PROJECT
    title = wording.say(client.english, rule=rule, file=settings.file.name)
    action = types.CodeAction(title=title, kind=types.CodeActionKind.QuickFix, diagnostics=shown)
    if can_edit(settings, client):
        edit = turned_off(settings.file, settings.text, rule, path)
        if edit is None:
            return
        action.edit = settings_edit(settings, edit, client)
    else:
        arguments = [document.uri, rule, bool(path)]
        action.command = types.Command(title=title, command=TURN_OFF, arguments=arguments)
    yield action


def can_edit(settings: SettingsFile, client: Client) -> bool:
    """Whether the client can change the settings file itself, so that it can be undone there."""
    return settings.exists or (client.document_changes and client.creates_files)


def settings_edit(settings: SettingsFile, edit: Edit, client: Client) -> types.WorkspaceEdit:
    """The edit of the settings file, which is created if need be."""
    uri = settings.uri or settings.file.as_uri()
    made = text_edits(LineIndex(settings.text), [edit], client.unit)
    if not client.document_changes:
        return types.WorkspaceEdit(changes={uri: made})
    target = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=settings.version)
    changes: list[Any] = [types.TextDocumentEdit(target, list(made))]
    if not settings.exists:
        changes.insert(0, types.CreateFile(uri=uri, options=types.CreateFileOptions(ignore_if_exists=True)))
    return types.WorkspaceEdit(document_changes=changes)
