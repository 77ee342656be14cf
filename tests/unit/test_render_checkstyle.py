"""Checkstyle's XML, as its readers expect it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import any_reports, at, reported, rewording

from keqi.render import checkstyle
from keqi.render.messages import Messages
from keqi.render.report import Report


def rendered(*reports, lang="zh"):
    text = "".join(checkstyle.render(reports, Messages(lang)))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(text.encode())
    assert (root.tag, root.attrib) == ("checkstyle", {"version": "4.3"})
    for file in root:
        assert (file.tag, set(file.attrib)) == ("file", {"name"})
        for error in file:
            assert error.tag == "error"
            assert set(error.attrib) == {"line", "column", "severity", "message", "source"}
            assert error.get("severity") in {"error", "warning", "info"}
            assert min(int(error.get("line")), int(error.get("column"))) >= 1
    return root


def test_a_finding_is_an_error_of_its_file():
    text = "您好\r\n😀这个不行"
    finding = at(text, "不行")
    finding = replace(finding, fixes=(rewording(finding, "抱歉"), rewording(finding, "我看看", safe=False)))
    (file,) = rendered(Report("话术/甲.txt", text, (finding,)))
    assert file.get("name") == "话术/甲.txt"
    assert file[0].attrib == {
        "line": "2",
        "column": "4",
        "severity": "error",
        "message": "不要说“不行”。\n改为：抱歉\n可改为（需确认）：我看看",
        "source": "keqi.refusal.bare",
    }


@pytest.mark.parametrize(
    ("level", "severity"), [("error", "error"), ("warning", "warning"), ("info", "info"), ("hint", "info")]
)
def test_levels(level, severity):
    (file,) = rendered(Report("甲.txt", "不行", (at("不行", "不行", level=level),)))
    assert file[0].get("severity") == severity


def test_a_file_without_findings_is_listed():
    (file,) = rendered(Report("甲.txt", "您好", ()))
    assert len(file) == 0


def test_standard_input_has_a_name():
    assert rendered(reported("不行", path="-"))[0].get("name") == "标准输入"


def test_a_cell_of_a_workbook_is_named_in_the_message():
    (file,) = rendered(reported("不行", path="库.xlsx", cell="售后!C12"))
    assert file.get("name") == "库.xlsx"
    assert file[0].get("message").startswith("售后!C12 不要说")


@given(st.lists(any_reports(), max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_report_is_well_formed_and_complete(reports):
    root = rendered(*reports)
    assert len(root) == len(reports)
    assert len(root.findall("file/error")) == sum(len(report.findings) for report in reports)
