"""A workbook as a package: a zip of parts that refer to one another, read within bounds and repacked.

Nothing is written with `zipfile`: what is not replaced is copied as it is, compressed bytes, headers and all.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from typing import NamedTuple
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from keqi.formats import xlsx_xml

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What `zipfile` raises for a broken or unusual zip."""

_FULL = 0xFFFFFFFF
_MOST_PARTS = 0xFFFE


class WorkbookError(ValueError):
    """A workbook that cannot be used, and why. `render.messages` puts it into words."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.kind = kind
        """What is wrong: a key of `render.messages`."""
        self.details = details
        """What the wording needs to know, such as the part of the workbook."""


@dataclass(slots=True)
class Package:
    """The parts of one workbook; `open_package` makes it."""

    data: bytes
    archive: ZipFile
    """A reader of `data`."""
    parts: dict[str, ZipInfo]
    """The zip's members, in the order of its directory, under the names of `_key`."""
    limit: int
    """How many bytes all parts that are read may have together."""
    used: int = 0
    """How many bytes have been read."""
    wide: set[str] = field(default_factory=set)
    """Parts, as `_key` names them, that are kept in UTF-16."""
    references: dict[str, list[xlsx_xml.Element]] = field(default_factory=dict)
    """What is known of the references of parts, by the parts that hold them."""

    def read(self, part: str) -> str:
        """The XML in a part. Raises WorkbookError when it is missing, broken or too big."""
        info = self.parts.get(_key(part))
        if info is None:
            raise WorkbookError("xlsx-part", part=part)
        try:
            content = self._unpack(info)
            if content.startswith(_UTF16):
                self.wide.add(_key(part))
                content = content.decode("utf-16").encode()
            xlsx_xml.check(content)
            return content.decode()
        except ExpatError as error:
            raise WorkbookError("xlsx-xml", part=part, line=error.lineno, column=error.offset + 1) from None
        except xlsx_xml.DTDError:
            raise WorkbookError("xlsx-dtd", part=part) from None
        except WorkbookError:
            raise
        except _DAMAGE:
            raise WorkbookError("xlsx-zip-part", part=part) from None

    def _unpack(self, info: ZipInfo) -> bytes:
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile("no workbook is compressed so")
        left = self.limit - self.used
        with self.archive.open(info) as stream:
            content = stream.read(left + 1)
        self.used += len(content)
        if len(content) > left:
            raise WorkbookError("xlsx-big", part=info.filename, limit=self.limit)
        return content

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that a part ("" for the package) refers to as `kind`, under the reference's id."""
        folder, _, name = part.rpartition("/")
        references = join(folder, "_rels", f"{name}.rels")
        if _key(references) not in self.parts:
            return {}
        if references not in self.references:
            self.references[references] = xlsx_xml.elements(self.read(references))
        return {
            e.attributes.get("Id", ""): _resolved(folder, e.attributes.get("Target", ""))
            for e in self.references[references]
            if e.name == "Relationship"
            and e.attributes.get("Type", "").endswith(f"/{kind}")
            and e.attributes.get("TargetMode") != "External"
        }

    def replaced(self, parts: Mapping[str, str]) -> bytes:
        """The zip with other XML in some parts, which have been read; all else is copied as it is.

        Raises WorkbookError where the zip turns out to be broken elsewhere.
        """
        new: dict[int, bytes] = {}
        for part, content in parts.items():
            codec = "utf-16" if _key(part) in self.wide else "utf-8"
            new[self.parts[_key(part)].header_offset] = content.encode(codec)
        try:
            return _repacked(self, new)
        except _DAMAGE:
            raise WorkbookError("xlsx-zip") from None


def open_package(data: bytes, limit: int) -> Package:
    """The package in `data`; WorkbookError when it is none, or one that cannot be read."""
    if data.startswith(_OLE):
        raise WorkbookError("xlsx-encrypted" if _ENCRYPTED in data else "xlsx-old")
    if not data.startswith(b"PK"):
        raise WorkbookError("xlsx-not")
    try:
        archive = ZipFile(BytesIO(data))
    except _DAMAGE:
        raise WorkbookError("xlsx-zip") from None
    parts = {_key(info.filename): info for info in archive.infolist()}
    if len(parts) < len(archive.infolist()) or len(parts) > _MOST_PARTS:
        raise WorkbookError("xlsx-zip")
    if "[content_types].xml" not in parts:
        raise WorkbookError("xlsx-foreign")
    return Package(data, archive, parts, limit)


