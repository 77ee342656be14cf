"""The shape of the program: a pure core, and adapters that alone touch the world outside."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import keqi

PACKAGE = Path(keqi.__file__).parent
FRONT = {"api.py", "__init__.py", "__main__.py"}
"""Modules outside adapters/ that put core and adapters together."""

OUTSIDE = {
    *(
        "pygls",
        "lsprotocol",
        "aiohttp",
        "http",
        "urllib",
        "socket",
        "socketserver",
        "ssl",
        "asyncio",
        "select",
    ),
    *("os", "pathlib", "io", "shutil", "tempfile", "glob", "fileinput", "mmap", "sqlite3", "pickle"),
    *(
        "subprocess",
        "multiprocessing",
        "signal",
        "ctypes",
        "logging",
        "time",
        "datetime",
        "getpass",
        "locale",
    ),
}
"""Files, network, processes, clock: what only an adapter may ask for."""


def is_core(name):
    return not name.startswith("adapters/") and name not in FRONT


NAMES = [file.relative_to(PACKAGE).as_posix() for file in sorted(PACKAGE.rglob("*.py"))]
CORE = [name for name in NAMES if is_core(name)]
REST = [name for name in NAMES if not is_core(name)]


def tree(name):
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def imported(name):
    """Full names of everything that the module imports, also inside functions."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}:{node.lineno}: relative imports hide where things are"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_a_core():
    assert {"linter.py", "fold.py", "lexicon.py", "formats/plain.py"} <= set(CORE)


@pytest.mark.parametrize("name", CORE)
def test_the_core_touches_nothing_outside(name):
    # A pure path is a way of reading a name: only a Path can touch a disk. And a BytesIO is a value:
    # bytes that know how far they have been read, which `zipfile` asks for.
    values = {"pathlib.PurePath", "io.BytesIO"}
    roots = {full.partition(".")[0] for full in imported(name) if full not in values}
    assert not roots & OUTSIDE


@pytest.mark.parametrize("name", CORE)
def test_the_core_knows_no_adapter(name):
    adapters = [full for full in imported(name) if full.startswith(("keqi.adapters", "keqi.api"))]
    assert not adapters
    assert "keqi.Linter" not in set(imported(name)) or _only_for_types(name)


def _only_for_types(name):
    """Whether the module imports from the package's front under TYPE_CHECKING only."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return any(isinstance(inner, ast.ImportFrom) and inner.module == "keqi" for inner in node.body)
    return False


@pytest.mark.parametrize("name", CORE)
def test_the_core_opens_prints_and_asks_nothing(name):
    calls = (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call))
    named = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    assert not named & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize("name", REST)
def test_only_the_language_server_imports_the_protocol(name):
    roots = {full.partition(".")[0] for full in imported(name)}
    if not name.startswith("adapters/lsp/"):
        assert not roots & {"pygls", "lsprotocol"}


def fresh(code):
    """What a new Python process prints that runs `code`."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


HEAVY = ("pygls", "lsprotocol", "jieba", "opencc", "asyncio", "hatchling", "pytest")
LOADED = f"import sys; print(*(m for m in {HEAVY!r} if m in sys.modules))"


def test_importing_keqi_stays_light():
    assert fresh(f"import keqi; {LOADED}") == []


def test_a_linter_needs_no_protocol():
    assert not set(fresh(f"import keqi; keqi.Linter().check('不知道'); {LOADED}")) - {"opencc", "jieba"}


def test_the_command_line_stays_light():
    code = f"import keqi.adapters.cli; {LOADED}"
    assert fresh(code) == []


def test_importing_keqi_says_nothing_and_leaves_settings_alone():
    code = """if True:
        import logging, signal, sys, locale, warnings
        before = (logging.root.level, logging.root.handlers[:], signal.getsignal(signal.SIGINT), locale.setlocale(locale.LC_ALL))
        import keqi
        after = (logging.root.level, logging.root.handlers[:], signal.getsignal(signal.SIGINT), locale.setlocale(locale.LC_ALL))
        assert before == after
    """
    assert fresh(code) == []
