"""The supervisor's verdicts on the rewrites of the drafts: see tests/corpus/review.py."""

from __future__ import annotations

import pytest
from review import VERDICTS, current, read

READ = read()


def test_every_rewrite_was_read():
    """A changed rewrite wants another look: run tests/corpus/review.py and read what it marks."""
    unread = [(v.number, v.mode, v.rewrite) for v in current() if v.verdict == "?"]
    assert not unread


def test_verdicts_are_those_that_there_are():
    assert {v.verdict for v in READ} <= set(VERDICTS)


@pytest.mark.parametrize("mode", ["safe", "unsafe"])
def test_nine_in_ten_rewrites_can_be_sent(mode):
    changed = [v for v in READ if v.mode == mode and v.verdict != "same"]
    good = [v for v in changed if v.verdict in ("send", "acceptable")]
    assert len(good) >= 0.9 * len(changed)


def test_a_wrong_rewrite_says_what_is_wrong():
    assert all(v.remark for v in READ if v.verdict == "wrong")
