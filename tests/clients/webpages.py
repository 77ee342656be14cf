"""Web pages in a real browser: the servers behind them, and what can be seen on them."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from clients import HERE, KEQI, PATIENCE, ROOT, Browser, answers, free_port, missing, playwright, running

WEB = ROOT / "editors" / "web"


def lacking() -> list[str]:
    """What these tests need and is not there."""
    places = {
        "playwright-core": playwright() / "index.mjs",
        "editors/web/node_modules": WEB / "node_modules" / "esbuild",
    }
    return [name for name, path in places.items() if not path.exists()] + missing("node", "chromium")


@contextmanager
def serving(folder: Path, *options: str, port: int = 0) -> Iterator[str]:
    """A team server of our own, at a port of its own or the one given; its address."""
    port = port or free_port()
    command = [*KEQI, "serve", "--port", str(port), *options]
    with running(command, folder / f"serve-{port}.log", {"KEQI_TOKEN": ""}) as program:
        answers(f"http://127.0.0.1:{port}/healthz", program)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def driven(folder: Path, *options: str | Path) -> Iterator[Browser]:
    """A browser under `page_driver.mjs`; nothing of it stays."""
    chromium = shutil.which("chromium")
    assert chromium
    command = ["node", HERE / "page_driver.mjs", playwright(), chromium, *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        tempfile.TemporaryDirectory() as home,
        running(command, folder / "browser.log", {"HOME": home, "TMPDIR": home}, **pipes) as program,
    ):
        yield Browser(program.process, folder / "failure.png")
        assert program.process.stdin
        program.process.stdin.close()  # it ends by itself, and the browser with it
        program.process.wait(PATIENCE)


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """The files in `folder` on a port of their own; their address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *said: object) -> None:
            """Keep quiet."""

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def agents(folder: Path) -> Iterator[str]:
    """Customer-service teams' own consoles (`mock/`), with React in them, built into `folder`; their address."""
    shutil.copytree(HERE / "mock", folder, dirs_exist_ok=True)
    command = ["node_modules/.bin/esbuild", *sorted((HERE / "mock").glob("*.jsx")), f"--outdir={folder}"]
    options = ["--bundle", "--format=esm", "--jsx=automatic", '--define:process.env.NODE_ENV="production"']
    modules = {**os.environ, "NODE_PATH": str(WEB / "node_modules")}
    subprocess.run([*command, *options], cwd=WEB, env=modules, check=True, capture_output=True)
    with pages(folder) as address:
        yield address


def compose(page: Browser, *stages: str) -> None:
    """An input method at work: each stage replaces the one before."""
    for stage in stages:
        given = {"text": stage, "selectionStart": len(stage), "selectionEnd": len(stage)}
        page.cdp(method="Input.imeSetComposition", given=given)


REST = "() => Promise.all(document.getAnimations().map((a) => a.finished)).then(() => null)"
"""Waits until nothing moves on a page."""


def faults(page: Browser) -> list[str]:
    """What axe-core finds seriously wrong with the page's accessibility."""
    axe = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.page(script=f"() => {{ {axe}\n }}")
    # Colours are judged when they have come to rest.
    page.page(script=REST)
    found, passed = page.page(script="() => axe.run(document).then((r) => [r.violations, r.passes.length])")
    assert passed > 10
    grave = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [f"{fault['id']}: {[node['html'] for node in fault['nodes']]}" for fault in grave]


def picture(page: Browser, name: str) -> None:
    """Keeps a picture for the README when asked to with KEQI_SCREENSHOTS=1."""
    if os.environ.get("KEQI_SCREENSHOTS"):
        (WEB / "images").mkdir(exist_ok=True)
        page.page(script=REST)
        page.screenshot(path=str(WEB / "images" / name))


MARKS = """(id) => {
  const boxes = [...document.querySelectorAll('[data-keqi]')].flatMap((host) => [...host.shadowRoot.querySelectorAll('.mark')]);
  const field = document.getElementById(id).getBoundingClientRect();
  return boxes.filter((mark) => { const b = mark.getBoundingClientRect(); return b.top >= field.top && b.bottom <= field.bottom + 4; })
    .map((mark) => mark.textContent).join('|');
}"""


def marked(page: Browser, field: str, *wanted: str) -> None:
    """Wait until these stretches in a field are underlined, and no others."""
    page.until(script=f"([id, wanted]) => ({MARKS})(id) === wanted", given=[field, "|".join(wanted)])


def value(page: Browser, field: str) -> str:
    return str(page.page(script="(id) => document.getElementById(id).value", given=field))
