"""`keqi check`: what it prints, what it changes, and how it ends. With a small linter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from keqi.render.messages import Messages


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.txt").write_bytes(text.encode())


# -- exit status ------------------------------------------------------------------------------

STATUS = {
    "clean": ("您好", [], 0),
    "an error": ("不行", [], 1),
    "a warning": ("急", [], 1),
    "an info": ("嗯", [], 0),
    "an info, when infos fail": ("嗯", ["--fail-level", "info"], 1),
    "a warning, when only errors fail": ("急", ["--fail-level=error"], 0),
    "fixed": ("不行", ["--fix"], 0),
    "fixed, but not wholly": ("不行急", ["--fix"], 1),
    "only shown how to fix": ("不行", ["--diff"], 1),
    "only counted": ("不行", ["--statistics"], 1),
    "as JSON": ("不行", ["--format", "json"], 1),
    "empty": ("", [], 0),
}


@pytest.mark.parametrize(("text", "arguments", "status"), STATUS.values(), ids=STATUS.keys())
def test_exit_status(keqi, tmp_path: Path, text: str, arguments: list[str], status: int) -> None:
    write(tmp_path, 甲=text)
    assert keqi("check", "甲.txt", *arguments).status == status


# -- text -------------------------------------------------------------------------------------


def test_findings_for_people(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您好\n\n😀这个不行,急\n")
    result = keqi("check", "甲.txt")
    assert result.out == (
        "甲.txt:3:4: 错误 refusal.bare 不说“不行”。\n"
        "    😀这个不行,急\n"
        "          ^^^^\n"
        "    → 改为：抱歉\n"
        "甲.txt:3:7: 警告 impatience.hurry 不说“急”。\n"
        "    😀这个不行,急\n"
        "               ^^\n"
        "    → 可改为（需确认）：（删去）\n"
        "共 2 处：错误 1、警告 1。其中 1 处可用 --fix 直接改好。\n"
    )
    assert result.err == ""


def test_findings_in_english(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="不行")
    result = keqi("check", "甲.txt", "--lang", "en")
    assert result.out == (
        "甲.txt:1:1: error refusal.bare Do not say '不行'.\n"
        "    不行\n"
        "    ^^^^\n"
        "    → use: 抱歉\n"
        "1 found: 1 error. 1 of them can be mended by --fix.\n"
    )


def test_the_language_of_the_environment(keqi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 甲="您好")
    monkeypatch.setenv("KEQI_LANG", "en")
    assert keqi("check").out == "Nothing found in 1 file(s).\n"
    assert keqi("check", "--lang=zh").out == Messages("zh").say("clean", count=1) + "\n"


def test_a_long_line_is_shown_around_the_place(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您好" * 500 + "不行" + "再见" * 500)
    lines = keqi("check", "甲.txt").out.splitlines()
    assert lines[0].startswith("甲.txt:1:1001: ")
    assert re.fullmatch(r" {4}….{20,}不行.{20,}…", lines[1])


def test_nothing_in_a_reply_can_steer_the_terminal(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="\x1b[31m不行\x1b[2J\u202e")
    assert "\x1b" not in keqi("check", "甲.txt").out


def test_colour_only_on_request_or_on_a_terminal(
    keqi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 甲="不行")
    assert "\x1b[" not in keqi("check").out
    assert "\x1b[31;1m错误\x1b[0m" in keqi("check", "--color=always").out
    assert "\x1b[" not in keqi("check", "--color=never").out


# -- JSON and counts --------------------------------------------------------------------------

RECORD = {
    "path": "甲.txt",
    "rule": "refusal.bare",
    "category": "refusal",
    "severity": "error",
    "message": "不说“不行”。",
    "start": {"line": 2, "column": 2, "offset": 4},
    "end": {"line": 2, "column": 4, "offset": 6},
    "fixes": [{"title": "抱歉", "safe": True, "edits": [{"start": 4, "end": 6, "text": "抱歉"}]}],
}


def test_json_is_one_array(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您好\n😀不行")
    result = keqi("check", "甲.txt", "--format", "json")
    assert json.loads(result.out) == [RECORD]
    assert "不说" in result.out
    write(tmp_path, 甲="您好")
    assert json.loads(keqi("check", "甲.txt", "--format", "json").out) == []


def test_jsonl_is_one_record_a_line(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您好\n😀不行", 乙="急")
    records = [json.loads(line) for line in keqi("check", "--format", "jsonl").out.splitlines()]
    assert [(r["path"], r["rule"]) for r in records] == [
        ("乙.txt", "impatience.hurry"),
        ("甲.txt", "refusal.bare"),
    ]
    assert records[1] == RECORD


def test_statistics(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="不行不行不行", 乙="急 嗯 嗯")
    result = keqi("check", "--statistics")
    assert result.out.splitlines()[:3] == [
        "3  refusal.bare      关于不行  [可直接改 3]",
        "2  filler.hm         关于嗯",
        "1  impatience.hurry  关于急",
    ]
    records = json.loads(keqi("check", "--statistics", "--format=json").out)
    assert records[0] == {"rule": "refusal.bare", "title": "关于不行", "count": 3, "fixable": 3}


# -- fixing -----------------------------------------------------------------------------------


def test_fix_writes_the_file_and_reports_what_is_left(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="这个不行\r\n\r\n急\r\n")
    result = keqi("check", "甲.txt", "--fix")
    assert (tmp_path / "甲.txt").read_bytes().decode() == "这个抱歉\r\n\r\n急\r\n"
    assert "refusal.bare" not in result.out
    assert "甲.txt:3:1: " in result.out
    assert Messages().say("fixed", count=1) in result.out


def test_unsafe_fixes_when_asked(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您急不行")
    assert keqi("check", "--fix", "--unsafe-fixes").status == 0
    assert (tmp_path / "甲.txt").read_text() == "您抱歉"


def test_a_file_without_anything_to_fix_is_not_written(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="急")
    (tmp_path / "甲.txt").chmod(0o444)
    result = keqi("check", "--fix")
    assert (result.status, result.err) == (1, "")


@pytest.mark.parametrize("arguments", [["--diff"], ["--fix", "--diff"]])
def test_diff_only_shows(keqi, tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, 甲="您好\n不行\n")
    result = keqi("check", "甲.txt", *arguments)
    assert result.out == "--- 甲.txt\n+++ 甲.txt\n@@ -1,2 +1,2 @@\n 您好\n-不行\n+抱歉\n"
    assert (tmp_path / "甲.txt").read_text() == "您好\n不行\n"


def test_a_read_only_file_is_reported_and_still_checked(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="不行", 乙="不行")
    (tmp_path / "乙.txt").chmod(0o444)
    result = keqi("check", "--fix")
    assert result.status == 2
    assert (tmp_path / "乙.txt").read_text() == "不行"
    assert (tmp_path / "甲.txt").read_text() == "抱歉"
    assert Messages().failure("乙.txt", "read-only", {}) in result.err
    assert "乙.txt:1:1: " in result.out


# -- standard input ---------------------------------------------------------------------------


def test_standard_input_is_one_draft(keqi) -> None:
    result = keqi("check", "-", stdin="您好\n\n这个不行".encode())
    assert result.out.startswith("-:3:3: ")


def test_standard_input_can_go_by_a_name(keqi) -> None:
    text = "`不行`\n\n不行".encode()
    result = keqi("check", "--stdin-filename", "库/回复.md", "--format=jsonl", stdin=text)
    assert [json.loads(line)["path"] for line in result.out.splitlines()] == ["库/回复.md"]
    assert keqi("check", "-", "--stdin-filename", "x.md", stdin="```\n不行\n```".encode()).status == 0


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_fixed_standard_input_goes_to_standard_output(keqi, codec: str) -> None:
    result = keqi("check", "-", "--fix", stdin="这个不行,急\r\n".encode(codec))
    assert result.data == "这个抱歉,急\r\n".encode(codec)
    assert "-:1:6: " in result.err
    assert result.status == 1


def test_standard_input_that_needs_no_fix_passes_through(keqi) -> None:
    assert keqi("check", "-", "--fix", stdin="您好\r\n".encode("gb18030")).data == "您好\r\n".encode(
        "gb18030"
    )


# -- what cannot be checked -------------------------------------------------------------------

UNUSABLE = {
    "missing": (None, [], "missing", {}),
    "NUL": (b"ab\n\0", [], "nul", {"line": 2}),
    "no text": (b"\xff\xd8\xff\xe0", [], "not-text", {}),
    "too big": ("不行".encode() * 1024, ["--max-size", "2KB"], "too-big", {"limit": 2048}),
}


@pytest.mark.parametrize(("data", "arguments", "kind", "details"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_file_that_cannot_be_used_is_named_and_the_others_checked(
    keqi, tmp_path: Path, data: bytes | None, arguments: list[str], kind: str, details: dict[str, object]
) -> None:
    write(tmp_path, 乙="不行")
    if data is not None:
        (tmp_path / "坏.txt").write_bytes(data)
    result = keqi("check", "坏.txt", "乙.txt", *arguments)
    assert result.status == 2
    assert result.err == "错误：" + Messages().failure("坏.txt", kind, details) + "\n"
    assert "乙.txt:1:1: " in result.out


def test_the_limit_says_how_to_raise_it(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="x" * 2000)
    err = keqi("check", "甲.txt", "--max-size=1KB").err
    assert "1KB" in err
    assert "--max-size 2KB" in err


def test_megabytes_on_one_line_are_no_reply(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="您好不行" * 5_000_000, 乙="不行")
    result = keqi("check", "甲.txt", "乙.txt")
    assert result.status == 2
    details = {"line": 1, "length": 20_000_000, "most": 1_000_000}
    assert Messages().failure("甲.txt", "too-long", details) in result.err
    assert "乙.txt:1:1: " in result.out


def test_reasons_of_the_system_are_in_chinese(keqi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write(tmp_path, 甲="不行")
    monkeypatch.setattr("os.replace", fail)
    result = keqi("check", "--fix")
    assert (result.status, (tmp_path / "甲.txt").read_text()) == (2, "不行")
    assert "磁盘满了" in result.err
    assert "甲.txt:1:1: " in result.out


def test_a_bug_spoils_one_file_and_tells_nothing_of_its_text(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="崩", 乙="不行")
    result = keqi("check", "甲.txt", "乙.txt")
    assert result.status == 2
    assert "甲.txt" in result.err
    assert "RuntimeError" in result.err
    assert "客户资料:" not in result.err
    assert "乙.txt:1:1: " in result.out


def test_a_folder_without_texts_says_so(keqi, tmp_path: Path) -> None:
    result = keqi("check")
    assert result.status == 0
    assert ".csv" in result.err and ".txt" in result.err


def test_the_current_folder_when_none_is_named(keqi, tmp_path: Path) -> None:
    write(tmp_path, 甲="不行")
    (tmp_path / ".藏.txt").write_text("不行")
    assert keqi("check").out.count("refusal.bare") == 1


# -- usage ------------------------------------------------------------------------------------

USAGE = {
    "an unknown command": (["chek"], "是不是 check"),
    "an unknown option": (["check", "--fixx"], "是不是 --fix"),
    "an unknown format": (["check", "--format", "jsn"], "是不是 json"),
    "an unknown level": (["check", "--fail-level", "fatal"], "hint info warning error"),
    "an unknown language": (["check", "--lang", "fr"], "zh en"),
    "no value": (["check", "--format"], "--format 后面要写一个值"),
    "a value too many": (["check", "--fix=yes"], "--fix 后面不能写值"),
    "no size": (["check", "--max-size", "much"], "64MB"),
    "unsafe fixes of nothing": (["check", "--unsafe-fixes"], "--fix 或 --diff"),
    "a diff as JSON": (["check", "--diff", "--format=json"], "--format json"),
    "half a command": (["lexicon"], "COMMAND"),
    "an unknown rule": (["rules", "refusal.bear"], "是不是 refusal.bare"),
    "an unknown category": (["rules", "refusl"], "是不是 refusal"),
}


@pytest.mark.parametrize(("arguments", "expected"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_is_explained(keqi, arguments: list[str], expected: str) -> None:
    result = keqi(*arguments)
    assert result.status == 2
    assert expected in result.err
    assert result.err.startswith("错误：")
    assert result.out == ""


def test_help(keqi) -> None:
    for arguments in (
        ["--help"],
        ["check", "-h"],
        ["rules", "-h"],
        ["lexicon", "check", "-h"],
        ["lsp", "-h"],
    ):
        result = keqi(*arguments)
        assert result.status == 0
        assert "用法" in result.out
        assert "usage" not in result.out
    assert "usage: keqi check" in keqi("check", "--help", "--lang", "en").out


def test_without_a_command_the_help_is_shown(keqi) -> None:
    result = keqi()
    assert result.status == 2
    assert "lexicon" in result.err


# -- rules ------------------------------------------------------------------------------------


def test_the_list_of_rules(keqi) -> None:
    lines = keqi("rules").out.splitlines()
    assert lines[:2] == ["refusal 生硬拒绝", "  错误 refusal.bare      关于不行"]
    assert len(lines) == 7


def test_the_rules_of_a_category(keqi) -> None:
    assert keqi("rules", "filler").out.splitlines()[:-1] == ["filler 口头禅", "  提示 filler.hm  关于嗯"]
    assert keqi("rules", "threat").status == 0


def test_rules_in_english(keqi) -> None:
    listed = keqi("rules", "filler", "--lang", "en").out.splitlines()
    assert listed[:-1] == ["filler Filler words", "  info    filler.hm  About 嗯"]
    explained = keqi("rules", "refusal.bare", "--lang", "en").out.splitlines()
    assert explained[0] == "refusal.bare About 不行"
    assert "  why: It makes customers angry." in explained


OWN_LEVEL = {"zh": "  级别：错误（规则自带的级别）", "en": "  level: error (the rule's own)"}


@pytest.mark.parametrize(("lang", "said"), OWN_LEVEL.items(), ids=OWN_LEVEL)
def test_the_level_of_a_rule_that_nobody_decided_about(process, lang: str, said: str) -> None:
    assert said in process("rules", "refusal.bare", "--lang", lang).out.splitlines()


def test_a_rule_explained(keqi) -> None:
    lines = keqi("rules", "refusal.bare").out.splitlines()
    assert lines[0] == "refusal.bare 关于不行"
    assert "    您好,不行。" in lines
    assert lines[lines.index("    您好,不行。") + 1].strip() == "^^^^"
    for part in ("行业配置 general", "客户会生气。", "您好。", "R001", "口语"):
        assert any(part in line for line in lines)
