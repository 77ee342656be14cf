"""The Python API: `Linter(profile).check(text)` and `.fix(text)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

from keqi.adapters import caches, lexicons
from keqi.adapters.lexicon_files import SHIPPED
from keqi.adapters.segment import Segmenter
from keqi.expressions import load_regex
from keqi.findings import Finding
from keqi.fold import load_converters
from keqi.lexicon import Lexicon
from keqi.linter import Engine, overview
from keqi.matchers import Find
from keqi.policy import Layer, Profile, Verdict
from keqi.problems import Problem, nearest
from keqi.rules import CATEGORIES, Rule
from keqi.settings import Policy, layer, unknown_selectors
from keqi.suppress import SPARE_NOTHING, Spared
from keqi.text import Span


class LexiconError(ValueError):
    """A user's own lexicon cannot be used; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Linter:
    """Checks and rewrites replies under one profile.

    Safe to share between threads; after construction it reads no file and opens no connection.

    `rules` sets levels of rules, categories and tags over the profile's; no rule reads the phrases
    in `accept`; `placeholders` are further regular expressions for stretches that are no prose; `shipped=False` leaves only the rules of the own `lexicon` folders.
    `preload=False` starts faster: OpenCC's tables are then read at the first Traditional draft, and
    what finds words in long texts is made when much has been checked.

    Raises ValueError for an unknown profile (naming the nearest) and LexiconError when one of the
    user's own lexicon folders has a mistake.
    """

    def __init__(
        self,
        profile: str = "general",
        *,
        lexicon: Iterable[str | PathLike[str]] = (),
        rules: Mapping[str, str] | None = None,
        accept: Sequence[str] = (),
        placeholders: Sequence[str] = (),
        shipped: bool = True,
        preload: bool = True,
    ) -> None:
        folders = [Path(folder) for folder in lexicon]
        self._lexicon = _load(folders, shipped)
        self._profile = self._find_profile(profile)
        self._layers: tuple[Layer, ...] = (layer("rules", rules),) if rules else ()
        self._make_engine(accept, placeholders)
        if preload:
            _preload(bool(folders))
            self.prepare()

    def _make_engine(self, accept: Sequence[str], placeholders: Sequence[str]) -> None:
        segmenter = Segmenter(caches.folder()) if self._asks_for_words() else None
        if segmenter:
            segmenter("")  # load now: `check` must not touch the disk
        self._engine = Engine(
            self._lexicon,
            self._profile,
            self._layers,
            segment=segmenter,
            accepted=accept,
            placeholders=placeholders,
        )

    @classmethod
    def from_config(cls, path: str | PathLike[str]) -> Linter:
        """A linter with the settings in a `keqi.toml` or `pyproject.toml`.

        What the file says about single paths (`[[files]]`) does not count here. Raises ValueError
        naming the file and key for a setting that cannot be used.
        """
        from keqi.adapters.settings import read_settings

        return cls.from_policy(read_settings(Path(path)).policy)

    @classmethod
    def from_policy(cls, policy: Policy, *, preload: bool = True) -> Linter:
        """A linter under `policy`. Raises as the constructor does, and ValueError for unknown rules."""
        made = object.__new__(cls)
        made._lexicon = _load([Path(folder) for folder in policy.lexicon], policy.shipped)
        linter = made.under(policy)
        if preload:
            _preload(bool(policy.lexicon))
            linter.prepare()
        return linter

    def under(self, policy: Policy) -> Linter:
        """A linter over the same lexicon under another policy.

        Raises ValueError for an unknown profile, and for levels of rules that do not exist.
        """
        for where, selector, near in unknown_selectors(policy.layers, self.selectors):
            hint = f"是不是 {near}？" if near else "用 keqi rules 可以列出全部规则。"
            raise ValueError(f"{where}：没有叫“{selector}”的规则、类别或标签。{hint}")
        made = object.__new__(type(self))
        made._lexicon = self._lexicon
        made._profile = made._find_profile(policy.profile)
        made._layers = policy.layers
        made._make_engine(policy.accept, policy.placeholders)
        return made

    def prepare(self) -> None:
        """Make now what checking would make when much has been checked: no check will be late for it."""
        self._engine.prepare()

    def _find_profile(self, name: str) -> Profile:
        profiles = self._lexicon.profiles
        if name in profiles:
            return profiles[name]
        near = nearest(name, profiles)
        hint = f"是不是 {near}?" if near else ""
        raise ValueError(f"没有叫“{name}”的行业配置。{hint}可用:{'、'.join(profiles)}")

    def _asks_for_words(self) -> bool:
        levels = overview(self._lexicon, self._profile, self._layers)
        return any(
            isinstance(rule.matcher, Find) and rule.matcher.whole_word and levels[rule.id].level != "none"
            for rule in self._lexicon.rules
        )

    def check(self, text: str, holes: Sequence[Span] = (), spared: Spared = SPARE_NOTHING) -> list[Finding]:
        """Everything to object to in one reply, in order of position; offsets are code points of `text`.

        `holes` are stretches that are not prose (inline code in Markdown); placeholders, links and
        e-mail addresses are found without them. What is `spared` is not reported. An empty list
        means: nothing to object to.
        """
        return self._engine.check(text, holes, spared)

    def fix(
        self,
        text: str,
        unsafe: bool = False,
        holes: Sequence[Span] = (),
        spared: Spared = SPARE_NOTHING,
    ) -> str:
        """`text` rewritten until no applicable fix helps any more.

        Safe fixes keep facts and decision and promise nothing; with `unsafe` also those that a
        person should read first. Fixing the result again changes nothing.
        """
        return self._engine.fix(text, unsafe, holes, spared)

    @property
    def profile(self) -> str:
        """The profile's id."""
        return self._profile.id

    @property
    def profiles(self) -> tuple[str, ...]:
        """The ids of all profiles that there are."""
        return tuple(self._lexicon.profiles)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of the lexicon, also those that are off here."""
        return self._lexicon.rules

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id (also an old one that was renamed), or None."""
        return self._lexicon.rule(rule_id)

    def level(self, rule_id: str) -> tuple[str, str]:
        """The rule's level in this profile, and who decided that; KeyError for an unknown rule."""
        verdict: Verdict = overview(self._lexicon, self._profile, self._layers)[rule_id]
        return verdict.level, verdict.because

    @property
    def selectors(self) -> tuple[str, ...]:
        """Everything that a level may be set for: rules, categories, and tags as `tag:NAME`."""
        tags = dict.fromkeys(f"tag:{tag}" for rule in self.rules for tag in rule.tags)
        return (*(rule.id for rule in self.rules), *CATEGORIES, *tags)


