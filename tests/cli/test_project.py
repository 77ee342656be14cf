"""A project's settings, its ignore file and its baseline, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
"""The program with a small linter: 不行 is an error, 急 a warning, 嗯 an info (see conftest)."""


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def places(out: str) -> list[str]:
    """File, line and column of each finding."""
    return [line.split(": ")[0] for line in out.splitlines() if line[:1] not in (" ", "共", "没", "")]


# -- settings -------------------------------------------------------------------------------------


def test_the_nearest_settings_hold(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, keqi_toml='fail-level = "error"', a_txt="急", 里__keqi_toml="", 里__a_txt="急")
    assert keqi("check", "a.txt").status == 0
    assert keqi("check", "里/a.txt").status == 1
    assert keqi("check", "里/a.txt", "--config", "keqi.toml").status == 0


def test_settings_may_stand_in_a_pyproject(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, pyproject_toml='[tool.keqi]\nfail-level = "error"', a_txt="急")
    assert keqi("check").status == 0
    write(tmp_path, pyproject_toml='[tool.other]\nx = "keqi"')
    assert keqi("check").status == 1


def test_the_command_line_wins(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, keqi_toml='fail-level = "error"', a_txt="急")
    assert keqi("check", "--fail-level", "info").status == 1


def test_a_broken_settings_file_stops_with_place_and_remedy(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, keqi_toml='profil = "bank"', a_txt="急")
    result = keqi("check")
    assert result.status == 2
    assert "keqi.toml:1" in result.err
    assert "是不是想写 profile" in result.err
    write(tmp_path, keqi_toml="profile = bank")
    assert "TOML 写法不对" in keqi("check").err


def test_formats_columns_and_folders_follow_the_settings(keqi: Run, tmp_path: Path) -> None:
    settings = 'exclude = ["旧/**"]\n[[files]]\npath = "*.txt"\nformat = "lines"\n'
    write(tmp_path, keqi_toml=settings, a_txt="您好\n不行", 旧__b_txt="不行")
    assert places(keqi("check").out) == ["a.txt:2:1"]
    assert places(keqi("check", "旧/b.txt").out) == ["旧/b.txt:1:1"]


def test_the_projects_own_rules_are_no_replies(process: Run, tmp_path: Path) -> None:
    entry = (
        "category: brush-off\nrules:\n  - id: brush-off.house\n    title: 本店\n    level: error\n"
        "    find: [喝风去]\n    message: 别这样说。\n    en: Do not say so.\n    why: 客户会走。\n"
        "    unsafe: [我帮您问一下]\n    bad: ['[[喝风去]]']\n    good: [您好]\n"
    )
    write(tmp_path, keqi_toml='lexicon = ["词库"]\n', 词库__rules__own_yml=entry, a_txt="喝风去")
    assert places(process("check", ".").out) == ["a.txt:1:1"]


def test_config_says_what_holds_and_who_decided(keqi: Run, tmp_path: Path) -> None:
    settings = 'columns = ["答"]\n[rules]\nrefusal = "info"\n[[files]]\npath = "*.csv"\nformat = "lines"\n'
    write(tmp_path, keqi_toml=settings)
    out = keqi("config", "a.csv").out
    assert "设置文件：" in out.splitlines()[0]
    assert '["答"]  ← ' in out
    assert '"lines"  ← ' in out and "[[files]] *.csv" in out
    assert "fail-level" in out and "← 默认" in out
    assert "refusal = info" in out
    data = json.loads(keqi("config", "a.csv", "--format", "json").out)
    assert data["settings"]["format"]["value"] == "lines"


def test_the_schema_can_be_had(process: Run) -> None:
    schema = json.loads(process("config", "--schema").out)
    assert "refusal.bare" in schema["properties"]["rules"]["propertyNames"]["anyOf"][0]["enum"]


def test_init_asks_the_folder_and_overwrites_nothing(keqi: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        短语_txt="您好\n不行\n",
        数_csv="客户问题,编号\n在吗,1\n",
        空_csv="a,b\n1,2\n",
        话_csv="问题,答案\n在吗,不行\n",
    )
    result = keqi("init")
    assert result.status == 0
    text = (tmp_path / "keqi.toml").read_text()
    assert 'path = "短语.txt"\nformat = "lines"' in text
    assert '# path = "数.csv"\n# columns' in text
    assert "话.csv" not in text and "空.csv" not in text
    assert places(keqi("check").out) == ["短语.txt:2:1", "话.csv:2:4"]
    again = keqi("init")
    assert again.status == 2 and "--force" in again.err
    assert keqi("init", "--force").status == 0


# -- the ignore file ------------------------------------------------------------------------------


def test_an_ignored_finding_is_gone_and_can_be_read_about(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_csv="答案\n急\n这个不行\n")
    assert keqi("ignore", "a.csv:3", "--reason", "固定说法").status == 0
    assert places(keqi("check").out) == ["a.csv:2:1"]
    (entry,) = json.loads((tmp_path / ".keqi-ignore.json").read_text())["ignored"]
    assert (entry["rule"], entry["path"], entry["reason"]) == ("refusal.bare", "a.csv", "固定说法")
    assert "这个不行" not in (tmp_path / ".keqi-ignore.json").read_text()
    write(tmp_path, a_csv="答案\n这个不行\n您好\n")
    assert keqi("check").status == 0


def test_an_entry_that_nothing_needs_is_reported_once_its_file_is_checked(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_csv="答案\n不行\n", b_csv="答案\n您好\n")
    assert keqi("ignore", "a.csv").status == 0
    write(tmp_path, a_csv="答案\n您好\n")
    assert "suppression.unused" not in keqi("check", "b.csv").out
    assert ".keqi-ignore.json:" in keqi("check").out


def test_an_entry_holds_until_its_day_is_over(keqi: Run, tmp_path: Path) -> None:
    today, yesterday = date.today(), date.today() - timedelta(1)
    write(tmp_path, a_txt="不行")
    assert keqi("ignore", "a.txt", "--until", today.isoformat()).status == 0
    assert keqi("check").status == 0
    file = tmp_path / ".keqi-ignore.json"
    file.write_text(file.read_text().replace(today.isoformat(), yesterday.isoformat()))
    told = keqi("check")
    assert told.status == 1
    assert "suppression.expired" in told.out
    assert "suppression.unused" not in told.out, "it must not look as if the reply were mended"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.txt:9"], "没有可忽略的问题"),
        (["b.txt"], "没有这个文件"),
        (["a.txt", "--until", "明天"], "不是日期"),
        (["a.txt", "--rule", "blame"], "没有可忽略的问题"),
    ],
)
def test_what_cannot_be_ignored_is_said(keqi: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path, a_txt="不行")
    result = keqi("ignore", *arguments)
    assert result.status == 2 and said in result.err
    assert not (tmp_path / ".keqi-ignore.json").exists()


def test_a_broken_ignore_file_is_named_and_ignores_nothing(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_txt="不行")
    (tmp_path / ".keqi-ignore.json").write_text('{"ignored": [\n{"fingerprint": "x"}]}')
    result = keqi("check")
    assert result.status == 2
    assert ".keqi-ignore.json" in result.err and "第 2 行" in result.err
    assert places(result.out) == ["a.txt:1:1"]


def test_fixing_leaves_ignored_findings_alone(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_txt="这个不行\n\n那个不行\n")
    keqi("ignore", "a.txt:1")
    keqi("check", "--fix")
    assert (tmp_path / "a.txt").read_text() == "这个不行\n\n那个抱歉\n"


# -- baseline -------------------------------------------------------------------------------------


def test_with_a_baseline_only_what_is_new_counts(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_csv="答案\n不行\n急\n")
    assert keqi("check", "--baseline", "write").status == 0
    assert "不行" not in (tmp_path / ".keqi-baseline.json").read_text()
    assert keqi("check", "--baseline", "use").status == 0
    write(tmp_path, a_csv="答案\n急\n您好\n不行\n不行\n")
    assert places(keqi("check", "--baseline", "use").out) == ["a.csv:5:1"]
    assert keqi("check").status == 1


def test_a_baseline_that_the_settings_name_counts_without_being_asked_for(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_csv="答案\n不行\n", keqi_toml='baseline = "旧账.json"\n')
    assert keqi("check").status == 2, "there is none yet"
    assert keqi("check", "--baseline", "write").status == 0
    assert (tmp_path / "旧账.json").exists()
    assert keqi("check").status == 0
    assert keqi("check", "--baseline", "none").status == 1
    write(tmp_path, a_csv="答案\n不行\n不行\n")
    assert places(keqi("check").out) == ["a.csv:3:1"]
    assert keqi("check", "--baseline", "write").status == 0
    assert keqi("check").status == 0


def test_a_missing_baseline_is_said(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_txt="不行")
    result = keqi("check", "--baseline", "use")
    assert result.status == 2 and "--baseline write" in result.err


# -- changed since --------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    who |= {"GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | who)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    write(tmp_path, a_csv="答案\n不行\n急\n", b_txt="嗯，不行")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def test_only_replies_touched_since_a_revision_are_checked(keqi: Run, repository: Path) -> None:
    assert keqi("check", "--changed").out == ""
    write(repository, a_csv="答案\n急\n不行\n这个不行\n", c_txt="急")
    assert places(keqi("check", "--changed").out) == ["a.csv:4:3", "c.txt:1:1"]
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "y")
    assert keqi("check", "--changed").out == ""
    assert places(keqi("check", "--changed", "HEAD~1").out) == ["a.csv:4:3", "c.txt:1:1"]


def test_a_renamed_file_is_compared_with_what_it_was(keqi: Run, repository: Path) -> None:
    git(repository, "mv", "a.csv", "改名.csv")
    assert keqi("check", "--changed").out == ""


def test_an_unknown_revision_is_said(keqi: Run, repository: Path) -> None:
    result = keqi("check", "--changed", "nope")
    assert result.status == 2 and "nope" in result.err


def test_outside_a_repository_is_said(keqi: Run, tmp_path: Path) -> None:
    write(tmp_path, a_txt="急")
    result = keqi("check", "--changed")
    assert result.status == 2 and "git" in result.err
