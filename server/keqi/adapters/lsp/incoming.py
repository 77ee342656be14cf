"""What a client says, before pygls sees it: cut into messages, put right, and the usual one read at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keqi.adapters.lsp.document import Change, Place

LARGEST_NUMBER = 2**31 - 1
"""The largest line or column that LSP knows."""
LONGEST_HEAD = 1 << 16
"""Bytes in front of a message in which there must be a length."""

_LENGTH = re.compile(rb"(?im)^content-length: *(\d+) *\r?$")
_HEAD_END = b"\r\n\r\n"


class Framer:
    """Cuts a stream into messages: each has its length in front of it."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        """`take` gets the body of each message."""
        self._take = take
        self._held = bytearray()
        self._length: int | None = None
        """Of the body that comes next, once its head has been read."""

    def feed(self, data: bytes) -> None:
        """More of the stream has come. What is no head is skipped."""
        self._held += data
        for body in self._bodies():
            self._take(body)

    def _bodies(self) -> Iterator[bytes]:
        while self._length is not None or self._read_head():
            if self._length is None:
                continue
            if len(self._held) < self._length:
                return
            body = bytes(self._held[: self._length])
            del self._held[: self._length]
            self._length = None
            yield body

    def _read_head(self) -> bool:
        """Whether a whole head was there; it may have been of no use."""
        end = self._held.find(_HEAD_END)
        if end < 0:
            if len(self._held) > LONGEST_HEAD:
                del self._held[: 1 - len(_HEAD_END)]
            return False
        found = _LENGTH.search(self._held, 0, end + 1)
        self._length = int(found[1]) if found else None
        del self._held[: end + len(_HEAD_END)]
        return True


# -- putting right --------------------------------------------------------------------------------


def tolerated(part: dict[str, Any]) -> dict[str, Any]:
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


def put_right(value: Any) -> Any:
    """A message with all its parts `tolerated`."""
    if isinstance(value, dict):
        return tolerated({key: put_right(inner) for key, inner in value.items()})
    return [put_right(inner) for inner in value] if isinstance(value, list) else value


# -- the usual message ----------------------------------------------------------------------------


def edit_of(message: Mapping[str, Any]) -> tuple[str, int, list[Change]] | None:
    """The document, version and changes of a usual `didChange`; None for all that is not quite that.

    Nine messages in ten are such, and pygls takes as long to read one as the linter a short draft.
    """
    if message.get("method") != "textDocument/didChange":
        return None
    try:
        params = message["params"]
        item = params["textDocument"]
        uri, version = item["uri"], item["version"]
        changes = [_change(event) for event in params["contentChanges"]]
    except (KeyError, TypeError, AttributeError):
        return None
    return (uri, version, changes) if isinstance(uri, str) and isinstance(version, int) else None


def _change(event: dict[str, Any]) -> Change:
    """Raises KeyError, TypeError or AttributeError for what is no content change."""
    text, asked = event["text"], event.get("range")
    if not isinstance(text, str):
        raise TypeError
    return Change(text) if asked is None else Change(text, _place(asked["start"]), _place(asked["end"]))


def _place(position: dict[str, Any]) -> Place:
    line, column = position["line"], position["character"]
    if not (isinstance(line, int) and isinstance(column, int)):
        raise TypeError
    return Place(line, column)


def method_of(message: Mapping[str, Any]) -> str:
    """The method of a message; empty for an answer."""
    method = message.get("method")
    return method if isinstance(method, str) else ""
