"""The cells of a workbook that hold text, with their places in the XML.

Cells hold text in three ways: as references to shared strings, as inline strings, and as bare values of the
type `str`, as formulas have them. A text is *fixed* when the cell is not where it is written: the results
of formulas, also where an array formula spills, the headings of tables, which the table's definition
repeats, and what a pivot table shows. So is a number, which is taken for text in one place only: below
a heading such as 工号 it says who wrote a reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from keqi.formats import naming, xlsx_xml
from keqi.formats.xlsx_package import Package, WorkbookError
from keqi.formats.xlsx_xml import ASIDE, ATTRIBUTES, NAMESPACES, Node, compiled, element
from keqi.text import LineIndex

ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
"""A cell's address: letters of its column, number of its row."""

_ROW_NUMBER = re.compile(r"""\sr\s*=\s*["']0*([0-9]{1,7})["']""")
_CELL_ATTRIBUTES = (
    rf"""(?:\s++(?:r\s*=\s*["'](?P<address>{ADDRESS.pattern.replace("(", "(?:")})["']"""
    r"""|t\s*=\s*["'](?P<kind>\w*+)["']|[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+')))*+"""
)
_KINDS = ("s", "str", "inlineStr")
_DIGITS = "0123456789"
_HEAD = 500
"""How many cells from the top of a sheet may head a column."""
_LONG_NAME = 20
_SPREADING = ("array", "dataTable")


class Cell(NamedTuple):
    """A cell that holds text. (There are many, and named tuples are quicker to make than dataclasses.)"""

    address: str
    text: str
    fixed: bool
    """Whether the text is written elsewhere."""
    start: int
    """Where its element begins in the sheet's XML."""
    shared: int | None
    """The number of its shared string; None when the text is in the cell."""


class Strings(NamedTuple):
    """The strings that cells share."""

    xml: str
    prefix: str
    """What stands before the names of its elements, such as ``x:``; usually nothing."""
    texts: list[str]
    starts: list[int]
    """Where their elements begin in the XML."""


class Sheet(NamedTuple):
    """A worksheet."""

    name: str
    part: str
    xml: str
    prefix: str
    """As in `Strings`."""
    cells: list[Cell]
    """Those that hold text, in the order of the XML, which is row by row."""


class Workbook(NamedTuple):
    """What a workbook says."""

    sheets: list[Sheet]
    """In the order of their tabs, hidden ones too."""
    strings: Strings


class Range(NamedTuple):
    """A block of cells, both corners included; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def workbook(package: Package) -> Workbook:
    """The workbook in `package`; WorkbookError when there is none, or a broken one."""
    book = next(iter(package.related("", "officeDocument").values()), None)
    if book is None:
        raise WorkbookError("xlsx-part", part="_rels/.rels")
    if book.endswith(".bin"):
        raise WorkbookError("xlsx-foreign")
    listed = xlsx_xml.elements(package.read(book))
    if listed[0].name != "workbook" or listed[0].namespace not in NAMESPACES:
        raise WorkbookError("xlsx-foreign")
    strings = _strings(package, book)
    parts = package.related(book, "worksheet")
    sheets: dict[str, Sheet] = {}
    for found in listed:
        part = parts.get(found.attributes.get("id", "")) if found.name == "sheet" else None
        if part is not None and part not in sheets:
            sheets[part] = _sheet(package, found.attributes.get("name", ""), part, strings.texts)
    return Workbook(list(sheets.values()), strings)


# -- addresses ------------------------------------------------------------------------------------


def position(address: str) -> tuple[int, int] | None:
    """Row and column, from 1, of a cell's address; None when it is none."""
    match = ADDRESS.fullmatch(address.replace("$", "").upper())
    return (int(match[2]), column_number(match[1])) if match else None


def address_of(row: int, column: int) -> str:
    """What the cell in a row and a column, from 1, is called."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """The number of a column, from 1, that is called by `letters`, all capitals."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _range(reference: str) -> Range | None:
    """The block that a reference such as ``A1:C5`` means."""
    first, _, last = reference.partition(":")
    begin, end = position(first), position(last or first)
    return Range(*begin, *end) if begin and end else None


# -- strings --------------------------------------------------------------------------------------


