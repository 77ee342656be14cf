"""Kind `absence`: something that a whole reply should say is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keqi.conditions import Condition
from keqi.matchers.base import Match
from keqi.reply import Found, Pattern, Reply


@dataclass(frozen=True, slots=True)
class Absence:
    """An empty match where `patterns` should stand and none of them does."""

    patterns: tuple[Pattern, ...]
    at_end: bool
    """Whether the missing part belongs at the end of the reply, or at its start."""
    least: int = 0
    """Replies with fewer clauses are left alone: a short answer in a chat needs no greeting."""
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()

    @property
    def always(self) -> bool:
        """Always: it is the lack of a hit that matters."""
        return True

    @property
    def last(self) -> bool:
        """No: what it finds stands on its own."""
        return False

    def matches(self, reply: Reply) -> Iterator[Match]:
        """One empty match, or none."""
        clauses = reply.clauses
        if not clauses or len(clauses) < self.least or any(reply.find(p) for p in self.patterns):
            return
        clause = clauses[-1] if self.at_end else clauses[0]
        at = len(reply.text.rstrip()) if self.at_end else clause.start
        found = Found(at, at, clause.number, {}, self.patterns[0])
        probe = found._replace(start=clause.start, end=clause.end)
        if all(c.holds(reply, probe) for c in self.when) and not any(
            c.holds(reply, probe) for c in self.unless
        ):
            yield Match(at, at, found)
