"""Which patterns match in a clause, sentence or reply: one pass decides which are worth running.

What matches in a clause depends on its words alone, so it is remembered: while somebody types, all
clauses but one are known from the keystroke before, and libraries repeat their greetings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import itemgetter, or_

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.reply import Matched, Pattern, Unit, one_by_one

REMEMBERED: Mapping[Unit, int] = {"clause": 16_384, "sentence": 2_048, "reply": 128}
"""Of how many stretches of text the matches are kept, in memory only; forgotten all at once when full.

A clause comes back, a whole reply hardly ever: it changes with every keystroke.
"""


class Scanner:
    """All patterns, by the unit that they look at. Safe to share between threads."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))

    @cached_property
    def _units(self) -> Mapping[Unit, _UnitScanner]:
        """Made when first asked: a check of one clean reply needs no facts. Twice in a race is no harm."""
        every = self._patterns
        units: tuple[Unit, ...] = ("clause", "sentence", "reply")
        return {unit: _UnitScanner((p for p in every if p.unit == unit), REMEMBERED[unit]) for unit in units}

    @cached_property
    def _busy(self) -> tuple[_UnitScanner, ...]:
        return tuple(scanner for scanner in self._units.values() if scanner.any)

    def prepare(self) -> None:
        """Make now all that checking needs, for whoever checks for hours and waits for none of it."""
        for unit in self._units.values():
            unit.prepare()

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

    def __init__(self, patterns: Iterable[Pattern], remembered: int) -> None:
        self._patterns = tuple(patterns)
        self._remembered = remembered
        self.any = bool(self._patterns)
        self._looked_up = 0
        self._automaton: _Automaton | None = None
        self._known: dict[str, tuple[Matched, ...]] = {}

    @cached_property
    def _table(self) -> _Table:
        return _Table(self._patterns)

    def prepare(self) -> _Automaton:
        """The automaton, made if need be. Twice in a race is no harm."""
        if self._automaton is None:
            self._automaton = _Automaton(self._patterns)
        return self._automaton

    def _index(self, length: int) -> _Table | _Automaton:
        """What tells the patterns worth running on so many code points more."""
        if self._automaton is None:
            self._looked_up += length
            if self._looked_up <= FEW:
                return self._table
        return self.prepare()

    def might_match(self, text: str) -> bool:
        """Whether a pattern's literal stands anywhere in a text, or some pattern needs none."""
        return self.any and self._index(len(text)).might_match(text)

    def look(self, text: str) -> tuple[Matched, ...]:
        known = self._known.get(text)
        if known is None:
            known = ()
            for number in self._index(len(text)).worth_running(text):
                if found := self._patterns[number].matches(text):
                    known = (*known, *found)
            if len(self._known) >= self._remembered:
                self._known.clear()
            self._known[text] = known
        return known


FEW = 4_000
"""Code points up to which the table does. It takes about a microsecond for each, ten times as long as
the automaton; but that takes fifty milliseconds to make: a check of a few replies is done before."""


class _Table:
    """Patterns by the literals of their first demand, looked up at each place of a text: soon made."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        free: list[int] = []
        self._by_literal: defaultdict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            first = next(_demanded(pattern))
            for literal in first:
                self._by_literal[literal].append(number)
            if not first:
                free.append(number)
        self._free = tuple(free)
        self._lengths = tuple(sorted(set(map(len, self._by_literal))))

    def might_match(self, text: str) -> bool:
        """Whether a literal stands anywhere in a text, or some pattern needs none."""
        return bool(self._free) or any(True for _ in self._within(text))

    def worth_running(self, text: str) -> list[int]:
        """Patterns whose literals stand in a unit, and whose length fits; in order."""
        numbers = {*self._free, *(n for found in self._within(text) for n in found)}
        return [n for n in sorted(numbers) if self._fits(self._patterns[n], text)]

    def _within(self, text: str) -> Iterator[Sequence[int]]:
        """The patterns of each literal in the text."""
        by_literal = self._by_literal
        for start in range(len(text)):
            for length in self._lengths:
                if (piece := text[start : start + length]) in by_literal:
                    yield by_literal[piece]

    @staticmethod
    def _fits(pattern: Pattern, text: str) -> bool:
        least, most = pattern.bounds
        begins, ends = pattern.ends
        if (
            not least <= len(text) <= most
            or (begins and text[:1] not in begins)
            or (ends and text[-1:] not in ends)
        ):
            return False
        return all(any(map(text.__contains__, one_by_one(some))) for some in pattern.needs[1:] if some)


DEMANDS = 4
"""Of so many sets of literals one each has to occur: of the first, and of up to three more that a pattern needs."""

_number_of = itemgetter(0)
"""The number of the literal that an automaton's match is one of."""


