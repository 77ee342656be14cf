"""The hooks that `.pre-commit-hooks.yaml` offers, run by the real pre-commit in a repository of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent
REQUIRED = bool(os.environ.get("KEQI_REQUIRE_CLIENTS"))

pytestmark = pytest.mark.skipif(
    not REQUIRED and (shutil.which("git") is None or not (BIN / "pre-commit").exists()),
    reason="needs git and pre-commit",
)

WHO = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class Repository:
    """A git repository of replies with our hooks in it."""

    def __init__(self, folder: Path, config: object, home: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            **WHO,
            "PRE_COMMIT_HOME": str(home),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "KEQI_CACHE_DIR": str(home / "keqi"),
        }
        self.git("init", "-q")
        self.write(".pre-commit-config.yaml", yaml.safe_dump(config))
        self.git("add", ".")
        self.run("install")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.done([str(BIN / "pre-commit"), *arguments])

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.done(["git", *arguments])

    def done(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def commit(self, **files: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            self.write(name.replace("_", "."), text)
        self.git("add", "-A")
        return self.git("commit", "-qm", "x")


def local(hook: str) -> dict[str, object]:
    """A configuration that runs the hook from this environment, without installing it anew."""
    (offered,) = [h for h in HOOKS if h["id"] == hook]
    return {"repos": [{"repo": "local", "hooks": [{**offered, "language": "system"}]}]}


def test_rude_replies_are_not_committed(tmp_path: Path) -> None:
    made = Repository(tmp_path, local("keqi"), tmp_path.parent / "home")
    refused = made.commit(a_csv="问题,答案\n能退吗,不行\n", b_py="x = '不行'\n")
    assert refused.returncode
    assert "a.csv:2:5" in refused.stderr + refused.stdout
    assert "b.py" not in refused.stderr + refused.stdout
    fine = made.commit(a_csv="问题,答案\n能退吗,您好，七天内可以退货。\n")
    assert fine.returncode == 0, fine.stderr


def test_the_fixing_hook_mends_the_file_and_asks_to_add_it_again(tmp_path: Path) -> None:
    made = Repository(tmp_path, local("keqi-fix"), tmp_path.parent / "home")
    assert made.commit(a_txt="请问你的单号是多少？\n").returncode
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "请问您的单号是多少？\n"
    made.git("add", "a.txt")
    again = made.git("commit", "-qm", "x")
    assert again.returncode == 0, again.stderr


def test_settings_and_hidden_files_are_not_taken_for_replies(tmp_path: Path) -> None:
    made = Repository(tmp_path, local("keqi"), tmp_path.parent / "home")
    done = made.commit(keqi_toml='accept = ["不行"]\n', _keqi_json='["不行"]')
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not REQUIRED, reason="installs keqi from a registry: only where clients are required")
def test_pre_commit_installs_the_hook_from_this_repository(tmp_path: Path) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    config = {"repos": [{"repo": str(ROOT), "rev": head, "hooks": [{"id": "keqi"}]}]}
    folder = tmp_path / "repository"
    folder.mkdir()
    made = Repository(folder, config, tmp_path / "home")
    refused = made.commit(a_txt="自己看说明书\n")
    assert "a.txt:1:1" in refused.stdout + refused.stderr, refused.stdout + refused.stderr
