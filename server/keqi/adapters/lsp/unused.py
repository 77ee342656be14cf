"""Entries of ignore files that nothing needs any more, as far as the files they were written for were read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keqi.adapters.lsp import diagnostics
from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.diagnostics import Sent
from keqi.adapters.lsp.document import canonical
from keqi.adapters.lsp.examine import Outcome
from keqi.adapters.suppressions import unused
from keqi.suppress import Ignored
from keqi.text import LineIndex


@dataclass(frozen=True, slots=True)
class Needs:
    """What a file with replies needs of its project's ignore file."""

    file: Path = Path()
    """The ignore file."""
    text: str = ""
    """What that holds; may be left out where no entry was written for the file."""
    used: frozenset[str] = frozenset()
    """Fingerprints of the entries that cover something in it, whichever file they were written for."""
    spent: tuple[Ignored, ...] = ()
    """The entries that were written for it and cover nothing in it."""
    today: str = ""
    """What day it was then, `YYYY-MM-DD`: the last day of an entry may be over."""


NOTHING = Needs()


def needs_of(outcome: Outcome) -> Needs:
    """What a file needs; `NOTHING` unless all of it was read and checked. `outcome` must not be patched."""
    assert not outcome.patches
    context, used = outcome.context, outcome.used_entries
    if outcome.parsed is None or outcome.crashes or not (context.entries or used):
        return NOTHING
    spent = tuple(entry for entry in context.entries if entry.fingerprint not in used)
    today = context.suppressions.today if spent else ""
    return Needs(context.project.ignore_file, context.ignore_text, used, spent, today)


@dataclass(frozen=True, slots=True)
class _LeftOver:
    """The entries of one ignore file that nothing needs."""

    file: Path
    text: str
    today: str
    entries: list[Ignored] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Unused:
    """What files were found to need, and what of the ignore files is left over."""

    _needs: dict[str, Needs] = field(default_factory=dict)
    """By the canonical form of a file's URI."""
    _left: dict[str, _LeftOver] = field(default_factory=dict)
    """By that of the ignore file's."""

    @property
    def known(self) -> Iterable[str]:
        """The files that need something, or leave something over, by the canonical form of their URI."""
        return self._needs.keys()

    @property
    def files(self) -> Mapping[str, str]:
        """The URI of each ignore file with entries that nothing needs, by its canonical form."""
        return {key: left.file.as_uri() for key, left in self._left.items()}

    def learn(self, needs: Mapping[str, Needs]) -> dict[str, str]:
        """Take in what some files need: the ignore files of which something else is to be shown, as `files`."""
        new = {key: one for key, one in needs.items() if self._needs.get(key, NOTHING) != one}
        if not new:
            return {}
        self._needs = {key: one for key, one in {**self._needs, **new}.items() if one != NOTHING}
        before, self._left = self._left, self._left_over()
        both = {**before, **self._left}
        return {key: both[key].file.as_uri() for key in both if before.get(key) != self._left.get(key)}

    def _left_over(self) -> dict[str, _LeftOver]:
        used = {(one.file, mark) for one in self._needs.values() for mark in one.used}
        left: dict[str, _LeftOver] = {}
        for one in self._needs.values():
            spent = [entry for entry in one.spent if (one.file, entry.fingerprint) not in used]
            if spent:
                key = canonical(one.file.as_uri())
                left.setdefault(key, _LeftOver(one.file, one.text, one.today)).entries.extend(spent)
        for listed in left.values():
            listed.entries.sort(key=lambda entry: entry.line)
        return left

    def shown(self, key: str, lines: LineIndex | None, client: Client) -> list[Sent]:
        """What is shown in an ignore file; `lines` is it as the editor has it, None when it is not open.

        Of an entry that was struck out there, nothing.
        """
        left = self._left.get(key)
        if left is None:
            return []
        lines = LineIndex(left.text) if lines is None else lines
        there = (entry for entry in left.entries if f'"{entry.fingerprint}"' in lines.text)
        found = (unused(entry, lines.text, left.today) for entry in there)
        return [diagnostics.spent(finding, left.file.name, lines, client) for finding in found]
