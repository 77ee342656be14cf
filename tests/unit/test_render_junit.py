"""JUnit's XML, held to what Jenkins and GitLab read and to nothing they might stumble over."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from reports import NASTY, any_reports, at, reported, rewording

from keqi.render import junit
from keqi.render.messages import Messages
from keqi.render.report import Report

ALLOWED = {
    "testsuites": ({"name"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testcase"}),
    "testcase": ({"classname", "name", "file", "time"}, {"failure"}),
    "failure": ({"type", "message"}, set()),
}
"""For each element its attributes, all of which it must have, and the elements it may hold."""


def rendered(*reports, lang="zh"):
    text = "".join(junit.render(reports, Messages(lang)))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(text.encode())
    assert root.tag == "testsuites"
    must_be_strict(root)
    return root


def must_be_strict(element):
    attributes, children = ALLOWED[element.tag]
    assert set(element.attrib) == attributes
    assert {child.tag for child in element} <= children
    if element.tag == "testsuite":
        failures = element.findall("testcase/failure")
        assert int(element.get("tests")) == len(element) > 0
        assert int(element.get("failures")) == len(failures)
    if element.tag == "testcase":
        assert len(element) <= 1
    for child in element:
        must_be_strict(child)


def test_a_file_is_a_suite_and_a_finding_a_test_that_failed():
    text = "您好\n这个不行"
    finding = at(text, "不行")
    finding = replace(finding, fixes=(rewording(finding, "抱歉"),))
    (suite,) = rendered(Report("话术/甲.txt", text, (finding, at(text, "行", "pronoun.ni", "hint"))))
    assert suite.get("name") == "话术/甲.txt"
    first, second = suite
    assert first.attrib == {
        "classname": "refusal.bare",
        "name": "话术/甲.txt:2:3",
        "file": "话术/甲.txt",
        "time": "0",
    }
    failure = first.find("failure")
    assert failure.attrib == {"type": "error", "message": "不要说“不行”。"}
    assert failure.text == (
        "话术/甲.txt:2:3: 错误 refusal.bare 不要说“不行”。\n    这个不行\n        ^^^^\n    → 改为：抱歉"
    )
    assert second.find("failure").get("type") == "hint"


def test_a_file_without_findings_is_a_test_that_passed():
    (suite,) = rendered(Report("甲.txt", "您好", ()))
    (case,) = suite
    assert (case.get("name"), len(case)) == ("甲.txt 没有问题", 0)


def test_no_files_are_no_suites():
    assert len(rendered()) == 0


def test_standard_input_has_a_name():
    assert rendered(reported("不行", path="-"))[0].get("name") == "标准输入"
    assert rendered(reported("不行", path="-"), lang="en")[0].get("name") == "standard input"


def test_a_cell_of_a_workbook_is_a_suite_of_its_own():
    (suite,) = rendered(reported("不行", path="库.xlsx", cell="售后!C12"))
    assert suite.get("name") == "库.xlsx[售后!C12]"
    assert (suite[0].get("name"), suite[0].get("file")) == ("库.xlsx[售后!C12]:1:1", "库.xlsx")
    assert suite.find("testcase/failure").text.startswith("库.xlsx[售后!C12]:1:1: ")


def test_what_no_xml_can_hold_is_left_out_and_all_else_comes_back():
    path = "".join(NASTY) + "<&\"'>\r\n\t.txt"
    (suite,) = rendered(reported("不行", path=path))
    legal = path
    for illegal in ("\x00", "\x0b", "\ud800", "\ufffe"):
        legal = legal.replace(illegal, "")
    assert suite.get("name") == legal


@given(st.lists(any_reports(), max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_report_is_well_formed_and_complete(reports):
    root = rendered(*reports)
    assert len(root) == len(reports)
    assert len(root.findall(".//failure")) == sum(len(report.findings) for report in reports)
