"""Which rules are on, how gravely, and why: layers of decisions, later ones winning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keqi.rules import Rule

OWN_LEVEL = "规则自带的级别"
"""The reason for the level of a rule that no layer decides about."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one layer says about some rules."""

    selector: str
    """`*`, `tag:NAME`, a category, or a rule's id."""
    level: str
    """One of `findings.LEVELS`."""
    because: str
    """The reason, for whoever asks why a rule is on."""

    def applies(self, rule: Rule) -> bool:
        """Whether the decision concerns the rule."""
        if self.selector.startswith("tag:"):
            return self.selector[4:] in rule.tags
        return self.selector in ("*", rule.category, rule.id)

    @property
    def weight(self) -> int:
        """How specific the selector is: rule over category over tag over everything."""
        if self.selector == "*":
            return 0
        if self.selector.startswith("tag:"):
            return 1
        return 3 if "." in self.selector else 2


@dataclass(frozen=True, slots=True)
class Layer:
    """The decisions of one source: an industry, a project, a session."""

    name: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """An industry's decisions and turns of phrase."""

    id: str
    title: str
    layers: tuple[Layer, ...]
    """Its own last, those it extends before."""
    wording: Mapping[str, str] = field(default_factory=dict)
    """What special slots of templates say here, and phrases that are said in another way."""
    file: str = ""
    """The lexicon file that describes it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of one rule, and which layer decided it."""

    level: str
    layer: str
    because: str


def resolve(rule: Rule, layers: Iterable[Layer]) -> Verdict:
    """The level of `rule` under `layers`: the last layer that concerns it wins, and in it the most
    specific decision; without any, the rule's own level."""
    verdict = Verdict(rule.level, "lexicon", OWN_LEVEL)
    for layer in layers:
        concerned = [d for d in layer.decisions if d.applies(rule)]
        if concerned:
            best = max(concerned, key=lambda d: d.weight)
            verdict = Verdict(best.level, layer.name, best.because)
    return verdict
