"""Replies through the linter: here where there are few, in several processes where there are many."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from keqi import documents
from keqi.adapters import expressions
from keqi.adapters.orphans import end_with_parent
from keqi.documents import Key, Mending
from keqi.findings import Finding
from keqi.settings import Policy

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from keqi import Linter

T = TypeVar("T")
R = TypeVar("R")

QUICK = 0.25
"""Seconds of work that are not worth starting further processes for. How long a reply takes depends on
the lexicon, so the first ones tell; and the patterns that they need, others inherit in compiled form."""
DIED = "BrokenProcessPool"
"""The place of a crash that took its process with it: short of memory, as a rule."""
_BATCH = 10_000
"""Code points of the replies that a process gets at a time: a tenth of a second's work."""
AHEAD = 2
"""Batches that another process has before it: one under way, and the next."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that failed: a bug, or memory that ran out. Names the place only, never the draft."""

    place: str


Found = dict[Policy, dict[Key, list[Finding]]]
Crashed = dict[Policy, dict[Key, Crash]]


def place_of(error: BaseException) -> str:
    """Kind of an error and the line of code it came from; its text might quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" @ {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


class PolicyError(Exception):
    """A lexicon, a profile or a level that cannot be used; the text says which and why."""


def load_linter(policy: Policy) -> Linter:
    """A linter under `policy`, read from disk."""
    from keqi import Linter

    return Linter.from_policy(policy, preload=False)


class Linters:
    """A linter for each policy that files ask for, made when first needed; one lexicon is read once."""

    def __init__(self) -> None:
        self._made: dict[Policy, Linter] = {}
        self._by_lexicon: dict[tuple[tuple[str, ...], bool], Linter] = {}

    def under(self, policy: Policy) -> Linter:
        """The linter for files that are to be checked under `policy`. Raises PolicyError."""
        if policy not in self._made:
            try:
                self._made[policy] = self._make(policy)
            except ValueError as error:  # a LexiconError too
                raise PolicyError(str(error)) from error
        return self._made[policy]

    def _make(self, policy: Policy) -> Linter:
        lexicon = (policy.lexicon, policy.shipped)
        base = self._by_lexicon.get(lexicon)
        if base is not None:
            return base.under(policy)
        self._by_lexicon[lexicon] = made = load_linter(policy)
        return made


_linters: Linters | None = None
"""In a worker process: its linters."""


def _start(inherited: Linters | None) -> None:
    global _linters
    import multiprocessing.util  # a worker has it already

    # Ctrl-C ends this process at once, without a trace; the parent says what there is to say.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    _linters = inherited or Linters()
    # What only this process came across, the next run would have to compile again.
    multiprocessing.util.Finalize(None, expressions.save, exitpriority=0)


Wanted = tuple[Policy, T]


@dataclass(frozen=True, slots=True)
class _Task(Generic[T, R]):
    """What is done with one reply."""

    work: Callable[[Linter, T], R]

    def __call__(self, batch: Sequence[Wanted[T]], linters: Linters | None = None) -> list[R | Crash]:
        """The outcome for each item of the batch; one that crashes costs itself only."""
        chosen = linters or _linters
        assert chosen is not None
        done: list[R | Crash] = []
        under: Policy | None = None
        for policy, item in batch:
            try:
                if policy is not under:
                    linter, under = chosen.under(policy), policy
                done.append(self.work(linter, item))
            except Exception as error:
                done.append(Crash(place_of(error)))
        return done


def _check(linter: Linter, key: Key) -> list[Finding] | Crash:
    return linter.check(*key)


def _mend(linter: Linter, item: Mending, unsafe: bool) -> str | Crash:
    return documents.mend(linter, item, unsafe)


class Pool:
    """Checks and mends replies; starts processes when there is much to do, and ends them when closed."""

    def __init__(self, linters: Linters, jobs: int) -> None:
        self._linters = linters
        self._jobs = jobs
        self._executor: ProcessPoolExecutor | None = None

    def check(self, wanted: Mapping[Policy, Iterable[Key]]) -> tuple[Found, Crashed]:
        """Under each policy the findings of each reply that has any, and the checks that failed.

        Raises PolicyError.
        """
        for policy in wanted:
            self._linters.under(policy)  # here, so that a mistake in the settings is no crash
        items = [(policy, key) for policy, keys in wanted.items() for key in keys]
        done = self._spread(_Task(_check), items, [len(key[0]) for _, key in items])
        found: Found = {policy: {} for policy in wanted}
        crashed: Crashed = {policy: {} for policy in wanted}
        for (policy, key), outcome in zip(items, done, strict=True):
            if isinstance(outcome, Crash):
                crashed[policy][key] = outcome
            elif outcome:
                found[policy][key] = outcome
        return found, crashed

    def mend(self, wanted: Sequence[Wanted[Mending]], unsafe: bool) -> dict[Wanted[Mending], str | Crash]:
        """Each reply after its fixes."""
        # Mending checks a reply several times over.
        sizes = [8 * len(key[0]) for _, (key, _) in wanted]
        task: _Task[Mending, str | Crash] = _Task(partial(_mend, unsafe=unsafe))
        return dict(zip(wanted, self._spread(task, wanted, sizes), strict=True))

    def close(self) -> None:
        """End the processes; what none of them has begun is dropped.

        Waits for them, as the interpreter would at its end: there, the executor's thread may be closing the
        pipe that it is to be woken by (bad file descriptor, Python 3.11).
        """
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _spread(
        self, task: _Task[T, R], wanted: Sequence[Wanted[T]], sizes: Sequence[int]
    ) -> Iterator[R | Crash]:
        """The outcomes in order; from here alone as long as it is quickly done."""
        batches = list(_batches(wanted, sizes))
        started = time.monotonic()
        for number, batch in enumerate(batches):
            if self._jobs > 1 and self._worth_sharing(time.monotonic() - started, number, len(batches)):
                yield from self._shared(task, batches[number:])
                return
            yield from task(batch, self._linters)

    def _worth_sharing(self, seconds: float, done: int, batches: int) -> bool:
        """Whether further processes would save time, after `seconds` for the `done` of the batches."""
        if self._executor is not None:
            return True
        left = seconds / max(done, 1) * (batches - done)
        return min(seconds, left) > QUICK

    def _shared(self, task: _Task[T, R], batches: Sequence[Sequence[Wanted[T]]]) -> Iterator[R | Crash]:
        """The outcomes in order; this process works too, in between giving the others enough to do."""
        begun: dict[int, Future[Any]] = {}
        own: dict[int, list[R | Crash]] = {}
        waiting = deque(range(len(batches)))
        while waiting:
            number = waiting.popleft()
            busy = sum(not future.done() for future in begun.values())
            if busy < AHEAD * (self._jobs - 1):
                begun[number] = self._begun(task, batches[number])
            else:
                own[number] = task(batches[number], self._linters)
        for number, batch in enumerate(batches):
            yield from own[number] if number in own else self._finished(task, batch, begun[number])

    def _begun(self, task: _Task[T, R], batch: Sequence[Wanted[T]]) -> Future[Any]:
        """A batch given to another process."""
        from concurrent.futures import BrokenExecutor, Future

        try:
            return self._processes().submit(task, batch)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def _finished(self, task: _Task[T, R], batch: Sequence[Wanted[T]], begun: Future[Any]) -> list[R | Crash]:
        """What another process has made of the batch."""
        from concurrent.futures import BrokenExecutor

        try:
            made: list[R | Crash] = begun.result()
        except BrokenExecutor:
            return self._rescued(task, batch)
        return made

    def _rescued(self, task: _Task[T, R], batch: Sequence[Wanted[T]]) -> list[R | Crash]:
        """A batch that was under way when a process died: anew, and in halves to find what kills one."""
        self.close()
        again = self._begun(task, batch)
        if again.exception() is None:
            made: list[R | Crash] = again.result()
            return made
        if len(batch) == 1:
            self.close()
            return [Crash(DIED)]
        middle = len(batch) // 2
        return [*self._rescued(task, batch[:middle]), *self._rescued(task, batch[middle:])]

    def _processes(self) -> ProcessPoolExecutor:
        if self._executor is None:
            import multiprocessing  # most runs do without
            from concurrent.futures import ProcessPoolExecutor

            # A fork inherits the lexicon; elsewhere each process reads it anew.
            fork = sys.platform == "linux"
            self._executor = ProcessPoolExecutor(
                self._jobs - 1,
                mp_context=multiprocessing.get_context("fork" if fork else "spawn"),
                initializer=_start,
                initargs=(self._linters if fork else None,),
            )
        return self._executor


def _batches(wanted: Iterable[Wanted[T]], sizes: Sequence[int]) -> Iterator[list[Wanted[T]]]:
    """The items in order, as many at a time as make up a batch."""
    batch: list[Wanted[T]] = []
    size = 0
    for item, length in zip(wanted, sizes, strict=True):
        batch.append(item)
        size += length
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
