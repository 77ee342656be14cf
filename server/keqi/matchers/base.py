"""What every kind of matcher offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from keqi.reply import Found, Pattern, Reply
from keqi.rewrite import Template


@dataclass(frozen=True, slots=True)
class Match:
    """What a matcher found: the stretch to mark, and the stretch that a template replaces."""

    start: int
    """View offset; equal to `end` where something is missing."""
    end: int
    found: Found
    """What templates fill their slots from and replace."""
    fixes: tuple[Template, ...] | None = None
    """What to say instead, best first; None for the rule's wordings."""
    note: Callable[[], str] = str
    """Gives what to add to the rule's message about just this match, if anything; asked once it is reported."""


class Matcher(Protocol):
    """A kind of rule, built from its own options."""

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that the scan has to look for."""
        ...

    @property
    def always(self) -> bool:
        """Whether the matcher must run even when none of its patterns' literals occurs."""
        ...

    @property
    def last(self) -> bool:
        """Whether its matches count only where no other rule has found anything."""
        ...

    def matches(self, reply: Reply) -> Iterator[Match]:
        """All matches in the reply, in order."""
        ...
