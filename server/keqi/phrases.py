"""Standard phrases: what agents write a hundred times a day, by scene, with gaps to fill in.

The data is in `lexicon/phrases/`. As with rules, loading takes names and texts and returns the
phrases and all problems. Searching is in `phrase_search`. Touches no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from keqi.entries import Entry, read
from keqi.fold import fold
from keqi.problems import Problem
from keqi.traditional import TRADITIONAL

LAST = 1000
"""The order of a scene that says nothing about it."""

SCENE_KEYS = ("scene", "title", "order", "for", "phrases")
"""The keys of a file."""
PHRASE_KEYS = ("title", "text", "tags", "only", "not")
"""The keys of a phrase that is more than its text."""

_TRADITIONAL = frozenset(TRADITIONAL)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Scene:
    """An occasion on which phrases are used."""

    id: str
    """Written, stable; also what one may type to find it: `refund`."""
    title: str
    order: int = LAST
    """Scenes with small numbers come first."""
    home: tuple[str, ...] = ()
    """Profiles in which it comes before the others, and outside which it comes after them."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing to say."""

    text: str
    """As it is written in the file: gaps are `{订单号}`."""
    scene: Scene
    title: str = ""
    """A few characters by which people remember it; may be empty."""
    tags: tuple[str, ...] = ()
    """Further words by which it is found."""
    only: tuple[str, ...] = ()
    """The profiles in which it may be said; empty: all."""
    without: tuple[str, ...] = ()
    """Profiles in which it may not be said."""
    traditional: bool = False
    """Whether it is written in Traditional characters."""
    file: str = ""
    line: int = 0

    def fits(self, lineage: tuple[str, ...]) -> bool:
        """Whether it may be said under a profile, given by its own id and those of all it extends."""
        allowed = not self.only or not set(self.only).isdisjoint(lineage)
        return allowed and set(self.without).isdisjoint(lineage)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The names of its gaps, each once, in order."""
        return tuple(dict.fromkeys(part.name for part in parts(self.text) if isinstance(part, Gap)))


@dataclass(frozen=True, slots=True)
class Book:
    """All phrases, and which profile extends which."""

    phrases: tuple[Phrase, ...] = ()
    """In the order of their scenes, then of their files."""
    lineages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each profile its own id and those of the profiles it extends, nearest first."""

    def lineage(self, profile: str) -> tuple[str, ...]:
        """The profile's id and those it extends; just the id of an unknown one."""
        return self.lineages.get(profile, (profile,))

    def under(self, profile: str) -> tuple[Phrase, ...]:
        """The phrases that may be said under the profile."""
        lineage = self.lineage(profile)
        return tuple(phrase for phrase in self.phrases if phrase.fits(lineage))

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The scenes that have phrases, in order."""
        return tuple(dict.fromkeys(phrase.scene for phrase in self.phrases))


# -- gaps ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a phrase that the agent fills in."""

    name: str


# Braces of template languages stay as they are: the ticket system fills those in, not the agent.
_FORMS = re.compile(r"\{\{[^{}\n]*\}\}|[$#]\{[^{}\n]*\}|\{(?P<gap>[^{}\n]*)\}")
_LONGEST_NAME = 20


def parts(text: str) -> Iterator[str | Gap]:
    """Stretches of plain text and gaps, in order; together they are the whole text."""
    done = 0
    for form in _FORMS.finditer(text):
        if form["gap"] is None:
            continue
        if form.start() > done:
            yield text[done : form.start()]
        yield Gap(form["gap"])
        done = form.end()
    if done < len(text):
        yield text[done:]


def gap_mistake(text: str) -> tuple[str, str] | None:
    """What is wrong with the gaps of a text and what to write instead; None when nothing is."""
    if re.search("[｛｝]", text):
        return "占位符要用半角花括号", "例如 {订单号}"
    for form in _FORMS.finditer(text):
        name = form["gap"]
        if name is not None and not name.strip():
            return "占位符没有名字", "在花括号里写明要填什么，例如 {订单号}"
        if name is not None and (name != name.strip() or len(name) > _LONGEST_NAME):
            return f"占位符的名字不合适：{name}", f"最多 {_LONGEST_NAME} 个字，两头不留空格"
    if re.search("[{}]", _FORMS.sub("", text)):
        return "花括号不成对", "占位符写成 {订单号} 这样"
    return None


_ESCAPED = re.compile(r"[\\$}]")


def snippet(text: str) -> str:
    """`text` as an LSP snippet: its gaps are tab stops, equal names one and the same.

    The gap's name stands in it until something is typed. Everything else is escaped.
    """
    numbers: dict[str, int] = {}
    made: list[str] = []
    for part in parts(text):
        if isinstance(part, Gap):
            number = numbers.setdefault(part.name, len(numbers) + 1)
            made.append(f"${{{number}:{_escaped(part.name)}}}")
        else:
            made.append(_escaped(part))
    return "".join(made)


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


