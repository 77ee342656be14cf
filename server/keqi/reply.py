"""One reply, taken apart: clauses, sentences, quotations, and what it already says.

Rules do not repeat "unless it apologises somewhere" in their patterns; they ask the reply.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from keqi.expressions import expression_of, late
from keqi.fold import View
from keqi.text import Span

if TYPE_CHECKING:
    from keqi.conditions import Fact

Unit = Literal["clause", "sentence", "reply"]
"""How much text a pattern sees at a time; its `^` and `$` are the ends of that."""

MAX_UNIT = 600
"""A pattern looks at no more code points at a time: text without punctuation must not cost more."""

_HAN = "\u3400-\u9fff"
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff"
_BREAKS = rf",、。!?;:…\n\r\u2014~\"“”‘’「」『』《》〈〉()【】\[\]|{_PICTURES}"
# A blank ends a clause only between Chinese characters: "Apple ID 不能改" is one clause; a comma or
# colon not between digits: 1,000 and 18:00 are one number.
_CLAUSE = late(
    rf"(?:[^{_BREAKS} ]|(?<=[0-9])[,:](?=[0-9])|(?<![{_HAN}]) (?=[^ {_BREAKS}])| (?![{_HAN} {_BREAKS}])){{1,{MAX_UNIT}}}"
)
# Where neither a blank nor a number with a comma or colon in it stands, marks alone end clauses.
_UNCLEAR = re.compile("[ ]|[0-9][,:][0-9]")
_PLAIN_CLAUSE = late(rf"[^{_BREAKS} ]{{1,{MAX_UNIT}}}")
_SENTENCE_ENDS = frozenset("。!?;\n\r")
_SENTENCE_END = re.compile(r"[。!?;\n\r]")
_QUOTATION = late(r"“([^“”]{1,200})”|「([^「」]{1,200})」|『([^『』]{1,200})』|《([^《》]{1,60})》|"
                        r"\"([^\"\n]{1,120})\"|‘([^‘’]{1,120})’|〈([^〈〉]{1,60})〉")  # fmt: skip


_QUOTATION_MARK = re.compile(r"[“「『《\"‘〈]")
_NO_WORD = re.compile(r"\W")
# A line of the customer's in a pasted chat; "尊敬的客户:" does not begin a line with 客户.
_CUSTOMER_LINE = late(
    r"(?m)^[ \t]*(?:[\[(]?[0-9][0-9:/. \-年月日]{2,20}[\])]?[ \t]*)?"
    r"(?:客户|顾客|用户|买家|来电人|家长|患者|病人|乘客|旅客|业主|住户|学员|玩家|会员|市民|客人|访客|客(?=:)|问(?=:)|q(?=:))"
    r"[^\s:,。!?]{0,8}[ \t]*:[^\n]*"
)


class Clause(NamedTuple):
    """A stretch between two marks of punctuation; offsets in the view."""

    start: int
    end: int
    number: int
    """Position among the reply's clauses, from 0."""
    sentence: int
    """Position of its sentence, from 0."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Clauses up to a full stop, question or exclamation mark, semicolon or line end."""

    start: int
    end: int
    """Behind the last clause; the mark itself is not part."""
    first: int
    """Index of the first clause."""
    last: int
    """Index of the last clause."""
    mark: str
    """What ended it; empty at the end of the reply."""


_BETWEEN = "\n"


def together(literals: Iterable[str]) -> str:
    """A set of literals as one string; empty, as what demands nothing, where one holds a line end."""
    some = sorted(literals)
    return "" if any(_BETWEEN in literal for literal in some) else _BETWEEN.join(some)


