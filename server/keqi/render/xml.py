"""Any text as XML 1.0, for the formats that are XML."""

from __future__ import annotations

import re
from collections.abc import Mapping

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUE = _IN_TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def content(text: str) -> str:
    """`text` between tags; what no XML can hold is left out."""
    return _ILLEGAL.sub("", text).translate(_IN_TEXT)


def attributes(values: Mapping[str, object]) -> str:
    """The attributes of an element, each with a space before it; line ends survive a parser."""
    return "".join(f' {name}="{_value(value)}"' for name, value in values.items())


def _value(value: object) -> str:
    return _ILLEGAL.sub("", str(value)).translate(_IN_VALUE)
