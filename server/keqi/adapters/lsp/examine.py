"""One check of one version of a document, in a worker thread: no loop, no client, no clock.

The whole document is read, but only replies that have changed are checked again. And while
somebody types inside one reply, not even the rest is read again: see `retouched`.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keqi import documents
from keqi.adapters.lsp.checker import Checker, presentable
from keqi.adapters.lsp.document import Document
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.resolver import Context
from keqi.documents import Key, Located, Settled
from keqi.findings import Edit, Finding
from keqi.formats import FormatError, Segment
from keqi.suppress import Spared
from keqi.text import Span

log = logging.getLogger(__name__)

LARGEST = 20_000_000
"""Bytes, as UTF-8, of a document that is still checked in the editor."""
SHORT = 2_000
"""Code points of a document that is read again at each keystroke, if its format has no syntax."""
MOST_FORMER = 50
"""Replies that are remembered as they were a while ago: to take back what was typed costs nothing.

On a team's server there are a thousand drafts, each with as many.
"""
MOST_FORMER_SIZE = 50_000
"""Code points of the replies that are remembered as they were: of long ones, fewer."""
_UNMARKED = frozenset(["draft", "plain", "lines"])
MOST_PATCHES = 200
"""Replies that may differ from a reading before it is made anew."""

Memo = dict[Key, Sequence[Finding]]
"""The findings of each reply of a document, for one checker."""


class Stopped(Exception):  # noqa: N818 – nothing went wrong
    """Nobody wants the outcome any more."""


@dataclass(frozen=True, slots=True)
class Note:
    """Why a document was not checked, or not wholly."""

    kind: str
    """`too-large`, `too-long`, or what breaks the format: a key of `render.messages`."""
    offset: int = 0
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patch:
    """One reply that is not as it was when the document was read."""

    segment: Segment
    """The reply now; its span begins where it began when the document was read."""
    growth: int
    """By how many code points the file has grown there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one version of a document."""

    document: Document
    context: Context
    format: str = ""
    """What the document was read as; empty when it holds no replies."""
    located: tuple[Located, ...] = ()
    """By position."""
    complaints: tuple[Finding, ...] = ()
    """About suppressing comments."""
    note: Note | None = None
    crashes: tuple[str, ...] = ()
    """Kinds of the errors in checks that failed; each cost one reply."""
    parsed: documents.Document | None = None
    """The document as it was read, perhaps some patches ago; None when it could not be."""
    patches: Mapping[int, Patch] = field(default_factory=dict)
    """What has changed since, by number of the reply."""
    edited: int | None = None
    """Where the text begins to differ from the one before, under the same rules; None: that is not known."""
    spared: Mapping[int, Spared] = field(default_factory=dict)
    """What was suppressed when the document was read, by number of the reply."""
    used_entries: frozenset[str] = frozenset()
    """Fingerprints of the ignore file that covered something when the document was read."""

    @property
    def findings(self) -> list[Finding]:
        """Everything, by position."""
        return Settled(self.located, self.complaints).findings

    def drift(self, number: int) -> int:
        """How far the reply `number` has moved since the document was read."""
        return sum(patch.growth for at, patch in self.patches.items() if at < number)

    def segment(self, number: int) -> Segment:
        """The reply `number` as it is now, its span as it was when the document was read."""
        assert self.parsed is not None
        patch = self.patches.get(number)
        return patch.segment if patch is not None else self.parsed.segments[number]

    def number_at(self, offset: int) -> int | None:
        """The last reply that begins at or before `offset`; None when there is none."""
        if self.parsed is None:
            return None
        segments = self.parsed.segments
        starts = range(len(segments))
        at = bisect_right(starts, offset, key=lambda n: segments[n].span.start + self.drift(n))
        return at - 1 if at else None


def examine(
    document: Document,
    context: Context,
    format_of: Callable[[], str],
    memo: Memo,
    before: Outcome | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """What is found in `document`; `memo` then holds the findings of its replies, and of some former ones.

    `before` is the outcome for an older version under the same checker; None: read everything.
    `format_of` is asked only where the document has to be read. Raises Stopped.
    """
    edited: int | None = None
    if before is not None:
        if _is_quick(before, document):
            edited = _parting(before, document, context)
        else:
            after = retouched(before, document, context, memo)
            if after is not None:
                return after
    if is_too_large(document.text):
        return Outcome(document, context, note=Note("too-large"))
    format = format_of()
    if not format:
        return Outcome(document, context)
    try:
        parsed = _read(document, format, context)
    except documents.ReplyTooLongError as error:
        start = document.lines.line_span(error.line - 1).start
        details = {"line": error.line, "length": error.length, "most": documents.LONGEST}
        return Outcome(document, context, format, note=Note("too-long", start, details))
    except FormatError as error:
        offset = min(error.offset, len(document.text))
        return Outcome(document, context, format, note=Note(error.kind, offset, error.details))
    return _settled(document, context, format, parsed, memo, stopped, edited)


def _is_quick(before: Outcome, document: Document) -> bool:
    """Whether the document is read as quickly as any shortcut would take."""
    return before.format in _UNMARKED and len(document.text) <= SHORT


def _parting(before: Outcome, document: Document, context: Context) -> int | None:
    """Where the text begins to differ from the one before, if anything can be concluded from that."""
    if context != before.context or before.complaints:
        return None
    return difference(before.document.text, document.text)[0]


def is_too_large(text: str) -> bool:
    """Whether a document is too large to be checked in the editor."""
    # No character takes more than four bytes, so most texts need not be encoded to know.
    return len(text) * 4 > LARGEST and len(text.encode("utf-8", "surrogatepass")) > LARGEST


def _read(document: Document, format: str, context: Context) -> documents.Document:
    return documents.parse(presentable(document.text), format, context.settings.reading)


def _settled(
    document: Document,
    context: Context,
    format: str,
    parsed: documents.Document,
    memo: Memo,
    stopped: Callable[[], bool],
    edited: int | None,
) -> Outcome:
    known: Memo = memo
    longest = max((len(segment.text) for segment in parsed.segments), default=0)
    if _is_full(memo, len(parsed.segments), longest):
        known = dict(memo)
        memo.clear()
    crashes: list[str] = []
    found: dict[Key, Sequence[Finding]] = {}
    for key in parsed.keys:
        findings = known.get(key)
        if findings is None:
            if stopped():
                raise Stopped
            findings = _guarded(context.checker, key, crashes)
        if findings is not None:
            memo[key] = findings
        if findings:
            found[key] = findings
    settled = documents.settle(parsed, found, _again(context.checker), context.suppressions)
    return Outcome(
        document,
        context,
        format,
        settled.located,
        settled.complaints,
        crashes=tuple(crashes),
        parsed=parsed,
        edited=edited,
        spared=settled.spared,
        used_entries=settled.used_entries,
    )


def _is_full(memo: Memo, replies: int, longest: int) -> bool:
    """Whether enough is remembered beside so many replies, the longest of which has so many code points."""
    return len(memo) > replies + min(MOST_FORMER, max(MOST_FORMER_SIZE // max(longest, 1), 1))


def _guarded(checker: Checker, key: Key, crashes: list[str]) -> Sequence[Finding] | None:
    """The findings of one reply; None, and one more crash, when its check fails."""
    try:
        return tuple(checker.check(*key))
    except Exception as error:
        log.error("check failed: %s", places(error))
        crashes.append(type(error).__name__)
        return None


def _again(checker: Checker) -> Callable[[Key, Spared], Sequence[Finding]]:
    return lambda key, spared: checker.check(*key, spared)


# -- typing inside one reply ----------------------------------------------------------------------

_INNOCENT = re.compile("[0-9A-Za-z\u00a0-\u2027\u202a-\U0010ffff]*")
"""Characters that end no reply in any format: letters and whatever is not ASCII, but no line ends."""


def retouched(before: Outcome, document: Document, context: Context, memo: Memo) -> Outcome | None:
    """The outcome for a version that differs in one reply only; None where the rest must be read too.

    Nearly every keystroke in a library is such an edit, and reading a megabyte of YAML takes longer
    than typing a character. It is an approximation: what is typed may mean something to the
    format after all, which is found out when the document is read again as soon as typing pauses.
    """
    parsed = before.parsed
    if parsed is None or parsed.directives or parsed.problems or before.crashes:
        return None
    if context != before.context or len(before.patches) >= MOST_PATCHES:
        return None
    start, old_end, new_end = difference(before.document.text, document.text)
    number = before.number_at(start)
    if number is None:
        return None
    edit = Edit(start, old_end, presentable(document.text[start:new_end]))
    new = _edited(before.segment(number), edit, before.drift(number))
    if new is None or not _INNOCENT.fullmatch(edit.text + before.document.text[start:old_end]):
        return None
    if _is_full(memo, len(parsed.segments), len(new.text)):
        return None
    return _patched(before, document, context, memo, number, new, edit)


def difference(old: str, new: str) -> tuple[int, int, int]:
    """Where two texts differ: start, end in `old`, end in `new`; all the same where they do not.

    Compares slices, which is as fast as memory.
    """
    most = min(len(old), len(new))
    head = _common(most, lambda a, b: old[a:b] == new[a:b])
    # The same from behind, in what the common beginning leaves.
    o, n = len(old), len(new)
    tail = _common(most - head, lambda a, b: old[o - b : o - a] == new[n - b : n - a])
    return head, o - tail, n - tail


_SLICE = 1 << 14


def _common(most: int, same: Callable[[int, int], bool]) -> int:
    """The length up to which all is the same; `same` compares the stretch between two lengths."""
    low = 0
    while low + _SLICE <= most and same(low, low + _SLICE):
        low += _SLICE
    high = min(low + _SLICE, most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low


def _edited(segment: Segment, edit: Edit, drift: int) -> Segment | None:
    """`segment` after an edit of the file within it; None where that cannot be told without reading.

    `drift` is how far the segment has moved since it was read.
    """
    span = segment.span.shift(drift)
    if segment.map is not None or segment.marks or not span.covers(edit.span):
        return None
    start, end = edit.start - span.start, edit.end - span.start
    if any(hole.start < end and start < hole.end for hole in segment.holes):
        return None
    text = segment.text[:start] + edit.text + segment.text[end:]
    growth = len(edit.text) - (end - start)
    # White space around a reply is no part of it.
    if not text or text != text.strip():
        return None
    holes = tuple(hole if hole.end <= start else hole.shift(growth) for hole in segment.holes)
    whole = Span(segment.span.start, segment.span.end + growth)
    # A respelling knows the old file by heart; the edits of this reply are made one by one until
    # the file is read again.
    return segment._replace(text=text, span=whole, holes=holes, respell=None)


def _patched(
    before: Outcome,
    document: Document,
    context: Context,
    memo: Memo,
    number: int,
    new: Segment,
    edit: Edit,
) -> Outcome:
    growth = len(edit.text) - len(edit.span)
    old = before.segment(number).span.shift(before.drift(number))
    crashes: list[str] = []
    key = (new.text, new.holes)
    findings = memo[key] if key in memo else _guarded(context.checker, key, crashes)
    if findings is not None:
        memo[key] = findings
    here = new._replace(span=new.span.shift(before.drift(number)))
    one = documents.Document(document.text, (here,))
    settled = documents.settle(one, {key: findings or ()}, _again(context.checker), context.suppressions)
    others = [at for at in before.located if at.finding.start < old.start or at.finding.start > old.end]
    at = next((n for n, o in enumerate(others) if o.finding.start > old.end), len(others))
    moved = [_moved(other, growth) for other in others[at:]]
    known = before.patches.get(number)
    patch = Patch(new, growth + (known.growth if known else 0))
    return replace(
        before,
        document=document,
        context=context,
        located=(*others[:at], *settled.located, *moved),
        crashes=tuple(crashes),
        edited=edit.start,
        patches={**before.patches, number: patch},
    )


def _moved(at: Located, by: int) -> Located:
    return Located(at.finding.shift(by), at.inner, at.segment) if by else at


# -- mending --------------------------------------------------------------------------------------


def repairs(outcome: Outcome, only: int | None = None) -> list[Edit]:
    """The edits that make all safe fixes in a document, or in the reply with the finding at offset `only`.

    Empty when there are none. `outcome` must not be patched.
    """
    assert not outcome.patches
    flagged = {id(at.segment) for at in outcome.located if only in (None, at.finding.start)}
    if outcome.parsed is None or not flagged:
        return []
    numbers = [n for n, segment in enumerate(outcome.parsed.segments) if id(segment) in flagged]
    chosen = replace(outcome.parsed, segments=tuple(outcome.parsed.segments[n] for n in numbers))
    spared = {at: outcome.spared[n] for at, n in enumerate(numbers) if n in outcome.spared}
    wanted = documents.fixable(chosen, spared)
    mended = {item: documents.mend(outcome.context.checker, item, unsafe=False) for item in wanted}
    return documents.placed_edits(chosen, mended, spared)
