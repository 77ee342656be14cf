"""HTML: what a browser shows, and where in the file it stands.

In the expected segments a hole is □ and a line break is ⏎. The oracle is Python's own parser.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from format_laws import AWKWARD, Replacing, parsing_the_fixed_is_fixing_the_parsed, spans_hold_what_they_say
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keqi import documents
from keqi.findings import Edit, apply_edits
from keqi.formats import Segment, by_name
from keqi.text import Span

HTML = by_name("html")


def shown(segment: Segment) -> str:
    text = segment.text
    for hole in reversed(segment.holes):
        text = text[: hole.start] + "□" + text[hole.end :]
    return text.replace("\r\n", "⏎").replace("\n", "⏎")


BLOCKS = {
    "nothing": ("", []),
    "text alone": ("您好", ["您好"]),
    "paragraphs": ("<p>您好</p><p>请稍等</p>", ["您好", "请稍等"]),
    "paragraphs never closed": ("<p>您好<p>请稍等", ["您好", "请稍等"]),
    "white space stays inside, not at the ends": ("<p>\n  您好\n  请  等\n</p>", ["您好⏎  请  等"]),
    "a list": ("<ul><li>一<li>二</ul>三", ["一", "二", "三"]),
    "a table, whose header is no reply": ("<table><tr><th>答<th>问<tr><td>不行<td>能", ["不行", "能"]),
    "headings, buttons, options": (
        "<h1>一</h1><button>二</button><select><option>三<option>四",
        ["一", "二", "三", "四"],
    ),
    "capitals": ("<P>您好</P><DIV>请</DIV>", ["您好", "请"]),
    "attributes with signs in them": ("<p title='a > b' data-x=\"<p>\">您好</p>", ["您好"]),
    "a page": (
        "\ufeff<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>不行</title></head><body>您好</body></html>",
        ["您好"],
    ),
    "no Chinese": ("<p>OK</p>", []),
    "XHTML": ('<?xml version="1.0"?><p>您好<br />请</p><script src="a"/><p>好</p>', ["您好⏎请", "好"]),
}

INLINE = {
    "tags that dress words": ("<p>这个<b>不<i>行</i></b>了</p>", ["这个不行了"]),
    "a line break": ("您好<br>请<BR/>等", ["您好⏎请⏎等"]),
    "breaks at the ends": ("<p><br>您好<br></p>", ["您好"]),
    "a link ends in a hole": ('请看<a href="x">说明</a>吧', ["请看说明□吧"]),
    "a picture": ('您<img src=a alt="不行">好', ["您□好"]),
    "a picture first": ("<img src=a>您好", ["您好"]),
    "an unknown tag": ("您<x-y>好</x-y>的", ["您□好□的"]),
    "an icon": ('您<i class="icon"/>好', ["您□好"]),
    "a field": ('姓名<input value="不行" placeholder="不行">请填', ["姓名□请填"]),
    "a place to break a word": ("您<wbr>好", ["您\u200b好"]),
    "named entities": ("您&nbsp;好&lt;b&gt;&amp;&hearts;", ["您\xa0好<b>&♥"]),
    "numbered entities": ("您&#22909;&#x597D;&#X1f600;", ["您好好😀"]),
    "entities without end, as browsers read them": ("您&copy好&ampb&lt", ["您©好&b<"]),
    "no entities": ("您& &好; &xyz; &# &#x; &;", ["您& &好; &xyz; &# &#x; &;"]),
    "numbers of no character": ("您&#0;&#99999999999;好", ["您\ufffd&#99999999999;好"]),
}

NOT_PROSE = {
    "scripts and styles": ("<script>if (a<b) '不行</p>'</script>您好<style>不行</style>", ["您好"]),
    "a script never closed": ("您好<script>'不行'", ["您好"]),
    "preformatted text": ("<pre>不<b>行</b></pre>您好", ["您好"]),
    "code in a line": ("请按<code>不行</code>键", ["请按□键"]),
    "code never closed": ("<p>请<code>不行<p>您好", ["请□", "您好"]),
    "nothing but code": ("<code>不行</code>", []),
    "how a word is read": ("<ruby>您<rt>宁</rt></ruby>好", ["您□好"]),
    "a text area": ("<textarea>不行</textarea>您好", ["您好"]),
    "drawings": ("您<svg><text>不行</text></svg>好", ["您□好"]),
    "comments": ("您<!-- 不行 -->好<!-- 不行 > 不行 -->", ["您□好"]),
    "an empty comment": ("<!-->您好<!--->的", ["您好□的"]),
    "a comment never closed": ("您好<!-- 不行", ["您好"]),
    "conditional comments": ("<!--[if IE]><p>不行</p><![endif]-->您<![if !IE]>好<![endif]>", ["您□好"]),
    "CDATA": ("<![CDATA[ 不行 <p> ]]>您好", ["您好"]),
    "PHP and ASP": ("<?php if ($a > 1) echo '不行' ?>您<%= 不行 > 1 %>好", ["您□好"]),
    "what templates put in": ("{{ name }}您好，{{ a < b ? '不行' : '' }}{{{raw}}}好", ["□您好，□□好"]),
    "statements of templates": (
        "{% if a < b %}您好{# 不行 #}吗{% endif %}{{#if x}}好{{/if}}",
        ["您好□吗□□好"],
    ),
}

SOUP = {
    "a sign in prose": ("3 < 5，5 > 3，<3 您好", ["3 < 5，5 > 3，<3 您好"]),
    "a placeholder is no tag": ("<客户姓名>您好</客户姓名>", ["<客户姓名>您好</客户姓名>"]),
    "a tag never closed": ("您好 <b 不行", ["您好 <b 不行"]),
    "a quote never closed": ('<a href="x>您好</a>请', ["您好□请"]),
    "a quote too many": ('<p title="a"">您好</p>', ["您好"]),
    "tags closed in the wrong order": ("<b>您<i>好</b>吗</i>", ["您好吗"]),
    "closing tags alone": ("您好</b></code></p>请", ["您好", "请"]),
    "empty signs": ("您好<></>", ["您好<></>"]),
    "braces": ("您{{好}{%请{#的 }}", ["您□"]),
    "braces that hold tags hold no code": ("{{<p>您好</p>}}", ["您好"]),
}

CASES = {
    f"{group}: {name}": case
    for group, cases in (("block", BLOCKS), ("inline", INLINE), ("not prose", NOT_PROSE), ("soup", SOUP))
    for name, case in cases.items()
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_shown(text: str, expected: list[str]) -> None:
    assert [shown(s) for s in HTML.segments(text)] == expected


# The file, the words (as the rule sees them) to replace by 好&<, and what comes of it.
EDITS = {
    "inside a tag": ("<b>不行</b>", "不行", "<b>好&amp;&lt;</b>"),
    "around a pair of tags": ("这<b>不行</b>了", "这不行了", "好&amp;&lt;"),
    "into a pair": ("这<b class=x>不行</b>了", "这不", "<b class=x>好&amp;&lt;行</b>了"),
    "out of a pair": ("这<b>不行</b>了", "行了", "这<b>不好&amp;&lt;</b>"),
    "from one pair into another": ("<b>甲乙</b>丙<i>丁戊</i>", "乙丙丁", "<b>甲</b>好&amp;&lt;<i>戊</i>"),
    "over an entity": ("甲&lt;&nbsp;乙", "<\xa0", "甲好&amp;&lt;乙"),
    "into a link": ('请<a href="x">看</a>吧', "请看", '<a href="x">好&amp;&lt;</a>吧'),
}


@pytest.mark.parametrize(("text", "old", "expected"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_keeps_tags_balanced(text: str, old: str, expected: str) -> None:
    (segment,) = HTML.segments(text)
    start = segment.text.index(old)
    assert apply_edits(text, [segment.source_edit(Edit(start, start + len(old), "好&<"))]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("甲<br />乙", "甲<br />丙<br />丁"), ("甲\n乙", "甲\n丙\n丁")],
    ids=["as the block spells it", "as white space where the block has no breaks"],
)
def test_a_new_line_break(text: str, expected: str) -> None:
    (segment,) = HTML.segments(text)
    assert apply_edits(text, [segment.source_edit(Edit(2, 3, "丙\n丁"))]) == expected


def test_comments() -> None:
    text = "<p><!-- keqi: ignore -->您好<script><!-- 不是 --></script><!--注--><!-- 没完"
    found = list(HTML.comments(text))
    assert [c.text for c in found] == ["keqi: ignore", "注"]
    assert [c.span.of(text) for c in found] == ["<!-- keqi: ignore -->", "<!--注-->"]


def test_a_reply_ends_at_its_words_though_markup_follows() -> None:
    text = "<p><b>您好</b><!-- 注 --> </p>"
    (segment,) = HTML.segments(text)
    assert segment.span.of(text) == "您好"


# -- generated pages ------------------------------------------------------------------------------

BLOCK_TAGS = ("p", "div", "li", "td", "h2", "section")
SEEN_AS_OBJECT = ("img", "x-icon")


class Oracle(HTMLParser):
    """The words of each block as Python's parser finds them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BLOCK_TAGS:
            self.blocks.append("")
        elif tag in ("script", "style"):
            self.skipping += 1
            self.blocks.append("")
        elif tag == "br":
            self.blocks[-1] += "\n"
        elif tag in SEEN_AS_OBJECT:
            self.blocks[-1] += "\ufffc"

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.blocks.append("")
        elif tag in ("script", "style"):
            self.skipping -= 1
        elif tag == "a":
            self.blocks[-1] += "\ufffc"

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.blocks[-1] += data

    def handle_comment(self, data: str) -> None:
        self.blocks[-1] += "\ufffc"

    def handle_decl(self, decl: str) -> None:
        self.blocks[-1] += "\ufffc"


