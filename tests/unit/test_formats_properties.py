"""Java properties: which values are replies, and how wording gets into them.

The oracle is a reader written after the description of `java.util.Properties.load`.
"""

from __future__ import annotations

import re

import pytest
from format_laws import AWKWARD, parsing_the_fixed_is_fixing_the_parsed, replies, spans_hold_what_they_say
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.findings import Edit, apply_edits
from keqi.formats import FormatError, Reading, by_name
from keqi.render.messages import Messages

PROPERTIES = by_name("properties")

REPLIES = {
    "an equals sign": ("a=您好\n", {"a": "您好"}),
    "a colon": ("a : 您好", {"a": "您好"}),
    "white space": ("a\t 您好", {"a": "您好"}),
    "only the first sign divides": ("a = =您:好=", {"a": "=您:好="}),
    "a key with signs of its own": ("a\\:b\\=c\\ d=您好", {"a:b=c d": "您好"}),
    "a key in Chinese": ("欢迎 您好", {"欢迎": "您好"}),
    "a key in escapes": ("\\u6b22\\u8fce=您好", {"欢迎": "您好"}),
    "indentation": ("  a=您好  ", {"a": "您好"}),
    "a byte order mark": ("\ufeffa=您好", {"a": "您好"}),
    "no Chinese": ("a=OK\nb=\nc", {}),
    "comments": ("# a=不行\n  ! b=不行\nc=您好 # 好", {"c": "您好 # 好"}),
    "a comment does not go on": ("# 不行\\\na=您好", {"a": "您好"}),
    "a value over two lines": ("a=您好，\\\n    请稍等\nb=好", {"a": "您好，请稍等", "b": "好"}),
    "a line that begins like a comment": ("a=您好\\\n# 请", {"a": "您好# 请"}),
    "CR LF": ("a=您\\\r\n  好\r\nb=请\r\n", {"a": "您好", "b": "请"}),
    "CR": ("a=您\\\r好\rb=请", {"a": "您好", "b": "请"}),
    "a blank line ends what goes on": ("a=您\\\n\nb=好", {"a": "您", "b": "好"}),
    "two backslashes do not go on": ("a=您\\\\\nb=好", {"a": "您\\", "b": "好"}),
    "a key over two lines": ("a\\\n  b\\\n  = 您", {"ab": "您"}),
    "the sign on the next line": ("a \\\n  = \\\n  您", {"a": "您"}),
    "a backslash at the very end": ("a=您\\", {"a": "您"}),
    "escapes": ("a=您\\t好\\n\\r\\f\\:\\=\\#\\!\\ \\q。", {"a": "您\t好\n\r\f:=#! q。"}),
    "characters by number": ("a=\\u60a8\\u597D", {"a": "您好"}),
    "a pair of surrogates": ("a=\\u60a8\\ud83d\\uDE00", {"a": "您😀"}),
    "half a pair": ("a=\\u60a8\\ud83d!", {"a": "您\ud83d!"}),
}


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_replies(text: str, expected: dict[str, str]) -> None:
    assert {s.label: s.text for s in PROPERTIES.segments(text)} == expected


def test_every_value_is_a_reply_whatever_other_keys_are_called() -> None:
    assert replies("properties", "message=您好\ngreeting=请") == ["您好", "请"]


def test_what_a_customer_or_author_is_called_by_is_no_reply() -> None:
    assert replies("properties", "question=能退吗\nauthor=小王\nok=可以") == ["可以"]


@pytest.mark.parametrize(
    ("pattern", "expected"), [("reply.*", ["甲"]), ("refund", ["甲", "乙"]), ("**", ["甲", "乙", "丙"])]
)
def test_the_settings_choose_keys(pattern: str, expected: list[str]) -> None:
    text = "reply.refund=甲\nui.refund=乙\nquestion=丙"
    assert replies("properties", text, Reading(keys=(pattern,))) == expected


WRITTEN = {
    "plain": ("a=这个不行吧", "好", "a=这个好吧"),
    "escapes": ("a=不行", "甲\\乙\n丙\t丁\r\f", r"a=甲\\乙\n丙\t丁\r\f"),
    "what would divide": ("a 不行", "=甲", r"a \=甲"),
    "a space that would be lost": ("a=您\\\n   不行", " 甲 ", "a=您\\\n   \\ 甲 "),
    "a file in ASCII": (r"a=\u4e0d\u884c\u5427", "好a😀", r"a=\u597da\ud83d\ude00\u5427"),
    "a file in ASCII with capitals": (r"a=\u4E0D\u884C", "没", r"a=\u6CA1"),
    "each value as it is spelled": (r"# 注" + "\na=\\u4e0d\\u884c", "好", "# 注\na=\\u597d"),
    "a value of both spellings": (r"a=不\u884c", "好", "a=好"),
    "half a pair": ("a=不行", "\ud83d", r"a=\ud83d"),
}


