"""What holds for a document: its project's settings with the client's on top, its linter, what is ignored.

Called from worker threads, since it may have to read files. What is wrong with those files is
kept here as faults, by file, until it is mended.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from keqi import settings as core
from keqi.adapters.lsp import messages
from keqi.adapters.lsp.checker import Checker, Linters, Mistakes
from keqi.adapters.lsp.document import Document, canonical, format_of, path_of
from keqi.adapters.lsp.projects import Notes, Projects, Surroundings, Texts, line_of
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.rulebook import Own, Rulebook, Ruling, Unknown
from keqi.adapters.lsp.settings import ORIGIN, Settings
from keqi.adapters.settings import PYPROJECT, Project
from keqi.formats import by_name, for_text
from keqi.problems import Problem
from keqi.settings import FILE
from keqi.suppress import Ignored, Suppressions

log = logging.getLogger(__name__)

MOST_CONTEXTS = 20_000
"""Files whose contexts are kept; a library may have any number."""
MOST_IGNORED = 1000
"""Findings that are ignored for the session at most: a draft on a team's server has no file to note them in."""
_DECISIVE = (FILE, PYPROJECT, core.Settings().ignore_file)
_NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for one document."""

    settings: core.Settings
    checker: Checker
    suppressions: Suppressions
    project: Project
    path: str = ""
    """What settings, ignore file and baseline call the document; empty for what is no file."""
    entries: tuple[Ignored, ...] = ()
    """What of the ignore file was written for the document."""
    ignore_text: str = ""
    """What the ignore file holds."""


@dataclass(frozen=True, slots=True)
class Faults:
    """A file of settings or lexicon, and what is wrong in it."""

    uri: str
    problems: tuple[Problem, ...]

    @property
    def is_phrases(self) -> bool:
        """Whether it holds standard phrases: of those, only the faulty ones are of no use."""
        from keqi.adapters.lexicon_files import PHRASES

        path = path_of(self.uri)
        return path is not None and PHRASES in path.parts[:-1]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a context was made from; compared by identity, but for the day."""

    surroundings: Surroundings
    settings: Settings
    rules: object
    ignored: Mapping[str, Ignored]
    """What is ignored for the session."""
    today: str

    def is_as(self, other: _Basis) -> bool:
        """Whether nothing has changed."""
        return (
            self.surroundings is other.surroundings
            and self.settings is other.settings
            and self.rules is other.rules
            and self.ignored is other.ignored
            and self.today == other.today
        )


