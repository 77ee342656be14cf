"""Where the phrases lie on disk: beside the rules, in the folder `phrases` of each lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from keqi.adapters import lexicon_files
from keqi.adapters.lexicon_files import PHRASES, SHIPPED
from keqi.phrase_search import Finder
from keqi.phrases import Book
from keqi.phrases import load as load_texts
from keqi.problems import Problem

PROFILES = "profiles"


class _File(NamedTuple):
    """A file as it is now: another time or size means another content."""

    part: str
    """`phrases` or `profiles`."""
    name: str
    """As problems call it."""
    path: str
    changed: int
    size: int


def load(paths: Iterable[str | Path] = ()) -> tuple[Book, list[Problem]]:
    """The shipped phrases with those of a user's own lexicons (folders or files), and all problems.

    Files are read again only when they have changed. What cannot be read is a problem; a path that
    does not exist holds no phrases.
    """
    book, problems = _load(_files(paths))
    return book, list(problems)


def problems_in(own: Mapping[str, str], profiles: Mapping[str, str]) -> list[Problem]:
    """What is wrong in a user's own files of phrases (path → text), beside the shipped ones and own profiles."""
    folder = lexicon_files.shipped_folder()
    shipped: dict[str, dict[str, str]] = {PHRASES: {}, PROFILES: {}}
    for file in _in(folder, SHIPPED):
        shipped[file.part][file.name] = Path(file.path).read_text(encoding="utf-8")
    _, problems = load_texts({**shipped[PHRASES], **own}, {**shipped[PROFILES], **profiles})
    return [problem for problem in problems if not problem.file.startswith(SHIPPED)]


def finder(paths: Iterable[str | Path], profile: str) -> Finder:
    """The same phrases, ready to be searched under a profile; mistakes in own files cost those phrases."""
    return _finder(_files(paths), profile)


def _files(paths: Iterable[str | Path]) -> tuple[_File, ...]:
    shipped = lexicon_files.shipped_folder()
    found = [*_in(shipped, SHIPPED)]
    for path in map(Path, paths):
        if path.is_dir():
            found += _in(path, f"{path}/")
        elif path.parent.name in (PHRASES, PROFILES):
            found += _stamped(path.parent.name, path, str(path))
    return tuple(found)


def _in(folder: Path, prefix: str) -> Iterator[_File]:
    for part in (PROFILES, PHRASES):
        for path in sorted((folder / part).rglob("*.yml")):
            yield from _stamped(part, path, prefix + path.relative_to(folder).as_posix())


def _stamped(part: str, path: Path, name: str) -> Iterator[_File]:
    try:
        state = path.stat()
    except OSError:
        return
    yield _File(part, name, str(path), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _load(files: tuple[_File, ...]) -> tuple[Book, tuple[Problem, ...]]:
    texts: dict[str, dict[str, str]] = {PHRASES: {}, PROFILES: {}}
    problems: list[Problem] = []
    for file in files:
        try:
            texts[file.part][file.name] = Path(file.path).read_text(encoding="utf-8-sig")
        except OSError as error:
            problems.append(Problem(file.name, 0, 0, "", f"词库读不出来：{error.strerror}", "检查路径和权限"))
        except UnicodeDecodeError as error:
            advice = f"第 {error.start} 字节；请另存为 UTF-8"
            problems.append(Problem(file.name, 0, 0, "", "词库文件不是 UTF-8 编码", advice))
    book, found = load_texts(texts[PHRASES], texts[PROFILES])
    return book, (*problems, *found)


@lru_cache(maxsize=16)
def _finder(files: tuple[_File, ...], profile: str) -> Finder:
    return Finder(_load(files)[0], profile)
