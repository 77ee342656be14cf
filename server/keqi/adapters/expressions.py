"""Compiled regular expressions on disk: compiling the lexicon's takes two seconds, reading them none.

Python compiles an expression to a list of numbers and gives it to its matching engine. The numbers
are kept in the user's own cache folder, under the exact version of Python. How they are made and
handed over is CPython's own business, so whatever is not as expected means: compile as usual. The
engine itself refuses numbers that make no sense.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
import zlib
from array import array
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from keqi import expressions

MOST = 20_000
"""Expressions that are kept; beyond, those that this process did not use are dropped."""
WORTH_SAVING = 8
"""New expressions from which the file is written again."""

_Entry = tuple[int, int, dict[str, int], bytes]
"""Flags, number of groups, numbers of named groups, and the compressed program."""


class Expressions:
    """Compiles expressions, or takes them from `file`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[bytes, _Entry] = _read(file)
        self._used: dict[bytes, _Entry] = {}
        self._new = 0

    def compile(self, expression: str) -> re.Pattern[str]:
        """As `re.compile`, and raising what it raises."""
        key = blake2b(expression.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        entry = self._known.get(key)
        if entry is not None:
            self._used[key] = entry
            with suppress(Exception):  # of another version, after all, or damaged
                return _restored(expression, entry)
        try:
            entry = _compiled(expression)
            pattern = _restored(expression, entry)
        except re.error:
            raise
        except Exception:  # this Python does it in another way
            return re.compile(expression)
        self._used[key] = entry
        self._new += 1
        return pattern

    def save(self) -> None:
        """Keep what has been compiled; a cache that cannot be written is no error."""
        if self._new < WORTH_SAVING:
            return
        import tempfile  # most runs have nothing to save

        together = {**_read(self._file), **self._used}
        kept = self._used if len(together) > MOST else together
        with suppress(OSError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "wb") as stream:
                marshal.dump(kept, stream)
            Path(name).replace(self._file)
        self._new = 0


def _compiled(expression: str) -> _Entry:
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    parser: Any = re._parser  # type: ignore[attr-defined]
    tree = parser.parse(expression, 0)
    state = tree.state
    program = array("I", compiler._code(tree, 0)).tobytes()
    return state.flags, state.groups - 1, dict(state.groupdict), zlib.compress(program, 1)


def _restored(expression: str, entry: _Entry) -> re.Pattern[str]:
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    flags, groups, names, packed = entry
    program = array("I")
    program.frombytes(zlib.decompress(packed))
    by_number: list[str | None] = [None] * (groups + 1)
    for name, number in names.items():
        by_number[number] = name
    made: re.Pattern[str] = compiler._sre.compile(
        expression, flags, program.tolist(), groups, names, tuple(by_number)
    )
    return made


def _read(file: Path) -> dict[bytes, _Entry]:
    """What is kept in `file`; nothing where it cannot be read."""
    try:
        data = marshal.loads(file.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


_installed: Expressions | None = None


def install(folder: Path | None) -> None:
    """From now on, let the lexicon's expressions come from `folder`, the user's own; once a process."""
    global _installed
    if _installed is None and folder is not None and sys.implementation.name == "cpython":
        _installed = Expressions(folder / f"expressions-{sys.hexversion:x}-{sys.byteorder}.bin")
        expressions.compile_with(_installed.compile)


def save() -> None:
    """Keep what this process has compiled, where there is a folder for it."""
    if _installed is not None:
        _installed.save()
