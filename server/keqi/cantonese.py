"""Cantonese as the rules read it: its function words put for the Mandarin ones, place by place.

Rules are written in Mandarin; an agent in Hong Kong types 唔好再打嚟 for 不要再打来. What differs in most
sentences is a few dozen function words, so these are read as Mandarin ones, in two steps.

`as_mandarin` reads words as Mandarin ones *of the same length*, in drafts that show Cantonese and in all
patterns: every character keeps its place. A Mandarin 唔，好的 is a hum, no 不, and a Taiwanese 係 is no sign;
but the lexicon writes such words for nothing else, so a pattern may say 唔好 or 不要 and means both, in
either language. Only what a pattern takes apart, 唔(好|使), is read sign by sign, as 不(好|用), and misses
the draft's 不要: write (唔好|唔使).

`spelt_out` reads, in drafts alone, what Mandarin says in another length or only in this place: 邊個 as 谁,
點 as 怎么, 咩 as 什么 or 吗. It tells where each character came from. A pattern that says such a word means
both: `both_ways` puts (边个|谁) for it.

Left out on purpose: 你哋, which the rules of address know, and whatever else means too much.

`in_writing` is for what a rewrite carries over into its written Chinese: 嗰張單 as 那張單.
"""

from __future__ import annotations

import re
from typing import Final

from keqi.expressions import late

SIGNS: Final = "嘅咗唔喺哋冇嚟啲嗰喎㗎"
"""The commonest signs of Cantonese; beside one that is Traditional only they tell a Hong Kong draft."""

_HAN: Final = r"[\u3400-\u9fff]"
_SURE: Final = "嘅咗喺哋冇嚟啲嗰𠮶㗎佢攞揾搵嘢咁啱睇谂諗畀噉啩嘥瞓攰嗌嗱枱揸慳㖞"
_MAY_SHOW: Final = late(f"[{_SURE}唔係乜咩仲邊边喇啫喎企點緊晒蚊得俾同話傾幫返咪]|[而依]家")
"""One set of characters first: a search for single characters is ten times cheaper."""
_SHOWS: Final = late(
    rf"[{_SURE}]|[唔真梗仲]係|係咪|乜[都嘢]|仲[有要未想嫌爭差問好可會敢話點]|喇(?![叭嘛])|[而依]家(?![庭里裡裏族長长具])|(?<={_HAN})唔(?={_HAN})(?!唔)"
    r"|(?<![這这那旁左右兩两身海周外裡裏里路窗街前後后一])[邊边](?:[個个]|[度位](?!数|數))"
    rf"|唔(?={_HAN})(?!好[的吧]|[我您你这這那是对對明了请請亲親在嗯呢啊呀唔])"
    r"|點解(?![決釋開除鎖凍綁])|[有做使關]咩|咩[事料人]|屋企|企[埋喺]|啫(?!喱)|[0-9百千萬]蚊(?![帳帐香子蟲])|幾[多耐](?!愁)"
    r"|(?<=[等查做搞排理派])緊(?![急要張迫接隨密鄰縮])|(?<=[派賣滿填錯搞])晒|得[閒閑]|[都就]得(?=[，。！,!]|$)"
    r"|俾[你您我佢人]|同[你您佢]講|話[你您]知|傾[計偈]|搞掂|幫襯|返[工學]|咪[^，。！？,]{1,9}囉"
)
"""What only somebody who writes Cantonese writes; 唔 at the start only where no sentence of its own follows."""

_COPULA: Final = late("(?<![关關])係(?![数數咪])")

