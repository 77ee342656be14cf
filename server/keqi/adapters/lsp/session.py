"""One client's session: which documents are open, what was found in them, what it was told.

Everything here runs on the event loop; only checking and loading go to worker threads, on
immutable snapshots. So there are no locks, and "is this still the current version?" is one
comparison made where nothing can intervene.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from lsprotocol import types

from keqi.adapters.lsp import convert, messages
from keqi.adapters.lsp.checker import Checker, Load
from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.document import Change, Document, canonical, path_of
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.rulebook import BrokenFile, Rulebook
from keqi.adapters.lsp.settings import Settings
from keqi.findings import Edit, Finding
from keqi.rules import Rule

log = logging.getLogger(__name__)
T = TypeVar("T")

LARGEST = 1_000_000
"""Code points of a document that is still checked while somebody types in it."""
PATIENCE = 5.0
"""Seconds that a request waits for the check of the current version."""


class Editor(Protocol):
    """The other end, as the session sees it."""

    def publish(self, uri: str, version: int | None, diagnostics: Sequence[types.Diagnostic]) -> None:
        """Replace what is shown in the document `uri`."""

    def show(self, message: str) -> None:
        """Show a warning to the person at the editor."""

    def log(self, message: str) -> None:
        """Put a line in the editor's log; never anything from a document."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of one check: what was found in exactly this version."""

    document: Document
    checker: Checker
    """Who found it."""
    found: tuple[tuple[Finding, types.Diagnostic], ...] = ()
    """Every finding with the diagnostic that was published for it."""

    def explained(self, findings: Iterable[Finding]) -> list[tuple[Finding, Rule | None]]:
        """Findings with the rules they come from."""
        return [(finding, self.checker.rule(finding.rule)) for finding in findings]