def one_by_one(literals: str) -> list[str]:
    """The literals of a set that is one string."""
    return literals.split(_BETWEEN) if literals else []


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A compiled way of saying something: where it looks, and what must occur for it to match."""

    source: str
    expression: str
    unit: Unit
    needs: tuple[str, ...] = ()
    """Of each of these sets of literals at least one stands in every unit that matches; of the first, in the
    match. A set is one string (see `together`): all patterns have two hundred thousand literals."""
    bounds: tuple[int, int] = (0, 1 << 30)
    """A unit with fewer or more code points cannot match."""
    ends: tuple[str, str] = ("", "")
    """Characters of which one begins, and one ends, every unit that matches; empty: any may."""
    slots: tuple[tuple[str, str], ...] = ()
    """Slots, each with the name of a group of the expression that may fill it."""
    foreign: bool = False
    """From outside the shipped lexicon: runs under a time limit."""
    whole: bool = False
    """Tied to both ends of its unit, so that one attempt at the start tells all."""

    def matches(self, text: str) -> Sequence[Matched]:
        """Every place where the pattern matches in one unit."""
        if self.needs[:1] == (self.expression,):
            return [Matched(self, start, end, ()) for start, end in _places(self.expression, text)]
        expression = expression_of(self.expression, self.foreign)
        try:
            if self.whole:
                match = expression.match(text)
                return (self._matched(match),) if match else ()
            return [self._matched(match) for match in expression.finditer(text)]
        except TimeoutError:
            return ()  # a runaway pattern of a user's own finds nothing rather than stop the linter

    def _matched(self, match: re.Match[str]) -> Matched:
        slots = tuple((slot, *match.span(group)) for slot, group in self.slots if match.start(group) >= 0)
        return Matched(self, match.start(), match.end(), slots)


def _places(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a mere phrase stands; compiling it would take longer than looking for it in a library."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        yield start, end
        start = text.find(phrase, end)


class Matched(NamedTuple):
    """A pattern's match in one unit; offsets from the unit's start."""

    pattern: Pattern
    start: int
    end: int
    slots: tuple[tuple[str, int, int], ...]
    """Each slot that took part: name, start, end."""


class Look(Protocol):
    """What a reply asks about its clauses, sentences and itself (see `scan.Scanner`)."""

    def looks_at(self, unit: Unit) -> bool:
        """Whether any pattern looks at units of this kind."""

    def look(self, unit: Unit, text: str) -> tuple[Matched, ...]:
        """What matches in one unit of folded text."""


class Found(NamedTuple):
    """Where a pattern matched; offsets in the view."""

    start: int
    end: int
    clause: int
    """Index of the clause in which it starts."""
    slots: Mapping[str, tuple[int, int]]
    """What each slot that took part covers."""
    pattern: Pattern


def _place(match: Matched, start: int, clause: int) -> Found:
    """The match in a unit that starts at `start`, as a place in the reply."""
    slots = {name: (start + first, start + last) for name, first, last in match.slots}
    return Found(start + match.start, start + match.end, clause, slots, match.pattern)


Matches = Mapping[Pattern, Sequence[tuple[Matched, int, int]]]
"""Patterns that match in a reply: of each match, itself, where its unit starts, its clause's number."""


