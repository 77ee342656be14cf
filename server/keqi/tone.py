"""A learned ear for rudeness that no pattern names: a sparse linear model over a clause's n-grams.

The rules say what is wrong with a reply; this says only that a clause sounds like those that rude
agents write. `lexicon/tone/train.py` makes the weights from the utterances beside it. Pure: no
file, no clock.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

from ahocorasick_rs import AhoCorasick, MatchKind

from keqi.pattern import HOLE

FORMAT = 1
"""Version of the model's data and of `shape`; a model of another version is refused."""

EDGE = "|"
"""Either end of a clause in an n-gram. It separates clauses itself, so no clause holds it."""

BESIDE = "~"
"""Begins an n-gram of a neighbouring clause; a break as well. "你以为白跑了吧" is kind before "我给您办"."""

NUMBER, LATIN = "0", "a"
"""What stands for any number and for any Latin word."""

MAX_CLAUSE = 120
"""Code points of a clause that count; no rude clause needs more, and time stays bounded."""

MOST_AROUND = 40
"""A clause further below the threshold by itself is not rude, whatever stands around it."""

_ALIKE = (("你", "您"), ("俺", "我"), ("啥", "什"), ("咋", "怎"), ("甭", "别"))
"""Written differently, equally rude: 你 and 您 are another rule's business."""

_PIECE = re.compile(rf"(?P<hole>{HOLE}+)|(?P<number>[0-9][0-9.:/%-]*)|(?P<latin>[a-z]+)|.", re.DOTALL)
_SIGNED = re.compile(f"[{HOLE}0-9a-z]")
_SIGNS = {"hole": HOLE, "number": NUMBER, "latin": LATIN}


class Stretch(Protocol):
    """Any clause: half-open offsets in the folded text."""

    @property
    def start(self) -> int:
        """Offset of its first code point."""

    @property
    def end(self) -> int:
        """Offset behind its last code point."""


def shape(clause: str) -> str:
    """A folded clause as the model reads it: edges marked, each number, word and hole as one sign."""
    if _SIGNED.search(clause) or len(clause) > MAX_CLAUSE:
        return "".join(sign for sign, _, _ in _pieces(clause))
    return f"{EDGE}{_alike(clause)}{EDGE}"


def _pieces(clause: str) -> list[tuple[str, int, int]]:
    """The signs of `shape`, each with the half-open stretch of the clause that it stands for."""
    text = _alike(clause[:MAX_CLAUSE])
    inner = [
        (_SIGNS[match.lastgroup] if match.lastgroup else match[0], *match.span())
        for match in _PIECE.finditer(text)
    ]
    return [(EDGE, 0, 0), *inner, (EDGE, len(text), len(text))]


def _alike(text: str) -> str:
    """`text` with one spelling for what is said alike; replacing is faster than translating."""
    for written, read in _ALIKE:
        text = text.replace(written, read)
    return text


def grams(clause: str, lengths: Sequence[int]) -> set[str]:
    """The n-grams of a folded clause, of the given lengths in signs, ascending.

    Edges count as signs, but each n-gram holds as many others as the shortest has (or all there are).
    """
    text = shape(clause)
    least = min(lengths[0], len(text) - 2) if lengths else 0
    found = {text[at : at + n] for n in lengths for at in range(len(text) - n + 1)}
    return {gram for gram in found if len(gram.strip(EDGE)) >= max(least, 1)}


def features(clause: str, around: Sequence[str], own: Sequence[int], beside: Sequence[int]) -> set[str]:
    """What a score adds up: the n-grams of a clause, and those of its neighbours, marked."""
    return grams(clause, own) | {BESIDE + gram for other in around for gram in grams(other, beside)}


def _weigh(texts: Sequence[str], lengths: Sequence[int], known: Mapping[str, int]) -> int:
    """The sum of what is `known` among all n-grams of the shaped texts, each counted once."""
    found = {text[at : at + n] for text in texts for n in lengths for at in range(len(text) - n + 1)}
    return sum([known[gram] for gram in found if gram in known])


