"""JSON and JSON Lines: which strings are replies, where they stand, and how new wording is written."""

from __future__ import annotations

import json

import pytest
from format_laws import Replacing, parsing_the_fixed_is_fixing_the_parsed, spans_hold_what_they_say
from hypothesis import example, given
from hypothesis import strategies as st
from structured_data import (
    EVERYTHING,
    by_label,
    edited,
    fault,
    the_fix_is_right,
    whatever_it_is_it_is_read_or_refused,
)

from keqi import documents
from keqi.formats import BY_NAMES, Reading, by_name

# A file and its replies by label.
REPLIES = {
    "the usual name of a reply": ('{"id": 1, "scene": "退货", "answer": "不行"}', {"answer": "不行"}),
    "a list under such a name": ('{"replies": ["好", "行"]}', {"replies[0]": "好", "replies[1]": "行"}),
    "lists in lists": ('[[{"text": "好"}]]', {"[0][0].text": "好"}),
    "no such name: all values": ('{"退货": "不行", "换货": "行"}', {"退货": "不行", "换货": "行"}),
    "but not the customer's": ('{"买家": "能退吗", "店小二": "不行"}', {"店小二": "不行"}),
    "a key is no reply": ('{"不行": 1}', {}),
    "a text of its own": ('"不行"', {"": "不行"}),
    "no Chinese": ('{"answer": "no", "text": ""}', {}),
    "numbers and truths": ("[1, -2.5e3, true, false, null, NaN, -Infinity]", {}),
    "nothing at all": (" \n", {}),
    "a mark at the start": ('\ufeff{"text": "好"}', {"text": "好"}),
    "a key without a name": ('{"": {"": "好"}}', {"": "好"}),
    "white space at the edges": ('{"text": " 好\\n"}', {"text": "好"}),
    "the same key twice": ('{"text": "好", "text": "行"}', {"text": "行"}),
    "a key in escapes": ('{"te\\u0078t": "好", "x": "行"}', {"text": "好"}),
    "comments and trailing commas": (
        '// 注\n{"a": "好", /* "b": "不行" */ "c": ["行",], // 完\n}',
        {"a": "好", "c[0]": "行"},
    ),
    "an address is no comment": ('{"url": "http://a.cn", "a": "好"}', {"a": "好"}),
}


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_which_values_are_replies(text: str, expected: dict[str, str]) -> None:
    assert by_label("json", text) == expected


CONVERSATIONS = {
    "roles": '[{"role": "user", "content": "能退吗"}, {"role": "assistant", "content": "不行"}]',
    "the role behind the words": '[{"content": "能退吗", "角色": "客户"}, {"content": "不行", "角色": "客服小王"}]',
    "words below the role": '{"sender": "买家", "content": [{"text": "能退吗"}], "next": {"sender": "卖家", "text": "不行"}}',
    "an answer below the customer's words": '{"sender": "买家", "text": "能退吗", "replies": [{"text": "不行"}]}',
    "labels as keys": '[{"客户": "能退吗"}, {"客服": "不行"}]',
    "a role that says nothing": '[{"role": "user", "text": "能退吗"}, {"role": "小王", "text": "不行"}]',
    "the role is no reply": '[{"speaker": "客户", "say": "能退吗"}, {"speaker": "客服", "say": "不行"}]',
}


