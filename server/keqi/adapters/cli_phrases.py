"""`keqi phrases`: the standard phrases, all of them, those of a scene, or those that a word finds."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from keqi.adapters import phrasebook, terminal
from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.cli_check import decided
from keqi.adapters.settings import Projects, SettingsError
from keqi.phrase_search import by_scene
from keqi.phrases import Phrase
from keqi.render.messages import Messages
from keqi.render.text import Style
from keqi.render.width import printable
from keqi.settings import Policy


def phrases(options: Namespace, messages: Messages) -> int:
    """List phrases that may be said under the profile in force. Raises UsageError when there are none."""
    policy = _policy(options)
    book, problems = phrasebook.load(policy.lexicon)
    if problems:
        raise UsageError("\n".join(map(str, problems)))
    if policy.profile not in book.lineages:
        near = messages.near(policy.profile, tuple(book.lineages))
        raise UsageError(messages.say("unknown-profile", value=policy.profile) + near)
    found = _found(policy, options.word)
    if not found:
        raise UsageError(messages.say("phrases-none", value=options.word))
    if options.format == "json":
        sys.stdout.write(json.dumps([*map(_as_data, found)], ensure_ascii=False, indent=2) + "\n")
        return 0
    style = terminal.style(sys.stdout, options.color, messages)
    for line in _listing(found, style):
        sys.stdout.write(line + "\n")
    said = messages.say("phrases-count", count=len(found), profile=policy.profile)
    sys.stdout.write(said + "\n")
    return 0


def _policy(options: Namespace) -> Policy:
    try:
        return Projects(options.config, partial(decided, options)).at(Path.cwd()).settings.policy
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _found(policy: Policy, word: str | None) -> Sequence[Phrase]:
    """Everything, a whole scene when the word names one, else what the word finds, best first."""
    finder = phrasebook.finder(policy.lexicon, policy.profile)
    if word is None:
        return finder.phrases
    return finder.of_scene(word) or [hit.phrase for hit in finder.search(word)]


def _listing(found: Iterable[Phrase], style: Style) -> Iterator[str]:
    """The phrases under the names of their scenes."""
    for scene, members in by_scene(found).items():
        yield style.paint(f"{scene.title} ({scene.id})", "path")
        for phrase in members:
            title = style.paint(f"[{printable(phrase.title)}] ", "dim") if phrase.title else ""
            yield f"  {title}{printable(phrase.text)}"


def _as_data(phrase: Phrase) -> dict[str, object]:
    """A phrase for programs."""
    return {
        "scene": phrase.scene.id,
        "sceneTitle": phrase.scene.title,
        "title": phrase.title,
        "text": phrase.text,
        "placeholders": list(phrase.gaps),
        "tags": list(phrase.tags),
    }
