r"""CSV and its kin: rows of cells, divided by one character, with or without quotes around a cell.

What is read is what spreadsheets write and Python's `csv` reads: a cell may stand in double quotes,
where a quote is doubled and delimiters and line ends are text; spaces may surround the quotes. Rows may
be of unequal length. The delimiter is found from the text (see `find_dialect`).

Tab-separated text is kept in two ways: with quotes, as Excel writes it, and raw, as programs do, where a
quote means nothing. It is raw when some cell begins with a quote that is not closed at its end, or when
the quotes would swallow line ends although all lines have the same number of tabs. A raw cell can hold
neither tab nor line end, so there a space stands for either in new wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice

from keqi.findings import Edit
from keqi.formats import FormatError, Reading, Segment, naming
from keqi.formats.decoding import EDGE, Piece, segment
from keqi.formats.tables import SAMPLE, Layout, layout
from keqi.text import Span

DELIMITERS = (",", "\t", ";", "|")
"""What may divide the cells of a CSV file; among equals, the first."""

_DECLARED = re.compile(r'\ufeff?("?)sep=([^\w\s"]|\t)\1[ ]*(?:\r\n?|\n|\Z)')
_QUOTED = r'"([^"]*+(?:""[^"]*+)*+)'
_TAB_QUOTED = re.compile(rf'(?<![^\t\r\n\ufeff]){_QUOTED}("?+)([^\t\r\n]*+)')
_DOUBLED = re.compile('""')
_LINE_END = re.compile(r"[\r\n]")
_NO_RAW = re.compile(r"\r\n|[\t\r\n]")
_LINE = re.compile(r"\S[^\r\n]*")
_DIVIDED = re.compile(r'"[ ]*+[,;|\t]')
_FORMULA = re.compile(r'=\s*(?:"|[A-Za-z][\w.]*\()')
_JUDGED = 50

Cell = re.Match[str]
"""A cell with what ends it. Of its groups, one is there: `body` (in quotes), `loose` (in quotes with `tail`
behind them, and `close` empty when they are not closed) or `bare`; and always `end`: the delimiter, a line
end, or nothing at the end of the text."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is divided."""

    delimiter: str
    quotes: bool
    """Whether quotes have a meaning."""
    start: int
    """Where the table begins, behind a byte order mark and Excel's line ``sep=;``."""
    cell: re.Pattern[str]
    """Finds one cell after the other (see `Cell`)."""


def segments(text: str, reading: Reading, delimiters: Sequence[str]) -> Iterator[Segment]:
    """The replies among the cells of `text`, row by row; FormatError for a quote that is never closed.

    `delimiters` are those that may divide it. Rows are numbered as spreadsheets do: from 1, the header's.
    """
    dialect = find_dialect(text, reading, delimiters)
    plan = layout([_values(row) for row in islice(_rows(text, dialect), SAMPLE)], reading)
    for number, row in enumerate(_rows(text, dialect), 1):
        if number > plan.body and (plan.role is None or plan.speaks_for_us(_at(row, plan.role))):
            yield from _replies(dialect, row, plan, number)


# -- finding the dialect --------------------------------------------------------------------------


def find_dialect(text: str, reading: Reading, delimiters: Sequence[str]) -> Dialect:
    """How `text` is divided: as a first line ``sep=;`` says, else as the first rows suggest.

    The best delimiter makes a header that is one, else the most rows with the same number of cells, else
    the most cells. A header of one name is that of one column, whatever commas its replies have.
    """
    declared = _DECLARED.match(text)
    if declared:
        return _dialect(text, declared.group(2), declared.end())
    start = 1 if text.startswith("\ufeff") else 0
    if len(delimiters) > 1 and _is_one_column(text, start, reading):
        return Dialect(delimiters[0], True, start, _pattern("", True))
    found = [_dialect(text, d, start) for d in delimiters if d in text] or [
        _dialect(text, delimiters[0], start)
    ]
    return found[0] if len(found) == 1 else max(found, key=lambda d: _fitness(text, d, reading))


