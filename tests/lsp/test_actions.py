"""Quick fixes and fix-all: made from what was published, bound to its version, safe ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

if TYPE_CHECKING:
    from conftest import Editor

VERSIONED = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    )
)


def edits(action: types.CodeAction, uri: str) -> list[types.TextEdit]:
    assert action.edit is not None
    assert action.edit.changes is not None
    return list(action.edit.changes[uri])


async def test_every_fix_is_offered_and_the_first_safe_one_preferred(ready: Editor) -> None:
    uri = await ready.open("这个不行")
    actions = await ready.fixes(uri, (0, 2), (0, 4))
    assert [(a.title, a.kind, a.is_preferred) for a in actions] == [
        ("改为「非常抱歉,暂时不行」", "quickfix", True),
        ("改为「我马上为您申请」（需确认：会作出承诺或删去内容）", "quickfix", None),
    ]
    where = types.Range(types.Position(0, 2), types.Position(0, 4))
    assert edits(actions[0], uri) == [types.TextEdit(where, "非常抱歉,暂时不行")]


async def test_a_fix_says_which_diagnostic_it_mends(ready: Editor) -> None:
    uri = await ready.open("这个不行")
    published = await ready.diagnostics(uri)
    for action in await ready.fixes(uri, (0, 3), (0, 3)):
        assert list(action.diagnostics or ()) == published


@pytest.mark.parametrize(("column", "offered"), [(0, 0), (1, 0), (2, 2), (4, 2), (5, 0)])
async def test_the_cursor_touching_a_finding_is_enough(ready: Editor, column: int, offered: int) -> None:
    uri = await ready.open("这个不行吗")
    assert len(await ready.fixes(uri, (0, column), (0, column))) == offered


async def test_a_selection_brings_the_fixes_of_all_it_touches(ready: Editor) -> None:
    uri = await ready.open("你好\n不行\n没有")
    titles = [a.title for a in await ready.fixes(uri, (0, 0), (2, 2))]
    assert titles[:2] == ["改为「您」", "改为「非常抱歉,暂时不行」"]
    assert len(titles) == 3


async def test_where_something_is_missing_it_is_inserted(ready: Editor) -> None:
    uri = await ready.open("稍等补")
    (action,) = await ready.fixes(uri, (0, 2), (0, 2))
    here = types.Range(types.Position(0, 2), types.Position(0, 2))
    assert edits(action, uri) == [types.TextEdit(here, "请")]


async def test_edits_are_bound_to_the_version_where_the_client_can_do_that(toy: Editor) -> None:
    await toy.initialize(VERSIONED)
    uri = await toy.open("可以")
    toy.change(uri, 7, "你好")
    (action,) = await toy.fixes(uri, (0, 0), (0, 1))
    assert action.edit is not None
    assert action.edit.changes is None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (uri, 7)


async def test_actions_asked_for_while_typing_are_for_the_newest_text(toy: Editor) -> None:
    await toy.initialize(options={"debounceMs": 5000})
    uri = await toy.open("不行")
    await toy.diagnostics(uri)
    toy.change(uri, 2, (0, 0, 0, 0, "你"))
    (action,) = await toy.fixes(uri, (0, 0), (0, 0))
    assert action.title == "改为「您」"
    assert len(await toy.diagnostics(uri, 2)) == 2


@pytest.mark.parametrize("only", ["source.fixAll.keqi", "source.fixAll", "source"])
async def test_fix_all_makes_the_safe_fixes_and_no_others(ready: Editor, only: str) -> None:
    uri = await ready.open("你好\n没有\n不行")
    (action,) = await ready.fixes(uri, (0, 0), (0, 0), [only])
    assert action.kind == "source.fixAll.keqi"
    (edit,) = edits(action, uri)
    assert (edit.range.start, edit.range.end) == (types.Position(0, 0), types.Position(2, 0))
    assert edit.new_text + "不行" == "您好\n没有\n非常抱歉,暂时不行"


@pytest.mark.parametrize(
    "only", [["refactor"], ["source.organizeImports"], ["source.fixAll.eslint"], ["quick"]]
)
async def test_other_kinds_bring_nothing(ready: Editor, only: list[str]) -> None:
    uri = await ready.open("不行")
    assert await ready.fixes(uri, (0, 0), (0, 2), only) == []


async def test_fix_all_is_not_offered_when_there_is_nothing_safe_to_fix(ready: Editor) -> None:
    uri = await ready.open("没有")
    assert await ready.fixes(uri, (0, 0), (0, 0), ["source.fixAll"]) == []


async def test_fix_all_stays_out_of_the_light_bulb_unless_asked_for(ready: Editor) -> None:
    uri = await ready.open("你好")
    assert [a.kind for a in await ready.fixes(uri, (0, 0), (0, 1))] == ["quickfix"]
    assert [a.kind for a in await ready.fixes(uri, (0, 0), (0, 1), ["quickfix"])] == ["quickfix"]


async def test_an_unknown_document_has_no_actions(ready: Editor) -> None:
    assert await ready.fixes("untitled:unknown", (0, 0), (9, 9)) == []


async def test_the_server_says_what_it_can_do(toy: Editor) -> None:
    result = await toy.initialize(client_capabilities("visual-studio-code"))
    provider = result.capabilities.code_action_provider
    assert isinstance(provider, types.CodeActionOptions)
    assert list(provider.code_action_kinds or ()) == ["quickfix", "source.fixAll.keqi"]
    assert result.capabilities.hover_provider
    assert result.server_info is not None
    assert result.server_info.name == "keqi"
