"""Fix-all over whole drafts: one coherent reply, no fact lost, nothing done twice."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from drafts import drafts

import keqi
from keqi.findings import Edit, apply_edits
from keqi.repair import (
    move_holes,
    with_joined_refusals,
    without_apology,
    without_echo,
    without_piled_requests,
)
from keqi.text import Span

DRAFTS = list(drafts())
_FACTS = re.compile(
    r"https?://[\x21-\x7e]*[0-9A-Za-z/]|[A-Za-z]{2,}|[0-9]+|\{[^{}]*\}|\[[^\[\]]*\]|[“「][^”」]*[”」]"
)


@cache
def linter(profile: str) -> keqi.Linter:
    return keqi.Linter(profile)


def facts(text: str) -> Counter[str]:
    """Numbers, codes, links, placeholders and quotations."""
    return Counter(_FACTS.findall(text))


# -- pieces -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("非常抱歉，暂时无法办理", "暂时无法办理"),
        ("亲，非常抱歉，暂时无法办理", "亲，暂时无法办理"),
        ("非常抱歉,暂时无法办理", "暂时无法办理"),
        ("請您稍等", "請您稍等"),
    ],
)
def test_an_apology_is_made_once(before, after):
    assert without_apology((Edit(0, 2, before),)) == (Edit(0, 2, after),)


@pytest.mark.parametrize(
    ("draft", "first", "second", "joined"),
    [
        ("甲，乙。", "非常抱歉，暂时无法退款", "暂时无法换货", "非常抱歉，暂时无法退款，也无法换货。"),
        ("甲,乙.", "暫時無法退款", "無法換貨", "暫時無法退款,也無法換貨."),
        ("甲，乙。", "暂时无法退款，请您谅解", "暂时无法换货", "暂时无法退款，请您谅解，暂时无法换货。"),
        ("甲。乙。", "暂时无法退款", "暂时无法换货", "暂时无法退款。暂时无法换货。"),
        ("甲，但乙。", "暂时无法退款", "无法换货", "暂时无法退款，但无法换货。"),
    ],
)
def test_a_refusal_right_behind_another_joins_it(draft, first, second, joined):
    edits = (Edit(0, 1, first), Edit(draft.index("乙"), draft.index("乙") + 1, second))
    assert apply_edits(draft, with_joined_refusals(draft, edits)) == joined


@pytest.mark.parametrize(
    ("text", "edit", "said", "result"),
    [
        ("不行。请您稍等一下。", Edit(0, 2, "请您稍等一下"), "", "请您稍等一下。"),
        ("不行，等着。", Edit(3, 5, "请您耐心等待"), "请您耐心等待", "不行。"),
        ("不行，等着。", Edit(3, 5, "请您耐心等待"), "", "不行，请您耐心等待。"),
        ("让开，往里站", Edit(0, 2, "麻烦您配合一下，谢谢"), "麻烦您配合一下，谢谢", "往里站"),
        ("请您耐心等候。抱歉，等着。", Edit(10, 12, "请您耐心等待"), "", "请您耐心等候。抱歉。"),
        ("不行", Edit(0, 2, "暂时无法办理，请您谅解"), "请您谅解", "暂时无法办理"),
        ("不行", Edit(0, 2, "麻烦您拨打10086"), "麻烦您拨打10086", "麻烦您拨打10086"),
    ],
)
def test_nothing_is_said_twice(text, edit, said, result):
    assert keqi.findings.apply_edits(text, without_echo(text, (edit,), said)) == result


@pytest.mark.parametrize(
    ("draft", "whole"),
    [
        ("系统就这样，我有什么办法", "非常抱歉，系统目前是这样设置的，目前暂时没有更好的解决办法，请您谅解"),
        ("自己看说明，这个不行。", "请您参考一下说明，非常抱歉，暂时无法满足您的要求，请您谅解。"),
        ("你好好看看。这个不行。", None),
    ],
)
def test_the_apology_opens_its_sentence(draft, whole):
    fixed = linter("general").fix(draft, unsafe=True)
    assert fixed == whole if whole else "。非常抱歉，" in fixed


@pytest.mark.parametrize(
    ("draft", "safe", "everything"),
    [
        pytest.param(
            "卖完了，谁让你不早来。周五到货。",
            "卖完了，请您谅解。周五到货。",
            "卖完了。周五到货。",
            id="all offers: struck out rather than a mere plea",
        ),
        pytest.param(
            "谁让你不早来。周五到货。",
            "谁让您不早来。周五到货。",
            "周五到货。",
            id="no plea before anything is said",
        ),
        pytest.param(
            "晚点了，怪谁，又不是我们想晚的。预计20分钟。",
            "晚点了，请您谅解。预计20分钟。",
            "晚点了。预计20分钟。",
            id="asides side by side go together",
        ),
        pytest.param(
            "没看我正忙着吗，寄存柜在出口左边。",
            "没看我正忙着吗，寄存柜在出口左边。",
            "寄存柜在出口左边。",
            id="no excuse where the answer follows",
        ),
        pytest.param(
            "卖完了，哎呀，谁让你不早来。周五到货。",
            "卖完了，哎呀，请您谅解。周五到货。",
            "卖完了。周五到货。",
            id="the outcry before it goes too",
        ),
        pytest.param(
            "底片另收费，您以为白送啊。",
            "底片另收费，您以为白送啊。",
            "底片另收费，这方面希望您能理解。",
            id="no scrap is left of a sentence",
        ),
        pytest.param(
            "师傅在路上，等着吧🙄 四点到。",
            "师傅在路上，请您耐心等待。四点到。",
            "师傅在路上，请您耐心等待。四点到。",
            id="a mocking picture goes with what is reworded",
        ),
        pytest.param(
            "嘻嘻嘻",
            "嘻嘻嘻",
            "嘻嘻嘻",
            id="a giggle is no taunt to be answered",
        ),
        pytest.param(
            "你心里没数吗？",
            "您心里没数吗？",
            "非常抱歉，给您带来了不便。",
            id="something is said where nothing else would be left",
        ),
        pytest.param(
            "面糊都打好了改不了。钱补了也改不了。",
            "非常抱歉，面糊都打好了，暂时无法改。钱补了也暂时无法改。",
            "非常抱歉，面糊都打好了，暂时无法改。钱补了也暂时无法改。",
            id="a decision belongs to its own clause",
        ),
        pytest.param(
            "急的话您当初怎么不走空运？急的话您当初怎么不走空运？",
            "急的话，建议您下次走空运。",
            "急的话，建议您下次走空运。",
            id="no condition is left of what is said again",
        ),
        pytest.param(
            "别跟我聊天，烦",
            "别跟我聊天，烦",
            "您的心情我们理解，我再为您看一下",
            id="one general wording does where nothing else is said",
        ),
        pytest.param(
            "只能改当天的车次。你自己迟到的，找我闹什么。窗口在东侧。",
            "只能改当天的车次。您自己迟到的，找我闹什么。窗口在东侧。",
            "只能改当天的车次。窗口在东侧。",
            id="no plea for a reproach that stays",
        ),
        pytest.param(
            "别瞎bb，支付宝账单里能看到。",
            "别瞎bb，支付宝账单里能看到。",
            "支付宝账单里能看到。",
            id="slang in Latin letters is no code",
        ),
        pytest.param(
            "再不交就把门禁停了。",
            "如果仍未交，将会停门禁，请您留意。",
            "如果仍未交，将会停门禁，请您留意。",
            id="what keeps the consequence is not struck out",
        ),
        pytest.param(
            "发不了，仓库在盘点。",
            "非常抱歉，暂时无法发出，仓库在盘点。",
            "非常抱歉，暂时无法发出，仓库在盘点。",
            id="no plea stands between a refusal and its reason",
        ),
        pytest.param(
            "您都七十多岁了怎么也没叫儿女陪着",
            "您都七十多岁了，建议您请家人陪同",
            "建议您请家人陪同",
            id="no comma is left of what is struck out before it",
        ),
        pytest.param(
            "您请回吧。",
            "您可以再考虑一下。",
            "您可以再考虑一下。",
            id="what takes the full stop in gives it back",
        ),
    ],
)
def test_what_is_said_about_the_matter_stays_and_asides_go(draft, safe, everything):
    one = linter("general")
    assert (one.fix(draft), one.fix(draft, unsafe=True)) == (safe, everything)


def test_holes_move_with_the_text_before_them():
    assert move_holes((Span(4, 6),), (Edit(0, 2, "四个字符"), Edit(8, 9, ""))) == (Span(6, 8),)


# -- drafts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("draft", [d for d in DRAFTS if d.fine], ids=lambda d: f"{d.number}-{d.trade}")
def test_a_good_reply_is_left_as_it_is(draft):
    assert linter(draft.profile).fix(draft.text, unsafe=True) == draft.text


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("draft", DRAFTS, ids=lambda d: f"{d.number}-{d.trade}")
def test_no_draft_loses_a_fact_or_gains_a_finding(draft, unsafe):
    one = linter(draft.profile)
    fixed = one.fix(draft.text, unsafe=unsafe)
    assert facts(draft.text) == facts(fixed)
    assert len(one.check(fixed)) <= len(one.check(draft.text))
    assert one.fix(fixed, unsafe=unsafe) == fixed


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda d: f"{d.number}-{d.trade}")
def test_a_draft_apologises_no_more_often_than_before_or_once(draft):
    sorry = re.compile("抱歉|对不起|對不起|不好意思")
    fixed = linter(draft.profile).fix(draft.text, unsafe=True)
    assert len(sorry.findall(fixed)) <= max(1, len(sorry.findall(draft.text)))


@pytest.mark.parametrize(
    "draft", [d for d in DRAFTS if d.script == "hant"], ids=lambda d: f"{d.number}-{d.trade}"
)
def test_traditional_drafts_stay_traditional(draft):
    fixed = linter(draft.profile).fix(draft.text, unsafe=True)
    simplified = set("请们为这谅话会来过说问题时处办联系请还")
    assert not simplified & set(fixed) - set(draft.text)


@pytest.mark.parametrize(
    ("text", "edits", "after"),
    [
        ("急什么，等着", [(0, 3, "请您别着急"), (4, 6, "请您耐心等待")], "请您别着急，耐心等待"),
        ("甲，乙，丙", [(0, 1, "麻烦您看"), (2, 3, "麻烦您查"), (4, 5, "麻烦您写")], "麻烦您看，查，写"),
        ("甲。乙", [(0, 1, "请您看"), (2, 3, "请您写")], "请您看。请您写"),
        ("甲，乙", [(0, 1, "请您看"), (2, 3, "麻烦您写")], "请您看，麻烦您写"),
        ("甲，乙", [(0, 1, "抱歉，请您谅解"), (2, 3, "请您等待")], "抱歉，请您谅解，请您等待"),
        ("甲，好的，乙", [(0, 1, "请您看"), (5, 6, "请您写")], "请您看，好的，请您写"),
    ],
    ids=[
        "one request for two",
        "for three",
        "another sentence asks anew",
        "other words",
        "a plea is no request",
        "something between",
    ],
)
def test_requests_do_not_pile_up(text, edits, after):
    made = tuple(Edit(*edit) for edit in edits)
    assert apply_edits(text, without_piled_requests(text, made)) == after
