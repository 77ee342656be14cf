"""Workflow commands of GitHub Actions, read back as GitHub's runner reads them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import any_reports, at, reported, rewording

from keqi.render import github
from keqi.render.messages import Messages
from keqi.render.report import Report

TITLES = {"refusal.bare": "一口回绝"}
_COMMAND = re.compile(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)\n")


def decoded(text, *codes):
    for code in codes:
        text = text.replace(f"%{ord(code):02X}", code)
    return text.replace("%25", "%")


def commands(*reports, lang="zh", titles=TITLES):
    """Name, properties and message of each command; every line must be one."""
    out = "".join(github.render(reports, titles, Messages(lang)))
    found = []
    for line in out.splitlines(keepends=True) if "\u2028" not in out else re.findall(r"[^\n]*\n", out):
        command = _COMMAND.fullmatch(line)
        assert command, line
        pairs = (pair.split("=", 1) for pair in command[2].split(","))
        values = {name: decoded(value, "\r", "\n", ":", ",") for name, value in pairs}
        found.append((command[1], values, decoded(command[3], "\r", "\n")))
    return found


def test_a_finding_is_one_line():
    text = "您好\n😀这个不行"
    finding = at(text, "不行")
    finding = replace(finding, fixes=(rewording(finding, "抱歉"), rewording(finding, "", safe=False)))
    assert "".join(github.render([Report("话术/甲.txt", text, (finding,))], TITLES, Messages())) == (
        "::error file=话术/甲.txt,line=2,endLine=2,col=4,endColumn=6,title=一口回绝 (refusal.bare)"
        "::不要说“不行”。%0A改为：抱歉%0A可改为（需确认）：（删去）\n"
    )


@pytest.mark.parametrize(
    ("level", "name"), [("error", "error"), ("warning", "warning"), ("info", "notice"), ("hint", "notice")]
)
def test_levels(level, name):
    report = Report("甲.txt", "不行", (at("不行", "不行", level=level),))
    assert commands(report)[0][0] == name


def test_what_means_something_in_a_command_is_escaped():
    path = "a:b,c%2C\r\n::error::.txt"
    finding = replace(at("不行", "不行"), message="100%0A：\r\n::error::假的")
    ((_, properties, message),) = commands(
        Report(path, "不行", (finding,)), titles={"refusal.bare": "甲:乙,丙%"}
    )
    assert properties["file"] == path
    assert properties["title"] == "甲:乙,丙% (refusal.bare)"
    assert message == "100%0A：⏎⏎::error::假的"


def test_a_finding_over_lines_has_no_columns():
    ((_, properties, _),) = commands(reported("这不\n行", "不\n行"))
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert not {"col", "endColumn"} & properties.keys()


def test_standard_input_is_no_file_to_show_anything_in():
    ((_, properties, message),) = commands(reported("好\n不行", path="-"))
    assert properties == {"title": "一口回绝 (refusal.bare)"}
    assert message.startswith("标准输入 第 2 行第 1 列：不要说")


def test_a_cell_of_a_workbook_has_no_line():
    ((_, properties, message),) = commands(reported("不行", path="库.xlsx", cell="售后!C12"))
    assert set(properties) == {"file", "title"}
    assert message.startswith("售后!C12 第 1 行第 1 列：")


def test_a_rule_without_a_title_goes_by_its_id():
    ((_, properties, _),) = commands(reported("不行"), titles={})
    assert properties["title"] == "refusal.bare"


def test_nothing_found_says_nothing():
    assert commands(Report("甲.txt", "您好", ())) == []


@given(st.lists(any_reports(), max_size=3))
@settings(max_examples=100, deadline=None)
def test_whatever_is_found_there_is_one_command_for_each_finding(reports):
    found = commands(*reports)
    assert len(found) == sum(len(report.findings) for report in reports)
