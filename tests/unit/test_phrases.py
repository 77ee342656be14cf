"""Standard phrases: reading their files, what is told about mistakes, gaps, and the shipped ones."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keqi
from keqi import phrase_check, phrases
from keqi.adapters import lexicon_files, lexicons, phrasebook
from keqi.fold import to_simplified, to_traditional
from keqi.phrases import Gap, gap_mistake, parts, snippet

PROFILES = {
    "profiles/general.yml": "id: general\ntitle: 通用\ndecisions: []\n",
    "profiles/hotline.yml": "id: hotline\ntitle: 热线\nextends: general\ndecisions: []\n",
    "profiles/bank.yml": "id: bank\ntitle: 银行\nextends: hotline\ndecisions: []\n",
    "profiles/e-commerce.yml": "id: e-commerce\ntitle: 网店\nextends: general\ndecisions: []\n",
}
WAITING = """\
scene: waiting
title: 请客户等待
order: 30
phrases:
  - 请您稍等，我查一下订单{订单号}。
  - title: 亲稍等
    text: 亲，稍等哦。
    tags: [催, 等]
    only: [e-commerce]
  - title: 久等
    text: 让您久等了。
    not: [hotline]
"""


def load(**texts):
    """The book of these files, which has no problems."""
    book, problems = phrases.load({f"phrases/{name}.yml": text for name, text in texts.items()}, PROFILES)
    assert [str(p) for p in problems] == []
    return book


def problems(text):
    """What is told about one file, as line and reason."""
    _, found = phrases.load({"phrases/x.yml": text}, PROFILES)
    assert {p.file for p in found} <= {"phrases/x.yml"}
    return [(p.line, p.reason) for p in found]


class TestReading:
    def test_an_item_is_a_sentence_or_more_about_it(self):
        plain, shop, long = load(waiting=WAITING).phrases
        assert (plain.text, plain.title, plain.line) == ("请您稍等，我查一下订单{订单号}。", "", 5)
        assert (shop.text, shop.title, shop.tags, shop.only) == (
            "亲，稍等哦。", "亲稍等", ("催", "等"), ("e-commerce",),
        )  # fmt: skip
        assert (long.without, long.scene.id, long.scene.title) == (("hotline",), "waiting", "请客户等待")

    def test_scenes_come_in_their_order_not_in_that_of_files(self):
        late = "scene: a\ntitle: 甲\nphrases: [好的。]\n"
        early = "scene: z\ntitle: 乙\norder: 1\nphrases: [您好。]\n"
        assert [s.id for s in load(a=late, b=early).scenes] == ["z", "a"]

    def test_a_second_file_adds_to_a_scene_without_repeating_what_it_is(self):
        book = load(a=WAITING, b="scene: waiting\nphrases: [请您坐一会儿。]\n")
        assert [s.title for s in book.scenes] == ["请客户等待"]
        assert len(book.phrases) == 4

    def test_a_phrase_in_traditional_characters_is_known_as_such(self):
        book = load(a="scene: tw\ntitle: 台灣\nphrases: [請您稍候。, 您好。]\n")
        assert [p.traditional for p in book.phrases] == [True, False]


class TestProfiles:
    @pytest.mark.parametrize(
        ("profile", "said"),
        [
            ("general", ["请您稍等，我查一下订单{订单号}。", "让您久等了。"]),
            ("e-commerce", ["请您稍等，我查一下订单{订单号}。", "亲，稍等哦。", "让您久等了。"]),
            ("bank", ["请您稍等，我查一下订单{订单号}。"]),
            ("unheard-of", ["请您稍等，我查一下订单{订单号}。", "让您久等了。"]),
        ],
    )
    def test_only_and_not_hold_for_profiles_and_those_that_extend_them(self, profile, said):
        assert [p.text for p in load(waiting=WAITING).under(profile)] == said

    def test_a_profile_that_extends_itself_does_no_harm(self):
        loop = {"profiles/a.yml": "id: a\nextends: b\n", "profiles/b.yml": "id: b\nextends: a\n"}
        book, _ = phrases.load({}, loop)
        assert book.lineage("a") == ("a", "b")


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "line", "reason"),
        [
            ("title: 等\nphrases: [好的。]\n", 1, "缺少这个键"),
            ("scene: a\nphrases: [好的。]\n", 1, "缺少这个键"),
            ("scene: a\ntitle: 等\n", 1, "缺少这个键"),
            ("scene: 等待\ntitle: 等\nphrases: [好的。]\n", 1, "编号不合规格"),
            ("scene: a\ntitle: 等\norder: 早\nphrases: [好的。]\n", 3, "这里要写一个数"),
            ("scene: a\ntitle: 等\nphrase: [好的。]\nphrases: [好的。]\n", 3, "不认识的键"),
            ("scene: a\ntitle: 等\nfor: [shop]\nphrases: [好的。]\n", 3, "没有叫“shop”的行业配置"),
            ("scene: a\ntitle: 等\nphrases:\n  - text: 好\n    only: [shop]\n", 5, "没有叫“shop”的行业配置"),
            ("scene: a\ntitle: 等\nphrases:\n  - title: 好\n", 4, "缺少这个键"),
            ("scene: a\ntitle: 等\nphrases:\n  - 好的。\n  - \n", 5, "这里不能空着"),
            ("scene: a\ntitle: 等\nphrases:\n  - [好的。]\n", 4, "这里要写一句话，或者 title/text"),
            ("scene: a\ntitle: 等\nphrases:\n  - {姓名}您好\n", 4, "YAML 写法不对"),
            ("scene: a\ntitle: 等\nphrases:\n  - 订单{}已发。\n", 4, "占位符没有名字"),
            ("scene: a\ntitle: 等\nphrases:\n  - 订单{订单号已发。\n", 4, "花括号不成对"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_a_mistake_is_told_with_its_line(self, text, line, reason):
        assert problems(text) == [(line, reason)]

    def test_the_other_phrases_still_work(self):
        book, found = phrases.load(
            {"phrases/x.yml": "scene: a\ntitle: 等\nphrases:\n  - 订单{}。\n  - 好的。\n"}, PROFILES
        )
        assert [p.text for p in book.phrases] == ["好的。"]
        assert len(found) == 1

    def test_without_any_profile_names_of_profiles_are_not_judged(self):
        book, found = phrases.load({"phrases/waiting.yml": WAITING}, {})
        assert (len(book.phrases), found) == (3, [])


class TestGaps:
    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("请您稍等。", "请您稍等。"),
            ("订单{订单号}已发。", "订单${1:订单号}已发。"),
            ("{甲}和{乙}，再说{甲}", "${1:甲}和${2:乙}，再说${1:甲}"),
            ("一共$5，路径C:\\a", "一共\\$5，路径C:\\\\a"),
            ("{{ticket.id}}和${name}", "{{ticket.id\\}\\}和\\${name\\}"),
            ("#{x}{单号}", "#{x\\}${1:单号}"),
            ("{a$b}", "${1:a\\$b}"),
        ],
    )
    def test_a_snippet_has_tab_stops_for_gaps_and_escapes_the_rest(self, text, made):
        assert snippet(text) == made

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("订单{订单号}", None),
            ("{{订单号}}", None),
            ("${订单号}", None),
            ("订单{}", "占位符没有名字"),
            ("订单{ }", "占位符没有名字"),
            ("订单{ 号}", "占位符的名字不合适： 号"),
            ("订单{号", "花括号不成对"),
            ("订单号}", "花括号不成对"),
            ("订单｛订单号｝", "占位符要用半角花括号"),
            ("{" + "长" * 21 + "}", "占位符的名字不合适：" + "长" * 21),
        ],
    )
    def test_gaps_are_well_formed(self, text, said):
        found = gap_mistake(text)
        assert (found[0] if found else None) == said

    @settings(max_examples=150)
    @given(st.text(alphabet="{}$#\\你好a1 \n", max_size=30))
    def test_the_parts_of_a_text_are_the_whole_text(self, text):
        assert "".join(f"{{{p.name}}}" if isinstance(p, Gap) else p for p in parts(text)) == text

    @settings(max_examples=150)
    @given(st.text(alphabet="{}$#\\你好a1 \n", max_size=30))
    def test_an_editor_reads_a_snippet_back_as_the_text_with_the_names_in_its_gaps(self, text):
        shown = "".join(p.name if isinstance(p, Gap) else p for p in parts(text))
        assert read_back(snippet(text)) == shown


def read_back(made):
    """What an editor shows for a snippet, by LSP's grammar: tab stops with plain defaults, escapes."""
    token = re.compile(r"\\([\\$}])|\$\{\d+:((?:\\[\\$}]|[^\\$}])*)\}|([^\\$])")
    shown, at = [], 0
    while at < len(made):
        found = token.match(made, at)
        assert found is not None, f"no snippet: {made[at:]!r}"
        escaped, default, char = found.groups()
        shown.append(escaped or char or re.sub(r"\\([\\$}])", r"\1", default))
        at = found.end()
    return "".join(shown)


