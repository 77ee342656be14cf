"""Workbooks: what their cells say, which are replies, and how a mended one is written back.

A virtual text is shown with ␟ and ␞ for its two control characters.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile

import openpyxl
import pytest
import workbooks
from format_laws import (
    AWKWARD,
    Replacing,
    parsing_the_fixed_is_fixing_the_parsed,
    spans_hold_what_they_say,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import STRICT, handmade, members, packed, parts, relations

from keqi import documents
from keqi.findings import Edit, apply_edits
from keqi.formats import BY_NAMES, Reading, xlsx
from keqi.formats.xlsx import Place, WorkbookError, place, rewritten, text_of
from keqi.render.messages import LANGUAGES, Messages
from keqi.text import Span


def shown(data: bytes) -> str:
    return text_of(data).replace("\x1f", "␟").replace("\x1e", "␞")


def replies(data: bytes, reading: Reading = BY_NAMES) -> list[tuple[str, str]]:
    return [(s.label, s.text) for s in xlsx.segments(text_of(data), reading)]


def fixed(data: bytes, wording: str = "好") -> bytes:
    return rewritten(data, documents.edits(Replacing(wording), text_of(data), "xlsx"))


# -- reading --------------------------------------------------------------------------------------

# title: (what the rows of the sheet 售后 are, the shared strings, the virtual text)
CELLS = {
    "no rows": ("", "", ""),
    "a shared string": (
        '<row r="1"><c r="A1" s="3" t="s"><v>1</v></c></row>',
        "<si><t>甲</t></si><si><t>乙</t></si>",
        "售后!A1␟乙",
    ),
    "one string in two cells": (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>0</v></c></row>',
        "<si><t>甲</t></si>",
        "售后!A2␟甲␞售后!C2␟甲",
    ),
    "an inline string": ('<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>', "", "售后!A1␟甲"),
    "a bare string": ('<row r="1"><c r="A1" t="str"><v>甲</v></c></row>', "", "售后!A1␟甲"),
    "runs": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>乙</t></r><r><t>丙</t></r></is></c></row>',
        '<si>\n<r><rPr><b/></rPr><t>甲</t></r> <r><t xml:space="preserve"> 乙</t></r>\n</si>',
        "售后!A1␟甲 乙␞售后!B1␟乙丙",
    ),
    "readings are no text": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<si><t>甲</t><rPh sb="0" eb="1"><t>jia</t></rPh><phoneticPr fontId="1"/></si>',
        "售后!A1␟甲",
    ),
    "XML's escapes": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>&#30002;&#x4E59;</v></c></row>',
        "<si><t>&lt;&amp;&gt;&quot;&apos;&#20294;</t></si>",
        "售后!A1␟<&>\"'但␞售后!B1␟甲乙",
    ),
    "a workbook's escapes": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        "<si><t>甲_x000D_\n乙_x005F_x000D__x4E19_</t></si>",
        "售后!A1␟甲\r\n乙_x000D_丙",
    ),
    "escapes of what no text can hold": (
        '<row r="1"><c r="A1" t="str"><v>甲_x001E__x0007__xD83D__xFFFF_</v></c></row>',
        "",
        "售后!A1␟甲_x001E__x0007__xD83D__xFFFF_",
    ),
    "line ends": (
        '<row r="1"><c r="A1" t="str"><v>甲\r\n乙\r丙&#13;</v></c></row>',
        "",
        "售后!A1␟甲\n乙\n丙\r",
    ),
    "CDATA and comments": (
        '<!-- <row r="1"><c r="A1" t="str"><v>不</v></c></row> --><row r="1"><c r="A1" t="inlineStr"><!-- </c> -->'
        "<is><t><![CDATA[甲</c><c>]]>乙<?x </c>?></t></is></c></row>",
        "<!-- <si><t>不</t></si> -->",
        "售后!A1␟甲</c><c>乙",
    ),
    "odd but right XML": (
        "<row\nr='1' ><c\n\tt = 's'\nr = 'A1' x='a>b' ><v >0</v ></c ><c r='B1' t='s'/><c/></row >",
        "<si ><t >甲</t ></si ><si/>",
        "售后!A1␟甲",
    ),
    "empty strings": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is/></c><c r="C1" t="str"><v></v></c></row>',
        "<si/>",
        "售后!A1␟␞售后!B1␟␞售后!C1␟",
    ),
    "numbers, truth and errors are no text": (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="n"><v>1</v></c><c r="C1" t="b"><v>1</v></c>'
        '<c r="D1" t="e"><v>#REF!</v></c><c r="E1" t="d"><v>2024-01-01</v></c></row>',
        "",
        "",
    ),
    "addresses that are not said": (
        '<row><c t="str"><v>甲</v></c><c/><c t="str"><v>乙</v></c></row><row r="5"><c r="C5"/><c t="str"><v>丙</v></c></row>'
        '<row><c t="str"><v>丁</v></c></row>',
        "",
        "售后!A1␟甲␞售后!C1␟乙␞售后!D5␟丙␞售后!A6␟丁",
    ),
    "addresses that are oddly said": (
        '<row r="1"><c r="b1" t="str"><v>甲</v></c><c r="?" t="str"><v>乙</v></c></row>',
        "",
        "售后!B1␟甲␞售后!C1␟乙",
    ),
    "far columns": (
        '<row r="1048576"><c r="XFD1048576" t="str"><v>甲</v></c></row>',
        "",
        "售后!XFD1048576␟甲",
    ),
    "what stands behind the rows": (
        '<row r="1"/></sheetData><extLst><ext><c r="A1" t="str"><v>不</v></c></ext></extLst><sheetData>',
        "",
        "",
    ),
    "the result of a formula is fixed": (
        '<row r="1"><c r="A1" t="str"><f>B1&amp;"甲"</f><v>乙甲</v></c></row>',
        "",
        "售后!A1␟乙甲␟",
    ),
    "so is what it fills": (
        '<row r="1"><c r="A1"><f t="array" ref="A1:A2">X</f><v>1</v></c><c r="B1" t="str"><v>甲</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>乙</v></c></row><row r="3"><c r="A3" t="str"><v>丙</v></c></row>',
        "",
        "售后!B1␟甲␞售后!A2␟乙␟␞售后!A3␟丙",
    ),
}


@pytest.mark.parametrize(("rows", "items", "expected"), CELLS.values(), ids=CELLS.keys())
def test_the_virtual_text_of_cells(rows: str, items: str, expected: str) -> None:
    assert shown(handmade(rows, items)) == expected


ROWS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>不行，真的</t></is></c></row>'
ITEMS = "<si><t>您好，不行</t></si>"
WANTED = "售后!A1␟您好，不行␞售后!B1␟不行，真的"


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml)


def renamed(made: dict[str, str], change) -> dict[str, str]:
    return {change(name): content for name, content in made.items()}


def in_utf16() -> dict[str, bytes | str]:
    made: dict[str, bytes | str] = dict(parts({"售后": ROWS}, ITEMS))
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        made[name] = str(made[name]).replace("UTF-8", "UTF-16").encode("utf-16")
    return made


def with_mark() -> dict[str, str]:
    return {name: "\ufeff" + content for name, content in parts({"售后": ROWS}, ITEMS).items()}


# One workbook, as different programs spell it.
SPELLINGS = {
    "Excel": lambda: parts({"售后": ROWS}, ITEMS),
    "absolute references": lambda: parts({"售后": ROWS}, ITEMS, root="/xl/"),
    "roundabout references": lambda: parts({"售后": ROWS}, ITEMS, root="./../xl/"),
    "strict": lambda: parts({"售后": ROWS}, ITEMS, namespace=STRICT),
    "prefixes": lambda: parts({"售后": prefixed(ROWS)}, prefixed(ITEMS), prefix="x:"),
    "prefixes in the sheet only": lambda: (
        parts({"售后": prefixed(ROWS)}, "", prefix="x:")
        | {k: v for k, v in parts({"售后": ""}, ITEMS).items() if "sheet1" not in k}
    ),
    "prefixes in the strings only": lambda: (
        parts({"售后": ""}, prefixed(ITEMS), prefix="x:")
        | {"xl/worksheets/sheet1.xml": workbooks.sheet(ROWS)}
    ),
    "names in another case": lambda: renamed(
        parts({"售后": ROWS}, ITEMS), lambda n: n.replace("sharedStrings", "SharedStrings")
    ),
    "backslashes": lambda: renamed(parts({"售后": ROWS}, ITEMS), lambda n: n.replace("/", "\\")),
    "byte order marks": with_mark,
    "UTF-16": in_utf16,
    "hidden": lambda: parts({"售后": ROWS}, ITEMS, states={"售后": ' state="veryHidden"'}),
    "a sheet of a chart besides": lambda: (
        parts({"售后": ROWS, "图": ""}, ITEMS)
        | {
            "xl/_rels/workbook.xml.rels": relations(
                {
                    "rId1": ("worksheet", "worksheets/sheet1.xml"),
                    "rId2": ("chartsheet", "chartsheets/sheet1.xml"),
                    "rId3": ("sharedStrings", "sharedStrings.xml"),
                }
            )
        }
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED], ids=["packed", "stored"])
def test_a_workbook_is_read_and_mended_however_it_is_spelled(spelling, method):
    data = packed(spelling(), method)
    assert shown(data) == WANTED
    again = fixed(data, "好&<\r\n吗")
    assert shown(again) == WANTED.replace("不行", "好&<\r\n吗")
    before, after = members(data), members(again)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [n for n in before if "sheet1." in n]


def test_sheets_come_in_the_order_of_their_tabs():
    row = '<row r="1"><c r="A1" t="str"><v>甲</v></c></row>'
    assert shown(packed(parts({"乙!丙": row, "空": "", "A &lt; B": row}))) == "乙!丙!A1␟甲␞A < B!A1␟甲"


def test_headings_of_tables_and_pivot_tables_are_fixed():
    cell = '<c r="{0}{1}" t="str"><v>{0}{1}</v></c>'
    rows = "".join(f'<row r="{n}">{cell.format("A", n)}{cell.format("B", n)}</row>' for n in range(1, 6))
    made = parts({"售后": rows}) | {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            {
                "rId1": ("table", "../tables/table1.xml"),
                "rId2": ("pivotTable", "/xl/pivotTables/pivotTable1.xml"),
            }
        ),
        "xl/tables/table1.xml": f'<table xmlns="{workbooks.MAIN}" ref="A1:A3" totalsRowCount="1"/>',
        "xl/pivotTables/pivotTable1.xml": f'<p xmlns="{workbooks.MAIN}"><location ref="B4:C5"/></p>',
    }
    found = dict(re.findall(r"!(\w+)␟\w+(␟?)", shown(packed(made))))
    assert [address for address, mark in found.items() if mark] == ["A1", "A3", "B4", "B5"]


# -- replies --------------------------------------------------------------------------------------


def table(*rows: str) -> str:
    """Rows of cells; a number stands for a number."""
    made = []
    for n, row in enumerate(rows, 1):
        cells = [
            f'<c r="{letter}{n}"><v>{cell}</v></c>'
            if cell.isdecimal()
            else f'<c r="{letter}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for letter, cell in zip("ABCDEFG", row.split("|"), strict=False)
            if cell
        ]
        made.append(f'<row r="{n}">{"".join(cells)}</row>' if cells else "")
    return "".join(made)


REPLIES = {
    "by the header of each sheet": (
        {"甲": table("编号|问题|回复", "1|能退吗|不行"), "乙": table("话术|备注", "没有|好")},
        BY_NAMES,
        [("甲!C2", "不行"), ("乙!A2", "没有")],
    ),
    "below a title and empty rows": (
        {"甲": table("", "售后大全", "", "编号||回复", "1||不行", "", "2||没有")},
        BY_NAMES,
        [("甲!C5", "不行"), ("甲!C7", "没有")],
    ),
    "of the sheets that the settings name": (
        {"甲": table("回复", "不行"), "Sheet2": table("回复", "没有")},
        Reading(sheets=(" sheet2",)),
        [("Sheet2!A2", "没有")],
    ),
    "of the columns that the settings name": (
        {"甲": table("编号|措辞|说法", "1|不行|没有")},
        Reading(columns=("措辞", "3")),
        [("甲!B2", "不行"), ("甲!C2", "没有")],
    ),
    "of our side": (
        {"甲": table("角色|内容", "客户|能退吗", "客服|不行")},
        BY_NAMES,
        [("甲!B3", "不行")],
    ),
    "what reads like sentences": (
        {"甲": table("1|退货|不行，退不了")},
        BY_NAMES,
        [("甲!C1", "不行，退不了")],
    ),
    "without white space around": ({"甲": table("回复", " \n不行\n")}, BY_NAMES, [("甲!A2", "不行")]),
    "with Chinese in them": ({"甲": table("回复", "OK", "好")}, BY_NAMES, [("甲!A3", "好")]),
}


@pytest.mark.parametrize(("sheets", "reading", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_replies(sheets, reading, expected):
    assert replies(packed(parts(sheets)), reading) == expected


def test_what_is_written_elsewhere_names_columns_and_speakers_but_is_no_reply():
    rows = table("角色|回复", "客服|不行", "客户|没有").replace(
        '<c r="A2" t="inlineStr"><is><t>客服</t></is>', '<c r="A2" t="str"><f>X</f><v>客服</v>'
    )
    rows += '<row r="4"><c r="A4" t="str"><v>客服</v></c><c r="B4" t="str"><f>B2</f><v>不行</v></c></row>'
    assert replies(handmade(rows)) == [("售后!B2", "不行")]


def test_the_author_is_said():
    data = handmade(table("回复|工号|编号", "不行|A1|1", "没有", "好|007|2"))
    assert [s.author for s in xlsx.segments(text_of(data))] == ["A1", "", "007"]
    assert shown(data).endswith("␞售后!A4␟好␞售后!B4␟007␟")


def test_an_offset_is_a_place_in_a_cell():
    text = "甲!A1\x1f您好\x1e乙!丙!AB12\x1f不行\x1f\x1e丁!C3\x1f"
    first, second, _ = text.split("\x1e")
    for offset in range(len(first) + 1):
        assert place(text, offset) == Place("甲", "A1", 1, 1, Span(5, 7))
    at = len(first) + 1
    start = at + second.index("不")
    assert place(text, at) == place(text, start + 1) == Place("乙!丙", "AB12", 12, 28, Span(start, start + 2))
    assert place(text, len(text)).span == Span(len(text), len(text))
    with pytest.raises(ValueError, match="no cell"):
        place("", 0)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*"\x1e\x1f!A1不，行 \n\ufeff", "甲!A1\x1f", "甲!B1\x1f"]), max_size=30).map(
        "".join
    )
)
def test_any_text_is_read(text):
    spans_hold_what_they_say("xlsx", text)


# -- writing --------------------------------------------------------------------------------------

# title: (cell A1, shared strings, the fix of 不行, cell A1 then)
WRITTEN = {
    "shared": (
        '<c r="A1" s="3" t="s"><v>0</v></c>',
        "<si><t>这个不行</t></si>",
        "好",
        '<c r="A1" s="3" t="inlineStr"><is><t>这个好</t></is></c>',
    ),
    "the attributes stay as they are spelled": (
        "<c\tt = 's'  r='A1' cm='1'><v> 0 </v><extLst/></c>",
        "<si><t>不行</t></si>",
        "好",
        "<c\tt = 'inlineStr'  r='A1' cm='1'><is><t>好</t></is><extLst/></c>",
    ),
    "inline": (
        '<c r="A1" t="inlineStr"><is><t>不行</t></is></c>',
        "",
        "好&<>",
        '<c r="A1" t="inlineStr"><is><t>好&amp;&lt;&gt;</t></is></c>',
    ),
    "bare": ('<c r="A1" t="str"><v>不行</v></c>', "", "好&", '<c r="A1" t="str"><v>好&amp;</v></c>'),
    "white space is kept": (
        '<c r="A1" t="s"><v>0</v></c>',
        "<si><t>不行\n</t></si>",
        "好",
        '<c r="A1" t="inlineStr"><is><t xml:space="preserve">好\n</t></is></c>',
    ),
    "a workbook's own escapes": (
        '<c r="A1" t="str"><v>不行_x000D_</v></c>',
        "",
        "_x0041_\r\n\x07",
        '<c r="A1" t="str"><v>_x005F_x0041__x000D_\n_x0007__x000D_</v></c>',
    ),
    "the run around it keeps its dress": (
        '<c r="A1" t="s"><v>0</v></c>',
        '<si><r><t>您</t></r><r><rPr><b/><sz val="9"/></rPr><t>就不行</t></r><r><t>吧</t></r></si>',
        "好",
        '<c r="A1" t="inlineStr"><is><r><t>您</t></r><r><rPr><b/><sz val="9"/></rPr><t>就好</t></r><r><t>吧</t></r></is></c>',
    ),
    "over two runs, the first takes it": (
        '<c r="A1" t="s"><v>0</v></c>',
        "<si><r><rPr><b/></rPr><t>您不</t></r><r><rPr><i/></rPr><t>行吧</t></r></si>",
        "好",
        '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>您好</t></r><r><rPr><i/></rPr><t>吧</t></r></is></c>',
    ),
    "a run that is emptied goes": (
        '<c r="A1" t="s"><v>0</v></c>',
        "<si><r><t>您不</t></r><r><t>行</t></r><r><t>吧</t></r></si>",
        "好",
        '<c r="A1" t="inlineStr"><is><r><t>您好</t></r><r><t>吧</t></r></is></c>',
    ),
    "nothing is left": (
        '<c r="A1" t="s"><v>0</v></c>',
        "<si><t>不行</t></si>",
        "",
        '<c r="A1" t="inlineStr"><is><t/></is></c>',
    ),
    "readings move with their words, and go with them": (
        '<c r="A1" t="s"><v>0</v></c>',
        '<si><t>😀不行吧</t><rPh sb="0" eb="2"><t>x</t></rPh><rPh sb="2" eb="4"><t>bu</t></rPh>'
        '<rPh sb="4" eb="5"><t>ba</t></rPh><phoneticPr fontId="1"/></si>',
        "😀😀",
        '<c r="A1" t="inlineStr"><is><t>😀😀😀吧</t><rPh sb="0" eb="2"><t>x</t></rPh>'
        '<rPh sb="6" eb="7"><t>ba</t></rPh><phoneticPr fontId="1"/></is></c>',
    ),
    "what is in CDATA comes out of it": (
        '<c r="A1" t="inlineStr"><is><t><![CDATA[<v>不行&]]></t></is></c>',
        "",
        "好",
        '<c r="A1" t="inlineStr"><is><t>&lt;v&gt;好&amp;</t></is></c>',
    ),
}


@pytest.mark.parametrize(("cell", "items", "wording", "expected"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_mended_cell(cell, items, wording, expected):
    around = '<row r="1">{}<c r="B1" t="str"><v>x</v></c></row>'
    data = handmade(around.format(cell), items)
    at = text_of(data).index("不行")
    again = rewritten(data, [Edit(at, at + 2, wording)])
    xml = members(again)["xl/worksheets/sheet1.xml"].decode()
    assert xml == workbooks.sheet(around.format(expected))


def test_an_insertion_takes_the_dress_of_what_stands_before_it():
    items = "<si><r><rPr><b/></rPr><t>您</t></r><r><rPr><i/></rPr><t>好</t></r></si>"
    data = handmade('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', items)
    start = text_of(data).index("您")
    xml = members(rewritten(data, [Edit(start + n, start + n, str(n)) for n in range(3)]))[
        "xl/worksheets/sheet1.xml"
    ]
    assert "<b/></rPr><t>0您1</t></r><r><rPr><i/></rPr><t>好2</t>" in xml.decode()


def test_an_edit_must_lie_in_the_text_of_one_cell():
    data = handmade(table("甲|乙") + '<row r="9"><c r="A9" t="str"><f>X</f><v>丙</v></c></row>')
    text = text_of(data)
    for edit in (
        Edit(0, 1, ""),
        Edit(text.index("甲"), text.index("乙"), ""),
        Edit(len(text), len(text), "x"),
    ):
        with pytest.raises(ValueError, match="one cell"):
            rewritten(data, [edit])
    at = text.index("丙")
    with pytest.raises(ValueError, match="one cell"):
        rewritten(data, [Edit(at, at + 1, "丁")])


def test_without_changes_the_workbook_is_the_same():
    data = handmade(table("甲"))
    at = text_of(data).index("甲")
    assert rewritten(data, []) == data
    assert rewritten(data, [Edit(at, at + 1, "甲")]) == data


TEXT = st.text(st.sampled_from([*"您不行，😀<&>\"' \t\r\n_x04195FD乙"]), max_size=20)
STORED = st.sampled_from(["s", "inlineStr", "str", "runs"])


def spelled(text: str) -> str:
    return xlsx_escaped(text).replace("&", "&amp;").replace("<", "&lt;")


def xlsx_escaped(text: str) -> str:
    """As Excel does it: every character that might be misread is escaped, and no other."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return text.replace("\r", "_x000D_")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXT, STORED), min_size=1, max_size=6), st.data())
