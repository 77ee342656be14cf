"""Our Neovim configurations in a real Neovim, without a screen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clients import HERE, KEQI, PATIENCE, ROOT, missing

FOLDER = ROOT / "editors" / "neovim"
DRAFT = "您好😀😀,请问你的订单号是多少?\n𠮷先生,这个不行。\n"


@pytest.fixture(autouse=True)
def neovim(needs: Any) -> None:
    needs(missing("nvim"))


def is_old() -> bool:
    """Whether this Neovim is older than 0.8, and has no `vim.lsp.start`."""
    said = subprocess.run(["nvim", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v0\.(\d+)", said)
    return found is not None and int(found[1]) < 8


def configured(name: str, folder: Path, command: Sequence[str]) -> Path:
    """A copy of a configuration with the command that the comment in it asks users to fill in."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    changed = text.replace('{ "keqi", "lsp" }', "{ " + ", ".join(map(json.dumps, command)) + " }")
    assert changed != text
    (folder / name).write_text(changed, encoding="utf-8")
    return folder / name


def nvim(folder: Path, *arguments: str | Path) -> str:
    """Run Neovim without a screen or the user's own settings; what it printed."""
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", *map(str, arguments)],
        cwd=folder,
        env={**environment, "KEQI_CACHE_DIR": str(folder / "keqi")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=2 * PATIENCE,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one session saw: see neovim_session.lua."""
    if shutil.which("nvim") is None:
        return {}
    folder = tmp_path_factory.mktemp("nvim")
    config = configured("keqi-0.7.lua" if is_old() else "keqi.lua", folder, [*KEQI, "lsp"])
    (folder / "draft.txt").write_text(DRAFT, encoding="utf-8")
    out = folder / "seen.json"
    commands = [
        "filetype on",
        f"luafile {config}",
        "edit draft.txt",
        f"luafile {HERE / 'neovim_session.lua'}",
    ]
    said = nvim(
        folder, *(part for command in commands for part in ("-c", command)), "-c", f"lua Session('{out}')"
    )
    assert out.exists(), said
    seen: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return seen


def test_the_findings_stand_at_the_right_bytes(session: dict[str, Any]) -> None:
    lines = [line.encode("utf-8") for line in DRAFT.splitlines()]
    marked = [lines[d["lnum"]][d["col"] : d["end_col"]].decode("utf-8") for d in session["before"]]
    assert sorted(marked) == ["你", "这个不行"]
    assert {d["source"] for d in session["before"]} == {"keqi"}


def test_a_code_action_mends_the_line(session: dict[str, Any]) -> None:
    assert session["lines"][0] == "您好😀😀,请问您的订单号是多少?"
    assert [d["lnum"] for d in session["after"]] == [1]


def test_keqi_fix_all_mends_the_rest(session: dict[str, Any]) -> None:
    assert "抱歉" in session["mended"][1]
    assert session["mended"][1].startswith("𠮷先生,")


@pytest.mark.parametrize("name", ["keqi.lua", "keqi-0.7.lua"])
def test_the_configuration_is_lua(name: str, tmp_path: Path) -> None:
    said = nvim(tmp_path, "-c", f"lua assert(loadfile('{FOLDER / name}'))", "-c", "qa!")
    assert said == ""


@pytest.mark.parametrize("new", [True, False], ids=["0.11: vim.lsp.config", "0.10: vim.lsp.start"])
def test_newer_neovims_are_told_the_same(new: bool, tmp_path: Path) -> None:
    """With stand-ins for functions that the Neovim here may not have."""
    script = tmp_path / "check.lua"
    script.write_text(
        f"""
        vim.fs = vim.fs or {{ find = function() return {{}} end, dirname = vim.fn.fnamemodify }}
        vim.fs.dirname = function(path) return vim.fn.fnamemodify(path, ':h') end
        local told
        vim.lsp.config = {str(new).lower()} and function(name, config) told = {{ name, config.cmd }} end or nil
        vim.lsp.enable = function(name) table.insert(told, name) end
        vim.lsp.start = function(config) told = {{ config.name, config.cmd, config.name }} end
        dofile('{FOLDER / "keqi.lua"}')
        vim.bo.filetype = 'markdown'
        io.stdout:write(vim.json and vim.json.encode(told) or vim.fn.json_encode(told))
        vim.cmd('qa!')
        """,
        encoding="utf-8",
    )
    assert json.loads(nvim(tmp_path, "-c", f"luafile {script}")) == ["keqi", ["keqi", "lsp"], "keqi"]