class Reply:
    """One reply as the rules see it. Computes nothing that no rule has asked for."""

    def __init__(
        self,
        view: View,
        look: Look,
        facts: Mapping[str, Fact],
        segment: Callable[[str], Sequence[tuple[int, int]]] | None = None,
        look_for_facts: Look | None = None,
    ) -> None:
        """`look` knows the patterns of rules; those of facts too, unless `look_for_facts` does."""
        self.view = view
        self.text = view.text
        self._look = look
        self._look_for_facts = look_for_facts
        self._segment = segment
        self._facts = facts
        self._found: dict[Pattern, tuple[Found, ...]] = {}
        self._held: dict[str, tuple[Found, ...]] = {}
        self._by_sentence: dict[str, dict[int, list[Found]]] = {}
        self.memo: dict[str, Any] = {}
        """What others have worked out about the whole reply, under names of their own."""
        self.excused: set[int] = set()
        """Numbers of the clauses of which a rule knows the wording and finds nothing wrong with it here."""
        self.named: set[int] = set()
        """Numbers of the clauses that a rule has objected to, be it as what could be better."""
        self.objected: set[int] = set()
        """Numbers of the clauses that a rule has found rude."""

    # -- structure ----------------------------------------------------------------------------

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in order; empty for a reply without words."""
        found: list[Clause] = []
        sentence = 0
        text, done = self.text, 0
        for match in (_CLAUSE if _UNCLEAR.search(text) else _PLAIN_CLAUSE).finditer(text):
            start, end = match.span()
            if text[start] == " " or text[end - 1] == " ":
                start, end = end - len(match[0].lstrip(" ")), start + len(match[0].rstrip(" "))
                if start >= end:
                    continue
            if found and not _SENTENCE_ENDS.isdisjoint(text[done:start]):
                sentence += 1
            done = end
            found.append(Clause(start, end, len(found), sentence))
        return tuple(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [c.start for c in self.clauses]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        made: list[Sentence] = []
        first = 0
        for clause in self.clauses:
            following = self.clauses[clause.number + 1] if clause.number + 1 < len(self.clauses) else None
            if following is None or following.sentence != clause.sentence:
                until = following.start if following else len(self.text)
                mark = _SENTENCE_END.search(self.text, clause.end, until)
                made.append(
                    Sentence(
                        self.clauses[first].start, clause.end, first, clause.number, mark[0] if mark else ""
                    )
                )
                first = clause.number + 1
        return tuple(made)

    def clause_at(self, offset: int) -> Clause | None:
        """The clause that holds the view offset; None between clauses."""
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.clauses[index].end:
            return self.clauses[index]
        return None

    def excuse(self, found: Found) -> None:
        """Note that a rule lets this pass; it counts where it is the whole of its clause."""
        clause = self.clauses[found.clause] if self.clauses else None
        if clause and found.start <= clause.start and clause.end <= found.end:
            self.excused.add(found.clause)

    def object_to(self, start: int, end: int, gravely: bool = True) -> None:
        """Note that a rule has named what is said in `start`..`end`; `gravely`: as rude, not just as could be better."""
        first, last = self.clause_at(start), self.clause_at(end - 1)
        if first is not None and last is not None:
            numbers = range(first.number, last.number + 1)
            self.named.update(numbers)
            if gravely:
                self.objected.update(numbers)

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        """What somebody else says: in quotation or title marks, or in a customer's line of a chat.

        View offsets. A reply that is quoted as a whole is not a quotation.
        """
        spans = [Span(*m.span()) for m in _CUSTOMER_LINE.finditer(self.text)] if ":" in self.text else []
        if _QUOTATION_MARK.search(self.text):
            words = len(_NO_WORD.sub("", self.text))
            marked = (Span(*m.span()) for m in _QUOTATION.finditer(self.text))
            spans += (s for s in marked if len(_NO_WORD.sub("", s.of(self.text))) < words)
        return tuple(sorted(spans))

    def quoted(self, start: int, end: int) -> bool:
        """Whether the stretch lies inside a quotation."""
        if not self.quotations:
            return False
        at = bisect_right(self.quotations, Span(start, len(self.text) + 1)) - 1
        return at >= 0 and end <= self.quotations[at].end

    # -- patterns -----------------------------------------------------------------------------

    def find(self, pattern: Pattern) -> Sequence[Found]:
        """Where `pattern` matches, in order."""
        known = self._found.get(pattern)
        if known is None:
            places = self.matched.get(pattern, ())
            known = self._found[pattern] = tuple(_place(*place) for place in places)
        return known

    @cached_property
    def matched(self) -> Matches:
        """Every pattern of a rule that matches somewhere."""
        return self._matches(self._look)

    @cached_property
    def _said(self) -> Matches:
        """Every pattern of a fact that matches somewhere: looked for only when a rule asks for facts.

        Every good reply says 请 and 您; few have to be asked for it.
        """
        return self.matched if self._look_for_facts is None else self._matches(self._look_for_facts)

    def _matches(self, look: Look) -> Matches:
        found: dict[Pattern, list[tuple[Matched, int, int]]] = {}
        text, look_at = self.text, look.look
        for start, end, number, _ in self.clauses:
            for match in look_at("clause", text[start:end]):
                found.setdefault(match.pattern, []).append((match, start, number))
        if look.looks_at("sentence"):
            for sentence in self.sentences:
                end = min(sentence.end, sentence.start + MAX_UNIT)
                self._add(look_at("sentence", text[sentence.start : end]), sentence.start, found)
        if look.looks_at("reply") and self.clauses:
            self._add(look_at("reply", text[: 4 * MAX_UNIT]), 0, found)
        return found

    def _add(
        self,
        matches: Iterable[Matched],
        start: int,
        found: dict[Pattern, list[tuple[Matched, int, int]]],
    ) -> None:
        """Note the matches in a unit that starts at `start`."""
        for match in matches:
            at = self.clause_at(start + match.start)
            found.setdefault(match.pattern, []).append((match, start, at.number if at else 0))

    @cached_property
    def _boundaries(self) -> frozenset[int] | None:
        if self._segment is None:
            return None
        return frozenset(at for word in self._segment(self.text) for at in word)

    def is_word(self, start: int, end: int) -> bool:
        """Whether both ends are word boundaries; true when there is no segmenter to ask."""
        return self._boundaries is None or {start, end} <= self._boundaries

    # -- what the reply already says ----------------------------------------------------------

    def knows(self, name: str) -> bool:
        """Whether the lexicon describes the fact `name`."""
        return name in self._facts

    def fact(self, name: str) -> tuple[Found, ...]:
        """Where the reply says what the fact `name` describes: an apology, a reason, a way on …"""
        known = self._held.get(name)
        if known is None:
            places = (place for p in self._facts[name].patterns for place in self._said.get(p, ()))
            found = (_place(*place) for place in places)
            known = self._held[name] = tuple(f for f in found if not self.quoted(f.start, f.end))
        return known

    @cached_property
    def _light(self) -> frozenset[int]:
        """Clauses that only greet, address or fill: the act stands elsewhere."""
        return frozenset(
            f.clause
            for f in self.fact("引子")
            if f.start == self.clauses[f.clause].start and f.end == self.clauses[f.clause].end
        )

    def is_light(self, clause: int) -> bool:
        """Whether the clause holds nothing but a greeting, an address or a filler word."""
        return clause in self._light

    def says_nothing(self, first: int, last: int) -> bool:
        """Whether the clauses `first`..`last` (numbers, last included) say nothing of substance."""
        return all(self.is_light(number) for number in range(first, last + 1))

    def facts_by_sentence(self, name: str) -> Mapping[int, Sequence[Found]]:
        """Where the reply says what the fact `name` describes, by number of the sentence."""
        known = self._by_sentence.get(name)
        if known is None:
            known = self._by_sentence[name] = {}
            for one in self.fact(name):
                known.setdefault(self.clauses[one.clause].sentence, []).append(one)
        return known
