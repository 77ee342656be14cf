"""LanguageTool's protocol over HTTP, so that its clients show keqi's findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from keqi import __version__, languagetool
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.service import Service, TooSlowError

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,60}")


@dataclass(frozen=True, slots=True)
class GrammarApi:
    """The endpoints under `/v2`. Errors are plain text, as LanguageTool's are."""

    service: Service
    metrics: Metrics
    config: ServeConfig

    async def check(self, request: Request) -> Response:
        """`GET` or `POST /v2/check`."""
        try:
            parameters = await _parameters(request)
            query = languagetool.understood(parameters)
        except languagetool.BadRequestError as error:
            return _error(400, str(error))
        if len(query.segment.text) > self.config.max_text:
            return _error(413, f"Your text exceeds the limit of {self.config.max_text} characters")
        linter = self.service.default
        try:
            reply = (query.segment.text, query.segment.holes)
            found = (await self.service.check(linter, [reply]))[0] if query.is_chinese else []
        except TooSlowError:
            return _error(500, "Checking took longer than allowed")
        self.metrics.count("replies")
        self.metrics.count("findings", len(found))
        rules = {rule.id: rule for rule in linter.rules}
        body = JSONResponse(languagetool.answer(query, found, rules, __version__))
        callback = parameters.get("callback")
        if callback is None:
            return body
        if not _CALLBACK.fullmatch(callback):
            return _error(400, "'callback' is not a name")
        wrapped = f"{callback}({bytes(body.body).decode()});"
        return Response(wrapped, media_type="application/javascript")

    async def languages(self, request: Request) -> Response:
        """`GET /v2/languages`."""
        return JSONResponse(languagetool.languages())

    async def info(self, request: Request) -> Response:
        """`GET /v2/info`: who answers here, and how many rules it has."""
        software = {"name": "keqi", "version": __version__, "premium": False}
        return JSONResponse({"software": {**software, "rules": len(self.service.default.rules)}})

    async def configinfo(self, request: Request) -> Response:
        """`GET /v2/configinfo`: the rules."""
        rules = [
            {
                "ruleId": languagetool.rule_id(rule.id),
                "description": rule.title,
                "categoryId": rule.category,
                "isDefaultOff": self.service.default.level(rule.id)[0] == "none",
            }
            for rule in self.service.default.rules
        ]
        return JSONResponse({"software": {"name": "keqi", "version": __version__}, "rules": rules})

    async def healthcheck(self, request: Request) -> Response:
        """`GET /v2/healthcheck`."""
        return PlainTextResponse("OK")

    async def maxtextlength(self, request: Request) -> Response:
        """`GET /v2/maxtextlength`."""
        return PlainTextResponse(str(self.config.max_text))


async def _parameters(request: Request) -> dict[str, str]:
    """The form in the body, with the address's own parameters over it.

    The body counts as a form whatever its type says it is. Raises BadRequestError.
    """
    body = await request.body() if request.method == "POST" else b""
    try:
        form = dict(parse_qsl(body.decode("ascii", "strict"), errors="strict", keep_blank_values=True))
    except UnicodeDecodeError:
        try:  # not percent-encoded at all: some scripts send plain UTF-8
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError as error:
            raise languagetool.BadRequestError("The body is not a form in UTF-8") from error
    return {**form, **request.query_params}


def _error(status: int, message: str) -> Response:
    return PlainTextResponse(f"Error: {message}", status)
