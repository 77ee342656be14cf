"""Read the labelled corpus: replies with marked spans.

One item a line: trade, script, text. `[[kind|…]]` is a span that must be found, `((kind|…))` one
that may be. Marks nest. As a script: print the named files as JSON lines with code point offsets.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_MARK = re.compile(r"\[\[([a-z-]+)\||\(\(([a-z-]+)\||\]\]|\)\)")


def parse(marked: str) -> dict[str, Any]:
    """The plain text and its spans; ValueError for marks that do not match."""
    text, spans, optional = "", [], []
    opened: list[tuple[str, str, int]] = []
    done = 0
    for mark in _MARK.finditer(marked):
        closing = mark[0] in ("]]", "))")
        if closing and not (opened and opened[-1][0] == mark[0]):
            continue
        text += marked[done : mark.start()]
        done = mark.end()
        if not closing:
            opened.append(("]]" if mark[1] else "))", mark[1] or mark[2], len(text)))
            continue
        close, kind, start = opened.pop()
        span = {"start": start, "end": len(text), "text": text[start:], "kind": kind}
        (spans if close == "]]" else optional).append(span)
    if opened:
        raise ValueError(f"a mark is not closed: {marked}")
    text += marked[done:]
    return {"text": text, "spans": spans, "optional": optional}


def items(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """All items of the files, with their trade and script."""
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield {**parse(row["text"]), "trade": row["trade"], "script": row["script"]}


if __name__ == "__main__":
    for item in items(map(Path, sys.argv[1:])):
        print(json.dumps(item, ensure_ascii=False))
