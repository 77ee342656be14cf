"""The lexicon's pattern language: parsed by us, matched by `re`, a user's own patterns by `regex`.

A pattern describes *a way of saying something*: literal characters, word classes and slots.

    不行            these characters
    <不能>          any word of the class 不能 (files in lexicon/words)
    <事:办理>       the same, and remember what stood there as the slot 事
    <物:.{1,8}>     a slot may hold a pattern of its own
    <=事>           what stood in the slot 事 once more: 爱<事:.{1,2}>不<=事>
    (甲|乙)  甲?  甲*  甲+  甲{1,3}  [甲乙]  [^甲乙]   as in regular expressions; * and + go up to six
    .              any character, but never a placeholder, link or piece of code
    ^ $            start and end of the unit (clause, sentence or reply) that the rule looks at
    (?=甲) (?!甲) (?<=甲) (?<!甲)   what must or must not stand beside
    □              a placeholder, link or piece of code

Parsing it ourselves buys three things: errors that name the column, what a text must contain for
a pattern to match (`demands`, so that one Aho-Corasick pass decides which patterns are worth
running), and sample sentences for tests.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from keqi.holes import HOLE
from keqi.problems import PatternError

T = TypeVar("T")

MANY = 6
"""What `*` and `+` mean at most: nobody says more particles in a row, and a bound keeps matching fast."""


@dataclass(frozen=True, slots=True)
class Lit:
    """Characters that stand for themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set, or one that is not in it (never a hole)."""

    members: str
    """Single characters and ranges as in a regular expression's brackets; empty with `negated`: any."""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """A placeholder, link or piece of code."""


@dataclass(frozen=True, slots=True)
class Seq:
    """One thing after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something `least` to `most` times (`most` None: without limit), as often as possible unless `lazy`."""

    item: Node
    least: int
    most: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """Something to be remembered under a name."""

    name: str
    item: Node


@dataclass(frozen=True, slots=True)
class Again:
    """What stood in a slot before, once more."""

    name: str
    item: Node
    """What the slot may hold."""


@dataclass(frozen=True, slots=True)
class Look:
    """Something that must (or must not) stand beside, without being part of the match."""

    item: Node
    behind: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """Start (`^`) or end (`$`) of the unit."""

    at: str


@dataclass(eq=False)
class Word:
    """A word class: hundreds of patterns share one, so what is known of it is worked out once."""

    name: str
    node: Alt
    _known: dict[Callable[[Node], Any], Any] = field(init=False, repr=False, default_factory=dict)

    def known(self, work: Callable[[Node], T]) -> T:
        """What `work` makes of the words of the class."""
        if work not in self._known:
            self._known[work] = work(self.node)
        made: T = self._known[work]
        return made


Node = Lit | Chars | Hole | Seq | Alt | Repeat | Slot | Again | Look | Anchor | Word
Words = Mapping[str, Node]
"""Word classes by name."""


# -- reading ------------------------------------------------------------------------------------


