"""Drafts are in no log, at any level, whatever goes wrong."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from serving import TIMEOUT, serving, talking
from websockets.exceptions import ConnectionClosed

CANARY = "金丝雀13800138000改地址不行"
PIECES = ("金丝雀", "13800138000", "改地址", quote("金丝雀"), "\\u91d1")


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_canary_is_in_no_log(workers: str, tmp_path: Path) -> None:
    with serving("--workers", workers, KEQI_CACHE_DIR=str(tmp_path)) as server:
        await everything_that_can_be_said(server)
        numbers = httpx.get(f"{server.url}/metrics", timeout=TIMEOUT).text
        server.stop()
        logged = server.logged + (server.process.stdout.read() if server.process.stdout else "")
        assert "code points" in logged, "the log was captured"
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    for piece in PIECES:
        assert piece not in logged
        assert piece not in numbers
        assert piece not in kept or piece == "改地址", "the compiled lexicon has words of its own"


async def everything_that_can_be_said(server) -> None:
    url = server.url
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
        for path in ("/v1/check", "/v1/fix"):
            client.post(path, json={"replies": [CANARY]})
            client.post(path, json={"replies": [{CANARY: 1}], "profile": CANARY})
            client.post(path, json={"replies": [], "profile": CANARY})
            client.post(path, content=f'{{"replies": ["{CANARY}'.encode())
            client.post(path, content=CANARY.encode("gb18030"))
        for parameters in ({"text": CANARY, "language": "zh"}, {"data": CANARY, "language": CANARY}):
            client.post("/v2/check", data=parameters)
            client.get("/v2/check", params=parameters)
        client.post("/v2/check", content=b"%zz" + CANARY.encode())
        client.get(f"/{CANARY}", params={CANARY: CANARY}, headers={"X-Draft": quote(CANARY)})
        client.get("/v1/phrases", params={"q": CANARY, "scene": CANARY, "profile": CANARY})
    raw = socket.create_connection(("127.0.0.1", server.port))
    raw.sendall(f"{CANARY}\r\n\r\n".encode())
    raw.close()
    raw = socket.create_connection(("127.0.0.1", server.port))
    raw.sendall(
        b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n" + CANARY.encode()
    )
    raw.close()
    async with talking(server) as talker:
        await talker.introduce(clientInfo={"name": CANARY}, initializationOptions={"profile": CANARY})
        await talker.open(CANARY, f"file:///{CANARY}.txt")
        end = {"line": CANARY, "character": 0}
        await talker.edit({"range": {"start": end, "end": end}, "text": CANARY}, 2)
        await talker.ask("textDocument/hover", {"textDocument": CANARY})
        await talker.ask(CANARY, CANARY)
        ignore = {"command": "keqi.ignore", "arguments": [CANARY, CANARY]}
        await talker.ask("workspace/executeCommand", ignore)
        await talker.socket.send(CANARY)
        await talker.socket.send(json.dumps({"jsonrpc": "2.0", "id": 77, "result": CANARY}))
        await talker.until(lambda said: said.get("error", {}).get("code") == -32700)
        talker.socket.transport.abort()
    async with talking(server) as talker:
        await talker.socket.send(b"\x00" + CANARY.encode("gb18030"))
        with suppress(ConnectionClosed):
            await talker.socket.send("x" * (5 << 20) + CANARY)
        await talker.closed()


def test_the_environment_of_the_tests_does_not_switch_the_log_off() -> None:
    assert "KEQI_SERVE" not in os.environ
