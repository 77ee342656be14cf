"""Tables: which rows and columns hold replies, who speaks, and who wrote it.

A table is shown as its rows; in what is expected, `columns` count from 0 and `first` is the first row that may
hold replies.
"""

from __future__ import annotations

import pytest

from keqi.formats import BY_NAMES, Reading
from keqi.formats.tables import layout


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip("\n").split("\n")]


# title: (table, reading, first, columns)
COLUMNS = {
    "named by the header": ("编号|问题|回复\n1|能退吗|不行", BY_NAMES, 1, {2}),
    "several of them": ("问题|回复1|回复2\n能退吗|不行|可以", BY_NAMES, 1, {1, 2}),
    "in English, however written": ("ID|Reply_Text\n1|不行", BY_NAMES, 1, {1}),
    "with remarks": ("编号|回复内容（必填）*|备注\n1|不行|好", BY_NAMES, 1, {1}),
    "with long remarks": ("编号|话术【请用敬语，不要超过两百个字，也不要用表情】\n1|不行", BY_NAMES, 1, {1}),
    "under a title": ("售后常用语|||\n\n编号|问题|回复\n1|能退吗|不行", BY_NAMES, 3, {2}),
    "under a title that might be a name": ("话术|\n编号|回复\n1|不行", BY_NAMES, 2, {1}),
    "one column": ("话术\n不行\n没有", BY_NAMES, 1, {0}),
    "named by the settings": ("编号|措辞\n1|不行", Reading(columns=("措辞",)), 1, {1}),
    "numbered by the settings": ("编号|回复|备注\n1|不行|好", Reading(columns=("3",)), 1, {2}),
    "numbered without a header": ("1|不行|好", Reading(columns=("2",)), 0, {1}),
    "number zero is none": ("1|不行", Reading(columns=("0",)), 0, set()),
    "named by what it ends in": ("编号|售后话术\n1|不行", BY_NAMES, 1, {1}),
    "a header without a name for replies": ("编号|措辞|备注\n1|不行|好", BY_NAMES, 1, {1}),
    "notes, where nothing else is Chinese": ("编号|备注\n1|不行", BY_NAMES, 1, {1}),
    "settings meant for another file": ("编号|回复\n1|不行", Reading(columns=("措辞",)), 1, set()),
    "no header: what reads like sentences": (
        "1|能退吗？|不行，退不了\n2|能换吗？|不行，换不了",
        BY_NAMES,
        0,
        {1, 2},
    ),
    "no header: not the matters": ("退货|不行，退不了\n换货|不行，换不了", BY_NAMES, 0, {1}),
    "no header: a long sentence needs no stop": ("退货|我们这里从来没有办过退货", BY_NAMES, 0, {1}),
    "no header, no sentences: all Chinese": ("1|不行\n2|没有", BY_NAMES, 0, {1}),
    "a header that names only the question": ("问题|处理\n能退吗？|不行", BY_NAMES, 1, {1}),
    "nothing Chinese": ("1|no\n2|yes", BY_NAMES, 0, set()),
}


@pytest.mark.parametrize(("table", "reading", "first", "columns"), COLUMNS.values(), ids=COLUMNS.keys())
def test_where_the_replies_are(table: str, reading: Reading, first: int, columns: set[int]) -> None:
    plan = layout(rows(table), reading)
    assert (plan.body, plan.replies) == (first, columns)


def test_an_empty_table_has_no_replies() -> None:
    assert layout([], BY_NAMES).replies == set()


# title: (table, reading, the rows that are ours)
SPEAKERS = {
    "no conversation": ("编号|回复\n1|不行\n2|没有", BY_NAMES, [1, 2]),
    "a named column": ("角色|内容\n客户|能退吗\n客服|不行", BY_NAMES, [2]),
    "labels with numbers": ("角色|内容\n客户01|能退吗\n客服小美|不行", BY_NAMES, [2]),
    "no header": ("客户|能退吗\n客服|不行", BY_NAMES, [1]),
    "no header, ours begin": ("客服|您好\n客户|能退吗", BY_NAMES, [0]),
    "agents by name, told from the customers": ("角色|内容\n客户|能退吗\n小美|不行", BY_NAMES, [2]),
    "agents by name, told by the settings": (
        "角色|内容\n客户|能退吗\n小美|不行\n系统通知|已转接",
        Reading(speakers=("小美",)),
        [2],
    ),
    "a role that is none": ("身份|回复\nVIP|不行\n普通|没有", BY_NAMES, [1, 2]),
    "matters that only look like speakers": ("类型|回复\n客户投诉|不行\n售后服务|没有", BY_NAMES, [1, 2]),
    "a column for each side": ("客户|客服\n能退吗|不行\n能换吗|没有", BY_NAMES, [1, 2]),
}


@pytest.mark.parametrize(("table", "reading", "ours"), SPEAKERS.values(), ids=SPEAKERS.keys())
def test_whose_rows_are_replies(table: str, reading: Reading, ours: list[int]) -> None:
    all_rows = rows(table)
    plan = layout(all_rows, reading)
    heard = [
        n
        for n, row in enumerate(all_rows)
        if n >= plan.body and (plan.role is None or plan.speaks_for_us(row[plan.role]))
    ]
    assert heard == ours


AUTHORS = {
    "by its usual name": ("回复|工号\n不行|007", BY_NAMES, 1),
    "by the settings": ("回复|谁写的\n不行|小美", Reading(author="谁写的"), 1),
    "none": ("编号|回复\n1|不行", BY_NAMES, None),
}


@pytest.mark.parametrize(("table", "reading", "column"), AUTHORS.values(), ids=AUTHORS.keys())
def test_who_wrote_it(table: str, reading: Reading, column: int | None) -> None:
    assert layout(rows(table), reading).author == column


def test_a_column_is_called_by_its_header_in_one_line_or_by_its_number() -> None:
    plan = layout([["编号", "回复\n内容 ", ""], ["1", "不行", "好"]], Reading(columns=("2", "3")))
    assert [plan.name(n) for n in range(4)] == ["编号", "回复 内容", "第3列", "第4列"]
