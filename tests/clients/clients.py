"""Where the clients are, and programs started for a test and ended with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CACHE = ROOT / ".cache" / "clients"
KEQI = (sys.executable, "-P", "-m", "keqi")

PATIENCE = 60
"""Seconds until something that does not happen is a failure: two cores, shared, and cold caches."""


def versions() -> dict[str, str]:
    """The versions in `versions.env`."""
    lines = (HERE / "versions.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def code_server() -> Path:
    """The folder of the installed code-server."""
    return CACHE / f"code-server-{versions()['CODE_SERVER']}" / "node_modules" / "code-server"


def playwright() -> Path:
    """The folder of the installed playwright-core."""
    return CACHE / f"playwright-core-{versions()['PLAYWRIGHT_CORE']}" / "node_modules" / "playwright-core"


def missing_for_vscode() -> list[str]:
    """What the test in VS Code needs and is not there."""
    places = {
        "code-server": code_server() / "out" / "node" / "entry.js",
        "playwright-core": playwright() / "index.mjs",
    }
    absent = [name for name, path in places.items() if not path.exists()]
    return absent + missing_for_extension() + missing("node", "npm", "chromium")


def missing_for_extension() -> list[str]:
    """What building the extension needs and is not there."""
    modules = ROOT / "editors" / "vscode" / "node_modules"
    needed = ("@vscode/vsce", "esbuild", "typescript", "ws")
    return [f"editors/vscode: {name} (make vsix)" for name in needed if not (modules / name).exists()]


def missing(*programs: str) -> list[str]:
    """Those of the programs that are not on the PATH."""
    return [program for program in programs if shutil.which(program) is None]


@dataclass(frozen=True, slots=True)
class Running:
    """A program under test; its output is in `log`."""

    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] = {}, **options: Any
) -> Iterator[Running]:
    """The program while the block runs; ended afterwards, with all that it started."""
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stderr=out,
            stdout=options.pop("stdout", out),
            env={**os.environ, **environment},
            text=True,
            encoding="utf-8",
            start_new_session=True,
            **options,
        )
    try:
        yield Running(process, log)
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """End a program and its process group."""
    for strength in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, strength)
            process.wait(10)
            break
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            break
    process.wait(10)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str, program: Running) -> None:
    """Wait until the address answers. Fails with the program's output when it never does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and program.process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                program.process.wait(0.2)  # until it ends, or until it may have got further
    raise AssertionError(f"{url} does not answer:\n{program.said()[-3000:]}")


class Browser:
    """Chromium, driven through `driver.mjs`; each call is one of its verbs."""

    def __init__(self, process: subprocess.Popen[str], failure: Path) -> None:
        self._process = process
        self._failure = failure

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def ask(**given: Any) -> Any:
            answer = self._ask(verb, given)
            if "error" in answer:
                self._ask("screenshot", {"path": str(self._failure)})
                raise AssertionError(f"{answer['error']}\nWhat could be seen: {self._failure}")
            return answer["value"]

        return ask

    def _ask(self, verb: str, given: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"verb": verb, **given}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser; nothing of it stays."""
    chromium = shutil.which("chromium")
    assert chromium
    command = ["node", HERE / "driver.mjs", playwright(), chromium]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        tempfile.TemporaryDirectory() as home,
        running(command, folder / "browser.log", {"HOME": home}, **pipes) as program,
    ):
        yield Browser(program.process, folder / "failure.png")
