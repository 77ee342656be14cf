"""Read lexicon YAML with addresses: every value knows its line, every mistake becomes a Problem.

All scalars are texts. YAML's own guesses (`no` is false, `010` is 8, `12:30` is 750) have no place
in files that non-programmers edit, so the document is read as a tree of nodes, not as objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from keqi.problems import Problem, nearest

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file a value stands, and under which key."""

    file: str
    line: int
    column: int
    key: str = ""


class Entry:
    """A mapping of a lexicon file; reading a key wrongly adds to `problems` and yields a default."""

    def __init__(self, node: yaml.MappingNode, file: str, key: str, problems: list[Problem]) -> None:
        self.file = file
        self.key = key
        self.problems = problems
        self.node = node
        self._values: dict[str, yaml.Node] = {}
        for name, value in node.value:
            text = str(name.value)
            if text in self._values:
                self.report(name, text, "同一个键写了两次", "留下一个")
            self._values[text] = value

    @property
    def line(self) -> int:
        """Line of the entry, from 1."""
        return int(self.node.start_mark.line) + 1

    def report(self, node: yaml.Node, key: str, reason: str, advice: str = "", shift: int = 0) -> None:
        """Add a problem at `node`; `shift` moves it right by some code points."""
        mark = node.start_mark
        full = f"{self.key}/{key}" if self.key and key else self.key or key
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1 + shift, full, reason, advice))

    def report_key(self, key: str, reason: str, advice: str = "") -> None:
        """Add a problem at the value of `key`, or at the entry when the key is missing."""
        self.report(self._values.get(key, self.node), key, reason, advice)

    def only(self, *allowed: str) -> None:
        """Report every key that is not allowed, with the nearest one that is."""
        for name, _ in self.node.value:
            if name.value not in allowed:
                near = nearest(str(name.value), allowed)
                hint = f"是不是想写 {near}?" if near else ""
                self.report(name, str(name.value), "不认识的键", f"{hint}可用的键:{'、'.join(allowed)}")

    def __iter__(self) -> Iterator[str]:
        """The keys in order."""
        return iter(self._values)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`; without a default the key must be there and not be empty."""
        node = self._values.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
            if default is None:
                self.report(node or self.node, key, "缺少这个键" if node is None else "这里不能空着")
            return default or ""
        if not isinstance(node, yaml.ScalarNode):
            self.report(
                node, key, "这里要写一段文字", "不能写列表或多层结构;含 : 或以 < [ { 开头的文字请加引号"
            )
            return default or ""
        return str(node.value).strip()

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """The text under `key`, which must be one of `allowed`."""
        value = self.text(key, default)
        if value in allowed:
            return value
        self.report_key(key, f"不能写“{value}”", f"可用:{'、'.join(allowed)}")
        return default

    def items(self, key: str) -> Iterator[yaml.Node]:
        """The nodes of the list under `key`; a single value counts as a list of one."""
        node = self._values.get(key)
        if node is None:
            return
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        else:
            yield node

    def texts(self, key: str) -> list[tuple[str, yaml.Node]]:
        """The texts of the list under `key`, each with its node."""
        found: list[tuple[str, yaml.Node]] = []
        for node in self.items(key):
            if isinstance(node, yaml.ScalarNode) and node.value.strip():
                found.append((str(node.value).strip(), node))
            else:
                self.report(node, key, "列表的每一项要写一段文字", "含 : 或以 < [ { 开头的文字请加引号")
        return found

    def child(self, key: str, node: yaml.Node | None = None) -> Entry | None:
        """The mapping under `key`, or `node` as one; None (and a problem) when it is none."""
        found = node if node is not None else self._values.get(key)
        if isinstance(found, yaml.MappingNode):
            return Entry(found, self.file, f"{self.key}/{key}" if self.key else key, self.problems)
        if found is not None:
            self.report(found, key, "这里要写成“键: 值”的形式")
        return None

    def node_of(self, key: str) -> yaml.Node:
        """The node under `key`, or the entry's own."""
        return self._values.get(key, self.node)


def read(text: str, file: str, problems: list[Problem]) -> Entry | None:
    """The top mapping of a file; None (and a problem) when it is no YAML or no mapping."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problems.append(
            Problem(
                file, line, column, "", "YAML 写法不对", f"{error.problem or ''};检查缩进、引号和冒号后的空格"
            )
        )
        return None
    except (yaml.YAMLError, ValueError) as error:
        problems.append(Problem(file, 0, 0, "", "文件里有 YAML 不允许的字符", str(error).split("\n")[0]))
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(file, 1, 1, "", "文件要由“键: 值”组成", "参看 lexicon/README.md 的例子"))
        return None
    return Entry(node, file, "", problems)
