"""The team server under load: sessions that type, and batches of replies.

Usage: `python tests/bench/bench_serve.py [--sessions N] [--seconds S] [--workers N] [--knee] [--long]`.
Reports only. `--long` types for ten minutes, as the requirement says; `--knee` raises the number of
sessions until answers come late. Client and server share the machine, so what is measured is what
both together can do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
LIMIT = 0.150
"""Seconds within which 99 of 100 keystrokes have to be answered."""
PERIOD = 0.5
"""Seconds between two changes of one session."""
PATIENCE = 10.0
"""Seconds after which an answer counts as lost."""
ECHO = "bench_serve:echo"


# -- the server -----------------------------------------------------------------------------------


@contextmanager
def process(*command: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that prints its address, and its port."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT) as child:
        try:
            assert child.stdout is not None
            said = child.stdout.readline()
            found = re.search(r":(\d+)", said)
            assert found is not None, said
            yield child, int(found[1])
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(30)


def keqi(workers: int) -> Sequence[str]:
    """The command that starts the server."""
    rates = ("--rate", "1000000", "--max-sessions", "5000")
    return (
        str(Path(sys.executable).parent / "keqi"),
        "serve",
        "--port",
        "0",
        *rates,
        "--workers",
        str(workers),
    )


def megabytes(root: int) -> float:
    """Memory of a process and its children, what they share counted once."""
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, children.read_text().split())
        except OSError:
            continue
    return total / 1024


def processor(root: int) -> float:
    """Seconds of processor time that a process and its children have taken."""
    ticks, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, children.read_text().split())
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


# -- sessions that type ---------------------------------------------------------------------------


@dataclass
class Tally:
    """What all sessions have seen."""

    delays: list[float] = field(default_factory=list)
    """Seconds from a change to its diagnostics."""
    lost: int = 0
    found: int = 0
    server: float = 0.0
    """Seconds of processor time that the server took while they typed."""
    client: float = 0.0
    """The same for the sessions themselves."""
    memory: list[float] = field(default_factory=list)


def drafts() -> list[str]:
    """What agents type: replies of all trades, good and bad, as the corpus has them."""
    folder = ROOT / "tests" / "corpus"
    rows = [
        line.split("\t")[2]
        for name in ("dev-a.tsv", "dev-b.tsv")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert rows
    return [re.sub(r"\[\[[^|\]]*\|(.*?)\]\]", r"\1", row) for row in rows]


class Typist:
    """One session: types a draft character by character, a few at a time, then begins the next."""

    def __init__(self, port: int, texts: Sequence[str], tally: Tally, seed: int) -> None:
        self._port = port
        self._texts = texts
        self._tally = tally
        self._random = random.Random(seed)
        self._version = 0
        self._sent: dict[int, float] = {}

    async def begin(self) -> None:
        """Connect and introduce oneself."""
        self._socket: ClientConnection = await connect(
            f"ws://127.0.0.1:{self._port}/lsp", compression=None, open_timeout=60
        )
        await self._say("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 1)
        await self._socket.recv()
        await self._say("initialized", {})
        item = {"uri": "draft:1", "languageId": "plaintext", "version": 0, "text": ""}
        await self._say("textDocument/didOpen", {"textDocument": item})

    async def _say(self, method: str, params: object, id: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        await self._socket.send(json.dumps(message if id is None else {**message, "id": id}))

    async def work(self, until: float) -> None:
        """Type until the clock says so, and a moment longer to hear the last answers."""
        hearing = asyncio.ensure_future(self._hear())
        try:
            await asyncio.sleep(self._random.random() * PERIOD)
            await self._type(until)
            deadline = time.perf_counter() + PATIENCE
            while self._sent and time.perf_counter() < deadline:
                await asyncio.sleep(0.02)
        finally:
            hearing.cancel()
            self._tally.lost += len(self._sent)
            await self._socket.close()

    async def _type(self, until: float) -> None:
        text, at = self._random.choice(self._texts), 0
        due = time.perf_counter()
        while time.perf_counter() < until:
            step = self._random.randint(2, 5)
            new = text[at : at + step]
            change = {"range": _range(at, at), "text": new}
            if not new:
                change = {"range": _range(0, at), "text": ""}
                text, at = self._random.choice(self._texts), 0
            at += len(new.encode("utf-16-le")) // 2 if new else 0
            self._version += 1
            self._sent[self._version] = time.perf_counter()
            document = {"uri": "draft:1", "version": self._version}
            await self._say("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            due += PERIOD
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def _hear(self) -> None:
        async for message in self._socket:
            now = time.perf_counter()
            said = json.loads(message)
            if said.get("method") != "textDocument/publishDiagnostics":
                continue
            version = said["params"].get("version")
            self._tally.found += len(said["params"]["diagnostics"])
            # An answer to a change answers those before it too: the server skips what is outdated.
            for older in [v for v in self._sent if version is not None and v <= version]:
                self._tally.delays.append(now - self._sent.pop(older))


def _range(start: int, end: int) -> dict[str, dict[str, int]]:
    return {"start": {"line": 0, "character": start}, "end": {"line": 0, "character": end}}


async def typing(port: int, root: int, sessions: int, seconds: float, tally: Tally) -> None:
    """Let many sessions type for so many seconds."""
    texts = drafts()
    typists = [Typist(port, texts, tally, seed) for seed in range(sessions)]
    for at in range(0, sessions, 20):  # people do not all arrive in the same instant
        await asyncio.gather(*(typist.begin() for typist in typists[at : at + 20]))
    watching = asyncio.ensure_future(_watch(root, tally))
    until = time.perf_counter() + seconds
    server, client = processor(root), time.process_time()
    await asyncio.gather(*(typist.work(until) for typist in typists))
    tally.server, tally.client = processor(root) - server, time.process_time() - client
    watching.cancel()


async def _watch(root: int, tally: Tally) -> None:
    while True:
        tally.memory.append(megabytes(root))
        await asyncio.sleep(5)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all stay below."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else float("inf")


def load(sessions: int, seconds: float, workers: int) -> bool:
    """Measure one load and print it; whether it was borne."""
    tally = Tally()
    with process(*keqi(workers)) as (child, port):
        before = megabytes(child.pid)
        asyncio.run(typing(port, child.pid, sessions, seconds, tally))
    late = percentile(tally.delays, 0.99)
    settled = tally.memory[1:] or tally.memory
    print(
        f"{_mark(late <= LIMIT and not tally.lost)} {sessions} sessions, {workers} process(es), {seconds:.0f} s: "
        f"{len(tally.delays) / seconds:.0f} checks/s, p50 {1000 * percentile(tally.delays, 0.5):.1f} ms, "
        f"p99 {1000 * late:.1f} ms, worst {1000 * max(tally.delays, default=0):.0f} ms, lost {tally.lost}"
    )
    each = 1000 / max(len(tally.delays), 1)
    print(
        f"  processor time a check: {tally.server * each:.2f} ms in the server, {tally.client * each:.2f} ms in the "
        f"client; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )
    grown = settled[-1] - settled[0]
    print(
        f"{_mark(grown <= 0.1 * settled[0])} memory: {before:.0f} MB empty, {settled[0]:.0f} MB at the start, "
        f"{settled[-1]:.0f} MB at the end ({grown:+.0f})"
    )
    return late <= LIMIT and not tally.lost


def _mark(good: bool) -> str:
    return "✓" if good else "✗"


def knee(workers: int, seconds: float) -> None:
    """Raise the number of sessions until answers come late."""
    borne = 0
    for sessions in (100, 200, 300, 400, 500, 600, 800, 1000, 1300):
        if not load(sessions, seconds, workers):
            break
        borne = sessions
    print(
        f"knee: {borne} sessions are borne, {sessions} are not"
        if borne != sessions
        else f"no knee up to {borne}"
    )


# -- batches --------------------------------------------------------------------------------------


def echo() -> object:
    """The same stack with nothing to do: gives back the replies that it gets."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def back(request: Request) -> JSONResponse:
        return JSONResponse({"results": json.loads(await request.body())["replies"]})

    return Starlette(routes=[Route("/v1/check", back, methods=["POST"])])


