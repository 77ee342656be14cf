"""Rules for people: the list, and one rule explained in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from keqi.policy import OWN_LEVEL
from keqi.render.text import Style, underlined
from keqi.render.width import excerpt, printable, width
from keqi.rewrite import DELETION
from keqi.rules import BadExample, Rule, category_name
from keqi.text import Span

LevelOf = Callable[[str], tuple[str, str]]
"""A rule's level in the profile, and who decided that."""

_INDENT = "  "


def listing(rules: Iterable[Rule], level: LevelOf, style: Style) -> Iterator[str]:
    """One line a rule, under the name of its category."""
    english = style.messages.lang == "en"
    category = ""
    known = list(rules)
    longest = max((len(rule.id) for rule in known), default=0)
    for rule in known:
        if rule.category != category:
            category = rule.category
            yield style.paint(f"{category} {category_name(category, english)}", "path")
        yield f"{_INDENT}{_level(level(rule.id)[0], style)} {rule.id:<{longest}}  {rule.title_in(english)}"


def _level(level: str, style: Style) -> str:
    """A level in its colour, padded so that what follows is aligned."""
    said = style.messages.say(level)
    most = max(width(style.messages.say(name)) for name in ("none", "hint", "info", "warning", "error"))
    role = "dim" if level == "none" else level
    return style.paint(said, role) + " " * (most - width(said))


def explanation(rule: Rule, level: tuple[str, str], style: Style) -> Iterator[str]:
    """What the rule flags, why, examples, rewriting with its safety, and where it comes from."""
    say = style.messages.say
    english = style.messages.lang == "en"
    yield style.paint(rule.id, "path") + " " + rule.title_in(english)
    yield _INDENT + rule.message_in(english)
    because = say("rule-own-level") if level[1] == OWN_LEVEL else level[1]
    yield _INDENT + say("rule-level", level=say(level[0]), because=because)
    yield _INDENT + say("rule-why") + rule.why_in(english)
    if rule.examples.bad:
        yield _INDENT + say("rule-bad")
        for bad in rule.examples.bad:
            yield from _bad(bad, style)
    if rule.examples.good:
        yield _INDENT + say("rule-good")
        yield from (2 * _INDENT + printable(good) for good in rule.examples.good)
    yield from _fixes(rule, style)
    if rule.source:
        yield _INDENT + say("rule-source", source=rule.source)
    if rule.tags:
        yield _INDENT + say("rule-tags", tags=" ".join(rule.tags))


def _bad(bad: BadExample, style: Style) -> Iterator[str]:
    shown = excerpt(bad.text, Span(0, len(bad.text)), Span(bad.start, bad.end), style.width)
    yield from underlined(shown, "error", style)
    if bad.fixed is not None:
        yield 2 * _INDENT + style.paint("→ " + printable(bad.fixed), "fix")


def _fixes(rule: Rule, style: Style) -> Iterator[str]:
    say = style.messages.say
    if rule.fixes:
        yield _INDENT + say("rule-fixes")
    for fix in rule.fixes:
        safety = say("rule-safe" if fix.safe else "rule-unsafe")
        yield 2 * _INDENT + style.paint(f"→ [{safety}] {fix.source or DELETION}", "fix")
