"""Thousands of edits, none of them kind: the server's text is the client's after every one.

The toy linter reports a digest of the draft that it was given, and where each marked word stands.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Counting = tuple["Editor", Callable[[str], int]]

ROUNDS, EDITS = 40, 25
PIECES = (
    "您",
    "不行",
    "😀",
    "\U00020000",
    "\u2028",
    "\x85",
    "\r\n",
    "\n",
    "\r",
    "é",
    " ",
    "",
    "\ufeff",
    "a\n不行😀\r\n",
)
HUGE = 2**31 - 1


def lines_of(text: str) -> list[tuple[int, int]]:
    """Start and end of each line, as LSP counts them."""
    found, start, at = [], 0, 0
    while at < len(text):
        end = text.startswith("\r\n", at) * 2 or text[at] in "\r\n"
        if end:
            found.append((start, at))
            start = at + end
        at += end or 1
    return [*found, (start, len(text))]


class Buffer:
    """The client's text, and how it tells the server about changes of it."""

    def __init__(self, width: Callable[[str], int], chance: random.Random) -> None:
        self.text = "摘要不行"
        self._width, self._chance = width, chance

    def place(self, offset: int) -> tuple[int, int]:
        lines = lines_of(self.text)
        number = max(n for n, (start, _) in enumerate(lines) if start <= offset)
        start, end = lines[number]
        # Between \r and \n there is no place: it is the end of the line.
        offset = min(offset, end)
        if offset == end and self._chance.random() < 0.2:
            return number, HUGE
        return number, self._width(self.text[start:offset])

    def edit(self) -> tuple[int, int, int, int, str]:
        """Change the text somewhere; the change as the client sends it."""
        ends = sorted(self._chance.randrange(len(self.text) + 1) for _ in range(2))
        if self._chance.random() < 0.7:
            ends[1] = min(ends[1], ends[0] + 2)
        new = "".join(self._chance.choices(PIECES, k=self._chance.randrange(3)))
        # Where the client's places mean something else than a line end's middle, they mean its start.
        start, end = (self._settled(at) for at in ends)
        sent = (*self.place(start), *self.place(end), new)
        self.text = self.text[:start] + new + self.text[end:]
        return sent

    def _settled(self, offset: int) -> int:
        return offset - 1 if self.text[offset - 1 : offset + 1] == "\r\n" and offset else offset

    def marked(self) -> list[tuple[int, int]]:
        """Where each 不行 begins, as the client counts."""
        found, at = [], self.text.find("不行")
        while at >= 0:
            lines = lines_of(self.text)
            number = max(n for n, (start, _) in enumerate(lines) if start <= at)
            found.append((number, self._width(self.text[lines[number][0] : at])))
            at = self.text.find("不行", at + 1)
        return found


async def test_client_and_server_hold_the_same_text(counting: Counting) -> None:
    editor, width = counting
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        buffer = Buffer(width, chance)
        uri = await editor.open(buffer.text)
        version = 1
        while version < EDITS:
            version += 1
            edits = [buffer.edit() for _ in range(chance.randrange(1, 4))]
            if chance.random() < 0.05:
                edits.append(buffer.text)  # type: ignore[arg-type]
            if "摘要" not in buffer.text:
                buffer.text = "摘要" + buffer.text
                edits.append((0, 0, 0, 0, "摘要"))
            editor.change(uri, version, *edits)
            if version % 5:
                continue  # several changes before anybody looks
            shown = await editor.diagnostics(uri, version)
            body = buffer.text.lstrip("\ufeff").strip()
            digests = {d.message for d in shown if d.code == "structure.digest"}
            assert digests == {hashlib.sha256(body.encode()).hexdigest()}, f"seed {seed}, version {version}"
            places = [
                (d.range.start.line, d.range.start.character) for d in shown if d.code == "refusal.bare"
            ]
            assert places == buffer.marked(), f"seed {seed}, version {version}"
