"""What is published: the finding itself, for the version it was found in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor


async def test_a_diagnostic_carries_rule_level_source_and_the_finding(ready: Editor) -> None:
    uri = await ready.open("这个不行")
    (found,) = await ready.diagnostics(uri)
    assert found.code == "refusal.bare"
    assert found.source == "keqi"
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.message == "「不行」不够客气"
    assert isinstance(found.data, dict)
    assert found.data["rule"] == "refusal.bare"
    assert found.data["start"] == {"line": 1, "column": 3, "offset": 2}
    assert found.data["end"] == {"line": 1, "column": 5, "offset": 4}
    assert [fix["safe"] for fix in found.data["fixes"]] == [True, False]


async def test_levels_become_severities(ready: Editor) -> None:
    uri = await ready.open("不行你没有补")
    assert [d.severity for d in await ready.diagnostics(uri)] == [
        types.DiagnosticSeverity.Error,
        types.DiagnosticSeverity.Warning,
        types.DiagnosticSeverity.Information,
        types.DiagnosticSeverity.Hint,
    ]


async def test_a_document_opened_before_the_linter_is_there_is_checked_when_it_is(toy: Editor) -> None:
    await toy.initialize()
    uri = await toy.open("不行")
    assert len(await toy.diagnostics(uri)) == 1


async def test_a_document_opened_again_is_checked_anew(ready: Editor) -> None:
    uri = await ready.open("不行", uri="file:///w/a.txt")
    assert len(await ready.diagnostics(uri)) == 1
    await ready.open("好", uri=uri)
    assert await ready.hover(uri, 0, 0) is None
    assert not ready.published[-1].diagnostics


async def test_a_document_too_large_to_check_says_so(ready: Editor) -> None:
    uri = await ready.open("不行\n\n" + "好" * 100 + "\n\n" + "字" * 7_000_000)
    (note,) = await ready.diagnostics(uri)
    assert (note.code, note.severity) == ("too-large", types.DiagnosticSeverity.Information)
    assert "21 MB" in note.message
    assert await ready.fixes(uri, (0, 0), (0, 2)) == []
    ready.change(uri, 2, "不行")
    assert [d.code for d in await ready.diagnostics(uri, 2)] == ["refusal.bare"]


async def test_a_text_that_cannot_be_one_reply_says_so_where_it_begins(ready: Editor) -> None:
    uri = await ready.open("\n\n不行" + "好" * 2_000_000)
    (note,) = await ready.diagnostics(uri)
    assert (note.code, note.severity) == ("too-long", types.DiagnosticSeverity.Information)
    assert note.range.start == types.Position(2, 0)
    assert "2000002" in note.message
