"""Checking and mending for requests: linters by profile, a few threads, and a limit in time."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from keqi.adapters import expressions
from keqi.adapters.pool import Linters, PolicyError
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.settings import read_settings
from keqi.settings import Settings

if TYPE_CHECKING:
    from keqi import Linter

log = logging.getLogger(__name__)
T = TypeVar("T")

SMALL = 2_000
"""Code points that are checked on the event loop: a thread costs more than such a check."""


class TooSlowError(Exception):
    """The checks of one request took longer than they may."""


class UnknownProfileError(ValueError):
    """There is no such profile; the text names those there are."""


@dataclass(eq=False)
class Rules:
    """Settings as they were last read, and a linter for each profile, made when first needed."""

    settings: Settings
    _linters: Linters = field(default_factory=Linters)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.default = self._linters.under(self.settings.policy)

    def warm(self) -> None:
        """Use every rule once: what is compiled at first use must not make anybody wait."""
        for rule in self.default.rules:
            for example in rule.examples.bad:
                self.default.check(example.text)

    def linter(self, profile: str | None) -> Linter:
        """The linter under `profile`, or the default one. Raises UnknownProfileError."""
        if not profile:
            return self.default
        if profile not in self.default.profiles:
            raise UnknownProfileError(", ".join(self.default.profiles))
        with self._lock:
            return self._linters.under(replace(self.settings.policy, profile=profile))


def read_rules(config: ServeConfig) -> Rules:
    """The rules that `config` asks for. Raises what reading settings and lexicons raises."""
    base = read_settings(Path(config.settings)) if config.settings else Settings()
    values: dict[str, object] = {"lexicon": (*base.lexicon, *config.lexicon)}
    if config.profile:
        values["profile"] = config.profile
    return Rules(base.with_values(values, "keqi serve"))


class Service:
    """One process's linters and threads. Made once; methods may be called from any task."""

    def __init__(self, config: ServeConfig) -> None:
        """Raises what reading settings and lexicons raises: a server must not start half."""
        self._config = config
        self.rules = read_rules(config)
        self.threads = ThreadPoolExecutor(config.threads, thread_name_prefix="check")

    @property
    def default(self) -> Linter:
        """The linter of requests that name no profile."""
        return self.rules.default

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that requests may name."""
        return self.default.profiles

    async def linter(self, profile: str | None) -> Linter:
        """The linter under `profile`, or the default one. Raises UnknownProfileError."""
        return self.default if not profile else await self.aside(lambda: self.rules.linter(profile))

    async def aside(self, work: Callable[[], T]) -> T:
        """What `work` returns, done in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    async def in_time(self, works: Iterable[Callable[[], T]], size: int) -> list[T]:
        """What each of `works` returns: checks of `size` code points together. Raises TooSlowError.

        Once nobody waits any more, the thread takes up no further one.
        """
        if size <= SMALL:
            return [work() for work in works]
        until = time.monotonic() + self._config.check_seconds
        try:
            async with asyncio.timeout(self._config.check_seconds):
                return await self.aside(lambda: _done(works, until))
        except TimeoutError as error:
            raise TooSlowError from error

    async def reload(self) -> bool:
        """Read settings and lexicons anew; False when they cannot be used, and the old ones stay."""
        try:
            self.rules = await self.aside(lambda: read_rules(self._config))
            await self.aside(self.rules.warm)
        except (OSError, ValueError, PolicyError) as error:
            # It quotes the server's own files, never a draft.
            log.error("not reloaded, the old rules stay: %s", error)
            return False
        log.info("reloaded: %d rules", len(self.default.rules))
        return True

    def close(self) -> None:
        """Start no more checks, and keep what has been compiled for them."""
        self.threads.shutdown(wait=False, cancel_futures=True)
        expressions.save()


def _done(works: Iterable[Callable[[], T]], until: float) -> list[T]:
    """Everything done. Raises TimeoutError once it is `until` on the monotonic clock."""
    made: list[T] = []
    for work in works:
        if time.monotonic() > until:
            raise TimeoutError
        made.append(work())
    return made
