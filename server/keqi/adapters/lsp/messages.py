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
    "客气:出了内部错误,这一次操作没有完成,其余功能不受影响。",
    "keqi: an internal error; this one operation was not completed, everything else goes on.",
)
CHECK_FAILED = Message(
    "客气:有一次检查因内部错误没有完成({kind}),该文档改动后会重新检查。",
    "keqi: one check failed with an internal error ({kind}); the document is checked again when it changes.",
)
TOO_LARGE = Message(
    "文件过大({count} 个字),编辑时不检查;请用命令行 keqi check 检查。",
    "The file is too large ({count} characters) to be checked while typing; use `keqi check`.",
)
REWRITE = Message("改为「{new}」", "Change to “{new}”")
UNSAFE = Message("(需确认:会作出承诺或删去内容)", " (please confirm: promises something or removes text)")
FIX_ALL = Message("修正全部可放心修改的用语", "Fix everything that is safe to fix")
WHY = Message("为什么:", "Why: ")
BETTER = Message("更好的说法:", "Better:")
CONFIRM = Message("(需确认)", " (please confirm)")
SOURCE = Message("依据:", "Source: ")
NOT_TEXT = Message(
    "客气:设置 {key} 应为文字,现沿用原来的值。", "keqi: setting {key} must be text; the old value is kept."
)
NOT_FOLDERS = Message(
    '客气:设置 {key} 应为文件夹路径的列表,例如 ["词库"],现沿用原来的值。',
    'keqi: setting {key} must be a list of folders, such as ["lexicon"]; the old value is kept.',
)
NOT_DELAY = Message(
    "客气:设置 {key} 应为 0 到 5000 之间的毫秒数,现沿用原来的值。",
    "keqi: setting {key} must be a number of milliseconds from 0 to 5000; the old value is kept.",
)
NOT_SETTINGS = Message(
    "客气:设置应为键值对,例如 {example},现沿用原来的值。",
    "keqi: settings must be keys and values, such as {example}; the old ones are kept.",
)
LEXICON_BROKEN = Message(
    "客气:自有词库有 {count} 处错误,改好之前沿用原来的规则。第一处:{first}",
    "keqi: {count} problem(s) in the lexicon, the last good rules stay in force. The first one: {first}",
)
LOAD_FAILED = Message(
    "客气:设置无法生效,现沿用原来的规则:{reason}",
    "keqi: the settings cannot be used, the last good rules stay in force: {reason}",
)
