"""你 and 您: who is meant, class by class. `[ ]` marks what must be reported, nothing else may be."""

from __future__ import annotations

import re
from functools import cache

import pytest

import keqi

CASES = {
    "the customer": [
        "[你]的包裹到了",
        "麻烦[你]了",
        "请问[你]是本人吗",
        "[你]自己定的时间可以改",
        "谢谢[你]的耐心",
        "他跟[你]说过了吗",
        "医生让[你]空腹，是怕影响结果",
        "请与[你]的客户经理联系",
    ],
    "Traditional and Cantonese": [
        "[妳]的包裹到了",
        "讓我為[妳]服務",
        "[你哋]嘅單已經寄出",
        "[妳們]的訂單已成立",
        "[你]嘅快件到咗",
    ],
    "the greeting": [
        "[你好]，请问有什么可以帮您",
        "[你好]！",
        "亲，[你好]呀",
        "[妳好]，很高興為您服務",
        "尊敬的用户，[你好]",
    ],
    "not the greeting": [
        "[你]好像没有提交成功",
        "[你]好好休息",
        "[你]好几天没来了",
        "[你]好久没有登录了",
        "请问[你]好些了吗",
    ],
    "quoted words": [
        "他说“你再等等”，我记下了",
        '您提到"你们什么时候发货"，预计明天',
        "短信写着“你的验证码是1234”",
        "点击「你可能喜歡」就能看到",
        "他问“你是谁”，我说我是客服",
        "牌子上写的是『你好』",
    ],
    "titles, names and brands": [
        "《你好，李焕英》明晚上映",
        "您搜《我和你》就有",
        "品牌“你我金融”不是我们的",
        "《想你的夜》在曲库里",
        "请搜索你好星期六的回放",
    ],
    "set phrases and words": [
        "迷你洗衣机有货",
        "比赛现场你追我赶",
        "大家你一言我一语，很热闹",
        "不分你我，一起出力",
        "你侬我侬的情侣款",
        "双方你情我愿签的合同",
    ],
    "a transcript: only the agent's lines": [
        "客户：你们怎么还不发货\n客服：[你]稍等，我查一下",
        "买家: 你在吗\n卖家: 您好，在的",
        "用户：你好\n坐席：您好，请讲",
    ],
    "you in the plural": [
        "[你们]公司的发票已开",
        "[你们]学校的名额还有",
        "[你们]全家都可以用",
        "[你们]几位请跟我来",
        "[你们]家的水表换好了",
        "欢迎[你们]常来",
    ],
    "not standard": ["[您们]好", "欢迎[您们]再来"],
    "both in one reply": ["您的订单已发，[你]可以查物流", "[你]稍等，我帮您看"],
    "what the customer says of us": [
        "客户说你们态度不好，我已经道歉",
        "有业主投诉说你们施工太吵",
        "客户反映：你们的电话打不通",
        "刚才客户说你今天没有回电",
    ],
    "third parties": [
        "告诉[你]的孩子不要玩火",
        "请把号码发给[你]家人",
        "他说“你来拿”，所以我去了",
        "让[你]爱人来也可以",
    ],
    "code, links and placeholders": [
        "请打开 https://example.com/ni 查看",
        "变量 {你的订单号} 会自动换成单号",
        "[你的姓名]请替换",
    ],
    "nobody": ["您好，请讲", "订单已经发出", "祝您和家人平安"],
}
MARK = re.compile(r"\[((?:你|妳|您|您|你|妳)(?:们|們|哋|好)?)\]")


@cache
def linter() -> keqi.Linter:
    return keqi.Linter()


def read(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain text, and the spans that must be reported."""
    text, spans, done = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[done : mark.start()]
        spans.append((len(text), len(text) + len(mark[1])))
        text += mark[1]
        done = mark.end()
    return text + marked[done:], spans


@pytest.mark.parametrize(("kind", "marked"), [(kind, c) for kind, cases in CASES.items() for c in cases])
def test_who_is_meant(kind, marked):
    text, spans = read(marked)
    segments = keqi.Linter().check(text) if kind.startswith("a transcript") else linter().check(text)
    assert [(f.start, f.end) for f in segments if f.category == "pronoun"] == spans


@pytest.mark.parametrize(
    ("draft", "fixed"),
    [
        ("告诉你的孩子不要玩火", "告诉您的孩子不要玩火"),
        ("你们公司的发票已开", "贵公司的发票已开"),
        ("你们几位请跟我来", "您几位请跟我来"),
        ("妳的包裹到了", "您的包裹到了"),
        ("请问怎么称呼你？", "请问怎么称呼您？"),
        ("谢谢你!", "谢谢您!"),
        ("你好，你的订单到了", "您好，您的订单到了"),
        ("他说“你来拿”，你不用管", "他说“你来拿”，您不用管"),
    ],
)
def test_the_safe_fix_changes_the_word_alone(draft, fixed):
    assert linter().fix(draft) == fixed


@pytest.mark.parametrize("draft", ["欢迎你们常来", "您们好"])
def test_who_the_plural_means_is_never_guessed_silently(draft):
    assert linter().fix(draft) == draft
    assert len(linter().check(draft)[0].fixes) >= 2
