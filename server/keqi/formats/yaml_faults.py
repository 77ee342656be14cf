"""What PyYAML objects to, as an error that says where to look and what to do."""

from __future__ import annotations

import re

import yaml

from keqi.formats import FormatError

_KINDS = (
    ("tab character|found character '\\\\t'", "yaml-tab", False),
    ("cannot start any token", "yaml-start", False),
    ("quoted scalar.*(end of stream|document)", "yaml-quote", True),
    ("escape|hexdecimal", "yaml-escape", False),
    ("could not find expected ':'", "yaml-colon", True),
    ("mapping values are not allowed|found unexpected ':'", "yaml-inner-colon", False),
    ("an (alias|anchor)|a tag|a directive|tag handle|expected alphabetic", "yaml-start", True),
    (
        "sequence entries are not allowed|sequence entry is not allowed|mapping keys are not",
        "yaml-start",
        False,
    ),
    ("a block scalar", "yaml-block", False),
    ("a flow", "yaml-bracket", True),
    ("expected key|expected '-'|block end|document start|node content", "yaml-indent", False),
)
"""What of context and problem tells the kind, and whether the fault lies where the context begins."""

_BLANK = " \t\r\n"
_SEPARATORS = ("\x85", "\u2028", "\u2029")
"""Line ends to YAML 1.1 alone; they come along when text is pasted from elsewhere."""
_NEAR = 100
"""How far one looks back for what stands before a fault."""


def fault(text: str, error: yaml.MarkedYAMLError, shift: int) -> FormatError:
    """`error`, in `text` less its first `shift` code points, as an error in `text`."""
    said = f"{error.context or ''}|{error.problem or ''}"
    found = ((kind, early) for pattern, kind, early in _KINDS if re.search(pattern, said))
    kind, early = next(found, ("yaml-syntax", False))
    mark = (error.context_mark if early else None) or error.problem_mark or error.context_mark
    offset = min(mark.index + shift, len(text)) if mark else 0
    char = text[offset : offset + 1]
    if kind == "yaml-start" and char == "\t":
        kind = "yaml-tab"
    before = text[max(0, offset - _NEAR) : offset].rstrip(" \t")
    if before.endswith(_SEPARATORS):
        return FormatError(offset - 1, "yaml-separator", char=f"{ord(before[-1]):04X}")
    if kind == "yaml-indent":
        kind = _misplaced(before, char)
    return FormatError(offset, kind, char=char.strip(_BLANK), problem=error.problem or "")


def _misplaced(before: str, char: str) -> str:
    """Why `char` stands behind `before` where nothing is expected, if it is not the indentation."""
    if char and char in "]}":
        return "yaml-bracket"
    if before.endswith(('"', "'")):
        return "yaml-behind-quote"
    return "yaml-behind-bracket" if before.endswith(("]", "}")) else "yaml-indent"
