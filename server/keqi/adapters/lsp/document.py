"""An open document: its text as the client has it, changed edit by edit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from keqi.findings import Edit, apply_edits
from keqi.formats import Format, by_name, for_path
from keqi.text import LineIndex, Unit


class Place(NamedTuple):
    """A position as the client sends it: zero-based, `column` in the session's unit."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Change:
    """One content change: `text` instead of `start`..`end`, or instead of everything."""

    text: str
    start: Place | None = None
    end: Place | None = None
    """Both None: `text` is the whole new document."""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an open document; immutable, so a thread may read it while the next arrives."""

    uri: str
    """As the client wrote it; whatever goes back to the client must carry this spelling."""
    language: str
    """What the client calls its kind: LSP's language identifier."""
    version: int
    lines: LineIndex

    @property
    def text(self) -> str:
        """The whole text."""
        return self.lines.text

    @property
    def key(self) -> str:
        """What the document is filed under: the same for every spelling of its URI."""
        return canonical(self.uri)

    def changed(self, version: int, changes: Iterable[Change], unit: Unit) -> Document:
        """The next version: `changes` made one after the other, as LSP prescribes.

        Never fails: positions outside the text move to its nearest place, a range with its ends
        swapped is read the right way round.
        """
        return Document(self.uri, self.language, version, _changed(self.lines, changes, unit))


def opened(uri: str, language: str, version: int, text: str) -> Document:
    """The document that a client has just opened."""
    return Document(uri, language, version, LineIndex(text))


def _changed(lines: LineIndex, changes: Iterable[Change], unit: Unit) -> LineIndex:
    """The text after `changes`. Those that go from the end to the beginning are made at once.

    To replace a word everywhere is thousands of them, and a large text cannot be copied for each.
    """
    edits: list[Edit] = []
    for change in changes:
        if change.start is None or change.end is None:
            lines, edits = LineIndex(change.text), []
            continue
        edit = _edit(lines, change.start, change.end, change.text, unit)
        if edits and edit.end >= edits[-1].start:  # it may mean a place that there was not before the others
            lines, edits = _applied(lines, edits), []
            edit = _edit(lines, change.start, change.end, change.text, unit)
        edits.append(edit)
    return _applied(lines, edits)


def _edit(lines: LineIndex, start: Place, end: Place, text: str, unit: Unit) -> Edit:
    ends = (lines.offset(*start, unit), lines.offset(*end, unit))
    return Edit(min(ends), max(ends), text)


def _applied(lines: LineIndex, edits: Sequence[Edit]) -> LineIndex:
    """The text after `edits`, each of which lies before the one before it."""
    if not edits:
        return lines
    if len(edits) > 1:
        text = apply_edits(lines.text, edits[::-1])
        return LineIndex(_joined(text, 0, len(text)))
    edit = edits[0]
    changed = lines.replaced(edit.span, edit.text)
    joined = _joined(changed.text, edit.start, edit.start + len(edit.text))
    return changed if joined is changed.text else LineIndex(joined)


_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _joined(text: str, start: int, end: int) -> str:
    """`text` with surrogate halves that met at `start` or `end` made one character.

    A client that thinks in UTF-16 may send an emoji in two edits. It then counts one character
    where Python would keep two, and every UTF-8 or UTF-32 position behind it would be off.
    """
    if _HALVES.search(text, max(start - 1, 0), end + 1) is None:
        return text
    return _HALVES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


_DRIVE = re.compile(r"^/[A-Za-z]:(?=/|$)")
_HOST = re.compile(r"[^/:]+/")


@lru_cache(maxsize=256)
def canonical(uri: str) -> str:
    """One spelling for a URI: percent-encoding undone, scheme, host and drive letter in lower case.

    `file:///C:/a.txt`, `file:///c%3A/a.txt` are one file. For looking up only: it is not a URI
    any more, and must never be sent to a client.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return uri
    path = unquote(parts.path, errors="surrogateescape")
    path = _DRIVE.sub(lambda drive: drive[0].lower(), path)
    host = parts.netloc.lower()
    if (parts.scheme, host) == ("file", "localhost"):
        host = ""
    rest = unquote(f"?{parts.query}#{parts.fragment}", errors="surrogateescape")
    return f"{parts.scheme}://{host}{path}{rest}"


@lru_cache(maxsize=256)
def path_of(uri: str) -> Path | None:
    """The file that a `file:` URI names; None for `untitled:` and every other scheme."""
    scheme, _, rest = canonical(uri).partition("://")
    if scheme != "file":
        return None
    path = rest.rpartition("#")[0].rpartition("?")[0]
    if _DRIVE.match(path):
        path = path[1:]
    elif _HOST.match(path):  # a share of another machine, as Windows writes it
        path = f"//{path}"
    return Path(path)


_LANGUAGES = {
    "markdown": "markdown",
    "csv": "csv",
    "tsv": "tsv",
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "jsonl": "jsonl",
    "jsonlines": "jsonl",
    "yaml": "yaml",
    "toml": "toml",
    "html": "html",
    "xhtml": "html",
    "po": "po",
    "gettext": "po",
    "properties": "properties",
    "java-properties": "properties",
}
"""The formats that editors' language identifiers mean."""


def format_of(document: Document) -> Format:
    """The format that a document is read as when no setting decides.

    The ending of its name, unless that says no more than "text"; else its language. What is no
    file and of no declared kind is a draft.
    """
    return _format_of(document.uri, document.language.lower())


@lru_cache(maxsize=256)
def _format_of(uri: str, language: str) -> Format:
    name = canonical(uri).rpartition("#")[0].rpartition("?")[0]
    by_ending = for_path(name.rpartition("/")[2])
    if by_ending.name != "plain" and not by_ending.binary:
        return by_ending
    return by_name(_LANGUAGES.get(language) or ("draft" if path_of(uri) is None else "plain"))
