"""The server on a TCP port or as a WebSocket: for each connection a server of its own.

pygls's own `start_tcp` and `start_ws` serve one client a process: a second one would read the
first one's drafts. What connections share are threads and the shipped rules, which nobody changes.

Only this machine gets in, unless whoever starts the server says otherwise: there is no password,
and a client may name folders to be read. (`keqi serve` is made for others.)
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from keqi.adapters.lsp import quiet
from keqi.adapters.lsp.checker import INSTALLED, Checker, Linters, Mistakes, TextOf
from keqi.adapters.lsp.incoming import Framer
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.server import WORKERS, KeqiServer, build
from keqi.settings import Policy

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

log = logging.getLogger(__name__)

LARGEST_MESSAGE = 128 << 20
"""Bytes of one message; a document of the largest size fits in, escaped."""
MOST_UNSENT = 64 << 20
"""Bytes that may wait for a client that does not read; then it is cut off."""
_CHUNK = 1 << 16


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int
    """0 for any that is free."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return _is_local(self.host)


def address(text: str) -> Address | None:
    """The address in `HOST:PORT`, `:PORT` or `PORT`, without a host this machine's own; None for none."""
    found = re.fullmatch(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]*):)?(?P<port>\d{1,5})", text.strip())
    if found is None or int(found["port"]) > 65535:
        return None
    return Address((found["host"] or "127.0.0.1").strip("[]"), int(found["port"]))


def _is_local(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve_tcp(
    where: Address, level: int, ready: Callable[[Address], None], linters: Linters = INSTALLED
) -> int:
    """Serve whoever connects to a TCP port until the process is stopped; its exit status.

    `ready` is told the address once clients can connect. Raises OSError when the port is taken.
    """
    return _run(_tcp, where, level, ready, linters)


def serve_websocket(
    where: Address, level: int, ready: Callable[[Address], None], linters: Linters = INSTALLED
) -> int:
    """As `serve_tcp`, for WebSockets; pages of other sites are turned away."""
    return _run(_websocket, where, level, ready, linters)


_Listen = Callable[[Address, Callable[[], KeqiServer], Callable[[Address], None]], Awaitable[None]]


def _run(
    listen: _Listen, where: Address, level: int, ready: Callable[[Address], None], linters: Linters
) -> int:
    quiet.install(level)
    workers, shared = ThreadPoolExecutor(2 * WORKERS, thread_name_prefix="keqi"), _Shared(linters)
    try:
        asyncio.run(listen(where, lambda: build(shared, workers), ready))  # type: ignore[arg-type]
    except KeyboardInterrupt:
        return 130
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
    return 0


class _Shared:
    """Builds each linter without own lexicons once; what never changes need not be there twice."""

    def __init__(self, linters: Linters) -> None:
        self._linters = linters
        self._lock = threading.Lock()
        self._made: dict[Policy, Checker] = {}

    def load(self, policy: Policy) -> Checker:
        """The linter for `policy`. Raises as `Load` says."""
        if policy.lexicon:
            return self._linters.load(policy)
        with self._lock:
            if policy not in self._made:
                self._made[policy] = self._linters.load(policy)
            return self._made[policy]

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        """See `Linters`."""
        return self._linters.mistakes(folders, shipped, text_of)


# -- TCP ------------------------------------------------------------------------------------------


async def _tcp(where: Address, make: Callable[[], KeqiServer], ready: Callable[[Address], None]) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = make()
        server.protocol.set_writer(_Stream(writer))
        framer = Framer(server.protocol.take)
        try:
            while data := await reader.read(_CHUNK):
                framer.feed(data)
        except (SystemExit, ConnectionError):
            log.info("a client has left")
        except Exception as error:
            log.error("a connection failed: %s", places(error))
        finally:
            server.leave()
            writer.close()

    listener = await asyncio.start_server(connected, where.host, where.port)
    ready(Address(*listener.sockets[0].getsockname()[:2]))
    async with listener:
        await listener.serve_forever()


class _Stream:
    """A TCP connection as pygls writes to it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Send `data`, or hang up when far too much is unsent already."""
        if self._writer.transport.get_write_buffer_size() > MOST_UNSENT:
            log.warning("a client that does not read is cut off")
            self._writer.transport.abort()
            return
        self._writer.write(data)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


# -- WebSocket ------------------------------------------------------------------------------------


async def _websocket(
    where: Address, make: Callable[[], KeqiServer], ready: Callable[[Address], None]
) -> None:
    from websockets.asyncio.server import serve

    listening = serve(
        lambda websocket: _converse(websocket, make()),
        where.host,
        where.port,
        process_request=_doorman,
        max_size=LARGEST_MESSAGE,
        compression=None,  # costs more time than it saves on one machine
    )
    async with listening as listener:
        ready(Address(*next(iter(listener.sockets)).getsockname()[:2]))
        await listener.serve_forever()


def _doorman(websocket: ServerConnection, request: Request) -> Response | None:
    """Turn away pages of other sites: a browser lets any of them connect to this machine."""
    origin = request.headers.get("Origin")
    if origin is None or _is_local(urlsplit(origin).hostname or ""):
        return None
    log.warning("a page of another site was turned away")
    return websocket.respond(HTTPStatus.FORBIDDEN, "keqi: this page may not connect\n")


async def _converse(websocket: ServerConnection, server: KeqiServer) -> None:
    """One client, from its first message to its last."""
    from websockets.exceptions import ConnectionClosed

    outbox = _Outbox()
    delivery = asyncio.ensure_future(outbox.deliver(websocket))
    server.protocol.set_writer(outbox, include_headers=False)
    try:
        async for data in websocket:
            server.protocol.take(data)
    except (SystemExit, ConnectionClosed):
        log.info("a client has left")
    finally:
        server.leave()
        outbox.close()
        await delivery


class _Outbox:
    """A WebSocket as pygls writes to it: messages leave in order, one after the other."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._waiting = 0
        """Bytes that have not left yet."""

    def write(self, data: bytes) -> None:
        """Send `data` after what was sent before; nothing more when far too much waits already."""
        if self._waiting > MOST_UNSENT:
            self.close()
            return
        self._waiting += len(data)
        self._queue.put_nowait(data)

    def close(self) -> None:
        """Hang up once everything has left."""
        self._queue.put_nowait(None)

    async def deliver(self, websocket: ServerConnection) -> None:
        """Send what comes, until it is closed or nobody is there any more."""
        from websockets.exceptions import ConnectionClosed

        while (data := await self._queue.get()) is not None:
            self._waiting -= len(data)
            try:
                # As text: in a browser a binary message would have to be decoded by hand.
                await websocket.send(data.decode())
            except ConnectionClosed:
                return
        await websocket.close()


def announce(kind: str, where: Address) -> None:
    """Say where clients can connect, on standard error; other programs read this line."""
    host = f"[{where.host}]" if ":" in where.host else where.host
    scheme = "ws" if kind == "ws" else "tcp"
    sys.stderr.write(f"keqi lsp: {scheme}://{host}:{where.port}\n")
    sys.stderr.flush()
