"""Drafts hold customers' data: no log, message or error reply may quote one, whatever goes wrong."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor

CANARY = "金丝雀13800138000"


async def test_nothing_that_goes_wrong_quotes_a_draft(toy: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    await toy.initialize()
    uri = await toy.open(f"{CANARY}崩溃")
    assert await toy.diagnostics(uri) == []
    toy.change(uri, 2, f"{CANARY}不行")
    assert len(await toy.diagnostics(uri, 2)) == 1

    toy.raw({"method": "textDocument/didChange", "params": {"contentChanges": CANARY}})
    toy.raw({"method": "textDocument/didOpen", "params": {"textDocument": {"text": [CANARY], "uri": 3}}})
    toy.raw({"method": CANARY, "params": {"text": CANARY}})
    settings = {"settings": {"keqi": {"profile": [CANARY]}}}
    toy.raw({"method": "workspace/didChangeConfiguration", "params": settings})
    for id, method in enumerate(["textDocument/hover", "workspace/executeCommand", CANARY], 900):
        toy.raw({"id": id, "method": method, "params": {"command": CANARY, "textDocument": CANARY}})
    await toy.round_trip()
    toy.change(uri, 3, f"{CANARY}不行不行")
    assert len(await toy.diagnostics(uri, 3)) == 2

    said = [m.message for m in [*toy.client.messages, *toy.client.log_messages]]
    assert said, "the failure was logged"
    heard = capfd.readouterr()
    assert "check failed: ValueError in" in heard.err, "the server's log was captured"
    for text in [*said, heard.err, heard.out]:
        assert "金丝雀" not in text
        assert "13800138000" not in text
        assert "\\u91d1" not in text


async def test_a_request_that_does_not_fit_is_answered_without_quoting_it(toy: Editor) -> None:
    await toy.initialize()
    answer: Future[Any] = Future()
    toy.client.protocol._request_futures["odd"] = answer
    toy.raw({"id": "odd", "method": "textDocument/hover", "params": {"textDocument": CANARY}})
    with pytest.raises(Exception, match="内部错误") as failure:
        await asyncio.wait_for(asyncio.wrap_future(answer), 30)
    assert CANARY not in repr(vars(failure.value))


async def test_a_failed_check_costs_that_check_only(ready: Editor) -> None:
    good, bad = await ready.open("不行"), await ready.open("崩溃,不行")
    assert len(await ready.diagnostics(good)) == 1
    assert await ready.diagnostics(bad) == []
    ready.change(bad, 2, "不行")
    assert len(await ready.diagnostics(bad, 2)) == 1
    assert not ready.client.messages, "nobody is interrupted for it"
    assert [m.type for m in ready.client.log_messages] == [types.MessageType.Warning]
