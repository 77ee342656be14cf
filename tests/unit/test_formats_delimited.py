"""CSV and TSV: which cells are replies, and how a mended one is written back."""

from __future__ import annotations

import csv
import io

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
from keqi.findings import Edit
from keqi.formats import BY_NAMES, FormatError, Reading, Segment, by_name
from keqi.formats.decoding import EDGE
from keqi.formats.naming import HAN
from keqi.text import LineIndex


def segments(text: str, format: str = "csv", reading: Reading = BY_NAMES) -> list[Segment]:
    return list(by_name(format).segments(text, reading))


CSV = {
    "nothing": ("", []),
    "a byte order mark": ("\ufeff回复\n不行", ["不行"]),
    "a header and a reply": ("编号,回复\n1,不行\n", ["不行"]),
    "no line end at the end": ("编号,回复\n1,不行", ["不行"]),
    "CR LF": ("编号,回复\r\n1,不行\r\n2,好\r\n", ["不行", "好"]),
    "CR": ("编号,回复\r1,不行\r2,好", ["不行", "好"]),
    "semicolons": ("编号;回复\n1;您好,不行\n", ["您好,不行"]),
    "bars": ("编号|回复\n1|您好,不行\n", ["您好,不行"]),
    "tabs": ("编号\t回复\n1\t您好,不行\n", ["您好,不行"]),
    "a delimiter that is declared": ("sep=;\n编号;回复\n1;您好,不行\n", ["您好,不行"]),
    "one that is declared in quotes": ('\ufeff"sep=|"\r\n编号|回复\r\n1|您好;不行\r\n', ["您好;不行"]),
    "a delimiter that only the header shows": (
        "编号;回复\n1;您好,请,不行\n2;请,好\n",
        ["您好,请,不行", "请,好"],
    ),
    "a delimiter without a header": (
        "1;您好,不行\n2;请,您\n3;好,的,呀\n",
        ["您好,不行", "请,您", "好,的,呀"],
    ),
    "a title above": ("售后,2024\n编号;回复\n1;不行\n", ["不行"]),
    "quotes": ('编号,回复\n1,"您好,不行"\n', ["您好,不行"]),
    "doubled quotes": ('编号,回复\n1,"请点""提交"""\n', ['请点"提交"']),
    "line breaks in quotes": ('编号,回复\n1,"您好\r\n\n不行"\n2,好', ["您好\r\n\n不行", "好"]),
    "spaces around": ("编号,回复\n1,  不行\u3000\n", ["不行"]),
    "spaces around quotes": ('编号,回复\n1, "您好, 不行" \n', ["您好, 不行"]),
    "spaces in quotes": ('编号,回复\n1," 不行\n"\n', ["不行"]),
    "a quote within": ('编号,回复\n1,5"的屏\n', ['5"的屏']),
    "words behind quotes": ('编号,回复\n1,"您""好"不"行\n', ['您"好不"行']),
    "a space and a quote that is not closed": ('编号,回复\n1, "不行\n', ['"不行']),
    "short and long rows": ("编号,问题,回复,备注\n1\n\n2,问,不行,好,更多\n3,问,好", ["不行", "好"]),
    "an unquoted comma in the last column": ("编号,回复\n1,您好,请稍等\n", ["您好", "请稍等"]),
    "unquoted commas in the only column": ("话术\n您好,请稍等\n", ["您好,请稍等"]),
    "the only column, with quotes": ('话术\n"您好,请稍等"\n不行\n', ["您好,请稍等", "不行"]),
    "a second column without a name": ('话术\n"您好,请稍等",备注\n', ["您好,请稍等", "备注"]),
    "empty cells": ('编号,回复\n1,\n2,""\n3,"  "\n', []),
    "no Chinese": ("编号,回复\n1,OK\n", []),
    "formulas": ('编号,回复\n1,"=IF(A1,""好"",""不行"")"\n2,=不等于\n', ["=不等于"]),
}


@pytest.mark.parametrize(("text", "expected"), CSV.values(), ids=CSV.keys())
def test_replies_in_csv(text: str, expected: list[str]) -> None:
    assert replies("csv", text) == expected