def _preload(own_rules: bool) -> None:
    """Load now what the first unusual draft would: after construction nothing is read from disk."""
    load_converters()
    if own_rules:
        load_regex()


def _load(folders: Sequence[Path], shipped: bool) -> Lexicon:
    """The shipped lexicon, if wanted, with the user's own; LexiconError for a mistake in those."""
    if not folders and shipped:
        return lexicons.load_shipped()
    lexicon, problems = lexicons.load_with(folders, shipped)
    if problems:
        raise LexiconError(problems)
    return lexicon


def check_lexicon(paths: Sequence[Path] = ()) -> list[Problem]:
    """Everything that is wrong in the lexicons at `paths` (folders or files), or in the shipped one.

    Besides mistakes in the files: examples that the rules do not bear out, and suggestions and
    phrases that trip a rule.
    """
    from keqi import phrase_check, selftest
    from keqi.adapters import phrasebook

    lexicon, problems = lexicons.load_with(paths)
    book, mistakes = phrasebook.load(paths)
    segment = Segmenter(caches.folder())
    names = tuple(str(p) for p in paths) or (SHIPPED,)
    told = [p for p in mistakes if p.file.startswith(names)]
    found = (*selftest.verify(lexicon, segment, names), *phrase_check.verify(book, lexicon, segment, names))
    return [*problems, *told, *found]
