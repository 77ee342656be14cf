"""What the linter reports: findings, and the edits that would mend them. All immutable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from keqi.text import Span

LEVELS = ("none", "hint", "info", "warning", "error")
"""Levels in rising order; `none` switches a rule off and never appears in a finding."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the half-open span `start`..`end` (code points of the original text) by `text`."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """The stretch that the edit replaces; empty for an insertion."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: applied all or not at all."""

    title: str
    """What the reader gets, in one line: for a rewrite the new wording itself."""
    safe: bool
    """True when facts and decision stay and nothing is promised: only then may fix-all apply it."""
    edits: tuple[Edit, ...]
    """In order, not overlapping."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's objection to one stretch of the original text."""

    start: int
    """Offset of the first code point."""
    end: int
    """Offset behind the last code point; `end == start` marks where something is missing."""
    rule: str
    """The rule's id, `category.name`."""
    category: str
    severity: str
    """`error`, `warning`, `info` or `hint`."""
    message: str
    """One sentence: what is wrong, and why it matters to the customer."""
    fixes: tuple[Fix, ...] = field(default=())
    """Best first; empty when no honest rewrite is known."""

    @property
    def span(self) -> Span:
        """The stretch that the finding marks."""
        return Span(self.start, self.end)

    def shift(self, by: int) -> Finding:
        """The same finding in a text that starts `by` code points earlier."""
        if not by:
            return self
        # Spelt out, since `replace` takes three times as long, and a library has thousands to place.
        fixes = tuple(
            Fix(f.title, f.safe, tuple(Edit(e.start + by, e.end + by, e.text) for e in f.edits))
            for f in self.fixes
        )
        start, end = self.start + by, self.end + by
        return Finding(start, end, self.rule, self.category, self.severity, self.message, fixes)

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data, offsets in code points (see `render.jsons` for lines)."""
        return {
            "rule": self.rule,
            "category": self.category,
            "severity": self.severity,
            "message": self.message,
            "start": self.start,
            "end": self.end,
            "fixes": [
                {
                    "title": f.title,
                    "safe": f.safe,
                    "edits": [{"start": e.start, "end": e.end, "text": e.text} for e in f.edits],
                }
                for f in self.fixes
            ],
        }


def at_least(severity: str, level: str) -> bool:
    """Whether `severity` is `level` or graver."""
    return LEVELS.index(severity) >= LEVELS.index(level)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits` made at once.

    Raises ValueError when two edits overlap or one lies outside the text: a fix that does so is
    a bug in its rule, and half of it must not be applied.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < done or edit.end > len(text) or edit.end < edit.start:
            raise ValueError(f"edit {edit.start}..{edit.end} overlaps another or lies outside the text")
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    parts.append(text[done:])
    return "".join(parts)


# -- differences ----------------------------------------------------------------------------------

_LONGEST_DIFF = 1_000_000
"""Product of two lengths up to which the differences of two texts are looked for one by one."""


def changed_stretch(old: str, new: str) -> Edit | None:
    """One edit from the first difference of the two texts to the last; None when there is none."""
    if old == new:
        return None
    most = min(len(old), len(new))
    head = _common(old, new, most)
    tail = _common(reversed(old), reversed(new), most - head)
    return Edit(head, len(old) - tail, new[head : len(new) - tail])


def differences(old: str, new: str) -> Iterator[Edit]:
    """The edits that turn `old` into `new`, in order, each as small as it can cheaply be."""
    whole = changed_stretch(old, new)
    if whole is None:
        return
    replaced = whole.span.of(old)
    if len(replaced) * len(whole.text) > _LONGEST_DIFF:
        yield whole
        return
    from difflib import SequenceMatcher

    for tag, a, b, c, d in SequenceMatcher(None, replaced, whole.text, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(whole.start + a, whole.start + b, whole.text[c:d])


def _common(one: Iterable[str], two: Iterable[str], most: int) -> int:
    """How many items the two have in common at the start, counting no further than `most`."""
    for count, (a, b) in enumerate(zip(one, two, strict=False)):
        if count == most or a != b:
            return count
    return most
