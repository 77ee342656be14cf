"""The server on standard input and output."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from pygls.io_ import StdoutWriter

from keqi.adapters.lsp import quiet
from keqi.adapters.lsp.checker import INSTALLED, Linters
from keqi.adapters.lsp.incoming import Framer
from keqi.adapters.lsp.server import KeqiServer, build

log = logging.getLogger(__name__)

_CHUNK = 1 << 16


def serve(level: int = logging.WARNING, linters: Linters = INSTALLED) -> int:
    """Serve one client until it exits or goes away; the process's exit status.

    `level` is that of the server's own log on standard error, which holds counts and timings.
    """
    quiet.install(level)
    server = build(linters)
    pollable = _pollable()
    server.protocol.set_writer(StdoutWriter(_reserved_stdout()))
    try:
        asyncio.run(_listen(server, pollable))
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 1
    except (BrokenPipeError, ConnectionError, asyncio.IncompleteReadError):
        log.warning("the client went away")
    except KeyboardInterrupt:
        return 130
    finally:
        server.workers.shutdown(wait=False, cancel_futures=True)
        from keqi.adapters import expressions  # the client waits for none of it

        expressions.save()
    return 1


def _reserved_stdout() -> BinaryIO:
    """Standard output for the protocol alone; whatever else prints goes to standard error."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return protocol


async def _listen(server: KeqiServer, pollable: bool) -> None:
    """Take what comes in until nothing more will."""
    loop, framer = asyncio.get_running_loop(), Framer(server.protocol.take)
    ended: asyncio.Future[None] = loop.create_future()
    if pollable:
        pipe, _ = await loop.connect_read_pipe(lambda: _Input(framer, ended), sys.stdin.buffer)
        # Of that many bytes the memory is at hand; a quarter of a megabyte is asked of the system each time.
        pipe.max_size = _CHUNK  # type: ignore[attr-defined]
    else:
        pump = threading.Thread(target=_pump, args=(loop, framer, ended), daemon=True)
        pump.start()
    await ended


class _Input(asyncio.Protocol):
    """Standard input as the loop reads it: no thread takes part, which would take longer than most checks."""

    def __init__(self, framer: Framer, ended: asyncio.Future[None]) -> None:
        self._framer = framer
        self._ended = ended

    def data_received(self, data: bytes) -> None:
        """More has come in."""
        self._framer.feed(data)

    def connection_lost(self, error: Exception | None) -> None:
        """The client has gone."""
        if not self._ended.done():
            self._ended.set_result(None)


def _pump(loop: asyncio.AbstractEventLoop, framer: Framer, ended: asyncio.Future[None]) -> None:
    """Read standard input where the loop cannot, in a thread of its own."""
    with suppress(RuntimeError):  # the loop has ended
        while data := os.read(sys.stdin.fileno(), _CHUNK):
            loop.call_soon_threadsafe(framer.feed, data)
        loop.call_soon_threadsafe(ended.set_result, None)


def _pollable() -> bool:
    """Whether the loop may read standard input itself.

    It makes the pipe non-blocking, so not when standard output is the same socket: writing
    there must block.
    """
    if os.name != "posix":
        return False
    ours, out = os.fstat(sys.stdin.fileno()), os.fstat(sys.stdout.fileno())
    same = (ours.st_dev, ours.st_ino) == (out.st_dev, out.st_ino)
    return not same and (stat.S_ISFIFO(ours.st_mode) or stat.S_ISSOCK(ours.st_mode))
