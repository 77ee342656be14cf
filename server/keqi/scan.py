"""One pass over a draft that says which patterns are worth running, and where."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.reply import Hits, Pattern


class Scanner:
    """All literals of all patterns in one Aho-Corasick automaton."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        wanted: dict[str, list[Pattern]] = {}
        for pattern in dict.fromkeys(patterns):
            for literal in pattern.literals:
                wanted.setdefault(literal, []).append(pattern)
        self._patterns = tuple(tuple(patterns) for patterns in wanted.values())
        self._automaton = AhoCorasick(list(wanted) or ["\x00"], matchkind=MatchKind.Standard)

    def scan(self, text: str) -> Hits:
        """Where literals stand in the folded text, each with the patterns that it belongs to."""
        if not self._patterns:
            return []
        patterns = self._patterns
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [(start, patterns[index]) for index, start, _ in found]
