"""The way to the linter: built late, away from the event loop, and replaceable in tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from keqi.adapters.lsp.settings import Settings
from keqi.findings import Edit, Finding
from keqi.problems import Problem
from keqi.rules import Rule

if TYPE_CHECKING:
    from keqi import Linter


class Checker(Protocol):
    """What the server needs of a linter. Called from worker threads, several at a time."""

    def check(self, text: str, format: str) -> Sequence[Finding]:
        """The findings in `text` read as `format`, by position, in offsets of `text`."""

    def repairs(self, text: str, format: str) -> Sequence[Edit]:
        """The edits that make all safe fixes in `text`: in order, not overlapping, small."""

    def rule(self, id: str) -> Rule | None:
        """The rule of a finding; None when it has none (any more)."""


Load = Callable[[Settings], Checker]
"""Builds a checker, slowly. Raises BrokenLexiconError, or any other exception for settings of no use."""


class BrokenLexiconError(Exception):
    """The own lexicon folders cannot be used; `problems` says where and why, and is not empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


def load(settings: Settings) -> Checker:
    """The real linter. Imports it only now: that takes a second that `initialize` must not wait for."""
    import keqi

    try:
        return LinterChecker(keqi.Linter(profile=settings.profile, lexicon=settings.lexicon, preload=False))
    except keqi.LexiconError as error:
        raise BrokenLexiconError(error.problems) from None


_SURROGATE = re.compile("[\ud800-\udfff]")


def presentable(text: str) -> str:
    """`text` with lone surrogates as U+FFFD: of the same length, and fit for any library.

    JSON can carry half a character; matchers written in other languages cannot.
    """
    return _SURROGATE.sub("\ufffd", text)


class LinterChecker:
    """`keqi.Linter` over whole documents."""

    def __init__(self, linter: Linter) -> None:
        self._linter = linter

    def check(self, text: str, format: str) -> Sequence[Finding]:
        """See `Checker`."""
        from keqi import documents

        return documents.check(self._linter, presentable(text), format)

    def repairs(self, text: str, format: str) -> Sequence[Edit]:
        """See `Checker`."""
        from keqi import documents

        return documents.edits(self._linter, presentable(text), format)

    def rule(self, id: str) -> Rule | None:
        """See `Checker`."""
        return self._linter.rule(id)
