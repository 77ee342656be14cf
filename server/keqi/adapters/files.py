"""Reading, finding and writing files: the only disk access for replies.

A text keeps its line ends, its byte order mark and its encoding from `read` to `write`; both work
on bytes, so that Python never translates anything.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from keqi.findings import Edit, apply_edits
from keqi.formats import SUFFIXES, Format, for_path

DEFAULT_LIMIT = 64 * 1024 * 1024
"""Bytes that a file may have when nobody says otherwise."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    # UTF-32 little-endian begins like UTF-16, so it is asked first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SKIPPED = frozenset({"node_modules", "__pycache__"})
_NO_REPLIES = frozenset({"keqi.toml", "pyproject.toml", "package.json", "package-lock.json", "tsconfig.json"})
"""Names that are never met as a library of replies; who means one names it."""


class FileError(Exception):
    """A file or folder that could not be used, and why. `render.messages` puts it into words."""

    def __init__(self, path: str, kind: str, **details: object) -> None:
        super().__init__(f"{path}: {kind}")
        self.path = path
        """The file as the user named it; `-` for standard input."""
        self.kind = kind
        """Why: a key of `render.messages`, such as `missing` or `too-big`."""
        self.details = details
        """What the wording needs to know, such as the limit."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text was written as bytes."""

    codec: str
    """Python's name for it, without a byte order mark."""
    mark: bytes = b""
    """The byte order mark the file begins with; may be empty."""

    def encode(self, text: str) -> bytes:
        """`text` as the file would hold it."""
        return self.mark + text.encode(self.codec)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text and how it was stored."""

    path: str
    """As the user named it; `-` for standard input."""
    text: str
    """Without a byte order mark, line ends as they are."""
    encoding: Encoding

    @property
    def data(self) -> bytes:
        """What the file holds."""
        return self.encoding.encode(self.text)

    def edited(self, edits: Sequence[Edit]) -> bytes:
        """What the file holds once `edits`, in offsets of `text`, are made."""
        return self.encoding.encode(apply_edits(self.text, edits))


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """A workbook, and the text that stands for it (see `formats.xlsx`)."""

    path: str
    text: str
    data: bytes
    """What the file holds."""

    def edited(self, edits: Sequence[Edit]) -> bytes:
        """What the file holds once `edits`, in offsets of `text`, are made; FileError when it cannot."""
        from keqi.formats import xlsx

        try:
            return xlsx.rewritten(self.data, edits)
        except xlsx.WorkbookError as error:
            raise FileError(self.path, error.kind, **error.details) from error


AnyFile = TextFile | WorkbookFile


def decode(data: bytes, path: str) -> TextFile:
    """The text in `data`: by its byte order mark, else UTF-8, else GB18030.

    Raises FileError when `data` is not text in any of them.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            text = _decoded(data[len(mark) :], codec)
            if text is None:
                raise FileError(path, "broken", codec=codec.upper())
            return _checked(TextFile(path, text, Encoding(codec, mark)), nul="\0")
    if b"\0" in data:
        raise FileError(path, "nul", line=data.count(b"\n", 0, data.index(b"\0")) + 1)
    text = _decoded(data, "utf-8")
    if text is not None:
        return _checked(TextFile(path, text, Encoding("utf-8")))
    if (line := _odd_line(data)) is not None:
        raise FileError(path, "mixed", line=line)
    text = _decoded(data, "gb18030")
    if text is None:
        raise FileError(path, "not-text")
    return _checked(TextFile(path, text, Encoding("gb18030")), guessed=True)


def _odd_line(data: bytes) -> int | None:
    """The first line, from 1, of another encoding than the rest; None when all are of one.

    A line of GB18030 is hardly ever valid UTF-8 with a Chinese character in it, so some of these
    beside some that are not UTF-8 at all mean that two files were pasted together.
    """
    right: list[int] = []
    wrong: list[int] = []
    for number, line in enumerate(data.splitlines(), 1):
        if line.isascii():
            continue
        text = _decoded(line, "utf-8")
        if text is None:
            wrong.append(number)
        elif any("\u4e00" <= char <= "\u9fff" for char in text):
            right.append(number)
    if len(right) * 10 < len(wrong) or not wrong:
        return None
    return wrong[0] if len(wrong) <= len(right) else right[0]


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _checked(file: TextFile, nul: str = "", guessed: bool = False) -> TextFile:
    """`file`, unless it holds what a text never does; a guess is doubted sooner."""
    at = file.text.find(nul) if nul else -1
    if at >= 0:
        raise FileError(file.path, "nul", line=file.text.count("\n", 0, at) + 1)
    if guessed and _NOT_TEXT.search(file.text):
        raise FileError(file.path, "not-text")
    return file


def read(path: str | Path, limit: int = DEFAULT_LIMIT) -> TextFile:
    """The text in the file at `path`; FileError when it cannot be read or is no text."""
    return decode(read_bytes(path, limit), os.fspath(path))


def read_bytes(path: str | Path, limit: int = DEFAULT_LIMIT) -> bytes:
    """What the file at `path` holds; FileError when it cannot be read or is larger than `limit`."""
    name = os.fspath(path)
    try:
        if Path(path).is_dir():
            raise FileError(name, "folder")
        with Path(path).open("rb") as stream:
            return _limited(stream, name, limit)
    except OSError as error:
        raise _os_error(name, error, "unreadable") from error


def kind_of(path: str | Path) -> Format:
    """The format that the name of the file at `path` means."""
    return for_path(os.fspath(path))


