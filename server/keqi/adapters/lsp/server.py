"""The wiring to pygls: which message goes where. No decisions about replies are made here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from keqi import __version__
from keqi import settings as core
from keqi.adapters.lsp import actions, commands, convert, diagnostics, messages, symbols
from keqi.adapters.lsp import settings as editor_settings
from keqi.adapters.lsp.checker import INSTALLED, Linters
from keqi.adapters.lsp.convert import as_json
from keqi.adapters.lsp.diagnostics import Sent
from keqi.adapters.lsp.document import path_of
from keqi.adapters.lsp.examine import repairs
from keqi.adapters.lsp.hover import hover, under
from keqi.adapters.lsp.protocol import Protocol, ServerCancelled, Wire
from keqi.adapters.lsp.quiet import places
from keqi.adapters.lsp.session import Session
from keqi.adapters.lsp.settings import Settings
from keqi.adapters.lsp.workspace import Library, with_gone
from keqi.adapters.settings import PYPROJECT

if TYPE_CHECKING:
    from keqi.adapters.lsp.completion import Completer

log = logging.getLogger(__name__)

WORKERS = 3
"""One document's long check must not hold up another's; more threads gain nothing under the GIL."""
BATCH = 50
"""Files that one part of a workspace's diagnostics is about."""
WATCH = "keqi.files"
"""The name under which the client is asked to report changes of files."""


class KeqiServer(LanguageServer):
    """One server for one client. The session's `Editor` is this object."""

    protocol: Protocol

    def __init__(self, linters: Linters = INSTALLED, workers: ThreadPoolExecutor | None = None) -> None:
        """`workers`: threads that several servers share; None: this one has its own."""
        super().__init__(
            "keqi",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=convert.converter,
        )
        # Who has not introduced itself can do nothing; pygls would fail when asked.
        self.protocol.client_capabilities = types.ClientCapabilities()
        self._owns_workers = workers is None
        self.workers = workers or ThreadPoolExecutor(WORKERS, thread_name_prefix="keqi")
        self.session = Session(self, linters, self.workers)
        self.library = Library(self.session)
        self.base = Settings()
        """The settings of `initialize`, to which later ones add."""
        self.complaints: list[str] = []
        """What to say as soon as the client may be spoken to."""
        self.watched: tuple[Path, ...] = ()
        """The lexicon folders whose changes the client was asked to report."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.session.settings

    @cached_property
    def completer(self) -> Completer:
        """What finds standard phrases; made late, it needs a YAML parser and most of the core."""
        from keqi.adapters.lsp.completion import Completer

        return Completer()

    def can(self, capability: str) -> bool:
        """Whether the client has a capability, written with dots."""
        return bool(get_capability(self.client_capabilities, capability))

    def publish(self, uri: str, version: int | None, shown: Sequence[Sent]) -> None:
        """See `session.Editor`."""
        said = "" if version is None else f',"version":{version}'
        params = f'{{"uri":{as_json(uri)}{said},"diagnostics":[{",".join(shown)}]}}'
        self.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def refresh(self) -> None:
        """See `session.Editor`."""
        if self.session.client.pulls and self.can("workspace.diagnostics.refresh_support"):
            self.workspace_diagnostic_refresh(None)
        if self.settings.code_lens and self.can("workspace.code_lens.refresh_support"):
            self.workspace_code_lens_refresh(None)

    def show(self, message: str) -> None:
        """See `session.Editor`."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def tell(self, message: str) -> None:
        """Show something that is no warning."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))

    def log(self, message: str) -> None:
        """See `session.Editor`."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log where an error came from; pygls would show its text, which may quote a draft."""
        if isinstance(error, ServerCancelled):
            return
        log.error("%s: %s", getattr(source, "__name__", "error"), places(error))
        self.log(messages.FAILED.say(self.settings.english))

    def leave(self) -> None:
        """The client has gone."""
        self.protocol.forget_requests()
        self.rest()

    def rest(self) -> None:
        """Let go of the checks that wait; those that run end by themselves."""
        self.session.stop()
        if self._owns_workers:
            self.workers.shutdown(wait=False, cancel_futures=True)


# pygls reads the annotations of commands to fit their arguments; without this name it refuses them all.
vars(commands)["KeqiServer"] = KeqiServer


def build(linters: Linters = INSTALLED, workers: ThreadPoolExecutor | None = None) -> KeqiServer:
    """A server ready to be given a connection; its checkers come from `linters`."""
    server = KeqiServer(linters, workers)
    for method, handler, options in _HANDLERS:
        server.feature(method, options)(handler)
    for name, command in commands.COMMANDS.items():
        server.command(name)(command)
    return server


# -- the beginning and the end --------------------------------------------------------------------


