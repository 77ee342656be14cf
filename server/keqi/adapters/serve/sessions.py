"""LSP over WebSocket: for each connection a language server of its own, and limits on what it takes."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket

from keqi.adapters.lsp.incoming import edit_of, method_of
from keqi.adapters.lsp.quiet import places
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.errors import RefusedError
from keqi.adapters.serve.guard import TOKEN_PROTOCOL, Bucket, headers_of, refuse, subprotocols
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.remote import Gate, RefusedMessage, SharedRules, build_remote
from keqi.adapters.serve.service import Service

log = logging.getLogger(__name__)

GOING_AWAY, TOO_BIG, POLICY, GONE = 1001, 1009, 1008, 1006
"""Codes with which a WebSocket is closed."""
MOST_UNSENT = 8 << 20
"""Bytes that may wait for a client to take them."""
_COSTLY = {"workspace/didChangeConfiguration": 25.0, "initialize": 25.0}
"""Messages that count as many: they may make a linter."""
_UNREADABLE = b'{"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "no valid JSON"}}'


class ClosedError(Exception):
    """The session is over; `code` is what the client is told, `reason` a word for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Sessions:
    """All sessions of this process."""

    service: Service
    metrics: Metrics
    config: ServeConfig
    _open: set[_Connection] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rules = SharedRules(self.service)

    async def serve(self, websocket: WebSocket) -> None:
        """One client, from its handshake until it leaves."""
        if len(self._open) >= self.config.max_sessions:
            refusal = RefusedError(503, "sessions", limit=self.config.max_sessions)
            await refuse(refusal, websocket.scope, websocket.receive, websocket.send)
            return
        connection = _Connection(websocket, self)
        self._open.add(connection)
        self.metrics.sessions += 1
        self.metrics.count("sessions")
        try:
            await websocket.accept(subprotocol=_chosen(headers_of(websocket.scope)))
            await connection.run()
        finally:
            self._open.discard(connection)
            self.metrics.sessions -= 1
            connection.leave()

    async def rehearse(self) -> None:
        """Play one short session, so that the first client need not wait for what is made only once."""
        server = build_remote(self.service, self._rules)
        server.protocol.set_writer(_Nobody(), include_headers=False)
        for method, params in _REHEARSAL:
            message = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
            if method.endswith(("initialized", "didOpen", "didChange")):
                del message["id"]
            server.protocol.handle_message(server.protocol.structure_message(message))
            await server.session.checked(_REHEARSED)
        server.leave()

    @property
    def rules(self) -> SharedRules:
        """The linters that all sessions share."""
        return self._rules

    def recheck(self) -> None:
        """The server's rules are others now."""
        self._rules.renew()
        for connection in self._open:
            connection.server.session.recheck()


def _chosen(headers: dict[str, str]) -> str | None:
    """The subprotocol to answer with: browsers want one of those they offered, not the token if possible."""
    offered = subprotocols(headers)
    others = [name for name in offered if not name.startswith(TOKEN_PROTOCOL)]
    return next(iter(others or offered), None)


_REHEARSED = "draft:rehearsal"
_PLACE = {"line": 0, "character": 1}
_RANGE = {"start": _PLACE, "end": _PLACE}
_REHEARSAL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}),
    ("initialized", {}),
    (
        "textDocument/didOpen",
        {"textDocument": {"uri": _REHEARSED, "languageId": "plaintext", "version": 1, "text": "改地址不行"}},
    ),
    (
        "textDocument/didChange",
        {
            "textDocument": {"uri": _REHEARSED, "version": 2},
            "contentChanges": [{"range": _RANGE, "text": "。"}],
        },
    ),
    (
        "textDocument/codeAction",
        {"textDocument": {"uri": _REHEARSED}, "range": _RANGE, "context": {"diagnostics": []}},
    ),
    ("textDocument/hover", {"textDocument": {"uri": _REHEARSED}, "position": _PLACE}),
)


