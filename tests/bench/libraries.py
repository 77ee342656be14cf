"""Libraries of replies to measure with, made up from the project's own texts; the same each time.

A reply is put together from clauses of `lexicon/tone` and has about a hundred bytes. One in
twenty holds a phrase of the list, so that every tool has something to report. All is in Simplified
characters: the peers fold nothing, so Traditional ones would be a task that only keqi has.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from keqi.traditional import TRADITIONAL

TONE = Path(__file__).parents[2] / "lexicon" / "tone"
PHRASES = 2_000
DIFFERENT = 12_000
"""Different replies in a library of the usual kind; the rest recur."""
RUDE_SHARE = 0.05
BETTER = "非常抱歉，暂时无法处理"
_END = re.compile(r"[，。！？；：、…,!?;:~\s]+")
_TRADITIONAL = frozenset(TRADITIONAL)
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@cache
def clauses(kind: str) -> tuple[str, ...]:
    """All different clauses of the `polite` or the `rude` lines in Simplified characters."""
    lines = (
        line.split(" #")[0]
        for file in sorted(TONE.glob(f"{kind}-*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#") and _TRADITIONAL.isdisjoint(line)
    )
    return tuple(dict.fromkeys(part for line in lines for part in _END.split(line) if len(part) > 3))


@cache
def phrases() -> tuple[str, ...]:
    """The phrase list: what rude clauses say that no polite line holds, of four to eight characters."""
    polite = "\n".join(clauses("polite"))
    short = [c for c in clauses("rude") if len(c) <= 8 and _HAN.fullmatch(c) and c not in polite]
    return tuple(random.Random(1).sample(short, PHRASES))


def _reply(dice: random.Random, spliced: bool) -> str:
    """Some clauses; `spliced`: of halves of different clauses, so that hardly one recurs."""
    polite = clauses("polite")
    made = []
    for _ in range(dice.randint(2, 5)):
        clause = dice.choice(polite)
        if spliced:
            other = dice.choice(polite)
            clause = clause[: (len(clause) + 1) // 2] + other[len(other) // 2 :]
        made.append(clause)
    if dice.random() < RUDE_SHARE:
        made[dice.randrange(len(made))] = dice.choice(phrases())
    return "，".join(made) + "。"


def every_one_different() -> Iterator[str]:
    """Replies without end, none like another."""
    dice = random.Random(2)
    seen: set[str] = set()
    while True:
        reply = _reply(dice, spliced=True)
        if reply not in seen:
            seen.add(reply)
            yield reply


def as_real_ones_are() -> Iterator[str]:
    """Replies without end, of which some recur often, many now and then."""
    dice = random.Random(3)
    pool = [_reply(dice, spliced=False) for _ in range(DIFFERENT)]
    yield from pool
    while True:
        yield pool[int(len(pool) * dice.random() ** 2)]


def library(replies: Iterator[str], count: int) -> str:
    """A file of `count` replies, shuffled, an empty line between two."""
    taken = list(islice(replies, count))
    random.Random(4).shuffle(taken)
    return "\n\n".join(taken) + "\n"


def write_folder(folder: Path, files: int, each: int) -> None:
    """A folder of small files with `each` replies."""
    folder.mkdir()
    replies = every_one_different()
    for number in range(files):
        text = library(replies, each)
        (folder / f"{number:04}.txt").write_text(text, encoding="utf-8", newline="\n")
