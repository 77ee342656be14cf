"""Completion of standard phrases: when it comes, what it offers, and what an editor makes of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from keqi import phrases
from keqi.adapters import phrasebook
from keqi.adapters.lsp.completion import LONGEST_LABEL, MOST, Abilities, abilities_of, asked_in, complete
from keqi.phrase_search import Finder
from keqi.text import LineIndex, Unit

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Editor

BOOK, PROBLEMS = phrases.load(
    {
        "phrases/waiting.yml": """\
scene: waiting
title: 等待
phrases:
  - title: 请稍等
    text: 请您稍等，我查一下订单{订单号}，约 $5。
  - title: 久等
    text: 让您久等了，谢谢您。
  - 已经请同事帮忙，请您再稍等片刻，我们会在今天下班之前把处理的结果一五一十地告诉您。
"""
    },
    {},
)
FINDER = Finder(BOOK, "general")
FULL = Abilities(snippets=True, label_details=True)


def offered(text: str, explicit: bool = False, abilities: Abilities = FULL) -> types.CompletionList:
    """What is offered where `|` stands in the text."""
    before, _, after = text.partition("|")
    return complete(LineIndex(before + after), len(before), FINDER, abilities, Unit.CODE_POINTS, explicit)


def test_the_examples_are_fine() -> None:
    assert PROBLEMS == []


# -- when -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "start", "typed"),
    [
        ("/", 0, ""),
        ("、", 0, ""),
        ("/qsd", 0, "qsd"),
        ("、请稍", 0, "请稍"),
        ("  /qsd", 2, "qsd"),
        ("您好，/", 3, ""),
        ("您好。、qs", 3, "qs"),
        ("客服：/nh", 3, "nh"),
        ("客服:/nh", 3, "nh"),
        ("😀/qs", 1, "qs"),
        ("- /退款", 2, "退款"),
        ("Hi! /qs", 4, "qs"),
        ("您好/qsd", 2, "qsd"),
        ("您好、qsd", 2, "qsd"),
        ("qsd", 0, "qsd"),
        ("您好，qsd", 3, "qsd"),
        ("您好qsd", 2, "qsd"),
        ('"answer": "qs', 11, "qs"),
        ('"answer": "/qs', 11, "qs"),
    ],
)
def test_it_is_asked_for_by_a_trigger_or_by_letters(before: str, start: int, typed: str) -> None:
    asked = asked_in(before)
    assert asked is not None
    assert (asked.start, asked.typed) == (start, typed)
    assert before[asked.start :] == asked.raw


@pytest.mark.parametrize(
    "before",
    [
        "",
        "您好",
        "1/",
        "1/2",
        "２/",
        "2026/11/",
        "11/qs",
        "24/7",
        "1、",
        "1、qs",
        "①、qs",
        "一、",
        "苹果、",
        "苹果、梨",
        "是/",
        "是/否",
        "http:/",
        "https://",
        "https://a.cn/qs",
        "https://例子/qs",
        "www.qs",
        "a@qs",
        "km/h",
        "./qs",
        "../qs",
        "~/qs",
        "/home/qs",
        "C:/qs",
        "目录/文件/qs",
        "C:\\用户/qs",
        "</p",
        "*/",
        "//qs",
        "{qs",
        "${qs",
        "a1qs",
        "QSD",
        "订单qs1",
        "/" + "字" * 21,
    ],
)
def test_numbers_dates_addresses_paths_and_lists_ask_for_nothing(before: str) -> None:
    assert asked_in(before) is None


@pytest.mark.parametrize(("before", "sure"), [('href="/', False), ('href="/路', False), ('href="/qs', True)])
def test_behind_a_straight_quote_something_else_may_begin(before: str, sure: bool) -> None:
    asked = asked_in(before)
    assert asked is not None
    assert asked.sure is sure
    assert bool(offered(before + "|").items) is sure, "plain text cannot show that it is meant"


@pytest.mark.parametrize("before", ["苹果、", "您好/", 'href="/'])
def test_where_a_mark_means_something_else_people_may_still_ask(before: str) -> None:
    asked = asked_in(before, explicit=True)
    assert asked is not None
    assert asked.typed == ""


@settings(max_examples=200)
@given(st.text(alphabet="/、qs请1 .，:\"'(😀\ud83d一", max_size=12), st.booleans())
def test_what_is_asked_for_is_the_end_of_the_line(before: str, explicit: bool) -> None:
    asked = asked_in(before, explicit)
    assert asked is None or (before.endswith(asked.raw) and len(before) == asked.start + len(asked.raw))


# -- what -------------------------------------------------------------------------------------------


def only(found: types.CompletionList) -> types.CompletionItem:
    (item,) = found.items
    return item


def test_an_item_shows_the_phrase_its_scene_and_its_name() -> None:
    item = only(offered("您好，/qsd|"))
    assert item.label == "请您稍等，我查一下订单{订单号}，约 $5。"
    assert item.label_details == types.CompletionItemLabelDetails(description="等待")
    assert item.detail == "等待 · 请稍等"
    assert item.documentation == "请您稍等，我查一下订单{订单号}，约 $5。"
    assert item.kind == types.CompletionItemKind.Snippet


def test_it_replaces_trigger_and_letters_by_a_snippet_with_tab_stops() -> None:
    item = only(offered("您好，/qsd|谢谢"))
    assert item.insert_text_format == types.InsertTextFormat.Snippet
    assert item.text_edit == types.TextEdit(
        types.Range(types.Position(0, 3), types.Position(0, 7)),
        "请您稍等，我查一下订单${1:订单号}，约 \\$5。",
    )


def test_a_client_without_snippets_gets_the_text_as_it_is_written() -> None:
    item = only(offered("/qsd|", abilities=Abilities()))
    assert item.insert_text_format is None
    assert item.label_details is None
    assert item.kind == types.CompletionItemKind.Text
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == "请您稍等，我查一下订单{订单号}，约 $5。"


def test_a_phrase_without_gaps_is_plain_text_for_everybody() -> None:
    item = only(offered("/rnj|"))
    assert item.insert_text_format is None
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == "让您久等了，谢谢您。"


def test_a_long_phrase_is_cut_in_the_list_only() -> None:
    item = only(offered("/yjq|"))
    assert len(item.label) == LONGEST_LABEL
    assert item.label.endswith("…")
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == BOOK.phrases[2].text


@pytest.mark.parametrize(
    ("text", "filtered"), [("/q|", "/qsd"), ("、qings|", "、qingsd"), ("/请稍|", "/请稍等"), ("qs|", "qsd")]
)
def test_the_editors_own_filter_keeps_it_and_the_next_letter_does_too(text: str, filtered: str) -> None:
    assert offered(text).items[0].filter_text == filtered


def test_what_is_typed_to_its_end_does_not_come_first_for_that() -> None:
    item = only(offered("/xxn|"))
    assert item.detail == "等待 · 久等"
    assert item.filter_text == "/xxn…", "editors would put before all others what is matched as a whole"


def test_the_best_comes_first_by_the_clients_sorting_too() -> None:
    items = offered("/q|").items
    assert [i.sort_text for i in items] == sorted(i.sort_text or "" for i in items)
    assert len(items) > 1


def test_the_bare_trigger_offers_something_of_every_scene() -> None:
    assert len(offered("/|").items) == 3
    assert len(offered("苹果、|").items) == 0
    assert len(offered("苹果、|", explicit=True).items) == 3


def test_letters_without_a_trigger_find_only_what_they_begin() -> None:
    assert offered("/dengdai|").items
    assert not offered("dengdai|").items
    assert [i.detail for i in offered("rn|").items] == ["等待 · 久等"]


@pytest.mark.parametrize(
    ("text", "incomplete"), [("q|", True), ("qs|", True), ("/q|", True), ("您好|", False), ("/zzz|", False)]
)
def test_the_next_letter_asks_again_where_it_may_help(text: str, incomplete: bool) -> None:
    assert offered(text).is_incomplete is incomplete


def test_only_the_cursors_line_counts_and_only_what_is_before_it() -> None:
    item = only(offered("/\n您好，/qs|d\n"))
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.range == types.Range(types.Position(1, 3), types.Position(1, 6))
    assert not offered("/\n|").items


def test_in_a_file_of_one_endless_line_the_place_is_right() -> None:
    text = "您好。" * 5000 + "/qs"
    item = only(offered(text + "|"))
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.range == types.Range(types.Position(0, 15000), types.Position(0, 15003))


@pytest.mark.parametrize(
    ("unit", "start", "end"), [(Unit.UTF8, 13, 17), (Unit.UTF16, 5, 9), (Unit.CODE_POINTS, 4, 8)]
)
def test_the_place_is_counted_as_the_client_counts(unit: Unit, start: int, end: int) -> None:
    text = "您好，😀/qsd"
    item = complete(LineIndex(text), len(text), FINDER, FULL, unit).items[0]
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.range == types.Range(types.Position(0, start), types.Position(0, end))


def test_a_traditional_draft_gets_traditional_characters() -> None:
    item = offered("您好，請問訂單編號是多少？/qsd|").items[0]
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == "請您稍等，我查一下訂單${1:訂單號}，約 \\$5。"
    assert item.label.startswith("請您稍等")


def test_there_are_never_more_than_one_can_look_through() -> None:
    finder = phrasebook.finder((), "general")
    for text in ("/", "/n", "/您"):
        found = complete(LineIndex(text), len(text), finder, FULL, Unit.UTF16)
        assert 20 < len(found.items) <= MOST
        assert found.is_incomplete
        assert all((i.filter_text or "").startswith(text) for i in found.items)


@pytest.mark.parametrize(
    ("item", "able"),
    [
        (None, Abilities()),
        (types.ClientCompletionItemOptions(), Abilities()),
        (types.ClientCompletionItemOptions(snippet_support=True), Abilities(snippets=True)),
        (types.ClientCompletionItemOptions(label_details_support=True), Abilities(label_details=True)),
    ],
    ids=["says nothing", "says little", "snippets", "details"],
)
def test_abilities_are_those_that_the_client_names(
    item: types.ClientCompletionItemOptions | None, able: Abilities
) -> None:
    completion = types.CompletionClientCapabilities(completion_item=item)
    text = types.TextDocumentClientCapabilities(completion=completion)
    assert abilities_of(types.ClientCapabilities(text_document=text)) == able
    assert abilities_of(types.ClientCapabilities()) == Abilities()


# -- in a session -----------------------------------------------------------------------------------

TIMEOUT = 30.0
"""Seconds after which an answer will not come any more."""


def able(snippets: bool) -> types.ClientCapabilities:
    item = types.ClientCompletionItemOptions(snippet_support=snippets)
    completion = types.CompletionClientCapabilities(completion_item=item)
    return types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(completion=completion))


async def completed(
    editor: Editor, uri: str, line: int, column: int, kind: types.CompletionTriggerKind | None = None
) -> types.CompletionList:
    context = types.CompletionContext(kind) if kind else None
    where = types.Position(line, column)
    params = types.CompletionParams(types.TextDocumentIdentifier(uri), where, context)
    found = await asyncio.wait_for(editor.client.text_document_completion_async(params), TIMEOUT)
    assert isinstance(found, types.CompletionList)
    return found


def chosen(found: types.CompletionList) -> tuple[types.Range, str]:
    edit = found.items[0].text_edit
    assert isinstance(edit, types.TextEdit)
    return edit.range, edit.new_text


async def test_the_server_names_what_triggers_it(toy: Editor) -> None:
    result = await toy.initialize()
    assert result.capabilities.completion_provider is not None
    assert result.capabilities.completion_provider.trigger_characters == ("/", "、")


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", 17), ("utf-16", 9), ("utf-32", 8)])
async def test_choosing_a_phrase_replaces_what_was_typed(toy: Editor, encoding: str, end: int) -> None:
    capabilities = able(snippets=False)
    capabilities.general = types.GeneralClientCapabilities(position_encodings=[encoding])
    await toy.initialize(capabilities)
    uri = await toy.open("您好，😀/qsd")
    place, text = chosen(await completed(toy, uri, 0, end))
    assert (place.start.character, place.end.character) == (end - 4, end)
    assert text == "请您稍等，我为您查询一下。"


async def test_a_client_with_snippets_gets_tab_stops(toy: Editor) -> None:
    await toy.initialize(able(snippets=True))
    uri = await toy.open("/tkbz")
    assert "“${1:退款原因}”" in chosen(await completed(toy, uri, 0, 5))[1]


async def test_it_follows_the_typing(ready: Editor) -> None:
    uri = await ready.open("")
    ready.change(uri, 2, (0, 0, 0, 0, "/nh"))
    first = chosen(await completed(ready, uri, 0, 3))
    ready.change(uri, 3, (0, 3, 0, 3, "v"))
    assert first == (types.Range(types.Position(0, 0), types.Position(0, 3)), "您好，请问有什么可以帮您？")
    assert not (await completed(ready, uri, 0, 4)).items


@pytest.mark.parametrize(("profile", "dear"), [("general", False), ("e-commerce", True)])
async def test_the_profile_decides_what_may_be_said(toy: Editor, profile: str, dear: bool) -> None:
    await toy.initialize(options={"profile": profile})
    uri = await toy.open("/qsd")
    found = await completed(toy, uri, 0, 4)
    assert any("亲" in item.label for item in found.items) is dear


async def test_own_phrases_are_offered(toy: Editor, tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases/a.yml").write_text(
        "scene: ours\ntitle: 本店\nphrases: [您的猫粮到了。]\n", encoding="utf-8"
    )
    await toy.initialize(options={"lexicon": [str(tmp_path)]})
    uri = await toy.open("/ndml")
    assert chosen(await completed(toy, uri, 0, 5))[1] == "您的猫粮到了。"


OWN = """scene: ours
title: 本店
phrases:
  - title: 引号
    text: 请点"我的", 再点“{入口}”。
  - title: 两行
    text: "您好！\\n欢迎光临。"
