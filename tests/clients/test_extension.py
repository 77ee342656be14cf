"""The VS Code extension outside VS Code: its types, its own tests, and what is in the package."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from workbench import EXTENSION, packed

from clients import ROOT, missing, missing_for_extension

MANIFEST = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
PROPERTIES = MANIFEST["contributes"]["configuration"]["properties"]
READMES = (EXTENSION / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", ["check", "test"])
def test_types_and_unit_tests(needs: Any, script: str) -> None:
    needs([*missing("npm"), *missing_for_extension()])
    done = subprocess.run(
        ["npm", "run", "--silent", script], cwd=EXTENSION, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_holds_what_is_needed_and_no_more(needs: Any) -> None:
    needs([*missing("npm"), *missing_for_extension()])
    with zipfile.ZipFile(packed()) as package:
        files = {
            name.removeprefix("extension/") for name in package.namelist() if name.startswith("extension/")
        }
        licence = package.read("extension/LICENSE.txt")
    assert {name for name in files if not name.startswith("images/")} == {
        "dist/extension.js",
        "l10n/bundle.l10n.zh-cn.json",
        "LICENSE.txt",
        "package.json",
        "package.nls.json",
        "package.nls.zh-cn.json",
        "readme.md",
    }
    assert {"images/icon.png", "images/quick-fix.png"} <= files
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert not (EXTENSION / "LICENSE").exists(), "lent for packing only"


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_extension_offers_the_profiles_that_keqi_ships() -> None:
    offered = PROPERTIES["keqi.profile"]["anyOf"][0]["enum"]
    shipped = {file.stem for file in (ROOT / "lexicon" / "profiles").glob("*.yml")}
    assert set(offered) == shipped | {""}
    source = (EXTENSION / "src" / "profiles.ts").read_text(encoding="utf-8")
    assert set(re.findall(r'^  "([a-z-]+)",$', source, re.M)) == shipped


def test_the_types_of_vscode_are_those_of_the_oldest_version_supported() -> None:
    assert MANIFEST["engines"]["vscode"] == f"^{MANIFEST['devDependencies']['@types/vscode']}"


def test_the_readme_tells_of_every_setting_in_both_languages() -> None:
    for key in PROPERTIES:
        assert READMES.count(f"| `{key}` |") == 2, key


def test_the_readme_names_commands_as_the_editor_does() -> None:
    chinese, english = (
        json.loads((EXTENSION / name).read_text(encoding="utf-8"))
        for name in ("package.nls.zh-cn.json", "package.nls.json")
    )
    for command in MANIFEST["contributes"]["commands"]:
        key = command["title"].strip("%")
        assert chinese[key] in READMES and english[key] in READMES, key


def test_pictures_and_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", READMES):
        assert (EXTENSION / target).is_file(), target


def test_programs_and_servers_of_untrusted_workspaces_are_not_used() -> None:
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert set(trust["restrictedConfigurations"]) == {"keqi.path", "keqi.serverUrl", "keqi.lexicon"}


def test_versions_agree() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{MANIFEST["version"]}"' in project


def test_no_telemetry() -> None:
    sources = [file.read_text(encoding="utf-8") for file in Path(EXTENSION / "src").glob("*.ts")]
    assert not [word for word in ("createTelemetryLogger", "telemetry", "fetch(") if word in "".join(sources)]
