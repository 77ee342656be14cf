"""One client's session: which documents are open, what was found in them, what it was told.

Everything here runs on the event loop; whatever takes time or touches a disk goes to worker
threads, on immutable snapshots. So there are no locks, and "is this still the current version?"
is one comparison made where nothing can intervene.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.checker import Checker, Linters
from keqi.adapters.lsp.convert import Client, with_settings
from keqi.adapters.lsp.diagnostics import Sent
from keqi.adapters.lsp.document import Change, Document, canonical, path_of
from keqi.adapters.lsp.examine import SHORT, Memo, Outcome, Stopped, examine
from keqi.adapters.lsp.present import Checked, present
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.resolver import Faults, Resolver
from keqi.adapters.lsp.settings import Settings
from keqi.adapters.lsp.troubles import Troubles, sentence
from keqi.adapters.lsp.unused import NOTHING, Needs, Unused, needs_of
from keqi.settings import FILE

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a request waits for the check of the current version."""
PAUSE = 1.0
"""Seconds without a keystroke after which a document is read again as a whole."""
SHORT_PAUSE = 0.3
"""Seconds without a keystroke after which a lexicon that is typed in is looked at."""
LONGEST_DELAY = 0.5
"""Seconds that a check waits at most for the typing to pause, where the settings do not say."""
SWIFT = 0.02
"""Seconds that a check may take to be made on the event loop."""
PROMPT = 0.1
"""Seconds that a check may take for the next one to start at once."""


class Editor(Protocol):
    """The other end, as the session sees it."""

    def publish(self, uri: str, version: int | None, shown: Sequence[Sent]) -> None:
        """Replace what is shown in the document `uri`; only for clients that do not pull."""

    def refresh(self) -> None:
        """Ask the client for its questions anew: what it knows is out of date."""

    def show(self, message: str) -> None:
        """Show a warning to the person at the editor."""

    def log(self, message: str) -> None:
        """Put a line in the editor's log; never anything from a document."""


