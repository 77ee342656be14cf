"""What is wrong in files that are not replies, as the client was told: in the file, and once in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from keqi.adapters.lsp import diagnostics, messages
from keqi.adapters.lsp.diagnostics import Sent
from keqi.adapters.lsp.document import path_of
from keqi.adapters.lsp.resolver import Faults
from keqi.text import LineIndex, Unit


class Troubles:
    """Settings, ignore files, baselines and lexicons with mistakes in them, and settings that cannot be."""

    def __init__(self) -> None:
        self._faults: Mapping[str, Faults] = {}
        self._told: frozenset[str] = frozenset()
        """Complaints about the client's own settings that were said already."""

    @property
    def files(self) -> Mapping[str, str]:
        """The URI of each file with mistakes, by its canonical form."""
        return {key: faults.uri for key, faults in self._faults.items()}

    def shown(self, key: str, lines: LineIndex | None, unit: Unit) -> list[Sent]:
        """What is shown in a file; `lines` is it as the editor has it, None when it is not open."""
        faults = self._faults.get(key)
        return [diagnostics.problem(wrong, lines, unit) for wrong in faults.problems] if faults else []

    def learn(self, faults: Mapping[str, Faults]) -> tuple[dict[str, str], dict[str, Faults]]:
        """Take in what is wrong now: the files of which something else is to be shown, by URI, and those
        that were flawless; by canonical form."""
        before, self._faults = self._faults, faults
        changed = {
            key: (faults.get(key) or before[key]).uri
            for key in {**before, **faults}
            if before.get(key) != faults.get(key)
        }
        return changed, {key: faults[key] for key in faults.keys() - before.keys()}

    def complaints(self, complaints: Sequence[str], english: bool) -> Iterator[str]:
        """What to say of the client's settings that was not said before."""
        told, self._told = self._told, frozenset(complaints)
        for complaint in complaints:
            if complaint not in told:
                yield messages.CLIENT_SETTINGS.say(english, reason=complaint)


def sentence(faults: Faults, english: bool) -> str:
    """How many mistakes there are in a file, and the first of them."""
    first, path = faults.problems[0], path_of(faults.uri)
    wording = messages.PHRASES_BROKEN if faults.is_phrases else messages.FILES_BROKEN
    place = f"{first.line}: {first.reason}" if first.line else first.reason
    return wording.say(english, file=path.name if path else "", count=len(faults.problems), first=place)
