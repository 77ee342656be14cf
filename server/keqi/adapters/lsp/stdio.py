"""The server on standard input and output."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import stat
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async

from keqi.adapters.lsp import quiet
from keqi.adapters.lsp.checker import INSTALLED, Linters
from keqi.adapters.lsp.server import KeqiServer, build

if TYPE_CHECKING:
    from pygls.io_ import AsyncReader

log = logging.getLogger(__name__)


def serve(level: int = logging.WARNING, linters: Linters = INSTALLED) -> int:
    """Serve one client until it exits or goes away; the process's exit status.

    `level` is that of the server's own log on standard error, which holds counts and timings.
    """
    quiet.install(level)
    spare_collector()
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
    return 1


def spare_collector() -> None:
    """Search for cycles more rarely: a library's replies are a million objects that last.

    To look through all of them takes longer than to check what was typed.
    """
    gc.set_threshold(50_000, 50, 1_000)


def _reserved_stdout() -> BinaryIO:
    """Standard output for the protocol alone; whatever else prints goes to standard error."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return protocol


async def _listen(server: KeqiServer, pollable: bool) -> None:
    await run_async(
        stop_event=threading.Event(),
        reader=await _reader(server, pollable),
        protocol=server.protocol,
        logger=logging.getLogger("pygls"),
        error_handler=server.report_server_error,
    )


async def _reader(server: KeqiServer, pollable: bool) -> AsyncReader:
    """Standard input as an asyncio pipe where that works: reading in threads is twice as slow."""
    if not pollable:
        return StdinAsyncReader(sys.stdin.buffer, server.thread_pool)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    return reader


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
