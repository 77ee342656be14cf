"""From a match to the edits of a better wording.

A template says what a good agent would write instead; slots carry over what the draft says.

    非常抱歉，暂时无法为您<事><物>      slots of the pattern, in the draft's own characters
    <致歉>暂时无法为您<事>             the profile's apology, left out where the reply has one
    <致歉>[<物>]暂时无法<事>           brackets: left out when a slot inside is empty

A profile may say some phrases in its own way.

The rest is done here once for all rules: 你 inside carried text becomes 您, the draft's script
and width of punctuation are kept, the mark behind the clause fits the new sentence, and an
apology goes to the front of the clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from keqi.cantonese import in_writing
from keqi.expressions import late
from keqi.findings import Edit, Fix
from keqi.holes import HOLE
from keqi.plea import NEEDING_A_REASON, follows_something, is_general, without_closing_plea
from keqi.problems import PatternError
from keqi.region import as_written_in, region_of
from keqi.removal import STING, full_stop, take_out
from keqi.reply import Clause, Found, Reply

APOLOGY = "致歉"
"""The name of the special slot, and of the fact that makes it unnecessary."""

DELETION = "删去"
"""How an entry writes, and an offer is titled, that takes the words out."""

TOPIC = "题"
"""The slot of what an act is about, where a wording may begin with it."""

MARKED = "标"
"""The slot that narrows what a finding marks; a template still replaces the whole match."""

FINAL = "终局"
"""The fact that what is refused stays refused, which no 暂时 must call in question."""

FOR_GOOD: Mapping[str, str] = {"目前暂时无法": "无法", "暂时无法": "无法"}
"""What is said where it does."""

DEFAULT_WORDING: Mapping[str, str] = {APOLOGY: "非常抱歉"}
"""What special slots say where the profile does not decide otherwise."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A slot's text from the draft; for `APOLOGY` the profile's words."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """Parts left out together when one of their slots is empty."""

    parts: tuple[str | Carried, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A wording with slots."""

    source: str
    safe: bool
    """Whether the wording keeps facts and decision and promises nothing."""
    parts: tuple[str | Carried | Optional, ...] = field(default=())
    word: bool = False
    """Whether it only puts one word for another (您 for 你); else it is a clause of its own."""
    names: frozenset[str] = field(init=False, compare=False)
    """All slots that the template mentions."""

    def __post_init__(self) -> None:
        inner = (p for part in self.parts for p in (part.parts if isinstance(part, Optional) else (part,)))
        object.__setattr__(self, "names", frozenset(p.name for p in inner if isinstance(p, Carried)))


_TOKEN = re.compile(r"<([^<>\[\]]+)>|\[|\]|[^<\[\]]+|<")


@lru_cache(1 << 13)
def parse_template(source: str, safe: bool, word: bool = False) -> Template:
    """Read a template; raises PatternError with the column for a bracket that does not close.

    Remembered: one text is given to every way of saying it that inherits it.
    """
    parts: list[str | Carried | Optional] = []
    inner: list[str | Carried] | None = None
    for token in _TOKEN.finditer(source):
        if token[0] == "[":
            if inner is not None:
                raise PatternError("方括号不能套方括号", token.start() + 1)
            inner = []
        elif token[0] == "]":
            if inner is None:
                raise PatternError("多了一个“]”", token.start() + 1)
            parts.append(Optional(tuple(inner)))
            inner = None
        elif token[0] == "<":
            raise PatternError("尖括号没有闭合", token.start() + 1, "槽位写作 <事>")
        else:
            (parts if inner is None else inner).append(Carried(token[1]) if token[1] else token[0])
    if inner is not None:
        raise PatternError("方括号没有闭合", len(source))
    return Template(source, safe, tuple(parts), word)


@lru_cache(4096)
def _coloured(template: Template, phrases: tuple[tuple[str, str], ...]) -> Template:
    known = dict(phrases)
    either = "|".join(re.escape(phrase) for phrase in sorted(known, key=len, reverse=True))
    source = re.sub(either, lambda found: known[found[0]], template.source)
    return parse_template(source, template.safe, template.word)


def coloured(template: Template, wording: Mapping[str, str]) -> Template:
    """The template with its phrases said as the profile says them: 请您谅解 → 还请您多多谅解哦.

    Only what the lexicon wrote changes; slots carry the draft's words as they are.
    """
    phrases = tuple((phrase, said) for phrase, said in wording.items() if phrase not in DEFAULT_WORDING)
    return _coloured(template, phrases) if phrases else template


# -- rendering ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Style:
    """How the draft writes: taken over by everything that is inserted."""

    traditional: str | None
    """Region of the Traditional script (`tw`, `hk`), or None for Simplified."""
    half_width: bool
    """Whether commas and question marks are half-width."""
    cantonese: bool = False
    """Whether it is written in Traditional Cantonese, which the wording is not."""

    def dress(self, text: str) -> str:
        """`text` (Simplified, full-width) in the draft's style."""
        if self.traditional is not None:
            text = as_written_in(self.traditional, text)
        return text.translate(_HALF_WIDTH) if self.half_width else text

    def plain(self, carried: str) -> str:
        """Carried text in standard words: a wording with 啥 in it would be found fault with."""
        if self.cantonese:
            carried = in_writing(carried)
        return _SLANG.sub(lambda word: self.dress(_STANDARD[word[0]]), carried)


_STANDARD = {"啥子": "什么", "啥": "什么", "咋个": "怎么", "咋": "怎么", "木有": "没有"}
_SLANG = late("(?<!没)啥子?|咋个?(?!呼|舌|咋)|木有")
_HALF_WIDTH = str.maketrans({"，": ",", "！": "!", "？": "?", "：": ":", "；": ";"})
_HALF = late(r"[\u3400-\u9fff][,!?]")


def style_of(reply: Reply) -> Style:
    """The style of the draft; worked out once for all its fixes."""
    if "style" not in reply.memo:
        reply.memo["style"] = _style_of(reply)
    style: Style = reply.memo["style"]
    return style


def _style_of(reply: Reply) -> Style:
    view, region = reply.view, region_of(reply.view)
    half_width = bool(_HALF.search(view.original)) and not re.search("[，！？]", view.original)
    return Style(region, half_width, view.cantonese and region == "hk")


_WORDS = late(r"\w")
_ENDEARMENT = late(r"^(亲+爱?的?)(?![戚自眼手人子友属切笔密生朋家情])(?=.)|(?:[哦呢的啊呀哈嘛了喔])(亲+)$")


def render(template: Template, reply: Reply, found: Found, wording: Mapping[str, str]) -> Fix | None:
    """The fix that the template offers for a match; None when a slot it needs is missing.

    Also None when the fix would change nothing, leave nothing of the reply, or lose a number, a
    code or a placeholder: what cannot be carried over is left to a person.
    """
    style = style_of(reply)
    plea = template.source.rpartition("]")[2] in NEEDING_A_REASON
    for_now = any(map(template.source.__contains__, FOR_GOOD))
    template = coloured(template, {**wording, **FOR_GOOD} if for_now and _is_final(reply, found) else wording)
    topic, beginning = _torn_topic(template, reply, found), _torn_beginning(template, reply, found)
    if _FACT_OR_HOLE.search(beginning):
        return None
    if topic:
        template = _without_topic(template)
    body = _fill(template, reply, found, style)
    if body is None or _GARBLED.search(body):
        return None
    if _goes_on(reply, found):
        body = without_closing_plea(body)
    if plea and body == _last_words(template, style) and not follows_something(reply, found.clause):
        return None
    edits = _edits(template, reply, found, style, body, wording, torn=bool(beginning))
    original = reply.view.original
    if not edits or all(e.span.of(original) == e.text for e in edits):
        return None
    if any(_loses_a_fact(e.span.of(original), e.text) for e in edits):
        return None
    return Fix(_title(body, edits), template.safe and not (topic or beginning), tuple(sorted(edits)))


_GARBLED = late(
    "您您|[，,]{2}|(?:麻[烦煩]|[请請])您[们們]?[都也没沒]|的的[话話事]|的[话話]的[话話]|(?:[就都也再]|自己|(?<![如果要若])是)的[话話]"
    "|[没沒]有(?:[暂暫][时時])?[无無]法|一下[完好过過]|[就都也又][不没沒]?$|(?:行不行|好不好)$|由我[们們]能"
    "|[请請煩烦]您等[着著]|一下清楚|自行找$|如果到[时時]候|(?:了|不.{1,3})不由我[们們]"
)
"""No sentence: what was carried over does not go with the words around it."""


def _goes_on(reply: Reply, found: Found) -> bool:
    """Whether the sentence of the match says something behind it."""
    last = reply.clause_at(found.end - 1)
    following = reply.clauses[last.number + 1 : last.number + 2] if last else ()
    return any(c.sentence == reply.clauses[found.clause].sentence for c in following)


def _is_final(reply: Reply, found: Found) -> bool:
    """Whether the sentence of the match, or the one before it, says that it is for good: past its time, by law."""
    if not reply.clauses or not reply.knows(FINAL):
        return False
    told, sentence = reply.facts_by_sentence(FINAL), reply.clauses[found.clause].sentence
    return sentence in told or sentence - 1 in told


def _last_words(template: Template, style: Style) -> str:
    """What the template says behind what it may carry over."""
    return style.dress(template.source.rpartition("]")[2])


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭許蘇盧蔣賈葉閻餘鍾薑範譚鄒陸顧龍萬錢湯賀賴龔"
)
_TITLES = "先生|女士|小姐|太太|经理|經理|主任|老师|老師|医生|醫生|大夫|律师|律師|警官|师傅|師傅|同学|同學|总(?=[^是不会得归])"
# The last sign of a word, not a surname: 基金经理, 语文老师, 对方律师, 班主任老师.
_NO_SURNAME = "(?<=[基资黄])金|(?<=[语作中外])文|(?<=[对我官乙甲双校院])方|(?<=[主责])任|(?<=历)史"
_FACTS = late(
    rf"(?!{_NO_SURNAME})[{_SURNAMES}](?:{_TITLES})|"
    r"[0-9０-９]+(?:[.,:：/-][0-9]+)*|(?<![A-Za-z])(?!(?<![0-9])(?:bb|sb|nb|tm|emo|diss|low|yyds)(?![A-Za-z0-9]))[A-Za-zＡ-Ｚａ-ｚ]{2,}"
    r"|[{}\[\]<>%#$@]|[×✕*]{2,}"
)


