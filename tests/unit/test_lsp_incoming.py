"""What comes in: cut into messages however it arrives, and put right where editors break the rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.adapters.lsp.document import Change, Place
from keqi.adapters.lsp.incoming import LARGEST_NUMBER, LONGEST_HEAD, Framer, edit_of, method_of, put_right

HEADS = (
    "Content-Length: {}\r\n\r\n",
    "content-length:{}\r\nContent-Type: x\r\n\r\n",
    "A: b\r\nContent-Length: {}\r\n\r\n",
)


def framed(body: bytes, head: str = HEADS[0]) -> bytes:
    return head.format(len(body)).encode() + body


def bodies(*chunks: bytes) -> list[bytes]:
    """The messages in a stream that comes in these chunks."""
    taken: list[bytes] = []
    framer = Framer(taken.append)
    for chunk in chunks:
        framer.feed(chunk)
    return taken


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.binary(max_size=40), st.sampled_from(HEADS)), max_size=5),
    st.lists(st.integers(1, 30), min_size=1, max_size=20),
)
def test_messages_are_the_same_however_they_arrive(sent: list[tuple[bytes, str]], sizes: list[int]) -> None:
    stream, chunks = b"".join(framed(*one) for one in sent), []
    while stream:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(stream[:size])
        stream = stream[size:]
    assert bodies(*chunks) == [body for body, _ in sent]


def test_a_head_without_a_length_is_skipped() -> None:
    assert bodies(b"Hello: world\r\n\r\n" + framed(b"{}")) == [b"{}"]


def test_what_never_becomes_a_head_is_not_kept_for_ever() -> None:
    assert bodies(b"x" * (2 * LONGEST_HEAD), b"\r\n\r\n" + framed(b"{}")) == [b"{}"]


def test_what_is_taken_may_end_everything() -> None:
    def leave(body: bytes) -> None:
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        Framer(leave).feed(framed(b"{}") * 2)


def change(*events: Any, **item: Any) -> dict[str, Any]:
    document = {"uri": "untitled:1", "version": 2, **item}
    params = {"textDocument": document, "contentChanges": list(events)}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}


def place(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {name: {"line": at[0], "character": at[1]} for name, at in (("start", start), ("end", end))}


@pytest.mark.parametrize(
    ("event", "made"),
    [
        ({"text": "好"}, Change("好")),
        ({"text": "好", "range": None}, Change("好")),
        ({"text": "", "range": place((0, 1), (2, 3))}, Change("", Place(0, 1), Place(2, 3))),
        (
            {"text": "", "range": place((0, -1), (0, 2**32 - 1)), "rangeLength": -1},
            Change("", Place(0, -1), Place(0, 2**32 - 1)),
        ),
    ],
    ids=["everything", "no range", "a range", "a range that no text has"],
)
def test_a_usual_edit_is_read_at_once(event: dict[str, Any], made: Change) -> None:
    assert edit_of(change(event)) == ("untitled:1", 2, [made])


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"method": "textDocument/didOpen", "params": {}},
        {"method": "textDocument/didChange"},
        {"method": "textDocument/didChange", "params": []},
        change(7),
        change({"text": 7}),
        change({"range": place((0, 0), (0, 0))}),
        change({"text": "", "range": 1}),
        change({"text": "", "range": {"start": {"line": 0, "character": 0}}}),
        change({"text": "", "range": place((0, 0), ("1", 0))}),  # type: ignore[arg-type]
        change({"text": "好"}, uri=7),
        change({"text": "好"}, version=None),
    ],
    ids=lambda message: json.dumps(message)[-40:],
)
def test_whatever_is_not_quite_that_is_left_to_others(message: dict[str, Any]) -> None:
    assert edit_of(message) is None


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ({"line": 0, "character": 2**32 - 1}, {"line": 0, "character": LARGEST_NUMBER}),
        ({"line": -1, "character": 0}, {"line": 0, "character": 0}),
        ({"line": "x", "character": 0}, {"line": "x", "character": 0}),
        ({"text": "好", "range": None, "rangeLength": 1}, {"text": "好"}),
        ([{"line": -1, "character": 1}, 7, None], [{"line": 0, "character": 1}, 7, None]),
        (
            {"params": {"position": {"line": -1, "character": 1}}},
            {"params": {"position": {"line": 0, "character": 1}}},
        ),
    ],
    ids=["too far", "before the start", "no number", "no range", "in a list", "deep inside"],
)
def test_what_editors_get_wrong_is_put_right(said: Any, right: Any) -> None:
    assert put_right(said) == right


@pytest.mark.parametrize(
    ("message", "method"), [({"method": "a/b"}, "a/b"), ({"id": 1}, ""), ({"method": 7}, "")]
)
def test_the_method_of_a_message(message: dict[str, Any], method: str) -> None:
    assert method_of(message) == method
