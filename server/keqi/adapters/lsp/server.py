"""The wiring to pygls: which message goes where. No decisions about replies are made here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from keqi.adapters.lsp import convert, messages
from keqi.adapters.lsp import settings as editor_settings
from keqi.adapters.lsp.checker import Load, load
from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.document import opened, path_of
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.session import Session
from keqi.adapters.lsp.settings import Settings

log = logging.getLogger(__name__)

WORKERS = 2
"""One document's long check must not hold up another's; more threads gain nothing under the GIL."""
WATCHED = "**/*.{yml,yaml}"


class Protocol(LanguageServerProtocol):
    """pygls's protocol without its copy of the documents, and without drafts in error replies.

    pygls splits lines where LSP does not, and fails on documents that were never opened; ours
    are kept by the session.
    """

    _server: KeqiServer

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        item = params.text_document
        self._server.session.open(opened(item.uri, str(item.language_id), item.version, item.text))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        item = params.text_document
        self._server.session.change(item.uri, item.version, convert.changes(params.content_changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        self._server.session.close(params.text_document.uri)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as its type; a request that does not fit its type is answered, not dropped."""
        try:
            return super().structure_message(_tolerated(data))
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _send_response(
        self,
        msg_id: str | int,
        result: Any | None = None,
        error: types.ResponseError | None = None,
    ) -> None:
        """Answer a request; of an error only the code goes out, its text may quote the request."""
        if error is not None:
            error = types.ResponseError(error.code, messages.FAILED.say(self._server.settings.english))
        super()._send_response(msg_id, result, error)


LARGEST_NUMBER = 2**31 - 1
"""The largest line or column that LSP knows."""