# -- loading ------------------------------------------------------------------------------------


def load(texts: Mapping[str, str], profiles: Mapping[str, str]) -> tuple[Book, list[Problem]]:
    """The phrases that files (name → text) hold, and everything that is wrong in them.

    `profiles` are the files of the profiles, read for what they extend; mistakes in those are for
    the compiler of the lexicon to tell. A phrase with a problem is left out. Files may add to the
    scenes of files before them.
    """
    loader = _Loader(_lineages(profiles))
    for name, text in texts.items():
        top = read(text, name, loader.problems)
        if top is not None:
            loader.file(top)
    return Book(tuple(loader.ordered()), loader.lineages), loader.problems


def _lineages(profiles: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    unheard: list[Problem] = []
    files = (read(text, name, unheard) for name, text in profiles.items())
    extends = {top.text("id", ""): top.text("extends", "") for top in files if top is not None}
    return {name: tuple(_chain(name, extends)) for name in extends if name}


def _chain(name: str, extends: Mapping[str, str]) -> list[str]:
    chain: list[str] = []
    while name in extends and name not in chain:
        chain.append(name)
        name = extends[name]
    return chain


class _Loader:
    """One run over all files."""

    def __init__(self, lineages: Mapping[str, tuple[str, ...]]) -> None:
        self.lineages = lineages
        self.problems: list[Problem] = []
        self.scenes: dict[str, Scene] = {}
        self.phrases: list[Phrase] = []

    def ordered(self) -> list[Phrase]:
        places = {scene: place for place, scene in enumerate(self.scenes)}
        return sorted(self.phrases, key=lambda p: (p.scene.order, places[p.scene.id]))

    def file(self, top: Entry) -> None:
        top.only(*SCENE_KEYS)
        before = len(self.problems)
        scene = self.scene(top)
        if len(self.problems) > before:
            return
        self.scenes.setdefault(scene.id, scene)
        if not top.has("phrases"):
            top.report_key("phrases", "缺少这个键", "下面一行一句，以“- ”开头")
        for node in top.items("phrases"):
            self.phrase(top, node, self.scenes[scene.id])

    def scene(self, top: Entry) -> Scene:
        name = top.text("scene")
        top.key = name
        if name and not _ID.fullmatch(name):
            top.report_key("scene", "编号不合规格", "只用小写字母、数字和连字符，例如 after-sales")
        known = self.scenes.get(name)
        title = top.text("title", known.title if known else None)
        return Scene(name, title, self.order(top), self.profiles(top, "for"))

    def order(self, top: Entry) -> int:
        text = top.text("order", str(LAST))
        if text.isdecimal():
            return int(text)
        top.report_key("order", "这里要写一个数", "例如 order: 50，小的排在前面")
        return LAST

    def profiles(self, entry: Entry, key: str) -> tuple[str, ...]:
        """The profiles that a key names."""
        named = []
        for name, node in entry.texts(key):
            if self.lineages and name not in self.lineages:
                entry.report(node, key, f"没有叫“{name}”的行业配置", f"可用：{'、'.join(self.lineages)}")
            named.append(name)
        return tuple(named)

    def phrase(self, top: Entry, node: yaml.Node, scene: Scene) -> None:
        before = len(self.problems)
        made = self.written(top, node, scene)
        if made is None:
            return
        mistake = gap_mistake(made.text)
        if mistake is not None:
            top.report(node, "phrases", *mistake)
        if len(self.problems) == before:
            self.phrases.append(made)

    def written(self, top: Entry, node: yaml.Node, scene: Scene) -> Phrase | None:
        """The phrase in one item of the list: just the text, or a mapping; None for anything else."""
        line = int(node.start_mark.line) + 1
        if isinstance(node, yaml.ScalarNode):
            text = str(node.value).strip()
            if not text:
                top.report(node, "phrases", "这里不能空着")
            return _phrase(text, scene, file=top.file, line=line)
        if not isinstance(node, yaml.MappingNode):
            top.report(node, "phrases", "这里要写一句话，或者 title/text")
            return None
        entry = Entry(node, top.file, f"{top.key}/phrases", self.problems)
        entry.only(*PHRASE_KEYS)
        return _phrase(
            entry.text("text"),
            scene,
            entry.text("title", ""),
            tuple(tag for tag, _ in entry.texts("tags")),
            self.profiles(entry, "only"),
            self.profiles(entry, "not"),
            top.file,
            line,
        )


def _phrase(
    text: str,
    scene: Scene,
    title: str = "",
    tags: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    file: str = "",
    line: int = 0,
) -> Phrase:
    traditional = not _TRADITIONAL.isdisjoint(text)
    return Phrase(text, scene, title, tags, only, without, traditional, file, line)


def folded(text: str) -> str:
    """`text` so that two ways of writing the same phrase are equal."""
    return fold(re.sub("[{}]", "", text)).text