def read(text: str) -> list[str]:
    oracle = Oracle()
    oracle.feed(text)
    oracle.close()
    edges = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufffc"
    return [b.strip(edges) for b in oracle.blocks if re.search(r"[\u4e00-\u9fff]", b)]


TEXTS = st.lists(
    st.sampled_from(
        [
            *"您好臺，a \n'\"",
            "不行",
            "喂，您",
            "😀",
            "&nbsp;",
            "&lt;p&gt;",
            "&amp;",
            "&#22909;",
            "3 < 5",
            "\r\n",
            "100%",
        ]
    ),
    max_size=6,
).map("".join)


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(["b", "SPAN", "em", "a", "u"])
    attributes = st.sampled_from(["", " class=x", ' title="不行 > 1"', " data-a='\"'"])
    return st.builds(lambda t, a, i: f"<{t}{a}>{i}</{t}>", tags, attributes, inner) | st.tuples(
        inner, inner
    ).map("".join)


LINES = st.recursive(
    TEXTS | st.sampled_from(["<br>", "<br/>", "<img alt='不行'>", "<!-- 不行 -->", "<x-icon>"]),
    wrapped,
    max_leaves=6,
)
PAGES = st.lists(
    st.builds(lambda t, i: f"<{t}>{i}</{t}>\n", st.sampled_from([*BLOCK_TAGS, "P"]), LINES)
    | st.sampled_from(["<script>'不行<p>'</script>", "<!DOCTYPE html>", "<style>不行</style>"])
    | LINES,
    max_size=5,
).map("".join)


