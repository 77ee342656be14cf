"""Checking and mending for requests: linters by profile, a few threads, and a limit in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from keqi.adapters.pool import Linters
from keqi.adapters.serve.config import ServeConfig
from keqi.adapters.settings import read_settings
from keqi.findings import Finding
from keqi.settings import Policy, Settings
from keqi.text import Span

if TYPE_CHECKING:
    from keqi import Linter

T = TypeVar("T")


class TooSlowError(Exception):
    """The checks of one request took longer than they may."""


class UnknownProfileError(ValueError):
    """There is no such profile; the text names those there are."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A reply after its fixes, and what is still found in it."""

    text: str
    left: list[Finding]


class Service:
    """One process's linters. Made once; methods may be called from any task."""

    def __init__(self, config: ServeConfig) -> None:
        """Raises what reading settings and lexicons raises: a server must not start half."""
        self._config = config
        base = read_settings(Path(config.settings)) if config.settings else Settings()
        values = {"lexicon": (*base.lexicon, *config.lexicon)}
        if config.profile != "general" or not config.settings:
            values["profile"] = config.profile  # type: ignore[assignment]
        self._settings = base.with_values(values, "keqi serve")
        self._linters = Linters()
        self._executor = ThreadPoolExecutor(config.threads, thread_name_prefix="check")
        self.default = self._linters.under(self._settings.policy)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that requests may name."""
        return self.default.profiles

    def linter(self, profile: str | None) -> Linter:
        """The linter under `profile`, or the default one. Raises UnknownProfileError."""
        if not profile:
            return self.default
        if profile not in self.profiles:
            raise UnknownProfileError(", ".join(self.profiles))
        return self._linters.under(self._policy(profile))

    def _policy(self, profile: str) -> Policy:
        return replace(self._settings.policy, profile=profile)

    async def check(
        self, linter: Linter, replies: Sequence[tuple[str, tuple[Span, ...]]]
    ) -> list[list[Finding]]:
        """The findings of each reply with its holes. Raises TooSlowError."""
        return await self._timed(lambda: [linter.check(text, holes) for text, holes in replies])

    async def fix(self, linter: Linter, replies: Sequence[str], unsafe: bool) -> list[Mended]:
        """Each reply mended. Raises TooSlowError."""

        def work() -> list[Mended]:
            done = (linter.fix(text, unsafe) for text in replies)
            return [Mended(text, linter.check(text)) for text in done]

        return await self._timed(work)

    async def _timed(self, work: Callable[[], T]) -> T:
        """What `work` returns, done in a thread. One that takes too long ends there by itself."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._config.check_seconds):
                return await loop.run_in_executor(self._executor, work)
        except TimeoutError as error:
            raise TooSlowError from error

    def close(self) -> None:
        """Start no more checks."""
        self._executor.shutdown(wait=False, cancel_futures=True)