def _is_one_column(text: str, start: int, reading: Reading) -> bool:
    """Whether the first line that shows something is one name, and no quoted cell stands before another."""
    first = _LINE.search(text, start)
    name = first.group().strip().strip('"') if first else ""
    known = naming.looks_like_header([name], reading) and naming.chosen_columns([name], reading)
    return known == [0] and _DIVIDED.search(text) is None


def _fitness(text: str, dialect: Dialect, reading: Reading) -> tuple[bool, float, int]:
    """How well the first rows bear out the dialect; to be compared in order."""
    rows: list[list[str]] = []
    with suppress(FormatError):  # The rows before the quote tell enough.
        rows.extend(_values(row) for row in islice(_rows(text, dialect), _JUDGED))
    rows = [row for row in rows if any(row)]
    sizes = [len(row) for row in rows]
    usual = max(set(sizes) - {1}, key=lambda size: (sizes.count(size), size), default=1)
    header = any(len(row) > 1 and naming.looks_like_header(row, reading) for row in rows[:10])
    return header, sizes.count(usual) / len(rows) if usual > 1 else 0.0, usual


def _dialect(text: str, delimiter: str, start: int) -> Dialect:
    quotes = delimiter != "\t" or _tabs_are_quoted(text)
    return Dialect(delimiter, quotes, start, _pattern(delimiter, quotes))


@lru_cache(maxsize=64)
def _pattern(delimiter: str, quotes: bool) -> re.Pattern[str]:
    d = re.escape(delimiter)
    end = "|".join(filter(None, (d, r"\r\n?", r"\n", r"\Z")))
    pad = "" if delimiter == "\t" else "[ ]*+"
    quoted = _QUOTED if quotes else "((?!))"
    body, loose = (quoted.replace("(", f"(?P<{name}>", 1) for name in ("body", "loose"))
    return re.compile(
        rf"""(?:{pad}{body}"{pad}(?=[{d}\r\n]|\Z)"""
        rf"""|{loose}(?P<close>"?+)(?P<tail>[^{d}\r\n]*+)"""
        rf"""|(?P<bare>[^{d}\r\n]*+))(?P<end>{end})"""
    )


def _tabs_are_quoted(text: str) -> bool:
    """Whether quotes mean something in tab-separated text; yes where there are none."""
    swallows = False
    for cell in _TAB_QUOTED.finditer(text):
        body, close, tail = cell.groups()
        if not close or tail:
            return False
        swallows = swallows or ("\t" in body and _LINE_END.search(body) is not None)
    return not (swallows and _are_even(text))


def _are_even(text: str) -> bool:
    """Whether all lines that are not empty have the same number of tabs."""
    return len({line.count("\t") for line in re.split(r"[\r\n]+", text) if line}) == 1


# -- cells ----------------------------------------------------------------------------------------


def _rows(text: str, dialect: Dialect) -> Iterator[list[Cell]]:
    """The rows, blank ones too. Raises FormatError at a quote that is not closed."""
    row: list[Cell] = []
    for cell in dialect.cell.finditer(text, dialect.start):
        loose, end = cell.group("loose", "end")
        if loose is not None:
            _check(cell)
        row.append(cell)
        if end == dialect.delimiter:
            continue
        if end or len(row) > 1 or cell.group():
            yield row
        if not end:
            return
        row = []


def _check(cell: Cell) -> None:
    """FormatError unless the quote is closed, and in its own row as far as one can tell.

    A quote that closes further down with words behind it is the opening one of another cell.
    """
    if not cell["close"] or (cell["tail"] and _LINE_END.search(cell["loose"])):
        raise FormatError(cell.start("loose") - 1, "csv-quote")


def _value(cell: Cell) -> str:
    """What the cell says."""
    body, loose, tail, bare = cell.group("body", "loose", "tail", "bare")
    if bare is not None:
        return str(bare)
    return str(body if loose is None else loose).replace('""', '"') + (tail or "")


