"""Suppression: what somebody decided not to be told, by comment, by ignore file or by baseline.

Suppression is data. A comment becomes a `Directive` with the stretch of the file it is about; an
ignored finding is a fingerprint of its rule, its words and a little context, which holds wherever
the reply moves to. Both only answer: does this cover that finding? What was suppressed in a reply
is told to the linter as `Spared`, so that a rule beneath it can speak.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from keqi.findings import Finding
from keqi.formats import Comment, Segment
from keqi.text import Span

UNUSED, EXPIRED, UNREADABLE = "suppression.unused", "suppression.expired", "suppression.unreadable"
CATEGORY = "suppression"

MESSAGES: Mapping[str, tuple[str, str]] = {
    UNUSED: (
        "这条忽略没有用到：它管的地方没有这样的问题，可以删去。",
        "This suppression is not used: nothing of the kind is found where it applies. Delete it.",
    ),
    EXPIRED: (
        "这条忽略已经过期，不再起作用：请改好回复，或重新定一个日期。",
        "This suppression has expired and hides nothing any more: mend the reply or set a new date.",
    ),
    UNREADABLE: (
        "看不懂这条 keqi 注释。可以写：keqi: ignore、ignore-next、off、on、ignore-file，后面可接 [规则或类别]、"
        "until 2027-01-31、-- 原因。",
        "This keqi comment cannot be read. Write ignore, ignore-next, off, on or ignore-file, then if you "
        "like [rules or categories], until 2027-01-31, -- reason.",
    ),
}
"""What the findings about suppressions say, in Chinese and in English."""

_CALL = re.compile(r"keqi\s*[:：]\s*", re.IGNORECASE)
_DIRECTIVE = re.compile(
    r"""
    (?P<kind> ignore-next | ignore-file | ignore | off | on )
    \s* (?: \[ (?P<rules> [^\[\]]* ) \] )?
    \s* (?: until \s+ (?P<until> \d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) ) )?
    \s* (?: --\s* (?P<reason> .* ) )?
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_CONTEXT = 8
"""Code points of the reply on each side of a finding that belong to its fingerprint."""


@dataclass(frozen=True, slots=True)
class Spared:
    """What the linter shall not report in one reply."""

    rules: frozenset[str] = frozenset()
    """Ids and categories that are off in it; `*` means all."""
    places: frozenset[tuple[str, str]] = frozenset()
    """Rules with the words that they shall not object to."""

    def covers(self, finding: Finding, text: str) -> bool:
        """Whether `finding`, made in the reply `text`, is not to be reported."""
        return (
            not self.rules.isdisjoint(("*", finding.category, finding.rule))
            or (finding.rule, finding.span.of(text)) in self.places
        )

    def __bool__(self) -> bool:
        return bool(self.rules or self.places)


SPARE_NOTHING = Spared()


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that tells keqi to be silent about something."""

    comment: Span
    """Where it stands in the file."""
    span: Span
    """What it is about: findings in replies that meet this stretch of the file."""
    rules: tuple[str, ...] = ("*",)
    """Ids and categories it is about; `*` for all."""
    until: str = ""
    """The last day on which it holds, `YYYY-MM-DD`; empty: for ever."""

    def concerns(self, finding: Finding) -> bool:
        """Whether it is about `finding`, given in the file, wherever the rule is named or all are."""
        meets = self.span.overlaps(finding.span) or self.span.covers(finding.span)
        return meets and any(r in ("*", finding.category, finding.rule) for r in self.rules)


def directives(
    comments: Iterable[Comment], segments: Sequence[Segment], text: str
) -> tuple[list[Directive], list[Finding]]:
    """The directives among a file's `comments`, and findings for those that cannot be read."""
    found: list[Directive] = []
    problems: list[Finding] = []
    opened: list[tuple[Span, tuple[str, ...], str]] = []
    for comment in comments:
        call = _CALL.match(comment.text)
        if call is None:
            continue
        match = _DIRECTIVE.fullmatch(comment.text, call.end())
        if match is None:
            problems.append(_about(UNREADABLE, comment.span))
            continue
        rules = tuple(r.strip() for r in (match["rules"] or "*").split(",") if r.strip()) or ("*",)
        kind, until = match["kind"].lower(), match["until"] or ""
        if kind == "off":
            opened.append((comment.span, rules, until))
        elif kind == "on":
            _close(opened, rules, comment.span.start, found)
        else:
            span = _reach(kind, comment.span, segments, text)
            found.append(Directive(comment.span, span, rules, until))
    for start, rules, until in opened:
        found.append(Directive(start, Span(start.end, len(text)), rules, until))
    return sorted(found, key=lambda d: d.comment), problems


def _close(
    opened: list[tuple[Span, tuple[str, ...], str]], rules: tuple[str, ...], end: int, found: list[Directive]
) -> None:
    """End the regions that an `on` is about: those of the same rules, or all when it names none."""
    for entry in [o for o in opened if rules in (("*",), o[1])]:
        opened.remove(entry)
        found.append(Directive(entry[0], Span(entry[0].end, end), entry[1], entry[2]))


