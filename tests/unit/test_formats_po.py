"""Gettext catalogues: which strings are replies, and how wording gets into them.

The oracle is Python itself, whose string literals know the escapes of PO files.
"""

from __future__ import annotations

import ast
import re

import pytest
from format_laws import (
    AWKWARD,
    Replacing,
    parsing_the_fixed_is_fixing_the_parsed,
    replies,
    spans_hold_what_they_say,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi import documents
from keqi.findings import Edit, apply_edits
from keqi.formats import FormatError, by_name
from keqi.render.messages import Messages, keys
from keqi.text import Span

PO = by_name("po")

REPLIES = {
    "a translation": ('msgid "a"\nmsgstr "您好"\n', ["您好"]),
    "nothing": ("", []),
    "a byte order mark": ('\ufeffmsgid "a"\nmsgstr "您好"\n', ["您好"]),
    "the header": ('msgid ""\nmsgstr "Last-Translator: 小王\\n"\n', []),
    "an empty key in a context is no header": ('msgctxt "b"\nmsgid ""\nmsgstr "您好"', ["您好"]),
    "a key in Chinese is a key": ('msgid "不行"\nmsgstr ""\n', []),
    "a translation without Chinese": ('msgid "a"\nmsgstr "Hello"', []),
    "plurals": ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "一件"\nmsgstr[1] "几件"', ["一件", "几件"]),
    "several lines": ('msgid "a"\nmsgstr ""\n"您好\\n"\n  "请稍等"\n', ["您好\n请稍等"]),
    "several strings on one line": ('msgid "a" msgstr "您" "好"', ["您好"]),
    "CR LF": ('msgid "a"\r\nmsgstr "您"\r\n"好"\r\n', ["您好"]),
    "escapes": (r'msgid "a"' + "\n" + r'msgstr "您\t\"好\"\\ \r好"', ['您\t"好"\\ \r好']),
    "characters byte by byte": (r'msgid "a" msgstr "\346\202\250好\xe5\xa5\xbd"', ["您好好"]),
    "bytes that are no character": (r'msgid "a" msgstr "好\377"', [r"好\377"]),
    "an escape that nobody knows": (r'msgid "a" msgstr "好\q"', ["好q"]),
    "the edges are not the reply": ('msgid "a\\n"\nmsgstr " 您好\\n"', ["您好"]),
    "a fuzzy entry": ('#, fuzzy\nmsgid "a"\nmsgstr "您好"', ["您好"]),
    "an obsolete entry": ('#~ msgid "a"\n#~ msgstr "不行"\n', []),
    "the former key": ('#| msgid "不行"\nmsgid "a"\nmsgstr "您好"', ["您好"]),
    "keywords in comments and strings": ('# msgstr "不行"\nmsgid "msgstr"\nmsgstr "您 msgid"', ["您 msgid"]),
    "a colour sign in a string": ('msgid "a"\nmsgstr "#1 您好"', ["#1 您好"]),
}


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_replies(text: str, expected: list[str]) -> None:
    assert replies("po", text) == expected


LABELS = {
    "the key": ('msgid "reply.refund"\nmsgstr "您好"', "reply.refund"),
    "a long key, shortened": (f'msgid "{"a" * 60}"\nmsgstr "您好"', "a" * 40 + "…"),
    "a key of several lines": ('msgid "a\\n"\n"b"\nmsgstr "您好"', "a b"),
    "the context where the key is empty": ('msgctxt "shop"\nmsgid ""\nmsgstr "您好"', "shop"),
    "a plural form": ('msgid "a"\nmsgid_plural "b"\nmsgstr[1] "您好"', "a[1]"),
    "an entry's context is not the next one's": (
        'msgctxt "x"\nmsgid "a"\nmsgstr ""\nmsgid "b"\nmsgstr "您好"',
        "b",
    ),
}


@pytest.mark.parametrize(("text", "label"), LABELS.values(), ids=LABELS.keys())
def test_labels(text: str, label: str) -> None:
    assert [s.label for s in PO.segments(text)] == [label]


def test_an_edit_stays_on_its_line_and_is_escaped() -> None:
    text = 'msgid "a"\nmsgstr ""\n"您好，\\"亲\\"\\n"\n"这个不行"\n'
    (segment,) = PO.segments(text)
    at = segment.text.index("不行")
    edit = segment.source_edit(Edit(at, at + 2, 'a"b\\\n\t'))
    assert apply_edits(text, [edit]) == text.replace("不行", r"a\"b\\\n\t")


def test_an_escape_is_replaced_as_a_whole() -> None:
    text = r'msgid "a" msgstr "您\"好"'
    (segment,) = PO.segments(text)
    assert segment.source_span(Span(1, 2)).of(text) == r"\""


BROKEN = {
    "a quote that is never closed": ('msgid "a"\nmsgstr "您好\n', "po-quote", 2, 8),
    "the second line's quote is never closed": ('msgid "a"\nmsgstr "您"\n"好\n', "po-quote", 3, 1),
    "a backslash hides the closing quote": ('msgid "a"\nmsgstr "您好\\"\n', "po-quote", 2, 8),
    "text outside the quotes": ('msgid "a"\nmsgstr "您好" 请\n', "po-outside", 2, 13),
    "a quote within the text": ('msgid "a"\nmsgstr "您"好""\n', "po-outside", 2, 11),
    "a string without a keyword": ('"您好"\n', "po-outside", 1, 1),
    "no PO at all": ("您好\n", "po-outside", 1, 1),
    "an unknown keyword": ('msgid "a"\nmsgtext "您"\n', "po-outside", 2, 1),
    "a merge conflict": ('msgid "a"\n<<<<<<< HEAD\nmsgstr "您"\n', "po-outside", 2, 1),
    "a keyword without string": ('msgid "a"\nmsgstr\n', "po-no-string", 2, 1),
    "a keyword at the end": ("msgid", "po-no-string", 1, 1),
}


@pytest.mark.parametrize(("text", "kind", "line", "column"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_syntax_has_a_place(text: str, kind: str, line: int, column: int) -> None:
    with pytest.raises(FormatError) as failure:
        list(PO.segments(text))
    before = text[: failure.value.offset].split("\n")
    assert (failure.value.kind, len(before), len(before[-1]) + 1) == (kind, line, column)


@pytest.mark.parametrize("kind", ["po-quote", "po-outside", "po-no-string"])
def test_every_failure_has_reason_and_advice(kind: str) -> None:
    assert kind in keys()
    for lang in ("zh", "en"):
        reason, _, advice = Messages(lang).say(kind, line=2, column=8).partition("|")
        assert "2" in reason and advice


def test_comments_are_the_translators() -> None:
    text = (
        '# keqi: ignore\n#: a.c:1\n#, fuzzy\n#. 给译者\n#| msgid "b"\n#~ msgid "c"\n#\n'
        'msgid "a"\nmsgstr "# 不是"\n#注\n'
    )
    found = list(PO.comments(text))
    assert [(c.text, c.span.of(text)) for c in found] == [
        ("keqi: ignore", "# keqi: ignore"),
        ("", "#"),
        ("注", "#注"),
    ]


def test_comments_of_a_broken_file_are_found() -> None:
    assert [c.text for c in PO.comments('msgstr "您\n# 注\n')] == ["注"]


VALUES = st.lists(
    st.sampled_from([*'您好这个，。 \n\t"\\#%臺😀', "不行", "喂，您", "%s", "\r\n", "msgid"]), max_size=12
).map("".join)


def literal(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n").replace("\r", r"\r")
    return '"' + escaped.replace("\t", r"\t") + '"'


@st.composite
def catalogues(draw: st.DrawFn) -> str:
    """A catalogue whose lines end alike and whose strings are broken anywhere."""
    lines = ['msgid ""', 'msgstr "Content-Type: text/plain; 中文\\n"', ""]
    for number in range(draw(st.integers(0, 4))):
        lines += draw(
            st.lists(st.sampled_from(['# 注 "', "#: a.c:1", "#, fuzzy", '#~ msgstr "不行"', ""]), max_size=2)
        )
        lines.append(draw(st.sampled_from(["", "  "])) + f'msgid "key.{number}"')
        chunks = draw(st.lists(VALUES, min_size=1, max_size=3))
        lines.append("msgstr " + literal(chunks[0]))
        lines += [draw(st.sampled_from(["", "  ", "\t"])) + literal(chunk) for chunk in chunks[1:]]
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def read(text: str) -> list[str]:
    """The translations as another reader sees them."""
    values: list[str] = []
    for line in re.split(r"\r\n|\n", text):
        found = re.match(r'\s*(msgid|msgstr)?\s*(".*")\s*$', line) if not line.startswith("#") else None
        if found is None:
            continue
        said = ast.literal_eval(found[2])
        if found[1]:
            values.append(said)
        else:
            values[-1] += said
    return values[3::2]


@settings(max_examples=100)
@given(catalogues())
def test_mending_the_file_mends_the_translations_and_nothing_else(text: str) -> None:
    spans_hold_what_they_say("po", text)
    fixed = parsing_the_fixed_is_fixing_the_parsed("po", text)
    chinese = [v for v in read(text) if re.search(r"[\u4e00-\u9fff]", v)]
    assert replies("po", text) == [v.strip() for v in chinese]
    assert read(fixed) == [v.replace("不行", AWKWARD).replace("喂，", "") for v in read(text)]


@given(st.text(alphabet='msgidtrcx_[]0"\\\n\r# ~您不行', max_size=60))
def test_only_a_format_error_escapes(text: str) -> None:
    try:
        spans_hold_what_they_say("po", text)
    except FormatError as failure:
        assert 0 <= failure.offset <= len(text)
    list(PO.comments(text))


def test_a_reply_that_vanishes_leaves_an_empty_string() -> None:
    text = 'msgid "a"\nmsgstr "喂，"\n'
    assert documents.fix(Replacing(), text, "po") == 'msgid "a"\nmsgstr ""\n'
