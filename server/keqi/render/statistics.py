"""How many findings each rule made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keqi.findings import Finding
from keqi.render.messages import Messages


@dataclass(slots=True)
class Tally:
    """A running count; findings themselves are not kept."""

    rules: Counter[str] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    """Of those, how many have a safe fix."""
    levels: Counter[str] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count these too."""
        for finding in findings:
            self.rules[finding.rule] += 1
            self.fixable[finding.rule] += any(f.safe for f in finding.fixes)
            self.levels[finding.severity] += 1

    def ranked(self) -> list[tuple[str, int]]:
        """Rules and their counts, the most frequent first, equals by id."""
        return sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))


def render(tally: Tally, titles: Mapping[str, str], messages: Messages) -> Iterator[str]:
    """A table: count, rule, title, and how many can be mended without asking."""
    ranked = tally.ranked()
    digits = max((len(str(count)) for _, count in ranked), default=0)
    longest = max((len(rule) for rule, _ in ranked), default=0)
    for rule, count in ranked:
        fixable = tally.fixable[rule]
        note = f"  [{messages.say('statistics-fixable', count=fixable)}]" if fixable else ""
        yield f"{count:>{digits}}  {rule:<{longest}}  {titles.get(rule, '')}{note}".rstrip()


def records(tally: Tally, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {"rule": rule, "title": titles.get(rule, ""), "count": count, "fixable": tally.fixable[rule]}
        for rule, count in tally.ranked()
    ]
