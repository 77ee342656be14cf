"""uvicorn as keqi runs it: nothing in the log but counts, and no patience with clients that dawdle."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from keqi.adapters.serve.config import ServeConfig

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_PING_SECONDS = 20.0
_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""C's `struct linger` that closes a connection without waiting for anything."""


class _Unread:
    """Gives a connection up whose client leaves lying what it was sent: nobody else frees its memory."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._deadline: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """From now on the client has so many seconds to take what is on its way."""
        if self._deadline is None and self._transport.get_write_buffer_size():
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self._seconds, self._look)

    def look_up(self) -> None:
        """The client is heard of: perhaps it has taken everything."""
        if not self._transport.get_write_buffer_size():
            self.rest()

    def rest(self) -> None:
        """It has taken it, or is gone."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _look(self) -> None:
        self._deadline = None
        if self._transport.get_write_buffer_size():
            # Otherwise the system would keep for minutes what it has taken over already.
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()


_DEFAULTS = ServeConfig()


def _limits(config: Config) -> ServeConfig:
    limits: ServeConfig = getattr(config, "limits", _DEFAULTS)
    return limits


class ImpatientWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket with a limit on how long its client may read nothing; uvicorn would wait for ever."""

    _unread: _Unread

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._unread = _Unread(self.transport, _limits(self.config).send_seconds)

    def pause_writing(self) -> None:
        """See `asyncio.Protocol`."""
        super().pause_writing()
        self._unread.watch()

    def resume_writing(self) -> None:
        """See `asyncio.Protocol`."""
        super().resume_writing()
        self._unread.rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._unread.rest()
        super().connection_lost(exc)

    def handle_ping(self) -> None:
        """See `WebSocketsSansIOProtocol`."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()  # who reads nothing gets no pongs: they would pile up

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """See `WebSocketsSansIOProtocol`."""
        super().on_task_complete(task)
        self._unread.watch()

    def keepalive_timeout(self) -> None:
        """See `WebSocketsSansIOProtocol`."""
        super().keepalive_timeout()
        self._unread.watch()


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with limits on how long a request's head and the reading of its answer may take.

    uvicorn has none for either.
    """

    _deadline: asyncio.TimerHandle | None = None
    _upgraded = False
    _unread: _Unread

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._unread = _Unread(transport, _limits(self.config).send_seconds)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._unread.look_up()
        super().data_received(data)
        if self._is_answering:
            self._stop_expecting()
        else:
            self._expect()

    def on_response_complete(self) -> None:
        """See `H11Protocol`."""
        super().on_response_complete()
        self._unread.watch()
        if not self._is_answering and self.conn.trailing_data[0]:  # the next head has begun
            self._expect()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """See `H11Protocol`."""
        self._stop_expecting()
        self._upgraded = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._stop_expecting()
        self._unread.rest()
        super().connection_lost(exc)

    @property
    def _is_answering(self) -> bool:
        """Whether the head of a request is there and its answer is not."""
        return self._upgraded or (self.cycle is not None and not self.cycle.response_complete)

    def _expect(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(_limits(self.config).head_seconds, self._give_up)

    def _stop_expecting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self._is_answering and not self.transport.is_closing():
            self.transport.write(_TOO_SLOW)
            self.transport.close()


def uvicorn_config(config: ServeConfig, app: Any) -> Config:
    """How uvicorn is to run `app`: an application, or the name of what makes one."""
    made = Config(
        app,
        host=config.host,
        port=config.port,
        factory=isinstance(app, str),
        workers=config.workers,
        http=ImpatientProtocol,
        ws=ImpatientWebSocket,
        ws_max_size=config.max_body,
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PING_SECONDS,
        ws_per_message_deflate=False,
        # asyncio takes up to so many connections at a time, and would leave the other processes none.
        backlog=2048 if config.workers == 1 else 128,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Anybody else could call themselves what they like, and have a rate limit for every name.
        proxy_headers=bool(config.proxies),
        forwarded_allow_ips=list(config.proxies),
        timeout_keep_alive=30,
        timeout_graceful_shutdown=config.stop_seconds,
        timeout_worker_healthcheck=30,
    )
    made.limits = config  # type: ignore[attr-defined]
    return made
