"""Kind `consistency`: two ways of saying the same thing are mixed in one reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keqi.matchers.base import Match
from keqi.reply import Pattern, Reply


@dataclass(frozen=True, slots=True)
class Consistency:
    """Matches `unwanted` where the reply also says `wanted`."""

    unwanted: tuple[Pattern, ...]
    wanted: tuple[Pattern, ...]
    outside: tuple[Pattern, ...] = ()
    """Occurrences inside one of these do not count."""

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that the scan has to look for."""
        return (*self.unwanted, *self.wanted, *self.outside)

    @property
    def always(self) -> bool:
        """Never: both sides must occur."""
        return False

    def matches(self, reply: Reply) -> Iterator[Match]:
        """Each occurrence of the unwanted way, when the wanted one stands beside it."""
        if not any(reply.find(p) for p in self.wanted):
            return
        excused = [o for p in self.outside for o in reply.find(p)]
        for found in (f for p in self.unwanted for f in reply.find(p)):
            if reply.quoted(found.start, found.end) or any(
                o.start <= found.start and found.end <= o.end for o in excused
            ):
                continue
            yield Match(found.start, found.end, found)