class _Reader:
    """A recursive-descent reader of one pattern."""

    def __init__(self, source: str, words: Callable[[str], Node]) -> None:
        self.source = source
        self.at = 0
        self.words = words
        self.slots: dict[str, Node] = {}

    def fail(self, reason: str, advice: str = "", at: int | None = None) -> PatternError:
        return PatternError(reason, (self.at if at is None else at) + 1, advice)

    def peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def take(self, wanted: str) -> bool:
        if self.source.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def whole(self) -> Node:
        node = self.alternatives()
        if self.peek():
            raise self.fail(f"多了一个“{self.peek()}”", "括号要成对")
        return node

    def alternatives(self) -> Node:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while (char := self.peek()) and char not in "|)>":
            items.append(self.repeated())
        return items[0] if len(items) == 1 else Seq(tuple(items))

    def repeated(self) -> Node:
        start = self.at
        node = self.single()
        while (bounds := self.bounds()) is not None:
            if isinstance(node, Anchor | Look | Repeat):
                raise self.fail("这里不能再加重复次数", at=start)
            if bounds[1] != 1 and _remembers(node):
                # Only what stood there last would be known, and a fix would drop the rest.
                raise self.fail("可以重复的部分里不能有槽位", "把槽位写到括号外面", start)
            node = Repeat(node, bounds[0], bounds[1], self.take("?"))
        return node

    def bounds(self) -> tuple[int, int | None] | None:
        char = self.peek()
        if char and char in "?*+":
            self.at += 1
            return {"?": (0, 1), "*": (0, MANY), "+": (1, MANY)}[char]
        if char != "{":
            return None
        found = re.compile(r"\{(\d{0,3})(,?)(\d{0,3})\}").match(self.source, self.at)
        if not found or not (found[1] or found[3]):
            raise self.fail("重复次数写法不对", "写作 {2}、{1,3} 或 {,3}")
        self.at = found.end()
        least = int(found[1] or 0)
        most = least if not found[2] else int(found[3]) if found[3] else None
        if most is not None and most < least:
            raise self.fail("重复次数的上限小于下限", "小的写在前面,例如 {1,3}", found.start())
        return least, most

    def single(self) -> Node:
        start = self.at
        char = self.source[self.at]
        self.at += 1
        if char == "(":
            return self.group(start)
        if char == "<":
            return self.angle(start)
        if char == "[":
            return self.brackets(start)
        if char in "^$":
            return Anchor(char)
        if char == ".":
            return Chars("", negated=True)
        if char == "□":
            return Hole()
        if char in "?*+{}]":
            raise self.fail(f"“{char}”前面没有可以重复的内容", "要写这个字符本身,请在前面加反斜杠", start)
        if char == "\\":
            if not self.peek():
                raise self.fail("反斜杠后面少了字符", at=start)
            char = self.source[self.at]
            self.at += 1
        return Lit(char)

    def group(self, start: int) -> Node:
        for opening, behind, negated in (("?=", 0, 0), ("?!", 0, 1), ("?<=", 1, 0), ("?<!", 1, 1)):
            if self.take(opening):
                inner: Node = Look(self.closed(start), bool(behind), bool(negated))
                return inner
        if self.take("?:") or self.peek() != "?":
            return self.closed(start)
        raise self.fail("不认识的括号写法", "可用:(甲|乙) (?=甲) (?!甲) (?<=甲) (?<!甲)", start)

    def closed(self, start: int) -> Node:
        node = self.alternatives()
        if not self.take(")"):
            raise self.fail("括号没有闭合", at=start)
        return node

    def angle(self, start: int) -> Node:
        if self.take("="):
            return self.again(start)
        found = re.compile(r"([^<>:|()\s]+)(:?)").match(self.source, self.at)
        if not found:
            raise self.fail("尖括号里要写词类名", "例如 <不能> 或 <事:办理>", start)
        self.at = found.end()
        name = found[1]
        if found[2] and not name.isidentifier():
            raise self.fail(f"槽位不能叫“{name}”", "用汉字或字母开头的名字,例如 <事:办理>", start)
        if not found[2]:
            if not self.take(">"):
                raise self.fail("尖括号没有闭合", at=start)
            return self.named(name, start)
        inner = re.compile(r"([^<>:|()\s.\[\]*+?{}^$]+)>").match(self.source, self.at)
        if inner:
            self.at = inner.end()
            return self.slot(name, self.named(inner[1], start))
        node = self.alternatives()
        if not self.take(">"):
            raise self.fail("尖括号没有闭合", at=start)
        return self.slot(name, node)

    def slot(self, name: str, node: Node) -> Slot:
        self.slots.setdefault(name, node)
        return Slot(name, node)

    def again(self, start: int) -> Again:
        end = self.source.find(">", self.at)
        if end < 0:
            raise self.fail("尖括号没有闭合", at=start)
        name = self.source[self.at : end]
        self.at = end + 1
        if name not in self.slots:
            raise self.fail(f"前面没有叫“{name}”的槽位", "先写槽位再重复它,例如 爱<事:办理>不<=事>", start)
        return Again(name, self.slots[name])

    def named(self, name: str, start: int) -> Node:
        try:
            return self.words(name)
        except KeyError as unknown:
            raise self.fail(f"没有叫“{name}”的词类", str(unknown.args[0]), start) from None

    def brackets(self, start: int) -> Node:
        end = self.source.find("]", self.at + 1)
        if end < 0:
            raise self.fail("方括号没有闭合", at=start)
        body = self.source[self.at : end]
        self.at = end + 1
        negated = body.startswith("^")
        members = body[1:] if negated else body
        if not members:
            raise self.fail("方括号里没有字符", at=start)
        if any(low > high for low, high in re.findall(r"(.)-(.)", members)):
            raise self.fail("方括号里的范围写反了", "小的写在前面,例如 [0-9]", start)
        return Chars(members, negated)


