"""An editor for tests: drives the server process, remembers all it publishes, never sleeps."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, Union

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

HERE = Path(__file__).parent
SERVER = HERE.parents[1] / "server"
TIMEOUT = 30.0
"""Seconds after which a message will not come any more, on the slowest machine."""

T = TypeVar("T")


def pytest_configure(config: pytest.Config) -> None:
    """An answer that the client did not say it understands is a mistake, not a warning."""
    config.addinivalue_line("filterwarnings", "error::pytest_lsp.LspSpecificationWarning")


async def soon(answer: Awaitable[T]) -> T:
    """`answer`, which must not hang."""
    return await asyncio.wait_for(answer, TIMEOUT)


@dataclass
class Editor:
    """A client with one session, and what an editor would do in it."""

    client: LanguageClient
    published: list[types.PublishDiagnosticsParams] = field(default_factory=list)
    result: types.InitializeResult | None = None
    pulls: bool = False
    """Whether it said that it asks for diagnostics itself."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _count: int = 0

    async def initialize(
        self,
        capabilities: types.ClientCapabilities | None = None,
        options: Any = None,
        locale: str | None = None,
        root: Path | None = None,
        folders: Sequence[Path] = (),
    ) -> types.InitializeResult:
        params = types.InitializeParams(
            capabilities=capabilities or types.ClientCapabilities(),
            initialization_options={"debounceMs": 5} if options is None else options,
            locale=locale,
            root_uri=root.as_uri() if root else None,
            workspace_folders=[types.WorkspaceFolder(one.as_uri(), one.name) for one in folders] or None,
        )
        text = params.capabilities.text_document
        self.pulls = text is not None and text.diagnostic is not None
        self.result = await soon(self.client.initialize_session(params))
        return self.result

    async def receive(self, params: types.PublishDiagnosticsParams) -> None:
        async with self._news:
            self.published.append(params)
            self._news.notify_all()

    def new_uri(self) -> str:
        self._count += 1
        return f"untitled:Untitled-{self._count}"

    async def open(self, text: str, uri: str | None = None, language: str = "plaintext") -> str:
        uri = uri or self.new_uri()
        item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, version: int, *edits: tuple[int, int, int, int, str] | str) -> None:
        """Edits are (line, column, line, column, new text), or the whole new text."""
        events = [event(edit) for edit in edits]
        document = types.VersionedTextDocumentIdentifier(version=version, uri=uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, events))

    async def diagnostics(self, uri: str, version: int | None = 1) -> list[types.Diagnostic]:
        """What is shown for this version of the document: pulled, or published now or later."""
        if self.pulls:
            report = await self.pull(uri)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)

        def found() -> types.PublishDiagnosticsParams | None:
            mine = (p for p in reversed(self.published) if p.uri == uri and p.version == version)
            return next(mine, None)

        async def wait() -> list[types.Diagnostic]:
            async with self._news:
                await self._news.wait_for(lambda: found() is not None)
            params = found()
            assert params is not None
            return list(params.diagnostics)

        return await soon(wait())

    async def pull(self, uri: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        params = types.DocumentDiagnosticParams(
            types.TextDocumentIdentifier(uri), previous_result_id=previous
        )
        return await soon(self.client.text_document_diagnostic_async(params))

    async def next_published(self, uri: str, do: Callable[[], object]) -> list[types.Diagnostic]:
        """What is published for the document as a consequence of `do`."""
        before = len(self.published)

        def found() -> types.PublishDiagnosticsParams | None:
            return next((p for p in self.published[before:] if p.uri == uri), None)

        async def wait() -> list[types.Diagnostic]:
            do()
            async with self._news:
                await self._news.wait_for(lambda: found() is not None)
            params = found()
            assert params is not None
            return list(params.diagnostics)

        return await soon(wait())

    async def shown(
        self, uri: str, wanted: Callable[[list[types.Diagnostic]], bool] = bool
    ) -> list[types.Diagnostic]:
        """What is shown in the document once that is as `wanted`; by default, once it is something."""

        def newest() -> list[types.Diagnostic]:
            return next((list(p.diagnostics) for p in reversed(self.published) if p.uri == uri), [])

        async def wait() -> list[types.Diagnostic]:
            async with self._news:
                await self._news.wait_for(
                    lambda: any(p.uri == uri for p in self.published) and wanted(newest())
                )
            return newest()

        return await soon(wait())

    async def actions(
        self, uri: str, start: tuple[int, int], end: tuple[int, int], only: list[str] | None = None
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext(diagnostics=[], only=only)
        where = types.Range(types.Position(*start), types.Position(*end))
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        found = await soon(self.client.text_document_code_action_async(params))
        assert found is not None
        return [action for action in found if isinstance(action, types.CodeAction)]

    async def fixes(
        self, uri: str, start: tuple[int, int], end: tuple[int, int], only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """The actions that mend the text itself, without those that silence a finding."""
        silencing = ("忽略这一处", "在这个文件里关闭", "在整个项目里关闭", "Ignore this one", "Turn ")
        found = await self.actions(uri, start, end, only)
        return [action for action in found if not action.title.startswith(silencing)]

    async def hover(self, uri: str, line: int, column: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        answer = await soon(self.client.text_document_hover_async(params))
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    def raw(self, message: dict[str, Any]) -> None:
        """Send a message that no well-behaved client would."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        writer = self.client.protocol.writer
        assert writer is not None
        writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def round_trip(self) -> None:
        """Wait until the server has handled everything sent so far."""
        await self.hover("untitled:never-opened", 0, 0)


def event(edit: tuple[int, int, int, int, str] | str) -> types.TextDocumentContentChangeEvent:
    if isinstance(edit, str):
        return types.TextDocumentContentChangeWholeDocument(edit)
    a, b, c, d, text = edit
    return types.TextDocumentContentChangePartial(
        types.Range(types.Position(a, b), types.Position(c, d)), text
    )


def encodings(*names: str) -> types.ClientCapabilities:
    """A client that counts columns in the first of these encodings."""
    return types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=list(names)))


LEFT_TO_TESTS = {types.WORKSPACE_DIAGNOSTIC_REFRESH, types.PROGRESS}


def _converter() -> Any:
    """pygls's converter, which takes an action that has a command for a bare command."""
    made = default_converter()

    def action_or_command(data: Any, _: Any) -> types.CodeAction | types.Command:
        kind = types.Command if isinstance(data.get("command"), str) else types.CodeAction
        return made.structure(data, kind)  # type: ignore[no-any-return]

    made.register_structure_hook(Union[types.Command, types.CodeAction], action_or_command)  # noqa: UP007 – the key that cattrs looks up
    made.register_structure_hook(Union[types.CodeAction, types.Command], action_or_command)  # noqa: UP007 – the key that cattrs looks up
    return made


def make_client() -> LanguageClient:
    client = LanguageClient(converter_factory=_converter)
    editor = Editor(client)
    client.editor = editor  # type: ignore[attr-defined]

    async def publish(params: types.PublishDiagnosticsParams) -> None:
        await editor.receive(params)

    # What a test wants to hear itself is left to it.
    features = {name: f for name, f in DEFAULT_CLIENT_FEATURES.items() if name not in LEFT_TO_TESTS}
    register_lsp_features(client, {**features, types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: publish})
    return client


async def start(*command: str) -> Editor:
    """An editor with a server process behind it, not yet initialized."""
    paths = [str(SERVER), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"}
    config = ClientServerConfig([sys.executable, *command], make_client, env)
    client = await config.start()
    return client.editor  # type: ignore[attr-defined, no-any-return]


async def stop(editor: Editor) -> None:
    if editor.result is None:  # the test failed before: nobody would shut the server down
        editor.client.exit(None)
    await soon(editor.client.shutdown_session())
    await soon(editor.client.stop())


@pytest.fixture
def launch() -> Callable[..., AbstractAsyncContextManager[Editor]]:
    """Starts a server by its command line, as a context that gives an editor connected to it."""

    @asynccontextmanager
    async def started(*command: str) -> AsyncIterator[Editor]:
        editor = await start(*command)
        yield editor
        await stop(editor)

    return started


TOY = str(HERE / "toy_server.py")


@pytest_asyncio.fixture
async def toy() -> AsyncIterator[Editor]:
    """An editor connected to the toy server, not yet initialized."""
    editor = await start(TOY)
    yield editor
    await stop(editor)


@pytest_asyncio.fixture
async def ready(toy: Editor) -> Editor:
    """The same, initialized as a client that says nothing about itself."""
    await toy.initialize()
    return toy


@pytest_asyncio.fixture(params=["utf-8", "utf-16", "utf-32"], scope="module", loop_scope="module")
async def counting(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Editor, Callable[[str], int]]]:
    """An editor for each position encoding, shared by a module, and how it measures a text."""
    name: str = request.param
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[name]
    editor = await start(TOY)
    await editor.initialize(encodings(name))
    yield editor, lambda text: len(text.encode(f"{name}-le" if size > 1 else name, "surrogatepass")) // size
    await stop(editor)
