"""Other texts into the cells of a sheet, with nothing else of its XML touched.

A cell that had a shared string gets it as its own, since other cells may share the old one: an inline string
with the same runs, each in its dress, and the same readings of words. The cell's style stays with the cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keqi.findings import Edit, apply_edits
from keqi.formats import xlsx_xml
from keqi.formats.xlsx_package import WorkbookError
from keqi.formats.xlsx_sheets import Cell, Sheet, Strings, leaves
from keqi.formats.xlsx_xml import ASIDE, ATTRIBUTE, ATTRIBUTES, Node, compiled, element
from keqi.text import Span

LONGEST = 32_767
"""UTF-16 units that a cell can hold."""


def sheet_with(sheet: Sheet, strings: Strings, edits: Mapping[int, Sequence[Edit]]) -> str:
    """The sheet's XML after edits of some of its cells, by their number in `cells`.

    Those of a cell are in order, with offsets in its text.
    Raises WorkbookError when a text would be longer than a cell can hold, or a cell is no cell.
    """
    made: list[Edit] = []
    for number, own in edits.items():
        cell = sheet.cells[number]
        new = apply_edits(cell.text, own)
        if _units(new) > LONGEST:
            raise WorkbookError("xlsx-long", cell=f"{sheet.name}!{cell.address}", most=LONGEST)
        if new == cell.text:
            continue
        try:
            made += _cell_edits(sheet, strings, cell, own)
        except xlsx_xml.OddError:
            raise WorkbookError("xlsx-cell", cell=f"{sheet.name}!{cell.address}") from None
    return apply_edits(sheet.xml, made)


def _cell_edits(sheet: Sheet, strings: Strings, cell: Cell, edits: Sequence[Edit]) -> list[Edit]:
    """The edits of the sheet's XML that make `edits` in a cell's text."""
    kind = _kind(sheet.xml, cell.start)
    holder = _find(sheet.xml, sheet.prefix + ("is" if kind.of(sheet.xml) == "inlineStr" else "v"), cell.start)
    if cell.shared is None:
        node = _edited(xlsx_xml.tree(holder.of(sheet.xml)), edits)
        return [Edit(holder.start, holder.end, xlsx_xml.write(node))]
    item = _find(strings.xml, strings.prefix + "si", strings.starts[cell.shared])
    node = _renamed(xlsx_xml.tree(item.of(strings.xml)), strings.prefix, sheet.prefix)
    node.name = f"{sheet.prefix}is"
    return [
        Edit(kind.start, kind.end, "inlineStr"),
        Edit(holder.start, holder.end, xlsx_xml.write(_edited(node, edits))),
    ]


def _find(xml: str, name: str, at: int) -> Span:
    """The first element of that name from `at` on."""
    for found in compiled(f"{ASIDE}|(?P<own>{element(name)})").finditer(xml, at):
        if found["own"] is not None:
            return Span(*found.span())
    raise AssertionError("what has been read is there")


def _kind(xml: str, at: int) -> Span:
    """The value of the attribute `t` of the cell at `at`."""
    tag = compiled(rf"<[^\s/>]++(?P<all>{ATTRIBUTES})").match(xml, at)
    assert tag is not None, "a cell was read here"
    for attribute in compiled(ATTRIBUTE).finditer(xml, *tag.span("all")):
        if attribute["name"] == "t":
            return Span(*attribute.span("other" if attribute["value"] is None else "value"))
    raise AssertionError("cells without a type hold no text")


def _renamed(node: Node, old: str, new: str) -> Node:
    """The node for a part whose elements have another prefix, without what is of another namespace."""
    kept = [
        _renamed(child, old, new)
        for child in node.children
        if child.name.startswith(old) and ":" not in child.name[len(old) :]
    ]
    attributes = {k: v for k, v in node.attributes.items() if ":" not in k or k == "xml:space"}
    return Node(new + node.name[len(old) :], attributes, kept, node.text)


# -- a string with its runs -----------------------------------------------------------------------


def _edited(node: Node, edits: Sequence[Edit]) -> Node:
    """The string or value after `edits` of its text, which are in order; changes `node`."""
    if node.local == "is" and not any(leaves(node)):
        node.children.insert(0, Node(node.name.removesuffix("is") + "t", {}))
    holders = list(leaves(node))
    old = [xlsx_xml.unescaped(leaf.text) for leaf in holders]
    _shift_readings(node, "".join(old), edits)
    new = _spread(old, edits)
    for leaf, text in zip(holders, new, strict=True):
        leaf.text = xlsx_xml.escaped(text)
        if leaf.local == "t" and xlsx_xml.needs_preserving(text):
            leaf.attributes["xml:space"] = "preserve"
    if any(new):
        gone = {leaf for leaf, before, after in zip(holders, old, new, strict=True) if before and not after}
        node.children = [child for child in node.children if gone.isdisjoint(child.children)]
    return node


def _spread(texts: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """The texts, which follow one another, after edits of the whole.

    New wording goes where the first code point that it replaces was; an insertion goes behind the code
    point before it, as it does when one types.
    """
    if not any(texts):
        return [apply_edits("", edits), *texts[1:]]
    made, start = [], 0
    for text in texts:
        end = start + len(text)
        own = []
        for edit in edits:
            first, last = max(edit.start, start), min(edit.end, end)
            before = edit.start - (edit.end == edit.start > 0)
            if start <= before < end:
                own.append(Edit(edit.start - start, last - start, edit.text))
            elif first < last:
                own.append(Edit(first - start, last - start, ""))
        made.append(apply_edits(text, own))
        start = end
    return made


def _shift_readings(node: Node, text: str, edits: Sequence[Edit]) -> None:
    """Move the readings of words, which count UTF-16 units, with their words; a changed word loses its own."""
    if all(child.local != "rPh" for child in node.children):
        return
    kept: list[Node] = []
    spans = [(_units(text[: e.start]), _units(text[: e.end]), _units(e.text)) for e in edits]
    for child in node.children:
        if child.local == "rPh":
            begin, end = _number(child, "sb"), _number(child, "eb")
            if any(start < end and begin < stop for start, stop, _ in spans):
                continue
            by = sum(size - (stop - start) for start, stop, size in spans if stop <= begin)
            child.attributes |= {"sb": str(begin + by), "eb": str(end + by)}
        kept.append(child)
    node.children = kept


def _number(node: Node, name: str) -> int:
    """An attribute that is a number; 0 when it is none."""
    value = node.attributes.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def _units(text: str) -> int:
    """How many UTF-16 units the text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
