"""The way to the linter: built late, away from the event loop, and replaceable in tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from keqi.findings import Finding
from keqi.problems import Problem
from keqi.rules import Rule
from keqi.settings import Policy
from keqi.suppress import Spared
from keqi.text import Span


class Checker(Protocol):
    """What the server needs of `keqi.Linter`. Called from worker threads, several at a time."""

    @property
    def selectors(self) -> Sequence[str]:
        """Everything that a level may be set for."""

    @property
    def profiles(self) -> Sequence[str]:
        """The profiles that there are."""

    def under(self, policy: Policy) -> Checker:
        """The same rules under another policy."""

    def check(self, text: str, holes: tuple[Span, ...] = (), spared: Spared = ...) -> list[Finding]:
        """The findings in the reply `text`, by position, but for those that are spared."""

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = (), spared: Spared = ...) -> str:
        """The reply after all its safe fixes, and the unsafe ones too when `unsafe`."""

    def rule(self, rule_id: str, /) -> Rule | None:
        """The rule of a finding; None when it has none (any more)."""


Load = Callable[[Policy], Checker]
"""Builds a checker, slowly. Raises BrokenLexiconError, or any other exception for a policy of no use."""

TextOf = Callable[[Path], str | None]
"""What the editor has of a file; None where it is not open."""

Mistakes = Mapping[Path, tuple[Problem, ...]]
"""What is wrong in each of some files; of one that is flawless, nothing."""


class Linters(Protocol):
    """Where checkers come from. Called from worker threads."""

    def load(self, policy: Policy) -> Checker:
        """See `Load`."""

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        """What is wrong in the files of own lexicons as the editor has them, else as they are on disk.

        `shipped` says whether the rules that come with keqi are used beside them.
        """


class BrokenLexiconError(Exception):
    """The own lexicon folders cannot be used; `problems` says where and why, and is not empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Made:
    """Checkers that a function makes, where there are no own lexicons to look into."""

    load: Load

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        """None."""
        return {}


class Installed:
    """The real linter. Imported late: that takes a second that `initialize` must not wait for."""

    def load(self, policy: Policy) -> Checker:
        """See `Load`."""
        import keqi

        try:
            linter = keqi.Linter.from_policy(policy, preload=False)
        except keqi.LexiconError as error:
            raise BrokenLexiconError(error.problems) from None
        linter.prepare()
        return linter

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        """See `Linters`."""
        from keqi.adapters import lexicon_files, lexicons, phrasebook

        files = {path: folder for folder in map(Path, folders) for path in sorted(folder.rglob("*.yml"))}
        texts, problems = _texts(files, text_of)
        parts = {str(path): path.relative_to(folder).parts[0] for path, folder in files.items()}
        phrases = {name: text for name, text in texts.items() if parts[name] == lexicon_files.PHRASES}
        profiles = {name: text for name, text in texts.items() if parts[name] == phrasebook.PROFILES}
        rest = {name: text for name, text in texts.items() if name not in phrases}
        if rest:
            problems += lexicons.problems_in(rest, shipped)
        if phrases:
            problems += phrasebook.problems_in(phrases, profiles)
        return {path: tuple(p for p in problems if p.file == str(path)) for path in files}


def _texts(files: Iterable[Path], text_of: TextOf) -> tuple[dict[str, str], list[Problem]]:
    """What the files hold, by name, and which cannot be read."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in files:
        open_, name = text_of(path), str(path)
        try:
            text = path.read_text(encoding="utf-8") if open_ is None else open_
            texts[name] = text.removeprefix("\ufeff")
        except UnicodeDecodeError:
            problems.append(Problem(name, 0, 0, "", "词库文件不是 UTF-8 编码", "请另存为 UTF-8"))
        except OSError as error:
            problems.append(Problem(name, 0, 0, "", f"词库读不出来：{type(error).__name__}"))
    return texts, problems


INSTALLED = Installed()


_SURROGATE = re.compile("[\ud800-\udfff]")


def presentable(text: str) -> str:
    """`text` with lone surrogates as U+FFFD: of the same length, and fit for any library.

    JSON can carry half a character; matchers written in other languages cannot.
    """
    return _SURROGATE.sub("\ufffd", text)
