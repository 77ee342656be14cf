"""Settings from the editor, and own lexicon folders that change or break while the server runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from conftest import Editor


def configure(editor: Editor, settings: Any) -> None:
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))


def save(editor: Editor, file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    document = types.TextDocumentIdentifier(file.as_uri())
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))


def watched(editor: Editor, file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


def codes(diagnostics: list[types.Diagnostic]) -> list[int | str | None]:
    return [diagnostic.code for diagnostic in diagnostics]


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    folder = tmp_path / "词库"
    folder.mkdir()
    (folder / "own.yml").write_text("亲亲", encoding="utf-8")
    return folder


async def test_own_lexicon_folders_start_from_the_workspace(toy: Editor, lexicon: Path) -> None:
    await toy.initialize(options={"lexicon": ["词库"], "debounceMs": 0}, root=lexicon.parent)
    assert codes(await toy.diagnostics(await toy.open("亲亲不行"))) == ["own.word", "refusal.bare"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"profile": 7}, "keqi.profile"),
        ({"lexicon": "词库"}, "keqi.lexicon"),
        ({"lexicon": [1]}, "keqi.lexicon"),
        ({"debounceMs": "fast"}, "keqi.debounceMs"),
        ({"debounceMs": True}, "keqi.debounceMs"),
        ({"debounceMs": -1}, "keqi.debounceMs"),
        ({"locale": [1]}, "keqi.locale"),
        ("hotel", "keqi"),
    ],
)
async def test_a_setting_of_the_wrong_type_is_reported_and_the_default_kept(
    toy: Editor, options: Any, key: str
) -> None:
    await toy.initialize(options=options)
    assert len(await toy.diagnostics(await toy.open("不行"))) == 1
    (message,) = toy.client.messages
    if key != "keqi":
        assert key in message.message
    assert message.message.startswith("客气：")


async def test_complaints_are_english_where_the_settings_say_so(toy: Editor) -> None:
    await toy.initialize(options={"profile": 7, "locale": "en"})
    await toy.diagnostics(await toy.open("不行"))
    assert [m.message for m in toy.client.messages] == [
        "keqi: setting keqi.profile must be text; the old value is kept."
    ]


async def test_unknown_keys_and_null_say_nothing(toy: Editor) -> None:
    await toy.initialize(options={"trace": {"server": "off"}, "profile": None})
    await toy.diagnostics(await toy.open("不行"))
    assert not toy.client.messages


async def test_a_profile_that_does_not_exist_leaves_the_shipped_rules_in_force(toy: Editor) -> None:
    await toy.initialize(options={"profile": "nowhere"})
    assert len(await toy.diagnostics(await toy.open("不行"))) == 1
    (message,) = toy.client.messages
    assert "nowhere" in message.message


async def test_changed_settings_check_everything_again(toy: Editor, lexicon: Path) -> None:
    await toy.initialize(root=lexicon.parent)
    uri = await toy.open("亲亲")
    assert await toy.diagnostics(uri) == []
    found = await toy.next_published(uri, lambda: configure(toy, {"keqi": {"lexicon": ["词库"]}}))
    assert codes(found) == ["own.word"]
    assert await toy.next_published(uri, lambda: configure(toy, {"keqi": {}})) == []


async def test_settings_that_are_not_sent_are_asked_for(toy: Editor, lexicon: Path) -> None:
    able = types.WorkspaceClientCapabilities(configuration=True)
    await toy.initialize(types.ClientCapabilities(workspace=able))
    uri = await toy.open("亲亲")
    assert await toy.diagnostics(uri) == []
    toy.client.set_configuration({"keqi": {"lexicon": [str(lexicon)]}})
    assert codes(await toy.next_published(uri, lambda: configure(toy, None))) == ["own.word"]


@pytest.mark.parametrize("settings", [{}, {"keqi": None}, {"keqi": 7}, [], 7, "x"])
async def test_settings_that_say_nothing_change_nothing(toy: Editor, settings: Any) -> None:
    await toy.initialize()
    uri = await toy.open("不行")
    await toy.diagnostics(uri)
    configure(toy, settings)
    toy.change(uri, 2, "不行不行")
    assert len(await toy.diagnostics(uri, 2)) == 2


@pytest.mark.parametrize("tell", [save, watched])
async def test_a_changed_lexicon_is_loaded_again(toy: Editor, lexicon: Path, tell: Any) -> None:
    await toy.initialize(options={"lexicon": [str(lexicon)]})
    uri = await toy.open("亲亲宝宝")
    assert len(await toy.diagnostics(uri)) == 1
    found = await toy.next_published(uri, lambda: tell(toy, lexicon / "own.yml", "亲亲\n宝宝\n"))
    assert len(found) == 2


async def test_a_lexicon_broken_meanwhile_is_marked_and_the_last_good_one_kept(
    toy: Editor, lexicon: Path
) -> None:
    await toy.initialize(options={"lexicon": [str(lexicon)]})
    uri, file = await toy.open("亲亲"), lexicon / "own.yml"
    assert codes(await toy.diagnostics(uri)) == ["own.word"]

    (problem,) = await toy.next_published(file.as_uri(), lambda: save(toy, file, "亲亲\n坏了"))
    assert problem.range.start == types.Position(1, 0)
    assert problem.severity == types.DiagnosticSeverity.Error
    assert problem.message == "[own.word] 不认识的键（改成 好）"

    again = await toy.next_published(file.as_uri(), lambda: save(toy, file, "亲亲\n\n还是坏"))
    assert len(again) == 1
    assert len(toy.client.messages) == 1
    toy.change(uri, 2, "好,亲亲")
    assert codes(await toy.diagnostics(uri, 2)) == ["own.word"]

    assert await toy.next_published(file.as_uri(), lambda: save(toy, file, "宝宝")) == []
    toy.change(uri, 3, "宝宝")
    assert codes(await toy.diagnostics(uri, 3)) == ["own.word"]


async def test_a_lexicon_broken_from_the_start_leaves_the_shipped_rules_in_force(
    toy: Editor, lexicon: Path
) -> None:
    (lexicon / "own.yml").write_text("坏", encoding="utf-8")
    await toy.initialize(options={"lexicon": [str(lexicon)]})
    assert codes(await toy.diagnostics(await toy.open("不行亲亲"))) == ["refusal.bare"]
    assert len(toy.client.messages) == 1


async def test_a_lexicon_file_open_in_the_editor_shows_its_mistakes_and_no_findings(
    toy: Editor, lexicon: Path
) -> None:
    await toy.initialize(options={"lexicon": [str(lexicon)]})
    file = lexicon / "own.yml"
    uri = await toy.open("不行\n坏了", uri=file.as_uri(), language="yaml")
    (problem,) = await toy.shown(uri)
    assert problem.range == types.Range(types.Position(1, 0), types.Position(1, 2))
    assert file.read_text(encoding="utf-8") == "亲亲", "not saved yet"
    toy.change(uri, 2, (0, 0, 0, 0, "\n"))
    assert (await toy.shown(uri, lambda shown: bool(shown) and shown[0].range.start.line == 2)) != []
    toy.change(uri, 3, "不行")
    assert await toy.shown(uri, lambda shown: not shown) == []
    assert not toy.client.messages, "one sees it where one types"


async def test_what_is_typed_in_a_lexicon_counts_for_nothing_once_the_file_is_closed(
    toy: Editor, lexicon: Path
) -> None:
    await toy.initialize(options={"lexicon": [str(lexicon)]})
    uri = await toy.open("坏了", uri=(lexicon / "own.yml").as_uri(), language="yaml")
    await toy.shown(uri)
    toy.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await toy.shown(uri, lambda shown: not shown) == []


async def test_the_client_is_asked_to_watch_the_lexicon(toy: Editor, lexicon: Path) -> None:
    asked: list[types.Registration] = []

    @toy.client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        asked.extend(params.registrations)

    watch = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=True, relative_pattern_support=True
    )
    workspace = types.WorkspaceClientCapabilities(did_change_watched_files=watch)
    await toy.initialize(types.ClientCapabilities(workspace=workspace), options={"lexicon": [str(lexicon)]})
    await toy.round_trip()
    (registration,) = asked
    assert registration.method == "workspace/didChangeWatchedFiles"
