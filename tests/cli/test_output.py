"""`keqi check --format …` and `-o FILE`: the right renderer, in the right place, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from keqi.adapters import cli
from keqi.adapters.cli_arguments import FORMATS

BAD = "您好\n\n😀这个不行\n"


@pytest.fixture
def replies(tmp_path: Path) -> Path:
    (tmp_path / "话术").mkdir()
    (tmp_path / "话术" / "甲.txt").write_text(BAD, encoding="utf-8")
    (tmp_path / "话术" / "乙.txt").write_text("您好\n", encoding="utf-8")
    return tmp_path


# -- formats ----------------------------------------------------------------------------------


def sarif(out: str) -> list[object]:
    (run,) = json.loads(out)["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    return [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places]


def github(out: str) -> list[object]:
    return [line.partition(",title=")[0] for line in out.splitlines()]


def junit(out: str) -> list[object]:
    return [case.get("name") for case in ET.fromstring(out.encode()).iter("testcase")]


def checkstyle(out: str) -> list[object]:
    files = ET.fromstring(out.encode())
    return [(file.get("name"), [error.get("line") for error in file]) for file in files]


def html(out: str) -> list[object]:
    data = json.loads(out.partition('id="data">')[2].partition("</script>")[0])
    return [(file["path"], [reply for reply, _, _ in file["replies"]]) for file in data["files"]]


SHOWN = {
    "sarif": (sarif, [("%E8%AF%9D%E6%9C%AF/%E7%94%B2.txt", 3)]),
    "github": (github, ["::error file=话术/甲.txt,line=3,endLine=3,col=4,endColumn=6"]),
    "junit": (junit, ["话术/乙.txt 没有问题", "话术/甲.txt:3:4"]),
    "checkstyle": (checkstyle, [("话术/乙.txt", []), ("话术/甲.txt", ["3"])]),
    "html": (html, [("话术/乙.txt", []), ("话术/甲.txt", ["😀这个不行"])]),
}


@pytest.mark.parametrize(("format", "shown"), SHOWN.items(), ids=SHOWN)
def test_each_format_shows_what_was_found(keqi, replies: Path, format: str, shown: tuple) -> None:
    result = keqi("check", "话术", "--format", format)
    assert (result.status, result.err) == (1, "")
    read, expected = shown
    assert read(result.out) == expected


def test_every_format_can_be_written_to_a_file(keqi, replies: Path) -> None:
    for format in FORMATS:
        shown = keqi("check", "话术", "--format", format)
        assert shown.status == 1
        result = keqi("check", "话术", "--format", format, "-o", "报告")
        assert (result.status, result.out) == (1, "")
        if format != "html":  # which says when it was made
            assert (replies / "报告").read_bytes() == shown.data


def test_messages_are_in_the_reader_s_language(keqi, replies: Path) -> None:
    for format in ("sarif", "github", "junit", "checkstyle", "html"):
        out = keqi("check", "话术", "--format", format, "--lang", "en").out
        assert "Do not say" in out
        assert not re.search("不说|关于|客户会", out)


def test_the_real_program_gives_whole_replies(process, replies: Path) -> None:
    (replies / "库.md").write_text("# 库\n\n- 您好，这个**不行**。\n", encoding="utf-8")
    first = process("check", "库.md", "--format", "html")
    assert first.status == 1, first.err
    assert html(first.out) == [("库.md", ["您好，这个不行。"])]


# -- where it goes ----------------------------------------------------------------------------


def test_output_goes_to_the_file_and_only_there(keqi, replies: Path) -> None:
    result = keqi("check", "话术", "--format=json", "--output", "报告.json")
    assert result.out == ""
    assert result.err == "报告已写入 报告.json。\n"
    assert [record["path"] for record in json.loads((replies / "报告.json").read_bytes())] == ["话术/甲.txt"]


def test_text_in_a_file_has_no_colours_and_its_summary(keqi, replies: Path) -> None:
    keqi("check", "话术", "-o", "报告.txt")
    text = (replies / "报告.txt").read_text(encoding="utf-8")
    assert text.startswith("话术/甲.txt:3:4: ")
    assert text.endswith("其中 1 处可用 --fix 直接改好。\n")
    assert "\x1b" not in text


def test_counts_and_diffs_can_be_written_too(keqi, replies: Path) -> None:
    keqi("check", "话术", "--statistics", "-o", "数量.txt")
    assert (replies / "数量.txt").read_text(encoding="utf-8").startswith("1  refusal.bare")
    keqi("check", "话术", "--diff", "-o", "改动.diff")
    assert (replies / "改动.diff").read_text(encoding="utf-8").startswith("--- 话术/甲.txt\n")


def test_a_dash_is_standard_output(keqi, replies: Path) -> None:
    result = keqi("check", "话术", "--format=jsonl", "-o", "-")
    assert result.out.count("\n") == 1
    assert result.err == ""


def test_fixed_standard_input_and_its_report_go_different_ways(keqi, replies: Path) -> None:
    result = keqi("check", "-", "--fix", "--format=json", "-o", "报告.json", stdin="这个不行,急".encode())
    assert result.out == "这个抱歉,急"
    (record,) = json.loads((replies / "报告.json").read_bytes())
    assert record["rule"] == "impatience.hurry"


def test_an_earlier_report_is_replaced_and_keeps_its_permissions(keqi, replies: Path) -> None:
    (replies / "报告.json").write_text("旧的")
    (replies / "报告.json").chmod(0o600)
    keqi("check", "话术", "--format=json", "-o", "报告.json")
    assert json.loads((replies / "报告.json").read_bytes())
    if os.name == "posix":
        assert stat.S_IMODE((replies / "报告.json").stat().st_mode) == 0o600


def test_an_earlier_report_among_the_replies_is_not_checked(keqi, replies: Path) -> None:
    keqi("check", "话术", "-o", "话术/报告.txt")
    keqi("check", "话术", "-o", "话术/报告.txt")
    assert "报告.txt:" not in (replies / "话术" / "报告.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(keqi, replies: Path) -> None:
    os.mkfifo(replies / "管道")
    reader = os.open(replies / "管道", os.O_RDWR)  # keeps the pipe open, so that nothing here waits
    keqi("check", "话术", "--format=jsonl", "-o", "管道")
    assert json.loads(os.read(reader, 65536))["path"] == "话术/甲.txt"
    assert stat.S_ISFIFO((replies / "管道").stat().st_mode)
    os.close(reader)


# -- whole or not at all ----------------------------------------------------------------------


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    keqi, replies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (replies / "报告.json").write_text("旧的")
    monkeypatch.setattr("os.replace", fail)
    result = keqi("check", "话术", "--format=json", "-o", "报告.json")
    assert result.status == 2
    assert result.err.startswith("错误：报告.json：写不进去（没有写入权限）")
    assert (replies / "报告.json").read_text() == "旧的"
    assert sorted(p.name for p in replies.iterdir()) == ["报告.json", "话术"]


def test_a_run_that_is_broken_off_leaves_the_old_report(
    keqi, replies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    (replies / "报告.json").write_text("旧的")
    monkeypatch.setattr("keqi.render.jsons.dumps", broken_off)
    assert keqi("check", "话术", "--format=json", "-o", "报告.json").status == cli.INTERRUPTED
    assert (replies / "报告.json").read_text() == "旧的"
    assert sorted(p.name for p in replies.iterdir()) == ["报告.json", "话术"]


def test_a_file_that_cannot_be_checked_does_not_spoil_the_report(keqi, replies: Path) -> None:
    result = keqi("check", "话术", "无.txt", "--format=sarif", "-o", "报告.sarif")
    assert result.status == 2
    assert "无.txt" in result.err
    assert sarif((replies / "报告.sarif").read_text(encoding="utf-8"))


# -- usage ------------------------------------------------------------------------------------

USAGE = {
    "over what is to be checked": (["话术/甲.txt", "-o", "话术/甲.txt"], "话术/甲.txt"),
    "over it by another name": (["话术/甲.txt", "-o", "话术/../话术/甲.txt"], "话术/甲.txt"),
    "to a folder": (["话术", "-o", "话术"], "这是文件夹"),
    "to a folder that is not there": (["话术", "-o", "无/报告.json"], "没有这个文件或文件夹"),
    "no name": (["话术", "-o"], "--output 后面要写一个值"),
    "counts as SARIF": (["--statistics", "--format=sarif"], "--format sarif"),
    "a diff as a page": (["--diff", "--format=html"], "--format html"),
}


@pytest.mark.parametrize(("arguments", "expected"), USAGE.values(), ids=USAGE.keys())
def test_what_cannot_be_is_refused_before_anything_is_done(
    keqi, replies: Path, arguments: list[str], expected: str
) -> None:
    result = keqi("check", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("错误：")
    assert expected in result.err
    assert (replies / "话术" / "甲.txt").read_text(encoding="utf-8") == BAD


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_page_is_not_poured_onto_a_terminal(keqi, replies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen, errors = Terminal(), io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", screen)
        patch.setattr(sys, "stderr", errors)
        assert cli.main(["check", "话术", "--format=html"]) == 2
    assert screen.getvalue() == ""
    assert "-o 报告.html" in errors.getvalue()