def test_reading_the_rewritten_workbook_is_editing_what_was_read(cells, data):
    items, rows = [], []
    for n, (text, kind) in enumerate(cells, 1):
        inside = f"<t>{spelled(text)}</t>"
        if kind == "runs":
            half = len(text) // 2
            inside = (
                f"<r><t>{spelled(text[:half])}</t></r><r><rPr><b/></rPr><t>{spelled(text[half:])}</t></r>"
            )
        value = f"<is>{inside}</is>" if kind == "inlineStr" else f"<v>{spelled(text)}</v>"
        if kind in ("s", "runs"):
            items.append(f"<si>{inside}</si>")
            kind, value = "s", f"<v>{len(items) - 1}</v>"
        rows.append(f'<row r="{n}"><c r="A{n}" t="{kind}">{value}</c></row>')
    book = handmade("".join(rows), "".join(items) or "<si/>")
    text = text_of(book)
    edits = []
    for record in re.finditer("\x1f([^\x1e]*)", text):
        marks = sorted(data.draw(st.lists(st.integers(*record.span(1)), max_size=4)))
        edits += [Edit(a, b, data.draw(TEXT)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    assert text_of(rewritten(book, edits)) == apply_edits(text, edits)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT.map("您{}呀".format), max_size=5), st.sampled_from([AWKWARD, "好"]))
