"""The team server as an ASGI application: routes, and what happens around every one of them."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from keqi import __version__
from keqi.adapters.lsp.quiet import places
from keqi.adapters.serve import openapi
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.errors import RefusedError, refused
from keqi.adapters.serve.grammar import GrammarApi
from keqi.adapters.serve.guard import App, Guard, Receive, Scope, Send
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.replies import RepliesApi
from keqi.adapters.serve.service import Service

log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create(config: ServeConfig | None = None) -> App:
    """The application for `config`, or in a worker process for the one its parent left."""
    chosen = config or ServeConfig.from_environment()
    service, metrics = Service(chosen), Metrics()
    replies, grammar = RepliesApi(service, metrics, chosen), GrammarApi(service, metrics, chosen)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__, "rules": len(service.default.rules)})

    async def numbers(request: Request) -> Response:
        return PlainTextResponse(metrics.render(), media_type="text/plain; version=0.0.4")

    async def description(request: Request) -> Response:
        return JSONResponse(openapi.description(service.profiles, chosen))

    async def page(request: Request) -> Response:
        return Response(openapi.page(service.profiles, chosen), media_type="text/html")

    told: list[tuple[str, str, Endpoint, list[str]]] = [
        ("health", "/healthz", health, ["GET"]),
        ("metrics", "/metrics", numbers, ["GET"]),
        ("openapi", "/openapi.json", description, ["GET"]),
        ("docs", "/docs", page, ["GET"]),
        ("check", "/v1/check", replies.check, ["POST"]),
        ("fix", "/v1/fix", replies.fix, ["POST"]),
        ("rules", "/v1/rules", replies.rules, ["GET"]),
        ("profiles", "/v1/profiles", replies.profiles, ["GET"]),
        ("languagetool", "/v2/check", grammar.check, ["GET", "POST"]),
        ("languages", "/v2/languages", grammar.languages, ["GET"]),
        ("info", "/v2/info", grammar.info, ["GET"]),
        ("configinfo", "/v2/configinfo", grammar.configinfo, ["GET"]),
        ("healthcheck", "/v2/healthcheck", grammar.healthcheck, ["GET"]),
        ("maxtextlength", "/v2/maxtextlength", grammar.maxtextlength, ["GET"]),
    ]
    routes = [
        Route(path, _guarded(name, endpoint, metrics), methods=methods, name=name)
        for name, path, endpoint, methods in told
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.add_exception_handler(404, lambda r, _: _refused(RefusedError(404, "missing"), r))
    app.add_exception_handler(405, lambda r, _: _refused(RefusedError(405, "method"), r))
    return Guard(_Shared(app, chosen), chosen)


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


class _Shared:
    """What every answer has: a few headers, leave for pages that may read it, one slash for two."""

    def __init__(self, app: Starlette, config: ServeConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a preflight is answered here."""
        if scope["type"] == "http":
            # Clients put their own slash behind the address that they were given.
            scope = {**scope, "path": scope["path"].replace("//", "/")}
            origin = dict(scope["headers"]).get(b"origin")
            if scope["method"] == "OPTIONS":
                await Response(status_code=204, headers=_cors(scope, origin))(scope, receive, send)
                return
            send = _with_headers(send, {**_HEADERS, **_cors(scope, origin)})
        await self._app(scope, receive, send)


def _cors(scope: Scope, origin: bytes | None) -> dict[str, str]:
    """Leave for the page at `origin`, which the guard has let through, to read the answer."""
    if origin is None:
        return {}
    asked = dict(scope["headers"]).get(b"access-control-request-headers", b"content-type")
    return {
        "Access-Control-Allow-Origin": origin.decode("latin-1"),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": asked.decode("latin-1"),
        "Access-Control-Allow-Private-Network": "true",
        "Vary": "Origin",
    }


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def sending(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *raw]}  # type: ignore[misc]
        await send(message)

    return sending  # type: ignore[return-value]
