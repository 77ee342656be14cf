"""Many files through the linter: their replies gathered, spread over processes, and put back.

Files are taken in windows: all replies of a window are checked together, each different one once,
and the outcomes come out in the order of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from keqi import documents
from keqi.adapters.files import AnyFile, FileError, WorkbookFile
from keqi.adapters.pool import Crash, Linters, PolicyError, Pool, place_of
from keqi.adapters.results import Result, Results
from keqi.documents import Document, Key, Located, Mending, Settled
from keqi.findings import Edit, Finding
from keqi.formats import FormatError, by_name, for_text
from keqi.render.report import Passage, Report
from keqi.settings import Policy, Settings
from keqi.suppress import Ignored, Spared, Suppressions
from keqi.text import LineIndex

T = TypeVar("T")

WINDOW = 8_000_000
"""Code points of the files whose replies are checked together."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to check, in memory."""

    file: AnyFile
    name: str
    """What the report calls it."""
    format: str
    settings: Settings
    """What holds for it."""
    known: frozenset[str] | None = None
    """Texts of replies that are not to be checked, since they have not changed; None: check all."""
    path: str = ""
    """What ignore file and baseline call it."""
    guess: bool = False
    """Whether its text may show that it is of another format (see `formats.for_text`)."""


@dataclass(frozen=True)
class Outcome:
    """What was found in a file."""

    source: Source
    findings: Sequence[Finding]
    used: frozenset[str] = frozenset()
    """Entries of the ignore file that covered something."""
    document: Document | None = None
    """The file as it was read; None when the result was known from before."""
    settled: Settled = field(default_factory=Settled)
    """Where the findings stand; empty when the result was known from before."""

    def reports(self) -> Iterator[Report]:
        """The findings for showing: one report, or for a workbook one for each cell with findings."""
        file = self.source.file
        if isinstance(file, WorkbookFile):
            yield from self._cells(file)
        else:
            yield Report(self.source.name, file.text, tuple(self.findings), self._passages)

    @cached_property
    def _passages(self) -> tuple[Passage, ...]:
        if self.document is None:
            return ()
        replies = {id(at.finding): _passage(at) for at in self.settled.located}
        # A finding about a comment stands in no reply; its own words will do.
        return tuple(replies.get(id(f)) or self._comment(f) for f in self.findings)

    def _comment(self, finding: Finding) -> Passage:
        return Passage(finding.span.of(self.source.file.text), 0, len(finding.span))

    def _cells(self, file: WorkbookFile) -> Iterator[Report]:
        from keqi.formats import xlsx

        cells: dict[str, tuple[int, str, list[int]]] = {}
        for number, finding in enumerate(self.findings):
            place = xlsx.place(file.text, finding.start)
            label = f"{place.sheet}!{place.address}"
            entry = cells.setdefault(label, (place.span.start, place.span.of(file.text), []))
            entry[2].append(number)
        if not cells:
            yield Report(self.source.name, "", ())
        for label, (start, text, numbers) in cells.items():
            found = tuple(self.findings[n].shift(-start) for n in numbers)
            passages = tuple(self._passages[n] for n in numbers) if self._passages else ()
            yield Report(self.source.name, text, found, passages, label)


def _passage(at: Located) -> Passage:
    return Passage(at.segment.text, at.inner.start, at.inner.end, at.segment.label, at.segment.author)


