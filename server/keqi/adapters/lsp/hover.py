"""What the reader learns about the findings under the pointer. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.convert import Client, markdown, range_of
from keqi.adapters.lsp.diagnostics import message
from keqi.findings import Finding, Fix
from keqi.rules import Rule
from keqi.suppress import CATEGORY
from keqi.text import LineIndex, Span


def under(finding: Finding, offset: int) -> bool:
    """Whether the pointer before the code point at `offset` is on the finding."""
    return finding.start <= offset < max(finding.end, finding.start + 1)


def hover(
    found: Sequence[tuple[Finding, Rule | None]], lines: LineIndex, client: Client
) -> types.Hover | None:
    """What there is to say about findings; None when there are none."""
    if not found:
        return None
    text = "\n\n---\n\n".join(_explanation(finding, rule, client) for finding, rule in found)
    start, end = min(f.start for f, _ in found), max(f.end for f, _ in found)
    kind = types.MarkupKind.Markdown if client.markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), range_of(lines, Span(start, end), client.unit))


def _explanation(finding: Finding, rule: Rule | None, client: Client) -> str:
    """Title, message, why, good wording, source, id and how to switch it off, as Markdown or plain text."""
    english = client.english
    bold, plain = ("**{}**", markdown) if client.markdown else ("{}", str)
    parts = [bold.format(plain(rule.title_in(english)))] if rule else []
    parts.append(plain(message(finding, rule, english)))
    if rule and rule.why:
        parts.append(bold.format(messages.WHY.say(english).rstrip()) + " " + plain(rule.why_in(english)))
    if finding.fixes:
        better = "\n".join(f"- {plain(_wording(fix, english))}" for fix in finding.fixes)
        parts.append(bold.format(messages.BETTER.say(english)) + "\n\n" + better)
    source = f"{messages.SOURCE.say(english)}{plain(rule.source)} · " if rule and rule.source else ""
    parts.append(source + _code(finding.rule, client))
    if finding.category != CATEGORY:
        entry = _code(f'[rules] "{finding.rule}" = "none"', client)
        parts.append(messages.HOW_TO_TURN_OFF.say(english, entry=entry))
    return "\n\n".join(parts)


def _code(text: str, client: Client) -> str:
    return f"`{text}`" if client.markdown else text


def _wording(fix: Fix, english: bool) -> str:
    title = " ".join(fix.title.split())
    return title if fix.safe else title + messages.CONFIRM.say(english)