@pytest.mark.parametrize("text", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_only_our_side_of_a_conversation_is_read(text: str) -> None:
    assert list(by_label("json", text).values()) == ["不行"]


AUTHORS = {
    "in the same record": ('[{"text": "好", "坐席姓名": "小王"}]', BY_NAMES, "小王"),
    "by number": ('[{"工号": 1024, "text": "好"}]', BY_NAMES, "1024"),
    "for all that lies below": ('{"author": "小王", "replies": [{"text": "好"}]}', BY_NAMES, "小王"),
    "the nearest": ('{"author": "甲", "x": {"text": "好", "author": "乙"}}', BY_NAMES, "乙"),
    "where the settings say": ('{"text": "好", "by": "小王", "author": "x"}', Reading(author="by"), "小王"),
    "in another record": ('[{"author": "小王"}, {"text": "好"}]', BY_NAMES, ""),
}


@pytest.mark.parametrize(("text", "reading", "expected"), AUTHORS.values(), ids=AUTHORS.keys())
def test_the_author_stands_beside_the_reply(text: str, reading: Reading, expected: str) -> None:
    assert [s.author for s in by_name("json").segments(text, reading)] == [expected]


def test_the_settings_choose_keys() -> None:
    text = '{"a": {"x": "一", "y": "二"}, "b": [{"x": "三"}], "答案": "四", "user": "五"}'
    assert list(by_label("json", text, Reading(keys=("a.*", "user"))).values()) == ["一", "二", "五"]
    assert list(by_label("json", text, Reading(keys=("x",))).values()) == ["一", "三"]
    assert list(by_label("json", text, Reading(keys=("b[*].x",))).values()) == ["三"]


def test_the_settings_name_speakers() -> None:
    text = '[{"role": "客户经理", "text": "好"}, {"role": "客户", "text": "吗"}]'
    assert list(by_label("json", text, Reading(speakers=("客户经理",))).values()) == ["好"]


# What stands for 不行 in a file, what is to stand there instead, and what comes of it.
WORDINGS = {
    "plain": ('"这个不行。"', "可以", '"这个可以。"'),
    "a quote and a backslash": ('"不行"', '"好"\\', '"\\"好\\"\\\\"'),
    "a line end and a tab": ('"不行"', "好\r\n\t", '"好\\r\\n\\t"'),
    "an emoji": ('"不行"', "好😀", '"好😀"'),
    "next to escapes": ('"\\n不行\\/\\ud83d\\ude00"', "好", '"\\n好\\/\\ud83d\\ude00"'),
    "over an escape": ('"\\u4e0d行"', "好", '"好"'),
    "a file in ASCII stays one": (
        '"\\u8fd9\\u4e2a\\u4e0d\\u884c"',
        "好😀",
        '"\\u8fd9\\u4e2a\\u597d\\ud83d\\ude00"',
    ),
    "half a character": ('"不行"', "\ud83d", '"\\ud83d"'),
}


@pytest.mark.parametrize(("text", "new", "expected"), WORDINGS.values(), ids=WORDINGS.keys())
def test_new_wording_is_escaped(text: str, new: str, expected: str) -> None:
    assert edited("json", text, "不行", new) == expected


def test_a_pair_of_escapes_is_one_code_point() -> None:
    (segment,) = by_name("json").segments('["\\uD83D\\uDE00不行"]')
    assert segment.text == "😀不行"
    (finding,) = Replacing().check(segment.text)
    assert segment.source_finding(finding).span.start == 2 + 12


# A broken file: what is wrong with it, where, and a word of the advice.
BROKEN = {
    "a comma is missing": ('{"a": 1\n "b": 2}', "json-comma", "2:2", "英文逗号"),
    "a comma too many": ("[1,,2]", "json-value", "1:4", "多余的逗号"),
    "nothing but a comma": ("[,]", "json-value", "1:2", "多余的逗号"),
    "a comma first": ('{,"a": 1}', "json-key", "1:2", "多余的逗号"),
    "a colon is missing": ('{"a" 1}', "json-colon", "1:6", "英文冒号"),
    "a Chinese colon": ('{"a"： 1}', "json-wide", "1:5", "改成英文的 :"),
    "a Chinese comma": ("[1，2]", "json-wide", "1:3", "改成英文的 ,"),
    "single quotes": ("{'a': 1}", "json-quotes", "1:2", "英文双引号"),
    "typographic quotes": ('{"a": “好”}', "json-quotes", "1:7", "英文双引号"),
    "a key without quotes": ("{a: 1}", "json-key", "1:2", "英文双引号"),
    "a text without quotes": ('{"a": 好}', "json-value", "1:7", "英文双引号"),
    "Python's truth": ('{"a": True}', "json-value", "1:7", "true"),
    "a number that is none": ("[01]", "json-value", "1:2", "数字"),
    "a string that is not closed": ('{"a": "好\n}', "json-string", "1:7", "收尾的双引号"),
    "a string up to the end": ('["好', "json-string", "1:2", "收尾的双引号"),
    "a quote in a string": ('["他说"好"了"]', "json-inner-quote", "1:5", '\\"'),
    "a tab in a string": ('["好\t"]', "json-control", "1:4", "\\t"),
    "a strange escape": ('["好\\q"]', "json-escape", "1:4", "反斜杠"),
    "half an escape": ('["\\u4f6"]', "json-escape", "1:3", "四位"),
    "a bracket that is not closed": ('{"a": [1, {"b": 2}\n', "json-open", "1:7", "]"),
    "the wrong bracket": ('{"a":\n [1}', "json-bracket", "2:4", "第 2 行"),
    "two values": ('{"a": 1}\n{"a": 2}', "json-end", "2:1", ".jsonl"),
    "a closing bracket too many": ("[1]]", "json-end", "1:4", "删掉"),
    "a comment of another kind": ("{\n# 注\n}", "json-comment", "2:1", "//"),
    "a comment that is not closed": ("[1 /* 注", "json-comment", "1:4", "*/"),
    "no value": ('{"a": }', "json-value", "1:7", "一个值"),
    "a bar": ("[|]", "json-value", "1:2", "英文双引号"),
}


@pytest.mark.parametrize(("text", "kind", "place", "advice"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_place_and_remedy(
    text: str, kind: str, place: str, advice: str
) -> None:
    found = fault("json", text)
    assert found is not None
    assert found[:2] == (kind, place)
    assert advice in found[2]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', "[1,"])
def test_a_hundred_thousand_levels_are_refused(opening: str) -> None:
    found = fault("json", opening * 100_000)
    assert found is not None
    assert found[0] == "too-deep"


def test_ninety_levels_are_read() -> None:
    assert len(by_label("json", "[" * 90 + '"好"' + "]" * 90)) == 1


def test_comments_are_found_outside_strings_only() -> None:
    text = '{ // 一\n "a": "// 好", /* 二\n三 */ "b": "\\"// 行" //\n}'
    assert [c.text for c in by_name("json").comments(text)] == ["一", "二\n三", ""]
    assert [c.span.of(text) for c in by_name("json").comments(text)] == ["// 一", "/* 二\n三 */", "//"]


# -- any spelling -----------------------------------------------------------------------------------

WORDS = [
    "您好",
    "不行",
    "喂，您",
    " ",
    "\n",
    '"',
    "\\",
    "/",
    "😀",
    "\t",
    "\r\n",
    "\u2028",
    "x",
    "#",
    "裏",
    "//",
]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)
values = st.recursive(
    texts | st.integers() | st.none() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
GAPS = ["", " ", "\n", "\r\n\t"]
COMMENTS = ['// 注 "\n', "/* 不行 * / */"]


@st.composite
def files(draw: st.DrawFn, lenient: bool = False) -> str:
    """A JSON value, each character of it written in one of the ways that there are."""

    def gap() -> str:
        return draw(st.sampled_from(GAPS + COMMENTS if lenient else GAPS))

    def char(c: str) -> str:
        ways = [json.dumps(c)[1:-1]]
        ways += ["\\/"] if c == "/" else []
        ways += [c] if c not in '"\\\n\r\t' else []
        return draw(st.sampled_from(ways))

    def string(text: str) -> str:
        return f'"{"".join(map(char, text))}"'

    def items(parts: list[str]) -> str:
        return ",".join(parts) + ("," if lenient and parts and draw(st.booleans()) else "") + gap()

    def written(value: object) -> str:
        if isinstance(value, str):
            out = string(value)
        elif isinstance(value, list):
            out = f"[{items([written(v) for v in value])}]"
        elif isinstance(value, dict):
            members = [f"{gap()}{string(k)}{gap()}:{written(v)}" for k, v in value.items()]
            out = f"{{{items(members)}}}"
        else:
            out = json.dumps(value)
        return gap() + out + gap()

    return written(draw(values))


@given(files())
@example('["😀\\u4e0d\\u884c"]')
def test_whatever_the_spelling_the_fixed_file_holds_the_fixed_replies(text: str) -> None:
    the_fix_is_right("json", text, json.loads)


@given(files(lenient=True))
def test_comments_and_trailing_commas_change_nothing(text: str) -> None:
    spans_hold_what_they_say("json", text, EVERYTHING)
    fixed = parsing_the_fixed_is_fixing_the_parsed("json", text, reading=EVERYTHING)
    assert [c.text for c in by_name("json").comments(fixed)] == [
        c.text for c in by_name("json").comments(text)
    ]


tokens = st.lists(
    st.sampled_from(
        [*"[]{}\",:/*\\-.|\t\n“，'好", "true", '"好"', '"a"', "1", "\\n", "//", "\ufeff", "\x00"]
    ),
    max_size=14,
).map("".join)


@given(tokens)
def test_any_text_is_read_or_refused(text: str) -> None:
    whatever_it_is_it_is_read_or_refused("json", text)
    whatever_it_is_it_is_read_or_refused("jsonl", text)


@given(tokens)
def test_nothing_that_is_json_is_refused(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        return
    assert fault("json", text) is None


# -- JSON Lines -------------------------------------------------------------------------------------

LOG = (
    '{"messages": [{"role": "user", "content": "能退吗"}, {"role": "assistant", "content": "不行"}]}\r\n'
    "\n"
    '{"messages": [{"role": "assistant", "content": "请问还有什么\\n需要"}]}'
)


def test_each_line_is_a_value_of_its_own() -> None:
    found = [(s.label, s.text) for s in by_name("jsonl").segments(LOG)]
    assert found == [("messages[1].content", "不行"), ("messages[0].content", "请问还有什么\n需要")]


def test_patterns_of_keys_begin_at_the_line() -> None:
    reading = Reading(keys=("messages[0].content",))
    assert [s.text for s in by_name("jsonl").segments(LOG, reading)] == ["请问还有什么\n需要"]


def test_a_log_is_mended_in_place() -> None:
    fixed = documents.fix(Replacing("抱歉"), LOG, "jsonl")
    assert fixed == LOG.replace("不行", "抱歉")


@given(st.lists(values, max_size=4), st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans())
def test_the_fixed_log_holds_the_fixed_replies(records: list[object], end: str, ascii: bool) -> None:
    text = end.join(json.dumps(record, ensure_ascii=ascii) for record in records)
    the_fix_is_right(
        "jsonl", text, lambda log: [json.loads(line) for line in log.split("\n") if line.strip()]
    )


BROKEN_LINES = {
    "the line is named": ('{"a": 1}\n{"a" 2}\n', "json-colon", "2:6", "第 2 行"),
    "a value over two lines": ('{"a": 1}\n{"a":\n2}', "jsonl-open", "2:1", ".json"),
    "two values in a line": ('{"a": 1} {"a": 2}', "json-end", "1:10", "删掉"),
    "a string over two lines": ('{"a": "好\n好"}', "json-string", "1:7", "双引号"),
}


@pytest.mark.parametrize(("text", "kind", "place", "advice"), BROKEN_LINES.values(), ids=BROKEN_LINES.keys())
def test_a_broken_line_is_refused_with_place_and_remedy(
    text: str, kind: str, place: str, advice: str
) -> None:
    found = fault("jsonl", text)
    assert found is not None
    assert found[:2] == (kind, place)
    assert advice in found[2]
