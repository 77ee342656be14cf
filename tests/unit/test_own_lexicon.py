"""A user's own lexicon beside the shipped one, and the compiled copy in the cache."""

from __future__ import annotations

import stat
import sys

import pytest

import keqi
from keqi.adapters import lexicon_files

RULE = """\
category: refusal
rules:
  - id: refusal.our-shop
    title: 本店不接
    message: 换个说法。
    en: Say it differently.
    why: 生硬。
    find: [本店不接这一单]
    unsafe: [我为您问问店长]
    bad: ["[[本店不接这一单]]"]
    good: [好的]
"""


SHIPPED = {
    "words/a.yml": "硬不能: 不能 没法\n句尾: (吧|啊)?\n",
    "facts.yml": "引子:\n  scope: clause\n  find: [^您好$]\n致歉:\n  scope: reply\n  find: [抱歉]\n",
    "rules/refusal.yml": RULE.replace("our-shop", "bare").replace("本店不接这一单", "<硬不能>接<句尾>$")
    .replace('"[[<硬不能>接<句尾>$]]"', '"这单[[没法接啊]]"'),
} | {
    f"profiles/{name}.yml": f"id: {name}\ntitle: {name}\ndecisions: []\n"
    for name in ("general", "bank", "hotline", "e-commerce")
}  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """A cache folder of the test's own, and a small lexicon in the shipped one's place."""
    shipped = tmp_path_factory.mktemp("shipped")
    for name, text in SHIPPED.items():
        (shipped / name).parent.mkdir(exist_ok=True)
        (shipped / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(lexicon_files, "shipped_folder", lambda: shipped)
    folder = tmp_path_factory.mktemp("cache") / "keqi"
    monkeypatch.setenv("KEQI_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def own(tmp_path):
    return write(tmp_path / "mine", rules=RULE)


def write(folder, **texts):
    for name, text in texts.items():
        file = folder / name.replace("__", "/") / "own.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_own_rules_work_beside_the_shipped_ones(own):
    found = keqi.Linter(lexicon=[own]).check("没法接。本店不接这一单")
    assert {"refusal.our-shop", "refusal.bare"} <= {f.rule for f in found}


def test_a_single_file_is_a_lexicon_too(own):
    linter = keqi.Linter(lexicon=[own / "rules/own.yml"])
    assert linter.rule("refusal.our-shop")


def test_own_rules_may_use_shipped_word_classes_and_facts(tmp_path):
    rule = RULE.replace("[本店不接这一单]", "[本店不接<句尾>$]", 1).replace(
        "unsafe:", "unless: [致歉]\n    unsafe:"
    )
    rule = rule.replace("[[本店不接这一单]]", "[[本店不接啊]]")
    assert keqi.check_lexicon([write(tmp_path, rules=rule)]) == []


def test_own_rules_work_without_the_shipped_ones_whatever_profiles_decide_about_those(own):
    decision = "decisions: [{select: refusal.bare, level: none, because: 不管}]"
    (lexicon_files.shipped_folder() / "profiles/bank.yml").write_text(f"id: bank\ntitle: 银行\n{decision}\n")
    linter = keqi.Linter("bank", lexicon=[own], shipped=False)
    assert [f.rule for f in linter.check("没法接。本店不接这一单")] == ["refusal.our-shop"]


def test_an_own_profile_may_extend_a_shipped_one(tmp_path):
    profile = "id: ours\ntitle: 本店\nextends: e-commerce\ndecisions: []\n"
    assert keqi.Linter("ours", lexicon=[write(tmp_path, profiles=profile)]).profile == "ours"


def test_a_mistake_names_the_users_own_file(own):
    write(own, rules=RULE.replace("why:", "wyh:"))
    with pytest.raises(keqi.LexiconError) as caught:
        keqi.Linter(lexicon=[own])
    assert {p.file for p in caught.value.problems} == {str(own / "rules/own.yml")}
    assert str(own) in str(caught.value)


def test_a_folder_that_does_not_exist_is_a_mistake(tmp_path):
    with pytest.raises(keqi.LexiconError, match="missing"):
        keqi.Linter(lexicon=[tmp_path / "missing"])


def test_a_file_in_another_encoding_is_a_mistake_that_names_the_remedy(own):
    (own / "rules/own.yml").write_bytes(RULE.encode("gb18030"))
    with pytest.raises(keqi.LexiconError, match="UTF-8"):
        keqi.Linter(lexicon=[own])


def test_a_byte_order_mark_is_none(own):
    (own / "rules/own.yml").write_text(RULE, encoding="utf-8-sig")
    assert keqi.check_lexicon([own]) == []


@pytest.mark.parametrize("parent", ["words", "profiles"])
def test_the_path_above_the_folder_does_not_matter(tmp_path, parent):
    own = write(tmp_path / parent / "mine", rules=RULE)
    assert [str(p) for p in keqi.check_lexicon([own])] == []


@pytest.mark.parametrize(
    "texts", [{"rules": RULE.replace("refusal.our-shop", "refusal.bare")}, {"words": "硬不能: 不能够\n"}]
)
def test_a_name_taken_by_the_shipped_lexicon_is_the_users_mistake(tmp_path, texts):
    problems = keqi.check_lexicon([write(tmp_path, **texts)])
    assert problems
    assert {p.file for p in problems} == {str(tmp_path / next(iter(texts)) / "own.yml")}


class TestCache:
    def test_the_second_start_reads_the_compiled_copy(self, cache, monkeypatch):
        first = keqi.Linter()
        assert len(list(cache.glob("lexicon-*.json"))) == 1
        monkeypatch.setattr("keqi.compiler.compile_texts", None)
        assert [r.id for r in keqi.Linter().rules] == [r.id for r in first.rules]

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"rules": 1}', "\x00"])
    def test_a_broken_copy_is_made_anew(self, cache, text):
        rules = [r.id for r in keqi.Linter().rules]
        (copy,) = cache.glob("lexicon-*.json")
        copy.write_text(text, encoding="utf-8")
        assert [r.id for r in keqi.Linter().rules] == rules

    def test_a_changed_lexicon_has_a_copy_of_its_own(self, cache, own):
        keqi.Linter(lexicon=[own])
        write(own, rules=RULE.replace("本店不接这一单", "本店不做这一单"))
        assert keqi.Linter(lexicon=[own]).check("本店不做这一单")
        assert len(list(cache.glob("lexicon-*.json"))) == 2

    def test_copies_do_not_pile_up(self, cache, own):
        for number in range(12):
            write(own, rules=RULE.replace("换个说法", f"换个说法{number}"))
            keqi.Linter(lexicon=[own])
        assert len(list(cache.glob("lexicon-*.json"))) <= 9

    def test_no_cache_when_told_so(self, cache, monkeypatch, tmp_path):
        monkeypatch.setenv("KEQI_CACHE_DIR", "")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        assert keqi.Linter().check("没法接")
        assert not cache.exists() and not list(tmp_path.iterdir())

    def test_a_place_that_cannot_be_written_is_no_error(self, monkeypatch, tmp_path):
        (tmp_path / "file").write_text("", encoding="utf-8")
        monkeypatch.setenv("KEQI_CACHE_DIR", str(tmp_path / "file/keqi"))
        assert keqi.Linter().check("没法接")

    def test_nobody_else_can_look_into_it(self, cache):
        if sys.platform == "win32":
            pytest.skip("access rights work differently there")
        keqi.Linter()
        assert stat.S_IMODE(cache.stat().st_mode) == 0o700
        (copy,) = cache.glob("lexicon-*.json")
        assert stat.S_IMODE(copy.stat().st_mode) & 0o077 == 0


def test_a_lexicon_with_mistakes_is_not_cached(cache, own):
    write(own, rules=RULE.replace("why:", "wyh:"))
    for _ in range(2):
        with pytest.raises(keqi.LexiconError):
            keqi.Linter(lexicon=[own])
    assert not list(cache.glob("lexicon-*.json"))


class TestFromConfig:
    def test_reads_profile_and_lexicon_next_to_the_file(self, own):
        file = own.parent / "keqi.toml"
        file.write_text('profile = "hotline"\nlexicon = ["mine"]\n', encoding="utf-8")
        linter = keqi.Linter.from_config(file)
        assert linter.profile == "hotline"
        assert linter.rule("refusal.our-shop")

    def test_reads_its_table_in_pyproject(self, tmp_path):
        file = tmp_path / "pyproject.toml"
        file.write_text('[tool.keqi]\nprofile = "bank"\n[project]\nname = "x"\n', encoding="utf-8")
        assert keqi.Linter.from_config(str(file)).profile == "bank"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('profil = "bank"', "profile"),
            ("profile = 3", "profile"),
            ("lexicon = 3", "lexicon"),
            ('profile = "banc"', "bank"),
            ("profile = ", "TOML"),
            ('lexicon = ["missing"]', "missing"),
        ],
    )
    def test_a_setting_that_cannot_be_used_is_told(self, tmp_path, text, said):
        file = tmp_path / "keqi.toml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            keqi.Linter.from_config(file)
