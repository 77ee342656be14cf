"""The editor's settings, read leniently: a wrong value is reported and the old one kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keqi.adapters.lsp import messages
from keqi.adapters.lsp.messages import Message

LONGEST_DELAY_MS = 5000


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client may decide. The defaults are those of a client that says nothing."""

    profile: str = "general"
    lexicon: tuple[Path, ...] = ()
    """Own lexicon folders, absolute when the client opened a workspace."""
    debounce: float = 0.06
    """Seconds without a keystroke before a check starts."""
    english: bool = False
    """Whether the server speaks English instead of Chinese."""

    @property
    def rules(self) -> tuple[str, tuple[Path, ...]]:
        """The part that decides which findings there are; when it changes, all is checked again."""
        return self.profile, self.lexicon


@dataclass(frozen=True, slots=True)
class Complaint:
    """A setting that cannot be used."""

    key: str
    message: Message

    def say(self, english: bool) -> str:
        """The complaint as a sentence."""
        return self.message.say(english, key=self.key, example='{"profile": "hotel"}')


def speaks_english(locale: str) -> bool:
    """Whether a language tag such as `en-US` or `en_GB` asks for English."""
    return locale.replace("_", "-").partition("-")[0].lower() == "en"


def read(raw: object, base: Settings, root: Path | None) -> tuple[Settings, list[Complaint]]:
    """`base` with what `raw` says, and what in `raw` is of no use.

    `raw` comes straight from the client's JSON and may be anything; None says nothing. Keys that
    are not ours are left alone, since clients put their own next to them. Relative folders
    start from `root`.
    """
    if raw is None:
        return base, []
    if not isinstance(raw, Mapping):
        return base, [Complaint("keqi", messages.NOT_SETTINGS)]
    settings, complaints = base, []
    for key, (parse, message) in _KEYS.items():
        if raw.get(key) is None:
            continue
        values = parse(raw[key], root)
        if values is None:
            complaints.append(Complaint(f"keqi.{key}", message))
        else:
            settings = replace(settings, **values)
    return settings, complaints


def _profile(value: object, _: Path | None) -> dict[str, Any] | None:
    return {"profile": value} if isinstance(value, str) and value else None


def _locale(value: object, _: Path | None) -> dict[str, Any] | None:
    return {"english": speaks_english(value)} if isinstance(value, str) else None


def _folders(value: object, root: Path | None) -> dict[str, Any] | None:
    if not isinstance(value, list) or not all(isinstance(folder, str) and folder for folder in value):
        return None
    folders = (Path(folder).expanduser() for folder in value)
    return {"lexicon": tuple(root / folder if root else folder for folder in folders)}


def _delay(value: object, _: Path | None) -> dict[str, Any] | None:
    # True and False are numbers to Python, but nobody means them as milliseconds.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return {"debounce": value / 1000} if 0 <= value <= LONGEST_DELAY_MS else None


_KEYS: dict[str, tuple[Callable[[object, Path | None], dict[str, Any] | None], Message]] = {
    "locale": (_locale, messages.NOT_TEXT),
    "profile": (_profile, messages.NOT_TEXT),
    "lexicon": (_folders, messages.NOT_FOLDERS),
    "debounceMs": (_delay, messages.NOT_DELAY),
}
