"""Kind `count`: something is said too often in one reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keqi.matchers.base import Match
from keqi.reply import Pattern, Reply


@dataclass(frozen=True, slots=True)
class Count:
    """Matches every occurrence after the `most`-th."""

    patterns: tuple[Pattern, ...]
    most: int
    """How often it may be said."""

    @property
    def always(self) -> bool:
        """Never: what does not occur does not occur too often."""
        return False

    @property
    def last(self) -> bool:
        """No: what it finds stands on its own."""
        return False

    def matches(self, reply: Reply) -> Iterator[Match]:
        """The occurrences that are too many, in order."""
        found = sorted((f for p in self.patterns for f in reply.find(p)), key=lambda f: f.start)
        for one in found[self.most :]:
            if not reply.quoted(one.start, one.end):
                yield Match(one.start, one.end, one)