class _MetBy(dict[int, int]):
    """By the number of a literal, the demands of patterns that it meets; made when it first occurs, as most never do."""

    def __init__(self, bits: Iterable[Sequence[int]]) -> None:
        super().__init__()
        self._bits = tuple(bits)

    def __missing__(self, literal: int) -> int:
        met = self[literal] = sum(1 << bit for bit in self._bits[literal])
        return met


class _ByEnd(dict[str, int]):
    """The patterns by the character at one end of a unit; made when a text first has it there."""

    def __init__(self, patterns: Sequence[Pattern], end: int) -> None:
        """`end`: 0 for the first character, 1 for the last."""
        super().__init__()
        alike: dict[str, int] = {}
        for number, pattern in enumerate(patterns):
            alike[pattern.ends[end]] = alike.get(pattern.ends[end], 0) | 1 << number
        self._of_any = alike.pop("", 0)
        self._demanding: defaultdict[str, list[int]] = defaultdict(list)
        for chars, numbers in alike.items():
            for char in chars:
                self._demanding[char].append(numbers)

    def __missing__(self, char: str) -> int:
        allowing = self[char] = reduce(or_, self._demanding.get(char, ()), self._of_any)
        return allowing


class _ByLength(dict[int, int]):
    """The patterns by the length of a unit; made when a text first has it."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        super().__init__()
        self._alike: dict[tuple[int, int], int] = {}
        for number, pattern in enumerate(patterns):
            self._alike[pattern.bounds] = self._alike.get(pattern.bounds, 0) | 1 << number

    def __missing__(self, length: int) -> int:
        fitting = (numbers for (least, most), numbers in self._alike.items() if least <= length <= most)
        allowing = self[length] = reduce(or_, fitting, 0)
        return allowing


class _Automaton:
    """All literals of all patterns in one pass.

    Which patterns are worth running is worked out for all at once, in sets of patterns that are kept
    as whole numbers: bit n stands for the pattern n. The sets of those whose first, second … demand
    is met stand side by side in one number, so that a literal costs one operation.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        meets = _by_literal(patterns)
        self._patterns = len(patterns)
        self._met_by = _MetBy(meets.values())
        self._automaton = AhoCorasick(tuple(meets) or ("\x00",), matchkind=MatchKind.Standard)
        free = _free(patterns)
        self._undemanding = bool(free[0])
        self._free = sum(patterns << demand * self._patterns for demand, patterns in enumerate(free))
        self._of_length = _ByLength(patterns)
        self._of_first, self._of_last = _ByEnd(patterns, 0), _ByEnd(patterns, 1)

    def might_match(self, text: str) -> bool:
        """Whether a literal stands anywhere in a text, or some pattern needs none."""
        return self._undemanding or bool(self._automaton.find_matches_as_indexes(text))

    def worth_running(self, text: str) -> Iterator[int]:
        """Patterns whose literals stand in a unit, and whose length and ends fit; in order."""
        literals = map(_number_of, self._automaton.find_matches_as_indexes(text, overlapping=True))
        met = reduce(or_, map(self._met_by.__getitem__, literals), self._free)
        worth = met & self._of_length[len(text)] & self._of_first[text[:1]] & self._of_last[text[-1:]]
        for demand in range(1, DEMANDS):
            worth &= met >> demand * self._patterns
        while worth:
            lowest = worth & -worth
            yield lowest.bit_length() - 1
            worth ^= lowest


def _demanded(pattern: Pattern) -> Iterator[list[str]]:
    """So many sets of literals; an empty one demands nothing."""
    return map(one_by_one, (*pattern.needs, *[""] * DEMANDS)[:DEMANDS])


def _by_literal(patterns: Sequence[Pattern]) -> Mapping[str, Sequence[int]]:
    """For each literal the demands that it meets, each as the bit that stands for that of a pattern."""
    meets: defaultdict[str, list[int]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        for demand, literals in enumerate(_demanded(pattern)):
            bit = demand * len(patterns) + number
            for literal in literals:
                meets[literal].append(bit)
    return meets


def _free(patterns: Sequence[Pattern]) -> tuple[int, ...]:
    """For each demand the patterns that do not make it."""
    free = [0] * DEMANDS
    for number, pattern in enumerate(patterns):
        for demand, literals in enumerate(_demanded(pattern)):
            if not literals:
                free[demand] |= 1 << number
    return tuple(free)
