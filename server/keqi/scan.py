"""One pass over a draft that says which patterns are worth running, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.reply import Pattern


class Scanner:
    """All literals of all patterns in one Aho-Corasick automaton."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        wanted: dict[str, list[Pattern]] = {}
        for pattern in dict.fromkeys(patterns):
            for literal in pattern.literals:
                wanted.setdefault(literal, []).append(pattern)
        self._patterns = tuple(tuple(patterns) for patterns in wanted.values())
        self._automaton = AhoCorasick(list(wanted) or ["\x00"], matchkind=MatchKind.Standard)

    def scan(self, text: str) -> Mapping[Pattern, list[int]]:
        """For each pattern of which a literal occurs in the folded text, where (offsets of literals)."""
        hits: dict[Pattern, list[int]] = {}
        for index, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for pattern in self._patterns[index] if self._patterns else ():
                hits.setdefault(pattern, []).append(start)
        return hits
