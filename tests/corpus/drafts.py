"""Read `drafts.txt`: awkward whole drafts of many trades, each with the reply that a supervisor wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("drafts.txt")


@dataclass(frozen=True)
class Draft:
    """One block of the file."""

    number: int
    trade: str
    script: str
    """`hans` or `hant`."""
    profile: str
    text: str
    wanted: str

    @property
    def fine(self) -> bool:
        """Whether the draft needs no change at all."""
        return self.text == self.wanted


def drafts() -> Iterator[Draft]:
    """All drafts in order."""
    for block in FILE.read_text(encoding="utf-8").split("\n---\n"):
        head, _, rest = block.strip().partition("\n")
        text, _, wanted = rest.partition("\n=>\n")
        _, number, trade, script, *profile = head.split()
        yield Draft(int(number), trade, script, profile[0] if profile else "general", text, wanted)