def _remembers(node: Node) -> bool:
    """Whether the node holds a slot."""
    match node:
        case Slot():
            return True
        case Seq(items) | Alt(items):
            return any(map(_remembers, items))
        case Repeat(item, _, _, _):
            return _remembers(item)
        case _:
            return False


def parse(source: str, words: Callable[[str], Node]) -> Node:
    """The pattern `source` as a tree.

    `words` gives the tree of a word class by name and raises KeyError (with a piece of advice)
    for an unknown one. Raises PatternError for anything that cannot be read.
    """
    return _Reader(source, words).whole()


# -- to a regular expression --------------------------------------------------------------------


def to_regex(node: Node) -> str:
    """The regular expression that the tree means, for `re` and `regex` alike where `re` can match it."""
    match node:
        case Lit(text):
            return re.escape(text)
        case Word():
            return node.known(to_regex)
        case Chars(members, negated):
            inside = re.sub(r"([\\\[\]&~|])", r"\\\1", members)
            return f"[^{HOLE}\\n{inside}]" if negated else f"[{inside}]"
        case Hole():
            return HOLE + "+"
        case Seq(items):
            return "".join(f"(?:{to_regex(i)})" if isinstance(i, Alt | Word) else to_regex(i) for i in items)
        case Alt(options):
            return _alternation(options)
        case Repeat(item, least, most, lazy):
            times = "?" if (least, most) == (0, 1) else f"{{{least},{'' if most is None else most}}}"
            return f"(?:{to_regex(item)}){times}{'?' if lazy else ''}"
        case Slot(name, item):
            return f"(?P<{name}>{to_regex(item)})"
        case Again(name, _):
            return f"(?P={name})"
        case Look(item, behind, negated):
            return _look(item, f"?{'<' if behind else ''}{'!' if negated else '='}", behind, negated)
        case Anchor(at):
            return r"\A" if at == "^" else r"\Z"


def _look(item: Node, mark: str, behind: bool, negated: bool) -> str:
    """A look ahead or behind. Behind, one look a width where that can be: `re` knows no others."""
    by_width = _by_width(item, leftmost=True) if behind else None
    if by_width is None:
        return f"({mark}{to_regex(item)})"
    looks = [f"({mark}{'|'.join(options)})" for _, options in sorted(by_width.items())]
    return "".join(looks) if negated or len(looks) == 1 else f"(?:{'|'.join(looks)})"


_ByWidth = dict[int, tuple[str, ...]]
"""Regular expressions that together mean the same as a node, by how many code points they match."""

MAX_WIDTHS = 40
"""A look-behind is split into no more; what is longer or has no limit is left to `regex`."""


def _by_width(node: Node, leftmost: bool = False) -> _ByWidth | None:
    """The node split into parts of fixed width; None where that cannot be done.

    `leftmost`: nothing but the start of the look-behind stands before it, so that of something
    repeated without limit the fewest are enough.
    """
    match node:
        case Word():
            return _by_width(node.node, leftmost)
        case Slot() | Again():
            return None  # its group could not be named twice
        case Hole():
            return {1: (HOLE,)} if leftmost else None
        case Seq(items):
            return _widths_of_all(items, leftmost)
        case Alt(options):
            return _widths_of_any(options, leftmost)
        case Repeat(item, least, most, _):
            if most is None and not leftmost:
                return None
            counts = range(least, (least if most is None else most) + 1)
            return _widths_of_any([Seq((item,) * count) for count in counts], leftmost)
        case Lit(text):
            return {len(text): (re.escape(text),)}
        case Chars():
            return {1: (to_regex(node),)}
        case Look() | Anchor():
            return {0: (to_regex(node),)}