_ECHO = """
import contextlib, socket, uvicorn
made = socket.socket(proto=socket.IPPROTO_TCP); made.bind(("127.0.0.1", 0)); made.listen(99); print(f"http://127.0.0.1:{made.getsockname()[1]}", flush=True)
config = uvicorn.Config("bench_serve:echo", factory=True, log_config=None, access_log=False)
with contextlib.suppress(KeyboardInterrupt):
    uvicorn.Server(config).run([made])
"""


def throughput(port: int, size: int, seconds: float) -> float:
    """Replies a second in batches of `size`, over one connection."""
    texts = drafts()
    replies = [texts[n % len(texts)] for n in range(size)]
    body = json.dumps({"replies": replies}).encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    rates: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(rates) < 3:
        began = time.perf_counter()
        connection.request("POST", "/v1/check", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        rates.append(size / (time.perf_counter() - began))
    return statistics.median(rates)


def batches(seconds: float) -> None:
    """Compare batches with an endpoint that does nothing."""
    sizes = (1, 100, 1000)
    with process(*keqi(1)) as (_, port):
        ours = [throughput(port, size, seconds) for size in sizes]
    with process(sys.executable, "-c", _ECHO) as (_, port):
        floor = [throughput(port, size, seconds) for size in sizes]
    for size, mine, least in zip(sizes, ours, floor, strict=True):
        print(f"  /v1/check, {size} a batch: {mine:,.0f} replies/s; an echo of the same stack {least:,.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--knee", action="store_true")
    parser.add_argument("--long", action="store_true")
    asked = parser.parse_args()
    print("== team server ==")
    load(asked.sessions, 600 if asked.long else asked.seconds, asked.workers)
    if asked.knee:
        knee(asked.workers, asked.seconds)
    batches(3)


if __name__ == "__main__":
    main()
