"""The projects that documents lie in: their settings, ignored findings and baseline, read when they change.

Whatever is wrong with those files is noted, by file, until it is mended; meanwhile the last good
content counts. Called from worker threads, since it reads files.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from keqi import settings as core
from keqi.adapters.files import FileError
from keqi.adapters.settings import PYPROJECT, Project, find, settings_in
from keqi.adapters.suppressions import IgnoreFile, read_baseline, read_ignored
from keqi.problems import Problem
from keqi.settings import FILE
from keqi.suppress import Ignored

FRESH = 1.0
"""Seconds for which the files of a project are not looked at again; a check may run often."""


class Texts(Protocol):
    """The files that are open in the editor, as they are there."""

    def text_of(self, path: Path) -> str | None:
        """What the editor has; None for a file that is not open."""


@dataclass(eq=False, slots=True)
class Notes:
    """What is wrong in files, by aspect, so that what is found out about one replaces what was known."""

    _problems: dict[tuple[str, Path], tuple[Problem, ...]] = field(default_factory=dict)
    """By aspect (`settings`, `names`, `ignored`, `baseline`) and file."""

    def replace(self, aspect: str, file: Path, problems: Iterable[Problem] = ()) -> None:
        """What is wrong with one aspect of a file now."""
        self._problems[aspect, file] = tuple(problems)

    def add(self, aspect: str, file: Path, problem: Problem) -> None:
        """One more thing that is wrong, unless it is known."""
        known = self._problems.get((aspect, file), ())
        if problem not in known:
            self._problems[aspect, file] = (*known, problem)

    def forget(self, *aspects: str) -> None:
        """Nothing is known to be wrong with these aspects of any file."""
        for aspect, file in self._problems:
            if aspect in aspects:
                self._problems[aspect, file] = ()

    def drop(self, is_gone: Callable[[Path], bool]) -> None:
        """Nothing is known about those files any more."""
        self._problems = {key: problems for key, problems in self._problems.items() if not is_gone(key[1])}

    def __iter__(self) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
        return ((file, problems) for (_, file), problems in list(self._problems.items()))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A project as it was last read."""

    project: Project
    ignored: IgnoreFile = field(default_factory=lambda: IgnoreFile(Path()))
    entries: Mapping[str, tuple[Ignored, ...]] = field(default_factory=dict)
    """The entries of its ignore file by the file that they were written for."""
    baseline: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each file of the project, how often each fingerprint is known; empty where none is named."""


class _Known(NamedTuple):
    """What holds in one folder."""

    surroundings: Surroundings
    until: float
    """When the files are to be looked at again, on the monotonic clock."""


class _Read(NamedTuple):
    """A project, and what changes when one of its files does."""

    stamp: object
    surroundings: Surroundings


@dataclass(slots=True)
class _File:
    """A settings file as it was last read, and its last usable settings."""

    stamp: object
    settings: core.Settings
    usable: bool = True


class Projects:
    """Finds the project of each file; thread-safe."""

    def __init__(self, texts: Texts, notes: Notes) -> None:
        self.texts = texts
        self.notes = notes
        self.roots: tuple[Path, ...] = ()
        """The workspace's folders."""
        self.english = False
        """Whether what is wrong is told in English where that can be; what the core says is in Chinese."""
        self._lock = threading.RLock()
        self._known: dict[Path | None, _Known] = {}
        """By folder."""
        self._projects: dict[tuple[Path | None, Path], _Read] = {}
        """By settings file and root: a library may have thousands of folders, but hardly as many projects."""
        self._files: dict[Path, _File] = {}
        self._baselines: dict[Path, tuple[object, Mapping[str, Mapping[str, int]]]] = {}
        """As they were last read, with what changes when they do."""

    # -- asking -------------------------------------------------------------------------------

    def around(self, path: Path | None) -> Surroundings:
        """The project that a file lies in, or the workspace's for what is no file.

        The same object as long as nothing has changed.
        """
        with self._lock:
            return self._around(path)

    @property
    def all(self) -> list[Project]:
        """Those that were asked for since something has changed."""
        return [read.surroundings.project for read in list(self._projects.values())]

    def root_of(self, path: Path | None) -> Path | None:
        """The workspace folder that a file lies in; the first one for what is no file."""
        inside = [root for root in self.roots if path is not None and path.is_relative_to(root)]
        return max(inside, key=lambda root: len(root.parts), default=self.roots[0] if self.roots else None)

    def keep(self, path: Path) -> bool:
        """Whether a file holds settings or what a project does not want to be told, no replies."""
        return path.name in (FILE, PYPROJECT) or any(path in _kept(project) for project in self.all)

    # -- reading ------------------------------------------------------------------------------

    def _around(self, path: Path | None) -> Surroundings:
        folder = path.parent if path is not None else self.root_of(None)
        known, now = self._known.get(folder), time.monotonic()
        if known is not None and now < known.until:
            return known.surroundings
        file = self._settings_file(folder)
        surroundings = self._read(self._read_project(folder, file, path))
        self._known[folder] = _Known(surroundings, now + FRESH)
        return surroundings

    def _read(self, project: Project) -> Surroundings:
        key = project.file, project.root
        stamp = (self._stamp(project.file), *((kept, self._stamp(kept)) for kept in _kept(project)))
        known = self._projects.get(key)
        if known is None or known.stamp != stamp:
            ignored = self._read_ignored(project)
            read = Surroundings(project, ignored, _by_path(ignored.entries), self._read_baseline(project))
            known = self._projects[key] = _Read(stamp, read)
        return known.surroundings

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
            root = self.root_of(path)
            if path is not None and (root is None or not path.is_relative_to(root)):
                root = folder  # what is decided there is looked for upward from it, never in the workspace
            return Project(core.Settings(), root or Path.cwd(), None)
        return Project(self._read_settings(file), file.parent, file)

    def _read_settings(self, file: Path) -> core.Settings:
        stamp, known = self._stamp(file), self._files.get(file)
        if known is not None and known.stamp == stamp:
            return known.settings
        try:
            settings, problems = settings_in(file, self.text(file))
        except (OSError, UnicodeDecodeError) as error:
            reason = "设置文件读不出来，或不是 UTF-8 编码"
            settings, problems = core.Settings(), [Problem(str(file), 0, 0, "", reason, type(error).__name__)]
        self.notes.replace("settings", file, problems)
        self.notes.replace("names", file)
        last = known.settings if problems and known is not None and known.usable else settings
        self._files[file] = _File(stamp, last, usable=not problems or (known is not None and known.usable))
        return last

    def text(self, file: Path) -> str:
        """What the editor has of a file, else the disk. Raises OSError and UnicodeDecodeError."""
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

    def _read_ignored(self, project: Project) -> IgnoreFile:
        path = project.ignore_file
        self.notes.replace("ignored", path)
        try:
            return read_ignored(path)
        except FileError as error:
            self.notes.replace("ignored", path, [self._failure(path, error)])
            return IgnoreFile(path)

    def _read_baseline(self, project: Project) -> Mapping[str, Mapping[str, int]]:
        """What the baseline holds that the settings name; a missing one is a mistake in the settings."""
        if project.file is None or not project.settings.applies_baseline:
            return {}
        path = project.baseline
        stamp, known = self._stamp(path), self._baselines.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        self.notes.replace("baseline", project.file)
        self.notes.replace("baseline", path)
        try:
            self._baselines[path] = stamp, read_baseline(path)
            return self._baselines[path][1]
        except FileError as error:
            where = project.file if error.kind == "missing-baseline" else path
            self.notes.replace("baseline", where, [self._failure(where, error)])
            return {}

    def _failure(self, file: Path, error: FileError) -> Problem:
        """An error in a file that goes with the settings, or in what they say of it."""
        from keqi.render.messages import Messages

        messages = Messages("en" if self.english else "zh")
        whole, line = messages.failure(Path(error.path).name, error.kind, error.details), 0
        if error.kind == "missing-baseline":
            line = line_of(self.text(file), "baseline")
        elif isinstance(told := error.details.get("line"), int):
            line = told
        return Problem(str(file), line, 0, "", whole)

    # -- forgetting ---------------------------------------------------------------------------

    def touched(self, paths: Iterable[Path]) -> tuple[bool, bool]:
        """Files changed: whether settings are among them, and what a project does not want to be told.

        What came from them is forgotten.
        """
        changed = set(paths)
        with self._lock:
            settings = {path.parent for path in changed if path.name in (FILE, PYPROJECT)}
            kept = any(not changed.isdisjoint(_kept(project)) for project in self.all)
            if settings:
                self.notes.forget("ignored", "baseline")
                self._drop(lambda file: file.parent in settings and not self._holds_settings(file))
            if settings or kept:
                self._stop_knowing()
        return bool(settings), kept

    def _holds_settings(self, file: Path) -> bool:
        """Whether a file that decided about its folder still does; another may have taken its place."""
        return file.name not in (FILE, PYPROJECT) or self._settings_file(file.parent) == file

    def _drop(self, is_gone: Callable[[Path], bool]) -> None:
        """Some files decide about nothing any more: nobody wants to know what was wrong in them."""
        self.notes.drop(is_gone)
        self._files = {file: read for file, read in self._files.items() if not is_gone(file)}

    def _stop_knowing(self) -> None:
        """What holds where is to be found out again."""
        self._known.clear()
        self._projects.clear()

    def forget(self) -> None:
        """Everything is to be read again."""
        with self._lock:
            self._stop_knowing()
            self._files.clear()
            self._baselines.clear()

    def configure(self, roots: Sequence[Path], english: bool = False) -> None:
        """The workspace has other folders now, or somebody speaks another language."""
        with self._lock:
            left = [root for root in self.roots if root not in roots]
            self.roots, self.english = tuple(roots), english
            self._drop(lambda file: _is_in(file, left) and not _is_in(file, roots))
            self._stop_knowing()


def _by_path(ignored: Mapping[str, Ignored]) -> Mapping[str, tuple[Ignored, ...]]:
    found: dict[str, list[Ignored]] = {}
    for entry in ignored.values():
        found.setdefault(entry.path, []).append(entry)
    return {path: tuple(entries) for path, entries in found.items()}


def _is_in(file: Path, folders: Iterable[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)


def _kept(project: Project) -> tuple[Path, ...]:
    """Where the project keeps what it does not want to be told."""
    named = project.settings.applies_baseline
    return (project.ignore_file, project.baseline) if named else (project.ignore_file,)


def line_of(text: str, name: str) -> int:
    """The line in which `name` is first written, from 1, outside comments if it is there; 0 when nowhere."""
    found = re.search(rf"^[^#\n]*{re.escape(name)}", text, re.MULTILINE)
    at = found.end() if found else text.find(name)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
