"""A learned ear for rudeness that no pattern names: a linear model over n-grams and word pairs.

The rules say what is wrong with a reply; this says only that a clause sounds like those that rude
agents write. `lexicon/tone/train.py` makes the weights from the utterances beside it. Pure: no
file, no clock.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from operator import add
from typing import Any, Protocol

from keqi.holes import HOLE

FORMAT = 2
"""Version of the model's data and of `shape`; a model of another version is refused."""

EDGE = "|"
"""Either end of a clause in an n-gram. It separates clauses itself, so no clause holds it."""

GAP = "_"
"""Between two frame words that stand in one clause, whatever stands between them."""

FRAME = frozenset(
    EDGE + "您我还就不别吗呢吧啊了才都又能会要谁什么怎自己有没再多少那这的得是也真可到底难道以为当把让给跟"
    "凭早干嘛去来说看想知道懂管关嫌爱随便点着请谢"
)
"""Words that the frames of reproaches are built of: 嫌…别, 有…吗, 您…谁. The things named between them
differ from trade to trade."""

_WORDS_OF_FRAMES = FRAME - {EDGE}

REACH = 4
"""How many frame words on two of them still make a pair."""

_NOTHING = {EDGE, EDGE + EDGE, EDGE + GAP + EDGE}
"""What every clause has."""

NUMBER, LATIN = "0", "a"
"""What stands for any number and for any Latin word."""

MIN_CLAUSE, MAX_CLAUSE = 3, 60
"""Signs of a clause that tell anything, and code points of it that count: 啊 or 哦 sounds like nothing
by itself, no rude clause needs more than sixty, and time stays bounded."""

REMEMBERED = 1 << 14
"""Clauses whose score is kept: templates and drafts under way say the same thing again and again."""

_ALIKE = (("你", "您"), ("俺", "我"), ("啥", "什么"), ("咋", "怎么"), ("甭", "别"), ("昵", "呢"))
"""Written differently, equally rude: 你 and 您 are another rule's business."""

_RUNS = rf"(?P<hole>{HOLE}+)|(?P<number>[0-9][0-9.:/%-]*)|(?P<latin>[a-z]+)|(?P<space>\s+)"
_RUN, _PIECE = re.compile(_RUNS), re.compile(_RUNS + "|.", re.DOTALL)
_SIGNS = {"hole": HOLE, "number": NUMBER, "latin": LATIN, "space": ""}
_ALIKE_OF = dict(_ALIKE)


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
    text = clause[:MAX_CLAUSE]
    for written, read in _ALIKE:
        text = text.replace(written, read)
    if _RUN.search(text):
        text = _RUN.sub(lambda run: _SIGNS[run.lastgroup or ""], text)
    return f"{EDGE}{text}{EDGE}"


def _pieces(clause: str) -> list[tuple[str, int, int]]:
    """The signs of `shape`, each with the half-open stretch of the clause that it stands for."""
    pieces = [(EDGE, 0, 0)]
    for match in _PIECE.finditer(clause[:MAX_CLAUSE]):
        kind, (start, end) = match.lastgroup, match.span()
        read = _SIGNS[kind] if kind else _ALIKE_OF.get(match[0], match[0])
        pieces += [(sign, start, end) for sign in read]
    end = pieces[-1][2]
    return [*pieces, (EDGE, end, end)]


def features(signs: str, lengths: Sequence[int]) -> set[str]:
    """What a shaped clause is judged by: its n-grams of the given lengths, and its pairs of frame words."""
    found: set[str] = set()
    grams = list(signs)
    for length in range(1, max(lengths) + 1):
        if length > 1:
            grams = list(map(add, grams, signs[length - 1 :]))  # the shorter ones, each with its next sign
        if length in lengths:
            found.update(grams)
    frame = [sign for sign in signs if sign in FRAME]
    leads = [sign + GAP for sign in frame]
    for ahead in range(1, min(REACH + 1, len(frame))):
        found.update(map(add, leads, frame[ahead:]))
    found -= _NOTHING
    return found


@dataclass(frozen=True, slots=True)
class ToneModel:
    """Weights of features, ready to use. Immutable; safe to share between threads."""

    weights: Mapping[str, int]
    bias: float
    """What a clause scores before any of its features."""
    threshold: float
    """A clause that scores at least this sounds rude."""
    lengths: tuple[int, ...]
    """Lengths of the n-grams, in signs of `shape`."""
    _remembered: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_remembered", lru_cache(REMEMBERED)(self._score))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ToneModel:
        """The model that `model.json` describes; ValueError when it has another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"tone model of format {data.get('format')!r}, expected {FORMAT}")
        weights: dict[str, int] = {}
        for weight, of_weight in data["weights"].items():
            weights.update(zip(of_weight.split(" "), repeat(int(weight))))
        return cls(weights, data["bias"], data["threshold"], tuple(data["lengths"]))

    def score(self, clause: str) -> float:
        """How rude one folded clause sounds: the weights of its features, evened out for its length.

        Minus infinity for a clause that is too short to tell, or only names something.
        """
        return float(self._remembered(clause))

    def _score(self, clause: str) -> float:
        signs = shape(clause)
        if len(signs) - 2 < MIN_CLAUSE or _WORDS_OF_FRAMES.isdisjoint(signs):
            return -math.inf
        found = features(signs, self.lengths)
        total = sum(map(self.weights.get, found, repeat(0)))
        return self.bias + total / math.sqrt(len(found))

    def heaviest(self, clause: str, n: int = 3) -> tuple[str, ...]:
        """The stretches of a folded clause that made it sound rude, heaviest first; at most `n`.

        They do not overlap. Empty when nothing in the clause sounds rude.
        """
        chosen: list[tuple[int, int]] = []
        pieces = _pieces(clause)
        for _, first, last in self._heavy(pieces):
            start, end = pieces[first][1], pieces[last][2]
            if len(chosen) < n and start < end and all(end <= s or e <= start for s, e in chosen):
                chosen.append((start, end))
        return tuple(clause[start:end] for start, end in chosen)

    def _heavy(self, pieces: Sequence[tuple[str, int, int]]) -> list[tuple[int, int, int]]:
        """The n-grams that speak for rudeness, heaviest first: minus its weight, first and last piece."""
        signs = "".join(sign for sign, _, _ in pieces)
        places = ((at, at + n) for n in self.lengths for at in range(len(signs) - n + 1))
        weighed = ((-self.weights.get(signs[at:end], 0), at, end - 1) for at, end in places)
        return sorted(place for place in weighed if place[0] < 0)

    def suspicious(self, text: str, clauses: Sequence[Stretch]) -> Iterator[tuple[int, float]]:
        """Clauses of a reply's folded text that sound rude: index in `clauses`, and `score`."""
        for index, clause in enumerate(clauses):
            score = self._remembered(text[clause.start : clause.end])
            if score >= self.threshold:
                yield index, score
