"""Normalise a reply for reading, and remember where every character came from.

Rules are written in plain simplified Chinese with half-width punctuation. Drafts are not: they
hold full-width letters, Traditional characters, invisible marks, a blank slipped between two
characters to get past a word list. A `View` is the draft as the rules should see it, with a map
back; nothing is ever searched for a second time in the original.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from keqi.cantonese import SIGNS, as_mandarin, shows_cantonese, spelt_out, with_plain_copula
from keqi.expressions import late
from keqi.holes import HOLE, find_holes, merge
from keqi.text import Span
from keqi.traditional import TRADITIONAL

PICTURE = "\u263a"
"""Stands in a view for every character of a chat program's sticker, such as [微笑]."""

# One to one, so offsets stay: widths, case, characters used for 你.
_SAME_LENGTH = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    | {chr(code): chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)}
    | {
        "\u3000": " ",
        "\u00a0": " ",
        "\t": " ",
        "妳": "你",
        "祢": "你",
        "伱": "你",
        "袮": "你",
        "著": "着",
        "｡": "。",
        "､": "、",
    }
    | {
        "“": '"',
        "”": '"',
        "∼": "~",
        "〜": "~",
        "﹐": ",",
        "︰": ":",
        "﹖": "?",
        "﹗": "!",
        "⁉": "?",
        "‼": "!",
    }
    | dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd")  # half of a pair: from a broken client
    | {"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\v": "\n", "\f": "\n"}
)
# Quotation marks keep their direction: it tells the customer's words from ours.
for _mark in "“”":
    del _SAME_LENGTH[ord(_mark)]

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NOISE = r" ~\-_.·•*^/|\\'`+="
_NEEDS_MAP = late(
    r"[A-Z\u00a0\u3000\uff01-\uff5e妳祢伱袮著｡､\t∼〜﹐︰﹖﹗⁉‼\u2028\u2029\x85\v\f\ud800-\udfff]"
)
"""Characters that `_SAME_LENGTH` changes, the commonest punctuation marks aside."""
# Anything that changes the number of characters: rare, so the usual draft stops at this search.
# One set of characters first: a search for single characters is ten times cheaper.
_MAY_CHANGE_LENGTH = late(
    rf"[{_INVISIBLE}{_NOISE}\u2460-\u24ff\u3200-\u33ff\ufb00-\ufb06\uff5f-\uffef\u2100-\u214f\u2f00-\u2fdf\uf900-\ufaff\U0001d400-\U0001d7ffa-z…]"
)
# Most replies hold nothing but Han characters, digits and the commonest marks, so that only these
# marks need to be replaced.
_UNUSUAL = late(r"[^\u4e00-\u9fff0-9，。！？：、]")
_CHANGES_LENGTH = late(
    rf"[{_INVISIBLE}]|[\u2460-\u24ff\u3200-\u33ff\ufb00-\ufb06\uff5f-\uffef\u2100-\u214f\u2f00-\u2fdf\uf900-\ufaff\U0001d400-\U0001d7ff]"
    rf"|[{_HAN}][{_NOISE}]+[{_HAN}]|([!?。,、~.…])\1|([a-z])\2\2"
)
_TRADITIONAL = frozenset(TRADITIONAL)
"""A set, not a pattern: compiling a class of thousands of characters would take a tenth of a start."""
_to_gb2312 = codecs.lookup("gb2312").encode  # looked up here, since that reads a file
_SHARED = late("[乾吒夥後徵拚捱摺於榘祢菸著薹袷醣麴麽唔睇谂乜喇畀嗌揸咩]")
"""Of what is Traditional, means 你 or shows Cantonese, the characters that GB 2312 holds too."""
_INVISIBLE_CHAR = late(f"[{_INVISIBLE}]")
_REPEATED = late(r"([!?。,、~…])\1+|([.])\2{2,}|([a-z])\3{2,}")
_HAN_CHAR = late(f"[{_HAN}]")
_FULL_STOP = late(rf"(?<=[{_HAN}][{_HAN}”」）)])\.(?![.0-9a-z])|(?<=[0-9])\.(?=[{_HAN}])")
"""A half-width full stop between Chinese sentences; not a decimal point, a version, an ellipsis."""
_GAP = late(rf"(?<=[{_HAN}])([{_NOISE}]+)(?=[{_HAN}])")