# -- checking ---------------------------------------------------------------------------------------


RULE = """\
category: {category}
rules:
  - id: {category}.test
    title: 试
    level: {level}
    message: 换个说法。
    en: Say it differently.
    why: 生硬。
    find: [{say}]
    unsafe: [好的]
    bad: ["[[{say}]]"]
    good: [您好]
"""
SMALL = {
    **PROFILES,
    "profiles/hotline.yml": PROFILES["profiles/hotline.yml"].replace(
        "decisions: []", "decisions: [{select: address.test, level: warning, because: 庄重}]"
    ),
    "rules/refusal.yml": RULE.format(category="refusal", level="error", say="不行"),
    "rules/address.yml": RULE.format(category="address", level="none", say="亲亲"),
    "phrases/waiting.yml": "scene: waiting\ntitle: 等待\nphrases: [请您稍等，我为您查询一下。]\n",
}
"""A lexicon in the shipped one's place: 不行 is wrong everywhere, 亲亲 on hotlines and in what extends them."""


def write(folder, texts):
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def small(tmp_path_factory, monkeypatch):
    """Runs the test on the small lexicon."""
    shipped = tmp_path_factory.mktemp("shipped")
    write(shipped, SMALL)
    monkeypatch.setattr(lexicon_files, "shipped_folder", lambda: shipped)
    monkeypatch.setenv("KEQI_CACHE_DIR", "")


