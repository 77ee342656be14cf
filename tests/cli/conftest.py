"""Two ways to run the command line: inside the test with a small linter, and as a real process."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from keqi.adapters import cli, pool
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.rules import BadExample, Examples, Rule
from keqi.settings import Policy
from keqi.suppress import SPARE_NOTHING, Spared
from keqi.text import Span

SERVER = Path(__file__).parents[2] / "server"


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    status: int
    data: bytes
    """Standard output."""
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()


class SmallLinter:
    """不行 is an error with a safe fix, 急 a warning with an unsafe one, 嗯 an info without any."""

    WORDS: ClassVar = {
        "不行": ("refusal.bare", "error", Fix("抱歉", True, ())),
        "急": ("impatience.hurry", "warning", Fix("", False, ())),
        "嗯": ("filler.hm", "info", None),
    }

    def __init__(self) -> None:
        matcher: Any = None
        self.rules = tuple(
            Rule(
                id=rule,
                title=f"关于{word}",
                level=level,
                message=f"不说“{word}”。",
                why="客户会生气。",
                source="R001",
                en=f"Do not say {word!r}.",
                matcher=matcher,
                title_en=f"About {word}",
                why_en="It makes customers angry.",
                tags=("口语",),
                examples=Examples(
                    (BadExample(f"您好,{word}。", 3, 3 + len(word), "您好,抱歉。"),), ("您好。",)
                ),
            )
            for word, (rule, level, _) in self.WORDS.items()
        )

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def level(self, rule_id: str) -> tuple[str, str]:
        rule = self.rule(rule_id)
        assert rule is not None
        return rule.level, "行业配置 general"

    profile = "general"

    def under(self, policy: Policy) -> SmallLinter:
        return self

    def check(self, text: str, holes: Sequence[Span] = (), spared: Spared = SPARE_NOTHING) -> list[Finding]:
        if "崩" in text:
            raise RuntimeError(f"这里有客户资料:{text}")
        found = [self.finding(match) for match in re.finditer("|".join(self.WORDS), text)]
        return [f for f in found if not spared.covers(f, text)]

    def finding(self, match: re.Match[str]) -> Finding:
        rule, level, fix = self.WORDS[match.group()]
        edits = (Edit(match.start(), match.end(), fix.title if fix else ""),)
        fixes = (Fix(fix.title, fix.safe, edits),) if fix else ()
        message = f"不说“{match.group()}”。"
        return Finding(match.start(), match.end(), rule, rule.partition(".")[0], level, message, fixes)

    def fix(
        self,
        text: str,
        unsafe: bool = False,
        holes: Sequence[Span] = (),
        spared: Spared = SPARE_NOTHING,
    ) -> str:
        fixes = [fix for finding in self.check(text, holes, spared) for fix in finding.fixes]
        return apply_edits(text, [edit for fix in fixes if fix.safe or unsafe for edit in fix.edits])


Run = Callable[..., Result]


@pytest.fixture
def keqi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`keqi(*arguments, stdin=…)` in `tmp_path`, with the small linter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KEQI_LANG", raising=False)
    monkeypatch.setenv("KEQI_CACHE_DIR", "")
    monkeypatch.setattr(pool, "load_linter", lambda policy: SmallLinter())

    def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
            status = cli.main([str(a) for a in arguments])
            sys.stdout.flush()
            return Result(status, out.getvalue(), err.getvalue().decode())

    return run


@pytest.fixture
def small_linter() -> type[SmallLinter]:
    """The class of the small linter, to make a special one of."""
    return SmallLinter


@pytest.fixture
def real() -> Callable[..., dict[str, str]]:
    """The environment of the real program, for tests that start it themselves."""
    return environment


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """`process(*arguments, stdin=…)`: the real program, in `tmp_path`."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
        command = [sys.executable, "-m", "keqi", *map(str, arguments)]
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(),
            timeout=60,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr.decode())

    return run


def environment(**more: str) -> dict[str, str]:
    """The environment of the real program: this checkout, UTF-8, Chinese."""
    kept = {k: v for k, v in os.environ.items() if k not in ("KEQI_LANG", "NO_COLOR")}
    return {**kept, "PYTHONPATH": str(SERVER), "PYTHONUTF8": "1", **more}