def test_the_law_of_formats_holds_for_virtual_texts(cells, wording):
    text = "\x1e".join(["甲!A1\x1f回复", *(f"甲!A{n}\x1f{cell}" for n, cell in enumerate(cells, 2))])
    spans_hold_what_they_say("xlsx", text)
    parsing_the_fixed_is_fixing_the_parsed("xlsx", text, wording)


# -- whole workbooks ------------------------------------------------------------------------------

FULL = {"inline strings": workbooks.full, "shared strings": lambda: workbooks.sharing(workbooks.full())}
TOUCHED = [f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3)]
MENDED = ["售后!C2", "售后!C3", "售后!C4", "售后!C6", "售后!C7", "售后!C8", "库存!B2", "隐藏!A2"]


@pytest.fixture(scope="module", params=FULL.values(), ids=FULL.keys())
def pair(request):
    data = request.param()
    return data, fixed(data, "好&")


def test_openpyxl_finds_the_replies_mended_and_all_else_as_it_was(pair):
    before, after = (openpyxl.load_workbook(io.BytesIO(data), keep_vba=True) for data in pair)
    changed = []
    for old in before:
        new = after[old.title]
        for row in old.iter_rows():
            for cell in row:
                other = new[cell.coordinate]
                if cell.value != other.value:
                    changed.append(f"{old.title}!{cell.coordinate}")
                    assert other.value == cell.value.replace("不行", "好&")
                assert cell._style == other._style
                assert (cell.comment and cell.comment.text) == (other.comment and other.comment.text)
                assert (cell.hyperlink and cell.hyperlink.target) == (
                    other.hyperlink and other.hyperlink.target
                )
    assert changed == MENDED


