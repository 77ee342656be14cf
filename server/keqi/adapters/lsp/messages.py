"""What the server says to people: Chinese, or English for those who ask for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages, with `str.format` fields."""

    zh: str
    en: str

    def say(self, english: bool, **values: object) -> str:
        """The sentence in one language, its fields filled in."""
        return (self.en if english else self.zh).format(**values)


FAILED = Message(
    "客气：出了内部错误，这一次操作没有完成，可以再试一次；其余功能不受影响。",
    "keqi: an internal error; this one operation was not completed, try it again. Everything else goes on.",
)
CHECK_FAILED = Message(
    "客气：有一次检查因内部错误没有完成（{kind}），该文档改动后会重新检查。",
    "keqi: one check failed with an internal error ({kind}); the document is checked again when it changes.",
)
TOO_LARGE = Message(
    "文件太大（{size}，编辑器里最多查 {most}），没有检查。请用命令行 keqi check 检查，或拆成小文件。",
    "The file is too large to be checked here ({size}, at most {most}). Use `keqi check`, or split it.",
)
RESPECTFUL_HERE = Message("这里称“您”", "“您” is said here")
REWRITE = Message("改为「{new}」", "Change to “{new}”")
UNSAFE = Message("（需确认：会作出承诺或删去内容）", " (please confirm: promises something or removes text)")
FIX_ALL = Message("修正全部可放心修改的用语", "Fix everything that is safe to fix")
IGNORE = Message("忽略这一处「{words}」", "Ignore this one: “{words}”")
OFF_FOR_FILE = Message(
    "在这个文件里关闭规则 {rule}（写入 {file}）", "Turn {rule} off for this file (in {file})"
)
OFF_FOR_PROJECT = Message(
    "在整个项目里关闭规则 {rule}（写入 {file}）", "Turn {rule} off for the project (in {file})"
)
HOW_TO_TURN_OFF = Message(
    "不想要这条规则：在 keqi.toml 里写 {entry}；只放过这一处：用快速修复里的“忽略这一处”。",
    "To do without this rule, write {entry} in keqi.toml; to let this one pass, choose “Ignore this one”.",
)
LENS = Message("客气：{count} 处可改进 · 改写整条回复", "keqi: {count} finding(s) · rewrite this reply")
LENS_BY_HAND = Message("客气：{count} 处请斟酌", "keqi: {count} finding(s) to look at")
BY_HAND = Message(
    "客气：这条回复没有可以放心代改的地方，请看每一处的建议，自己改写。",
    "keqi: nothing in this reply can be changed safely for you; please look at each suggestion.",
)
CHANGED_MEANWHILE = Message(
    "客气：内容刚刚改动过，请再选一次。", "keqi: the text has just changed; please choose again."
)
IGNORED = Message("客气：已记入 {file}，以后不再提示。", "keqi: noted in {file}; it is not shown any more.")
IGNORED_FOR_NOW = Message(
    "客气：这份草稿没有存成文件，只在本次打开期间忽略。",
    "keqi: this draft is no file, so it is ignored until the editor is closed.",
)
NOT_WRITTEN = Message(
    "客气：写不进 {file}，没有改动。请检查权限，或手动编辑。",
    "keqi: {file} cannot be written and was left alone. Check its permissions, or edit it by hand.",
)
NO_SAFE_EDIT = Message(
    '客气：{file} 写法特殊或有错，没有改动。请在 [rules] 里写 "{rule}" = "none"。',
    'keqi: {file} is broken or written in an unusual way and was left alone. Write "{rule}" = "none" in [rules].',
)
WORKSPACE_CLEAN = Message(
    "客气：工作区里没有可以放心代改的地方。", "keqi: nothing in the workspace can be changed safely for you."
)
WORKSPACE_FIXED = Message(
    "客气：已改 {files} 个文件，共 {count} 处。", "keqi: {count} change(s) in {files} file(s)."
)
WORKSPACE_LEFT = Message(
    "另有 {count} 个文件不能在编辑器里代改（表格，或不是 UTF-8 编码），请用 keqi check --fix。",
    " {count} more file(s) cannot be changed here (workbooks, or not UTF-8); use keqi check --fix.",
)
WORKSPACE_REFUSED = Message(
    "客气：编辑器没有接受改动，请再试一次，或用命令行 keqi check --fix。",
    "keqi: the editor did not accept the changes. Try again, or use keqi check --fix.",
)
CONFIRM_ALL = Message("客气：可放心修改的用语", "keqi: safe rewording")
CHECKING_WORKSPACE = Message("客气：检查话术库", "keqi: checking the library")
WHY = Message("为什么：", "Why: ")
BETTER = Message("更好的说法：", "Better:")
CONFIRM = Message("（需确认）", " (please confirm)")
SOURCE = Message("依据：", "Source: ")
NOT_TEXT = Message(
    "客气：设置 {key} 应为文字，现沿用原来的值。", "keqi: setting {key} must be text; the old value is kept."
)
NOT_FOLDERS = Message(
    '客气：设置 {key} 应为文件夹路径的列表，例如 ["词库"]，现沿用原来的值。',
    'keqi: setting {key} must be a list of folders, such as ["lexicon"]; the old value is kept.',
)
NOT_DELAY = Message(
    "客气：设置 {key} 应为 0 到 5000 之间的毫秒数，现沿用原来的值。",
    "keqi: setting {key} must be a number of milliseconds from 0 to 5000; the old value is kept.",
)
NOT_SETTINGS = Message(
    "客气：设置应为键值对，例如 {example}，现沿用原来的值。",
    "keqi: settings must be keys and values, such as {example}; the old ones are kept.",
)
NOT_USABLE = Message(
    "客气：设置 {key} 的值不能用，现沿用原来的值。可以写成 {example}。",
    "keqi: the value of setting {key} cannot be used; the old one is kept. Write it like {example}.",
)
NOT_FLAG = Message(
    "客气：设置 {key} 只能是 true 或 false，现沿用原来的值。",
    "keqi: setting {key} must be true or false; the old value is kept.",
)
NOT_ADDRESS = Message(
    "客气：设置 {key} 应为网址，例如 https://example.com/keqi/，现沿用原来的值。",
    "keqi: setting {key} must be an address such as https://example.com/keqi/; the old value is kept.",
)
CLIENT_SETTINGS = Message("客气：编辑器里的设置不能照办：{reason}", "keqi: the editor's settings: {reason}")
NO_PROFILE = Message("没有叫“{name}”的行业配置。", "There is no profile called {name}.")
NO_RULE = Message(
    "没有叫“{name}”的规则、类别或标签，用 keqi rules 可以列出全部。",
    "There is no rule, category or tag called {name}; keqi rules lists them all.",
)
DID_YOU_MEAN = Message("是不是 {near}？", " Did you mean {near}?")
FILES_BROKEN = Message(
    "客气：{file} 有 {count} 处错误，改好之前沿用原来的内容。第一处：{first}",
    "keqi: {count} problem(s) in {file}, its last good content stays in force. The first one: {first}",
)
PHRASES_BROKEN = Message(
    "客气：{file} 有 {count} 处错误，改好之前不提供有错的话术。第一处：{first}",
    "keqi: {count} problem(s) in {file}, phrases with a mistake are left out. The first one: {first}",
)
LOAD_FAILED = Message(
    "客气：规则库读不出来（{kind}），暂时无法检查。请重新安装 keqi，或查看日志。",
    "keqi: the rules cannot be read ({kind}), so nothing is checked. Install keqi anew, or see the log.",
)
