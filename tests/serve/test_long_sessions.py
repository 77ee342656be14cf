"""What adds up while a server runs for days: whatever is counted goes down again, whatever is kept has a bound."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from keqi.adapters.serve import sessions
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.remote import Gate, SharedRules, build_remote
from keqi.adapters.serve.service import Service
from keqi.adapters.serve.sessions import ClosedError, Sessions


class Socket:
    """A WebSocket whose client reads what it is sent or not, and falls silent when it has said its say."""

    def __init__(self, *, reads: bool, says: Sequence[str] = ()) -> None:
        self.scope = {"type": "websocket", "headers": []}
        self.heard: list[Any] = []
        self.closed: int | None = None
        self._reads = reads
        self._says = list(says)

    async def accept(self, subprotocol: str | None = None) -> None:
        """Nothing to do."""

    async def receive(self) -> Any:
        if self._says:
            return {"type": "websocket.receive", "text": self._says.pop(0)}
        return await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        if not self._reads:
            await asyncio.Event().wait()
        self.heard.append(message)

    async def close(self, code: int, reason: str) -> None:
        self.closed = code


class Writer:
    """What a language server says, as it is heard."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.heard.append(json.loads(data))

    def close(self) -> None:
        """Nothing to do."""


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_reads_may_be_sent_any_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    """Han takes three bytes a character, and the mark in the client's own URIs is cut out: both count as sent."""
    monkeypatch.setattr(sessions, "MOST_UNSENT", 1000)
    gate, socket = Gate(), Socket(reads=True)
    outbox = sessions._Outbox(gate)
    delivery = asyncio.ensure_future(outbox.empty(socket))  # type: ignore[arg-type]
    uri = gate.part({"uri": "draft:1"})["uri"]
    for _ in range(100):
        outbox.write(f"{uri} 生硬拒绝".encode())
        await _settle()
    assert len(socket.heard) == 100
    assert socket.heard[0]["text"] == "draft:1 生硬拒绝"
    delivery.cancel()


async def test_who_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_UNSENT", 1000)
    outbox = sessions._Outbox(Gate())
    for _ in range(100):
        outbox.write("生硬拒绝".encode() * 10)
    socket = Socket(reads=True)
    with pytest.raises(ClosedError, match="unread"):
        await outbox.empty(socket)  # type: ignore[arg-type]
    assert len(socket.heard) < 20


USUAL = {
    "a command": ("workspace/executeCommand", {"command": "keqi.ignore", "arguments": ["draft:1", 7, 0, 1, "a.b"]}),
    "settings": ("workspace/didChangeConfiguration", {"settings": {"keqi": {"locale": "en"}}}),
    "a question": ("textDocument/hover", {"textDocument": {"uri": "draft:1"}, "position": {"line": 0, "character": 0}}),
}  # fmt: skip


@pytest.mark.parametrize(("method", "params"), USUAL.values(), ids=USUAL)
async def test_nothing_is_kept_of_what_was_answered(method: str, params: Any) -> None:
    service = Service(ServeConfig())
    server, writer = build_remote(service, SharedRules(service)), Writer()
    protocol = server.protocol
    protocol.set_writer(writer, include_headers=False)
    introduction = {"processId": None, "rootUri": None, "capabilities": {}}
    protocol.take(_message("initialize", introduction, 0))
    for number in range(1, 20):
        protocol.take(_message(method, params, None if "did" in method else number))
    async with asyncio.timeout(60):
        while protocol._request_futures:
            await asyncio.sleep(0)
    answers = [said["id"] for said in writer.heard if "id" in said and "result" in said]
    assert len(answers) == (1 if "did" in method else 20)
    service.close()


def _message(method: str, params: Any, id: int | None) -> str:
    return json.dumps(
        {"jsonrpc": "2.0", "method": method, "params": params} | ({} if id is None else {"id": id})
    )


async def test_a_session_that_fails_says_where_and_not_about_what(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise LookupError("改地址不行")

    config, socket = ServeConfig(), Socket(reads=True, says=["{}"])
    every = Sessions(Service(config), Metrics(), config)
    monkeypatch.setattr(sessions._Connection, "_take", failing)
    await every.serve(socket)  # type: ignore[arg-type]
    assert socket.closed == 1011
    (record,) = caplog.records
    assert "LookupError in failing" in record.getMessage()
    assert "改地址" not in record.getMessage()


async def test_a_client_that_has_not_introduced_itself_is_no_hindrance_to_new_rules() -> None:
    """A port scanner or a slow page may hold a connection while the rules are read anew."""
    config = ServeConfig()
    every = Sessions(Service(config), Metrics(), config)
    silent = asyncio.ensure_future(every.serve(Socket(reads=True)))  # type: ignore[arg-type]
    await _settle()
    every.recheck()
    silent.cancel()
