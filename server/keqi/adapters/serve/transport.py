"""uvicorn as keqi runs it: nothing in the log but counts, and no patience with clients that dawdle."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from keqi.adapters.serve.config import ServeConfig

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_PING_SECONDS = 20.0


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with a limit on how long the head of a request may take, which uvicorn has none for."""

    _deadline: asyncio.TimerHandle | None = None
    _upgraded = False

    @property
    def _head_seconds(self) -> float:
        return float(getattr(self.config, "head_seconds", ServeConfig().head_seconds))

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        if self._is_answering:
            self._stop_expecting()
        else:
            self._expect()

    def on_response_complete(self) -> None:
        """See `H11Protocol`."""
        super().on_response_complete()
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
        super().connection_lost(exc)

    @property
    def _is_answering(self) -> bool:
        """Whether the head of a request is there and its answer is not."""
        return self._upgraded or (self.cycle is not None and not self.cycle.response_complete)

    def _expect(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self._head_seconds, self._give_up)

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
        ws="websockets-sansio",
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
    made.head_seconds = config.head_seconds  # type: ignore[attr-defined]
    return made
