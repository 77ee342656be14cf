"""Chat transcripts: whose words are whose, and which texts are transcripts at all.

In the cases 您好 and 不行 are said by our side, 能退吗 and 哦 by a customer.
"""

from __future__ import annotations

import pytest
from format_laws import parsing_the_fixed_is_fixing_the_parsed, replies, spans_hold_what_they_say
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.formats import Reading, by_name
from keqi.formats.transcript import looks_like_transcript

TRANSCRIPT = by_name("transcript")

STYLES = {
    "labels": "客服：您好\n客户：能退吗\n客服：不行\n",
    "half-width colons and spaces": "客服: 您好\n客户 : 能退吗\n客服: 不行\n",
    "labels above the message": "客服：\n您好\n\n客户：\n能退吗\n\n客服：\n不行\n",
    "English": "Agent: 您好\nCustomer: 能退吗\nAgent: 不行\n",
    "us and them": "我：您好\n对方：能退吗\n我：不行",
    "Traditional": "客服專員：您好\n來電者：能退吗\n用戶：哦\n客服專員：不行",
    "name and time above the message": "客服(小王) 10:23:45\n您好\n\n张三 10:24:01\n能退吗\n\n客服(小王) 10:24:30\n不行\n",
    "WeChat": "客服小王 昨天 10:23\n您好\n爱笑的眼睛 昨天 10:24\n能退吗\n客服小王 昨天 10:25\n不行",
    "QQ": "2026-01-02 10:23:45 客服001\n您好\n\n2026-01-02 10:24:45 张三(123456789)\n能退吗\n\n2026-01-02 10:25:45 客服001\n不行\n",
    "Qianniu": (
        "某某旗舰店:小美 (2026-01-02 10:23:45): 您好\ntb888 (2026-01-02 10:24:45): 能退吗\n"
        "某某旗舰店:小美 (2026-01-02 10:25:45): 不行\n"
    ),
    "WhatsApp": (
        "\u200e[2026/1/2 10:23:11] 客服: 您好\n[2026/1/2 10:23:50] +86 138 0000 0000: 能退吗\n"
        "[2026/1/2 10:24:11] 客服: 不行\n"
    ),
    "WhatsApp on Android": "2/1/26, 10:23 - 客服: 您好\n2/1/26, 10:24 - 张三: 能退吗\n2/1/26, 10:25 - 客服: 不行\n",
    "time in brackets": "[2026-01-02 10:23] 客服小王: 您好\n[2026-01-02 10:24] 李四: 能退吗\n[2026-01-02 10:25] 客服小王: 不行",
    "time of the day in words": "2026/1/2 上午10:23 小王(客服)：您好\n2026/1/2 下午1:24 小李：能退吗\n2026/1/2 下午1:25 小王(客服)：不行",
    "date in Chinese": "2026年1月2日 10:23 客服：您好\n2026年1月2日 10:24 小李：能退吗\n2026年1月2日 10:25 客服：不行",
    "AM and PM": "Mary (Agent) 10:23 AM\n您好\nJohn Smith 10:24 PM\n能退吗\nMary (Agent) 10:25 PM\n不行",
    "tabs": "10:23:45\t客服\t您好\n10:23:50\t张三\t能退吗\n10:23:55\t客服\t不行",
    "spaces": "10:23:45 客服 您好\n10:23:50 客户 能退吗\n客服 10:23:55 不行",
    "angle brackets": "<客服> 您好\n<tb123> 能退吗\n<客服> 不行\n",
    "square brackets": "[客服] 您好\n[客户]：能退吗\n【客服】不行",
    "time and brackets": "[10:23:45] <客服> 您好\n[10:23:46] <tb123> 能退吗\n[10:23:47] <客服> 不行",
    "role and name": "【客服】小王：您好\n【客户】张三：能退吗\n（客服）小王：不行",
    "bold labels": "**客服**：您好\n\n**客户**：能退吗\n\n**客服：** 不行\n",
    "headings": "### 客服\n您好\n\n### 客户\n能退吗\n\n### 客服\n不行",
    "a list": "- 客服：您好\n- 客户：能退吗\n- 客服：不行",
    "a numbered list": "1. 客服：您好\n2. 客户：能退吗\n3、客服：不行",
    "titles": "客户经理小李：您好\n张女士：能退吗\n客户经理小李：不行",
    "bots": "AI助手：您好\n用户：能退吗\nAI助手：不行",
    "a nickname with a picture": "客服：您好\n😀小张😀：能退吗\n客服：不行\n😀小张😀：哦",
    "a masked account": "客服：您好\nt***8：能退吗\n客服：不行",
    "CR LF": "客服：您好\r\n客户：能退吗\r\n客服：不行\r\n",
    "several styles": "客服：您好\n\n张三 10:24:01\n能退吗\n\n[2026-01-02 10:25] 客服小王: 不行",
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_only_our_turns_are_replies(text: str) -> None:
    assert replies("transcript", text) == ["您好", "不行"]


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_such_a_text_is_known_for_a_transcript(text: str) -> None:
    assert looks_like_transcript(text)


QUESTIONS = {
    "Q and A": "Q：能退吗\nA：不行\n\nQ2：能换吗\nA2：您好",
    "asked and answered": "问：能退吗\n答：不行\n问：能换吗\n答：您好",
    "question and answer": "问题：能退吗\n回复：不行\n问题：能换吗\n回复：您好",
    "whose question and whose answer": "客户问题：能退吗\n客服回复：不行\n客户问题：能换吗\n客服回复：您好",
}


@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_questions_and_answers(text: str) -> None:
    assert replies("transcript", text) == ["不行", "您好"]
    assert looks_like_transcript(text)


SIDES = {
    "where somebody is ours, the unknown are customers": ("客服：您好\n张三：能退吗\n李四：哦", ["您好"]),
    "where somebody is the customer, the unknown is ours": (
        "客户：能退吗\n小王：不行\n客户：哦\n小王：您好",
        ["不行", "您好"],
    ),
    "where nobody is known, nothing is a reply": ("张三：能退吗\n李四：不行\n张三：哦", []),
    "two letters tell nothing": ("A：能退吗\nB：不行\nA：哦", []),
    "the program writes too": ("系统：会话开始\n张三：能退吗\n客服：不行\n系统消息：会话结束", ["不行"]),
    "the program is not the other side": ("系统：会话开始\n张三：哦\n系统：会话结束", []),
    "accounts as shops show them are customers'": ("tb_9981：能退吗\n小美：您好\nt***8：哦", ["您好"]),
    "who the head of the file names": (
        "客服昵称：小美\n买家昵称：小丽\n\n10:23 小丽：能退吗\n10:24 小美：您好\n10:25 小丽：小美",
        ["您好"],
    ),
    "shops and titles": ("小美（某某旗舰店）：不行\ntb1：能退吗", ["不行"]),
    "an account manager is no customer": ("客户经理：不行\n客户：能退吗", ["不行"]),
}


@pytest.mark.parametrize(("text", "expected"), SIDES.values(), ids=SIDES.keys())
def test_whose_words_they_are(text: str, expected: list[str]) -> None:
    assert replies("transcript", text) == expected


def test_the_settings_name_our_speakers() -> None:
    text = "王丽：您好\n张三：能退吗\n李四：哦\n"
    assert replies("transcript", text) == []
    (segment,) = TRANSCRIPT.segments(text, Reading(speakers=("王丽",)))
    assert (segment.text, segment.label, segment.author) == ("您好", "王丽", "王丽")


TURNS = {
    "several lines": ("客服：您好\n请稍等\n客户：哦", ["您好\n请稍等"]),
    "paragraphs": ("客服：您好\n\n这个不行\n\n客户：哦", ["您好\n\n这个不行"]),
    "what stands above": ("消息记录\n消息对象：客服\n\n客服：您好\n客户：哦", ["您好"]),
    "a line divides": ("客服：您好\n------\n点评：不行\n客户：哦", ["您好"]),
    "a line with a date divides": ("客服：您好\n—— 2026年1月2日 ——\n以下是新消息\n客户：哦", ["您好"]),
    "a time divides": ("2026-01-02 10:23:45\n客服：您好\n2026-01-02 10:24:45\n客户：哦", ["您好"]),
    "a heading divides": ("客服：您好\n## 点评\n不行\n客户：哦", ["您好"]),
    "an empty turn": ("客服：\n客户：哦\n客服：您好", ["您好"]),
    "a turn without Chinese": ("客服：OK\n客户：哦", []),
    "fields are no speakers": (
        "客服：请提供\n订单号：\n收件人：\n客服电话：1\n客户：哦",
        ["请提供\n订单号：\n收件人：\n客服电话：1"],
    ),
    "steps and times are no speakers": (
        "客服：您好\n第一步：关机\n9:00 开门\n1、重启：好\n客户：哦",
        ["您好\n第一步：关机\n9:00 开门\n1、重启：好"],
    ),
    "sentences are no speakers": (
        "客服：您好\n如有疑问请咨询客服：400\n客户：哦\n我刚问客服：哦",
        ["您好\n如有疑问请咨询客服：400"],
    ),
    "links are no speakers": ("客服：您好\nhttps://a.cn\nftp：请\n客户：哦", ["您好\nhttps://a.cn\nftp：请"]),
    "quoted words are no speakers": ("客服：您好\n“客户：不行”\n客户：哦", ["您好\n“客户：不行”"]),
    "a message passed on is its sender's": ("客户：能退吗\n【某某旗舰店】您好\n客服：不行", ["不行"]),
    "no turns": ("您好\n不行", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), TURNS.values(), ids=TURNS.keys())
def test_turns(text: str, expected: list[str]) -> None:
    assert replies("transcript", text) == expected


SPEAKERS = {
    "a side alone": ("客服：您好", "客服", ""),
    "role and name": ("客服(小王)：您好", "客服(小王)", "小王"),
    "name and role": ("小王（客服）：您好", "小王（客服）", "小王"),
    "in one word": ("客服小王：您好", "客服小王", "小王"),
    "a number": ("客服001：您好", "客服001", "001"),
    "a shop's account": ("某某旗舰店:小美 10:23：您好", "某某旗舰店:小美", "小美"),
    "in English": ("Mary (Agent): 您好", "Mary (Agent)", "Mary"),
    "in bold": ("**客服-小王**：您好", "客服-小王", "小王"),
    "a title": ("客户经理小李：您好", "客户经理小李", "小李"),
    "me": ("我：您好", "我", ""),
    "a name alone": ("客户：能退吗\n小王：您好", "小王", "小王"),
}


@pytest.mark.parametrize(("text", "label", "author"), SPEAKERS.values(), ids=SPEAKERS.keys())
def test_a_turn_says_who_wrote_it(text: str, label: str, author: str) -> None:
    (segment,) = TRANSCRIPT.segments(text)
    assert (segment.label, segment.author) == (label, author)


NO_TRANSCRIPTS = {
    "nothing": "",
    "a reply": "您好，很高兴为您服务：请问有什么可以帮您？",
    "a library": "您好，请稍等\n\n非常抱歉，这个不行\n\n感谢您的来电",
    "a library with headings": "退货：您好\n换货：不行\n发票：好的",
    "a library whose headings are sides": "售前：您好\n售后：不行\n会员：好的\n发票：好的",
    "one side": "客服：您好\n客服：不行",
    "one turn": "客服：您好",
    "a letter": "尊敬的客户：\n您好！\n\n此致\n客服",
    "fields": "订单号：1\n地址：北京\n电话：2\n客服：小王",
    "logistics": "您好，物流如下：\n2026-01-02 10:23:45 快件已到达北京\n2026-01-02 12:23:45 派送中\n请等候",
    "opening hours": "营业时间：\n周一 9:00\n周二 10:00\n高铁 10:23\n高铁 11:20\n",
    "notices": "2026-01-02 公告：放假\n2026-01-03 通知：您好\n2026-01-04 公告：上班",
    "versions": "1.2.10 更新：您好\n1.2.11 修复：不行\n1.2.12 更新：好",
    "unknown names": "张三：能退吗\n李四：不行\n张三：哦",
    "a chat at the end of a library": "您好\n\n" * 30 + "客服：您好\n客户：哦",
    "a library behind two labels": "客服：您好\n客户：哦\n" + "\n请稍等\n" * 30,
}


@pytest.mark.parametrize("text", NO_TRANSCRIPTS.values(), ids=NO_TRANSCRIPTS.keys())
def test_what_is_no_transcript(text: str) -> None:
    assert not looks_like_transcript(text)


def test_a_transcript_of_unknown_parties_is_one_all_the_same() -> None:
    text = "[2026/1/2 10:23:11] 张三: 能退吗\n[2026/1/2 10:23:50] 李四: 不行\n[2026/1/2 10:24:11] 张三: 哦"
    assert looks_like_transcript(text)
    assert replies("transcript", text) == []


# -- generated conversations ----------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(
        [*"您好臺，。 a", "不行", "喂，您", "😀", "请看 https://a.cn/x", "\n", "\n\n", "3 > 2", "“是”"]
    ),
    max_size=8,
).map(lambda parts: "请" + "".join(parts).rstrip())
STYLE = st.sampled_from(
    [
        "{name}：{words}",
        "{name}: {words}",
        "**{name}**：{words}",
        "[2026-01-02 10:23] {name}: {words}",
        "{name} 10:23:45\n{words}",
        "2026-01-02 10:23:45 {name}\n{words}",
        "{name} (2026-01-02 10:23:45): {words}",
        "<{name}> {words}",
    ]
)
OURS = st.sampled_from(["客服", "坐席"])
THEIRS = st.sampled_from(["客户", "买家"])


@st.composite
def conversations(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A transcript, and what our side says in it."""
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    turns, ours = [], []
    for number in range(draw(st.integers(2, 6))):
        our_turn = draw(st.booleans()) if number > 1 else number == 0
        words = draw(WORDS).replace("\n", ending)
        turns.append(draw(STYLE).format(name=draw(OURS if our_turn else THEIRS), words=words))
        if our_turn:
            ours.append(words)
    return draw(st.sampled_from([ending, ending * 2])).join(
        t.replace("\n", ending) if "\r" not in t else t for t in turns
    ), ours


@settings(max_examples=150)
@given(conversations())
def test_mending_a_transcript_mends_our_words_and_nothing_else(case: tuple[str, list[str]]) -> None:
    text, ours = case
    assert replies("transcript", text) == ours
    spans_hold_what_they_say("transcript", text)
    parsing_the_fixed_is_fixing_the_parsed("transcript", text)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                *"您好：:\n\r \t<>[]【】()*#-_年.、",
                "客服",
                "客户",
                "张三",
                "10:23",
                "2026-01-02",
                "Q",
                "A",
                "系统",
                "——",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    spans_hold_what_they_say("transcript", text)
    looks_like_transcript(text)