@dataclass(slots=True)
class Checking:
    """One run over many files."""

    linters: Linters
    pool: Pool
    complain: Callable[[FileError], None]
    """Told why a file could not be used."""
    ignored: Mapping[str, Ignored] = field(default_factory=dict)
    baseline: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each file its findings when the baseline was written."""
    today: str = ""
    results: Results | None = None
    """What is known from before; None: nothing, and nothing is kept."""

    def outcomes(self, sources: Iterable[Source]) -> Iterator[Outcome]:
        """What is found in each file, in order; files that cannot be used are left out."""
        for window in _windows(sources):
            yield from self._window(window)

    def _window(self, sources: Sequence[Source]) -> Iterator[Outcome]:
        known = {n: outcome for n, s in enumerate(sources) if (outcome := self._known(s)) is not None}
        read = {n: d for n, s in enumerate(sources) if n not in known and (d := self._read(s)) is not None}
        wanted: dict[Policy, dict[Key, None]] = {}
        for number, document in read.items():
            wanted.setdefault(sources[number].settings.policy, {}).update(document.keys)
        found, crashes = self.pool.check({policy: keys for policy, keys in wanted.items() if keys})
        for number, source in enumerate(sources):
            policy = source.settings.policy
            if number in known:
                yield known[number]
            elif number in read and not self._crashed(source, read[number], crashes.get(policy, {})):
                outcome = self._settled(source, read[number], found.get(policy, {}))
                if outcome is not None:
                    yield outcome

    def _crashed(self, source: Source, document: Document, crashes: Mapping[Key, Crash]) -> bool:
        """Whether a check of a reply in this file failed, which is then said."""
        crash = next((crashes[key] for key in document.keys if key in crashes), None) if crashes else None
        if crash is not None:
            self.complain(FileError(source.name, "crash", reason=crash.place))
        return crash is not None

    def _read(self, source: Source) -> Document | None:
        """The file as its format says; None, once it has been said why, when it breaks that."""
        document = self._attempt(source, lambda: _parsed(source))
        if document is None or source.known is None:
            return document
        changed = tuple(s for s in document.segments if s.text not in source.known)
        return replace(document, segments=changed, directives=document.directives)

    def _settled(
        self,
        source: Source,
        document: Document,
        found: Mapping[Key, Sequence[Finding]],
    ) -> Outcome | None:
        """The outcome for one file; None, once it has been said why, when what is spared could not be checked."""
        policy = source.settings.policy
        suppressions = self._suppressions(source)

        def again(key: Key, spared: Spared) -> list[Finding]:
            return self.linters.under(policy).check(key[0], key[1], spared)

        settled = self._attempt(source, lambda: documents.settle(document, found, again, suppressions))
        if settled is None:
            return None
        if source.known is not None:
            # Not all replies were looked at, so nothing can be said about what is unused.
            settled = replace(settled, complaints=())
        outcome = Outcome(source, settled.findings, settled.used_entries, document, settled)
        self._keep(outcome)
        return outcome

    def _suppressions(self, source: Source) -> Suppressions:
        return Suppressions(self.ignored, self.baseline.get(source.path, {}), self.today)

    # -- mending ------------------------------------------------------------------------------

    def edits(self, outcome: Outcome, unsafe: bool) -> list[Edit]:
        """The edits that mend a file; none, without asking, where no finding offers any."""
        if not any(fix.safe or unsafe for finding in outcome.findings for fix in finding.fixes):
            return []
        document, settled = outcome.document, outcome.settled
        if document is None:
            fresh = self._fresh(outcome.source)
            if fresh is None or fresh.document is None:
                return []
            document, settled = fresh.document, fresh.settled
        policy = outcome.source.settings.policy
        affected = {(at.segment.text, at.segment.holes) for at in settled.located}
        wanted = [item for item in documents.fixable(document, settled.spared) if item[0] in affected]
        mended: dict[Mending, str] = {}
        for (_, item), new in self.pool.mend([(policy, item) for item in wanted], unsafe).items():
            if isinstance(new, Crash):
                raise FileError(outcome.source.name, "crash", reason=new.place)
            mended[item] = new
        return documents.placed_edits(document, mended, settled.spared)

    def _fresh(self, source: Source) -> Outcome | None:
        """The outcome for one file, whatever is known from before."""
        results, self.results = self.results, None
        try:
            return next(self.outcomes([source]), None)
        finally:
            self.results = results

    # -- what is known from before ------------------------------------------------------------

    def _how(self, source: Source) -> str:
        """What of a result depends on neither the file's bytes nor the whole run."""
        s = source.settings
        return repr(
            (
                source.format,
                source.guess,
                s.reading,
                s.policy,
                sorted(self.baseline.get(source.path, {}).items()),
            )
        )

    def _secret(self, source: Source) -> bytes:
        assert self.results is not None
        return self.results.secret(source.file.data, self._how(source))

    def _known(self, source: Source) -> Outcome | None:
        if self.results is None or source.known is not None:
            return None
        result = self.results.get(self._secret(source), self.today)
        return None if result is None else Outcome(source, result.findings, result.used)

    def _keep(self, outcome: Outcome) -> None:
        if self.results is None or outcome.source.known is not None:
            return
        assert outcome.document is not None
        days = [d.until for d in outcome.document.directives if d.until]
        days += [e.until for e in self.ignored.values() if e.until]
        after = max((day for day in days if day < self.today), default="")
        until = min((day for day in days if day >= self.today), default="")
        result = Result(list(outcome.findings), outcome.used, after, until)
        self.results.put(self._secret(outcome.source), result)

    # -- errors -------------------------------------------------------------------------------

    def _attempt(self, source: Source, work: Callable[[], T]) -> T | None:
        """What `work` returns; None, once it has been said why, when this file cannot be used."""
        try:
            return work()
        except documents.ReplyTooLongError as error:
            details = {"line": error.line, "length": error.length, "most": documents.LONGEST}
            self.complain(FileError(source.name, "too-long", **details))
        except FormatError as error:
            line, column = LineIndex(source.file.text).position(min(error.offset, len(source.file.text)))
            place = {"line": line + 1, "column": column + 1}
            self.complain(FileError(source.name, error.kind, **place, **error.details))
        except PolicyError:
            raise
        except Exception as error:
            # A bug, or memory that ran out: the other files are still worth checking.
            self.complain(FileError(source.name, "crash", reason=place_of(error)))
        return None


def _parsed(source: Source) -> Document:
    """The file as its format says. Raises as `documents.parse`."""
    text, name = source.file.text, source.format
    if source.guess:
        name = for_text(by_name(name), text).name
    return documents.parse(text, name, source.settings.reading)


def _windows(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """The sources in order, as many at a time as make up a window."""
    window: list[Source] = []
    size = 0
    for source in sources:
        window.append(source)
        size += len(source.file.text)
        if size >= WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window
