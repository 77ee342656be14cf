"""Chat transcripts: what a label says of who is speaking.

A label is what stands where a speaker's name may stand: 客服(小王), 张三, and by mistake also 订单号 or
温馨提示, which the lists here tell from names as well as it can be done without a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from keqi.expressions import late
from keqi.formats import BY_NAMES, Reading
from keqi.formats.naming import OURS, THEIRS, is_ours, plain

_SIMPLIFIED = str.maketrans(
    "戶顧買賣號碼電話機熱線時間說備註項內費額價題問議鏈連眾聯繫單貨發簽評規則條態類總結點門賬帳訂產優換餘務經專員櫃長師張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇呂盧鐘鍾譚陸賈鄒龍賀龔萬錢嚴歐閻範艦營後應復覆訪遊會業來銷統訊請嗎為與這麼給讓講訴撥補資權諾證須網郵狀進標論數顏紅綠藍驟辦還諮詢轉氣衛",
    "户顾买卖号码电话机热线时间说备注项内费额价题问议链连众联系单货发签评规则条态类总结点门账帐订产优换余务经专员柜长师张刘陈杨黄赵吴孙马罗郑谢许韩冯邓萧蒋叶苏吕卢钟钟谭陆贾邹龙贺龚万钱严欧阎范舰营后应复复访游会业来销统讯请吗为与这么给让讲诉拨补资权诺证须网邮状进标论数颜红绿蓝骤办还咨询转气卫",
)
"""Of the characters that the lists below need; they are in Simplified characters only."""

LONGEST = 20
"""Code points that the name of somebody unknown may have."""

_NOBODY = re.compile("(?:系统|system)(?:消息|提示|通知|公告|信息|回复)?|旁白", re.IGNORECASE)

_OUR_TITLES = late(
    "(?i)客户(?:经理|服务|专员|代表|顾问)|客服|坐席|座席|专员|顾问|管家|掌柜|小二|店长|助手|助理|旗舰店|专卖店|专营店|官方|自营"
    r"|售[前后中]|接线员|话务员|服务员|customer\s*(?:service|care|support)|\bagent\b"
)
"""What means our side wherever it stands in a label."""

_THEIR_TITLES = late(r"(?i)客户|用户|顾客|买家|业主|来电|访客|customer|^(?:tb|jd|pdd|wxid)[_\d]\w*$|[*＊]{2}")
"""What means the customer wherever it stands in a label; tb123 and t***8 is how shops show their accounts."""

_ASKS = frozenset(["q", "问", "提问", "问题", "咨询", "question"])
_ANSWERS = frozenset(["a", "答", "回答", "回复", "答复", "解答", "答案", "answer", "reply"])
"""Labels of two sides where a file has both; alone, 问题： is but a heading within a reply."""

_FIELD = late(
    "(?i).*(?:号|号码|地址|网址|电话|手机|热线|时间|日期|姓名|户名|用户名|昵称|对象|密码|账户|名称|须知|政策|承诺|等级|权益|资料|信息|id)"
)
"""Names of fields (客服电话, 收件地址): no speakers, whatever else they contain."""

_TOPIC = late(
    "(?i).*(?:提示|提醒|说明|备注|注意|事项|原因|方式|方法|方案|办法|步骤|流程|内容|金额|价格|费|费用|型号|规格|颜色|尺码|尺寸|数量"
    "|重量|结果|问题|建议|链接|邮箱|微信|公众号|附件|例如|比如|如下|状态|类型|规则|条件|要求|情况|进度|标题|主题|总结|结论|地点"
    "|部门|公司|单位|材料|账单|快递|物流|订单|商品|产品|品牌|活动|优惠|退款|退货|换货|发货|收货|签收|评价|周期|高度|余额|程序"
    "|任务|[白黄金黑红蓝绿灰]色|付款|照片|图片|视频|截图|凭证|小时|小结|小票|小计|小贴士|小红书|小米|老客|白条|余额宝|高铁|首先|其次|最后|另外|补充|[收寄联][件系货]人)"
    r"|注|第.{1,3}[步条点天]|周[一二三四五六日末]|https?|ftp|mailto|tel|qq|p\.?s\.?|re|fwd?|subject|from|to|cc"
    r"|date|note|tips?"
)
"""Headings and fields within a message."""

_STOPS = re.compile("[，。！？；、“”…,!?;]")
_LETTER = re.compile(r"[^\W\d_]|\d{5}|\d{3,4}[ -]\d{4}")
"""A name has a letter, or is the number of a telephone or an account."""

_WORDS = late(
    "[您你妳我请的是了在有不吗呢吧啊为以和与或可会要能如若及但因所则即这那哪么怎说讲给让]|问(?![题答]|$)"
    "|^(?:联系|咨询|找|转|投诉|呼叫|拨打|添加)"
)
"""What sentences have and names rarely do."""

_PERSON = late(
    "(?:[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚钟姜崔谭陆范汪"
    "廖石韦贾夏付傅方邹熊白孟秦邱侯江尹薛阎雷段史龙陶贺顾毛郝龚邵万覃武钱戴严莫孔向常]|欧阳|上官|司马|诸葛|[小老阿])"
    "[\u4e00-\u9fff]{1,2}|.{1,8}(?:先生|女士|小姐|太太|师傅|老师|阿姨|大叔|大哥|大姐|[哥姐总]|经理|主管)"
)
"""Names that can hardly be anything but a person's."""

