"""The report as a page: what it holds, and that nothing in a reply can become more than text."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from reports import NASTY, RULES, any_reports, at, reported, rewording, texts

from keqi.adapters import cli_output
from keqi.render import html
from keqi.render.messages import Messages
from keqi.render.report import Passage, Report

PAGE = cli_output.page()
ATTACK = "</script><script>alert(1)</script><!--<script><img src=x onerror=alert(2)>"


def rendered(*reports, lang="zh", when="2026-11-22 09:30", explain=lambda finding: finding.message):
    return "".join(html.render(reports, RULES, PAGE, Messages(lang), "1.2.3", when, explain))


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the text of those that hold no elements."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        self.found.append(("", {}, []))

    def handle_data(self, data):
        if self.found:
            self.found[-1][2].append(data)

    def elements(self, tag):
        return [(attributes, "".join(text)) for name, attributes, text in self.found if name == tag]


def data(*reports, **options):
    """The page's data, as its script reads it."""
    scripts = Reader(rendered(*reports, **options)).elements("script")
    assert len(scripts) == 2
    attributes, text = scripts[0]
    assert attributes == {"type": "application/json", "id": "data"}
    return json.loads(text)


# -- what it holds --------------------------------------------------------------------------------


def test_a_finding_with_its_whole_reply():
    text = '回复,作者\n"您好，\n这个不行😀",张三\n'
    finding = replace(at(text, "不行"), message="不妥。")
    fixes = (rewording(finding, "抱歉"), rewording(finding, "我看看", safe=False))
    passage = Passage("您好，\n这个不行😀", 6, 8, "B2", "张三")
    found = data(Report("库.csv", text, (replace(finding, fixes=fixes),), (passage,)))
    assert found["files"] == [
        {
            "path": "库.csv",
            "cell": "",
            "replies": [["您好，\n这个不行😀", "B2", "张三"]],
            "findings": [
                {
                    "reply": 0,
                    "start": 6,
                    "end": 8,
                    "line": 3,
                    "column": 3,
                    "rule": "refusal.bare",
                    "category": "refusal",
                    "level": "error",
                    "message": "不妥。",
                    "fixes": [{"title": "抱歉", "safe": True}, {"title": "我看看", "safe": False}],
                }
            ],
        }
    ]
    assert found["rules"] == {
        "refusal.bare": {"title": "一口回绝", "why": "为什么不说一口回绝。", "chinese": []}
    }
    assert found["categories"] == {"refusal": "生硬拒绝"}


def marked(report):
    """Each finding's text, before, in and behind its mark."""
    (file,) = data(report)["files"]
    for finding in file["findings"]:
        text = file["replies"][finding["reply"]][0]
        yield text[: finding["start"]], text[finding["start"] : finding["end"]], text[finding["end"] :]


LINES = {
    "a line": ("您好\n这个不行。\n再见", "不行", ("这个", "不行", "。")),
    "CR LF": ("您好\r\n这个不行。\r\n再见", "不行", ("这个", "不行", "。")),
    "over two lines": ("您好\n这个不\n行。\n再见", "不\n行", ("这个", "不\n行", "。")),
    "to a line end": ("您好\n这个不行\r\n", "不行\r\n", ("这个", "不行\r\n", "")),
    "a point at the end": ("您好", "", ("您好", "", "")),
    "nothing at all": ("", "", ("", "", "")),
}


@pytest.mark.parametrize(("text", "word", "shown"), LINES.values(), ids=LINES.keys())
def test_the_line_takes_the_place_of_a_reply_that_is_not_known(text, word, shown):
    assert list(marked(reported(text, word))) == [shown]


def test_a_reply_with_several_findings_is_held_once():
    text = "不行" * 1000
    first = at(text, "不行")
    (file,) = data(Report("甲.txt", text, tuple(first.shift(2 * n) for n in range(1000))))["files"]
    assert (len(file["findings"]), len(file["replies"])) == (1000, 1)


def test_files_without_findings_are_counted():
    assert [file["path"] for file in data(Report("甲.txt", "您好", ()), reported("不行"))["files"]] == [
        "甲.txt",
        "话术/甲.txt",
    ]


def test_standard_input_and_cells_have_names():
    found = data(reported("不行", path="-"), reported("不行", path="库.xlsx", cell="售后!C12"))["files"]
    assert [(file["path"], file["cell"]) for file in found] == [("标准输入", ""), ("库.xlsx", "售后!C12")]


def test_only_rules_that_were_broken_are_explained():
    own = Report("甲.txt", "不行", (at("不行", "不行", "own.rule"),))
    found = data(own, reported("不行"))
    assert set(found["rules"]) == {"refusal.bare"}
    assert found["categories"] == {"own": "own", "refusal": "生硬拒绝"}


def test_in_english():
    page = rendered(reported("不行"), lang="en", explain=lambda finding: "Not so.")
    assert '<html lang="en">' in page
    assert "Politeness report" in page
    found = data(reported("不行"), lang="en", explain=lambda finding: "Not so.")
    assert found["files"][0]["findings"][0]["message"] == "Not so."
    assert found["categories"] == {"refusal": "Blunt refusals"}
    assert found["rules"] == {
        "refusal.bare": {"title": "A bare no", "why": "Why no A bare no.", "chinese": []}
    }
    assert not re.search("[一-龥]", json.dumps(found["words"], ensure_ascii=False))


def test_what_is_explained_in_chinese_only_is_known_to_be_chinese():
    report = Report("甲.txt", "尽快", (at("尽快", "尽快", "promise.soon"),))
    known = {"title": "空口的尽快", "why": "为什么不说空口的尽快。"}
    assert data(report, lang="en")["rules"] == {"promise.soon": known | {"chinese": ["title", "why"]}}
    assert data(report, lang="zh")["rules"] == {"promise.soon": known | {"chinese": []}}


def test_when_and_by_which_version_it_was_made():
    assert "2026-11-22 09:30 由客气 keqi 1.2.3 生成" in rendered()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_script_finds_all_its_words(lang):
    words = set(data(lang=lang)["words"])
    plain = set(re.findall(r"(?<!\.)\bwords\.([a-z]+)", PAGE.js))
    assert plain | set(re.findall(r'\bwords\["([a-z-]+)"\]', PAGE.js)) <= words
    assert {"error", "warning", "info", "hint", "rule-safe", "rule-unsafe"} <= words


# -- nothing but text -----------------------------------------------------------------------------


def test_a_reply_stays_text_wherever_it_is_quoted():
    finding = replace(at(ATTACK, "alert"), message=ATTACK)
    finding = replace(finding, fixes=(rewording(finding, ATTACK),))
    passage = Passage(ATTACK, 0, 1, ATTACK, ATTACK)
    page = rendered(Report(ATTACK, ATTACK, (finding,), (passage,)), when=ATTACK)
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page
    assert "<!--" not in page
    (file,) = data(Report(ATTACK, ATTACK, (finding,), (passage,)))["files"]
    assert file["replies"] == [[ATTACK, ATTACK, ATTACK]]


@given(any_reports(), texts)
@settings(max_examples=100, deadline=None)
def test_whatever_was_found_comes_back_as_it_was(report, said):
    (file,) = data(report, explain=lambda finding: said)["files"]
    assert [f["message"] for f in file["findings"]] == [said] * len(report.findings)
    assert [[fix["title"] for fix in f["fixes"]] for f in file["findings"]] == [
        [fix.title for fix in finding.fixes] for finding in report.findings
    ]
    for (_, inside, _), finding in zip(marked(report), report.findings, strict=True):
        # A line is shown without its end, of which a finding may hold a part.
        assert inside.rstrip("\r\n") == finding.span.of(report.text).rstrip("\r\n")


def test_the_data_holds_no_character_that_ends_a_script_or_a_line():
    nasty = "".join(NASTY) + "\u2029<>&"
    page = rendered(reported(nasty + "不行"))
    start = page.index('id="data">') + len('id="data">')
    assert not set(page[start : page.index("</script>", start)]) & set("<>&\u2028\u2029\x00\ud800")


def test_the_page_can_be_written_as_utf_8():
    assert rendered(reported("\ud800不行", path="\ud800.txt")).encode()


# -- nothing but itself ---------------------------------------------------------------------------


def policy(page):
    (content,) = [
        attributes["content"]
        for attributes, _ in Reader(page).elements("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return {directive.split()[0]: directive.split()[1:] for directive in content.split(";")}


def digest(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_only_its_own_script_and_style_may_run():
    page = rendered(reported(ATTACK + "不行"))
    reader = Reader(page)
    (_, (_, script)), ((_, style),) = reader.elements("script"), reader.elements("style")
    assert policy(page) == {
        "default-src": ["'none'"],
        "script-src": [digest(script)],
        "style-src": [digest(style)],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    }


def test_it_asks_for_nothing_from_outside():
    page = rendered(reported("不行"))
    for _, attributes, _ in Reader(page).found:
        assert not {"src", "srcset", "action", "style", "background", "data"} & attributes.keys()
        assert attributes.get("href", "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import|@font-face", PAGE.css)
    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(
    "call", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("]
)
def test_the_script_makes_no_markup_or_code_from_text(call):
    assert call not in PAGE.js


def test_script_and_style_do_not_end_early():
    assert "</" not in PAGE.js
    assert "<!--" not in PAGE.js
    assert "</" not in PAGE.css


def test_every_slot_of_the_page_is_filled():
    assert not re.search(r"\{\{[a-z-]+\}\}", rendered(reported("不行")))


def test_every_field_has_a_label():
    page = re.sub(r"<script.*?</script>", "", rendered(), flags=re.S)
    for field in re.finditer(r"<(?:input|select)\b", page):
        assert page.rfind("<label", 0, field.start()) > page.rfind("</label>", 0, field.start())
