"""Cantonese as the rules read it: its function words put for the Mandarin ones, place by place.

Rules are written in Mandarin; an agent in Hong Kong types 唔好再打嚟 for 不要再打来. What differs in most
sentences is a few dozen function words, so these are read as Mandarin ones *of the same length*: every
other character keeps its place, and the way back to the draft stays a plain offset. Words that have no
Mandarin word of their length stay as they are; a rule that wants them names them.

Both sides are read so. Of drafts only those that show Cantonese: a Mandarin 唔，好的 is a hum, no 不, and a
Taiwanese 係 is no sign. Of patterns all, since the lexicon writes such words for nothing else: a pattern
may say 唔好 or 不要 and means both, in either language. Only what a pattern takes apart, 唔(好|使), is read
sign by sign, as 不(好|用), and misses the draft's 不要: write (唔好|唔使).

Left out on purpose: 你哋, which the rules of address know; 係咪, since rules for a rude 您係咪… would find
the courteous 是否; 今日, 幾時 and whatever else Mandarin writes, too; a lone 點, 返, 咪, 話, 咩, which mean
too much.
"""

from __future__ import annotations

from typing import Final

from keqi.expressions import late

SIGNS: Final = "嘅咗唔喺哋冇嚟啲嗰喎㗎"
"""The commonest signs of Cantonese; beside one that is Traditional only they tell a Hong Kong draft."""

_HAN: Final = r"[\u3400-\u9fff]"
_SURE: Final = "嘅咗喺哋冇嚟啲嗰𠮶㗎佢攞揾搵嘢咁啱睇谂諗"
_MAY_SHOW: Final = late(f"[{_SURE}唔係乜仲邊边喇]|[而依]家")
"""One set of characters first: a search for single characters is ten times cheaper."""
_SHOWS: Final = late(
    rf"[{_SURE}]|[唔真梗仲]係|係咪|乜都|仲[有要未想]|喇(?![叭嘛])|[而依]家(?![庭里裡裏族长長具])|(?<={_HAN})唔(?={_HAN})(?!唔)"
    r"|(?<![這这那旁左右兩两身海周外裡裏里路窗街前後后一])[邊边](?:[個个]|[度位](?!数|數))"
    rf"|唔(?={_HAN})(?!好[的吧]|[我您你这這那是对對明了请請亲親在嗯呢啊呀唔])"
)
"""What only somebody who writes Cantonese writes; 唔 at the start only where no sentence of its own follows."""

_COPULA: Final = late("(?<![关關])係(?![数數咪])")

_WORDS: Final = {
    # no, not, do not
    "唔好(?=意思)": "不好",
    "唔好(?!彩)": "不要",
    "唔使": "不用",
    "唔该晒": "谢谢了",
    "唔该": "麻烦",
    "唔得闲": "没时间",
    "(?<![得改退换整搞做办行去用修补减拆占装洗评])唔得(?![切已了])": "不行",
    "唔紧要": "不要紧",
    "唔明(?!白)": "不懂",
    "唔识(?![字路人趣相])": "不懂",
    "冇所谓": "无所谓",
    "唔(?![唔,。!?~…、]|$)": "不",
    # to be
    "係(?!咪)": "是",
    "(?<=[唔都就真梗净仲先总即硬又亦一])系(?![统列数咪])|系(?=咁)": "是",
    r"(?<=\()系(?=\)|\|系咪)|(?<=\([都就]\|)系(?=[)|])|系(?=\)\(咁)": "是",  # as patterns write it
    # who, what, where, why, how
    "边度": "哪里",
    "(?<![这那呢旁左右两身海周外里路窗街东西南北前后一])边(?=[个位间款有得])": "哪",
    r"[乜咩][嘢野](?!\?)": "什么",
    "做[咩乜](?![嘢野])": "干嘛",
    "点解(?![绑除开锁决释答冻密压])": "为何",
    "点样": "怎样",
    # this and that, now and then
    "呢[度处]": "这里",
    "呢(?=[个啲些边样件单间张条种次位部款份类])": "这",
    "[嗰𠮶]度": "那里",
    "[嗰𠮶]阵": "那时",
    "[而依]家先": "现在才",
    "[而依]家|家阵": "现在",
    "听日(?![语文本])": "明天",
    "[琴寻]日(?![找求])": "昨天",
    # people
    "我哋": "我们",
    "佢哋": "他们",
    "人哋": "人家",
    # the rest
    "(?<=[快早慢迟好大细小多少平贵近远耐楚真爽利(|])啲(?![嘢人事])": "点",
    "仲(?![裁介夏秋冬春伯])": "还",
    "(?<!电)话咗": "说了",
    "搞掂": "搞定",
    "钟意": "喜欢",
    "(?<=[你您])谂住": "以为",
    "返嚟": "回来",
    "返去": "回去",
    "惊(?=[你您冇])": "怕",
    "喇(?![叭嘛])": "啦",
    "咪(?=自己)": "就",
    "就得(?=[,。!?~])": "就行",
    "咋(?=嘛|[,。!?~])": "呀",
}
"""Words of Simplified text as regular expressions, and what they are read as: as long, tried in this order."""

_ONE: Final = str.maketrans(
    "嘅咗喺冇嚟啲嗰𠮶佢睇揾搵攞畀俾谂諗㗎嘢", "的了在没来些那那他看找找拿给给想想的事"
)
"""Signs that are one Mandarin word wherever else they stand."""

_WORD: Final = late("|".join(f"({word})" for word in _WORDS))
_READ_AS: Final = tuple(_WORDS.values())


def shows_cantonese(text: str) -> bool:
    """Whether a draft (Traditional or Simplified) is written in Cantonese, as far as its signs tell."""
    return _MAY_SHOW.search(text) is not None and _SHOWS.search(text) is not None


def with_plain_copula(text: str) -> str:
    """Cantonese text with 是 for the copula 係; to be asked for before all is simplified and 係 becomes 系."""
    return _COPULA.sub("是", text) if "係" in text else text


def as_mandarin(text: str) -> str:
    """Cantonese in Simplified characters, its function words in Mandarin: code point by code point as long."""
    return _WORD.sub(lambda word: _READ_AS[(word.lastindex or 1) - 1], text).translate(_ONE)