def opened(data: bytes, path: str, binary: bool, limit: int = DEFAULT_LIMIT) -> AnyFile:
    """The text in `data`, or the workbook where the format is a `binary` one. Raises FileError."""
    if not binary:
        return decode(data, path)
    from keqi.formats import xlsx

    try:
        return WorkbookFile(path, xlsx.text_of(data), data)
    except xlsx.WorkbookError as error:
        raise FileError(path, error.kind, **error.details) from error


def read_stream(
    stream: BinaryIO, name: str = "-", limit: int = DEFAULT_LIMIT, binary: bool = False
) -> AnyFile:
    """The text or workbook that comes from `stream`, such as standard input; errors as for `read`."""
    try:
        return opened(_limited(stream, name, limit), name, binary)
    except OSError as error:
        raise _os_error(name, error, "unreadable") from error


def _limited(stream: BinaryIO, name: str, limit: int) -> bytes:
    """All of `stream`; one byte more than the limit is enough to refuse a file of any size."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise FileError(name, "too-big", limit=limit)
    return data


def _os_error(path: str, error: OSError, otherwise: str) -> FileError:
    """The operating system's refusal in our terms."""
    if isinstance(error, FileNotFoundError):
        return FileError(path, "missing")
    if isinstance(error, PermissionError) and otherwise == "unreadable":
        return FileError(path, "forbidden")
    code = errno.errorcode.get(error.errno or 0, "")
    return FileError(path, otherwise, code=code, reason=error.strerror or type(error).__name__)


def write(file: AnyFile, data: bytes) -> None:
    """Put `data` in the place of `file`: wholly or not at all.

    A link is followed: its target is replaced, the link stays. Raises FileError, and leaves the
    file as it was, when it is read-only, no longer holds what was read from it, or cannot be
    written.
    """
    try:
        target = Path(file.path).resolve(strict=True)
        mode = target.stat().st_mode
        _may_replace(file, target, mode)
        replace_file(target, data, stat.S_IMODE(mode))
    except OSError as error:
        raise _os_error(file.path, error, "unwritable") from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file of our own, such as a report, wholly or not at all; FileError when it cannot be."""
    try:
        target = path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        replace_file(target, data, mode)
    except OSError as error:
        raise _os_error(os.fspath(path), error, "unwritable") from error


def _umask() -> int:
    """The permissions that new files shall not have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _may_replace(file: AnyFile, target: Path, mode: int) -> None:
    """FileError when `target` must not be written."""
    if not stat.S_ISREG(mode):
        raise FileError(file.path, "special")
    # The superuser may write anything; a file without write bits is still meant to stay.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise FileError(file.path, "read-only")
    # Also catches the rare file that would not come back byte for byte from its encoding.
    if target.read_bytes() != file.data:
        raise FileError(file.path, "changed")


def replace_file(target: Path, data: bytes, mode: int) -> None:
    """Write beside `target`, then rename over it, so that no reader ever sees half a file."""
    from tempfile import mkstemp  # a plain check need not wait for it

    handle, name = mkstemp(prefix=f".{target.name[:40]}.", suffix=".keqi", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def walk(
    paths: Iterable[str | Path],
    suffixes: Collection[str] = SUFFIXES,
    wanted: Callable[[Path], bool] = lambda path: True,
) -> Iterator[Path | FileError]:
    """The files that `paths` mean, each once, in order; an error for each path that is of no use.

    A file that is named is taken whatever it is called. A folder gives the files below it that
    end in one of `suffixes` and are `wanted`, sorted by name; hidden folders and `node_modules`
    are left out. Links are followed; a folder that was seen before is not entered again.
    """
    seen: set[tuple[int, int]] = set()
    for given in paths:
        path = Path(given)
        if _is_folder(path):
            yield from _walk_folder(path, suffixes, wanted, seen)
        elif not _exists(path):
            yield FileError(os.fspath(given), "missing")
        elif _is_new(path, seen):
            yield path


def _is_folder(path: Path) -> bool:
    """Whether `path` is a folder, as far as one may know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _exists(path: Path) -> bool:
    """Whether there is something to open, as far as one may know; opening says more."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _is_new(path: Path, seen: set[tuple[int, int]]) -> bool:
    """Whether this file or folder was not met before, under any name; it is noted."""
    try:
        found = path.stat()
    except OSError:
        return True
    key = (found.st_dev, found.st_ino)
    if key in seen:
        return False
    seen.add(key)
    return True


def _walk_folder(
    folder: Path,
    suffixes: Collection[str],
    wanted: Callable[[Path], bool],
    seen: set[tuple[int, int]],
) -> Iterator[Path | FileError]:
    """The files below `folder`, deepest first within each name's turn."""
    if not _is_new(folder, seen):
        return
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError as error:
        yield _os_error(os.fspath(folder), error, "unreadable")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _SKIPPED:
            continue
        if _is_folder(entry):
            yield from _walk_folder(entry, suffixes, wanted, seen)
        elif _is_library(entry, suffixes) and wanted(entry) and _is_new(entry, seen):
            yield entry


def _is_library(path: Path, suffixes: Collection[str]) -> bool:
    """Whether a file met in a folder may hold replies, by its name."""
    open_elsewhere = path.name.startswith("~$")  # Excel's mark that it has a workbook open
    return path.suffix.lower() in suffixes and path.name not in _NO_REPLIES and not open_elsewhere
