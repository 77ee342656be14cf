"""Which patterns match in a clause, sentence or reply: one pass decides which are worth running.

What matches in a clause depends on its words alone, so it is remembered: while somebody types, all
clauses but one are known from the keystroke before, and libraries repeat their greetings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """The patterns that look at one kind of unit."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._anywhere = frozenset(n for n, p in enumerate(self._patterns) if not p.literals)
        wanted: dict[str, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            for literal in pattern.literals:
                wanted.setdefault(literal, []).append(number)
        self.any = bool(wanted or self._anywhere)
        # The further literals of a pattern are looked for in the same pass, but call for nothing.
        for literal in (literal for p in self._patterns for literals in p.also for literal in literals):
            wanted.setdefault(literal, [])
        index = {literal: at for at, literal in enumerate(wanted)}
        self._by_literal = tuple(map(tuple, wanted.values()))
        self._demands = tuple(
            (*p.bounds, tuple(frozenset(map(index.__getitem__, literals)) for literals in p.also))
            for p in self._patterns
        )
        self._automaton = AhoCorasick(list(wanted) or ["\x00"], matchkind=MatchKind.Standard)
        self._known: dict[str, tuple[Matched, ...]] = {}

    def might_match(self, text: str) -> bool:
        """Whether a pattern's literal stands anywhere in a text, or some pattern needs none."""
        return bool(self._anywhere or self._automaton.find_matches_as_indexes(text))

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

    def _worth_running(self, text: str) -> list[int]:
        """Patterns of which a literal stands here, whose length fits and whose other literals occur."""
        if not self._by_literal:
            return sorted(self._anywhere)
        present = {index for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        called = self._anywhere.union(*map(self._by_literal.__getitem__, present))
        length = len(text)
        worth = []
        for number in called:
            least, most, further = self._demands[number]
            if least <= length <= most:
                for literals in further:
                    if present.isdisjoint(literals):
                        break
                else:
                    worth.append(number)
        return sorted(worth)
