"""TCP and WebSocket: each connection is a session of its own, and only this machine gets in."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from keqi.adapters.cli import main
from keqi.adapters.lsp.network import Address, address

HERE = Path(__file__).parent
ENV = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "server"), "PYTHONUTF8": "1"}
TIMEOUT = 30


class Wire:
    """What both transports have in common: messages in, messages out."""

    _count = 0

    async def put(self, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def take(self) -> dict[str, Any]:
        raise NotImplementedError

    async def ask(self, method: str, params: Any = None) -> Any:
        self._count += 1
        await self.put({"id": self._count, "method": method, "params": params})
        while (answer := await self.take()).get("id") != self._count:
            pass
        return answer["result"]

    async def begin(self) -> None:
        await self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        await self.put({"method": "initialized", "params": {}})

    async def open(self, uri: str, text: str) -> list[str]:
        document = {"uri": uri, "languageId": "plaintext", "version": 1, "text": text}
        await self.put({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while (note := await self.take()).get("method") != "textDocument/publishDiagnostics":
            pass
        return [diagnostic["code"] for diagnostic in note["params"]["diagnostics"]]

    async def outline(self, uri: str) -> list[str]:
        symbols = await self.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        return [symbol["name"] for symbol in symbols]

    async def leave(self) -> None:
        await self.ask("shutdown")
        await self.put({"method": "exit"})


class Tcp(Wire):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    async def put(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def take(self) -> dict[str, Any]:
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), TIMEOUT)
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        return json.loads(await self._reader.readexactly(length))  # type: ignore[no-any-return]


class WebSocket(Wire):
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def put(self, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps({"jsonrpc": "2.0", **message}))

    async def take(self) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self.socket.recv(), TIMEOUT))  # type: ignore[no-any-return]


@asynccontextmanager
async def listening(kind: str) -> AsyncIterator[tuple[str, int]]:
    """A server process, and where it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "toy_server.py"), kind, stderr=asyncio.subprocess.PIPE, env=ENV
    )
    assert process.stderr is not None
    try:
        line = b""
        while b"://" not in line:
            line = await asyncio.wait_for(process.stderr.readline(), TIMEOUT)
        host, _, port = line.decode().split("://")[1].strip().rpartition(":")
        yield host, int(port)
        assert process.returncode is None, "no client can end it"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def connected(kind: str, where: tuple[str, int]) -> AsyncIterator[Wire]:
    if kind == "tcp":
        tcp = Tcp(*await asyncio.open_connection(*where))
        yield tcp
        tcp.writer.close()
    else:
        async with connect(f"ws://{where[0]}:{where[1]}") as socket:
            yield WebSocket(socket)


@pytest.mark.parametrize("kind", ["tcp", "ws"])
async def test_two_clients_never_meet(kind: str) -> None:
    async with listening(kind) as where, connected(kind, where) as one, connected(kind, where) as two:
        await one.begin()
        await two.begin()
        assert await one.open("untitled:1", "不行,甲的草稿") == ["refusal.bare"]
        assert await two.open("untitled:1", "没有,乙的草稿") == ["refusal.none"]
        assert await one.outline("untitled:1") == ["不行,甲的草稿"]
        assert await two.outline("untitled:1") == ["没有,乙的草稿"]
        await one.leave()
        assert await two.outline("untitled:1") == ["没有,乙的草稿"]
        async with connected(kind, where) as three:
            await three.begin()
            assert await three.outline("untitled:1") == []


@pytest.mark.parametrize("kind", ["tcp", "ws"])
async def test_a_client_that_disappears_takes_nobody_along(kind: str) -> None:
    async with listening(kind) as where, connected(kind, where) as one:
        await one.begin()
        async with connected(kind, where) as gone:
            await gone.put({"id": 1, "method": "initialize", "params": {"capabilities": {}}})
        assert await one.open("untitled:1", "不行") == ["refusal.bare"]


async def test_what_is_no_json_costs_that_message_only() -> None:
    async with listening("ws") as where, connect(f"ws://{where[0]}:{where[1]}") as socket:
        client = WebSocket(socket)
        await client.begin()
        await socket.send("{不是 JSON")
        await socket.send(b"\xff\xfe")
        assert await client.open("untitled:1", "不行") == ["refusal.bare"]


async def test_pages_of_other_sites_are_turned_away() -> None:
    async with listening("ws") as where:
        url = f"ws://{where[0]}:{where[1]}"
        with pytest.raises(InvalidStatus):
            await connect(url, origin="https://evil.example")  # type: ignore[arg-type]
        async with connect(url, origin="http://localhost:8080") as socket:  # type: ignore[arg-type]
            await WebSocket(socket).begin()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.0.0.1:8700", Address("127.0.0.1", 8700)),
        ("8700", Address("127.0.0.1", 8700)),
        (":0", Address("127.0.0.1", 0)),
        ("localhost:1", Address("localhost", 1)),
        ("[::1]:8700", Address("::1", 8700)),
        ("0.0.0.0:8700", Address("0.0.0.0", 8700)),
        ("localhost", None),
        ("localhost:70000", None),
        ("http://localhost:1", None),
        ("", None),
    ],
)
def test_an_address_is_host_and_port(text: str, meant: Address | None) -> None:
    assert address(text) == meant


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("LOCALHOST", True), ("0.0.0.0", False), ("example.com", False)],
)
def test_only_this_machine_is_local(host: str, local: bool) -> None:
    assert Address(host, 1).is_local is local


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tcp", "0.0.0.0:8700"], "--allow-remote"),
        (["--ws", "nonsense"], "127.0.0.1:8700"),
        (["--ws", "1", "--tcp", "2"], "不能一起用"),
    ],
)
def test_what_cannot_be_served_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lsp", *arguments]) == 2
    assert said in capsys.readouterr().err