TSV = {
    "raw": ("编号\t回复\n1\t不行\n", ["不行"]),
    "commas are text": ("编号\t回复\n1\t您好,不行;好|的\n", ["您好,不行;好|的"]),
    "a quote within": ('编号\t回复\n1\t5"的屏"不行"\n', ['5"的屏"不行"']),
    "as Excel writes it": ('编号\t回复\n1\t"您好\n""不"" 行"\n', ['您好\n"不" 行']),
    "a blank line in quotes": ('编号\t回复\n1\t"您好\n\n不行"\n', ["您好\n\n不行"]),
    "a tab in quotes": ('编号\t回复\n1\t"您好\t不行"\n', ["您好\t不行"]),
    "a quote that begins a cell and nothing more": ('编号\t回复\n1\t"不行\n2\t好\n', ['"不行', "好"]),
    "one that is closed in another row": ('编号\t回复\n1\t"不行\n2\t好"\n', ['"不行', '好"']),
    "one with words behind": ('编号\t回复\n1\t"不"行\n2\t"好"\n', ['"不"行', '"好"']),
    "a declared delimiter": ("sep=;\n编号;回复\n1;不行\t好\n", ["不行\t好"]),
    "one column": ("回复\n您好,不行\n", ["您好,不行"]),
}


@pytest.mark.parametrize(("text", "expected"), TSV.values(), ids=TSV.keys())
def test_replies_in_tsv(text: str, expected: list[str]) -> None:
    assert replies("tsv", text) == expected


def test_the_settings_name_columns_author_and_speakers() -> None:
    text = "谁,编号,措辞,编写\n小美,1,不行,张三\n用户,2,好,李四\n"
    reading = Reading(columns=("措辞",), author="编写")
    assert [(s.text, s.author) for s in segments(text, reading=reading)] == [("不行", "张三"), ("好", "李四")]
    text = "角色,内容\n小美,不行\n用户,好\n系统通知,请稍等\n"
    assert replies("csv", text, Reading(speakers=("小美",))) == ["不行"]


def test_a_reply_is_called_by_its_column_and_its_row_in_a_spreadsheet() -> None:
    text = 'sep=;\n编号;回复\n1;"您好\n不行"\n\n3;好;的\n'
    assert [s.label for s in segments(text)] == ["回复 第2行", "回复 第4行", "回复 第4行"]
    assert [s.label for s in segments("1,不行，退不了\n")] == ["第2列 第1行"]


UNCLOSED = {
    "to the end of the file": ('编号,回复\n1,"不行\n2,好\n', (1, 2)),
    "to the quote of another cell": ('编号,回复\n1,"不行\n2,"好"\n', (1, 2)),
    "in the header": ('编号,"回复\n1,不行\n', (0, 3)),
    "far down": ("编号,回复\n" + "1,不行\n" * 500 + '2,"不行', (501, 2)),
}


@pytest.mark.parametrize(("text", "place"), UNCLOSED.values(), ids=UNCLOSED.keys())
def test_a_quote_that_is_not_closed_is_told_where_it_opens(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(FormatError) as caught:
        segments(text)
    assert caught.value.kind == "csv-quote"
    assert LineIndex(text).position(caught.value.offset) == place


# title: (format, file, wording for 不行, the file then)
MENDED = {
    "bare": ("csv", "编号,回复\n1,您好 不行 吧\n", "好", "编号,回复\n1,您好 好 吧\n"),
    "a comma needs quotes": ("csv", "编号,回复,备注\n1,不行,x\n", "您,好", '编号,回复,备注\n1,"您,好",x\n'),
    "so does a quote": ("csv", "编号;回复\r\n1; 不行 \r\n", '"好"', '编号;回复\r\n1;" ""好"" "\r\n'),
    "so does a line break": ("csv", "编号,回复\n1,不行\n", "您\r\n好", '编号,回复\n1,"您\r\n好"\n'),
    "another delimiter does not": ("csv", "编号;回复\n1;不行\n", "您,好", "编号;回复\n1;您,好\n"),
    "in quotes": ("csv", '编号,回复\n1, "不行,吧" \n', '您"好', '编号,回复\n1, "您""好,吧" \n'),
    "between doubled quotes": ("csv", '编号,回复\n1,"""不行"""\n', '"', '编号,回复\n1,""""""""\n'),
    "with words behind its quotes": ("csv", '编号,回复\n1,"您"不行\n', "好", '编号,回复\n1,"您好"\n'),
    "Excel's tabs": ("tsv", "编号\t回复\n1\t不行\n", "您\t好", '编号\t回复\n1\t"您\t好"\n'),
    "a quote between tabs": ("tsv", "编号\t回复\n1\t您不行\n", '"好"', '编号\t回复\n1\t您"好"\n'),
    "a quote behind a tab": ("tsv", "编号\t回复\n1\t不行\n", '"好"', '编号\t回复\n1\t"""好"""\n'),
    "raw": ("tsv", '编号\t回复\n1\t"不行\n', '"您\t好\r\n呀"', '编号\t回复\n1\t""您 好 呀"\n'),
}  # fmt: skip


@pytest.mark.parametrize(("format", "text", "wording", "expected"), MENDED.values(), ids=MENDED.keys())
def test_a_mended_cell(format: str, text: str, wording: str, expected: str) -> None:
    assert documents.fix(Replacing(wording), text, format) == expected


def test_only_the_columns_that_hold_replies_change() -> None:
    text = "编号,问题,回复\n不行,不行,不行\n"
    assert documents.fix(Replacing("好"), text, "csv") == "编号,问题,回复\n不行,不行,好\n"


def test_one_finding_s_fix_puts_the_whole_cell_in_quotes() -> None:
    text = "编号,回复\n1,您 不行 吧\n"
    (segment,) = segments(text)
    (finding,) = Replacing("好,").check(segment.text)
    placed = segment.source_finding(finding)
    assert text[placed.start : placed.end] == "不行"
    assert placed.fixes[0].edits == (Edit(8, 14, '"您 好, 吧"'),)


# -- against the standard library -----------------------------------------------------------------

PIECES = st.sampled_from(
    [*'您好不行,;|"\r\n \u3000{}=#a妳😀', "\r\n", "不行", "不行", "喂，您", '""', "請稍後", "=A1", "'"]
)
CELL = st.lists(PIECES, max_size=12).map("".join)
REPLY = CELL.map("您{}呀".format)
"""A cell that stays a reply, whatever is mended in it."""
ROWS = st.lists(st.tuples(CELL, CELL, REPLY | REPLY.map(" {}\u3000".format), CELL), max_size=6)
HEADER = ("编号", "问题", "回复", "工号")


def mended(cell: str, wording: str) -> str:
    """What the linter makes of a cell that is a reply."""
    words = cell.strip(EDGE)
    return Replacing(wording).fix(words) if HAN.search(words) else words


def stripped(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.strip(EDGE) for cell in row] for row in rows]


