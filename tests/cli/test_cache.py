"""Results kept from one run to the next: quicker, never stale, and of no use to who lacks the files."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keqi.adapters import cli_check, pool

RULES = """\
category: refusal
rules:
  - id: refusal.our-shop
    title: 本店不接
    message: 换个说法。
    en: Say it differently.
    why: 生硬。
    find: [本店不接这一单]
    bad: ["[[本店不接这一单]]"]
    good: [好的]
"""
PRIVATE = "赵钱孙李的订单8812不行"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, small_linter: Any) -> list[str]:
    """The replies that the linter was asked about; empty it to begin anew."""
    texts: list[str] = []

    class Watched(small_linter):
        def check(self, text, *more):
            texts.append(text)
            return super().check(text, *more)

    monkeypatch.setattr(pool, "load_linter", lambda policy: Watched())
    return texts


@pytest.fixture
def project(keqi: Any, asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A project that was checked twice, with results kept."""
    monkeypatch.setenv("KEQI_CACHE_DIR", str(tmp_path / ".cache"))
    (tmp_path / ".词库" / "rules").mkdir(parents=True)
    (tmp_path / ".词库" / "rules" / "own.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "keqi.toml").write_text('lexicon = [".词库"]\n', encoding="utf-8")
    (tmp_path / "a.txt").write_text(f"{PRIVATE}\n\n您好，急\n\n嗯", encoding="utf-8")
    (tmp_path / "b.md").write_text("- 您好 <!-- keqi: ignore -->\n- 不行\n", encoding="utf-8")
    first = keqi("check")
    assert len(asked) == 5
    asked.clear()
    assert keqi("check") == first
    assert asked == []
    return keqi


@pytest.mark.parametrize(
    "options", [[], ["--format=json"], ["--format=github"], ["--statistics"], ["--lang=en"]]
)
def test_whatever_is_reported_is_the_same_from_the_cache(
    project, asked: list[str], options: list[str]
) -> None:
    kept = project("check", *options)
    assert asked == []
    assert project("check", "--no-cache", *options) == kept
    assert asked


def test_a_fix_knows_what_to_mend_from_the_cache(project, tmp_path: Path) -> None:
    shown = project("check", "--diff")
    assert shown == project("check", "--diff", "--no-cache")
    project("check", "--fix")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("赵钱孙李的订单8812抱歉")


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a byte of the file": (write("a.txt", f"{PRIVATE}\n\n您好，急\n\n嗯。"), []),
    "the file's encoding": (lambda folder: (folder / "a.txt").write_bytes("不行".encode("gb18030")), []),
    "the profile": (write("keqi.toml", 'lexicon = [".词库"]\nprofile = "bank"\n'), []),
    "the profile on the command line": (lambda folder: None, ["--profile", "hotel"]),
    "the level of a rule": (
        write("keqi.toml", 'lexicon = [".词库"]\nrules = { "refusal.bare" = "info" }\n'),
        [],
    ),
    "an accepted phrase": (write("keqi.toml", 'lexicon = [".词库"]\naccept = ["不行"]\n'), []),
    "the way to read a file": (write("keqi.toml", 'lexicon = [".词库"]\nformat = "lines"\n'), []),
    "a rule of the own lexicon": (write(".词库/rules/own.yml", RULES.replace("换个", "换一个")), []),
    "no own lexicon": (write("keqi.toml", ""), []),
    "the ignore file": (write(".keqi-ignore.json", '{"ignored": []}'), []),
}


@pytest.mark.parametrize(("change", "options"), CHANGES.values(), ids=CHANGES.keys())
def test_after_a_change_the_linter_is_asked_again(
    project, asked: list[str], tmp_path: Path, change: Callable[[Path], object], options: list[str]
) -> None:
    change(tmp_path)
    fresh = project("check", *options)
    assert asked
    assert project("check", "--no-cache", *options) == fresh


