"""The API's description for programs (OpenAPI 3.1) and a page of it for people."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from keqi import __version__
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.serve.texts import AUTO, DRAFT, READABLE
from keqi.findings import LEVELS

_Json = dict[str, Any]

LONGEST_WORD = 100
"""Code points of a search for phrases."""

_POSITION: _Json = {
    "type": "object",
    "required": ["line", "column", "offset"],
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1, "description": "code points, from 1"},
        "offset": {"type": "integer", "minimum": 0, "description": "code points, from 0"},
    },
}
_SPAN: _Json = {
    "start": {"type": "integer", "minimum": 0, "description": "code points, from 0"},
    "end": {"type": "integer", "minimum": 0, "description": "half-open"},
}
_SEGMENTS: _Json = {
    "type": "array",
    "items": {"type": "object", "required": ["start", "end"], "properties": _SPAN},
    "description": "where the replies are in the text; what is in none of them was not checked",
}
_WHAT_IT_IS = (
    "what each text is. draft: one reply. auto: a draft, or a chat if it reads like one; of a chat "
    "only the agent's lines are checked. plain: a reply a paragraph. lines: a reply a line. markdown, "
    "html: prose without code and markup. transcript: a chat"
)
_LANG: _Json = {
    "enum": ["zh", "en"],
    "description": "the language of messages; without it, Accept-Language decides",
}
_EDIT: _Json = {
    "type": "object",
    "required": ["start", "end", "text"],
    "properties": {**_SPAN, "text": {"type": "string"}},
}
_FIX: _Json = {
    "type": "object",
    "required": ["title", "safe", "edits"],
    "properties": {
        "title": {"type": "string"},
        "safe": {"type": "boolean", "description": "keeps facts and decision, promises nothing"},
        "edits": {"type": "array", "items": _EDIT},
    },
}
_FINDING: _Json = {
    "type": "object",
    "required": ["rule", "category", "severity", "message", "start", "end", "fixes"],
    "properties": {
        "rule": {"type": "string"},
        "category": {"type": "string"},
        "severity": {"enum": list(LEVELS[1:])},
        "message": {"type": "string"},
        "start": {"$ref": "#/components/schemas/Position"},
        "end": {"$ref": "#/components/schemas/Position"},
        "fixes": {"type": "array", "items": {"$ref": "#/components/schemas/Fix"}},
    },
}
_ERROR: _Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}


def description(profiles: Sequence[str], config: ServeConfig) -> _Json:
    """The OpenAPI description of `/v1` and of what stands around it."""
    findings = {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}
    read = {"format": {"enum": [name for name in READABLE if name != AUTO]}, "segments": _SEGMENTS}
    level = {"enum": [*LEVELS[1:], None], "description": "the gravest finding's level"}
    checked = {**read, "findings": findings, "level": level}
    mended = {"text": {"type": "string"}, "changed": {"type": "boolean"}, **checked}
    request = _request(profiles, config)
    unsafe = {"type": "boolean", "description": "also fixes that a person should read first"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "keqi 客气",
            "version": __version__,
            "description": "检查中文客服回复是否礼貌，并给出改写。A politeness linter for Chinese customer-service replies.",
        },
        "paths": {
            "/v1/check": {"post": _operation("检查回复 · check replies", request, _results(checked))},
            "/v1/fix": {
                "post": _operation(
                    "改写回复 · mend replies", _with(request, "unsafe", unsafe), _results(mended)
                )
            },
            "/v1/rules": {"get": _rules(profiles)},
            "/v1/phrases": {"get": _phrases(profiles)},
            "/v1/profiles": {"get": _reading("行业配置 · profiles", {"profiles": {"type": "array"}})},
            "/healthz": {"get": _reading("是否可用 · health", {"status": {"const": "ok"}})},
        },
        "components": {
            "schemas": {"Position": _POSITION, "Fix": _FIX, "Finding": _FINDING, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        **({"security": [{"token": []}]} if config.token else {}),
    }


def _request(profiles: Sequence[str], config: ServeConfig) -> _Json:
    text = {"type": "string", "maxLength": config.max_text}
    return {
        "type": "object",
        "required": ["replies"],
        "properties": {
            "replies": {"type": "array", "items": text, "maxItems": config.max_replies},
            "format": {"enum": list(READABLE), "default": DRAFT, "description": _WHAT_IT_IS},
            "profile": {"enum": list(profiles)},
            "lang": _LANG,
        },
    }


def _with(schema: _Json, name: str, value: _Json) -> _Json:
    return {**schema, "properties": {**schema["properties"], name: value}}


def _results(properties: _Json) -> _Json:
    item = {"type": "object", "required": list(properties), "properties": properties}
    named = {"version": {"type": "string"}, "profile": {"type": "string"}}
    return {
        "type": "object",
        "required": ["version", "profile", "results"],
        "properties": {**named, "results": {"type": "array", "items": item}},
    }


def _operation(summary: str, request: _Json, response: _Json) -> _Json:
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {
            "200": _body("ok", response),
            **_refusals("400", "401", "403", "408", "413", "429", "503"),
        },
    }


def _reading(summary: str, properties: _Json, profiles: Sequence[str] = ()) -> _Json:
    response = {"type": "object", "required": list(properties), "properties": properties}
    parameter = {"name": "profile", "in": "query", "schema": {"enum": list(profiles)}}
    said = {"parameters": [parameter]} if profiles else {}
    refusals = _refusals("400", "401", "403", "429") if profiles else _refusals("401", "403", "429")
    return {"summary": summary, **said, "responses": {"200": _body("ok", response), **refusals}}


def _rules(profiles: Sequence[str]) -> _Json:
    said_both = [name + end for name in ("title", "message", "why") for end in ("", "_en")]
    lists = ("tags", "bad", "good")
    told: _Json = {name: {"type": "string"} for name in ("id", "category", "level", *said_both, "source")}
    told |= {name: {"type": "array", "items": {"type": "string"}} for name in lists}
    for name in ("title", "message", "why"):
        told[name]["description"] = "in the language that was asked for; Chinese where there is no English"
    rule = {"type": "object", "required": list(told), "properties": told}
    said = _reading("全部规则 · all rules", {"rules": {"type": "array", "items": rule}}, profiles)
    lang = {"name": "lang", "in": "query", "schema": _LANG}
    return {**said, "parameters": [*said["parameters"], lang]}


def _phrases(profiles: Sequence[str]) -> _Json:
    phrase = {
        "type": "object",
        "required": ["scene", "sceneTitle", "title", "text", "placeholders", "tags"],
        "properties": {"text": {"type": "string"}, "scene": {"type": "string"}},
    }
    said = _reading("常用语 · standard phrases", {"phrases": {"type": "array", "items": phrase}}, profiles)
    word = {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": LONGEST_WORD}}
    scene = {"name": "scene", "in": "query", "schema": {"type": "string"}}
    return {**said, "parameters": [*said["parameters"], word, scene]}


def _body(words: str, schema: _Json) -> _Json:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: str) -> _Json:
    return {status: _body("error", {"$ref": "#/components/schemas/Error"}) for status in statuses}


_STYLE = """:root{color-scheme:light dark}
body{font:16px/1.7 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
td{padding:.2rem 1rem .2rem 0}
pre{overflow:auto;padding:1rem;background:color-mix(in srgb,currentColor 8%,transparent)}"""
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'"
"""The Content-Security-Policy of `page`: its own style and nothing else."""


def page(profiles: Sequence[str], config: ServeConfig) -> str:
    """The description as a page that needs nothing else."""
    rows = "".join(
        f"<tr><td><code>{method.upper()}</code><td><code>{html.escape(path)}</code>"
        f"<td>{html.escape(operation['summary'])}"
        for path, operations in description(profiles, config)["paths"].items()
        for method, operation in operations.items()
    )
    example = html.escape(
        """curl -s http://HOST/v1/check -H 'Content-Type: application/json' \\
     -d '{"replies": ["您好，改地址不行"], "profile": "general"}'"""
    )
    return f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>客气 HTTP 接口</title>
<style>{_STYLE}</style>
<h1>客气 HTTP 接口 <small>{html.escape(__version__)}</small></h1>
<p>完整描述（OpenAPI 3.1）：<a href="/openapi.json">/openapi.json</a></p>
<table>{rows}<tr><td><code>GET POST</code><td><code>/v2/check</code><td>LanguageTool 协议 · LanguageTool's protocol</table>
<pre>{example}</pre></html>"""