@dataclass(frozen=True, slots=True)
class View:
    """Folded text with the way back to the original."""

    original: str
    text: str
    """What the rules read."""
    traditional: bool
    """Whether the original is written in Traditional characters."""
    starts: Sequence[int] | None = None
    """Original offset where the i-th folded character begins; None when offsets are the same."""
    ends: Sequence[int] | None = None
    """Original offset behind the i-th folded character: one may stand for several, or none."""
    cantonese: bool = False
    """Whether the original shows Cantonese."""

    def origin(self, start: int, end: int) -> Span:
        """The original stretch behind folded `start`..`end`; empty spans stay empty."""
        if self.starts is None or self.ends is None:
            return Span(start, end)
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])

    def source(self, start: int, end: int) -> str:
        """The original characters behind folded `start`..`end`."""
        return self.origin(start, end).of(self.original)


def fold(text: str, holes: Sequence[Span] = ()) -> View:
    """The view of `text`; `holes` (code points) are stretches to keep from the rules besides our own."""
    if not (holes or _UNUSUAL.search(text)) and _is_simplified(text):
        body = _with_common_marks(text)
        if not _has_doubled_marks(body):
            return View(text, body, traditional=False)
    return _fold_all(text, holes)


def _is_simplified(text: str) -> bool:
    """Whether nothing in the text is Traditional, as GB 2312 can tell of a whole text at once.

    False for some Simplified texts too: those with rare characters.
    """
    try:
        _to_gb2312(text)
    except UnicodeEncodeError:
        return False
    return _SHARED.search(text) is None


def _fold_all(text: str, holes: Sequence[Span]) -> View:
    body = text
    found, stickers = find_holes(text)
    if found or holes:
        body = _blank_out(body, list(merge([*found, *holes])), HOLE)
    if stickers:
        body = _blank_out(body, stickers, PICTURE)
    traditional = not _TRADITIONAL.isdisjoint(body)
    cantonese = shows_cantonese(body)
    if cantonese:
        body = with_plain_copula(body)
    if traditional:
        body = to_simplified(body)
    body = _same_length(body)
    if cantonese:
        body = as_mandarin(body)
    if "." in body:
        body = _FULL_STOP.sub("。", body)
    spelt = spelt_out(body) if cantonese else None
    if spelt is not None:
        body = spelt[0]
    if not _may_change_length(body) or _CHANGES_LENGTH.search(body) is None:
        starts, ends = spelt[1:] if spelt is not None else (None, None)
        return View(text, body, traditional, starts, ends, cantonese)
    chars, starts, ends = _fold_characters(body)
    chars, starts, ends = _join_split_words(chars, starts, ends)
    if spelt is not None:
        starts, ends = [spelt[1][at] for at in starts], [spelt[2][at - 1] for at in ends]
    return View(text, chars, traditional, starts, ends, cantonese)


def fold_phrase(text: str) -> str:
    """A lexicon phrase as the rules will see drafts; empty when nothing of it would remain."""
    return fold(text).text


def _same_length(body: str) -> str:
    """Widths and case, one for one."""
    body = _with_common_marks(body)
    return body.translate(_SAME_LENGTH) if _NEEDS_MAP.search(body) else body


def _with_common_marks(body: str) -> str:
    """The commonest marks in half width: four replacements cost a fifth of a translation."""
    return body.replace("，", ",").replace("！", "!").replace("？", "?").replace("：", ":")


def _may_change_length(body: str) -> bool:
    return _MAY_CHANGE_LENGTH.search(body) is not None or _has_doubled_marks(body)


def _has_doubled_marks(body: str) -> bool:
    return "!!" in body or "??" in body or "。。" in body or ",," in body or "、、" in body


def _blank_out(text: str, holes: list[Span], filler: str) -> str:
    parts: list[str] = []
    done = 0
    for hole in holes:
        parts += (text[done : hole.start], filler * len(hole))
        done = hole.end
    parts.append(text[done:])
    return "".join(parts)