def _initialize(ls: KeqiServer, params: types.InitializeParams) -> None:
    """Learn what the client can do and wants; nothing slow happens before the answer."""
    ls.session.roots = tuple(_roots(params))
    base = Settings(english=editor_settings.speaks_english(params.locale or ""))
    ls.base, complaints = editor_settings.read(params.initialization_options, base)
    ls.complaints = [complaint.say(ls.base.english) for complaint in complaints]
    ls.session.settings = ls.base
    client = convert.client_of(params.capabilities, ls.workspace.position_encoding, ls.base.english)
    ls.session.client = convert.with_settings(client, ls.base.english, ls.base.rule_pages)


def _roots(params: types.InitializeParams) -> Iterator[Path]:
    """The workspace's folders; relative paths in the client's settings start from the first one."""
    folders = [folder.uri for folder in params.workspace_folders or ()]
    for uri in folders or ([params.root_uri] if params.root_uri else []):
        path = path_of(uri)
        if path is not None:
            yield path
    if not folders and not params.root_uri and params.root_path:
        yield Path(params.root_path)


def _initialized(ls: KeqiServer, params: types.InitializedParams) -> None:
    for complaint in ls.complaints:
        ls.show(complaint)
    ls.session.start(ls.settings, ls.session.roots)
    _watch(ls)


def _shutdown(ls: KeqiServer, params: None) -> None:
    ls.rest()


# -- settings and files ---------------------------------------------------------------------------


def _watch(ls: KeqiServer) -> None:
    """Ask the client to report changes of settings, ignore files, replies, and own lexicons."""
    folders = tuple(sorted(Path(f) for f in ls.settings.project.get("lexicon", ()) if Path(f).is_absolute()))
    if not ls.can("workspace.did_change_watched_files.dynamic_registration"):
        return
    first, ls.watched = not ls.watched, (Path(), *folders)
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    if not first:
        ls.client_unregister_capability(types.UnregistrationParams([types.Unregistration(WATCH, method)]))
    options = types.DidChangeWatchedFilesRegistrationOptions(list(_watchers(ls, folders)))
    ls.client_register_capability(types.RegistrationParams([types.Registration(WATCH, method, options)]))


def _watchers(ls: KeqiServer, folders: Sequence[Path]) -> Iterator[types.FileSystemWatcher]:
    usual = core.Settings()
    names = ",".join((core.FILE, PYPROJECT, usual.ignore_file, usual.baseline))
    yield types.FileSystemWatcher(f"**/{{{names}}}")
    yield types.FileSystemWatcher("**/*.{yml,yaml}")
    if ls.can("workspace.did_change_watched_files.relative_pattern_support"):
        for folder in folders:
            yield types.FileSystemWatcher(types.RelativePattern(folder.as_uri(), "**/*.{yml,yaml}"))


async def _did_change_configuration(ls: KeqiServer, params: types.DidChangeConfigurationParams) -> None:
    """New settings, sent along or, by clients that send none, to be asked for."""
    sent = params.settings
    if isinstance(sent, Mapping):
        sent = sent.get("keqi")
    elif sent is None and ls.can("workspace.configuration"):
        items = [types.ConfigurationItem(section="keqi")]
        answers = await ls.workspace_configuration_async(types.ConfigurationParams(items))
        sent = answers[0] if answers else None
    settings, complaints = editor_settings.read(sent, ls.base)
    for complaint in complaints:
        ls.show(complaint.say(settings.english))
    before = ls.settings.project.get("lexicon")
    ls.session.configure(settings, ls.session.roots)
    if settings.project.get("lexicon") != before:
        _watch(ls)


