"""The team server as an ASGI application: routes, and what happens around every one of them."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from keqi import __version__
from keqi.adapters.lsp import quiet
from keqi.adapters.lsp.quiet import places
from keqi.adapters.orphans import end_with_parent
from keqi.adapters.pool import PolicyError
from keqi.adapters.serve import openapi
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.console import Console
from keqi.adapters.serve.errors import RefusedError, refused
from keqi.adapters.serve.grammar import GrammarApi
from keqi.adapters.serve.guard import App, Guard, Receive, Scope, Send, headers_of, with_headers
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.replies import RepliesApi
from keqi.adapters.serve.service import Service
from keqi.adapters.serve.sessions import Sessions

log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_CANNOT_START = 3
"""Exit status by which uvicorn knows that another try would end alike."""
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_TOLD_EVERY = 1.0
"""Seconds after which a process tells the others its counts."""


def create(config: ServeConfig) -> App:
    """The application for `config`. Raises what reading settings and lexicons raises."""
    return _Outermost(Guard(_with_preflights(Server(config).asgi()), config))


def worker() -> App:
    """The application in a worker process, with the configuration that its parent left."""
    end_with_parent()
    config = ServeConfig.from_environment()
    quiet.install(logging.getLevelNamesMapping()[config.log_level.upper()])
    try:
        return create(config)
    except (ValueError, OSError, PolicyError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(_CANNOT_START) from None


class Server:
    """Everything that one process serves with."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self.metrics = Metrics(config.numbers)
        self.service = Service(config)
        self.sessions = Sessions(self.service, self.metrics, config)
        self.console = Console.read()

    def asgi(self) -> Starlette:
        """The routes, without the guard around them."""
        app = Starlette(routes=list(self._routes()), lifespan=self._lifespan)
        app.add_exception_handler(404, lambda r, _: _refused(RefusedError(404, "missing"), r))
        app.add_exception_handler(405, lambda r, _: _refused(RefusedError(405, "method"), r))
        return app

    def _routes(self) -> Iterator[BaseRoute]:
        replies = RepliesApi(self.service, self.metrics, self.config)
        grammar = GrammarApi(self.service, self.metrics, self.config)
        told: list[tuple[str, str, Endpoint, list[str]]] = [
            ("health", "/healthz", self.health, ["GET"]),
            ("metrics", "/metrics", self.numbers, ["GET"]),
            ("openapi", "/openapi.json", self.description, ["GET"]),
            ("docs", "/docs", self.docs, ["GET"]),
            ("check", "/v1/check", replies.check, ["POST"]),
            ("fix", "/v1/fix", replies.fix, ["POST"]),
            ("rules", "/v1/rules", replies.rules, ["GET"]),
            ("profiles", "/v1/profiles", replies.profiles, ["GET"]),
            ("phrases", "/v1/phrases", replies.phrases, ["GET"]),
            ("languagetool", "/v2/check", grammar.check, ["GET", "POST"]),
            ("languages", "/v2/languages", grammar.languages, ["GET"]),
            ("info", "/v2/info", grammar.info, ["GET"]),
            ("configinfo", "/v2/configinfo", grammar.configinfo, ["GET"]),
            ("healthcheck", "/v2/healthcheck", grammar.healthcheck, ["GET"]),
            ("maxtextlength", "/v2/maxtextlength", grammar.maxtextlength, ["GET"]),
            ("words", "/v2/words", grammar.words, ["GET"]),
        ]
        self._paths = {path for _, path, _, _ in told}
        for name, path, endpoint, methods in told:
            yield Route(path, _guarded(name, endpoint, self.metrics), methods=methods, name=name)
        yield WebSocketRoute("/lsp", self.sessions.serve, name="lsp")
        page = _guarded("console", self.page, self.metrics)
        yield Route("/{path:path}", page, methods=["GET", *_WRITING], name="console")

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        telling = asyncio.create_task(self._tell()) if self.config.numbers else None
        self._listen_for_hangups()
        await self.service.aside(self.service.rules.warm)
        await self.sessions.rehearse()
        _settle()
        yield
        if telling is not None:
            telling.cancel()
        self.service.close()

    async def _tell(self) -> None:
        """Let the other processes know this one's counts, so that any of them can give the sum."""
        while True:
            self.metrics.tell()
            await asyncio.sleep(_TOLD_EVERY)

    def _listen_for_hangups(self) -> None:
        """SIGHUP reloads, except in a terminal, where it means that the window was closed."""
        here = threading.current_thread() is threading.main_thread()
        if not here or not hasattr(signal, "SIGHUP") or (sys.stdin is not None and sys.stdin.isatty()):
            return
        with suppress(NotImplementedError, RuntimeError):
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(self.reload()))

    async def reload(self) -> None:
        """Read settings, lexicons and the console anew; open sessions go on under the new rules."""
        if await self.service.reload():
            self.sessions.recheck()
        self.console = Console.read()

    # -- what is neither replies nor sessions -------------------------------------------------

    async def health(self, request: Request) -> Response:
        """`GET /healthz`."""
        rules = len(self.service.default.rules)
        return JSONResponse({"status": "ok", "version": __version__, "rules": rules})

    async def numbers(self, request: Request) -> Response:
        """`GET /metrics`."""
        return PlainTextResponse(self.metrics.render(), media_type="text/plain; version=0.0.4")

    async def description(self, request: Request) -> Response:
        """`GET /openapi.json`."""
        return JSONResponse(openapi.description(self.service.profiles, self.config))

    async def docs(self, request: Request) -> Response:
        """`GET /docs`."""
        text = openapi.page(self.service.profiles, self.config)
        policy = {"Content-Security-Policy": openapi.PAGE_POLICY}
        return Response(text, media_type="text/html", headers=policy)

    async def page(self, request: Request) -> Response:
        """`GET /` and the console's files; whatever else is asked for is not there."""
        if request.url.path in self._paths:
            raise RefusedError(405, "method")
        if request.method in _WRITING:
            raise RefusedError(404, "missing")
        return self.console.answer(request)