@settings(max_examples=150)
@given(PAGES)
@example("<p>这<b>个</b>不<i>行</i></p>")
def test_mending_the_page_mends_the_words_and_nothing_else(text: str) -> None:
    spans_hold_what_they_say("html", text)
    before = read(text)
    assert [s.text for s in HTML.segments(text)] == before
    fixed = parsing_the_fixed_is_fixing_the_parsed("html", text)
    assert read(fixed) == [b.replace("不行", AWKWARD).replace("喂，", "") for b in before]


@settings(max_examples=100)
@given(PAGES)
def test_tags_and_comments_survive_a_fix(text: str) -> None:
    fixed = documents.fix(Replacing("好"), text, "html")
    tags = re.compile(r"<img[^>]*>|<!--.*?-->|<x-icon>|<script.*?</script>", re.DOTALL)
    assert tags.findall(fixed) == tags.findall(text)
    assert fixed.count("<a") == text.count("<a") and fixed.count("</") == text.count("</")


OPENED = ["<b>", "<p", "<!--", "<![CDATA[", '<a href="', "{{", "{%", "<code>", "<pre>", "<script", "<?", "&#"]
CLOSED = ["</b>", "-->", "]]>", "}}", "%}", "</code>", "</pre", "?>", "&amp", "<br>", "\r\n"]
SOUPS = st.lists(
    st.sampled_from([*"您不行<>&/!-?%{}#\"'= ;", *OPENED, *CLOSED]),
    max_size=40,
).map("".join)


@settings(max_examples=200)
@given(SOUPS)
def test_any_soup_is_read_and_placed(text: str) -> None:
    spans_hold_what_they_say("html", text)
    list(HTML.comments(text))
    for segment in HTML.segments(text):
        for at, char in enumerate(segment.text):
            source = segment.source_span(Span(at, at + 1))
            assert segment.span.covers(source)
            assert source.of(text) == char or len(source) > 1 or char == "\ufffc"