def facts_of(text: str) -> Counter[str]:
    """What a rewrite must not lose: names with a title, numbers, codes, the marks of placeholders."""
    return Counter(_FACTS.findall(text))


def _loses_a_fact(old: str, new: str) -> bool:
    return bool(_FACTS.search(old)) and bool(facts_of(old) - facts_of(new))


def _fill(template: Template, reply: Reply, found: Found, style: Style) -> str | None:
    pieces: list[str] = []
    for part in template.parts:
        if isinstance(part, Optional):
            inner = [_piece(p, reply, found, style) for p in part.parts]
            if None not in inner and all(
                i or not isinstance(p, Carried) for i, p in zip(inner, part.parts, strict=True)
            ):
                pieces += [i for i in inner if i]
            continue
        piece = _piece(part, reply, found, style)
        if piece is None:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _piece(part: str | Carried, reply: Reply, found: Found, style: Style) -> str | None:
    if isinstance(part, str):
        return style.dress(part)
    if part.name == APOLOGY:
        return ""
    if part.name not in found.slots:
        return None
    carried = reply.view.source(*found.slots[part.name]).strip().rstrip(_OFFHAND)
    return style.plain(courteous(carried)) or None


_OFFHAND = "囉啰喇㗎啫咋啦咯"
"""Particles: behind what is carried over they would stand in the middle of a sentence, and still sound offhand."""