@settings(max_examples=150, deadline=None)
@given(
    ROWS,
    st.sampled_from([",", ";", "|"]),
    # With LF alone, the standard library would leave a cell with CR without quotes.
    st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL)]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from([AWKWARD, "好", '"', "您\r\n好,;|"]),
)
def test_csv_reads_the_mended_file_as_the_mended_cells(rows, delimiter, style, mark, wording):
    end, quoting = style
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([HEADER, *rows])
    text = mark + out.getvalue()
    spans_hold_what_they_say("csv", text)
    fixed = parsing_the_fixed_is_fixing_the_parsed("csv", text, wording)
    read = list(csv.reader(io.StringIO(fixed[len(mark) :], newline=""), delimiter=delimiter))
    expected = [[a, b, mended(c, wording), d] for a, b, c, d in rows]
    assert stripped(read) == stripped([list(HEADER), *expected])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(CELL, REPLY), max_size=6),
    st.sampled_from([AWKWARD, "好", '"', "您\n好"]),
)
def test_the_excel_tab_dialect_likewise(rows, wording):
    out = io.StringIO(newline="")
    csv.writer(out, dialect="excel-tab").writerows([("编号", "回复"), *rows])
    spans_hold_what_they_say("tsv", out.getvalue())
    fixed = parsing_the_fixed_is_fixing_the_parsed("tsv", out.getvalue(), wording)
    read = list(csv.reader(io.StringIO(fixed, newline=""), dialect="excel-tab"))
    assert stripped(read) == stripped([["编号", "回复"], *([a, mended(b, wording)] for a, b in rows)])


RAW = CELL.map(lambda cell: cell.replace("\r", "").replace("\n", ""))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(RAW, RAW.map("您{}呀".format)), max_size=6), st.sampled_from([AWKWARD, "好", '"']))
def test_raw_tabs_are_all_there_is_to_raw_text(rows, wording):
    rows = [('"raw', '"您'), *rows]
    text = "".join(f"{a}\t{b}\n" for a, b in [("编号", "回复"), *rows])
    spans_hold_what_they_say("tsv", text)
    fixed = parsing_the_fixed_is_fixing_the_parsed("tsv", text, wording)
    read = [line.split("\t") for line in fixed.split("\n")[1:-1]]
    assert stripped(read) == stripped([[a, mended(b, wording)] for a, b in rows])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PIECES | st.sampled_from(["\t", "sep=;\n", "\ufeff", "编号,回复\n"]), max_size=40).map("".join)
)
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_any_text_is_read_or_refused_in_our_terms(format, text):
    try:
        spans_hold_what_they_say(format, text)
    except FormatError as error:
        assert format == "csv" or text.lstrip("\ufeff").startswith("sep=;")
        assert text[error.offset] == '"'
