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

NUMBER, LATIN = "0", "a"
"""What stands for any number and for any Latin word."""

MAX_CLAUSE = 120
"""Code points of a clause that count; no rude clause needs more, and time stays bounded."""

_ALIKE = str.maketrans("你俺啥咋甭", "您我什怎别")
"""Written differently, equally rude: 你 and 您 are another rule's business."""

_PIECE = re.compile(rf"(?P<hole>{HOLE}+)|(?P<number>[0-9][0-9.:/%-]*)|(?P<latin>[a-z]+)|.", re.DOTALL)
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
    return "".join(sign for sign, _, _ in _pieces(clause))


def _pieces(clause: str) -> list[tuple[str, int, int]]:
    """The signs of `shape`, each with the half-open stretch of the clause that it stands for."""
    text = clause[:MAX_CLAUSE]
    inner = [
        (_SIGNS[match.lastgroup] if match.lastgroup else match[0].translate(_ALIKE), *match.span())
        for match in _PIECE.finditer(text)
    ]
    return [(EDGE, 0, 0), *inner, (EDGE, len(text), len(text))]


def grams(clause: str, lengths: Sequence[int]) -> set[str]:
    """The n-grams of a folded clause, of the given lengths in signs; an edge alone is none."""
    text = shape(clause)
    found = {text[at : at + n] for n in lengths for at in range(len(text) - n + 1)}
    return found - {EDGE, EDGE + EDGE}


@dataclass(frozen=True, slots=True)
class ToneModel:
    """Weights of n-grams, ready to use. Immutable; safe to share between threads."""

    weights: Mapping[str, int]
    bias: int
    threshold: int
    """A clause that scores at least this sounds rude."""
    lengths: tuple[int, ...]
    """Lengths of the n-grams, in signs of `shape`."""
    automaton: AhoCorasick
    """Finds the n-grams that can lift a clause to the threshold; no other clause is scored."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ToneModel:
        """The model that `model.json` describes; ValueError when it has another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"tone model of format {data.get('format')!r}, expected {FORMAT}")
        weights: dict[str, int] = data["weights"]
        hints = {h for gram, weight in weights.items() if weight >= data["gate"] for h in _spellings(gram)}
        return cls(
            weights,
            data["bias"],
            data["threshold"],
            tuple(data["lengths"]),
            AhoCorasick(sorted(hints) or ["\x00"], matchkind=MatchKind.Standard),
        )

    def score(self, text: str) -> float:
        """How rude one folded clause sounds, relative to the threshold: 0 reaches it, more is ruder."""
        known = self.weights
        return self.bias - self.threshold + sum(known.get(g, 0) for g in grams(text, self.lengths))

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
        places = ((at, at + n) for n in self.lengths for at in range(len(signs) - n + 1))
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
            clause = clauses[index]
            score = self.score(text[clause.start : clause.end])
            if score >= 0:
                yield index, score


_SPELT = {to: (chr(code), chr(to)) for code, to in _ALIKE.items()}


def _spellings(gram: str) -> Iterator[str]:
    """The n-gram as drafts may spell it; nothing when it is a single character or holds a sign."""
    text = gram.strip(EDGE)
    if len(text) > 1 and not {HOLE, NUMBER, LATIN} & set(text):
        yield from map("".join, product(*(_SPELT.get(ord(char), (char,)) for char in text)))
