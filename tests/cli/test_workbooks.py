"""Workbooks on the command line: cells as places, mended where they stand, the rest untouched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

Run = Callable[..., Any]
"""The program with a small linter: 不行 is an error, 急 a warning, 嗯 an info (see conftest)."""


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "售后"
    for row in (["问题", "答案", "工号"], ["能退吗", "不行", "A7"], ["不行吗", "您好，可以的", "A8"]):
        sheet.append(row)
    sheet["B2"].font = Font(bold=True, color="FFFF0000")
    book.create_sheet("热线").append(["内容"])
    book["热线"].append(["第一行\n急"])
    path = tmp_path / "回复.xlsx"
    book.save(path)
    return path


def test_findings_name_sheet_and_cell(keqi: Run, workbook: Path) -> None:
    out = keqi("check").out
    assert "回复.xlsx[售后!B2]:1:1: 错误 refusal.bare" in out
    assert "回复.xlsx[热线!A2]:2:1: 警告 impatience.hurry" in out
    assert "不行吗" not in out
    records = json.loads(keqi("check", "--format", "json").out)
    assert [(r["path"], r["cell"], r["start"]["line"]) for r in records] == [
        ("回复.xlsx", "售后!B2", 1),
        ("回复.xlsx", "热线!A2", 2),
    ]


def test_fixing_changes_the_reply_and_nothing_else(keqi: Run, workbook: Path) -> None:
    assert keqi("check", "--fix").status == 1
    book = openpyxl.load_workbook(workbook)
    assert [c.value for c in book["售后"]["B"]] == ["答案", "抱歉", "您好，可以的"]
    assert book["售后"]["B2"].font.bold
    assert book["售后"]["A3"].value == "不行吗"
    assert book["热线"]["A2"].value == "第一行\n急"


def test_what_would_change_is_shown_by_cell(keqi: Run, workbook: Path) -> None:
    before = workbook.read_bytes()
    assert keqi("check", "--diff").out == "回复.xlsx[售后!B2]\n-不行\n+抱歉\n"
    assert workbook.read_bytes() == before


def test_a_cell_can_be_ignored(keqi: Run, workbook: Path) -> None:
    assert keqi("ignore", "回复.xlsx[售后!B2]").status == 0
    assert "售后!B2" not in keqi("check").out


def test_columns_and_sheets_follow_the_settings(keqi: Run, workbook: Path, tmp_path: Path) -> None:
    settings = '[[files]]\npath = "*.xlsx"\ncolumns = ["问题"]\nsheets = ["售后"]\n'
    (tmp_path / "keqi.toml").write_text(settings)
    out = keqi("check").out
    assert "[售后!A3]" in out and "[售后!B2]" not in out and "热线" not in out


def test_the_report_names_authors(keqi: Run, workbook: Path) -> None:
    assert "A7" in keqi("check", "--format", "html").out


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04broken", "工作簿已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
        (b"not a zip", "工作簿"),
    ],
    ids=["a broken zip", "a password", "no workbook at all"],
)
def test_what_cannot_be_read_is_named_with_the_remedy(
    keqi: Run, tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "坏.xlsx").write_bytes(data)
    (tmp_path / "好.txt").write_text("不行")
    result = keqi("check", "--fix")
    assert result.status == 2
    assert "坏.xlsx" in result.err and said in result.err
    assert (tmp_path / "坏.xlsx").read_bytes() == data
    assert (tmp_path / "好.txt").read_text() == "抱歉"


def test_excels_lock_files_are_passed_over(keqi: Run, tmp_path: Path) -> None:
    (tmp_path / "~$回复.xlsx").write_bytes(b"\x05owner")
    assert keqi("check").status == 0


BROKEN = {
    "坏.csv": ('答案\n"不行\n', "第 2 行第 1 列"),
    "坏.json": ('{"答案": "不行",\n "x" "y"}', "第 2 行"),
    "坏.yaml": ("答案: '不行\n", "第 1 行"),
    "坏.toml": ("[a]\nx = 不行\n", "第 2 行"),
    "坏.po": ('msgid "a"\nmsgstr "不行\n', "第 2 行"),
    "坏.properties": ("a=\\u4e0", "第 1 行"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_breaks_its_format_is_named_with_the_place_and_left_alone(
    keqi: Run, tmp_path: Path, name: str
) -> None:
    text, place = BROKEN[name]
    (tmp_path / name).write_text(text)
    (tmp_path / "好.txt").write_text("不行")
    result = keqi("check", "--fix")
    assert result.status == 2
    assert name in result.err and place in result.err
    assert (tmp_path / name).read_text() == text
    assert (tmp_path / "好.txt").read_text() == "抱歉"
