"""The process: how it starts, ends, and shares standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENV = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "server"), "PYTHONUTF8": "1"}
TIMEOUT = 30


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


INITIALIZE = frame(
    {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}
)
SHUTDOWN = frame({"id": 2, "method": "shutdown"})
EXIT = frame({"method": "exit"})


async def run(sent: bytes, stdin: Any = asyncio.subprocess.PIPE) -> tuple[int | None, list[dict[str, Any]]]:
    """Exit status of a server that is sent these bytes and then nothing more, and what it answered."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "toy_server.py"),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=ENV,
    )
    out, _ = await asyncio.wait_for(process.communicate(sent or None), TIMEOUT)
    return process.returncode, [json.loads(part) for part in bodies(out)]


def bodies(out: bytes) -> list[bytes]:
    found = []
    while out:
        head, _, rest = out.partition(b"\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        found.append(rest[:length])
        out = rest[length:]
    return found


async def test_shutdown_and_exit_end_it_in_order() -> None:
    status, answers = await run(INITIALIZE + SHUTDOWN + EXIT)
    assert status == 0
    assert [answer["id"] for answer in answers] == [1, 2]


async def test_exit_without_shutdown_is_an_error() -> None:
    status, _ = await run(INITIALIZE + EXIT)
    assert status == 1


async def test_a_client_that_goes_away_takes_it_along() -> None:
    status, answers = await run(INITIALIZE)
    assert status == 1
    assert len(answers) == 1


async def test_a_client_that_goes_away_in_the_middle_of_a_message_takes_it_along() -> None:
    status, answers = await run(INITIALIZE + SHUTDOWN[:-3])
    assert status == 1
    assert len(answers) == 1


async def test_a_message_that_is_no_json_costs_that_message_only() -> None:
    status, answers = await run(INITIALIZE + b"Content-Length: 5\r\n\r\n{\xff\xfe: " + SHUTDOWN + EXIT)
    assert status == 0
    assert [answer.get("id") for answer in answers if "id" in answer] == [1, 2]


async def test_standard_input_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "session"
    file.write_bytes(INITIALIZE + SHUTDOWN + EXIT)
    with file.open("rb") as stdin:
        status, answers = await run(b"", stdin)
    assert status == 0
    assert len(answers) == 2