def _strings(package: Package, book: str) -> Strings:
    """The shared strings; a workbook may have none."""
    part = next(iter(package.related(book, "sharedStrings").values()), None)
    if part is None:
        return Strings("", "", [], [])
    xml, prefix = _xml(package, part)
    p = re.escape(prefix)
    plain = _plain_string(p, "si", "plain")
    strings = Strings(xml, prefix, [], [])
    for item in compiled(f"{plain}|{ASIDE}|(?P<other>{element(prefix + 'si')})").finditer(xml):
        raw, other = item.group("plain", "other")
        if raw is None and other is None:
            continue
        try:
            strings.texts.append(said(xlsx_xml.tree(other)) if other else xlsx_xml.read_text(raw))
        except xlsx_xml.OddError:
            line, column = LineIndex(xml).position(item.start())
            raise WorkbookError("xlsx-xml", part=part, line=line + 1, column=column + 1) from None
        strings.starts.append(item.start())
    return strings


def _plain(name: str, group: str) -> str:
    """A pattern for an element with nothing but text in it, which is `group`; `name` is a pattern."""
    return rf"<{name}{ATTRIBUTES}\s*+>(?P<{group}>[^<]*+)</{name}\s*+>"


def _plain_string(p: str, name: str, group: str) -> str:
    """A pattern for a string without runs; its text is `group`, `p` a pattern for the prefix of all names."""
    return (
        rf"<{p}{name}\s*+>{_plain(p + 't', group)}"
        rf"(?:<{p}phoneticPr{ATTRIBUTES}\s*+/>)?+</{p}{name}\s*+>"
    )


def said(node: Node) -> str:
    """What a string's or value's element says, without the readings of words."""
    return "".join(xlsx_xml.unescaped(leaf.text) for leaf in leaves(node))


def leaves(node: Node) -> Iterator[Node]:
    """The elements of a string or value, itself included, that hold its text, in order."""
    if node.local in ("t", "v"):
        yield node
    for child in node.children:
        if child.local != "rPh":
            yield from leaves(child)


def _xml(package: Package, part: str) -> tuple[str, str]:
    """A part and the prefix of its elements; WorkbookError when they are no workbook's."""
    xml = package.read(part)
    prefix = xlsx_xml.prefix(xml)
    if prefix is None:
        raise WorkbookError("xlsx-foreign")
    return xml, prefix


# -- sheets ---------------------------------------------------------------------------------------


def _sheet(package: Package, name: str, part: str, strings: list[str]) -> Sheet:
    xml, prefix = _xml(package, part)
    reader = _Reader(name, prefix, strings, _shown(package, part))
    reader.read(xml)
    return Sheet(name, part, xml, prefix, reader.cells)


def _shown(package: Package, sheet: str) -> list[Range]:
    """The blocks of a sheet whose texts tables and pivot tables write."""
    found: list[Range] = []
    for part in package.related(sheet, "table").values():
        table = xlsx_xml.elements(package.read(part))[0].attributes
        block = _range(table.get("ref", ""))
        if block is not None:
            head, foot = _count(table, "headerRowCount", 1), _count(table, "totalsRowCount", 0)
            found += [
                block._replace(bottom=block.top + head - 1),
                block._replace(top=block.bottom - foot + 1),
            ]
    for part in package.related(sheet, "pivotTable").values():
        places = (e.attributes for e in xlsx_xml.elements(package.read(part)) if e.name == "location")
        found += filter(None, (_range(place.get("ref", "")) for place in places))
    return found


def _count(attributes: dict[str, str], name: str, usual: int) -> int:
    value = attributes.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 8 else usual


