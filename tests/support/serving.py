"""The team server in a process of its own, and clients of it that never sleep."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

LAUNCHED = Path(__file__).parents[1] / "serve" / "launched.py"
KEQI = str(Path(sys.executable).parent / "keqi")
TIMEOUT = 60.0
"""Seconds after which something will not happen any more, on the slowest machine."""


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    said: str
    """Its first line."""
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(TIMEOUT)


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Server]:
    env = {**os.environ, "PYTHONUTF8": "1", "KEQI_LANG": "zh", **environment}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env, cwd=folder
            ) as child,
        ):
            assert child.stdout is not None
            said = child.stdout.readline()
            found = re.search(r":(\d+)", said)
            assert found is not None, log.read_text()
            try:
                yield Server(child, int(found[1]), said, log)
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait(TIMEOUT)


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[Server]:
    """`keqi serve` with these options, logging all it would ever log."""
    with running(KEQI, "serve", "--port", "0", "--log-level", "debug", *options, **environment) as server:
        yield server


@contextmanager
def limited(**settings: Any) -> Iterator[Server]:
    """The same with limits that no option sets."""
    with running(sys.executable, str(LAUNCHED), json.dumps(settings)) as server:
        yield server


# -- somebody who types ---------------------------------------------------------------------------


@dataclass
class Talker:
    """A client of `/lsp`."""

    socket: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)
    _ids: int = 0

    async def say(self, method: str, params: Any = None, **more: Any) -> None:
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}))

    async def ask(self, method: str, params: Any = None) -> dict[str, Any]:
        self._ids += 1
        id = self._ids
        await self.say(method, params, id=id)
        return await self.until(lambda said: said.get("id") == id and "method" not in said)

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that is wanted; all before it are remembered."""
        async with asyncio.timeout(TIMEOUT):
            while True:
                said: dict[str, Any] = json.loads(await self.socket.recv())
                self.heard.append(said)
                if wanted(said):
                    return said

    async def introduce(self, **params: Any) -> dict[str, Any]:
        said = {"processId": None, "rootUri": None, "capabilities": {}, **params}
        answer = await self.ask("initialize", said)
        await self.say("initialized", {})
        return answer

    async def open(
        self, text: str, uri: str = "draft:1", language: str = "plaintext"
    ) -> list[dict[str, Any]]:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        await self.say("textDocument/didOpen", {"textDocument": item})
        return await self.diagnostics(uri, 1)

    async def change(self, text: str, version: int, uri: str = "draft:1") -> list[dict[str, Any]]:
        """Replace the whole text."""
        await self.edit({"text": text}, version, uri)
        return await self.diagnostics(uri, version)

    async def edit(self, change: dict[str, Any], version: int, uri: str = "draft:1") -> None:
        document = {"uri": uri, "version": version}
        params = {"textDocument": document, "contentChanges": [change]}
        await self.say("textDocument/didChange", params)

    async def diagnostics(self, uri: str, version: int) -> list[dict[str, Any]]:
        def is_wanted(said: dict[str, Any]) -> bool:
            params = said.get("params") or {}
            return params.get("uri") == uri and params.get("version") == version

        found: list[dict[str, Any]] = (await self.until(is_wanted))["params"]["diagnostics"]
        return found

    async def closed(self) -> int | None:
        """The code with which the server ends it."""
        with suppress(Exception):
            async with asyncio.timeout(TIMEOUT):
                while True:
                    await self.socket.recv()
        return self.socket.close_code


@asynccontextmanager
async def talking(server: Server | str, **options: Any) -> AsyncIterator[Talker]:
    """A session with a server, or with what is at a WebSocket's address."""
    address = server if isinstance(server, str) else f"ws://127.0.0.1:{server.port}/lsp"
    async with connect(address, open_timeout=TIMEOUT, close_timeout=2, **options) as socket:
        yield Talker(socket)


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [one["code"] for one in diagnostics]