@pytest.mark.parametrize(("text", "wording", "expected"), WRITTEN.values(), ids=WRITTEN.keys())
def test_wording_is_written_as_the_file_needs_it(text: str, wording: str, expected: str) -> None:
    (segment,) = PROPERTIES.segments(text)
    at = segment.text.index("不行")
    assert apply_edits(text, segment.source_edits([Edit(at, at + 2, wording)])) == expected


@pytest.mark.parametrize(
    ("text", "offset"), [("a=您\\u12", 3), ("b=1\na=\\u60a8\\uxyza", 12)], ids=["too short", "no digits"]
)
def test_a_broken_escape_has_a_place(text: str, offset: int) -> None:
    with pytest.raises(FormatError) as failure:
        list(PROPERTIES.segments(text))
    assert (failure.value.kind, failure.value.offset) == ("properties-unicode", offset)
    for lang in ("zh", "en"):
        reason, _, advice = Messages(lang).say("properties-unicode", line=2, column=7).partition("|")
        assert "2" in reason and advice


def test_comments() -> None:
    text = "# keqi: ignore\n  ! 注\r\na=#不是\\\n# 也不是\n#"
    found = list(PROPERTIES.comments(text))
    assert [c.text for c in found] == ["keqi: ignore", "注", ""]
    assert [c.span.of(text) for c in found] == ["# keqi: ignore", "! 注", "#"]


def load(text: str) -> list[tuple[str, str]]:
    """What `Properties.load` reads, in the words of its description."""
    return [_entry(line) for line in _logical_lines(re.split(r"\r\n|\r|\n", text))]


def _logical_lines(natural: list[str]) -> list[str]:
    lines, pending = [], ""
    going_on = False
    for line in natural:
        body = line.lstrip(" \t\f")
        if not going_on and (not body or body[0] in "#!"):
            continue
        backslashes = len(body) - len(body.rstrip("\\"))
        going_on = backslashes % 2 == 1
        pending += body[:-1] if going_on else body
        if not going_on:
            lines.append(pending)
            pending = ""
    return [line for line in [*lines, pending] if line]


def _entry(line: str) -> tuple[str, str]:
    end = 0
    while end < len(line) and line[end] not in "=: \t\f":
        end += 2 if line[end] == "\\" else 1
    rest = line[end:].lstrip(" \t\f")
    rest = rest[1:].lstrip(" \t\f") if rest[:1] in ("=", ":") else rest
    return _unescaped(line[:end]), _unescaped(rest)


def _unescaped(text: str) -> str:
    units, at = [], 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] == "u":
            units.append(chr(int(text[at + 2 : at + 6], 16)))
            at += 6
        elif text[at] == "\\":
            sign = text[at + 1 : at + 2]
            units.append({"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(sign, sign))
            at += 2
        else:
            units.append(text[at])
            at += 1
    return "".join(units).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


ESCAPES = [r"\n", r"\t", r"\\", r"\:", r"\=", r"\q", r"\u60A8", r"\u4e0d\u884c", r"\ud83d\ude00"]
GOES_ON = ["\\\n", "\\\n  ", "\\\r\n\t"]
PIECES = st.sampled_from([*"您好臺，a:=#!.", "不行", "喂，您", "请 您", "😀", *ESCAPES, *GOES_ON])
ASCII = st.sampled_from([r"\u4e0d\u884c", r"\u60a8", "a", " b", "\\\n ", r"\ud83d\ude00"])
VALUES = st.lists(PIECES, max_size=8).map("".join) | st.lists(ASCII, max_size=8).map("".join)
KEYS = st.sampled_from(["a", "reply.refund", r"a\:b", r"a\ b", "问候", r"\u60a8", "c-1"])
ENTRIES = st.tuples(
    st.sampled_from(["", "  ", "\t"]), KEYS, st.sampled_from(["=", ":", " ", " = ", "\t:"]), VALUES
)
LINES = ENTRIES.map("".join) | st.sampled_from(["", "  ", "# 不行", "! 不行\\", "#", "b"])
FILES = st.tuples(st.lists(LINES, max_size=6), st.sampled_from(["\n", "\r\n", "\r"])).map(
    lambda f: f[1].join(f[0])
)


@settings(max_examples=150)
@given(FILES)
def test_mending_the_file_mends_the_values_and_nothing_else(text: str) -> None:
    spans_hold_what_they_say("properties", text)
    values = [v for _, v in load(text) if re.search(r"[\u4e00-\u9fff]", v)]
    assert replies("properties", text) == [v.strip() for v in values]
    fixed = parsing_the_fixed_is_fixing_the_parsed("properties", text)
    assert load(fixed) == [(k, v.replace("不行", AWKWARD).replace("喂，", "")) for k, v in load(text)]


@given(st.text(alphabet="ab=: \\\n\r\t#!u60a8您不行\ufeff", max_size=60))
def test_only_a_format_error_escapes(text: str) -> None:
    try:
        spans_hold_what_they_say("properties", text)
    except FormatError as failure:
        assert 0 <= failure.offset <= len(text)
    list(PROPERTIES.comments(text))
