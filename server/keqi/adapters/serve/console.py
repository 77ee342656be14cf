"""The web console: the files that were built into the package, kept in memory."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from keqi.adapters.serve.errors import RefusedError

FOLDER = Path(__file__).parent / "console"
INDEX = "index.html"
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere and nothing inline."""
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
    ".ts": "text/plain",
}
"""Written out: what `mimetypes` knows depends on the machine."""
_HASHED = re.compile(r"[.-](?=[\w-]*\d)[\w-]{8,}\.\w+$")
"""A name that changes with the content."""
_ABSENT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>客气</title>
<h1>客气</h1><p>服务已启动，但网页控制台还没有构建。接口可以照常使用：<a href="/docs">接口说明</a>。</p>
<p lang="en">The server runs, but its web console has not been built. The API works: <a href="/docs">API</a>.</p></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    type: str
    tag: str
    cache: str


@dataclass(frozen=True, slots=True)
class Console:
    """The console's files by path."""

    files: Mapping[str, _File] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Console:
        """The files in `folder`; a page that says so where it holds no index."""
        paths = [p for p in sorted(folder.rglob("*")) if p.is_file()] if folder.is_dir() else []
        found = {p.relative_to(folder).as_posix(): _file(p.name, p.read_bytes()) for p in paths}
        return cls({INDEX: _file(INDEX, _ABSENT.encode()), **found})

    def answer(self, request: Request) -> Response:
        """The file that is asked for; RefusedError where there is none."""
        file = self.files.get(request.path_params["path"] or INDEX)
        if file is None:
            raise RefusedError(404, "missing")
        headers = {"ETag": file.tag, "Cache-Control": file.cache, "Content-Security-Policy": POLICY}
        if file.tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(file.body, media_type=file.type, headers=headers)


def _file(name: str, body: bytes) -> _File:
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    kept = "public, max-age=31536000, immutable" if _HASHED.search(name) else "no-cache"
    return _File(body, kind, f'"{hashlib.sha256(body).hexdigest()[:24]}"', kept)
