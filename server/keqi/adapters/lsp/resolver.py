"""What holds for a document: its project's settings with the client's on top, its linter, what is ignored.

Called from worker threads, since it reads files. Whatever is wrong with those files is kept here
as faults, by file, until it is mended; meanwhile the last good content counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from keqi import settings as core
from keqi.adapters.files import FileError
from keqi.adapters.lsp import messages
from keqi.adapters.lsp.checker import Checker, Linters, Mistakes
from keqi.adapters.lsp.document import Document, canonical, format_of, path_of
from keqi.adapters.lsp.rulebook import Rulebook, Ruling, Unknown
from keqi.adapters.lsp.settings import ORIGIN, Settings
from keqi.adapters.settings import PYPROJECT, Project, find, settings_in
from keqi.adapters.suppressions import IgnoreFile, read_baseline, read_ignored
from keqi.formats import by_name, for_text
from keqi.problems import Problem
from keqi.settings import FILE
from keqi.suppress import Ignored, Suppressions

_NOTHING: Mapping[str, int] = {}
FRESH = 1.0
"""Seconds for which the files behind a context are not looked at again; a check may run often."""


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for one document."""

    settings: core.Settings
    checker: Checker
    suppressions: Suppressions
    project: Project
    path: str = ""
    """What settings and ignore file call the document; empty for what is no file."""


@dataclass(frozen=True, slots=True)
class Faults:
    """A file of settings or lexicon, and what is wrong in it."""

    uri: str
    problems: tuple[Problem, ...]

    @property
    def is_phrases(self) -> bool:
        """Whether it holds standard phrases: of those, only the faulty ones are of no use."""
        from keqi.adapters.lexicons import PHRASES

        path = path_of(self.uri)
        return path is not None and PHRASES in path.parts[:-1]


class Texts(Protocol):
    """The files that are open in the editor, as they are there."""

    def text_of(self, path: Path) -> str | None:
        """What the editor has; None for a file that is not open."""


@dataclass(slots=True)
class _Known:
    """A project as it was last read."""

    stamp: object
    project: Project
    ignored: Mapping[str, Ignored]
    baseline: Mapping[str, Mapping[str, int]]
    until: float
    """When the files are to be looked at again, on the monotonic clock."""


@dataclass(slots=True)
class _File:
    """A settings file as it was last read, and its last usable settings."""

    stamp: object
    settings: core.Settings
    usable: bool = True


_Own = tuple[tuple[str, ...], bool]
"""The folders of own lexicons, and whether the shipped rules are used beside them."""