def _fold_characters(body: str) -> tuple[str, list[int], list[int]]:
    """NFKC by character, without the invisible ones: one may become several, or none."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(body):
        if char == HOLE or char in "…¨" or char < "\u00a0":
            new = char
        elif _INVISIBLE_CHAR.match(char):
            continue
        else:
            new = unicodedata.normalize("NFKC", char).lower()
        for piece in new:
            chars.append(piece)
            starts.append(at)
            ends.append(at + 1)
    return "".join(chars), starts, ends


def _join_split_words(text: str, starts: list[int], ends: list[int]) -> tuple[str, list[int], list[int]]:
    """Drop what was slipped between single characters (不 行, 不~行) and repetitions (!!!)."""
    drop: set[int] = set()
    for gap in _GAP.finditer(text):
        if _splits_a_word(text, gap) and _is_noise(gap[0]):
            drop.update(range(*gap.span()))
    for run in _REPEATED.finditer(text):
        drop.update(range(run.start() + 1, run.end()))
        ends[run.start()] = ends[run.end() - 1]
    if not drop:
        return text, starts, ends
    kept = [i for i in range(len(text)) if i not in drop]
    return "".join(text[i] for i in kept), [starts[i] for i in kept], [ends[i] for i in kept]


def _splits_a_word(text: str, gap: re.Match[str]) -> bool:
    """Whether the gap stands between two lone characters, or behind a lone negation (不~行的)."""
    left = gap.start() - 1
    return _lone(text, left, -1) and (text[left] in "不没无别未" or _lone(text, gap.end(), 1))


def _is_noise(gap: str) -> bool:
    """A mark between two lone characters hides a word; two different ones are somebody's layout."""
    return len(set(gap.replace(" ", ""))) <= 1


def _lone(text: str, at: int, step: int) -> bool:
    """Whether the Han character at `at` has no Han neighbour on its far side."""
    beyond = at + step
    return not (0 <= beyond < len(text) and _HAN_CHAR.match(text[beyond]))


# -- Traditional and Simplified -----------------------------------------------------------------


@cache
def _converter(config: str) -> Any:
    # Not at import: OpenCC costs 34 MB, and most drafts never need it.
    import opencc

    return opencc.OpenCC(config)


def load_converters() -> None:
    """Read OpenCC's tables now instead of at the first Traditional draft: 34 MB, some 0.1 s."""
    to_simplified("")
    for region in ("", "tw", "hk"):
        to_traditional("", region)


def to_simplified(text: str) -> str:
    """Simplified characters, one for one: OpenCC's t2s keeps the number of code points."""
    out: str = _converter("t2s").convert(_encodable(text))
    if len(out) == len(text):
        return out
    return "".join(new if len(new := _converter("t2s").convert(_encodable(c))) == 1 else c for c in text)


def to_traditional(text: str, region: str) -> str:
    """`text` in Traditional characters as written in `region`: "tw", "hk" or "" (anywhere)."""
    out: str = _converter(f"s2{region or 't'}").convert(_encodable(text))
    return out.replace("彆", "別")  # OpenCC takes 别着 for the rare 彆 of 彆扭


_IN_BOTH = frozenset("台秘床群峰准占吃游余岳")
"""What OpenCC writes otherwise in Traditional (臺, 祕, 喫 …), and people who write it mostly do not."""


def mostly_traditional(view: View) -> bool:
    """Whether more characters of the draft are Traditional than Simplified: one 麽 makes no script.

    Where none is either, Cantonese is Traditional: hardly anybody else writes it.
    """
    if not (view.traditional or view.cantonese):
        return False
    text = _encodable(view.original)
    simplified, traditional = to_simplified(text), to_traditional(text, "")
    if len(traditional) != len(text):
        return True
    ours = sum(a != b or a in SIGNS for a, b in zip(text, simplified, strict=True))
    theirs = sum(a != b and a not in _IN_BOTH for a, b in zip(text, traditional, strict=True))
    return ours > theirs if view.traditional else theirs == 0


def _encodable(text: str) -> str:
    """OpenCC takes UTF-8 only; a lone surrogate becomes a character that nothing matches."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)
    return text