def _reach(kind: str, comment: Span, segments: Sequence[Segment], text: str) -> Span:
    """The stretch of the file that a directive of this kind is about."""
    if kind == "ignore-file":
        return Span(0, len(text))
    if kind == "ignore-next":
        following = next((s.span for s in segments if s.span.start >= comment.end), None)
        return following or Span(comment.end, comment.end)
    start = max(text.rfind("\n", 0, comment.start), text.rfind("\r", 0, comment.start)) + 1
    ends = [at for mark in "\r\n" if (at := text.find(mark, comment.end)) >= 0]
    return Span(start, min(ends, default=len(text)))


def _about(rule: str, span: Span) -> Finding:
    return Finding(span.start, span.end, rule, CATEGORY, "warning", MESSAGES[rule][0])


def fingerprint(finding: Finding, text: str) -> str:
    """What `finding`, made in the reply `text`, is known by: rule, words, and a little context.

    White space does not count. 16 hexadecimal digits of a SHA-256: the reply cannot be read from it.
    """
    around = text[max(finding.start - _CONTEXT, 0) : finding.end + _CONTEXT]
    parts = (finding.rule, _SPACE.sub("", finding.span.of(text)), _SPACE.sub("", around))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Ignored:
    """One entry of the ignore file."""

    fingerprint: str
    rule: str = ""
    path: str = ""
    """The file it was written for, relative to the ignore file, with `/`; only to know when it is unused."""
    reason: str = ""
    until: str = ""
    """The last day on which it holds, `YYYY-MM-DD`; empty: for ever."""
    line: int = 0
    """Where it stands in the ignore file, from 1; 0 when it comes from nowhere."""


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What is suppressed besides comments, and what day it is."""

    ignored: Mapping[str, Ignored] = field(default_factory=dict)
    """Entries of the ignore file by fingerprint."""
    baseline: Mapping[str, int] = field(default_factory=dict)
    """How often each fingerprint was found in this file when the baseline was written."""
    today: str = ""
    """`YYYY-MM-DD`; empty where the day is unknown: then nothing expires."""

    def expired(self, until: str) -> bool:
        """Whether a suppression with this last day holds no more."""
        return bool(until and self.today and until < self.today)


NOTHING = Suppressions()
"""Only comments suppress."""


@dataclass(slots=True)
class Ledger:
    """Keeps account, for one file, of what was suppressed and by what."""

    directives: Sequence[Directive]
    suppressions: Suppressions
    used: set[Directive] = field(default_factory=set)
    used_entries: set[str] = field(default_factory=set)
    """Fingerprints of ignore entries that covered something."""
    left: Counter[str] = field(default_factory=Counter)
    """What remains of the baseline."""

    def __post_init__(self) -> None:
        self.left.update(self.suppressions.baseline)

    @property
    def idle(self) -> bool:
        """Whether nothing can be suppressed at all, so that nobody need ask."""
        return not (self.directives or self.suppressions.ignored or self.suppressions.baseline)

    def spared(self, segment: Segment, findings: Iterable[Finding]) -> Spared:
        """What of `findings`, made in `segment`, is suppressed by comment or ignore file."""
        rules: set[str] = set()
        places: set[tuple[str, str]] = set()
        for finding in findings:
            placed = segment.source_finding(finding)
            directive = self._directive(placed)
            if directive is not None:
                self.used.add(directive)
                # The whole reply, unless only a part of it stands on the commented line.
                if directive.span.covers(segment.span):
                    rules |= {r for r in directive.rules if r in ("*", finding.category, finding.rule)}
                else:
                    places.add((finding.rule, finding.span.of(segment.text)))
            elif self._is_ignored(finding, segment.text):
                places.add((finding.rule, finding.span.of(segment.text)))
        return Spared(frozenset(rules), frozenset(places))

    def _directive(self, placed: Finding) -> Directive | None:
        holds = (d for d in self.directives if not self.suppressions.expired(d.until))
        return next((d for d in holds if d.concerns(placed)), None)

    def _is_ignored(self, finding: Finding, text: str) -> bool:
        if not self.suppressions.ignored:
            return False
        mark = fingerprint(finding, text)
        entry = self.suppressions.ignored.get(mark)
        if entry is None or self.suppressions.expired(entry.until):
            return False
        self.used_entries.add(mark)
        return True

    def in_baseline(self, finding: Finding, text: str) -> bool:
        """Whether the baseline still has room for `finding`, which is then used up."""
        if not self.left:
            return False
        mark = fingerprint(finding, text)
        if self.left[mark] <= 0:
            return False
        self.left[mark] -= 1
        return True

    def complaints(self) -> Iterator[Finding]:
        """Findings, in the file, about comments that have expired or cover nothing."""
        for directive in self.directives:
            if self.suppressions.expired(directive.until):
                yield _about(EXPIRED, directive.comment)
            elif directive not in self.used:
                yield _about(UNUSED, directive.comment)
