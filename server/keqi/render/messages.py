"""What the command line says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("zh", "en")

_WORDING: Mapping[str, tuple[str, str]] = {
    # -- levels
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "info"),
    "hint": ("建议", "hint"),
    "none": ("关闭", "off"),
    # -- findings
    "fix-safe": ("改为：", "use: "),
    "fix-unsafe": ("可改为（需确认）：", "perhaps (needs your consent): "),
    "deletion": ("（删去）", "(delete)"),
    "summary": ("共 {count} 处：{levels}。", "{count} found: {levels}."),
    "summary-level": ("{level} {count}", "{count} {level}"),
    "summary-separator": ("、", ", "),
    "summary-fixable": ("其中 {count} 处可用 --fix 直接改好。", " {count} of them can be mended by --fix."),
    "clean": ("没有发现问题（检查了 {count} 个文件）。", "Nothing found in {count} file(s)."),
    "fixed": ("已改写 {count} 个文件。", "{count} file(s) rewritten."),
    "no-files": (
        "没有找到可检查的文件（文件夹里只查 {suffixes}；其他文件请直接写出文件名）。",
        "No file to check (in folders only {suffixes}; name other files one by one).",
    ),
    "type-now": (
        "请输入回复，按 Ctrl-D（Windows 为 Ctrl-Z 加回车）结束：",
        "Type the reply; end with Ctrl-D (Windows: Ctrl-Z, Enter):",
    ),
    "progress": ("正在检查 {done}/{total}", "checking {done}/{total}"),
    "statistics-fixable": ("可直接改 {count}", "{count} fixable"),
    # -- errors
    "failure": ("{path}：{reason}。{advice}", "{path}: {reason}. {advice}"),
    "stdin": ("标准输入", "standard input"),
    "mistake": ("错误：", "error: "),
    "missing": (
        "没有这个文件或文件夹|请检查路径是否写对；名字里有空格时要用引号括起来。",
        "no such file or folder|Check the spelling; put a name with spaces in quotes.",
    ),
    "folder": ("这是文件夹，不是文件|请写出里面的文件。", "this is a folder, not a file|Name a file in it."),
    "forbidden": (
        "没有读取权限|请向文件的所有者要权限，或复制一份再检查。",
        "permission denied|Ask its owner for access, or check a copy.",
    ),
    "unreadable": (
        "读不出来（{reason}）|请确认文件没有损坏、磁盘或网络盘可用。",
        "cannot be read ({reason})|Check that the file is intact and its disk reachable.",
    ),
    "nul": (
        "第 {line} 行有空字符（NUL），不是文本文件|请选文本文件；若是 UTF-16 编码，另存为 UTF-8 或“带 BOM 的 UTF-16”再检查。",
        "line {line} has a NUL character, so this is no text|Choose a text file; save UTF-16 as UTF-8 or with a byte order mark.",
    ),
    "broken": (
        "文件开头标明是 {codec}，内容却不符合|文件可能已损坏，请另存为 UTF-8 再检查。",
        "it begins as {codec}, but goes on otherwise|It may be damaged; save it as UTF-8 and check again.",
    ),
    "not-text": (
        "不是文本，或编码不是 UTF-8、UTF-16、UTF-32、GB18030（GBK）|请另存为 UTF-8 再检查。",
        "this is no text, or its encoding is none of UTF-8, UTF-16, UTF-32, GB18030 (GBK)|Save it as UTF-8 and check again.",
    ),
    "too-big": (
        "超过大小上限 {limit}|请拆成小文件，或用 --max-size 调高上限，例如 --max-size {more}。",
        "larger than the limit of {limit}|Split it, or raise the limit, as in --max-size {more}.",
    ),
    "too-long": (
        "第 {line} 行起有一条长达 {length} 字的“回复”（上限 {most} 字），没有检查|这不像一条回复，请用空行把各条回复分开。",
        "from line {line} on, one \"reply\" has {length} characters (limit {most}), so the file was not checked|Put blank lines between replies.",
    ),
    "read-only": (
        "文件是只读的，没有改写|请去掉只读属性再用 --fix，或用 --diff 只看改法。",
        "the file is read-only and was left alone|Make it writable, or use --diff to see the changes only.",
    ),
    "changed": (
        "检查期间文件被别的程序改动，没有改写|请再运行一次。",
        "another program changed the file meanwhile, so it was left alone|Run again.",
    ),
    "unwritable": (
        "写不进去（{reason}），原文件没有变|请检查磁盘空间和文件夹的写入权限。",
        "cannot be written ({reason}); the original is as it was|Check the disk's space and the folder's permissions.",
    ),
    "special": (
        "不是普通文件（而是管道、设备等），不能改写|请把内容存成文件再用 --fix。",
        "this is a pipe or a device, which cannot be rewritten|Save its content in a file first.",
    ),
    "ENOSPC": ("磁盘满了", "the disk is full"),
    "EDQUOT": ("磁盘配额用完了", "the disk quota is used up"),
    "EROFS": ("磁盘是只读的", "the disk is read-only"),
    "EIO": ("磁盘读写出错", "the disk reports an error"),
    "ELOOP": ("链接互相指向，没有尽头", "its links lead in a circle"),
    "ENAMETOOLONG": ("名字太长", "its name is too long"),
    "EBUSY": ("正被别的程序占用", "another program uses it"),
    "crash": (
        "检查时程序出错（{reason}），这个文件没有查完|这是 keqi 的毛病，请把规则库版本和这行信息告诉维护者（不要附上客户资料）。",
        "keqi failed here ({reason}); the file was not checked to its end|This is a bug in keqi; please report this line (without customers' data).",
    ),
    # -- formats: why a file breaks its own syntax; `{line}` and `{column}` count from 1
    # -- usage
    "usage": ("用法：", "usage: "),
    "usage-hint": ("用 {prog} --help 查看用法。", " See {prog} --help."),
    "did-you-mean": ("是不是 {name}？", " Did you mean {name}?"),
    "unknown-command": ("没有命令“{value}”。", "There is no command {value!r}."),
    "unknown-options": ("不认识的参数：{value}。", "Unknown arguments: {value}."),
    "unknown-choice": ("{name} 不能是“{value}”，可以是：{choices}。", "{name} cannot be {value!r}; choose from {choices}."),
    "unknown-rule": ("没有叫“{value}”的规则或类别。", "There is no rule or category {value!r}."),
    "no-value": ("{name} 后面要写一个值。", "{name} needs a value."),
    "not-a-size": (
        "“{value}”不是大小，请写成 500KB、64MB、1GB 这样。",
        "{value!r} is no size; write it like 500KB, 64MB, 1GB.",
    ),
    "missing-arguments": ("还缺：{value}。", "Missing: {value}."),
    "takes-no-value": ("{name} 后面不能写值。", "{name} takes no value."),
    "needs-fix": ("--unsafe-fixes 要和 --fix 或 --diff 一起用。", "--unsafe-fixes goes with --fix or --diff."),
    "diff-is-text": ("--diff 不能和 --format {value} 或 --statistics 一起用。", "--diff goes neither with --format {value} nor with --statistics."),
    # -- rules
    "rule-level": ("级别：{level}（{because}）", "level: {level} ({because})"),
    "rule-why": ("为什么：", "why: "),
    "rule-bad": ("不合适：", "not so:"),
    "rule-good": ("没问题：", "fine as it is:"),
    "rule-fixes": ("改法（<…>处照搬原文或按行业配置填写）：", "rewriting (<…> is taken from the draft or the profile):"),
    "rule-safe": ("可直接改", "safe"),
    "rule-unsafe": ("需确认", "needs consent"),
    "rule-source": ("依据：{source}", "source: {source}"),
    "rule-tags": ("标签：{tags}", "tags: {tags}"),
    "rule-count": ("共 {count} 条规则（行业配置 {profile}）。", "{count} rule(s), profile {profile}."),
    # -- lexicon
    "lexicon-clean": ("词库没有问题。", "The lexicon is in order."),
    "lexicon-problems": ("词库有 {count} 个问题。", "{count} problem(s) in the lexicon."),
    # -- help
    "help-program": (
        "客气：检查中文客服回复是否礼貌，说明原因，给出更好的说法。",
        "keqi: finds rude wording in Chinese customer-service replies and offers better wording.",
    ),
    "help-commands": ("命令", "commands"),
    "help-arguments": ("参数", "arguments"),
    "help-options": ("选项", "options"),
    "help-help": ("显示这份说明", "show this help"),
    "help-version": ("显示版本", "show the version"),
    "help-check": ("检查回复，也可以改写", "check replies, or mend them"),
    "help-rules": ("列出规则，或讲解一条", "list the rules, or explain one"),
    "help-lexicon": ("词库工具", "lexicon tools"),
    "help-lexicon-check": ("检查词库文件", "verify lexicon files"),
    "help-lsp": ("语言服务（供编辑器调用）", "the language server, for editors"),
    "help-path": (
        "文件或文件夹；“-”表示标准输入；不写就检查当前文件夹",
        "files or folders; - for standard input; the current folder when none is given",
    ),
    "help-fix": ("直接改写能放心改的地方（标准输入的改写结果写到标准输出）", "mend what can safely be mended (of standard input, the result goes to standard output)"),
    "help-unsafe": ("连需要人确认的改法也用上（与 --fix 或 --diff 合用）", "with --fix or --diff: also mend what a person should look at"),
    "help-diff": ("只显示会怎么改，不动文件", "show the changes, and change nothing"),
    "help-format": ("输出格式：{choices}，默认 text", "output: {choices}; text by default"),
    "help-profile": ("行业配置，默认 general", "profile of the trade; general by default"),
    "help-own": ("自己的词库文件夹，可写多次", "folder with your own lexicon; may be repeated"),
    "help-stdin": ("标准输入算作哪个文件（决定格式）", "the name that standard input goes by (decides its format)"),
    "help-statistics": ("只按规则统计数量", "only count, rule by rule"),
    "help-fail": ("有多严重的问题时退出码为 1：{choices}，默认 warning", "exit with 1 when something is at least this grave: {choices}; warning by default"),
    "help-lang": ("界面语言：zh 或 en（默认看环境变量 KEQI_LANG，否则 zh）", "zh or en (default: the variable KEQI_LANG, else zh)"),
    "help-size": ("单个文件的大小上限，默认 64MB", "size limit of a file; 64MB by default"),
    "help-color": ("颜色：auto（终端上才有）、always、never", "colour: auto (on a terminal), always, never"),
    "help-rule": ("规则编号（如 refusal.bare）或类别（如 refusal）", "a rule (as refusal.bare) or a category (as refusal)"),
    "help-lexicon-path": ("词库文件夹或文件；不写就检查自带的词库", "lexicon folders or files; the shipped lexicon when none is given"),
    "help-stdio": ("用标准输入输出通信（默认）", "talk on standard input and output (the default)"),
    "help-log": ("日志详细程度；日志只含计数与耗时", "how much to log; the log holds counts and timings only"),
    "help-exit": (
        "退出码：0 没有达到失败级别的问题，1 有，2 用法、设置、词库或文件有错误。",
        "Exit status: 0 nothing at or above the failing level, 1 findings, 2 an error in usage, settings, lexicon or files.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Messages:
    """The wording in one language."""

    lang: str = "zh"
    """`zh` or `en`."""

    def say(self, key: str, **values: object) -> str:
        """The wording for `key`, with `values` in place; KeyError for an unknown key."""
        return _WORDING[key][LANGUAGES.index(self.lang)].format(**values)

    def failure(self, path: str, kind: str, details: Mapping[str, object]) -> str:
        """Why a file could not be used and what to do about it, in one line."""
        values = dict(details)
        if isinstance(limit := values.get("limit"), int):
            values |= {"limit": size(limit), "more": size(limit * 2)}
        code = values.get("code")
        if isinstance(code, str) and code in _WORDING:
            values["reason"] = self.say(code)
        reason, _, advice = self.say(kind, **values).partition("|")
        name = self.say("stdin") if path == "-" else path
        return self.say("failure", path=name, reason=reason, advice=advice)

    def near(self, name: str, known: tuple[str, ...]) -> str:
        """The question whether the nearest of `known` was meant; empty when none is near."""
        from difflib import get_close_matches

        found = get_close_matches(name, known, 1)
        return self.say("did-you-mean", name=found[0]) if found else ""


def size(count: int) -> str:
    """A number of bytes as one writes it for `--max-size`."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return f"{count}B"


def keys() -> frozenset[str]:
    """All keys that there are."""
    return frozenset(_WORDING)
