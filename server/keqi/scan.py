"""Which patterns match in a clause, sentence or reply: one pass decides which are worth running.

What matches in a clause depends on its words alone, so it is remembered: while somebody types, all
clauses but one are known from the keystroke before, and libraries repeat their greetings.
"""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.reply import Matched, Pattern, Unit

REMEMBERED = 32_768
"""Stretches of text whose matches are kept; in memory only, and forgotten all at once when full."""


class Scanner:
    """All patterns, by the unit that they look at. Safe to share between threads."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        every = list(dict.fromkeys(patterns))
        self._units = {
            unit: _UnitScanner(p for p in every if p.unit == unit) for unit in ("clause", "sentence", "reply")
        }

    def looks_at(self, unit: Unit) -> bool:
        """Whether any pattern looks at units of this kind."""
        return self._units[unit].any

    def look(self, unit: Unit, text: str) -> tuple[Matched, ...]:
        """What matches in one unit of folded text; offsets from its start."""
        return self._units[unit].look(text)


class _UnitScanner:
    """The patterns that look at one kind of unit."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        wanted: dict[str, list[int]] = {}
        self._patterns = tuple(patterns)
        self._anywhere: list[int] = []
        for number, pattern in enumerate(self._patterns):
            for literal in pattern.literals:
                wanted.setdefault(literal, []).append(number)
            if not pattern.literals:
                self._anywhere.append(number)
        self._by_literal = tuple(map(tuple, wanted.values()))
        self._automaton = AhoCorasick(list(wanted) or ["\x00"], matchkind=MatchKind.Standard)
        self._known: dict[str, tuple[Matched, ...]] = {}
        self.any = bool(wanted or self._anywhere)

    def look(self, text: str) -> tuple[Matched, ...]:
        known = self._known.get(text)
        if known is None:
            known = ()
            for pattern in self._worth_running(text):
                if found := pattern.matches(text):
                    known = (*known, *found)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[text] = known
        return known

    def _worth_running(self, text: str) -> list[Pattern]:
        """Patterns of which a literal stands here, whose length fits and whose other literals occur."""
        numbers = set(self._anywhere)
        if self._by_literal:
            for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
                numbers.update(self._by_literal[index])
        if not numbers:
            return []
        length = len(text)
        found = [self._patterns[number] for number in sorted(numbers)]
        return [p for p in found if p.bounds[0] <= length <= p.bounds[1] and _holds_all(text, p.also)]


def _holds_all(text: str, sets: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the text holds at least one literal of each set."""
    for literals in sets:
        for literal in literals:
            if literal in text:
                break
        else:
            return False
    return True
