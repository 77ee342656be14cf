"""Kind `find`: something is said in one of several ways, and nothing excuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from keqi.conditions import Condition
from keqi.matchers.base import Match
from keqi.reply import Found, Pattern, Reply
from keqi.rewrite import MARKED, Template
from keqi.text import Span, claim


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of saying it."""

    pattern: Pattern
    fixes: tuple[Template, ...] = ()
    """What to say instead of just this."""


REMEMBERED = 256
"""For how many matches each rule keeps what its local conditions said; forgotten all at once when full."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Some of a rule's conditions."""

    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]

    @classmethod
    def of(cls, find: Find, local: bool) -> _Asked:
        """Those of the rule's conditions that are local, or those that are not."""
        when = tuple(c for c in find.when if c.local == local)
        return cls(when, tuple(c for c in find.unless if c.local == local))

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.when or self.unless)

    def agree(self, reply: Reply, found: Found) -> bool:
        """Whether all that must hold for the match does, and nothing that excuses it."""
        required = all(condition.holds(reply, found) for condition in self.when)
        return required and not any(condition.holds(reply, found) for condition in self.unless)


@dataclass(frozen=True, slots=True)
class Find:
    """Matches where one of `variants` does, unless a condition excuses it."""

    variants: tuple[Variant, ...]
    when: tuple[Condition, ...] = ()
    """All must hold."""
    unless: tuple[Condition, ...] = ()
    """None may hold."""
    outside: tuple[Pattern, ...] = ()
    """A match inside one of these does not count: 你 in 你追我赶."""
    quoted: bool = False
    """Whether words inside quotation marks count too; usually they are somebody else's."""
    whole_word: bool = False
    """Whether both ends must be word boundaries (asks the segmenter)."""
    _numbers: Mapping[Pattern, int] = field(init=False, repr=False, compare=False)
    """Where each variant stands, by its pattern: a phrase list has thousands."""
    _wide: _Asked = field(init=False, repr=False, compare=False)
    """What has to be asked again for each reply."""
    _local: _Asked = field(init=False, repr=False, compare=False)
    """What a sentence tells by itself."""
    _known: dict[tuple[str, int, int], bool] = field(init=False, repr=False, compare=False)
    """Whether a match counts as far as its sentence goes, by that and by where in it the match begins and ends."""

    def __post_init__(self) -> None:
        numbers = {v.pattern: number for number, v in reversed(list(enumerate(self.variants)))}
        object.__setattr__(self, "_numbers", numbers)
        object.__setattr__(self, "_wide", _Asked.of(self, local=False))
        object.__setattr__(self, "_local", _Asked.of(self, local=True))
        object.__setattr__(self, "_known", {})

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that the scan has to look for."""
        return (*(v.pattern for v in self.variants), *self.outside)

    @property
    def always(self) -> bool:
        """Never: without a literal there is no match."""
        return False

    @property
    def last(self) -> bool:
        """No: what it finds stands on its own."""
        return False

    def matches(self, reply: Reply) -> Iterator[Match]:
        """Matches in order of variants, then of place; the first variant to claim a place wins."""
        taken: list[Span] = []
        for number in sorted(self._numbers[p] for p in reply.matched.keys() & self._numbers.keys()):
            variant = self.variants[number]
            for found in reply.find(variant.pattern):
                if found.start < found.end and self._counts(reply, found, taken):
                    start, end = found.slots.get(MARKED, (found.start, found.end))
                    yield Match(start, end, found, variant.fixes)

    def _counts(self, reply: Reply, found: Found, taken: list[Span]) -> bool:
        if not self.quoted and reply.quoted(found.start, found.end):
            return False
        if any(o.start <= found.start and found.end <= o.end for p in self.outside for o in reply.find(p)):
            return False
        if not (self._counts_in_its_sentence(reply, found) and self._wide.agree(reply, found)):
            reply.excuse(found)
            return False
        if self.whole_word and not reply.is_word(found.start, found.end):
            return False
        return claim(taken, Span(found.start, found.end))

    def _counts_in_its_sentence(self, reply: Reply, found: Found) -> bool:
        """What the local conditions say; remembered, as while somebody types most sentences stay as they are."""
        if not reply.clauses or not self._local.any:
            return self._local.agree(reply, found)
        sentence = reply.sentences[reply.clauses[found.clause].sentence]
        key = (
            reply.text[sentence.start : sentence.end],
            found.start - sentence.start,
            found.end - sentence.start,
        )
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._local.agree(reply, found)
        return known
