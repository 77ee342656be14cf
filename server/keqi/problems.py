"""What is wrong in a lexicon or a settings file, as a value with an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class PatternError(ValueError):
    """A pattern or template that cannot be read; `column` counts from 1 in its own text."""

    def __init__(self, reason: str, column: int, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file: where it is, what it is, and what would be right."""

    file: str
    """Name of the file as it was given to the loader."""
    line: int
    """Line from 1; 0 when the whole file is meant."""
    column: int
    """Column from 1, in code points; 0 when the whole line is meant."""
    key: str
    """The key or entry concerned, such as `refusal.bare/patterns`; empty for the file itself."""
    reason: str
    """What is wrong, in Chinese, one sentence."""
    advice: str = ""
    """What to write instead, or the allowed values; may be empty."""

    def __str__(self) -> str:
        place = (
            self.file + (f":{self.line}" if self.line else "") + (f":{self.column}" if self.column else "")
        )
        key = f" [{self.key}]" if self.key else ""
        advice = f"({self.advice})" if self.advice else ""
        return f"{place}{key} {self.reason}{advice}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Which of the `known` names was probably meant; empty when none is near."""
    from difflib import get_close_matches  # most runs know every name

    return next(iter(get_close_matches(name, known, 1)), "")