class _Reader:
    """Goes through a sheet from cell to cell."""

    def __init__(self, sheet: str, prefix: str, strings: list[str], shown: list[Range]) -> None:
        self.sheet = sheet
        self.strings = strings
        self.shown = shown
        """Blocks whose texts are written elsewhere, as far as they do not end above the row."""
        self.cells: list[Cell] = []
        self.signed: set[str] = set()
        """Letters of the columns that are headed as the authors'."""
        self.row = 0
        self.last = ""
        """The address of the cell before in this row."""
        p = re.escape(prefix)
        plain = rf"(?:{_plain(p + 'v', 'plain')}|{_plain_string(p, 'is', 'inline')})</{p}c\s*+>"
        inside = rf"(?:{plain}|{xlsx_xml.inside(p + 'c')}</{p}c\s*+>)"
        self.token = compiled(
            rf"(?P<tag><{p}c{_CELL_ATTRIBUTES}\s*+/?>)(?:(?<=/>)|{inside})|<{p}row(?P<row>{ATTRIBUTES})\s*+/?>"
            rf"|(?P<end></{p}sheetData\s*+>)|(?P<aside>{ASIDE})"
        )
        self.attribute = compiled(xlsx_xml.ATTRIBUTE)
        self.formula = compiled(rf"<{p}f[\s/>]")

    def read(self, xml: str) -> None:
        """Take in the cells of a sheet that hold text."""
        for token in self.token.finditer(xml):
            address, kind, plain, inline = token.group("address", "kind", "plain", "inline")
            if address is not None:
                self.last = address
                value = inline if kind == "inlineStr" else plain
                if value is None:
                    self.cell(token.group(), kind, token.start())
                elif kind in _KINDS:
                    value = value if kind == "s" else xlsx_xml.read_text(value)
                    self.take(address, value, kind, False, token.start())
                elif self.signed and value.isdecimal() and address.rstrip(_DIGITS) in self.signed:
                    self.cells.append(Cell(address, value, True, token.start(), None))
            elif token["row"] is not None:
                self.begin_row(token["row"])
            elif token["end"]:
                return
            elif not token["aside"]:
                own = {m["name"]: m["value"] or m["other"] for m in self.attribute.finditer(token["tag"])}
                self.last = self.proper(own.get("r") or "")
                self.cell(token.group(), kind, token.start())

    def begin_row(self, attributes: str) -> None:
        """Go on to the next row, which may say its number."""
        number = _ROW_NUMBER.search(attributes)
        self.row = int(number[1]) if number else self.row + 1
        self.last = ""
        if self.shown:
            self.shown = [block for block in self.shown if block.bottom >= self.row]

    def proper(self, address: str) -> str:
        """The address, however it is written, of a cell; one without is right of the one before."""
        place = position(address)
        if place is None:
            before = position(self.last)
            place = self.row, before[1] + 1 if before else 1
        return address_of(*place)

    def cell(self, xml: str, kind: str | None, start: int) -> None:
        """Take in the last cell, spelled `xml`, if it holds text; note where its formula spills."""
        if kind not in _KINDS and not self.formula.search(xml):
            return
        try:
            cell = xlsx_xml.tree(xml)
        except xlsx_xml.OddError:
            raise WorkbookError("xlsx-cell", cell=f"{self.sheet}!{self.last}") from None
        formulas = [child for child in cell.children if child.local == "f"]
        for formula in formulas:
            block = _range(formula.attributes.get("ref", ""))
            if formula.attributes.get("t") in _SPREADING and block and block[:2] != block[2:]:
                self.shown.append(block)
        holder = "is" if kind == "inlineStr" else "v"
        value = next((child for child in cell.children if child.local == holder), None)
        if value is not None and kind in _KINDS:
            self.take(self.last, said(value), kind, bool(formulas), start)

    def take(self, address: str, value: str, kind: str, fixed: bool, start: int) -> None:
        """Add a cell; `value` is its text, or the number of its shared string."""
        if self.shown:
            fixed = fixed or self.is_shown(address)
        if kind != "s":
            self.add(Cell(address, value, fixed, start, None))
            return
        number = value.strip()
        if not (number.isdecimal() and len(number) < 10 and int(number) < len(self.strings)):
            raise WorkbookError("xlsx-string", cell=f"{self.sheet}!{address}")
        self.add(Cell(address, self.strings[int(number)], fixed, start, int(number)))

    def add(self, cell: Cell) -> None:
        """Add a cell, which may head a column."""
        if len(self.cells) < _HEAD and naming.heading(cell.text[:_LONG_NAME]) in naming.AUTHOR:
            self.signed.add(cell.address.rstrip(_DIGITS))
        self.cells.append(cell)

    def is_shown(self, address: str) -> bool:
        """Whether the cell lies where texts are written elsewhere."""
        place = position(address)
        return place is not None and any(block.holds(*place) for block in self.shown)
