"""`keqi check`: files through the linter, findings out, fixes back."""

from __future__ import annotations

import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from keqi import documents
from keqi.adapters import files, terminal
from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.files import FileError, TextFile
from keqi.findings import Edit, Finding, apply_edits, at_least
from keqi.formats import SUFFIXES, by_name, for_path
from keqi.render import text
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.statistics import Tally
from keqi.render.width import printable

if TYPE_CHECKING:
    from keqi import Linter

T = TypeVar("T")

FOUND, FAILED = 1, 2
"""Exit statuses besides 0."""


def run(options: Namespace, linter: Linter, messages: Messages) -> int:
    """Check, and fix or show fixes as asked; the exit status. Raises UsageError."""
    _must_agree(options, messages)
    paths = options.paths or (["-"] if options.stdin_filename else ["."])
    check = _Check(options, linter, messages, paths)
    terminal.prepare(sys.stdout, utf8=options.format != "text")
    terminal.prepare(sys.stderr)
    if options.diff:
        check.show_diff()
    elif options.statistics:
        check.show_statistics()
    elif options.format == "text":
        check.show_text()
    else:
        check.show_json()
    return check.status()


def _must_agree(options: Namespace, messages: Messages) -> None:
    """UsageError when two options contradict each other."""
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UsageError(messages.say("needs-fix"))
    if options.diff and (options.format != "text" or options.statistics):
        raise UsageError(messages.say("diff-is-text", value=options.format))


@dataclass(frozen=True, slots=True)
class _Source:
    """One text to check, in memory."""

    file: TextFile
    name: str
    """What the report calls it."""
    format: str


