"""The replies of a document as an outline, and a line over each that something was found in. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.convert import Client, range_of
from keqi.adapters.lsp.examine import Outcome
from keqi.adapters.lsp.present import Checked
from keqi.findings import Finding
from keqi.formats import Segment
from keqi.text import Span

REWRITE_REPLY = "keqi.rewriteReply"
"""The command that makes all safe fixes in one reply: URI, version, offset of a finding in it."""
_LONGEST_NAME = 30
"""Code points of a reply's first words in an outline."""


def symbols(outcome: Outcome, client: Client) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Every reply by its name in the file or, without one, by its first words."""
    replies = outcome.parsed.segments if outcome.parsed is not None else ()
    lines, kind = outcome.document.lines, types.SymbolKind.String
    if not client.tree:
        return [
            types.SymbolInformation(
                location=types.Location(outcome.document.uri, range_of(lines, reply.span, client.unit)),
                name=_name(reply),
                kind=kind,
            )
            for reply in replies
        ]
    return [
        types.DocumentSymbol(
            name=_name(reply),
            detail=_first_words(reply.text) if reply.label else None,
            kind=kind,
            range=range_of(lines, reply.span, client.unit),
            selection_range=range_of(lines, _first_line(reply, outcome), client.unit),
        )
        for reply in replies
    ]


def _name(reply: Segment) -> str:
    return reply.label or _first_words(reply.text)


def _first_words(text: str) -> str:
    words = " ".join(text[: 4 * _LONGEST_NAME].split())
    return words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1] + "…"


def _first_line(reply: Segment, outcome: Outcome) -> Span:
    """The part of a reply that an editor shows when it goes there."""
    lines = outcome.document.lines
    end = lines.line_span(lines.line_at(reply.span.start)).end
    return Span(reply.span.start, max(reply.span.start, min(reply.span.end, end)))


def lenses(checked: Checked, client: Client) -> Iterator[types.CodeLens]:
    """For each reply with findings, how many there are, and the offer to rewrite it."""
    document = checked.document
    replies: dict[int, list[Finding]] = {}
    for at in checked.outcome.located:
        replies.setdefault(id(at.segment), []).append(at.finding)
    for findings in replies.values():
        first = findings[0]
        safe = any(fix.safe for finding in findings for fix in finding.fixes)
        wording = messages.LENS if safe else messages.LENS_BY_HAND
        yield types.CodeLens(
            range=range_of(document.lines, first.span, client.unit),
            command=types.Command(
                title=wording.say(client.english, count=len(findings)),
                command=REWRITE_REPLY,
                arguments=[document.uri, document.version, first.start],
            ),
        )
