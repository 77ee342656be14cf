"""Finding a phrase by what somebody types: its beginning, any characters, pinyin, or its scene."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from keqi.fold import fold, to_simplified
from keqi.phrases import Book, Phrase, Scene
from keqi.pinyin import reach, syllables, typed_as
from keqi.region import as_written_in


class Rank(IntEnum):
    """How well a phrase answers what was typed; smaller is better."""

    TITLE = 0
    """It is all of the title."""
    START = 1
    """It begins the title or the text."""
    CLAUSE = 2
    """It begins a clause of the text."""
    LABEL = 3
    """It begins a tag, or the scene's name."""
    INSIDE = 4
    """It is somewhere in the text or title."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found."""

    phrase: Phrase
    rank: Rank
    rest: str = ""
    """What one would type next, as one has begun: letters after letters, else characters."""


@dataclass(frozen=True, slots=True)
class Key:
    """A text as it is typed: without punctuation, in lower case, and where its clauses begin."""

    chars: str
    heads: frozenset[int]
    """Offsets in `chars` at which a clause begins; 0 among them."""
    starts: Mapping[str, tuple[int, ...]]
    """For a character or letter that typing may begin with, the offsets of what it may stand for."""

    def find(self, typed: str) -> tuple[int, int] | None:
        """The best stretch (offsets in `chars`) that `typed` stands for: earliest, heads first.

        In the middle of a clause one letter finds nothing (it would find everything), and a stretch
        ends with the clause.
        """
        places = self.starts.get(typed[0], ()) if typed else ()
        for start in (at for at in places if at in self.heads):
            if (end := reach(self.chars, start, typed)) is not None:
                return start, end
        if len(typed) == 1 and typed.isascii():
            return None
        for start in (at for at in places if at not in self.heads):
            end = reach(self.chars, start, typed)
            if end is not None and self.heads.isdisjoint(range(start, end)):
                return start, end
        return None

    def rest(self, end: int, letters: bool) -> str:
        """What follows offset `end`: the initials, or the characters."""
        return "".join((syllables(c) or (c,))[0][0] if letters else c for c in self.chars[end:])


def key(text: str) -> Key:
    """The key of a text."""
    chars: list[str] = []
    heads: set[int] = set()
    starts: dict[str, list[int]] = {}
    fresh = True
    for char in unicodedata.normalize("NFKC", text).lower():
        if not char.isalnum():
            fresh = True
            continue
        if fresh:
            heads.add(len(chars))
            fresh = False
        for first in typed_as(char):
            starts.setdefault(first, []).append(len(chars))
        chars.append(char)
    places = {first: tuple(offsets) for first, offsets in starts.items()}
    return Key("".join(chars), frozenset(heads), places)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one phrase."""

    text: Key
    title: Key
    labels: tuple[Key, ...]
    """Tags, the scene's title and id."""


class Finder:
    """Searches the phrases of a book under one profile. Immutable once made; threads may share it."""

    def __init__(self, book: Book, profile: str) -> None:
        self._lineage = book.lineage(profile)
        self.phrases = book.under(profile)
        """All that may be found, in the book's order."""
        scenes = {scene: (key(scene.title), key(scene.id.replace("-", ""))) for scene in book.scenes}
        self._keys = [
            _Keys(key(p.text), key(p.title), (*scenes[p.scene], *map(key, p.tags))) for p in self.phrases
        ]

    def search(self, typed: str, traditional: bool = False) -> list[Hit]:
        """The phrases that `typed` stands for, best first; none when it is empty or only punctuation.

        In a draft in Traditional characters (`traditional`) phrases written so come first, else last.
        """
        wanted = key(typed).chars
        if not wanted:
            return []
        spellings = [wanted]
        if fold(wanted).traditional:
            spellings.append(to_simplified(wanted))
        hits: list[tuple[tuple[int, ...], int, Hit]] = []
        for place, (phrase, keys) in enumerate(zip(self.phrases, self._keys, strict=True)):
            found = [hit for spelling in spellings if (hit := _hit(phrase, keys, spelling)) is not None]
            if found:
                best = min(found, key=lambda hit: hit.rank)
                hits.append((self._order(best, traditional), place, best))
        return [hit for *_, hit in sorted(hits, key=lambda item: item[:2])]

    def _order(self, hit: Hit, traditional: bool) -> tuple[int, ...]:
        foreign = hit.phrase.traditional is not traditional
        return (foreign and not traditional, hit.rank, foreign, self._distance(hit.phrase.scene))

    def _distance(self, scene: Scene) -> int:
        """0 for scenes of this profile's trade, 1 for everybody's, 2 for those of other trades."""
        if not scene.home:
            return 1
        return 2 if set(scene.home).isdisjoint(self._lineage) else 0

    def overview(self, most: int, traditional: bool = False) -> list[Phrase]:
        """Some phrases of every scene, `most` in all: to choose from when nothing is typed yet."""
        scenes: dict[Scene, list[Phrase]] = {}
        for phrase in self.phrases:
            scenes.setdefault(phrase.scene, []).append(phrase)

        def place(scene: Scene) -> tuple[bool, int]:
            return scenes[scene][0].traditional is not traditional, self._distance(scene)

        ordered = sorted(scenes, key=place)
        each = max(most // len(scenes), 1) if scenes else 0
        return [phrase for scene in ordered for phrase in scenes[scene][:each]][:most]

    def of_scene(self, name: str) -> list[Phrase]:
        """The phrases of the scene with this id or title; empty when there is none."""
        return [p for p in self.phrases if name in (p.scene.id, p.scene.title)]


def _hit(phrase: Phrase, keys: _Keys, typed: str) -> Hit | None:
    """How `typed` finds the phrase best; None when it does not."""
    return min(_hits(phrase, keys, typed), key=lambda hit: hit.rank, default=None)


def _hits(phrase: Phrase, keys: _Keys, typed: str) -> Iterator[Hit]:
    letters = typed[-1].isascii()
    for where in (keys.title, keys.text):
        found = where.find(typed)
        if found is not None:
            yield Hit(phrase, _rank(*found, where, where is keys.title), where.rest(found[1], letters))
    for label in keys.labels:
        found = label.find(typed)
        if found is not None and found[0] == 0:
            yield Hit(phrase, Rank.LABEL, label.rest(found[1], letters))


def _rank(start: int, end: int, where: Key, title: bool) -> Rank:
    if start == 0:
        return Rank.TITLE if title and end == len(where.chars) else Rank.START
    return Rank.CLAUSE if start in where.heads and not title else Rank.INSIDE


def in_script(phrase: Phrase, region: str | None) -> str:
    """The phrase's text as it goes into a draft: in the Traditional script of `region`, None for as it is.

    A phrase that was written in Traditional characters stays as somebody wrote it.
    """
    return phrase.text if region is None or phrase.traditional else as_written_in(region, phrase.text)


def by_scene(phrases: Iterable[Phrase]) -> dict[Scene, Sequence[Phrase]]:
    """The phrases under their scenes, scenes in the order of their first phrase."""
    scenes: dict[Scene, list[Phrase]] = {}
    for phrase in phrases:
        scenes.setdefault(phrase.scene, []).append(phrase)
    return dict(scenes)
