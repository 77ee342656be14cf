"""The server's document against a model of the client's: after any edits both hold the same text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.adapters.lsp import document as document_module
from keqi.adapters.lsp.document import Change, Place, canonical, format_of, opened, path_of
from keqi.text import LineIndex, Span, Unit

CODEC = {Unit.CODE_POINTS: "utf-32-le", Unit.UTF16: "utf-16-le", Unit.UTF8: "utf-8"}
WIDTH = {Unit.CODE_POINTS: 4, Unit.UTF16: 2, Unit.UTF8: 1}
HUGE = 2**31 - 1

texts = st.text(st.sampled_from("您好,不行a\n\r\u2028\x85😀\U00020000\ud83d é"), max_size=12)


def width(text: str, unit: Unit) -> int:
    return len(text.encode(CODEC[unit], "surrogatepass")) // WIDTH[unit]


@dataclass(frozen=True)
class Buffer:
    """An editor's buffer: its lines, each with its own line end, joined on demand."""

    text: str

    def lines(self) -> list[str]:
        return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z|\Z", self.text) or [""]

    def places(self) -> list[tuple[int, int, int]]:
        """Every place where the cursor can stand: offset, line, code points into the line."""
        found, offset = [], 0
        for number, line in enumerate(self.lines()):
            found += [(offset + i, number, i) for i in range(len(line.rstrip("\r\n")) + 1)]
            offset += len(line)
        return found


@st.composite
def edits(draw: st.DrawFn, buffer: Buffer, unit: Unit) -> tuple[Change, Buffer]:
    """An edit as the client sends it, and its buffer afterwards."""
    new = draw(texts)
    if draw(st.integers(0, 9)) == 0:
        return Change(new), Buffer(new)
    ends = sorted(draw(st.tuples(st.sampled_from(buffer.places()), st.sampled_from(buffer.places()))))
    lines = buffer.lines()
    sent = []
    for _, line, column in ends:
        content = lines[line].rstrip("\r\n")
        huge = column == len(content) and draw(st.booleans())
        sent.append(Place(line, HUGE if huge else width(content[:column], unit)))
    after = buffer.text[: ends[0][0]] + new + buffer.text[ends[1][0] :]
    return Change(new, *sent), Buffer(after)


@given(texts, st.sampled_from(Unit), st.data())
def test_after_any_edits_client_and_server_hold_the_same_text(
    text: str, unit: Unit, data: st.DataObject
) -> None:
    buffer, document = Buffer(text), opened("untitled:a", "plaintext", 1, text)
    for version in range(2, data.draw(st.integers(3, 8))):
        made = []
        for _ in range(data.draw(st.integers(1, 3))):
            change, buffer = data.draw(edits(buffer, unit))
            made.append(change)
        document = document.changed(version, made, unit)
        assert document.text == buffer.text
        assert document.version == version


def test_a_word_replaced_everywhere_copies_the_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[str] = []

    class Counted(LineIndex):
        def __init__(self, text: str) -> None:
            copies.append(text)
            super().__init__(text)

        def replaced(self, span: Span, new: str) -> LineIndex:
            pytest.fail("copied for a single place")

    monkeypatch.setattr(document_module, "LineIndex", Counted)
    document = opened("untitled:a", "", 1, "您好\r\n您好,您\n" * 50)
    changes = [Change("亲", Place(line, 0), Place(line, 1)) for line in reversed(range(100))]
    assert document.changed(2, changes, Unit.UTF16).text == "亲好\r\n亲好,您\n" * 50
    assert len(copies) == 2


@given(texts, texts, st.sampled_from(Unit), st.tuples(*[st.integers(-3, HUGE)] * 4))
def test_any_range_at_all_leaves_a_text(
    text: str, new: str, unit: Unit, numbers: tuple[int, int, int, int]
) -> None:
    a, b, c, d = numbers
    document = opened("untitled:a", "", 1, text)
    changed = document.changed(2, [Change(new, Place(a % 4, b), Place(c % 4, d))], unit)
    assert new in changed.text
    assert document.text == text, "the version before is untouched"


def test_halves_of_an_emoji_that_meet_become_one_character() -> None:
    document = opened("untitled:a", "", 1, "\ud83d")
    assert document.changed(2, [Change("\ude00", Place(0, 1), Place(0, 1))], Unit.UTF16).text == "😀"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("file:///w/%E4%BD%A0.txt", "file:///w/你.txt", True),
        ("file:///C:/w/a.txt", "file:///c%3A/w/a.txt", True),
        ("FILE:///w/a.txt", "file:/w/a.txt", True),
        ("untitled:Untitled-1", "untitled:Untitled-2", False),
        ("file:///w/a.txt", "file:///w/A.txt", False),
        ("file:///w/100%25.txt", "file:///w/100%.txt", True),
        ("cell:///w/a#1", "cell:///w/a#2", False),
        ("http://[", "http://[", True),
    ],
)
def test_spellings_of_a_uri(one: str, other: str, same: bool) -> None:
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/%E8%AF%9D%E6%9C%AF.csv", "/w/话术.csv"),
        ("file:///w/a%23b%3F.txt", "/w/a#b?.txt"),
        ("file:///C%3A/w/a.txt", "c:/w/a.txt"),
        ("file://localhost/w/a.txt", "/w/a.txt"),
        ("file://Server/%E5%85%B1%E4%BA%AB/a.txt", "//server/共享/a.txt"),
    ],
    ids=["percent-encoded", "marks of its own", "drive", "this machine", "a share of another machine"],
)
def test_the_file_that_a_uri_names(uri: str, path: str) -> None:
    assert path_of(uri) == Path(path)


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "vscode-vfs://host/w/a.txt", "C:/w/a.txt", ""])
def test_what_is_no_file(uri: str) -> None:
    assert path_of(uri) is None


@pytest.mark.parametrize(
    ("uri", "language", "name"),
    [
        ("untitled:Untitled-1", "plaintext", "draft"),
        ("untitled:Untitled-1", "markdown", "markdown"),
        ("untitled:Untitled-1", "csv", "csv"),
        ("untitled:/w/新话术.csv", "plaintext", "csv"),
        ("vscode-vfs://host/w/a.yaml?ref=1#x", "plaintext", "yaml"),
        ("file:///w/话术.MD", "plaintext", "markdown"),
        ("file:///w/a.jsonl", "json", "jsonl"),
        ("file:///w/a.txt", "plaintext", "plain"),
        ("file:///w/a.txt", "markdown", "markdown"),
        ("file:///w/a.xlsx", "plaintext", "plain"),
        ("file:///w/a", "", "plain"),
        ("file:///w/a", "jsonc", "json"),
    ],
)
def test_the_format_comes_from_the_file_name_or_the_language(uri: str, language: str, name: str) -> None:
    assert format_of(opened(uri, language, 1, "")).name == name
