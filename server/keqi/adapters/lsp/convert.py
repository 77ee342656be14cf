"""LSP's positions, edits and capabilities as what the session works with, and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from json import JSONEncoder
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter

from keqi.adapters.lsp.document import Change, Document, Place
from keqi.findings import Edit
from keqi.text import LineIndex, Span, Unit


@dataclass(frozen=True, slots=True)
class Client:
    """What the client agreed to at `initialize`; the defaults are those of the oldest client."""

    unit: Unit = Unit.UTF16
    """What its columns count."""
    english: bool = False
    """Whether it wants to be spoken to in English."""
    document_changes: bool = False
    """Whether an edit may say which version of the document it is for."""
    creates_files: bool = False
    """Whether an edit may create a file."""
    confirms: bool = False
    """Whether it shows edits that are marked so before it makes them."""
    resolves: bool = False
    """Whether it fetches the edit of a code action when the action is chosen."""
    pulls: bool = False
    """Whether it asks for diagnostics itself, so that none are pushed."""
    markdown: bool = True
    """Whether hovers may be Markdown."""
    related: bool = False
    """Whether diagnostics may point to other places."""
    tags: bool = False
    """Whether diagnostics may be marked as superfluous."""
    links: bool = False
    """Whether the code of a diagnostic may link to a page."""
    tree: bool = False
    """Whether symbols may say more than where they are."""
    rule_pages: str = ""
    """The address in front of a rule's id that its page has; empty: there are no pages."""


def client_of(capabilities: types.ClientCapabilities, encoding: str | None, english: bool) -> Client:
    """What a client can do, by its own account."""
    text = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    edit = workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
    # A client that pulls says there what its diagnostics may hold; else it is said under publishing.
    shown: Any = text.diagnostic or text.publish_diagnostics
    action, hover, symbol = text.code_action, text.hover, text.document_symbol
    formats = hover.content_format if hover else None
    return Client(
        unit=unit_of(encoding),
        english=english,
        document_changes=bool(edit.document_changes),
        creates_files=types.ResourceOperationKind.Create in (edit.resource_operations or ()),
        confirms=edit.change_annotation_support is not None,
        resolves=bool(
            action and action.data_support and action.resolve_support
            and "edit" in action.resolve_support.properties
        ),
        pulls=text.diagnostic is not None,
        markdown=not formats or types.MarkupKind.Markdown in formats,
        related=bool(shown and shown.related_information),
        tags=bool(shown and shown.tag_support),
        links=bool(shown and shown.code_description_support),
        tree=bool(symbol and symbol.hierarchical_document_symbol_support),
    )  # fmt: skip


def with_settings(client: Client, english: bool, rule_pages: str) -> Client:
    """The same client under other settings."""
    return replace(client, english=english, rule_pages=rule_pages)


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


def wanted(only: Sequence[str] | None, kind: str) -> bool:
    """Whether a client that asks for the kinds `only` takes actions of `kind`; None asks for all."""
    return only is None or any(asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only)


def text_edits(lines: LineIndex, edits: Iterable[Edit], unit: Unit) -> list[types.TextEdit]:
    """Edits of one text."""
    return [types.TextEdit(range_of(lines, edit.span, unit), edit.text) for edit in edits]


def workspace_edit(document: Document, edits: Iterable[Edit], client: Client) -> types.WorkspaceEdit:
    """Edits of one document, bound to its version when the client can do that."""
    made = text_edits(document.lines, edits, client.unit)
    if not client.document_changes:
        return types.WorkspaceEdit(changes={document.uri: made})
    target = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(target, list(made))])


def as_json(value: object) -> str:
    """`value` as JSON text, as short as it can be; it may hold half characters, if `value` does."""
    return _ENCODER.encode(value)


_ENCODER = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


@cache
def converter() -> Converter:
    """pygls's converter, one for all servers: to make it takes as long as a hundred messages."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]
    return made


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def markdown(text: str) -> str:
    """`text` so that Markdown shows it as it is: drafts hold asterisks, braces and angle brackets."""
    return _MARKUP.sub(r"\\\1", text)
