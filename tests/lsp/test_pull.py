"""Diagnostics for clients that ask for them: of one document, and of the whole reply library."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from conftest import Editor

PULLS = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
)
WITH_REFRESH = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(
        diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    ),
)
Full = types.RelatedFullDocumentDiagnosticReport


def library(folder: Path) -> None:
    (folder / "a.txt").write_text("你好\n\n不行", encoding="utf-8")
    (folder / "b.csv").write_text("编号,回复\n1,没有\n", encoding="utf-8")
    (folder / "c.md").write_text("好\n", encoding="utf-8")
    (folder / "keqi.toml").write_text('exclude = ["d.txt"]\n', encoding="utf-8")
    (folder / "d.txt").write_text("不行", encoding="utf-8")
    (folder / "e.txt").write_bytes("好\n不行".encode("gb18030"))


async def ask(
    editor: Editor, previous: list[types.PreviousResultId] | None = None, **more: Any
) -> dict[str, Any]:
    """The reports about the workspace, by file name."""
    params = types.WorkspaceDiagnosticParams(previous_result_ids=previous or [], **more)
    answer = await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), 30)
    return {report.uri.rpartition("/")[2]: report for report in answer.items}


def codes(report: Any) -> list[Any]:
    return [item.code for item in report.items]


async def test_a_client_that_pulls_is_not_pushed_to(toy: Editor) -> None:
    await toy.initialize(PULLS)
    uri = await toy.open("不行")
    report = await toy.pull(uri)
    assert isinstance(report, Full)
    assert codes(report) == ["refusal.bare"]
    toy.change(uri, 2, "不行没有")
    assert codes(await toy.pull(uri)) == ["refusal.bare", "refusal.none"]
    assert toy.published == []


async def test_what_has_not_changed_is_not_sent_again(toy: Editor) -> None:
    await toy.initialize(PULLS)
    uri = await toy.open("不行")
    first = await toy.pull(uri)
    assert first.result_id is not None
    again = await toy.pull(uri, first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    toy.change(uri, 2, "好,不行")
    assert isinstance(await toy.pull(uri, first.result_id), Full)


async def test_a_document_that_is_not_open_has_nothing(toy: Editor) -> None:
    await toy.initialize(PULLS)
    report = await toy.pull("untitled:unknown")
    assert isinstance(report, Full)
    assert list(report.items) == []


async def test_new_settings_have_the_client_ask_again(toy: Editor) -> None:
    asked = asyncio.Event()

    @toy.client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
    def refresh(params: None) -> None:
        asked.set()

    await toy.initialize(WITH_REFRESH)
    uri = await toy.open("你")
    assert codes(await toy.pull(uri)) == ["pronoun.you"]
    asked.clear()
    toy.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"keqi": {"profile": "hotel"}})
    )
    await asyncio.wait_for(asked.wait(), 30)
    assert codes(await toy.pull(uri)) == []


@pytest.mark.parametrize("capabilities", [PULLS, types.ClientCapabilities()], ids=["pulls", "pushed to"])
async def test_the_whole_library_is_checked_as_the_settings_say(
    toy: Editor, tmp_path: Path, capabilities: types.ClientCapabilities
) -> None:
    library(tmp_path)
    await toy.initialize(capabilities, root=tmp_path)
    reports = await ask(toy)
    assert {name: codes(report) for name, report in reports.items()} == {
        "a.txt": ["pronoun.you", "refusal.bare"],
        "b.csv": ["refusal.none"],
        "c.md": [],
        "e.txt": ["refusal.bare"],
    }
    assert all(report.version is None for report in reports.values())


async def test_an_open_file_counts_as_it_is_in_the_editor(toy: Editor, tmp_path: Path) -> None:
    library(tmp_path)
    await toy.initialize(PULLS, root=tmp_path)
    uri = await toy.open("没有", uri=(tmp_path / "a.txt").as_uri())
    reports = await ask(toy)
    assert codes(reports["a.txt"]) == ["refusal.none"]
    assert reports["a.txt"].version == 1
    assert uri.endswith("a.txt")


async def test_files_that_have_not_changed_are_reported_as_such(toy: Editor, tmp_path: Path) -> None:
    library(tmp_path)
    await toy.initialize(PULLS, root=tmp_path)
    before = await ask(toy)
    (tmp_path / "a.txt").write_text("不行不行不行", encoding="utf-8")
    (tmp_path / "b.csv").unlink()
    known = [types.PreviousResultId(r.uri, r.result_id) for r in before.values()]
    after = await ask(toy, known)
    assert {name: report.kind for name, report in after.items()} == {
        "a.txt": "full",
        "b.csv": "full",
        "c.md": "unchanged",
        "e.txt": "unchanged",
    }
    assert codes(after["b.csv"]) == []
    assert len(codes(after["a.txt"])) == 3


async def test_broken_settings_are_among_the_reports(toy: Editor, tmp_path: Path) -> None:
    (tmp_path / "keqi.toml").write_text("profil = 1\n", encoding="utf-8")
    await toy.initialize(PULLS, root=tmp_path)
    await toy.pull(await toy.open("好", uri=(tmp_path / "a.txt").as_uri()))
    assert codes((await ask(toy))["keqi.toml"]) == ["settings"]


async def test_a_library_comes_in_parts_with_progress(toy: Editor, tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number}.txt").write_text("不行", encoding="utf-8")
    parts: list[Any] = []
    told: list[Any] = []

    @toy.client.feature(types.PROGRESS)
    def progress(params: types.ProgressParams) -> None:
        (parts if params.token == "parts" else told).append(params.value)

    await toy.initialize(PULLS, root=tmp_path)
    assert await ask(toy, partial_result_token="parts", work_done_token="done") == {}
    sizes = [len(part["items"]) for part in parts]
    assert sum(sizes) == 120
    assert len(sizes) > 1
    kinds = [value["kind"] for value in told]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert "report" in kinds


async def test_a_long_check_of_the_library_can_be_cancelled(toy: Editor, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text(f"不行{number}\n\n" * 20, encoding="utf-8")
    await toy.initialize(PULLS, root=tmp_path)
    answer: Future[Any] = Future()
    toy.client.protocol._request_futures["long"] = answer
    toy.raw({"id": "long", "method": "workspace/diagnostic", "params": {"previousResultIds": []}})
    toy.client.cancel_request(types.CancelParams("long"))
    with pytest.raises(JsonRpcException) as refusal:
        await asyncio.wait_for(asyncio.wrap_future(answer), 30)
    assert refusal.value.code == types.LSPErrorCodes.RequestCancelled
    uri = await toy.open("不行")
    assert codes(await toy.pull(uri)) == ["refusal.bare"]


async def test_files_that_nobody_opened_are_left_alone_where_the_settings_say_so(
    toy: Editor, tmp_path: Path
) -> None:
    library(tmp_path)
    await toy.initialize(PULLS, {"workspaceDiagnostics": False}, root=tmp_path)
    assert await ask(toy) == {}


async def test_a_file_that_cannot_be_read_says_why(toy: Editor, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02")
    await toy.initialize(PULLS, root=tmp_path)
    (item,) = (await ask(toy))["a.txt"].items
    assert item.severity == types.DiagnosticSeverity.Information
    assert "a.txt" in item.message