@dataclass(eq=False)
class Resolver:
    """Finds the context of each document; thread-safe."""

    linters: Linters
    texts: Texts
    settings: Settings = field(default_factory=Settings)
    """The client's settings."""
    roots: tuple[Path, ...] = ()
    """The workspace's folders."""
    session_ignored: dict[str, Ignored] = field(default_factory=dict)
    """What is ignored until the session ends: findings in drafts that no ignore file could name."""
    _faults: dict[tuple[str, Path], tuple[Problem, ...]] = field(default_factory=dict)
    """By aspect (`settings`, `names`, `ignored`, `baseline`) and file."""
    _unknown: dict[str, Unknown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rulebook = Rulebook(self.linters.load)
        self._lock = threading.RLock()
        self._mistakes: dict[_Own, Mistakes] = {}
        """For each own lexicon in use, what is wrong in its files."""
        self._known: dict[Path | None, _Known] = {}
        self._files: dict[Path, _File] = {}
        self._baselines: dict[Path, tuple[object, Mapping[str, Mapping[str, int]]]] = {}
        """As they were last read, with what changes when they do."""

    # -- asking -------------------------------------------------------------------------------

    def at(self, path: Path | None) -> Context:
        """What holds for a file, or for what is none. Raises when there is no linter at all."""
        with self._lock:
            known = self._project(path)
        project = known.project
        decided = project.at(path) if path is not None else project.settings
        settings = self.settings.over(decided, self.root_of(path))
        # Without the lock: the first time this takes a second.
        ruling = self.rulebook.under(settings.policy)
        own = settings.lexicon, settings.shipped_lexicon
        if settings.lexicon and own not in self._mistakes:
            self._inspect(own)
        with self._lock:
            self._note_unknown(ruling, settings, project)
        ignored = {**known.ignored, **self.session_ignored} if self.session_ignored else known.ignored
        name = project.relative(path) if path is not None else ""
        suppressions = Suppressions(ignored, known.baseline.get(name, _NOTHING), date.today().isoformat())
        return Context(settings, ruling.checker, suppressions, project, name)

    def format_of(self, document: Document, context: Context) -> str:
        """The name of the format that `document` is read as; empty when it holds no replies to check."""
        path, settings = path_of(document.uri), context.settings
        if path is not None and (self.is_ours(path) or not context.project.wants(path)):
            return ""
        if settings.format and not by_name(settings.format).binary:
            return settings.format
        return for_text(format_of(document), document.text).name

    def root_of(self, path: Path | None) -> Path | None:
        """The workspace folder that a file lies in; the first one for what is no file."""
        inside = [root for root in self.roots if path is not None and path.is_relative_to(root)]
        return max(inside, key=lambda root: len(root.parts), default=self.roots[0] if self.roots else None)

    def project_at(self, path: Path | None) -> Project:
        """The project that a file lies in, or the workspace's for what is no file."""
        with self._lock:
            return self._project(path).project

    def is_ours(self, path: Path) -> bool:
        """Whether a file holds settings or rules, not replies."""
        kept = (file for known in self._all() for file in _kept(known.project))
        if path.name in (FILE, PYPROJECT) or path in kept:
            return True
        return any(path.is_relative_to(folder) for folder in self.lexicons)

    def may_decide(self, path: Path) -> bool:
        """Whether a file could hold settings, by its name; asked at every keystroke."""
        return path.name in (FILE, PYPROJECT, core.Settings().ignore_file)

    def is_of_lexicon(self, path: Path) -> bool:
        """Whether a file is part of an own lexicon in use; asked at every keystroke."""
        return path.suffix == ".yml" and any(path.is_relative_to(folder) for folder in self.lexicons)

    @property
    def lexicons(self) -> set[Path]:
        """The folders of own lexicons that are in use."""
        used = {folder for known in self._all() for s in (known.project.settings,) for folder in s.lexicon}
        for root in self.roots or (None,):
            used |= set(self.settings.over(core.Settings(), root).lexicon)
        return {Path(folder) for folder in used}

    def _all(self) -> list[_Known]:
        return list(self._known.values())

    # -- projects -----------------------------------------------------------------------------

    def _project(self, path: Path | None) -> _Known:
        folder = path.parent if path is not None else self.root_of(None)
        known, now = self._known.get(folder), time.monotonic()
        if known is not None and now < known.until:
            return known
        file = self._settings_file(folder)
        project = self._read_project(folder, file, path)
        stamp = (file, self._stamp(file), *((kept, self._stamp(kept)) for kept in _kept(project)))
        if known is None or known.stamp != stamp:
            known = _Known(stamp, project, self._read_ignored(project), self._read_baseline(project), now)
            self._known[folder] = known
        known.until = now + FRESH
        return known

    def _settings_file(self, folder: Path | None) -> Path | None:
        """The nearest settings file; one that is open and not saved yet counts as well."""
        if folder is None:
            return None
        for here in (folder, *folder.parents):
            if self.texts.text_of(here / FILE) is not None:
                return here / FILE
            if (here / FILE).is_file() or (here / PYPROJECT).is_file():
                break
        return find(folder)

    def _read_project(self, folder: Path | None, file: Path | None, path: Path | None) -> Project:
        if file is None:
            root = self.root_of(path) or folder or Path.cwd()
            return Project(core.Settings(), root, None)
        return Project(self._read_settings(file), file.parent, file)

    def _read_settings(self, file: Path) -> core.Settings:
        stamp, known = self._stamp(file), self._files.get(file)
        if known is not None and known.stamp == stamp:
            return known.settings
        try:
            text = self._text(file)
            settings, problems = settings_in(file, text)
        except (OSError, UnicodeDecodeError) as error:
            reason = "设置文件读不出来，或不是 UTF-8 编码"
            settings, problems = core.Settings(), [Problem(str(file), 0, 0, "", reason, type(error).__name__)]
        self._note("settings", file, problems)
        self._note("names", file, ())
        last = known.settings if problems and known is not None and known.usable else settings
        self._files[file] = _File(stamp, last, usable=not problems or (known is not None and known.usable))
        return last

    def _text(self, file: Path) -> str:
        text = self.texts.text_of(file)
        return file.read_text(encoding="utf-8-sig") if text is None else text.removeprefix("\ufeff")

    def _stamp(self, file: Path | None) -> object:
        """What changes whenever the file does."""
        if file is None:
            return None
        text = self.texts.text_of(file)
        if text is not None:
            return text
        try:
            now = file.stat()
        except OSError:
            return None
        return now.st_mtime_ns, now.st_size, now.st_ino

    def _read_ignored(self, project: Project) -> Mapping[str, Ignored]:
        path = project.ignore_file
        try:
            file: IgnoreFile = read_ignored(path)
        except FileError as error:
            self._note("ignored", path, [self._failure(path, error)])
            return {}
        self._note("ignored", path, ())
        return file.entries

    def _read_baseline(self, project: Project) -> Mapping[str, Mapping[str, int]]:
        """What the baseline holds that the settings name; a missing one is a mistake in the settings."""
        if project.file is None or not project.settings.applies_baseline:
            return {}
        path = project.baseline
        stamp, known = self._stamp(path), self._baselines.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        self._note("baseline", project.file, ())
        self._note("baseline", path, ())
        try:
            self._baselines[path] = stamp, read_baseline(path)
            return self._baselines[path][1]
        except FileError as error:
            where = project.file if error.kind == "missing-baseline" else path
            self._note("baseline", where, [self._failure(where, error)])
            return {}

    def _failure(self, file: Path, error: FileError) -> Problem:
        """An error in a file that goes with the settings, or in what they say of it."""
        from keqi.render.messages import Messages

        whole, line = Messages("zh").failure(Path(error.path).name, error.kind, error.details), 0
        if error.kind == "missing-baseline":
            line = _line_of(self._text(file), "baseline")
        elif isinstance(told := error.details.get("line"), int):
            line = told
        return Problem(str(file), line, 0, "", whole)

    # -- forgetting ---------------------------------------------------------------------------

    def touched(self, paths: Iterable[Path]) -> bool:
        """Files changed: what came from them is forgotten. Whether any of them matters here."""
        changed = set(paths)
        with self._lock:
            settings = any(p.name in (FILE, PYPROJECT) for p in changed)
            kept = any(file in changed for known in self._all() for file in _kept(known.project))
            lexicon = any(p.is_relative_to(folder) for folder in self.lexicons for p in changed)
            if lexicon:
                self._forget_rules()
            if settings:
                self._mistakes = {}
                self._forget_faults("ignored", "baseline")
            if settings or kept or lexicon:
                self._known.clear()
        if lexicon:
            self.inspect()
        return settings or kept or lexicon

    def inspect(self) -> None:
        """Look anew for mistakes in the own lexicons, whose files may be open and not saved."""
        for own in list(self._mistakes):
            self._inspect(own)

    def _inspect(self, own: _Own) -> None:
        self._mistakes[own] = self.linters.mistakes(*own, self.texts.text_of)

    def forget(self) -> None:
        """Everything is to be read again."""
        with self._lock:
            self._known.clear()
            self._files.clear()
            self._baselines.clear()
            self._mistakes = {}
            self._forget_rules()

    def _forget_rules(self) -> None:
        self.rulebook.forget()
        self._unknown.clear()
        self._forget_faults("names")

    def _forget_faults(self, *aspects: str) -> None:
        for aspect, file in self._faults:
            if aspect in aspects:
                self._faults[aspect, file] = ()

    def configure(self, settings: Settings, roots: Sequence[Path]) -> None:
        """The client has other settings or folders now."""
        with self._lock:
            self.settings, self.roots = settings, tuple(roots)
            self._known.clear()
            self._unknown.clear()
            self._mistakes = {}

    # -- faults -------------------------------------------------------------------------------

    def faults(self) -> dict[str, Faults]:
        """What is wrong in settings, ignore files and lexicons, by the canonical form of their URI."""
        with self._lock:
            found = [(file, problems) for (_, file), problems in self._faults.items()]
            inspected = {
                path: problems for m in list(self._mistakes.values()) for path, problems in m.items()
            }
            found += inspected.items()
            for folders, broken in self.rulebook.broken:
                loaded = _by_file(broken, [Path(folder) for folder in folders])
                found += ((file, problems) for file, problems in loaded.items() if file not in inspected)
        merged: dict[str, Faults] = {}
        for file, problems in found:
            if problems:
                uri = file.as_uri()
                before = merged[canonical(uri)].problems if canonical(uri) in merged else ()
                merged[canonical(uri)] = Faults(uri, (*before, *problems))
        return merged

    def complaints(self) -> list[str]:
        """What the client's own settings name that does not exist, as sentences."""
        with self._lock:
            return [say(unknown, self.settings.english) for unknown in self._unknown.values()]

    def _note(self, aspect: str, file: Path, problems: Iterable[Problem]) -> None:
        """Replace what is known to be wrong with one aspect of a file."""
        self._faults[aspect, file] = tuple(problems)

    def _note_unknown(self, ruling: Ruling, settings: core.Settings, project: Project) -> None:
        """Blame names that do not exist on the settings file or, where the client said them, on it."""
        for unknown in ruling.unknown:
            origin = unknown.origin or settings.origin("profile")
            if origin == ORIGIN or project.file is None:
                self._unknown[unknown.name] = unknown
                continue
            said = say(unknown, english=False)
            line = _line_of(self._text(project.file), unknown.name)
            problem = Problem(str(project.file), line, 0, "", said)
            known = self._faults.get(("names", project.file), ())
            if problem not in known:
                self._note("names", project.file, (*known, problem))


def _kept(project: Project) -> tuple[Path, ...]:
    """Where the project keeps what it does not want to be told."""
    named = project.settings.applies_baseline
    return (project.ignore_file, project.baseline) if named else (project.ignore_file,)


def say(unknown: Unknown, english: bool) -> str:
    """That a name does not exist, as a sentence."""
    wording = messages.NO_PROFILE if unknown.kind == "profile" else messages.NO_RULE
    near = messages.DID_YOU_MEAN.say(english, near=unknown.near) if unknown.near else ""
    return wording.say(english, name=unknown.name) + near


def _line_of(text: str, name: str) -> int:
    """The line in which `name` is first written, from 1; 0 when nowhere."""
    at = text.find(name)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def _by_file(problems: Iterable[Problem], folders: Sequence[Path]) -> dict[Path, tuple[Problem, ...]]:
    files: dict[Path, tuple[Problem, ...]] = {}
    for problem in problems:
        path = next(_paths(problem.file, folders), None)
        if path is not None:
            files[path] = (*files.get(path, ()), problem)
    return files


def _paths(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    """The file that a problem names, perhaps relative to its folder; nothing for no file of the user's."""
    path = Path(name)
    if path.is_absolute():
        yield path
    yield from (folder / path for folder in folders if (folder / path).is_file())
