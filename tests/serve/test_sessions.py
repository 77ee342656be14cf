"""LSP over WebSocket: every client has a server of its own, which reads and writes no file."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from serving import Server, codes, limited, serving, talking
from websockets.exceptions import ConnectionClosed

RUDE, POLITE = "改地址不行", "您好，已经为您改好地址。"


async def test_a_draft_is_checked_as_it_is_typed(server: Server) -> None:
    async with talking(server) as talker:
        answer = await talker.introduce()
        assert answer["result"]["serverInfo"]["name"] == "keqi"
        assert await talker.open("") == []
        end = {"line": 0, "character": 0}
        await talker.edit({"range": {"start": end, "end": end}, "text": RUDE}, 2)
        (found,) = await talker.diagnostics("draft:1", 2)
        assert found["code"] == "refusal.bare"
        assert found["range"] == {"start": end, "end": {"line": 0, "character": 5}}
        assert await talker.change(POLITE, 3) == []


async def test_the_better_wording_is_offered(server: Server) -> None:
    async with talking(server) as talker:
        await talker.introduce()
        (found,) = await talker.open(RUDE)
        where = {"textDocument": {"uri": "draft:1"}, "range": found["range"], "context": {"diagnostics": []}}
        actions = (await talker.ask("textDocument/codeAction", where))["result"]
        edits = [json.dumps(action.get("edit"), ensure_ascii=False) for action in actions]
        assert any("非常抱歉，暂时无法为您改地址" in edit for edit in edits)
        hover = {"textDocument": {"uri": "draft:1"}, "position": {"line": 0, "character": 2}}
        assert (await talker.ask("textDocument/hover", hover))["result"]


async def test_two_clients_never_see_each_others_text(server: Server) -> None:
    """Both have a document of the same name, and both ask for everything that there is."""
    texts = ("甲的客户张三，改地址不行", "乙的客户李四，退款办不了")
    async with talking(server) as one, talking(server) as other:
        for talker, text in zip((one, other), texts, strict=True):
            await talker.introduce()
            await talker.open(text)
        for turn in range(2, 12):
            await asyncio.gather(
                one.change(texts[0] + "。" * turn, turn), other.change(texts[1] + "！" * turn, turn)
            )
        for talker in (one, other):
            await talker.ask("workspace/diagnostic", {"previousResultIds": []})
            symbols = {"textDocument": {"uri": "draft:1"}}
            await talker.ask("textDocument/documentSymbol", symbols)
        heard = [json.dumps(talker.heard, ensure_ascii=False) for talker in (one, other)]
    assert "改地址" in heard[0]
    assert "退款" in heard[1]
    assert not any(word in heard[0] for word in ("乙的", "李四", "退款"))
    assert not any(word in heard[1] for word in ("甲的", "张三", "改地址"))


async def test_one_clients_end_is_not_anothers(server: Server) -> None:
    async with talking(server) as stays:
        await stays.introduce()
        async with talking(server) as leaves:
            await leaves.introduce()
            await leaves.open(RUDE)
            await leaves.ask("shutdown")
            await leaves.say("exit")
            assert await leaves.closed() == 1000
        assert codes(await stays.open(RUDE)) == ["refusal.bare"]


async def test_a_client_that_vanishes_in_mid_message_leaves_nothing_behind(server: Server, client) -> None:
    def open_sessions() -> int:
        lines = client.get("/metrics").text.splitlines()
        return int(next(line for line in lines if line.startswith("keqi_sessions_open ")).split()[1])

    before = open_sessions()
    for _ in range(5):
        raw = socket.create_connection(("127.0.0.1", server.port))
        head = (
            f"GET /lsp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        raw.sendall(head.encode())
        assert raw.recv(1000).startswith(b"HTTP/1.1 101")
        raw.sendall(b"\x81\xfe\x10\x00abcd half of a message")
        raw.close()
    async with talking(server) as talker:
        await talker.introduce()
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]
        async with asyncio.timeout(60):
            while open_sessions() > before + 1:
                await asyncio.sleep(0)


# -- what a remote client may not do --------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder on the server's disk with settings, a lexicon, ignored findings and replies."""
    (tmp_path / "keqi.toml").write_text('profile = "hotel"\n[rules]\n"refusal.bare" = "none"\n', "utf-8")
    (tmp_path / "secret.txt").write_text("机密：退款办不了", "utf-8")
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


