"""Standard input, output and error: colours, width, progress, and streams that end early."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

from keqi.render.messages import Messages
from keqi.render.text import DEFAULT_WIDTH, Style

_PATIENCE = 1.0
"""Seconds of work before a progress line appears."""
_PERIOD = 0.1
"""Seconds between two progress lines."""


def prepare(stream: TextIO, utf8: bool = False) -> None:
    r"""Let `stream` take any text: nothing stops at a character the terminal does not know.

    Line ends stay as written, so that a diff of a file with ``\r\n`` is right on Windows too.
    """
    if isinstance(stream, io.TextIOWrapper):
        encoding = "utf-8" if utf8 else stream.encoding
        stream.reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")


def style(stream: TextIO, colour: str, messages: Messages, environ: Mapping[str, str] = os.environ) -> Style:
    """How to show findings on `stream`; `colour` is `auto`, `always` or `never`."""
    wanted = colour == "always" or (colour == "auto" and _likes_colour(stream, environ))
    return Style(messages, wanted, _width(stream, environ))


def _likes_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether `stream` is a terminal whose user did not ask for plain text (no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    """Columns of the terminal; a fixed number elsewhere, so that output does not vary."""
    if not stream.isatty():
        return DEFAULT_WIDTH
    columns = environ.get("COLUMNS", "")
    try:
        return int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def discard_output() -> None:
    """Send what is still unwritten nowhere: nobody reads it, and the interpreter would complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = io.StringIO()


@dataclass(slots=True)
class Progress:
    """A line on a terminal that says how far the work is; silent elsewhere and on short work."""

    stream: TextIO
    total: int
    messages: Messages
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0
    """When the line was last written; 0 when there is none on the screen."""

    def step(self, done: int) -> None:
        """Say that `done` of the files are done, if it is time to."""
        now = time.monotonic()
        if now - max(self.started + _PATIENCE - _PERIOD, self.shown) < _PERIOD or not self.stream.isatty():
            return
        self.shown = now
        self.stream.write("\r" + self.messages.say("progress", done=done, total=self.total) + "\x1b[K")
        self.stream.flush()

    def clear(self) -> None:
        """Take the line away, before anything else is written."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self.shown = 0.0
