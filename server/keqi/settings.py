"""A project's settings: what `keqi.toml` may say, and what holds for one file. Pure.

`KEYS` is the one list of settings: reading, the JSON Schema, `keqi config` and the starter file
of `keqi init` all go by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from keqi.findings import LEVELS
from keqi.formats import FORMATS, Reading
from keqi.policy import Decision, Layer
from keqi.problems import Problem, nearest

FILE = "keqi.toml"
DEFAULT = "默认"
"""Where a value comes from that nobody has set."""
FORMAT_NAMES = tuple(f.name for f in FORMATS)
FAIL_LEVELS = LEVELS[1:]
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size_of(text: str) -> int | None:
    """Bytes that a size such as `500KB` or `64MB` means; None when it is no size."""
    found = _SIZE.fullmatch(text.strip())
    return int(float(found[1]) * _UNITS[found[2].upper()]) if found else None


@dataclass(frozen=True, slots=True)
class Key:
    """One setting."""

    name: str
    """As written in the file."""
    kind: str
    """What its value is: a key of `_KINDS`."""
    zh: str
    en: str
    example: str
    """A value as it would be written, in TOML."""
    default: object = None
    per_path: bool = False
    """Whether a `[[files]]` section may say it too."""
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The attribute of `Settings` or `Override` that holds it."""
        return self.name.replace("-", "_")


KEYS: tuple[Key, ...] = (
    Key(
        "profile",
        "text",
        "行业配置：general、hotline、e-commerce、hotel、property、bank、medical、government，或自己词库里的",
        "profile of the trade",
        '"e-commerce"',
        "general",
        True,
    ),
    Key(
        "rules",
        "levels",
        "规则、类别或标签的级别：none（关闭）、hint、info、warning、error",
        "levels of rules, categories or tags",
        '{ promise = "none", "refusal.bare" = "error" }',
        {},
        True,
    ),
    Key("lexicon", "texts", "自己的词库文件夹", "folders with your own lexicon", '["我们的词库"]', ()),
    Key(
        "shipped-lexicon",
        "flag",
        "是否使用自带的规则；关掉后只用自己的词库",
        "whether to use the rules that come with keqi",
        "true",
        True,
    ),
    Key(
        "accept",
        "texts",
        "可以接受的说法：规则不看这些词，改写也不动它们",
        "phrases that no rule looks at and no fix changes",
        '["不见不散"]',
        (),
        True,
    ),
    Key(
        "placeholders",
        "patterns",
        "自己系统的占位符（正则表达式）；规则不会跨过它，改写也不会动它",
        "placeholders of your own system, as regular expressions",
        "['@@\\w+@@']",
        (),
        True,
    ),
    Key(
        "include",
        "texts",
        "查文件夹时只查这些文件（通配符，** 表示任意层）",
        "in folders, only these files (globs)",
        '["话术/**"]',
        (),
    ),
    Key(
        "exclude",
        "texts",
        "查文件夹时跳过这些文件",
        "in folders, not these files (globs)",
        '["归档/**", "*.bak.csv"]',
        (),
    ),
    Key(
        "format",
        "text",
        "按哪种格式读（默认看文件名结尾）",
        "how to read the file (default: by its ending)",
        '"lines"',
        "",
        True,
        FORMAT_NAMES,
    ),
    Key(
        "columns",
        "columns",
        "表格里放回复的列：表头，或从 1 数的列号（默认按常见表头认）",
        "columns that hold replies: headers, or numbers from 1",
        '["标准答案"]',
        (),
        True,
    ),
    Key(
        "author",
        "text",
        "写明作者的列或键（默认按常见名字认），用于报告里的统计",
        "the column or key that names the author",
        '"工号"',
        "",
        True,
    ),
    Key(
        "keys",
        "texts",
        "JSON、YAML、TOML、properties 里哪些键的值是回复（* 代表一级，** 代表任意级）",
        "keys whose values are replies (* one step, ** any)",
        '["replies.*", "**.text"]',
        (),
        True,
    ),
    Key("sheets", "texts", "工作簿里只查这些工作表", "sheets of a workbook to read", '["售后"]', (), True),
    Key(
        "speakers",
        "texts",
        "聊天记录里自己一方的其他称呼，如坐席的名字",
        "further labels of our own side in transcripts",
        '["小王"]',
        (),
        True,
    ),
    Key(
        "fail-level",
        "text",
        "有多严重的问题时退出码为 1",
        "exit with 1 when something is at least this grave",
        '"warning"',
        "warning",
        False,
        FAIL_LEVELS,
    ),
    Key(
        "max-size",
        "size",
        "单个文件的大小上限",
        "size limit of a file",
        '"64MB"',
        64 << 20,
    ),
    Key(
        "ignore-file",
        "text",
        "放“忽略这一处”的文件",
        "the file of ignored findings",
        '".keqi-ignore.json"',
        ".keqi-ignore.json",
    ),
    Key(
        "baseline",
        "text",
        "基线文件：写上这一项以后，里面已有的问题不报，命令行和编辑器都一样",
        "the baseline: once it is named here, what is in it is not reported, on the command line and in editors",
        '".keqi-baseline.json"',
        ".keqi-baseline.json",
    ),
)
"""Every setting, in the order of the documentation."""