def _tolerated(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a message with what LSP forbids but editors send put right.

    A dropped edit would leave the server with another text than the editor for good, so columns
    such as 2**32 - 1 are cut down, and a change whose range is null replaces the whole text.
    """
    if "line" in part and "character" in part:
        return {key: _within(value) for key, value in part.items()}
    if "text" in part and "range" in part:
        part.pop("rangeLength", None)
        if part["range"] is None:
            del part["range"]
    return part


def _within(number: Any) -> Any:
    return min(max(number, 0), LARGEST_NUMBER) if isinstance(number, int) else number


class KeqiServer(LanguageServer):
    """One server for one client. The session's `Editor` is this object."""

    protocol: Protocol

    def __init__(self, load: Load = load) -> None:
        super().__init__(
            "keqi",
            _version(),
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="keqi")
        self.session = Session(self, load, self.workers)
        self.base = Settings()
        """The settings of `initialize`, to which later ones add."""
        self.root: Path | None = None
        self.complaints: list[str] = []
        """What to say as soon as the client may be spoken to."""
        self.watched: tuple[Path, ...] = ()
        """The folders whose changes the client was asked to report."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.session.settings

    def publish(self, uri: str, version: int | None, diagnostics: Sequence[types.Diagnostic]) -> None:
        """See `session.Editor`."""
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=diagnostics)
        )

    def show(self, message: str) -> None:
        """See `session.Editor`."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def log(self, message: str) -> None:
        """See `session.Editor`."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log where an error came from; pygls would show its text, which may quote a draft."""
        log.error("%s: %s", getattr(source, "__name__", "error"), places(error))
        self.log(messages.FAILED.say(self.settings.english))


def build(load: Load = load) -> KeqiServer:
    """A server ready to be given a connection; `load` makes its linter."""
    server = KeqiServer(load)
    for method, handler, options in _HANDLERS:
        server.feature(method, options)(handler)
    return server


def _version() -> str:
    try:
        return version("keqi")
    except PackageNotFoundError:
        return "0"


def _initialize(ls: KeqiServer, params: types.InitializeParams) -> None:
    """Learn what the client can do and wants; nothing slow happens before the answer."""
    ls.root = _root(params)
    base = Settings(english=editor_settings.speaks_english(params.locale or ""))
    ls.base, complaints = editor_settings.read(params.initialization_options, base, ls.root)
    ls.complaints = [complaint.say(ls.base.english) for complaint in complaints]
    ls.session.settings = ls.base
    ls.session.client = _client(ls, params.capabilities)


def _root(params: types.InitializeParams) -> Path | None:
    """The folder that relative paths in the settings start from."""
    folders = [folder.uri for folder in params.workspace_folders or ()]
    uri = next(iter(folders), params.root_uri)
    return path_of(uri) if uri else Path(params.root_path) if params.root_path else None


def _client(ls: KeqiServer, capabilities: types.ClientCapabilities) -> Client:
    formats = get_capability(capabilities, "text_document.hover.content_format")
    changes = get_capability(capabilities, "workspace.workspace_edit.document_changes", False)
    return Client(
        unit=convert.unit_of(ls.workspace.position_encoding),
        english=ls.base.english,
        document_changes=bool(changes),
        markdown=not formats or types.MarkupKind.Markdown in formats,
    )


def _initialized(ls: KeqiServer, params: types.InitializedParams) -> None:
    for complaint in ls.complaints:
        ls.show(complaint)
    ls.session.reload()
    _watch(ls)


def _watch(ls: KeqiServer) -> None:
    """Ask the client to report changes in the own lexicon folders, where it can do so."""
    folders = tuple(folder for folder in ls.settings.lexicon if folder.is_absolute())
    able = "workspace.did_change_watched_files.dynamic_registration"
    if folders == ls.watched or not get_capability(ls.client_capabilities, able):
        return
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    if ls.watched:
        ls.client_unregister_capability(
            types.UnregistrationParams([types.Unregistration("keqi.lexicon", method)])
        )
    ls.watched = folders
    if folders:
        options = types.DidChangeWatchedFilesRegistrationOptions(_watchers(ls, folders))
        ls.client_register_capability(
            types.RegistrationParams([types.Registration("keqi.lexicon", method, options)])
        )


def _watchers(ls: KeqiServer, folders: Sequence[Path]) -> list[types.FileSystemWatcher]:
    relative = "workspace.did_change_watched_files.relative_pattern_support"
    if not get_capability(ls.client_capabilities, relative):
        return [types.FileSystemWatcher(WATCHED)]
    return [types.FileSystemWatcher(types.RelativePattern(folder.as_uri(), WATCHED)) for folder in folders]


async def _did_change_configuration(ls: KeqiServer, params: types.DidChangeConfigurationParams) -> None:
    """New settings, sent along or, by clients that send none, to be asked for."""
    sent = params.settings
    if isinstance(sent, Mapping):
        sent = sent.get("keqi")
    elif sent is None and get_capability(ls.client_capabilities, "workspace.configuration"):
        items = [types.ConfigurationItem(section="keqi")]
        sent = (await ls.workspace_configuration_async(types.ConfigurationParams(items)))[0]
    settings, complaints = editor_settings.read(sent, ls.base, ls.root)
    for complaint in complaints:
        ls.show(complaint.say(settings.english))
    ls.session.configure(settings)
    _watch(ls)


def _did_save(ls: KeqiServer, params: types.DidSaveTextDocumentParams) -> None:
    ls.session.saved([params.text_document.uri])


def _did_change_watched_files(ls: KeqiServer, params: types.DidChangeWatchedFilesParams) -> None:
    ls.session.saved([change.uri for change in params.changes])


async def _code_action(ls: KeqiServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Quick fixes for the findings at the asked range, and all safe fixes when asked for those."""
    only = params.context.only
    quick = convert.wanted(only, types.CodeActionKind.QuickFix.value)
    everything = only is not None and convert.wanted(only, convert.FIX_ALL)
    checked = await ls.session.checked(params.text_document.uri) if quick or everything else None
    if checked is None:
        return []
    actions: list[types.CodeAction] = []
    client, document = ls.session.client, checked.document
    if quick:
        asked = convert.span_of(document.lines, params.range, client.unit)
        for finding, shown in checked.found:
            if convert.touches(finding, asked):
                actions += convert.quick_fixes(document, finding, shown, client)
    if everything and (edits := await ls.session.repairs(checked)):
        actions.append(convert.fix_all(document, edits, client))
    return actions


async def _hover(ls: KeqiServer, params: types.HoverParams) -> types.Hover | None:
    checked = await ls.session.checked(params.text_document.uri)
    if checked is None:
        return None
    client, lines = ls.session.client, checked.document.lines
    offset = convert.offset_of(lines, params.position, client.unit)
    found = [finding for finding, _ in checked.found if convert.under(finding, offset)]
    return convert.hover(checked.explained(found), lines, client)


def _shutdown(ls: KeqiServer, params: None) -> None:
    """Let go of the checks that wait; those that run end by themselves."""
    ls.session.stop()
    ls.workers.shutdown(wait=False, cancel_futures=True)


_ACTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, convert.FIX_ALL], resolve_provider=False
)
_HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shutdown, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _did_change_configuration, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _did_change_watched_files, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _did_save, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _code_action, _ACTIONS),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
)