_TO_YOU = late(r"(?<!迷)[你妳祢伱](?:们|們|哋)?")


def courteous(text: str) -> str:
    """Carried text with every 你 that addresses the customer as 您."""
    return _TO_YOU.sub("您", text)


def _edits(
    template: Template,
    reply: Reply,
    found: Found,
    style: Style,
    body: str,
    wording: Mapping[str, str],
    torn: bool,
) -> list[Edit]:
    """What `body` replaces; with a `torn` beginning the whole clause up to the match goes too."""
    view = reply.view
    apology = ""
    if APOLOGY in template.names and not _apologises_elsewhere(reply, found):
        apology = style.dress(wording.get(APOLOGY, DEFAULT_WORDING[APOLOGY]) + "，")
    if body and (endearment := _ENDEARMENT.search(reply.text[found.start : found.end])):
        apology = (endearment[1] or endearment[2]) + style.dress("，") + apology
    front = _front_of_clause(reply, found)
    edits: list[Edit] = []
    if apology and front < found.start:
        at = view.origin(front, front).start
        edits.append(Edit(at, at, apology))
        apology = ""
    if not body:
        removal = _removal(template, reply, found)
        if removal is None:
            return []
        return [*edits, removal] if _says_more(reply, removal) else []
    seat = _seat(template, reply, found, torn)
    led = _CONNECTIVES.match(body) if apology else None
    told = led.end() if led else 0
    end, body = seat.end, body[:told] + apology + body[told:]
    if not template.word:
        end, body = _fit_mark(reply, end, style, body)
    lead, tail = style.dress(seat.lead), style.dress(seat.tail)
    span = view.origin(seat.start, end)
    return [*edits, Edit(span.start, span.end, lead + body + tail)]