class _Nobody:
    """A writer that nobody reads."""

    def write(self, data: bytes) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing to do."""


class _Outbox:
    """What is to be sent, in order. pygls's writer."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._size = 0
        """Bytes that wait."""

    def write(self, data: bytes) -> None:
        """Send `data` when its turn comes; give up a client that takes nothing."""
        if self._size > MOST_UNSENT:
            self.close()
            return
        self._size += len(data)
        self._waiting.put_nowait(data)

    def close(self) -> None:
        """Nothing more is sent."""
        self._waiting.put_nowait(None)

    async def empty(self, websocket: WebSocket) -> None:
        """Send everything, until closed. Raises ClosedError."""
        while (data := await self._waiting.get()) is not None:
            self._size -= len(data)
            text = self._gate.outgoing(data.decode())
            try:
                await websocket.send({"type": "websocket.send", "text": text})
            except (OSError, RuntimeError) as error:
                raise ClosedError(GONE, "gone") from error
        raise ClosedError(POLICY, "unread")


class _Connection:
    """One client and its language server."""

    def __init__(self, websocket: WebSocket, sessions: Sessions) -> None:
        self._websocket = websocket
        self._config = sessions.config
        self._metrics = sessions.metrics
        self._gate = Gate()
        self._outbox = _Outbox(self._gate)
        self._bucket = Bucket(self._config.message_burst, time.monotonic())
        self.server = build_remote(sessions.service, sessions.rules)
        self.server.protocol.set_writer(self._outbox, include_headers=False)

    async def run(self) -> None:
        """Serve until one side ends it."""
        sending = asyncio.ensure_future(self._outbox.empty(self._websocket))
        hearing = asyncio.ensure_future(self._hear())
        try:
            await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, hearing):
                task.cancel()
            ended = await asyncio.gather(sending, hearing, return_exceptions=True)
        closed = [error for error in ended if isinstance(error, ClosedError)]
        for error in ended:
            if isinstance(error, Exception) and not isinstance(error, ClosedError):
                log.error("session failed: %s", places(error))
        await self._close(closed[0] if closed else ClosedError(1011, "crash"))

    async def _close(self, end: ClosedError) -> None:
        log.debug("session over: %s", end.reason)
        if end.code != GONE:
            with suppress(OSError, RuntimeError):
                await self._websocket.close(end.code, end.reason)

    def leave(self) -> None:
        """Let go of everything: nobody waits any more."""
        self.server.leave()

    async def _hear(self) -> None:
        """Take what the client says. Raises ClosedError when that is over."""
        while True:
            try:
                async with asyncio.timeout(self._config.idle_seconds):
                    said = await self._websocket.receive()
            except TimeoutError as error:
                raise ClosedError(GOING_AWAY, "idle") from error
            if said["type"] == "websocket.disconnect":
                raise ClosedError(GONE, "gone")
            await self._take(said.get("text") or said.get("bytes") or "")

    async def _take(self, text: str | bytes) -> None:
        """One message. One that is of no use costs itself only."""
        self._metrics.count("messages")
        try:
            message = json.loads(text, object_hook=self._gate.part)
        except (ValueError, RecursionError):
            self._outbox.write(_UNREADABLE)
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self._outbox.write(_UNREADABLE)
            return
        await self._turn(_COSTLY.get(method_of(message), 1.0))
        try:
            self._handle(self._gate.admitted(message))
        except RefusedMessage as refusal:
            if refusal.answer:
                self._outbox.write(refusal.answer)

    async def _turn(self, cost: float) -> None:
        """Wait until a client that says too much may go on; meanwhile nothing more of it is read."""
        rate, burst = self._config.message_rate, self._config.message_burst
        while wait := self._bucket.take(time.monotonic(), rate, burst, cost):
            await asyncio.sleep(wait)

    def _handle(self, message: dict[str, Any]) -> None:
        method, protocol = method_of(message), self.server.protocol
        if method == "exit":
            raise ClosedError(1000, "exit")
        edit = edit_of(message)
        try:
            if edit is not None:
                self.server.session.change(*edit)
            else:
                protocol.handle_message(protocol.structure_message(message))
        except Exception as error:
            self.server.report_server_error(error, protocol.handle_message)
        if method in ("textDocument/didOpen", "textDocument/didChange"):
            self._measure()

    def _measure(self) -> None:
        """Whether the client's documents are within the limits. Raises ClosedError."""
        documents = self.server.session.open_documents
        if len(documents) > self._config.max_documents:
            raise ClosedError(POLICY, "too many documents")
        if any(len(document.text) > self._config.max_text for document in documents):
            raise ClosedError(TOO_BIG, "document too long")