def _values(row: Sequence[Cell]) -> list[str]:
    return [_value(cell) for cell in row]


def _at(row: Sequence[Cell], column: int | None) -> str:
    """What stands in a column of the row; nothing where it has none."""
    return _value(row[column]).strip() if column is not None and column < len(row) else ""


# -- replies --------------------------------------------------------------------------------------


def _replies(dialect: Dialect, row: Sequence[Cell], plan: Layout, number: int) -> Iterator[Segment]:
    """The replies in a row.

    What lies beyond the header belongs to its last column: a comma that nobody quoted cut it off.
    """
    for column in sorted(plan.replies):
        beyond = len(row) if plan.names and column == len(plan.names) - 1 else column + 1
        for cell in row[column:beyond]:
            found = _reply(dialect, cell, f"{plan.name(column)} 第{number}行", _at(row, plan.author))
            if found is not None and not _FORMULA.match(found.text):
                yield found


def _reply(dialect: Dialect, cell: Cell, label: str, author: str) -> Segment | None:
    """The reply in a cell; None when there is no Chinese in it."""
    body, bare = cell.group("body", "bare")
    if bare is None and (body is None or '""' in body):
        found = _escaped(cell)
        return found and found._replace(label=label, author=author)
    whole = cell.span("body" if bare is None else "bare")
    text = (body if bare is None else bare).strip(EDGE)
    if not naming.HAN.search(text):
        return None
    start = cell.string.index(text, whole[0])
    span = Span(start, start + len(text))
    if bare is None:
        return Segment(text, span, encode=_doubled, label=label, author=author)
    if not dialect.quotes:
        return Segment(text, span, encode=_in_one_line, label=label, author=author)
    respell = partial(_respell, cell, span, dialect.delimiter)
    return Segment(text, span, respell=respell, label=label, author=author)


def _escaped(cell: Cell) -> Segment | None:
    """The reply in a cell whose quotes hold doubled ones, or with something behind its quotes."""
    if cell["body"] is not None:
        return segment(cell.string, _pieces(cell.string, Span(*cell.span("body"))), encode=_doubled)
    pieces = [*_pieces(cell.string, Span(*cell.span("loose"))), Piece(*cell.span("tail"))]
    found = segment(cell.string, pieces)
    whole = Span(cell.start(), cell.start("end"))
    return found and found._replace(respell=partial(_in_quotes, whole))


def _pieces(text: str, body: Span) -> list[Piece]:
    """The inside of quotes, with each doubled quote on its own."""
    pieces, at = [], body.start
    for doubled in _DOUBLED.finditer(text, body.start, body.end):
        pieces += [Piece(at, doubled.start()), Piece(*doubled.span(), '"')]
        at = doubled.end()
    return [*pieces, Piece(at, body.end)]


@lru_cache(maxsize=64)
def _needs_quotes(delimiter: str) -> re.Pattern[str]:
    r"""What no bare cell may hold. Between tabs a quote is text, unless the cell begins with it."""
    return re.compile(r'[\t\r\n]|\A"' if delimiter == "\t" else rf'["\r\n{re.escape(delimiter)}]')


def _respell(cell: Cell, reply: Span, delimiter: str, new: str) -> Edit | None:
    """The edit that puts a bare cell in quotes where it could not hold `new` for its reply, else None."""
    if not _needs_quotes(delimiter).search(new):
        return None
    whole = Span(*cell.span("bare"))
    before, behind = cell.string[whole.start : reply.start], cell.string[reply.end : whole.end]
    return _in_quotes(whole, before + new + behind)


def _in_quotes(cell: Span, new: str) -> Edit:
    """The edit that writes the cell in quotes, saying `new`."""
    return Edit(cell.start, cell.end, f'"{_doubled(new)}"')


def _doubled(new: str) -> str:
    return new.replace('"', '""')


def _in_one_line(new: str) -> str:
    return _NO_RAW.sub(" ", new)