def test_an_ignored_finding_is_gone_at_once_and_back_when_its_day_has_passed(
    project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project("ignore", "a.txt:1:12", "--until", "2027-01-31")
    noted = json.loads((tmp_path / ".keqi-ignore.json").read_text(encoding="utf-8"))
    assert "2027-01-31" in json.dumps(noted)

    def refusals(day: date) -> int:
        class Calendar(date):
            @classmethod
            def today(cls) -> date:
                return day

        monkeypatch.setattr(cli_check, "date", Calendar)
        return project("check", "a.txt").out.count(" refusal.bare ")

    assert [refusals(date(2027, 1, day)) for day in (30, 31, 31)] == [0, 0, 0]
    assert [refusals(date(2027, 2, day)) for day in (1, 1)] == [1, 1]
    assert refusals(date(2027, 1, 31)) == 0


def test_a_comment_whose_day_has_passed_is_told_though_nothing_else_changed(
    project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "c.md").write_text("- 不行 <!-- keqi: ignore until 2027-01-31 -->\n", encoding="utf-8")
    seen = []
    for day in (date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 1)):
        monkeypatch.setattr(
            cli_check, "date", type("Calendar", (date,), {"today": classmethod(lambda cls, d=day: d)})
        )
        seen.append(project("check", "c.md").out)
    assert "refusal.bare" not in seen[0]
    assert "refusal.bare" in seen[1]
    assert "suppression.expired" in seen[1]
    assert seen[2] == seen[1]


def database(folder: Path) -> Path:
    return folder / ".cache" / "results.sqlite"


DAMAGE: dict[str, Callable[[Path], object]] = {
    "not a database": lambda file: file.write_bytes(b"\x00 rubbish " * 999),
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "another table": lambda file: (file.unlink(), sqlite3.connect(file).execute("CREATE TABLE results (a)")),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_cache_that_cannot_be_used_is_as_good_as_none(
    project, asked: list[str], tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    damage(database(tmp_path))
    fresh = project("check")
    assert len(asked) == 5
    assert fresh == project("check", "--no-cache")


def test_rows_that_were_tampered_with_are_not_believed(project, asked: list[str], tmp_path: Path) -> None:
    with sqlite3.connect(database(tmp_path)) as rows:
        rows.execute("UPDATE results SET data = zeroblob(length(data))")
    fresh = project("check")
    assert len(asked) == 5
    assert fresh == project("check", "--no-cache")


def test_a_result_under_another_files_name_is_not_believed(project, asked: list[str], tmp_path: Path) -> None:
    with sqlite3.connect(database(tmp_path)) as rows:
        (one,), (two,) = rows.execute("SELECT data FROM results")
        rows.execute("UPDATE results SET data = CASE data WHEN ? THEN ? ELSE ? END", (one, two, one))
    fresh = project("check")
    assert len(asked) == 5
    assert fresh == project("check", "--no-cache")


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(
    project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = project("check")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KEQI_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert project("check") == kept


def test_the_cache_gives_nothing_of_a_reply_away(project, tmp_path: Path) -> None:
    words = ("赵钱孙李", "8812", "您好")
    spelled = [
        w.encode(codec) for w in words for codec in ("utf-8", "utf-16-le", "gb18030", "unicode-escape")
    ]
    files = [file for file in (tmp_path / ".cache").rglob("*") if file.is_file()]
    assert files
    kept = b"".join(file.read_bytes() for file in files)
    assert [word for word in spelled if word in kept] == []
    rows = sqlite3.connect(database(tmp_path)).execute("SELECT data FROM results").fetchall()
    assert len(rows) == 2
    for (data,) in rows:
        for form in (zlib.MAX_WBITS, -zlib.MAX_WBITS, zlib.MAX_WBITS | 32):
            with pytest.raises(zlib.error):
                zlib.decompress(data, form)


def test_two_runs_at_once_do_not_disturb_each_other(process, real: Any, tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(f"您好，第{number}件\n\n这个不行", encoding="utf-8")
    alone = process("check", "--no-cache")
    command = [sys.executable, "-m", "keqi", "check"]
    more = real(KEQI_CACHE_DIR=str(tmp_path / ".cache"))
    for _ in range(2):  # the first time both write, the second time both read
        runs = [
            subprocess.Popen(command, cwd=tmp_path, env=more, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(3)
        ]
        said = [run.communicate(timeout=60) for run in runs]
        assert said == [(alone.data, b"")] * 3