"""


async def put_in(editor: Editor, file: Path, text: str) -> tuple[str, types.CompletionItem]:
    """The file after the first phrase was chosen where the last `|` stands, as an editor does it."""
    before, _, after = text.rpartition("|")
    line, column = before.count("\n"), len(before.rpartition("\n")[2])
    uri = await editor.open(before + after, uri=file.as_uri())
    item = (await completed(editor, uri, line, column)).items[0]
    assert isinstance(item.text_edit, types.TextEdit)
    place, new = item.text_edit.range, item.text_edit.new_text
    assert place.start.line == place.end.line == line, "editors replace within a line only"
    start, end = (len(before) - column + at.character for at in (place.start, place.end))
    assert start <= len(before) <= end
    assert item.filter_text is not None
    assert item.filter_text.startswith(before[start:]), "editors filter by what stands there"
    return (before + after)[:start] + new + (before + after)[end:], item


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A lexicon with phrases that no file can hold as they are."""
    (tmp_path / "词库" / "phrases").mkdir(parents=True)
    (tmp_path / "词库" / "phrases" / "a.yml").write_text(OWN, encoding="utf-8")
    return tmp_path / "词库"


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        ("a.txt", "您好，/yh|", '您好，请点"我的", 再点“{入口}”。'),
        ("a.json", '{"reply": "/yh|"}', '{"reply": "请点\\"我的\\", 再点“{入口}”。"}'),
        ("a.json", '{"reply": "/lh|"}', '{"reply": "您好！\\n欢迎光临。"}'),
        ("a.csv", "编号,回复\n1,/yh|\n", '编号,回复\n1,"请点""我的"", 再点“{入口}”。"\n'),
        ("a.csv", "编号,回复\n1,您好，/yh|谢谢\n", '编号,回复\n1,"您好，请点""我的"", 再点“{入口}”。谢谢"\n'),
        ("a.yaml", "reply: '/yh|'\n", "reply: '请点\"我的\", 再点“{入口}”。'\n"),
        ("a.yaml", "reply: |-\n  好。\n  /lh|\n", "reply: |-\n  好。\n  您好！\n  欢迎光临。\n"),
        ("a.toml", 'reply = "/yh|"\n', 'reply = "请点\\"我的\\", 再点“{入口}”。"\n'),
        ("a.md", "- 您好，/yh|\n", '- 您好，请点"我的", 再点“{入口}”。\n'),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
