"""The lexicon: from the texts of its files to rules, word classes, facts and profiles.

Two steps, so that the dear one can be cached: `compiler.compile_texts` reads, checks and expands
(texts → plain data and all problems at once); `build` here makes the objects (plain data →
`Lexicon`). Neither touches a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from keqi import conditions
from keqi.matchers import Absence, Count, Find, Matcher, Tone, Variant
from keqi.policy import Decision, Layer, Profile
from keqi.reply import Pattern
from keqi.rewrite import Template, parse_template
from keqi.rules import BadExample, Examples, Rule
from keqi.tone import ToneModel

FORMAT = 19
"""Version of the compiled data; raise it whenever `compile_texts` writes something else."""

WORDINGS = ("safe", "unsafe")
"""The keys that hold what to say instead, best first."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that the lexicon's files say, ready to use."""

    rules: tuple[Rule, ...] = ()
    facts: Mapping[str, conditions.Fact] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    redirects: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Old rule ids, each with what it is called now and the file that says so."""
    unused: Mapping[str, str] = field(default_factory=dict)
    """Word classes that no pattern mentions, each with its file."""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, or with the id that replaced it."""
        rule_id, _ = self.redirects.get(rule_id, (rule_id, ""))
        return next((r for r in self.rules if r.id == rule_id), None)


def build(
    data: Data, foreign: Iterable[str] = (), tone: Callable[[], ToneModel | None] = lambda: None
) -> Lexicon:
    """The lexicon that compiled data describe; `foreign` names files whose patterns are not ours,
    and `tone` gives the model that rules of the kind `tone` ask, when one is on.
    """
    builder = _Builder(frozenset(foreign), tone)
    facts = {
        name: conditions.Fact(name, f["scope"], tuple(builder.pattern(p) for p in f["patterns"]))
        for name, f in data["facts"].items()
    }
    rules = tuple(builder.rule(r) for r in data["rules"])
    profiles = {name: _profile(name, data["profiles"]) for name in data["profiles"]}
    redirects = {old: (new, file) for old, (new, file) in data["redirects"].items()}
    return Lexicon(rules, facts, profiles, redirects, data["unused"])


@dataclass
class _Builder:
    foreign: frozenset[str]
    tone: Callable[[], ToneModel | None] = lambda: None
    known: dict[tuple[str, str, bool], Pattern] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    """Patterns share word classes, and so sets of literals: each is kept once."""

    def pattern(self, data: Data, foreign: bool = False) -> Pattern:
        key = (data["e"], data["u"], foreign)
        if key not in self.known:
            self.known[key] = Pattern(
                data["s"],
                data["e"],
                data["u"],
                tuple(map(self.shared, data["l"])),
                (data["m"][0], data["m"][1] or 1 << 30),
                (self.shared(data["b"]), self.shared(data["z"])),
                tuple(map(tuple, data["n"])),
                foreign,
                data["w"],
            )
        return self.known[key]

    def shared(self, string: str) -> str:
        """The string, as the one object of all that are equal."""
        return self.strings.setdefault(string, string)

    def rule(self, data: Data) -> Rule:
        foreign = data["file"] in self.foreign
        fixes = {key: data[key] or [] for key in WORDINGS}
        return Rule(
            id=data["id"],
            title=data["title"],
            level=data["level"],
            message=data["message"],
            why=data["why"],
            source=data["source"],
            en=data["en"],
            title_en=data["title_en"],
            why_en=data["why_en"],
            matcher=self.matcher(data["kind"], data["match"], fixes, foreign),
            tags=tuple(data["tags"]),
            fixes=_templates(fixes),
            examples=Examples(tuple(BadExample(*b) for b in data["bad"]), tuple(data["good"])),
            file=data["file"],
            line=data["line"],
        )

    def matcher(self, kind: str, data: Data, fixes: Data, foreign: bool) -> Matcher:
        def all_of(name: str) -> tuple[Pattern, ...]:
            return tuple(self.pattern(p, foreign) for p in data[name])

        if kind == "count":
            return Count(all_of("patterns"), data["most"])
        unless = _conditions(data["unless"], foreign)
        if kind == "tone":
            softened = _conditions(data["softened"], foreign)
            return Tone(self.tone, Pattern("tone", "", "clause"), unless, softened)
        when = _conditions(data["when"], foreign)
        if kind == "absence":
            return Absence(all_of("patterns"), data["at_end"], data["least"], when, unless)
        variants = tuple(
            Variant(self.pattern(v["p"], foreign), _templates(_own(v, fixes))) for v in data["variants"]
        )
        return Find(variants, when, unless, all_of("outside"), data["quoted"], data["word"])


def _own(variant: Data, fixes: Data) -> Data:
    """Each list of wordings that the variant writes, even an empty one, stands for the rule's."""
    return {key: fixes[key] if variant[key] is None else variant[key] for key in WORDINGS}


def _templates(fixes: Data) -> tuple[Template, ...]:
    return tuple(parse_template(source, safe, word) for key in WORDINGS for source, safe, word in fixes[key])


def _conditions(data: Sequence[Sequence[str]], foreign: bool) -> tuple[conditions.Condition, ...]:
    makers: dict[str, Callable[..., conditions.Condition]] = {
        "place": conditions.place,
        "fact": conditions.fact,
        "pattern": partial(conditions.pattern, foreign=foreign),
    }
    return tuple(makers[kind](*rest) for kind, *rest in data)


def _profile(name: str, profiles: Mapping[str, Data]) -> Profile:
    chain: list[str] = []
    while name and name in profiles and name not in chain:
        chain.insert(0, name)
        name = profiles[name]["extends"]
    layers = tuple(Layer(n, tuple(Decision(*d) for d in profiles[n]["decisions"])) for n in chain)
    wording: dict[str, str] = {}
    for n in chain:
        wording |= profiles[n]["wording"]
    own = profiles[chain[-1]]
    return Profile(chain[-1], own["title"], layers, wording, own["file"])
