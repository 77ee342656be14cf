"""The starter file of `keqi init`: every setting explained, and those set that the folder asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keqi.settings import KEYS, Key


@dataclass(frozen=True, slots=True)
class Holding:
    """A file that the folder holds."""

    path: str
    """From the folder, with `/`."""
    format: str
    replies: int
    """How many replies were found in it."""
    labels: tuple[str, ...] = ()
    """What the file calls them, without numbers."""
    one_a_line: bool = False
    """Whether it is plain text without blank lines: most likely one reply a line."""


def toml(value: object) -> str:
    """A setting's value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {toml(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def render(holdings: Sequence[Holding]) -> str:
    """The text of a `keqi.toml` for a folder that holds these files."""
    return "\n".join([*_head(holdings), *_general(), *_sections(holdings)]) + "\n"


def _head(holdings: Sequence[Holding]) -> Iterator[str]:
    yield "# 客气的设置。以 # 开头的是说明，或还没启用的设置：去掉 # 就启用。"
    yield "# 想知道某个文件用的是哪些设置、由谁决定：keqi config 文件名"
    replies = sum(h.replies for h in holdings)
    yield f"# 写这个文件时，文件夹里有 {len(holdings)} 个可以检查的文件，共 {replies} 条回复。"
    yield ""


def _general() -> Iterator[str]:
    for key in KEYS:
        yield f"# {key.zh}"
        if key.name == "profile":
            yield 'profile = "general"'
        else:
            yield f"# {key.name} = {key.example}"
        yield ""


def _sections(holdings: Sequence[Holding]) -> Iterator[str]:
    yield "# 只对某些文件的设置写成一段 [[files]]，可以写多段，后面的优先。"
    yield "# path 是通配符：* 代表一个名字里的任意字，** 代表任意层文件夹。"
    told = [h for h in holdings if h.one_a_line or h.format == "transcript"]
    for holding in told:
        yield ""
        if holding.one_a_line:
            yield "# 这个文件没有空行，看起来是一行一条。"
        yield "[[files]]"
        yield f"path = {toml(holding.path)}"
        yield f"format = {toml('lines' if holding.one_a_line else 'transcript')}"
    for holding in _unread(holdings):
        yield ""
        yield f"# {holding.path} 里没有认出回复：请写明哪些{_where(holding)}里是回复，再去掉 #。"
        yield "# [[files]]"
        yield f"# path = {toml(holding.path)}"
        yield f"# {_key_for(holding).name} = {_key_for(holding).example}"
    if not told:
        yield ""
        yield "# [[files]]"
        yield '# path = "售后/**"'
        yield '# profile = "e-commerce"'


def _unread(holdings: Iterable[Holding]) -> Iterator[Holding]:
    """Structured files in which no reply was found."""
    return (h for h in holdings if not h.replies and h.format in _CHOICES)


_CHOICES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("csv", "tsv", "xlsx"), ("columns", "列")),
    **dict.fromkeys(("json", "jsonl", "yaml", "toml", "properties"), ("keys", "键")),
}


def _where(holding: Holding) -> str:
    return _CHOICES[holding.format][1]


def _key_for(holding: Holding) -> Key:
    return next(key for key in KEYS if key.name == _CHOICES[holding.format][0])
