"""Workbooks for tests: made by hand, to have every way of spelling one, and by openpyxl, to have everything in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
CONTENT_TYPES = f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def relations(targets: Mapping[str, tuple[str, str]], kinds: str = _KINDS) -> str:
    """A part that refers to others: id to kind and target."""
    inner = "".join(
        f'<Relationship Id="{id}" Type="{kinds}/{kind}" Target="{target}"/>'
        for id, (kind, target) in targets.items()
    )
    return f'{_DECLARATION}<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def sheet(rows: str, prefix: str = "", namespace: str = MAIN) -> str:
    """A worksheet around its rows."""
    bound = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return (
        f'{_DECLARATION}<{prefix}worksheet {bound}="{namespace}"><{prefix}sheetData>{rows}'
        f"</{prefix}sheetData></{prefix}worksheet>"
    )


def strings(items: str, prefix: str = "", namespace: str = MAIN) -> str:
    """The shared strings around their items."""
    bound = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return f'{_DECLARATION}<{prefix}sst {bound}="{namespace}" count="9">{items}</{prefix}sst>'


def parts(
    sheets: Mapping[str, str],
    items: str = "",
    prefix: str = "",
    namespace: str = MAIN,
    root: str = "",
    states: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The parts of a workbook with these sheets (name to rows) and shared strings.

    `root` goes before the targets of references: ``/xl/`` makes them absolute.
    """
    kinds = _STRICT_KINDS if namespace == STRICT else _KINDS
    states = states or {}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{states.get(name, "")}/>'
        for n, name in enumerate(sheets, 1)
    )
    targets = {f"rId{n}": ("worksheet", f"{root}worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
    made = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}, kinds),
        "xl/workbook.xml": f'{_DECLARATION}<workbook xmlns="{namespace}" xmlns:r="{kinds}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            targets | ({"rId99": ("sharedStrings", f"{root}sharedStrings.xml")} if items else {}), kinds
        ),
    }
    for n, rows in enumerate(sheets.values(), 1):
        made[f"xl/worksheets/sheet{n}.xml"] = sheet(rows, prefix, namespace)
    if items:
        made["xl/sharedStrings.xml"] = strings(items, prefix, namespace)
    return made


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def handmade(rows: str, items: str = "", **options) -> bytes:
    """A workbook of one sheet, 售后, with these rows and shared strings."""
    return packed(parts({"售后": rows}, items, **options))


def members(data: bytes) -> dict[str, bytes]:
    """What is in a zip, unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sharing(data: bytes) -> bytes:
    """The workbook with its inline strings as shared ones, as Excel writes them; equal ones are one."""
    found: list[str] = []

    def share(cell: re.Match[str]) -> str:
        if cell[2] not in found:
            found.append(cell[2])
        return f't="s"{cell[1]}><v>{found.index(cell[2])}</v>'

    made: dict[str, str | bytes] = dict(members(data))
    for name, content in members(data).items():
        if name.startswith("xl/worksheets/sheet"):
            made[name] = re.sub(
                r't="inlineStr"([^>]*)><is>(.*?)</is>', share, content.decode(), flags=re.DOTALL
            )
    reference = f'<Relationship Id="rId99" Type="{_KINDS}/sharedStrings" Target="sharedStrings.xml"/>'
    references = members(data)["xl/_rels/workbook.xml.rels"].decode()
    made["xl/_rels/workbook.xml.rels"] = references.replace(
        "</Relationships>", f"{reference}</Relationships>"
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/>'
    types = members(data)["[Content_Types].xml"].decode()
    made["[Content_Types].xml"] = types.replace("</Types>", f"{override}</Types>")
    made["xl/sharedStrings.xml"] = strings("".join(f"<si>{text}</si>" for text in found))
    return packed(made)


def full() -> bytes:
    """A workbook with nearly all that openpyxl can write, and pictures and macros besides."""
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.table import Table

    book = openpyxl.Workbook()
    one = book.active
    one.title = "售后"
    one.append(["编号", "问题", "回复", "工号", "字数"])
    answers = ["不行", "您好，不行", " 您好 不行 ", "好的", "不行\n请稍等", "<b>&不行\"'"]
    for n, answer in enumerate(answers, 2):
        one.append([n, "不行吗", answer, "A1", f"=LEN(C{n})"])
    bold, red = InlineFont(b=True), InlineFont(color="FFFF0000", sz=14)
    one["C8"] = CellRichText("您好，", TextBlock(bold, "不行"), TextBlock(red, "，谢谢"))
    one["C9"] = '="不行"'
    one["C2"].font = Font(name="宋体", size=20, bold=True, color="FF00FF00")
    one["C2"].fill = PatternFill("solid", fgColor="FFFFFF00")
    one["C3"].border = Border(left=Side("thin"), top=Side("double"))
    one["C3"].alignment = Alignment(wrap_text=True, horizontal="center")
    one["C4"].protection = Protection(locked=False)
    one["C4"].number_format = "@"
    one["C2"].comment = Comment("不行", "主管")
    one["C5"].hyperlink = "https://example.com/不行"
    one.merge_cells("F1:H2")
    one["F1"] = "合并"
    one.column_dimensions["C"].width = 60
    one.row_dimensions[3].height = 40
    one.freeze_panes = "A2"
    one.auto_filter.ref = "A1:E8"
    one.conditional_formatting.add("E2:E8", CellIsRule("greaterThan", ["3"], font=Font(bold=True)))
    choice = DataValidation("list", formula1='"不行,可以"')
    choice.add("D2:D8")
    one.add_data_validation(choice)
    chart = BarChart()
    chart.add_data(Reference(one, min_col=5, min_row=1, max_row=7), titles_from_data=True)
    one.add_chart(chart, "J2")
    two = book.create_sheet("库存")
    two.append(["编号", "回复"])
    two.append(["甲", "不行"])
    two.add_table(Table(displayName="表", ref="A1:B2"))
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden.append(["回复"])
    hidden.append(["不行"])
    book.create_sheet("空")
    book.defined_names["全部"] = DefinedName("全部", attr_text="售后!$C$2:$C$8")
    out = io.BytesIO()
    book.save(out)
    extra = {"xl/media/image1.png": b"\x89PNG\r\n\x1a\n\0\1\2", "xl/vbaProject.bin": bytes(range(256))}
    return packed(members(out.getvalue()) | extra)