@dataclass(frozen=True, slots=True)
class _Seat:
    """What a wording replaces (view offsets), and the marks it needs on either side."""

    start: int
    end: int
    lead: str = ""
    tail: str = ""


# A stretch that cannot stand alone once its predicate is gone: 数据是…, 您买之前…, 你就…
_HANGING = late(
    r"(?:[你您](?:们|自己|就|也|都|还|又|老|总)*|.{0,3}(?:是|把|被|之前|时候)|不(?:懂|会|明白|清楚|知道)(?:就|的话)?)"
    r"|.{0,8}(?:要|得|会|能|让|给|再|就|还|真|太|很)"
)
# A wording that begins like this is a clause of its own; any other continues what stands before it.
_OWN_CLAUSE = late(
    "还?请|麻烦|烦请|您|我|这|那|如|可能|也许|刚才|目前|现在|具体|相关|建议|不知道|没关系|感谢|谢谢|抱歉|好的|下次|有"
)
_FACT_OR_HOLE = late(rf"[0-9a-z{HOLE}]")


def _seat(template: Template, reply: Reply, found: Found, torn: bool) -> _Seat:
    """Make room for a clause of its own: take in what would be left hanging, or set a comma.

    A wording that begins with an apology needs no room: the apology goes to the front, and the
    rest continues the clause.
    """
    start, end = found.start, found.end
    own = _OWN_CLAUSE.match(template.source.removeprefix(f"[<{TOPIC}>，]"))
    if template.word or not own or not reply.clauses:
        return _Seat(start, end, _comma_after_quotation(template, reply, start))
    clause = reply.clauses[found.clause]
    last = reply.clause_at(end - 1) or clause
    before, after = reply.text[clause.start : start], reply.text[end : last.end]
    lead = tail = ""
    if torn or (_HANGING.fullmatch(before) and not _FACT_OR_HOLE.search(before)):
        start = clause.start
    elif before and not _CONNECTIVES.fullmatch(before):
        lead = "，"
    if len(after) > 3 or _FACT_OR_HOLE.search(after):
        tail = "，"
    else:
        end += len(after)
    return _Seat(start, end, lead or _comma_after_quotation(template, reply, start), tail)


def _torn_beginning(template: Template, reply: Reply, found: Found) -> str:
    """The beginning of the clause, before the match, that a wording which carries nothing over cannot go on
    from: 户头没钱还怪我们 is no 户头，我理解您的心情. Empty where it can.
    """
    if template.word or not template.names <= {APOLOGY} or not _OWN_CLAUSE.match(template.source):
        return ""
    if not reply.clauses:
        return ""
    before = reply.text[reply.clauses[found.clause].start : found.start]
    return "" if _CONNECTIVES.fullmatch(before) or _STATEMENT.match(before) else before


