"""Switching a rule off in keqi.toml: the rule is off, everything else is as it was, comments included."""

from __future__ import annotations

from pathlib import Path

import pytest

from keqi.adapters.lsp.toml_edits import turned_off
from keqi.adapters.settings import settings_in
from keqi.findings import apply_edits

RULE = "refusal.bare"
TOML, PYPROJECT = Path("/w/keqi.toml"), Path("/w/pyproject.toml")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", '[rules]\n"refusal.bare" = "none"\n'),
        (
            '# 我们的设置\nprofile = "hotel"  # 酒店\n',
            '# 我们的设置\nprofile = "hotel"  # 酒店\n\n[rules]\n"refusal.bare" = "none"\n',
        ),
        (
            '[rules]\npromise = "none" # 不管\n\n[[files]]\npath = "a"\n',
            '[rules]\n"refusal.bare" = "none"\npromise = "none" # 不管\n\n[[files]]\npath = "a"\n',
        ),
        ('[rules]\n"refusal.bare" = "error" # 严\n', '[rules]\n"refusal.bare" = "none" # 严\n'),
        ('[rules]\nrefusal.bare = "error"\n', '[rules]\nrefusal.bare = "none"\n'),
        ('rules = { promise = "none" }\n', 'rules = { "refusal.bare" = "none", promise = "none" }\n'),
        ("rules = {}\n", 'rules = {"refusal.bare" = "none" }\n'),
        ('rules.promise = "none"\n', 'rules."refusal.bare" = "none"\nrules.promise = "none"\n'),
        ('profile = "hotel"\r\n', 'profile = "hotel"\r\n\r\n[rules]\r\n"refusal.bare" = "none"\r\n'),
        ("[rules]", '[rules]\n"refusal.bare" = "none"\n'),
    ],
)
def test_a_rule_is_switched_off_where_levels_are_written(text: str, after: str) -> None:
    edit = turned_off(TOML, text, RULE)
    assert edit is not None
    assert apply_edits(text, [edit]) == after


def test_for_one_file_a_section_is_added() -> None:
    text = '[rules]\npromise = "none"\n'
    edit = turned_off(TOML, text, RULE, "售后/回复.csv")
    assert edit is not None
    after = apply_edits(text, [edit])
    assert after == text + '\n[[files]]\npath = "售后/回复.csv"\nrules = { "refusal.bare" = "none" }\n'
    settings, problems = settings_in(TOML, after)
    assert not problems
    assert settings.at("售后/回复.csv").rules == {"promise": "none", "refusal.bare": "none"}
    assert settings.at("售后/别的.csv").rules == {"promise": "none"}


@pytest.mark.parametrize("path", ["a.csv", "a[1].csv", "下载/a*?.csv"])
def test_a_file_is_meant_by_its_name_whatever_is_in_it(path: str) -> None:
    edit = turned_off(TOML, "", RULE, path)
    assert edit is not None
    settings, _ = settings_in(TOML, apply_edits("", [edit]))
    assert settings.at(path).rules == {RULE: "none"}
    assert settings.at(f"x/{path}").rules == {}


def test_in_a_pyproject_only_our_table_changes() -> None:
    text = '[project]\nname = "x"\n\n[tool.keqi]\nprofile = "hotel"\n\n[tool.other]\nrules = {}\n'
    edit = turned_off(PYPROJECT, text, RULE)
    assert edit is not None
    after = apply_edits(text, [edit])
    assert after == text + '\n[tool.keqi.rules]\n"refusal.bare" = "none"\n'


@pytest.mark.parametrize("text", ["rules = [", "unknown = 1\n", 'rules = "x"\n'])
def test_a_broken_file_is_left_alone(text: str) -> None:
    assert turned_off(TOML, text, RULE) is None
    assert turned_off(TOML, text, RULE, "a.csv") is None
