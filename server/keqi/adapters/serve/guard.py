"""Who may call the server, how often, and how much it may send. Plain ASGI, around everything.

A page of somebody else's must not use the server of whoever opens it: its origin is checked (also
for WebSockets, which browsers let cross sites), and the name by which the server is called, so
that no foreign name can be pointed at it (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Any

from keqi.adapters.serve.config import EXTENSIONS, LOOPBACK, ServeConfig
from keqi.adapters.serve.errors import RefusedError, refused

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GUARDED = ("/v1/", "/lsp", "/metrics")
"""Where the token is asked for here. LanguageTool's protocol asks for it in its own way; pages and
whether the server is up are no secret."""
TOKEN_PROTOCOL = "keqi.token."
"""Begins a WebSocket's subprotocol that carries the token: pages cannot set a header."""
_REMEMBERED = 10_000
"""Addresses whose rate is kept."""


@dataclass(slots=True)
class Bucket:
    """How many requests somebody may still make: it fills with time, up to a burst."""

    left: float
    at: float

    def take(self, now: float, rate: float, burst: float, cost: float = 1.0) -> float:
        """0 when one more is allowed now, and taken; else after how many seconds it will be."""
        self.left = min(self.left + (now - self.at) * rate, burst)
        self.at = now
        if self.left < cost:
            return (cost - self.left) / rate
        self.left -= cost
        return 0.0


@dataclass(slots=True)
class Guard:
    """Lets through to `app` what may pass."""

    app: App
    config: ServeConfig
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(refusal, scope, receive, send)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self._limited(scope, receive, send)

    def _refusal(self, scope: Scope) -> RefusedError | None:
        headers = headers_of(scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._knows_host(host):
            return RefusedError(403, "host")
        if origin is not None and not self._knows_origin(origin, host):
            return RefusedError(403, "origin")
        # Before the token, so that nobody can try many of them.
        if not self._may_go_on(scope):
            return RefusedError(429, "rate")
        preflight = scope.get("method") == "OPTIONS"
        if not preflight and scope["path"].startswith(GUARDED) and not has_token(self.config.token, headers):
            return RefusedError(401, "token")
        return None

    def welcomes(self, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from a page that may read the answer."""
        host, origin = headers.get("host", ""), headers.get("origin")
        return origin is not None and self._knows_host(host) and self._knows_origin(origin, host)

    def _knows_host(self, host: str) -> bool:
        head, _, port = host.rpartition(":")
        name = (head if port.isdecimal() and not head.endswith(":") else host).lower()
        # A page can be given any name, but not an address: those cannot be pointed elsewhere.
        known = name in (*LOOPBACK, self.config.host.lower()) or _is_address(name)
        return known or any(fnmatchcase(name, pattern.lower()) for pattern in self.config.hosts)

    def _knows_origin(self, origin: str, host: str) -> bool:
        own = origin in (f"http://{host}", f"https://{host}")
        return own or any(fnmatchcase(origin, pattern) for pattern in (*EXTENSIONS, *self.config.origins))

    def _may_go_on(self, scope: Scope) -> bool:
        if not self.config.rate:
            return True
        address = (scope.get("client") or ("", 0))[0]
        now = self.clock()
        bucket = self._buckets.pop(address, None) or Bucket(self.config.burst, now)
        self._buckets[address] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return not bucket.take(now, self.config.rate, self.config.burst)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, as much as may come and as long as it may take, then answer."""
        try:
            async with asyncio.timeout(self.config.body_seconds):
                body = await _body(scope, receive, self.config.max_body)
        except TimeoutError:
            await refuse(RefusedError(408, "slow"), scope, receive, send)
            return
        except _GoneError:
            return
        if body is None:
            await refuse(RefusedError(413, "large", limit=self.config.max_body), scope, receive, send)
            return
        await self.app(scope, _once(body, receive), send)


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by their names in lower case; of several alike the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def has_token(token: str, headers: Mapping[str, str], *others: str) -> bool:
    """Whether a request shows `token`: in a header, as a subprotocol, or among the `others`."""
    if not token:
        return True
    scheme, _, value = headers.get("authorization", "").partition(" ")
    shown = [value.strip()] if scheme.lower() == "bearer" else []
    for name in subprotocols(headers):
        shown += [name.removeprefix(TOKEN_PROTOCOL)] if name.startswith(TOKEN_PROTOCOL) else []
    return any(hmac.compare_digest(one.encode(), token.encode()) for one in (*shown, *others))


def subprotocols(headers: Mapping[str, str]) -> list[str]:
    """The subprotocols that a WebSocket's client offers."""
    names = (name.strip() for name in headers.get("sec-websocket-protocol", "").split(","))
    return [name for name in names if name]


def _is_address(name: str) -> bool:
    bracketed = name.startswith("[") and name.endswith("]")
    try:
        ip_address(name[1:-1] if bracketed else name)
    except ValueError:
        return False
    return True


class _GoneError(Exception):
    """The client went away before its request was complete."""


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when it is longer than `limit`, at once when it says so itself."""
    if int(headers_of(scope).get("content-length", 0)) > limit:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _once(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body that was read already, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def refuse(refusal: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    """Tell a client that its request is not answered, and why; a WebSocket is not opened then."""
    response = refused(refusal, scope["path"], headers_of(scope))
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.kind})
        return
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})


def with_headers(send: Send, headers: Iterable[tuple[str, str]]) -> Send:
    """A send that adds `headers` to an answer, where the answer does not say them itself."""
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]

    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            said = {name.lower() for name, _ in message.get("headers", [])}
            added = [(name, value) for name, value in raw if name not in said]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending
