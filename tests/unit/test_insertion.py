"""Wording that is put in where somebody types: read back, it is what was meant."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import tomllib
from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.findings import apply_edits
from keqi.formats import Reading, by_name
from keqi.formats.markdown_literal import literal
from keqi.insertion import writer
from keqi.text import Span

TYPED = "/qs"


def write(format, text, wording, reading=None):
    """`text` with `wording` in place of what was typed; None where it cannot be put in."""
    at = text.index(TYPED)
    written = writer(text, Span(at, at + len(TYPED)), format, reading or Reading())
    edit = written(wording) if written else None
    if edit is None:
        return None
    assert edit.start <= at, "what was typed goes"
    assert edit.end >= at + len(TYPED)
    return apply_edits(text, [edit])


# -- other readers than ours ------------------------------------------------------------------------


def table(delimiter):
    return lambda text: list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1][1]


def catalogue(text):
    """What the last string of a PO file says; its escapes are those of C, and of Python."""
    return ast.literal_eval(text[text.index("msgstr") + len("msgstr") :].strip())


def properties(text):
    """The value behind the first `=`, as `java.util.Properties` unescapes it."""
    value = text.partition("=")[2].removesuffix("\n")
    names = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
    meant = lambda m: chr(int(m[1], 16)) if m[1] else names.get(m[2], m[2])  # noqa: E731
    units = re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", meant, value)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


class Page(HTMLParser):
    """The words of a page."""

    def __init__(self):
        super().__init__()
        self.words = ""

    def handle_data(self, data):
        self.words += data


def page(text):
    reader = Page()
    reader.feed(text)
    return reader.words


def reply(format):
    """The last reply, as we read it ourselves: where nobody else is at hand."""
    return lambda text: list(by_name(format).segments(text))[-1].text


PLACES = {
    "a JSON string": ("json", '{"reply": "/qs"}', lambda t: json.loads(t)["reply"]),
    "a JSON string that goes on": ("json", '["a\\n您/qs好"]', lambda t: json.loads(t)[0]),
    "a JSON string in escapes": ("json", '["\\u60a8\\u597d", "/qs"]', lambda t: json.loads(t)[1]),
    "a JSON line": ("jsonl", '{"text": "您好"}\n{"text": "/qs"}\n', lambda t: json.loads(t.split("\n")[1])["text"]),
    "an empty cell": ("csv", "编号,回复\n1,/qs\n", table(",")),
    "a cell that goes on": ("csv", "编号,回复\n1,您好/qs谢谢\n", table(",")),
    "a cell in quotes": ("csv", '编号,回复\n1,"您好/qs"\n', table(",")),
    "a cell behind a semicolon": ("csv", "编号;回复\n1;/qs\n", table(";")),
    "a cell behind a tab": ("tsv", "编号\t回复\n1\t/qs\n", table("\t")),
    "a plain YAML scalar": ("yaml", "reply: /qs\nid: 1\n", lambda t: yaml.safe_load(t)["reply"]),
    "a plain scalar that goes on": ("yaml", "- 您好/qs谢谢\n- 好\n", lambda t: yaml.safe_load(t)[0]),
    "a scalar between brackets": ("yaml", "[/qs, 好]\n", lambda t: yaml.safe_load(t)[0]),
    "a scalar in single quotes": ("yaml", "reply: '/qs'\n", lambda t: yaml.safe_load(t)["reply"]),
    "a scalar in double quotes": ("yaml", 'reply: "/qs"\n', lambda t: yaml.safe_load(t)["reply"]),
    "a literal block": ("yaml", "reply: |-\n  您好\n  /qs\nid: 1\n", lambda t: yaml.safe_load(t)["reply"]),
    "a folded block": ("yaml", "reply: >-\n  您好\n\n  /qs\nid: 1\n", lambda t: yaml.safe_load(t)["reply"]),
    "a basic TOML string": ("toml", 'reply = "/qs"\n', lambda t: tomllib.loads(t)["reply"]),
    "a literal TOML string": ("toml", "reply = '您/qs'\n", lambda t: tomllib.loads(t)["reply"]),
    "a TOML string of several lines": ("toml", 'reply = """\n您\n/qs"""\n', lambda t: tomllib.loads(t)["reply"]),
    "a literal one of several lines": ("toml", "reply = '''/qs'''\n", lambda t: tomllib.loads(t)["reply"]),
    "a PO string": ("po", 'msgid "a"\nmsgstr "/qs"\n', catalogue),
    "a property": ("properties", "reply=/qs\n", properties),
    "a property in escapes": ("properties", "a=/qs\nb=\\u60a8\\u597d\n", lambda t: properties(t.split("\n")[0])),
    "a paragraph of HTML": ("html", "<p>您好/qs</p>", page),
    "a draft": ("draft", "您好,/qs", lambda t: t),
}  # fmt: skip
"""Format, the file where `/qs` has been typed, and how to read the reply in it."""

WORDINGS = {
    "plain": "请您稍等，我为您查询一下。",
    "a gap": "您的订单{订单号}已经发出。",
    "quotes": "请点\"我的\"、'订单'，再点“退款”。",
    "a backslash": "文件在 C:\\new\\table 里。",
    "a comma": "您好, 请稍等; 马上|好。",
    "a tab": "您好\t请稍等。",
    "a colon and a number sign": "时间: 9:00 #1 号店",
    "tags": "请填<姓名> & <b>电话</b>。",
    "an emoji": "谢谢您😀",
    "a gap in front": "{姓名}，您好。",
    "markup in front": "- 您好",
    "English": "Yes, of course: no problem.",
    "a number": "123",
}
LINES = "您好！\n请问有什么可以帮您？"
TROUBLE = st.text(
    alphabet=st.sampled_from("您好，。{}[]<>&|\\'\"#:;,-?!%@`*_=~. 1a/\t\u3000😀\u2028\xa0"), min_size=1, max_size=12
).map(lambda s: s.strip())  # fmt: skip


def expected(place, wording):
    """What a reader shall find: what stood around the typing, with the wording in between."""
    _, text, read = PLACES[place]
    return read(text).replace(TYPED, wording)


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_put_in_is_read_as_it_was_meant(place, wording):
    format, text, read = PLACES[place]
    assert read(write(format, text, wording)) == expected(place, wording)


@pytest.mark.parametrize("place", PLACES)
def test_a_line_end_is_a_line_end_to_the_reader(place):
    format, text, read = PLACES[place]
    assert read(write(format, text, LINES)) == expected(place, LINES)


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(sorted(PLACES)), wording=TROUBLE.filter(bool))
def test_whatever_it_holds(place, wording):
    format, text, read = PLACES[place]
    written = write(format, text, wording)
    assert read(written) == expected(place, wording)


def test_the_cell_gets_quotes_only_when_it_needs_them():
    text = "编号,回复\n1,您好/qs谢谢\n"
    assert write("csv", text, "，请稍等，") == "编号,回复\n1,您好，请稍等，谢谢\n"
    assert write("csv", text, ', "好", ') == '编号,回复\n1,"您好, ""好"", 谢谢"\n'


def test_a_file_in_escapes_stays_in_escapes_and_a_new_one_does_not_become_one():
    assert write("json", '["\\u60a8", "/qs"]', "好") == '["\\u60a8", "\\u597d"]'
    assert write("json", '["/qs"]', "好") == '["好"]'
    assert write("yaml", '- "\\u60a8"\n- /qs\n', "好") == '- "\\u60a8"\n- 好\n'


# -- Markdown ---------------------------------------------------------------------------------------


def shown(markdown):
    """What Markdown without markup shows: each backslash before a mark gone."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


