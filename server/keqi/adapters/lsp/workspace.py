"""The whole reply library: diagnostics and fixes for files that nobody has opened.

One file at a time in a worker thread, standing aside while somebody types; what has not changed
since it was last looked at is not checked again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types

from keqi.adapters import files
from keqi.adapters.files import FileError, TextFile
from keqi.adapters.lsp import diagnostics, messages
from keqi.adapters.lsp.convert import Client, as_json, text_edits
from keqi.adapters.lsp.diagnostics import Sent
from keqi.adapters.lsp.document import Document, canonical, opened
from keqi.adapters.lsp.examine import Note, Outcome, Stopped, examine, repairs
from keqi.adapters.lsp.present import present
from keqi.adapters.lsp.resolver import Context
from keqi.adapters.lsp.session import Session
from keqi.adapters.lsp.unused import Needs, needs_of
from keqi.findings import Edit

STAND_ASIDE = 0.005
"""Seconds between two looks whether somebody still types."""
NOT_OPEN = -1
"""The version of a file as it is on disk; editors begin to count at 0 or 1."""
SAFE = "keqi.safe"
"""The annotation of edits that the client shows before it makes them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is shown for one file."""

    uri: str
    version: int | None
    """Of an open document; None for a file on disk."""
    items: Sequence[Sent]
    id: str
    """The same as long as the items are."""

    def wire(self, previous: str | None) -> str:
        """The report as JSON text, for a client that has the items `previous` names."""
        head = {"uri": self.uri, "version": self.version, "resultId": self.id}
        if previous == self.id:
            return as_json({"kind": "unchanged", **head})
        return f'{as_json({"kind": "full", **head})[:-1]},"items":[{",".join(self.items)}]}}'


def _report(uri: str, version: int | None, shown: Sequence[Sent]) -> Report:
    return Report(uri, version, shown, diagnostics.result_id(shown))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was last checked."""

    stamp: tuple[int, int]
    context: Context
    client: Client
    report: Report
    needs: Needs


@dataclass(eq=False)
class Library:
    """The files of the workspace's folders that may hold replies."""

    session: Session
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    async def paths(self) -> list[Path]:
        """The files, in order."""
        roots = self.session.roots
        return await self.session.aside(lambda: list(self._walk(roots)))

    def _walk(self, roots: Iterable[Path]) -> Iterable[Path]:
        resolver = self.session.resolver
        for path in files.walk(roots, wanted=lambda p: resolver.project_at(p).wants(p)):
            if isinstance(path, Path) and not files.kind_of(path).binary and not resolver.is_ours(path):
                yield path

    # -- diagnostics --------------------------------------------------------------------------

    async def reports(
        self, advanced: Callable[[int, int], None] = lambda done, count: None
    ) -> AsyncIterator[Report]:
        """What is shown for each file, and for settings, lexicons and ignore files with mistakes.

        `advanced` is told how many files are done and how many there are.
        """
        open_ = {document.key: document.uri for document in self.session.open_documents}
        if self.session.settings.whole_workspace:
            async for report in self._closed(open_.keys(), advanced):
                yield report
        else:
            self.session.library_needs({})
        for uri in open_.values():
            checked = await self.session.checked(uri)
            if checked is not None:
                yield _report(uri, checked.document.version, self.session.shown(checked))
        for uri, shown in self.session.problems().items():
            if canonical(uri) not in open_:
                yield _report(uri, None, shown)

    async def _closed(
        self, open_: Container[str], advanced: Callable[[int, int], None]
    ) -> AsyncIterator[Report]:
        """What is shown for the files that are not open."""
        paths = await self.paths()
        self._seen = {path: self._seen[path] for path in paths if path in self._seen}
        needs: dict[str, Needs] = {}
        with _Stopping() as stopping:
            for number, path in enumerate(paths):
                advanced(number, len(paths))
                if canonical(path.as_uri()) in open_:
                    continue
                report = await self.session.aside(partial(self._report, path, stopping))
                if report is not None:
                    yield report
                if path in self._seen:
                    needs[canonical(path.as_uri())] = self._seen[path].needs
        self.session.library_needs(needs)

    def _report(self, path: Path, stopping: _Stopping) -> Report | None:
        """What is shown for one file on disk; None when nobody wants to know any more."""
        try:
            seen = self._look(path, stopping)
        except Stopped:
            return None
        except (FileError, OSError) as error:
            self._seen.pop(path, None)
            return _report(path.as_uri(), None, (_unreadable(path, error, self.session.client),))
        self._seen[path] = seen
        return seen.report

    def _look(self, path: Path, stopping: _Stopping) -> _Seen:
        """A file, checked again if need be. Raises FileError, OSError and Stopped."""
        context, client = self.session.resolver.at(path), self.session.client
        now = path.stat()
        stamp = (now.st_mtime_ns, now.st_size)
        seen = self._seen.get(path)
        if seen is not None and (seen.stamp, seen.context, seen.client) == (stamp, context, client):
            return seen
        outcome, _ = self._outcome(path, context, stopping)
        report = _report(path.as_uri(), None, present(outcome, client).sent)
        return _Seen(stamp, context, client, report, needs_of(outcome))

    def _outcome(self, path: Path, context: Context, stopping: _Stopping) -> tuple[Outcome, TextFile]:
        file = files.read(path, context.settings.max_size)
        document = opened(path.as_uri(), "", NOT_OPEN, file.text)
        format = lambda: self.session.resolver.format_of(document, context)  # noqa: E731
        try:
            outcome = examine(document, context, format, {}, stopped=lambda: self._waited(stopping))
        except Stopped:
            raise
        except Exception as error:
            # A bug, or memory that ran out: the other files are still worth checking.
            note = Note("crash", details={"reason": type(error).__name__})
            outcome = Outcome(document, context, note=note)
        return outcome, file

    def _waited(self, stopping: _Stopping) -> bool:
        """Whether to stop; waits while a document that is open is being checked."""
        while self.session.is_checking and not stopping.is_set():
            time.sleep(STAND_ASIDE)
        return stopping.is_set()

    # -- mending ------------------------------------------------------------------------------

    async def fixes(
        self, advanced: Callable[[int, int], None], cancelled: Callable[[], bool]
    ) -> tuple[list[tuple[Document, list[Edit]]], int]:
        """The edits that make all safe fixes, by document, and how many files must be left alone.

        Files that are not open have the version `NOT_OPEN`.
        """
        open_ = {document.key: document.uri for document in self.session.open_documents}
        paths = await self.paths()
        made: list[tuple[Document, list[Edit]]] = []
        left = 0
        with _Stopping() as stopping:
            for number, path in enumerate(paths):
                advanced(number, len(paths))
                if cancelled():
                    break
                uri = open_.get(canonical(path.as_uri()))
                if uri is not None:
                    checked = await self.session.checked(uri, whole=True)
                    edits = await self.session.guarded(partial(repairs, checked.outcome)) if checked else None
                    if checked and edits:
                        made.append((checked.document, edits))
                    continue
                fixed = await self.session.guarded(partial(self._fixed, path, stopping))
                if fixed is not None and fixed[1]:
                    document, edits, writable = fixed
                    left += not writable
                    made += [(document, edits)] if writable else []
        return made, left

    def _fixed(self, path: Path, stopping: _Stopping) -> tuple[Document, list[Edit], bool] | None:
        """A file, its edits, and whether an editor would read it as we do."""
        try:
            outcome, file = self._outcome(path, self.session.resolver.at(path), stopping)
        except (FileError, OSError, Stopped):
            return None
        # In another encoding the editor may have guessed wrong, and every column would be off.
        return outcome.document, repairs(outcome), file.encoding.codec == "utf-8"