def test_runs_keep_their_dress(pair):
    old, new = (openpyxl.load_workbook(io.BytesIO(data), rich_text=True)["售后"]["C8"].value for data in pair)
    assert [str(run) for run in new] == [str(run).replace("不行", "好&") for run in old]
    assert [getattr(run, "font", None) for run in new] == [getattr(run, "font", None) for run in old]


def test_a_sheet_changes_in_the_mended_cells_only(pair):
    before, after = map(members, pair)
    for title, part in zip(["售后", "库存", "隐藏"], TOUCHED, strict=True):
        old, new = before[part].decode(), after[part].decode()
        for address in (name.partition("!")[2] for name in MENDED if name.startswith(title)):
            cell = re.compile(rf'<c r="{address}"( s="\d+")? t="\w+">.*?</c>', re.DOTALL)
            was, now = cell.search(old), cell.search(new)
            assert was[1] == now[1], "the style stays"
            old, new = old.replace(was[0], ""), new.replace(now[0], "")
        assert old == new


def entries(data: bytes):
    """Each member of a zip: its own header and packed bytes, and its record in the directory but for the place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    ends = sorted([*(i.header_offset for i in infos), directory])
    found, at = {}, directory
    for info in infos:
        end = ends[ends.index(info.header_offset) + 1]
        size = 46 + sum(struct.unpack_from("<HHH", data, at + 28))
        record = data[at : at + 42] + data[at + 46 : at + size]
        found[info.filename] = (data[info.header_offset : end], record)
        at += size
    return found


def test_every_other_member_of_the_zip_is_the_same_byte_for_byte(pair):
    before, after = map(entries, pair)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == TOUCHED


class Stream(io.RawIOBase):
    """A place to write to from which one cannot go back: zips get the sums behind each member."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, piece) -> int:
        self.data += bytes(piece)
        return len(piece)