MARKDOWN = st.text(
    alphabet=st.sampled_from("您好a1_*`~<>&;#[]()!:|\\-+=. {}'\"/^\n"), min_size=1, max_size=12
).filter(lambda s: s == s.strip() and not re.search(r"\n\s*\n|[ \t]\n|\n[ \t]", s))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("您好，{姓名}[姓名]，1.5 元", "您好，{姓名}[姓名]，1.5 元"),
        ("*很*重要", "\\*很\\*重要"),
        ("**先生", "\\*\\*先生"),
        ("user_name 与 _名_", "user_name 与 \\_名\\_"),
        ("<b>好</b> 1 < 2", "\\<b>好\\</b> 1 < 2"),
        ("AT&T &amp; &", "AT&T \\&amp; &"),
        ("[点这里](http://a.cn)", "[点这里\\](http://a.cn)"),
        ("# 您好", "\\# 您好"),
        ("1. 您好\n- 谢谢", "1\\. 您好\n\\- 谢谢"),
        ("C:\\new\\*", "C:\\new\\\\\\*"),
        ("a|b \\|", "a|b \\\\\\|"),
    ],
)
def test_markdown_gets_as_few_backslashes_as_it_needs(text, markdown):
    assert literal(text) == markdown


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_in_markdown_no_wording_is_markup(wording):
    (segment,) = by_name("markdown").segments(write("markdown", "- /qs您\n", wording))
    assert not segment.holes
    assert not segment.marks
    assert shown(segment.text) == f"{wording}您"


