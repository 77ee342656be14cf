"""The outline of a library and the lines over its replies, counted as the client counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.document import opened
from keqi.adapters.lsp.examine import examine
from keqi.adapters.lsp.present import Checked
from keqi.adapters.lsp.resolver import Context
from keqi.adapters.lsp.symbols import lenses
from keqi.adapters.settings import Project
from keqi.findings import Finding
from keqi.settings import Settings
from keqi.suppress import Suppressions

if TYPE_CHECKING:
    from conftest import Editor

Counting = tuple["Editor", Callable[[str], int]]
TREE = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True)
    )
)
LIBRARY = "编号,回复\n1,😀您好\n2,不行不行\n3," + "好" * 40 + "\n"


async def outline(editor: Editor, uri: str) -> list[types.DocumentSymbol | types.SymbolInformation]:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    return list(await editor.client.text_document_document_symbol_async(params) or ())


async def test_replies_are_listed_by_their_name_with_their_first_words(toy: Editor) -> None:
    await toy.initialize(TREE)
    uri = await toy.open(LIBRARY, language="csv")
    symbols = await outline(toy, uri)
    assert all(isinstance(symbol, types.DocumentSymbol) for symbol in symbols)
    assert [symbol.detail for symbol in symbols] == ["😀您好", "不行不行", "好" * 29 + "…"]  # type: ignore[union-attr]
    assert all("回复" in symbol.name for symbol in symbols)


async def test_a_reply_without_a_name_has_its_first_words_for_one(toy: Editor) -> None:
    await toy.initialize(TREE)
    uri = await toy.open("您好\n请讲\n\n再见", uri="file:///w/a.txt")
    assert [symbol.name for symbol in await outline(toy, uri)] == ["您好 请讲", "再见"]


@pytest.mark.asyncio(loop_scope="module")
async def test_places_are_counted_as_the_client_counts(counting: Counting) -> None:
    editor, width = counting
    uri = await editor.open(LIBRARY, language="csv")
    first = (await outline(editor, uri))[0]
    assert isinstance(first, types.SymbolInformation)
    start, end = first.location.range.start, first.location.range.end
    assert (start.line, start.character, end.character) == (1, 2, 2 + width("😀您好"))
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    (lens,) = await editor.client.text_document_code_lens_async(params) or ()
    assert (lens.range.start.line, lens.range.start.character) == (2, 2)
    assert lens.command is not None
    assert lens.command.title == "客气：2 处可改进 · 改写整条回复"


async def test_lenses_go_where_the_settings_say_so(toy: Editor) -> None:
    await toy.initialize(options={"codeLens": False})
    uri = await toy.open("不行")
    await toy.diagnostics(uri)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    assert not await toy.client.text_document_code_lens_async(params)


async def test_an_unknown_document_has_no_outline(ready: Editor) -> None:
    assert await outline(ready, "untitled:unknown") == []


def test_lenses_take_one_look_at_the_findings_however_many_replies_there_are() -> None:
    class Counted(tuple):
        looks = 0

        def __iter__(self) -> Iterator[Any]:
            Counted.looks += 1
            return super().__iter__()

    class Finder:
        def check(self, text: str, holes: object = ()) -> list[Finding]:
            hits = (at for at, char in enumerate(text) if char == "不")
            return [Finding(at, at + 1, "refusal.bare", "refusal", "error", "") for at in hits]

    here = Context(Settings(), Finder(), Suppressions(), Project(Settings(), Path("/w")))  # type: ignore[arg-type]
    document = opened("untitled:1", "", 1, "不行不行\n不行\n不行")
    outcome = examine(document, here, lambda: "lines", {})
    checked = Checked(replace(outcome, located=Counted(outcome.located)))
    titles = [lens.command.title for lens in lenses(checked, Client()) if lens.command]
    assert [title[3:6] for title in titles] == ["2 处", "1 处", "1 处"]
    assert Counted.looks == 1
