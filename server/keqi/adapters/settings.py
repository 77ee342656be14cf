"""Finding and reading a project's settings: `keqi.toml`, or `[tool.keqi]` in `pyproject.toml`."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from keqi import settings as core
from keqi.problems import Problem
from keqi.settings import FILE, Settings

PYPROJECT = "pyproject.toml"


class SettingsError(ValueError):
    """Settings that cannot be used; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_settings(file: Path) -> Settings:
    """The settings in `file`.

    Raises OSError when it cannot be read, and SettingsError (a ValueError), naming file, line and
    key, for bad TOML, an unknown key (with the nearest one) or a value that cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError([_bad_toml(file, error)]) from error
    settings, problems = settings_in(file, text)
    if problems:
        raise SettingsError(problems)
    return settings


def settings_in(file: Path, text: str) -> tuple[Settings, list[Problem]]:
    """The settings that `text`, the content of `file`, makes, and all that is wrong in it.

    What is wrong is left out; of bad TOML nothing remains. Lexicon folders become absolute.
    """
    try:
        data = _section(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Settings(), [_bad_toml(file, error)]
    settings, problems = core.read(str(file), text, data)
    folders = tuple(os.path.abspath(file.parent / Path(f).expanduser()) for f in settings.lexicon)  # noqa: PTH100
    return replace(settings, lexicon=folders), problems


def _bad_toml(file: Path, error: ValueError) -> Problem:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = map(int, place.groups()) if place else (0, 0)
    return Problem(str(file), line, column, "", f"TOML 写法不对：{error}", "文字要加引号，中文用 UTF-8 保存")


def _section(file: Path, data: dict[str, object]) -> dict[str, object]:
    """The table of settings; empty for a pyproject.toml without one."""
    if file.name != PYPROJECT:
        return data
    tool = data.get("tool")
    section = tool.get("keqi") if isinstance(tool, dict) else None
    return section if isinstance(section, dict) else {}


def find(start: Path) -> Path | None:
    """The settings file that holds at `start` (a file or folder): the nearest one upward, or None.

    In one folder `keqi.toml` comes before `pyproject.toml`, which counts only with `[tool.keqi]`.
    """
    folder = Path(os.path.abspath(start))  # noqa: PTH100 – links are not followed: a project is where it looks to be
    for here in (folder, *folder.parents):
        if (here / FILE).is_file():
            return here / FILE
        if (here / PYPROJECT).is_file() and _has_section(here / PYPROJECT):
            return here / PYPROJECT
    return None


def _has_section(file: Path) -> bool:
    """Whether a pyproject.toml has our section; one that cannot be read belongs to somebody else."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if "keqi" not in text:
            return False
        tool = tomllib.loads(text).get("tool")
    except (OSError, ValueError):
        return False
    return isinstance(tool, dict) and "keqi" in tool


@dataclass(frozen=True)
class Project:
    """Settings and the folder that their paths start from."""

    settings: Settings = field(default_factory=Settings)
    root: Path = field(default_factory=Path.cwd)
    file: Path | None = None
    """Where the settings are written; None when nobody wrote any."""

    @cached_property
    def _root(self) -> str:
        return os.path.abspath(self.root)  # noqa: PTH100

    def relative(self, path: str | Path) -> str:
        """`path` as the settings' globs see it: from the root, with `/`."""
        return os.path.relpath(os.path.abspath(path), self._root).replace(os.sep, "/")  # noqa: PTH100

    def at(self, path: str | Path) -> Settings:
        """What holds for the file at `path`."""
        return self.settings.at(self.relative(path)) if self.settings.files else self.settings

    @property
    def ignore_file(self) -> Path:
        """Where ignored findings are kept."""
        return self.root / self.settings.ignore_file

    @property
    def baseline(self) -> Path:
        """Where the baseline is kept."""
        return self.root / self.settings.baseline

    @cached_property
    def _lexicons(self) -> tuple[str, ...]:
        """The project's own lexicons: they quote what must not be said, and `keqi lexicon check` reads them."""
        return tuple(os.path.join(self._root, name, "") for name in self.settings.policy.lexicon)  # noqa: PTH118

    def wants(self, path: str | Path) -> bool:
        """Whether a file met in a folder is to be checked."""
        if self._lexicons and os.path.abspath(path).startswith(self._lexicons):  # noqa: PTH100
            return False
        chosen = self.settings.include or self.settings.exclude
        return not chosen or self.settings.wants(self.relative(path))


class Projects:
    """The project of each file: found by its folder, read once."""

    def __init__(
        self, only: Path | None = None, decided: Callable[[Settings], Settings] = lambda s: s
    ) -> None:
        """`only`: the one settings file for all; `decided` adds what the command line says."""
        self._decided = decided
        self._by_folder: dict[Path, Project] = {}
        self._by_file: dict[Path | None, Project] = {}
        self._only = self._project(only) if only else None

    def at(self, path: Path) -> Project:
        """The project that the file or folder at `path` lies in. Raises as `read_settings`."""
        if self._only is not None:
            return self._only
        folder = path if path.is_dir() else path.parent
        if folder not in self._by_folder:
            self._by_folder[folder] = self._project(find(folder))
        return self._by_folder[folder]

    def _project(self, file: Path | None) -> Project:
        if file not in self._by_file:
            settings = read_settings(file) if file else Settings()
            root = file.parent if file else Path.cwd()
            self._by_file[file] = Project(self._decided(settings), root, file)
        return self._by_file[file]
