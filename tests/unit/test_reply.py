"""A reply taken apart: clauses, sentences, quotations, places, and what it already says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi import conditions, pattern
from keqi.demands import required_literals
from keqi.fold import fold
from keqi.reply import MAX_UNIT, Pattern, Reply, together
from keqi.scan import Scanner


def make(source, unit="clause"):
    tree = pattern.parse(source, lambda name: (_ for _ in ()).throw(KeyError(name)))
    literals = required_literals(tree) or frozenset()
    expression, groups = pattern.with_distinct_groups(pattern.to_regex(tree))
    return Pattern(source, expression, unit, (together(literals),), slots=tuple(groups))


FACTS = {
    "引子": conditions.Fact("引子", "clause", (make("^(您好|亲|好的)$"),)),
    "致歉": conditions.Fact("致歉", "reply", (make("(抱歉|对不起)"),)),
    "缘由": conditions.Fact("缘由", "sentence", (make("(因为|由于)"),)),
}


def read(text, *patterns):
    view = fold(text)
    wanted = [*patterns, *(p for f in FACTS.values() for p in f.patterns)]
    return Reply(view, Scanner(wanted), FACTS)


def one(text, source, unit="clause"):
    """The reply and the only match of the pattern in it."""
    made = make(source, unit)
    reply = read(text, made)
    (found,) = reply.find(made)
    return reply, found


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("……", []),
        ("您好", ["您好"]),
        ("您好，这个不行。谢谢！", ["您好", "这个不行", "谢谢"]),
        ("您好,这个不行", ["您好", "这个不行"]),
        ("红、黄、蓝", ["红", "黄", "蓝"]),
        ("您好 请讲", ["您好", "请讲"]),
        ("Apple ID 不能改", ["apple id 不能改"]),
        ("好的😀不行", ["好的", "不行"]),
        ("好的[微笑]不行", ["好的", "不行"]),
        ("好~不行的", ["好", "不行的"]),
        ("一\n二\r\n三", ["一", "二", "三"]),
        ("您说“不行”吗", ["您说", "不行", "吗"]),
        ("(不行)", ["不行"]),
        ("等等——不行", ["等等", "不行"]),
        ("3.5 米", ["3.5 米"]),
        ("  不行  ", ["不行"]),
    ],
)
def test_clauses(text, clauses):
    reply = read(text)
    assert [reply.text[c.start : c.end] for c in reply.clauses] == clauses
    assert [c.number for c in reply.clauses] == list(range(len(clauses)))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("您好，这个不行。谢谢！", [("您好,这个不行", "。"), ("谢谢", "!")]),
        ("行吗？不行", [("行吗", "?"), ("不行", "")]),
        ("一；二", [("一", ";"), ("二", "")]),
        ("一\n二", [("一", "\n"), ("二", "")]),
        ("好的😀不行。", [("好的😀不行", "。")]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    reply = read(text)
    assert [(reply.text[s.start : s.end], s.mark) for s in reply.sentences] == sentences


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("您说的“不行”是", ["“不行”"]),
        ("请看《你好，李焕英》", ["《你好,李焕英》"]),
        ("页面写「不行」和『没有』", ["「不行」", "『没有』"]),
        ('显示"不行"吗', ['"不行"']),
        ("写着‘不行’", ["‘不行’"]),
        ("“不行”", []),
        ("“不行。”", []),
        ("没有引号", []),
        ("半个“引号", []),
        ('身高5"和6"以上', ['"和6"']),
    ],
)
def test_quotations(text, quotations):
    reply = read(text)
    assert [q.of(reply.text) for q in reply.quotations] == quotations


def test_what_lies_inside_a_quotation_is_quoted():
    reply, found = one("您说“真不行”我知道", "不行")
    assert reply.quoted(found.start, found.end)
    assert not reply.quoted(found.start, found.end + 3)


class TestFinding:
    def test_a_pattern_sees_one_clause_at_a_time(self):
        made = make("^不行$")
        assert [f.start for f in read("不行，真不行，不行", made).find(made)] == [0, 7]

    def test_or_one_sentence(self):
        made = make("您好[,、]不行$", "sentence")
        assert len(read("您好，不行。您好。不行", made).find(made)) == 1

    def test_or_the_whole_reply(self):
        made = make("您好.*。不行$", "reply")
        assert len(read("您好。不行", made).find(made)) == 1

    @pytest.mark.parametrize("unit", ["sentence", "reply"])
    def test_a_literal_may_begin_with_the_mark_between_two_clauses(self, unit):
        made = make(".{1,4}[,、]不行$", unit)
        assert len(read("您好，不行", made).find(made)) == 1

    def test_slots_are_offsets_in_the_view(self):
        reply, found = one("您好，地址不能改", "<物:.{1,4}>不能<事:(改)>")
        assert {n: reply.text[a:b] for n, (a, b) in found.slots.items()} == {"物": "地址", "事": "改"}

    def test_a_slot_that_took_no_part_is_absent(self):
        _, found = one("不能改", "<物:(地址)>?不能<事:(改)>")
        assert set(found.slots) == {"事"}

    def test_a_pattern_without_certain_literals_is_tried_on_every_clause(self):
        made = Pattern("", "[0-9]{2}", "clause")
        assert len(read("12，好，34", made).find(made)) == 2

    @given(st.text("不行，。您好 ！", max_size=40))
    def test_matches_come_in_order_and_inside_one_clause(self, text):
        made = make("不行?")
        reply = read(text, made)
        for found in reply.find(made):
            clause = reply.clauses[found.clause]
            assert clause.start <= found.start < found.end <= clause.end
        assert list(reply.find(made)) == sorted(reply.find(made), key=lambda f: f.start)

    def test_text_without_punctuation_is_read_in_bounded_stretches(self):
        reply = read("好" * (3 * MAX_UNIT))
        assert max(c.end - c.start for c in reply.clauses) <= MAX_UNIT


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("句首", "不行，改不了", True),
        ("句首", "您好，不行", True),
        ("句首", "这个我看过，不行", False),
        ("句首", "看过了。不行", True),
        ("句末", "不行，改不了", False),
        ("句末", "改不了，不行", True),
        ("句末", "不行，好的", True),
        ("独句", "看过了。不行。再见", True),
        ("独句", "看过了，不行", False),
        ("独答", "您好，不行", True),
        ("独答", "看过了。不行", False),
        ("独答", "亲，好的，不行", True),
        ("问句", "不行吗？", True),
        ("问句", "不行吗", True),
        ("问句", "不行?好的", True),
        ("问句", "不行！", False),
        ("问句", "不行。好吗？", False),
        ("首句", "您好，不行", True),
        ("首句", "您好。不行", False),
    ],
)
def test_places(place, text, holds):
    reply, found = one(text, "不行")
    assert conditions.place(place).holds(reply, found) == holds


@pytest.mark.parametrize(
    ("scope", "text", "holds"),
    [
        ("reply", "抱歉。这个不行", True),
        ("reply", "这个不行。抱歉", True),
        ("reply", "这个不行", False),
        ("sentence", "抱歉，这个不行", True),
        ("sentence", "抱歉。这个不行", False),
        ("clause", "抱歉不行，谢谢", True),
        ("clause", "抱歉，不行", False),
        ("before", "抱歉，不行", True),
        ("before", "不行，抱歉", False),
        ("before", "抱歉。不行", False),
        ("leading", "这抱歉的不行", True),
        ("leading", "真抱歉，不行", True),
        ("leading", "抱歉了，不行", False),
        ("leading", "不行，抱歉", False),
        ("leading", "抱歉。不行", False),
        ("after", "不行，抱歉", True),
        ("after", "抱歉，不行", False),
        ("reply", "您说“抱歉”，不行", False),
    ],
)
def test_a_fact_counts_within_its_scope(scope, text, holds):
    reply, found = one(text, "不行")
    assert conditions.fact("致歉", scope).holds(reply, found) == holds


def test_a_fact_inside_the_match_does_not_excuse_it():
    reply, found = one("对不起不行", "对不起不行")
    assert not conditions.fact("致歉", "reply").holds(reply, found)


@pytest.mark.parametrize(
    ("scope", "expression", "text", "holds"),
    [
        ("clause", "这个", "这个不行，好", True),
        ("clause", "这个", "这个好，不行", False),
        ("sentence", "这个", "这个好，不行", True),
        ("sentence", "这个", "这个好。不行", False),
        ("reply", "这个", "这个好。不行", True),
        ("before", "如果$", "如果不行", True),
        ("before", "如果$", "不行如果", False),
        ("before", "如果$", "如果。不行", False),
        ("leading", "如果", "不行如果", False),
        ("leading", "如果$", "如果不行", True),
        ("after", "^吗", "不行吗", True),
        ("after", "^吗", "吗不行", False),
    ],
)
def test_a_pattern_of_the_rule_looks_where_it_is_told(scope, expression, text, holds):
    reply, found = one(text, "不行")
    compiled = pattern.to_regex(pattern.parse(expression, str))
    assert conditions.pattern(scope, compiled).holds(reply, found) == holds


def test_a_runaway_pattern_of_a_users_own_finds_nothing_and_stops():
    made = Pattern("", "(?:(?:好+)+)+不", "clause", ("好",), foreign=True)
    assert read("好" * 400, made).find(made) == ()


@given(st.text("您好不行抱歉，。！？ \n“”《》😀", max_size=60))
def test_clauses_and_sentences_cover_every_word_once(text):
    reply = read(text)
    inside = {i for c in reply.clauses for i in range(c.start, c.end)}
    assert len(inside) == sum(c.end - c.start for c in reply.clauses)
    assert {i for i, char in enumerate(reply.text) if char in "您好不行抱歉"} <= inside
    for sentence in reply.sentences:
        assert reply.clauses[sentence.first].start == sentence.start
        assert reply.clauses[sentence.last].end == sentence.end