def _widths_of_all(items: Iterable[Node], leftmost: bool) -> _ByWidth | None:
    """One after the other: every width of what stands before with every width of what follows."""
    widths: _ByWidth = {0: ("",)}
    for at, item in enumerate(items):
        following = _by_width(item, leftmost and at == 0)
        if following is None or len(widths) * len(following) > MAX_WIDTHS**2:
            return None
        joined: dict[int, list[str]] = {}
        for before, heads in widths.items():
            for after, tails in following.items():
                joined.setdefault(before + after, []).append(_any_of(heads) + _any_of(tails))
        widths = {width: tuple(options) for width, options in joined.items()}
    return widths if len(widths) <= MAX_WIDTHS else None


def _widths_of_any(options: Iterable[Node], leftmost: bool) -> _ByWidth | None:
    """One or the other; plain words as a prefix tree."""
    words: dict[int, set[str]] = {}
    widths: dict[int, list[str]] = {}
    for option in options:
        if (word := _plain(option)) is not None:
            words.setdefault(len(word), set()).add(word)
            continue
        split = _by_width(option, leftmost)
        if split is None:
            return None
        for width, parts in split.items():
            widths.setdefault(width, []).extend(parts)
    for width, same in words.items():
        widths.setdefault(width, []).append(_trie(sorted(same)))
    return {width: tuple(parts) for width, parts in widths.items()} if len(widths) <= MAX_WIDTHS else None


def _any_of(options: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(options)})" if len(options) > 1 or "|" in options[0] else options[0]


def with_distinct_groups(expression: str) -> tuple[str, list[tuple[str, str]]]:
    """`expression` with every group named once, and each slot with the name of its group, in order.

    `re` wants that: the second group of a slot `事` is called `事__2`.
    """
    groups: list[tuple[str, str]] = []

    def distinct(match: re.Match[str]) -> str:
        count = sum(slot == match[1] for slot, _ in groups)
        groups.append((match[1], f"{match[1]}__{count + 1}" if count else match[1]))
        return f"(?P<{groups[-1][1]}>"

    return _GROUP.sub(distinct, expression), groups


_GROUP = re.compile(r"\(\?P<([^>]+)>")


def _alternation(options: tuple[Node, ...]) -> str:
    """Plain words as a prefix tree (one branch a first character), the rest as they are."""
    plain = sorted({text for o in options if (text := _plain(o)) is not None})
    rest = [to_regex(o) for o in options if _plain(o) is None]
    return "|".join([*([_trie(plain)] if plain else []), *rest])


def _plain(node: Node) -> str | None:
    if isinstance(node, Lit):
        return node.text
    if isinstance(node, Seq) and all(isinstance(i, Lit) for i in node.items):
        return "".join(i.text for i in node.items if isinstance(i, Lit))
    return None


def _trie(words: list[str]) -> str:
    """An alternation of `words` that branches once a character; not grouped on the outside."""
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    optional = heads.pop("", None) is not None
    branches = [re.escape(head) + _tails(tails) for head, tails in heads.items()]
    if not optional:
        return "|".join(branches)
    return f"(?:{'|'.join(branches)})?" if branches else ""


def _tails(tails: list[str]) -> str:
    inner = _trie(tails)
    return f"(?:{inner})" if len(tails) > 1 and "" not in tails else inner


# -- samples ------------------------------------------------------------------------------------


def sample(node: Node, rng: random.Random) -> str:
    """A random string that the pattern describes, context conditions aside."""
    return _sample(node, rng, {})


def _sample(node: Node, rng: random.Random, said: dict[str, str]) -> str:
    """A random string for the node; `said` is what stands in the slots before it."""
    match node:
        case Lit(text):
            return text
        case Word():
            return _sample(node.node, rng, said)
        case Chars(members, negated):
            ranges = re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), members)
            pool = [c for c in "这那单号款某" if c not in ranges] if negated else ranges
            return rng.choice(pool or "某")
        case Hole():
            return "{单号}"
        case Seq(items):
            return "".join(_sample(i, rng, said) for i in items)
        case Alt(options):
            return _sample(rng.choice(options), rng, said)
        case Repeat(item, least, most, _):
            times = rng.randint(least, min(least + 2, least + 2 if most is None else most))
            return "".join(_sample(item, rng, said) for _ in range(times))
        case Slot(name, item):
            text = _sample(item, rng, said)
            said.setdefault(name, text)
            return text
        case Again(name, _):
            return said.get(name, "")
        case Look() | Anchor():
            return ""
