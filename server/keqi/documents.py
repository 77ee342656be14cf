"""Whole documents: a format's segments through the linter, and back into the file. Pure.

Three steps, so that a caller can spread the middle one over processes: `parse` a file into
replies, let the linter `check` each different one, `settle` what was found: suppress, and place
it in the file. `check`, `fix` and `edits` do all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keqi.findings import Edit, Finding, apply_edits, changed_stretch, differences
from keqi.formats import BY_NAMES, Reading, Segment, by_name
from keqi.suppress import NOTHING, Directive, Ledger, Spared, Suppressions, directives
from keqi.text import LineIndex, Span

_END = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK = re.compile(rf"({_END})(?:[^\S\r\n]*{_END})+")
_CALL = re.compile(r"keqi\s*[:：]", re.IGNORECASE)

LONGEST = 1_000_000
"""Code points that one reply may have; what is longer is a file without line ends, not a reply."""

Key = tuple[str, tuple[Span, ...]]
"""What the findings of a reply depend on: its text and its holes."""


class ReplyTooLongError(ValueError):
    """A document holds a "reply" that is none, and that would take minutes to check."""

    def __init__(self, segment: Segment, text: str) -> None:
        super().__init__(f"a reply of {len(segment.text)} code points")
        self.line = LineIndex(text).line_at(segment.span.start) + 1
        """The line of the document in which it begins, from 1."""
        self.length = len(segment.text)
        """How long it is, in code points."""


class Checker(Protocol):
    """What a document needs of `keqi.Linter`: one reply in, its findings or its repair out.

    `spared` is given only where something is suppressed.
    """

    def check(self, text: str, holes: tuple[Span, ...] = (), spared: Spared = ...) -> list[Finding]:
        """The findings in the reply `text`, offsets in `text`, but for those that are spared."""

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = (), spared: Spared = ...) -> str:
        """The reply after all its safe fixes, and the unsafe ones too when `unsafe`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file, read as its format says."""

    text: str
    segments: tuple[Segment, ...]
    """Its replies, in order."""
    directives: tuple[Directive, ...] = ()
    """What its comments tell keqi."""
    problems: tuple[Finding, ...] = ()
    """Findings about such comments that cannot be read."""

    @property
    def keys(self) -> dict[Key, None]:
        """The different replies, in the order in which they first occur."""
        return dict.fromkeys((s.text, s.holes) for s in self.segments)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and the reply that it was made in."""

    finding: Finding
    """In the file: offsets and edits in its text."""
    inner: Finding
    """The same in the reply: offsets in `segment.text`."""
    segment: Segment


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be said about a document."""

    located: tuple[Located, ...] = ()
    """Findings in replies, by position."""
    complaints: tuple[Finding, ...] = ()
    """Findings about suppressing comments."""
    spared: Mapping[int, Spared] = field(default_factory=dict)
    """What was suppressed, by the number of the segment; fixing must leave it alone too."""
    used_entries: frozenset[str] = frozenset()
    """Fingerprints of the ignore file that covered something here."""

    @property
    def findings(self) -> list[Finding]:
        """Everything, by position."""
        found = [*(at.finding for at in self.located), *self.complaints]
        return sorted(found, key=lambda f: (f.start, f.end, f.rule))


def parse(text: str, format: str = "plain", reading: Reading = BY_NAMES) -> Document:
    """`text` read as `format`.

    Raises ValueError for an unknown format, FormatError for a file that breaks its format, and
    ReplyTooLongError where a reply is longer than `LONGEST`.
    """
    kind = by_name(format)
    segments = tuple(kind.segments(text, reading))
    for segment in segments:
        if len(segment.text) > LONGEST:
            raise ReplyTooLongError(segment, text)
    if not kind.commented or not _CALL.search(text):
        return Document(text, segments)
    told, problems = directives(kind.comments(text), segments, text)
    return Document(text, segments, tuple(told), tuple(problems))


def settle(
    document: Document,
    found: Mapping[Key, Sequence[Finding]],
    check: Callable[[Key, Spared], Sequence[Finding]],
    suppressions: Suppressions = NOTHING,
) -> Settled:
    """What is left of the findings in `document` after suppression, placed in the file.

    `found` has the findings of each different reply, without an entry for those that have none;
    `check` looks again at a reply of which something is spared.
    """
    ledger = Ledger(document.directives, suppressions)
    located: list[Located] = []
    spared: dict[int, Spared] = {}
    for number, segment in enumerate(document.segments):
        findings = found.get((segment.text, segment.holes), ())
        if findings and not ledger.idle:
            findings, hidden = _unsuppressed(segment, findings, ledger, check)
            if hidden:
                spared[number] = hidden
        located += (Located(segment.source_finding(f), f, segment) for f in findings)
    located.sort(key=lambda at: (at.finding.start, at.finding.end, at.finding.rule))
    complaints = (*document.problems, *ledger.complaints())
    return Settled(tuple(located), complaints, spared, frozenset(ledger.used_entries))


def _unsuppressed(
    segment: Segment,
    findings: Sequence[Finding],
    ledger: Ledger,
    check: Callable[[Key, Spared], Sequence[Finding]],
) -> tuple[Sequence[Finding], Spared]:
    """The findings that stay, and what is spared: asked again until nothing new is suppressed.

    Ends: each round spares more of a reply's findings than the one before.
    """
    spared = Spared()
    while more := ledger.spared(segment, findings):
        spared = Spared(spared.rules | more.rules, spared.places | more.places)
        findings = check((segment.text, segment.holes), spared)
    known = [f for f in findings if ledger.in_baseline(f, segment.text)]
    if known:
        places = frozenset((f.rule, f.span.of(segment.text)) for f in known)
        spared = Spared(spared.rules, spared.places | places)
    return [f for f in findings if f not in known], spared


def examine(linter: Checker, document: Document, suppressions: Suppressions = NOTHING) -> Settled:
    """Check every different reply of `document` once, here and now."""
    found = {key: findings for key in document.keys if (findings := linter.check(*key))}
    return settle(document, found, lambda key, spared: linter.check(*key, spared), suppressions)


def check(linter: Checker, text: str, format: str = "plain", reading: Reading = BY_NAMES) -> list[Finding]:
    """The findings in every reply of `text`, in order, offsets and edits in `text`.

    A reply that occurs several times is checked once. Errors as for `parse`.
    """
    return examine(linter, parse(text, format, reading)).findings


def fix(
    linter: Checker,
    text: str,
    format: str = "plain",
    unsafe: bool = False,
    reading: Reading = BY_NAMES,
) -> str:
    """`text` with its replies mended; everything else stays as it is, character for character."""
    return apply_edits(text, edits(linter, text, format, unsafe, reading))


def edits(
    linter: Checker,
    text: str,
    format: str = "plain",
    unsafe: bool = False,
    reading: Reading = BY_NAMES,
) -> list[Edit]:
    """The edits by which `fix` mends `text`, in order, each as small as it can cheaply be."""
    document = parse(text, format, reading)
    settled = examine(linter, document) if document.directives else Settled()
    wanted = fixable(document, settled.spared)
    return placed_edits(document, {item: mend(linter, item, unsafe) for item in wanted}, settled.spared)


Mending = tuple[Key, Spared]
"""A reply to be mended, and what must be left alone in it."""


def fixable(document: Document, spared: Mapping[int, Spared]) -> dict[Mending, None]:
    """The different replies of `document` with what is spared in them."""
    return dict.fromkeys(
        ((s.text, s.holes), spared.get(n, Spared())) for n, s in enumerate(document.segments)
    )


def mend(linter: Checker, item: Mending, unsafe: bool) -> str:
    """A reply after its fixes, without lines that they have emptied."""
    (text, holes), spared = item
    fixed = linter.fix(text, unsafe, holes, spared) if spared else linter.fix(text, unsafe, holes)
    return _whole(text, fixed)


def placed_edits(
    document: Document, mended: Mapping[Mending, str], spared: Mapping[int, Spared]
) -> list[Edit]:
    """The edits of the file that turn its replies into what `mended` says; others stay."""
    made: list[Edit] = []
    for number, segment in enumerate(document.segments):
        key = ((segment.text, segment.holes), spared.get(number, Spared()))
        new = mended.get(key, segment.text)
        if new != segment.text:
            made += segment.source_edits(list(_changes(segment, new)))
    return made


def _whole(old: str, new: str) -> str:
    """`new` without lines that a fix has emptied.

    An empty line would cut the reply in two, and nobody wants to see where a sentence was.
    """
    if new == old or _BLANK.search(old):
        return new
    return _BLANK.sub(r"\1", new).strip("\r\n")


def _changes(segment: Segment, fixed: str) -> Iterator[Edit]:
    """The edits that turn the segment's text into `fixed`.

    Where the file holds the text as it is, one edit from the first to the last difference will
    do. Where it holds escapes or markup, what did not change between two differences must not
    be written anew either.
    """
    if segment.map is not None:
        return differences(segment.text, fixed)
    whole = changed_stretch(segment.text, fixed)
    return iter(() if whole is None else (whole,))
