"""Whatever comes in: a clear answer, no crash, no lost document, and no word of a draft in any log."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor

DRAFT = "客户王五13800138000不行"
OPEN = {"uri": "untitled:kept"}


async def answer(editor: Editor, method: str, params: Any) -> Any:
    """The answer to a request that no well-behaved client would send; raises what it says."""
    future: Future[Any] = Future()
    editor.client.protocol._request_futures["odd"] = future
    editor.raw({"id": "odd", "method": method, "params": params})
    return await asyncio.wait_for(asyncio.wrap_future(future), 30)


@pytest.mark.parametrize(
    "message",
    [
        {"method": "textDocument/didOpen", "params": None},
        {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": 7}}},
        {"method": "textDocument/didChange", "params": {"textDocument": OPEN, "contentChanges": "x"}},
        {
            "method": "textDocument/didChange",
            "params": {"textDocument": OPEN, "contentChanges": [{"range": 1}]},
        },
        {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "untitled:unknown"}}},
        {"method": "textDocument/didSave", "params": {"textDocument": {"uri": "http://[bad"}}},
        {
            "method": "workspace/didChangeWatchedFiles",
            "params": {"changes": [{"uri": "file:///%ff%00", "type": 2}]},
        },
        {
            "method": "workspace/didChangeConfiguration",
            "params": {"settings": {"keqi": {"rules": [1], "accept": 7}}},
        },
        {"method": "workspace/didChangeWorkspaceFolders", "params": {"event": None}},
        {"method": "$/cancelRequest", "params": {"id": "unknown"}},
        {"method": "$/whatever", "params": {"text": DRAFT}},
        {"method": "window/workDoneProgress/cancel", "params": {"token": "unknown"}},
        {"id": 99, "result": None},
    ],
    ids=lambda message: str(message.get("method", "answer to nothing")),
)
async def test_a_message_of_no_use_costs_itself_only(ready: Editor, message: dict[str, Any]) -> None:
    await ready.open(DRAFT, uri="untitled:kept")
    assert len(await ready.diagnostics("untitled:kept")) == 1
    ready.raw(message)
    ready.change("untitled:kept", 2, DRAFT + "不行")
    assert len(await ready.diagnostics("untitled:kept", 2)) == 2


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": OPEN, "position": DRAFT}),
        ("textDocument/codeAction", {"textDocument": OPEN}),
        ("workspace/executeCommand", {"command": "keqi.nothing"}),
        ("workspace/executeCommand", {"command": "keqi.ignore", "arguments": [DRAFT]}),
        ("textDocument/nothing", {}),
    ],
)
async def test_a_request_of_no_use_is_refused_without_quoting_it(
    ready: Editor, method: str, params: Any
) -> None:
    with pytest.raises(Exception, match="客气") as refusal:
        await answer(ready, method, params)
    assert DRAFT not in repr(vars(refusal.value))
    await ready.open(DRAFT, uri="untitled:kept")
    assert len(await ready.diagnostics("untitled:kept")) == 1


@pytest.mark.parametrize(
    "arguments",
    [["untitled:unknown", 1, 0, 2, "refusal.bare"], ["file:///nowhere/a.txt", 1, 99, 1, "x"]],
)
async def test_a_command_about_nothing_says_so(ready: Editor, arguments: list[Any]) -> None:
    assert (
        await answer(ready, "workspace/executeCommand", {"command": "keqi.ignore", "arguments": arguments})
        is None
    )
    assert "再选一次" in ready.client.messages[-1].message


@pytest.mark.parametrize("data", [None, 7, {}, {"uri": "untitled:unknown"}, {"uri": 7, "version": "x"}])
async def test_an_action_that_nobody_offered_is_given_back(ready: Editor, data: Any) -> None:
    action = types.CodeAction(title="x", data=data)
    resolved = await asyncio.wait_for(ready.client.code_action_resolve_async(action), 30)
    assert (resolved.title, resolved.edit) == ("x", None)


async def test_a_lexicon_that_breaks_in_mid_session_loses_nothing(toy: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "词库"
    folder.mkdir()
    file = folder / "own.yml"
    file.write_text("亲亲", encoding="utf-8")
    await toy.initialize(options={"lexicon": ["词库"]}, root=tmp_path)
    uri = await toy.open("亲亲不行")
    assert len(await toy.diagnostics(uri)) == 2
    file.write_bytes(b"\xff\xfe\x00broken")
    event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
    changed = types.DidChangeWatchedFilesParams([event])
    assert (
        len(await toy.next_published(uri, lambda: toy.client.workspace_did_change_watched_files(changed)))
        == 2
    )
    toy.change(uri, 2, "亲亲不行不行")
    assert len(await toy.diagnostics(uri, 2)) == 3


async def test_the_largest_text_that_is_checked_and_the_next_larger(ready: Editor) -> None:
    reply = "好" * 30 + "\n\n"
    uri = await ready.open("不行\n\n" + reply * (19_000_000 // 92), uri="file:///w/large.txt")
    assert [d.code for d in await ready.diagnostics(uri)] == ["refusal.bare"]
    ready.change(uri, 2, "不行\n\n" + reply * (20_100_000 // 92))
    assert [d.code for d in await ready.diagnostics(uri, 2)] == ["too-large"]
    other = await ready.open("不行")
    assert len(await ready.diagnostics(other)) == 1
    ready.change(uri, 3, (0, 0, 0, 0, "您"), "不行")
    assert [d.code for d in await ready.diagnostics(uri, 3)] == ["refusal.bare"]


async def test_nothing_that_went_wrong_quoted_a_draft(
    toy: Editor, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keqi.toml").write_text("[rules\n", encoding="utf-8")
    await toy.initialize(root=tmp_path)
    uri = await toy.open(f"{DRAFT}崩溃", uri=(tmp_path / "a.json").as_uri())
    await toy.diagnostics(uri)
    await toy.open('{"reply": "' + DRAFT, uri=(tmp_path / "b.json").as_uri())
    await toy.actions(uri, (0, 0), (0, 99))
    (tmp_path / "c.json").write_text('{"reply": "' + DRAFT + "崩溃", encoding="utf-8")
    await asyncio.wait_for(
        toy.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[])), 30
    )
    heard = capfd.readouterr()
    said = [m.message for m in [*toy.client.messages, *toy.client.log_messages]]
    for text in [*said, heard.err, heard.out]:
        assert "王五" not in text
        assert "13800138000" not in text
