"""Patterns that no person wrote, as trees: what properties of patterns are tried with."""

from __future__ import annotations

from hypothesis import strategies as st

from keqi.pattern import Alt, Chars, Lit, Node, Repeat, Seq, Slot

letters = st.text("不行能换甲乙", min_size=1, max_size=3)
leaves: st.SearchStrategy[Node] = st.one_of(
    letters.map(Lit),
    st.text("这那单号甲乙丙", min_size=1, max_size=4).map(Chars),
    st.just(Chars("", negated=True)),
    st.text("甲乙", min_size=1, max_size=2).map(lambda members: Chars(members, negated=True)),
)


def _compound(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    bounds = st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 2)), st.booleans())

    def repeat(item, bounds):
        least, more, lazy = bounds
        return Repeat(item, least, None if more is None else max(least + more, 1), lazy)

    return st.one_of(
        several.map(Seq),
        several.map(Alt),
        st.builds(repeat, inner, bounds),
        st.builds(Slot, st.sampled_from(["事", "物"]), inner),
    )


trees = st.recursive(leaves, _compound, max_leaves=8)
seeds = st.integers(0, 2**32)