def _torn_topic(template: Template, reply: Reply, found: Found) -> str:
    """The topic that a general wording would repeat though it is no sentence: 医保卡，给您带来了不便."""
    if TOPIC not in template.names or not _is_general(template):
        return ""
    topic = reply.text[slice(*found.slots.get(TOPIC, (0, 0)))]
    return "" if _STATEMENT.match(topic) or _FACT_OR_HOLE.search(topic) else topic


@lru_cache(4096)
def _is_general(template: Template) -> bool:
    """Whether it says nothing about the matter but, perhaps, its topic."""
    topic = f"[<{TOPIC}>，]"
    return template.source.startswith(topic) and is_general(
        template.source.removeprefix(topic).replace(f"<{APOLOGY}>", "")
    )


@lru_cache(4096)
def _without_topic(template: Template) -> Template:
    return replace(template, parts=tuple(p for p in template.parts if not isinstance(p, Optional)))


# 优惠券过期了, 暖气不热; not 医保卡, 您这种人就, 三块钱你们. What is said to the customer first is left as it is.
_STATEMENT = late(
    r"(?:亲+爱?的?)?$|(?!.*(?:[就别也能又您你们的前后爱是个都还会要把被让给跟和去来在]|时候?)$)(?!.*(?:连|[都也].?.?[不没])).*(?:了[^,]{0,6}|[不没未无][^,]{1,3})$"
)


def _comma_after_quotation(template: Template, reply: Reply, start: int) -> str:
    closing = start > 0 and reply.text[start - 1] in "”」』" and not _OF_IT.match(reply.text, start)
    return "，" if closing and not template.word else ""


_OF_IT = late("[里裡中上内下的]")
"""Goes on with what is quoted: “电子发票”里."""


def _apologises_elsewhere(reply: Reply, found: Found) -> bool:
    return any(f.start < found.start or f.end > found.end for f in reply.fact(APOLOGY))


_CONNECTIVES = late(
    r"(?:但(?!凡)是?|不过|可是|所以|因此|那么?(?![个個边邊种種些样樣位款条條件里裡儿兒天次家张張部台本只段])|然后|而且|同时|另外)"
)


def _front_of_clause(reply: Reply, found: Found) -> int:
    """Where an apology for the match belongs: the start of its clause, behind a connective."""
    if not reply.clauses:
        return found.start
    clause = reply.clauses[found.clause]
    led = _CONNECTIVES.match(reply.text, clause.start, found.start)
    return min(led.end() if led else clause.start, found.start)


_MARKS = "?!,。;~"
_ENDS = "?!。"


def _fit_mark(reply: Reply, end: int, style: Style, body: str) -> tuple[int, str]:
    """The end of what is replaced and the text, so that the sentence ends as it should.

    A template that ends in a mark of its own replaces the draft's; a statement put in the place
    of an outcry or a question ends with a full stop. Pictures that mock go with the words they mock with.
    """
    stop = full_stop(reply.view.original)
    if mocked := STING.match(reply.text, end):
        marked = body[-1] in "？?。！!" or reply.text[mocked.end() : mocked.end() + 1] in tuple(_MARKS)
        return mocked.end(), body if marked else body + stop
    following = reply.text[end : end + 1]
    ended = reply.text[end - 1 : end] in tuple(_ENDS)  # by the match itself
    if body[-1] in "？?。！!":
        body = body[:-1] + stop if body[-1] == "。" else body
        if following and following in _MARKS:
            return end + 1, body
        last = end >= len(reply.text.rstrip()) and body[-1] == stop
        return end, body[:-1] if last and not ended and not _has_full_stop(reply) else body
    if following in ("?", "!"):
        return end + 1, body + stop
    return end, body + stop if ended else body


def _has_full_stop(reply: Reply) -> bool:
    return "。" in reply.text


# Who or what an act is about, and how: 家长就…, 这点…, 说明书…; with the act gone it says nothing.
_ADVERBS = "自己|就|也|都|还|又|老|总|真|可|到底|究竟|倒是|怎么|非|别|再|才|现在|今天|刚才"
_STUMP = late(rf"(?:(?:{_ADVERBS})|[^了过着不没无未会能要是在有得到给完掉停退赔满0-9a-z,{HOLE}]){{0,10}}")
_PARTICLES = late("[了吧呢啊呀嘛哦么吗的哈啦]{0,2}")