@pytest.mark.usefixtures("small")
class TestChecking:
    @pytest.fixture
    def check(self, tmp_path):
        """What `keqi lexicon check` tells about a folder with this file of phrases, as texts."""

        def checked(text):
            write(tmp_path, {"phrases/own.yml": text})
            return [str(p) for p in keqi.check_lexicon([tmp_path])]

        return checked

    def test_own_phrases_that_are_fine(self, check):
        assert check("scene: ours\ntitle: 本店\nphrases:\n  - 请您稍等，我去看看{商品}。\n") == []

    def test_a_phrase_that_the_linter_would_flag(self, check):
        (said,) = check("scene: ours\ntitle: 本店\nphrases:\n  - 这个不行。\n")
        assert "own.yml:4" in said
        assert "refusal.test“不行”" in said

    def test_a_phrase_is_judged_in_the_profiles_where_it_may_be_said(self, check):
        dear = "scene: ours\ntitle: 本店\nphrases:\n  - text: 亲亲，请您稍等哦。\n"
        (said,) = check(dear)
        assert re.search("address.test“亲亲”（(bank、hotline|hotline、bank)）", said)
        assert check(dear + "    only: [e-commerce]\n") == []

    def test_a_phrase_that_is_there_already(self, check):
        (said,) = check("scene: ours\ntitle: 本店\nphrases:\n  - 请您稍等，我为您查询一下.\n")
        assert "waiting.yml" in said

    def test_a_broken_file_of_phrases_does_not_stop_the_linter(self, check, tmp_path):
        (said,) = check("scene: [\n")
        assert "YAML" in said
        assert keqi.Linter(lexicon=[tmp_path]).check("不行")

    def test_a_single_file_can_be_checked(self, check, tmp_path):
        check("scene: ours\ntitle: 本店\nphrases:\n  - 这个不行。\n")
        assert len(keqi.check_lexicon([tmp_path / "phrases/own.yml"])) == 1


