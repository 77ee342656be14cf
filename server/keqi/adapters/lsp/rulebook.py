"""The linter for each policy that documents ask for; the last good one stays when its successor is broken.

Called from worker threads: the first document under a policy waits for its linter, and so does
whoever asks meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from keqi.adapters.lsp.checker import BrokenLexiconError, Checker, Load
from keqi.adapters.lsp.quiet import places
from keqi.policy import Layer
from keqi.problems import Problem, nearest
from keqi.settings import Policy, unknown_selectors

log = logging.getLogger(__name__)

MOST_RULINGS = 16
"""Policies whose linters are kept: each takes some megabytes, and in settings that are typed every letter
makes another policy."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Settings name a profile, rule, category or tag that does not exist."""

    kind: str
    """`profile` or `rule`."""
    name: str
    origin: str
    """Who said so: the name of the layer; empty for the profile."""
    near: str = ""
    """The nearest name that exists; empty when none is near."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What documents under a policy are checked with."""

    checker: Checker
    unknown: tuple[Unknown, ...] = ()
    """What of the policy was left out."""


Own = tuple[tuple[str, ...], bool]
"""What a linter is built from: the folders of own lexicons, and whether the shipped rules are used beside them."""


@dataclass(slots=True)
class _Shelf:
    """What was built since lexicon files last changed."""

    lexicons: dict[Own, Checker] = field(default_factory=dict)
    rulings: OrderedDict[Policy, Ruling] = field(default_factory=OrderedDict)
    """Those asked for last come last."""
    broken: dict[Own, tuple[Problem, ...]] = field(default_factory=dict)


class Rulebook:
    """Linters, by lexicon and by policy."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._shelf = _Shelf()
        self._last_good: dict[Own, Checker] = {}

    @property
    def edition(self) -> object:
        """Another object whenever lexicon files may have changed."""
        return self._shelf

    @property
    def broken(self) -> dict[Own, tuple[Problem, ...]]:
        """What is wrong with the own lexicons that were asked for since their files last changed."""
        return dict(self._shelf.broken)

    def forget(self) -> None:
        """Lexicon files may have changed: build everything anew when it is next asked for.

        Does not wait: what is being built now ends up on the old shelf.
        """
        self._shelf = _Shelf()

    def under(self, policy: Policy) -> Ruling:
        """The linter for `policy`, as much of it as can be used. Raises when there is no linter at all."""
        rulings = self._shelf.rulings
        known = rulings.get(policy)
        if known is not None:
            with suppress(KeyError):  # without the lock, which is held for as long as a linter takes to build
                rulings.move_to_end(policy)
            return known
        with self._lock:
            shelf = self._shelf
            ruling = shelf.rulings.get(policy)
            if ruling is None:
                base = self._base((policy.lexicon, policy.shipped), shelf)
                usable, unknown = _usable(policy, base)
                ruling = shelf.rulings[policy] = Ruling(base.under(usable), unknown)
                if len(shelf.rulings) > MOST_RULINGS:
                    shelf.rulings.popitem(last=False)
            return ruling

    def _base(self, lexicon: Own, shelf: _Shelf) -> Checker:
        if lexicon not in shelf.lexicons:
            shelf.lexicons[lexicon] = self._loaded(lexicon, shelf)
        return shelf.lexicons[lexicon]

    def _loaded(self, lexicon: Own, shelf: _Shelf) -> Checker:
        folders, shipped = lexicon
        try:
            made = self._last_good[lexicon] = self._load(Policy(lexicon=folders, shipped=shipped))
            return made
        except BrokenLexiconError as error:
            shelf.broken[lexicon] = error.problems
        except Exception as error:
            log.error("lexicon of no use: %s", places(error))
            if not folders:
                if lexicon in self._last_good:
                    return self._last_good[lexicon]
                raise
            reason = f"词库读不出来：{type(error).__name__}"
            shelf.broken[lexicon] = tuple(Problem(folder, 0, 0, "", reason) for folder in folders)
        # Where there is no linter from before, the shipped rules are the last good ones.
        return self._last_good.get(lexicon) or self._base(((), True), shelf)


def _usable(policy: Policy, base: Checker) -> tuple[Policy, tuple[Unknown, ...]]:
    """`policy` without what names nothing that exists, and what that was."""
    unknown: list[Unknown] = []
    if policy.profile not in base.profiles:
        unknown.append(Unknown("profile", policy.profile, "", nearest(policy.profile, base.profiles)))
        policy = replace(policy, profile="general")
    missing = unknown_selectors(policy.layers, base.selectors)
    unknown += (Unknown("rule", selector, layer, near) for layer, selector, near in missing)
    left_out = {(layer, selector) for layer, selector, _ in missing}
    return replace(policy, layers=tuple(_without(policy.layers, left_out))), tuple(unknown)


def _without(layers: Sequence[Layer], left_out: set[tuple[str, str]]) -> Sequence[Layer]:
    if not left_out:
        return layers
    return [
        replace(one, decisions=tuple(d for d in one.decisions if (one.name, d.selector) not in left_out))
        for one in layers
    ]
