"""Texts as requests send them: read as what they are, checked, mended. Nothing here waits for anything."""

from __future__ import annotations

from dataclasses import dataclass

from keqi import documents
from keqi.findings import Finding
from keqi.formats import BY_NAMES, Reading, by_name, for_text
from keqi.text import Span

DRAFT = "draft"
"""A text that is one reply."""
AUTO = "auto"
"""A draft, or a transcript if the text shows that it is one."""
READABLE = (AUTO, DRAFT, "plain", "lines", "markdown", "html", "transcript")
"""What a request may say that its texts are: what people write and paste.

Tables and structured files are not among them: which columns and keys hold replies is for settings
to say, and a program that has such a file can send the replies themselves.
"""


@dataclass(frozen=True, slots=True)
class Examined:
    """A text and what was found in it."""

    text: str
    format: str
    """What it was read as; never `AUTO`."""
    segments: tuple[Span, ...]
    """Where its replies are, in order: what is not in one of them was not checked."""
    findings: list[Finding]
    """By position; offsets in `text`."""


@dataclass(frozen=True, slots=True)
class Examiner:
    """How the texts of one request are looked at."""

    linter: documents.Checker
    format: str = DRAFT
    """One of `READABLE`."""
    reading: Reading = BY_NAMES

    def examined(self, text: str) -> Examined:
        """`text`, checked."""
        return self._examined(text, self._format_of(text))

    def mended(self, text: str, unsafe: bool) -> Examined:
        """`text` after its fixes, and what is still found in it."""
        name = self._format_of(text)  # before the fixes: mending does not change what a text is
        return self._examined(documents.fix(self.linter, text, name, unsafe, self.reading), name)

    def _format_of(self, text: str) -> str:
        return for_text(by_name(DRAFT), text).name if self.format == AUTO else self.format

    def _examined(self, text: str, name: str) -> Examined:
        document = documents.parse(text, name, self.reading)
        spans = tuple(segment.span for segment in document.segments)
        return Examined(text, name, spans, documents.examine(self.linter, document).findings)