async def test_a_phrase_is_written_as_the_file_needs_it(
    toy: Editor, own: Path, name: str, text: str, after: str
) -> None:
    await toy.initialize(options={"lexicon": [str(own)]})
    assert (await put_in(toy, own.parent / name, text))[0] == after


@pytest.mark.parametrize(
    ("name", "text", "new"),
    [
        ("a.json", '{"reply": "/yh|"}', '请点\\\\"我的\\\\", 再点“${1:入口}”。'),
        ("a.csv", "回复,编号\n/yh|,1\n", '"请点""我的"", 再点“${1:入口}”。"'),
        ("a.csv", "回复,编号\n{姓名}您好，/yh|,1\n", '"{姓名}您好，请点""我的"", 再点“{入口}”。"'),
    ],
    ids=["in a string", "all of a cell", "a cell with gaps of its own"],
)
async def test_gaps_are_tab_stops_where_only_the_phrase_is_written(
    toy: Editor, own: Path, name: str, text: str, new: str
) -> None:
    await toy.initialize(able(snippets=True), options={"lexicon": [str(own)]})
    _, item = await put_in(toy, own.parent / name, text)
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == new
    assert (item.insert_text_format == types.InsertTextFormat.Snippet) is ("${" in new)


@pytest.mark.parametrize(("told", "mode"), [(True, types.InsertTextMode.AsIs), (False, None)])
async def test_an_editor_that_sets_lines_in_is_told_not_to(
    toy: Editor, own: Path, told: bool, mode: types.InsertTextMode | None
) -> None:
    capabilities = able(snippets=False)
    assert capabilities.text_document
    assert capabilities.text_document.completion
    item = capabilities.text_document.completion.completion_item
    assert item
    modes = [types.InsertTextMode.AsIs, types.InsertTextMode.AdjustIndentation]
    item.insert_text_mode_support = types.ClientCompletionItemInsertTextModeOptions(modes) if told else None
    await toy.initialize(capabilities, options={"lexicon": [str(own)]})
    _, chosen = await put_in(toy, own.parent / "a.yaml", "- >-\n  您好\n  /lh|")
    assert chosen.insert_text_mode == mode
    _, chosen = await put_in(toy, own.parent / "b.yaml", "- /yh|")
    assert chosen.insert_text_mode is None


