"""What was found in one version of a document, as it is shown; what has not changed is not made again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from keqi.adapters.lsp import diagnostics
from keqi.adapters.lsp.checker import Checker
from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.diagnostics import Found, Sent
from keqi.adapters.lsp.document import Document
from keqi.adapters.lsp.examine import Outcome
from keqi.documents import Located


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in exactly this version, and how it is shown."""

    outcome: Outcome
    found: tuple[Found, ...] = ()
    sent: tuple[Sent, ...] = ()
    """The diagnostics."""
    client: Client = field(default_factory=Client)
    """Whom they were made for."""

    @property
    def document(self) -> Document:
        """The version."""
        return self.outcome.document

    @property
    def checker(self) -> Checker:
        """Who found it."""
        return self.outcome.context.checker


def present(outcome: Outcome, client: Client, before: Checked | None = None) -> Checked:
    """An outcome as it is shown to `client`; `before` is how an older version was shown."""
    if before is None or before.client != client or outcome.edited is None:
        found: Sequence[Found] = diagnostics.found_in(outcome, client)
    else:
        found = _found_again(outcome, client, before, outcome.edited)
    sent = (*(one.sent for one in found), *diagnostics.notes(outcome, client))
    return Checked(outcome, tuple(found), sent, client)


def _found_again(outcome: Outcome, client: Client, before: Checked, edited: int) -> list[Found]:
    """Every finding as it is shown; the text differs from that of `before` from `edited` on."""
    located = outcome.located
    first = _unchanged(located, before, edited)
    behind = _moved(outcome, before, edited, len(located) - first) if outcome.patches else []
    between = located[first : len(located) - len(behind)]
    kept = (_again(then, at) for then, at in zip(before.found[:first], located, strict=False))
    return [*kept, *(diagnostics.shown(at, outcome, client) for at in between), *behind]


def _again(then: Found, at: Located) -> Found:
    return then if then.located is at else Found(at.finding, then.shown, then.sent, at)


def _unchanged(located: Sequence[Located], before: Checked, edited: int) -> int:
    """How many findings, from the first on, stand before `edited` and say what they said."""
    for number, (now, then) in enumerate(zip(located, before.found, strict=False)):
        same = now.finding is then.finding or now.finding == then.finding
        # What points to another place may have to point elsewhere now.
        if not same or now.finding.end >= edited or "relatedInformation" in then.shown:
            return number
    return min(len(located), len(before.found))


def _moved(outcome: Outcome, before: Checked, edited: int, most: int) -> list[Found]:
    """The findings, at most so many, in lines below the one edited that have only moved, by position."""
    line = outcome.document.lines.line_at(edited)
    found: list[Found] = []
    for now, then in zip(reversed(outcome.located), reversed(before.found), strict=False):
        at = then.located
        is_below = at is not None and then.shown["range"]["start"]["line"] > line
        if len(found) == most or at is None or not is_below or now.inner is not at.inner:
            break
        found.append(diagnostics.moved(then, now))
    return found[::-1]