def _settle() -> None:
    """What was made so far lasts; to search it for garbage again and again would stop everybody."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


def _guarded(name: str, endpoint: Endpoint, metrics: Metrics) -> Endpoint:
    """An endpoint that is counted, and whose failure is an answer, not a trace with a draft in it."""

    async def answer(request: Request) -> Response:
        began = time.perf_counter()
        try:
            response = await endpoint(request)
        except RefusedError as refusal:
            response = _refused(refusal, request)
        except Exception as error:
            log.error("request failed: %s %s", name, places(error))
            response = _refused(RefusedError(500, "crash"), request)
        metrics.request(name, response.status_code, time.perf_counter() - began)
        return response

    return answer


def _refused(refusal: RefusedError, request: Request) -> Response:
    return refused(refusal, request.url.path, request.headers)


_SLASHES = re.compile(r"/{2,}")
_TWICE = re.compile(r"^/v2(?:/v2)+(?=/)")


@dataclass(frozen=True, slots=True)
class _Outermost:
    """What every answer has: a few headers, and leave for pages that may read it; one slash for two."""

    guard: Guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the guard."""
        if scope["type"] == "lifespan":
            await self.guard(scope, receive, send)
            return
        # Clients put their own slash, or all of /v2, behind the address that they were given.
        path = _TWICE.sub("/v2", _SLASHES.sub("/", scope["path"]))
        scope = {**scope, "path": path}
        headers = headers_of(scope)
        said = {**_HEADERS, **(_cors(headers) if self.guard.welcomes(headers) else {})}
        await self.guard(scope, receive, with_headers(send, said.items()))


def _with_preflights(app: Starlette) -> App:
    """`app`, with browsers' questions answered whether a page may call it: the guard has let them pass."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        is_question = scope["type"] == "http" and scope["method"] == "OPTIONS"
        await (Response(status_code=204) if is_question else app)(scope, receive, send)

    return answered


def _cors(headers: dict[str, str]) -> dict[str, str]:
    """Leave for the page at the origin to read the answer."""
    origin = headers["origin"]
    asked = headers.get("access-control-request-headers", "content-type")
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": asked,
        "Access-Control-Allow-Private-Network": "true",
        "Vary": "Origin",
    }