_BY_NAME = {key.name: key for key in KEYS}
_PER_PATH = ("path", *(key.name for key in KEYS if key.per_path))


@dataclass(frozen=True, slots=True)
class Policy:
    """What of the settings decides which findings a reply has."""

    profile: str = "general"
    layers: tuple[Layer, ...] = ()
    accept: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    lexicon: tuple[str, ...] = ()
    """Folders of the own lexicons."""
    shipped: bool = True
    """Whether the rules that come with keqi are used."""


@dataclass(frozen=True, slots=True)
class Override:
    """What holds for some paths only: one `[[files]]` section."""

    paths: tuple[str, ...]
    """Globs, relative to the settings file."""
    values: Mapping[str, Any]
    """Attributes of `Settings` by name."""
    origin: str
    """Where it is written, for whoever asks."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has decided. The defaults are those of a project that says nothing."""

    profile: str = "general"
    rules: Mapping[str, str] = field(default_factory=dict)
    lexicon: tuple[str, ...] = ()
    """Folders; once a file was read, absolute."""
    shipped_lexicon: bool = True
    accept: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    format: str = ""
    columns: tuple[str, ...] = ()
    author: str = ""
    keys: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    fail_level: str = "warning"
    max_size: int = 64 << 20
    ignore_file: str = ".keqi-ignore.json"
    baseline: str = ".keqi-baseline.json"
    files: tuple[Override, ...] = ()
    layers: tuple[Layer, ...] = ()
    """The rule levels with the places that decided them; later ones win."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Who decided a value, by attribute; absent: nobody, it is the default."""

    @property
    def reading(self) -> Reading:
        """How files are to be read."""
        return Reading(self.columns, self.author, self.keys, self.sheets, self.speakers)

    @property
    def policy(self) -> Policy:
        """What decides the findings of a reply."""
        return Policy(
            self.profile,
            self.layers,
            self.accept,
            self.placeholders,
            self.lexicon,
            self.shipped_lexicon,
        )

    @property
    def applies_baseline(self) -> bool:
        """Whether the baseline counts without being asked for: where somebody has named it."""
        return "baseline" in self.origins

    def at(self, path: str) -> Settings:
        """What holds for the file at `path`, relative to the settings file, with `/`."""
        here = self
        for override in self.files:
            if any(glob(pattern).fullmatch(path) for pattern in override.paths):
                here = here.with_values(override.values, override.origin)
        return here

    def with_values(self, values: Mapping[str, Any], origin: str) -> Settings:
        """These settings with `values` on top, decided by `origin`; levels of rules add up."""
        changed = dict(values)
        layers = self.layers
        if "rules" in changed:
            layers = (*layers, layer(origin, changed["rules"]))
            changed["rules"] = {**self.rules, **changed["rules"]}
        origins = {**self.origins, **dict.fromkeys(values, origin)}
        return replace(self, **changed, layers=layers, origins=origins)

    def origin(self, name: str) -> str:
        """Who decided the attribute `name`."""
        return self.origins.get(name, DEFAULT)

    def wants(self, path: str) -> bool:
        """Whether a file met in a folder, at `path` relative to the settings file, is to be checked."""
        if any(glob(p).fullmatch(path) for p in self.exclude):
            return False
        return not self.include or any(glob(p).fullmatch(path) for p in self.include)


