"""Regular expressions that are compiled when they are first needed.

Compiling takes longer than most checks: a draft needs few of the lexicon's patterns, and a clean one
none of those that word a fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol, cast

PATIENCE = 0.05
"""Seconds that a pattern of a user's own may take; the shipped ones are tested and need no limit."""


class Expression(Protocol):
    """A compiled expression, of whichever module."""

    def finditer(self, string: str, /) -> Iterator[re.Match[str]]:
        """All matches in order; TimeoutError where there is a time limit and it takes too long."""

    def search(self, string: str, /) -> re.Match[str] | None:
        """The first match; TimeoutError likewise."""

    def match(self, string: str, /) -> re.Match[str] | None:
        """The match at the start; TimeoutError likewise."""


def load_regex() -> None:
    """Import `regex` now instead of for the first pattern of a user's own: a tenth of a start."""
    import regex  # noqa: F401


class _Patient:
    """An expression that gives up after a while."""

    def __init__(self, expression: str) -> None:
        import regex

        self._compiled = regex.compile(expression)

    def finditer(self, string: str, /) -> Iterator[Any]:
        return self._compiled.finditer(string, timeout=PATIENCE)

    def search(self, string: str, /) -> Any:
        return self._compiled.search(string, timeout=PATIENCE)

    def match(self, string: str, /) -> Any:
        return self._compiled.match(string, timeout=PATIENCE)


_compile: Callable[[str], re.Pattern[str]] = re.compile


def compile_with(compile: Callable[[str], re.Pattern[str]]) -> None:
    """Let `compile` do from now on what `re.compile` does: an adapter may have it on disk already."""
    global _compile
    _compile = compile


@cache
def expression_of(expression: str, foreign: bool = False) -> Expression:
    """The compiled expression, made at first use: a draft needs few of the lexicon's patterns.

    A `foreign` one has a time limit, which only `regex` knows. The shipped ones are given to `re`,
    which compiles them three times as fast and lets them be kept on disk.
    """
    if foreign:
        return _Patient(expression)
    try:
        return _compile(expression)
    except re.error:
        import regex

        return cast(Expression, regex.compile(expression))  # a look-behind too manifold to be split by width


class _Late:
    """A pattern that is not compiled yet: it takes over each method when that is first asked for."""

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def __getattr__(self, name: str) -> Any:
        method = getattr(expression_of(self._expression), name)
        setattr(self, name, method)
        return method


def late(expression: str) -> re.Pattern[str]:
    """The pattern of `expression`, compiled at its first use, or taken from where compiled ones are kept."""
    return cast("re.Pattern[str]", _Late(expression))
