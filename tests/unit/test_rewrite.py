"""From a match to a better wording: templates, slots, and fitting in with the draft."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi import conditions, pattern
from keqi.findings import apply_edits
from keqi.fold import fold
from keqi.problems import PatternError
from keqi.reply import Pattern, Reply
from keqi.rewrite import Carried, Optional, courteous, parse_template, render
from keqi.scan import Scanner


def make(source, unit="clause"):
    tree = pattern.parse(source, lambda name: (_ for _ in ()).throw(KeyError(name)))
    expression, groups = pattern.with_distinct_groups(pattern.to_regex(tree))
    return Pattern(source, expression, unit, slots=tuple(groups))


FACTS = {
    "引子": conditions.Fact("引子", "clause", (make("^(您好|亲|好的)$"),)),
    "致歉": conditions.Fact("致歉", "reply", (make("(抱歉|对不起)"),)),
    "终局": conditions.Fact("终局", "sentence", (make("(过期|依法)"),)),
}


def fix(draft, find, template, wording=None, *, word=False, unit="clause"):
    """The fix that the template offers where the pattern first matches."""
    made = make(find, unit)
    view = fold(draft)
    wanted = [made, *(p for f in FACTS.values() for p in f.patterns)]
    reply = Reply(view, Scanner(wanted), FACTS)
    return render(parse_template(template, True, word), reply, reply.find(made)[0], wording or {})


def rewrite(draft, find, template, wording=None, **how):
    """The draft after the fix; None when the template offers none."""
    offered = fix(draft, find, template, wording, **how)
    return offered and apply_edits(draft, offered.edits)


# -- reading templates ----------------------------------------------------------------------------


def test_a_template_is_text_slots_and_optional_parts():
    template = parse_template("<致歉>[<物>]暂时无法<事>", safe=True)
    assert template.parts == (Carried("致歉"), Optional((Carried("物"),)), "暂时无法", Carried("事"))
    assert template.names == {"致歉", "物", "事"}


@pytest.mark.parametrize(
    ("source", "column", "reason"),
    [
        ("暂时[<物>", 5, "方括号没有闭合"),
        ("暂时]", 3, "多了一个"),
        ("[甲[乙]]", 3, "不能套"),
        ("暂时<物", 3, "尖括号没有闭合"),
        ("暂时<>", 3, "尖括号"),
    ],
)
def test_a_template_that_cannot_be_read_says_where(source, column, reason):
    with pytest.raises(PatternError) as caught:
        parse_template(source, safe=True)
    assert reason in caught.value.reason
    if "方括号没有闭合" not in reason:
        assert caught.value.column == column


# -- filling them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "find", "template", "after"),
    [
        # slots carry over what the draft says, in its own characters
        ("改地址不行", "<事:(改).{0,4}>不行", "暂时无法为您<事>", "暂时无法为您改地址"),
        ("改ＡＰＰ不行", "<事:改.{0,4}>不行", "暂时无法<事>", "暂时无法改ＡＰＰ"),
        ("不能改", "不能<事:改.{0,4}>", "暂时无法<事>", "暂时无法改"),
        # 你 inside them becomes 您
        ("改你的地址不行", "<事:改.{0,4}>不行", "暂时无法<事>", "暂时无法改您的地址"),
        # optional parts go when a slot inside is empty
        ("地址不行", "<物:(地址)>?不行", "[<物>]暂不支持", "地址暂不支持"),
        ("不行", "<物:(地址)>?不行", "[<物>]暂不支持", "暂不支持"),
        ("不行", "<物:(地址)>?不行", "暂不支持[修改<物>]", "暂不支持"),
        # a slot that is needed and empty: no fix
        ("不行", "<物:(地址)>?不行", "<物>暂不支持", None),
        # a fix that would change nothing is none
        ("暂不支持", "暂不支持", "暂不支持", None),
        # the rest of the draft stays
        ("您好，这个不行的，谢谢", "不行的?", "暂不支持", "您好，这个暂不支持，谢谢"),
    ],
)
def test_filling(draft, find, template, after):
    assert rewrite(draft, find, template) == after


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("不行", "非常抱歉，暂不支持"),
        ("您好，不行", "您好，非常抱歉，暂不支持"),
        ("这个不行", "非常抱歉，这个暂不支持"),
        ("但这个不行", "但非常抱歉，这个暂不支持"),
        ("抱歉，不行", "抱歉，暂不支持"),
        ("不行。抱歉", "暂不支持。抱歉"),
        ("您说“抱歉”，不行", "您说“抱歉”，非常抱歉，暂不支持"),
        ("亲不行", "亲，非常抱歉，暂不支持"),
        ("亲，不行", "亲，非常抱歉，暂不支持"),
        ("不行呢亲", "亲，非常抱歉，暂不支持"),
    ],
)
def test_one_apology_a_reply(draft, after):
    find = "不行" if draft not in ("亲不行", "不行呢亲") else "亲?不行(呢亲)?"
    assert rewrite(draft, find, "<致歉>暂不支持") == after


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("您说“能退”自己看", "您说“能退”，请您查看"),
        ("在“电子发票”里自己看", "在“电子发票”里请您查看"),
    ],
    ids=["of its own", "about what is quoted"],
)
def test_a_wording_goes_on_with_what_is_quoted(draft, after):
    assert rewrite(draft, "<处:里?>自己看", "<处>请您查看" if "里" in draft else "请您查看") == after


def test_an_apology_goes_behind_a_connective_that_is_carried_over():
    after = rewrite("但是这个不行", "<题:(但是这个)>不行", "<致歉><题>暂不支持")
    assert after == "但是非常抱歉，这个暂不支持"


@pytest.mark.parametrize("place", ["那边", "那条路", "但凡旧款"])
def test_what_only_begins_like_a_connective_is_none(place):
    after = rewrite(f"{place}不行", "<题:(那边|那条路|但凡旧款)>不行", "<致歉><题>暂不支持")
    assert after == f"非常抱歉，{place}暂不支持"


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("退不了", "暂时无法退"),
        ("过期了，退不了", "过期了，无法退"),
        ("已经过期。退不了", "已经过期。无法退"),
        ("已經過期，退不了", "已經過期，無法退"),
        ("已经过期。您好。退不了", "已经过期。您好。暂时无法退"),
        ("“过期”，退不了", "“过期”，暂时无法退"),
    ],
)
def test_what_is_for_good_is_not_said_to_be_for_now(draft, after):
    assert rewrite(draft, "<事:(退)>不了", "目前暂时无法<事>").replace("目前", "") == after


@pytest.mark.parametrize("carried", ["都改", "也退", "您退"])
def test_a_wording_that_does_not_go_with_what_is_carried_over_is_not_offered(carried):
    assert rewrite(f"自己{carried}", f"自己<事:({carried})>", "麻烦您<事>") is None


def test_the_profile_words_the_apology():
    assert rewrite("不行", "不行", "<致歉>暂不支持", {"致歉": "不好意思亲"}) == "不好意思亲，暂不支持"


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("您好,这个不行,谢谢", "您好,非常抱歉,这个暂不支持,谢谢"),
        ("您好，这个不行，谢谢", "您好，非常抱歉，这个暂不支持，谢谢"),
        ("您好，这个不行,谢谢", "您好，非常抱歉，这个暂不支持,谢谢"),
        ("這個不行", "非常抱歉，這個暫不支持"),
        ("這個不行,謝謝", "非常抱歉,這個暫不支持,謝謝"),
    ],
)
def test_script_and_width_are_those_of_the_draft(draft, after):
    assert rewrite(draft, "不行", "<致歉>暂不支持") == after


@pytest.mark.parametrize(
    ("draft", "find", "template", "after", "safe"),
    [
        ("户头没钱还怪我们", "没钱还怪我们", "我理解您的心情", "我理解您的心情", False),
        ("户头没钱，还怪我们", "还怪我们", "我理解您的心情", "户头没钱，我理解您的心情", True),
        ("亲还怪我们", "还怪我们", "我理解您的心情", "亲，我理解您的心情", True),
        ("但还怪我们", "还怪我们", "我理解您的心情", "但我理解您的心情", True),
        ("材料自己找去", "自己<事:(找)>去", "麻烦您<事>一下", "材料，麻烦您找一下", True),
    ],
    ids=["unfinished", "finished before", "address", "connective", "carried on"],
)
def test_a_general_wording_leaves_nothing_unfinished(draft, find, template, after, safe):
    offered = fix(draft, find, template)
    assert (apply_edits(draft, offered.edits), offered.safe) == (after, safe)


@pytest.mark.parametrize(
    ("topic", "after", "safe"),
    [
        ("优惠券过期了", "优惠券过期了，您的心情我们理解", True),
        ("暖气不热", "暖气不热，您的心情我们理解", True),
        ("医保卡", "您的心情我们理解", False),
        ("三块钱你们", "您的心情我们理解", False),
        ("12点来", "12点来，您的心情我们理解", True),
    ],
)
def test_a_general_wording_repeats_what_is_a_sentence_by_itself(topic, after, safe):
    offered = fix(f"您好，{topic}怪谁", "^<题:.{2,6}>怪谁$", "[<题>，]您的心情我们理解")
    assert (apply_edits(f"您好，{topic}怪谁", offered.edits), offered.safe) == (f"您好，{after}", safe)


def test_a_general_wording_does_not_stand_for_what_holds_a_fact():
    assert fix("户头剩3块还怪我们", "还怪我们", "我理解您的心情") is None


def test_cantonese_is_written_as_in_hong_kong():
    assert rewrite("我哋呢度，唔得", "不行", "这里暂时无法处理") == "我哋呢度，這裏暫時無法處理"
    assert rewrite("這個不得", "不得", "暂时无法在这里处理") == "這個暫時無法在這裡處理"


@pytest.mark.parametrize(
    ("draft", "template", "after"),
    [
        ("不行！", "暂不支持", "暂不支持。"),
        ("不行?", "暂不支持", "暂不支持。"),
        ("不行？？？", "暂不支持", "暂不支持。"),
        ("不行。", "暂不支持", "暂不支持。"),
        ("不行，", "暂不支持", "暂不支持，"),
        ("不行", "暂不支持", "暂不支持"),
        ("不行！", "可以吗？", "可以吗？"),
        ("不行。", "可以吗？", "可以吗？"),
        ("不行", "可以吗？", "可以吗？"),
        ("不行，您看", "可以吗？", "可以吗？您看"),
        ("不行😀", "暂不支持", "暂不支持😀"),
        ("不行", "暂不支持。", "暂不支持"),
        ("好的。不行", "暂不支持。", "好的。暂不支持。"),
    ],
)
def test_the_mark_behind_fits_the_new_sentence(draft, template, after):
    assert rewrite(draft, "不行", template) == after


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("那个，请稍等", "请稍等"),
        ("您好，那个，请稍等", "您好，请稍等"),
        ("请稍等，那个。", "请稍等。"),
        ("请稍等，那个", "请稍等"),
        ("您好，那个", None),
        ("您好。那个，请稍等", "您好。请稍等"),
    ],
)
def test_an_empty_template_takes_the_stretch_out(draft, after):
    assert rewrite(draft, "那个", "") == after


def test_a_deletion_has_a_title():
    assert fix("那个，请稍等", "那个", "").title == "删去"


def test_a_part_of_a_clause_is_not_taken_out_unless_it_is_a_word():
    assert fix("那个您好", "那个", "") is None
    assert rewrite("那个您好", "那个", "", word=True) == "您好"


@pytest.mark.parametrize(
    ("draft", "find", "after"),
    [
        ("已经补发。家长能不能上点心？", "能不能上点心", "已经补发。"),
        ("明天生效，这点常识都没有吗？", "常识都没有吗", "明天生效。"),
        ("今天到货。要是嫌贵，就别买了。", "就别买了", "今天到货。"),
        ("要是嫌贵，就别买了，门店有试用装。", "就别买了", "要是嫌贵，门店有试用装。"),
    ],
)
def test_what_says_nothing_without_it_goes_too(draft, find, after):
    assert rewrite(draft, find, "") == after


@pytest.mark.parametrize(
    ("draft", "find"),
    [
        ("好的，修不了别问了", "别问了"),
        ("好的，一共3件你数不清吗", "你数不清吗"),
        ("今天到货。要是18点前不来，就别来了。", "就别来了"),
        ("今天到货。要是没带{证件}，就别来了。", "就别来了"),
        ("破了？怎么不包好。", "怎么不包好"),
        ("好的，您弄清楚了，再来找我们。", "您弄清楚了"),
    ],
)
def test_what_tells_something_does_not_go_with_it(draft, find):
    assert fix(draft, find, "") is None


def test_only_what_is_marked_is_taken_out():
    assert (
        rewrite("付不了款，怪谁，请稍等", "付不了款,<标:(怪谁)>", "", unit="sentence") == "付不了款，请稍等"
    )


@pytest.mark.parametrize("draft", ["那个", "那个。", "😀那个！"])
def test_what_is_all_of_a_reply_is_not_taken_out(draft):
    assert fix(draft, "那个", "") is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("你的", "您的"),
        ("你们的", "您的"),
        ("妳的", "您的"),
        ("你們的", "您的"),
        ("迷你", "迷你"),
        ("你你", "您您"),
        ("单号", "单号"),
    ],
)
def test_carried_text_addresses_the_customer_as_nin(text, after):
    assert courteous(text) == after


# -- what holds for any draft ---------------------------------------------------------------------

drafts = st.lists(
    st.sampled_from(["您好", "不行", "這個", "，", ",", "。", "！", "?", "抱歉", "亲", "😀", "{单号}", "3.5 元", " ", "\n", "ＡＰＰ"]),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(parts) + "这个不行")  # fmt: skip
templates = st.sampled_from(["<致歉>暂不支持", "暂不支持。", "可以吗？", "", "<致歉>[<物>]暂不支持"])


@given(drafts, templates)
def test_only_what_the_edits_name_is_changed(draft, template):
    offered = fix(draft, "<物:(这个)>?不行", template)
    if offered is None:
        return
    after = apply_edits(draft, offered.edits)
    assert list(offered.edits) == sorted(offered.edits)
    for kept in ("{单号}", "3.5 元", "😀", "您好", "ＡＰＰ"):
        assert after.count(kept) == draft.count(kept)


@given(drafts)
def test_no_fix_apologises_twice(draft):
    after = rewrite(draft, "不行", "<致歉>暂不支持") or draft
    assert after.count("抱歉") == max(draft.count("抱歉"), 1)


SHOP = {"请您谅解": "还请您多多谅解哦", "请您": "麻烦您"}


class TestColour:
    """A profile says some phrases in its own way."""

    @pytest.mark.parametrize(
        ("template", "result"),
        [
            ("暂时无法为您<事>，请您谅解", "暂时无法为您退，还请您多多谅解哦"),
            ("请您稍等", "麻烦您稍等"),
            ("暂时无法<事>", "暂时无法退"),
        ],
    )
    def test_a_phrase_of_the_lexicon_is_said_as_the_profile_says_it(self, template, result):
        assert rewrite("退不行", "<事:(退)>不行", template, SHOP) == result

    def test_the_drafts_own_words_stay(self):
        assert rewrite("请您谅解不行", "<事:(请您谅解)>不行", "无法<事>", SHOP) == "无法请您谅解"


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("啥时候好不清楚", "什么时候好，我暂时不清楚"),
        ("啥時候好不清楚", "什麼時候好，我暫時不清楚"),
        ("咋办不清楚", "怎么办，我暂时不清楚"),
        ("没啥用不清楚", "没啥用，我暂时不清楚"),
    ],
)
def test_what_is_carried_over_is_said_in_standard_words(draft, after):
    assert rewrite(draft, "<题:.+?>不清楚", "<题>，我暂时不清楚") == after


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        ("亲退不了", "亲，非常抱歉，无法办理"),
        ("亲子票退不了", "非常抱歉，无法办理"),
        ("亲友票退不了", "非常抱歉，无法办理"),
        ("亲属退不了", "非常抱歉，无法办理"),
    ],
)
def test_a_call_stays_and_a_relative_is_none(draft, after):
    assert rewrite(draft, ".*退不了", "<致歉>无法办理") == after
