"""The supervisor's verdicts on the rewrites of the drafts: see tests/corpus/review.py."""

from __future__ import annotations

from review import VERDICTS, current, read

READ = read()


def test_every_rewrite_was_read():
    """A changed rewrite wants another look: run tests/corpus/review.py and read what it marks."""
    unread = [(v.number, v.mode, v.rewrite) for v in current() if v.verdict == "?"]
    assert not unread


def test_verdicts_are_those_that_there_are():
    assert {v.verdict for v in READ} <= set(VERDICTS)


def share(mode: str) -> float:
    """Of the rewrites that changed something, the share that can be sent."""
    changed = [v for v in READ if v.mode == mode and v.verdict != "same"]
    return sum(v.verdict in ("send", "acceptable") for v in changed) / len(changed)


def test_nearly_all_safe_rewrites_can_be_sent():
    assert share("safe") >= 0.98


def test_nine_in_ten_rewrites_with_every_offer_taken_can_be_sent():
    """The drafts hold several rude remarks each: one that nothing rewrites makes the whole reply wrong."""
    assert share("unsafe") >= 0.92


def test_a_wrong_rewrite_says_what_is_wrong():
    assert all(v.remark for v in READ if v.verdict == "wrong")
