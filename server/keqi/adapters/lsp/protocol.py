"""pygls's protocol as this server speaks it: without a copy of the documents, and without drafts in errors.

pygls splits lines where LSP does not, and fails on documents that were never opened; ours are kept
by the session. What is said most often, edits in and diagnostics out, takes a way of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from keqi.adapters.lsp import convert, messages
from keqi.adapters.lsp.document import opened
from keqi.adapters.lsp.incoming import edit_of, put_right

if TYPE_CHECKING:
    from keqi.adapters.lsp.server import KeqiServer


class Wire:
    """A result that is JSON text already."""

    def __init__(self, text: str) -> None:
        self.text = text


class ServerCancelled(JsonRpcException):
    """The diagnostics cannot be told now; the client shall ask again."""

    CODE = -32802
    MESSAGE = "Server cancelled"


_HARMLESS = {ServerCancelled.CODE}
"""Errors whose data we have made ourselves."""


class Protocol(LanguageServerProtocol):
    """One connection: what comes in, and what goes out."""

    _server: KeqiServer

    # -- in -----------------------------------------------------------------------------------

    def take(self, body: str | bytes) -> None:
        """Handle one message; one that cannot be read, or makes something fail, costs itself only."""
        try:
            message = json.loads(body)
            edit = edit_of(message)
            if edit is not None:
                self._server.session.change(*edit)
            else:
                self.handle_message(self.structure_message(message))
        except Exception as error:
            self._server.report_server_error(error, self.take)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as its type; a request that does not fit its type is answered, not dropped."""
        try:
            return super().structure_message(put_right(data))
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _execute_handler(self, msg_id: str | int, *args: Any, **kwargs: Any) -> None:
        """As pygls does, but without keeping for ever what has been done for commands and notifications."""
        super()._execute_handler(msg_id, *args, **kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        item = params.text_document
        self._server.session.open(opened(item.uri, str(item.language_id), item.version, item.text))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited in an unusual way."""
        item = params.text_document
        self._server.session.change(item.uri, item.version, convert.changes(params.content_changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        self._server.session.close(params.text_document.uri)

    # -- out ----------------------------------------------------------------------------------

    def tell(self, method: str, params: str) -> None:
        """Send a notification whose parameters are JSON text already."""
        self._send_text(f'{{"jsonrpc":"2.0","method":"{method}","params":{params}}}')

    def _send_text(self, message: str) -> None:
        """Send a message; to nobody while there is no connection."""
        if self.writer is None:
            return
        body = _encoded(message)
        head = b"Content-Length: %d\r\n\r\n" % len(body) if self._include_headers else b""
        self.writer.write(head + body)

    def _send_response(
        self,
        msg_id: str | int,
        result: Any | None = None,
        error: types.ResponseError | None = None,
    ) -> None:
        """Answer a request; of an error only the code goes out, its text may quote the request.

        A result that is JSON text already, as long lists of diagnostics are, is sent as it is.
        """
        if error is not None:
            said = messages.FAILED.say(self._server.settings.english)
            error = types.ResponseError(error.code, said, error.data if error.code in _HARMLESS else None)
        elif isinstance(result, Wire):
            self._result_types.pop(msg_id, None)
            self._send_text(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result.text}}}')
            return
        super()._send_response(msg_id, result, error)

    def forget_requests(self) -> None:
        """Nobody waits for answers any more, in neither direction."""
        for future in list(self._request_futures.values()):
            future.cancel()


_HALF = re.compile("[\ud800-\udfff]")


def _encoded(message: str) -> bytes:
    """JSON text as UTF-8; half a character, which only an escape can carry, as an escape."""
    try:
        return message.encode()
    except UnicodeEncodeError:
        return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", message).encode()
