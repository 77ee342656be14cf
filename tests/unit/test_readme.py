"""The READMEs tell the truth: their Python runs, their commands and settings exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import keqi
from keqi.adapters import cli_arguments
from keqi.adapters.lsp import settings
from keqi.adapters.settings import read_settings
from keqi.formats import FORMATS
from keqi.render.messages import Messages
from keqi.rules import CATEGORIES

ROOT = Path(__file__).parents[2]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.en.md")}
both = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def commands(text):
    """Every `keqi …` in code, as arguments, with what stands before a pipe or behind a comment gone."""
    shown = "\n".join(
        [*blocks(text, "sh"), *re.findall(r"^\$ .*$", text, re.M), *re.findall(r"`(keqi [^`]*)`", text)]
    )
    for line in re.findall(r"(?:^|[\s|/])keqi [^#\n|>]*", shown):
        yield shlex.split(
            line.partition("keqi ")[2].replace("2", "") if "2>" in line else line.partition("keqi ")[2]
        )


@both
def test_the_python_runs_and_prints_what_is_shown(text):
    (code,), (shown,) = blocks(text, "python"), blocks(text, "text")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-"],
        input=code,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == shown, "run .ci/readme.py"


@both
def test_the_commands_exist(text):
    found = list(commands(text))
    assert len(found) >= 10
    for arguments in found:
        cli_arguments.parse([a for a in arguments if not re.fullmatch(r"ID|CATEGORY", a)], Messages())


@both
def test_make_targets_exist(text):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"make ([a-z]+)", text)) <= set(targets)


@both
def test_every_category_and_profile_is_named(text):
    named = set(re.findall(r"`([a-z-]+)`", text))
    assert set(CATEGORIES) <= named
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text.split("/profiles/")[1], re.M)) == set(
        keqi.Linter().profiles
    )


@both
def test_editor_settings_exist(text):
    (block,) = blocks(text, "json")
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    offered = manifest["contributes"]["configuration"]["properties"]
    assert set(json.loads(block)) <= set(offered)
    for key in settings._OWN:
        assert f"`{settings._camel(key)}`" in text


@both
def test_the_settings_file_can_be_read(text, tmp_path):
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    (tmp_path / "keqi.toml").write_text(block, encoding="utf-8")
    settings = read_settings(tmp_path / "keqi.toml")
    assert settings.profile == "e-commerce"
    (override,) = settings.files
    keqi.Linter(rules=settings.rules)
    assert settings.at(override.paths[0].replace("**", "a.csv")).profile == "hotline"


@both
def test_every_format_is_told_of(text):
    for known in FORMATS:
        assert not known.suffixes or f"`{known.suffixes[0]}`" in text, known.name


@both
def test_the_hooks_shown_are_those_there_are(text):
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        assert hook["id"] in text
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        assert yaml.safe_load(block)


@both
def test_links_lead_somewhere(text):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


@both
def test_rules_that_are_named_exist(text):
    for rule in re.findall(r"keqi rules ([a-z]+\.[a-z-]+)", text):
        assert keqi.Linter().rule(rule)


def test_both_languages_show_the_same_structure():
    counts = [{mark: text.count(mark) for mark in ("\n## ", "```", "\n| ")} for text in TEXTS.values()]
    assert counts[0] == counts[1]
