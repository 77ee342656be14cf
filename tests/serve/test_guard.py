"""Who gets in: names, origins, tokens, rates; and clients that dawdle."""

from __future__ import annotations

import asyncio
import json
import os
import select
import socket
import struct
import time

import httpx
import pytest
from serving import TIMEOUT, Server, codes, limited, serving, talking
from websockets.exceptions import InvalidStatus

from keqi.adapters.serve.guard import Bucket

RUDE = "改地址不行"

HOSTS = {
    "localhost:1": 200,
    "127.0.0.1": 200,
    "[::1]:8765": 200,
    "LOCALHOST": 200,
    "192.168.1.7:8765": 200,
    "evil.example": 403,
    "localhost.evil.example": 403,
    "127.0.0.1.evil.example": 403,
    "evil.example:127": 403,
    "": 403,
    "[::1": 403,
}


@pytest.mark.parametrize(("host", "status"), HOSTS.items(), ids=HOSTS)
def test_no_foreign_name_can_be_pointed_here(client: httpx.Client, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


ORIGINS = {
    "https://evil.example": 403,
    "null": 403,
    "http://localhost": 403,
    "http://127.0.0.1:1": 403,
    "chrome-extension://abcdef": 200,
    "moz-extension://0-1-2": 200,
    "https://chrome-extension.evil.example": 403,
}


@pytest.mark.parametrize(("origin", "status"), ORIGINS.items(), ids=ORIGINS)
async def test_no_foreign_page_gets_in(server: Server, origin: str, status: int) -> None:
    url, headers = f"{server.url}/v1/check", {"Origin": origin}
    answer = httpx.post(url, json={"replies": []}, headers=headers)
    # A browser asks no leave for what a form could have sent.
    formlike = httpx.post(url, content='{"replies": []}', headers={**headers, "Content-Type": "text/plain"})
    leave = httpx.options(url, headers={**headers, "Access-Control-Request-Method": "POST"})
    assert [answer.status_code, formlike.status_code] == [status, status]
    assert leave.status_code == (204 if status == 200 else 403)
    for said in (answer, formlike, leave):
        assert said.headers.get("access-control-allow-origin") == (origin if status == 200 else None)
    if status == 403:
        with pytest.raises(InvalidStatus) as refused:
            async with talking(server, origin=origin):
                pass
        assert refused.value.response.status_code == 403
        assert "--allow-origin" in refused.value.response.body.decode()
    else:
        async with talking(server, origin=origin) as talker:
            await talker.introduce()


def test_the_servers_own_page_gets_in(client: httpx.Client) -> None:
    own = str(client.base_url).rstrip("/")
    assert client.post("/v1/check", json={"replies": []}, headers={"Origin": own}).status_code == 200


def test_others_can_be_let_in() -> None:
    with serving("--allow-host", "*.team.example", "--allow-origin", "https://crm.example.com") as server:
        named = {"Host": "keqi.team.example"}
        assert httpx.get(f"{server.url}/healthz", headers=named).status_code == 200
        page = {**named, "Origin": "https://crm.example.com"}
        assert httpx.get(f"{server.url}/healthz", headers=page).status_code == 200
        assert httpx.get(f"{server.url}/healthz", headers={"Host": "team.example"}).status_code == 403


async def test_the_token() -> None:
    with serving(KEQI_TOKEN="correct-horse") as server:
        for path in ("/v1/rules", "/v1/profiles", "/metrics"):
            url = f"{server.url}{path}"
            for header in (
                "",
                "Bearer",
                "Bearer wrong-horse",
                "correct-horse",
                "Basic correct-horse",
                "Bearer \xff",
            ):
                shown = {"Authorization": header.encode("latin-1")} if header else {}
                refused = httpx.get(url, headers=shown)
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"] == "Bearer"
            assert httpx.get(url, headers={"Authorization": "bearer correct-horse"}).status_code == 200
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        assert httpx.get(f"{server.url}/").status_code == 200
        for offered in (None, ["keqi", "keqi.token.wrong-horse"]):
            with pytest.raises(InvalidStatus) as closed:
                async with talking(server, subprotocols=offered):
                    pass
            assert closed.value.response.status_code == 401
        async with talking(server, subprotocols=["keqi", "keqi.token.correct-horse"]) as talker:
            assert talker.socket.subprotocol == "keqi"
            await talker.introduce()
            assert codes(await talker.open(RUDE)) == ["refusal.bare"]
        assert "horse" not in server.logged


SPELLINGS = [
    "/v1/rules",
    "//v1/rules",
    "/v1//rules",
    "/%76%31/rules",
    "/v1/./rules",
    "/x/../v1/rules",
    "/v1/rules/",
]
SPELLINGS += ["/V1/rules", "/v1%2frules", "http://localhost/v1/rules", "/metrics", "/metrics/", "/./metrics"]


def test_no_spelling_of_an_address_goes_round_the_token() -> None:
    with serving(KEQI_TOKEN="correct-horse") as server:
        for method in ("GET", "HEAD", "POST"):
            for spelling in SPELLINGS:
                head = f"{method} {spelling} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n"
                said = reply(server, f"{head}\r\n".encode())
                assert said.split()[1] in (b"401", b"404"), (method, spelling)


def test_who_asks_too_often_waits() -> None:
    with limited(rate=0.001, burst=3) as server:
        statuses = [httpx.get(f"{server.url}/v1/profiles").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        guessed = httpx.get(f"{server.url}/v1/profiles", headers={"Authorization": "Bearer x"})
        assert guessed.status_code == 429
        assert guessed.headers["retry-after"]


def asking_as(server: Server, *clients: str) -> list[int]:
    """How a server answers one request each that is said to come from these."""
    url = f"{server.url}/v1/profiles"
    return [httpx.get(url, headers={"X-Forwarded-For": client}).status_code for client in clients]


def test_nobody_is_believed_about_whose_request_it_is() -> None:
    with limited(rate=0.001, burst=2) as server:
        assert asking_as(server, "192.0.2.1", "192.0.2.2", "192.0.2.3") == [200, 200, 429]


def test_a_trusted_proxy_is_believed_about_who_called_it_and_no_further() -> None:
    with limited(rate=0.001, burst=1, proxies=["127.0.0.0/8"]) as server:
        assert asking_as(server, "192.0.2.1", "192.0.2.2", "192.0.2.1") == [200, 200, 429]
        # What stands further left a client may have written itself.
        assert asking_as(server, "198.51.100.1, 192.0.2.2", "192.0.2.3, 127.0.0.9") == [429, 200]


def test_a_bucket_fills_with_time() -> None:
    bucket = Bucket(2, 0.0)
    assert [bucket.take(0.0, 10, 2) for _ in range(3)] == [0, 0, pytest.approx(0.1)]
    assert bucket.take(0.1, 10, 2) == 0
    assert bucket.take(100.0, 10, 2, cost=2) == 0
    assert bucket.take(100.0, 10, 2) > 0


# -- clients that dawdle --------------------------------------------------------------------------


def reply(server: Server, *parts: bytes) -> bytes:
    """What a client is told that sends this and then waits."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT) as raw:
        for part in parts:
            raw.sendall(part)
        said = b""
        while more := raw.recv(65536):
            said += more
        return said


HEAD = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
SLOW = {
    "says nothing": (),
    "half a line": (b"GET /hea",),
    "half a head": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ",),
    "a second head": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHo"),
    "half a body": (HEAD + b"Content-Length: 100\r\n\r\n" + b'{"replies"',),
    "half a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",),
}


@pytest.mark.parametrize("parts", SLOW.values(), ids=SLOW)
def test_a_slow_client_is_given_up(impatient: Server, parts: tuple[bytes, ...]) -> None:
    assert b"408 Request Timeout" in reply(impatient, *parts)


TRICKLING = {
    "a head": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ",
    "a body": HEAD + b"Content-Length: 100000\r\n\r\n",
}


@pytest.mark.parametrize("start", TRICKLING.values(), ids=TRICKLING)
def test_a_client_that_trickles_is_given_up(impatient: Server, start: bytes) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=TIMEOUT) as raw:
        raw.sendall(start)
        while not select.select([raw], [], [], 0.02)[0]:
            raw.sendall(b"a")
        assert b"408 Request Timeout" in raw.recv(65536)


def test_what_says_itself_that_it_is_too_large_is_not_waited_for(server: Server) -> None:
    said = reply(server, HEAD + b"Content-Length: 99999999999\r\n\r\n{")
    assert said.startswith(b"HTTP/1.1 413")
    assert b'"large"' in said


def reading_nothing(server: Server, *parts: bytes) -> socket.socket:
    """A client that sends this and reads no more than its first answer, if it upgrades by that."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(TIMEOUT)
    raw.connect(("127.0.0.1", server.port))
    for part in parts:
        raw.sendall(part)
    return raw


def wait_until_given_up(raw: socket.socket) -> None:
    """Wait until a connection is broken off, without reading from it."""
    broken = select.poll()
    broken.register(raw, 0)
    assert broken.poll(TIMEOUT * 1000)


def test_who_does_not_read_answers_is_given_up() -> None:
    request = b"GET /app.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with limited(send_seconds=0.3) as server, reading_nothing(server, request * 50) as raw:
        wait_until_given_up(raw)
        assert "ERROR" not in server.logged


async def test_a_session_whose_client_does_not_read_is_given_up() -> None:
    with limited(send_seconds=0.3) as server, reading_nothing(server) as raw:
        upgrade(raw, server)
        item = {"uri": "draft:1", "languageId": "plaintext", "version": 1, "text": "不行。" * 600}
        say(raw, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        say(raw, "initialized", {})
        say(raw, "textDocument/didOpen", {"textDocument": item})
        hear(raw, b"publishDiagnostics")
        for _ in range(60):
            say(raw, "textDocument/diagnostic", {"textDocument": {"uri": "draft:1"}})
        async with talking(server) as talker:
            await talker.introduce()
            assert codes(await talker.open(RUDE)) == ["refusal.bare"]
            wait_until_given_up(raw)
            async with asyncio.timeout(TIMEOUT):
                while "keqi_sessions_open 1\n" not in httpx.get(f"{server.url}/metrics").text:
                    await asyncio.sleep(0)


def test_pongs_do_not_pile_up_for_who_does_not_read(server: Server) -> None:
    ping = frame(9, b"x" * 125)
    flood = 16 << 20
    with reading_nothing(server) as raw:
        upgrade(raw, server)
        for _ in range(flood // len(ping) // 1000):
            raw.sendall(ping * 1000)
        say(raw, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert hear(raw, b'"serverInfo"') < flood // 2, "no more than what the system itself keeps"


def hear(raw: socket.socket, wanted: bytes) -> int:
    """Read until something is said; how many bytes that took."""
    heard, last = 0, b""
    while wanted not in last:
        more = raw.recv(1 << 20)
        assert more
        heard, last = heard + len(more), (last + more)[-10_000:]
    return heard


def upgrade(raw: socket.socket, server: Server) -> None:
    """Make a connection a WebSocket by hand."""
    raw.sendall(
        f"GET /lsp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert raw.recv(1000).startswith(b"HTTP/1.1 101")


def frame(kind: int, payload: bytes) -> bytes:
    """A WebSocket's frame as clients send it, with a mask that changes nothing."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | kind]) + size + bytes(4) + payload


def say(raw: socket.socket, method: str, params: object) -> None:
    message = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
    if method.endswith(("initialized", "didOpen")):
        del message["id"]
    raw.sendall(frame(1, json.dumps(message).encode()))


def test_a_slow_client_delays_nobody(impatient: Server) -> None:
    slow = [socket.create_connection(("127.0.0.1", impatient.port)) for _ in range(50)]
    for raw in slow:
        raw.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    assert httpx.post(f"{impatient.url}/v1/check", json={"replies": [RUDE]}).status_code == 200
    for raw in slow:
        raw.close()


@pytest.fixture(scope="module")
def impatient():
    with limited(head_seconds=0.3, body_seconds=0.3) as server:
        yield server


MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00",
    "no version": b"GET /\r\n\r\n",
    "an endless head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 30_000,
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_request(server: Server, raw: bytes) -> None:
    assert reply(server, raw).startswith(b"HTTP/1.1 400")


async def test_clients_that_vanish_disturb_nobody(server: Server) -> None:
    async with talking(server) as talker:
        await talker.introduce()
        for _ in range(20):
            raw = socket.create_connection(("127.0.0.1", server.port))
            raw.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + RUDE.encode())
            raw.close()
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]


async def test_clients_that_vanish_before_their_answer_disturb_nobody() -> None:
    """In mid-check, while the answer is on its way, and with what they were sent unread."""
    batch = json.dumps({"replies": [RUDE * 20] * 200}).encode()
    request = HEAD + b"Content-Length: %d\r\n\r\n" % len(batch) + batch
    with serving() as server:
        async with talking(server) as talker:
            await talker.introduce()
            await talker.open("")
            for version in range(2, 12):
                with reading_nothing(server, request) as raw:
                    if version % 2:
                        select.select([raw], [], [], TIMEOUT)  # the answer has begun
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                assert codes(await talker.change(RUDE, version)) == ["refusal.bare"]
        assert server.stop() in (0, -15)
        assert "ERROR" not in server.logged
        assert "Traceback" not in server.logged


async def test_sessions_go_on_while_a_large_batch_is_checked(server: Server) -> None:
    async with talking(server) as talker, httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT) as other:
        await talker.introduce()
        await talker.open("")
        batch = asyncio.ensure_future(other.post("/v1/check", json={"replies": ["请问还有什么" * 30] * 2000}))
        for version in range(2, 8):
            assert codes(await talker.change(RUDE, version)) == ["refusal.bare"]
        assert not batch.done() or (await batch).status_code in (200, 503)
        await batch


# -- the command ----------------------------------------------------------------------------------


def test_the_address_is_said_and_the_end_is_in_order() -> None:
    with serving() as server:
        assert f"http://127.0.0.1:{server.port}" in server.said
        assert server.stop() in (0, -15)
        assert server.logged.count("Traceback") == 0


async def test_the_end_is_told_to_sessions() -> None:
    with serving() as server:
        async with talking(server) as talker:
            await talker.introduce()
            server.process.terminate()
            assert await talker.closed() == 1012
            assert server.process.wait(TIMEOUT) in (0, -15)


def test_an_open_door_is_pointed_out() -> None:
    with serving("--host", "0.0.0.0") as server:
        assert "KEQI_TOKEN" in server.logged
    with serving("--host", "0.0.0.0", KEQI_TOKEN="correct-horse") as server:
        assert "KEQI_TOKEN" not in server.logged
    with serving() as server:
        assert "KEQI_TOKEN" not in server.logged


async def test_several_processes_share_the_work_and_add_up_their_numbers() -> None:
    with serving("--workers", "2") as server:
        for _ in range(20):
            with httpx.Client(base_url=server.url, timeout=TIMEOUT) as client:
                assert client.post("/v1/check", json={"replies": [RUDE]}).status_code == 200
        until = time.monotonic() + TIMEOUT
        while True:
            with httpx.Client(base_url=server.url, timeout=TIMEOUT) as client:
                if "keqi_replies_total 20\n" in client.get("/metrics").text:
                    break
            assert time.monotonic() < until
        async with talking(server) as talker:
            await talker.introduce()
            assert codes(await talker.open(RUDE)) == ["refusal.bare"]
        assert server.stop() in (0, -15)


BAD = {
    "a port that is none": (["--port", "99999"], {}, "99999"),
    "a port that is taken": (["--port", "{port}"], {}, "--port"),
    "an unknown profile": (["--profile", "hotell"], {}, "hotel"),
    "a lexicon that is not there": (["--lexicon", "nowhere"], {}, "nowhere"),
    "a proxy that is no address": (["--trust-proxy", "nginx"], {}, "nginx"),
    "a short token": ([], {"KEQI_TOKEN": "short"}, "8"),
    "a token with odd characters": (["--token", "密码密码密码密码"], {}, "8"),
}


@pytest.mark.parametrize(("options", "environment", "said"), BAD.values(), ids=BAD)
def test_what_keeps_it_from_starting(
    server: Server, options: list[str], environment: dict[str, str], said: str
) -> None:
    import subprocess

    from serving import KEQI

    options = [option.format(port=server.port) for option in options]
    done = subprocess.run(
        [KEQI, "serve", *(options if "--port" in options else ["--port", "0", *options])],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_packages_are_named_with_the_remedy(tmp_path) -> None:
    import subprocess
    import sys

    code = "import sys; sys.modules['uvicorn'] = None; from keqi.adapters.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 2
    assert "keqi[serve]" in done.stderr


def test_no_worker_goes_on_serving_when_its_parent_was_killed() -> None:
    with serving("--workers", "2") as server:
        assert httpx.get(f"{server.url}/healthz", timeout=TIMEOUT).status_code == 200
        server.process.kill()
        server.process.communicate(timeout=TIMEOUT)  # workers hold the pipe open as long as they live
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.url}/healthz", timeout=2)
