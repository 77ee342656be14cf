"""Workbooks (.xlsx, .xlsm): the replies in the cells of their sheets.

A workbook is bytes. Its cells are read through a *virtual text* (`text_of`), in which findings have their
offsets as in any other text; edits of it go back into the workbook by `rewritten`, which changes the cells
concerned and nothing else, and `place` says which cell an offset means. The virtual text is made of
records, one for each cell that holds text, divided by U+001E; a record is the cell's name, such as
``售后!C12``, U+001F and the cell's text. Neither character can occur in a workbook. One more U+001F at a
record's end says that the text is written elsewhere (a formula, a table's heading): it may name a column or
a speaker, and is no reply. Cells with numbers have no record, but for those that say who wrote a reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import NamedTuple

from keqi.findings import Edit
from keqi.formats import BY_NAMES, Reading, Segment, naming
from keqi.formats.decoding import EDGE
from keqi.formats.tables import SAMPLE, layout
from keqi.formats.xlsx_package import WorkbookError as WorkbookError
from keqi.formats.xlsx_package import open_package
from keqi.formats.xlsx_rewrite import sheet_with
from keqi.formats.xlsx_sheets import Cell, Sheet, column_number, workbook
from keqi.text import Span

LIMIT = 256 * 1024 * 1024
"""Bytes that the parts of a workbook which are read may have together, unpacked."""

_BETWEEN, _WITHIN = "\x1e", "\x1f"
_RECORD = re.compile(
    r"(?<![^\x1e])(?P<sheet>[^\x1e\x1f]*)!"
    r"(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})\x1f"
    r"(?P<text>[^\x1e\x1f]*)(?P<fixed>\x1f?)(?![^\x1e])"
)

Record = re.Match[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a workbook that holds text."""

    sheet: str
    """The sheet's name."""
    address: str
    """What the cell is called on it, such as ``C12``."""
    row: int
    """The row's number, from 1."""
    column: int
    """The column's number, from 1."""
    span: Span
    """Where the cell's text lies in the virtual text."""


def text_of(data: bytes, limit: int = LIMIT) -> str:
    """The virtual text of a workbook: sheet by sheet, hidden ones too, and row by row.

    `limit` is how many bytes its parts may have, unpacked. Raises WorkbookError when `data` is no
    workbook, is encrypted, broken or too big.
    """
    sheets = workbook(open_package(data, limit)).sheets
    return _BETWEEN.join([_name(s.name, c) + c.text + _WITHIN * c.fixed for s in sheets for c in s.cells])


def rewritten(data: bytes, edits: Iterable[Edit], limit: int = LIMIT) -> bytes:
    """The workbook after `edits` of its virtual text; everything else stays as it is, byte for byte.

    Raises WorkbookError as `text_of` does, and when a cell's text would grow too long; ValueError when an
    edit does not lie within the text of one cell, or of one that is written elsewhere.
    """
    package = open_package(data, limit)
    book = workbook(package)
    parts: dict[str, str] = {}
    for n, changes in _by_cell(book.sheets, sorted(edits, key=lambda e: (e.start, e.end))).items():
        sheet = book.sheets[n]
        xml = sheet_with(sheet, book.strings, changes)
        if xml != sheet.xml:
            parts[sheet.part] = xml
    return package.replaced(parts) if parts else data


def place(text: str, offset: int) -> Place:
    """The cell whose record in the virtual text holds `offset`; ValueError where there is none."""
    record = _RECORD.match(text, text.rfind(_BETWEEN, 0, max(offset, 0)) + 1)
    if record is None:
        raise ValueError(f"no cell at {offset}")
    address = record["column"] + record["row"]
    column = column_number(record["column"])
    return Place(record["sheet"], address, int(record["row"]), column, Span(*record.span("text")))


def segments(text: str, reading: Reading = BY_NAMES) -> Iterator[Segment]:
    """The replies in the cells of a virtual text, by the headers of each sheet (see `tables`)."""
    wanted = {name.strip().casefold() for name in reading.sheets}
    for sheet, records in groupby(_RECORD.finditer(text), key=lambda record: record["sheet"]):
        if not wanted or sheet.strip().casefold() in wanted:
            yield from _on_sheet(records, reading)


def _on_sheet(records: Iterator[Record], reading: Reading) -> Iterator[Segment]:
    rows = ({_column(r): r for r in own} for _, own in groupby(records, key=lambda record: record["row"]))
    first = list(islice(rows, SAMPLE))
    plan = layout([_texts(row) for row in first], reading)
    for row in islice(chain(first, rows), plan.body, None):
        if plan.role is None or plan.speaks_for_us(_said(row, plan.role)):
            for column in sorted(plan.replies & row.keys()):
                found = _reply(row[column], _said(row, plan.author))
                if found is not None:
                    yield found


def _column(record: Record) -> int:
    """The number of the record's column, from 0."""
    return column_number(record["column"]) - 1


def _texts(row: Mapping[int, Record]) -> list[str]:
    """What stands in a row, from the first column on."""
    return [_said(row, n) for n in range(max(row) + 1)]


def _said(row: Mapping[int, Record], column: int | None) -> str:
    """What stands in a column of a row; nothing where it has no text."""
    record = row.get(-1 if column is None else column)
    return "" if record is None else record["text"].strip()


def _reply(record: Record, author: str) -> Segment | None:
    """The reply in a cell; None when there is no Chinese in it or when it is written elsewhere."""
    words = record["text"].strip(EDGE)
    if record["fixed"] or not naming.HAN.search(words):
        return None
    start = record.string.index(words, record.start("text"))
    label = f"{record['sheet']}!{record['column']}{record['row']}"
    return Segment(words, Span(start, start + len(words)), label=label, author=author)


# -- edits ----------------------------------------------------------------------------------------


def _name(sheet: str, cell: Cell) -> str:
    """How a cell's record begins."""
    return f"{sheet}!{cell.address}{_WITHIN}"


class _Spot(NamedTuple):
    """Where a cell's text lies in the virtual text."""

    sheet: int
    cell: int
    start: int
    end: int
    fixed: bool


def _spots(sheets: Sequence[Sheet]) -> Iterator[_Spot]:
    """The texts of all cells, in order."""
    at = 0
    for n, sheet in enumerate(sheets):
        for m, cell in enumerate(sheet.cells):
            start = at + len(_name(sheet.name, cell))
            end = start + len(cell.text)
            yield _Spot(n, m, start, end, cell.fixed)
            at = end + cell.fixed + len(_BETWEEN)


def _by_cell(sheets: Sequence[Sheet], edits: Sequence[Edit]) -> dict[int, dict[int, list[Edit]]]:
    """The edits, which are in order, under the numbers of sheet and cell, with offsets in the cell's text."""
    found: dict[int, dict[int, list[Edit]]] = {}
    spots = _spots(sheets)
    spot = next(spots, None)
    for edit in edits:
        while spot is not None and spot.end < edit.start:
            spot = next(spots, None)
        if spot is None or spot.fixed or not spot.start <= edit.start <= edit.end <= spot.end:
            raise ValueError(f"edit {edit.start}..{edit.end} does not lie in the text of one cell")
        own = Edit(edit.start - spot.start, edit.end - spot.start, edit.text)
        found.setdefault(spot.sheet, {}).setdefault(spot.cell, []).append(own)
    return found
