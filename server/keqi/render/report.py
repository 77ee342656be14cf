"""What renderers are given: a file and what was found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keqi.findings import Finding
from keqi.text import LineIndex


@dataclass(frozen=True, slots=True)
class Passage:
    """The reply that a finding stands in, for reports that show more than the finding's line."""

    text: str
    """What the customer would read."""
    start: int
    """Where the finding begins in `text`, in code points."""
    end: int
    """Where it ends there, half-open."""
    label: str = ""
    """What the file calls the reply: a key, a cell; empty when it has no name."""
    author: str = ""
    """Who wrote it, where the file says so."""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in one file."""

    path: str
    """As the user named it; `-` for standard input."""
    text: str
    """The text that the findings stand in."""
    findings: tuple[Finding, ...]
    """In order of position."""
    passages: tuple[Passage, ...] = ()
    """For each finding the reply it stands in; empty when nobody asked for them."""
    cell: str = ""
    """The cell of the workbook that `text` is, as in `售后!C12`; empty for a text file."""

    @property
    def name(self) -> str:
        """The file, and the cell in it if there is one, as people are told."""
        return f"{self.path}[{self.cell}]" if self.cell else self.path

    def lines(self) -> LineIndex:
        """Lines and columns of the text; costs one pass."""
        return LineIndex(self.text)


Explain = Callable[[Finding], str]
"""The message of a finding in the reader's language."""


def in_chinese(finding: Finding) -> str:
    """The finding's own message."""
    return finding.message
