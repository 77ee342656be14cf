"""Configurations for editors that are not run here: they parse, and start the server as it is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clients import ROOT
from keqi.adapters import cli_arguments
from keqi.adapters.lsp import settings
from keqi.render.messages import Messages

EDITORS = ROOT / "editors"


def lenient(file: Path) -> Any:
    """JSON with `//` comments, as Sublime Text and Zed read it. No string in these files holds `//`."""
    return json.loads(re.sub(r"//.*", "", file.read_text(encoding="utf-8")))


def strict(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def helix() -> list[str]:
    server = tomllib.loads((EDITORS / "helix/languages.toml").read_text(encoding="utf-8"))["language-server"][
        "keqi"
    ]
    return [server["command"], *server["args"]]


def sublime() -> list[str]:
    command: list[str] = lenient(EDITORS / "sublime/LSP.sublime-settings")["clients"]["keqi"]["command"]
    return command


def zed() -> list[str]:
    binary = lenient(EDITORS / "zed/settings.json")["lsp"]["keqi"]["binary"]
    return [binary["path"], *binary["arguments"]]


def jetbrains() -> list[str]:
    command: list[str] = strict(EDITORS / "jetbrains/template.json")["programArgs"]["default"].split()
    return command


@pytest.mark.parametrize("editor", [helix, sublime, zed, jetbrains])
def test_the_server_is_started_as_keqi_can_be_started(editor: Any) -> None:
    program, *arguments = editor()
    assert program == "keqi"
    assert cli_arguments.parse(arguments, Messages()).command == "lsp"


def test_every_language_of_helix_has_the_server() -> None:
    languages = tomllib.loads((EDITORS / "helix/languages.toml").read_text(encoding="utf-8"))["language"]
    assert languages and all("keqi" in language["language-servers"] for language in languages)


def test_jetbrains_patterns_have_languages() -> None:
    mappings = strict(EDITORS / "jetbrains/template.json")["fileTypeMappings"]
    assert {mapping["languageId"] for mapping in mappings} >= {"plaintext", "markdown", "json", "yaml"}
    assert all(mapping["fileType"]["patterns"] for mapping in mappings)
    assert strict(EDITORS / "jetbrains/initializationOptions.json") == {}


def test_zed_is_told_of_the_server_by_our_extension() -> None:
    extension = tomllib.loads((EDITORS / "zed/extension.toml").read_text(encoding="utf-8"))
    assert set(extension["language_servers"]) == {"keqi"}
    crate = tomllib.loads((EDITORS / "zed/Cargo.toml").read_text(encoding="utf-8"))
    assert crate["lib"]["crate-type"] == ["cdylib"]


@pytest.mark.parametrize(
    "file",
    [
        "neovim/keqi.lua",
        "neovim/keqi-0.7.lua",
        "helix/languages.toml",
        "sublime/LSP.sublime-settings",
        "zed/settings.json",
    ],
)
def test_the_settings_shown_in_comments_are_settings(file: str) -> None:
    text = (EDITORS / file).read_text(encoding="utf-8")
    shown = set(re.findall(r"\b(profile|locale|lexicon|debounceMs)\b", text))
    assert {"profile", "locale"} <= shown
    values = {"profile": "hotline", "locale": "en"}
    assert all(value in text for value in values.values())
    assert settings.read(values, settings.Settings())[1] == []
