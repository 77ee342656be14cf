"""The usual names: which columns and keys hold replies, who is speaking, who wrote it.

Shared by every format whose files name their values. A name is compared without case, white
space and punctuation, so that `Reply_Text`, `reply-text` and `replyText` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from keqi.expressions import late
from keqi.formats import Reading


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REPLY = _words(
    "内容 回复 回覆 回复内容 回覆內容 回复话术 话术 話術 话术内容 标准话术 答案 答复 答覆 解答 回答 "
    "应答 应答话术 推荐回复 推荐话术 快捷回复 快捷短语 短语 短语内容 模板 模板内容 模版 模版内容 文案 "
    "正文 文本 客服回复 坐席回复 客服 坐席 客服话术 坐席话术 开场白 欢迎语 结束语 content reply replies "
    "replytext replycontent response responses answer answers answertext message messages msg text body "
    "template templates script macro comment snippet value agent agentreply agenttext assistant output "
    "completion utterance 参考回复 参考话术 参考答案 标准回复 标准答案 标准答复 回复模板 自动回复 "
    "人工回复 优化话术 常用语 消息 消息内容 聊天内容 对话内容 发言内容"
)
"""Columns and keys that usually hold what is said to a customer."""

CUSTOMER = _words(
    "问题 问 提问 客户问题 用户问题 标准问 标准问题 相似问 相似问法 咨询内容 客户 用户 客户消息 "
    "用户消息 买家消息 question questions query customer user input prompt customermessage usermessage"
)
"""Columns and keys that usually hold what the customer said."""

AUTHOR = _words(
    "坐席姓名 坐席工号 坐席名称 客服姓名 客服工号 客服名称 客服人员 客服昵称 工号 姓名 作者 编写人 "
    "撰写人 责任人 负责人 维护人 创建人 录入人 author agentname agentid staff owner writer createdby "
    "operator"
)
"""Columns and keys that usually say who wrote a reply."""

ROLE = _words("角色 说话人 发言人 发送方 发送者 发送人 消息来源 身份 role speaker sender from side party")
"""Columns and keys that usually say which side a line of a conversation comes from."""

OTHER = _words(
    "编号 序号 分类 类别 类型 场景 适用场景 标题 主题 备注 时间 日期 创建时间 更新时间 修改时间 标签 渠道 状态 "
    "关键词 意图 版本 订单号 会话编号 id number index category type scene title remark remarks note notes "
    "time date datetime timestamp createdat updatedat tag tags channel status keyword keywords intent "
    "orderid sessionid "
)
"""Columns that usually hold something else altogether."""

OURS = _words(
    "客服 坐席 客服代表 客服人员 客服专员 人工客服 在线客服 智能客服 机器人客服 机器人 售后 售前 "
    "售后客服 售前客服 商家 卖家 店家 店铺 掌柜 店小二 小二 顾问 管家 专员 服务员 工作人员 接线员 "
    "话务员 我 我方 坐席端 員工 agent assistant bot seller staff service support operator csr cs rep "
    "representative system me kf"
)
"""Labels of our own side in a conversation."""

THEIRS = _words(
    "客户 客戶 顾客 顧客 用户 用戶 买家 買家 消费者 来电人 来电者 来访者 访客 游客 旅客 乘客 住客 客人 "
    "会员 患者 病人 家属 业主 市民 群众 学生 家长 对方 他 她 customer user buyer client guest visitor "
    "caller human patient member"
)
"""Labels of the customer in a conversation."""

HAN = late(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
"""A Chinese character: text without one is no reply that keqi could judge."""

_NUMBER = re.compile(r"\d+")
_NOISE = re.compile(r"[\W_]+")
_REMARK = re.compile(r"(?<=.)[（(\[【][^（(\[【）)\]】]*[）)\]】]")
_ORDINAL = re.compile(r"(?<=\D)[\d一二三四五六七八九十]{1,3}$")


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """`name` as it is compared: without case, white space, punctuation and a number at its end."""
    return _ORDINAL.sub("", _NOISE.sub("", name).lower())


def heading(name: str) -> str:
    """The name of a column as it is compared: `plain`, and without remarks: 回复（必填）."""
    return plain(_REMARK.sub("", name))


def chosen_columns(header: Sequence[str], reading: Reading) -> list[int] | None:
    """The columns that hold replies, by number from 0; None when neither settings nor names tell.

    Columns that the settings name count from 1 when they are numbers; one that the header does
    not have is left out (the settings may be meant for several files).
    """
    if reading.columns:
        named = [_column(header, name) for name in reading.columns]
        return sorted({n for n in named if n is not None})
    found = [n for n, name in enumerate(header) if names_replies(name)]
    return found or None


def names_replies(name: str) -> bool:
    """Whether a column of that name usually holds replies: 话术, 售后话术."""
    return heading(name) in REPLY or heading(name).endswith(("话术", "話術"))


def author_column(header: Sequence[str], reading: Reading) -> int | None:
    """The column that says who wrote a reply, from 0; None without one."""
    if reading.author:
        return _column(header, reading.author)
    return next((n for n, name in enumerate(header) if heading(name) in AUTHOR), None)


def role_column(header: Sequence[str]) -> int | None:
    """The column that says who speaks, from 0; None without one."""
    return next((n for n, name in enumerate(header) if heading(name) in ROLE), None)


def _column(header: Sequence[str], name: str) -> int | None:
    names = [title.strip() for title in header]
    if name.strip() in names:
        return names.index(name.strip())
    if _NUMBER.fullmatch(name):
        return int(name) - 1
    wanted = heading(name)
    return next((n for n, title in enumerate(header) if wanted and heading(title) == wanted), None)


def looks_like_header(cells: Sequence[str], reading: Reading) -> bool:
    """Whether a first row names columns: short cells, one of which has a usual or a chosen name.

    Where several have, the cells may be longer: they explain what belongs below.
    """
    known, longest = names(cells, reading), max((len(cell.strip()) for cell in cells), default=0)
    return longest <= 20 if known == 1 else known > 1 and longest <= 100


def names(cells: Sequence[str], reading: Reading) -> int:
    """How many of the cells are the usual or a chosen name of a column."""
    wanted = {heading(name) for name in (*reading.columns, reading.author) if not name.isdecimal()} - {""}
    known = CUSTOMER | AUTHOR | ROLE | OTHER | wanted
    return sum(1 for cell in cells if heading(cell) in known or names_replies(cell))


def is_ours(label: str, reading: Reading) -> bool | None:
    """Whether a speaker's label means our side; None when it does not say."""
    if label.strip() in reading.speakers:
        return True
    name = plain(label)
    if name in OURS or any(name.startswith(o) for o in ("客服", "坐席", "售后", "售前", "商家", "卖家")):
        return True
    if name in THEIRS or any(name.startswith(t) for t in ("客户", "客戶", "用户", "用戶", "买家", "顾客")):
        return False
    return None


