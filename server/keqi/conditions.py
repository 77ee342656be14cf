"""Conditions that rules put to a reply: `unless: [致歉, 出路]`, `when: [句首]`.

Three sorts of names: places in the reply (fixed, here), facts (data, `lexicon/facts.yml`) and
patterns of the entry's own (`clause: …`, `sentence: …`, `before: …`, `after: …`, `reply: …`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keqi.expressions import expression_of, late
from keqi.reply import Found, Pattern, Reply

Scope = str
"""Where a fact must stand to count: `reply`, `sentence`, `clause`, `before` (the match), `after`;
`leading`: before it in its clause, or at the end of an earlier clause of the sentence (他说，…)."""

_CLOSING = late('[”」』"]')
"""Ends what somebody said: 他说“你来拿”，你不用管 speaks to the customer again."""

SCOPES = ("reply", "sentence", "clause", "before", "after", "leading")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a reply may already say, as data."""

    name: str
    scope: Scope
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to a reply about one match."""

    text: str
    """As the entry writes it."""
    holds: Callable[[Reply, Found], bool]
    local: bool = False
    """Whether the words of the match's sentence, and where in it the match stands, tell all."""


def _behind(reply: Reply, found: Found) -> int:
    """Number of the clause in which the match ends."""
    end = reply.clause_at(found.end - 1) if found.end > found.start else None
    return end.number if end else found.clause


def _first(reply: Reply, found: Found) -> bool:
    if not reply.clauses:
        return True
    sentence = reply.sentences[reply.clauses[found.clause].sentence]
    return reply.says_nothing(sentence.first, found.clause - 1)


def _last(reply: Reply, found: Found) -> bool:
    if not reply.clauses:
        return True
    sentence = reply.sentences[reply.clauses[found.clause].sentence]
    return reply.says_nothing(_behind(reply, found) + 1, sentence.last)


def _only_answer(reply: Reply, found: Found) -> bool:
    behind = _behind(reply, found)
    return all(found.clause <= c.number <= behind or reply.is_light(c.number) for c in reply.clauses)


def _whole(reply: Reply, found: Found) -> bool:
    end = reply.clause_at(found.end - 1)
    return found.clause == 0 and end is not None and end.number == len(reply.clauses) - 1


_TAG = late(r"(是|对|好|行|可以|没错)(吗|吧|不|么)|是不是|对不对|好不好|行不行|可不可以")
_ASKING = ("吗", "么", "好不好", "是不是", "可不可以", "行不行", "吗亲", "有没有")


def _question(reply: Reply, found: Found) -> bool:
    if not reply.clauses:
        return False
    sentence = reply.sentences[reply.clauses[found.clause].sentence]
    behind = _behind(reply, found)
    if behind < sentence.last:
        following = reply.clauses[behind + 1]
        asked = _TAG.fullmatch(reply.text, following.start, following.end) is not None
        return asked or reply.text[: reply.clauses[behind].end].endswith(("吗", "么"))
    return sentence.mark == "?" or (sentence.mark != "!" and reply.text[: sentence.end].endswith(_ASKING))


PLACES: Mapping[str, Callable[[Reply, Found], bool]] = {
    "句首": _first,
    "句末": _last,
    "独句": lambda reply, found: _first(reply, found) and _last(reply, found),
    "独答": _only_answer,
    "整条": _whole,
    "问句": _question,
    "首句": lambda reply, found: reply.clauses[found.clause].sentence == 0,
}
"""Places and shapes that need no data: 句首 no clause of substance before it in the sentence, 句末
none behind it, 独句 neither, 独答 none in the whole reply,
整条 the match is the whole reply, 问句 the sentence asks, 首句 it is the
reply's first sentence."""


def place(name: str) -> Condition:
    """The condition for one of `PLACES`; KeyError for another name."""
    return Condition(name, PLACES[name])


def fact(name: str, scope: Scope) -> Condition:
    """The condition that the reply says `name` within `scope` of the match.

    What the match itself covers does not count: an apology inside the stretch that is to be
    replaced does not excuse it.
    """

    def holds(reply: Reply, found: Found) -> bool:
        if scope == "reply" or not reply.clauses:
            return any(_counts(reply, found, other, scope) for other in reply.fact(name))
        near = reply.facts_by_sentence(name).get(reply.clauses[found.clause].sentence, ())
        return any(_counts(reply, found, other, scope) for other in near)

    return Condition(f"{name}@{scope}", holds)


def _counts(reply: Reply, found: Found, other: Found, scope: Scope) -> bool:
    if found.start <= other.start and other.end <= found.end and scope != "clause":
        return False
    if scope == "reply":
        return True
    if scope == "clause":
        return other.clause == found.clause
    if scope == "before":
        return other.start < found.start
    if scope == "leading":
        ends = other.end == reply.clauses[other.clause].end
        told = _CLOSING.search(reply.text, other.end, max(found.start, other.end))
        return other.start < found.start and (other.clause == found.clause or ends) and not told
    return other.start >= found.end if scope == "after" else True


def pattern(scope: Scope, expression: str, foreign: bool = False) -> Condition:
    """The condition that `expression` matches in the clause, sentence or reply of the match.

    For `before` and `after` the text of the sentence up to the match, or from it on; for `leading`
    that of its clause up to it. A `foreign` one that takes too long does not hold.
    """

    def holds(reply: Reply, found: Found) -> bool:
        try:
            found_one = expression_of(expression, foreign).search(_stretch(reply, found, scope))
        except TimeoutError:
            return False
        return found_one is not None

    def holds_anywhere(reply: Reply, found: Found) -> bool:
        known = reply.memo.get(expression)
        if known is None:
            known = reply.memo[expression] = holds(reply, found)
        return bool(known)

    if scope == "reply":
        return Condition(f"{scope}: {expression}", holds_anywhere)
    return Condition(f"{scope}: {expression}", holds, local=not foreign)


NEAR = 400
"""Code points on either side of a match, of a sentence that is longer than any: time stays linear."""


def _stretch(reply: Reply, found: Found, scope: Scope) -> str:
    if scope == "reply" or not reply.clauses:
        return reply.text
    clause = reply.clauses[found.clause]
    if scope == "clause":
        return reply.text[clause.start : clause.end]
    if scope == "leading":
        return reply.text[clause.start : found.start]
    sentence = reply.sentences[clause.sentence]
    start, end = max(sentence.start, found.start - NEAR), min(sentence.end, found.end + NEAR)
    if scope == "before":
        return reply.text[start : found.start]
    if scope == "after":
        return reply.text[found.end : max(end, found.end)]
    return reply.text[start:end]
