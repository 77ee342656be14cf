"""Compiled expressions on disk: they match as freshly compiled ones do, and anything odd is passed over."""

from __future__ import annotations

import marshal
import multiprocessing
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.adapters import expressions, lexicons, pool
from keqi.adapters.expressions import WORTH_SAVING, Expressions
from keqi.reply import Pattern

SHIPPED: list[Pattern] = [
    p for rule in lexicons.load_shipped().rules for p in rule.matcher.patterns if not p.foreign
]


def many(store: Expressions) -> list[str]:
    """Compile enough that saving is worth while."""
    made = [f"甲{{{n}}}(?P<事>乙|丙)$" for n in range(WORTH_SAVING)]
    for expression in made:
        store.compile(expression)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "深" / "expressions.bin"


def test_what_was_saved_is_found_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Expressions(file)
    made = many(first)
    first.save()
    second = Expressions(file)
    monkeypatch.setattr(re._parser, "parse", lambda *_: pytest.fail("compiled again"))  # type: ignore[attr-defined]
    for expression in made:
        pattern = second.compile(expression)
        assert (pattern.pattern, pattern.groupindex) == (expression, {"事": 1})
    assert second.compile(made[2]).search("甲甲丙")["事"] == "丙"  # type: ignore[index]


@pytest.mark.skipif(sys.platform != "linux", reason="only a fork inherits what the test has put in place")
def test_what_a_worker_has_compiled_is_kept(tmp_path: Path) -> None:
    def work() -> None:
        expressions._installed = None
        expressions.install(tmp_path)
        pool._start(None)
        assert expressions._installed is not None
        many(expressions._installed)

    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
    worker.join()
    assert [file.stat().st_size > 0 for file in tmp_path.iterdir()] == [True]


def test_few_new_ones_are_not_worth_writing(file: Path) -> None:
    store = Expressions(file)
    store.compile("甲")
    store.save()
    assert not file.exists()


@pytest.mark.parametrize("wrong", ["(", "a{2,1}", "(?P<事>甲)(?P<事>乙)"])
def test_a_wrong_expression_is_the_error_it_always_was(file: Path, wrong: str) -> None:
    with pytest.raises(re.error):
        Expressions(file).compile(wrong)


@pytest.mark.parametrize(
    "data",
    [b"", b"garbage", marshal.dumps({b"x": 1}), b"keqi expressions 1", b"keqi expressions 1\xff\xff\xff\xff"],
    ids=["empty", "garbage", "of an earlier version", "cut off", "of more than there is"],
)
def test_a_damaged_file_is_as_good_as_none(file: Path, data: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(data)
    assert Expressions(file).compile("甲+").fullmatch("甲甲")


def test_a_damaged_entry_is_compiled_anew(file: Path) -> None:
    store = Expressions(file)
    made = many(store)
    store.save()
    data = bytearray(file.read_bytes())
    data[len(data) // 2 :] = b"x" * (len(data) - len(data) // 2)
    file.write_bytes(data)
    again = Expressions(file)
    assert all(again.compile(expression).pattern == expression for expression in made)
    assert Expressions(file).compile(made[1]).search("甲丙")


def test_a_python_that_works_otherwise_compiles_as_usual(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(expression: str) -> None:
        raise AttributeError("_code")

    monkeypatch.setattr(expressions, "_compiled", missing)
    store = Expressions(file)
    assert store.compile("甲+").fullmatch("甲甲")
    store.save()
    assert not file.exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    store = Expressions(tmp_path / "x" / "expressions.bin")
    many(store)
    store.save()


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Expressions:
    file = tmp_path_factory.mktemp("cache") / "expressions.bin"
    store = Expressions(file)
    for pattern in SHIPPED:
        store.compile(pattern.expression)  # none needs the regex module, which cannot be kept
    store.save()
    return Expressions(file)


@given(st.sampled_from(SHIPPED), st.text("你您不行知道自己看去吗了的就怎么没有急等要,?", max_size=14))
@settings(max_examples=200, deadline=None)
def test_the_lexicons_expressions_match_alike(restored: Expressions, pattern: Pattern, text: str) -> None:
    fresh = re.compile(pattern.expression)
    kept = restored.compile(pattern.expression)
    assert (kept.flags, kept.groups, dict(kept.groupindex)) == (
        fresh.flags,
        fresh.groups,
        dict(fresh.groupindex),
    )
    assert [m.regs for m in kept.finditer(text)] == [m.regs for m in fresh.finditer(text)]