@pytest.mark.parametrize(
    ("name", "text", "some"),
    [
        ("a.json", '{"reply": "/|"}', True),
        ("a.json", '{"greeting": "您好", "parting": "/|"}', True),
        ("a.json", '{"path": "/|"}', False),
        ("a.json", '{"reply": "/q|"}', True),
        ("a.yaml", "- reply: '/|'", True),
        ("a.yaml", "image: '/|'", False),
        ("a.html", "<a href='/|'>您好</a>", False),
        ("a.txt", "路径“a”是 '/|", False),
    ],
    ids=["a reply by its key", "beside replies", "a path", "one letter", "yaml", "a path in yaml", "a link", "text"],
)  # fmt: skip
async def test_the_trigger_alone_opens_the_list_where_the_file_says_that_a_reply_stands(
    ready: Editor, tmp_path: Path, name: str, text: str, some: bool
) -> None:
    before, _, after = text.partition("|")
    uri = await ready.open(before + after, uri=(tmp_path / name).as_uri())
    kind = types.CompletionTriggerKind.TriggerCharacter
    assert bool((await completed(ready, uri, 0, len(before), kind)).items) is some


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", '{"question": "/qs"}'), ("a.md", "```\n/qs\n```"), ("keqi.toml", 'profile = "/qs"')],
    ids=["the customer's words", "code", "settings"],
)
async def test_where_no_reply_stands_nothing_is_offered(
    ready: Editor, tmp_path: Path, name: str, text: str
) -> None:
    uri = await ready.open(text, uri=(tmp_path / name).as_uri())
    before = text[: text.index("/qs") + 3]
    where = before.count("\n"), len(before.rpartition("\n")[2])
    assert not (await completed(ready, uri, *where, types.CompletionTriggerKind.Invoked)).items


@pytest.mark.parametrize(
    ("kind", "some"),
    [(types.CompletionTriggerKind.TriggerCharacter, False), (types.CompletionTriggerKind.Invoked, True)],
)
async def test_a_list_of_things_is_left_alone_unless_one_asks(
    ready: Editor, kind: types.CompletionTriggerKind, some: bool
) -> None:
    uri = await ready.open("苹果、")
    assert bool((await completed(ready, uri, 0, 3, kind)).items) is some


async def test_an_unknown_document_has_nothing_to_complete(ready: Editor) -> None:
    where = types.TextDocumentIdentifier("untitled:unknown")
    params = types.CompletionParams(where, types.Position(0, 0))
    assert await asyncio.wait_for(ready.client.text_document_completion_async(params), TIMEOUT) is None