async def test_paths_of_a_client_mean_nothing(server: Server, secret: Path) -> None:
    before = everything(secret)
    uri = (secret / "draft.txt").as_uri()
    async with talking(server) as talker:
        roots = [{"uri": secret.as_uri(), "name": "x"}]
        await talker.introduce(rootUri=secret.as_uri(), rootPath=str(secret), workspaceFolders=roots)
        found = await talker.open(RUDE, uri)
        assert codes(found) == ["refusal.bare"], "the settings there switch it off"
        await talker.say("workspace/didChangeWorkspaceFolders", {"event": {"added": roots, "removed": []}})
        await talker.say("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        listed = await talker.ask("workspace/diagnostic", {"previousResultIds": []})
        assert [item["uri"] for item in listed["result"]["items"]] == [uri]
        for command, arguments in (
            ("keqi.turnOff", [uri, "refusal.bare", False]),
            ("keqi.turnOffRule", [uri, "refusal.bare", False]),
            ("keqi.fixWorkspace", []),
            ("keqi.reload", []),
        ):
            answer = await talker.ask(
                "workspace/executeCommand", {"command": command, "arguments": arguments}
            )
            assert answer["error"]["code"] == -32601
        where = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": []}}
        actions = (await talker.ask("textDocument/codeAction", where))["result"]
        assert actions
        assert "keqi.toml" not in json.dumps(actions, ensure_ascii=False)
        heard = json.dumps(talker.heard, ensure_ascii=False)
        assert "机密" not in heard
    assert everything(secret) == before


async def test_ignoring_lasts_as_long_as_the_session(server: Server, secret: Path) -> None:
    before = everything(secret)
    uri = (secret / "draft.txt").as_uri()
    async with talking(server) as talker:
        await talker.introduce()
        await talker.open(RUDE, uri)
        ignore = {"command": "keqi.ignore", "arguments": [uri, 1, 0, 5, "refusal.bare"]}
        await talker.ask("workspace/executeCommand", ignore)
        assert await talker.change(RUDE, 2, uri) == []
    async with talking(server) as talker:
        await talker.introduce()
        assert codes(await talker.open(RUDE, uri)) == ["refusal.bare"]
    assert everything(secret) == before
    assert not Path(".keqi-ignore.json").exists()


async def test_a_client_cannot_name_lexicons_of_the_servers_disk(server: Server, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("机密: [", "utf-8")
    asked = {"lexicon": [str(tmp_path)], "placeholders": ["(.*)*$"], "shippedLexicon": False}
    async with talking(server) as talker:
        await talker.introduce(initializationOptions=asked)
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]
        await talker.say("workspace/didChangeConfiguration", {"settings": {"keqi": asked}})
        assert codes(await talker.change(RUDE + "。", 2)) == ["refusal.bare"]
        heard = json.dumps(talker.heard, ensure_ascii=False)
    assert "broken" not in heard
    assert "机密" not in heard


async def test_what_a_client_may_decide(server: Server) -> None:
    async with talking(server) as talker:
        await talker.introduce(initializationOptions={"profile": "hotline", "locale": "en"})
        english = (await talker.open(RUDE))[0]["message"]
        assert english.isascii()
        settings = {"keqi": {"rules": {"refusal": "none"}, "profile": "hotline"}}
        await talker.say("workspace/didChangeConfiguration", {"settings": settings})
        await talker.say("textDocument/didClose", {"textDocument": {"uri": "draft:1"}})
        assert await talker.open(RUDE, "draft:2") == []


async def test_the_clients_own_names_come_back_to_it(server: Server) -> None:
    for uri in ("file:///C:/草稿.txt", "untitled:1", "inmemory://model/1", "draft", ""):
        async with talking(server) as talker:
            await talker.introduce()
            assert codes(await talker.open(RUDE, uri)) == ["refusal.bare"]
            pulled = await talker.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            assert codes(pulled["result"]["items"]) == ["refusal.bare"]


# -- messages of no use ---------------------------------------------------------------------------

NESTED = "[" * 100_000

USELESS = {
    "no JSON": "{",
    "not an object": "[1, 2]",
    "a number": "7",
    "deeply nested": NESTED,
    "deeply nested within": '{"jsonrpc": "2.0", "method": "initialized", "params": ' + NESTED + "}",
    "another protocol": '{"jsonrpc": "1.0", "method": "initialized"}',
    "empty": "",
}


@pytest.mark.parametrize("message", USELESS.values(), ids=USELESS)
async def test_a_message_of_no_use_costs_itself_only(server: Server, message: str) -> None:
    async with talking(server) as talker:
        await talker.introduce()
        await talker.socket.send(message)
        refused = await talker.until(lambda said: "error" in said)
        assert refused["error"]["code"] == -32700
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]