@dataclass(frozen=True, slots=True)
class ToneModel:
    """Weights of n-grams, ready to use. Immutable; safe to share between threads."""

    weights: Mapping[str, int]
    """Weights of a clause's own n-grams."""
    around: Mapping[str, int]
    """Weights of its neighbours' n-grams."""
    bias: int
    threshold: int
    """A clause that scores at least this sounds rude."""
    own: tuple[int, ...]
    """Lengths of the clause's n-grams, in signs of `shape`."""
    beside: tuple[int, ...]
    """Lengths of its neighbours' n-grams."""
    automaton: AhoCorasick
    """Finds the n-grams that can lift a clause to the threshold; no other clause is scored."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ToneModel:
        """The model that `model.json` describes; ValueError when it has another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"tone model of format {data.get('format')!r}, expected {FORMAT}")
        weights: dict[str, int] = data["weights"]
        heavy = (gram for gram, weight in weights.items() if weight >= data["gate"])
        hints = {spelling for gram in heavy if gram[0] != BESIDE for spelling in _spellings(gram)}
        return cls(
            {gram: weight for gram, weight in weights.items() if gram[0] != BESIDE},
            {gram[1:]: weight for gram, weight in weights.items() if gram[0] == BESIDE},
            data["bias"],
            data["threshold"],
            tuple(data["own"]),
            tuple(data["beside"]),
            AhoCorasick(sorted(hints) or ["\x00"], matchkind=MatchKind.Standard),
        )

    def score(self, text: str, around: Sequence[str] = ()) -> float:
        """How rude one folded clause sounds between its neighbours: 0 reaches the threshold."""
        total = self.bias - self.threshold + _weigh([shape(text)], self.own, self.weights)
        if around and total >= -MOST_AROUND:
            total += _weigh([shape(other) for other in around], self.beside, self.around)
        return total

    def heaviest(self, text: str, n: int = 3) -> tuple[str, ...]:
        """The stretches of a folded clause that made it sound rude, heaviest first; at most `n`.

        They do not overlap. Empty when nothing in the clause sounds rude.
        """
        pieces = _pieces(text)
        chosen: list[tuple[int, int]] = []
        for _, first, last in self._heavy(pieces):
            start, end = pieces[first][1], pieces[last][2]
            if len(chosen) < n and start < end and all(end <= s or e <= start for s, e in chosen):
                chosen.append((start, end))
        return tuple(text[start:end] for start, end in chosen)

    def _heavy(self, pieces: Sequence[tuple[str, int, int]]) -> list[tuple[int, int, int]]:
        """Every n-gram with a positive weight, heaviest first: minus its weight, first and last piece."""
        signs = "".join(sign for sign, _, _ in pieces)
        places = ((at, at + n) for n in self.own for at in range(len(signs) - n + 1))
        weighed = ((-self.weights.get(signs[at:end], 0), at, end - 1) for at, end in places)
        return sorted(place for place in weighed if place[0] < 0)

    def hints(self, text: str) -> list[int]:
        """Offsets in a reply's folded text where something stands that rude clauses hold.

        Ascending. Cheap, and empty for most replies; clauses without a hint do not sound rude.
        """
        # Standard, not overlapping: a hidden match stands in the same clause as the one that hides it.
        return [start for _, start, _ in self.automaton.find_matches_as_indexes(text)]

    def suspicious(self, text: str, clauses: Sequence[Stretch]) -> Iterator[tuple[int, float]]:
        """Clauses of a reply's folded text that sound rude: index in `clauses`, and `score`."""
        hints = self.hints(text)
        if not hints:
            return
        starts = [clause.start for clause in clauses]
        for index in sorted({bisect_right(starts, hint) - 1 for hint in hints} - {-1}):
            clause, *around = (
                text[c.start : c.end]
                for at in (index, index - 1, index + 1)
                if 0 <= at < len(clauses) and (c := clauses[at])
            )
            score = self.score(clause, around)
            if score >= 0:
                yield index, score


_SPELT = {read: (written, read) for written, read in _ALIKE}


def _spellings(gram: str) -> Iterator[str]:
    """The n-gram as drafts may spell it, edges aside; none for a single character or one with a sign."""
    text = gram.strip(EDGE)
    if len(text) > 1 and not {HOLE, NUMBER, LATIN} & set(text):
        yield from map("".join, product(*(_SPELT.get(char, (char,)) for char in text)))