def _removal(template: Template, reply: Reply, found: Found) -> Edit | None:
    """Take what is marked out (see `take_out`), and with it what without it says nothing.

    That is who or what it is about, and the condition right before it where it ends the sentence. None where
    the rest of the clause, or the condition, tells something, or what follows hangs on it: it would hardly be
    a sentence. A template that fits a word takes out that word.
    """
    start, end = found.slots.get(MARKED, (found.start, found.end))
    clause = reply.clause_at(start) or reply.clauses[found.clause]
    last = reply.clause_at(end - 1) or clause
    if not template.word and (start > clause.start or end < last.end):
        before, after = reply.text[clause.start : start], reply.text[end : last.end]
        if not (_STUMP.fullmatch(before) and _PARTICLES.fullmatch(after)):
            return None
        start, end = clause.start, last.end
    if not template.word and (condition := _condition_of(reply, clause.number, last.number)) is not None:
        if _FACT_OR_HOLE.search(reply.text, condition, start):
            return None
        start = condition
    if not template.word:
        start = _led_by_an_outcry(reply, start)
    if not template.word and _FOLLOWS_FROM.match(reply.text, end):
        return None
    span = reply.view.origin(start, end)
    return take_out(reply.view.original, span.start, span.end)


_CONDITION = late(
    "(?:那么?|反正)?[您你]?们?(?:如果|要是|若是?|假如|万一|只要|既然|就算|即使|哪怕|不管|无论|再不|要不是)"
    "|.*(?:的话|之前|的时候)$"
)
"""Begins a sentence that its next clause ends: 要是…, …的话."""


_OUTCRY = late(
    "(?:拜托|哎|唉|哎呀|啧+|齁|吼|厚|蛤|天[啊呐]|我的天|我去|大佬|老兄|喂|好家伙|真是的|得了吧|[说讲](?:真的|实话|白了|句不好听的|句难听的|难听一?点的?)|不是我说您?)"
    "[啊呀欸吧]?"
)
"""A clause that only leads to scolding: without it, it is left in the air."""


def _led_by_an_outcry(reply: Reply, start: int) -> int:
    """Where the outcry begins that leads to what stands at `start` in the same sentence; `start` where none does."""
    clause = reply.clause_at(start)
    if clause is None or clause.start != start or clause.number == 0:
        return start
    before = reply.clauses[clause.number - 1]
    leads = before.sentence == clause.sentence and _OUTCRY.fullmatch(reply.text, before.start, before.end)
    return before.start if leads else start


_FOLLOWS_FROM = late("[,、]?(?:再(?!见)|才|否则|不然|要不然)")
"""Begins what makes no sense without the clause before it: 您先确认一下，再来."""


def _condition_of(reply: Reply, first: int, last: int) -> int | None:
    """Where the condition begins that hangs on the clauses `first`..`last` (last included); None: there is none."""
    if first == 0 or reply.sentences[reply.clauses[first].sentence].last != last:
        return None
    before = reply.clauses[first - 1]
    same = before.sentence == reply.clauses[first].sentence
    return before.start if same and _CONDITION.match(reply.text, before.start, before.end) else None


def _says_more(reply: Reply, removal: Edit) -> bool:
    """Whether the reply says more than a greeting or an echo when the words are gone."""
    original = reply.view.original
    if not _WORDS.search(original[: removal.start] + original[removal.end :]):
        return False
    told = (c for c in reply.clauses if not reply.is_light(c.number) and not _echoes(reply, c))
    places = (reply.view.origin(c.start, c.end) for c in told)
    return any(place.start < removal.start or place.end > removal.end for place in places)


_ASKS = late("[请您你吗呢谁哪几]|什么|怎么|多少|是否|有没有|要不要|能不能|需不需要")


def _echoes(reply: Reply, clause: Clause) -> bool:
    """Whether the clause only repeats in surprise what the customer said: 破了？ 垃圾没人收？"""
    asked = reply.text[clause.end : clause.end + 1] == "?"
    return asked and not _ASKS.search(reply.text, clause.start, clause.end)


def _title(body: str, edits: list[Edit]) -> str:
    return ("".join(e.text for e in edits) or body) if body else DELETION
