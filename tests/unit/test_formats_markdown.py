"""Markdown: which words are prose, and where in the file they stand.

In the expected segments a hole is □ and a line end is ⏎.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keqi.findings import Edit
from keqi.formats import Segment, by_name


def shown(segment: Segment) -> str:
    text = segment.text
    for hole in reversed(segment.holes):
        text = text[: hole.start] + "□" + text[hole.end :]
    return text.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎")


def segments(text: str) -> list[Segment]:
    return list(by_name("markdown").segments(text))


BLOCKS = {
    "nothing": ("", []),
    "a paragraph": ("您好\n请稍等\n", ["您好⏎请稍等"]),
    "a blank line divides": ("您好\n\n请稍等", ["您好", "请稍等"]),
    "indentation is no part of the words": ("  您好\n  请", ["您好⏎请"]),
    "CR LF": ("您好\r\n请\r\n\r\n稍等\r\n", ["您好⏎请", "稍等"]),
    "a heading": ("# 退货\n您好\n", ["退货", "您好"]),
    "a closed heading": ("## 退货 ##\n", ["退货"]),
    "a heading of nothing": ("#\n## ##\n", []),
    "seven signs are no heading": ("####### 退货", ["####### 退货"]),
    "underlined headings": ("退货\n===\n换货\n---\n您好", ["退货", "换货", "您好"]),
    "a ruler divides": ("您好\n\n***\n请\n* * *\n稍等", ["您好", "请", "稍等"]),
    "a list": ("- 一\n- 二\n* 三\n+ 四", ["一", "二", "三", "四"]),
    "a numbered list": ("1. 一\n2. 二\n3) 三", ["一", "二", "三"]),
    "a number inside a paragraph begins no list": ("共计\n14. 件", ["共计⏎14. 件"]),
    "an item that goes on": ("- 一\n  二\n三", ["一⏎二⏎三"]),
    "an item of two paragraphs": ("- 一\n\n  二\n\n三", ["一", "二", "三"]),
    "a nested list": ("- 一\n  - 二\n    - 三\n- 四", ["一", "二", "三", "四"]),
    "tasks": ("- [ ] 一\n- [x] 二", ["一", "二"]),
    "a list behind a paragraph": ("您好\n- 一", ["您好", "一"]),
    "a block quote": ("> 您好\n> 请\n稍等\n\n再见", ["您好⏎请⏎稍等", "再见"]),
    "quotes in quotes": ("> 您好\n>> 请", ["您好", "请"]),
    "paragraphs in a quote": ("> 您好\n>\n> 请", ["您好", "请"]),
    "a list in a quote": ("> - 一\n>   二\n> - 三", ["一⏎二", "三"]),
    "a heading in a quote": ("> # 退货", ["退货"]),
    "a table": ("| 问 | 答 |\n|---|:-:|\n| 能退吗 | 不行 |\n", ["能退吗", "不行"]),
    "a table without outer bars": ("问 | 答\n--- | ---\n能 | 不行", ["能", "不行"]),
    "empty cells": ("| 问 | 答 |\n|--|--|\n|  | 不行 |\n| 好 ||", ["不行", "好"]),
    "a bar in a cell": ("| 问 |\n|--|\n| 甲\\|乙 |", ["甲\\|乙"]),
    "too many cells": ("| 问 |\n|--|\n| 甲 | 乙 |", ["甲"]),
    "a table ends at a blank line": ("|问|\n|-|\n|答|\n\n甲|乙", ["答", "甲|乙"]),
    "a table ends at a heading": ("|问|\n|-|\n# 题", ["题"]),
    "words above a table": ("如下:\n|问|答|\n|-|-|\n|甲|乙|", ["如下:", "甲", "乙"]),
    "a note": ("> [!NOTE]\n> 您好", ["□⏎您好"]),
    "bars without a table": ("甲 | 乙\n丙 | 丁", ["甲 | 乙⏎丙 | 丁"]),
    "a footnote": ("您好[^1]\n\n[^1]: 注", ["您好□", "注"]),
}

NOT_PROSE = {
    "fenced code": ("甲\n```python\n不行\n\n不行\n```\n乙", ["甲", "乙"]),
    "a fence of tildes": ("~~~\n不行\n```\n不行\n~~~\n乙", ["乙"]),
    "a longer fence": ("````\n```\n不行\n````\n乙", ["乙"]),
    "a fence without end": ("```\n不行", []),
    "a fence in an item": ("- 甲\n  ```\n  不行\n  ```\n  乙", ["甲", "乙"]),
    "a fence ends with its quote": ("> ```\n> 不行\n乙", ["乙"]),
    "backticks in a line are no fence": ("``` 甲 ``` 乙", ["□ 乙"]),
    "indented code": ("甲\n\n    不行\n\n乙", ["甲", "乙"]),
    "a tab is enough": ("\t不行", []),
    "code in an item": ("- 甲\n\n      不行", ["甲"]),
    "a paragraph cannot turn to code": ("甲\n    乙", ["甲⏎乙"]),
    "a comment": ("甲\n\n<!-- 不行 -->\n\n乙", ["甲", "乙"]),
    "a comment of many lines": ("<!--\n不行\n\n不行\n-->乙", ["乙"]),
    "a comment without end": ("甲\n\n<!-- 不行\n\n不行", ["甲"]),
    "front matter": ("---\ntitle: 不行\n---\n甲", ["甲"]),
    "front matter in TOML": ("+++\ntitle = '不行'\n+++\n甲", ["甲"]),
    "front matter behind a byte order mark": ("\ufeff---\na: 不行\n---\n甲", ["甲"]),
    "two rulers are no front matter": ("---\n\n不行\n\n---\n甲", ["不行", "甲"]),
    "a link definition": ("[帮助]: https://a.cn/不行\n甲", ["甲"]),
    "a speaker is no link definition": ("[客服]: 您好", ["[客服]: 您好"]),
    "a script": ("<script>\n不行\n\n</script>\n甲", ["甲"]),
    "preformatted text": ("<pre>不行</pre>甲", ["甲"]),
}

INLINE = {
    "code": ("请看`不行`吧", ["请看□吧"]),
    "code with backticks": ("请看`` a`b ``吧", ["请看□吧"]),
    "a lone backtick": ("请`看", ["请`看"]),
    "code over two lines": ("请`看\n吧`了", ["请□了"]),
    "an escaped backtick": ("请\\`看`吧", ["请\\`看`吧"]),
    "bold": ("这个**不行**", ["这个不行"]),
    "bold in the manner of Chinese": ("**注意:**这个不行", ["注意:这个不行"]),
    "emphasis": ("这个*不*行_了_", ["这个不行_了_"]),
    "underscores between spaces": ("这个 _不_ 行", ["这个 不 行"]),
    "nested": ("***不*行**", ["***不*行**"]),
    "bold in emphasis": ("*这个**不行**了*", ["这个不行了"]),
    "struck out": ("~~不行~~ a~b", ["不行 a~b"]),
    "a masked number": ("138****1234", ["138****1234"]),
    "a mask that is no markup": ("张**先生", ["张**先生"]),
    "a product": ("2 * 3 * 4", ["2 * 3 * 4"]),
    "names with underscores": ("{user_name}和{order_id}", ["{user_name}和{order_id}"]),
    "an escaped asterisk": ("\\*不行\\*", ["\\*不行\\*"]),
    "a link": ("请看[说明](https://a.cn/x_y_z)吧", ["请看说明□吧"]),
    "a link with a title": ('[说明](<a b> "不行")', ["说明□"]),
    "a link with brackets in its address": ("[说明](a(b)c)吧", ["说明□吧"]),
    "a bold link": ("**[说明](x)**", ["说明□"]),
    "a reference": ("看[说明][帮助]\n\n[帮助]: /x", ["看说明□"]),
    "placeholders are no reference": ("[姓名][称呼]您好", ["[姓名][称呼]您好"]),
    "an image": ("看![不行](a.png)吧", ["看□吧"]),
    "an address": ("看<https://a.cn/不行>吧", ["看□吧"]),
    "tags": ("甲<br/>乙<b class='x'>丙</b>", ["甲□乙□丙□"]),
    "a placeholder is no tag": ("<客户姓名>您好", ["<客户姓名>您好"]),
    "a comment": ("甲<!-- 不行 -->乙", ["甲□乙"]),
    "an entity": ("甲&nbsp;乙&c", ["甲□乙&c"]),
    "nothing but code": ("`x`\n\n甲", ["甲"]),
}

CASES = {**BLOCKS, **NOT_PROSE, **{f"inline: {k}": v for k, v in INLINE.items()}}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_prose(text: str, expected: list[str]) -> None:
    assert [shown(s) for s in segments(text)] == expected


# Markdown, the stretch of the text (as the rule sees it) to replace by 好, and what comes of it.
EDITS = {
    "inside bold": ("**不行**", "不行", "**好**"),
    "around bold": ("这**不行**了", "这不行了", "好"),
    "into bold": ("这**不行**了", "这不", "**好行**了"),
    "out of bold": ("这**不行**了", "行了", "这**不好**"),
    "through both halves of two pairs": ("**甲**乙**丙**", "甲乙丙", "**好**"),
    "from one pair into another": ("**甲乙**丙**丁戊**", "乙丙丁", "**甲好戊**"),
    "from one pair into another kind": ("**甲乙**丙*丁戊*", "乙丙丁", "**甲**好*戊*"),
    "into a link": ("请[看](x)吧", "请看", "[好](x)吧"),
    "over a quote's margin": ("> 不\n> 行", "不\n行", "> 好"),
    "behind a quote's margin": ("> 您\n> 行", "行", "> 您\n> 好"),
}


@pytest.mark.parametrize(("text", "old", "expected"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_keeps_markup_balanced(text: str, old: str, expected: str) -> None:
    (segment,) = segments(text)
    start = segment.text.index(old)
    edit = segment.source_edit(Edit(start, start + len(old), "好"))
    assert text[: edit.start] + edit.text + text[edit.end :] == expected


def test_wording_cannot_divide_a_cell() -> None:
    (segment,) = segments("|问|\n|-|\n|答|")
    assert segment.encode("甲|乙\\|丙\n丁") == "甲\\|乙\\|丙 丁"


TABLES = {
    "a column of replies": (
        "| 场景 | 回复 |\n|:--|--:|\n| 退货 | **不行** |\n| 换货 | 请看[说明](x) |\n",
        ["退货", "不行", "换货", "请看说明□"],
    ),
    "a break within a cell": ("|答|\n|-|\n|您好<br>请|", ["您好□请"]),
    "a bar in code divides, as on GitHub": ("|答|乙|\n|-|-|\n|`甲|丙` |", ["`甲", "丙`"]),
    "a table in a list": ("- 如下\n\n  |答|\n  |-|\n  |不行|\n", ["如下", "不行"]),
    "a table in a quote": ("> |答|\n> |-|\n> |不行|\n", ["不行"]),
    "CR LF": ("|答|\r\n|-|\r\n|不行|\r\n\r\n好", ["不行", "好"]),
}

FRONT_MATTER = {
    "values named like replies too": ("---\nreply: 不行\nanswers:\n  - 不行\n---\n您好", ["您好"]),
    "over several lines": ("---\nreply: |\n  不行\n\n  不行\n...\n您好", ["您好"]),
    "CR LF": ("---\r\na: 不行\r\n---\r\n您好", ["您好"]),
    "not below the first line": ("您好\n\n---\na: 好\n---\n", ["您好", "a: 好"]),
    "never closed": ("---\na: 好\n您好", ["a: 好⏎您好"]),
}

APART = {
    **{f"table: {k}": v for k, v in TABLES.items()},
    **{f"front matter: {k}": v for k, v in FRONT_MATTER.items()},
}


@pytest.mark.parametrize(("text", "expected"), APART.values(), ids=APART.keys())
def test_tables_and_front_matter(text: str, expected: list[str]) -> None:
    assert [shown(s) for s in segments(text)] == expected


# Markdown, what its comments say, and what of the file they are.
COMMENTS = {
    "on a line of its own": ("<!-- keqi: ignore -->\n您好", ["keqi: ignore"], ["<!-- keqi: ignore -->"]),
    "within a line": ("您<!-- 注 -->好<!--二-->", ["注", "二"], ["<!-- 注 -->", "<!--二-->"]),
    "before words": ("<!-- 注 --> 您好", ["注"], ["<!-- 注 -->"]),
    "over several lines": ("<!--\n一\n\n二\n-->", ["一\n\n二"], ["<!--\n一\n\n二\n-->"]),
    "in an item, a heading, a cell": (
        "- <!-- 一 -->\n# 题 <!-- 二 -->\n\n|问|\n|-|\n|答 <!-- 三 -->|",
        ["一", "二", "三"],
        ["<!-- 一 -->", "<!-- 二 -->", "<!-- 三 -->"],
    ),
    "over the margin of a quote": ("> 甲 <!-- 一\n> 二 --> 乙", ["一\n二"], ["<!-- 一\n> 二 -->"]),
    "in the order of the file": (
        "甲 <!-- 一 -->\n<!-- 二 -->\n乙 <!-- 三 -->",
        ["一", "二", "三"],
        ["<!-- 一 -->", "<!-- 二 -->", "<!-- 三 -->"],
    ),
    "not in code": ("`<!-- 一 -->`\n\n```\n<!-- 二 -->\n```\n\n    <!-- 三 -->", [], []),
    "not in front matter": ("---\na: <!-- 一 -->\n---\n", [], []),
    "not when escaped": ("\\<!-- 一 -->", [], []),
    "not when never closed": ("<!-- 一", [], []),
}


@pytest.mark.parametrize(("text", "said", "sources"), COMMENTS.values(), ids=COMMENTS.keys())
def test_comments(text: str, said: list[str], sources: list[str]) -> None:
    found = list(by_name("markdown").comments(text))
    assert [c.text for c in found] == said
    assert [c.span.of(text) for c in found] == sources


PIECES = st.sampled_from(
    [
        *list("您好不行, \n\n\n#>-*_`~|[]()<!\\\t&"),
        "```\n",
        "    ",
        "- ",
        "> ",
        "1. ",
        "**",
        "<!--",
        "-->",
        "](x)",
        "\r\n",
        "|-|\n",
        "---\n",
        "<pre>",
        "😀",
    ]
)
markdown = st.lists(PIECES, max_size=60).map("".join)


@given(markdown)
@example("> a\n>b\r\n")
def test_each_character_stands_where_the_segment_says(text: str) -> None:
    end = 0
    for segment in segments(text):
        assert end <= segment.span.start
        end = segment.span.end
        assert segment.text.strip()
        for at, char in enumerate(segment.text):
            source = segment.source_span(type(segment.span)(at, at + 1))
            assert segment.span.covers(source)
            assert source.of(text) == char
        if segment.map is None:
            assert segment.span.of(text) == segment.text


@given(markdown)
def test_comments_are_in_order_and_whole(text: str) -> None:
    end = 0
    for comment in by_name("markdown").comments(text):
        assert end <= comment.span.start
        end = comment.span.end
        assert comment.span.of(text).startswith("<!--") and comment.span.of(text).endswith("-->")


@given(markdown)
def test_holes_are_in_order_and_inside(text: str) -> None:
    for segment in segments(text):
        at = 0
        for hole in segment.holes:
            assert at <= hole.start < hole.end <= len(segment.text)
            at = hole.end


@pytest.mark.parametrize(
    "piece",
    ["*a ", "[", "![", "`", "<!--", "](", "_a", "- ", "> ", "<a ", "&a", "| ", "**a _b ", "](a ", "`` ` "],
)
def test_strange_input_takes_no_more_than_linear_time(piece: str) -> None:
    started = time.perf_counter()
    segments(piece * 20_000)
    segments((piece + "\n") * 5_000)
    assert time.perf_counter() - started < 5
