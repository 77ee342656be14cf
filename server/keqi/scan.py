"""Which patterns match in a clause, sentence or reply: one pass decides which are worth running.

What matches in a clause depends on its words alone, so it is remembered: while somebody types, all
clauses but one are known from the keystroke before, and libraries repeat their greetings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.reply import Matched, Pattern, Unit

REMEMBERED = 32_768
"""Stretches of text whose matches are kept; in memory only, and forgotten all at once when full."""


class Scanner:
    """All patterns, by the unit that they look at. Safe to share between threads."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))

    @cached_property
    def _units(self) -> Mapping[Unit, _UnitScanner]:
        """Made when first asked: a check of one clean reply needs no facts. Twice in a race is no harm."""
        every = self._patterns
        units: tuple[Unit, ...] = ("clause", "sentence", "reply")
        return {unit: _UnitScanner(p for p in every if p.unit == unit) for unit in units}

    @cached_property
    def _busy(self) -> tuple[_UnitScanner, ...]:
        return tuple(scanner for scanner in self._units.values() if scanner.any)

    def looks_at(self, unit: Unit) -> bool:
        """Whether any pattern looks at units of this kind."""
        return self._units[unit].any

    def might_match(self, text: str) -> bool:
        """Whether anything could match in units of this text: one pass, whatever there is to look for."""
        return any(unit.might_match(text) for unit in self._busy)

    def look(self, unit: Unit, text: str) -> tuple[Matched, ...]:
        """What matches in one unit of folded text; offsets from its start."""
        return self._units[unit].look(text)


class _UnitScanner:
    """The patterns that look at one kind of unit.

    Which of them are worth running is worked out for all at once, in sets of patterns that are kept
    as whole numbers: bit n stands for the pattern n.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self.any = bool(self._patterns)
        self._free = _free(self._patterns)
        meets = _by_literal(self._patterns)
        self._meets = tuple(meets.values())
        self._automaton = AhoCorasick(list(meets) or ["\x00"], matchkind=MatchKind.Standard)
        self._least, self._most = _by_bounds(self._patterns)
        self._fitting: dict[int, int] = {}
        self._known: dict[str, tuple[Matched, ...]] = {}

    def might_match(self, text: str) -> bool:
        """Whether a pattern's literal stands anywhere in a text, or some pattern needs none."""
        return bool(self._free[0] or self._automaton.find_matches_as_indexes(text))

    def look(self, text: str) -> tuple[Matched, ...]:
        known = self._known.get(text)
        if known is None:
            known = ()
            for number in self._worth_running(text):
                if found := self._patterns[number].matches(text):
                    known = (*known, *found)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[text] = known
        return known

    def _worth_running(self, text: str) -> Iterator[int]:
        """Patterns of which a literal stands here, whose length fits and whose other literals occur."""
        first, second, third, fourth = self._free
        for literal, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            meets = self._meets[literal]
            first |= meets[0]
            second |= meets[1]
            third |= meets[2]
            fourth |= meets[3]
        worth = first & second & third & fourth
        if worth:
            worth &= self._of_length(len(text))
        while worth:
            lowest = worth & -worth
            yield lowest.bit_length() - 1
            worth ^= lowest

    def _of_length(self, length: int) -> int:
        """The patterns that a unit of so many code points can match."""
        known = self._fitting.get(length)
        if known is None:
            long = sum(patterns for least, patterns in self._least.items() if least <= length)
            short = sum(patterns for most, patterns in self._most.items() if most >= length)
            known = self._fitting[length] = long & short
        return known


DEMANDS = 4
"""Of so many sets of literals one has to occur: a pattern's `literals`, and up to three that it has `also`."""


def _demands(pattern: Pattern) -> tuple[tuple[str, ...], ...]:
    """So many sets of literals; an empty one demands nothing."""
    return (pattern.literals, *pattern.also, *((),) * DEMANDS)[:DEMANDS]


def _by_literal(patterns: Sequence[Pattern]) -> Mapping[str, Sequence[int]]:
    """For each literal, and for each demand, the patterns that make it and are content with the literal."""
    meets: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        bit = 1 << number
        for demand, literals in enumerate(_demands(pattern)):
            for literal in literals:
                sets = meets.get(literal)
                if sets is None:
                    sets = meets[literal] = [0] * DEMANDS
                sets[demand] |= bit
    return meets


def _free(patterns: Sequence[Pattern]) -> tuple[int, ...]:
    """For each demand the patterns that do not make it."""
    free = [0] * DEMANDS
    for number, pattern in enumerate(patterns):
        for demand, literals in enumerate(_demands(pattern)):
            if not literals:
                free[demand] |= 1 << number
    return tuple(free)


def _by_bounds(patterns: Sequence[Pattern]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """The patterns by the least and by the most that they can match, in code points."""
    least: dict[int, int] = {}
    most: dict[int, int] = {}
    for number, pattern in enumerate(patterns):
        for bounds, bound in zip((least, most), pattern.bounds, strict=True):
            bounds[bound] = bounds.get(bound, 0) | 1 << number
    return least, most
