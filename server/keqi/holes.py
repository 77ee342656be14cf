"""Stretches of a reply that are not prose: placeholders, links, e-mail addresses, code.

No rule reads them and no fix changes them; in a view each of their characters is `HOLE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from keqi.expressions import late
from keqi.text import Span

HOLE = "\ufffc"
"""Stands in a view for every character of a placeholder, link or piece of code."""

# Every dialect of placeholder that SPEC names. Each form is bounded, so that a stray bracket
# never hides the rest of a reply.
_FORMS = (
    r"`[^`\n]{1,200}`",  # code
    r"(?:(?:https?|ftp)://|www\.)[\x21-\x7e]*[A-Za-z0-9/#=&_~+%$-]",  # not the full stop behind it
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,64})+",
    r"\{\{[^{}\n]{1,60}\}\}",
    r"[$#]?\{[^{}\n]{1,60}\}",
    r"%\([^()\n]{1,30}\)[sdf]|%(?:\d\$)?[sdf](?![A-Za-z])|%@",
    r"<[A-Za-z\u4e00-\u9fff_/][^<>\n]{0,40}>",
    r"\[[^\[\]\n]{1,16}\](?:\([^()\s]{1,300}\))?",
    r"[Xx×✕＊*_]{2,}",
)
_HOLES = late("|".join(f"(?:{form})" for form in _FORMS))
_MAYBE = re.compile(r"[`{<\[%@/WwXx×✕＊*_]")

# Chat programs write their stickers as a word in brackets; to a reader they are pictures.
_STICKERS = frozenset(
    [
        "微笑",
        "呲牙",
        "玫瑰",
        "抱拳",
        "愉快",
        "可怜",
        "捂脸",
        "偷笑",
        "憨笑",
        "大笑",
        "笑脸",
        "笑哭",
        "流泪",
        "大哭",
        "发怒",
        "尴尬",
        "调皮",
        "害羞",
        "得意",
        "疑问",
        "惊讶",
        "再见",
        "握手",
        "强",
        "赞",
        "鼓掌",
        "爱心",
        "心",
        "拥抱",
        "耶",
        "合十",
        "太阳",
        "礼物",
        "鲜花",
        "庆祝",
        "加油",
        "哇",
        "嘿哈",
        "奸笑",
        "机智",
        "皱眉",
        "晕",
        "汗",
        "抓狂",
        "亲亲",
        "飞吻",
        "OK",
        "ok",
        "好的",
        "比心",
        "哈哈",
        "委屈",
        "撇嘴",
        "鄙视",
        "白眼",
        "傲慢",
        "咖啡",
        "蛋糕",
        "Smile",
        "Rose",
        "Facepalm",
    ]
)


def find_holes(text: str) -> tuple[list[Span], list[Span]]:
    """The holes of `text`, and the chat stickers ([微笑]), which read like an emoji.

    Both in order, not overlapping, in code points of the original text.
    """
    holes: list[Span] = []
    stickers: list[Span] = []
    if _MAYBE.search(text):
        for found in _HOLES.finditer(text):
            (stickers if _is_sticker(found[0]) else holes).append(Span(*found.span()))
    return holes, stickers


def _is_sticker(found: str) -> bool:
    return found.startswith("[") and found[1:-1] in _STICKERS


def merge(holes: Iterable[Span]) -> Iterator[Span]:
    """The same stretches in order, those that touch or overlap joined."""
    current: Span | None = None
    for hole in sorted(holes):
        if current is None:
            current = hole
        elif hole.start <= current.end:
            current = Span(current.start, max(current.end, hole.end))
        else:
            yield current
            current = hole
    if current is not None:
        yield current
