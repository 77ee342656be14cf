"""Our Eglot configuration in a real Emacs, without a screen."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clients import HERE, KEQI, PATIENCE, ROOT, missing

FOLDER = ROOT / "editors" / "emacs"
DRAFT = "您好😀😀,请问你的订单号是多少?\n𠮷先生,这个不行。\n"


def emacs(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Emacs in batch mode, without the user's own settings."""
    home = {"HOME": str(folder), "KEQI_CACHE_DIR": str(folder / "keqi"), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["emacs", "--batch", "--eval", "(package-initialize)", "-L", str(FOLDER), *map(str, arguments)],
        env={**os.environ, **home},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=2 * PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def eglot(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    needs(missing("emacs"))
    found = emacs(tmp_path_factory.mktemp("eglot"), "--eval", "(require 'eglot)")
    needs([] if found.returncode == 0 else ["elpa-eglot"])


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one session saw: see emacs-session.el."""
    folder = tmp_path_factory.mktemp("emacs")
    (folder / "draft.txt").write_text(DRAFT, encoding="utf-8")
    command = " ".join(json.dumps(part) for part in [*KEQI, "lsp"])
    settings = f"(setq keqi-command '({command}))"
    done = emacs(folder, "--eval", settings, "-l", "keqi", "-l", HERE / "emacs-session.el")
    out = folder / "seen.json"
    assert out.exists(), done.stdout + done.stderr
    seen: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return seen


def test_the_findings_stand_at_the_right_characters(session: dict[str, Any]) -> None:
    marked = [DRAFT[start - 1 : end - 1] for start, end in session["before"]]
    assert sorted(marked) == ["你", "这个不行"]


def test_a_code_action_mends_the_line(session: dict[str, Any]) -> None:
    assert session["text"].splitlines()[0] == "您好😀😀,请问您的订单号是多少?"
    assert len(session["after"]) == 1


def test_keqi_fix_all_mends_the_rest(session: dict[str, Any]) -> None:
    mended = session["mended"].splitlines()[1]
    assert mended.startswith("𠮷先生,") and "抱歉" in mended


def test_the_configuration_compiles_without_a_warning(tmp_path: Path) -> None:
    copy = tmp_path / "keqi.el"
    copy.write_bytes((FOLDER / "keqi.el").read_bytes())
    strict = "(setq byte-compile-error-on-warn t)"
    done = emacs(tmp_path, "--eval", strict, "-f", "batch-byte-compile", copy)
    assert done.returncode == 0, done.stderr
