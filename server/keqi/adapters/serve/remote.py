"""A language server for somebody far away: what they may say, and what it means here.

A remote client's paths mean nothing on this machine. So every URI that comes in is given a prefix
that makes it no file's, and loses it on its way out; whatever would read or write files for an
editor on this machine is refused or left out; and the settings in force are the server's.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from keqi.adapters.lsp.checker import Made
from keqi.adapters.lsp.projects import Notes, Projects, Surroundings, Texts
from keqi.adapters.lsp.resolver import Context, Resolver
from keqi.adapters.lsp.rulebook import Rulebook
from keqi.adapters.lsp.server import KeqiServer, build
from keqi.adapters.lsp.session import Session
from keqi.adapters.serve.service import SMALL, Service
from keqi.adapters.settings import Project

METHODS = frozenset(
    {
        *("initialize", "initialized", "shutdown", "exit", "$/cancelRequest", "$/setTrace"),
        *("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"),
        *("textDocument/diagnostic", "textDocument/codeAction", "codeAction/resolve", "textDocument/hover"),
        *("textDocument/completion", "completionItem/resolve", "textDocument/codeLens"),
        *("textDocument/documentSymbol", "workspace/diagnostic"),
        *("workspace/executeCommand", "workspace/didChangeConfiguration", "window/workDoneProgress/cancel"),
    }
)
"""What a remote client may send."""
COMMANDS = frozenset({"keqi.rewriteReply", "keqi.ignore"})
"""The commands that touch no file; ignoring lasts as long as the session."""
SETTINGS = frozenset({"profile", "rules", "locale", "debounceMs", "codeLens"})
"""What a remote client may decide."""

_NO_SUCH_METHOD = -32601


class RefusedMessage(Exception):  # noqa: N818 – an answer, not a fault
    """A message that a remote client may not send."""

    def __init__(self, id: object) -> None:
        super().__init__()
        self.id = id

    @property
    def answer(self) -> bytes:
        """What the client is told; nothing when it does not wait for an answer."""
        if not isinstance(self.id, int | str):
            return b""
        error = {"code": _NO_SUCH_METHOD, "message": "not available over the network"}
        return json.dumps({"jsonrpc": "2.0", "id": self.id, "error": error}).encode()


class Gate:
    """What one client's messages go through, both ways."""

    def __init__(self) -> None:
        # No draft can hold it by accident or on purpose, so it can be cut out of what goes out.
        self._prefix = f"keqi{secrets.token_hex(12)}:"

    def part(self, data: dict[str, Any]) -> dict[str, Any]:
        """A part of a message, its URI marked as no file of ours."""
        uri = data.get("uri")
        if isinstance(uri, str):
            data["uri"] = self._prefix + uri
        return data

    def outgoing(self, message: str) -> str:
        """A message with the client's own URIs."""
        return message.replace(self._prefix, "")

    def admitted(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message as it may reach the server. Raises RefusedMessage."""
        method = message.get("method")
        if method is None:  # an answer
            return message
        if method not in METHODS:
            raise RefusedMessage(message.get("id"))
        params = message.get("params")
        if method == "initialize" and isinstance(params, dict):
            return {**message, "params": _introduction(params)}
        if method == "workspace/didChangeConfiguration" and isinstance(params, dict):
            said = params.get("settings")
            own = said.get("keqi") if isinstance(said, dict) else None
            return {**message, "params": {"settings": {"keqi": _permitted(own)}}}
        if method == "workspace/executeCommand" and isinstance(params, dict):
            return {**message, "params": self._command(params, message.get("id"))}
        return message

    def _command(self, params: dict[str, Any], id: object) -> dict[str, Any]:
        if params.get("command") not in COMMANDS:
            raise RefusedMessage(id)
        arguments = params.get("arguments")
        if not isinstance(arguments, list) or not arguments or not isinstance(arguments[0], str):
            raise RefusedMessage(id)
        return {**params, "arguments": [self._prefix + arguments[0], *arguments[1:]]}


def _introduction(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of `initialize` without what is about the client's machine."""
    said: dict[str, Any] = {
        name: params[name] for name in ("clientInfo", "locale", "trace") if name in params
    }
    capabilities = params.get("capabilities")
    capabilities = dict(capabilities) if isinstance(capabilities, dict) else {}
    workspace = capabilities.get("workspace")
    if isinstance(workspace, dict):
        hidden = ("configuration", "didChangeWatchedFiles", "workspaceFolders")
        capabilities["workspace"] = {name: value for name, value in workspace.items() if name not in hidden}
    options = _permitted(params.get("initializationOptions"))
    nowhere = {"processId": None, "rootUri": None}
    return {**said, **nowhere, "capabilities": capabilities, "initializationOptions": options}


def _permitted(settings: object) -> dict[str, Any]:
    if not isinstance(settings, dict):
        return {}
    return {name: value for name, value in settings.items() if name in SETTINGS}


# -- the server's own rules -----------------------------------------------------------------------


class SharedRules(Rulebook):
    """The linters that all sessions share."""

    def __init__(self, service: Service) -> None:
        super().__init__(lambda policy: service.default)

    def forget(self) -> None:
        """Does nothing: a client cannot make the server read its files."""

    def renew(self) -> None:
        """The server has read its files anew."""
        super().forget()


class _Ours(Projects):
    """The server's own settings, wherever a document lies; asks no disk."""

    def __init__(self, service: Service, texts: Texts, notes: Notes) -> None:
        super().__init__(texts, notes)
        self._service = service
        self._made = Surroundings(Project(root=Path()))

    def around(self, path: Path | None) -> Surroundings:
        """The same for all."""
        settings = self._service.rules.settings
        if self._made.project.settings is not settings:
            self._made = Surroundings(Project(settings, Path()))
        return self._made


class RemoteResolver(Resolver):
    """What holds for all of a session's documents."""

    def __init__(self, service: Service, rules: SharedRules, session: Session) -> None:
        super().__init__(Made(lambda policy: service.default), session)
        self.rulebook = rules
        self.projects = _Ours(service, session, self.notes)

    def at(self, path: Path | None) -> Context:
        """What holds; no path matters."""
        return super().at(None)


class NearOrFar(Executor):
    """Short work is done at once, on the event loop; long work in the server's threads.

    A thread costs more than the check of a usual draft, and under the GIL the loop would wait anyway.
    """

    def __init__(self, far: Executor, is_short: Callable[[], bool]) -> None:
        self._far = far
        self._is_short = is_short

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `Executor.submit`."""
        if not self._is_short():
            return self._far.submit(work, *args, **kwargs)
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def build_remote(service: Service, rules: SharedRules) -> KeqiServer:
    """A language server for one remote client, which shares nothing with others but the rules."""
    server = build(Made(lambda policy: service.default), service.threads)
    session = server.session
    session.resolver = resolver = RemoteResolver(service, rules, session)

    def is_short() -> bool:
        size = sum(len(document.text) for document in session.open_documents)
        return resolver.is_ready(None) and size <= SMALL

    session.executor = NearOrFar(service.threads, is_short)
    return server
