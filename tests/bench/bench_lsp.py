"""What typing costs with `keqi lsp` on standard input and output, against a bare pygls server.

Run by `make bench`; no part of the suite. Limits:
    a keystroke in a draft of 500 characters    median at most 1.5 times the bare server's, and 2 ms
                                                99 in 100 at most 2.5 times the bare server's
    a keystroke in a library of 1 MB            95 in 100 at most 50 ms
    from the start to `initialize` answered     at most 1.2 times the bare server's
    100 documents open                          at most 150 MB
The two servers take turns, so that both meet the same noise. A keystroke ends when the diagnostics
for exactly its version have arrived and been read.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KEQI = (sys.executable, "-m", "keqi", "lsp")
BARE = (sys.executable, str(Path(__file__).with_name("bare_server.py")))
KEYSTROKES, ROUNDS = 300, 5
LIBRARY_KEYSTROKES = 150
STARTS = 9
DOCUMENTS = 100
TYPED = ("我", "不知道", "好", "您", "，", "😀")

SENTENCES = (
    "您好，您的订单{n}已经发出，请您留意短信，感谢您的耐心等待。",
    "亲，这款书桌附有安装图{n}，您也可以在商品页观看安装视频。",
    "不好意思让您久等了，{n}号商品的库存正在为您核实，请您稍等。",
    "关于您反馈的第{n}号问题，我们已经记录并转交专人跟进，有结果会第一时间联系您。",
)
RUDE = "这个不行，自己看说明。"


def draft() -> str:
    """500 characters in lines, with four things to object to."""
    text = "\n".join(SENTENCES[n % 4].format(n=n) + (RUDE if n % 6 == 0 else "") for n in range(30))
    return text[:500]


def replies(count: int) -> list[str]:
    """Replies of which every fiftieth is rude."""
    return [SENTENCES[n % 4].format(n=n) + (RUDE if n % 50 == 0 else "") for n in range(count)]


def libraries() -> dict[str, str]:
    """10,000 replies, a megabyte, in the formats that libraries have, by file name."""
    all_ = replies(10_000)
    return {
        "library.txt": "\n\n".join(all_),
        "library.csv": "编号,回复内容\n" + "".join(f"{n},{reply}\n" for n, reply in enumerate(all_)),
        "library.json": json.dumps(
            [{"id": n, "reply": reply} for n, reply in enumerate(all_)], ensure_ascii=False, indent=1
        ),
        "library.md": "# 话术\n\n" + "".join(f"- {reply}\n" for reply in all_),
    }


class Client:
    """A client that counts UTF-16 units and waits for every answer."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._texts: dict[str, list[str]] = {}
        self._versions: dict[str, int] = {}

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while (line := stream.readline()) != b"\r\n":
            if not line:
                raise EOFError("the server has gone")
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(stream.read(length))
        return message

    def initialize(self) -> None:
        self.send(
            {
                "id": 1,
                "method": "initialize",
                "params": {"processId": None, "rootUri": None, "capabilities": {}},
            }
        )
        while self.receive().get("id") != 1:
            pass
        self.send({"method": "initialized", "params": {}})

    def open(self, uri: str, text: str) -> None:
        self._texts[uri], self._versions[uri] = text.split("\n"), 0
        document = {"uri": uri, "languageId": "plaintext", "version": 0, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        self.shown(uri, 0)

    def shown(self, uri: str, version: int) -> int:
        """How many diagnostics there are, once they have come for this version."""
        while True:
            message = self.receive()
            params = message.get("params", {})
            shown = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri
            if shown and params.get("version", version) == version:
                return len(params["diagnostics"])

    def type(self, uri: str, line: int, column: int, end: int, text: str) -> float:
        """Milliseconds from sending an edit within a line to its diagnostics; columns in code points."""
        old = self._texts[uri][line]
        self._texts[uri][line] = old[:column] + text + old[end:]
        version = self._versions[uri] = self._versions[uri] + 1
        units = [len(old[:at].encode("utf-16-le")) // 2 for at in (column, end)]
        places = [{"line": line, "character": unit} for unit in units]
        change = {"range": {"start": places[0], "end": places[1]}, "text": text}
        document = {"uri": uri, "version": version}
        message = {
            "method": "textDocument/didChange",
            "params": {"textDocument": document, "contentChanges": [change]},
        }
        start = time.perf_counter()
        self.send(message)
        self.shown(uri, version)
        return (time.perf_counter() - start) * 1000

    def line(self, uri: str, number: int) -> str:
        return self._texts[uri][number]

    def count(self, uri: str) -> int:
        return len(self._texts[uri])

    def megabytes(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            return 0.0
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Client]:
    client = Client(command)
    try:
        client.initialize()
        yield client
    finally:
        client.close()


def keystrokes(
    client: Client, uri: str, chance: random.Random, times: int, lines: Callable[[], int], behind: str = ""
) -> list[float]:
    """Milliseconds of each: something is typed in one place, then what was typed before it is taken out.

    Both happen behind the first `behind` of a line, or at its start.
    So the text keeps its length, but none comes twice: what is known of an older one is of no use.
    """
    took: list[float] = []
    before: tuple[int, int, int, str] | None = None
    for _ in range(times // 2):
        number, typed = lines(), chance.choice(TYPED)
        while before is not None and number == before[0]:
            number = lines()
        column = client.line(uri, number).index(behind) + len(behind)
        took.append(client.type(uri, number, column, column, typed))
        if before is not None:
            took.append(client.type(uri, *before))
        before = (number, column, column + len(typed), "")
    if before is not None:
        took.append(client.type(uri, *before))
    return took


def at(values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def said(good: bool) -> str:
    return "✓" if good else "✗"


def drafts() -> None:
    """Typing in a short draft, both servers in turns."""
    chance, uri, took = random.Random(1), "untitled:draft", {"keqi": [], "bare": []}
    with serving(KEQI) as keqi, serving(BARE) as bare:
        clients = {"keqi": keqi, "bare": bare}
        for client in clients.values():
            client.open(uri, draft())
            keystrokes(client, uri, chance, 40, lambda client=client: chance.randrange(client.count(uri)))
        for _ in range(ROUNDS):
            for name, client in clients.items():
                lines = lambda client=client: chance.randrange(client.count(uri))  # noqa: E731
                took[name] += keystrokes(client, uri, chance, KEYSTROKES, lines)
    for title, part, limit in (("median", 0.5, 1.5), ("p99", 0.99, 2.5)):
        ours, theirs = at(took["keqi"], part), at(took["bare"], part)
        ratio = ours / theirs
        absolute = f", at most 2 ms {said(ours <= 2)}" if title == "median" else ""
        print(
            f"  draft, {title:<7} keqi {ours:6.2f} ms   bare {theirs:6.2f} ms   "
            f"{ratio:5.2f}×, at most {limit}× {said(ratio <= limit)}{absolute}"
        )


def library(name: str, text: str) -> None:
    """Typing all over a large library; the first check of all of it is not counted."""
    chance, uri = random.Random(2), f"file:///{name}"
    with serving(KEQI) as client:
        began = time.perf_counter()
        client.open(uri, text)
        opened = time.perf_counter() - began
        filled = [n for n in range(client.count(uri)) if "您" in client.line(uri, n)]
        took = keystrokes(client, uri, chance, LIBRARY_KEYSTROKES, lambda: chance.choice(filled), "您")
    p95 = at(took, 0.95)
    print(
        f"  {name:<13} {len(text.encode()) / 1e6:.1f} MB  median {statistics.median(took):6.1f} ms  "
        f"p95 {p95:6.1f} ms, at most 50 ms {said(p95 <= 50)}   (opened and checked in {opened:.1f} s)"
    )


def starts() -> None:
    """From the start of the process to the answer to `initialize`."""
    took: dict[str, list[float]] = {"keqi": [], "bare": []}
    for _ in range(STARTS + 1):
        for name, command in (("keqi", KEQI), ("bare", BARE)):
            began = time.perf_counter()
            with serving(command):
                took[name].append(time.perf_counter() - began)
    ours, theirs = (statistics.median(took[name][1:]) for name in ("keqi", "bare"))
    print(
        f"  start           keqi {ours * 1000:6.0f} ms   bare {theirs * 1000:6.0f} ms   "
        f"{ours / theirs:5.2f}×, at most 1.2× {said(ours / theirs <= 1.2)}"
    )


def memory() -> None:
    """Many documents open at once."""
    with serving(KEQI) as client:
        for number in range(DOCUMENTS):
            client.open(f"untitled:{number}", "\n\n".join(replies(20)) + str(number))
        megabytes = client.megabytes()
    if megabytes:
        print(f"  {DOCUMENTS} documents   {megabytes:.0f} MB, at most 150 MB {said(megabytes <= 150)}")


def main() -> None:
    """Print the table; arguments name the parts to measure."""
    wanted = sys.argv[1:] or ["drafts", "libraries", "starts", "memory"]
    print("language server on standard input and output")
    if "drafts" in wanted:
        drafts()
    if "libraries" in wanted:
        for name, text in libraries().items():
            library(name, text)
    if "starts" in wanted:
        starts()
    if "memory" in wanted:
        memory()


if __name__ == "__main__":
    main()