def _did_change_workspace_folders(ls: KeqiServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    gone = {path_of(folder.uri) for folder in params.event.removed}
    kept = [root for root in ls.session.roots if root not in gone]
    added = (path for folder in params.event.added if (path := path_of(folder.uri)) is not None)
    ls.session.configure(ls.settings, tuple(dict.fromkeys((*kept, *added))))


def _did_save(ls: KeqiServer, params: types.DidSaveTextDocumentParams) -> None:
    ls.session.touched([params.text_document.uri])


def _did_change_watched_files(ls: KeqiServer, params: types.DidChangeWatchedFilesParams) -> None:
    ls.session.touched([change.uri for change in params.changes])


# -- diagnostics ----------------------------------------------------------------------------------


async def _diagnostic(ls: KeqiServer, params: types.DocumentDiagnosticParams) -> Wire:
    """What is found in one document, for a client that pulls."""
    uri = params.text_document.uri
    document = ls.session.document(uri)
    shown: Sequence[Sent] = []
    if document is not None:
        checked = await ls.session.checked(uri)
        if checked is not None:
            shown = ls.session.shown(checked)
        elif ls.session.document(uri) is not None:
            raise ServerCancelled(data={"retriggerRequest": not ls.session.is_unusable})
    id = diagnostics.result_id(shown)
    if id == params.previous_result_id:
        return Wire(as_json({"kind": "unchanged", "resultId": id}))
    return Wire(f'{{"kind":"full","resultId":"{id}","items":[{",".join(shown)}]}}')


async def _workspace_diagnostic(ls: KeqiServer, params: types.WorkspaceDiagnosticParams) -> Wire:
    """What is found in all files, in parts and with progress where the client asks for that."""
    previous = {known.uri: known.value for known in params.previous_result_ids}
    progress = commands.Progress(ls, params.work_done_token)
    uris: list[str] = []
    items: list[str] = []
    with progress:
        async for report in ls.library.reports(progress.advanced):
            uris.append(report.uri)
            items.append(report.wire(previous.get(report.uri)))
            if params.partial_result_token is not None and len(items) >= BATCH:
                _send_part(ls, params.partial_result_token, items)
                items = []
    items += with_gone(uris, previous)
    if params.partial_result_token is not None:
        _send_part(ls, params.partial_result_token, items)
        items = []
    return Wire(f'{{"items":[{",".join(items)}]}}')


def _send_part(ls: KeqiServer, token: int | str, items: Sequence[str]) -> None:
    value = f'{{"items":[{",".join(items)}]}}'
    ls.protocol.tell(types.PROGRESS, f'{{"token":{as_json(token)},"value":{value}}}')


# -- what the reader sees and chooses -------------------------------------------------------------


async def _code_action(ls: KeqiServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Quick fixes for the findings at the asked range, and all safe fixes when asked for those."""
    only = params.context.only
    quick = convert.wanted(only, types.CodeActionKind.QuickFix.value)
    everything = only is not None and convert.wanted(only, actions.FIX_ALL)
    if not quick and not everything:
        return []
    checked = await ls.session.checked(params.text_document.uri, whole=everything)
    if checked is None:
        return []
    made: list[types.CodeAction] = []
    client, document = ls.session.client, checked.document
    if quick:
        asked = convert.span_of(document.lines, params.range, client.unit)
        made += actions.quick_fixes(checked, asked, client)
        if any(actions.touches(found.finding, asked) for found in checked.found):
            settings = await ls.session.guarded(lambda: commands.settings_file(ls.session, document.uri))
            made += actions.decisions(checked, asked, client, settings)
    if everything and (edits := await ls.session.guarded(lambda: repairs(checked.outcome))):
        made.append(actions.fix_all(document, edits, client))
    return made


async def _resolve_code_action(ls: KeqiServer, action: types.CodeAction) -> types.CodeAction:
    uri = action.data.get("uri") if isinstance(action.data, Mapping) else None
    checked = await ls.session.checked(uri) if isinstance(uri, str) else None
    return actions.resolved(action, checked, ls.session.client)


async def _hover(ls: KeqiServer, params: types.HoverParams) -> types.Hover | None:
    checked = await ls.session.checked(params.text_document.uri)
    if checked is None:
        return None
    client, lines = ls.session.client, checked.document.lines
    offset = convert.offset_of(lines, params.position, client.unit)
    found = (one.finding for one in checked.found if under(one.finding, offset))
    return hover([(finding, checked.checker.rule(finding.rule)) for finding in found], lines, client)


async def _completion(ls: KeqiServer, params: types.CompletionParams) -> types.CompletionList | None:
    document = ls.session.document(params.text_document.uri)
    if document is None:
        return None

    def work() -> types.CompletionList:
        resolver = ls.session.resolver
        context = resolver.at(path_of(document.uri))
        format_of = lambda: resolver.format_of(document, context)  # noqa: E731
        unit = ls.session.client.unit
        return ls.completer.answer(document, params, context, format_of, ls.client_capabilities, unit)

    return await ls.session.guarded(work)


async def _code_lens(ls: KeqiServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    checked = await ls.session.checked(params.text_document.uri) if ls.settings.code_lens else None
    return list(symbols.lenses(checked, ls.session.client)) if checked is not None else []


async def _document_symbol(ls: KeqiServer, params: types.DocumentSymbolParams) -> Any:
    checked = await ls.session.checked(params.text_document.uri, whole=True)
    if checked is None:
        return []
    client = ls.session.client
    return await ls.session.guarded(lambda: symbols.symbols(checked.outcome, client)) or []


_ACTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, actions.FIX_ALL], resolve_provider=True
)
_DIAGNOSTICS = types.DiagnosticOptions(
    identifier="keqi", inter_file_dependencies=False, workspace_diagnostics=True
)
_HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shutdown, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _did_change_configuration, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _did_change_workspace_folders, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _did_change_watched_files, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _did_save, None),
    (types.TEXT_DOCUMENT_DIAGNOSTIC, _diagnostic, _DIAGNOSTICS),
    (types.WORKSPACE_DIAGNOSTIC, _workspace_diagnostic, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _code_action, _ACTIONS),
    (types.CODE_ACTION_RESOLVE, _resolve_code_action, None),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, _completion, types.CompletionOptions(trigger_characters=["/", "、"])),
    (types.TEXT_DOCUMENT_CODE_LENS, _code_lens, types.CodeLensOptions(resolve_provider=False)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _document_symbol, None),
)
