"""Checking only the reply that is typed in comes to the same as reading the whole document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.adapters.lsp.document import Change, opened
from keqi.adapters.lsp.examine import (
    MOST_FORMER,
    MOST_FORMER_SIZE,
    SHORT,
    difference,
    examine,
    is_too_large,
    repairs,
    retouched,
)
from keqi.adapters.lsp.resolver import Context
from keqi.adapters.settings import Project
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.settings import Settings
from keqi.suppress import Ignored, Suppressions, fingerprint
from keqi.text import Unit

PIECES = st.text(st.sampled_from("您不行好😀a1，。"), min_size=1, max_size=6)


class Finder:
    """Objects to every 不 and knows how often it was asked."""

    profiles = ("general",)
    selectors = ()

    def __init__(self) -> None:
        self.asked: list[str] = []

    def under(self, policy: object) -> Finder:
        return self

    def check(self, text: str, holes: object = (), spared: object = None) -> list[Finding]:
        self.asked.append(text)
        fix = lambda at: (Fix("可以", True, (Edit(at, at + 1, "可以"),)),)  # noqa: E731
        hits = [at for at, char in enumerate(text) if char == "不"]
        found = [Finding(at, at + 1, "refusal.bare", "refusal", "error", "不客气", fix(at)) for at in hits]
        return [f for f in found if spared is None or not spared.covers(f, text)]

    def fix(self, text: str, *args: object, **kwargs: object) -> str:
        return text.replace("不", "可以")

    def rule(self, id: str) -> None:
        return None


def context(finder: Finder, ignored: dict[str, Ignored] | None = None) -> Context:
    return Context(Settings(), finder, Suppressions(ignored or {}), Project(Settings(), Path("/w")))


def wrapped(format: str, replies: list[str]) -> str:
    if format == "csv":
        return "编号,回复内容\n" + "".join(f"{n},{reply}\n" for n, reply in enumerate(replies))
    if format == "json":
        return json.dumps([{"reply": reply} for reply in replies], ensure_ascii=False, indent=1)
    if format == "yaml":
        return "".join(f"- reply: {reply}\n" for reply in replies)
    if format == "markdown":
        return "# 话术\n\n" + "".join(f"- {reply}\n" for reply in replies)
    return ("\n\n" if format == "plain" else "\n").join(replies)


FORMATS = ("plain", "lines", "csv", "json", "yaml", "markdown")


@pytest.mark.parametrize("format", FORMATS)
@given(
    replies=st.lists(PIECES.map(lambda piece: f"您好{piece}请讲"), min_size=2, max_size=5),
    edits=st.lists(st.tuples(st.integers(0), st.integers(0, 3), PIECES | st.just("")), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_typing_inside_replies_finds_what_reading_everything_finds(format, replies, edits) -> None:
    finder = Finder()
    here, memo = context(finder), {}
    document = opened("untitled:1", "", 1, wrapped(format, replies))
    outcome = examine(document, here, lambda: format, memo)
    head = document.text.index("您")
    for version, (where, width, new) in enumerate(edits, 2):
        text = document.text
        start = head + where % (len(text) - head)
        document = opened("untitled:1", "", version, text[:start] + new + text[start + width :])
        after = retouched(outcome, document, here, memo)
        if after is None:
            return
        whole = examine(document, here, lambda: format, {})
        if whole.note is None and len(whole.parsed.segments) == len(outcome.parsed.segments):
            assert [f.span for f in after.findings] == [f.span for f in whole.findings]
            assert [f.fixes for f in after.findings] == [f.fixes for f in whole.findings]
        outcome = after


@pytest.mark.parametrize("format", FORMATS)
def test_a_letter_typed_asks_about_one_reply_only(format) -> None:
    finder = Finder()
    text = wrapped(format, [f"您好，第{n}条。" for n in range(400)])
    assert len(text) > SHORT
    here, memo = context(finder), {}
    document = opened("untitled:1", "", 1, text)
    before = examine(document, here, lambda: format, memo)
    count = len(finder.asked)
    at = text.index("第7条") + 1
    document = opened("untitled:1", "", 2, text[:at] + "不" + text[at:])
    after = examine(document, here, lambda: pytest.fail("read as a whole"), memo, before)
    assert finder.asked[count:] == ["您好，第不7条。"]
    assert [f.start for f in after.findings] == [at]
    again = examine(document, here, lambda: format, memo)
    assert len(finder.asked) == count + 1, "what is known is not checked again when all is read"
    assert repairs(again) == [Edit(at, at + 1, "可以")]


@pytest.mark.parametrize("format", ["draft", "plain", "lines"])
def test_a_short_text_without_syntax_is_read_as_a_whole_each_time(format) -> None:
    here, memo = context(Finder()), {}
    before = examine(opened("untitled:1", "", 1, "您好"), here, lambda: format, memo)
    after = examine(opened("untitled:1", "", 2, "您好不"), here, lambda: "transcript", memo, before)
    assert after.format == "transcript", "what is typed may make it another thing"
    assert not after.patches


def test_a_step_back_is_not_checked_again_and_not_everything_is_remembered_for_ever() -> None:
    finder = Finder()
    here, memo = context(finder), {}
    outcome = examine(opened("untitled:1", "", 1, "您好"), here, lambda: "draft", memo)
    for version in range(2, 3 * MOST_FORMER):
        text = "您好" if version % 2 else f"您好{version}"
        outcome = examine(opened("untitled:1", "", version, text), here, lambda: "draft", memo, outcome)
    assert finder.asked.count("您好") < 10
    assert len(memo) <= MOST_FORMER + 2


@pytest.mark.parametrize("format", ["draft", "lines"])
def test_of_a_long_reply_fewer_former_states_are_remembered(format) -> None:
    """A draft of a hundred pages, typed in all day, must not be kept as it was at each letter."""
    here, memo, text = context(Finder()), {}, "好" * MOST_FORMER_SIZE
    outcome = examine(opened("untitled:1", "", 1, text), here, lambda: format, memo)
    for version in range(2, 20):
        text = text[:9] + "您" + text[9:]
        outcome = examine(opened("untitled:1", "", version, text), here, lambda: format, memo, outcome)
    assert sum(len(reply) for reply, _ in memo) <= 4 * len(text)


def test_a_reply_whose_check_failed_is_checked_again_when_it_is_there_again() -> None:
    class Moody(Finder):
        def check(self, text: str, holes: object = (), spared: object = None) -> list[Finding]:
            if not self.asked:
                self.asked.append(text)
                raise RecursionError
            return super().check(text, holes, spared)

    here, memo = context(Moody()), {}
    document = opened("untitled:1", "", 1, "不行")
    assert examine(document, here, lambda: "draft", memo).crashes == ("RecursionError",)
    assert len(examine(document, here, lambda: "draft", memo).findings) == 1


def test_what_is_ignored_stays_so_while_somebody_types() -> None:
    finder = Finder()
    (found,) = finder.check("您好，不行")
    mark = fingerprint(found, "您好，不行")
    here, memo = context(finder, {mark: Ignored(mark)}), {}
    document = opened("untitled:1", "", 1, "您好，不行\n您好")
    before = examine(document, here, lambda: "lines", memo)
    assert before.findings == []
    after = examine(opened("untitled:1", "", 2, "您好，不行\n您好不"), here, lambda: "lines", memo, before)
    assert [f.start for f in after.findings] == [len("您好，不行\n您好")]


@pytest.mark.parametrize("new", ["\n", '"', ",", ":", "#", "\u2028", "\\", "<", "- "])
def test_what_may_mean_something_to_a_format_has_all_of_it_read(new) -> None:
    finder = Finder()
    here, memo = context(finder), {}
    before = examine(opened("untitled:1", "", 1, "您好请讲\n您好"), here, lambda: "lines", memo)
    document = opened("untitled:1", "", 2, f"您好{new}请讲\n您好")
    assert retouched(before, document, here, memo) is None


def test_one_crash_costs_one_reply() -> None:
    finder = Finder()
    check = finder.check
    finder.check = lambda text, *more: 1 / 0 if "崩" in text else check(text, *more)  # type: ignore
    document = opened("untitled:1", "", 1, "不行\n崩，不行\n不行")
    outcome = examine(document, context(finder), lambda: "lines", {})
    assert [f.start for f in outcome.findings] == [0, 8]
    assert outcome.crashes == ("ZeroDivisionError",)


@given(st.text(st.sampled_from("ab"), max_size=30), st.text(st.sampled_from("ab"), max_size=30))
def test_the_difference_turns_one_text_into_the_other(old, new) -> None:
    start, old_end, new_end = difference(old, new)
    assert apply_edits(old, [Edit(start, old_end, new[start:new_end])]) == new
    if old == new:
        assert start == old_end == new_end
    elif start < min(len(old), len(new)):
        assert old[start : start + 1] != new[start : start + 1]


def test_the_difference_of_long_texts_is_found_where_it_is() -> None:
    text = "好" * 100_000
    assert difference(text, text[:70_000] + "不" + text[70_000:]) == (70_000, 70_000, 70_001)


def test_a_document_is_too_large_by_its_bytes() -> None:
    assert is_too_large("好" * 6_666_667)
    assert not is_too_large("好" * 6_666_666)
    assert not is_too_large("a" * 20_000_000)


def test_an_edit_that_is_undone_leaves_nothing_behind() -> None:
    finder = Finder()
    here, memo = context(finder), {}
    first = opened("untitled:1", "", 1, "您好请讲\n您不好")
    before = examine(first, here, lambda: "lines", memo)
    second = first.changed(2, [Change("您好不请讲\n您不好")], Unit.UTF16)
    third = second.changed(3, [Change("您好请讲\n您不好")], Unit.UTF16)
    after = examine(second, here, lambda: "lines", memo, before)
    assert len(after.findings) == 2
    assert [f.start for f in examine(third, here, lambda: "lines", memo, after).findings] == [6]