@pytest.mark.usefixtures("small")
class TestFolders:
    def test_own_phrases_come_with_the_shipped_ones(self, tmp_path):
        write(tmp_path, {"phrases/x.yml": "scene: ours\ntitle: 本店\nphrases: [好的。]\n"})
        shipped, own = phrasebook.load()[0], phrasebook.load([tmp_path])[0]
        assert len(own.phrases) == len(shipped.phrases) + 1

    def test_a_changed_file_is_read_again(self, tmp_path):
        for text in ("好的。", "好的，谢谢您。"):
            write(tmp_path, {"phrases/x.yml": f"scene: ours\ntitle: 本店\nphrases: [{text}]\n"})
            assert [h.phrase.text for h in phrasebook.finder([tmp_path], "general").search("本店")] == [text]

    def test_a_file_in_another_encoding_is_told(self, tmp_path):
        (tmp_path / "phrases").mkdir()
        (tmp_path / "phrases/x.yml").write_bytes("scene: 等".encode("gb18030"))
        _, found = phrasebook.load([tmp_path])
        assert [p.reason for p in found] == ["词库文件不是 UTF-8 编码"]

    def test_a_folder_without_phrases_or_that_is_not_there_holds_none(self, tmp_path):
        assert phrasebook.load([tmp_path, tmp_path / "missing"]) == phrasebook.load()

    def test_rules_are_not_looked_for_among_phrases(self):
        names = lexicon_files.read_folder(lexicon_files.shipped_folder())
        assert {n.split("/")[0] for n in names} == {"profiles", "rules"}


# -- the shipped phrases ----------------------------------------------------------------------------

BOOK, PROBLEMS = phrasebook.load()
FILES = sorted((lexicon_files.shipped_folder() / "phrases").glob("*.yml"))


class TestShipped:
    def test_nothing_is_wrong_with_the_files(self):
        assert [str(p) for p in PROBLEMS] == []

    def test_no_phrase_is_flagged_where_it_may_be_said_and_none_is_there_twice(self):
        lexicon = lexicons.load_with(())[0]
        assert [str(p) for p in phrase_check.verify(BOOK, lexicon)] == []

    def test_there_are_enough_for_the_scenes_that_were_asked_for(self):
        count = Counter(p.scene.id for p in BOOK.phrases)
        wanted = [
            "greeting",
            "waiting",
            "apology",
            "refusal",
            "refund",
            "delivery",
            "complaint",
            "thanks",
            "closing",
        ]
        assert sum(count.values()) >= 200
        assert all(count[scene] >= 10 for scene in wanted)

    def test_every_scene_is_a_file_of_its_name(self):
        assert [f.stem for f in FILES] == sorted(s.id for s in BOOK.scenes)

    def test_a_title_means_one_phrase_of_its_scene(self):
        assert not [k for k, n in Counter((p.scene.id, p.title) for p in BOOK.phrases).items() if n > 1]

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
    def test_a_file_is_tidy(self, file):
        text = file.read_bytes().decode()
        assert text.endswith("\n")
        assert not re.search(r"[\t\r\u200b\ufeff]|[ ]$", text, re.M)

    def test_they_are_sentences_with_full_width_punctuation(self):
        wrong = [p.text for p in BOOK.phrases if re.search("[,!?;:]|[^。？！]$", p.text)]
        assert wrong == []

    def test_only_shops_say_dear(self):
        dear = [p for p in BOOK.phrases if re.search("亲(?!自|属|友|肤)", p.text)]
        assert dear
        assert {p.only for p in dear} == {("e-commerce",)}

    @pytest.mark.parametrize("profile", keqi.Linter().profiles)
    def test_put_into_traditional_characters_they_are_as_clean(self, profile):
        linter = keqi.Linter(profile)
        said = [to_traditional(p.text, "tw") for p in BOOK.under(profile) if not p.traditional]
        assert [text for text in said if linter.check(text)] == []
        assert all("{" not in to_simplified(re.sub(r"\{[^{}]+\}", "", text)) for text in said)
