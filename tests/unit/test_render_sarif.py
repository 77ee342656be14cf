"""SARIF: what the official schema asks for, and what the schema cannot say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from reports import RULES, any_reports, at, reported, rewording

from keqi.findings import Edit, apply_edits
from keqi.render import sarif
from keqi.render.messages import Messages
from keqi.render.report import Passage, Report
from keqi.text import LineIndex

SCHEMA = Path(__file__).parents[1] / "schemas" / "sarif-2.1.0-rtm.5.json"
VALIDATOR = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})*")


def rendered(*reports, lang="zh", pages=""):
    text = "".join(sarif.render(reports, RULES, Messages(lang), "1.2.3", pages=pages))
    log = json.loads(text)
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    return log["runs"][0]


def results(*reports):
    return rendered(*reports)["results"]


def result(report):
    (only,) = results(report)
    return only


def region(report):
    return result(report)["locations"][0]["physicalLocation"]["region"]


def unbraced(text):
    """A message as a reader shows it."""
    assert not re.search(r"(?<!\{)(?:\{\{)*\{(?!\{)", text), "a single brace begins a placeholder"
    return text.replace("{{", "{").replace("}}", "}")


# -- the log --------------------------------------------------------------------------------------


def test_the_schema_is_the_one_that_refuses_what_is_wrong():
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})


@given(st.lists(any_reports(), max_size=3), st.sampled_from(["zh", "en"]))
@settings(max_examples=100, deadline=None)
def test_any_report_is_a_valid_log(reports, lang):
    run = rendered(*reports, lang=lang)
    assert len(run["results"]) == sum(len(r.findings) for r in reports)
    for found in run["results"]:
        assert URI.fullmatch(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        if "ruleIndex" in found:
            assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]


def test_a_log_without_files_or_findings_is_valid():
    assert rendered()["results"] == rendered(Report("甲.txt", "您好", ()))["results"] == []


def test_what_a_reader_must_know():
    run = rendered()
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]
    assert (run["language"], rendered(lang="en")["language"]) == ("zh-CN", "en")
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("keqi", "1.2.3", "1.2.3")


# -- rules ----------------------------------------------------------------------------------------


def test_a_rule_is_explained():
    rule = rendered()["tool"]["driver"]["rules"][0]
    assert rule["id"] == "refusal.bare"
    assert rule["name"] == rule["shortDescription"]["text"] == "一口回绝"
    assert rule["fullDescription"]["text"] == "为什么不说一口回绝。"
    assert rule["properties"]["category"] == "refusal"
    assert rule["properties"]["tags"] == ["refusal", "口语"]
    assert rule["help"]["text"].splitlines() == [
        "一口回绝，不妥。",
        "为什么：",
        "为什么不说一口回绝。",
        "不合适：",
        "这个*不行*。 → 这个<抱歉>。",
        "没问题：",
        "[可以](行)。",
        "依据：第 1 条",
    ]


def test_help_in_markdown_shows_examples_letter_by_letter():
    markdown = rendered()["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert "**不合适：**\n\n- 这个\\*不行\\*。 → 这个\\<抱歉\\>。" in markdown
    assert "- \\[可以\\]\\(行\\)。" in markdown


def test_rules_in_english():
    rule = rendered(lang="en")["tool"]["driver"]["rules"][0]
    assert rule["name"] == rule["shortDescription"]["text"] == "A bare no"
    assert rule["fullDescription"]["text"] == "Why no A bare no."
    assert rule["help"]["text"].splitlines()[:3] == ["Not refusal.bare.", "why:", "Why no A bare no."]


def test_a_rule_that_is_explained_in_chinese_only():
    rule = rendered(lang="en")["tool"]["driver"]["rules"][2]
    assert rule["shortDescription"]["text"] == "空口的尽快"
    assert rule["help"]["text"].splitlines()[:3] == ["Not promise.soon.", "why:", "为什么不说空口的尽快。"]


LEVELS = {
    "refusal.bare": {"enabled": True, "level": "error"},
    "pronoun.ni": {"enabled": True, "level": "warning"},
    "promise.soon": {"enabled": True, "level": "note"},
    "structure.closing": {"enabled": False, "level": "none"},
}


def test_rules_come_with_their_level():
    rules = rendered()["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["defaultConfiguration"] for rule in rules} == LEVELS


def test_a_rule_has_a_page_where_there_are_pages():
    (rule, *_) = rendered(pages="https://example.org/rules/")["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://example.org/rules/refusal.bare"
    assert "helpUri" not in rendered()["tool"]["driver"]["rules"][0]


# -- places ---------------------------------------------------------------------------------------

PLACES = {
    "a relative path": ("话术/甲 1.txt", "%E8%AF%9D%E6%9C%AF/%E7%94%B2%201.txt", "%SRCROOT%"),
    "a path from here": ("./库//a.txt", "%E5%BA%93/a.txt", "%SRCROOT%"),
    "a path from above": ("../a.txt", "../a.txt", "%SRCROOT%"),
    "what means something in an address": ("a:b?c#d%e.txt", "a%3Ab%3Fc%23d%25e.txt", "%SRCROOT%"),
    "a name that is no text": ("\udcff.txt", "%FF.txt", "%SRCROOT%"),
    "an absolute path": ("/库/a.txt", "file:///%E5%BA%93/a.txt", None),
    "standard input": ("-", "stdin", None),
}


@pytest.mark.parametrize(("path", "uri", "base"), PLACES.values(), ids=PLACES.keys())
def test_the_address_of_a_file(path, uri, base):
    location = result(reported("不行", path=path))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (location["uri"], location.get("uriBaseId")) == (uri, base)
    assert base is None or base in rendered()["originalUriBaseIds"]


REGIONS = {
    "an emoji is one column": ("😀不行", "不行", (1, 2, 1, 4)),
    "behind CR LF": ("好\r\n不行", "不行", (2, 1, 2, 3)),
    "behind a lone CR": ("好\r不行", "不行", (2, 1, 2, 3)),
    "U+2028 ends no line": ("好\u2028不行", "不行", (1, 3, 1, 5)),
    "over two lines": ("不\n行", "不\n行", (1, 1, 2, 2)),
    "a point at the end": ("您好\n", "", (2, 1, 2, 1)),
}


@pytest.mark.parametrize(("text", "word", "place"), REGIONS.values(), ids=REGIONS.keys())
def test_the_region_of_a_finding(text, word, place):
    found = region(reported(text, word))
    assert tuple(found[k] for k in ("startLine", "startColumn", "endLine", "endColumn")) == place
    assert found["snippet"]["text"] == word


def test_a_cell_of_a_workbook_has_a_name_and_no_lines_or_edits():
    finding = at("不行", "不行")
    finding = replace(finding, fixes=(rewording(finding, "抱歉"),))
    found = result(Report("库.xlsx", "不行", (finding,), cell="售后!C12"))
    (location,) = found["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "售后!C12"}]
    assert "region" not in location["physicalLocation"]
    assert "fixes" not in found


def test_what_the_file_calls_the_reply_and_who_wrote_it():
    passage = Passage("这个不行", 2, 4, "answers[3].text", "张三")
    found = result(reported("这个不行", passages=(passage,)))
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "answers[3].text"}]
    assert found["properties"]["author"] == "张三"


# -- results --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "note"), ("hint", "note")]
)
def test_levels(severity, level):
    found = result(Report("甲.txt", "不行", (at("不行", "不行", level=severity),)))
    assert (found["level"], found["properties"]["severity"]) == (level, severity)


def test_a_rule_that_the_log_does_not_list_has_no_index():
    found = result(Report("甲.txt", "不行", (at("不行", "不行", "suppression.unused"),)))
    assert (found["ruleId"], "ruleIndex" in found) == ("suppression.unused", False)


def test_braces_in_messages_are_no_placeholders():
    finding = replace(at("不行", "不行"), message="订单{0}、{订单号}")
    said = result(Report("甲.txt", "不行", (finding,)))["message"]["text"]
    assert unbraced(said) == "订单{0}、{订单号}"


def applied(fix, text):
    """`text` with a fix made as a SARIF reader would."""
    index = LineIndex(text)
    edits = []
    for replacement in fix["artifactChanges"][0]["replacements"]:
        place = replacement["deletedRegion"]
        start = index.offset(place["startLine"] - 1, place["startColumn"] - 1)
        end = index.offset(place["endLine"] - 1, place["endColumn"] - 1)
        edits.append(Edit(start, end, replacement["insertedContent"]["text"]))
    return apply_edits(text, edits)


def test_fixes_say_whether_they_need_consent_and_safe_ones_come_first():
    text = "您好\r\n😀这个不行。"
    finding = at(text, "不行")
    fixes = (rewording(finding, "抱歉{0}，我帮您看看", safe=False), rewording(finding, "抱歉"))
    first, second = result(Report("甲.txt", text, (replace(finding, fixes=fixes),)))["fixes"]
    assert first["description"]["text"] == "改为：抱歉"
    assert unbraced(second["description"]["text"]) == "可改为（需确认）：抱歉{0}，我帮您看看"
    assert applied(first, text) == "您好\r\n😀这个抱歉。"
    assert applied(second, text) == "您好\r\n😀这个抱歉{0}，我帮您看看。"


# -- fingerprints ---------------------------------------------------------------------------------


def prints(*reports):
    return [found["partialFingerprints"][sarif.FINGERPRINT] for found in results(*reports)]


def test_a_fingerprint_holds_when_lines_move_and_files_are_renamed():
    (before,) = prints(reported("这个不行。\n再见"))
    (after,) = prints(reported("新的一行\r\n\r\n这个不行。\r\n再见", path="乙.txt"))
    assert before == after


DIFFERENT = {
    "other context": (reported("这个不行"), reported("那边不行")),
    "other words": (reported("这个不行"), reported("这个办不了", "办不了")),
    "another rule": (
        reported("不行"),
        Report("甲.txt", "不行", (at("不行", "不行", "pronoun.ni"),)),
    ),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_fingerprints_differ_with(one, other):
    assert prints(one) != prints(other)


def test_the_same_reply_twice_in_a_file_has_two_fingerprints():
    text = "不行\n不行"
    first = at(text, "不行")
    twice = prints(Report("甲.txt", text, (first, first.shift(3))))
    assert len(set(twice)) == 2
    assert twice[0] == prints(reported("不行"))[0]


def test_the_reply_is_the_context_where_it_is_known():
    quoted = '"这个\\u4e0d行"'
    passage = Passage("这个不行", 2, 4)
    known = Report("甲.json", quoted, (at(quoted, "\\u4e0d行"),), (passage,))
    assert prints(known) == prints(reported("这个不行"))
