"""What every format owes the reader: laws that each format's tests put to generated files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keqi import documents
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.formats import BY_NAMES, Reading, by_name
from keqi.text import Span

AWKWARD = "抱歉, \"好\" <b> & 'x': #y \\ %s = 😀"
"""Wording with every character that some format must quote, escape or encode."""


@dataclass(frozen=True)
class Replacing:
    """A linter that objects to 不行 and writes `wording` instead, and deletes 喂 with its comma."""

    wording: str = AWKWARD

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = ()) -> str:
        edits = [e for f in self.check(text, holes) for e in f.fixes[0].edits]
        return apply_edits(text, edits)

    def check(self, text: str, holes: tuple[Span, ...] = ()) -> list[Finding]:
        found = []
        for match in re.finditer("不行|喂，", text):
            span = Span(*match.span())
            if not any(span.overlaps(hole) for hole in holes):
                new = self.wording if match.group() == "不行" else ""
                fix = Fix(new, True, (Edit(*match.span(), new),))
                found.append(Finding(*match.span(), "refusal.bare", "refusal", "error", "…", (fix,)))
        return found


def replies(format: str, text: str, reading: Reading = BY_NAMES) -> list[str]:
    """The texts of the replies in a file."""
    return [s.text for s in by_name(format).segments(text, reading)]


def parsing_the_fixed_is_fixing_the_parsed(
    format: str, text: str, wording: str = AWKWARD, reading: Reading = BY_NAMES
) -> str:
    """Assert the law, for all fixes at once and for each finding's fix alone; the fixed file."""
    linter, kind = Replacing(wording), by_name(format)
    segments = list(kind.segments(text, reading))
    before = [s.text for s in segments]
    edits: list[Edit] = []
    for n, segment in enumerate(segments):
        findings = linter.check(segment.text, segment.holes)
        inner = [e for f in findings for e in f.fixes[0].edits]
        edits += segment.source_edits(inner)
        for finding in findings:
            placed = segment.source_finding(finding)
            alone = apply_edits(text, placed.fixes[0].edits)
            expected = apply_edits(segment.text, finding.fixes[0].edits)
            after = replies(format, alone, reading)
            assert after == [*before[:n], *([expected] if expected.strip() else []), *before[n + 1 :]]
    fixed = apply_edits(text, edits)
    expected = [new for s in segments if (new := linter.fix(s.text, holes=s.holes)).strip()]
    assert replies(format, fixed, reading) == expected
    again = documents.fix(linter, text, format, reading=reading)
    assert replies(format, again, reading) == expected
    return fixed


def spans_hold_what_they_say(format: str, text: str, reading: Reading = BY_NAMES) -> None:
    """Assert that segments are in order and apart, and that an unmapped one is the file's own text."""
    done = 0
    for segment in by_name(format).segments(text, reading):
        assert done <= segment.span.start <= segment.span.end <= len(text)
        done = segment.span.end
        assert segment.text
        if segment.map is None:
            start = segment.span.start
            assert text[start : start + len(segment.text)] == segment.text
        else:
            assert len(segment.map.starts) == len(segment.map.ends) == len(segment.text)
            assert list(segment.map.starts) == sorted(segment.map.starts)
