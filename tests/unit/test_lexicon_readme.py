"""lexicon/README.md tells non-programmers the truth: its example works, its tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import keqi
from keqi import compiler, conditions, phrase_check, phrases
from keqi.adapters import lexicon_files, lexicons, phrasebook
from keqi.findings import LEVELS
from keqi.rules import CATEGORIES

README = (Path(__file__).parents[2] / "lexicon/README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.S)
(EXAMPLE,) = [block for block in BLOCKS if block.startswith("category:")]


@pytest.fixture
def own(tmp_path):
    """A folder of one's own with the README's example in it, as its steps say."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/refusal.yml").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def section(title):
    """The text under a heading, up to the next of the same rank."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.S | re.M)[1]


def names(text):
    """What stands in the first column of tables, between backquotes."""
    return {n for row in re.findall(r"^\| (`.*?) \|", text, re.M) for n in re.findall(r"`([^`]+)`", row)}


def test_the_example_passes_the_lexicon_check(own):
    assert [str(p) for p in keqi.check_lexicon([own])] == []


def test_the_example_flags_what_the_text_says(own):
    linter = keqi.Linter(lexicon=[own])
    rows = re.findall(r"^\|([^|`]*)\| ([^|`]+) \|$", section("一步一步写一条规则"), re.M)[1:]
    assert len(rows) == 3
    for bad, good in rows:
        if bad.strip():
            assert [f.rule for f in linter.check(bad)] == ["refusal.no-bargaining"]
        assert linter.check(good) == []


def test_every_key_is_explained():
    explained = names(section("条目里可以写的键")) | {"most", "at", "least", "say"}
    run = compiler._Compiler()
    known = set(run.COMMON) | {
        "in",
        "find",
        "when",
        "unless",
        "outside",
        "quoted",
        "word",
        "most",
        "at",
        "least",
        "say",
    }
    assert explained == known
    for kind in compiler.KINDS:
        assert f"`{kind}`" in README
    for level in LEVELS:
        assert f"`{level}`" in README


def test_every_category_is_named():
    listed = re.findall(r"`([a-z-]+)`", re.search(r"类别只能是这些：\n(.*)", README)[1])
    assert listed == list(CATEGORIES)


def test_every_condition_is_explained():
    facts = lexicons.load_with(())[0].facts
    rows = dict(re.findall(r"^\| `(\S+)` \| [^|]+ \| `(\w+)` \|$", section("条件"), re.M))
    assert rows == {name: fact.scope for name, fact in facts.items()}
    assert names(section("条件")) - set(rows) == set(conditions.PLACES)
    for scope in conditions.SCOPES:
        assert f"`{scope}`" in section("条件")


@pytest.mark.parametrize("notation", sorted(names(section("句式"))))
def test_every_notation_can_be_read(notation):
    def words(name):
        return keqi_pattern.Lit(name)

    from keqi import pattern as keqi_pattern

    assert keqi_pattern.parse(notation, words) is not None


def test_the_other_blocks_can_be_read():
    words = next(block for block in BLOCKS if block.startswith("硬不能"))
    profile = next(block for block in BLOCKS if block.startswith("id: toy-shop"))
    texts = lexicon_files.read_folder(lexicon_files.shipped_folder())
    texts["words/own.yml"] = words.replace("硬不能:", "我的不能:").replace("<硬不能>", "<我的不能>")
    texts["profiles/toy-shop.yml"] = profile
    found, problems = compiler.load(texts)
    assert problems == []
    assert found.profiles["toy-shop"].wording["致歉"] == "不好意思亲"


def test_every_key_of_phrases_is_explained_and_the_example_works(tmp_path):
    (block,) = [block for block in BLOCKS if block.startswith("scene:")]
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases/own.yml").write_text(block, encoding="utf-8")
    book, problems = phrasebook.load([tmp_path])
    assert problems == []
    assert phrase_check.verify(book, lexicons.load_with(())[0]) == []
    shop = phrasebook.finder([tmp_path], "e-commerce")
    assert shop.search("sbsl")[0].phrase.title == "送不上楼"
    assert len(shop.of_scene("our-delivery")) == 3
    assert names(section("常用话术")) == {*phrases.SCENE_KEYS, *phrases.PHRASE_KEYS}


@pytest.mark.parametrize("link", re.findall(r"\]\(#([^)]+)\)", README))
def test_the_contents_lead_somewhere(link):
    headings = [h.lower().replace(" ", "-") for h in re.findall(r"^##+ (.*)$", README, re.M)]
    assert link in headings


@pytest.mark.parametrize("reason", re.findall(r"^\| ([^|`]+) \| ", section("报错是什么意思"), re.M)[2:])
def test_error_messages_are_those_of_the_program(reason):
    package = Path(keqi.__file__).parent
    code = "".join(
        (package / f"{m}.py").read_text(encoding="utf-8")
        for m in ("compiler", "entries", "pattern", "selftest", "phrases", "phrase_check")
    )
    for one in reason.split("、"):
        part = max(re.split("……", one), key=len)
        assert part in code, part
