"""Logs without drafts: what customers wrote must not reach a log, whoever does the logging.

Libraries log whole messages, and exceptions carry the values that they failed on. So no record
is ever formatted here unless it comes from this package, and of an exception only its type and
the places it passed through are shown.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import TextIO

OWN = "keqi.adapters"
"""Loggers below this name write counts and timings only, so their messages are shown."""


def places(error: BaseException) -> str:
    """The type of an exception and where it came from, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    return f"{type(error).__name__} in {steps or '?'}"


class Formatter(logging.Formatter):
    """One line a record, and nothing in it that a message or an exception brought along."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; a foreign record only as its origin."""
        own = record.name == OWN or record.name.startswith(f"{OWN}.")
        text = record.getMessage() if own else f"[redacted] {record.module}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        suffix = f": {places(error)}" if error is not None else ""
        return f"{record.levelname} {record.name} {text}{suffix}"


def install(level: int, stream: TextIO | None = None) -> None:
    """Send every logger of this process through `Formatter`, to `stream` or standard error.

    Loggers of libraries stay at warnings and above even when `level` asks for more; what they
    would say below that is message bodies.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Formatter())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(max(level, logging.WARNING))
    logging.getLogger(OWN).setLevel(level)
    for name in ("pygls", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)
    # A traceback printed by Python itself ends in the exception's message.
    sys.excepthook = _hook
    threading.excepthook = _thread_hook
    sys.unraisablehook = _unraisable_hook


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(OWN).critical("uncaught: %s", places(error))


def _thread_hook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        logging.getLogger(OWN).error("uncaught in a thread: %s", places(args.exc_value))


def _unraisable_hook(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        logging.getLogger(OWN).error("ignored: %s", places(args.exc_value))
