"""A unified diff, made from the edits themselves: its cost grows with the edits, not the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from keqi.findings import Edit, apply_edits

CONTEXT = 3
"""Unchanged lines around a change."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines that one or more edits touch."""

    start: int
    """Number of the first line, from zero."""
    old: list[str]
    """The lines as they are, each with its line end."""
    new: list[str]
    """What they become."""

    @property
    def end(self) -> int:
        """Number of the line behind the last one."""
        return self.start + len(self.old)


def render(path: str, text: str, edits: Iterable[Edit]) -> Iterator[str]:
    r"""The lines of the diff that makes `edits` in `text`, each with its ``\n``; none without edits.

    Lines are divided at ``\n`` only, as patch and git do; a ``\r`` before it is part of the line.
    """
    lines = text.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + lines[-1:]
    if not lines[-1]:
        lines.pop()
    changes = list(_changes(lines, sorted(edits)))
    if changes:
        yield f"--- {path}\n"
        yield f"+++ {path}\n"
    delta = 0
    for hunk in _hunks(changes):
        yield from _hunk(hunk, lines, delta)
        delta += sum(len(c.new) - len(c.old) for c in hunk)


def _changes(lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[_Change]:
    """The edits gathered by the lines they touch, with what each group turns its lines into."""
    starts = [0, *accumulate(map(len, lines))]
    for first, last, group in _touched(starts, edits):
        old = list(lines[first : last + 1])
        here = (Edit(e.start - starts[first], e.end - starts[first], e.text) for e in group)
        yield from _trimmed(first, old, _split(apply_edits("".join(old), here)))


def _touched(starts: Sequence[int], edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """First and last line, and edits, of each group of edits that have a line in common.

    The line in which an edit ends counts even when the edit takes nothing of it but its
    beginning: a deleted line end joins that line to the one before.
    """
    first, last = -1, -1
    group: list[Edit] = []
    for edit in edits:
        begin, end = (min(bisect_right(starts, o), len(starts) - 1) - 1 for o in (edit.start, edit.end))
        if group and begin <= last:
            last = max(last, end)
        else:
            if group:
                yield first, last, group
            first, last, group = max(begin, 0), max(end, 0), []
        group.append(edit)
    if group:
        yield first, last, group


def _split(text: str) -> list[str]:
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def _trimmed(start: int, old: list[str], new: list[str]) -> Iterator[_Change]:
    """What really differs between two runs of lines."""
    if len(old) == len(new) == 1:
        if old != new:
            yield _Change(start, old, new)
        return
    from difflib import SequenceMatcher

    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Change(start + a, old[a:b], new[c:d])


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """The changes in groups whose context would touch."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.start - hunk[-1].end > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _hunk(hunk: Sequence[_Change], lines: Sequence[str], delta: int) -> Iterator[str]:
    """One hunk; `delta` is by how many lines those before it have made the file longer."""
    start = max(0, hunk[0].start - CONTEXT)
    end = min(len(lines), hunk[-1].end + CONTEXT)
    longer = sum(len(c.new) - len(c.old) for c in hunk)
    yield f"@@ -{_range(start, end)} +{_range(start + delta, end + delta + longer)} @@\n"
    at = start
    for change in hunk:
        yield from _marked(" ", lines[at : change.start])
        yield from _marked("-", change.old)
        yield from _marked("+", change.new)
        at = change.end
    yield from _marked(" ", lines[at:end])


def _range(start: int, end: int) -> str:
    """Lines as a hunk's header counts them: from 1, and an empty range by the line before it."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + (end > start)},{end - start}"


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"
