"""From the texts of the lexicon's files to plain data, and everything that is wrong in them.

The dear half of reading a lexicon: its result is cached and shipped (see `adapters.lexicons`), so a
start needs neither this module nor a YAML parser. Touches no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from keqi import conditions
from keqi.cantonese import as_mandarin, both_ways
from keqi.demands import closing, further_literals, is_whole, lengths, opening, required_literals
from keqi.entries import Entry, read
from keqi.findings import LEVELS
from keqi.fold import fold_phrase
from keqi.lexicon import FORMAT, WORDINGS, Data, Lexicon, build
from keqi.pattern import Alt, Node, Word, parse, to_regex, with_distinct_groups
from keqi.problems import PatternError, Problem
from keqi.reply import together
from keqi.rewrite import APOLOGY, DELETION, parse_template
from keqi.rules import CATEGORIES

UNITS = ("clause", "sentence", "reply")
KINDS = ("find", "count", "absence", "tone")


_REFERENCE = re.compile(r"<(?:[^<>:]*:)?([^<>:|()]+)>")
"""What may be the name of a word class in a pattern: <硬不能>, <谁:<第三方>>."""


def load(texts: Mapping[str, str]) -> tuple[Lexicon, list[Problem]]:
    """The lexicon that the files (name → text) describe, and everything that is wrong in them.

    An entry with a problem is left out; the others still work.
    """
    data, problems = compile_texts(texts)
    return build(data), problems


class _Words:
    """Word classes of all files; read when first used, so that order does not matter."""

    def __init__(self) -> None:
        self.sources: dict[str, tuple[Entry, str]] = {}
        self.nodes: dict[str, Node] = {}
        self.open: list[str] = []
        self.used: set[str] = set()

    def add(self, entry: Entry) -> None:
        for name in entry:
            if name in self.sources:
                first = self.sources[name][0]
                entry.report_key(name, f"词类“{name}”已经有了", f"见 {first.file}")
            else:
                self.sources[name] = (entry, name)

    def __call__(self, name: str) -> Node:
        self.used.add(name)
        if name in self.nodes:
            return self.nodes[name]
        if name not in self.sources:
            raise KeyError(f"词类在 lexicon/words/ 里定义;现有:{'、'.join(sorted(self.sources)[:40])}")
        if name in self.open:
            raise KeyError(f"词类互相引用成了圈:{' → '.join([*self.open, name])}")
        self.open.append(name)
        node = self._read(*self.sources[name])
        self.open.remove(name)
        self.nodes[name] = node
        return node

    def mentioned_in(self, source: str) -> None:
        """Note which word classes a pattern uses that need not be read again."""
        for name in _REFERENCE.findall(source):
            if name in self.sources:
                self(name)

    def _read(self, entry: Entry, name: str) -> Node:
        options: list[Node] = []
        for text, at in entry.texts(name):
            for word in text.split():
                if not word.strip("<>[](){}|?*+.^$\\") or not fold_phrase(word.strip("<>[](){}")):
                    entry.report(at, name, f"“{word}”规整后什么也不剩", "写出能看见的字词")
                    continue
                try:
                    options.append(parse(_fold_pattern(word), self))
                except PatternError as error:
                    entry.report(at, name, error.reason, error.advice, error.column - 1)
        if not options:
            entry.report_key(name, "词类里一个词也没有")
        return Word(name, Alt(tuple(options)))


@dataclass
class _Compiler:
    """One run over all files."""

    problems: list[Problem] = field(default_factory=list)
    words: _Words = field(default_factory=_Words)
    facts: dict[str, Data] = field(default_factory=dict)
    rules: dict[str, Data] = field(default_factory=dict)
    profiles: dict[str, Data] = field(default_factory=dict)
    redirects: dict[str, tuple[str, str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """What each requirement's code stands for."""
    before: Mapping[tuple[str, str], Data] = field(default_factory=dict)
    """Patterns that were compiled before, with the same word classes, by what they say and look at."""

    def pattern(
        self, entry: Entry, key: str, source: str, unit: str, at: yaml.Node, anywhere: bool = False
    ) -> Data | None:
        """A pattern as data; None (and a problem) when it cannot be used.

        `anywhere` allows one without any certain literal: facts are looked up only when asked for.
        """
        done = self.before.get((source, unit))
        if done is not None and (done["l"][0] or anywhere):
            self.words.mentioned_in(source)
            return done
        try:
            node = parse(_fold_pattern(source), self.words)
            literals = required_literals(node)
        except PatternError as error:
            entry.report(at, key, error.reason, error.advice, error.column - 1)
            return None
        if literals is None and anywhere:
            literals = frozenset()
        if literals is None:
            entry.report(
                at, key, "句式里没有一定会出现的字词", "至少写明一个词或词类,不能全是 . 或可有可无的内容"
            )
            return None
        least, most = lengths(node)
        expression, groups = with_distinct_groups(to_regex(node))
        return {
            "s": source,
            "e": expression,
            "u": unit,
            "l": [together(some) for some in (literals, *further_literals(node, literals))],
            "m": [least, most if is_whole(node) else None],
            "b": _characters(opening(node)),
            "z": _characters(closing(node)),
            "n": groups,
            "w": is_whole(node),
        }

    def patterns(self, entry: Entry, key: str, unit: str, anywhere: bool = False) -> list[Data]:
        made = (self.pattern(entry, key, text, unit, at, anywhere) for text, at in entry.texts(key))
        return [p for p in made if p is not None]

    # -- rules --

    def rule(self, entry: Entry, category: str) -> None:
        rule_id = entry.text("id")
        entry.key = rule_id
        before = len(self.problems)
        if not re.fullmatch(rf"{re.escape(category)}\.[a-z0-9-]+", rule_id):
            entry.report_key(
                "id", "编号要写成“类别.英文名”", f"例如 {category}.plain,只用小写字母、数字和连字符"
            )
        if rule_id in self.rules:
            first = self.rules[rule_id]
            entry.report_key("id", f"编号 {rule_id} 已经用过", f"见 {first['file']}:{first['line']}")
        kind = entry.choice("kind", KINDS, "find")
        data: Data = {
            "id": rule_id,
            "title": entry.text("title"),
            "level": entry.choice("level", LEVELS, "warning"),
            "tags": [t for t, _ in entry.texts("tags")],
            "message": entry.text("message"),
            "en": entry.text("en"),
            "title_en": entry.text("title-en", ""),
            "why_en": entry.text("why-en", ""),
            "why": entry.text("why"),
            "source": self.requirements(entry.text("source", "")),
            "kind": kind,
            "match": getattr(self, f"_{kind}")(entry),
            **self.templates(entry, _fits_word(entry)),
            "bad": self.bad(entry),
            "good": [t for t, _ in entry.texts("good")],
            "file": entry.file,
            "line": entry.line,
        }
        self.check_slots(entry, data)
        if not data["good"]:
            entry.report_key("good", "至少要有一个不该报的例子")
        if not data["bad"]:
            entry.report_key("bad", "至少要有一个该报的例子")
        if len(self.problems) == before:
            self.rules[rule_id] = data

    def requirements(self, codes: str) -> str:
        """The requirements behind the codes of a `source`, in words; other words stay as they are."""
        parts = [self.sources.get(c, "" if _CODE.fullmatch(c) else c) for c in re.split("[、,， ]+", codes)]
        return "".join(dict.fromkeys(p for p in parts if p))

    def check_slots(self, entry: Entry, data: Data) -> None:
        """Every slot that a wording mentions must be one that some pattern fills."""
        variants = data["match"].get("variants", [])
        filled = [{slot for slot, _ in v["p"]["n"]} | {APOLOGY} for v in variants]
        everywhere = set().union({APOLOGY}, *filled)
        for fixes, known in ((data, everywhere), *zip(variants, filled, strict=True)):
            for key in WORDINGS:
                for source, safe, _ in fixes[key] or ():
                    for name in sorted(parse_template(source, safe).names - known):
                        advice = f"可用:{'、'.join(sorted(known))}"
                        entry.report_key(key, f"句式里没有叫“{name}”的槽位", advice)

    COMMON = (
        "id",
        "title",
        "level",
        "tags",
        "kind",
        "message",
        "en",
        "title-en",
        "why-en",
        "why",
        "source",
        "fits",
        "safe",
        "unsafe",
        "bad",
        "good",
    )

    def _find(self, entry: Entry) -> Data:
        entry.only(*self.COMMON, "in", "find", "when", "unless", "outside", "quoted", "word")
        unit = entry.choice("in", UNITS, "clause")
        variants = [v for node in entry.items("find") if (v := self.variant(entry, node, unit))]
        if not variants:
            entry.report_key("find", "没有可用的句式")
        return {
            "variants": variants,
            "when": self.conditions(entry, "when"),
            "unless": self.conditions(entry, "unless"),
            "outside": self.patterns(entry, "outside", "sentence"),
            "quoted": entry.choice("quoted", ("yes", "no"), "no") == "yes",
            "word": entry.choice("word", ("yes", "no"), "no") == "yes",
        }

    def _count(self, entry: Entry) -> Data:
        entry.only(*self.COMMON, "find", "most")
        most = entry.text("most")
        if not most.isdecimal():
            entry.report_key("most", "这里要写一个数", "例如 most: 2")
        return {
            "patterns": self.patterns(entry, "find", "clause"),
            "most": int(most) if most.isdecimal() else 0,
        }

    def _absence(self, entry: Entry) -> Data:
        entry.only(*self.COMMON, "find", "at", "least", "when", "unless")
        least = entry.text("least", "0")
        if not least.isdecimal():
            entry.report_key("least", "这里要写一个数", "例如 least: 3")
        if not entry.has("find"):
            entry.report_key("find", "没有可用的句式")
        return {
            "patterns": self.patterns(entry, "find", "clause"),
            "at_end": entry.choice("at", ("start", "end"), "start") == "end",
            "least": int(least) if least.isdecimal() else 0,
            "when": self.conditions(entry, "when"),
            "unless": self.conditions(entry, "unless"),
        }

    def _tone(self, entry: Entry) -> Data:
        entry.only(*self.COMMON, "unless", "softened")
        return {
            "unless": self.conditions(entry, "unless"),
            "softened": self.conditions(entry, "softened"),
        }

    def variant(self, entry: Entry, node: yaml.Node, unit: str) -> Data | None:
        if isinstance(node, yaml.MappingNode):
            inner = Entry(node, entry.file, f"{entry.key}/find", entry.problems)
            inner.only("say", "in", "safe", "unsafe")
            unit = inner.choice("in", UNITS, unit)
            made = self.pattern(inner, "say", inner.text("say"), unit, inner.node_of("say"))
            return {"p": made, **self.templates(inner, _fits_word(entry))} if made else None
        if isinstance(node, yaml.ScalarNode):
            made = self.pattern(entry, "find", str(node.value).strip(), unit, node)
            return {"p": made, **dict.fromkeys(WORDINGS)} if made else None
        entry.report(node, "find", "这里要写句式,或者 say/safe/unsafe")
        return None

    def templates(self, entry: Entry, word: bool) -> dict[str, list[list[Any]] | None]:
        """The wordings of an entry, safe and unsafe; None where it does not write the key at all."""
        return {key: self._templates(entry, key, word) if entry.has(key) else None for key in WORDINGS}

    def _templates(self, entry: Entry, key: str, word: bool) -> list[list[Any]]:
        made = []
        for text, at in entry.texts(key):
            try:
                source = "" if text == DELETION else text
                parse_template(source, key == "safe")
                made.append([source, key == "safe", word])
            except PatternError as error:
                entry.report(at, key, error.reason, error.advice, error.column - 1)
        return made

    def bad(self, entry: Entry) -> list[list[Any]]:
        made = []
        for text, at in entry.texts("bad"):
            marked, arrow, fixed = text.partition("→")
            found = re.fullmatch(r"(.*?)\[\[(.*?)\]\](.*)", marked.strip(), re.DOTALL)
            if not found:
                entry.report(
                    at, "bad", "没有标出要报的地方", "用 [[ ]] 括起来,例如 这个[[不行]] → 改好的句子"
                )
                continue
            before, span, after = found.groups()
            made.append(
                [before + span + after, len(before), len(before + span), fixed.strip() if arrow else None]
            )
        return made

    def conditions(self, entry: Entry, key: str) -> list[list[str]]:
        made: list[list[str]] = []
        for node in entry.items(key):
            if isinstance(node, yaml.MappingNode):
                made += self.pattern_conditions(entry, key, node)
            elif isinstance(node, yaml.ScalarNode) and (one := self.named_condition(entry, key, node)):
                made.append(one)
        return made

    def pattern_conditions(self, entry: Entry, key: str, node: yaml.MappingNode) -> Iterator[list[str]]:
        inner = Entry(node, entry.file, f"{entry.key}/{key}", entry.problems)
        inner.only(*conditions.SCOPES)
        for scope in inner:
            for text, at in inner.texts(scope):
                try:
                    yield ["pattern", scope, to_regex(parse(_fold_pattern(text), self.words))]
                except PatternError as error:
                    inner.report(at, scope, error.reason, error.advice, error.column - 1)

    def named_condition(self, entry: Entry, key: str, node: yaml.ScalarNode) -> list[str] | None:
        name, _, scope = str(node.value).partition("@")
        if name in conditions.PLACES and not scope:
            return ["place", name]
        if name in self.facts and scope in ("", *conditions.SCOPES):
            return ["fact", name, scope or self.facts[name]["scope"]]
        allowed = "、".join([*conditions.PLACES, *self.facts])
        entry.report(
            node,
            key,
            f"没有叫“{node.value}”的条件",
            f"可用:{allowed};后面可加 @{'、@'.join(conditions.SCOPES)}",
        )
        return None

    # -- facts, profiles --

    def fact(self, top: Entry, name: str) -> None:
        entry = top.child(name)
        if entry is None:
            return
        entry.only("scope", "in", "find", "why")
        if not entry.has("find"):
            entry.report_key("find", "没有可用的句式")
        self.facts[name] = {
            "scope": entry.choice("scope", conditions.SCOPES, "reply"),
            "patterns": self.patterns(entry, "find", entry.choice("in", UNITS, "clause"), True),
        }

    def profile(self, entry: Entry) -> None:
        entry.only("id", "title", "extends", "wording", "decisions")
        name = entry.text("id")
        entry.key = name
        if name in self.profiles:
            entry.report_key("id", f"编号 {name} 已经用过", f"见 {self.profiles[name]['file']}")
        wording = entry.child("wording") if entry.has("wording") else None
        self.profiles[name] = {
            "title": entry.text("title"),
            "extends": entry.text("extends", ""),
            "wording": {k: wording.text(k) for k in wording} if wording else {},
            "at": getattr(entry.node_of("extends").start_mark, "line", 0) + 1,
            "decisions": [d for node in entry.items("decisions") if (d := self.decision(entry, node))],
            "file": entry.file,
            "line": entry.line,
        }

    def check_extends(self) -> None:
        for name, profile in list(self.profiles.items()):
            seen = [name]
            while (base := self.profiles[seen[-1]]["extends"]) and base in self.profiles and base not in seen:
                seen.append(base)
            if base:
                why = "互相继承成了圈" if base in self.profiles else f"没有叫“{base}”的行业配置"
                place = (profile["file"], profile["at"], 0, f"{name}/extends")
                self.problems.append(Problem(*place, why, f"可用:{'、'.join(self.profiles)}"))
                profile["extends"] = ""

    def decision(self, entry: Entry, node: yaml.Node) -> list[str] | None:
        inner = entry.child("decisions", node)
        if inner is None:
            return None
        inner.only("select", "level", "because")
        selector = inner.text("select")
        known = selector == "*" or selector in CATEGORIES or selector in self.rules
        if not known and not (selector.startswith("tag:") and selector[4:] in self.tags()):
            inner.report_key(
                "select", f"没有叫“{selector}”的规则、类别或标签", "可写 *、类别名、规则编号或 tag:标签"
            )
        return [selector, inner.choice("level", LEVELS, "warning"), inner.text("because")]

    def tags(self) -> set[str]:
        return {tag for rule in self.rules.values() for tag in rule["tags"]}


