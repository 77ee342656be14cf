"""Tables: which rows and columns hold replies, who speaks in a row, and who wrote it.

Shared by CSV, TSV and workbooks. All is decided once, from the first rows of a table:

- The header is the first row that names columns, at most `TITLE_ROWS` rows down, since a title may
  stand above it. A conversation without a header is told by the labels of speakers below.
- Replies stand in the columns that the settings or the header name. Where neither does: in the columns
  in which most of what is Chinese reads like sentences, or, where none does so, in all that hold
  Chinese; never in those named as a customer's, an author's or a speaker's.
- In a conversation, where a column says who speaks, only the rows of our side hold replies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keqi.formats import Reading, naming

SAMPLE = 200
"""Rows from which a table is judged."""
TITLE_ROWS = 10
"""How far down, in rows that are not empty, a header is looked for."""

_SENTENCE = re.compile(r"[，。！？；：～…,!?;~]|.{10}", re.DOTALL)
_SHORT_LABEL = 12

Row = Sequence[str]
"""The texts of a row's cells, from the first column on; may end early."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is to be read; columns count from 0."""

    names: tuple[str, ...]
    """What the header says, cell by cell; empty without a header."""
    body: int
    """How many rows of the table come before the first that may hold replies."""
    replies: frozenset[int]
    """The columns that hold replies."""
    author: int | None
    """The column that says who wrote a reply."""
    role: int | None
    """The column that says who speaks; None where the table is no conversation."""
    others_are_ours: bool
    """Whether a speaker that nobody knows is one of ours: so where only customers are known."""
    reading: Reading

    def speaks_for_us(self, label: str) -> bool:
        """Whether a row with `label` in the column `role` is our side's."""
        ours = naming.is_ours(label, self.reading)
        return self.others_are_ours if ours is None else ours

    def name(self, column: int) -> str:
        """What people call the column: its header in one line, else its number from 1."""
        name = " ".join(self.names[column].split()) if column < len(self.names) else ""
        return name or f"第{column + 1}列"


def layout(rows: Sequence[Row], reading: Reading) -> Layout:
    """How to read the table that begins with `rows`, of which `SAMPLE` are enough."""
    header = _header(rows, reading)
    body = 0 if header is None else header + 1
    names = () if header is None else tuple(rows[header])
    below = rows[body:]
    role = _role(names, below, reading)
    author = naming.author_column(names, reading)
    chosen = naming.chosen_columns(names, reading)
    if chosen is None:
        chosen = _spoken(names, below, {role, author})
    sides = {naming.is_ours(label, reading) for label in _column(below, role)}
    return Layout(
        names, body, frozenset(n for n in chosen if n >= 0), author, role, True not in sides, reading
    )


def _header(rows: Sequence[Row], reading: Reading) -> int | None:
    """The row that names the columns; one of several names is preferred to a title of one word."""
    filled = [n for n, row in enumerate(rows) if any(map(str.strip, row))][:TITLE_ROWS]
    like = [n for n in filled if naming.looks_like_header(rows[n], reading)]
    like = [n for n in like if not _is_speech(rows, n, reading)]
    return next((n for n in like if naming.names(rows[n], reading) > 1), like[0] if like else None)


def _is_speech(rows: Sequence[Row], at: int, reading: Reading) -> bool:
    """Whether what looks like a name in a row labels a speaker, as further labels in its column show."""
    others = [*rows[:at], *rows[at + 1 :]]
    return any(
        _is_label(cell, reading) and any(_is_label(label, reading) for label in _column(others, n))
        for n, cell in enumerate(rows[at])
    )


def _is_label(cell: str, reading: Reading) -> bool:
    return len(cell) <= _SHORT_LABEL and naming.is_ours(cell, reading) is not None


def _column(rows: Sequence[Row], column: int | None) -> Iterable[str]:
    """What stands in a column, without empty cells."""
    if column is None:
        return ()
    return (row[column] for row in rows if column < len(row) and row[column].strip())


def _role(names: Row, rows: Sequence[Row], reading: Reading) -> int | None:
    """The column that labels the speakers: the one so named, if it does, else one of nothing but labels."""
    named = naming.role_column(names)
    if named is not None and any(_is_label(label, reading) for label in _column(rows, named)):
        return named
    return next((n for n in range(_width(rows)) if _labels_both_sides(_column(rows, n), reading)), None)


def _labels_both_sides(cells: Iterable[str], reading: Reading) -> bool:
    """Whether the cells are labels throughout, of both sides: 客户投诉 beside 售后服务 are matters."""
    plain = {naming.plain(cell) for cell in cells}
    ours = naming.OURS | {naming.plain(name) for name in reading.speakers}
    return (
        plain <= ours | naming.THEIRS and not plain.isdisjoint(ours) and not plain.isdisjoint(naming.THEIRS)
    )


def _width(rows: Sequence[Row]) -> int:
    return max(map(len, rows), default=0)


def _spoken(names: Row, rows: Sequence[Row], without: set[int | None]) -> list[int]:
    """The columns that read like speech, where no name tells; else all that hold Chinese.

    One whose name speaks against it is taken only where there is no other.
    """
    customers = naming.CUSTOMER | naming.AUTHOR | naming.ROLE
    for against in (customers | naming.OTHER, customers):
        named = {n for n, name in enumerate(names) if naming.heading(name) in against}
        found = _chinese(rows, sorted({*range(_width(rows))} - named - without))
        if found:
            return [n for n, spoken in found.items() if spoken] or list(found)
    return []


def _chinese(rows: Sequence[Row], columns: Iterable[int]) -> dict[int, bool]:
    """Which of the columns hold Chinese, and whether most of it reads like sentences."""
    found: dict[int, bool] = {}
    for column in columns:
        cells = [cell for cell in _column(rows, column) if naming.HAN.search(cell)]
        if cells:
            found[column] = 2 * sum(1 for cell in cells if _SENTENCE.search(cell)) > len(cells)
    return found