@dataclass(slots=True, eq=False)
class _Open:
    """An open document and what is going on with it."""

    document: Document
    checked: Checked | None = None
    """The newest outcome that was shown; it may be for an older version."""
    memo: Memo = field(default_factory=dict)
    """Findings of its replies."""
    memo_of: Checker | None = None
    """Whose findings they are."""
    timer: asyncio.Handle | None = None
    """Set while a check waits for the typing to pause."""
    task: asyncio.Task[None] | None = None
    """Set while a check runs; there is never more than one."""
    whole: bool = False
    """Whether the next check has to read the document as a whole."""
    rules: int = 0
    """How often rules or settings have changed while it was open."""
    checked_by: int = 0
    """The value of `rules` that `checked` is for."""
    spent: float = 0.0
    """Seconds of work that the last check took; waiting, on a busy machine, would say nothing about it."""
    closed: bool = False

    @property
    def outdated(self) -> bool:
        """Whether rules or settings have changed since the check that was shown began."""
        return self.checked_by != self.rules

    @property
    def current(self) -> Checked | None:
        """The outcome for the version that the client has now, under the rules of now."""
        done = self.checked
        return done if done and done.document is self.document and not self.outdated else None

    def stop_timer(self) -> None:
        """Forget the check that waits, if one does."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """What has come of a check."""

    checked: Checked | None = None
    """None when nobody waited for it any more, or there was no linter."""
    faults: dict[str, Faults] = field(default_factory=dict)
    complaints: Sequence[str] = ()
    error: Exception | None = None
    """Why there was no linter."""


class Session:
    """What lies between `initialize` and `exit`."""

    def __init__(self, editor: Editor, linters: Linters, executor: Executor) -> None:
        self.client = Client()
        self.settings = Settings()
        self.roots: tuple[Path, ...] = ()
        self.resolver = Resolver(linters, self)
        self._editor = editor
        self.executor = executor
        """Where checks are made, and files read."""
        self._entries: dict[str, _Open] = {}
        self._troubles = Troubles()
        self._unused = Unused()
        self._reloading = 0
        """How many changes of settings are under way that decide about findings."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._inspection: asyncio.TimerHandle | None = None
        """Set while a look at the own lexicons waits for the typing to pause."""
        self.is_unusable = False
        """Whether there are no rules to check with."""
        self.writing = asyncio.Lock()
        """Held while a file of decisions is read, changed and written: the next one must find what the last one noted."""

    # -- documents ----------------------------------------------------------------------------

    def open(self, document: Document) -> None:
        """A document was opened, or opened again: it is checked at once."""
        self._drop(document.uri)
        entry = self._entries[document.key] = _Open(document)
        self._later(entry, 0)
        self._is_touched(document.uri)

    def change(self, uri: str, version: int, changes: Iterable[Change]) -> None:
        """A document was edited: it is checked when the typing pauses. Unknown ones are ignored."""
        entry = self._entries.get(canonical(uri))
        if entry is None:
            log.info("change of a document that is not open")
            return
        entry.document = entry.document.changed(version, changes, self.client.unit)
        self._later(entry, self._delay(entry))
        self._is_touched(uri)

    def close(self, uri: str) -> None:
        """A document was closed: what was shown in it goes, and no later result brings it back."""
        entry = self._drop(uri)
        if entry is not None:
            self._publish(entry.document.uri, None, self._problems(entry.document.key))
            self._need({entry.document.key: NOTHING})
            self._is_touched(uri)

    def _drop(self, uri: str) -> _Open | None:
        entry = self._entries.pop(canonical(uri), None)
        if entry is not None:
            entry.stop_timer()
            entry.closed = True
        return entry

    def document(self, uri: str) -> Document | None:
        """The document as the client has it now; None when it is not open."""
        entry = self._entries.get(canonical(uri))
        return entry.document if entry else None

    def text_of(self, path: Path) -> str | None:
        """What the editor has of a file; None when it is not open. Called from worker threads."""
        # A path of another system (`C:/…` here) is no path, and nothing is open there.
        if not self._entries or not path.is_absolute():
            return None
        document = self.document(path.as_uri())
        return document.text if document else None

    @property
    def is_checking(self) -> bool:
        """Whether an open document is being checked; may be asked from any thread."""
        return any(entry.task is not None for entry in list(self._entries.values()))

    @property
    def open_documents(self) -> list[Document]:
        """All open documents."""
        return [entry.document for entry in self._entries.values()]

    # -- answers ------------------------------------------------------------------------------

    async def checked(self, uri: str, whole: bool = False) -> Checked | None:
        """What was found in the version that the client has now, waiting for its check if need be.

        With `whole`, the document has been read as a whole for it. None when it is not open or the
        check takes too long: nothing could be said then that would be right.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._current(canonical(uri), whole)
        except TimeoutError:
            return None

    async def _current(self, key: str, whole: bool) -> Checked | None:
        while (entry := self._entries.get(key)) is not None and not self.is_unusable:
            done = entry.current
            if done is not None and not (whole and done.outcome.patches):
                return done
            entry.whole = entry.whole or whole
            entry.stop_timer()
            task = self._begin(entry)
            if task is not None:
                await asyncio.shield(task)
        return None

    def shown(self, checked: Checked) -> list[Sent]:
        """All diagnostics of a document, those about its being settings or a lexicon included."""
        return [*checked.sent, *self._problems(checked.document.key)]

    def problems(self) -> dict[str, list[Sent]]:
        """What is wrong in files of settings and lexicons, and unused in ignore files, by URI."""
        files = {**self._troubles.files, **self._unused.files}
        return {uri: self._problems(key) for key, uri in files.items()}

    async def guarded(self, work: Callable[[], T]) -> T | None:
        """Do `work` in a worker thread; None when it fails, which costs this one answer only."""
        try:
            return await self.aside(work)
        except Exception as error:
            log.error("failed: %s", places(error))
            self._editor.log(messages.CHECK_FAILED.say(self.client.english, kind=type(error).__name__))
            return None

    async def aside(self, work: Callable[[], T]) -> T:
        """Do `work` in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    # -- checking -----------------------------------------------------------------------------

    def _delay(self, entry: _Open) -> float:
        """How long to wait for the typing to pause: the longer, the longer checks have taken."""
        if self.settings.debounce is not None:
            return self.settings.debounce
        return min(entry.spent, LONGEST_DELAY) if entry.spent > PROMPT else 0

    def _later(self, entry: _Open, delay: float) -> None:
        entry.stop_timer()
        loop = asyncio.get_running_loop()
        if delay:
            entry.timer = loop.call_later(delay, self._begin, entry)
        else:  # once everything that has come in has been read
            entry.timer = loop.call_soon(self._begin, entry)

    def _read_again(self, entry: _Open) -> None:
        """The typing has paused: find out what the shortcut of reading one reply only has missed."""
        entry.whole = True
        self._begin(entry)

    def _begin(self, entry: _Open) -> asyncio.Task[None] | None:
        """Check a document, or leave it to the check that runs already; None when it is done."""
        entry.timer = None
        if entry.task is None and self._is_swift(entry):
            # A short draft is checked sooner than a thread, or even a task, would have begun.
            document, rules = entry.document, entry.rules
            self._conclude(entry, self._job(entry)(), document, rules)
            return None
        if entry.task is None:
            entry.task = asyncio.get_running_loop().create_task(self._check(entry))
        return entry.task

    def _is_swift(self, entry: _Open) -> bool:
        """Whether a check takes so little time that typing need not be kept from waiting for it."""
        known = entry.checked is not None and not entry.outdated and not self._reloading
        return known and entry.spent < SWIFT and len(entry.document.text) <= SHORT

    async def _check(self, entry: _Open) -> None:
        """Check until the outcome is for the current version."""
        try:
            while not entry.closed and entry.timer is None:
                document, rules = entry.document, entry.rules
                conclusion = await self.aside(self._job(entry))
                if self._conclude(entry, conclusion, document, rules):
                    return
        finally:
            entry.task = None

    def _conclude(self, entry: _Open, done: _Conclusion, document: Document, rules: int) -> bool:
        """Show what was found, if it is so still; whether there is nothing to check again for now."""
        if done.error is not None:
            self._cannot_check(done.error, entry)
        checked = done.checked
        if checked is None:
            return True
        size, found = len(document.text), len(checked.found)
        log.debug("%d code points, %d findings, %.1f ms", size, found, entry.spent * 1000)
        self._learn(done.faults, done.complaints)
        if self.is_unusable:  # what was opened or asked for meanwhile has no answer yet
            self.is_unusable = False
            self.recheck()
        if entry.closed or self._reloading:
            return True  # what was found may be no more so; everything is checked again soon
        if entry.document is not document or entry.rules != rules:
            return False
        entry.checked, entry.checked_by = checked, rules
        self._show(entry, checked)
        return True

    def _show(self, entry: _Open, checked: Checked) -> None:
        self._publish(checked.document.uri, checked.document.version, self.shown(checked))
        for kind in checked.outcome.crashes:
            self._editor.log(messages.CHECK_FAILED.say(self.client.english, kind=kind))
        if not checked.outcome.patches:
            self._need({entry.document.key: needs_of(checked.outcome)})
        else:
            entry.timer = asyncio.get_running_loop().call_later(PAUSE, self._read_again, entry)

    def _job(self, entry: _Open) -> Callable[[], _Conclusion]:
        """The work of one check, for any thread."""
        document, client = entry.document, self.client
        before = None if entry.whole else entry.checked
        entry.whole = False

        def work() -> _Conclusion:
            began = time.thread_time()
            try:
                outcome = self._examined(entry, document, before)
                checked = present(outcome, client, before)
                return _Conclusion(checked, self.resolver.faults(), self.resolver.complaints())
            except Stopped:
                return _Conclusion()
            except Exception as error:
                return _Conclusion(error=error)
            finally:
                entry.spent = time.thread_time() - began

        return work

    def _examined(self, entry: _Open, document: Document, before: Checked | None) -> Outcome:
        """What is found in a document. Raises Stopped, and whatever loading a linter raises."""
        context = self.resolver.at(path_of(document.uri))
        if entry.memo_of is not context.checker:
            entry.memo.clear()
            entry.memo_of = context.checker
        format_of = lambda: self.resolver.format_of(document, context)  # noqa: E731
        known = before.outcome if before is not None else None
        try:
            return examine(document, context, format_of, entry.memo, known, lambda: entry.closed)
        except Stopped:
            raise
        except Exception as error:
            log.error("check failed: %s", places(error))
            return Outcome(document, context, crashes=(type(error).__name__,))

    def _cannot_check(self, error: Exception, entry: _Open | None = None) -> None:
        """There is no linter; what was found in `entry` before may be elsewhere now, so it goes."""
        log.error("no rules: %s", places(error))
        if not self.is_unusable:
            self._editor.show(messages.LOAD_FAILED.say(self.client.english, kind=type(error).__name__))
        self.is_unusable = True
        if entry is not None and not entry.closed:
            self._publish(entry.document.uri, entry.document.version, self._problems(entry.document.key))

    def _publish(self, uri: str, version: int | None, shown: Sequence[Sent]) -> None:
        if not self.client.pulls:
            self._editor.publish(uri, version, shown)

    # -- settings, lexicons, ignore files -----------------------------------------------------

    def start(self, settings: Settings, roots: Sequence[Path]) -> None:
        """The client is there: load what its workspace needs before anybody asks."""
        self.settings, self.roots = settings, tuple(roots)
        self.resolver.configure(settings, roots)
        self._soon(self._prepare)

    def configure(self, settings: Settings, roots: Sequence[Path]) -> None:
        """New settings or folders: what they change about the findings is checked again."""
        before, folders = self.settings, self.roots
        self.settings, self.roots = settings, tuple(roots)
        self.client = with_settings(self.client, settings.english, settings.rule_pages)
        if settings != before or self.roots != folders:
            self._reload(lambda: self.resolver.configure(settings, roots))

    def reload(self) -> None:
        """Read settings, ignore files and lexicons anew."""
        self._reload(self.resolver.forget)

    def touched(self, uris: Iterable[str]) -> None:
        """Files changed: when settings, ignore files or own lexicons are among them, they are read again."""
        paths = [path for uri in uris if (path := path_of(uri)) is not None]
        if paths:
            self._soon(lambda: self._reread(paths))

    def recheck(self) -> None:
        """Something that decides about findings has changed: check everything again."""
        for entry in self._entries.values():
            entry.rules += 1
            self._later(entry, 0)
        self._editor.refresh()

    def _is_touched(self, uri: str) -> None:
        """Settings count, and mistakes are shown, as they are in the editor, saved or not."""
        path = path_of(uri)
        if path is None:
            return
        if self.resolver.may_decide(path):
            self.touched([uri])
        elif self.resolver.is_of_lexicon(path):
            self._stop_inspection()
            loop = asyncio.get_running_loop()
            self._inspection = loop.call_later(SHORT_PAUSE, self._soon, self._inspect)

    def _stop_inspection(self) -> None:
        if self._inspection is not None:
            self._inspection.cancel()

    async def _inspect(self) -> None:
        await self.guarded(self.resolver.inspect)
        self._learn(self.resolver.faults(), self.resolver.complaints())

    def _reload(self, change: Callable[[], None]) -> None:
        async def work() -> None:
            try:
                await self.aside(change)
            finally:
                self._reloading -= 1
            self.recheck()
            await self._prepare()

        self._reloading += 1
        self._soon(work)

    async def _reread(self, paths: Sequence[Path]) -> None:
        if await self.guarded(lambda: self.resolver.touched(paths)):
            self.recheck()
            await self._prepare()

    async def _prepare(self) -> None:
        """Read the settings of each folder, load its rules, and say what is wrong with them."""

        def work() -> tuple[dict[str, Faults], list[str]]:
            for root in self.roots or (None,):
                self.resolver.at(root / FILE if root else None)
            return self.resolver.faults(), self.resolver.complaints()

        try:
            self._learn(*await self.aside(work))
        except Exception as error:
            self._cannot_check(error)

    def _soon(self, work: Callable[[], object]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work())  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _learn(self, faults: dict[str, Faults], complaints: Sequence[str]) -> None:
        """Show what is wrong in files that are not replies, unmark what was mended."""
        changed, broken = self._troubles.learn(faults)
        for key, uri in changed.items():
            self._show_problems(key, uri)
        for key, one in broken.items():
            if key not in self._entries:  # else one sees it where one types
                self._editor.show(sentence(one, self.client.english))
        for complaint in self._troubles.complaints(complaints, self.client.english):
            self._editor.show(complaint)
        if changed and self.client.pulls:
            self._editor.refresh()

    def _show_problems(self, key: str, uri: str) -> None:
        entry = self._entries.get(key)
        if entry is None:
            self._publish(uri, None, self._problems(key))
        elif (done := entry.current) is not None:
            self._publish(entry.document.uri, entry.document.version, self.shown(done))

    def _problems(self, key: str) -> list[Sent]:
        entry = self._entries.get(key)
        lines = entry.document.lines if entry else None
        wrong = self._troubles.shown(key, lines, self.client.unit)
        return wrong + self._unused.shown(key, lines, self.client)

    def library_needs(self, needs: Mapping[str, Needs]) -> None:
        """All that files which are not open need of ignore files, by the canonical form of their URI."""
        gone = (key for key in self._unused.known if key not in needs)
        of_closed = {**dict.fromkeys(gone, NOTHING), **needs}
        self._need({key: one for key, one in of_closed.items() if key not in self._entries})

    def _need(self, needs: Mapping[str, Needs]) -> None:
        """Show in ignore files what is unused now that some files are known to need so much."""
        changed = self._unused.learn(needs)
        for key, uri in changed.items():
            self._show_problems(key, uri)
        if self.client.pulls and not self._entries.keys().isdisjoint(changed):
            self._editor.refresh()

    def stop(self) -> None:
        """The client is about to leave: nothing is checked or shown any more."""
        self._stop_inspection()
        for task in self._tasks:
            task.cancel()
        for entry in self._entries.values():
            entry.stop_timer()
            entry.closed = True
        self._entries.clear()
