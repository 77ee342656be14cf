"""A plea for understanding is offered as safe only where it fits what the reply says."""

import pytest

import keqi
from keqi.plea import is_plea, without_closing_plea


@pytest.fixture(scope="module")
def linter():
    return keqi.Linter()


@pytest.mark.parametrize(
    ("wording", "says_nothing"),
    [
        ("请您谅解", True),
        ("请您谅解。", True),
        ("亲，还请您多多包涵哦", True),
        ("敬請諒解", True),
        ("您的情况我们已经了解", True),
        ("非常抱歉，给您带来了不便", True),
        ("非常抱歉", False),
        ("请您谅解，谢谢", False),
        ("库存不足，请您谅解", False),
        ("请您稍等", False),
    ],
)
def test_a_plea_says_nothing_else(wording, says_nothing):
    assert is_plea(wording) is says_nothing


@pytest.mark.parametrize(
    ("wording", "in_mid_sentence"),
    [
        ("非常抱歉，暂时无法发出，请您谅解", "非常抱歉，暂时无法发出"),
        ("非常抱歉,票已經沒有了,請您諒解", "非常抱歉,票已經沒有了"),
        ("目前的情况是这样的，请您谅解", "目前的情况是这样的，请您谅解"),
        ("给您带来不便，请您谅解", "给您带来不便，请您谅解"),
        ("请您谅解", "请您谅解"),
        ("暂时无法发出", "暂时无法发出"),
    ],
)
def test_a_refusal_in_mid_sentence_does_without_its_plea(wording, in_mid_sentence):
    assert without_closing_plea(wording) == in_mid_sentence


@pytest.mark.parametrize(
    ("draft", "fixed"),
    [
        pytest.param("玩不起就别玩", "您的心情我们理解", id="nothing else is said"),
        pytest.param("您好，玩不起就别玩", "您好，您的心情我们理解", id="a greeting says nothing"),
        pytest.param(
            "五星概率为0.6%。脸黑怪谁呢", "五星概率为0.6%。脸黑怪谁呢", id="a fact that disappoints nobody"
        ),
        pytest.param("名额已经满了，怪谁呢", "名额已经满了，请您谅解", id="behind a letdown"),
        pytest.param("名額已經滿了，怪誰呢", "名額已經滿了，請您諒解", id="behind a letdown, in Traditional"),
        pytest.param(
            "怪谁呢，名额满了。", "怪谁呢，名额满了。", id="the letdown comes behind: nothing to forgive yet"
        ),
    ],
)
def test_a_plea_is_safe_where_it_fits(linter, draft, fixed):
    assert linter.fix(draft) == fixed


def test_a_plea_that_does_not_fit_is_offered_behind_what_does(linter):
    (finding,) = linter.check("五星概率为0.6%。脸黑怪谁呢")
    assert finding.fixes
    assert not any(fix.safe for fix in finding.fixes)
    assert is_plea(finding.fixes[-1].title)
    assert linter.fix("五星概率为0.6%。脸黑怪谁呢", unsafe=True) == "五星概率为0.6%。"


def test_of_two_pleas_in_a_sentence_one_is_made(linter):
    fixed = linter.fix("名额满了，怪谁呢，又不是我们想的。周五再来。")
    assert fixed.count("请您谅解") <= 1
    assert linter.fix(fixed) == fixed


def test_what_is_struck_out_leaves_more_than_a_greeting(linter):
    assert linter.fix("您好，玩不起就别玩", unsafe=True) == "您好，您的心情我们理解"
    assert linter.fix("您好，有完没完，玩不起就别玩", unsafe=True) not in ("您好", "您好，")


@pytest.mark.parametrize(
    ("draft", "fixed"),
    [
        pytest.param(
            "退款3天到账。亲，您有病吧！", "退款3天到账。", id="in a later sentence the call goes too"
        ),
        pytest.param("亲，您有病吧！退款3天到账。", "亲，退款3天到账。", id="in the first the call leads on"),
        pytest.param("您好，您有病吧！！退款3天到账。", "您好，退款3天到账。", id="and so does a greeting"),
        pytest.param(
            "亲，有完没完，玩不起就别玩。退款3天到账。",
            "亲，退款3天到账。",
            id="behind two asides just as well",
        ),
        pytest.param("亲，您有病吧\n退款3天到账。", "亲\n退款3天到账。", id="a line of its own stays one"),
    ],
)
def test_a_call_does_not_stay_behind_alone(linter, draft, fixed):
    assert linter.fix(draft, unsafe=True) == fixed
