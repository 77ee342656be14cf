"""The other tools that the same texts are given to, from npm, in a cache outside the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from libraries import BETTER, phrases

PACKAGES = {
    "textlint": "15.8.0",
    "textlint-rule-prh": "6.1.0",
    "prh": "5.4.4",
    "autocorrect-node": "2.14.0",
}
"""What is installed, in versions that do not change between two runs of the measurement."""
FLOOR = Path(__file__).with_name("floor.py")


@dataclass(frozen=True)
class Peer:
    """A tool to compare with."""

    name: str
    command: tuple[str, ...]
    """To be followed by files or folders."""
    folders: bool = True
    """Whether it takes a folder; else it is given each file."""

    def on(self, path: Path) -> tuple[str, ...]:
        """The command that checks a file, or all files of a folder."""
        if path.is_dir() and not self.folders:
            return (*self.command, *(str(file) for file in sorted(path.iterdir())))
        return (*self.command, str(path))


def cache() -> Path:
    """Where npm's packages are kept."""
    return Path(os.environ.get("KEQI_BENCH_CACHE") or Path.home() / ".cache" / "keqi-bench")


def install() -> str:
    """See that the packages are there; what stands in the way, or nothing."""
    folder = cache()
    if all(_installed(folder, name) == version for name, version in PACKAGES.items()):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *wanted],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stderr.strip().splitlines()
    return (said[-1] if said else f"exit status {done.returncode}") if done.returncode else ""


def _installed(folder: Path, name: str) -> str | None:
    try:
        return str(json.loads((folder / "node_modules" / name / "package.json").read_bytes())["version"])
    except (OSError, ValueError, KeyError):
        return None


def floor(folder: Path) -> Peer:
    """One Aho-Corasick pass in Python, over the phrase list that is written into `folder`."""
    file = folder / "phrases.txt"
    file.write_text("\n".join(phrases()), encoding="utf-8")
    return Peer("floor", (sys.executable, str(FLOOR), str(file)))


def prepared(folder: Path) -> list[Peer]:
    """The tools from npm, their phrase list and settings written into `folder`."""
    entries = "".join(f"  - pattern: {phrase}\n    expected: {BETTER}\n" for phrase in phrases())
    (folder / "prh.yml").write_text(f"version: 1\nrules:\n{entries}", encoding="utf-8")
    rules = {"rules": {"prh": {"rulePaths": ["prh.yml"]}}}
    (folder / ".textlintrc.json").write_text(json.dumps(rules), encoding="utf-8")
    programs = cache() / "node_modules" / ".bin"
    settings = str(folder / ".textlintrc.json")
    textlint = ("--config", settings, "--format", "compact")
    return [
        Peer("textlint + prh", (str(programs / "textlint"), *textlint)),
        Peer("prh", (str(programs / "prh"), "--rules", str(folder / "prh.yml")), folders=False),
        Peer("AutoCorrect", (str(programs / "autocorrect"), "--lint", "--no-diff-bg-color")),
    ]
