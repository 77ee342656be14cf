"""Settings of a project under those of the editor; what is suppressed; what is broken in their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from keqi.findings import Finding
from keqi.suppress import fingerprint

if TYPE_CHECKING:
    from conftest import Editor

OFF = '[rules]\n"refusal.bare" = "none"\n'


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def codes(diagnostics: list[types.Diagnostic]) -> list[Any]:
    return [diagnostic.code for diagnostic in diagnostics]


def saved(editor: Editor, file: Path) -> None:
    document = types.TextDocumentIdentifier(file.as_uri())
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))


async def found(editor: Editor, folder: Path, name: str, text: str) -> list[Any]:
    return codes(await editor.diagnostics(await editor.open(text, uri=(folder / name).as_uri())))


async def test_the_nearest_settings_upward_hold(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", OFF)
    write(tmp_path, "酒店/keqi.toml", 'profile = "hotel"\n')
    await toy.initialize(root=tmp_path)
    assert await found(toy, tmp_path, "a/b.txt", "你不行") == ["pronoun.you"]
    assert await found(toy, tmp_path, "酒店/a.txt", "你不行") == ["refusal.bare"]


async def test_what_holds_for_some_paths_only(toy: Editor, tmp_path: Path) -> None:
    write(
        tmp_path,
        "keqi.toml",
        f'[[files]]\npath = "售后/*"\nformat = "lines"\n{OFF.replace("[rules]", "[files.rules]")}',
    )
    await toy.initialize(root=tmp_path)
    assert await found(toy, tmp_path, "售后/a.txt", "你不行") == ["pronoun.you"]
    assert await found(toy, tmp_path, "售前/a.txt", "你不行") == ["pronoun.you", "refusal.bare"]


async def test_the_editors_settings_count_over_the_projects(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", OFF)
    options = {"rules": {"refusal.bare": "hint", "pronoun": "none"}, "accept": None, "profile": ""}
    await toy.initialize(options=options, root=tmp_path)
    uri = await toy.open("你不行", uri=(tmp_path / "a.txt").as_uri())
    (shown,) = await toy.diagnostics(uri)
    assert (shown.code, shown.severity) == ("refusal.bare", types.DiagnosticSeverity.Hint)


async def test_each_folder_of_a_workspace_has_its_own(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "one/keqi.toml", OFF)
    write(tmp_path, "two/话术.txt", "")
    await toy.initialize(folders=[tmp_path / "one", tmp_path / "two"])
    assert await found(toy, tmp_path, "one/a.txt", "你不行") == ["pronoun.you"]
    assert await found(toy, tmp_path, "two/a.txt", "你不行") == ["pronoun.you", "refusal.bare"]


@pytest.mark.parametrize(
    ("name", "language", "text", "lines"),
    [
        ("a.csv", "plaintext", "编号,回复内容\n不行,不行\n", [1]),
        ("a", "csv", "编号,回复内容\n不行,好\n", []),
        ("a.json", "json", '{\n"question": "不行吗",\n"reply": "不行"}', [2]),
        ("a.yaml", "yaml", "reply: 不行\nid: 7\n", [0]),
        ("a.html", "html", "<p class='不行'>\n不行</p>", [1]),
        ("a.txt", "plaintext", "客服：您好\n客户：不行\n客服：不行\n", [2]),
        ("a.md", "markdown", "`不行`\n\n不行\n", [2]),
    ],
    ids=["csv by name", "csv by language", "json", "yaml", "html", "chat", "markdown"],
)
async def test_files_are_read_as_what_they_are(
    ready: Editor, tmp_path: Path, name: str, language: str, text: str, lines: list[int]
) -> None:
    uri = await ready.open(text, uri=(tmp_path / name).as_uri(), language=language)
    assert [d.range.start.line for d in await ready.diagnostics(uri)] == lines


@pytest.mark.parametrize(("name", "text"), [("a.json", '{"reply": "不行"'), ("a.yaml", "a: [不行")])
async def test_a_file_of_broken_syntax_says_so_once_and_where(
    ready: Editor, tmp_path: Path, name: str, text: str
) -> None:
    uri = await ready.open(text, uri=(tmp_path / name).as_uri())
    (note,) = await ready.diagnostics(uri)
    assert note.severity == types.DiagnosticSeverity.Information
    assert note.message.startswith(f"{name}：")
    ready.change(uri, 2, text + ("}" if name == "a.json" else "]"))
    assert codes(await ready.diagnostics(uri, 2)) != codes([note])


async def test_comments_suppress_and_unused_ones_are_reported(toy: Editor, tmp_path: Path) -> None:
    tags = types.ClientDiagnosticsTagOptions(value_set=[types.DiagnosticTag.Unnecessary])
    shown = types.PublishDiagnosticsClientCapabilities(tag_support=tags)
    await toy.initialize(
        types.ClientCapabilities(
            text_document=types.TextDocumentClientCapabilities(publish_diagnostics=shown)
        )
    )
    text = "<!-- keqi: ignore-next -->\n\n不行\n\n<!-- keqi: ignore-next [pronoun] -->\n\n好\n"
    uri = await toy.open(text, uri=(tmp_path / "a.md").as_uri())
    (unused,) = await toy.diagnostics(uri)
    assert unused.code == "suppression.unused"
    assert list(unused.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert unused.range.start.line == 4


async def test_settings_that_change_on_disk_are_read_again(toy: Editor, tmp_path: Path) -> None:
    file = write(tmp_path, "keqi.toml", "")
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    assert len(await toy.diagnostics(uri)) == 1
    write(tmp_path, "keqi.toml", OFF)
    assert await toy.next_published(uri, lambda: saved(toy, file)) == []


async def test_settings_count_as_they_are_in_the_editor(toy: Editor, tmp_path: Path) -> None:
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    assert len(await toy.diagnostics(uri)) == 1
    settings = (tmp_path / "keqi.toml").as_uri()
    document = types.TextDocumentItem(settings, "toml", 1, OFF)
    open_ = types.DidOpenTextDocumentParams(document)
    assert await toy.next_published(uri, lambda: toy.client.text_document_did_open(open_)) == []
    close = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(settings))
    assert len(await toy.next_published(uri, lambda: toy.client.text_document_did_close(close))) == 1


async def test_broken_settings_are_marked_and_the_last_good_ones_kept(toy: Editor, tmp_path: Path) -> None:
    file = write(tmp_path, "keqi.toml", OFF)
    await toy.initialize(root=tmp_path)
    uri = await toy.open("你不行", uri=(tmp_path / "a.txt").as_uri())
    assert codes(await toy.diagnostics(uri)) == ["pronoun.you"]
    write(tmp_path, "keqi.toml", f"# 设置\nprofil = 'hotel'\n{OFF}")
    (problem,) = await toy.next_published(file.as_uri(), lambda: saved(toy, file))
    assert (problem.code, problem.range.start.line) == ("settings", 1)
    assert "profile" in problem.message
    assert problem.severity == types.DiagnosticSeverity.Error
    toy.change(uri, 2, "您不行")
    assert await toy.diagnostics(uri, 2) == []
    write(tmp_path, "keqi.toml", "")
    assert await toy.next_published(file.as_uri(), lambda: saved(toy, file)) == []
    toy.change(uri, 3, "您,不行")
    assert codes(await toy.diagnostics(uri, 3)) == ["refusal.bare"]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a = [\n", 1, "TOML"),
        ("a = 1\nb = \n", 1, "TOML"),
        ('profile = "hotell"\n', 0, "hotel"),
        ('\n[rules]\n"refusal.bear" = "none"\n', 2, "refusal.bare"),
    ],
    ids=["unfinished", "no value", "no such profile", "no such rule"],
)
async def test_mistakes_in_settings_are_shown_where_they_are(
    toy: Editor, tmp_path: Path, text: str, line: int, part: str
) -> None:
    file = write(tmp_path, "keqi.toml", text)
    await toy.initialize(root=tmp_path)
    (problem,) = await toy.diagnostics(file.as_uri(), None)
    assert part in problem.message
    assert problem.range.start.line in (line, 0)
    assert len(await toy.diagnostics(await toy.open("不行"))) == 1
    assert len(toy.client.messages) == 1


async def test_a_broken_ignore_file_is_marked(toy: Editor, tmp_path: Path) -> None:
    file = write(tmp_path, ".keqi-ignore.json", '{"ignored": [\n{"fingerprint": "x"}]}')
    await toy.initialize(root=tmp_path)
    (problem,) = await toy.diagnostics(file.as_uri(), None)
    assert problem.range.start.line == 1
    assert await found(toy, tmp_path, "a.txt", "不行") == ["refusal.bare"]


def keep(folder: Path, name: str, **counts: int) -> Path:
    """A baseline of 不行 in a file, so many times, where nothing stands around it."""
    finding = Finding(0, 2, "refusal.bare", "refusal", "error", "")
    mark = fingerprint(finding, "不行")
    files = {f"{file}.txt": {mark: count} for file, count in counts.items()}
    return write(folder, name, json.dumps({"version": 1, "files": files}))


NAMED = 'baseline = "旧账.json"\n'


async def test_what_the_baseline_holds_is_not_shown(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", NAMED)
    keep(tmp_path, "旧账.json", a=1)
    await toy.initialize(root=tmp_path)
    assert await found(toy, tmp_path, "a.txt", "不行") == []
    assert await found(toy, tmp_path, "b.txt", "不行") == ["refusal.bare"]
    uri = await toy.open("不行\n\n不行\n\n没有", uri=(tmp_path / "里" / "a.txt").as_uri())
    assert codes(await toy.diagnostics(uri)) == ["refusal.bare", "refusal.bare", "refusal.none"]


async def test_one_more_than_the_baseline_holds_is_new(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", NAMED)
    keep(tmp_path, "旧账.json", a=1)
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行\n\n不行", uri=(tmp_path / "a.txt").as_uri())
    (shown,) = await toy.diagnostics(uri)
    assert shown.range.start.line == 2


async def test_a_baseline_that_nobody_names_counts_for_nothing(toy: Editor, tmp_path: Path) -> None:
    keep(tmp_path, ".keqi-baseline.json", a=1)
    await toy.initialize(root=tmp_path)
    assert await found(toy, tmp_path, "a.txt", "不行") == ["refusal.bare"]


async def test_fixing_all_leaves_alone_what_the_baseline_holds(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", NAMED)
    keep(tmp_path, "旧账.json", a=1)
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行\n\n你", uri=(tmp_path / "a.txt").as_uri())
    (action,) = await toy.actions(uri, (0, 0), (0, 0), ["source.fixAll.keqi"])
    assert action.edit is not None
    assert action.edit.changes is not None
    assert [edit.new_text for edit in action.edit.changes[uri]] == ["您"]


async def test_a_baseline_that_changes_is_read_again(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", NAMED)
    keep(tmp_path, "旧账.json")
    await toy.initialize(root=tmp_path)
    uri = await toy.open("不行", uri=(tmp_path / "a.txt").as_uri())
    assert codes(await toy.diagnostics(uri)) == ["refusal.bare"]
    file = keep(tmp_path, "旧账.json", a=1)
    assert await toy.next_published(uri, lambda: saved(toy, file)) == []


@pytest.mark.parametrize(
    ("text", "marked", "line", "part"),
    [
        (None, "keqi.toml", 1, "--baseline write"),
        ("{]", "旧账.json", 0, "旧账.json"),
        ('{"files": 7}', "旧账.json", 0, "旧账.json"),
    ],
    ids=["missing", "no JSON", "something else"],
)
async def test_a_baseline_of_no_use_is_marked_and_everything_shown(
    toy: Editor, tmp_path: Path, text: str | None, marked: str, line: int, part: str
) -> None:
    settings = write(tmp_path, "keqi.toml", "# 旧账\n" + NAMED)
    if text is not None:
        write(tmp_path, "旧账.json", text)
    await toy.initialize(root=tmp_path)
    (problem,) = await toy.diagnostics((tmp_path / marked).as_uri(), None)
    assert problem.range.start.line == line
    assert part in problem.message
    assert await found(toy, tmp_path, "a.txt", "不行") == ["refusal.bare"]
    settings.write_text("", encoding="utf-8")
    assert await toy.next_published((tmp_path / marked).as_uri(), lambda: saved(toy, settings)) == []


async def test_files_left_out_are_left_alone_in_the_editor_too(toy: Editor, tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", 'exclude = ["归档/**"]\n')
    await toy.initialize(root=tmp_path)
    assert await found(toy, tmp_path, "归档/a.txt", "不行") == []
    assert await found(toy, tmp_path, "a.txt", "不行") == ["refusal.bare"]


async def test_the_editor_is_asked_to_watch_the_files_that_decide(toy: Editor, tmp_path: Path) -> None:
    asked: list[types.Registration] = []

    @toy.client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        asked.extend(params.registrations)

    watch = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    workspace = types.WorkspaceClientCapabilities(did_change_watched_files=watch)
    await toy.initialize(types.ClientCapabilities(workspace=workspace), root=tmp_path)
    await toy.round_trip()
    (registration,) = asked
    assert "keqi.toml" in json.dumps(registration.register_options, default=str)