class Resolver:
    """Finds the context of each document; thread-safe."""

    def __init__(self, linters: Linters, texts: Texts) -> None:
        self.linters = linters
        self.texts = texts
        self.settings = Settings()
        """The client's settings."""
        self.session_ignored: Mapping[str, Ignored] = {}
        """What is ignored until the session ends: findings in drafts that no ignore file could name."""
        self.notes = Notes()
        self.projects = Projects(texts, self.notes)
        self.rulebook = Rulebook(linters.load)
        self._lock = threading.RLock()
        self._unknown: dict[str, Unknown] = {}
        self._mistakes: dict[Own, Mistakes] = {}
        """For each own lexicon in use, what is wrong in its files."""
        self._contexts: dict[Path | None, tuple[_Basis, Context]] = {}

    # -- asking -------------------------------------------------------------------------------

    def at(self, path: Path | None) -> Context:
        """What holds for a file, or for what is none. Raises when there is no linter at all.

        The same object as long as nothing has changed.
        """
        basis = self._basis(path)
        known = self._contexts.get(path)
        if known is not None and known[0].is_as(basis):
            return known[1]
        made = self._made(path, basis)
        if len(self._contexts) >= MOST_CONTEXTS:
            self._contexts.clear()
        self._contexts[path] = basis, made
        return made

    def is_ready(self, path: Path | None) -> bool:
        """Whether `at` would answer without making anything."""
        known = self._contexts.get(path)
        return known is not None and known[0].is_as(self._basis(path))

    def _basis(self, path: Path | None) -> _Basis:
        around, today = self.projects.around(path), date.today().isoformat()
        return _Basis(around, self.settings, self.rulebook.edition, self.session_ignored, today)

    def _made(self, path: Path | None, basis: _Basis) -> Context:
        around, project = basis.surroundings, basis.surroundings.project
        decided = project.at(path) if path is not None else project.settings
        settings = basis.settings.over(decided, self.projects.root_of(path))
        # Without the lock: the first time this takes a second.
        ruling = self.rulebook.under(settings.policy)
        own = settings.lexicon, settings.shipped_lexicon
        if settings.lexicon and own not in self._mistakes:
            self._inspect(own)
        with self._lock:
            self._note_unknown(ruling, settings, project)
        name = project.relative(path) if path is not None else ""
        known = around.baseline.get(name, _NOTHING)
        ignored = around.ignored.entries
        if basis.ignored:
            ignored = {**ignored, **basis.ignored}
        suppressions = Suppressions(ignored, known, basis.today)
        written = around.entries.get(name, ()) if name else ()
        text = around.ignored.text if written else ""
        return Context(settings, ruling.checker, suppressions, project, name, written, text)

    def format_of(self, document: Document, context: Context) -> str:
        """The name of the format that `document` is read as; empty when it holds no replies to check."""
        path, settings = path_of(document.uri), context.settings
        if path is not None and (self.is_ours(path) or not context.project.wants(path)):
            return ""
        if settings.format and not by_name(settings.format).binary:
            return settings.format
        return for_text(format_of(document), document.text).name

    def project_at(self, path: Path | None) -> Project:
        """The project that a file lies in, or the workspace's for what is no file."""
        return self.projects.around(path).project

    def is_ours(self, path: Path) -> bool:
        """Whether a file holds settings or rules, not replies."""
        return self.projects.keep(path) or any(path.is_relative_to(folder) for folder in self.lexicons)

    def may_decide(self, path: Path) -> bool:
        """Whether a file could hold settings, by its name; asked at every keystroke."""
        return path.name in _DECISIVE

    def is_of_lexicon(self, path: Path) -> bool:
        """Whether a file is part of an own lexicon in use; asked at every keystroke."""
        return path.suffix == ".yml" and any(path.is_relative_to(folder) for folder in self.lexicons)

    @property
    def lexicons(self) -> set[Path]:
        """The folders of own lexicons that are in use."""
        used = {folder for project in self.projects.all for folder in project.settings.lexicon}
        for root in self.projects.roots or (None,):
            used |= set(self.settings.over(core.Settings(), root).lexicon)
        return {Path(folder) for folder in used}

    # -- forgetting ---------------------------------------------------------------------------

    def touched(self, paths: Iterable[Path]) -> bool:
        """Files changed: what came from them is forgotten. Whether any of them matters here."""
        changed = set(paths)
        lexicon = any(path.is_relative_to(folder) for folder in self.lexicons for path in changed)
        settings, kept = self.projects.touched(changed)
        if settings:
            self._mistakes = {}
        if lexicon:
            self._forget_rules()
            self.inspect()
        return settings or kept or lexicon

    def inspect(self) -> None:
        """Look anew for mistakes in the own lexicons, whose files may be open and not saved."""
        for own in list(self._mistakes):
            self._inspect(own)

    def _inspect(self, own: Own) -> None:
        """Look at one of them; where that fails, what loading it has told will have to do."""
        try:
            self._mistakes[own] = self.linters.mistakes(*own, self.texts.text_of)
        except Exception as error:
            log.error("lexicon not inspected: %s", places(error))
            self._mistakes[own] = {}

    def ignore(self, entry: Ignored) -> None:
        """Ignore a finding until the session ends, or a thousand others have been."""
        known = [one for one in self.session_ignored.values() if one.fingerprint != entry.fingerprint]
        kept = (*known[1 - MOST_IGNORED :], entry)
        self.session_ignored = {one.fingerprint: one for one in kept}

    def forget(self) -> None:
        """Everything is to be read again."""
        self.projects.forget()
        self._mistakes = {}
        self._forget_rules()

    def _forget_rules(self) -> None:
        with self._lock:
            self.rulebook.forget()
            self._unknown.clear()
            self.notes.forget("names")

    def configure(self, settings: Settings, roots: Sequence[Path]) -> None:
        """The client has other settings or folders now."""
        with self._lock:
            if settings.english != self.settings.english:
                self.notes.forget("names", "ignored", "baseline")  # they are told in the other language
            self.settings = replace(settings)  # another object: what was made with the old one is not used
            self.projects.configure(roots, settings.english)
            self._unknown.clear()
            self._mistakes = {}

    # -- faults -------------------------------------------------------------------------------

    def faults(self) -> dict[str, Faults]:
        """What is wrong in settings, ignore files and lexicons, by the canonical form of their URI."""
        merged: dict[str, Faults] = {}
        for file, problems in self._found():
            if problems:
                uri = file.as_uri()
                before = merged[canonical(uri)].problems if canonical(uri) in merged else ()
                merged[canonical(uri)] = Faults(uri, (*before, *problems))
        return merged

    def _found(self) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
        """The problems in files; several times for one, perhaps."""
        yield from self.notes
        inspected = {path: problems for m in list(self._mistakes.values()) for path, problems in m.items()}
        yield from inspected.items()
        for own, broken in self.rulebook.broken.items():
            if own not in self._mistakes:
                continue  # no settings name it any more
            loaded = _by_file(broken, [Path(folder) for folder in own[0]])
            yield from ((file, problems) for file, problems in loaded.items() if file not in inspected)

    def complaints(self) -> list[str]:
        """What the client's own settings name that does not exist, as sentences."""
        with self._lock:
            return [say(unknown, self.settings.english) for unknown in self._unknown.values()]

    def _note_unknown(self, ruling: Ruling, settings: core.Settings, project: Project) -> None:
        """Blame names that do not exist on the settings file or, where the client said them, on it."""
        for unknown in ruling.unknown:
            origin = unknown.origin or settings.origin("profile")
            if origin == ORIGIN or project.file is None:
                self._unknown[unknown.name] = unknown
                continue
            line = line_of(self.projects.text(project.file), unknown.name)
            problem = Problem(str(project.file), line, 0, "", say(unknown, self.settings.english))
            self.notes.add("names", project.file, problem)


def say(unknown: Unknown, english: bool) -> str:
    """That a name does not exist, as a sentence."""
    wording = messages.NO_PROFILE if unknown.kind == "profile" else messages.NO_RULE
    near = messages.DID_YOU_MEAN.say(english, near=unknown.near) if unknown.near else ""
    return wording.say(english, name=unknown.name) + near


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
