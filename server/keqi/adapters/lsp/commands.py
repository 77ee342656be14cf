"""What the client asks the server to do: each command, and what it says when it is done."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lsprotocol import types

from keqi.adapters import files, suppressions
from keqi.adapters.files import FileError
from keqi.adapters.lsp import messages
from keqi.adapters.lsp.actions import IGNORE, TURN_OFF, SettingsFile
from keqi.adapters.lsp.convert import workspace_edit
from keqi.adapters.lsp.document import path_of
from keqi.adapters.lsp.examine import repairs
from keqi.adapters.lsp.messages import Message
from keqi.adapters.lsp.present import Checked
from keqi.adapters.lsp.session import Session
from keqi.adapters.lsp.symbols import REWRITE_REPLY
from keqi.adapters.lsp.toml_edits import turned_off
from keqi.adapters.lsp.workspace import edit_of
from keqi.documents import Located
from keqi.findings import apply_edits
from keqi.settings import FILE

if TYPE_CHECKING:
    from keqi.adapters.lsp.server import KeqiServer

FIX_WORKSPACE = "keqi.fixWorkspace"
"""Make all safe fixes in all files of the workspace."""
RELOAD = "keqi.reload"
"""Read settings, ignore files and lexicons anew."""
_PATIENCE = 600.0
"""Seconds for which somebody may look at the changes before accepting them."""


class Progress:
    """Tells the client how far a long work is; says nothing where nobody asked."""

    def __init__(self, ls: KeqiServer, token: int | str | None) -> None:
        self._ls = ls
        self._token = token
        self._told = -1

    def __enter__(self) -> Progress:
        if self._token is not None:
            title = messages.CHECKING_WORKSPACE.say(self._ls.settings.english)
            begin = types.WorkDoneProgressBegin(title, cancellable=True, percentage=0)
            self._ls.work_done_progress.begin(self._token, begin)
        return self

    def advanced(self, done: int, count: int) -> None:
        """So many of so many files are done."""
        percentage = 100 * done // max(count, 1)
        if self._token is not None and percentage > self._told:
            self._told = percentage
            report = types.WorkDoneProgressReport(message=f"{done}/{count}", percentage=percentage)
            self._ls.work_done_progress.report(self._token, report)

    @property
    def cancelled(self) -> bool:
        """Whether the person at the editor has had enough."""
        future = self._ls.work_done_progress.tokens.get(self._token) if self._token is not None else None
        return future is not None and future.cancelled()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            self._ls.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
            self._ls.work_done_progress.tokens.pop(self._token, None)


async def _apply(ls: KeqiServer, edit: types.WorkspaceEdit, label: Message) -> bool:
    """Whether the client has made the edit."""
    if not ls.can("workspace.apply_edit"):
        return False
    params = types.ApplyWorkspaceEditParams(edit, label=label.say(ls.settings.english))
    try:
        async with asyncio.timeout(_PATIENCE):
            return (await ls.workspace_apply_edit_async(params)).applied
    except TimeoutError:
        return False


# -- mending --------------------------------------------------------------------------------------


async def rewrite_reply(ls: KeqiServer, uri: str, version: int, offset: int) -> None:
    """Make all safe fixes in the reply that has a finding at `offset`."""
    checked = await ls.session.checked(uri, whole=True)
    if checked is None or checked.document.version != version:
        ls.tell(messages.CHANGED_MEANWHILE.say(ls.settings.english))
        return
    edits = await ls.session.guarded(lambda: repairs(checked.outcome, offset))
    if edits:
        await _apply(ls, workspace_edit(checked.document, edits, ls.session.client), messages.FIX_ALL)
    elif edits is not None:
        ls.tell(messages.BY_HAND.say(ls.settings.english))


async def fix_workspace(ls: KeqiServer) -> None:
    """Make all safe fixes in all files, after the person at the editor has seen them where that can be."""
    english = ls.settings.english
    with Progress(ls, await _token(ls)) as progress:
        made, left = await ls.library.fixes(progress.advanced, lambda: progress.cancelled)
        if progress.cancelled:
            return
    more = messages.WORKSPACE_LEFT.say(english, count=left) if left else ""
    if not made:
        ls.tell(messages.WORKSPACE_CLEAN.say(english) + more)
    elif await _apply(ls, edit_of(made, ls.session.client), messages.FIX_ALL):
        count = sum(len(edits) for _, edits in made)
        ls.tell(messages.WORKSPACE_FIXED.say(english, files=len(made), count=count) + more)
    else:
        ls.tell(messages.WORKSPACE_REFUSED.say(english) + more)


async def _token(ls: KeqiServer) -> str | None:
    """A token for a progress that the client shows; None where it shows none."""
    if not ls.can("window.work_done_progress"):
        return None
    token = str(uuid4())
    await ls.work_done_progress.create_async(token)
    return token


# -- decisions ------------------------------------------------------------------------------------


async def ignore(ls: KeqiServer, uri: str, version: int, start: int, end: int, rule: str) -> None:
    """Note the finding at `start`..`end` (code points) in the project's ignore file."""
    english, session = ls.settings.english, ls.session
    checked = await session.checked(uri)
    at = _located(checked, version, start, end, rule) if checked is not None else None
    if checked is None or at is None:
        ls.tell(messages.CHANGED_MEANWHILE.say(english))
        return
    context, entry = checked.outcome.context, suppressions.entry_for(at, checked.outcome.context.path)
    if not context.path and not session.roots:
        session.resolver.ignore(entry)
        ls.tell(messages.IGNORED_FOR_NOW.say(english))
        session.recheck()
        return
    file = context.project.ignore_file
    try:
        async with session.writing:
            await session.aside(lambda: suppressions.add_ignored(file, [entry]))
    except FileError:
        ls.show(messages.NOT_WRITTEN.say(english, file=file.name))
        return
    ls.tell(messages.IGNORED.say(english, file=file.name))
    session.touched([file.as_uri()])