# -- structured files -----------------------------------------------------------------------------

Path = tuple[str | int, ...]
"""The way to a value: keys of mappings and positions in lists."""


def dotted(path: Path) -> str:
    """A path as people write it: ``answers[2].text``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> re.Pattern[str]:
    """A key pattern as a regular expression over dotted paths.

    ``*`` stands for one step or a part of one, ``**`` for any number of steps, ``[*]`` for any
    position. A pattern without a dot or bracket means the last key, wherever it is.
    """
    if not re.search(r"[.\[]", pattern) and "**" not in pattern:
        pattern = f"**.{pattern}"
    out = []
    for piece in re.split(r"(\*\*\.?|\[\*\]|\*)", pattern):
        if piece.startswith("**"):
            out.append(r"(?:.*[.\]])?" if piece.endswith(".") else ".*")
        elif piece == "[*]":
            out.append(r"\[\d+\]")
        else:
            out.append(r"[^.\[\]]*" if piece == "*" else re.escape(piece))
    return re.compile("".join(out).rstrip() + r"(?:\[\d+\])*", re.DOTALL)


def key_filter(paths: Iterable[Path], reading: Reading) -> Callable[[Path], bool]:
    """Which of a file's string values are replies, given the paths of all of them.

    The settings' patterns decide; without any, values under the usual names of replies; where
    the file uses none of those names, every value that does not stand under a customer's,
    an author's or a role's name.
    """
    if reading.keys:
        patterns = [_matcher(p) for p in reading.keys]
        return lambda path: any(p.fullmatch(dotted(path)) for p in patterns)
    if any(_named(path, REPLY) for path in paths):
        return lambda path: _named(path, REPLY)
    other = CUSTOMER | AUTHOR | ROLE
    return lambda path: not _named(path, other)


def theirs(path: Path) -> bool:
    """Whether the nearest key above the value is a label of the customer: ``{"买家": "…"}``."""
    return _named(path, THEIRS)


def _named(path: Path, names: frozenset[str]) -> bool:
    """Whether the nearest key above the value, itself included, is one of `names`."""
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    return plain(key) in names