@dataclass(slots=True, eq=False)
class _Open:
    """An open document and what is going on with it."""

    document: Document
    checked: Checked | None = None
    """The newest outcome that was shown; it may be for an older version."""
    timer: asyncio.TimerHandle | None = None
    """Set while a check waits for the typing to pause."""
    task: asyncio.Task[None] | None = None
    """Set while a check runs; there is never more than one."""
    closed: bool = False

    @property
    def current(self) -> Checked | None:
        """The outcome for the version that the client has now."""
        done = self.checked
        return done if done is not None and done.document is self.document else None

    def stop_timer(self) -> None:
        """Forget the check that waits, if one does."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Session:
    """What lies between `initialize` and `exit`."""

    def __init__(self, editor: Editor, load: Load, executor: Executor) -> None:
        self.client = Client()
        self.settings = Settings()
        self._editor = editor
        self._executor = executor
        self._rulebook = Rulebook(load, executor, editor.show, self._rules_changed)
        self._entries: dict[str, _Open] = {}

    def open(self, document: Document) -> None:
        """A document was opened, or opened again: it is checked at once."""
        self.close(document.uri)
        entry = self._entries[document.key] = _Open(document)
        self._later(entry, 0)

    def change(self, uri: str, version: int, changes: Iterable[Change]) -> None:
        """A document was edited: it is checked when the typing pauses. Unknown ones are ignored."""
        entry = self._entries.get(canonical(uri))
        if entry is None:
            log.info("change of a document that is not open")
            return
        entry.document = entry.document.changed(version, changes, self.client.unit)
        self._later(entry, self.settings.debounce)

    def close(self, uri: str) -> None:
        """A document was closed: what was shown in it goes, and no later result brings it back."""
        entry = self._entries.pop(canonical(uri), None)
        if entry is None:
            return
        entry.stop_timer()
        entry.closed = True
        self._editor.publish(entry.document.uri, None, self._lexicon_problems(entry.document.key))

    async def checked(self, uri: str) -> Checked | None:
        """What was found in the version that the client has now, waiting for its check if need be.

        None when the document is not open or the check takes too long: nothing could be said
        then that would be right.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._current(canonical(uri))
        except TimeoutError:
            return None

    async def _current(self, key: str) -> Checked | None:
        while (entry := self._entries.get(key)) is not None:
            if entry.current is not None:
                return entry.current
            if await self._rulebook.ready() is None:
                return None
            entry.stop_timer()
            await asyncio.shield(self._begin(entry))
        return None

    async def repairs(self, checked: Checked) -> Sequence[Edit]:
        """The edits that make all safe fixes in a checked version; empty when there are none."""
        if not any(fix.safe for finding, _ in checked.found for fix in finding.fixes):
            return ()
        document, checker = checked.document, checked.checker
        return await self._guarded(lambda: checker.repairs(document.text, document.format)) or ()

    def stop(self) -> None:
        """The client is about to leave: nothing is checked or shown any more."""
        for entry in self._entries.values():
            entry.stop_timer()
            entry.closed = True
        self._entries.clear()

    def _later(self, entry: _Open, delay: float) -> None:
        entry.stop_timer()
        entry.timer = asyncio.get_running_loop().call_later(delay, self._begin, entry)

    def _begin(self, entry: _Open) -> asyncio.Task[None]:
        """Check a document now, or leave it to the check that runs already."""
        entry.timer = None
        if entry.task is None:
            entry.task = asyncio.get_running_loop().create_task(self._check(entry))
        return entry.task

    async def _check(self, entry: _Open) -> None:
        """Check until the outcome is for the current version; only that one is shown."""
        try:
            while not entry.closed and entry.timer is None and (checker := self._rulebook.checker):
                checked = await self._outcome(entry.document, checker)
                current = checked.document is entry.document and checker is self._rulebook.checker
                if current and not entry.closed:
                    entry.checked = checked
                    self._publish(checked)
                    return
        finally:
            entry.task = None

    async def _outcome(self, document: Document, checker: Checker) -> Checked:
        """One check; without findings for documents that are not read, or when it fails."""
        nothing = Checked(document, checker)
        if len(document.text) > LARGEST or self._is_lexicon(document.uri):
            return nothing
        client, began = self.client, time.perf_counter()
        checked = await self._guarded(lambda: _examine(document, checker, client)) or nothing
        spent = (time.perf_counter() - began) * 1000
        log.debug("%d code points, %d findings, %.1f ms", len(document.text), len(checked.found), spent)
        return checked

    async def _guarded(self, work: Callable[[], T]) -> T | None:
        """Do `work` in a worker thread; None when it fails, which costs this one answer only."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except Exception as error:
            log.error("check failed: %s", places(error))
            kind = type(error).__name__
            self._editor.log(messages.CHECK_FAILED.say(self.client.english, kind=kind))
            return None

    def _publish(self, checked: Checked) -> None:
        document = checked.document
        shown = [diagnostic for _, diagnostic in checked.found]
        if len(document.text) > LARGEST:
            shown.append(convert.too_large(document, self.client))
        shown += self._lexicon_problems(document.key)
        self._editor.publish(document.uri, document.version, shown)

    def configure(self, settings: Settings) -> None:
        """New settings: what they change about the findings is loaded and checked again."""
        before, self.settings = self.settings, settings
        self.client = replace(self.client, english=settings.english)
        if settings.rules != before.rules:
            self.reload()
        elif settings.english != before.english:
            self._check_everything()

    def saved(self, uris: Iterable[str]) -> None:
        """Files changed on disk: when own lexicon is among them, it is loaded again."""
        if any(map(self._is_lexicon, uris)):
            self.reload()

    def reload(self) -> None:
        """Build the linter anew, from the settings and the lexicon as they are now."""
        self._rulebook.reload(self.settings)

    def _is_lexicon(self, uri: str) -> bool:
        """Whether a file lies in an own lexicon folder: it holds rules then, not replies."""
        path = path_of(uri)
        return path is not None and any(map(path.is_relative_to, self.settings.lexicon))

    def _rules_changed(self, before: dict[str, BrokenFile]) -> None:
        """Show what is wrong in lexicon files, unmark what was mended, check everything again."""
        for key, file in {**before, **self._rulebook.broken}.items():
            if key not in self._entries:
                self._editor.publish(file.uri, None, self._lexicon_problems(key))
        self._check_everything()

    def _check_everything(self) -> None:
        for entry in self._entries.values():
            self._later(entry, 0)

    def _lexicon_problems(self, key: str) -> list[types.Diagnostic]:
        broken, entry = self._rulebook.broken.get(key), self._entries.get(key)
        lines = entry.document.lines if entry else None
        unit = self.client.unit
        return [convert.problem_diagnostic(p, lines, unit) for p in broken.problems] if broken else []


def _examine(document: Document, checker: Checker, client: Client) -> Checked:
    """The whole work of one check, done in a worker thread."""
    found = checker.check(document.text, document.format)
    lines = document.lines
    return Checked(
        document,
        checker,
        tuple((f, convert.diagnostic(f, checker.rule(f.rule), lines, client)) for f in found),
    )
