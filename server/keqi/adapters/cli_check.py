"""`keqi check`: files through the linter, findings out, fixes back."""

from __future__ import annotations

import io
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TextIO, TypeVar

from keqi.adapters import caches, cli_output, expressions, files, suppressions, terminal
from keqi.adapters.checking import Checking, Outcome, Source
from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.files import FileError
from keqi.adapters.git import GitError, Revision, revision
from keqi.adapters.pool import Linters, PolicyError, Pool, cores
from keqi.adapters.results import Results
from keqi.adapters.settings import Project, Projects, SettingsError
from keqi.findings import Edit, apply_edits, at_least
from keqi.formats import SUFFIXES, Format, FormatError, by_name, for_path, for_text
from keqi.render import text
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report, in_chinese
from keqi.render.statistics import Tally
from keqi.render.width import printable
from keqi.settings import Settings
from keqi.suppress import MESSAGES

T = TypeVar("T")

FOUND, FAILED = 1, 2
"""Exit statuses besides 0."""
COMMAND_LINE = "命令行"


def run(options: Namespace, messages: Messages) -> int:
    """Check, and fix or show fixes as asked; the exit status. Raises UsageError."""
    _must_agree(options, messages)
    try:
        with closing(_Check(options, messages)) as check:
            terminal.prepare(sys.stdout, utf8=options.format != "text")
            terminal.prepare(sys.stderr)
            check.show()
            check.save()
            return check.status()
    except (SettingsError, PolicyError) as error:
        raise UsageError(str(error)) from error
    except GitError as error:
        raise UsageError(messages.say("no-revision", value=options.changed, reason=str(error))) from error


def _must_agree(options: Namespace, messages: Messages) -> None:
    """UsageError when two options contradict each other."""
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UsageError(messages.say("needs-fix"))
    if options.diff and (options.format != "text" or options.statistics):
        raise UsageError(messages.say("diff-is-text", value=options.format))
    cli_output.must_agree(options, messages, sys.stdout)


def decided(options: Namespace, settings: Settings) -> Settings:
    """`settings` with what the command line says on top."""
    said = {
        "profile": options.profile,
        "fail_level": getattr(options, "fail_level", None),
        "max_size": getattr(options, "max_size", None),
    }
    values = {name: value for name, value in said.items() if value is not None}
    if options.lexicon:
        values["lexicon"] = (*settings.lexicon, *(str(folder.resolve()) for folder in options.lexicon))
    return settings.with_values(values, COMMAND_LINE) if values else settings


