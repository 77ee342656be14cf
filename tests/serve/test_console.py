"""The web console's files, and what a browser may do with them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from keqi.adapters.serve.console import FOLDER, Console
from keqi.adapters.serve.errors import RefusedError


def asked(path: str, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "path": f"/{path}", "headers": raw, "path_params": {"path": path}}
    )


@pytest.fixture
def console(tmp_path: Path) -> Console:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>控制台", "utf-8")
    (tmp_path / "assets" / "app-3f9a1c2b.js").write_text("1", "utf-8")
    (tmp_path / "icon.svg").write_text("<svg/>", "utf-8")
    return Console.read(tmp_path)


FILES = {
    "": ("text/html; charset=utf-8", "no-cache"),
    "index.html": ("text/html; charset=utf-8", "no-cache"),
    "assets/app-3f9a1c2b.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    "icon.svg": ("image/svg+xml", "no-cache"),
}


@pytest.mark.parametrize(("path", "expected"), FILES.items(), ids=lambda value: str(value))
def test_files_have_their_types(console: Console, path: str, expected: tuple[str, str]) -> None:
    answer = console.answer(asked(path))
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == expected
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_what_is_known_is_not_sent_again(console: Console) -> None:
    tag = console.answer(asked("")).headers["etag"]
    again = console.answer(asked("", if_none_match=f'W/"x", W/{tag}'))
    assert (again.status_code, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["nothing", "../console.py", "assets", "assets/../index.html", "/etc/passwd"]
)
def test_there_is_nothing_else(console: Console, path: str) -> None:
    with pytest.raises(RefusedError):
        console.answer(asked(path))


def test_a_console_that_is_not_built_says_so(tmp_path: Path) -> None:
    body = bytes(Console.read(tmp_path / "nowhere").answer(asked("")).body).decode()
    assert "还没有构建" in body
    assert "not been built" in body


def test_the_server_has_one(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["x-content-type-options"] == "nosniff"
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            assert client.get(f"/{path.relative_to(FOLDER).as_posix()}").status_code == 200, path
    for path in ("/..%2fconsole.py", "/%2e%2e/console.py", "/nothing"):
        assert client.get(path).status_code == 404