@settings(max_examples=100, deadline=None)
@given(MARKDOWN)
def test_in_a_cell_of_markdown_no_wording_leaves_it(wording):
    written = write("markdown", "| 问 | 答 |\n|---|---|\n| 好 | /qs |\n", wording)
    cells = [shown(s.text) for s in by_name("markdown").segments(written)]
    assert cells == ["好", wording.replace("\n", " ")]


# -- where nothing is put in ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("json", '{"question": "/qs", "answer": "好"}'),
        ("json", '{"/qs": "好"}'),
        ("json", '{"answer": "好"} // /qs'),
        ("csv", "客户问题,回复\n/qs,好\n"),
        ("yaml", "reply: 好 # /qs\n"),
        ("markdown", "`/qs`\n"),
        ("markdown", "```\n/qs\n```\n"),
        ("markdown", "[好](/qs)\n"),
        ("po", 'msgid "/qs"\nmsgstr ""\n'),
        ("properties", "# /qs\n"),
        ("html", "<!-- /qs --><p>好</p>"),
        ("html", '<a title="/qs">好</a>'),
    ],
    ids=lambda value: value if len(value) < 11 else value.strip(),
)
def test_what_is_no_reply_gets_no_wording(format, text):
    assert write(format, text, "好") is None


def test_the_settings_say_what_is_a_reply():
    text = '{"greeting": "/qs", "reply": "好"}'
    assert write("json", text, "好") is None
    assert write("json", text, "好", Reading(keys=("greeting",))) == '{"greeting": "好", "reply": "好"}'


@pytest.mark.parametrize(
    ("format", "text", "shows"),
    [
        ("json", '{"reply": "/qs"}', True),
        ("json", '{"replies": [{"text": ["/qs"]}]}', True),
        ("json", '{"path": "/qs"}', False),
        ("json", '{"path": "/qs", "title": "您好"}', False),
        ("json", '{"parting": "/qs", "greeting": "您好"}', True),
        ("json", '["/qs"]', False),
        ("json", '{"reply": "/qs', False),
        ("draft", '他说"/qs"', False),
        ("lines", '他说"/qs"', False),
    ],
)
def test_whether_the_file_shows_that_a_reply_stands_there(format, text, shows):
    at = text.index(TYPED)
    span = Span(at, at + len(TYPED))
    assert (writer(text, span, format, sure=True) is not None) is shows


BROKEN = {"json": '{"reply": "/qs', "yaml": "a: [好\nreply: /qs", "toml": 'reply = "/qs\n', "csv": '1,"/qs\n'}


@pytest.mark.parametrize("format", BROKEN)
def test_in_a_file_that_is_broken_only_wording_is_written_that_reads_the_same_everywhere(format):
    text = BROKEN[format]
    assert write(format, text, "请您稍等，谢谢！") == text.replace(TYPED, "请您稍等，谢谢！")
    assert [write(format, text, w) for w in ('说"好"', "好\n好", "好\u2028好", "好: 好", "{姓名}")] == [
        None
    ] * 5


def test_a_quote_that_ends_the_string_is_not_taken_for_a_letter():
    text = "reply: '/qs'"
    assert writer(text, Span(7, len(text)), "yaml") is not None, "with its quotes it is a whole value"
    assert writer(text, Span(8, len(text)), "yaml") is None


@pytest.mark.parametrize(("format", "kept"), [("draft", True), ("plain", True), ("lines", False)])
def test_one_reply_a_line_stays_in_its_line(format, kept):
    assert write(format, "您好。\n/qs", LINES) == "您好。\n" + (LINES if kept else LINES.replace("\n", " "))
