"""Documents with the shipped lexicon: fixing ends, and offered edits fit the file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi import Linter, documents
from keqi.findings import apply_edits
from keqi.formats import FORMATS, FormatError

WORDS = ["这个不行", "不知道", "自己看说明", "急什么", "您好", "你", "您", "{订单号}", "😀", ",", "。"]
MARKUP = [
    "**",
    "*",
    "`x`",
    "[",
    "](u)",
    "> ",
    "- ",
    "# ",
    "\n",
    "\n\n",
    "\r\n",
    "|",
    "|-|\n",
    "<!-- c -->",
    "  ",
]
NAMES = [f.name for f in FORMATS if not f.binary]
documents_of_pieces = st.lists(st.sampled_from(WORDS + MARKUP), max_size=16).map("".join)


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter()


@settings(max_examples=150, deadline=None)
@given(text=documents_of_pieces, format=st.sampled_from(NAMES), unsafe=st.booleans())
def test_fixing_again_changes_nothing(linter: Linter, text: str, format: str, unsafe: bool) -> None:
    try:
        fixed = documents.fix(linter, text, format, unsafe)
    except FormatError:
        return  # what is no JSON has no replies
    assert documents.fix(linter, fixed, format, unsafe) == fixed


@settings(max_examples=150, deadline=None)
@given(text=documents_of_pieces, format=st.sampled_from(NAMES))
def test_every_offered_fix_fits_the_file(linter: Linter, text: str, format: str) -> None:
    try:
        found = documents.check(linter, text, format)
    except FormatError:
        return
    for finding in found:
        assert 0 <= finding.start <= finding.end <= len(text)
        for fix in finding.fixes:
            assert apply_edits(text, fix.edits) != text
