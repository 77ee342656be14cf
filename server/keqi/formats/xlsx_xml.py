"""The XML of workbooks: checked by a real parser, then searched by patterns, which are ten times as fast.

In XML that is well-formed and has no DTD the patterns are exact: `<` occurs in tags, comments, processing
instructions and CDATA only, and `>` within a tag only in quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Of a workbook's own elements: the usual one, and the one of strict workbooks."""

ATTRIBUTE = r"""\s++(?P<name>[^\s=<>"'/]++)\s*+=\s*+(?:"(?P<value>[^"]*+)"|'(?P<other>[^']*+)')"""
"""An attribute with the white space before it."""
ATTRIBUTES = re.sub(r"\?P<\w+>", "?:", f"(?:{ATTRIBUTE})*+")
"""All attributes of a tag."""
ASIDE = r"<!--(?s:.*?)-->|<\?(?s:.*?)\?>|<!\[CDATA\[(?s:.*?)\]\]>"
"""What may hold `<` without being a tag."""


_DEEPEST = 32


class DTDError(ValueError):
    """A part has a document type, which no workbook may have."""


class OddError(ValueError):
    """What should be one element holds its like, or is nested deeper than any workbook's."""


class Element(NamedTuple):
    """The beginning of an element: its namespace, its name and its attributes without prefixes."""

    namespace: str
    name: str
    attributes: dict[str, str]


@dataclass(slots=True, eq=False)
class Node:
    """An element with all that it holds; names are as the XML spells them, prefix and all."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""
    """The text in it; of the elements read here, none has both text and children."""

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]


# -- reading --------------------------------------------------------------------------------------


def check(content: bytes) -> None:
    """Raise ExpatError where `content`, in UTF-8, is not well-formed, and DTDError where it has a DTD."""

    def refuse(*_: object) -> None:
        raise DTDError

    parser = ParserCreate("utf-8", "}")
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)


def elements(xml: str) -> list[Element]:
    """The elements of a small part, in the order in which they begin."""
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition("}")
        found.append(Element(namespace, local, {k.rpartition("}")[2]: v for k, v in attributes.items()}))

    parser = ParserCreate("utf-8", "}")
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return found


def prefix(xml: str) -> str | None:
    """What stands before the names of a part's elements (``x:`` or nothing); None for another namespace."""
    root = re.compile(rf"(?:{ASIDE}|[^<])*+<(?P<tag>[^\s/>]++)(?P<all>{ATTRIBUTES})").match(xml)
    if root is None:
        return None
    name, colon, _ = root["tag"].rpartition(":")
    declared = "xmlns:" + name if colon else "xmlns"
    own = {m["name"]: m["value"] or m["other"] for m in re.finditer(ATTRIBUTE, root["all"])}
    return name + colon if own.get(declared) in NAMESPACES else None


def inside(name: str) -> str:
    """A pattern for all that an element holds which never holds its like; `name` is a pattern."""
    return rf"(?:[^<]++|{ASIDE}|<(?!!|/{name}[\s>]))*+"


def element(name: str) -> str:
    """A pattern for a whole element that never holds its like."""
    name = re.escape(name)
    return rf"<{name}{ATTRIBUTES}\s*+(?:/>|>{inside(name)}</{name}\s*+>)"


def tree(xml: str) -> Node:
    """A small stretch of a part that is one element; OddError when it is not."""
    top = Node("", {})
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise OddError
        stack.append(Node(name, attributes))
        stack[-2].children.append(stack[-1])

    def data(text: str) -> None:
        stack[-1].text += text

    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = data
    try:
        parser.Parse(xml, True)
    except ExpatError:
        raise OddError from None
    return top.children[0]


_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def read_text(raw: str) -> str:
    """What raw text between two tags says in a workbook."""
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return unescaped(_REFERENCE.sub(_referred, raw) if "&" in raw else raw)


def _referred(reference: re.Match[str]) -> str:
    high, low, name = reference.groups()
    return _NAMED[name] if name else chr(int(high, 16) if high else int(low))


# -- a workbook's own escapes ---------------------------------------------------------------------

# No text could hold control characters or halves of a pair: their escapes stay as they are.
_SILENT = "00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])|[Dd][89A-Fa-f][0-9A-Fa-f]{2}|[Ff]{3}[EFef]"
_CODE = rf"x(?!{_SILENT})[0-9A-Fa-f]{{4}}"
_ESCAPE = re.compile(f"_{_CODE}_")
_SPECIAL = "\\x00-\\x08\\x0b-\\x1f\\ud800-\\udfff\\ufffe\\uffff"
_SPECIAL_OR_AMBIGUOUS = re.compile(f"[{_SPECIAL}]|_(?={_CODE}[_{_SPECIAL}])")


def unescaped(text: str) -> str:
    """What a string of a workbook says: ``_x000D_`` is a carriage return."""
    return _ESCAPE.sub(lambda m: chr(int(m.group()[2:6], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    """How a string of a workbook spells `text`: the inverse of `unescaped`."""
    return _SPECIAL_OR_AMBIGUOUS.sub(lambda m: f"_x{ord(m.group()):04X}_", text)


def needs_preserving(text: str) -> bool:
    """Whether programs would drop white space at the ends of `text` unless told to keep it."""
    return text != text.strip()


# -- writing --------------------------------------------------------------------------------------


def write_text(text: str) -> str:
    """`text` as XML spells it between two tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write(node: Node) -> str:
    """The node as XML."""
    quoted = {k: write_text(v).replace('"', "&quot;") for k, v in node.attributes.items()}
    spelled = "".join(f' {k}="{_kept(v)}"' for k, v in quoted.items())
    if not node.children and not node.text:
        return f"<{node.name}{spelled}/>"
    inside = "".join(map(write, node.children)) if node.children else write_text(node.text)
    return f"<{node.name}{spelled}>{inside}</{node.name}>"


def _kept(value: str) -> str:
    """An attribute's value with its white space as references, since XML would make spaces of it."""
    return value.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """`pattern`, compiled once."""
    return re.compile(pattern)
