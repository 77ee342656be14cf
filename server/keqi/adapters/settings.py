"""Settings from `keqi.toml` or `[tool.keqi]` in `pyproject.toml`: the profile and own lexicons."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path

KEYS = ("profile", "lexicon")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has decided."""

    profile: str = "general"
    lexicon: tuple[Path, ...] = ()
    """Own lexicon folders; relative ones are taken from the settings file's folder."""


def read_settings(file: Path) -> Settings:
    """The settings in `file`.

    Raises OSError when it cannot be read, and ValueError, naming file and key, for bad TOML, an
    unknown key (with the nearest one) or a value of the wrong type.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: TOML 写法不对:{error}") from error
    if file.name == "pyproject.toml":
        data = data.get("tool", {}).get("keqi", {})
    for key in data:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1)
            hint = f"是不是想写 {near[0]}?" if near else ""
            raise ValueError(f"{file}: 不认识的设置“{key}”。{hint}可用:{'、'.join(KEYS)}")
    profile, folders = data.get("profile", "general"), data.get("lexicon", [])
    if not isinstance(profile, str):
        raise ValueError(f'{file}: profile 要写成文字,例如 profile = "hotline"')
    if isinstance(folders, str):
        folders = [folders]
    if not isinstance(folders, list) or not all(isinstance(f, str) for f in folders):
        raise ValueError(f'{file}: lexicon 要写成文件夹的列表,例如 lexicon = ["我们的词库"]')
    return Settings(profile, tuple(file.parent / folder for folder in folders))