class _Stopping(threading.Event):
    """Tells a worker thread that nobody waits any more, however the waiting ended."""

    def __enter__(self) -> _Stopping:
        return self

    def __exit__(self, *_: object) -> None:
        self.set()


def _unreadable(path: Path, error: FileError | OSError, client: Client) -> Sent:
    """Why a file was not checked, as an information in its first line."""
    from keqi.render.messages import Messages

    kind, details = (error.kind, error.details) if isinstance(error, FileError) else ("missing", {})
    line = details.get("line", 1)
    place = {"line": (line if isinstance(line, int) else 1) - 1, "character": 0}
    said = Messages("en" if client.english else "zh").failure(path.name, kind, details)
    here = {"start": place, "end": place}
    return diagnostics.remark(here, said, types.DiagnosticSeverity.Information, kind)


def edit_of(fixes: Sequence[tuple[Document, list[Edit]]], client: Client) -> types.WorkspaceEdit:
    """Edits of many documents, to be confirmed where the client can ask."""
    if not client.document_changes:
        changes = {d.uri: text_edits(d.lines, edits, client.unit) for d, edits in fixes}
        return types.WorkspaceEdit(changes=changes)
    made: list[Any] = []
    for document, edits in fixes:
        plain = text_edits(document.lines, edits, client.unit)
        listed: list[Any] = plain
        if client.confirms:
            listed = [types.AnnotatedTextEdit(SAFE, e.range, e.new_text) for e in plain]
        version = None if document.version == NOT_OPEN else document.version
        target = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=version)
        made.append(types.TextDocumentEdit(target, listed))
    if not client.confirms:
        return types.WorkspaceEdit(document_changes=made)
    asked = types.ChangeAnnotation(messages.CONFIRM_ALL.say(client.english), needs_confirmation=True)
    return types.WorkspaceEdit(document_changes=made, change_annotations={SAFE: asked})


def with_gone(reports: Iterable[str], previous: Mapping[str, str]) -> list[str]:
    """Empty reports, as JSON text, for files that the client knows and that are not there any more."""
    known = {canonical(uri) for uri in reports}
    empty = diagnostics.result_id([])
    return [
        Report(uri, None, (), empty).wire(None)
        for uri, id in previous.items()
        if canonical(uri) not in known and id != empty
    ]
