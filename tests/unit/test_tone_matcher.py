"""What is offered instead of a clause that the tone model marks: a reply may do without scolding, never without a fact."""

from __future__ import annotations

import pytest

from keqi.conditions import Condition
from keqi.fold import fold
from keqi.matchers.tone import STRUCK_OUT, Tone
from keqi.reply import Pattern, Reply
from keqi.tone import FORMAT, ToneModel

MODEL = ToneModel.from_data(
    {"format": FORMAT, "bias": 0, "threshold": 10, "lengths": (2,), "weights": {"100": "气人"}}
)
PATTERN = Pattern("tone", "tone", "clause")


class NothingToLookFor:
    """No pattern looks at anything."""

    def looks_at(self, unit):
        return False

    def look(self, unit, text):
        return ()


class NoFact(dict):
    """No fact is ever told."""

    def __missing__(self, name):
        return type("Fact", (), {"patterns": ()})


def offered(text, objected=""):
    """The templates offered for the clause that the model marks; a rule has objected to `objected`."""
    reply = Reply(fold(text), NothingToLookFor(), NoFact())
    if objected:
        reply.object_to(text.index(objected), text.index(objected) + len(objected))
    [match] = Tone(lambda: MODEL, PATTERN).matches(reply)
    return match.fixes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("已经发货。你真会气人。单号是八。", id="said to the customer's face"),
        pytest.param("已经发货。这不气人吗？单号是八。", id="asked"),
        pytest.param("已经发货。别跟我说气人。单号是八。", id="forbidden"),
    ],
)
def test_a_longer_reply_may_do_without_a_barb(text):
    assert offered(text) == STRUCK_OUT


def test_the_if_of_what_follows_stays():
    assert offered("已经发货。您再这么气人，我就不管了。单号是八。") == ()
    assert offered("已经发货。您再这么气人，单号是八。") == STRUCK_OUT


def test_a_sentence_that_only_scolds_goes():
    assert offered("已经发货。真够气人。单号是八。") == STRUCK_OUT
    assert offered("已经发货，真够气人。单号是八。") == ()


def test_scolding_goes_with_the_act_beside_it():
    text = "已经发货。真够气人，怪谁。单号是八。"
    assert offered(text) == ()
    assert offered(text, objected="怪谁") == STRUCK_OUT
    assert offered(text, objected="单号是八") == ()


@pytest.mark.parametrize(
    "clause",
    [
        pytest.param("气人三点5分就作废", id="a number"),
        pytest.param("再气人的话就取消", id="what happens if not"),
        pytest.param("气人就去医院啊", id="where to go"),
        pytest.param("就是气人也先交钱", id="what to do first"),
        pytest.param("气人了再说", id="what to do before"),
        pytest.param("再气人不续就搬走", id="what to do if not"),
        pytest.param("再气人也别想进", id="what is not to be had"),
        pytest.param("气人的申诉不受理", id="a decision"),
    ],
)
def test_what_may_hold_a_fact_stays(clause):
    assert offered(f"已经发货。{clause}，怪谁。单号是八。", objected="怪谁") == ()


def test_beside_an_act_it_takes_less_to_be_sure():
    faint = ToneModel.from_data(
        {
            "format": FORMAT,
            "bias": 0,
            "threshold": 1000,
            "lengths": (2,),
            "weights": {"100": "气人", "-100": "单号"},
        }
    )
    text = "真够气人，怪谁，单号是八。真够气人。"
    reply = Reply(fold(text), NothingToLookFor(), NoFact())
    assert list(Tone(lambda: faint, PATTERN).matches(reply)) == []
    reply.object_to(text.index("怪谁"), text.index("怪谁") + 2)
    assert [m.start for m in Tone(lambda: faint, PATTERN).matches(reply)] == [0]


def test_beside_an_act_in_a_reply_that_informs_it_takes_as_much_as_elsewhere():
    faint = ToneModel.from_data(
        {"format": FORMAT, "bias": 0, "threshold": 1000, "lengths": (2,), "weights": {"100": "气人"}}
    )
    text = "已经发货。真够气人，怪谁。单号是八。明天到。"
    reply = Reply(fold(text), NothingToLookFor(), NoFact())
    reply.object_to(text.index("怪谁"), text.index("怪谁") + 2)
    assert list(Tone(lambda: faint, PATTERN).matches(reply)) == []


def test_what_could_only_be_better_is_no_act():
    reply = Reply(fold("真够好的，哈哈。"), NothingToLookFor(), NoFact())
    reply.object_to(5, 7, gravely=False)
    assert (reply.named, reply.objected) == ({1}, set())


def test_a_short_reply_gets_the_rules_own_wordings():
    assert offered("真够气人，怪谁。") is None


def scoring(weight, softened=False, excused=False):
    """Whether a clause that scores about so much is reported, beside what may make up for it."""
    model = ToneModel.from_data(
        {"format": FORMAT, "bias": 0, "threshold": 10, "lengths": (2,), "weights": {str(weight): "气人"}}
    )
    reply = Reply(fold("真够气人，您可以自提。"), NothingToLookFor(), NoFact())
    if excused:
        reply.excused.add(0)
    way_on = Condition("出路", lambda reply, found: True)
    return bool(list(Tone(lambda: model, PATTERN, softened=(way_on,) if softened else ()).matches(reply)))


def test_a_way_on_makes_up_for_what_sounds_rude_but_not_for_what_is_outright_rude():
    assert scoring(100)
    assert not scoring(100, softened=True)
    assert scoring(1000, softened=True)


def test_what_a_rule_lets_pass_is_reported_only_when_gross():
    assert not scoring(200, excused=True)
    assert scoring(1000, excused=True)
