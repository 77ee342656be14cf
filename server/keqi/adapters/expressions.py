"""Compiled regular expressions on disk: compiling the lexicon's takes two seconds, reading them none.

Python compiles an expression to a list of numbers and gives it to its matching engine. The numbers
are kept in the user's own cache folder, under the exact version of Python. How they are made and
handed over is CPython's own business, so whatever is not as expected means: compile as usual. The
engine itself refuses numbers that make no sense.
"""

from __future__ import annotations

import marshal
import mmap
import os
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
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


_MARK = b"keqi expressions 1"
_COUNT = struct.Struct("<I")
_RECORD = struct.Struct("<16sII")
"""Of each expression its digest, and where its entry begins and ends."""
_RECORDS = len(_MARK) + _COUNT.size


class _Kept(Mapping[bytes, bytes]):
    """Entries by the digest of their expression, in marshalled form, as they lie in a file.

    The records lie in order and are searched in place: a run needs few of ten thousand entries, and
    processes share the file's pages.
    """

    def __init__(self, file: Path) -> None:
        """What is kept in `file`; nothing where it cannot be read."""
        self._data: mmap.mmap | bytes = b""
        self._count = 0
        with suppress(OSError, ValueError, struct.error), file.open("rb") as stream:
            # Windows replaces no file that is mapped.
            windows = sys.platform == "win32"
            self._data = stream.read() if windows else mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            if self._data[: len(_MARK)] == _MARK:
                (count,) = _COUNT.unpack_from(self._data, len(_MARK))
                self._count = count if _RECORDS + count * _RECORD.size <= len(self._data) else 0

    def _record(self, number: int) -> tuple[bytes, int, int]:
        found: tuple[bytes, int, int] = _RECORD.unpack_from(self._data, _RECORDS + number * _RECORD.size)
        return found

    def __getitem__(self, key: bytes) -> bytes:
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            digest, start, end = self._record(middle)
            if digest == key:
                return self._data[start:end]
            low, high = (middle + 1, high) if digest < key else (low, middle)
        raise KeyError(key)

    def __iter__(self) -> Iterator[bytes]:
        return (self._record(number)[0] for number in range(self._count))

    def __len__(self) -> int:
        return self._count


def _laid_out(entries: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """The content of the file that keeps these entries, piece by piece."""
    keys = sorted(entries)
    yield _MARK + _COUNT.pack(len(keys))
    start = _RECORDS + len(keys) * _RECORD.size
    for key in keys:
        yield _RECORD.pack(key, start, start + len(entries[key]))
        start += len(entries[key])
    for key in keys:
        yield entries[key]


class Expressions:
    """Compiles expressions, or takes them from `file`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _Kept(file)
        self._used: set[bytes] = set()
        self._made: dict[bytes, bytes] = {}

    def compile(self, expression: str) -> re.Pattern[str]:
        """As `re.compile`, and raising what it raises."""
        key = blake2b(expression.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        kept = self._known.get(key)
        if kept is not None:
            self._used.add(key)
            with suppress(Exception):  # of another version, after all, or damaged
                return _restored(expression, marshal.loads(kept))
        try:
            entry = _compiled(expression)
            pattern = _restored(expression, entry)
        except re.error:
            raise
        except Exception:  # this Python does it in another way
            return re.compile(expression)
        self._made[key] = marshal.dumps(entry)
        return pattern

    def save(self) -> None:
        """Keep what has been compiled; a cache that cannot be written is no error."""
        if len(self._made) < WORTH_SAVING:
            return
        kept = {**_Kept(self._file), **self._made}  # another process may have saved meanwhile
        if len(kept) > MOST:
            kept = {key: entry for key, entry in kept.items() if key in self._used or key in self._made}
        with suppress(OSError):
            _replace(self._file, kept)
            self._known = _Kept(self._file)
        self._made = {}


def _replace(file: Path, entries: Mapping[bytes, bytes]) -> None:
    """Write the file anew, or leave it as it is; OSError where that cannot be done."""
    import tempfile  # most runs have nothing to save

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(_laid_out(entries))
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


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


_installed: Expressions | None = None


def install(folder: Path | None) -> None:
    """From now on, let the lexicon's expressions come from `folder`, the user's own; once a process."""
    global _installed
    if _installed is None and folder is not None and sys.implementation.name == "cpython":
        _installed = Expressions(folder / f"expressions-{sys.hexversion:x}-{sys.byteorder}.dat")
        expressions.compile_with(_installed.compile)


def save() -> None:
    """Keep what this process has compiled, where there is a folder for it."""
    if _installed is not None:
        _installed.save()
