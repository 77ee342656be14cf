"""Lexicons from disk, and the compiled copy that saves compiling them each time."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from keqi.adapters import caches, expressions, lexicon_files
from keqi.adapters.lexicon_files import SHIPPED
from keqi.lexicon import FORMAT, Data, Lexicon, build
from keqi.problems import Problem
from keqi.tone import ToneModel

COMPILED = "compiled.json"
"""In a wheel, the lexicon compiled when it was built; absent in a checkout."""

_RULES = SHIPPED + "rules/"


def load_shipped() -> Lexicon:
    """The shipped lexicon; an entry with a mistake would be left out (the project's tests find it)."""
    return load_texts(lexicon_files.read_folder(lexicon_files.shipped_folder(), SHIPPED))[0]


@cache
def load_tone() -> ToneModel | None:
    """The learned tone model; None where its file is missing or of another version."""
    try:
        with _without_collecting():
            data = json.loads((lexicon_files.shipped_folder() / "tone" / "model.json").read_bytes())
            return ToneModel.from_data(data)
    except (OSError, ValueError, KeyError):
        return None


def load_with(folders: Iterable[Path], shipped: bool = True) -> tuple[Lexicon, list[Problem]]:
    """The shipped lexicon with the rules of a user's own `folders` added, and the problems in those.

    Without `shipped`, the shipped rules are left out; profiles, word classes and facts stay.
    """
    texts = lexicon_files.read_folder(lexicon_files.shipped_folder(), SHIPPED)
    if not shipped:
        texts = {name: text for name, text in texts.items() if not name.startswith(_RULES)}
    problems: list[Problem] = []
    for folder in folders:
        try:
            texts |= lexicon_files.own_texts(folder)
        except OSError as error:
            problems.append(
                Problem(str(folder), 0, 0, "", f"词库读不出来:{error.strerror}", "检查路径和权限")
            )
        except UnicodeDecodeError as error:
            problems.append(
                Problem(
                    str(folder), 0, 0, "", "词库文件不是 UTF-8 编码", f"第 {error.start} 字节;请另存为 UTF-8"
                )
            )
    lexicon, found = load_texts(texts)
    return lexicon, problems + found


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Pauses the garbage collector: it would search a hundred thousand lasting objects again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def load_texts(texts: Mapping[str, str]) -> tuple[Lexicon, list[Problem]]:
    """As `lexicon.load`, through a cache keyed by the texts; only flawless lexicons are cached."""
    with _without_collecting():
        return _load_texts(texts)


def _load_texts(texts: Mapping[str, str]) -> tuple[Lexicon, list[Problem]]:
    foreign = [name for name in texts if not name.startswith(SHIPPED)]
    expressions.install(caches.folder())
    cached = _cache_file(texts)
    for file in (lexicon_files.shipped_folder() / COMPILED, cached):
        data = _read_compiled(file, texts)
        if data is not None:
            return build(data, foreign, load_tone), []
    from keqi.compiler import compile_texts  # needs a YAML parser, which most starts do without

    data, problems = compile_texts(texts, earlier=_earlier())
    if _without_rules(texts):
        # The shipped profiles decide about rules that were left out on purpose.
        problems = [p for p in problems if not p.file.startswith(SHIPPED)]
    if cached is not None and not problems:
        _write(cached, dump_compiled(data, texts))
    return build(data, foreign, load_tone), problems


def problems_in(own: Mapping[str, str], shipped: bool = True) -> list[Problem]:
    """What is wrong in a user's own lexicon files (path → text) but those of phrases, as `load_with` would say.

    Cheap enough to be asked while somebody types: the shipped rules are not compiled again.
    """
    from keqi.compiler import compile_texts

    folder = lexicon_files.shipped_folder()
    texts = {n: t for n, t in lexicon_files.read_folder(folder, SHIPPED).items() if not n.startswith(_RULES)}
    _, problems = compile_texts({**texts, **own}, _rules_of(folder) if shipped else {})
    return [problem for problem in problems if not problem.file.startswith(SHIPPED)]


@cache
def _rules_of(folder: Path) -> Mapping[str, Data]:
    """The shipped rules by id: of what was compiled of them, what other files may refer to."""
    rules = load_texts(lexicon_files.read_folder(folder, SHIPPED))[0].rules
    return {rule.id: {"file": rule.file, "line": rule.line, "tags": list(rule.tags)} for rule in rules}


def _without_rules(texts: Mapping[str, str]) -> bool:
    """Whether the shipped lexicon's rules were left out of `texts`."""
    return not any(name.startswith(_RULES) for name in texts)


def dump_compiled(data: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Compiled data as a file's text, with the fingerprint of what they were compiled from."""
    stamped = {**data, "digest": _digest(texts)}
    return json.dumps(stamped, ensure_ascii=False, separators=(",", ":"))


def _read_compiled(file: Path | None, texts: Mapping[str, str]) -> dict[str, Any] | None:
    """The compiled data in `file` when they belong to these texts; None otherwise."""
    try:
        data = json.loads(file.read_bytes()) if file else None
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("digest") == _digest(texts) else None


def _digest(texts: Mapping[str, str]) -> str:
    """A fingerprint of the texts and of the way they are compiled."""
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    for name in texts:
        digest.update(f"{name}\x00{texts[name]}\x00".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _cache_file(texts: Mapping[str, str]) -> Path | None:
    folder = caches.folder()
    return None if folder is None else folder / f"lexicon-{_digest(texts)}-{_code_stamp()}.json"


def _earlier() -> Data | None:
    """What was last compiled by the same code, be it of other texts: most patterns are still the same."""
    folder = caches.folder()
    try:
        files = list(folder.glob(f"lexicon-*-{_code_stamp()}.json")) if folder else []
        data = json.loads(max(files, key=lambda file: file.stat().st_mtime).read_bytes())
        return data if isinstance(data, dict) else None
    except (OSError, ValueError):  # none at all, one that goes just now, or a broken one
        return None


@cache
def _code_stamp() -> str:
    """A fingerprint of the compiler's own sources: a working copy changes without a new FORMAT."""
    package = Path(__file__).resolve().parents[1]
    files = (
        "compiler.py",
        "lexicon.py",
        "pattern.py",
        "fold.py",
        "cantonese.py",
        "conditions.py",
        "rewrite.py",
    )
    times = " ".join(str((package / name).stat().st_mtime_ns) for name in files)
    return hashlib.sha256(times.encode()).hexdigest()[:8]


def _write(file: Path, text: str) -> None:
    """Write whole or not at all; a cache that cannot be written is no error."""
    import tempfile

    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).replace(file)
    except OSError:
        return
    for old in sorted(file.parent.glob("lexicon-*.json"), key=lambda p: p.stat().st_mtime)[:-8]:
        old.unlink(missing_ok=True)