def _key(name: str) -> str:
    """A part's or member's name as it is compared: without case; some programs write backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    """The part that a reference from a part in `folder` means."""
    return normpath(join("/", folder, target.replace("\\", "/"))).lstrip("/")


# -- writing --------------------------------------------------------------------------------------

# Offsets of fields in a member's own header and in its record in the directory.
_LOCAL_SIZE, _LOCAL_FLAGS, _LOCAL_SUMS, _LOCAL_LENGTHS = 30, 6, 14, 26
_RECORD_SIZE, _RECORD_FLAGS, _RECORD_SUMS, _RECORD_LENGTHS, _RECORD_OFFSET = 46, 8, 16, 28, 42
_SUMS_FOLLOW = 1 << 3
_ZIP64 = 1


class _Member(NamedTuple):
    """A member as it is written anew."""

    crc: int
    packed: bytes
    size: int


def _repacked(package: Package, contents: Mapping[int, bytes]) -> bytes:
    """The zip with new contents for the members that begin at the given offsets."""
    data, infos = package.data, list(package.parts.values())
    placed = sorted(infos, key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in placed[1:]), package.archive.start_dir]
    out = bytearray(data[: placed[0].header_offset])
    new: dict[int, _Member] = {}
    moved: dict[int, int] = {}
    for info, end in zip(placed, ends, strict=True):
        at = info.header_offset
        moved[at] = len(out)
        if at in contents:
            new[at] = _member(info, contents[at])
        out += _local(data, info, end, new.get(at))
    begin = len(out)
    for info, record in zip(infos, _records(data, package.archive.start_dir), strict=False):
        out += _record(record, info, moved[info.header_offset], new.get(info.header_offset))
    return bytes(out) + _end(len(infos), begin, len(out) - begin, package.archive.comment)


def _member(info: ZipInfo, content: bytes) -> _Member:
    if info.compress_type == ZIP_STORED:
        return _Member(zlib.crc32(content), content, len(content))
    deflate = zlib.compressobj(wbits=-15)
    return _Member(zlib.crc32(content), deflate.compress(content) + deflate.flush(), len(content))


def _local(data: bytes, info: ZipInfo, end: int, new: _Member | None) -> bytes:
    """A member with its own header, from there to where the next thing begins in the old zip."""
    start = info.header_offset
    name, extra = struct.unpack_from("<HH", data, start + _LOCAL_LENGTHS)
    head = start + _LOCAL_SIZE + name + extra
    if not data.startswith(b"PK\3\4", start) or head + info.compress_size > end:
        raise BadZipFile("members overlap")
    if new is None:
        return data[start:end]
    kept = _without_zip64(data[head - extra : head])
    fixed = bytearray(data[start : start + _LOCAL_SIZE])
    flags = struct.unpack_from("<H", fixed, _LOCAL_FLAGS)[0] & ~_SUMS_FOLLOW
    struct.pack_into("<H", fixed, _LOCAL_FLAGS, flags)
    struct.pack_into("<LLL", fixed, _LOCAL_SUMS, new.crc, len(new.packed), new.size)
    struct.pack_into("<HH", fixed, _LOCAL_LENGTHS, name, len(kept))
    return bytes(fixed) + data[head - extra - name : head - extra] + kept + new.packed


def _records(data: bytes, at: int) -> Iterator[bytes]:
    """The records of the directory that begins at `at`."""
    while data.startswith(b"PK\1\2", at):
        lengths = struct.unpack_from("<HHH", data, at + _RECORD_LENGTHS)
        end = at + _RECORD_SIZE + sum(lengths)
        yield data[at:end]
        at = end


def _record(record: bytes, info: ZipInfo, offset: int, new: _Member | None) -> bytes:
    """The record of a member that now begins at `offset`, perhaps with a new content."""
    fixed = bytearray(record[:_RECORD_SIZE])
    wide = struct.unpack_from("<L", fixed, _RECORD_OFFSET)[0] == _FULL
    struct.pack_into("<L", fixed, _RECORD_OFFSET, offset)
    if new is None and not wide:
        return bytes(fixed) + record[_RECORD_SIZE:]
    name, extra, comment = struct.unpack_from("<HHH", fixed, _RECORD_LENGTHS)
    head = _RECORD_SIZE + name
    kept = _without_zip64(record[head : head + extra])
    sums = (info.CRC, info.compress_size, info.file_size)
    if new is not None:
        flags = struct.unpack_from("<H", fixed, _RECORD_FLAGS)[0] & ~_SUMS_FOLLOW
        struct.pack_into("<H", fixed, _RECORD_FLAGS, flags)
        sums = (new.crc, len(new.packed), new.size)
    struct.pack_into("<LLL", fixed, _RECORD_SUMS, *sums)
    struct.pack_into("<HHH", fixed, _RECORD_LENGTHS, name, len(kept), comment)
    return bytes(fixed) + record[_RECORD_SIZE:head] + kept + record[head + extra :]


def _without_zip64(extra: bytes) -> bytes:
    """A member's extra fields without the one for sizes of 4 GB and more, which none has here."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept + extra[at:]


def _end(count: int, begin: int, size: int, comment: bytes) -> bytes:
    """The end of the zip, for `count` members whose directory of `size` bytes is at `begin`."""
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, begin, len(comment)) + comment