_BETWEEN = re.compile(r"[()（）【】\[\]<>:：/|·\-–—_\s]+")
_ROLE = late(
    "(?i)(?:(?:人工|在线|智能|机器人|售[前后])?(?:客服|坐席|座席)|售[前后])(?:代表|专员|人员|回复|回答)?|agent"
    "|客户(?:经理|服务|专员|代表|顾问)"
)
"""The part of a label that tells the side."""


def sides(names: Iterable[str], reading: Reading) -> dict[str, bool]:
    """Whether each of a file's labels means our side; those that do not say are left out."""
    names = set(names)
    told = {name: ours for name in names if (ours := _side(name, reading)) is not None}
    short = {name: plain(_simple(name)) for name in names}
    if not (_ASKS.isdisjoint(short.values()) or _ANSWERS.isdisjoint(short.values())):
        told |= {name: s in _ANSWERS for name, s in short.items() if s in _ASKS | _ANSWERS}
    return told


def introduced(label: str) -> bool | None:
    """Which side a field names somebody of (客服昵称：小美); None for labels that are no such field."""
    name = _simple(label)
    if not _FIELD.fullmatch(name) and plain(name) not in OURS | THEIRS:
        return None
    return True if _OUR_TITLES.search(name) else False if _THEIR_TITLES.search(name) else None


def _simple(name: str) -> str:
    """The label in Simplified characters, code point by code point."""
    return name.translate(_SIMPLIFIED)


@lru_cache(maxsize=4096)
def _side(label: str, reading: Reading) -> bool | None:
    """Whether a label means our side; None when it does not say, or is no speaker's."""
    if not {label, *_parts(label)}.isdisjoint(reading.speakers):
        return True
    name = _simple(label)
    if is_nobody(name):
        return None
    if plain(name) in OURS | THEIRS:
        return plain(name) in OURS
    if _FIELD.fullmatch(name) or _STOPS.search(name) or reads_like_words(name):
        return None
    if _OUR_TITLES.search(name):
        return True
    if _THEIR_TITLES.search(name):
        return False
    told = {is_ours(part, BY_NAMES) for part in (name, *_parts(name))} - {None}
    return True in told if told else None


def is_nobody(label: str) -> bool:
    """Whether no party of the conversation has this label: the program writes under it."""
    return _NOBODY.fullmatch(_simple(label)) is not None


def is_usual(label: str, reading: Reading) -> bool:
    """Whether the label is no more than a usual name of a side, or named in the settings."""
    return plain(_simple(label)) in OURS | THEIRS or label in reading.speakers


def may_be_a_name(label: str) -> bool:
    """Whether somebody unknown may be called so; false for a heading or a field of a message."""
    name = _simple(label)
    return (
        len(name) <= LONGEST
        and _LETTER.search(name) is not None
        and not (_FIELD.fullmatch(name) or _TOPIC.fullmatch(name) or _STOPS.search(name))
    )


def reads_like_words(label: str) -> bool:
    """Whether a label is more likely to be the beginning of a sentence: 我想问一下."""
    return _WORDS.search(_simple(label)) is not None


def is_a_person(label: str) -> bool:
    """Whether a label that may be a name is likely to be a person's."""
    name = _simple(label)
    return _PERSON.fullmatch(next(iter(_parts(name)), name)) is not None


@lru_cache(maxsize=4096)
def author(label: str, reading: Reading) -> str:
    """The name of the person in a label of our side; empty when it only tells the side."""
    if label in reading.speakers:
        return label
    own = [part for part in _parts(label) if _side(part, BY_NAMES) is None]
    if plain(_simple(label)) in OURS | _ANSWERS:
        own = re.findall(r"\d+$", label)
    elif not own:
        role = _ROLE.search(_simple(label))
        own = [(label[: role.start()] + label[role.end() :]).strip(" -_#")] if role else []
    return " ".join(own)


def _parts(name: str) -> list[str]:
    """What a label is made of: 客服(小王) is 客服 and 小王."""
    return [part for part in _BETWEEN.split(name) if part]