class _Check:
    """One run: what was asked, and what has come of it so far."""

    def __init__(self, options: Namespace, messages: Messages) -> None:
        self.options = options
        self.messages = messages
        self.paths: list[str] = options.paths or (["-"] if options.stdin_filename else ["."])
        self.projects = Projects(options.config, partial(decided, options))
        self.tally = Tally()
        self.seen = _Seen()
        self.rewritten = 0
        self.failed = False
        """Whether some file could not be used."""
        self.grave = False
        """Whether something was found at or above the failing level."""
        self.progress: terminal.Progress | None = None
        self.to: TextIO = sys.stdout if cli_output.target(options) is None else io.StringIO()
        """Where the report goes; one for a file is gathered, so that it is written whole or not at all."""
        self.linters = Linters()
        self.pool = Pool(self.linters, options.jobs or cores())
        self.project = self.projects.at(Path(self.paths[0]) if self.paths[0] != "-" else Path.cwd())
        self.checking = self._checking()

    def _checking(self) -> Checking:
        ignored = self.attempt("", partial(suppressions.read_ignored, self.project.ignore_file))
        made = Checking(
            self.linters,
            self.pool,
            self.complain,
            ignored.entries if ignored else {},
            today=date.today().isoformat(),
        )
        if self.applies_baseline():
            made.baseline = suppressions.read_baseline_or_complain(self.project.baseline, self.complain)
        if (
            self.options.cache
            and self.options.format not in cli_output.WITH_REPLIES
            and not self.options.baseline
        ):
            made.results = results(self.project, ignored.text if ignored else "")
        return made

    def applies_baseline(self) -> bool:
        """Whether what the baseline holds is not to be reported: as asked, else as the settings say."""
        asked: str | None = self.options.baseline
        return asked == "use" if asked else self.project.settings.applies_baseline

    def close(self) -> None:
        """End the processes, and keep what was found out."""
        expressions.save()  # first: the processes add what only they have compiled
        self.pool.close()
        if self.checking.results is not None:
            self.checking.results.close()

    def status(self) -> int:
        """The exit status."""
        return FAILED if self.failed else FOUND if self.grave else 0

    # -- output -------------------------------------------------------------------------------

    def show(self) -> None:
        """The report that was asked for."""
        if self.options.diff:
            self.show_diff()
        elif self.options.baseline == "write":
            self.write_baseline()
        elif self.options.statistics:
            self.show_statistics()
        elif self.options.format == "text":
            self.show_text()
        else:
            self.show_pieces()

    def out(self) -> TextIO:
        """Where the report goes; a fixed standard input needs standard output for itself."""
        taken = self.to is sys.stdout and self.options.fix and "-" in self.paths
        return sys.stderr if taken else self.to

    def save(self) -> None:
        """Write the report to the file that was asked for, if one was."""
        if isinstance(self.to, io.StringIO):
            written = self.attempt("", partial(cli_output.save, self.options, self.to.getvalue()))
            if written is not None:
                said = self.messages.say("written", path=printable(str(written)))
                sys.stderr.write(said + "\n")

    def explain(self) -> Explain:
        """The findings' messages in the reader's language."""
        if self.messages.lang == "zh":
            return in_chinese
        linter = self.linters.under(self.project.settings.policy)
        english = {rule.id: rule.en for rule in linter.rules if rule.en}
        english |= {rule: en for rule, (_, en) in MESSAGES.items()}
        return lambda finding: english.get(finding.rule, finding.message)

    def show_text(self) -> None:
        """Findings for people, and a summary."""
        out = self.out()
        style = terminal.style(out, self.options.color, self.messages)
        explain = self.explain()
        for report in self.reports():
            for shown in text.render(report, style, explain):
                out.write(shown + "\n")
        self.finish(out)

    def show_pieces(self) -> None:
        """Findings for programs, or a page, written as they are found."""
        rules = lambda: self.linters.under(self.project.settings.policy).rules  # noqa: E731
        voice = cli_output.Voice(rules, self.messages, self.explain())
        out = self.out()
        for piece in cli_output.pieces(self.options.format, self.reports(), voice):
            out.write(piece)

    def show_statistics(self) -> None:
        """Only the counts."""
        from keqi.render import jsons, statistics

        for _ in self.reports():
            pass
        out = self.out()
        linter = self.linters.under(self.project.settings.policy)
        titles = {rule.id: rule.title_in(self.messages.lang == "en") for rule in linter.rules}
        if self.options.format == "text":
            for line in statistics.render(self.tally, titles, self.messages):
                out.write(line + "\n")
            self.finish(out)
            return
        records = statistics.records(self.tally, titles)
        pieces = jsons.array(records) if self.options.format == "json" else jsons.lines(records)
        out.writelines(pieces)

    def show_diff(self) -> None:
        """What `--fix` would change; the files stay as they are."""
        from keqi.render import diff

        for outcome in self.outcomes():
            self.count(outcome)
            source = outcome.source
            edits = self.checking.edits(outcome, self.options.unsafe_fixes)
            if isinstance(source.file, files.WorkbookFile):
                lines = _workbook_changes(outcome, edits)
            else:
                lines = diff.render(source.name, source.file.text, edits)
            self.to.writelines(lines)
        self.finish(sys.stderr)

    def write_baseline(self) -> None:
        """Note everything that is found, so that only what is new will be reported."""
        found = {o.source.path: suppressions.baseline_of(o.settled.located) for o in self.outcomes()}
        suppressions.write_baseline(self.project.baseline, found)
        count = sum(marks.total() for marks in found.values())
        said = self.messages.say("baseline-written", count=count, path=self.project.baseline.name)
        self.to.write(said + "\n")

    def finish(self, out: TextIO) -> None:
        """The summary at the end of a report for people."""
        if self.rewritten:
            out.write(self.messages.say("fixed", count=self.rewritten) + "\n")
        if self.seen.files or self.tally.levels:
            fixable = 0 if self.options.fix else self.tally.fixable.total()
            out.write(text.counted(self.tally.levels, fixable, self.seen.files, self.messages) + "\n")

    # -- work ---------------------------------------------------------------------------------

    def reports(self) -> Iterator[Report]:
        """Each file's findings, after fixing it when that was asked; last, what is not used any more."""
        for outcome in self.outcomes():
            if self.options.fix:
                # A file that cannot be written still gets its report.
                outcome = self.attempt(outcome.source.name, partial(self.fixed, outcome)) or outcome
            self.count(outcome)
            yield from outcome.reports()
        unused = self.unused_entries()
        if unused is not None:
            self.tally.add(unused.findings)
            yield unused

    def outcomes(self) -> Iterator[Outcome]:
        """What is found in each file; what cannot be used is reported and left out."""
        for outcome in self.checking.outcomes(self.sources()):
            self.seen.add(outcome)
            self.pause()
            yield outcome

    def fixed(self, outcome: Outcome) -> Outcome:
        """Write a file back mended, where anything can be; the findings that are left."""
        source = outcome.source
        edits = self.checking.edits(outcome, self.options.unsafe_fixes)
        data = source.file.edited(edits) if edits else source.file.data
        if source.file.path == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif edits:
            files.write(source.file, data)
            self.rewritten += 1
        if not edits:
            return outcome
        binary = isinstance(source.file, files.WorkbookFile)
        mended = replace(source, file=files.opened(data, source.file.path, binary))
        return next(self.checking.outcomes([mended]), outcome)

    def count(self, outcome: Outcome) -> None:
        """Take a file's findings into the numbers and the exit status."""
        self.tally.add(outcome.findings)
        level = outcome.source.settings.fail_level
        self.grave = self.grave or any(at_least(f.severity, level) for f in outcome.findings)

    def unused_entries(self) -> Report | None:
        """Entries of the ignore file, for files that were checked, that no finding needs any more."""
        if self.options.changed or not self.checking.ignored:
            return None
        spent = [
            entry
            for mark, entry in self.checking.ignored.items()
            if mark not in self.seen.used and entry.path in self.seen.paths
        ]
        if not spent:
            return None
        path = self.project.ignore_file
        content = path.read_text(encoding="utf-8-sig")
        today = self.checking.today
        return Report(
            path.name, content, tuple(suppressions.unused(entry, content, today) for entry in spent)
        )

    # -- input --------------------------------------------------------------------------------

    def sources(self) -> Iterator[Source]:
        """The texts to check."""
        named = [path for path in self.paths if path != "-"]
        found = list(files.walk(named, wanted=self.wants))
        self.progress = terminal.Progress(sys.stderr, len(found), self.messages)
        since = self.since()
        if "-" in self.paths:
            yield from self.standard_input()
        for done, path in enumerate(found):
            self.progress.step(done)
            if isinstance(path, FileError):
                self.complain(path)
                continue
            source = self.attempt(str(path), partial(self.source, path, since))
            if source is not None:
                yield source
        self.pause()
        if not found and named:
            self.linters.under(self.project.settings.policy)  # tells a mistake in the settings even so
            sys.stderr.write(self.messages.say("no-files", suffixes=" ".join(sorted(SUFFIXES))) + "\n")

    def wants(self, path: Path) -> bool:
        """Whether the settings want a file that was met in a folder."""
        return not cli_output.is_target(self.options, path) and self.projects.at(path).wants(path)

    def since(self) -> Revision | None:
        """The revision since which replies count as changed, if that was asked."""
        return revision(Path.cwd(), self.options.changed) if self.options.changed else None

    def source(self, path: Path, since: Revision | None) -> Source | None:
        """The file at `path`, read; None when all of it is as it was at the revision."""
        project = self.projects.at(path)
        settings = project.at(path)
        kind = by_name(settings.format) if settings.format else for_path(path)
        data = files.read_bytes(path, settings.max_size)
        old = since.data(path) if since else None
        if old == data:
            return None
        file = files.opened(data, str(path), kind.binary)
        guess = not settings.format
        known = None
        if old is not None:
            known = _replies(old, for_text(kind, file.text) if guess else kind, settings)
        return Source(file, str(path), kind.name, settings, known, self.project.relative(path), guess)

    def standard_input(self) -> Iterator[Source]:
        """What is typed or piped in."""
        if sys.stdin.isatty():
            sys.stderr.write(self.messages.say("type-now") + "\n")
        name = self.options.stdin_filename
        project = self.projects.at(Path(name)) if name else self.project
        settings = project.at(name) if name else project.settings
        kind = for_path(name) if name else by_name("draft")
        kind = by_name(settings.format) if settings.format else kind
        read = partial(files.read_stream, sys.stdin.buffer, "-", settings.max_size, kind.binary)
        file = self.attempt("-", read)
        if file is not None:
            path = project.relative(name) if name else ""
            kind = kind if settings.format else for_text(kind, file.text)
            yield Source(file, name or "-", kind.name, settings, path=path)

    def attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """What `work` returns; None, once it has been said why, when this file cannot be used."""
        try:
            return work()
        except FileError as error:
            self.complain(error)
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


