"""The server with the real linter and the shipped lexicon, as editors of several kinds start it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

from keqi import Linter
from keqi.render import jsons
from keqi.render.report import Report

if TYPE_CHECKING:
    from conftest import Editor

RUDE = "这个不行。"
LIBRARY = f"# 话术\n\n- 您好😀,请问有什么可以帮您?\n- {RUDE}\n\n```\n{RUDE}\n```\n"

KEQI = "import sys; from keqi.adapters.cli import main; sys.exit(main())"
COMMANDS = {"module": ["-m", "keqi.adapters.lsp"], "keqi lsp": ["-c", KEQI, "lsp", "--stdio"]}


@pytest_asyncio.fixture(params=COMMANDS)
async def keqi(request: pytest.FixtureRequest, launch: Any) -> AsyncIterator[Editor]:
    async with launch(*COMMANDS[request.param]) as editor:
        yield editor


def applied(text: str, action: types.CodeAction, uri: str) -> str:
    """The text after a code action, for a client that counts code points."""
    assert action.edit is not None
    changes = action.edit.document_changes or ()
    made = (action.edit.changes or {}).get(uri) or [e for c in changes for e in getattr(c, "edits", ())]
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:i])) for i in range(len(lines) + 1)]
    for edit in sorted(made, key=lambda e: e.range.start, reverse=True):
        start = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:start] + edit.new_text + text[end:]
    return text


@pytest.mark.parametrize("preset", ["visual-studio-code", "neovim", "emacs"])
async def test_every_editor_sees_what_the_library_finds(keqi: Editor, preset: str) -> None:
    await keqi.initialize(client_capabilities(preset))
    uri = await keqi.open(RUDE)
    expected = Linter().check(RUDE)
    assert expected
    shown = await keqi.diagnostics(uri)
    report = Report("", RUDE, tuple(expected))
    assert [(d.code, d.message, d.data) for d in shown] == [
        (f.rule, f.message, data) for f, data in zip(expected, jsons.records(report), strict=True)
    ]


async def test_a_quick_fix_makes_its_finding_go_away(keqi: Editor) -> None:
    await keqi.initialize(client_capabilities("emacs"))
    uri = await keqi.open(RUDE)
    preferred = [a for a in await keqi.fixes(uri, (0, 0), (0, len(RUDE))) if a.is_preferred]
    keqi.change(uri, 2, applied(RUDE, preferred[0], uri))
    assert preferred[0].diagnostics is not None
    gone = preferred[0].diagnostics[0].code
    assert gone not in [d.code for d in await keqi.diagnostics(uri, 2)]


async def test_fix_all_does_what_the_library_does(keqi: Editor) -> None:
    await keqi.initialize(client_capabilities("emacs"))
    uri = await keqi.open(RUDE)
    (action,) = await keqi.fixes(uri, (0, 0), (0, 0), ["source.fixAll"])
    assert applied(RUDE, action, uri) == Linter().fix(RUDE)


async def test_markdown_is_read_as_markdown(keqi: Editor) -> None:
    await keqi.initialize(client_capabilities("emacs"))
    uri = await keqi.open(LIBRARY, language="markdown")
    assert {d.range.start.line for d in await keqi.diagnostics(uri)} == {3}
    (action,) = await keqi.fixes(uri, (0, 0), (0, 0), ["source.fixAll"])
    assert applied(LIBRARY, action, uri).endswith(f"\n\n```\n{RUDE}\n```\n")


async def test_hovering_gives_the_reason_from_the_lexicon(keqi: Editor) -> None:
    await keqi.initialize(client_capabilities("visual-studio-code"))
    uri = await keqi.open(RUDE)
    finding = Linter().check(RUDE)[0]
    rule = Linter().rule(finding.rule)
    text = await keqi.hover(uri, 0, finding.start)
    assert rule is not None
    assert text is not None
    assert rule.title in text
    assert f"`{rule.id}`" in text


async def test_half_an_emoji_does_not_stop_the_linter(keqi: Editor) -> None:
    await keqi.initialize()
    uri = await keqi.open(f"好\ud83d。{RUDE}")
    assert await keqi.diagnostics(uri)
    assert not keqi.client.log_messages


async def test_a_broken_lexicon_folder_is_marked_where_it_is_broken(keqi: Editor, tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text("rules:\n  - nonsense\n", encoding="utf-8")
    await keqi.initialize(options={"lexicon": [str(tmp_path)]})
    assert await keqi.diagnostics(file.as_uri(), None)
    assert await keqi.diagnostics(await keqi.open(RUDE)), "the shipped rules stay in force"
    assert len(keqi.client.messages) == 1


LIBRARY_FILES = {
    "keqi.toml": 'profile = "e-commerce"\nbaseline = "旧账.json"\nexclude = ["归档/**"]\n'
    '[[files]]\npath = "热线/*"\nprofile = "hotline"\n',
    "归档/a.txt": "这个不行。",
    "热线/a.txt": "亲，您好。\n\n这个不行。",
    "a.csv": "编号,回复\n1,这个不行。\n2,请问你的订单号是多少？\n",
    "b.md": "<!-- keqi: ignore-next -->\n\n这个不行。\n\n<!-- keqi: ignore-next -->\n\n您好。\n\n不知道。\n",
    "c.txt": "这个我们办不了。\n\n不知道。\n",
}
LATER = {"a.csv": "编号,回复\n1,这个不行。\n2,请问你的订单号是多少？\n3,这个不行。\n", "c.txt": "不知道。\n"}


def command(folder: Path, *arguments: str) -> str:
    """What `keqi` prints there."""
    done = subprocess.run(
        [sys.executable, *COMMANDS["keqi lsp"][:2], *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode < 2, done.stderr
    return done.stdout


async def test_the_editor_shows_what_the_command_line_does(server: Editor, tmp_path: Path) -> None:
    for name, text in LIBRARY_FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command(tmp_path, "check", "--baseline", "write", "a.csv")
    command(tmp_path, "ignore", "c.txt:1")
    for name, text in LATER.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    printed = json.loads(command(tmp_path, "check", "--format", "json"))
    told = {(one["path"], one["rule"]) for one in printed}
    assert ("a.csv", "refusal.bare") in told, "what is new"
    assert ("a.csv", "pronoun.you") not in told, "what the baseline holds"
    assert (".keqi-ignore.json", "suppression.unused") in told, "what is not needed any more"

    able = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    await server.initialize(types.ClientCapabilities(text_document=able), root=tmp_path)
    await server.open((tmp_path / "b.md").read_text(encoding="utf-8"), uri=(tmp_path / "b.md").as_uri())
    asked = server.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    reports = [
        r
        for r in (await asyncio.wait_for(asked, 60)).items
        if isinstance(r, types.WorkspaceFullDocumentDiagnosticReport)
    ]
    shown = [item.data for report in reports for item in report.items]
    order = lambda one: (one["path"], one["start"]["offset"], one["rule"])  # noqa: E731
    assert sorted(shown, key=order) == sorted(printed, key=order)


@pytest_asyncio.fixture
async def server(launch: Any) -> AsyncIterator[Editor]:
    async with launch(*COMMANDS["module"]) as editor:
        yield editor


PHRASES = "scene: ours\ntitle: 本店\nphrases:\n  - 您好{姓名\n"


def own(folder: Path, name: str, text: str) -> Path:
    file = folder / "词库" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


async def test_a_mistake_in_a_file_of_phrases_is_marked_where_it_is(server: Editor, tmp_path: Path) -> None:
    file = own(tmp_path, "phrases/本店.yml", PHRASES)
    await server.initialize(options={"lexicon": [str(tmp_path / "词库")]})
    (problem,) = await server.diagnostics(file.as_uri(), None)
    assert problem.range.start == types.Position(3, 4)
    assert "花括号不成对" in problem.message
    assert "不提供有错的话术" in server.client.messages[0].message
    assert await server.diagnostics(await server.open(RUDE)), "the rules stay in force"


@pytest.mark.parametrize(
    ("name", "text", "mended", "line"),
    [
        ("phrases/本店.yml", PHRASES, PHRASES.replace("姓名", "姓名}"), 3),
        ("phrases/本店.yml", "scene: 本店\n", "scene: ours\ntitle: 本店\nphrases: [您好]\n", 0),
        ("rules/本店.yml", "category: refusal\nrulez: []\n", "category: refusal\nrules: []\n", 1),
        (
            "profiles/本店.yml",
            "id: ours\ntitle: 本店\nextends: shop\ndecisions: []\n",
            "id: ours\ntitle: 本店\nextends: e-commerce\ndecisions: []\n",
            2,
        ),
    ],
    ids=["a gap that is not closed", "the scene's name", "a rule's key", "a profile that there is not"],
)
async def test_mistakes_are_marked_and_go_as_one_types(
    server: Editor, tmp_path: Path, name: str, text: str, mended: str, line: int
) -> None:
    file = own(tmp_path, name, mended)
    await server.initialize(options={"lexicon": [str(tmp_path / "词库")]})
    uri = await server.open(mended, uri=file.as_uri(), language="yaml")
    assert await server.diagnostics(uri) == []
    server.change(uri, 2, text)
    assert (await server.shown(uri))[0].range.start.line == line
    server.change(uri, 3, mended)
    assert await server.shown(uri, lambda shown: not shown) == []
    assert not server.client.messages


async def test_a_profile_that_does_not_exist_names_the_nearest(keqi: Editor) -> None:
    await keqi.initialize(options={"profile": "generall"})
    assert await keqi.diagnostics(await keqi.open(RUDE))
    assert "general" in keqi.client.messages[0].message