_CODE = re.compile(r"[A-Z]{1,4}[0-9]{0,4}")
"""A requirement's code; one that `sources.yml` does not explain says nothing to a reader."""

_WIDTHS = {
    code: chr(code - 0xFEE0).lower()
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


def _fits_word(entry: Entry) -> bool:
    return entry.choice("fits", ("clause", "word"), "clause") == "word"


_NAME = re.compile(r"<[^<>:|()\s]+[:>]")
"""What opens a slot, or stands for a word class: a name, whatever language it is in."""


def _fold_pattern(source: str) -> str:
    """A pattern as drafts will be folded; its operators are all half-width already."""
    folded = source.lower().translate(
        _WIDTHS | {ord("，"): ",", ord("！"): "!", ord("？"): "\\?", ord("："): ":", ord("；"): ";"}
    )
    folded = both_ways(folded)
    read, done = as_mandarin(folded), 0
    parts: list[str] = []
    for name in _NAME.finditer(folded):  # a name stays, in whatever language; nothing has moved
        parts += (read[done : name.start()], name[0])
        done = name.end()
    return "".join([*parts, read[done:]])


def compile_texts(
    texts: Mapping[str, str],
    known: Mapping[str, Data] = MappingProxyType({}),
    earlier: Data | None = None,
) -> tuple[Data, list[Problem]]:
    """Plain data (JSON can hold it) for the lexicon files (name → text), and all problems in them.

    `known` are rules that were compiled before, by id: the texts may refer to them, not repeat them.
    `earlier` is what was made of an earlier state of the texts: patterns that have not changed since are
    taken from it, if the word classes have not either.
    """
    words = _words_digest(texts)
    run = _Compiler(rules=dict(known))
    if earlier is not None and earlier.get("words") == words:
        run.before = {(p["s"], p["u"]): p for p in _patterns_in(earlier)}
    tops = [(name, top) for name in texts if (top := read(texts[name], name, run.problems)) is not None]
    for name, top in tops:
        if _folder(name) == "words":
            run.words.add(top)
    for name, top in tops:
        if name.endswith("sources.yml"):
            for requirement in top:
                for code in top.text(requirement).split():
                    run.sources.setdefault(code, requirement)
    for name, top in tops:
        if name.endswith("facts.yml"):
            for fact_name in top:
                run.fact(top, fact_name)
    for name, top in tops:
        if _folder(name) == "rules" or top.has("rules"):
            _compile_rules(run, top)
    for name, top in tops:
        if _folder(name) == "profiles":
            run.profile(top)
    run.check_extends()
    data = {
        "format": FORMAT,
        "facts": run.facts,
        "rules": list(run.rules.values()),
        "profiles": run.profiles,
        "redirects": run.redirects,
        "words": words,
        "unused": {n: run.words.sources[n][0].file for n in run.words.sources if n not in run.words.used},
    }
    return data, run.problems


def _words_digest(texts: Mapping[str, str]) -> str:
    """A fingerprint of the word classes: what a pattern becomes depends on them and on itself."""
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    for name in sorted(texts):
        if _folder(name) == "words":
            digest.update(f"{name}\x00{texts[name]}\x00".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _patterns_in(data: Data) -> Iterator[Data]:
    """Every compiled pattern in compiled data."""
    for fact in data["facts"].values():
        yield from fact["patterns"]
    for match in (rule["match"] for rule in data["rules"]):
        yield from (variant["p"] for variant in match.get("variants", ()))
        yield from match.get("outside", ())
        yield from match.get("patterns", ())


_HOLDING = ("words", "rules", "profiles")
"""Folders that say what the files in them hold, be it in folders of their own: rules/blame/010-mistaken.yml."""


def _folder(name: str) -> str:
    """The nearest folder around a file that says what it holds; empty where none does."""
    return next((part for part in reversed(re.split(r"[\\/:]", name)[:-1]) if part in _HOLDING), "")


def _compile_rules(run: _Compiler, top: Entry) -> None:
    top.only("category", "rules", "renamed")
    category = top.choice("category", CATEGORIES, "refusal")
    for node in top.items("rules"):
        entry = top.child("rules", node)
        if entry is not None:
            run.rule(entry, category)
    renamed = top.child("renamed") if top.has("renamed") else None
    if renamed:
        run.redirects |= {old: (renamed.text(old), renamed.file) for old in renamed}


def _characters(some: frozenset[str] | None) -> str:
    """The characters in order; none for any."""
    return "".join(sorted(some or ()))