_WORDS: Final = {
    # no, not, do not
    "唔好(?=意思)": "不好",
    "好唔好": "好不好",
    "使唔使": "要不要",
    "得唔得": "行不行",
    "啱唔啱": "对不对",
    "明唔明(?!白)": "懂不懂",
    "识唔识": "会不会",
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
    "(?<![这那呢旁左右两身海周外里路窗街东西南北前后一])边(?=[位间款有得])": "哪",
    r"[乜咩][嘢野](?!\?)": "什么",
    "做[咩乜](?![嘢野])": "干嘛",
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
    "屋企": "家里",
    # the rest
    "(?<=[快早慢迟好大细小多少平贵近远耐楚真爽利(|])啲(?![嘢人事])": "点",
    "仲(?![裁介夏秋冬春伯])": "还",
    "(?<!电)话咗": "说了",
    "搞掂": "搞定",
    "(?<!边)得闲(?![人谈聊逛话])": "有空",
    "啱啱": "刚刚",
    "啱(?=[到至返收用买订开入])": "刚",
    "啱": "对",
    "啫(?!喱)": "啊",
    "吖": "呀",
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

_ASKED_HERE: Final = "(?<![一二三四五六七八九十百两几半零0-9有早晚快慢差地重要优缺观难热起终站网景特焦])点"
_NO_SIDE: Final = "(?<![这那呢旁左右两身海周外里路窗街东西南北前后一])"

_SPELT: Final = {
    _NO_SIDE + "边个(?=[型款颜尺时分计部单航座房医月品款种牌色码])": "哪个",
    _NO_SIDE + "边个": "谁",
    "点解(?![绑除开锁决释答冻密压])": "为什么",
    _ASKED_HERE
    + "(?=[知算搞做办写填计叫玩拣够讲赔寄查敢肯同]|会|可[以能]|收费|记得|处理|用得|去得|帮|呀|啊)": "怎么",
    "几时(?!候)": "什么时候",
    "系咪": "是不是",
    "有没(?![有()|])": "有没有",
    "(?<=[有做讲问想要搞叫买食睇为干关急])[咩乜]": "什么",
    "咩(?=[?!。,]|$)": "吗",
    "[咩乜](?!水)": "什么",
    "(?<=成)咁": "这样",
    "咁(?=样)": "这",
    "咁(?=[,。!?~的啦呀嘛]|$)": "这样",
    "(?:^|(?<=[,。!?\\n]))咁(?=[你您我他就怪点边要])": "那",
    "咁": "这么",
    "噉": "这样",
    "嘥(?!气)": "浪费",
    "今日": "今天",
    "(?<=[改退换办消理帮整修送派转决补减做搞免批加订收])不到(?=[的啦喇呀啊架,。!?~]|$)": "不了",
    "(?<=[点号日月期晚早天年后家齐满够完])先(?=[\u3400-\u9fff])(?![生到导进决])": "才",
    "(?<=[等做查搞整跟修排])紧(?![急要张迫接随密])": "着",
    "(?<=[买订签拆收到交])那时(?![候间段刻])": "的时候",
    "落单(?!在)": "下单",
    "行埋来": "走过来",
    "行(?=[入出过落])(?![入出]口|出发|落)": "走",
    "入来": "进来",
    "入去": "进去",
    "(?<=[你您我他都才先又还人日])话(?=不(?!到)|[没过要是]|可以|[你您])": "说",
    "不是得(?=[你您我一这])": "不是只有",
    "(?<=[咁好几多])耐(?![心用磨热水高性力])": "久",
    "几多": "多少",
    "嘈": "吵",
    "成日": "整天",
    "(?<!生)日日(?!期)": "天天",
    "(?<=没)计(?=[的啊呀啦,。!?~]|$)": "办法",
    "(?<=[讲问等试])极(?=都)": "多少",
    "(?<=[后前上下][面边])些(?=[人客])": "的",
    "(?<=[都就先])得(?=[,。!?~的啦喇啊呀]|$)": "行",
    "[咪](?=[^,。!?]{1,12}[囉啰](?:[,。!?~]|$))": "就",
    "(?:^|(?<=[,。!?\\n你您就]))咪(?=[搞嘈阻问打再理郁走乱拖催扮成日当睇扰玩逼烦讲嘥嚟来])": "别",
    "[喎㖞](?=[,。!?~]|$)": "哦",
}
"""Words of Simplified text behind `as_mandarin` as regular expressions, and what they are in Mandarin."""

_MEANT: Final = {
    "边个": ("谁", "哪个"),
    "点解": ("为什么", "为何"),
    "几时": ("什么时候",),
    "系咪": ("是不是",),
    "有冇": ("有没有",),
    "唔到": ("不了",),
    "嗰阵": ("的时候",),
    "今日": ("今天",),
    "咁": ("这么", "这样", "那"),
    "噉": ("这样",),
    "乜": ("什么",),
    "咩": ("吗", "什么"),
    "嘥": ("浪费",),
    "喎": ("哦",),
    "几多": ("多少",),
    "嘈": ("吵",),
    "成日": ("整天",),
    "日日": ("天天",),
    "咪": ("就",),
}
"""Words of patterns, and what else they mean: what `spelt_out` may have made of them in a draft."""

_SPELT_WORD: Final = late("|".join(f"({word})" for word in _SPELT))
_SPELT_AS: Final = tuple(_SPELT.values())
_KEPT: Final = (
    r"\[[^\]]*\]|\(\?<?[=!](?:[^()]|\([^()]*\))*\)|<[^<>:|()\s]+[:>]|做[咩乜]|[乜咩][嘢野]"
    r"|早知今日|生日日|日日期|点解(?=[绑除开锁决释答冻密压])|(?<=[这那旁左右两])边个|(?<![>}])咪|咪(?!\()"
)
_MEANT_WORD: Final = late(rf"(?P<kept>{_KEPT})|{'|'.join(_MEANT)}")

_WRITTEN: Final = {
    "唔好意思": "不好意思",
    "唔該晒?": "麻煩",
    "唔得[閒閑]": "沒空",
    "(?<![好])唔好": "不要",
    "[洗駛使]唔[洗駛使]": "要不要",
    "唔[使駛洗]": "不用",
    "得唔得": "行不行",
    "唔準": "不准",
    "唔(?:識|明白?)(?!字)": "不懂",
    "唔知": "不知",
    "唔": "不",
    "冇得(?=[退換改補減賠轉取訂傾商])": "不能",
    "有冇": "有沒有",
    "冇(?=關係|問題|辦法|用|空)": "沒",
    "冇": "沒有",
    "[你您]哋": "您",
    "我哋": "我們",
    "人哋": "人家",
    "[佢渠]哋": "他們",
    "佢": "他",
    "呢啲|呢D": "這些",
    "嗰啲|𠮶啲": "那些",
    "呢[度處]": "這裏",
    "[嗰𠮶]度": "那裏",
    "[嗰𠮶]陣時?": "的時候",
    "呢(?=[個邊樣件單間張條種次位部款份類])": "這",
    "[嗰𠮶]": "那",
    "(?<=[快早慢遲好大細小多少平貴近遠耐楚])啲": "一點",
    "啲": "",
    "邊個": "誰",
    "邊度": "哪裏",
    "點解": "為什麼",
    "點樣": "怎樣",
    "點(?=[知算搞做辦填計賠寄查收]|處理)": "如何",
    "幾時": "何時",
    "幾耐": "多久",
    "幾多": "多少",
    "咁樣": "這樣",
    "[咁噉]": "這麼",
    "[乜咩][嘢野]": "什麼",
    "做[乜咩]": "為何",
    "[乜咩]": "什麼",
    "嘢": "東西",
    "[而依]家": "現在",
    "聽日": "明天",
    "[琴尋]日": "昨天",
    "得[閒閑]": "有空",
    "搞掂": "辦妥",
    "屋企": "家裏",
    "返嚟": "回來",
    "返去": "回去",
    "落嚟": "下來",
    "落去": "下去",
    "入嚟": "進來",
    "入去": "進去",
    "淨係": "只",
    "梗係": "當然",
    "成日": "經常",
    "啱啱": "剛剛",
    r"(?<=[點日號月年後齊夠完])先(?=[\u3400-\u9fff])": "才",
    "落單": "下單",
    "(?<!關)係(?!數)": "是",
    "仲": "還",
    "[畀俾]": "給",
    "喺": "在",
    "嘅": "的",
    "咗": "了",
    "嚟": "來",
    "睇": "看",
    "攞": "拿",
    "[搵揾]": "找",
    "諗": "想",
    "瞓": "睡",
    "嗌": "叫",
    "嘥": "浪費",
    "(?<=[派賣滿用填錯食飲講])晒": "完",
    "(?<=[0-9百千萬幾])蚊": "元",
    "[㗎喇囉啫喎]+$": "",
}
"""Words of Traditional text as regular expressions, and what one writes for them."""

_WRITTEN_WORD: Final = late("|".join(f"({word})" for word in _WRITTEN))
_WRITTEN_AS: Final = tuple(_WRITTEN.values())


def shows_cantonese(text: str) -> bool:
    """Whether a draft (Traditional or Simplified) is written in Cantonese, as far as its signs tell."""
    return _MAY_SHOW.search(text) is not None and _SHOWS.search(text) is not None


def with_plain_copula(text: str) -> str:
    """Cantonese text with 是 for the copula 係; to be asked for before all is simplified and 係 becomes 系."""
    return _COPULA.sub("是", text) if "係" in text else text


def as_mandarin(text: str) -> str:
    """Cantonese in Simplified characters, its function words in Mandarin: code point by code point as long."""
    return _WORD.sub(lambda word: _READ_AS[(word.lastindex or 1) - 1], text).translate(_ONE)


def spelt_out(text: str) -> tuple[str, list[int], list[int]] | None:
    """What `as_mandarin` has read, with the words of another length in Mandarin, too.

    With it where in `text` each character begins and ends; None when there is no such word.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for word in _SPELT_WORD.finditer(text):
        begin, end = word.span()
        said = _SPELT_AS[(word.lastindex or 1) - 1]
        starts += range(done, begin)
        ends += range(done + 1, begin + 1)
        starts += (min(begin + i, end - 1) for i in range(len(said)))
        ends += (min(begin + i + 1, end) for i in range(len(said) - 1))
        ends.append(end)
        parts += (text[done:begin], said)
        done = end
    if not done:
        return None
    starts += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return "".join([*parts, text[done:]]), starts, ends


def both_ways(pattern: str) -> str:
    """A pattern in which a word that `spelt_out` would change stands beside what it would become."""
    return _MEANT_WORD.sub(_either, pattern)


def _either(word: re.Match[str]) -> str:
    return word[0] if word["kept"] else f"({'|'.join((word[0], *_MEANT[word[0]]))})"


def in_writing(text: str) -> str:
    """Traditional Cantonese as it is written in a formal reply, word by word."""
    return _WRITTEN_WORD.sub(lambda word: _WRITTEN_AS[(word.lastindex or 1) - 1], text)
