"""The way to the linter: built late, away from the event loop, and replaceable in tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from keqi.findings import Finding
from keqi.problems import Problem
from keqi.rules import Rule
from keqi.settings import Policy
from keqi.suppress import Spared
from keqi.text import Span


class Checker(Protocol):
    """What the server needs of `keqi.Linter`. Called from worker threads, several at a time."""

    @property
    def selectors(self) -> Sequence[str]:
        """Everything that a level may be set for."""

    @property
    def profiles(self) -> Sequence[str]:
        """The profiles that there are."""

    def under(self, policy: Policy) -> Checker:
        """The same rules under another policy."""

    def check(self, text: str, holes: tuple[Span, ...] = (), spared: Spared = ...) -> list[Finding]:
        """The findings in the reply `text`, by position, but for those that are spared."""

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = (), spared: Spared = ...) -> str:
        """The reply after all its safe fixes, and the unsafe ones too when `unsafe`."""

    def rule(self, rule_id: str, /) -> Rule | None:
        """The rule of a finding; None when it has none (any more)."""


Load = Callable[[Policy], Checker]
"""Builds a checker, slowly. Raises BrokenLexiconError, or any other exception for a policy of no use."""


class BrokenLexiconError(Exception):
    """The own lexicon folders cannot be used; `problems` says where and why, and is not empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


def load(policy: Policy) -> Checker:
    """The real linter. Imports it only now: that takes a second that `initialize` must not wait for."""
    import keqi

    try:
        return keqi.Linter.from_policy(policy, preload=False)
    except keqi.LexiconError as error:
        raise BrokenLexiconError(error.problems) from None


_SURROGATE = re.compile("[\ud800-\udfff]")


def presentable(text: str) -> str:
    """`text` with lone surrogates as U+FFFD: of the same length, and fit for any library.

    JSON can carry half a character; matchers written in other languages cannot.
    """
    return _SURROGATE.sub("\ufffd", text)
