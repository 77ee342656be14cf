"""Hovering explains a finding: what, why, what to say instead, and where the demand comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor


async def test_it_tells_title_reason_better_wording_source_and_rule(ready: Editor) -> None:
    uri = await ready.open("这个不行")
    assert await ready.hover(uri, 0, 2) == (
        "**生硬拒绝**\n\n"
        "「不行」不够客气\n\n"
        "**为什么：** 客户会觉得\\*没得商量\\*\n\n"
        "**更好的说法：**\n\n"
        "- 非常抱歉,暂时不行\n"
        "- 我马上为您申请（需确认）\n\n"
        "依据：RA29 · `refusal.bare`\n\n"
        '不想要这条规则：在 keqi.toml 里写 `[rules] "refusal.bare" = "none"`；'
        "只放过这一处：用快速修复里的“忽略这一处”。"
    )


@pytest.mark.parametrize(("column", "explained"), [(0, False), (1, False), (2, True), (3, True), (4, False)])
async def test_only_over_the_finding(ready: Editor, column: int, explained: bool) -> None:
    uri = await ready.open("这个不行吗")
    assert (await ready.hover(uri, 0, column) is not None) is explained


async def test_a_finding_whose_rule_is_gone_is_still_explained(ready: Editor) -> None:
    uri = await ready.open("没有")
    text = await ready.hover(uri, 0, 0)
    assert text is not None
    assert text.startswith("「没有」不够客气\n\n`refusal.none`\n\n")


async def test_an_unknown_document_has_nothing_to_explain(ready: Editor) -> None:
    assert await ready.hover("untitled:unknown", 3, 3) is None


async def test_a_client_that_knows_no_markdown_gets_plain_text(toy: Editor) -> None:
    plain = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    await toy.initialize(
        types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(hover=plain))
    )
    text = await toy.hover(await toy.open("不行"), 0, 0)
    assert text is not None
    assert "客户会觉得*没得商量*" in text
    assert "**" not in text


@pytest.mark.parametrize("locale", ["en", "en-US", "en_GB"])
async def test_english_is_spoken_where_the_locale_says_so(toy: Editor, locale: str) -> None:
    await toy.initialize(locale=locale)
    uri = await toy.open("不行")
    text = await toy.hover(uri, 0, 0)
    assert text is not None
    assert text.startswith("**Blunt refusal**\n\nA bare refusal\n\n**Why:** It leaves no \\*way on\\*\n\n")
    assert "**Better:**" in text
    assert [a.title for a in await toy.fixes(uri, (0, 0), (0, 0))] == [
        "Change to “非常抱歉,暂时不行”",
        "Change to “我马上为您申请” (please confirm: promises something or removes text)",
    ]