def _located(checked: Checked, version: int, start: int, end: int, rule: str) -> Located | None:
    """The finding that an action was offered for; None when the document has changed since."""
    same = (
        found.located
        for found in checked.found
        if (found.finding.start, found.finding.end, found.finding.rule) == (start, end, rule)
    )
    return next(same, None) if checked.document.version == version else None


async def turn_off(ls: KeqiServer, uri: str, rule: str, this_file: bool) -> None:
    """Switch `rule` off in the settings file, for the document `uri` or the whole project."""
    english, session = ls.settings.english, ls.session
    path = path_of(uri) if this_file else None
    async with session.writing:
        settings = await session.guarded(lambda: settings_file(session, uri))
        if settings is None:
            return
        try:
            done = await session.aside(partial(_write_off, session, settings, rule, path))
        except (FileError, OSError):
            ls.show(messages.NOT_WRITTEN.say(english, file=settings.file.name))
            return
    if not done:
        ls.show(messages.NO_SAFE_EDIT.say(english, file=settings.file.name, rule=rule))
    session.touched([settings.file.as_uri()])


def _write_off(session: Session, settings: SettingsFile, rule: str, path: Path | None) -> bool:
    """Write the settings file with `rule` switched off; False when that cannot be done for sure."""
    name = session.resolver.project_at(path).relative(path) if path is not None else ""
    text = files.read(settings.file).text if settings.exists else ""
    edit = turned_off(settings.file, text, rule, name)
    if edit is None:
        return False
    if settings.exists:
        file = files.read(settings.file)
        files.write(file, file.edited([edit]))
    else:
        files.write_new(settings.file, apply_edits(text, [edit]).encode())
    return True


def settings_file(session: Session, uri: str) -> SettingsFile | None:
    """Where rules can be switched off for a document; None for a draft outside any workspace.

    Reads the file, so it is for worker threads.
    """
    path = path_of(uri)
    if path is None and not session.roots:
        return None
    project = session.resolver.project_at(path)
    file = project.file or project.root / FILE
    document = session.document(file.as_uri())
    if document is not None:
        return SettingsFile(file, document.text, document.version, True, document.uri)
    exists = file.is_file()
    return SettingsFile(file, files.read(file).text if exists else "", exists=exists)


async def reload(ls: KeqiServer) -> None:
    """Read settings, ignore files and lexicons anew."""
    ls.session.reload()


COMMANDS: dict[str, Any] = {
    FIX_WORKSPACE: fix_workspace,
    REWRITE_REPLY: rewrite_reply,
    IGNORE: ignore,
    TURN_OFF: turn_off,
    RELOAD: reload,
}
"""Every command by its name."""
