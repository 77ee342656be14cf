"""The server's copy of a document is the client's, whatever is in it and however it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Counting = tuple["Editor", Callable[[str], int]]


def places(diagnostics: list[types.Diagnostic]) -> list[tuple[int, int, int, int]]:
    return [
        (d.range.start.line, d.range.start.character, d.range.end.line, d.range.end.character)
        for d in diagnostics
    ]


async def test_the_clients_encoding_is_agreed_on(counting: Counting) -> None:
    editor, width = counting
    assert editor.result is not None
    agreed = editor.result.capabilities.position_encoding
    assert agreed == {1: "utf-32", 2: "utf-16", 4: "utf-8"}[width("😀")]


async def test_a_finding_behind_an_emoji_is_where_the_client_counts_it(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("谢谢😀😀不行")
    before = width("谢谢😀😀")
    assert places(await editor.diagnostics(uri)) == [(0, before, 0, before + width("不行"))]


async def test_an_edit_behind_an_emoji_lands_behind_it(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("😀好的,可以")
    column = width("😀好的,")
    editor.change(uri, 2, (0, column, 0, column + width("可以"), "不行"))
    assert places(await editor.diagnostics(uri, 2)) == [(0, column, 0, column + width("不行"))]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
async def test_only_line_ends_of_the_protocol_end_a_line(counting: Counting, separator: str) -> None:
    editor, width = counting
    uri = await editor.open(f"您好{separator}请讲\n可以")
    editor.change(uri, 2, (1, 0, 1, width("可以"), "不行"))
    assert places(await editor.diagnostics(uri, 2)) == [(1, 0, 1, width("不行"))]
    editor.change(uri, 3, (0, width(f"您好{separator}"), 0, width(f"您好{separator}请讲"), "没有"))
    after = width(f"您好{separator}")
    assert places(await editor.diagnostics(uri, 3)) == [
        (0, after, 0, after + width("没有")),
        (1, 0, 1, width("不行")),
    ]


async def test_a_column_behind_the_line_is_the_end_of_the_line(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("你好吗")
    editor.change(uri, 2, (0, 0, 0, 2**31 - 1, "不行"))
    assert places(await editor.diagnostics(uri, 2)) == [(0, 0, 0, width("不行"))]
    editor.change(uri, 3, (0, 9999, 0, 9999, "没有"))
    assert len(await editor.diagnostics(uri, 3)) == 2


async def test_a_column_behind_a_crlf_line_leaves_the_line_end_alone(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("你\r\n不行")
    editor.change(uri, 2, (0, 0, 0, 9999, "好"))
    assert places(await editor.diagnostics(uri, 2)) == [(1, 0, 1, width("不行"))]


async def test_typing_at_the_end_of_a_text_without_a_final_newline(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("可以\n好")
    editor.change(uri, 2, (1, width("好"), 1, width("好"), ",不行"))
    assert places(await editor.diagnostics(uri, 2)) == [(1, width("好,"), 1, width("好,不行"))]
    editor.change(uri, 3, (7, 0, 7, 0, "\n没有"))
    assert places(await editor.diagnostics(uri, 3))[1] == (2, 0, 2, width("没有"))


async def test_typing_into_an_empty_document(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("")
    assert await editor.diagnostics(uri) == []
    editor.change(uri, 2, (0, 0, 0, 0, "不"), (0, width("不"), 0, width("不"), "行"))
    assert places(await editor.diagnostics(uri, 2)) == [(0, 0, 0, width("不行"))]
    editor.change(uri, 3, "")
    assert await editor.diagnostics(uri, 3) == []


async def test_twenty_thousand_lines(counting: Counting) -> None:
    editor, width = counting
    line = "您好,请问有什么可以帮您😀?"
    uri = await editor.open("\n".join([line] * 20_000))
    assert await editor.diagnostics(uri) == []
    column = width(line)
    editor.change(uri, 2, (15_000, column, 15_000, column, "不行"), (0, 0, 0, 0, "没有"))
    found = places(await editor.diagnostics(uri, 2))
    assert found == [(0, 0, 0, width("没有")), (15_000, column, 15_000, column + width("不行"))]


async def test_half_an_emoji_is_read_and_answered(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("坏\ud83d不行")
    before = width("坏\ud83d")
    assert places(await editor.diagnostics(uri)) == [(0, before, 0, before + width("不行"))]
    assert await editor.fixes(uri, (0, before), (0, before))


async def test_an_emoji_sent_in_two_halves_is_one_character(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("坏\ud83d")
    editor.change(uri, 2, (0, 99, 0, 99, "\ude00不行"))
    before = width("坏😀")
    assert places(await editor.diagnostics(uri, 2)) == [(0, before, 0, before + width("不行"))]


async def test_an_edit_of_a_document_that_was_never_opened_is_ignored(counting: Counting) -> None:
    editor, _ = counting
    editor.change("untitled:unknown", 2, (0, 0, 0, 0, "不行"))
    uri = await editor.open("不行")
    assert len(await editor.diagnostics(uri)) == 1
    assert not editor.client.messages


async def test_a_range_with_its_ends_swapped_is_read_the_right_way_round(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open("你好")
    editor.change(uri, 2, (0, width("你"), 0, 0, "不行"))
    assert places(await editor.diagnostics(uri, 2)) == [(0, 0, 0, width("不行"))]


async def test_a_closed_document_shows_nothing(counting: Counting) -> None:
    editor, _ = counting
    uri = await editor.open("不行")
    assert len(await editor.diagnostics(uri)) == 1
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await editor.diagnostics(uri, None) == []


@pytest.mark.parametrize(
    ("opened", "edited"),
    [
        ("file:///w/%E4%BD%A0%E5%A5%BD.txt", "file:///w/你好.txt"),
        ("file:///C:/w/a.txt", "file:///c%3A/w/a.txt"),
        ("file:///w/a%20b.txt", "file:///w/a b.txt"),
    ],
)
async def test_every_spelling_of_a_uri_is_the_same_document_and_the_first_goes_back(
    counting: Counting, opened: str, edited: str
) -> None:
    editor, _ = counting
    await editor.open("好", uri=opened)
    editor.change(edited, 2, "不行")
    assert len(await editor.diagnostics(opened, 2)) == 1
    editor.client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(edited))
    )
    await editor.round_trip()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"range": {"start": [0, 0], "end": [0, 2**32 - 1]}, "text": "不行"}, "不行"),
        ({"range": {"start": [0, -1], "end": [0, 0]}, "text": "不行"}, "不行你好"),
        ({"range": {"start": [0, 0], "end": [0, 0]}, "rangeLength": -1, "text": "不行"}, "不行你好"),
        ({"range": None, "text": "不行"}, "不行"),
    ],
)
async def test_edits_that_break_the_rules_are_made_all_the_same(
    counting: Counting, change: dict[str, Any], text: str
) -> None:
    editor, _ = counting
    uri = await editor.open("你好")
    if change["range"]:
        ends = change["range"].items()
        change = {**change, "range": {end: {"line": p[0], "character": p[1]} for end, p in ends}}
    document = {"uri": uri, "version": 2}
    editor.raw(
        {"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": [change]}}
    )
    assert (await editor.diagnostics(uri, 2))[0].code == "refusal.bare"
    assert len(editor.published[-1].diagnostics) == text.count("不行") + text.count("你")
