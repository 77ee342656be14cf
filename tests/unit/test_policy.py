"""Layers of decisions: later ones win, and within one the most specific."""

from __future__ import annotations

import pytest

from keqi.policy import Decision, Layer, Profile, resolve
from keqi.rules import Rule

RULE = Rule(
    id="refusal.bare",
    title="",
    level="warning",
    message="",
    why="",
    source="",
    en="",
    matcher=None,
    tags=("tone", "shop"),
)


def layer(name, **decisions):
    names = {"all": "*", "tag": "tag:tone", "category": "refusal", "rule": "refusal.bare"}
    return Layer(
        name, tuple(Decision(names.get(k, k), level, f"{name}:{k}") for k, level in decisions.items())
    )


@pytest.mark.parametrize(
    ("layers", "level", "decided"),
    [
        ([], "warning", "lexicon"),
        ([layer("a", all="info")], "info", "a"),
        ([layer("a", insult="none")], "warning", "lexicon"),
        ([layer("a", all="none", tag="hint")], "hint", "a"),
        ([layer("a", tag="hint", all="none")], "hint", "a"),
        ([layer("a", tag="hint", category="info")], "info", "a"),
        ([layer("a", rule="error", category="info", tag="hint", all="none")], "error", "a"),
        ([layer("a", rule="error"), layer("b", all="none")], "none", "b"),
        ([layer("a", rule="error"), layer("b", insult="none")], "error", "a"),
        ([layer("a", all="none"), layer("b", category="error"), layer("c")], "error", "b"),
    ],
)
def test_who_decides(layers, level, decided):
    verdict = resolve(RULE, layers)
    assert (verdict.level, verdict.layer) == (level, decided)


def test_a_verdict_says_why():
    assert resolve(RULE, [layer("hotline", category="error")]).because == "hotline:category"
    assert resolve(RULE, []).because


def test_of_two_decisions_alike_the_first_stays():
    same = Layer("a", (Decision("tag:tone", "hint", "1"), Decision("tag:shop", "error", "2")))
    assert resolve(RULE, [same]).level == "hint"


@pytest.mark.parametrize("selector", ["tag:other", "refusal.other", "insult", "refusal.", ""])
def test_a_selector_that_does_not_concern_the_rule(selector):
    assert not Decision(selector, "none", "").applies(RULE)


def test_values_do_not_change():
    profile = Profile("a", "甲", ())
    with pytest.raises(AttributeError):
        profile.id = "b"