def layer(name: str, levels: Mapping[str, str]) -> Layer:
    """Levels as a layer of the policy."""
    return Layer(name, tuple(Decision(selector, level, name) for selector, level in levels.items()))


@lru_cache(maxsize=512)
def glob(pattern: str) -> re.Pattern[str]:
    """A glob over paths with `/`: `*` and `?` stay within a name, `**` does not.

    A pattern without `/` means a name in any folder; one that names a folder means all below it.
    """
    body = pattern.strip("/")
    out = [] if "/" in body or pattern.startswith("/") else ["(?:.*/)?"]
    for piece in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", body):
        special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        if piece in special:
            out.append(special[piece])
        elif piece.startswith("[") and len(piece) > 2:
            out.append("[" + piece[1:-1].replace("\\", r"\\").replace("!", "^", 1) + "]")
        else:
            out.append(re.escape(piece))
    return re.compile("".join(out) + "(?:/.*)?", re.DOTALL)


# -- reading --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Turns a file's data into settings and collects what is wrong with it."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)

    def complain(self, key: str, reason: str, advice: str) -> None:
        self.problems.append(Problem(self.file, self.line_of(key), 0, key, reason, advice))

    def line_of(self, key: str) -> int:
        """The line in which the last part of `key` is first written, from 1; 0 when nowhere."""
        last = re.escape(key.rpartition(".")[2].partition("[")[0])
        found = re.search(rf"^[^#\n]*?(?<![\w-])[\"']?{last}[\"']?\s*[=\].]", self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 1 if found else 0

    def values(self, data: Mapping[str, Any], known: Iterable[str], where: str = "") -> dict[str, Any]:
        """The usable values of one table, by attribute."""
        names = tuple(known)
        out: dict[str, Any] = {}
        for name, raw in data.items():
            if name not in names:
                near = nearest(name, names)
                hint = f"是不是想写 {near}？" if near else ""
                self.complain(where + name, f"不认识的设置“{name}”", f"{hint}可用：{'、'.join(names)}")
                continue
            key = _BY_NAME[name]
            parse, expected = _KINDS[key.kind]
            value = parse(raw)
            if value is None or (key.choices and value not in key.choices):
                allowed = f"可用：{'、'.join(key.choices)}；" if key.choices else ""
                advice = f"{allowed}例如 {name} = {key.example}"
                self.complain(
                    where + name, f"{name} {expected if value is None else f'不能是“{value}”'}", advice
                )
                continue
            out[key.field] = value
        return out

    def overrides(self, raw: object) -> tuple[Override, ...]:
        """The `[[files]]` sections."""
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.complain("files", "files 要写成一段一段的 [[files]]", '例如 [[files]] 下面写 path = "*.csv"')
            return ()
        return tuple(o for n, item in enumerate(raw, 1) if (o := self.override(n, item)) is not None)

    def override(self, number: int, item: dict[str, Any]) -> Override | None:
        where = f"files[{number}]."
        paths = _texts(item.get("path"))
        if not paths:
            self.complain(where + "path", "每段 [[files]] 都要写 path", '例如 path = "售后/*.csv"')
            return None
        rest = {name: value for name, value in item.items() if name != "path"}
        values = self.values(rest, _PER_PATH[1:], where)
        return Override(paths, values, f"{self.file} [[files]] {' '.join(paths)}")


def read(file: str, text: str, data: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """The settings in `data`, parsed from the `text` of `file`, and all that is wrong with them.

    What is wrong is left out. For a `pyproject.toml`, `data` is its `[tool.keqi]` table.
    """
    reader = _Reader(file, text)
    rest = {name: value for name, value in data.items() if name != "files"}
    values = reader.values(rest, (*_BY_NAME, "files"))
    settings = Settings().with_values(values, file)
    if "files" in data:
        settings = replace(settings, files=reader.overrides(data["files"]))
    return settings, reader.problems


def unknown_selectors(layers: Iterable[Layer], known: Iterable[str]) -> list[tuple[str, str, str]]:
    """What the layers' selectors name that does not exist: layer, selector, and the nearest that does."""
    names = tuple(known)
    said = dict.fromkeys((one.name, d.selector) for one in layers for d in one.decisions)
    return [
        (layer, selector, nearest(selector, names))
        for layer, selector in said
        if selector != "*" and selector not in names
    ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(text, str) and text for text in listed):
        return None
    return tuple(listed)


def _columns(value: object) -> tuple[str, ...] | None:
    """Headers, or numbers of columns, which nobody thinks of quoting."""
    listed = value if isinstance(value, list) else [value]
    return _texts([str(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in listed])


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _levels(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    flat: dict[str, str] = {}
    for name, level in value.items():
        # An unquoted refusal.bare = "…" is a table within a table to TOML.
        inner = level if isinstance(level, dict) else {"": level}
        for last, said in inner.items():
            chosen = {True: "warning", False: "none", "off": "none"}.get(said, said)
            if chosen not in LEVELS:
                return None
            flat[f"{name}.{last}" if last else name] = chosen
    return flat


def _patterns(value: object) -> tuple[str, ...] | None:
    texts = _texts(value)
    try:
        return None if texts is None or any(not re.compile(t) for t in texts) else texts
    except re.error:
        return None


def _size(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return size_of(value) if isinstance(value, str) else None


_KINDS: Mapping[str, tuple[Callable[[object], Any], str]] = {
    "text": (_text, "要写成一段文字"),
    "texts": (_texts, "要写成文字的列表"),
    "columns": (_columns, "要写成表头或列号的列表"),
    "flag": (_flag, "只能是 true 或 false"),
    "levels": (_levels, "要写成“规则 = 级别”的表；级别只能是 none、hint、info、warning、error"),
    "patterns": (_patterns, "要写成能用的正则表达式的列表"),
    "size": (_size, "不是大小"),
}
"""How a value of each kind is read, and what is said when it cannot be."""

assert {key.field for key in KEYS} <= {f.name for f in fields(Settings)}


# -- schema ---------------------------------------------------------------------------------------

_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "columns": {
        "anyOf": [
            {"type": ["string", "integer"]},
            {"type": "array", "items": {"type": ["string", "integer"]}},
        ]
    },
    "flag": {"type": "boolean"},
    "levels": {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"enum": [*LEVELS, "off", True, False]},
                {"type": "object", "additionalProperties": {"enum": [*LEVELS, "off", True, False]}},
            ]
        },
    },
    "patterns": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string", "format": "regex"}}]
    },
    "size": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _SIZE.pattern}]},
}


def schema(selectors: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON Schema of `keqi.toml`; `selectors` are offered as names of rules."""

    def one(key: Key) -> dict[str, Any]:
        said: dict[str, Any] = {**_SCHEMAS[key.kind], "description": f"{key.zh}\n{key.en}"}
        if key.choices:
            said["enum"] = list(key.choices)
        if key.kind == "levels" and selectors:
            said["propertyNames"] = {"anyOf": [{"enum": list(selectors)}, {"type": "string"}]}
        return said

    section = {
        "type": "object",
        "required": ["path"],
        "additionalProperties": False,
        "properties": {
            "path": {**_SCHEMAS["texts"], "description": "哪些文件（通配符）\nwhich files (globs)"},
            **{key.name: one(key) for key in KEYS if key.per_path},
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "keqi.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{key.name: one(key) for key in KEYS},
            "files": {
                "type": "array",
                "items": section,
                "description": "只对某些文件的设置\nsettings for some files",
            },
        },
    }
