"""`keqi phrases`: standard phrases on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

OWN = "scene: ours\ntitle: 本店\nphrases:\n  - title: 留货\n    text: 已经为您留了一件{商品}。\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A lexicon with one phrase."""
    (tmp_path / "词库/phrases").mkdir(parents=True)
    (tmp_path / "词库/phrases/a.yml").write_text(OWN, encoding="utf-8")
    return tmp_path / "词库"


def test_all_phrases_stand_under_their_scenes(keqi: Run) -> None:
    result = keqi("phrases")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[:2] == ["问候开场 (greeting)", "  [您好] 您好，请问有什么可以帮您？"]
    assert lines[-1].endswith("句（行业配置 general）。")


@pytest.mark.parametrize("word", ["waiting", "请客户等待", "qsd", "请稍等"])
def test_a_scene_or_a_word_or_pinyin_chooses(keqi: Run, word: str) -> None:
    out = keqi("phrases", word).out
    assert "  [请稍等] 请您稍等，我为您查询一下。\n" in out
    assert "问候开场" not in out


def test_the_profile_decides_what_may_be_said(keqi: Run, tmp_path: Path) -> None:
    assert "亲" not in keqi("phrases", "waiting").out
    assert "亲，麻烦" in keqi("phrases", "waiting", "--profile", "e-commerce").out
    (tmp_path / "keqi.toml").write_text('profile = "e-commerce"', encoding="utf-8")
    assert "亲，麻烦" in keqi("phrases", "waiting").out


def test_own_phrases_are_found_too(keqi: Run, own: Path) -> None:
    assert keqi("phrases", "lh", "--lexicon", own).out.startswith("本店 (ours)\n")


def test_programs_get_json(keqi: Run, own: Path) -> None:
    (one,) = json.loads(keqi("phrases", "本店", "--lexicon", own, "--format", "json").out)
    assert one == {
        "scene": "ours",
        "sceneTitle": "本店",
        "title": "留货",
        "text": "已经为您留了一件{商品}。",
        "placeholders": ["商品"],
        "tags": [],
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["xyzzy"], "没有找到与“xyzzy”有关的话术。"),
        (["--profile", "banc"], "没有叫“banc”的行业配置。是不是 bank？"),
        (["--lexicon", "nowhere"], "没有这个文件或文件夹"),
        (["--lang", "en", "xyzzy"], "No phrase for 'xyzzy'."),
    ],
    ids=["nothing found", "unknown profile", "no such folder", "in English"],
)
def test_what_cannot_be_done_is_told(keqi: Run, arguments: list[str], said: str) -> None:
    result = keqi("phrases", *arguments)
    assert result.status == 2
    assert said in result.err


def test_a_mistake_in_own_phrases_is_told_with_its_place(keqi: Run, own: Path) -> None:
    (own / "phrases/a.yml").write_text(OWN.replace("text:", "txt:"), encoding="utf-8")
    result = keqi("phrases", "--lexicon", own)
    assert result.status == 2
    assert "a.yml:5" in result.err
    assert "是不是想写 text?" in result.err
