"""Ignoring a finding, switching a rule off, and mending more than one place at once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor


def client(
    *, edits: bool = True, creates: bool = True, confirms: bool = False, resolves: bool = False
) -> Any:
    """A client that can do so much."""
    asks = types.ChangeAnnotationsSupportOptions() if confirms else None
    edit = types.WorkspaceEditClientCapabilities(
        document_changes=edits,
        resource_operations=[types.ResourceOperationKind.Create] if creates else [],
        change_annotation_support=asks,
    )
    lazily = types.ClientCodeActionResolveOptions(["edit"]) if resolves else None
    action = types.CodeActionClientCapabilities(data_support=resolves, resolve_support=lazily)
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(workspace_edit=edit, apply_edit=True),
        text_document=types.TextDocumentClientCapabilities(code_action=action),
    )


def applying(editor: Editor) -> list[types.WorkspaceEdit]:
    """The edits that the server has the editor make."""
    made: list[types.WorkspaceEdit] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        made.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    return made


async def run(editor: Editor, command: types.Command | None) -> None:
    assert command is not None
    params = types.ExecuteCommandParams(command.command, arguments=command.arguments)
    await asyncio.wait_for(editor.client.workspace_execute_command_async(params), 30)


async def chosen(editor: Editor, uri: str, beginning: str) -> types.CodeAction:
    found = await editor.actions(uri, (0, 0), (0, 99))
    return next(action for action in found if action.title.startswith(beginning))


def texts(edit: types.WorkspaceEdit | None) -> dict[str, list[str]]:
    """The new texts, by the name of the file they are for."""
    assert edit is not None
    assert edit.document_changes is not None
    return {
        change.text_document.uri.rpartition("/")[2]: [e.new_text for e in change.edits]
        for change in edit.document_changes
        if isinstance(change, types.TextDocumentEdit)
    }


# -- quick fixes, fetched when chosen ---------------------------------------------------------------


async def test_a_fix_is_made_when_it_is_chosen(toy: Editor) -> None:
    await toy.initialize(client(resolves=True))
    uri = await toy.open("不行")
    action = await chosen(toy, uri, "改为")
    assert action.edit is None
    resolved = await toy.client.code_action_resolve_async(action)
    assert texts(resolved.edit) == {uri: ["非常抱歉,暂时不行"]}


async def test_a_fix_for_an_older_text_is_never_made(toy: Editor) -> None:
    await toy.initialize(client(resolves=True))
    uri = await toy.open("不行")
    action = await chosen(toy, uri, "改为")
    toy.change(uri, 2, "好,不行")
    assert (await toy.client.code_action_resolve_async(action)).edit is None


# -- ignoring -----------------------------------------------------------------------------------------


async def test_an_ignored_finding_is_noted_and_gone(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(root=tmp_path)
    uri = await toy.open("这个不行", uri=(tmp_path / "a.txt").as_uri())
    action = await chosen(toy, uri, "忽略这一处「不行」")
    await toy.diagnostics(uri)
    assert action.command is not None
    command = types.ExecuteCommandParams(action.command.command, arguments=action.command.arguments)
    assert await toy.next_published(uri, lambda: toy.client.workspace_execute_command(command)) == []
    (entry,) = json.loads((tmp_path / ".keqi-ignore.json").read_text(encoding="utf-8"))["ignored"]
    assert (entry["rule"], entry["path"]) == ("refusal.bare", "a.txt")
    toy.change(uri, 2, "您好,这个不行。不行")
    assert len(await toy.diagnostics(uri, 2)) == 2, "another context, another decision"


async def test_of_many_findings_ignored_at_once_none_is_forgotten(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(root=tmp_path)
    text = "\n\n".join(f"第{number}个不行" for number in range(20, 60))
    uri = await toy.open(text, uri=(tmp_path / "a.txt").as_uri())
    starts = [text.index(f"{number}个不行") + 3 for number in range(20, 60)]
    commands = [
        types.Command("", "keqi.ignore", arguments=[uri, 1, start, start + 2, "refusal.bare"])
        for start in starts
    ]
    await asyncio.gather(*(run(toy, command) for command in commands))
    entries = json.loads((tmp_path / ".keqi-ignore.json").read_text(encoding="utf-8"))["ignored"]
    assert len(entries) == 40


async def test_a_draft_outside_any_folder_is_ignored_for_the_session(toy: Editor) -> None:
    await toy.initialize()
    uri = await toy.open("不行")
    action = await chosen(toy, uri, "忽略这一处")
    await run(toy, action.command)
    toy.change(uri, 2, "不行 ")
    assert await toy.diagnostics(uri, 2) == []


async def test_what_has_changed_meanwhile_is_not_ignored(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    action = await chosen(toy, uri, "忽略这一处")
    toy.change(uri, 2, "好,不行")
    await run(toy, action.command)
    assert not (tmp_path / ".keqi-ignore.json").exists()
    assert "改动" in toy.client.messages[-1].message


# -- switching a rule off ---------------------------------------------------------------------------


async def test_a_rule_is_switched_off_by_an_edit_of_the_settings(toy: Editor, tmp_path: Path) -> None:
    (tmp_path / "keqi.toml").write_text('# 我们的\nprofile = "general"\n', encoding="utf-8")
    await toy.initialize(client(), root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "售后" / "a.txt").as_uri())
    everywhere = await chosen(toy, uri, "在整个项目里关闭规则 refusal.bare")
    assert texts(everywhere.edit) == {"keqi.toml": ['\n[rules]\n"refusal.bare" = "none"\n']}
    here = await chosen(toy, uri, "在这个文件里关闭规则 refusal.bare")
    assert 'path = "售后/a.txt"' in texts(here.edit)["keqi.toml"][0]


async def test_settings_that_there_are_not_are_created(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(client(), root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    action = await chosen(toy, uri, "在整个项目里关闭")
    assert action.edit is not None
    created = (action.edit.document_changes or ())[0]
    assert isinstance(created, types.CreateFile)
    assert created.uri == (tmp_path / "keqi.toml").as_uri()


@pytest.mark.parametrize("beginning", ["在整个项目里关闭", "在这个文件里关闭"])
async def test_a_client_that_creates_no_files_has_the_server_write(
    toy: Editor, tmp_path: Path, beginning: str
) -> None:
    await toy.initialize(client(edits=False, creates=False), root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    action = await chosen(toy, uri, beginning)
    assert action.edit is None
    await run(toy, action.command)
    assert '"refusal.bare" = "none"' in (tmp_path / "keqi.toml").read_text(encoding="utf-8")
    toy.change(uri, 2, "不行,您")
    assert await toy.diagnostics(uri, 2) == []


async def test_rules_switched_off_at_once_are_all_off(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(client(edits=False, creates=False), root=tmp_path)
    uri = await toy.open("你不行", uri=(tmp_path / "a.txt").as_uri())
    await toy.diagnostics(uri)
    commands = [
        types.Command("", "keqi.turnOff", arguments=[uri, rule, False])
        for rule in ("refusal.bare", "pronoun.you", "refusal.none", "filler.um")
    ]
    await asyncio.gather(*(run(toy, command) for command in commands))
    text = (tmp_path / "keqi.toml").read_text(encoding="utf-8")
    assert text.count('= "none"') == 4


async def test_a_draft_outside_any_folder_has_no_settings(toy: Editor) -> None:
    await toy.initialize(client())
    uri = await toy.open("不行")
    titles = [action.title for action in await toy.actions(uri, (0, 0), (0, 2))]
    assert not [title for title in titles if "关闭" in title]


# -- more than one place ------------------------------------------------------------------------------


async def test_one_reply_is_rewritten(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(client())
    made = applying(toy)
    uri = await toy.open("你好\n\n你不行你\n\n你好", uri=(tmp_path / "a.txt").as_uri())
    await toy.diagnostics(uri)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    lenses = await toy.client.text_document_code_lens_async(params)
    assert lenses is not None
    titles = [lens.command.title for lens in lenses if lens.command]
    assert titles == [
        "客气：1 处可改进 · 改写整条回复",
        "客气：3 处可改进 · 改写整条回复",
        "客气：1 处可改进 · 改写整条回复",
    ]
    await run(toy, lenses[1].command)
    (edit,) = made
    assert texts(edit) == {"a.txt": ["您非常抱歉,暂时不行您"]}


async def test_a_reply_without_safe_fixes_says_so(toy: Editor) -> None:
    await toy.initialize(client())
    made = applying(toy)
    uri = await toy.open("没有")
    await toy.diagnostics(uri)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    (lens,) = await toy.client.text_document_code_lens_async(params) or ()
    await run(toy, lens.command)
    assert not made
    assert "自己改写" in toy.client.messages[-1].message


@pytest.mark.parametrize("confirms", [True, False])
async def test_the_whole_workspace_is_mended_with_a_preview_where_there_is_one(
    toy: Editor, tmp_path: Path, confirms: bool
) -> None:
    (tmp_path / "a.txt").write_text("你好\n\n没有", encoding="utf-8")
    (tmp_path / "b.csv").write_text("编号,回复\n1,不行\n", encoding="utf-8")
    (tmp_path / "c.txt").write_bytes("你好呀".encode("gb18030"))
    await toy.initialize(client(confirms=confirms), root=tmp_path)
    made = applying(toy)
    await toy.open("你", uri=(tmp_path / "d.txt").as_uri())
    (tmp_path / "d.txt").write_text("", encoding="utf-8")
    await run(toy, types.Command("", "keqi.fixWorkspace"))
    (edit,) = made
    assert texts(edit) == {"a.txt": ["您"], "b.csv": ['"非常抱歉,暂时不行"'], "d.txt": ["您"]}
    annotations = list((edit.change_annotations or {}).values())
    assert [a.needs_confirmation for a in annotations] == ([True] if confirms else [])
    assert "另有 1 个文件" in toy.client.messages[-1].message


async def test_a_file_that_is_open_is_mended_in_the_version_that_was_checked(
    toy: Editor, tmp_path: Path
) -> None:
    """Some editors begin to count at 0."""
    for name in ("closed.txt", "open.txt"):
        (tmp_path / name).write_text("你", encoding="utf-8")
    await toy.initialize(client(), root=tmp_path)
    made = applying(toy)
    document = types.TextDocumentItem((tmp_path / "open.txt").as_uri(), "plaintext", 0, "你")
    toy.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    await run(toy, types.Command("", "keqi.fixWorkspace"))
    changes = [c for c in made[0].document_changes or () if isinstance(c, types.TextDocumentEdit)]
    assert [change.text_document.version for change in changes] == [None, 0]


async def test_a_clean_workspace_is_left_alone(toy: Editor, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("您好", encoding="utf-8")
    await toy.initialize(client(), root=tmp_path)
    made = applying(toy)
    await run(toy, types.Command("", "keqi.fixWorkspace"))
    assert not made
    assert "没有" in toy.client.messages[-1].message


async def test_everything_is_read_anew_on_demand(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    await toy.diagnostics(uri)
    (tmp_path / "keqi.toml").write_text('[rules]\nrefusal = "none"\n', encoding="utf-8")
    command = types.ExecuteCommandParams("keqi.reload")
    assert await toy.next_published(uri, lambda: toy.client.workspace_execute_command(command)) == []
