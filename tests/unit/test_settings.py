"""Settings: what a file may say, what is wrong in it, and what holds for one path."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import keqi
from keqi import Linter
from keqi.render import starter
from keqi.settings import KEYS, Settings, glob, read, schema


def said(text: str) -> Settings:
    settings, problems = read("keqi.toml", text, tomllib.loads(text))
    assert not problems
    return settings


def wrong(text: str) -> str:
    """The one problem in a settings file, as it is shown."""
    _, problems = read("keqi.toml", text, tomllib.loads(text))
    (problem,) = problems
    return str(problem)


def test_a_file_that_says_nothing_gives_the_defaults() -> None:
    assert said("") == Settings()


def test_every_setting_can_be_written_as_its_example_shows() -> None:
    for key in KEYS:
        settings = said(f"{key.name} = {key.example}")
        assert settings.origin(key.field) == "keqi.toml"


WRONG = [
    ("an unknown key, with the nearest", 'profil = "x"', "keqi.toml:1 [profil]", "是不是想写 profile"),
    ("the line is named", 'profile = "bank"\n\ncolums = ["a"]', "keqi.toml:3 [colums]", "columns"),
    ("a wrong type, with an example", "columns = true", "要写成表头或列号的列表", 'columns = ["标准答案"]'),
    (
        "a word that is not among the choices",
        'fail-level = "bad"',
        "不能是“bad”",
        "hint、info、warning、error",
    ),
    ("a level that is none", '[rules]\nrefusal = "loud"', "[rules]", "none、hint、info、warning、error"),
    ("a broken pattern", 'placeholders = ["(("]', "正则表达式", "@@"),
    ("a size that is none", 'max-size = "big"', "不是大小", "64MB"),
    ("a section without a path", '[[files]]\nprofile = "bank"', "files[1].path", '"售后/*.csv"'),
    (
        "a key that sections cannot have",
        '[[files]]\npath = "a"\nlexicon = ["x"]',
        "不认识的设置“lexicon”",
        "可用",
    ),
]


@pytest.mark.parametrize(("text", "place", "advice"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_mistake_is_named_with_place_and_remedy(text: str, place: str, advice: str) -> None:
    message = wrong(text)
    assert place in message
    assert advice in message


def test_the_rest_of_a_file_with_a_mistake_still_counts() -> None:
    settings, problems = read("k", "", {"profile": "bank", "nonsense": 1})
    assert settings.profile == "bank"
    assert len(problems) == 1


def test_levels_of_rules_may_be_written_quoted_or_not() -> None:
    quoted = said('[rules]\n"refusal.bare" = "none"\npromise = "error"\n"tag:口语" = false')
    assert quoted.rules == {"refusal.bare": "none", "promise": "error", "tag:口语": "none"}
    assert said('[rules]\nrefusal.bare = "off"').rules == {"refusal.bare": "none"}


SECTIONS = """
profile = "general"
rules = { promise = "none" }
columns = ["答案"]
[[files]]
path = ["售后/**", "*.md"]
profile = "e-commerce"
rules = { refusal = "warning" }
[[files]]
path = "售后/老客户.csv"
profile = "hotline"
"""


@pytest.mark.parametrize(
    ("path", "profile", "rules"),
    [
        ("a.csv", "general", {"promise": "none"}),
        ("深/处/说明.md", "e-commerce", {"promise": "none", "refusal": "warning"}),
        ("售后/深/a.csv", "e-commerce", {"promise": "none", "refusal": "warning"}),
        ("售后/老客户.csv", "hotline", {"promise": "none", "refusal": "warning"}),
    ],
)
def test_later_sections_win_and_levels_add_up(path: str, profile: str, rules: dict[str, str]) -> None:
    here = said(SECTIONS).at(path)
    assert (here.profile, here.rules, here.columns) == (profile, rules, ("答案",))


def test_who_decided_a_value_is_known() -> None:
    here = said(SECTIONS).at("售后/老客户.csv")
    assert here.origin("profile") == "keqi.toml [[files]] 售后/老客户.csv"
    assert here.origin("columns") == "keqi.toml"
    assert here.origin("format") == "默认"
    assert [layer.name for layer in here.layers] == ["keqi.toml", "keqi.toml [[files]] 售后/** *.md"]


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "深/处/a.csv", True),
        ("/*.csv", "深/a.csv", False),
        ("售后", "售后/深/a.csv", True),
        ("售后/*", "售后/a.csv", True),
        ("售后/*.csv", "售后/深/a.csv", False),
        ("售后/**", "售后/深/a.csv", True),
        ("**/旧/**", "一/旧/二.csv", True),
        ("**/旧/**", "旧/二.csv", True),
        ("a?.txt", "ab.txt", True),
        ("a[0-9].txt", "a7.txt", True),
        ("a.csv", "aXcsv", False),
    ],
)
def test_globs(pattern: str, path: str, hit: bool) -> None:
    assert (glob(pattern).fullmatch(path) is not None) is hit


def test_folders_are_searched_as_include_and_exclude_say() -> None:
    settings = said('include = ["话术/**"]\nexclude = ["*.bak.csv"]')
    wanted = [p for p in ("话术/a.csv", "话术/深/b.md", "话术/a.bak.csv", "c.csv") if settings.wants(p)]
    assert wanted == ["话术/a.csv", "话术/深/b.md"]


# -- schema and starter ---------------------------------------------------------------------------

VALIDATOR = Draft7Validator(schema(("refusal", "refusal.bare")))


def valid(text: str) -> bool:
    return not list(VALIDATOR.iter_errors(tomllib.loads(text)))


def test_the_schema_knows_what_the_reader_knows() -> None:
    Draft7Validator.check_schema(VALIDATOR.schema)
    assert valid(SECTIONS)
    for key in KEYS:
        assert valid(f"{key.name} = {key.example}"), key.name


@pytest.mark.parametrize("text", [w[1] for w in WRONG if "((" not in w[1]], ids=lambda t: t[:20])
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert not valid(text)


def uncommented(text: str) -> dict[str, Any]:
    """A starter file with every setting switched on."""
    lines = [re.sub(r"^# (?=[a-z-]+ = |\[\[)", "", line) for line in text.splitlines()]
    return tomllib.loads("\n".join(lines))


def test_the_starter_file_is_good_as_it_is_and_with_everything_switched_on() -> None:
    holdings = [
        starter.Holding("回复.csv", "csv", 3, ("答案",)),
        starter.Holding("怪.csv", "csv", 0),
        starter.Holding("短语.txt", "plain", 1, one_a_line=True),
    ]
    text = starter.render(holdings)
    settings = said(text)
    assert settings.profile == "general"
    assert settings.at("短语.txt").format == "lines"
    everything = uncommented(text)
    assert set(everything) == {*(key.name for key in KEYS), "files"}
    _, problems = read("keqi.toml", text, everything)
    assert not problems


# -- in force -------------------------------------------------------------------------------------


def linter(text: str) -> Linter:
    return Linter.from_policy(said(text).policy)


def test_a_level_set_by_the_project_holds_over_the_profile() -> None:
    draft = "这个不行"
    rule = Linter().check(draft)[0].rule
    off = linter(f'[rules]\n"{rule}" = "none"')
    assert rule not in [f.rule for f in off.check(draft)]
    mild = linter(f'[rules]\n"{rule}" = "info"')
    assert [f.severity for f in mild.check(draft) if f.rule == rule] == ["info"]
    assert mild.level(rule) == ("info", "keqi.toml")


def test_accepted_phrases_are_not_reported() -> None:
    draft = "您这边办不了。自己看说明"
    assert [f.start for f in Linter().check(draft)] == [0, 7]
    accepting = linter('accept = ["办不了"]')
    assert [f.start for f in accepting.check(draft)] == [7]
    assert "办不了" in accepting.fix(draft, unsafe=True)


def test_own_placeholders_are_no_prose() -> None:
    draft = "您好，@@不行@@ 已发货"
    plain = [f for f in Linter().check(draft) if "不行" in f.span.of(draft)]
    own = [f for f in linter("placeholders = ['@@[^@]+@@']").check(draft) if "不行" in f.span.of(draft)]
    assert not own
    assert len(own) <= len(plain)


@pytest.mark.parametrize(
    ("text", "hint"),
    [('[rules]\n"refusal.bar" = "none"', "refusal.bare"), ('profile = "e-comerce"', "e-commerce")],
)
def test_a_rule_or_profile_that_does_not_exist_is_an_error_with_a_suggestion(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        linter(text)


def test_the_schema_that_is_shipped_is_the_one_there_is() -> None:
    """`keqi config --schema > server/keqi/keqi.schema.json` writes it anew."""
    shipped = Path(keqi.__file__).parent / "keqi.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema(Linter().selectors)
