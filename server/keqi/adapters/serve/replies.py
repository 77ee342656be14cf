"""keqi's own HTTP API: check and mend replies, list rules and profiles."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from keqi import __version__
from keqi.adapters.lsp.checker import presentable
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.errors import RefusedError, speaks_english
from keqi.adapters.serve.metrics import Metrics
from keqi.adapters.serve.openapi import LONGEST_WORD
from keqi.adapters.serve.service import Service, TooSlowError, UnknownProfileError
from keqi.adapters.serve.texts import DRAFT, READABLE, Examined, Examiner
from keqi.findings import LEVELS, Finding
from keqi.render import jsons
from keqi.render.report import Explain, Report, in_chinese
from keqi.suppress import MESSAGES

if TYPE_CHECKING:
    from keqi import Linter

NAME = "api"
"""What the answers' `path` says: a reply that came over the network has no file."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to check or mend, understood."""

    replies: list[str]
    format: str
    """What each of them is; see `texts.READABLE`."""
    profile: str | None
    unsafe: bool
    english: bool


@dataclass(frozen=True, slots=True)
class RepliesApi:
    """The endpoints under `/v1`."""

    service: Service
    metrics: Metrics
    config: ServeConfig

    async def check(self, request: Request) -> JSONResponse:
        """`POST /v1/check`: the findings in each reply."""
        asked = await self._asked(request)
        linter = await self._linter(asked.profile)
        found = await self._each(asked, self._examiner(linter, asked).examined, 1)
        self.metrics.count("findings", sum(len(one.findings) for one, _ in found))
        results = [told for _, told in found]
        return JSONResponse({"version": __version__, "profile": linter.profile, "results": results})

    async def fix(self, request: Request) -> JSONResponse:
        """`POST /v1/fix`: each reply after its fixes, and what is still found in it."""
        asked = await self._asked(request)
        linter = await self._linter(asked.profile)
        examiner = self._examiner(linter, asked)
        made = await self._each(asked, partial(examiner.mended, unsafe=asked.unsafe), 4)
        results = [
            {"text": new.text, "changed": new.text != old, **told}
            for old, (new, told) in zip(asked.replies, made, strict=True)
        ]
        return JSONResponse({"version": __version__, "profile": linter.profile, "results": results})

    async def rules(self, request: Request) -> JSONResponse:
        """`GET /v1/rules`: every rule with its level under a profile."""
        asked = request.query_params
        linter = await self._linter(asked.get("profile"))
        english = _in_english(request, asked.get("lang"))
        return JSONResponse(await self.service.aside(lambda: _listed(linter, english)))

    async def phrases(self, request: Request) -> JSONResponse:
        """`GET /v1/phrases`: the standard phrases of a profile, of a scene, or those that a word finds."""
        asked = request.query_params
        linter = await self._linter(asked.get("profile"))
        word, scene = asked.get("q", ""), asked.get("scene", "")
        if len(word) > LONGEST_WORD:
            raise RefusedError(400, "field", field="q", expected=f"≤ {LONGEST_WORD}")
        folders = self.service.rules.settings.lexicon
        found = await self.service.aside(lambda: _phrases(folders, linter.profile, word, scene))
        return JSONResponse({"version": __version__, "profile": linter.profile, "phrases": found})

    async def profiles(self, request: Request) -> JSONResponse:
        """`GET /v1/profiles`: the profiles there are, and the one that requests get by default."""
        return JSONResponse(
            {"default": self.service.default.profile, "profiles": list(self.service.profiles)}
        )

    def _examiner(self, linter: Linter, asked: _Asked) -> Examiner:
        return Examiner(linter, asked.format, self.service.rules.settings.reading)

    async def _each(
        self, asked: _Asked, work: Callable[[str], Examined], cost: int
    ) -> list[tuple[Examined, dict[str, Any]]]:
        """What `work` makes of each text, and how the answer tells of it. Raises RefusedError.

        `work` takes as long as `cost` checks. Telling of thousands of findings takes its time too, so
        it is done in the same place.
        """
        explain = self._explain(asked)

        def one(text: str) -> tuple[Examined, dict[str, Any]]:
            done = work(text)
            return done, _result(done, explain)

        works = (partial(one, text) for text in asked.replies)
        try:
            made = await self.service.in_time(works, cost * sum(map(len, asked.replies)))
        except TooSlowError as error:
            raise RefusedError(503, "time") from error
        self.metrics.count("replies", sum(len(done.segments) for done, _ in made))
        return made

    # -- what was asked -----------------------------------------------------------------------

    async def _asked(self, request: Request) -> _Asked:
        """The request's body. Raises RefusedError naming the field that is wrong."""
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError) as error:  # bytes that are no UTF-8 are a ValueError as well
            raise RefusedError(400, "json") from error
        if not isinstance(body, dict):
            raise RefusedError(400, "field", field="body", expected="object")
        return _Asked(
            self._replies(body),
            _format(body),
            _typed(body, "profile", str, None),
            _typed(body, "unsafe", bool, False),
            _in_english(request, _typed(body, "lang", str, None)),
        )

    def _replies(self, body: dict[str, Any]) -> list[str]:
        replies = body.get("replies", [body["text"]] if "text" in body else None)
        if not isinstance(replies, list) or not all(isinstance(text, str) for text in replies):
            raise RefusedError(400, "field", field="replies", expected='["…"]')
        if len(replies) > self.config.max_replies:
            raise RefusedError(413, "too-many", limit=self.config.max_replies)
        for number, text in enumerate(replies, 1):
            if len(text) > self.config.max_text:
                raise RefusedError(413, "too-long", number=number, limit=self.config.max_text)
        return [presentable(text) for text in replies]

    async def _linter(self, profile: str | None) -> Linter:
        try:
            return await self.service.linter(profile)
        except UnknownProfileError as error:
            raise RefusedError(400, "profile", value=_shown(profile or ""), known=str(error)) from error

    def _explain(self, asked: _Asked) -> Explain:
        """The message of a finding in the language that was asked for."""
        if not asked.english:
            return in_chinese
        english = {rule.id: rule.en for rule in self.service.default.rules if rule.en}
        english |= {rule: en for rule, (_, en) in MESSAGES.items()}
        return lambda finding: english.get(finding.rule, finding.message)


