"""LanguageTool's protocol over HTTP, so that its clients show keqi's findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from keqi import __version__, languagetool
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.guard import has_token, headers_of
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.service import SMALL, Service, TooSlowError

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
            if not has_token(self.config.token, headers_of(request.scope), parameters.get("apiKey", "")):
                return _error(403, "this server wants its token as 'apiKey' (with any 'username')")
            callback = parameters.get("callback")
            if callback is not None and not _CALLBACK.fullmatch(callback):
                return _error(400, "'callback' is not a name")
            query = languagetool.understood(parameters)
        except languagetool.BadRequestError as error:
            return _error(400, str(error))
        if len(query.segment.text) > self.config.max_text:
            return _error(413, f"Your text exceeds the limit of {self.config.max_text} characters")
        try:
            body = await self._checked(query)
        except TooSlowError:
            if parameters.get("allowIncompleteResults", "").lower() != "true":
                return _error(500, "Checking took longer than allowed")
            body = languagetool.answer(query, [], {}, __version__, complete=False)
        answer = JSONResponse(body)
        if callback is None:
            return answer
        wrapped = f"{callback}({bytes(answer.body).decode()});"
        return Response(wrapped, media_type="application/javascript")

    async def _checked(self, query: languagetool.Query) -> dict[str, Any]:
        """The answer's data. Raises TooSlowError."""
        linter = self.service.default
        text, holes = query.segment.text, query.segment.holes
        work = partial(linter.check, text, holes)
        found = (await self.service.in_time([work], len(text)))[0] if query.is_chinese else []
        self.metrics.count("replies")
        self.metrics.count("findings", len(found))
        rules = {rule.id: rule for rule in linter.rules} if found else {}
        make = partial(languagetool.answer, query, found, rules, __version__)
        return make() if len(query.source) <= SMALL else await self.service.aside(make)

    async def languages(self, request: Request) -> Response:
        """`GET /v2/languages`."""
        return JSONResponse(languagetool.languages())

    async def info(self, request: Request) -> Response:
        """`GET /v2/info`: who answers here, and how many rules it has."""
        software = {"name": "keqi", "version": __version__, "premium": False}
        return JSONResponse({"software": {**software, "rules": len(self.service.default.rules)}})

    async def configinfo(self, request: Request) -> Response:
        """`GET /v2/configinfo`: the rules, in the language that was asked for."""
        english = languagetool.is_english(request.query_params.get("language", ""))
        rules = [
            {
                "ruleId": languagetool.rule_id(rule.id),
                "description": rule.title_in(english),
                "categoryId": rule.category,
                "isDefaultOff": self.service.default.level(rule.id)[0] == "none",
            }
            for rule in self.service.default.rules
        ]
        return JSONResponse({"software": {"name": "keqi", "version": __version__}, "rules": rules})

    async def healthcheck(self, request: Request) -> Response:
        """`GET /v2/healthcheck`."""
        return PlainTextResponse("OK")

    async def words(self, request: Request) -> Response:
        """`GET /v2/words`: nobody's own dictionary."""
        return JSONResponse({"words": []})

    async def maxtextlength(self, request: Request) -> Response:
        """`GET /v2/maxtextlength`."""
        return PlainTextResponse(str(self.config.max_text))


async def _parameters(request: Request) -> dict[str, str]:
    """The form in the body, with the address's own parameters over it.

    The body counts as a form whatever its type says it is. Raises BadRequestError.
    """
    body = await request.body() if request.method == "POST" else b""
    return languagetool.form(body) | languagetool.form(request.scope["query_string"])


def _error(status: int, message: str) -> Response:
    return PlainTextResponse(f"Error: {message}", status)
