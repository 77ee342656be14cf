"""What a text must hold for a pattern to match there, worked out from the pattern's tree.

Thousands of patterns look at every clause, and hardly one matches: its literals, its length and
the characters at either end of its unit tell so without running it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from keqi.holes import HOLE
from keqi.pattern import Again, Alt, Anchor, Chars, Hole, Lit, Look, Node, Repeat, Seq, Slot, Word

COMMON = (
    ",。!?、: "
    "您的是不以呢可亲这请有单一我了下数字哦到个好在后订要问边时为会帮商还看号给点没吗小系提电天送就品们上么能理已货发退申等妹"
    "话收需联人查服回爱客前款取用家保自成也核什务你处经题询配开心价机信修员子日户手票改来如新过京作东哈地行站供内通快都消待间"
    "支件解之期果实谢对工完正费意出交明售账他歉持面中换里和那预接知法麻稍审再方卡抱烦址物建确分先说定无计名证更己现动很息其去"
    "议码购打专具原金生注付进着击次复别告或便得情常额签多大功关只质装放选运安反样带重返统全咨门急哒候量包线办由公活事短本月按"
)
"""Characters in rough order of frequency in service replies, the commonest first; punctuation leads."""
MAX_CROSS = 16
"""A product of alternatives larger than this is not multiplied out into literals."""
MAX_SET = 700
"""Nor is a choice with more words than this taken as a pattern's required literals."""


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a text must contain for a node to match there."""

    exact: frozenset[str] | None
    """All strings the node can match, when they are few; None otherwise."""
    required: frozenset[str] | None
    """Strings of which at least one must occur; None when nothing is certain."""


_NOTHING = _Needs(frozenset({""}), None)


def required_literals(node: Node) -> frozenset[str] | None:
    """Strings of which a text must contain at least one for the pattern to match.

    None when the pattern has no such set (it starts everywhere, like `.+`): such a pattern would
    have to run on every text and is refused by the lexicon.
    """
    return _best([_needs(node)])


MAX_ALSO = 48
"""A further set of literals is worth keeping only when looking for it is cheaper than matching."""


def further_literals(node: Node, first: frozenset[str] | None) -> list[frozenset[str]]:
    """Other sets of which a match contains at least one literal each, the rarest first, at most three.

    Only parts that cannot be left out are asked; a set that shares a literal with `first`, or
    with one already chosen, says nothing new.
    """
    sets = {s for item in _parts(node) if (s := _best([_needs(item)])) and len(s) <= MAX_ALSO}
    chosen = [first] if first else []
    for literals in sorted(sets, key=lambda s: (_rarity(s), sorted(s)), reverse=True):
        if len(chosen) <= 3 and not any(_related(literals, other) for other in chosen):
            chosen.append(literals)
    return chosen[1:] if first else chosen


def _parts(node: Node) -> Iterator[Node]:
    """What stands one after the other in every match."""
    match node:
        case Seq(items):
            for item in items:
                yield from _parts(item)
        case Slot(_, item):
            yield from _parts(item)
        case Repeat(item, least, _, _) if least > 0:
            yield from _parts(item)
        case _:
            yield node


def _related(some: frozenset[str], others: frozenset[str]) -> bool:
    return any(a in b or b in a for a in some for b in others)


def lengths(node: Node) -> tuple[int, int | None]:
    """Code points that a match has at least and at most (None: no limit)."""
    match node:
        case Lit(text):
            return len(text), len(text)
        case Word():
            return node.known(lengths)
        case Chars():
            return 1, 1
        case Hole():
            return 1, None
        case Look() | Anchor():
            return 0, 0
        case Slot(_, item) | Again(_, item):
            return lengths(item)
        case Repeat(item, least, most, _):
            low, high = lengths(item)
            return low * least, None if high is None or most is None else high * most
        case Alt(options):
            pairs = [lengths(o) for o in options] or [(0, 0)]
            highs = [high for _, high in pairs]
            return min(low for low, _ in pairs), None if None in highs else max(
                h for h in highs if h is not None
            )
        case Seq(items):
            pairs = [lengths(i) for i in items]
            highs = [high for _, high in pairs]
            return sum(low for low, _ in pairs), None if None in highs else sum(
                h for h in highs if h is not None
            )


def is_whole(node: Node) -> bool:
    """Whether the pattern is tied to both ends of its unit."""
    if not isinstance(node, Seq) or len(node.items) < 2:
        return False
    return node.items[0] == Anchor("^") and node.items[-1] == Anchor("$")


def _best(candidates: Iterable[_Needs]) -> frozenset[str] | None:
    sets = [s for c in candidates for s in (c.exact, c.required) if s and "" not in s and len(s) <= MAX_SET]
    if len(sets) < 2:
        return sets[0] if sets else None
    return max(sets, key=_rarity)


def _rarity(literals: frozenset[str]) -> float:
    """How seldom such a set will hit: minus the hits to be expected in a character of prose.

    Summed exactly, so that equals are equal in whatever order a set comes: a build is the same twice.
    """
    return -math.fsum(_frequency(literal) for literal in literals)


@cache
def _frequency(literal: str) -> float:
    """A rough frequency: its rarest character's by Zipf's law, a tenth of that for each one more."""
    ranks = [COMMON.find(char) for char in literal]
    rarest = max(rank if rank >= 0 else len(COMMON) for rank in ranks)
    return 0.05 / (rarest + 2) / 10.0 ** (len(literal) - 1)


def _needs(node: Node) -> _Needs:
    match node:
        case Lit(text):
            return _Needs(frozenset({text}), None)
        case Word():
            return node.known(_needs)
        case Chars(members, negated):
            few = not negated and "-" not in members and "\\" not in members and len(members) <= 12
            return _Needs(frozenset(members), None) if few else _Needs(None, None)
        case Hole():
            return _Needs(None, None)
        case Look() | Anchor():
            return _NOTHING
        case Slot(_, item) | Again(_, item):
            return _needs(item)
        case Repeat(item, least, most, _):
            return _needs_repeat(_needs(item), least, most)
        case Alt(options):
            return _needs_alt([_needs(o) for o in options])
        case Seq(items):
            return _needs_seq([_needs(i) for i in items])


def _needs_repeat(inner: _Needs, least: int, most: int | None) -> _Needs:
    if least == 0:
        if most == 1 and inner.exact is not None:
            return _Needs(inner.exact | {""}, None)
        return _Needs(None, None)
    if (least, most) == (1, 1):
        return inner
    return _Needs(None, _best([inner]))


def _needs_alt(options: list[_Needs]) -> _Needs:
    exact: frozenset[str] | None = None
    if all(o.exact is not None for o in options):
        exact = frozenset().union(*(o.exact for o in options if o.exact is not None))
        if len(exact) > MAX_SET:
            exact = None
    bests = [_best([o]) for o in options]
    known = [b for b in bests if b is not None]
    required = frozenset().union(*known) if len(known) == len(bests) else None
    return _Needs(exact, required)


def _needs_seq(items: list[_Needs]) -> _Needs:
    """Multiply neighbours out while they stay few; every stretch so found is a candidate."""
    found: list[_Needs] = []
    run: frozenset[str] = frozenset({""})
    whole = True
    for item in items:
        if item.exact is not None and len(run) * len(item.exact) <= MAX_CROSS:
            run = frozenset(a + b for a in run for b in item.exact)
            continue
        whole = False
        found += (_Needs(run, None), item)
        run = frozenset({""})
        if item.exact is not None and len(item.exact) <= MAX_CROSS:
            run = item.exact
    if whole:
        return _Needs(run, None)
    found.append(_Needs(run, None))
    return _Needs(None, _best(found))


# -- ends ---------------------------------------------------------------------------------------

MAX_ENDS = 200
"""A larger set of characters excludes hardly any text."""


def opening(node: Node) -> frozenset[str] | None:
    """Characters of which one begins every unit that the pattern matches in; None when any may.

    A unit is never empty.
    """
    return _end_of_unit(node, last=False)


def closing(node: Node) -> frozenset[str] | None:
    """Characters of which one ends every unit that the pattern matches in; None when any may."""
    return _end_of_unit(node, last=True)


@dataclass(frozen=True, slots=True)
class _End:
    """What may stand at one end of a node."""

    chars: frozenset[str] | None
    """None: any character."""
    empty: bool
    """Whether the node may also match nothing, so that what stands beside it is at the end."""


_NO_CHARACTER = _End(frozenset(), empty=True)
_ANY = _End(None, empty=False)


def _end_of_unit(node: Node, last: bool) -> frozenset[str] | None:
    if isinstance(node, Alt):
        ends = [_end_of_unit(option, last) for option in node.options]
        known = [chars for chars in ends if chars is not None]
        return _few(frozenset().union(*known)) if len(known) == len(ends) else None
    items = node.items if isinstance(node, Seq) else (node,)
    this, other = (Anchor("$"), Anchor("^")) if last else (Anchor("^"), Anchor("$"))
    if last:
        items = items[::-1]
    beside = next((at for at, item in enumerate(items) if not isinstance(item, Look)), len(items))
    if items[beside : beside + 1] != (this,):
        return None
    end = _end_of_all(items[beside + 1 :], last)
    return _few(end.chars) if end.chars and (not end.empty or items[-1] == other) else None


def _few(chars: frozenset[str]) -> frozenset[str] | None:
    return chars if 0 < len(chars) <= MAX_ENDS else None


def _end(node: Node, last: bool) -> _End:
    match node:
        case Lit(text):
            return _End(frozenset(text[-1:] if last else text[:1]), empty=not text)
        case Word():
            return node.known(_last if last else _first)
        case Chars(members, negated):
            chars = None if negated else _members(members)
            return _ANY if chars is None else _End(chars, empty=False)
        case Hole():
            return _End(frozenset(HOLE), empty=False)
        case Look() | Anchor():
            return _NO_CHARACTER
        case Slot(_, item) | Again(_, item):
            return _end(item, last)
        case Repeat(item, least, most, _):
            end = _NO_CHARACTER if most == 0 else _end(item, last)
            return _End(end.chars, empty=end.empty or least == 0)
        case Alt(options):
            ends = [_end(option, last) for option in options]
            return _End(_union(ends), empty=any(end.empty for end in ends))
        case Seq(items):
            return _end_of_all(items[::-1] if last else items, last)


def _first(node: Node) -> _End:
    return _end(node, last=False)


def _last(node: Node) -> _End:
    return _end(node, last=True)


def _end_of_all(items: Iterable[Node], last: bool) -> _End:
    """One after the other, from the end in question on."""
    ends: list[_End] = []
    for item in items:
        ends.append(_end(item, last))
        if not ends[-1].empty:
            return _End(_union(ends), empty=False)
    return _End(_union(ends), empty=True)


def _union(ends: Iterable[_End]) -> frozenset[str] | None:
    chars = [end.chars for end in ends]
    known = [some for some in chars if some is not None]
    return frozenset().union(*known) if len(known) == len(chars) else None


def _members(members: str) -> frozenset[str] | None:
    """The characters of a set with its ranges; None when they are too many to be of use."""
    found: set[str] = set()
    for low, high, single in re.findall(r"(.)-(.)|(.)", members, re.DOTALL):
        if high and ord(high) - ord(low) > MAX_ENDS:
            return None
        found.update(map(chr, range(ord(low), ord(high) + 1)) if high else single)
    return frozenset(found)