HOSTILE = [
    ("an unknown method", {"method": "keqi/secret", "id": 7}),
    ("params of another type", {"method": "textDocument/hover", "params": [1], "id": 7}),
    ("no params", {"method": "textDocument/codeAction", "id": 7}),
    ("a method that is no text", {"method": 3, "id": 7}),
    ("an address that is no text", {"method": "textDocument/hover", "params": {"textDocument": {"uri": 3}}, "id": 7}),
    ("a command without arguments", {"method": "workspace/executeCommand", "params": {"command": "keqi.ignore"}, "id": 7}),
]  # fmt: skip


@pytest.mark.parametrize("message", [m for _, m in HOSTILE], ids=[name for name, _ in HOSTILE])
async def test_a_request_that_does_not_fit_is_answered(server: Server, message: dict[str, object]) -> None:
    async with talking(server) as talker:
        await talker.introduce()
        await talker.socket.send(json.dumps({"jsonrpc": "2.0", **message}))
        assert "error" in await talker.until(lambda said: said.get("id") == 7)
        assert codes(await talker.open(RUDE)) == ["refusal.bare"]


async def test_half_characters_do_no_harm(server: Server) -> None:
    async with talking(server) as talker:
        await talker.introduce()
        assert codes(await talker.open("\ud83d。改地址不行。\udc00")) == ["refusal.bare"]


# -- limits ---------------------------------------------------------------------------------------


async def test_limits_of_a_session() -> None:
    with limited(max_documents=2, max_text=50, max_body=3000, idle_seconds=1.0, max_sessions=2) as server:
        async with talking(server) as talker:
            await talker.introduce()
            await talker.open(RUDE, "draft:1")
            await talker.open(RUDE, "draft:2")
            await talker.say("textDocument/didOpen", {"textDocument": item("draft:3", RUDE)})
            assert await talker.closed() == 1008
        async with talking(server) as talker:
            await talker.introduce()
            await talker.say("textDocument/didOpen", {"textDocument": item("draft:1", "好" * 51)})
            assert await talker.closed() == 1009
        async with talking(server) as talker:
            await talker.socket.send("x" * 3001)
            assert await talker.closed() == 1009
        async with talking(server) as talker:
            await talker.introduce()
            assert await talker.closed() == 1001, "it has said nothing for a second"
        async with talking(server), talking(server):
            with pytest.raises(Exception, match="503"):
                async with talking(server):
                    pass


async def test_a_draft_of_a_megabyte_is_refused_and_others_go_on(server: Server) -> None:
    async with talking(server) as stays:
        await stays.introduce()
        async with talking(server) as talker:
            await talker.introduce()
            await talker.say("textDocument/didOpen", {"textDocument": item("draft:1", "a" * 1_000_000)})
            assert await talker.closed() == 1009
            assert talker.socket.close_reason == "document too long"
        async with talking(server) as talker:
            await talker.introduce()
            await talker.say("textDocument/didOpen", {"textDocument": item("draft:1", "a" * 199_999)})
            end = {"line": 0, "character": 0}
            await talker.edit({"range": {"start": end, "end": end}, "text": "aa"}, 2)
            assert await talker.closed() == 1009, "it has grown too long"
        async with talking(server) as talker:
            with suppress(ConnectionClosed):  # it may be told while it is still talking
                await talker.socket.send("a" * (5 << 20))
            assert await talker.closed() == 1009
        assert codes(await stays.open(RUDE)) == ["refusal.bare"]


def item(uri: str, text: str) -> dict[str, object]:
    return {"uri": uri, "languageId": "plaintext", "version": 1, "text": text}


async def test_who_says_too_much_waits_and_loses_nothing() -> None:
    with limited(message_rate=200.0, message_burst=30) as server:
        async with talking(server) as talker:
            await talker.introduce()
            await talker.open("")
            for version in range(2, 62):
                await talker.edit({"text": RUDE}, version)
            assert codes(await talker.diagnostics("draft:1", 61)) == ["refusal.bare"]


async def test_reload_takes_effect_in_open_sessions(tmp_path: Path) -> None:
    settings = tmp_path / "keqi.toml"
    settings.write_text("", "utf-8")
    with serving("--config", str(settings)) as server:
        async with talking(server) as talker:
            await talker.introduce()
            assert codes(await talker.open(RUDE)) == ["refusal.bare"]
            settings.write_text('[rules]\nrefusal = "none"\n', "utf-8")
            os.kill(server.process.pid, 1)
            assert await talker.diagnostics("draft:1", 1) == []
            settings.write_text("nonsense", "utf-8")
            os.kill(server.process.pid, 1)
            while "not reloaded" not in server.logged:
                assert await talker.change(RUDE, len(talker.heard) + 9) == []
