"""The editor's settings, read leniently: a wrong value is reported and the old one kept.

Besides the few that only an editor has, a client may set whatever `keqi.toml` may (`profile`,
`rules`, `accept`, `shippedLexicon` or `shipped-lexicon`, …); it then counts over the project's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from keqi import settings as core
from keqi.adapters.lsp import messages
from keqi.adapters.lsp.messages import Message

LONGEST_DELAY_MS = 5000
ORIGIN = "编辑器的设置"
"""Who decided a value that comes from the client."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client may decide. The defaults are those of a client that says nothing."""

    project: Mapping[str, Any] = field(default_factory=dict)
    """Settings that count over the project's, by attribute of `keqi.settings.Settings`."""
    debounce: float | None = None
    """Seconds without a keystroke before a check starts; None: as long as checks have taken lately."""
    english: bool = False
    """Whether the server speaks English instead of Chinese."""
    whole_workspace: bool = True
    """Whether files that are not open are checked when the client asks about the workspace."""
    code_lens: bool = True
    """Whether replies carry a line with the number of findings."""
    rule_pages: str = ""
    """The address in front of a rule's id that its page has; empty: there are no pages."""

    def over(self, decided: core.Settings, root: Path | None) -> core.Settings:
        """What holds where a project has `decided`; relative lexicon folders start from `root`."""
        if not self.project:
            return decided
        values = dict(self.project)
        if "lexicon" in values:
            folders = (Path(root or "", Path(folder).expanduser()) for folder in values["lexicon"])
            # Without `..`: the client calls the files in them by their plain names.
            values["lexicon"] = tuple(os.path.normpath(folder) for folder in folders)
        return decided.with_values(values, ORIGIN)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A setting that cannot be used."""

    key: str
    message: Message
    example: str = '{"profile": "hotel"}'

    def say(self, english: bool) -> str:
        """The complaint as a sentence."""
        return self.message.say(english, key=self.key, example=self.example)


def speaks_english(locale: str) -> bool:
    """Whether a language tag such as `en-US` or `en_GB` asks for English."""
    return locale.replace("_", "-").partition("-")[0].lower() == "en"


def read(raw: object, base: Settings) -> tuple[Settings, list[Complaint]]:
    """`base` with what `raw` says, and what in `raw` is of no use.

    `raw` comes straight from the client's JSON and may be anything. None and empty values say
    nothing, since that is how editors send a setting that nobody has touched. Keys that are not
    ours are left alone: clients put their own next to them.
    """
    if raw is None:
        return base, []
    if not isinstance(raw, Mapping):
        return base, [Complaint("keqi", messages.NOT_SETTINGS)]
    settings, complaints = base, []
    said = {_kebab(str(name)): value for name, value in raw.items() if value not in (None, "", [], {})}
    for name, value in said.items():
        parse, message = _OWN.get(name, (None, messages.NOT_USABLE))
        values = parse(value) if parse else {}
        if values is None:
            complaints.append(Complaint(f"keqi.{_camel(name)}", message))
        else:
            settings = replace(settings, **values)
    values, unusable = _project_values(said)
    return replace(settings, project={**base.project, **values}), complaints + unusable


def _project_values(said: Mapping[str, object]) -> tuple[dict[str, Any], list[Complaint]]:
    """The settings of `keqi.toml` among those that the client sent."""
    values: dict[str, Any] = {}
    complaints: list[Complaint] = []
    for key in core.KEYS:
        if key.name not in said:
            continue
        read, problems = core.read("", "", {key.name: said[key.name]})
        if problems or (key.name == "lexicon" and not _is_folders(said[key.name])):
            wrong = {"lexicon": messages.NOT_FOLDERS, "profile": messages.NOT_TEXT}
            message = wrong.get(key.name, messages.NOT_USABLE)
            complaints.append(Complaint(f"keqi.{_camel(key.name)}", message, key.example))
        else:
            values[key.field] = getattr(read, key.field)
    return values, complaints


def _is_folders(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(folder, str) and folder for folder in value)


def _kebab(name: str) -> str:
    """`shippedLexicon` as `keqi.toml` writes it: `shipped-lexicon`."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda letter: letter[1].upper(), name)


def _locale(value: object) -> dict[str, Any] | None:
    return {"english": speaks_english(value)} if isinstance(value, str) else None


def _delay(value: object) -> dict[str, Any] | None:
    # True and False are numbers to Python, but nobody means them as milliseconds.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return {"debounce": value / 1000} if 0 <= value <= LONGEST_DELAY_MS else None


def _flag(field_name: str) -> Callable[[object], dict[str, Any] | None]:
    return lambda value: {field_name: value} if isinstance(value, bool) else None


def _address(value: object) -> dict[str, Any] | None:
    usable = isinstance(value, str) and re.match(r"(?:https?|file)://", value)
    return {"rule_pages": value} if usable else None


_OWN: dict[str, tuple[Callable[[object], dict[str, Any] | None], Message]] = {
    "locale": (_locale, messages.NOT_TEXT),
    "debounce-ms": (_delay, messages.NOT_DELAY),
    "workspace-diagnostics": (_flag("whole_workspace"), messages.NOT_FLAG),
    "code-lens": (_flag("code_lens"), messages.NOT_FLAG),
    "rule-pages": (_address, messages.NOT_ADDRESS),
}
"""The settings that only an editor has."""
