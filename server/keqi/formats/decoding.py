"""From the pieces of a value to a segment: for formats whose files spell a reply with escapes or markup.

A format cuts the value into pieces, each the file's own text or what a stretch of the file stands
for; here they become a segment with its map. A value spelled as it reads gets no map.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from keqi.formats import Mark, Segment, SourceMap, verbatim
from keqi.formats.naming import HAN
from keqi.text import Span

OBJECT = "\ufffc"
"""Stands in a segment's text for what shows no words there, such as a picture."""

EDGE = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff" + OBJECT
"""What belongs to no reply when it stands at an end of the value: wording must land next to the words."""


class Piece(NamedTuple):
    """A stretch of the file and what it contributes to the segment's text."""

    start: int
    end: int
    text: str | None = None
    """What the stretch stands for, as a whole; None: its own characters."""
    hole: bool = False
    """Whether it is no prose."""


def text_of(file: str, pieces: Iterable[Piece]) -> str:
    """What the pieces say together."""
    return "".join([file[p.start : p.end] if p.text is None else p.text for p in pieces])


def segment(
    file: str,
    pieces: Sequence[Piece],
    marks: Sequence[Mark] = (),
    encode: Callable[[str], str] = verbatim,
    label: str = "",
) -> Segment | None:
    """The segment that the pieces make, without `EDGE`; None when no Chinese stands outside the holes."""
    if len(pieces) == 1 and pieces[0].text is None and not pieces[0].hole:
        return _as_it_is(file, pieces[0], encode, label)
    text = text_of(file, pieces)
    holes = _holes(pieces)
    if not HAN.search(_outside(text, holes) if holes else text):
        return None
    lead, size = _inner(text)
    source = _source_map(pieces, lead, lead + size)
    span = Span(source.starts[0], source.ends[-1])
    return Segment(
        text[lead : lead + size],
        span,
        tuple(Span(max(h.start - lead, 0), min(h.end - lead, size)) for h in holes if _shows(h, lead, size)),
        source,
        tuple(marks),
        encode,
        label=label,
    )


def _as_it_is(file: str, piece: Piece, encode: Callable[[str], str], label: str) -> Segment | None:
    """The segment of a value that is spelled as it reads."""
    text = file[piece.start : piece.end]
    if not HAN.search(text):
        return None
    lead, size = _inner(text)
    start = piece.start + lead
    return Segment(text[lead : lead + size], Span(start, start + size), encode=encode, label=label)


def _inner(text: str) -> tuple[int, int]:
    """Where the text begins behind its edge, and how long it is without both edges."""
    return len(text) - len(text.lstrip(EDGE)), len(text.strip(EDGE))


def _shows(hole: Span, lead: int, size: int) -> bool:
    """Whether something of the hole is left in the `size` code points behind `lead`."""
    return hole.end > lead and hole.start < lead + size


def _holes(pieces: Sequence[Piece]) -> list[Span]:
    """Where the holes lie in the text of the pieces."""
    holes: list[Span] = []
    at = 0
    for piece in pieces:
        end = at + (piece.end - piece.start if piece.text is None else len(piece.text))
        if piece.hole and end > at:
            holes.append(Span(at, end))
        at = end
    return holes


def _outside(text: str, holes: Sequence[Span]) -> str:
    """The text but for the holes."""
    done, parts = 0, []
    for hole in holes:
        parts.append(text[done : hole.start])
        done = hole.end
    return "".join([*parts, text[done:]])


def _source_map(pieces: Sequence[Piece], start: int, end: int) -> SourceMap:
    """The map of the code points from `start` to `end` of the pieces' text."""
    # Arrays: a library in which every reply has an escape would take ten times the memory in tuples.
    starts, ends = array("I"), array("I")
    for piece in pieces:
        if piece.text is None:
            starts.extend(range(piece.start, piece.end))
            ends.extend(range(piece.start + 1, piece.end + 1))
        else:
            starts.extend([piece.start] * len(piece.text))
            ends.extend([piece.end] * len(piece.text))
    return SourceMap(starts[start:end], ends[start:end])
