"""What is wrong in own lexicons, told without compiling the shipped rules: the same as loading tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from keqi.adapters import lexicon_files, lexicons
from keqi.adapters.lsp.checker import INSTALLED

RULE = """\
category: refusal
rules:
  - id: refusal.our-shop
    title: 本店不接
    message: 换个说法。
    en: Say it differently.
    why: 生硬。
    find: [本店不接这一单]
    bad: ["[[本店不接这一单]]"]
    good: [好的]
"""
PROFILE = "id: ours\ntitle: 本店\nextends: general\ndecisions:\n  - {select: refusal.bare, level: error, because: 店规}\n"
PHRASES = "scene: ours\ntitle: 本店\nphrases: [您好]\n"
SHIPPED = {
    "words/a.yml": "硬不能: 不能 没法\n",
    "rules/refusal.yml": RULE.replace("our-shop", "bare").replace("本店不接", "<硬不能>接")
    .replace('"[[<硬不能>接这一单]]"', '"[[没法接这一单]]"'),
    "profiles/general.yml": "id: general\ntitle: 通用\ndecisions: []\n",
}  # fmt: skip


def write(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_lexicon(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small lexicon in the shipped one's place."""
    folder = write(tmp_path_factory.mktemp("shipped"), SHIPPED)
    monkeypatch.setattr(lexicon_files, "shipped_folder", lambda: folder)
    monkeypatch.setenv("KEQI_CACHE_DIR", "")


def mistakes(
    folder: Path, shipped: bool = True, text_of: Callable[[Path], str | None] = lambda path: None
) -> list[str]:
    found = INSTALLED.mistakes((str(folder),), shipped, text_of)
    assert all(Path(problem.file) == path for path, problems in found.items() for problem in problems)
    return sorted(str(problem) for problems in found.values() for problem in problems)


@pytest.mark.parametrize("shipped", [True, False], ids=["beside the shipped rules", "alone"])
@pytest.mark.parametrize(
    "texts",
    [
        {"rules/a.yml": RULE},
        {"rules/a.yml": RULE.replace("find:", "fnd:")},
        {"rules/a.yml": RULE.replace("our-shop", "bare")},
        {"rules/a.yml": RULE.replace("本店不接", "<硬不能>接"), "words/b.yml": "硬不能: 别\n"},
        {"rules/a.yml": RULE.replace("find: [本店不接", "find: [<没有的>接")},
        {"rules/a.yml": RULE, "rules/b.yml": RULE},
        {"profiles/ours.yml": PROFILE},
        {"profiles/ours.yml": PROFILE.replace("refusal.bare", "refusal.bear")},
        {"profiles/ours.yml": PROFILE.replace("general", "shop")},
        {"rules/a.yml": "- 不是一张表\n"},
        {"rules/a.yml": "a: [\n"},
    ],
    ids=[
        *("flawless", "a key that there is not", "the id of a shipped rule", "the name of a shipped class"),
        *("a word class that there is not", "an id used twice", "a decision about a shipped rule"),
        *("a decision about no rule", "a profile that there is not", "a list", "no YAML"),
    ],
)
def test_what_is_told_is_what_loading_tells(tmp_path: Path, texts: dict[str, str], shipped: bool) -> None:
    folder = write(tmp_path, texts)
    _, problems = lexicons.load_with([folder], shipped)
    assert mistakes(folder, shipped) == sorted(map(str, problems))


def test_files_count_as_they_are_in_the_editor(tmp_path: Path) -> None:
    folder = write(tmp_path, {"rules/a.yml": RULE, "phrases/b.yml": PHRASES})
    assert mistakes(folder) == []
    typed = {folder / "rules/a.yml": "rulez: []", folder / "phrases/b.yml": "\ufeff" + PHRASES + "x: 1\n"}
    told = mistakes(folder, text_of=typed.get)
    assert {message.partition(" ")[0] for message in told} == {
        f"{folder}/phrases/b.yml:4:1",
        f"{folder}/rules/a.yml:1:1",
    }


def test_phrases_may_be_for_own_profiles(tmp_path: Path) -> None:
    texts = {"phrases/b.yml": "scene: ours\ntitle: 本店\nfor: [ours]\nphrases: [您好]\n"}
    assert len(mistakes(write(tmp_path, texts))) == 1
    assert mistakes(write(tmp_path, {"profiles/ours.yml": PROFILE})) == []


def test_a_file_that_is_no_utf_8_costs_itself(tmp_path: Path) -> None:
    folder = write(tmp_path, {"rules/a.yml": RULE.replace("find:", "fnd:")})
    (folder / "rules" / "b.yml").write_bytes("标题: 不".encode("gb18030"))
    wrong, unread = mistakes(folder)[:-1], mistakes(folder)[-1]
    assert unread == f"{folder}/rules/b.yml 词库文件不是 UTF-8 编码(请另存为 UTF-8)"
    assert wrong == mistakes(write(folder, {"rules/b.yml": RULE.replace("our-shop", "other")}))


def test_a_folder_that_does_not_exist_has_no_mistakes_in_it(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "missing") == []