@dataclass(slots=True)
class _Seen:
    """Which files were checked to their end, and which ignored findings occurred in them."""

    files: int = 0
    paths: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def add(self, outcome: Outcome) -> None:
        self.files += 1
        self.paths.add(outcome.source.path)
        self.used |= outcome.used


def results(project: Project, ignored: str) -> Results | None:
    """What is known from earlier runs; None where there is no folder for it."""
    from keqi.adapters import lexicon_files
    from keqi.adapters.results import stamp

    folder = caches.folder()
    if folder is None:
        return None
    settings = project.settings
    about = (stamp(), lexicon_files.fingerprint(settings.lexicon), ignored)
    return Results(folder, about)


def _replies(data: bytes, kind: Format, settings: Settings) -> frozenset[str] | None:
    """The replies that a file held before; None when it cannot be read: then all count as changed."""
    try:
        old = files.opened(data, "", kind.binary)
        return frozenset(s.text for s in kind.segments(old.text, settings.reading))
    except (FileError, FormatError):
        return None


def _workbook_changes(outcome: Outcome, edits: Sequence[Edit]) -> Iterator[str]:
    """The cells that edits change, old and new; the lines of a workbook mean nothing to its reader."""
    from keqi.formats import xlsx

    content = outcome.source.file.text
    for cell, inside in groupby(edits, key=lambda e: xlsx.place(content, e.start)):
        old = cell.span.of(content)
        new = apply_edits(
            old, (Edit(e.start - cell.span.start, e.end - cell.span.start, e.text) for e in inside)
        )
        yield f"{outcome.source.name}[{cell.sheet}!{cell.address}]\n"
        yield from (f"-{line}\n" for line in old.splitlines())
        yield from (f"+{line}\n" for line in new.splitlines())
