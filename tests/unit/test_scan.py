"""Which patterns match: however much has been looked at, the answer is that of trying every pattern."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.reply import Pattern, together
from keqi.scan import FEW, REMEMBERED, Scanner

SIGNS = "不行你好吧😀"
words = st.text(SIGNS, min_size=1, max_size=4)
sets = st.lists(words, min_size=1, max_size=3).map(lambda some: tuple(sorted(set(some))))


def phrase(text, unit="clause"):
    return Pattern(text, text, unit, (text,))


@st.composite
def patterns(draw):
    """A pattern that demands what it says that it demands.

    All its words, in any order, are looked ahead for, and so are the characters at the ends of the unit.
    """
    needed = draw(st.lists(sets, min_size=0, max_size=5))
    first, last = (draw(st.text(SIGNS, max_size=3)) for _ in range(2))
    ends = (f"(?=[{first}])" if first else "") + (f"(?=.*[{last}]$)" if last else "")
    expression = "^" + ends + "".join(f"(?=.*(?:{'|'.join(some)}))" for some in needed)
    unit = draw(st.sampled_from(["clause", "sentence", "reply"]))
    return Pattern(expression, expression, unit, tuple(map(together, needed[:4])), ends=(first, last))


@settings(max_examples=200)
@given(st.lists(patterns(), max_size=8), st.lists(st.text(SIGNS, max_size=12), max_size=5), st.booleans())
def test_what_matches_is_what_matches_when_every_pattern_is_tried(all_patterns, texts, prepared):
    scanner = Scanner(all_patterns)
    if prepared:
        scanner.prepare()
    for text in texts:
        for unit in ("clause", "sentence", "reply"):
            tried = [m for p in dict.fromkeys(all_patterns) if p.unit == unit for m in p.matches(text)]
            assert list(scanner.look(unit, text)) == tried


@settings(max_examples=200)
@given(st.lists(words, min_size=1, max_size=6), st.text(SIGNS + "，。", max_size=30), st.booleans())
def test_a_text_might_match_when_any_literal_stands_in_it(literals, text, prepared):
    scanner = Scanner(map(phrase, literals))
    if prepared:
        scanner.prepare()
    assert scanner.might_match(text) == any(literal in text for literal in literals)


@pytest.mark.parametrize("before", [0, FEW - 2, FEW + 2], ids=["nothing", "nearly enough", "a good deal"])
def test_what_was_looked_at_before_makes_no_difference(before):
    scanner = Scanner([phrase("不行"), phrase("行不行")])
    scanner.look("clause", "好" * before)
    found = [(m.start, m.end, m.pattern.source) for m in scanner.look("clause", "你看行不行吧")]
    assert found == [(3, 5, "不行"), (2, 5, "行不行")]


def test_a_pattern_without_literals_might_match_anything():
    assert Scanner([Pattern("^.{3}$", "^.{3}$", "clause")]).might_match("随便")


def test_no_patterns_match_nothing():
    scanner = Scanner([])
    scanner.prepare()
    assert not scanner.might_match("你好")
    assert scanner.look("clause", "你好") == ()


def test_of_what_was_looked_at_only_so_much_is_remembered():
    scanner = Scanner([phrase("不行", "reply")])
    for number in range(3 * REMEMBERED["reply"]):
        scanner.look("reply", f"不行{number}")
        assert len(scanner._units["reply"]._known) <= REMEMBERED["reply"]