def _in_english(request: Request, lang: str | None) -> bool:
    """Whether the answer is to be in English: `lang` decides, and where it is missing the headers do."""
    return speaks_english({"accept-language": lang} if lang else request.headers)


def _listed(linter: Linter, english: bool) -> dict[str, Any]:
    """Every rule with its level; each level takes a look at all rules, so this is for a thread."""
    listed = [
        {
            "id": rule.id,
            "category": rule.category,
            "title": rule.title_in(english),
            "title_en": rule.title_en,
            "level": linter.level(rule.id)[0],
            "tags": list(rule.tags),
            "message": rule.message_in(english),
            "message_en": rule.en,
            "why": rule.why_in(english),
            "why_en": rule.why_en,
            "source": rule.source,
            "bad": [example.text for example in rule.examples.bad],
            "good": list(rule.examples.good),
        }
        for rule in linter.rules
    ]
    return {"version": __version__, "profile": linter.profile, "rules": listed}


def _phrases(folders: Sequence[str], profile: str, word: str, scene: str) -> list[dict[str, Any]]:
    from keqi.adapters import phrasebook

    finder = phrasebook.finder(folders, profile)
    found = [hit.phrase for hit in finder.search(word)] if word else finder.phrases
    return [
        {
            "scene": phrase.scene.id,
            "sceneTitle": phrase.scene.title,
            "title": phrase.title,
            "text": phrase.text,
            "placeholders": list(phrase.gaps),
            "tags": list(phrase.tags),
        }
        for phrase in found
        if scene in ("", phrase.scene.id)
    ]


_JSON_TYPES = {str: "string", bool: "boolean"}


def _typed(body: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    value = body.get(name, default)
    if value is not None and not isinstance(value, kind):
        raise RefusedError(400, "field", field=name, expected=_JSON_TYPES[kind])
    return default if value is None else value


def _format(body: dict[str, Any]) -> str:
    format: str = _typed(body, "format", str, DRAFT)
    if format not in READABLE:
        raise RefusedError(400, "format", value=_shown(format), known=", ".join(READABLE))
    return format


def _shown(value: str) -> str:
    """As much of what a client sent as an error need repeat."""
    return presentable(value)[:40]


def _result(one: Examined, explain: Explain) -> dict[str, Any]:
    """A text as the answer tells of it."""
    records = list(jsons.records(Report(NAME, one.text, tuple(one.findings)), explain))
    for record in records:
        del record["path"]
    return {
        "format": one.format,
        "segments": [{"start": span.start, "end": span.end} for span in one.segments],
        "findings": records,
        "level": _gravest(one.findings),
    }


def _gravest(findings: list[Finding]) -> str | None:
    """The highest level among the findings; None without any."""
    return max((f.severity for f in findings), key=LEVELS.index, default=None)
