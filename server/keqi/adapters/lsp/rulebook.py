"""The linter in force: loaded in the background, kept when its successor is broken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.checker import BrokenLexiconError, Checker, Load
from keqi.adapters.lsp.document import canonical
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.settings import Settings
from keqi.problems import Problem

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A lexicon file and the mistakes in it."""

    uri: str
    problems: tuple[Problem, ...]


@dataclass(slots=True, eq=False)
class Rulebook:
    """Which linter checks the documents now, and what is wrong with the lexicon it came from."""

    load: Load
    executor: Executor
    tell: Callable[[str], None]
    """Shows one sentence to the person at the editor."""
    loaded: Callable[[dict[str, BrokenFile]], None]
    """Called after every load, good or bad, with the broken files of the load before."""
    checker: Checker | None = None
    """None until the first load has ended."""
    broken: dict[str, BrokenFile] = field(default_factory=dict)
    """The broken lexicon files, by the canonical form of their URI."""
    _told: bool = False
    """Whether the present breakage was announced: saving a file five times shows one message."""
    _wanted: Settings | None = None
    """What to load next, when something changed since the newest load began."""
    _task: asyncio.Task[None] | None = None

    def reload(self, settings: Settings) -> None:
        """Build the linter anew; the old one serves until the new one is there."""
        self._wanted = settings
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def ready(self) -> Checker | None:
        """The linter, after the first load when there was none yet; None when nothing is loaded."""
        if self.checker is None and self._task is not None:
            await asyncio.shield(self._task)
        return self.checker

    async def _run(self) -> None:
        try:
            while (settings := self._wanted) is not None:
                self._wanted = None
                before, self.broken = self.broken, {}
                await self._load(settings)
                self.loaded(before)
        finally:
            self._task = None

    async def _load(self, settings: Settings) -> None:
        try:
            self.checker = await self._build(settings)
        except BrokenLexiconError as error:
            await self._keep_last_good(settings)
            self.broken = _by_file(error.problems, settings.lexicon)
            if not self._told:
                first, count = error.problems[0], len(error.problems)
                self.tell(messages.LEXICON_BROKEN.say(settings.english, count=count, first=first))
            self._told = True
        except Exception as error:
            log.error("settings of no use: %s", places(error))
            await self._keep_last_good(settings)
            self.tell(messages.LOAD_FAILED.say(settings.english, reason=str(error)))
        else:
            self._told = False

    async def _keep_last_good(self, settings: Settings) -> None:
        """Where there is no linter from before, the shipped rules are the last good ones."""
        for fallback in (replace(settings, lexicon=()), Settings()):
            if self.checker is not None:
                return
            try:
                self.checker = await self._build(fallback)
            except Exception as error:
                log.error("shipped lexicon of no use: %s", places(error))

    async def _build(self, settings: Settings) -> Checker:
        return await asyncio.get_running_loop().run_in_executor(self.executor, self.load, settings)


def _by_file(problems: Sequence[Problem], folders: Sequence[Path]) -> dict[str, BrokenFile]:
    files: dict[str, BrokenFile] = {}
    for problem in problems:
        path = _path(problem.file, folders)
        if path is not None:
            key = canonical(path.as_uri())
            known = files.get(key, BrokenFile(path.as_uri(), ()))
            files[key] = replace(known, problems=(*known.problems, problem))
    return files


def _path(name: str, folders: Sequence[Path]) -> Path | None:
    """The file that a problem names, perhaps relative to its folder; None for no file of the user's."""
    path = Path(name)
    if path.is_absolute():
        return path
    return next((folder / path for folder in folders if (folder / path).is_file()), None)
