"""The linter proper: a draft in, findings out, as a list of steps that can be read in order.

Pure: rules and policy come in ready-made; no file, clock, network or global is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from keqi.findings import LEVELS, Finding, Fix
from keqi.fold import View, fold
from keqi.holes import merge
from keqi.lexicon import Lexicon
from keqi.matchers import Match
from keqi.plea import where_they_fit
from keqi.policy import Layer, Profile, Verdict, resolve
from keqi.repair import repair
from keqi.reply import Pattern, Reply
from keqi.rewrite import parse_template, render
from keqi.rules import Rule
from keqi.scan import Scanner
from keqi.suppress import SPARE_NOTHING, Spared
from keqi.text import Span, claim

Segmenter = Callable[[str], Sequence[tuple[int, int]]]
"""Cuts a text into words: half-open offsets in code points."""

MAX_REPLY = 8_000
"""No reply is longer; conditions such as "apologises somewhere" look no further."""

MAX_BLOCK = 4000
"""Fix-all treats longer texts block by block: it re-reads the text after each fix it makes."""

GRAVE = frozenset(LEVELS[-2:])
"""Levels of what is rude; the others say what could be better."""

INSTEAD = parse_template("<致歉>给您带来了不便", safe=False)
"""What is said where all that is said would be struck out, or nothing of it can be carried over."""

MERE_TAUNT = 3
"""Clauses of a reply that says little beside what is objected to."""

BESIDE = frozenset({"pronoun", "address"})
"""Categories about a word of address: reported beside an act that covers the same place."""


@dataclass(frozen=True, slots=True)
class Active:
    """A rule that is on, with its level."""

    rule: Rule
    verdict: Verdict


class Engine:
    """Rules under one policy, ready to check drafts. Immutable; safe to share between threads."""

    def __init__(
        self,
        lexicon: Lexicon,
        profile: Profile,
        layers: Sequence[Layer] = (),
        segment: Segmenter | None = None,
        accepted: Sequence[str] = (),
        placeholders: Sequence[str] = (),
    ) -> None:
        verdicts = ((rule, resolve(rule, (*profile.layers, *layers))) for rule in lexicon.rules)
        self._active = tuple(Active(rule, v) for rule, v in verdicts if v.level != "none")
        self._wording = profile.wording
        self._facts = lexicon.facts
        self._segment = segment
        # What a project accepts is as invisible to the rules as a placeholder.
        unread = [*(f"(?:{p})" for p in placeholders), *map(re.escape, accepted)]
        self._unread = re.compile("|".join(unread)) if unread else None
        always = [a for a in self._active if a.rule.matcher.always]
        self._always = tuple(a for a in always if not a.rule.matcher.last)
        self._last = tuple(a for a in always if a.rule.matcher.last)
        self._by_pattern: dict[Pattern, list[Active]] = {}
        for active in self._active:
            if not active.rule.matcher.always:
                for pattern in active.rule.matcher.patterns:
                    self._by_pattern.setdefault(pattern, []).append(active)
        self._order = {a.rule.id: i for i, a in enumerate(self._active)}
        self._scanner = Scanner(p for a in self._active for p in a.rule.matcher.patterns)
        self._facts_scanner = Scanner(p for f in lexicon.facts.values() for p in f.patterns)

    def prepare(self) -> None:
        """Make now what the first checks would make."""
        self._scanner.prepare()
        self._facts_scanner.prepare()

    # -- checking -----------------------------------------------------------------------------

    def check(self, text: str, holes: Sequence[Span] = (), spared: Spared = SPARE_NOTHING) -> list[Finding]:
        """All findings in one reply but those that are `spared`, in order.

        `holes` are stretches that are not prose. Text longer than any reply is read in blocks, so
        that time stays linear.
        """
        if len(text) <= MAX_REPLY:
            return self._check_reply(text, holes, spared)
        findings: list[Finding] = []
        start = 0
        for block in blocks(text, MAX_REPLY):
            inside = tuple(h.shift(-start) for h in holes if start <= h.start and h.end <= start + len(block))
            findings += (f.shift(start) for f in self._check_reply(block, inside, spared))
            start += len(block)
        return findings

    def _check_reply(self, text: str, holes: Sequence[Span], spared: Spared) -> list[Finding]:
        view = self._view(text, holes)
        if not (self._always or self._last or self._scanner.might_match(view.text)):
            return []
        reply = self._reply(view)
        candidates = self._candidates(reply)
        if not candidates and not self._last:
            return []
        noticed = dict(n for active in candidates for n in self._notice(active, reply))
        for finding, (_, match) in noticed.items() if self._last else ():
            if finding.category not in BESIDE:
                reply.object_to(match.start, match.end, finding.severity in GRAVE)
        noticed |= dict(n for active in self._last for n in self._notice(active, reply))
        # Before overlaps: what is spared must not hide what lies beneath it.
        kept = without_overlaps(without_spared(list(noticed), text, spared))
        # Wordings last: they take the longest, and much of what is noticed is not reported.
        findings = [self._worded(f, *noticed[f], reply) for f in kept]
        acts = [f for f in findings if f.category not in BESIDE]
        words = [f for f in findings if f.category in BESIDE]
        return in_order((*where_they_fit(in_order(acts), reply), *words))

    def _view(self, text: str, holes: Sequence[Span]) -> View:
        """The reply as the rules see it."""
        if self._unread is not None:
            own = (Span(*m.span()) for m in self._unread.finditer(text) if m.group())
            holes = tuple(merge((*holes, *own)))
        return fold(text, holes)

    def _candidates(self, reply: Reply) -> list[Active]:
        """Rules of which some literal occurs, and those that look for what is missing; in lexicon order."""
        found = {a.rule.id: a for p in reply.matched for a in self._by_pattern.get(p, ())}
        found |= {a.rule.id: a for a in self._always}
        return sorted(found.values(), key=lambda a: self._order[a.rule.id])

    def _notice(self, active: Active, reply: Reply) -> Iterator[tuple[Finding, tuple[Rule, Match]]]:
        """What a rule objects to, without its wordings, and what they are to be made from."""
        rule = active.rule
        for match in rule.matcher.matches(reply):
            at, level = reply.view.origin(match.start, match.end), active.verdict.level
            yield Finding(at.start, at.end, rule.id, rule.category, level, rule.message), (rule, match)

    def _worded(self, finding: Finding, rule: Rule, match: Match, reply: Reply) -> Finding:
        """The finding with what can be said about just this match, and instead of it."""
        note = match.note()
        message = f"{rule.message}（{note}）" if note else rule.message
        fixes = tuple(self._fixes(rule, match, reply)) or tuple(self._instead(finding, match, reply))
        f = finding
        return Finding(f.start, f.end, f.rule, f.category, f.severity, message, fixes)

    def _fixes(self, rule: Rule, match: Match, reply: Reply) -> Iterator[Fix]:
        seen: set[str] = set()
        for template in rule.fixes if match.fixes is None else match.fixes:
            fix = render(template, reply, match.found, self._wording)
            if fix is not None and fix.title not in seen:
                seen.add(fix.title)
                yield fix

    def _instead(self, finding: Finding, match: Match, reply: Reply) -> Iterator[Fix]:
        """What can be said where a reply is hardly more than one rude clause: it may not be struck out."""
        found = match.found
        if finding.severity not in GRAVE or finding.category in BESIDE or len(reply.clauses) > MERE_TAUNT:
            return
        clause = reply.clauses[found.clause]
        if match.fixes != () and found.start <= clause.start and clause.end <= found.end:
            fix = render(INSTEAD, reply, found, self._wording)
            if fix is not None:
                yield fix

    # -- fixing -------------------------------------------------------------------------------

    def fix(
        self, text: str, unsafe: bool = False, holes: Sequence[Span] = (), spared: Spared = SPARE_NOTHING
    ) -> str:
        """`text` with fixes applied until none helps any more; safe ones only unless `unsafe`.

        See `repair` for why this ends and why doing it again changes nothing.
        """
        check = partial(self.check, spared=spared) if spared else self.check
        if holes or len(text) <= MAX_BLOCK:
            return repair(text, check, self._says_something, unsafe, holes, BESIDE)
        return "".join(
            repair(block, check, self._says_something, unsafe, (), BESIDE)
            for block in blocks(text, MAX_BLOCK)
        )

    def _says_something(self, text: str, holes: Sequence[Span]) -> bool:
        """Whether the reply says more than a greeting."""
        reply = self._reply(self._view(text, holes))
        return not reply.says_nothing(0, len(reply.clauses) - 1)

    def _reply(self, view: View) -> Reply:
        return Reply(view, self._scanner, self._facts, self._segment, self._facts_scanner)


# -- steps: findings → findings -----------------------------------------------------------------


def without_spared(findings: list[Finding], text: str, spared: Spared) -> list[Finding]:
    """The findings that nobody has suppressed in this reply."""
    return [f for f in findings if not spared.covers(f, text)] if spared else findings


def without_overlaps(findings: list[Finding]) -> list[Finding]:
    """One finding a place: what is rude wins over what could be better; then the longer, the graver, the earlier
    in the lexicon.

    Who has understood more of what is said knows better what to say instead. Words of address (你) and acts
    (自己看) do not compete: both need mending.
    """

    def rank(finding: Finding) -> tuple[bool, int, int]:
        return finding.severity not in GRAVE, -len(finding.span), -LEVELS.index(finding.severity)

    places: dict[bool, list[Span]] = {True: [], False: []}
    kept: list[Finding] = []
    for finding in sorted(findings, key=rank):
        if claim(places[finding.category in BESIDE], finding.span):
            kept.append(finding)
    return kept


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By position, then by rule."""
    return sorted(findings, key=lambda f: (f.start, f.end, f.rule))


def blocks(text: str, most: int) -> Iterator[str]:
    """`text` cut behind line ends (or sentence ends, or anywhere) into blocks of at most `most`."""
    start = 0
    while start < len(text):
        end = start + most
        if end < len(text):
            cuts = (text.rfind(mark, start, end) for mark in ("\n", "。", "，"))
            end = next((cut + 1 for cut in cuts if cut > start), end)
        yield text[start:end]
        start = end


def overview(lexicon: Lexicon, profile: Profile, layers: Sequence[Layer] = ()) -> Mapping[str, Verdict]:
    """The level of every rule under the profile, and who decided it."""
    return {rule.id: resolve(rule, (*profile.layers, *layers)) for rule in lexicon.rules}
