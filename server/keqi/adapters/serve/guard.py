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
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from keqi.adapters.serve.config import LOOPBACK, ServeConfig
from keqi.adapters.serve.errors import RefusedError, refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = ("/healthz",)
"""Paths that are answered without a token: whether the server is up is no secret."""
_POLICY_VIOLATION = 1008
_PREFIX = "keqi.token."
"""A WebSocket's subprotocol that carries the token: pages cannot set a header."""
_REMEMBERED = 10_000
"""Addresses whose rate is kept."""


@dataclass(slots=True)
class Bucket:
    """How many requests an address may still make: it fills with time, up to a burst."""

    left: float
    at: float

    def take(self, now: float, rate: float, burst: int) -> bool:
        """Whether one more is allowed now."""
        self.left = min(self.left + (now - self.at) * rate, burst)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


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
            await _refuse(refusal, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self._limited(scope, receive, send)

    def _refusal(self, scope: Scope) -> RefusedError | None:
        headers = _headers(scope)
        if not self._knows_host(headers.get("host", "")):
            return RefusedError(403, "host")
        origin = headers.get("origin")
        preflight = scope.get("method") == "OPTIONS"
        if origin is not None and not self._knows_origin(origin, headers.get("host", "")):
            return RefusedError(403, "origin")
        if not preflight and scope["path"] not in OPEN and not self._has_token(scope, headers):
            return RefusedError(401, "token")
        if not self._may_go_on(scope):
            return RefusedError(429, "rate")
        return None

    def _knows_host(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        known = (*LOOPBACK, self.config.host, *self.config.hosts)
        return name.lower() in known or any(fnmatchcase(name.lower(), h) for h in self.config.hosts)

    def _knows_origin(self, origin: str, host: str) -> bool:
        own = origin in (f"http://{host}", f"https://{host}")
        return own or any(fnmatchcase(origin, pattern) for pattern in self.config.origins)

    def _has_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        if not self.config.token:
            return True
        shown = [headers.get("authorization", "").removeprefix("Bearer ")]
        for name in headers.get("sec-websocket-protocol", "").split(","):
            shown.append(name.strip().removeprefix(_PREFIX))
        expected = self.config.token.encode()
        return any(hmac.compare_digest(token.encode(), expected) for token in shown)

    def _may_go_on(self, scope: Scope) -> bool:
        if not self.config.rate:
            return True
        address = (scope.get("client") or ("", 0))[0]
        now = self.clock()
        bucket = self._buckets.pop(address, None) or Bucket(self.config.burst, now)
        self._buckets[address] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket.take(now, self.config.rate, self.config.burst)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, as much as may come and as long as it may take, then answer."""
        try:
            async with asyncio.timeout(self.config.body_seconds):
                body = await _body(receive, self.config.max_body)
        except TimeoutError:
            await _refuse(RefusedError(408, "slow"), scope, receive, send)
            return
        except _GoneError:
            return
        if body is None:
            await _refuse(RefusedError(413, "large", limit=self.config.max_body), scope, receive, send)
            return
        await self.app(scope, _once(body, receive), send)


class _GoneError(Exception):
    """The client went away before its request was complete."""


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when it is longer than `limit`."""
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

    async def again() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(refusal: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.kind})
        return
    await refused(refusal, scope["path"], _headers(scope))(scope, receive, send)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