@dataclass(slots=True)
class _Check:
    """One run: what was asked, and what has come of it so far."""

    options: Namespace
    linter: Linter
    messages: Messages
    paths: list[str]
    tally: Tally = field(default_factory=Tally)
    files: int = 0
    """Files checked to their end."""
    rewritten: int = 0
    failed: bool = False
    """Whether some file could not be used."""
    grave: bool = False
    """Whether something was found at or above the failing level."""
    progress: terminal.Progress | None = None

    def status(self) -> int:
        """The exit status."""
        return FAILED if self.failed else FOUND if self.grave else 0

    # -- output -------------------------------------------------------------------------------

    def out(self) -> TextIO:
        """Where the report goes; a fixed standard input needs standard output for itself."""
        return sys.stderr if self.options.fix and "-" in self.paths else sys.stdout

    def explain(self) -> Explain:
        """The findings' messages in the reader's language."""
        if self.messages.lang == "zh":
            return in_chinese
        english = {rule.id: rule.en for rule in self.linter.rules if rule.en}
        return lambda finding: english.get(finding.rule, finding.message)

    def show_text(self) -> None:
        """Findings for people, and a summary."""
        out = self.out()
        style = terminal.style(out, self.options.color, self.messages)
        explain = self.explain()
        for report in self.reports():
            for shown in text.render(report, style, explain):
                out.write(shown + "\n")
        self.close(out)

    def show_json(self) -> None:
        """Findings for programs, written as they are found."""
        from keqi.render import jsons

        explain, out = self.explain(), self.out()
        records = (r for report in self.reports() for r in jsons.records(report, explain))
        pieces = jsons.array(records) if self.options.format == "json" else jsons.lines(records)
        for piece in pieces:
            out.write(piece)

    def show_statistics(self) -> None:
        """Only the counts."""
        from keqi.render import jsons, statistics

        for _ in self.reports():
            pass
        out = self.out()
        titles = {rule.id: rule.title for rule in self.linter.rules}
        if self.options.format == "text":
            for line in statistics.render(self.tally, titles, self.messages):
                out.write(line + "\n")
            self.close(out)
            return
        records = statistics.records(self.tally, titles)
        pieces = jsons.array(records) if self.options.format == "json" else jsons.lines(records)
        out.writelines(pieces)

    def show_diff(self) -> None:
        """What `--fix` would change; the files stay as they are."""
        from keqi.render import diff

        for source, findings in self.checked():
            self.count(findings)
            edits = self.edits(source, findings)
            sys.stdout.writelines(diff.render(source.name, source.file.text, edits))
        self.close(sys.stderr)

    def close(self, out: TextIO) -> None:
        """The summary at the end of a report for people."""
        if self.rewritten:
            out.write(self.messages.say("fixed", count=self.rewritten) + "\n")
        if self.files or self.tally.levels:
            fixable = 0 if self.options.fix else self.tally.fixable.total()
            out.write(text.counted(self.tally.levels, fixable, self.files, self.messages) + "\n")

    # -- work ---------------------------------------------------------------------------------

    def reports(self) -> Iterator[Report]:
        """Each file's findings, after fixing it when that was asked."""
        for source, findings in self.checked():
            report = Report(source.name, source.file.text, tuple(findings))
            if self.options.fix:
                # A file that cannot be written still gets its report.
                report = self.attempt(source.name, partial(self.fixed, source, findings)) or report
            self.count(report.findings)
            yield report

    def checked(self) -> Iterator[tuple[_Source, list[Finding]]]:
        """Each text and the findings in it; what cannot be used is reported and left out."""
        for source in self.sources():
            work = partial(documents.check, self.linter, source.file.text, source.format)
            found = self.attempt(source.name, work)
            if found is not None:
                self.files += 1
                self.pause()
                yield source, found

    def fixed(self, source: _Source, findings: list[Finding]) -> Report:
        """Write `source` back mended, where anything can be; the findings that are left."""
        old = source.file.text
        new = apply_edits(old, self.edits(source, findings))
        if source.file.path == "-":
            sys.stdout.buffer.write(source.file.encoding.encode(new))
            sys.stdout.buffer.flush()
        elif new != old:
            files.write(source.file, new)
            self.rewritten += 1
        left = findings if new == old else documents.check(self.linter, new, source.format)
        return Report(source.name, new, tuple(left))

    def edits(self, source: _Source, findings: list[Finding]) -> list[Edit]:
        """The edits that mend `source`; fixing is skipped where no finding offers any."""
        unsafe = self.options.unsafe_fixes
        if not any(fix.safe or unsafe for finding in findings for fix in finding.fixes):
            return []
        return documents.edits(self.linter, source.file.text, source.format, unsafe)

    def count(self, findings: Sequence[Finding]) -> None:
        """Take these findings into the numbers and the exit status."""
        self.tally.add(findings)
        level = self.options.fail_level
        self.grave = self.grave or any(at_least(f.severity, level) for f in findings)

    # -- input --------------------------------------------------------------------------------

    def sources(self) -> Iterator[_Source]:
        """The texts to check, one in memory at a time."""
        named = [path for path in self.paths if path != "-"]
        found = list(files.walk(named))
        self.progress = terminal.Progress(sys.stderr, len(found), self.messages)
        if "-" in self.paths:
            yield from self.standard_input()
        for done, path in enumerate(found):
            self.progress.step(done)
            if isinstance(path, FileError):
                self.complain(path)
                continue
            file = self.attempt(str(path), partial(files.read, path, self.options.max_size))
            if file is not None:
                yield _Source(file, file.path, for_path(path).name)
        self.pause()
        if not found and named:
            sys.stderr.write(self.messages.say("no-files", suffixes=" ".join(sorted(SUFFIXES))) + "\n")

    def standard_input(self) -> Iterator[_Source]:
        """What is typed or piped in."""
        if sys.stdin.isatty():
            sys.stderr.write(self.messages.say("type-now") + "\n")
        limit = self.options.max_size
        file = self.attempt("-", partial(files.read_stream, sys.stdin.buffer, "-", limit))
        if file is not None:
            name = self.options.stdin_filename
            format = for_path(Path(name)) if name else by_name("draft")
            yield _Source(file, name or "-", format.name)

    def attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """What `work` returns; None, once it has been said why, when this file cannot be used."""
        try:
            return work()
        except FileError as error:
            self.complain(error)
        except documents.ReplyTooLongError as error:
            details = {"line": error.line, "length": error.length, "most": documents.LONGEST}
            self.complain(FileError(name, "too-long", **details))
        except BrokenPipeError:
            raise
        except Exception as error:
            # A bug, or memory that ran out: the other files are still worth checking. Only the
            # place is named; the error's own text might quote a customer.
            self.complain(FileError(name, "crash", reason=_place(error)))
        return None

    def complain(self, error: FileError) -> None:
        """Say why a file could not be used."""
        self.pause()
        self.failed = True
        said = self.messages.failure(printable(error.path), error.kind, error.details)
        sys.stderr.write(self.messages.say("mistake") + said + "\n")

    def pause(self) -> None:
        """Clear the progress line before something is written."""
        if self.progress is not None:
            self.progress.clear()


def _place(error: Exception) -> str:
    """Kind of an error and the line of code it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" @ {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
