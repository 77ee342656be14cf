"""Entries of the ignore file that nothing needs any more: shown in it, as soon as that is known."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from keqi.findings import Finding
from keqi.suppress import fingerprint

if TYPE_CHECKING:
    from conftest import Editor

PULLS = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
)
UNUSED, EXPIRED = "suppression.unused", "suppression.expired"


def entry(path: str, text: str = "不行", **more: str) -> dict[str, str]:
    """What ignores the 不行 in a reply."""
    at = text.index("不行")
    mark = fingerprint(Finding(at, at + 2, "refusal.bare", "refusal", "error", ""), text)
    return {"rule": "refusal.bare", "path": path, "fingerprint": mark, **more}


def ignoring(folder: Path, *entries: dict[str, str]) -> Path:
    """An ignore file with an entry a line, from line 1 on."""
    file = folder / ".keqi-ignore.json"
    listed = ",\n".join(json.dumps(one, ensure_ascii=False) for one in entries)
    file.write_text(f'{{"version": 1, "ignored": [\n{listed}\n]}}\n', encoding="utf-8")
    return file


def told(diagnostics: list[types.Diagnostic]) -> list[tuple[int, Any]]:
    """In which lines what is said."""
    return [(one.range.start.line, one.code) for one in diagnostics]


async def listed(editor: Editor) -> dict[str, list[tuple[int, Any]]]:
    """What is said of the files of the workspace, where anything is."""
    params = types.WorkspaceDiagnosticParams(previous_result_ids=[])
    answer = await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), 30)
    items = {r.uri.rpartition("/")[2]: told(list(r.items)) for r in answer.items}  # type: ignore[union-attr]
    return {name: said for name, said in items.items() if said}


async def test_an_entry_of_an_open_file_is_unused_once_the_reply_is_mended(
    toy: Editor, tmp_path: Path
) -> None:
    file = ignoring(tmp_path, entry("b.txt", "唉,不行"), entry("a.txt"))
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    assert await toy.diagnostics(uri) == []
    toy.change(uri, 2, "好的")
    assert told(await toy.shown(file.as_uri())) == [(2, UNUSED)], "of b.txt nothing is known"
    toy.change(uri, 3, "不行")
    assert await toy.shown(file.as_uri(), lambda shown: not shown) == []


async def test_of_a_file_that_is_closed_nothing_is_known(toy: Editor, tmp_path: Path) -> None:
    file = ignoring(tmp_path, entry("a.txt"))
    await toy.initialize(root=tmp_path)
    uri = await toy.open("好的", uri=(tmp_path / "a.txt").as_uri())
    await toy.shown(file.as_uri())
    close = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    toy.client.text_document_did_close(close)
    assert await toy.shown(file.as_uri(), lambda shown: not shown) == []


async def test_an_entry_whose_day_is_over_says_so(toy: Editor, tmp_path: Path) -> None:
    file = ignoring(tmp_path, entry("a.txt", until="2020-01-31"))
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    assert [one.code for one in await toy.diagnostics(uri)] == ["refusal.bare"]
    assert told(await toy.shown(file.as_uri())) == [(1, EXPIRED)]


@pytest.mark.parametrize("capabilities", [types.ClientCapabilities(), PULLS], ids=["pushed to", "pulls"])
async def test_what_is_unused_is_shown_in_the_ignore_file_while_it_is_edited(
    toy: Editor, tmp_path: Path, capabilities: types.ClientCapabilities
) -> None:
    file = ignoring(tmp_path, entry("a.txt"), entry("b.txt", "唉,不行"))
    (tmp_path / "b.txt").write_text("唉,不行", encoding="utf-8")
    await toy.initialize(capabilities, root=tmp_path)
    (tmp_path / "a.txt").write_text("好的", encoding="utf-8")
    if not toy.pulls:
        await toy.open("好的", uri=(tmp_path / "a.txt").as_uri())
        assert told(await toy.shown(file.as_uri())) == [(1, UNUSED)]
    else:
        assert await listed(toy) == {".keqi-ignore.json": [(1, UNUSED)]}
    text = file.read_text(encoding="utf-8")
    uri = await toy.open(text, uri=file.as_uri(), language="json")
    (shown,) = await toy.diagnostics(uri)
    assert (shown.range.start.line, shown.code) == (1, UNUSED)
    assert shown.range.end.character - shown.range.start.character == 18, "the fingerprint, quoted"
    toy.change(uri, 2, "\n" + text)
    assert told(await toy.diagnostics(uri, 2)) == [(2, UNUSED)]
    toy.change(uri, 3, text.replace(entry("a.txt")["fingerprint"], ""))
    assert UNUSED not in [one.code for one in await toy.diagnostics(uri, 3)]


async def test_in_the_library_an_entry_is_unused_that_no_file_needs(toy: Editor, tmp_path: Path) -> None:
    """The same reply may stand in several files; a file that is gone says nothing."""
    ignoring(
        tmp_path,
        entry("a.txt", "您,不行"),
        entry("a.txt"),
        entry("c.txt", "好吧,不行"),
        entry("gone.txt", "好,不行"),
        entry("open.txt", "唉,不行"),
    )
    for name, text in {"a.txt": "好的", "b.txt": "不行", "c.txt": "好吧,不行"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    await toy.initialize(PULLS, root=tmp_path)
    await toy.open("好的", uri=(tmp_path / "open.txt").as_uri())
    for _ in range(2):
        assert await listed(toy) == {".keqi-ignore.json": [(1, UNUSED), (5, UNUSED)]}
    (tmp_path / "c.txt").write_text("好的", encoding="utf-8")
    (tmp_path / "a.txt").unlink()
    assert await listed(toy) == {".keqi-ignore.json": [(3, UNUSED), (5, UNUSED)]}


@pytest.mark.parametrize("text", ['{"reply": "不行"', '{"reply": "崩溃"}'], ids=["broken", "a failing check"])
async def test_a_file_that_was_not_checked_says_nothing_about_its_entries(
    toy: Editor, tmp_path: Path, text: str
) -> None:
    """It may be broken for as long as somebody types in it; its entry must not be deleted for that."""
    ignoring(tmp_path, entry("a.json"))
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text("好的", encoding="utf-8")
    await toy.initialize(PULLS, root=tmp_path)
    assert ".keqi-ignore.json" not in await listed(toy)
