"""How characters are typed, and the table behind it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keqi.adapters import phrasebook
from keqi.pinyin import reach, syllables
from keqi.pinyin_table import SYLLABLES

SCRIPT = Path(__file__).parents[2] / "lexicon/phrases/generate_pinyin.py"


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("qsd", 3),
        ("qingshaodeng", 3),
        ("qingsd", 3),
        ("qsdeng", 3),
        ("请稍等", 3),
        ("请sd", 3),
        ("q稍d", 3),
        ("qs", 2),
        ("qings", 2),
        ("qingsha", 2),
        ("qshd", 3),
        ("qin", 1),
        ("sd", None),
        ("qd", None),
        ("qsda", None),
        ("qsdx", None),
        ("QSD", None),
        ("qsdkb", None),
    ],
)
def test_letters_and_characters_stand_for_the_beginning_of_a_text(typed, end):
    assert reach("请稍等", 0, typed) == end


@pytest.mark.parametrize("typed", ["cq", "zq", "chongq", "zhongq", "chq"])
def test_a_character_with_two_readings_may_be_typed_either_way(typed):
    assert reach("重启", 0, typed) == 2


def test_other_characters_stand_for_themselves():
    assert reach("app更新", 0, "appgx") == 5
    assert reach("app更新", 0, "agx") is None


@pytest.mark.parametrize(
    ("char", "expected"), [("女", "nv"), ("略", "lue"), ("绿", "lv"), ("請", "qing"), ("谁", "shei")]
)
def test_syllables_are_as_one_types_them(char, expected):
    assert expected in syllables(char)


def test_the_table_holds_letters_and_single_characters_only():
    assert all(re.fullmatch("[a-z]{1,6}", syllable) for syllable in SYLLABLES)
    assert all(len(set(chars)) == len(chars) for chars in SYLLABLES.values())


def test_every_character_of_the_shipped_phrases_can_be_typed():
    written = set("".join(p.text + p.title + "".join(p.tags) for p in phrasebook.load()[0].phrases))
    assert [char for char in sorted(written) if "\u4e00" <= char <= "\u9fff" and not syllables(char)] == []


@pytest.mark.skipif(importlib.util.find_spec("pypinyin") is None, reason="pypinyin is not installed")
def test_the_table_is_what_its_script_makes():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], check=False)
    assert done.returncode == 0, "run python lexicon/phrases/generate_pinyin.py"
