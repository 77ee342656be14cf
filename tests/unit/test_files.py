"""Files: what is text and in which encoding, how it is written back, what a folder holds."""

from __future__ import annotations

import codecs
import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.adapters import files
from keqi.adapters.files import FileError, decode, read, read_stream, walk, write

TEXT = "您好,😀\r\n这个不行\n\r"

ENCODED = {
    "UTF-8": (TEXT.encode(), "utf-8", b""),
    "UTF-8 with BOM": (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", codecs.BOM_UTF8),
    "UTF-16 LE": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16 BE": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", codecs.BOM_UTF16_BE),
    "UTF-32 LE": (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le", codecs.BOM_UTF32_LE),
    "UTF-32 BE": (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32-be", codecs.BOM_UTF32_BE),
    "GB18030": (TEXT.encode("gb18030"), "gb18030", b""),
}


@pytest.mark.parametrize(("data", "codec", "mark"), ENCODED.values(), ids=ENCODED.keys())
def test_encodings(data: bytes, codec: str, mark: bytes) -> None:
    file = decode(data, "x")
    assert (file.text, file.encoding.codec, file.encoding.mark) == (TEXT, codec, mark)
    assert file.encoding.encode(file.text) == data


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(list(ENCODED.values()))
)
def test_a_text_comes_back_byte_for_byte(text: str, encoded: tuple[bytes, str, bytes]) -> None:
    _, codec, mark = encoded
    data = mark + text.encode(codec)
    file = decode(data, "x")
    assert file.encoding.encode(file.text) == data


REFUSED = {
    "NUL": (b"abc\n\0", "nul", {"line": 2}),
    "UTF-16 without BOM": ("ab".encode("utf-16-le"), "nul", {"line": 1}),
    "NUL in UTF-16": (codecs.BOM_UTF16_LE + "a\n\0".encode("utf-16-le"), "nul", {"line": 2}),
    "half a character of UTF-16": (codecs.BOM_UTF16_LE + b"a\0b", "broken", {"codec": "UTF-16-LE"}),
    "a BOM that lies": (codecs.BOM_UTF8 + "您好".encode("gb18030"), "broken", {"codec": "UTF-8"}),
    "Latin-1": (b"caf\xe9\n", "not-text", {}),
    "control characters": ("您好\x01".encode("gb18030"), "not-text", {}),
}


@pytest.mark.parametrize(("data", "kind", "details"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_text(data: bytes, kind: str, details: dict[str, object]) -> None:
    with pytest.raises(FileError) as caught:
        decode(data, "库/x.txt")
    assert (caught.value.path, caught.value.kind, caught.value.details) == ("库/x.txt", kind, details)


def test_an_empty_file_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "空.txt").touch()
    assert read(tmp_path / "空.txt").text == ""


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path / "无.txt")
    assert caught.value.kind == "missing"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path)
    assert caught.value.kind == "folder"


def test_the_limit_is_a_size_that_still_fits(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x" * 10)
    assert read(path, limit=10).text == "x" * 10
    with pytest.raises(FileError) as caught:
        read(path, limit=9)
    assert (caught.value.kind, caught.value.details) == ("too-big", {"limit": 9})


def test_standard_input_is_read_like_a_file() -> None:
    assert read_stream(io.BytesIO(TEXT.encode("gb18030"))).text == TEXT
    with pytest.raises(FileError) as caught:
        read_stream(io.BytesIO(b"\0"))
    assert caught.value.path == "-"


@pytest.mark.parametrize("data", [e[0] for e in ENCODED.values()], ids=ENCODED.keys())
def test_a_write_changes_only_the_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    file = read(path)
    write(file, file.encoding.encode(file.text.replace("不行", "抱歉")))
    mark = file.encoding.mark
    assert path.read_bytes() == mark + TEXT.replace("不行", "抱歉").encode(file.encoding.codec)
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("不行")
    path.chmod(0o640)
    write(read(path), "抱歉".encode())
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_write_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    target, link = tmp_path / "sub" / "真.txt", tmp_path / "链接.txt"
    target.write_text("不行")
    link.symlink_to("sub/真.txt")
    write(read(link), "抱歉".encode())
    assert link.is_symlink()
    assert target.read_text() == "抱歉"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["sub", "真.txt", "链接.txt"]


@pytest.mark.parametrize("step", ["os.replace", "os.fsync", "pathlib.Path.chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "x.txt"
    path.write_text("不行")
    file = read(path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(step, fail)
    with pytest.raises((FileError, KeyboardInterrupt)) as caught:
        write(file, "抱歉".encode())
    monkeypatch.undo()
    assert path.read_text() == "不行"
    assert list(tmp_path.iterdir()) == [path]
    if isinstance(caught.value, FileError):
        assert (caught.value.kind, caught.value.details) == (
            "unwritable",
            {"code": "ENOSPC", "reason": "No space left on device"},
        )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_but_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "管道"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDWR)  # keeps the pipe open, so that nothing here waits
    with pytest.raises(FileError) as caught:
        write(files.TextFile(str(path), "不行", files.Encoding("utf-8")), "抱歉".encode())
    os.close(reader)
    assert caught.value.kind == "special"


def test_a_read_only_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("不行")
    path.chmod(0o444)
    with pytest.raises(FileError) as caught:
        write(read(path), "抱歉".encode())
    assert caught.value.kind == "read-only"
    assert path.read_text() == "不行"


def test_a_file_that_somebody_else_changed_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("不行")
    file = read(path)
    path.write_text("别的")
    with pytest.raises(FileError) as caught:
        write(file, "抱歉".encode())
    assert caught.value.kind == "changed"
    assert path.read_text() == "别的"


def test_a_file_that_vanished_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("不行")
    file = read(path)
    path.unlink()
    with pytest.raises(FileError) as caught:
        write(file, "抱歉".encode())
    assert caught.value.kind == "missing"
    assert not list(tmp_path.iterdir())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name in (
        "b.md", "a.txt", "C.TXT", "x.pdf", "子/a.markdown", "子/.藏.txt", ".git/x.txt", "node_modules/x.md",
        ".templates/x.txt",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def walked(*paths: Path, below: Path) -> list[str]:
    return [
        f"{f.kind}: {Path(f.path).relative_to(below)}"
        if isinstance(f, FileError)
        else str(f.relative_to(below))
        for f in walk(paths)
    ]


def test_a_folder_gives_its_texts_sorted(library: Path) -> None:
    assert walked(library, below=library) == ["C.TXT", "a.txt", "b.md", "子/a.markdown"]


def test_what_is_named_is_taken(library: Path) -> None:
    named = [library / "x.pdf", library / ".templates", library / "无"]
    assert walked(*named, below=library) == ["x.pdf", ".templates/x.txt", "missing: 无"]


def test_each_file_once(library: Path) -> None:
    (library / "d.txt").symlink_to("a.txt")
    assert walked(library / "b.md", library, library / "a.txt", below=library) == [
        "b.md", "C.TXT", "a.txt", "子/a.markdown",
    ]  # fmt: skip


def test_links_that_lead_in_circles(library: Path) -> None:
    (library / "子" / "回").symlink_to(library)
    (library / "自").symlink_to("自")
    (library / "断.txt").symlink_to("nowhere")
    assert walked(library, below=library) == ["C.TXT", "a.txt", "b.md", "子/a.markdown", "断.txt"]


def test_a_folder_that_cannot_be_listed(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.Path, "iterdir", fail)
    assert walked(library, below=library) == ["forbidden: ."]
