"""YAML: which scalars are replies, where each code point stands, and how each style takes new wording."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from structured_data import (
    EVERYTHING,
    any_wording_fits,
    by_label,
    edited,
    fault,
    the_fix_is_right,
    whatever_it_is_it_is_read_or_refused,
)

from keqi.formats import Reading, by_name
from keqi.formats.yaml_scalars import Scalar, decoded
from keqi.text import Span

# A file and its replies by label.
REPLIES = {
    "the usual name of a reply": ("id: 1\nscene: 退货\nanswer: 不行\n", {"answer": "不行"}),
    "no such name: all values": ("退货: 不行\n换货:\n  - 行\n", {"退货": "不行", "换货[0]": "行"}),
    "a key is no reply": ("不行: 1\n? [不行]\n: 2\n", {}),
    "a value below a key that is no scalar": ("? {a: 不行}\n: 好\n", {"?": "好"}),
    "no Chinese": ("answer: no\ntext: 12\n", {}),
    "a text of its own": ("不行", {"": "不行"}),
    "several documents": ("a: 一\n---\nb: 二\n...\n%YAML 1.1\n---\nc: 三", {"a": "一", "b": "二", "c": "三"}),
    "a mark at the start": ("\ufeffa: 😀好", {"a": "😀好"}),
    "brackets": ("a: [一, 二 三, {b: 四, 五}]", {"a[0]": "一", "a[1]": "二 三", "a[2].b": "四"}),
    "items of items": ("- - 一\n  - 二\n- a: 三\n", {"[0][0]": "一", "[0][1]": "二", "[1].a": "三"}),
    "an alias is no second reply": ("a: &x 好\nb: *x\n", {"a": "好"}),
    "merged keys": ("d: &d {a: 一}\ne:\n  <<: *d\n  b: 二\n", {"d.a": "一", "e.b": "二"}),
    "tags of strings": (
        "a: !!str 一\nb: ! 二\nc: !<tag:yaml.org,2002:str> 三\nd: !!str &x 四\ne: &y !!str\n  五",
        {"a": "一", "b": "二", "c": "三", "d": "四", "e": "五"},
    ),
    "tags of other things": ("a: !!binary 好\nb: !own 好\n", {}),
    "the customer's lines": ("- role: user\n  content: 能退吗\n- content: 不行\n  role: 客服\n", {"[1].content": "不行"}),
    "the customer by an alias": ("r: &r 客户\nc:\n- {role: *r, text: 吗}\n- {text: 好}\n", {"c[1].text": "好"}),
    "comments": ("# 一\na: 好 # 二\n# 三\n", {"a": "好"}),
    "directly below the key": ("a:\n- 好\n-\n  行\n", {"a[0]": "好", "a[1]": "行"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_which_values_are_replies(text: str, expected: dict[str, str]) -> None:
    assert by_label("yaml", text) == expected


def test_author_and_keys_are_read_as_in_every_structured_file() -> None:
    text = "- 坐席姓名: 小王\n  text: 好\n- text: 行\n"
    assert [(s.text, s.author) for s in by_name("yaml").segments(text)] == [("好", "小王"), ("行", "")]
    assert by_label("yaml", text, Reading(keys=("[1].*",))) == {"[1].text": "行"}


# A scalar and the text that the customer reads, less the white space around it.
STYLES = {
    "plain": ("a: 您好 吗 # 注", "您好 吗"),
    "plain over lines": ("a: 您好\n  吗\n\n  好\n   了\nb: 1", "您好 吗\n好 了"),
    "single quotes": ("a: '您''好'''", "您'好'"),
    "single quotes over lines": ("a: '您  \n\n\n    好'", "您\n\n好"),
    "double quotes": ('a: "您\\"\\t\\u597d\\x41\\U0001F600\\/\\N"', '您"\t好A😀/'),
    "double quotes over lines": ('a: "您\n  好\\\n   吗 \\\n  \\ 了"', "您 好吗  了"),
    "literal": ("a: |\n  您\n\n    好\nb: 1", "您\n\n  好"),
    "literal, all line ends kept": ("a: |+ # 注\n  好\n\n\nb: 1", "好"),
    "literal with a given indentation": ("a: |2\n    您\n   好", "您\n 好"),
    "folded": ("a: >\n  您\n  好\n\n  吗\n    了\n  呢\n", "您 好\n吗\n  了\n呢"),
    "folded, no line end kept": ("- >-\n 好\n 吗\n\n", "好 吗"),
    "CR LF": ("a: |\r\n  您\r\n  好\r\n", "您\n好"),
    "CR LF in quotes": ("a: '您\r\n\r\n  好\r\n  吗'\r\n", "您\n好 吗"),
}


@pytest.mark.parametrize(("text", "expected"), STYLES.values(), ids=STYLES.keys())
def test_a_scalar_is_read_in_every_style(text: str, expected: str) -> None:
    (segment,) = by_name("yaml").segments(text, EVERYTHING)
    assert segment.text == expected
    for at, char in enumerate(segment.text):
        source = segment.source_span(Span(at, at + 1)).of(text)
        assert source == char or source.isspace() or source[0] in "\\'", "a character, a fold or an escape"


# What stands for 不行 in a file, what is to stand there instead, and what comes of it.
WORDINGS = {
    "plain stays plain": ("a: 不行 # 注", "可以：好的, 'x' [y]", "a: 可以：好的, 'x' [y] # 注"),
    "plain: a colon and a space": ("a: 不行。 # 注", "抱歉: 好", "a: '抱歉: 好。' # 注"),
    "plain: a comment": ("- 不行\n", "抱歉 #好", "- '抱歉 #好'\n"),
    "plain: an indicator first": ("- 不行\n", "- 好", "- '- 好'\n"),
    "plain: an apostrophe takes double quotes": ("a: 不行", "it's: 好", 'a: "it\'s: 好"'),
    "plain: a line end takes double quotes": ("a: 不行", "好\n吗", 'a: "好\\n吗"'),
    "plain: nothing Chinese is left": ("a: 不行", "12", "a: '12'"),
    "plain: nothing is left": ("a: 不行", "", "a: ''"),
    "plain: brackets in brackets": ("[不行]", "好, 吗", "['好, 吗']"),
    "plain: a question mark in brackets": ("{a: 不行}", "好吗?", "{a: '好吗?'}"),
    "plain: blank lines with tabs below": ("a: 不行\n \t\nb: 1", "好: ", "a: '好: '\n  \nb: 1"),
    "plain over lines keeps its lines": ("a: 您好\n  不行", "可以", "a: 您好\n  可以"),
    "plain over lines takes quotes": ("a: 您好\n  不行", "x: y", "a: '您好\n  x: y'"),
    "plain over lines takes a line end": ("a: 您好\n  不行吗", "好\n", "a: 您好\n  好\n\n  吗"),
    "single quotes": ("a: '不行'", "it's", "a: 'it''s'"),
    "single quotes cannot hold a line end": ("a: '不行'", "好\n'", 'a: "好\\n\'"'),
    "double quotes": ('a: "不行"', '"好"\\\n', 'a: "\\"好\\"\\\\\\n"'),
    "double quotes in ASCII stay so": ('a: "\\u4e0d\\u884c"', "好😀", 'a: "\\u597d\\U0001f600"'),
    "double quotes: a blank would be lost": ('a: "您好\n  不行\\\n  吗"', ' "', 'a: "您好  \\"吗"'),
    "double quotes keep lines": ('a: "您好\n  不行\\\n  吗"', 'x"', 'a: "您好\n  x\\"\\\n  吗"'),
    "literal": ("a: |\n  您好\n  不行\nb: 1", "x: y # z\n好", "a: |\n  您好\n  x: y # z\n  好\nb: 1"),
    "literal with CR LF": ("a: |\r\n  不行\r\n", "好\n吗", "a: |\r\n  好\r\n  吗\r\n"),
    "literal: a line gone": ("a: |-\n  您好\n  不行\n  吗", "", "a: |-\n  您好\n  \n  吗"),
    "literal cannot begin with a blank": ("a: | # 注\n  不行\n\nb: 1", " 好", 'a: " 好\\n" # 注\n\nb: 1'),
    "literal with a given indentation can": ("a: |2\n  不行", " 好", "a: |2\n   好"),
    "folded": ("a: >\n  您好\n  不行\n", "可以 #", "a: >\n  您好\n  可以 #\n"),
    "folded takes a line end": ("a: >\n  您好\n  不行吗\n", "好\n", "a: >\n  您好\n  好\n\n  吗\n"),
    "folded: a blank would be lost": ("a: >-\n  您好\n  不行吗\n", " ", "a: '您好  吗'\n"),
    "control characters": ("a: |\n  不行\n", "好\x07", 'a: "好\\a\\n"\n'),
}


@pytest.mark.parametrize(("text", "new", "expected"), WORDINGS.values(), ids=WORDINGS.keys())
def test_new_wording_is_written_in_the_mildest_style(text: str, new: str, expected: str) -> None:
    assert edited("yaml", text, "不行", new) == expected
    assert fault("yaml", expected) is None


def test_a_scalar_that_pyyaml_reads_otherwise_is_one_piece() -> None:
    text = "a: 不行"
    assert decoded(text, Scalar(Span(3, 5), "", "不行", False))[0].text is None
    assert decoded(text, Scalar(Span(3, 5), "", "可以", False)) == [(3, 5, "可以", False)]


# A broken file: what is wrong with it, where, and a word of the advice.
BROKEN = {
    "a tab": ("a:\n\t- 好", "yaml-tab", "2:1", "空格"),
    "a tab in a block": ("a: |\n\t好", "yaml-tab", "2:1", "空格"),
    "no blank behind the colon": ("a: 1\nb:好\nc: 1", "yaml-colon", "2:1", "再空一格"),
    "a Chinese colon": ("a: 1\nb：好\nc: 1", "yaml-colon", "2:1", "英文冒号"),
    "a colon in the text": ("a: 退货: 不行", "yaml-inner-colon", "1:6", "加上引号"),
    "a quote that is not closed": ("a: '好\nb: 1", "yaml-quote", "1:4", "收尾的引号"),
    "text behind a quote": ('a: "您好"，请', "yaml-behind-quote", "1:8", "另一种引号"),
    "an apostrophe in single quotes": ("a: 'it's'", "yaml-behind-quote", "1:8", "引号"),
    "a placeholder first": ("a: {姓名}您好\nb: 1", "yaml-behind-bracket", "1:8", "加上引号"),
    "bold first": ("a: **注意**", "yaml-start", "1:4", "不能以 * 开头"),
    "a sign first": ("a: @好", "yaml-start", "1:4", "不能以 @ 开头"),
    "a bar first": ("[|好]", "yaml-start", "1:2", "不能以 | 开头"),
    "a list on the line of its key": ("a: - 好", "yaml-start", "1:4", "不能以 - 开头"),
    "text behind a bar": ("a: |好\n  好", "yaml-block", "1:5", "换行"),
    "a bracket that is not closed": ("a: [好, 吗\nb: 1", "yaml-bracket", "1:4", "补上括号"),
    "a brace that is not closed": ("a: {好: 吗\n", "yaml-bracket", "1:4", "补上括号"),
    "a bracket too many": ("a: {b: 1}}", "yaml-bracket", "1:10", "括号"),
    "lines that do not align": ("a:\n  b: 1\n c: 2", "yaml-indent", "3:2", "同样多的空格"),
    "a list below a mapping": ("a: 1\n- b", "yaml-indent", "2:1", "缩进"),
    "a strange escape": ('a: "好\\q"', "yaml-escape", "1:6", "单引号"),
    "an alias without an anchor": ("a: *x", "yaml-alias", "1:4", "&x"),
    "a control character": ("a: 好\x07", "yaml-control", "1:5", "删掉"),
    "an invisible separator": ("a: 好\u2028吗\nb: 1", "yaml-separator", "1:5", "U+2028"),
    "a directive without value": ("%YAML\n---\na", "yaml-syntax", "1:6", "语法"),
    "too deep": ("[" * 10_000, "too-deep", "1:101", "层"),
}


@pytest.mark.parametrize(("text", "kind", "place", "advice"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_place_and_remedy(
    text: str, kind: str, place: str, advice: str
) -> None:
    found = fault("yaml", text)
    assert found is not None
    assert found[:2] == (kind, place)
    assert advice in found[2]


def test_comments_stand_outside_scalars() -> None:
    text = "# 一\na: 'x # 好' # 二\nb: | #三\n  # 好\n#四\nc: x#y\nd: &e # 五\n  [z, # 六\n]"
    found = list(by_name("yaml").comments("\ufeff" + text))
    assert [c.text for c in found] == ["一", "二", "三", "四", "五", "六"]
    assert found[1].span.of("\ufeff" + text) == "# 二"
    assert [c.text for c in by_name("yaml").comments("# 一\na: 1\nb: } # 二")] == ["一"]


# -- any spelling -----------------------------------------------------------------------------------

WORDS = ["您好", "不行", "喂，您", "😀", "x", "#", "裏", "{姓名}", "-", "、好", " ", "'", "a: b"]
INDENT = "    "
FOLDS = ["", "", " ", "  ", f"\n{INDENT}", f"\n\n{INDENT}", f"  \n\n\n{INDENT}  ", "\t"]
ESCAPES = ["\\n", f"\\\n{INDENT}", "\\u4e0d\\u884c", f" \\\n{INDENT}\\ ", "\\U0001F600", f"\\\n\n{INDENT}"]
LINE_ENDS = ["\n", "\n\n", "\n    \n", "\n  \n", "  \n", "\t\n", "\n\n\n"]
PLACES = [
    "k{}: {}\n",
    "'k {}':   {} # 尾\n",
    "k{}: &a{} {}\n",
    "k{}:\n  - {}\n",
    "k{}: [x, {}]\n",
    "k{}: {{a: {}, b: 1}}\n",
    "k{}: !!str {}\n",
    "k{}:\n  {}\n",
    "? k{}\n: {}\n",
    "k{}:\n- b: {}\n  c: 2\n",
]


SIGNS = [*"[]{}\",:*&|>!%- \t\n\r#'\\", "\x00", "\ufeff", "\u2028", "\r\n", chr(0xD800)]
NOISE = [*SIGNS, "好", "不行", "a: ", "- ", "\n  ", "|\n  ", "---\n", "...\n", "&x ", "*x", "!!str ", "<<: "]


@st.composite
def scalars(draw: st.DrawFn) -> str:
    """A scalar in any style, which may or may not be sound where it is put."""
    style = draw(st.sampled_from(["", "'", '"', "|", ">"]))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
    if style in ("|", ">"):
        signs = draw(st.sampled_from(["", "-", "+", "2", "2-", "+2", " # 注"]))
        leads = st.sampled_from(["", "", "", " ", "  ", "\t"])
        return f"{style}{signs}\n" + "".join(
            INDENT + draw(leads) + word + draw(st.sampled_from(LINE_ENDS)) for word in words
        )
    folds = st.sampled_from(FOLDS + ESCAPES if style == '"' else FOLDS)
    body = "".join(word + draw(folds) for word in words)
    return style + (body.replace("'", "''") if style == "'" else body) + style


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of a few scalars in any place."""
    out = draw(st.sampled_from(["", "# 头\n", "---\n", "%YAML 1.1\n---\n", "\ufeff"]))
    for number in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(PLACES))
        names = (number,) * (place.count("{}") - 1)
        out += place.format(*names, draw(scalars()))
    out += draw(st.sampled_from(["", "...\n", "---\n不行\n", "\n\n# 完"]))
    return out.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def load(text: str) -> list[Any]:
    return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def sound(text: str) -> bool:
    try:
        load(text)
    except yaml.YAMLError:
        return False
    return True


some = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@some
@given(files())
@example('a: "您\\\n\n  好 不行"')
def test_whatever_the_spelling_the_fixed_file_holds_the_fixed_replies(text: str) -> None:
    assume(sound(text))
    the_fix_is_right("yaml", text, load)


@some
@given(files(), st.sampled_from(["好的", "- 好", "好：", "'好'", "---", "# 好", "好:", "a, b]", "*"]))
def test_any_wording_fits(text: str, wording: str) -> None:
    assume(sound(text))
    any_wording_fits("yaml", text, wording, load)


@given(st.lists(st.sampled_from(NOISE), max_size=20).map("".join))
@example("不行\n\t")
@example("\ufeff\ufeff不行")
def test_any_text_is_read_or_refused(text: str) -> None:
    whatever_it_is_it_is_read_or_refused("yaml", text)


@some
@given(files())
def test_the_parser_in_python_is_as_good_as_the_one_in_c(text: str) -> None:
    assume(sound(text))
    with pytest.MonkeyPatch.context() as patch:
        before = by_label("yaml", text, EVERYTHING)
        patch.setattr("keqi.formats.yaml._Loader", yaml.SafeLoader)
        if fault("yaml", text) is None:  # it refuses tabs in plain scalars
            assert by_label("yaml", text, EVERYTHING) == before
