"""Work spread over processes: the same report, and nothing left behind when it ends early."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from keqi.adapters import pool

TONE = Path(__file__).parents[2] / "lexicon" / "tone"
forking = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems start processes without the linter"
)


def write_library(folder: Path) -> None:
    """Files with replies that recur and replies that do not, some of them rude."""
    for number in range(12):
        replies = [
            f"您好，第{number}份第{n}条{'不行' if n % 7 == 3 else '急' if n % 11 == 5 else '好'}"
            for n in range(40)
        ]
        (folder / f"{number:02}.txt").write_text(
            "\n\n".join([*replies, "您好，不行", "嗯"]), encoding="utf-8"
        )


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, small_linter: Any, tmp_path: Path) -> Path:
    """Work is shared from the start, a few replies at a time; a file says which processes worked."""
    monkeypatch.setattr(pool, "QUICK", -1.0)
    monkeypatch.setattr(pool, "_BATCH", 60)
    workers = tmp_path / "workers"

    class Watched(small_linter):
        def check(self, text, *more):
            with workers.open("a") as file:
                file.write(f"{os.getpid()}\n")
            if "亡" in text and os.getpid() != parent:
                os._exit(9)
            return super().check(text, *more)

    parent = os.getpid()
    monkeypatch.setattr(pool, "load_linter", lambda policy: Watched())
    return workers


@forking
@pytest.mark.parametrize(
    "options",
    [[], ["--format=json"], ["--statistics"], ["--diff"], ["--diff", "--unsafe-fixes"], ["--format=html"]],
    ids=["text", "json", "statistics", "diff", "unsafe diff", "html"],
)
def test_two_processes_report_what_one_does(keqi, shared: Path, tmp_path: Path, options: list[str]) -> None:
    write_library(tmp_path)
    alone = keqi("check", "--jobs", "1", *options)
    assert set(shared.read_text().split()) == {str(os.getpid())}
    together = keqi("check", "--jobs", "2", *options)
    assert together == alone
    assert alone.status == 1
    assert len(set(shared.read_text().split())) == 2


@forking
def test_two_processes_mend_what_one_does(keqi, shared: Path, tmp_path: Path) -> None:
    mended = []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        folder.mkdir()
        write_library(folder)
        keqi("check", "--fix", "--jobs", jobs, folder)
        mended.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert mended[0] == mended[1]
    assert "抱歉".encode() in mended[0]["00.txt"]
    assert len(set(shared.read_text().split())) == 2


def test_the_real_program_reports_the_same_with_any_number_of_processes(process, tmp_path: Path) -> None:
    lines = [
        line
        for file in ("rude-a.txt", "polite-a.txt", "rude-web-shop.txt")
        for line in (TONE / file).read_text(encoding="utf-8").splitlines()
    ]
    (tmp_path / "库.txt").write_text("\n\n".join(lines), encoding="utf-8")
    one, *more = (process("check", "--no-cache", "--jobs", jobs) for jobs in "123")
    assert one.status == 1
    assert one.out.count("库.txt:") > 500
    assert more == [one, one]


@forking
@pytest.mark.parametrize("word", ["崩", "亡"], ids=["an exception", "the death of a process"])
def test_a_crash_costs_one_file(keqi, shared: Path, tmp_path: Path, word: str) -> None:
    write_library(tmp_path)
    whole = keqi("check", "--jobs", "2")
    (tmp_path / "0.txt").write_text(f"您好，不行\n\n赵钱孙李{word}", encoding="utf-8")
    rest = keqi("check", "--jobs", "2")
    assert rest.status == 2
    assert rest.out == whole.out
    assert rest.err.count("\n") == 1
    assert "0.txt" in rest.err
    assert "赵钱孙李" not in rest.err


STUCK = """
import os, sys
from keqi.adapters import cli, pool

class Stuck:
    rules = ()

    def check(self, text, holes=()):
        sys.stderr.write(f"{os.getpid()}\\n")
        sys.stderr.flush()
        while True:
            pass

pool.QUICK, pool._BATCH = -1.0, 1
pool.load_linter = lambda policy: Stuck()
sys.exit(cli.main(["check", "--jobs", "2", "--no-cache", "."]))
"""


@forking
def test_ctrl_c_ends_all_processes_without_a_trace(real: Any, tmp_path: Path) -> None:
    (tmp_path / "库.txt").write_text("甲\n\n乙\n\n丙\n\n丁", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", STUCK],
        cwd=tmp_path,
        env=real(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell starts what runs in its background with Ctrl-C ignored; that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        assert child.stderr and child.stdout
        busy = {int(child.stderr.readline()) for _ in range(2)}
        os.killpg(child.pid, signal.SIGINT)
        assert child.stderr.read() == b""
        assert child.stdout.read() == b""
        assert child.wait(60) == 130
    assert len(busy) == 2
    for one in busy:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)


@forking
def test_no_process_outlives_one_that_was_killed(real: Any, tmp_path: Path) -> None:
    (tmp_path / "库.txt").write_text("甲\n\n乙\n\n丙\n\n丁", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], cwd=tmp_path, env=real(), stderr=subprocess.PIPE
    ) as child:
        assert child.stderr
        assert len({int(child.stderr.readline()) for _ in range(2)}) == 2
        child.kill()
        child.communicate(timeout=60)  # the other one holds the pipe open as long as it lives