def zipped(wide: bool, stream: bool) -> bytes:
    """A workbook in a zip with everything that a zip may have."""
    out = Stream() if stream else io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = "注".encode()
        for n, (name, content) in enumerate(parts({"售后": ROWS}, ITEMS).items()):
            info = zipfile.ZipInfo(name, (2001 + n, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_DEFLATED if n % 2 else zipfile.ZIP_STORED
            info.internal_attr, info.create_system = n % 2, n % 3
            info.extra, info.comment = struct.pack("<HHL", 0xCAFE, 4, n), f"注{n}".encode()
            with archive.open(info, "w", force_zip64=wide) as member:
                member.write(content.encode())
            info.external_attr = n << 16
    return out.data if stream else out.getvalue()


@pytest.mark.parametrize("stream", [False, True], ids=["at once", "streamed"])
@pytest.mark.parametrize("wide", [False, True], ids=["usual", "zip64"])
def test_dates_methods_and_attributes_of_the_zip_stay(wide, stream):
    data = zipped(wide, stream)
    again = fixed(data)
    assert shown(again) == WANTED.replace("不行", "好")
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(again)) as after:
        assert after.testzip() is None
        assert after.comment == before.comment
        for n, (old, new) in enumerate(zip(before.infolist(), after.infolist(), strict=True)):
            for name in ("filename", "date_time", "compress_type", "external_attr", "internal_attr"):
                assert getattr(old, name) == getattr(new, name)
            assert (old.create_system, old.comment) == (new.create_system, new.comment)
            assert struct.pack("<HHL", 0xCAFE, 4, n) in new.extra
    before, after = entries(data), entries(again)
    assert [n for n in before if before[n] != after[n]] == ["xl/worksheets/sheet1.xml"]


def test_what_stands_before_the_zip_stays():
    data = b"PK" + b"\0" * 30 + handmade(ROWS, ITEMS)
    again = fixed(data)
    assert again[:32] == data[:32]
    assert shown(again) == WANTED.replace("不行", "好")


# -- what is refused ------------------------------------------------------------------------------


def without(name: str) -> bytes:
    return packed({k: v for k, v in parts({"售后": ROWS}, ITEMS).items() if k != name})


def instead(name: str, content: str | bytes) -> bytes:
    return packed(parts({"售后": ROWS}, ITEMS) | {name: content})


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 200


def broken_member(name: str) -> bytes:
    data = bytearray(packed(parts({"售后": ROWS}, ITEMS), zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo(name).header_offset + 30 + len(name)
    data[at + 60] ^= 1
    return bytes(data)


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name, content in [*parts({"售后": ROWS}, ITEMS).items(), ("xl/workbook.xml", "x")]:
            archive.writestr(name, content)
    return out.getvalue()


BOMB = '<!DOCTYPE x [<!ENTITY a "不行"><!ENTITY b "&a;&a;">]>'
SHEET, BOOK, SHARED = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"

REFUSED = {
    "nothing": (lambda: b"", "xlsx-not", {}),
    "text": (lambda: "编号,回复".encode(), "xlsx-not", {}),
    "a password": (lambda: ole("EncryptedPackage"), "xlsx-encrypted", {}),
    "the old kind": (lambda: ole("Workbook"), "xlsx-old", {}),
    "half a zip": (lambda: handmade(ROWS)[:-30], "xlsx-zip", {}),
    "a member twice": (twice, "xlsx-zip", {}),
    "a member that is damaged": (lambda: broken_member(SHEET), "xlsx-zip-part", {"part": SHEET}),
    "some other zip": (lambda: packed({"a.txt": "不行"}), "xlsx-foreign", {}),
    "a document": (lambda: instead(BOOK, '<w:document xmlns:w="x"/>'), "xlsx-foreign", {}),
    "a sheet that is none": (lambda: instead(SHEET, "<html/>"), "xlsx-foreign", {}),
    "a binary workbook": (
        lambda: instead("_rels/.rels", relations({"rId1": ("officeDocument", "xl/workbook.bin")})),
        "xlsx-foreign",
        {},
    ),
    "no references": (lambda: without("_rels/.rels"), "xlsx-part", {"part": "_rels/.rels"}),
    "no workbook": (lambda: without(BOOK), "xlsx-part", {"part": BOOK}),
    "no sheet": (lambda: without(SHEET), "xlsx-part", {"part": SHEET}),
    "no strings": (lambda: without(SHARED), "xlsx-part", {"part": SHARED}),
    "no such string": (lambda: instead(SHARED, workbooks.strings("")), "xlsx-string", {"cell": "售后!A1"}),
    "a cell in a cell": (
        lambda: instead(
            SHEET,
            workbooks.sheet('<row><c r="B1" t="str"><c/><v>不</v></c></row>'.replace("<c/>", "<c></c>")),
        ),
        "xlsx-cell",
        {"cell": "售后!B1"},
    ),
    "a cell too deep": (
        lambda: instead(SHEET, workbooks.sheet(f'<row><c t="str">{"<a>" * 99}{"</a>" * 99}</c></row>')),
        "xlsx-cell",
        {"cell": "售后!A1"},
    ),
    "a string in a string": (
        lambda: instead(SHARED, workbooks.strings("<si>\n<si></si><t>不</t></si>")),
        "xlsx-xml",
        {"part": SHARED, "line": 2, "column": 82},
    ),
    "broken XML": (
        lambda: instead(SHEET, "<a>\n  </b>"),
        "xlsx-xml",
        {"part": SHEET, "line": 2, "column": 5},
    ),
    "an encoding that no workbook has": (
        lambda: instead(SHEET, workbooks.sheet(ROWS).encode("gbk")),
        "xlsx-xml",
        {"part": SHEET, "line": 2, "column": 159},
    ),
    "a prefix that is not declared": (
        lambda: instead(BOOK, "<x:workbook/>"),
        "xlsx-xml",
        {"part": BOOK, "line": 1, "column": 1},
    ),
    "a DTD in a sheet": (lambda: instead(SHEET, BOMB + "<x>&b;</x>"), "xlsx-dtd", {"part": SHEET}),
    "a DTD in the workbook": (lambda: instead(BOOK, BOMB + "<x/>"), "xlsx-dtd", {"part": BOOK}),
    "more than the limit": (
        lambda: instead(SHARED, workbooks.strings(f"<si><t>{' ' * 200_000}</t></si>")),
        "xlsx-big",
        {"part": SHARED, "limit": 100_000},
    ),
}


@pytest.mark.parametrize(("make", "kind", "details"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_and_why(make, kind, details):
    with pytest.raises(WorkbookError) as caught:
        text_of(make(), limit=100_000)
    assert (caught.value.kind, caught.value.details) == (kind, details)
    for language in LANGUAGES:
        said = Messages(language).failure("a.xlsx", kind, details)
        assert all(str(value) in said for name, value in details.items() if name != "limit")
        assert "limit" not in details or "100000B" in said


def test_all_parts_count_towards_the_limit():
    data = packed(parts({"甲": ROWS.replace("B1", "C1") * 40, "乙": ROWS * 40}, ITEMS))
    most = max(len(content) for content in members(data).values())
    with pytest.raises(WorkbookError) as caught:
        text_of(data, limit=most + 100)
    assert caught.value.kind == "xlsx-big"


def test_a_text_that_no_cell_can_hold_is_refused():
    data = handmade(table("回复", "😀" * 16_000 + "不行"))
    at = text_of(data).index("不行")
    assert rewritten(data, [Edit(at, at + 2, "好" * 767)])
    with pytest.raises(WorkbookError) as caught:
        rewritten(data, [Edit(at, at + 2, "好" * 768)])
    assert (caught.value.kind, caught.value.details) == ("xlsx-long", {"cell": "售后!A2", "most": 32767})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED], ids=["packed", "stored"])
def test_a_damaged_workbook_is_read_or_refused_in_our_terms(method, flips):
    data = bytearray(packed(parts({"售后": ROWS}, ITEMS), method))
    for at, value in flips:
        data[at % len(data)] = value
    try:
        text = text_of(bytes(data))
        rewritten(bytes(data), [Edit(s.span.start, s.span.end, "好") for s in xlsx.segments(text)])
    except WorkbookError as error:
        assert Messages().failure("a.xlsx", error.kind, error.details)
