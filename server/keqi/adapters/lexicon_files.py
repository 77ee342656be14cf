"""The files of lexicons: where they lie, what they say, and a fingerprint of it all.

Apart from `lexicons`, since a run that finds every result known needs the fingerprint and no rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

SHIPPED = "keqi:"
"""Prefix of the names of the shipped files, to tell them from a user's own."""
PHRASES = "phrases"
"""The folder of a lexicon that holds no rules but phrases; `phrasebook` reads it."""


def shipped_folder() -> Path:
    """The folder of the shipped lexicon: the checkout's in an editable install, else the wheel's copy."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "lexicon"
    if (checkout.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return package / "lexicon"


def read_folder(folder: Path, prefix: str = "") -> dict[str, str]:
    """The texts of all lexicon files below `folder` but the phrases, by `prefix` and relative path.

    Raises OSError when a file cannot be read and UnicodeDecodeError when it is not UTF-8.
    """
    files = sorted(p for p in folder.rglob("*.yml") if p.is_file())
    names = {p.relative_to(folder): p for p in files}
    return {
        prefix + name.as_posix(): p.read_text(encoding="utf-8-sig")
        for name, p in names.items()
        if name.parts[0] != PHRASES
    }


def own_texts(path: Path) -> dict[str, str]:
    """The texts of a user's lexicon: a folder, or a single file (none of phrases); names are full paths."""
    if path.is_file():
        return {} if path.parent.name == PHRASES else {str(path): path.read_text(encoding="utf-8-sig")}
    if not path.is_dir():
        raise FileNotFoundError(2, "没有这个文件夹", str(path))
    return read_folder(path, f"{path}/")


def fingerprint(folders: Iterable[str]) -> str:
    """What changes whenever the shipped lexicon, its tone model or an own lexicon does."""
    texts = read_folder(shipped_folder(), SHIPPED)
    for folder in folders:
        try:
            texts |= own_texts(Path(folder))
        except (OSError, UnicodeDecodeError) as error:
            texts[folder] = repr(error)
    with suppress(OSError):
        model = (shipped_folder() / "tone" / "model.json").read_bytes()
        texts["model"] = hashlib.sha256(model).hexdigest()
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(f"{name}\x00{text}\x00".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
