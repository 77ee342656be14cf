"""How characters are typed: their syllables, and whether typed letters stand for a stretch of text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

_DOUBLE = ("zh", "ch", "sh")
"""Initials of two letters; one may type the first letter alone, too."""


def syllables(char: str) -> tuple[str, ...]:
    """The syllables of a character, without tones, ü as v; none for characters that have no entry."""
    return _table().get(char, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    # Not at import: most runs never ask.
    from keqi.pinyin_table import SYLLABLES

    readings: dict[str, tuple[str, ...]] = {}
    for syllable, chars in SYLLABLES.items():
        for char in chars:
            readings[char] = (*readings.get(char, ()), syllable)
    return readings


def typed_as(char: str) -> set[str]:
    """The characters with which the typing of `char` may begin: itself, and its initials."""
    return {char, *(syllable[0] for syllable in syllables(char))}


def reach(chars: str, start: int, typed: str) -> int | None:
    """Where in `chars` (an offset) the stretch from `start` ends that `typed` stands for, or None.

    Each character is typed as itself, as its initial, or as a whole syllable, as one likes:
    `qsd`, `qingsd`, `请sd`. The last one may be unfinished: `qingsha`.
    """
    places = {0}
    for at in range(start, len(chars)):
        places = {end for place in places for end in _steps(chars[at], typed, place)}
        if not places:
            return None
        if len(typed) in places:
            return at + 1
    return None


def _steps(char: str, typed: str, place: int) -> Iterator[int]:
    """Where in `typed` one may be after `char`, being at `place` before it."""
    if typed[place] == char:
        yield place + 1
    rest = typed[place:]
    for syllable in syllables(char):
        if rest[0] == syllable[0]:
            yield place + 1
        if syllable.startswith(_DOUBLE) and rest.startswith(syllable[:2]):
            yield place + 2
        if rest.startswith(syllable):
            yield place + len(syllable)
        elif syllable.startswith(rest):
            yield len(typed)
